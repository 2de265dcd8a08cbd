#!/usr/bin/env bats
# aoe stat on recorded sysfs trees, beside Debian's aoe-stat. Needs: no root, no driver.

load ../lab/driver/sysfs

setup() {
  use_sysfs
}

# Runs both on the tree, with the same arguments, and compares output and exit status. Relative to the tree,
# because the classic tool drops every device when the path to sysfs has a p in it.
same_as_classic() {
  [ -x /sbin/aoe-stat ] || skip "needs Debian's aoetools"
  local ours classic our_status=0 classic_status=0
  ours=$(cd "$tree" && LC_ALL=C sysfs_dir=. "$AOE" stat "$@" 2>"$BATS_TEST_TMPDIR/ours.err") || our_status=$?
  classic=$(cd "$tree" && LC_ALL=C sysfs_dir=. /sbin/aoe-stat "$@" 2>"$BATS_TEST_TMPDIR/classic.err") || classic_status=$?
  diff <(echo "$classic") <(echo "$ours")
  [ "$our_status" -eq "$classic_status" ]
  diff "$BATS_TEST_TMPDIR/classic.err" "$BATS_TEST_TMPDIR/ours.err"
}

@test "stat: the classic columns" {
  add_device "$tree" e1.0
  run "$AOE" stat
  [ "$status" -eq 0 ]
  [ "$output" = "      e1.0         2.147GB       eth1 8704  up            " ]
}

@test "stat: line by line as Debian's aoe-stat, in every state a device can have" {
  add_device "$tree" e1.0
  add_device "$tree" e1.1 state=down netif=none size=0
  add_device "$tree" e1.10 state=up,closewait netif=eth0,eth1 payload=1024
  add_device "$tree" e1.2 state=down,kickme size=1
  add_device "$tree" e10.3 size=23437770752 dev=152:4096
  add_device "$tree" e65534.254 size=15625 payload=512
  same_as_classic
}

@test "stat: as Debian's with attributes that are missing, and with a driver that knows no payload" {
  add_device "$tree" e1.0 size= netif= state=
  same_as_classic
  rm "$tree"/block/*/payload
  same_as_classic
}

# The classic tool moves the state into the empty column.
@test "stat: a device without payload beside one with it keeps its columns, unlike Debian's" {
  add_device "$tree" e1.0
  add_device "$tree" e2.0 payload=
  run "$AOE" stat
  [ "${lines[1]}" = "      e2.0         2.147GB       eth1 (NA)  up            " ]
}

@test "stat: a pattern picks lines and decides the exit status, as Debian's" {
  add_device "$tree" e1.0
  add_device "$tree" e1.1 state=down
  same_as_classic down
  same_as_classic 'e1\.[01] '
  same_as_classic 'e1.*up'
  same_as_classic e9.9
}

@test "stat: exit status 1 when there is no device, as Debian's" {
  same_as_classic
}

@test "stat: other block devices and partitions are not shown" {
  add_device "$tree" e1.0
  mkdir "$tree/block/sda" "$tree/block/nvme0n1" "$tree/block/etherd!e1.0p1" "$tree/block/etherd!e1" \
    "$tree/block/etherd!e99999.0"
  run "$AOE" stat
  [ "${#lines[@]}" -eq 1 ]
}

@test "stat: without the driver it says what to do, on stderr alone" {
  rm -r "$tree/module/aoe"
  run --separate-stderr "$AOE" stat
  [ "$status" -eq 1 ]
  [ "$output" = "" ]
  [ "$stderr" = "aoe-stat: the aoe driver is not loaded: run 'modprobe aoe'" ]
}

@test "stat: without sysfs it says so, as Debian's" {
  rm -r "$tree/block"
  same_as_classic
  run "$AOE" stat
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-stat Error: sysfs is not mounted" ]
}

@test "stat: a pattern that is none is named" {
  run "$AOE" stat '['
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-stat: '[' is not a regular expression" ]
}

@test "stat --json: the same facts, typed" {
  need jq
  add_device "$tree" e1.10 netif=eth0,eth1
  add_device "$tree" e1.2 state=down,closewait size= netif=none
  run "$AOE" stat --json
  [ "$status" -eq 0 ]
  is '{"device":"e1.2","shelf":1,"slot":2,"bytes":null,"interfaces":[],"payload":8704,"state":"down,closewait","up":false,"mac":"0080c8caff65","firmware":"0x4019"}' \
    jq -c '.[0]' <<<"$output"
  is '{"device":"e1.10","shelf":1,"slot":10,"bytes":2147483648,"interfaces":["eth0","eth1"],"payload":8704,"state":"up","up":true,"mac":"0080c8caff65","firmware":"0x4019"}' \
    jq -c '.[1]' <<<"$output"
}

@test "stat: hostile attributes are printed as text and never crash it" {
  need jq
  add_device "$tree" e1.0 size=99999999999999999999999 "state=$(printf 'up\377\001')"
  add_device "$tree" e1.1 size=-1
  add_device "$tree" e1.2 size=18446744073709551615
  head -c 10000 /dev/zero | tr '\0' x >"$tree/block/etherd!e1.0/netif"
  run "$AOE" stat
  [ "$status" -eq 0 ]
  run "$AOE" stat --json
  [ "$status" -eq 0 ]
  jq . <<<"$output" >/dev/null
}

@test "stat --help explains and shows examples" {
  run "$AOE" stat --help
  [ "$status" -eq 0 ]
  [[ "$output" == *"Examples:"*"aoe stat --json"* ]]
  run "$AOE" stat -h
  [ "$status" -eq 0 ]
}
