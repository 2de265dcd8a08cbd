# Copyright 2026 AoE storage maintainers
# Distributed under the terms of the GNU General Public License v2

EAPI=8

inherit aoe-storage cmake linux-info systemd

DESCRIPTION="Mounts ATA over Ethernet disks at boot and unmounts them at shutdown"
HOMEPAGE="https://wiki.gentoo.org/wiki/No_homepage"

LICENSE="GPL-2+"
SLOT="0"
if [[ ${PV} != 9999 ]]; then
	KEYWORDS="amd64 ~arm ~arm64 ~ppc64 ~riscv ~x86"
fi
IUSE="dracut test"
RESTRICT="!test? ( test )"

COMMON_DEPEND="
	dev-cpp/yaml-cpp:=
	dev-libs/libfmt:=
	net-libs/libmnl:=
	sys-apps/util-linux
"
RDEPEND="
	${COMMON_DEPEND}
	dracut? ( sys-kernel/dracut )
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
	)
"

CONFIG_CHECK="~ATA_OVER_ETH"
WARNING_ATA_OVER_ETH="AoE disks need the kernel's driver. Switch on CONFIG_ATA_OVER_ETH (as module or built in):
Device Drivers > Block devices > ATA over Ethernet support"

src_configure() {
	local mycmakeargs=(
		-DAOE_VBLADE=OFF
		-DAOE_AOETOOLS=OFF
		-DAOE_MOUNT=ON
		-DBUILD_TESTING=$(usex test)
	)
	aoe-storage_configure_args
	cmake_src_configure
}

src_test() {
	cmake_src_test
	local -x AOE_MOUNT="${BUILD_DIR}/src/aoe_mount/aoe-mount"
	nonfatal bats --tap --filter-tags '!developer' tests/cli/aoe-mount*.bats \
		|| die "the tests of the command line failed"
}

src_install() {
	cmake_src_install
	aoe-storage_dodoc
	doinitd init.d/aoe-mount
	doconfd conf.d/aoe-mount conf.d/aoe-mount.yaml
	insinto /etc/logrotate.d
	doins logrotate.d/aoe-mount
	systemd_dounit systemd/aoe-mount*.service
	systemd_enable_service shutdown.target aoe-mount-guard.service
	if use dracut; then
		exeinto /usr/lib/dracut/modules.d/90aoe
		doexe src/aoe_mount/dracut/90aoe/*.sh
	fi
}

pkg_postinst() {
	aoe-storage_check_registered
	[[ -z ${REPLACING_VERSIONS} ]] || return 0 # this machine knows the first steps
	elog "List the mounts in ${EPREFIX}/etc/conf.d/aoe-mount.yaml, then:"
	elog "  aoe-mount --check ${EPREFIX}/etc/conf.d/aoe-mount.yaml"
	elog "  rc-update add aoe-mount default"
	elog "  rc-service aoe-mount start"
	elog "or, with systemd: systemctl enable --now aoe-mount"
	elog "The layers below file systems need their tools: sys-fs/mdadm for arrays,"
	elog "sys-fs/lvm2 for volume groups, sys-fs/cryptsetup for encrypted disks."
	if use dracut; then
		elog "For a root file system on AoE: dracut --add aoe; the kernel's command line is explained in"
		elog "aoe-mount.dracut(7)."
	fi
}
