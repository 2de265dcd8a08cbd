#!/usr/bin/env bats
# Clients of our vblade share it: what one of them sends does not keep the others from their turn.
# Needs: root that may make network namespaces; python3, jq.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces 9000
  truncate -s 64M disk.img
}

@test "one question to all exports that means work for disks is not answered" {
  configure "{slot: 0, path: $PWD/disk.img, length: 1MiB}" "{slot: 1, path: $PWD/disk.img, offset: 1MiB, length: 1MiB}"
  serve_file
  is "no reply" frames read 65535 255 0 1
  frames identify 65535 255 | is 'status 0x40 error 0x00' head -1
  ctl --json status | is 0 jq '[.exports[].counters.reads] | add'
  stop_server TERM
}

@test "the ring has room for what the exports invite, also after a reload" {
  configure "{slot: 0, path: $PWD/disk.img, length: 1MiB}"
  serve_file
  ctl --json status | jq -e '.interfaces[0].ring_frames >= 512'
  configure "{slot: 0, path: $PWD/disk.img, length: 1MiB, buffers: 40}"
  ctl reload
  ctl --json status | jq -e '.interfaces[0].ring_frames >= 1280'
  frames read 1 0 0 1 | is 512 wc -c
  stop_server TERM
}
