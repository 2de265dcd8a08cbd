# A stand-in for Gentoo's linux-info.eclass: CONFIG_CHECK's warnings against the kernel configuration
# that KERNEL_DIR holds; silent without one, like the real one on a machine with a binary kernel.
IUSE="kernel_linux"

linux-info_pkg_setup() {
	local config="${KERNEL_DIR:-${ROOT}/usr/src/linux}/.config" option message
	[[ -s ${config} ]] || return 0
	for option in ${CONFIG_CHECK}; do
		option=${option#"~"}
		message=ERROR_${option}
		grep -q "^CONFIG_${option}=[ym]$" "${config}" || ewarn "${!message}"
	done
}

EXPORT_FUNCTIONS pkg_setup
