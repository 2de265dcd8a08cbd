# A stand-in for Gentoo's acct-user.eclass.
: "${ACCT_USER_NAME:=${PN}}"

SLOT="0"
KEYWORDS="amd64"
S=${WORKDIR}

EXPORT_FUNCTIONS src_install pkg_preinst

acct-user_add_deps() {
	RDEPEND+=" ${ACCT_USER_GROUPS[*]/#/acct-group/}"
}

acct-user_src_install() {
	insinto /usr/lib/sysusers.d
	newins - acct-user-${ACCT_USER_NAME}.conf <<<"u! ${ACCT_USER_NAME} - - /dev/null /sbin/nologin"
}

acct-user_pkg_preinst() {
	local ways=( --system --no-create-home --home-dir /dev/null --shell /sbin/nologin --gid "${ACCT_USER_GROUPS[0]}" )
	[[ -z ${ROOT} ]] || ways+=( --prefix "${ROOT}" )
	grep -q "^${ACCT_USER_NAME}:" "${ROOT}/etc/passwd" || useradd "${ways[@]}" "${ACCT_USER_NAME}" || die
}
