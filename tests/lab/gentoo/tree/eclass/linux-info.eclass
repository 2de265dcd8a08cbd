# A stand-in for Gentoo's linux-info.eclass: CONFIG_CHECK against the configuration of the kernel's sources, else of the running
# kernel. Like the real one it speaks at every merge, also of a binary package: of the sources it found or not, and, where there is
# no configuration at all (a machine with a kernel in binary form), of every option that it could not look up.
# Of an option that is missing, ERROR_x is printed as an error, in red, though '~' keeps it from being one; WARNING_x as a warning.
IUSE="kernel_linux"
KERNEL_DIR="${KERNEL_DIR:-${ROOT%/}/usr/src/linux}"

linux-info_pkg_setup() {
	local option message
	if [[ -s ${KERNEL_DIR}/Makefile ]]; then
		einfo "Found kernel source directory:"
		einfo "    ${KERNEL_DIR}"
	else
		ewarn "Unable to find kernel sources at ${KERNEL_DIR}"
		ewarn "Unable to calculate Linux Kernel version for build, attempting to use running version"
	fi
	[[ -n ${CONFIG_CHECK} ]] || return 0
	if ! _linux-info_config >/dev/null; then
		ewarn "Unable to check for the following kernel config options due"
		ewarn "to absence of any configured kernel sources or compiled"
		ewarn "config:"
		for option in ${CONFIG_CHECK}; do
			option=${option#"~"}
			message=$(_linux-info_message "${option}")
			ewarn " - ${option}${message:+ - }${message}"
		done
		ewarn "You're on your own to make sure they are set if needed."
		return 0
	fi
	_linux-info_check
}

# The kernel's configuration: as text, from a file of that name.
_linux-info_config() {
	if [[ -s ${KERNEL_DIR}/Makefile && -s ${KERNEL_DIR}/.config ]]; then
		cat "${KERNEL_DIR}/.config"
	elif [[ -s /proc/config.gz ]]; then
		zcat /proc/config.gz
	else
		return 1
	fi
}

_linux-info_message() { # OPTION
	local error=ERROR_$1 warning=WARNING_$1
	echo "${!error:-${!warning}}"
}

_linux-info_check() {
	local option error missing=0 say
	ebegin "Checking for suitable kernel configuration options"
	for option in ${CONFIG_CHECK}; do
		option=${option#"~"}
		_linux-info_config | grep -q "^CONFIG_${option}=[ym]$" && continue
		missing=1 say=ewarn error=ERROR_${option}
		[[ -z ${!error} ]] || say=eerror
		${say} "  $(_linux-info_message "${option}")"
	done
	if [[ ${missing} == 0 ]]; then
		eend 0
	else
		eend 1
		ewarn "Please check to make sure these options are set correctly."
		ewarn "Failure to do so may cause unexpected problems."
	fi
}

EXPORT_FUNCTIONS pkg_setup
