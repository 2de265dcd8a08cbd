# Copyright 2026 AoE storage maintainers
# Distributed under the terms of the GNU General Public License v2

EAPI=8

inherit aoe-storage cmake linux-info systemd

DESCRIPTION="ATA over Ethernet target: exports disks and files to other machines"
HOMEPAGE="https://wiki.gentoo.org/wiki/No_homepage"

LICENSE="GPL-2+"
SLOT="0"
if [[ ${PV} != 9999 ]]; then
	KEYWORDS="amd64 ~arm ~arm64 ~ppc64 ~riscv ~x86"
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
	test? (
		app-shells/zsh
		dev-util/bats
		net-misc/socat
	)
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

pkg_preinst() {
	vblade_keep_old_exports
}

pkg_postinst() {
	aoe-storage_check_registered
	if [[ -z ${REPLACING_VERSIONS} ]]; then
		elog "List the exports in ${EPREFIX}/etc/conf.d/vblade.yaml, then:"
		elog "  vblade --check ${EPREFIX}/etc/conf.d/vblade.yaml"
		elog "  rc-update add vblade default"
		elog "  rc-service vblade start"
		elog "or, with systemd: systemctl enable --now vblade"
	fi

	vblade_link_old_services
	vblade_explain_takeover
}

# Imports what vblade 25 exported, without waiting for the services to do so: emerge --config sys-block/vblade
pkg_config() {
	"${EROOT}/usr/sbin/vblade" --import --into "${EROOT}/etc/conf.d" "${EROOT}/etc/conf.d/vblade" ||
		die "not everything in ${EROOT}/etc/conf.d/vblade could be imported: see above"
	einfo "To serve the file ${EPREFIX}/etc/conf.d/vblade.NAME.yaml, restart its service vblade.NAME:"
	einfo "  rc-service vblade.NAME restart"
}

# conf.d/vblade of vblade 25 holds its exports, config_NAME="...". Portage replaces a file that nobody edited, and
# etc-update may replace an edited one. The new file ends with the old one, so no export is lost.
vblade_keep_old_exports() {
	local old="${EROOT}/etc/conf.d/vblade" heading="# --- conf.d/vblade as vblade 25 had it"
	grep -qs '^[[:space:]]*config_' "${old}" || return 0
	if grep -q "^${heading}" "${old}"; then
		awk -v heading="${heading}" 'index($0, heading) == 1 { on = 1 } on' "${old}"
	else
		echo "${heading}: /etc/init.d/vblade.NAME imports config_NAME at its first start."
		cat "${old}"
	fi >"${T}/old-exports" || die
	{ echo && cat "${T}/old-exports"; } >>"${ED}/etc/conf.d/vblade" || die
}

# The links of all services of vblade 25 lead to its script /etc/init.d/vblade.vblade0, which Portage has removed.
vblade_link_old_services() {
	local link script="${EROOT}/etc/init.d/vblade.vblade0"
	[[ ! -e ${script} ]] || return 0
	for link in "${EROOT}"/{etc/init.d,etc/runlevels/*,run/openrc/started}/vblade.*; do
		[[ $(readlink "${link}") =~ (^|/)vblade\.vblade0$ ]] || continue
		ln -sfn vblade "${script}" || die
		break
	done
}

vblade_explain_takeover() {
	local old
	for old in ${REPLACING_VERSIONS}; do
		ver_test "${old}" -lt 2026 || continue
		ewarn "The daemons of vblade-${old} are still running. Each service vblade.NAME can stop its"
		ewarn "daemon. At its next start, or at the next boot, the service imports config_NAME from"
		ewarn "${EPREFIX}/etc/conf.d/vblade into ${EPREFIX}/etc/conf.d/vblade.NAME.yaml and serves that."
		ewarn "To import everything now, and to list the exports that cannot be imported:"
		ewarn "  emerge --config sys-block/vblade"
		ewarn "To run the new program without a reboot, for each NAME:"
		ewarn "  rc-service vblade.NAME restart"
		break
	done
	if [[ -f ${EROOT}/etc/init.d/vblade.vblade0 && ! -L ${EROOT}/etc/init.d/vblade.vblade0 ]]; then
		ewarn "${EPREFIX}/etc/init.d/vblade.vblade0 was edited, so it is still the old script. To use the new one:"
		ewarn "  ln -sfn vblade ${EPREFIX}/etc/init.d/vblade.vblade0"
	fi
}
