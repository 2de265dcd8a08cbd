#!/usr/bin/env bats
# aoe-mount at work in a guest: what its file and fstab name is mounted, shown and released.
# Needs: root, QEMU, /dev/net/tun.

load ../lab/guest/guest

setup() {
  guest_require debugfs
  disk=$BATS_TEST_TMPDIR/disk
}

@test "aoe-mount up, status and down: by address, by partition and by label, killed and twice without harm" {
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
  serve --as target0 1 0 tap0 "${disk}0"
  serve --as target1 1 1 tap0 "${disk}1"
  serve --as target2 1 2 tap0 "${disk}2"
  guest "$AOE_MOUNT" "$BATS_TEST_TMPDIR/aoe-mount.yaml=/etc/conf.d/aoe-mount.yaml" <<'END'
    mkdir -p /mnt/data /mnt/part /tmp/empty
    ip link set eth0 down
    # Killed in the middle of it, then once more.
    aoe-mount up >/dev/null 2>&1 &
    within 60 test -e '/sys/block/etherd!e1.0'
    kill -KILL $! || true
    wait $! || true
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
    echo "== one of two"
    echo "mounts: [{shelf: 1, slot: 1, partition: 1, mountpoint: /mnt/part}]" >/tmp/lab.yaml
    aoe-mount up -c /tmp/lab.yaml
    mountpoint -q /mnt/part
    aoe-mount down -c /tmp/lab.yaml
    ! mountpoint -q /mnt/part
    mountpoint -q /mnt/data/attic
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
  for slot in 0 1 2; do stop_server TERM target$slot; done
  [[ $(said_between again status) == *"/mnt/data: e1.0 is mounted already"* ]]
  [[ $(said_between again status) == *"3 of 3 mounted"* ]]
  [[ $(said_between status written) =~ e1\.0\ +/dev/etherd/e1\.0\ +32\.0\ MiB\ +mounted\ +/mnt/data\ +ext4 ]]
  [[ $(said_between status written) =~ e1\.1p1\ +/dev/etherd/e1\.1p1\ +39\.0\ MiB\ +mounted\ +/mnt/part\ +ext4 ]]
  [[ $(said_between status written) =~ e1\.2\ +/dev/etherd/e1\.2\ +32\.0\ MiB\ +mounted\ +/mnt/data/attic\ +ext4 ]]
  [[ $(said_between down "down again") == *"nothing is on AoE any more"* ]]
  [[ $(said_between down "down again") == *"ok    the driver aoe is unloaded"*"ok    interface eth0 put down again"* ]]
  [[ $(said_between "down again" "status when down") == *"nothing is on AoE"* ]]
  [[ $(said_between "one of two" down) == *"others are up as well (/etc/conf.d/aoe-mount.yaml): releasing only what /tmp/lab.yaml names"* ]]
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

@test "entries of fstab by UUID, by partition, and swap, are brought up when they are on AoE, and the others left alone" {
  local slot
  for slot in 0 2 3; do truncate -s 32M "$disk$slot"; done
  mke2fs -q -t ext4 -U 66dd3154-349a-4a42-9b8a-b544cfef862f "${disk}0"
  truncate -s 40M "${disk}1"
  printf '%s\n' 'label: dos' 'label-id: 0x1a2b3c4d' 'start=2048, type=c' | sfdisk --quiet "${disk}1"
  mkfs.vfat --offset 2048 "${disk}1" >/dev/null
  mkswap "${disk}2" >/dev/null 2>&1
  mke2fs -q -t ext4 -L later "${disk}3"
  printf '%s\n' 'interfaces: [eth0]' 'wait: 60s' 'mounts: []' >"$BATS_TEST_TMPDIR/aoe-mount.yaml"
  cat >"$BATS_TEST_TMPDIR/fstab" <<'END'
UUID=66DD3154-349a-4a42-9b8a-b544cfef862f /mnt/uuid ext4 _netdev,noatime 0 2
PARTUUID=1a2b3c4d-01 /mnt/part vfat _netdev,umask=027 0 2
/dev/etherd/e1.2 none swap _netdev,pri=7 0 0
LABEL=later /mnt/later ext4 _netdev,noauto 0 2
UUID=00000000-1111-2222-3333-444444444444 /mnt/iscsi ext4 _netdev 0 2
END
  wire_up
  for slot in 0 1 2 3; do serve --as target$slot 1 $slot tap0 "$disk$slot"; done
  "$LAB/tools/kernel" --modules "$BATS_TEST_TMPDIR/guest/root" virtio_pci virtio_net aoe vfat nls_cp437 nls_ascii nls_iso8859-1
  guest "$AOE_MOUNT" fsck.vfat "$BATS_TEST_TMPDIR/aoe-mount.yaml=/etc/conf.d/aoe-mount.yaml" \
    "$BATS_TEST_TMPDIR/fstab=/etc/fstab" <<'END'
    mkdir -p /mnt/uuid /mnt/part /mnt/later /mnt/iscsi
    modprobe -a vfat nls_cp437 nls_ascii nls_iso8859-1
    echo "== up"
    aoe-mount up
    echo "== there"
    findmnt -rno SOURCE,TARGET,OPTIONS /mnt/uuid
    findmnt -rno SOURCE,TARGET,OPTIONS /mnt/part
    cat /proc/swaps
    ! mountpoint -q /mnt/later
    aoe-mount status
    echo "== again"
    aoe-mount up
    echo "== down"
    aoe-mount down
    ! grep etherd /proc/mounts /proc/swaps
    echo "== end"
END
  for slot in 0 1 2 3; do stop_server TERM target$slot; done
  local said
  said=$(said_between up there)
  [[ $said == *"ok    /mnt/uuid: e1.0 is mounted (ext4, checked)"* ]]
  [[ $said == *"ok    /mnt/part: e1.1p1 is mounted (vfat, checked)"* ]]
  [[ $said == *"ok    swap on /dev/etherd/e1.2: in use"* ]]
  [[ $said == *"/mnt/iscsi: no AoE device with UUID 00000000-1111-2222-3333-444444444444 appeared: left to the service that mounts the rest of /etc/fstab"* ]]
  [[ $said == *"ok    3 of 3 in place"* ]]
  said=$(said_between there again)
  [[ $said == *"/dev/etherd/e1.0 /mnt/uuid rw,noatime"* ]]
  [[ $said =~ /dev/etherd/e1\.1p1\ /mnt/part\ rw,.*fmask=0027 ]]
  [[ $said =~ /dev/etherd/e1\.2\ +partition.*\ 7$'\n' || $said =~ /dev/etherd/e1\.2.*7$'\n' ]]
  [[ $said =~ e1\.1p1\ +/dev/etherd/e1\.1p1\ +39\.0\ MiB\ +mounted\ +/mnt/part\ +vfat ]]
  [[ $said != *iscsi* ]]
  [[ $(said_between again down) == *"ok    3 of 3 in place"* ]]
}
