# A stand-in for Gentoo's acct-user.eclass: the comment is the description, with ';' where /etc/passwd forbids what stands there.
: "${ACCT_USER_NAME:=${PN}}"

SLOT="0"
KEYWORDS="${KEYWORDS:-amd64}"
S=${WORKDIR}

EXPORT_FUNCTIONS src_install pkg_preinst

acct-user_add_deps() {
	RDEPEND+=" ${ACCT_USER_GROUPS[*]/#/acct-group/}"
}

acct-user_src_install() {
	: "${ACCT_USER_COMMENT:=${DESCRIPTION//[:,=]/;}}"
	[[ ${ACCT_USER_COMMENT} != *[:,=]* ]] || die "Invalid characters in user comment: '${ACCT_USER_COMMENT}'"
	insinto /usr/lib/sysusers.d
	newins - "${CATEGORY}-${ACCT_USER_NAME}.conf" < <(printf 'u\t%q\t%q\t%q\t%q\t%q\n' "${ACCT_USER_NAME}" "-:${ACCT_USER_GROUPS[0]}" \
		"${ACCT_USER_COMMENT}" /dev/null /sbin/nologin)
}

acct-user_pkg_preinst() {
	local ways=( --system --no-create-home --no-user-group --home-dir /dev/null --shell /sbin/nologin --gid "${ACCT_USER_GROUPS[0]}" )
	[[ -z ${ROOT} ]] || ways+=( --prefix "${ROOT}" )
	if grep -q "^${ACCT_USER_NAME}:" "${ROOT}/etc/passwd"; then
		elog "User ${ACCT_USER_NAME} already exists"
	else
		elog "Adding user ${ACCT_USER_NAME}"
		useradd "${ways[@]}" --comment "${ACCT_USER_COMMENT}" "${ACCT_USER_NAME}" || die
	fi
}
