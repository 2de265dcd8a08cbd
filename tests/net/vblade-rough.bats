#!/usr/bin/env bats
# What our vblade promises of a disk that fails: no acknowledgement without the data, no error without a cause.
# Needs: root that may make network namespaces, loop devices and FUSE mounts; nbdkit with its Python plugin, nbdfuse, python3, jq.

load ../lab/net/vblade
load ../lab/disk/rough_disk

readonly OK="status 0x40 error 0x00" FAILED="status 0x41 error 0x04"
readonly A=02:00:00:00:00:0a B=02:00:00:00:00:0b C=02:00:00:00:00:0c

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M other.img
}

teardown() {
  [[ ! -v FROZEN ]] || fsfreeze --unfreeze "$FROZEN" 2>/dev/null || true
  remove_namespaces
  [[ ! -v MOUNTED ]] || umount --lazy "$MOUNTED"
  rough_disk end
}

# Serves the rough disk as e1.0.
serve_rough() { # KEYS, as YAML
  rough_disk start disk 16M
  configure "{slot: 0, path: $(rough_device disk), $1}" "{slot: 1, path: $PWD/other.img}"
  serve_file
}

without_the_disk() {
  configure "{slot: 1, path: $PWD/other.img}"
  ctl reload
}

# The kernel begins to bring what it has to the disk, as it does every 30 seconds.
kernel_begins() {
  python3 -c 'import ctypes, os, sys
ctypes.CDLL(None).sync_file_range(os.open(sys.argv[1], os.O_RDONLY), ctypes.c_long(0), ctypes.c_long(0), 2)' "$(rough_device disk)"
}

# What the disk itself has, without the page cache.
on_disk() { dd if="$(rough_device disk)" iflag=direct bs=4096 skip=$(($1 / 8)) count=1 status=none | head -c "$2"; } # SECTOR BYTES

@test "a stop hides no error: it says so, its status is not 0, and the FLUSH after the next start fails" {
  serve_rough "sync: flush"
  is "$OK" frames write 1 0 4096 2 <<<"acknowledged"
  rough_disk disk fail 4096+8
  local status=0
  stop_server TERM >said || status=$?
  [ "$status" -eq 1 ]
  [[ $(<said) == *"e1.0: acknowledged data did not reach the disk: Input/output error"* ]]
  serve_file
  is "$FAILED" frames flush 1 0
  stop_server TERM || true
}

@test "a stop that has nothing to hide ends with 0, also when its write-back had something to do" {
  serve_rough "sync: flush"
  is "$OK" frames write 1 0 4096 2 <<<"acknowledged"
  stop_server TERM
  on_disk 4096 12 | is acknowledged cat
}

@test "a reload that takes a disk out of service hides no error of its" {
  serve_rough "sync: flush"
  cp vblade.yaml both.yaml
  is "$OK" frames write 1 0 4096 2 <<<"acknowledged"
  rough_disk disk fail 4096+8
  without_the_disk
  within 10 grep -qF "e1.0: acknowledged data did not reach the disk: Input/output error" err
  cp both.yaml vblade.yaml
  ctl reload
  is "$FAILED" frames flush 1 0
  stop_server TERM || true
}

@test "'sync: write': a write that waits while a reload takes its error is acknowledged only if it is on the disk" {
  serve_rough "sync: write"
  rough_disk disk hang flush
  PATIENCE=30 frames write 1 0 0 2 <<<"first" >first 3>&- &
  local first=$! second
  within 10 eval '[[ $(rough_disk disk log | tail -n 1) == flush ]]'
  PATIENCE=30 frames write 1 0 4096 2 <<<"second" >second 3>&- &
  second=$!
  within 10 eval '[[ $(ctl --json status | jq ".exports[0].in_flight") -eq 2 ]]'
  rough_disk disk fail 4096+8
  without_the_disk
  rough_disk disk release
  wait "$first" "$second"
  is "$OK" cat first
  is "$FAILED" cat second
  stop_server TERM || true
}

@test "'sync: flush': every client that has written since the last good flush gets the error, and keeps it until it writes anew" {
  serve_rough "sync: flush"
  CLIENT=$C is "$OK" frames write 1 0 0 2 <<<"long ago"
  CLIENT=$C is "$OK" frames flush 1 0
  CLIENT=$A is "$OK" frames write 1 0 2048 2 <<<"of a"
  CLIENT=$B is "$OK" frames write 1 0 4096 2 <<<"of b"
  rough_disk disk fail 4096+8
  CLIENT=$A is "$FAILED" frames flush 1 0
  CLIENT=$B is "$FAILED" frames flush 1 0
  CLIENT=$B is "$FAILED" frames flush 1 0
  CLIENT=$A is "$FAILED" frames flush 1 0
  CLIENT=$C is "$OK" frames flush 1 0
  rough_disk disk heal
  CLIENT=$A is "$FAILED" frames flush 1 0
  CLIENT=$B is "$OK" frames write 1 0 4096 2 <<<"of b"
  CLIENT=$B is "$OK" frames flush 1 0
  on_disk 4096 4 | is "of b" cat
  stop_server TERM || true
}

@test "'sync: flush': data that the disk did not take are known although nobody flushes" {
  serve_rough "sync: flush"
  is "$OK" frames write 1 0 4096 2 <<<"acknowledged"
  is passed frames health 1 0
  rough_disk disk fail 4096+8
  kernel_begins
  within 10 eval 'rough_disk disk log | grep -q "^error"'
  within 20 grep -qF "e1.0: acknowledged data did not reach the disk: Input/output error" err
  ctl --json status | is "disk errors" jq -r '.exports[0].state'
  ctl --json status | is true jq '.exports[0].counters.errors > 0'
  is failing frames health 1 0
  is "$FAILED" frames flush 1 0 # nobody has taken this client's error
  stop_server TERM || true
}

@test "a sector that the disk refuses fails the writes to it, and no others" {
  serve_rough "sync: write"
  rough_disk disk fail 4096+8
  frames writes 1 0 4096 2 200 >bad 3>&- &
  local bad=$! good
  PATIENCE=30 frames writes 1 0 0 2 200 >good 3>&- &
  good=$!
  wait "$bad" "$good"
  is "0 done, 200 failed" cat bad
  is "200 done, 0 failed" cat good
  stop_server TERM || true
}

@test "'direct: true': a sector that cannot be read fails the reads of it, and not those of its neighbours" {
  serve_rough "direct: true"
  rough_disk disk fail read 16+1
  is "8 answered, 1 failed" frames sectors 1 0 12 9 "$(serving)"
  stop_server TERM
}

@test "TRIM of a disk that cannot trim after all is refused, and the disk is not called failing" {
  serve_rough "sync: write"
  is "$FAILED" frames trim 1 0 0 8
  is passed frames health 1 0
  ctl --json status | is serving jq -r '.exports[0].state'
  ctl --json status | is 0 jq '.exports[0].counters.errors'
  stop_server TERM
}

@test "a page that is on its way to a raw disk is not changed before it is there" {
  serve_rough "sync: flush"
  is "$OK" frames write 1 0 4096 2 <<<"before"
  rough_disk disk hang write
  kernel_begins
  within 10 eval '[[ $(rough_disk disk log | tail -n 1) == write* ]]'
  PATIENCE=30 frames write 1 0 4096 2 <<<"after" >answer 3>&- &
  local writer=$!
  within 10 eval '[[ $(ctl --json status | jq ".exports[0].in_flight") -eq 1 ]]'
  dd if="$(rough_device disk)" bs=512 skip=4096 count=1 status=none | is before head -c 6
  rough_disk disk release
  wait "$writer"
  is "$OK" cat answer
  is "$OK" frames flush 1 0
  on_disk 4096 5 | is after cat
  stop_server TERM
}

# As for a snapshot. What is in memory is no less frozen.
@test "a frozen file system holds up no export on another disk, and its own writes go on when it thaws" {
  local writer
  truncate -s 64M small.img
  mkfs.ext4 -q small.img
  mkdir small
  mount -o loop small.img small
  MOUNTED=$PWD/small FROZEN=$PWD/small
  truncate -s 4M small/disk.img
  configure "{slot: 0, path: $PWD/small/disk.img}" "{slot: 1, path: $PWD/other.img}"
  serve_file
  is "$OK" frames write 1 0 0 2 <<<"before"
  sync --file-system small
  frames read 1 0 0 2 | is before head -c 6
  fsfreeze --freeze small
  PATIENCE=60 frames write 1 0 0 2 <<<"after" >answer 3>&- &
  writer=$!
  within 10 eval '[[ $(ctl --json status | jq ".exports[0].in_flight") -eq 1 ]]'
  is "$OK" frames write 1 1 0 2 <<<"elsewhere"
  frames read 1 1 0 2 | is elsewhere head -c 9
  fsfreeze --unfreeze small
  wait "$writer"
  is "$OK" cat answer
  frames read 1 0 0 2 | is after head -c 5
  stop_server TERM
}
