# Copyright 2026 AoE storage maintainers
# Distributed under the terms of the GNU General Public License v2

# @ECLASS: aoe-storage.eclass
# @MAINTAINER:
# AoE storage maintainers
# @SUPPORTED_EAPIS: 8
# @BLURB: Where the packages of this repository get their sources, and what their builds know of themselves
# @DESCRIPTION:
# Three packages are built of one source tree. A release is built of the tree that its ebuild lies in, which files/ links to, or,
# with SRC_URI, of a tarball. Version 9999 is built of the newest commit of the git repository.

case ${EAPI} in
	8) ;;
	*) die "${ECLASS}: EAPI ${EAPI:-0} not supported" ;;
esac

if [[ ! ${_AOE_STORAGE_ECLASS} ]]; then
_AOE_STORAGE_ECLASS=1

S="${WORKDIR}/aoe-storage" # the same for all versions: ccache knows what did not change

if [[ ${PV} == 9999 ]]; then
	# Empty: the repository on this machine that the ebuild lies in.
	EGIT_REPO_URI=""
	EGIT_CHECKOUT_DIR="${S}"
	inherit git-r3
fi

# @FUNCTION: _aoe-storage_git
# @USAGE: <argument>...
# @INTERNAL
# @DESCRIPTION:
# Asks git about the repository that the ebuild lies in, which may belong to another user than Portage's. It may be no git
# repository, but lie in one that is about something else.
_aoe-storage_git() {
	GIT_CEILING_DIRECTORIES=${AOE_STORAGE_REPOSITORY%/*} git --no-optional-locks -c safe.directory='*' -C "${AOE_STORAGE_REPOSITORY}" "$@" 2>/dev/null
}

# @FUNCTION: _aoe-storage_follow_repository
# @INTERNAL
# @DESCRIPTION:
# Takes the newest commit from the repository that the ebuild lies in.
_aoe-storage_follow_repository() {
	local shallow
	shallow=$(_aoe-storage_git rev-parse --is-shallow-repository) ||
		die "${AOE_STORAGE_REPOSITORY} is no git repository, so it has no newest commit: emerge '<${CATEGORY}/${PN}-9999'"
	if [[ ${shallow} == true ]]; then
		# As emaint sync leaves it. Git fetches nothing from such a repository, so this asks where that one came from.
		EGIT_REPO_URI=$(_aoe-storage_git config --get remote.origin.url) ||
			die "${AOE_STORAGE_REPOSITORY} has no history and no remote named origin: git fetch --unshallow in it"
	else
		EGIT_REPO_URI="file://${AOE_STORAGE_REPOSITORY}"
	fi
	# In the home directory of this build alone: the repository may belong to another user.
	git config --global --add safe.directory '*' || die
}

# @FUNCTION: aoe-storage_src_unpack
# @DESCRIPTION:
# Puts the sources into S. AOE_STORAGE_COMMIT is their commit afterwards, where it is known.
aoe-storage_src_unpack() {
	AOE_STORAGE_COMMIT=""
	AOE_STORAGE_REPOSITORY=$(readlink -f "${FILESDIR}")
	AOE_STORAGE_REPOSITORY=${AOE_STORAGE_REPOSITORY%/*/*/files}
	if [[ ${PV} == 9999 ]]; then
		[[ -n ${EGIT_REPO_URI} ]] || _aoe-storage_follow_repository
		git-r3_src_unpack
		AOE_STORAGE_COMMIT=${EGIT_VERSION}
	elif [[ -n ${A} ]]; then
		default
		mv aoe-storage-* "${S}" || die
	else
		cp -RL "${FILESDIR}" "${S}" || die
		if AOE_STORAGE_COMMIT=$(_aoe-storage_git rev-parse --verify HEAD); then
			_aoe-storage_git diff --quiet HEAD || AOE_STORAGE_COMMIT+="-changed"
		fi
	fi
}

# @FUNCTION: aoe-storage_configure_args
# @DESCRIPTION:
# Adds to mycmakeargs what the programs print for --version besides the release.
aoe-storage_configure_args() {
	local revision=${PR#r0}
	[[ ${PV} != 9999 ]] || revision=9999
	mycmakeargs+=(
		-DAOE_REVISION="${revision}"
		-DAOE_COMMIT="${AOE_STORAGE_COMMIT}"
		-DAOE_NET_TESTS=OFF
	)
}

# @FUNCTION: aoe-storage_dodoc
# @DESCRIPTION:
# Installs what README.md points to, where it looks for it.
aoe-storage_dodoc() {
	docinto .
	dodoc *.md
	docinto docs
	dodoc docs/*.md
	docinto docs/internals
	dodoc docs/internals/*.md
	docinto docs/benchmarks
	dodoc docs/benchmarks/*.{md,svg}
}

# @FUNCTION: aoe-storage_check_registered
# @DESCRIPTION:
# Warns on a machine whose next update would take the package of ::gentoo again, because Portage does not know this repository
# once PORTDIR_OVERLAY is no longer in the environment. Says nothing of other roots and of binary packages, whose updates
# come from somewhere else.
aoe-storage_check_registered() {
	local config="${EPREFIX}/etc/portage" file overlay
	[[ -z ${ROOT} && ${MERGE_TYPE} != binary ]] || return 0
	for file in "${config}"/repos.conf{,/*}; do
		if [[ -f ${file} ]] && grep -qE '^[[:space:]]*\[aoe-storage\]' "${file}"; then
			return 0
		fi
	done
	for file in "${config}"/make.conf{,/*} "${EPREFIX}"/etc/make.conf; do
		[[ -f ${file} ]] || continue
		for overlay in $(sed -nE 's/^[[:space:]]*PORTDIR_OVERLAY="?([^"]*)"?$/\1/p' "${file}"); do
			[[ ! -f ${overlay}/profiles/repo_name || $(<"${overlay}/profiles/repo_name") != aoe-storage ]] || return 0
		done
	done
	ewarn "Portage finds the repository aoe-storage only while PORTDIR_OVERLAY is set. Without it there"
	ewarn "are no updates of ${PN}, and the next update of the machine takes vblade and aoetools from"
	ewarn "::gentoo again. To register the repository for good, run:"
	ewarn "  ${AOE_STORAGE_REPOSITORY}/overlay/register"
}

fi

EXPORT_FUNCTIONS src_unpack
