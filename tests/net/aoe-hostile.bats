#!/usr/bin/env bats
# The tools and a target that lies: lengths and counts beyond the frame, frames cut short, texts that want to steer the
# terminal. What is run is built with sanitizers, which see every step beyond the end of a reply. Needs: root, network
# namespaces, python3, jq.

load ../lab/driver/sysfs
load ../lab/net/veth

setup() {
  use_sysfs
  need python3 jq
  make_namespaces
  said=$BATS_TEST_TMPDIR/hostile
  start_on_server python3 "$LAB/net/hostile.py" eth0 1 0 >"$said" 2>&1
  within 30 grep -q hostile "$said"
}

# Runs it as a person would; it ends by itself, says what it says in printable characters, and no sanitizer speaks up.
survives() { # WORD...
  local status=0
  on_client timeout 60 "$AOE" "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" </dev/null || status=$?
  unharmed "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err" && ((status <= 2)) || {
    echo "aoe $*: status $status"
    cat -v "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err" | head -n 60
    return 1
  }
}

unharmed() { # FILE...
  ! grep -qE 'Sanitizer|runtime error' "$@" && [ -z "$(cat "$@" | LC_ALL=C tr -d '\n\t -~')" ]
}

@test "a target that lies makes no tool run beyond its reply, nor steers the terminal" {
  local _
  # What every frame of it is called, all the time.
  start_on_client "$AOE" dump -i eth0 -w "$BATS_TEST_TMPDIR/lies.pcap" >"$BATS_TEST_TMPDIR/dumped" 2>"$BATS_TEST_TMPDIR/dumped.err"
  local dumper=$STARTED
  within 30 grep -q "^listening" "$BATS_TEST_TMPDIR/dumped.err"
  start_on_client "$AOE" scan --watch >"$BATS_TEST_TMPDIR/watched" 2>"$BATS_TEST_TMPDIR/watched.err"
  local watcher=$STARTED
  add_device "$tree" e1.0 netif=eth0
  for _ in 1 2 3; do
    survives scan -t 300ms
    survives mask -t 300ms e1.0
    survives mask -t 300ms e1.0 add 02:00:00:00:00:99
    survives reserve -t 300ms e1.0
    survives reserve -t 300ms e1.0 set
    survives ping -s 1 1 0 eth0
    survives ping -s 1 -v -i 1 0 eth0
    survives ping -s 1 -I 1 0 eth0
    survives ping -s 1 -S read_data 1 0 eth0
    survives ping -s 1 -S return_status 1 0 eth0
    survives sancheck -v -t 300ms
    survives doctor -t 300ms
    survives bench -d 200ms e1.0
    survives bench -d 200ms --verify -n 1 -q 1 e1.0
  done
  [ -d "/proc/$dumper" ] && [ -d "/proc/$watcher" ]
  within 30 grep -q "cut short or contradicts itself" "$BATS_TEST_TMPDIR/dumped"
  within 30 grep -q "^[0-9:]* e1.0 on eth0" "$BATS_TEST_TMPDIR/watched"
  kill -KILL "$dumper" "$watcher"
  unharmed "$BATS_TEST_TMPDIR"/{dumped,watched}{,.err}
  local status=0
  "$AOE" dump -r "$BATS_TEST_TMPDIR/lies.pcap" >"$BATS_TEST_TMPDIR/again" 2>"$BATS_TEST_TMPDIR/again.err" || status=$?
  ((status <= 1)) && [ -s "$BATS_TEST_TMPDIR/again" ]
  unharmed "$BATS_TEST_TMPDIR"/again{,.err}
}

@test "a target that lies: JSON stays JSON, and a terminal is told no bytes of a config string" {
  local command
  for command in "scan -t 300ms" "mask -t 300ms e1.0" "ping -s 1 1 0 eth0" "cfg -t 1 1 0 eth0" "sancheck -t 300ms" "doctor -t 300ms" "bench -d 200ms e1.0"; do
    # shellcheck disable=SC2086 # words
    survives $command --json
    jq -e . "$BATS_TEST_TMPDIR/out" >/dev/null || [ ! -s "$BATS_TEST_TMPDIR/out" ]
  done
  on_client script -qec "'$AOE' cfg -t 1 1 0 eth0" /dev/null </dev/null >"$BATS_TEST_TMPDIR/out" || true
  tr -d '\r' <"$BATS_TEST_TMPDIR/out" >"$BATS_TEST_TMPDIR/terminal"
  unharmed "$BATS_TEST_TMPDIR/terminal"
}
