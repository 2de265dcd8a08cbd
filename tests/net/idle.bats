#!/usr/bin/env bats
# A target with nothing to do sleeps, also when its link is down. Needs: root, network namespaces.

load ../lab/net/vblade

setup() {
  make_namespaces
}

# The processor time that a process and its child take in two seconds, in hundredths of a second.
busy_in_two_seconds() { # PID
  local before after files
  files=("/proc/$1/stat" "/proc/$(serving "$1")/stat")
  before=$(awk '{ sum += $14 + $15 } END { print sum }' "${files[@]}")
  sleep 2
  after=$(awk '{ sum += $14 + $15 } END { print sum }' "${files[@]}")
  echo $((after - before))
}

@test "a target sleeps while nobody asks, and while its link is down" {
  truncate -s 1M "$BATS_TEST_TMPDIR/disk"
  serve 1 0 eth0 "$BATS_TEST_TMPDIR/disk"
  grep 'e1.0, 2048 sectors' "$BATS_TEST_TMPDIR/out"
  [ "$(busy_in_two_seconds "$SERVER")" -le 5 ]

  on_server ip link set eth0 down
  within 20 grep -q 'the link is down' "$BATS_TEST_TMPDIR/err"
  [ "$(busy_in_two_seconds "$SERVER")" -le 5 ]

  on_server ip link set eth0 up
  within 20 grep -q 'the link is up' "$BATS_TEST_TMPDIR/err"
  [ "$(busy_in_two_seconds "$SERVER")" -le 5 ]
}
