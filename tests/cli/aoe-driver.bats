#!/usr/bin/env bats
# The commands that steer the driver through /dev/etherd: discover, flush, interfaces, revalidate, and version.
# Beside Debian's scripts where those can be pointed at a tree. Needs: no root, no driver.

load ../lab/driver/sysfs

setup() {
  use_sysfs
}

teardown() {
  [ -z "${recorder-}" ] || kill "$recorder" 2>/dev/null || true
}

# Makes a control file whose writes end up, as they are, in $tree/CONTROL.log: a terminal in raw mode is the one
# character device that needs no root.
record() {
  local control=$1
  need socat
  rm "$tree/etherd/$control"
  socat -u "pty,raw,echo=0,link=$tree/etherd/$control" "create:$tree/$control.log" 3>&- &
  recorder=$!
  retry test -c "$tree/etherd/$control"
}

retry() {
  local _
  for _ in {1..400}; do
    "$@" && return 0
    sleep 0.05
  done
  "$@"
}

# Compared with a file, since a second look at a pipe would find it empty.
recorded() { # CONTROL TEXT
  printf "$2" >"$tree/wanted"
  retry cmp -s "$tree/wanted" "$tree/$1.log"
}

@test "discover writes one newline" {
  record discover
  "$AOE" discover
  recorded discover '\n'
}

@test "discover: every way in which it can fail has its message" {
  rm "$tree/etherd/discover"
  run "$AOE" discover
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "aoe-discover: $tree/etherd/discover does not exist or is not writeable." ]
  [ "${lines[1]}" = "aoe-discover: neither udev nor devtmpfs made it: run 'aoe-mkdevs $tree/etherd'" ]

  touch "$tree/etherd/discover"
  run "$AOE" discover
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "aoe-discover: $tree/etherd/discover is not a character device file" ]
  [ "${lines[1]}" = "aoe-discover: use udev or aoe-mkdevs to create it" ]

  ln -sf /dev/full "$tree/etherd/discover"
  run "$AOE" discover
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-discover: $tree/etherd/discover: No space left on device" ]

  rm -r "$tree/etherd" "$tree/module/aoe"
  run "$AOE" discover
  [ "$status" -eq 1 ]
  [ "${lines[1]}" = "aoe-discover: the aoe driver is not loaded: run 'modprobe aoe'" ]
}

@test "discover: the words of Debian's aoe-discover when the driver is missing" {
  [ -x /sbin/aoe-discover ] || skip "needs Debian's aoetools"
  [ ! -e /dev/etherd ] || skip "this machine has the aoe driver"
  rm -r "$tree/module/aoe"
  run /sbin/aoe-discover
  local classic=$output classic_status=$status
  unset etherd_dir
  run "$AOE" discover
  [ "$status" -eq "$classic_status" ]
  [ "${lines[0]}" = "$classic" ]
}

@test "flush: nothing, a device, several, all" {
  add_device "$tree" e1.0
  add_device "$tree" e1.1
  record flush
  "$AOE" flush
  recorded flush '\n'
  "$AOE" flush e1.0
  recorded flush '\ne1.0'
  "$AOE" flush e1.1 e1.0
  recorded flush '\ne1.0e1.1e1.0'
  "$AOE" flush -a
  recorded flush '\ne1.0e1.1e1.0all'
}

@test "flush: a device that the driver does not have flushes nothing" {
  add_device "$tree" e1.0
  record flush
  run "$AOE" flush e1.0 e1.9 nonsense
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = 'aoe-flush Error: "e1.9" is not an aoe device' ]
  [ "${lines[1]}" = 'aoe-flush Error: "nonsense" is not an aoe device' ]
  "$AOE" flush
  recorded flush '\n'
}

@test "flush: a refusal of the driver is an error" {
  ln -sf /dev/full "$tree/etherd/flush"
  run "$AOE" flush
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "aoe-flush: flush failed" ]
  [ "${lines[1]}" = "aoe-flush: $tree/etherd/flush: No space left on device" ]
}

@test "revalidate: a device" {
  record revalidate
  "$AOE" revalidate e1.0
  recorded revalidate 'e1.0\n'
}

@test "revalidate: no device and a refusal of the driver" {
  run "$AOE" revalidate
  [ "$status" -eq 1 ]
  [ "$output" = "Usage: aoe-revalidate e{major}.{minor}" ]
  ln -sf /dev/full "$tree/etherd/revalidate"
  run "$AOE" revalidate e9.9
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "aoe-revalidate: revalidate failed" ]
  [ "${lines[1]}" = "aoe-revalidate: $tree/etherd/revalidate: No space left on device: is 'e9.9' a device of 'aoe stat'?" ]
  rm "$tree/etherd/revalidate"
  run "$AOE" revalidate e1.0
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "aoe-revalidate: $tree/etherd/revalidate does not exist or is not writeable" ]
}

@test "interfaces: shows the list, sets it, clears it" {
  echo "eth1,eth2" >"$tree/module/aoe/parameters/aoe_iflist"
  run "$AOE" interfaces
  [ "$status" -eq 0 ]
  [ "$output" = "eth1,eth2" ]
  "$AOE" interfaces eth0 eth1
  cmp <(printf 'eth0 eth1\0') <(head -c 10 "$tree/module/aoe/parameters/aoe_iflist")
  "$AOE" interfaces -c
  cmp <(printf '\0') <(head -c 1 "$tree/module/aoe/parameters/aoe_iflist")
}

@test "interfaces --json: all, or a list" {
  need jq
  "$AOE" interfaces --json | is '{"all":true,"interfaces":[]}' jq -c .
  echo "eth1,eth2 eth3" >"$tree/module/aoe/parameters/aoe_iflist"
  "$AOE" interfaces --json | is '{"all":false,"interfaces":["eth1","eth2","eth3"]}' jq -c .
}

@test "discover, flush and revalidate --json: where, what became of each device, and how it is" {
  need jq
  add_device "$tree" e1.0
  add_device "$tree" e1.1 size=80000
  echo eth1 >"$tree/module/aoe/parameters/aoe_iflist"
  record discover
  "$AOE" discover --json | is '{"all":false,"interfaces":["eth1"]}' jq -c .
  recorded discover '\n'
  kill "$recorder"
  record flush
  "$AOE" flush --json | is '[{"device":"e1.0","forgotten":false},{"device":"e1.1","forgotten":false}]' jq -c .
  recorded flush '\n'
  "$AOE" flush --json e1.1 | is '[{"device":"e1.1","forgotten":false}]' jq -c .
  recorded flush '\ne1.1'
  kill "$recorder"
  record revalidate
  "$AOE" revalidate --json e1.1 | is "$("$AOE" stat --json e1.1 | jq -c .)" jq -c .
  recorded revalidate 'e1.1\n'
  "$AOE" stat --json e1.1 | is 40960000 jq '.[].bytes'
}

@test "--json prints nothing where the driver refuses" {
  local words
  add_device "$tree" e1.0
  for words in discover flush "revalidate e1.0"; do
    ln -sf /dev/full "$tree/etherd/${words%% *}"
    [ -z "$("$AOE" $words --json 2>/dev/null || echo "status $?" >"$tree/status")" ]
    is "status 1" cat "$tree/status"
    rm "$tree/status"
  done
}

@test "interfaces: through /dev/etherd when the parameter cannot be written" {
  rm "$tree/module/aoe/parameters/aoe_iflist"
  run "$AOE" interfaces
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-interfaces: this driver does not show its interfaces: it has no parameter aoe_iflist" ]
  record interfaces
  "$AOE" interfaces eth1
  recorded interfaces 'eth1\0'
}

@test "interfaces: without the driver" {
  rm -r "$tree/module/aoe"
  run "$AOE" interfaces
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-interfaces: the aoe driver is not loaded: run 'modprobe aoe'" ]
}

@test "interfaces: what is none is named and nothing is set" {
  run "$AOE" interfaces eth0 eth7 eth8
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = 'aoe-interfaces Error: "eth7" is not a network interface' ]
  [ "${lines[1]}" = 'aoe-interfaces Error: "eth8" is not a network interface' ]
  [ ! -s "$tree/module/aoe/parameters/aoe_iflist" ]
  run "$AOE" interfaces -c eth0
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-interfaces Error: -c flag takes no arguments" ]
}

@test "version: three lines as aoe-version prints them" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\nprintf "filename: /lib/aoe.ko\\nversion:        86\\nsrcversion: 1\\n"\n' >"$BATS_TEST_TMPDIR/bin/modinfo"
  chmod +x "$BATS_TEST_TMPDIR/bin/modinfo"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$AOE" version
  [ "$status" -eq 0 ]
  [[ "${lines[0]}" =~ ^' '{14}aoetools:$'\t'[0-9]{4}\.[0-9]{2}($|-|' (commit ') ]]
  [ "${lines[1]}" = "  installed aoe driver:"$'\t'"86" ]
  [ "${lines[2]}" = "    running aoe driver:"$'\t'"85" ]
  need jq
  PATH=$BATS_TEST_TMPDIR/bin:$PATH "$AOE" version --json | is '["86","85"]' jq -c '[.driver_installed, .driver_running]'
  rm -r "$tree/module/aoe"
  "$AOE" version --json | is null jq -c .driver_running
}

@test "version: a driver from outside the kernel's tree, and none at all" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\nprintf "version: 1\\nparm:  version:aoe module 47q\\n"\n' >"$BATS_TEST_TMPDIR/bin/modinfo"
  chmod +x "$BATS_TEST_TMPDIR/bin/modinfo"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$AOE" version
  [ "${lines[1]}" = "  installed aoe driver:"$'\t'"47q" ]
  rm -r "$tree/module/aoe"
  printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/modinfo"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$AOE" version
  [ "${lines[1]}" = "  installed aoe driver:"$'\t'"(unknown)" ]
  [ "${lines[2]}" = "    running aoe driver:"$'\t'"(none)" ]
}

@test "version: but for our own number, line by line as Debian's aoe-version" {
  [ -x /sbin/aoe-version ] || skip "needs Debian's aoetools"
  unset sysfs_dir
  run /sbin/aoe-version
  local classic classic_status=$status
  classic=$(sed 1d <<<"$output")
  run "$AOE" version
  [ "$status" -eq "$classic_status" ]
  is "$classic" sed 1d <<<"$output"
}
