# A stand-in for Gentoo's acct-group.eclass.
: "${ACCT_GROUP_NAME:=${PN}}"

SLOT="0"
KEYWORDS="amd64"
S=${WORKDIR}

EXPORT_FUNCTIONS src_install pkg_preinst

acct-group_src_install() {
	insinto /usr/lib/sysusers.d
	newins - acct-group-${ACCT_GROUP_NAME}.conf <<<"g ${ACCT_GROUP_NAME} -"
}

acct-group_pkg_preinst() {
	local ways=( --system )
	[[ -z ${ROOT} ]] || ways+=( --prefix "${ROOT}" )
	grep -q "^${ACCT_GROUP_NAME}:" "${ROOT}/etc/group" || groupadd "${ways[@]}" "${ACCT_GROUP_NAME}" || die
}
