#!/usr/bin/env bats
# Our vblade while interfaces and disks fail under it: links that come and go, files that change, disks that are full or silent.
# Needs: root that may make network namespaces; aoeping (Debian's aoetools), python3, jq; nbdfuse and /dev/fuse.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
}

teardown() {
  [[ ! -v HANGING ]] || kill -KILL "$HANGING" 2>/dev/null || true
  remove_namespaces
  [[ ! -v LOOP ]] || losetup -d "$LOOP"
  [[ ! -v MOUNTED ]] || umount --lazy "$MOUNTED"
}

@test "it survives its interface going down and up, and its removal and return" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  on_server ip link set eth0 down
  on_server ip link set eth0 up
  within 10 on_client aoeping -s 1 1 0 eth0
  on_server ip link del eth0
  within 10 bash -c "'$VBLADECTL' --socket '$PWD/vblade.sock' --json status | jq -e '.interfaces[0].link == false'"
  add_cable eth0 9000
  within 10 on_client aoeping -s 1 1 0 eth0
  ctl --json status | is 9000 jq .interfaces[0].mtu
  stop_server TERM
}

@test "an interface that is renamed is one that is gone, until it has its name again" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  on_server ip link set eth0 down
  on_server ip link set eth0 name lan0 up
  within 10 bash -c "'$VBLADECTL' --socket '$PWD/vblade.sock' --json status | jq -e '.interfaces[0].link == false'"
  run frames identify 1 0
  [ "$output" = "no reply" ]
  on_server ip link set lan0 down
  on_server ip link set lan0 name eth0 up
  within 10 on_client aoeping -s 1 1 0 eth0
  stop_server TERM
}

@test "a file that grows is advertised with its new size, a truncated one answers with errors" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  truncate -s 8M disk.img
  within 10 bash -c "'$VBLADECTL' --socket '$PWD/vblade.sock' --json status | jq -e '.exports[0].sectors == 16384'"
  frames read 1 0 16382 2 >/dev/null
  truncate -s $((1024 * 1024 + 512)) disk.img
  frames read 1 0 2048 1 >/dev/null
  local sector
  for sector in 2049 16000; do # in the last page of the file, which the kernel fills with zeros, and far behind it
    run frames write 1 0 "$sector" 1 <<<"to where no file is"
    [[ $output == "status 0x41"* ]]
    run frames read 1 0 "$sector" 1
    [[ $output == "status 0x41"* ]]
  done
  is $((1024 * 1024 + 512)) stat -c %s disk.img
  ctl --json status | is 1 jq '.exports | length'
  stop_server TERM
}

@test "a file that is replaced or deleted: clients keep what they had, it is told, and reload takes the new one" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  frames write 1 0 0 1 <<<"before"
  state() { [ "$(ctl --json status | jq -r '.exports[0].state')" = "$1" ]; }

  mv disk.img before.img
  within 10 state deleted
  grep -qF "e1.0: '$PWD/disk.img' was deleted; clients still use it, and their writes are lost when vblade exits: save a copy, put a file there, then 'vbladectl reload'" err
  mv before.img disk.img
  within 10 state serving
  grep -qF "e1.0: '$PWD/disk.img' is again the file that clients use" err

  truncate -s 2M new.img
  echo "after" | dd of=new.img conv=notrunc status=none
  mv new.img disk.img
  within 10 state replaced
  grep -qF "e1.0: '$PWD/disk.img' was replaced by another file; clients still use the previous file until 'vbladectl reload'" err
  frames read 1 0 0 1 | is before head -c 6
  ctl reload
  frames read 1 0 0 1 | is after head -c 5
  ctl --json status | is 4096 jq '.exports[0].sectors'
  state serving
  stop_server TERM
}

# A file system that is nearly full: mounted here and nowhere else, gone with the story.
full_disk() { # BYTES
  mkdir full
  mount -t tmpfs -o "size=$1" full full
  MOUNTED=$PWD/full
}

@test "a full file system: what finds no room is an error at once, what has room goes on, and so does all when there is room again" {
  full_disk 2M
  truncate -s 8M full/disk.img
  configure "{slot: 0, path: $PWD/full/disk.img}" \
    "{slot: 1, path: $PWD/disk.img}"
  serve_file
  frames write 1 0 0 2 <<<"has room"
  head -c 4M /dev/zero >full/ballast 2>/dev/null || true
  run frames write 1 0 8192 2 <<<"has none"
  [[ $output == "status 0x41"* ]]
  frames write 1 0 0 2 <<<"has it still"
  frames write 1 1 8 2 <<<"another disk"
  ctl --json status | jq -r '.exports[].state' | is "disk errors serving" xargs
  within 10 grep -qF 'e1.0: the disk failed 1 request, the last a write of 2 sectors at 8192: No space left on device' err
  rm full/ballast
  frames write 1 0 8192 2 <<<"room again"
  frames read 1 0 8192 2 | is "room again" head -c 10
  stop_server TERM
}

# Pages of a hole that were read are in the page cache, where writes are stores; room for them is found by the store.
@test "a full file system with holes that were read before: a store that finds no room is an error, and nobody dies of it" {
  truncate -s 32M small.img
  mkfs.ext4 -q -b 4096 -m 0 -O ^has_journal small.img
  mkdir full
  mount -o loop small.img full
  MOUNTED=$PWD/full
  truncate -s 16M full/disk.img
  configure "{slot: 0, path: $PWD/full/disk.img, sync: none}"
  serve_file
  frames write 1 0 0 2 <<<"has room"
  sync --file-system full # and now its page is clean: the next store takes a fault
  frames read 1 0 8192 2 | tr -d '\0' | is 0 wc -c
  dd if=/dev/zero of=full/ballast bs=4k 2>/dev/null || true # to the last block
  run frames write 1 0 8192 2 <<<"has none"
  [ "$output" = "status 0x41 error 0x04" ]
  frames write 1 0 0 2 <<<"has it still"
  frames read 1 0 0 2 | is "has it still" head -c 12
  rm full/ballast
  frames write 1 0 8192 2 <<<"room again"
  stop_server TERM
  dd if=full/disk.img bs=512 skip=8192 count=1 status=none | is "room again" head -c 10
  is "has it still" head -c 12 full/disk.img
}

# Durable writes go through the page cache, so it is the flush that fails: each write that it covered has to tell.
@test "a device that cannot write any more: no write is acknowledged that is not there, reading goes on, and it recovers" {
  full_disk 2M
  truncate -s 8M full/backing.img
  LOOP=$(losetup --find --show full/backing.img)
  configure "{slot: 0, path: $LOOP, sync: write}"
  serve_file
  frames write 1 0 0 2 <<<"has room"
  head -c 4M /dev/zero >full/ballast 2>/dev/null || true
  run frames write 1 0 8192 2 <<<"has none"
  [[ $output == "status 0x41"* ]]
  frames read 1 0 0 2 | is "has room" head -c 8
  ctl --json status | is "flush failed" jq -r '.exports[0].state'
  rm full/ballast
  within 10 grep -qF 'e1.0: the disk failed 1 request, the last a write of 2 sectors at 8192: Input/output error' err
  frames write 1 0 8192 2 <<<"room again"
  ctl --json status | is "disk errors" jq -r '.exports[0].state'
  stop_server TERM
  dd if=full/backing.img skip=8192 count=1 status=none | is "room again" head -c 10
}

# The disk is a file of a process that takes an hour for each answer, and whose queue has room for twelve.
@test "a disk that does not answer and takes no more holds up no other export, however much it is asked" {
  truncate -s 4M slow.img
  nbdfuse slow.img --command nbdkit --single --exit-with-parent --filter=delay memory 64M rdelay=3600 wdelay=3600 3>&- &
  local nbdfuse=$!
  MOUNTED=$PWD/slow.img HANGING=$nbdfuse
  within 10 eval '[[ $(stat -c %s slow.img) -eq $((64 << 20)) ]]'
  configure "{slot: 0, path: $PWD/disk.img}" \
    "{slot: 1, path: $PWD/slow.img}"
  serve_file
  frames burden 1 1 500
  within 10 eval '[[ $(ctl --json status | jq ".exports[1].in_flight") -eq 500 ]]'
  frames write 1 0 100 2 <<<"answered"
  frames read 1 0 100 2 | is answered head -c 8
  truncate -s 8M disk.img # it goes on looking at its disks
  within 10 eval '[[ $(ctl --json status | jq ".exports[0].sectors") -eq 16384 ]]'
  kill -KILL "$nbdfuse" # what it owes are errors now
  within 10 eval '[[ $(ctl --json status | jq ".exports[1].counters.errors") -eq 500 ]]'
  stop_server TERM
}
