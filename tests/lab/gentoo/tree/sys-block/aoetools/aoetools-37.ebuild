# A stand-in: what a machine with ::gentoo's package has before it knows this repository.
EAPI=8
DESCRIPTION="A stand-in for ::gentoo's aoetools"
HOMEPAGE="https://wiki.gentoo.org/wiki/No_homepage"
S="${WORKDIR}"
LICENSE="GPL-2+"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	newsbin - aoe-stat <<<"#!/bin/sh"
}
