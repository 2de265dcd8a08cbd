# Copyright 2026 AoE storage maintainers
# Distributed under the terms of the GNU General Public License v2

EAPI=8

inherit aoe-storage cmake linux-info systemd

DESCRIPTION="ATA over Ethernet target: exports disks and files to other machines"
HOMEPAGE="https://wiki.gentoo.org/wiki/No_homepage"

LICENSE="GPL-2+"
SLOT="0"
if [[ ${PV} != 9999 ]]; then
	KEYWORDS="amd64"
fi
IUSE="test"
RESTRICT="!test? ( test )"

COMMON_DEPEND="
	dev-cpp/yaml-cpp:=
	dev-libs/libfmt:=
	dev-libs/spdlog:=
	net-libs/libmnl:=
	net-libs/libpcap
	sys-libs/liburing:=
	sys-libs/libseccomp
"
RDEPEND="
	${COMMON_DEPEND}
	acct-group/vblade
	acct-user/vblade
"
DEPEND="
	${COMMON_DEPEND}
	dev-cpp/cli11
	dev-cpp/nlohmann_json
	test? ( dev-cpp/gtest )
"
BDEPEND="
	virtual/pkgconfig
	test? ( dev-util/bats )
"

CONFIG_CHECK="~PACKET"
WARNING_PACKET="vblade serves through packet sockets. Switch on CONFIG_PACKET:
Networking support > Networking options > Packet socket"

src_configure() {
	local mycmakeargs=(
		-DAOE_VBLADE=ON
		-DAOE_AOETOOLS=OFF
		-DAOE_MOUNT=OFF
		-DBUILD_TESTING=$(usex test)
	)
	aoe-storage_configure_args
	cmake_src_configure
}

src_test() {
	cmake_src_test
	local -x VBLADE="${BUILD_DIR}/src/vblade/vblade" VBLADECTL="${BUILD_DIR}/src/vblade/vbladectl"
	nonfatal bats --tap --filter-tags '!developer' tests/cli/vblade*.bats \
		|| die "the tests of the command line failed"
}

src_install() {
	cmake_src_install
	aoe-storage_dodoc
	doinitd init.d/vblade
	doconfd conf.d/vblade conf.d/vblade.yaml
	insinto /etc/logrotate.d
	doins logrotate.d/vblade
	systemd_dounit systemd/vblade.service systemd/vblade@.service
	keepdir /var/lib/vblade
}

pkg_postinst() {
	aoe-storage_check_registered
	if [[ -z ${REPLACING_VERSIONS} ]]; then
		elog "List what to export in ${EPREFIX}/etc/conf.d/vblade.yaml, then:"
		elog "  vblade --check ${EPREFIX}/etc/conf.d/vblade.yaml"
		elog "  rc-update add vblade default"
		elog "  rc-service vblade start"
		elog "or, with systemd: systemctl enable --now vblade"
	fi

	local old
	for old in ${REPLACING_VERSIONS}; do
		if ver_test "${old}" -lt 2026; then
			ewarn "vblade-${old} was set up by variables like config_vblade0 in"
			ewarn "${EPREFIX}/etc/conf.d/vblade and by services like vblade.vblade0. Now one service,"
			ewarn "vblade, serves every export that vblade.yaml lists: take the old exports over"
			ewarn "there, and the old services out of the runlevels (rc-update del vblade.vblade0)."
			break
		fi
	done
}
