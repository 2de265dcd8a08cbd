# A stand-in for Gentoo's udev.eclass.
inherit toolchain-funcs

BDEPEND="virtual/pkgconfig"

get_udevdir() {
	pkg-config --variable=udevdir udev 2>/dev/null || echo /usr/lib/udev
}

udev_dorules() {
	insinto "$(get_udevdir)/rules.d"
	doins "$@"
}

udev_reload() {
	[[ -z ${ROOT} && -d /run/udev ]] || return 0
	ebegin "Running udev control --reload for reloading rules and databases"
	udevadm control --reload
	eend $?
}
