# A stand-in for Gentoo's systemd.eclass, on a machine without systemd.pc: units go where systemd looks for a vendor's.
BDEPEND="virtual/pkgconfig"

systemd_dounit() {
	(
		insopts -m 0644
		insinto /usr/lib/systemd/system
		doins "$@"
	)
}

systemd_enable_service() {
	[[ $# -eq 2 ]] || die "Synopsis: systemd_enable_service target service"
	dosym "../$2" "/usr/lib/systemd/system/$1.wants/${2##*/}"
}
