#!/usr/bin/env bats
# A machine that serves with vblade-25 is upgraded, by a real Portage under a real OpenRC. The oracle is a client at the
# other end of its cable: it reads at the old address what it wrote through the old daemon.
# Needs: root, overlayfs, Debian's vblade, which is the old daemon.

load ../lab/openrc/openrc
load ../lab/gentoo/quick_compile

# Two exports, both in the runlevel. One is the script itself, the other a link to it, as the old package wants them.
setup_file() {
  make_gentoo
  export container
  boot
  on_gentoo emerge vblade
  inside ln -s net.lo /etc/init.d/net.eth1
  inside ln -s /etc/init.d/vblade.vblade0 /etc/init.d/vblade.home
  inside tee /etc/conf.d/vblade <<-'END' >/dev/null
	# the server in the cellar
	config_vblade0="7 0 eth1 /mnt/first.img"
	config_home="-b 32 7 1 eth1 /mnt/second.img"
	END
  local service
  for service in net.eth1 vblade.vblade0 vblade.home; do inside rc-update add "$service" default; done
  power_off
  cp -a "$container/disk" "$container/disk-25"
  # Compiled once, into packages that the stories install.
  boot
  upgrade_by --pretend >"$container/pretend.log"
  upgrade_by --buildpkgonly >"$container/build.log" || {
    cat "$container/build.log"
    return 1
  }
  pull_plug
}

setup() { need_root "it makes namespaces and mounts"; }

teardown() {
  [[ -n ${BATS_TEST_COMPLETED-} || ! -e $container/console ]] || cat "$container/console"
}

teardown_file() { pull_plug; }

on_gentoo() { inside env PATH=/opt/portage/bin:/usr/sbin:/usr/bin:/sbin:/bin PKGDIR=/mnt/packages NOCOLOR=true "$@"; }

upgrade_by() { on_gentoo env PORTDIR_OVERLAY=/srv/aoe-storage "${quick_compile[@]}" emerge --update "$1" vblade; } # OPTION

# Puts the container back to one of its earlier disks, off. Its exports are empty.
container_with() { # DISK
  pull_plug
  rm -rf "$container/disk"
  cp -a "$container/$1" "$container/disk"
  rm -f "$container"/share/*.img
  truncate -s 4M "$container/share/first.img" "$container/share/second.img"
}

boot_with_25() {
  container_with disk-25
  boot
  within 30 answers 7.0
  within 30 answers 7.1
}

upgrade() {
  upgrade_by --usepkg >"$container/upgrade.log" 2>&1 || {
    cat "$container/upgrade.log"
    return 1
  }
  inside test -x /usr/sbin/vbladectl
}

# The container after its upgrade, off, without another merge.
upgraded_container() {
  [[ -d $container/disk-upgraded ]] || {
    boot_with_25
    upgrade
    pull_plug
    cp -a "$container/disk" "$container/disk-upgraded"
  }
  container_with disk-upgraded
}

# --- the client -----------------------------------------------------------------------------------------------

client() { # WHAT ADDRESS NUMBER...
  local address=$2
  inside python3 /srv/aoe-storage/tests/lab/net/frames.py peer1 "$1" "${address%.*}" "${address#*.}" "${@:3}"
}
answers() { [[ $(client identify "$1") == "status 0x40 error 0x00" ]]; } # ADDRESS
is_silent() { [[ $(client identify "$1") == "no reply" ]]; }             # ADDRESS
writes() { [[ $(client write "$1" 5 1 <<<"$2") == "status 0x40 "* ]]; }  # ADDRESS TEXT
reads() { [[ $(client read "$1" 5 1 | tr -d '\0') == "$2" ]]; }          # ADDRESS TEXT

# --- the server -----------------------------------------------------------------------------------------------

# The daemon of vblade 25 that serves at this address.
old_daemon() { inside pgrep -f "^/usr/sbin/vblade (.* )?${1/./ } "; } # ADDRESS

# --- stories --------------------------------------------------------------------------------------------------

@test "emerge -u, then a power cut: the client reads at the old addresses what it wrote through the old daemons" {
  boot_with_25
  writes 7.0 "written through the old daemon"
  writes 7.1 "this too"
  cp "$container/disk/etc/conf.d/vblade" "$BATS_TEST_TMPDIR/conf.d"
  upgrade
  old_daemon 7.0
  pull_plug
  cp -a "$container/disk" "$container/disk-upgraded"

  boot
  reads 7.0 "written through the old daemon"
  reads 7.1 "this too"
  run -1 old_daemon 7.0
  writes 7.0 "written through the new one"
  reads 7.0 "written through the new one"
  # What the administrator had is as it was, the imported files came in addition.
  cmp "$container/disk/etc/conf.d/vblade" "$BATS_TEST_TMPDIR/conf.d"
  is /etc/init.d/vblade.vblade0 inside readlink /etc/init.d/vblade.home
  is vblade inside readlink /etc/init.d/vblade.vblade0
  inside test -e /etc/conf.d/vblade.vblade0.yaml
  inside grep 'path: /mnt/second.img' /etc/conf.d/vblade.home.yaml
  inside rc-service vblade.vblade0 status
  inside rc-service vblade.home status
  grep -F 'config_home of /etc/conf.d/vblade is now /etc/conf.d/vblade.home.yaml' "$container/console"

  power_off
  boot
  reads 7.0 "written through the new one"
  reads 7.1 "this too"
  run -1 grep -F 'is now /etc/conf.d' "$container/console"
}

@test "a news item announces it before the merge, and emerge -u says what becomes of the old services" {
  upgraded_container
  grep -F "IMPORTANT: 1 news items need reading for repository 'aoe-storage'." "$container/pretend.log"
  is 2026-11-30-vblade-takeover cat "$container/disk/var/lib/gentoo/news/news-aoe-storage.unread"
  [[ $(<"$container/upgrade.log") == *" * The daemons of vblade-25 are still running. Each service vblade.NAME can stop its
 * daemon. At its next start, or at the next boot, the service imports config_NAME from
 * /etc/conf.d/vblade into /etc/conf.d/vblade.NAME.yaml and serves that.
 * To import everything now, and to list the exports that cannot be imported:
 *   emerge --config sys-block/vblade
 * To run the new program without a reboot, for each NAME:
 *   rc-service vblade.NAME restart"* ]]
  # Nor does etc-update lose the exports.
  is "$(grep ^config_ "$container/disk-25/etc/conf.d/vblade")" grep ^config_ "$container/disk/etc/conf.d/._cfg0000_vblade"
}

@test "after emerge -u status tells of the old daemons, and stop ends one by the name of its service" {
  boot_with_25
  upgrade
  run -0 inside rc-service vblade.home status
  [ "$output" = " * status: started" ]
  run -0 inside rc-service vblade.home stop
  [[ $output == *" * Stopping AoE target vblade.home of vblade 25 (process "*") ... [ ok ]"* ]]
  is_silent 7.1
  answers 7.0
  old_daemon 7.0
  run -3 inside rc-service vblade.home status
  [ "$output" = " * status: stopped" ]

  run -0 inside rc-service vblade.home start
  answers 7.1
  run -1 old_daemon 7.1
  [ "$(child_of vblade.home)" ]
  run -0 inside rc-service vblade.home stop
  is_silent 7.1

  # One that died by itself.
  inside kill -KILL "$(old_daemon 7.0)"
  within 20 is_silent 7.0
  run -32 inside rc-service vblade.vblade0 status
  [ "$output" = " * status: crashed" ]
  run -0 inside rc-service vblade.vblade0 restart
  answers 7.0
}

@test "after emerge -u a restart stops the old daemon and serves by the new one, the same bytes" {
  boot_with_25
  writes 7.1 "before the restart"
  upgrade
  run -0 inside rc-service vblade.home restart
  run -1 old_daemon 7.1
  reads 7.1 "before the restart"
  [ "$(child_of vblade.home)" ]
  inside rc-service vblade.home status
}

@test "after emerge -u a shutdown in order stops the old daemons" {
  boot_with_25
  upgrade
  power_off
  grep -F 'Stopping AoE target vblade.home of vblade 25' "$container/console"
  grep -F 'Stopping AoE target vblade.vblade0 of vblade 25' "$container/console"
}

@test "a line that cannot be imported is not served: the console says which and what to do; the others are served" {
  upgraded_container
  cat >"$container/disk/etc/conf.d/vblade" <<-'END'
	interface=eth1
	config_vblade0="7 0 eth1 /mnt/first.img"
	config_home="7 1 ${interface} /mnt/second.img"
	END
  boot
  answers 7.0
  is_silent 7.1
  grep -F '/etc/conf.d/vblade:3:' "$container/console"
  grep -F ' * config_home of /etc/conf.d/vblade is not served: it could not be imported.' "$container/console"
  grep -F ' * Write the export into /etc/conf.d/vblade.home.yaml (see vblade.yaml(5)), then: rc-service vblade.home start' "$container/console"
  run -1 inside test -e /etc/conf.d/vblade.home.yaml
  grep -F '/etc/conf.d/vblade:3:' "$container/disk/var/log/vblade.home.log"
  run -1 inside rc-service vblade.home check
  run -3 inside rc-service vblade.home status

  inside sed -i 's/\${interface}/eth1/' /etc/conf.d/vblade
  run -0 inside rc-service vblade.home start
  answers 7.1
}

@test "an export whose file is missing: the service says so, and starts when the file is there" {
  upgraded_container
  mv "$container/share/second.img" "$container/share/away.img"
  boot
  answers 7.0
  is_silent 7.1
  grep -F "path: '/mnt/second.img' does not exist" "$container/console"
  mv "$container/share/away.img" "$container/share/second.img"
  run -0 inside rc-service vblade.home start
  answers 7.1
}

@test "a service that has a file of its own serves that, whatever the old line says" {
  upgraded_container
  printf '%s\n' 'shelf: 9' 'interfaces: [eth1]' 'exports:' '  - slot: 1' '    path: /mnt/second.img' \
    >"$container/disk/etc/conf.d/vblade.home.yaml"
  cp "$container/disk/etc/conf.d/vblade.home.yaml" "$BATS_TEST_TMPDIR/mine"
  boot
  answers 9.1
  is_silent 7.1
  cmp "$container/disk/etc/conf.d/vblade.home.yaml" "$BATS_TEST_TMPDIR/mine"
}

@test "a half-finished migration: what vblade.yaml serves already is refused to the old service, and nothing is changed" {
  upgraded_container
  printf '%s\n' 'shelf: 7' 'interfaces: [eth1]' 'exports:' '  - slot: 0' '    path: /mnt/first.img' \
    >"$container/disk/etc/conf.d/vblade.yaml"
  ln -s /etc/init.d/vblade "$container/disk/etc/runlevels/default/vblade"
  cp -a "$container/disk/etc" "$BATS_TEST_TMPDIR/etc"
  boot
  answers 7.0
  answers 7.1
  inside rc-service vblade status
  run -3 inside rc-service vblade.vblade0 status
  cmp "$container/disk/etc/conf.d/vblade" "$BATS_TEST_TMPDIR/etc/conf.d/vblade"
  cmp "$container/disk/etc/conf.d/vblade.yaml" "$BATS_TEST_TMPDIR/etc/conf.d/vblade.yaml"
  run -1 inside test -e /etc/conf.d/vblade.vblade0.yaml
  grep -F ' * config_vblade0 of /etc/conf.d/vblade is not served: the service vblade already serves its address.' "$container/console"
  grep -F ' * If both are one export, list its interfaces in /etc/conf.d/vblade.yaml, and: rc-update del vblade.vblade0' "$container/console"
  grep -F ' * Otherwise choose another slot in /etc/conf.d/vblade, then: rc-service vblade.vblade0 start' "$container/console"
}

@test "two old services with one address: the second is refused" {
  upgraded_container
  sed -i 's/7 1 eth1/7 0 eth1/' "$container/disk/etc/conf.d/vblade"
  boot
  writes 7.0 "to one of them"
  reads 7.0 "to one of them"
  inside rc-service vblade.home status
  run -3 inside rc-service vblade.vblade0 status
  grep -F 'config_home: e7.0 is the address of config_vblade0 on the same interface, too: start only one of these services' "$container/console"
  grep -F ' * config_vblade0 of /etc/conf.d/vblade is not served: the service vblade.home already serves its address.' "$container/console"
}

@test "while an old daemon serves the address, the new service is refused, with the command that ends it" {
  boot_with_25
  upgrade
  printf '%s\n' 'shelf: 7' 'interfaces: [eth1]' 'exports:' '  - slot: 0' '    path: /mnt/first.img' |
    inside tee /etc/conf.d/vblade.yaml >/dev/null
  run -1 inside rc-service vblade start
  echo "$output"
  old=$(old_daemon 7.0)
  [[ $output == *"process $old, an old vblade, serves e7.0 on eth1 from '/mnt/first.img': end it with 'rc-service vblade.vblade0 stop'"* ]]
  inside rc-service vblade.vblade0 stop
  inside rc-service vblade start
  answers 7.0
}

@test "conf.d/vblade of version 25 that nobody edited is replaced, and its exports are in the new one, after each merge" {
  container_with disk-25
  cp "$LAB/gentoo/tree/sys-block/vblade/files/vblade.confd" "$container/disk/etc/conf.d/vblade"
  boot
  upgrade
  [[ $(<"$container/disk/etc/conf.d/vblade") == "$(<"$ROOT/conf.d/vblade")

# --- conf.d/vblade as vblade 25 had it: /etc/init.d/vblade.NAME imports config_NAME at its first start.
$(<"$LAB/gentoo/tree/sys-block/vblade/files/vblade.confd")" ]]
  cp "$container/disk/etc/conf.d/vblade" "$BATS_TEST_TMPDIR/merged"
  on_gentoo env PORTDIR_OVERLAY=/srv/aoe-storage emerge --usepkg vblade
  cmp "$container/disk/etc/conf.d/vblade" "$BATS_TEST_TMPDIR/merged"
}

@test "an edited script of version 25 is kept and still serves; emerge says how to use the new one" {
  container_with disk-25
  echo '# edited' >>"$container/disk/etc/init.d/vblade.vblade0"
  boot
  upgrade
  [[ $(<"$container/upgrade.log") == *" * /etc/init.d/vblade.vblade0 was edited, so it is still the old script. To use the new one:
 *   ln -sfn vblade /etc/init.d/vblade.vblade0"* ]]
  pull_plug
  boot
  within 30 answers 7.0
  inside ln -sfn vblade /etc/init.d/vblade.vblade0
  inside rc-service vblade.vblade0 stop
}

@test "emerge --config imports everything at once, and fails when something cannot be imported" {
  upgraded_container
  rm "$container/disk/etc/runlevels/default"/vblade.*
  boot
  run -0 on_gentoo env PORTDIR_OVERLAY=/srv/aoe-storage emerge --config sys-block/vblade
  [[ $output == *" *   rc-service vblade.NAME restart"* ]]
  inside test -e /etc/conf.d/vblade.vblade0.yaml
  inside test -e /etc/conf.d/vblade.home.yaml
  inside rc-service vblade.home start
  answers 7.1
  inside sh -c 'rm /etc/conf.d/vblade.*.yaml; echo "config_third=\"7 2 \$(hostname) /mnt/first.img\"" >>/etc/conf.d/vblade'
  run -1 on_gentoo env PORTDIR_OVERLAY=/srv/aoe-storage emerge --config sys-block/vblade
  [[ $output == *"/etc/conf.d/vblade:4:"* ]]
  [[ $output == *"not everything in /etc/conf.d/vblade could be imported: see above"* ]]
}
