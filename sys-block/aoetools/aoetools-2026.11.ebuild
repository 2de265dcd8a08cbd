# Copyright 2026 AoE storage maintainers
# Distributed under the terms of the GNU General Public License v2

EAPI=8

inherit aoe-storage cmake linux-info udev

DESCRIPTION="ATA over Ethernet client tools: find, list, wait for and examine disks"
HOMEPAGE="https://wiki.gentoo.org/wiki/No_homepage"

LICENSE="GPL-2+"
SLOT="0"
if [[ ${PV} != 9999 ]]; then
	KEYWORDS="amd64 ~arm ~arm64 ~ppc64 ~riscv ~x86"
fi
IUSE="+mount test"
RESTRICT="!test? ( test )"

COMMON_DEPEND="
	dev-libs/libfmt:=
	net-libs/libmnl:=
	net-libs/libpcap
"
RDEPEND="
	${COMMON_DEPEND}
	mount? ( sys-fs/aoe-mount )
"
DEPEND="
	${COMMON_DEPEND}
	dev-cpp/cli11
	dev-cpp/nlohmann_json
	test? ( dev-cpp/gtest )
"
BDEPEND="
	virtual/pkgconfig
	test? (
		app-misc/jq
		app-shells/zsh
		dev-util/bats
		net-misc/socat
	)
"

CONFIG_CHECK="~ATA_OVER_ETH"
WARNING_ATA_OVER_ETH="AoE disks need the kernel's driver. Switch on CONFIG_ATA_OVER_ETH (as module or built in):
Device Drivers > Block devices > ATA over Ethernet support"

src_configure() {
	local mycmakeargs=(
		-DAOE_VBLADE=OFF
		-DAOE_AOETOOLS=ON
		-DAOE_MOUNT=OFF
		-DBUILD_TESTING=$(usex test)
	)
	aoe-storage_configure_args
	cmake_src_configure
}

src_test() {
	cmake_src_test
	local -x AOE="${BUILD_DIR}/src/aoetools/aoe"
	nonfatal bats --tap --filter-tags '!developer' tests/cli/aoe{,-[!m]*,-m[!o]*}.bats \
		|| die "the tests of the command line failed"
}

src_install() {
	cmake_src_install
	aoe-storage_dodoc
}

pkg_postinst() {
	udev_reload
	aoe-storage_check_registered
	[[ -z ${REPLACING_VERSIONS} ]] || return 0 # this machine knows the first steps
	elog "To find targets without the kernel's driver:"
	elog "  aoe scan"
	elog "To use the driver: modprobe aoe; aoe-discover; aoe-stat"
	if use mount; then
		elog "To mount it at every boot: ${EPREFIX}/etc/conf.d/aoe-mount.yaml, then"
		elog "  rc-update add aoe-mount default"
	fi
}

pkg_postrm() {
	udev_reload
}
