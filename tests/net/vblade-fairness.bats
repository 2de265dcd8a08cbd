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

@test "requests over a limit are answered later, and a reload lifts the limit" {
  configure "{slot: 0, path: $PWD/disk.img, length: 1MiB, limit: {requests: 20, client: {bytes: 1MiB}}}"
  serve_file
  frames flood 1 0 12 | is "12 asked, 12 answered" cat
  ctl --json status | jq -e '.exports[0] | .counters.limited >= 1 and .counters.dropped == 0'
  ctl --json status | is '{"requests":20,"bytes":0} {"requests":0,"bytes":1048576}' \
    jq -jc '.exports[0] | .limit, " ", .client_limit'
  configure "{slot: 0, path: $PWD/disk.img, length: 1MiB}"
  ctl reload
  limited=$(ctl --json status | jq '.exports[0].counters.limited')
  frames flood 1 0 200 | is "200 asked, 200 answered" cat
  ctl --json status | is "$limited" jq '.exports[0].counters.limited'
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
