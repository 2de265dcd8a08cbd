#!/usr/bin/env bats
# The aoe tools at work in a guest, on the kernel's own driver, against our target on the host, beside Debian's.
# Needs: root, QEMU, /dev/net/tun, Debian's aoetools.

setup() {
  source "$BATS_TEST_DIRNAME/../lab/guest.bash"
  guest_require aoe-stat
  disk=$BATS_TEST_TMPDIR/disk
}

teardown() { wire_down; }

host_grow() {
  truncate -s 96M "$disk"
  serve_stop target
  serve target 1 0 tap0 "$disk"
}

@test "from no driver to a grown disk: interfaces, discover, wait, stat, revalidate, flush, version" {
  truncate -s 64M "$disk"
  wire_up
  serve target 1 0 tap0 "$disk"
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
