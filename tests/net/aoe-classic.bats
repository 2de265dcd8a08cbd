#!/usr/bin/env bats
# aoecfg, aoeping and aoe-sancheck beside Debian's, on the same targets, output and exit status line by line.
# docs/classic-aoetools.md lists what differs on purpose. Needs: root, network namespaces.

load ../lab/net/vblade

setup() {
  bin=$(dirname "$AOE")
  make_namespaces 9000
  disk=$BATS_TEST_TMPDIR/disk
  truncate -s 10M "$disk"
  truncate -s 20M "$disk.2"
}

# The classic program and ours print the same, in any order, and end alike. The classic one asks once and waits a
# moment, so where the machine was too busy for that both get another chance.
same() { # PROGRAM WORD...
  local _
  for _ in 1 2 3; do
    if said_the_same "$@"; then return 0; fi
  done
  return 1
}

said_the_same() { # PROGRAM WORD...
  local program=$1 dir
  shift
  for dir in /sbin "$bin"; do
    run --separate-stderr on_client timeout 20 "$dir/$program" "$@"
    { echo "status $status" && sort <<<"$output"; } >"$BATS_TEST_TMPDIR/$(basename "$dir").said"
  done
  diff "$BATS_TEST_TMPDIR/sbin.said" "$BATS_TEST_TMPDIR/$(basename "$bin").said"
}

@test "aoecfg: reads, sets, tests and clears as Debian's" {
  serve 1 0 eth0 "$disk"
  serve 1 1 eth0 "$disk.2"
  same aoecfg -t 1
  same aoecfg -t 1 eth0
  same aoecfg -t 1 1 0
  same aoecfg -t 1 1 0 eth0
  same aoecfg -t 1 65535 255 eth0
  same aoecfg -t 1 1 255 eth0
  same aoecfg -t 1 9 9 eth0
  on_client "$bin/aoecfg" -c set -s "web disk" 1 0 eth0
  same aoecfg -t 1 -c set -s other 1 0 eth0
  same aoecfg -t 1 -c set -s "web disk" 1 0 eth0
  same aoecfg -t 1 -c test -s web 1 0 eth0
  same aoecfg -t 1 -c test -s "web disk" eth0
  same aoecfg -t 1 -c prefix -s web eth0
  same aoecfg -t 1
  same aoecfg -t 1 -c fset -s new 1 0 eth0
  same aoecfg -t 1 -c fset -s "" 1 0 eth0
  same aoecfg -t 1 1 0 eth0
}

@test "aoecfg: what makes no sense ends as with Debian's" {
  same aoecfg -t 1 -c bogus 1 0 eth0
  same aoecfg -t 1 1
  same aoecfg -t 1 1 0 eth9
  same aoecfg -t 1 1 0 eth0 extra
  same aoecfg -x
  run on_client "$bin/aoecfg" -t 1 1
  [ "${lines[0]}" = 'aoecfg Error: "1" is not a valid network interface' ]
  [ "${lines[1]}" = "usage: aoecfg [-c cmd] [-s cfgstr] [-t timeout] [shelf slot] [net]" ]
}

@test "aoecfg, unlike Debian's: ends by itself, takes no string that is too long, sees short replies" {
  run --separate-stderr on_client "$bin/aoecfg" 9 9 eth0
  [ "$status" -eq 1 ]
  [ "$stderr" = "aoecfg: no answer within 5 s; -t sets another time-out" ]
  run on_client "$bin/aoecfg" -c fset -s "$(head -c 1025 /dev/zero | tr '\0' x)" 1 0 eth0
  [ "$status" -eq 1 ]
  [ "$output" = "aoecfg: the config string has 1025 bytes; a target can hold 1024" ]
  run on_client "$bin/aoecfg" -t soon 1 0 eth0
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "aoecfg: -t soon is not a number of seconds in 1..86400" ]
  # Debian's vblade sends 32 bytes over veth, which does not pad.
  serve --program vblade 2 0 eth0 "$disk"
  run on_client "$bin/aoecfg" -c fset -s short 2 0 eth0
  [ "$status" -eq 0 ]
  [ "$output" = "short" ]
  # And 1024 bytes fit.
  run on_client "$bin/aoecfg" -c fset -s "$(head -c 1024 /dev/zero | tr '\0' x)" 2 0 eth0
  [ "${#output}" -eq 1024 ]
}

@test "aoeping: every way to ask, as Debian's" {
  serve 1 0 eth0 "$disk"
  same aoeping 1 0 eth0
  same aoeping -v 1 0 eth0
  same aoeping -v -t 5 1 0 eth0
  same aoeping -i 1 0 eth0
  same aoeping -I 1 0 eth0
  same aoeping -S return_status 1 0 eth0
  same aoeping -S read_data 1 0 eth0
  same aoeping -S read_log:1 1 0 eth0
  same aoeping -S enable 1 0 eth0
  same aoeping -S bogus 1 0 eth0
  same aoeping 1 0 eth9
  same aoeping
}

@test "aoe ping and aoe cfg take an address in one word, and find the interface themselves" {
  serve 1 0 eth0 "$disk"
  run on_client "$AOE" ping e1.0
  echo "$output"
  [ "$status" -eq 0 ]
  run on_client "$AOE" ping --json e1.0
  [ "$(jq -r '.target + " " + .interface' <<<"$output")" = "e1.0 eth0" ]
  run on_client "$AOE" ping -s 1 e9.9 eth0
  [ "$status" -eq 1 ]
  [ "$output" = "aoeping: no answer from e9.9 on eth0 within 1 s" ]
  on_client "$AOE" cfg -c set -s web e1.0
  run on_client "$AOE" cfg e1.0
  [ "$output" = web ]
  run on_client "$AOE" cfg e1.0 eth0
  [ "$output" = web ]
  run on_client "$AOE" ping e1
  [ "$status" -eq 1 ]
  [ "$output" = "aoeping: it takes e1.0 [INTERFACE...], or SHELF SLOT INTERFACE; 'aoeping --help' shows more" ]
}

@test "aoeping, unlike Debian's: says why it failed" {
  run --separate-stderr on_client "$bin/aoeping" -s 1 9 9 eth0
  [ "$status" -eq 1 ]
  [ "$stderr" = "aoeping: no answer from e9.9 on eth0 within 1 s" ]
  serve --program vblade 2 0 eth0 "$disk"
  run --separate-stderr on_client "$bin/aoeping" -S enable 2 0 eth0
  [ "$status" -eq 1 ]
  [ "$stderr" = "Error: e2.0 does not support SMART" ]
  run --separate-stderr on_client bash -c "'$bin/aoeping' -S write_log:1 1 0 eth0 </dev/null"
  [ "$status" -eq 1 ]
}

@test "aoe-sancheck: the tables of Debian's" {
  add_cable eth1 1500
  serve 1 0 eth0 "$disk"
  serve --program vblade 1 1 eth0 "$disk.2"
  same aoe-sancheck
}

@test "aoe-sancheck, unlike Debian's: interfaces of any name, and what is wrong with a path" {
  add_cable san1 9000
  ip -n "$CLIENT_NS" link set eth0 mtu 1500
  serve 1 0 san1 "$disk"
  serve 1 1 eth0 "$disk.2"
  run on_client "$bin/aoe-sancheck" -v
  [ "$status" -eq 0 ]
  [[ "$output" == *"san1"$'\t'"UP"$'\t'"9000"* ]]
  [[ "$output" == *"e1.0"$'\t'"   1"$'\t'"8704"$'\t'"san1"* ]]
  [[ "$output" == *"   eth0: MTU (1500) not set optimally for device's capable payload"* ]]
  [[ "$output" == *"san1:"$'\n'"e1.0 "*" 17"* ]]
}
