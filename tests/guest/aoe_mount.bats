#!/usr/bin/env bats
# aoe-mount at work in a guest, on the kernel's own driver, against our target on the host.
# Needs: root, QEMU, /dev/net/tun.

setup() {
  source "$BATS_TEST_DIRNAME/../lab/guest.bash"
  guest_require debugfs
  disk=$BATS_TEST_TMPDIR/disk
}

teardown() { wire_down; }

# Ends with what the guest said between two of its lines, without times.
said_between() { # FROM TO
  sed -n "/^== $1\$/,/^== $2\$/p" "$BATS_TEST_TMPDIR/guest/said" | sed 's/^ *[0-9.]* s  //'
}

@test "aoe-mount up, status and down: by address, by partition and by label, twice without harm" {
  mke2fs -q -t ext4 "${disk}0" 32M
  debugfs -w -R "mkdir attic" "${disk}0" # a mount point inside a file system that is still to come
  truncate -s 40M "${disk}1"
  echo 'start=2048, type=83' | sfdisk --quiet "${disk}1"
  mke2fs -q -t ext4 -E offset=$((2048 * 512)) "${disk}1" 32M
  mke2fs -q -t ext4 -L attic "${disk}2" 32M
  cat >"$BATS_TEST_TMPDIR/aoe-mount.yaml" <<'END'
interfaces: [eth0]
wait: 60s
mounts:
  - {shelf: 1, slot: 0, mountpoint: /mnt/data, type: ext4, options: [noatime]}
  - {shelf: 1, slot: 1, partition: 1, mountpoint: /mnt/part}
  - {label: attic, mountpoint: /mnt/data/attic}
END
  wire_up
  serve target0 1 0 tap0 "${disk}0"
  serve target1 1 1 tap0 "${disk}1"
  serve target2 1 2 tap0 "${disk}2"
  guest "$AOE_MOUNT" "$BATS_TEST_TMPDIR/aoe-mount.yaml=/etc/conf.d/aoe-mount.yaml" <<'END'
    mkdir -p /mnt/data /mnt/part /tmp/empty
    ip link set eth0 down
    aoe-mount up
    findmnt -no SOURCE,FSTYPE,OPTIONS /mnt/data
    findmnt -no SOURCE /mnt/part
    findmnt -no SOURCE /mnt/data/attic
    echo "== again"
    aoe-mount up
    echo "== status"
    aoe-mount status
    echo "== written"
    for place in data part data/attic; do
      dd if=/dev/urandom of=/mnt/$place/file bs=1M count=4 status=none
      sha256sum /mnt/$place/file
    done
    echo "== status by hand"
    umount /mnt/part
    ! aoe-mount status
    echo "== down"
    aoe-mount down
    ! grep etherd /proc/mounts
    ! grep '^aoe ' /proc/modules
    [ -z "$(ip link show up dev eth0)" ]
    echo "== down again"
    aoe-mount down
    echo "== status when down"
    ! aoe-mount status
    echo "== end"
END
  local slot
  for slot in 0 1 2; do serve_stop target$slot; done
  [[ $(said_between again status) == *"/mnt/data: e1.0 is mounted already"* ]]
  [[ $(said_between again status) == *"3 of 3 mounted"* ]]
  [[ $(said_between status written) =~ e1\.0\ +/dev/etherd/e1\.0\ +32\.0\ MiB\ +mounted\ +/mnt/data\ +ext4 ]]
  [[ $(said_between status written) =~ e1\.1p1\ +/dev/etherd/e1\.1p1\ +39\.0\ MiB\ +mounted\ +/mnt/part\ +ext4 ]]
  [[ $(said_between status written) =~ e1\.2\ +/dev/etherd/e1\.2\ +32\.0\ MiB\ +mounted\ +/mnt/data/attic\ +ext4 ]]
  [[ $(said_between down "down again") == *"nothing stands on AoE any more"* ]]
  [[ $(said_between down "down again") == *"ok    the driver aoe is unloaded"*"ok    interface eth0 put down again"* ]]
  [[ $(said_between "down again" "status when down") == *"nothing stands on AoE"* ]]
  [[ $(said_between "status by hand" down) =~ e1\.1p1\ +/dev/etherd/e1\.1p1\ +39\.0\ MiB\ +not\ mounted ]]
  [[ $(said_between "status when down" end) =~ e1\.0\ +-\ +-\ +missing ]]
  dd if="${disk}1" of="${disk}1p1" bs=1M skip=1 status=none
  local image place
  for image in "${disk}0 data" "${disk}1p1 part" "${disk}2 data/attic"; do
    read -r image place <<<"$image"
    e2fsck -fn "$image"
    said "$(debugfs -R "cat /file" "$image" 2>/dev/null | sha256sum | cut -d' ' -f1)  /mnt/$place/file"
  done
}

@test "what cannot be mounted is named with its reason, the rest is mounted, and the status is not 0" {
  mke2fs -q -t ext4 "${disk}0" 16M
  mke2fs -q -t ext4 "${disk}1" 16M
  local before
  before=$(sha256sum <"${disk}1")
  cat >"$BATS_TEST_TMPDIR/aoe-mount.yaml" <<'END'
interfaces: [eth0]
wait: 60s
mounts:
  - {shelf: 1, slot: 9, mountpoint: /mnt/never, wait: 5s}
  - {shelf: 1, slot: 0, mountpoint: /mnt/data}
  - {shelf: 1, slot: 1, mountpoint: /mnt/type, type: xfs}
  - {shelf: 1, slot: 1, mountpoint: /mnt/missing}
  - {shelf: 1, slot: 1, mountpoint: /mnt/file}
  - {shelf: 1, slot: 1, mountpoint: /mnt/busy}
  - {shelf: 1, slot: 1, partition: 2, mountpoint: /mnt/part, wait: 5s, required: false}
END
  wire_up
  serve target0 1 0 tap0 "${disk}0"
  serve target1 1 1 tap0 "${disk}1"
  guest "$AOE_MOUNT" "$BATS_TEST_TMPDIR/aoe-mount.yaml=/etc/conf.d/aoe-mount.yaml" <<'END'
    mkdir -p /mnt/never /mnt/data /mnt/type /mnt/busy /mnt/part
    touch /mnt/file
    mount -t tmpfs occupant /mnt/busy
    echo "== up"
    status=0
    aoe-mount up || status=$?
    echo "status $status"
    findmnt -no SOURCE /mnt/data
    echo "== down"
    aoe-mount down
    findmnt -no SOURCE /mnt/busy
    echo "== end"
END
  serve_stop target0
  serve_stop target1
  local said
  said=$(said_between up down)
  [[ $said == *"FAIL  /mnt/never: e1.9 did not appear within 5 s"* ]]
  [[ $said == *"ok    /mnt/data: e1.0 is mounted ("* ]]
  [[ $said == *"FAIL  /mnt/type: /dev/etherd/e1.1 holds ext4, not xfs as configured"* ]]
  [[ $said == *"FAIL  /mnt/missing: mount point /mnt/missing does not exist: create it, as in 'mkdir -p /mnt/missing'"* ]]
  [[ $said == *"FAIL  /mnt/file: mount point /mnt/file is not a directory"* ]]
  [[ $said == *"FAIL  /mnt/busy: mount point /mnt/busy is busy: occupant (tmpfs) is mounted there"* ]]
  [[ $said == *"note  /mnt/part: e1.1 is there, but no partition 2 appeared on it within 5 s (not required)"* ]]
  [[ $said == *"FAIL  1 of 7 mounted; without /mnt/never, /mnt/type, /mnt/missing, /mnt/file, /mnt/busy, /mnt/part"* ]]
  [[ $said == *"status 1"* ]]
  [ "$(sha256sum <"${disk}1")" = "$before" ]
}
