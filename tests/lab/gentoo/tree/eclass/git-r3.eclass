# A stand-in for Gentoo's git-r3.eclass, with what of it matters here: the ebuild is live and wants git; the newest commit of
# EGIT_REPO_URI is fetched into a bare repository in DISTDIR that stays, and checked out to EGIT_CHECKOUT_DIR; EGIT_VERSION is its
# commit. (Of git the real one wants USE=curl.) Like the real one it fetches with depth 1 from nothing but other machines, and never with --update-shallow.
PROPERTIES+=" live"
BDEPEND=">=dev-vcs/git-1.8.2.1"

git-r3_src_unpack() {
	[[ ${EGIT_REPO_URI} ]] || die "EGIT_REPO_URI must be set to a non-empty value"
	local store=${PORTAGE_ACTUAL_DISTDIR:-${DISTDIR}}/git3-src name=${EGIT_REPO_URI#*://*/}
	name=${name%/}
	name=${name%.git}.git
	name=${name//\//_}
	local -x GIT_DIR=${store}/${name}
	[[ -d ${store} ]] || (
		addwrite /
		mkdir -p "${store}"
	) || die "Unable to create ${store}"
	addwrite "${store}"
	[[ -d ${GIT_DIR} ]] || git init --quiet --bare "${GIT_DIR}" || die
	einfo "Fetching ${EGIT_REPO_URI} ..."
	git fetch --quiet "${EGIT_REPO_URI}" "+HEAD:refs/git-r3/HEAD" || die "Unable to fetch from any of EGIT_REPO_URI"
	EGIT_VERSION=$(git rev-parse --verify refs/git-r3/HEAD) || die
	export EGIT_VERSION

	local out=${EGIT_CHECKOUT_DIR:-${WORKDIR}/${P}} from=${GIT_DIR}
	mkdir -p "${out}" || die
	local -x GIT_DIR=${out}/.git GIT_WORK_TREE=${out}
	git init --quiet -b __init__ || die
	echo "${from}/objects" >"${GIT_DIR}/objects/info/alternates" || die
	git config --global --add safe.directory "$(cd "${out}" && echo "${PWD}")" || die
	git checkout --quiet "${EGIT_VERSION}" || die "git checkout ${EGIT_VERSION} failed"
}

EXPORT_FUNCTIONS src_unpack
