# A stand-in: what a machine with ::gentoo's package has before it knows this repository. Its program is Debian's, which
# tests/lab/tools/portage puts into the distfiles; the files are written anew, and behave as the real ones do.
EAPI=8
DESCRIPTION="A stand-in for ::gentoo's vblade"
HOMEPAGE="https://wiki.gentoo.org/wiki/No_homepage"
S="${WORKDIR}"
LICENSE="GPL-2+"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	newsbin /var/cache/distfiles/vblade-25 vblade
	dosbin "${FILESDIR}/vbladed"
	newconfd "${FILESDIR}/vblade.confd" vblade
	newinitd "${FILESDIR}/vblade.initd" vblade.vblade0
}
