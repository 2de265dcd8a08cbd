#!/usr/bin/env bats
# vblade over and over: what a start or a reload leaves behind adds up. AOE_CYCLES (10) says how often; a release is tried
# with 1000: AOE_CYCLES=1000 tests/run --filter cycles net
# Needs: root that may make network namespaces, python3, jq.

setup() {
  ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  : "${VBLADE:=$ROOT/build/asan/src/vblade/vblade}"
  : "${AOE_CYCLES:=10}"
  BIN=$(dirname "$VBLADE")
  load ../lab/veth
  load ../lab/vblade
  load ../lab/frames
  need_machines
  cd "$BATS_TEST_TMPDIR"
  make_machines
  truncate -s 1M disk.img second.img
}

teardown() {
  remove_machines
}

config() { # EXPORT...
  printf 'shelf: 1\ninterfaces: [eth0]\nexports:\n'
  printf '  - %s\n' "$@"
}

# Descriptors, and memory that is mapped (rings are).
possessions() {
  echo "$(find "/proc/$SERVER/fd" -mindepth 1 | wc -l) descriptors, $(grep -c 'socket:\|io_uring' "/proc/$SERVER/maps") rings"
}

@test "cycles of start and stop: each serves, each ends with 0, none leaves a lock or a process" {
  local i
  for ((i = 0; i < AOE_CYCLES; ++i)); do
    serve 1 0 eth0 disk.img
    [[ $(frames identify 1 0) == "status 0x40"* ]]
    kill -TERM "$SERVER"
    wait "$SERVER"
  done
}

@test "cycles of reload under load: no request is lost, no descriptor and no ring stays behind" {
  config "{slot: 0, path: $PWD/disk.img}" >one.yaml
  config "{slot: 0, path: $PWD/disk.img}" "{slot: 1, path: $PWD/second.img}" >two.yaml
  cp one.yaml vblade.yaml
  serve --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state"
  mkfifo go_on
  frames stream 1 0 <go_on >stream.out 3>&- &
  local stream=$! i before
  exec 8>go_on
  before=$(possessions)
  for ((i = 0; i < AOE_CYCLES; ++i)); do
    cp two.yaml vblade.yaml
    "$BIN/vbladectl" --socket "$PWD/vblade.sock" reload >/dev/null
    cp one.yaml vblade.yaml
    "$BIN/vbladectl" --socket "$PWD/vblade.sock" reload >/dev/null
  done
  exec 8>&-
  wait "$stream"
  cat stream.out
  [[ $(cat stream.out) =~ ^[1-9][0-9]*" answered, 0 lost"$ ]]
  [ "$(possessions)" = "$before" ]
  kill -TERM "$SERVER"
  wait "$SERVER"
}
