#!/usr/bin/env bats
# vblade over and over: what a start or a reload leaves behind adds up. AOE_CYCLES (10) says how often; a release is tried
# with 1000: AOE_CYCLES=1000 tests/run --filter cycles net
# Needs: root that may make network namespaces, python3.

load ../lab/net/vblade

setup() {
  : "${AOE_CYCLES:=10}"
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 1M disk.img second.img
}

# Descriptors, and memory that is mapped (rings are).
possessions() {
  local process
  process=/proc/$(serving)
  echo "$(find "$process/fd" -mindepth 1 | wc -l) descriptors, $(grep -c 'socket:\|io_uring' "$process/maps") rings"
}

# What the server has allocated and uses, in bytes: neither the pages of its files, nor memory given back.
memory() { awk '$1 == "RssAnon:" { print $2 * 1024 }' "/proc/$(serving)/status"; }

# Each one gives the export a disk of another size: a new one beside the old, which is then let go.
reload_often() { # COUNT
  python3 - "$1" <<'END'
import os
import socket
import sys

for number in range(int(sys.argv[1])):
    with open("vblade.yaml") as was, open("next.yaml", "w") as now:
        now.write(was.read().replace("%dKiB" % (4 + 4 * (number % 2)), "%dKiB" % (8 - 4 * (number % 2))))
    os.replace("next.yaml", "vblade.yaml")
    with socket.socket(socket.AF_UNIX) as control:
        control.connect("vblade.sock")
        control.sendall(b'["reload"]\n')
        answer = control.makefile().read()
        assert '"sectors":%d,' % (16 - 8 * (number % 2)) in answer, answer
END
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
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  mkfifo go_on
  frames stream 1 0 <go_on >stream.out 3>&- &
  local stream=$! i before
  exec 8>go_on
  before=$(possessions)
  for ((i = 0; i < AOE_CYCLES; ++i)); do
    configure "{slot: 0, path: $PWD/disk.img}" "{slot: 1, path: $PWD/second.img}"
    ctl reload >/dev/null
    configure "{slot: 0, path: $PWD/disk.img}"
    ctl reload >/dev/null
  done
  exec 8>&-
  wait "$stream"
  cat stream.out
  [[ $(cat stream.out) =~ ^[1-9][0-9]*" answered, 0 lost"$ ]]
  is "$before" possessions
  kill -TERM "$SERVER"
  wait "$SERVER"
}

@test "cycles of reload: memory does not grow" {
  configure "{slot: 0, path: $PWD/disk.img, length: 4KiB, allow: [02:00:00:00:00:11], model: A disk}"
  # A sanitizer keeps what is freed for a while, to see who still uses it.
  ASAN_OPTIONS=${ASAN_OPTIONS-}:quarantine_size_mb=0:thread_local_quarantine_size_kb=0 serve_file
  local before after round leaks=yes reloads=$((AOE_CYCLES * 50))
  reload_often 200 # by now everything has been done once, and allocators have what they want
  # Of what a reload makes, the least piece takes 32 bytes; beside that an allocator may take some pages more. A reload looks through the
  # processes of this machine, so one with a longer command line than any before makes an allocator grow once: a leak does so each time.
  for round in 1 2 3 4; do
    before=$(memory)
    reload_often "$reloads"
    after=$(memory)
    echo "round $round: $before bytes, $after after $reloads reloads"
    ((after - before >= reloads * 32 + 8 * 4096)) || leaks=""
    [[ $leaks ]] || break
  done
  [ -z "$leaks" ]
  kill -TERM "$SERVER"
  wait "$SERVER"
}
