#!/usr/bin/env bats
# What our vblade makes of the disks that it is given: discards, disks in use, by UUID, by which name initiators know them.
# Needs: root that may make network namespaces and loop devices; python3, mkfs.ext4.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
}

teardown() {
  remove_namespaces
  [[ ! -v MOUNTED ]] || umount --lazy "$MOUNTED"
  [[ ! -v LOOP ]] || losetup -d "$LOOP"
}

loop_device() { # FILE
  LOOP=$(losetup --find --show "$1") || skip "needs loop devices"
}

# As the file system counts what the file really takes.
blocks() { stat -c %b "$1"; } # FILE

# Discards a MiB of e1.0, whose bytes are all in FILE, and looks at FILE, and at what is left and right of it.
discards() { # FILE
  local full
  full=$(blocks "$1")
  is "status 0x40 error 0x00" frames trim 1 0 4096 2048
  (($(blocks "$1") <= full - 2048))
  frames read 1 0 4096 2 | cmp - <(head -c 1024 /dev/zero)
  frames read 1 0 6142 2 | cmp - <(head -c 1024 /dev/zero)
  cmp -n $((4096 * 512)) "$1" before
  cmp -i $((6144 * 512)) "$1" before
}

@test "TRIM makes a hole in the file behind a loop device, and in a file that is exported itself, and nowhere else" {
  head -c 4M /dev/urandom >disk.img
  cp disk.img before
  loop_device disk.img
  (($(cat "/sys/block/${LOOP#/dev/}/queue/discard_max_bytes") > 0)) || skip "the file system of $PWD makes no holes"
  configure "{slot: 0, path: $LOOP}"
  serve_file
  discards disk.img
  stop_server TERM
  losetup -d "$LOOP"
  unset LOOP
  cp before disk.img
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  discards disk.img
  run frames trim 1 0 8191 2
  [ "$output" = "status 0x41 error 0x10" ]
  stop_server TERM
}

@test "TRIM is not offered of a disk that is read-only, and is refused" {
  configure "{slot: 0, path: $PWD/disk.img, read-only: true}"
  serve_file
  run frames trim 1 0 0 8
  [ "$output" = "status 0x41 error 0x04" ]
  stop_server TERM
}

@test "a disk that is mounted is refused, by both forms; --force and 'force: true' serve it all the same" {
  mkfs.ext4 -q disk.img
  loop_device disk.img
  mkdir mounted
  mount "$LOOP" mounted
  MOUNTED=$PWD/mounted
  local refusal="'$LOOP' is in use: it or a partition of it is mounted, belongs to RAID, LVM or swap, or is exported already"
  run on_server "$VBLADE" 1 0 eth0 "$LOOP"
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: $refusal" ]
  configure "{slot: 0, path: $LOOP}"
  run on_server "$VBLADE" --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "vblade.yaml:4:21: exports[0].path: $refusal" ]
  serve --force 1 0 eth0 "$LOOP"
  frames read 1 0 2 2 | cmp - <(dd if=disk.img bs=512 skip=2 count=2 status=none)
  stop_server TERM
  configure "{slot: 0, path: $LOOP, force: true}"
  serve_file
  frames read 1 0 2 2 | cmp - <(dd if=disk.img bs=512 skip=2 count=2 status=none)
  # Without the word a reload is refused, and changes nothing.
  configure "{slot: 0, path: $LOOP}"
  run ctl reload
  [ "$status" -eq 1 ]
  [[ $output == *"$refusal" ]]
  frames read 1 0 2 2 >/dev/null
  stop_server TERM
}

@test "a file that another server has: refused without 'force', served with it, and locked without it when the other is gone" {
  local refusal="'$PWD/disk.img' is locked by another process: it is exported already, or a virtual machine uses it" other
  serve 1 0 eth0 disk.img
  other=$SERVER
  configure "{slot: 1, path: $PWD/disk.img}"
  run on_server "$VBLADE" --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state"
  [ "$status" -eq 2 ]
  [[ ${lines[0]} == *"exports[0].path: $refusal" ]]
  configure "{slot: 1, path: $PWD/disk.img, force: true}"
  serve_file
  frames write 1 1 7 1 <<<"by both"
  frames read 1 0 7 1 | is "by both" head -c 7
  kill "$other"
  wait "$other"
  configure "{slot: 1, path: $PWD/disk.img}"
  ctl reload
  frames read 1 1 7 1 | is "by both" head -c 7
  run on_server "$VBLADE" 1 0 eth0 disk.img
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: $refusal" ]
  stop_server TERM
}

@test "one disk by two names, of a loop device, as swap: refused at its line, also with rights given up; force serves it" {
  local refusal="is the disk that e1.0 serves as '$PWD/disk.img': export it once, give each export a part of its own with offset and length, or set 'force: true'"
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  ln -s disk.img link.img
  ln disk.img second.img
  for name in link second; do
    configure "{slot: 0, path: $PWD/disk.img}" "{slot: 1, path: $PWD/$name.img}"
    run -2 on_server "$VBLADE" --check vblade.yaml
    [ "${lines[0]}" = "vblade.yaml:5:21: exports[1].path: '$PWD/$name.img' $refusal" ]
    run -2 on_server "$VBLADE" --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state"
    [ "${lines[0]}" = "vblade.yaml:5:21: exports[1].path: '$PWD/$name.img' $refusal" ]
  done
  configure "{slot: 0, path: $PWD/disk.img, length: 1MiB}" "{slot: 1, path: $PWD/link.img, offset: 1MiB}"
  serve_file
  stop_server TERM
  loop_device disk.img
  refusal="'$PWD/disk.img' is in use by $LOOP: release it with 'losetup -d $LOOP', or set 'force: true'"
  mkdir -m 0755 run
  chown nobody run
  for user in "" "--user nobody"; do
    configure "{slot: 0, path: $PWD/disk.img}"
    # shellcheck disable=SC2086 # two words
    run -2 on_server "$VBLADE" --config "$PWD/vblade.yaml" --socket "$PWD/run/vblade.sock" --state "$PWD/run/state" $user
    [[ ${lines[0]} == *"exports[0].path: $refusal" ]]
  done
  configure "{slot: 0, path: $PWD/disk.img, force: true}"
  serve_file
  stop_server TERM
}

@test "a device that was replaced is taken at a reload" {
  truncate -s 2M second.img
  loop_device disk.img
  local first=$LOOP
  ln -s "$LOOP" by-name
  configure "{slot: 0, path: $PWD/by-name}"
  serve_file
  loop_device second.img
  ln -sfn "$LOOP" by-name
  ctl reload
  ctl --json status | is 4096 jq '.exports[0].sectors'
  losetup -d "$first"
  stop_server TERM
}

@test "a disk by the UUID of its file system; one that no disk has is named" {
  local uuid=66dd3154-349a-4a42-9b8a-b544cfef862f
  mkfs.ext4 -q -U "$uuid" disk.img
  loop_device disk.img
  mkdir -p seen/dev/disk/by-uuid
  ln -s "../../${LOOP#/dev/}" "seen/dev/disk/by-uuid/$uuid"
  server_sees dev
  configure "{slot: 0, uuid: $uuid}" "{slot: 1, path: /dev/disk/by-uuid/11111111-2222-3333-4444-555555555555}"
  run on_server "${SERVED_IN[@]}" "$VBLADE" --check vblade.yaml
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "vblade.yaml:5:21: exports[1].path: '/dev/disk/by-uuid/11111111-2222-3333-4444-555555555555' does not exist" ]
  configure "{slot: 0, uuid: $uuid}"
  serve_file
  frames read 1 0 2 2 | cmp - <(dd if=disk.img bs=512 skip=2 count=2 status=none)
  frames write 1 0 8000 1 <<<"to whom it belongs"
  stop_server TERM
  dd if="$LOOP" bs=512 skip=8000 count=1 status=none | is "to whom it belongs" head -c 18
}

serial() { frames identity 1 "$1" | sed "s/^serial '\(.*\)', model.*/\1/"; } # SLOT
disk_name() { frames identity 1 "$1" | sed 's/.* name //'; }                 # SLOT

@test "IDENTIFY: exports, and hosts with long names, have serials and names of their own; both stay; a serial can be set" {
  truncate -s 1M second.img third.img
  configure "{slot: 254, path: $PWD/disk.img}" "{slot: 1, path: $PWD/second.img}" \
    "{slot: 2, path: $PWD/third.img, serial: THE THIRD, model: Third of three}"
  local host names=()
  for host in store storage-server-east storage-server-west storage-server-east; do
    # shellcheck disable=SC2034 # serve reads it
    SERVED_IN=(unshare --uts bash -c 'hostname "$0" && exec "$@"' "$host")
    mkdir -p "state-$host"
    ln -sfn "state-$host" state
    serve_file
    names+=("$(serial 254) $(disk_name 254)" "$(serial 1) $(disk_name 1)")
    is "serial 'THE THIRD           ', model 'Third of three', name $(disk_name 2)" frames identity 1 2
    [[ $(disk_name 2) == 3* ]]
    stop_server TERM
  done
  printf '%s\n' "${names[@]}"
  [[ ${names[0]} == "1.254:store          3"* ]]
  [[ ${names[1]} == "1.1:store            3"* ]]
  [ "${names[2]}" = "${names[6]}" ] # a restart changes nothing
  [ "${names[3]}" = "${names[7]}" ]
  # Neither the first column, the serial, nor the last, the name, is there twice.
  printf '%s\n' "${names[@]:0:6}" | cut -c1-20 | sort -u | is 6 wc -l
  printf '%s\n' "${names[@]:0:6}" | cut -c22- | sort -u | is 6 wc -l
}

@test "a disk with sectors of 4096 bytes: direct, a part of it, by another name; refused while another has it" {
  truncate -s 8M backing.img
  LOOP=$(losetup --find --show --sector-size 4096 backing.img)
  ln -s "$LOOP" disk-by-name
  configure "{slot: 0, path: $PWD/disk-by-name, direct: true, offset: 1MiB, length: 4MiB}"
  serve_file
  ctl --json status | is 8192 jq '.exports[0].sectors'
  frames write 1 0 3 1 <<<"less than one of its sectors"
  frames write 1 0 8 2 <<<"a part of one"
  frames read 1 0 3 1 | is "less than one of its sectors" head -c 28
  frames read 1 0 8 2 | is "a part of one" head -c 13
  run frames read 1 0 8192 1
  [ "$output" = "status 0x41 error 0x10" ]
  run on_server "$VBLADE" 1 1 eth0 "$LOOP"
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: '$LOOP' is in use: it or a partition of it is mounted, belongs to RAID, LVM or swap, or is exported already" ]
  stop_server TERM
  dd if="$LOOP" bs=4096 skip=256 count=1 status=none | tail -c +1537 | is "less than one of its sectors" head -c 28
}
