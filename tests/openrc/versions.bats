# The same services on each version of OpenRC: 0.45 of Debian 12, 0.56 of Debian 13, and the newest, of Debian sid. The
# long list of stories is vblade.bats and aoe-mount.bats; this is what a version could break.

load ../lab/openrc/openrc

teardown() { pull_plug; }

boot_with() { # ROOT VERSION
  make_container "$1"
  truncate -s 4M "$container/share/web.img"
  export_at 0
  boot
  [[ $(inside openrc --version) == *"$2"* ]]
}

export_at() { # SLOT
  printf '%s\n' 'shelf: 1' 'interfaces: [eth1]' 'exports:' "  - slot: $1" '    path: /mnt/web.img' \
    >"$container/share/vblade.yaml"
  cp "$container/share/vblade.yaml" "$container/disk/etc/conf.d/vblade.yaml"
  [[ ! -e $container/unshare.pid ]] || configure vblade <"$container/share/vblade.yaml"
}

sees() { [[ $(inside aoe scan --interface peer1 --timeout 300ms 2>/dev/null | awk '/^e[0-9]/ {print $1}' | xargs) == "$*" ]]; }
is_another_child() { # PID
  local now
  now=$(child_of vblade) && [[ -n $now && $now != "$1" ]]
}

vblade_lives() {
  inside ip link set eth1 down
  run -1 inside rc-service vblade start
  [[ $output == *"interface eth1 is down; set it up: ip link set eth1 up"* ]]
  run -3 inside rc-service vblade status
  inside ip link set eth1 up

  inside rc-service vblade start
  sees e1.0
  inside rc-service vblade status

  before=$(child_of vblade)
  inside kill -KILL "$before"
  within 30 is_another_child "$before"
  within 30 sees e1.0
  inside rc-service vblade status

  before=$(child_of vblade)
  export_at 300
  run -1 inside rc-service vblade reload
  run -1 inside rc-service vblade restart
  [[ $output == *"exports[0].slot: 300 is not in 0..254"* ]]
  is "$before" child_of vblade
  export_at 7
  inside rc-service vblade reload
  sees e1.7
  is "$before" child_of vblade

  inside rc-service vblade stop
  run -3 inside rc-service vblade status
  nothing_is_left_of vblade
}

# An upgrade from vblade 25: its daemon runs on while its files make way for the new ones.
vblade_takes_over() {
  local old=$LAB/gentoo/tree/sys-block/vblade/files
  cp /usr/sbin/vblade "$container/share/vblade-25"
  cp "$old/vbladed" "$old/vblade.initd" "$container/share/"
  inside sh -euc '
    rm -f /etc/conf.d/vblade.vblade0.yaml # of the version before
    ln -sf net.lo /etc/init.d/net.eth1
    echo "config_vblade0=\"-b 32 7 0 eth1 /mnt/web.img\"" >>/etc/conf.d/vblade
    mv /usr/sbin/vblade /usr/sbin/vblade-2026
    rm -f /usr/sbin/vbladed
    install /mnt/vblade-25 /usr/sbin/vblade
    install /mnt/vbladed /usr/sbin/vbladed
    install /mnt/vblade.initd /etc/init.d/vblade.vblade0
    rc-update -u
    rc-service net.eth1 start
    rc-service vblade.vblade0 start'
  within 30 sees e7.0
  inside sh -euc '
    mv -f /usr/sbin/vblade-2026 /usr/sbin/vblade
    ln -sf vblade /usr/sbin/vbladed
    ln -sf vblade /etc/init.d/vblade.vblade0
    rc-update -u'

  run -0 inside rc-service vblade.vblade0 status
  [ "$output" = " * status: started" ]
  run -0 inside rc-service vblade.vblade0 restart
  [[ $output == *"Stopping AoE target vblade.vblade0 of vblade 25"* ]]
  run -1 inside pgrep -f '^/usr/sbin/vblade -b 32 7 0'
  sees e7.0
  inside rc-service vblade.vblade0 status
  inside rc-service vblade.vblade0 stop
  run -3 inside rc-service vblade.vblade0 status
}

# What keeps a shutdown from waiting for dead targets waits for the mark that this OpenRC sets in a shutdown.
guard_watches() { inside sh -c 'grep -qs ^inotify /proc/$(cat /run/aoe-mount.guard.pid)/fdinfo/*'; }
guard_is_gone() { ! inside pgrep -f 'aoe-mount guard' >/dev/null; }

aoe_mount_lives() {
  configure aoe-mount <<<$'interfaces: [eth1]\nwait: 1s\nmounts:\n  - shelf: 1\n    slot: 300\n    mountpoint: /media'
  run -1 inside rc-service aoe-mount start
  [[ $output == *"mounts[0].slot: 300 is not in 0..254"* ]]
  run -3 inside rc-service aoe-mount status
  inside sed -i 's/300/0/' /etc/conf.d/aoe-mount.yaml
  run -1 inside rc-service aoe-mount start
  run -16 inside rc-service aoe-mount status
  within 30 guard_watches
  inside rc-service aoe-mount stop
  within 30 guard_is_gone
  run -1 inside rc-service aoe-mount start
  within 30 guard_watches
  power_off
  grep -F 'Taking down the AoE file systems of aoe-mount' "$container/console"
}

@test "OpenRC 0.45: vblade and aoe-mount start, fail, crash, reload and stop as they should" {
  boot_with openrc-bookworm 0.45
  vblade_lives
  vblade_takes_over
  aoe_mount_lives
}

@test "OpenRC 0.56: vblade and aoe-mount start, fail, crash, reload and stop as they should" {
  boot_with openrc 0.56
  vblade_lives
  vblade_takes_over
  aoe_mount_lives
}

@test "the newest OpenRC: vblade and aoe-mount start, fail, crash, reload and stop as they should" {
  boot_with openrc-sid 0.6
  vblade_lives
  vblade_takes_over
  aoe_mount_lives
}
