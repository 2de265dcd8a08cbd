#!/usr/bin/env bats
# aoe top on a recorded tree whose counters move. Needs: no root, no driver.

load ../lab/driver/sysfs

setup() {
  use_sysfs
  add_device "$tree" e1.0
  echo "10 0 160 2 20 0 320 5 3 1 7" >"$tree/block/etherd!e1.0/stat"
  mkdir -p "$tree/kernel/debug/aoe"
  printf 'rttavg: 112 rttdev: 41\n0080c8caff65:3:16:24\n\tssthresh:8\n\ttaint:2\n\tr:0\n\tw:0\n\teth0,eth1\n0080c8caff66:0:1:16\n\ttaint:0\n\teth1\n' \
    >"$tree/kernel/debug/aoe/e1.0"
}

@test "top: a line a device and one more for every further path" {
  run "$AOE" top -n 1 -d 50ms
  echo "$output"
  [ "$status" -eq 0 ]
  is "device state read/s MB/s write/s MB/s busy rtt us resend ms mac frames/s out window taint interfaces" tr -s ' ' <<<"${lines[0]}"
  is "e1.0 up 0 0.0 0 0.0 3 112 0.6 0080c8caff65 0 3 16 2 eth0,eth1" tr -s ' ' <<<"${lines[1]}"
  is " 0080c8caff66 0 0 1 0 eth1" tr -s ' ' <<<"${lines[2]}"
}

@test "top --json: rates are what the counters moved by in the time between" {
  need jq
  "$AOE" top --json -n 2000 -d 50ms >"$tree/told" 3>&- &
  local watcher=$! _
  for _ in {1..400}; do
    [ -s "$tree/told" ] && break
    sleep 0.05
  done
  echo "1010 0 1160 2 20 0 320 5 0 1 7" >"$tree/stat.new"
  mv "$tree/stat.new" "$tree/block/etherd!e1.0/stat"
  for _ in {1..400}; do
    grep -q '"in_flight":0' "$tree/told" && break
    sleep 0.05
  done
  kill "$watcher"
  # A thousand reads of a sector each, however long it took.
  grep '"in_flight":0' "$tree/told" | head -n 1 | is true jq '.[0] | (.read_bytes_per_second / .reads_per_second) == 512 and .writes_per_second == 0'
  head -n 1 "$tree/told" | is '[112,41,552]' jq -c '.[0] | [.rtt_us, .rtt_deviation_us, .retransmit_us]'
  # Compared as values: jq 1.7 and later print 0.0 as it was written.
  head -n 1 "$tree/told" | is true jq '.[0].paths[0] == {"mac":"0080c8caff65","out":3,"window":16,"buffers":24,"taint":2,"frames_per_second":0,"interfaces":["eth0","eth1"]}'
}

@test "top: without debugfs, without counters, without the driver" {
  rm -r "$tree/kernel" "$tree/block/etherd!e1.0/stat"
  run --separate-stderr "$AOE" top -n 1 -d 50ms
  [ "$status" -eq 0 ]
  is "e1.0 up 0 0.0 0 0.0 0 - -" tr -s ' ' <<<"${lines[1]}"
  [ "$stderr" = "aoe top: no paths and no round trips without debugfs: be root, and mount -t debugfs debugfs $tree/kernel/debug" ]
  rm -r "$tree/module/aoe"
  run "$AOE" top
  [ "$status" -eq 1 ]
  [ "$output" = "aoe top: the aoe driver is not loaded: run 'modprobe aoe'" ]
}
