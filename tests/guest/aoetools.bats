#!/usr/bin/env bats
# The aoe tools at work in a guest, on the kernel's own driver, against our target on the host, beside Debian's.
# Needs: root, QEMU, /dev/net/tun, Debian's aoetools, udev.

load ../lab/guest/guest

setup() {
  guest_require aoe-stat
  cd "$BATS_TEST_TMPDIR"
  disk=$BATS_TEST_TMPDIR/disk
}

host_grow() {
  truncate -s 96M "$disk"
  stop_server TERM
  serve 1 0 tap0 "$disk"
}

@test "from no driver to a grown disk: interfaces, discover, wait, stat, revalidate, flush, version" {
  truncate -s 64M "$disk"
  wire_up
  serve 1 0 tap0 "$disk"
  guest "$AOE" "$(command -v aoe-stat)=/peer/aoe-stat" <<'END'
    for name in stat discover interfaces revalidate flush version; do ln -s aoe "/bin/aoe-$name"; done
    echo "== no driver"
    ! aoe wait e1.0
    modprobe aoe
    echo "== version"
    aoe-version
    ip link set eth0 up
    aoe-interfaces eth0
    aoe-discover
    echo "== wait"
    aoe wait -t 60s e1.0
    ! aoe wait -t 2s e1.9 e1.0p1
    echo "== stat"
    aoe-stat
    diff <(aoe-stat) <(bash /peer/aoe-stat)
    echo "== scan"
    aoe scan -i eth0
    # Held open, so that the driver looks at the size again only when told to.
    exec 5</dev/etherd/e1.0
    host grow
    aoe-revalidate e1.0
    within 30 eval '[[ $(blockdev --getsize64 /dev/etherd/e1.0) == $((96 << 20)) ]]'
    exec 5<&-
    echo "== flush"
    within 10 eval 'aoe-flush -a && ! aoe-stat'
    echo "== end"
END
  said "aoe wait: the aoe driver is not loaded: run 'modprobe aoe'"
  grep -qE '^ *aoetools:\s+2026\.11' "$BATS_TEST_TMPDIR/guest/said"
  grep -qE '^ *running aoe driver:\s+[0-9]' "$BATS_TEST_TMPDIR/guest/said"
  said "e1.0 is there after"
  grep -qE '^ +e1\.0 +0\.067GB +eth0 +1024 +up' "$BATS_TEST_TMPDIR/guest/said"
}

host_vanish() { stop_server KILL || true; }
host_return() { serve_file; }

# docs/classic-aoetools.md lists what differs on purpose: our own release, and a line of advice below an error.
# bats test_tags=long
@test "two interfaces, Debian's tools beside ours on the same driver and targets, and a target that vanishes" {
  guest_require aoe-stat aoeping udevadm
  truncate -s 16M "$disk"
  truncate -s 96M "$disk.2" # more than coraid-update takes for an update disk
  cat >"$BATS_TEST_TMPDIR/vblade.yaml" <<YAML
interfaces: [tap0, tap1]
exports:
  - {shelf: 1, slot: 0, path: $disk}
  - {shelf: 1, slot: 1, path: $disk.2}
YAML
  wire_up 1500 2
  serve_file
  guest_nics=2 guest "$AOE" udevadm "$(command -v udevadm)=/bin/systemd-udevd" "$ROOT/src/aoetools/60-aoe.rules=/lib/udev/rules.d/60-aoe.rules" \
    /sbin/aoe-{discover,flush,interfaces,mkdevs,mkshelf,revalidate,sancheck,stat,version} /sbin/aoe{ping,cfg} /sbin/coraid-update <<'END'
    echo 'disk:x:6:' >>/etc/group
    ln -s /proc/self/fd/2 /dev/stderr
    mkdir /ours /tmp/nodes
    for name in aoe-{discover,flush,interfaces,mkdevs,mkshelf,revalidate,sancheck,stat,version} aoe{ping,cfg} coraid-update; do ln -s /bin/aoe "/ours/$name"; done
    # Debian's program and ours print the same output and the same errors, below which ours may stand an advice, and end
    # alike. The classic ones ask once and wait a moment, so where the machine was too busy for that both get another chance.
    same() { said_the_same "$@" || said_the_same "$@" || said_the_same "$@"; }
    said_the_same() { # PROGRAM WORD...
      local name=$1 classic=0 ours=0
      shift
      timeout 30 "/bin/$name" "$@" >/tmp/classic 2>/tmp/classic.err || classic=$?
      timeout 30 "/ours/$name" "$@" >/tmp/ours 2>/tmp/ours.err || ours=$?
      if [[ $name == aoe-version ]]; then sed -i 1d /tmp/classic /tmp/ours; fi
      if [[ $name == aoe-flush ]]; then cat /tmp/classic >>/tmp/classic.err && : >/tmp/classic; fi # where it names an unknown device
      sed -i '/^sh: /d' /tmp/classic.err # what the shell adds when the driver refuses
      diff /tmp/classic /tmp/ours && diff /tmp/classic.err <(head -n "$(wc -l </tmp/classic.err)" /tmp/ours.err) &&
        [[ $classic == "$ours" ]] || {
        echo "differs: $name $*: status $classic and $ours"
        return 1
      }
    }
    echo "== nodes by hand"
    for name in bin ours; do
      n_shelves=1 n_partitions=2 "/$name/aoe-mkdevs" "/tmp/nodes/$name"
      n_partitions=1 "/$name/aoe-mkshelf" "/tmp/nodes/$name" 3
      (cd "/tmp/nodes/$name" && stat -c '%n %F %a %t:%T' -- *) >"/tmp/nodes.$name"
    done
    diff /tmp/nodes.bin /tmp/nodes.ours
    [[ $(wc -l </tmp/nodes.ours) == $((5 + 16 * 2 + 16)) ]]
    n_partitions=1 same aoe-mkshelf /tmp/nodes/ours 3
    same aoe-mkshelf /tmp/nodes/ours
    same aoe-mkdevs
    same coraid-update
    same coraid-update /story /dev/etherd/e1.0
    systemd-udevd --daemon
    same aoe-stat
    same aoe-discover
    load_aoe eth0 eth1
    aoe_device e1.0 e1.1
    both_ways() { aoe discover && [[ $(cat "/sys/block/etherd!$1/netif") =~ ^eth[01],\ ?eth[01]$ ]]; }
    within 60 both_ways e1.0
    within 60 both_ways e1.1
    echo "== udev"
    links() { [[ $(cd /dev/disk/by-aoe && echo *) == "$1" ]]; }
    within 60 links "e1.0 e1.1 mac-$(cat "/sys/block/etherd!e1.0/mac")-e1.0 mac-$(cat "/sys/block/etherd!e1.1/mac")-e1.1"
    [[ $(readlink -f /dev/disk/by-aoe/e1.1) == /dev/etherd/e1.1 ]]
    udevadm trigger --settle --subsystem-match=aoe
    [[ $(stat -c '%a %G' /dev/etherd/{discover,flush,interfaces,revalidate} | sort -u) == "220 disk" ]]
    [[ $(stat -c '%a %G' /dev/etherd/err) == "440 disk" ]]
    [[ $(stat -c '%G' /dev/etherd/e1.{0,1} | sort -u) == disk ]]
    echo "== partition"
    aoe wait -t 60s e1.1p1 >/tmp/waited &
    waiter=$!
    # A DOS table with one partition: 8 MiB from sector 2048 on.
    { head -c 446 /dev/zero && printf '\0\0\0\0\x83\0\0\0\0\x08\0\0\0\x40\0\0' && head -c 48 /dev/zero && printf '\x55\xaa'; } >/tmp/table
    dd if=/tmp/table of=/dev/etherd/e1.1 oflag=direct status=none
    blockdev --rereadpt /dev/etherd/e1.1
    wait "$waiter"
    cat /tmp/waited
    within 60 [ -e /dev/disk/by-aoe/e1.1p1 ]
    [[ $(readlink -f "/dev/disk/by-aoe/mac-$(cat "/sys/block/etherd!e1.1/mac")-e1.1p1") == /dev/etherd/e1.1p1 ]]
    dd if=/dev/zero of=/dev/etherd/e1.1 bs=512 count=1 oflag=direct status=none
    blockdev --rereadpt /dev/etherd/e1.1
    echo "== same"
    same aoe-version
    same aoe-stat
    same aoe-stat e1.1
    same aoe-stat e9.9
    same aoe-discover
    same aoe-interfaces
    same aoe-interfaces eth9
    same aoe-interfaces -c eth0
    same aoe-interfaces eth1
    same aoe-interfaces
    same aoe-interfaces eth0 eth1
    same aoe-interfaces
    same aoe-revalidate
    same aoe-revalidate e1.0
    same aoe-revalidate e9.9
    same aoe-flush e9.9
    same aoe-flush
    same aoeping 1 0 eth1
    same aoeping -I 1 1 eth0
    same aoecfg -t 5 1 0 eth0
    same aoecfg -t 2 -c test -s other 1 1 eth1
    same aoe-sancheck
    same aoe-mkdevs /tmp/refused
    same aoe-mkshelf /tmp/refused 1
    echo 0 >/sys/module/aoe/parameters/aoe_dyndevs # now udev is the reason
    same aoe-mkdevs /tmp/refused
    same aoe-mkshelf /tmp/refused 1
    echo 1 >/sys/module/aoe/parameters/aoe_dyndevs
    same coraid-update /story
    same coraid-update /story /dev/etherd/e9.9
    same coraid-update /story /dev/etherd/e1.1
    same coraid-update /missing /dev/etherd/e1.0
    cp /story /tmp/bad.tarc
    same coraid-update /tmp/bad.tarc /dev/etherd/e1.0
    tar cf /tmp/good.tarc -C / story
    same coraid-update /tmp/good.tarc /dev/etherd/e1.0
    same coraid-update /story /dev/etherd/e1.0
    cmp -n "$(stat -c %s /story)" /story /dev/etherd/e1.0
    echo "== map"
    mkfs.ext4 -q /dev/etherd/e1.1
    mkdir -p /mnt/data
    mount /dev/etherd/e1.1 /mnt/data
    aoe map
    umount /mnt/data
    echo "== top"
    mount -t debugfs debugfs /sys/kernel/debug
    aoe top -n 1 -d 200ms
    aoe top -n 1 -d 200ms --json
    while :; do dd if=/dev/etherd/e1.0 of=/dev/null bs=64k iflag=direct 2>/dev/null; done &
    reader=$!
    busy() { aoe top -n 1 -d 1s --json >/tmp/busy && ! grep -q '"reads_per_second":0.0' <(head -c 200 /tmp/busy); }
    within 60 busy
    kill "$reader"
    sed 's/^/busy: /' /tmp/busy
    echo "== vanished"
    host vanish
    ! aoe doctor -t 1s e1.0 # for three minutes the driver takes it for up, and whoever reads it waits
    echo 3 >/sys/module/aoe/parameters/aoe_deadsecs
    ! dd if=/dev/etherd/e1.0 of=/dev/null bs=4k count=1 skip=1000 2>/dev/null
    within 60 grep -q down "/sys/block/etherd!e1.0/state"
    same aoe-stat
    ! aoe wait --passive -t 1s e1.0
    ! aoe doctor -t 1s e1.0
    echo "== back"
    host return
    aoe wait -t 60s e1.0
    dd if=/dev/etherd/e1.0 of=/dev/null bs=4k count=1 skip=1000 2>/dev/null
    same aoe-stat e1.0
    echo "== flushed"
    same aoe-flush -a
    within 30 eval '/ours/aoe-flush -a && [[ ! -e /sys/block/etherd!e1.0 && ! -e /sys/block/etherd!e1.1 ]]'
    same aoe-flush -a
    same aoe-stat
END
  said "e1.1p1 is there after"
  said "e1.1  96.0 MiB, up"
  said "/mnt/data  ext4"
  grep -qE '^e1\.0 +up .* [0-9a-f]{12} +0 +0 +[0-9]+ +0 +eth[01]$' "$BATS_TEST_TMPDIR/guest/said"
  grep '^\[{' "$BATS_TEST_TMPDIR/guest/said" |
    is '[["e1.0",["eth0","eth1"]],["e1.1",["eth0","eth1"]]]' jq -c 'map([.device, (.paths | map(.interfaces[]) | sort)])'
  grep '^\[{' "$BATS_TEST_TMPDIR/guest/said" | is true jq 'all(.[]; .retransmit_us == 2 * .rtt_us + 8 * .rtt_deviation_us)'
  sed -n 's/^busy: //p' "$BATS_TEST_TMPDIR/guest/said" | is true jq '.[0] | .reads_per_second > 0 and (.paths | map(.frames_per_second) | add) > 0'
  said "fault the driver reports e1.0 as up, but its target does not answer on "
  said "fault e1.0 is down"
  said "start its target again, then: aoe discover"
  said "e1.0 is there after"
}
