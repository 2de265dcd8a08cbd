# A stand-in for Gentoo's udev.eclass.
udev_dorules() {
	insinto /lib/udev/rules.d
	doins "$@"
}

udev_reload() {
	[[ -n ${ROOT} || ! -d /run/udev ]] || udevadm control --reload
}
