# Debian's aoetools against our target: the programs that speak the protocol themselves. Needs root, ip, aoetools.

load ../lab/net/vblade

setup() {
  [ -x /usr/sbin/aoeping ] || skip "needs Debian's aoetools"
}

serve_at() { # MTU
  make_namespaces "$1"
  truncate -s 8M "$BATS_TEST_TMPDIR/disk.img"
  serve 1 0 eth0 "$BATS_TEST_TMPDIR/disk.img"
}

# Debian's program, by its full path: ours have the same names.
classic() { # PROGRAM ARG...
  run on_client timeout 10 /usr/sbin/"$1" "${@:2}"
  echo "$output"
}

@test "aoeping: finds our target and reads its IDENTIFY data" {
  serve_at 1500
  classic aoeping 1 0 eth0
  [ "$status" -eq 0 ]
  classic aoeping -i 1 0 eth0
  [ "$status" -eq 0 ]
  [[ $output =~ "device identify response" ]]
}

@test "aoeping: asks for SMART data, status and logs" {
  serve_at 1500
  classic aoeping -s 5 -S return_status 1 0 eth0
  [ "$status" -eq 0 ]
  [[ $output =~ "LBA Mid: 0x4f" && $output =~ "LBA High: 0xc2" && $output =~ "Status: 0x40" ]]
  for command in enable read_data read_log:1; do
    classic aoeping -s 5 -S "$command" 1 0 eth0
    [ "$status" -eq 0 ]
    [[ $output =~ "Status: 0x40" ]]
  done
}

@test "aoeping: sees at once what SMART here cannot do" {
  serve_at 1500
  for command in disable offline_immediate:1; do
    classic aoeping -s 5 -S "$command" 1 0 eth0
    [ "$output" = "SMART command aborted on target." ]
  done
}

@test "aoecfg: sets, keeps, finds and clears the config string" {
  serve_at 1500
  classic aoecfg -t 8 -c set -s hello 1 0 eth0
  [ "$output" = "hello" ]
  classic aoecfg -t 8 -c set -s other 1 0 eth0
  [ "$output" = "*badcfg*" ]
  classic aoecfg -t 8 -c prefix -s he 1 0 eth0
  [ "$output" = "hello" ]
  classic aoecfg -t 1 -c test -s hell 1 0 eth0
  [ "$output" = "" ]
  classic aoecfg -t 3
  [ "$output" = $'1.0\thello' ]
  classic aoecfg -t 8 -c fset -s "" 1 0 eth0
  classic aoecfg -t 8 -c read 1 0 eth0
  [ "$output" = "" ]
}

# It waits for a moment only: on a busy machine it gets more chances.
measures() { # BYTES
  local _
  for _ in 1 2 3; do
    classic aoe-sancheck eth0
    [ "$status" -eq 0 ]
    if grep -qE "^ *e1\.0\s+1\s+$1\s+eth0" <<<"$output"; then return 0; fi
  done
  return 1
}

@test "aoe-sancheck: measures our frames, standard and jumbo" {
  serve_at 1500
  measures 1024
  remove_namespaces
  serve_at 9000
  measures 8704
}
