#!/usr/bin/env bats
# aoe-mount at work in a guest, on the kernel's own driver, against our target on the host.
# Needs: root, QEMU, /dev/net/tun.

load ../lab/guest/guest

setup() {
  guest_require debugfs
  disk=$BATS_TEST_TMPDIR/disk
}

# Ends with what the guest said between two of its lines, without times.
said_between() { # FROM TO
  sed -n "/^== $1\$/,/^== $2\$/p" "$BATS_TEST_TMPDIR/guest/said" | sed 's/^ *[0-9.]* s  //'
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
  serve target0 1 0 tap0 "${disk}0"
  serve target1 1 1 tap0 "${disk}1"
  serve target2 1 2 tap0 "${disk}2"
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
  for slot in 0 1 2; do serve_stop target$slot; done
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
  [[ $said == *"FAIL  1 of 7 mounted; failed: /mnt/never, /mnt/type, /mnt/missing, /mnt/file, /mnt/busy, /mnt/part"* ]]
  [[ $said == *"status 1"* ]]
  is "$before" sha256sum <"${disk}1"
}

@test "a volume group on an array over two targets, an encrypted disk, swap, a bind mount and fstab, up and down" {
  local slot
  for slot in 0 1 2 3 4; do truncate -s 48M "$disk$slot"; done
  mke2fs -q -t ext4 "${disk}4"
  mkswap "${disk}2" >/dev/null 2>&1
  cat >"$BATS_TEST_TMPDIR/aoe-mount.yaml" <<'END'
interfaces: [{name: eth0, mtu: 1400}]
driver: {deadsecs: 99, maxout: 32}
shelf: 1
wait: 60s
arrays: [{path: /dev/md/aoe, members: [e1.0, e1.1]}]
volume-groups: [vg-aoe]
encrypted: [{slot: 3, name: secret, key-file: /root/key}]
swap: [{slot: 2, priority: 5}]
mounts:
  - {device: /dev/vg-aoe/home, mountpoint: /mnt/home}
  - {bind: /mnt/home/www, mountpoint: /mnt/www}
  - {device: /dev/mapper/secret, mountpoint: /mnt/secret}
hooks: {after-up: "echo after-up >>/tmp/hooks", before-down: "echo before-down >>/tmp/hooks"}
END
  wire_up
  for slot in 0 1 2 3 4; do serve target$slot 1 $slot tap0 "$disk$slot"; done
  mkdir -p "$BATS_TEST_TMPDIR/guest/root/bin"
  "$LAB/tools/kernel" --modules "$BATS_TEST_TMPDIR/guest/root" virtio_pci virtio_net aoe loop raid1 dm_mod dm_crypt xts
  ln -s lvm "$BATS_TEST_TMPDIR/guest/root/bin/vgchange"
  guest "$AOE_MOUNT" mdadm dmsetup lvm cryptsetup losetup mkswap swapon swapoff "$BATS_TEST_TMPDIR/aoe-mount.yaml=/etc/conf.d/aoe-mount.yaml" <<'END'
    export DM_DISABLE_UDEV=1 LVM_SUPPRESS_FD_WARNINGS=1 # there is none here to make the nodes
    mkdir -p /mnt/home /mnt/www /mnt/secret /mnt/fstab /run/lvm /etc/lvm
    head -c 32 /dev/urandom >/root/key
    echo "/dev/etherd/e1.4 /mnt/fstab ext4 _netdev,noatime 0 2" >/etc/fstab
    modprobe -a raid1 dm_mod dm_crypt loop
    load_aoe eth0
    aoe_device e1.0 e1.1 e1.2 e1.3 e1.4
    mdadm --quiet --create /dev/md/aoe --run --metadata=1.2 --level=1 --raid-devices=2 --assume-clean \
      /dev/etherd/e1.0 /dev/etherd/e1.1
    lvm pvcreate -qq /dev/md/aoe
    lvm vgcreate -qq vg-aoe /dev/md/aoe
    lvm lvcreate -qq -n home -l 5 vg-aoe
    mkfs.ext4 -q /dev/vg-aoe/home
    mount /dev/vg-aoe/home /mnt/home
    mkdir /mnt/home/www
    umount /mnt/home
    cryptsetup luksFormat -q --type luks1 --pbkdf-force-iterations 1000 --key-file /root/key /dev/etherd/e1.3
    cryptsetup open --key-file /root/key /dev/etherd/e1.3 secret
    mkfs.ext4 -q /dev/mapper/secret
    echo "== down by hand"
    aoe-mount down
    rmmod aoe
    echo "== up"
    aoe-mount up || { ls -l /dev/mapper /dev/vg-aoe; dmsetup ls; cat /proc/mdstat; exit 1; }
    echo "== there"
    findmnt -rno SOURCE /mnt/home
    findmnt -rno SOURCE /mnt/www
    findmnt -rno SOURCE /mnt/secret
    findmnt -rno SOURCE,OPTIONS /mnt/fstab
    cat /proc/swaps /sys/class/net/eth0/mtu /sys/module/aoe/parameters/aoe_{deadsecs,maxout}
    echo "== again"
    aoe-mount up
    echo "== by hand"
    swapoff /dev/etherd/e1.2
    umount /mnt/www /mnt/home /mnt/secret
    vgchange -qq -an vg-aoe
    mdadm --quiet --stop /dev/md/aoe
    cryptsetup close secret
    ! aoe-mount status
    aoe-mount up
    echo "== whole"
    aoe-mount status
    for place in home secret; do dd if=/dev/urandom of=/mnt/$place/file bs=1M count=4 status=none; done
    sha256sum /mnt/{home,secret}/file >/tmp/sums
    # What nobody has listed: a loop device with a file system, and a swap file.
    truncate -s 4M /mnt/secret/image
    losetup /dev/loop0 /mnt/secret/image
    mkfs.ext4 -q /dev/loop0
    mkdir /mnt/image
    mount /dev/loop0 /mnt/image
    dd if=/dev/zero of=/mnt/home/swapfile bs=1M count=4 status=none
    mkswap /mnt/home/swapfile
    swapon /mnt/home/swapfile
    echo "== down"
    aoe-mount down
    ! grep -e etherd -e mapper /proc/mounts /proc/swaps
    ! grep active /proc/mdstat
    [ "$(ls /dev/mapper)" = control ]
    ! grep '^aoe ' /proc/modules
    cat /tmp/hooks
    cat /sys/class/net/eth0/mtu
    echo "== once more"
    aoe-mount up
    sha256sum -c /tmp/sums
    umount /mnt/www /mnt/home /mnt/secret
    e2fsck -fn /dev/vg-aoe/home
    e2fsck -fn /dev/mapper/secret
    aoe-mount down
    echo "== a driver that was there"
    settings() { cat /sys/class/net/eth0/mtu /sys/module/aoe/parameters/aoe_{iflist,deadsecs,maxout} | xargs; }
    modprobe aoe aoe_iflist="eth0 eth7" aoe_maxout=7
    sed -n '/interfaces/,/driver/p' /etc/conf.d/aoe-mount.yaml >/tmp/no-mounts.yaml
    echo "mounts: []" >>/tmp/no-mounts.yaml
    settings
    aoe-mount up -c /tmp/no-mounts.yaml
    settings
    aoe-mount up -c /tmp/no-mounts.yaml
    aoe-mount down -c /tmp/no-mounts.yaml
    settings
    echo "== end"
END
  for slot in 0 1 2 3 4; do serve_stop target$slot; done
  local said
  said=$(said_between up there)
  [[ $said == *"ok    array /dev/md/aoe: assembled"* ]]
  [[ $said == *"ok    volume group vg-aoe: active"* ]]
  [[ $said == *"ok    /dev/mapper/secret: open"* ]]
  [[ $said == *"ok    swap on e1.2: in use"* ]]
  [[ $said == *"ok    8 of 8 in place"* ]]
  said=$(said_between there again)
  [[ $said == *"/dev/mapper/vg--aoe-home"*"[/www]"*"/dev/mapper/secret"*"/dev/etherd/e1.4 rw,noatime"* ]]
  [[ $said =~ /dev/etherd/e1\.2.*partition.*5 ]]
  [[ $said == *$'\n1400\n99\n32\n'* ]]
  [[ $(said_between again "by hand") == *"ok    8 of 8 in place"* ]]
  said=$(said_between "by hand" whole)
  [[ $said =~ /dev/md/aoe\ +-\ +-\ +not\ assembled\ +-\ +md ]]
  [[ $said =~ vg-aoe\ +-\ +-\ +not\ active\ +-\ +lvm ]]
  [[ $said =~ /dev/mapper/secret\ +/dev/etherd/e1\.3\ +48\.0\ MiB\ +not\ open\ +-\ +crypt ]]
  [[ $said =~ e1\.2\ +/dev/etherd/e1\.2\ +48\.0\ MiB\ +not\ in\ use\ +-\ +swap ]]
  [[ $said =~ /dev/vg-aoe/home\ +-\ +-\ +missing\ +/mnt/home ]]
  [[ $said == *"ok    8 of 8 in place"* ]]
  said=$(said_between whole down)
  [[ $said =~ /dev/md/aoe\ +/dev/md[0-9]+\ +[0-9.]+\ MiB\ +assembled\ +-\ +md ]]
  [[ $said =~ vg-aoe\ +/dev/vg-aoe\ +20\.0\ MiB\ +active\ +-\ +lvm ]]
  [[ $said =~ /dev/mapper/secret\ +/dev/mapper/secret\ +[0-9.]+\ MiB\ +open\ +-\ +crypt ]]
  [[ $said =~ e1\.2\ +/dev/etherd/e1\.2\ +48\.0\ MiB\ +in\ use\ +-\ +swap ]]
  [[ $said =~ /mnt/home/www\ +-\ +-\ +mounted\ +/mnt/www\ +ext4 ]]
  said=$(said_between down "a driver that was there")
  [[ $said == *"ok    swap on /mnt/home/swapfile: no longer swap"* ]]
  [[ $said == *"ok    /dev/loop0: released"* ]]
  [[ $said == *"nothing is on AoE any more"*"the driver aoe is unloaded"*"interface eth0 has its MTU of 1500 again"* ]]
  [[ $said == *$'after-up\nafter-up\nbefore-down\n1500'* ]]
  said=$(said_between "a driver that was there" end)
  [[ $said == *$'1500 eth0 eth7 180 7\n'*$'1400 eth0 99 32\n'*$'1500 eth0 eth7 180 7'* ]]
  cmp -i $((2 << 20)) "${disk}0" "${disk}1" # the mirror's data, past its own records
  e2fsck -fn "${disk}4"
}

# Nothing stands in the way of a shutdown for longer than the time-outs of one target, added up over no stack.
@test "targets that die under an array, a volume group, swap and mounts are given up together; a live one loses nothing" {
  local slot
  for slot in 0 1 2 3 4 5; do truncate -s 48M "$disk$slot"; done
  for slot in 3 4 5; do mke2fs -q -t ext4 "$disk$slot"; done
  mkswap "${disk}2" >/dev/null 2>&1
  cat >"$BATS_TEST_TMPDIR/aoe-mount.yaml" <<'END'
interfaces: [eth0]
shelf: 1
wait: 60s
arrays: [{path: /dev/md/aoe, members: [e1.0, e1.1]}]
volume-groups: [vg]
swap: [{slot: 2}]
mounts:
  - {device: /dev/vg/home, mountpoint: /mnt/home}
  - {slot: 3, mountpoint: /mnt/dead}
  - {slot: 4, mountpoint: /mnt/live}
  - {slot: 5, mountpoint: /mnt/live/dead}
END
  wire_up
  for slot in 0 1 2 3 4 5; do serve target$slot 1 $slot tap0 "$disk$slot"; done
  host_die() {
    local slot
    for slot in 0 1 2 3 5; do serve_stop target$slot; done
  }
  mkdir -p "$BATS_TEST_TMPDIR/guest/root/bin"
  "$LAB/tools/kernel" --modules "$BATS_TEST_TMPDIR/guest/root" virtio_pci virtio_net aoe raid1 dm_mod
  ln -s lvm "$BATS_TEST_TMPDIR/guest/root/bin/vgchange"
  guest "$AOE_MOUNT" mdadm dmsetup lvm "$BATS_TEST_TMPDIR/aoe-mount.yaml=/etc/conf.d/aoe-mount.yaml" <<'END'
    export DM_DISABLE_UDEV=1 LVM_SUPPRESS_FD_WARNINGS=1 # there is none here to make the nodes
    mkdir -p /mnt/home /mnt/dead /mnt/live /run/lvm /etc/lvm
    modprobe -a raid1 dm_mod
    load_aoe eth0
    aoe_device e1.0 e1.1 e1.2 e1.3 e1.4 e1.5
    mount /dev/etherd/e1.4 /mnt/live
    mkdir /mnt/live/dead
    umount /mnt/live
    mdadm --quiet --create /dev/md/aoe --run --metadata=1.2 --level=1 --raid-devices=2 --assume-clean \
      /dev/etherd/e1.0 /dev/etherd/e1.1
    lvm pvcreate -qq /dev/md/aoe
    lvm vgcreate -qq vg /dev/md/aoe
    lvm lvcreate -qq -n home -l 5 vg
    mkfs.ext4 -q /dev/vg/home
    aoe-mount up
    echo "== status"
    aoe-mount status
    echo "== dead"
    for place in home dead live live/dead; do dd if=/dev/urandom of=/mnt/$place/file bs=64k count=8 status=none; done
    host die
    sha256sum /mnt/live/file
    start=$SECONDS
    ! aoe-mount status # and it does not wait for them either
    status=0
    aoe-mount down || status=$?
    echo "down took $((SECONDS - start)) s, status $status"
    cat /proc/mounts
    ((SECONDS - start < 20))
    ! grep etherd /proc/mounts
    ! grep vg-home /proc/mounts
    [[ $(cat /sys/module/aoe/parameters/aoe_deadsecs) == 180 ]]
    echo "== end"
END
  serve_stop target4
  local said
  said=$(said_between status dead)
  [[ $said =~ /dev/md/aoe\ +/dev/md[0-9]+\ +.*\ assembled\ +-\ +md ]]
  [[ $said =~ vg\ +/dev/vg\ +20\.0\ MiB\ +active\ +-\ +lvm ]]
  [[ $said =~ e1\.2\ +/dev/etherd/e1\.2\ +48\.0\ MiB\ +in\ use\ +-\ +swap\ +0% ]]
  said=$(said_between dead end)
  [[ $said == *"note  /mnt/dead (e1.3): the target has not answered for 6 s; giving it up; unwritten data is lost"* ]]
  [[ $said == *"ok    /mnt/live (e1.4): unmounted"* ]]
  e2fsck -fn "${disk}4"
  said "$(debugfs -R "cat /file" "${disk}4" 2>/dev/null | sha256sum | cut -d' ' -f1)  /mnt/live/file"
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
  for slot in 0 1 2 3; do serve target$slot 1 $slot tap0 "$disk$slot"; done
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
  for slot in 0 1 2 3; do serve_stop target$slot; done
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

@test "what fsck can repair is repaired and mounted, what it cannot is named; a busy mount's users are named; a grown disk" {
  local slot
  for slot in 0 1 2 3 4; do mke2fs -q -t ext4 "$disk$slot" 32M; done
  debugfs -w -R "set_super_value state 2" "${disk}0"
  debugfs -w -R "set_super_value free_blocks_count 7" "${disk}0"
  debugfs -w -R "clri <2>" "${disk}1"
  debugfs -w -R "set_super_value state 2" "${disk}1"
  local before=()
  for slot in 3 4; do before[slot]=$(sha256sum <"$disk$slot"); done
  cat >"$BATS_TEST_TMPDIR/aoe-mount.yaml" <<'END'
interfaces: [eth0]
shelf: 1
wait: 60s
mounts:
  - {slot: 0, mountpoint: /mnt/dirty}
  - {slot: 1, mountpoint: /mnt/broken}
  - {slot: 2, mountpoint: /mnt/good}
  - {slot: 3, mountpoint: /mnt/ro, options: [ro]}
  - {slot: 4, mountpoint: /mnt/not-ro}
down: {busy-wait: 1s}
hooks: {after-down: "grep -c etherd /proc/mounts >/tmp/after-down; true"}
END
  wire_up
  for slot in 0 1 2; do serve target$slot 1 $slot tap0 "$disk$slot"; done
  for slot in 3 4; do serve target$slot -r 1 $slot tap0 "$disk$slot"; done
  host_grow() { truncate -s 64M "${disk}2"; }
  guest "$AOE_MOUNT" "$BATS_TEST_TMPDIR/aoe-mount.yaml=/etc/conf.d/aoe-mount.yaml" <<'END'
    mkdir -p /mnt/{dirty,broken,good,ro,not-ro}
    echo "== up"
    ! aoe-mount up
    echo "== status"
    host grow
    grown() { # asks until the target has noticed, too
      echo e1.2 >/dev/etherd/revalidate
      [[ $(blockdev --getsize64 /dev/etherd/e1.2) == $((64 << 20)) ]]
    }
    within 60 grown
    ! aoe-mount status
    echo "== busy"
    (cd /mnt/good && exec sleep 1000) &
    within 20 eval '[[ $(readlink /proc/$!/cwd) == /mnt/good ]]'
    ! aoe-mount down
    echo "by sleep (pid $!)"
    findmnt -rno SOURCE,TARGET /mnt/good
    cat /tmp/after-down
    echo "== restart with files open"
    aoe-mount up || true
    findmnt -rno SOURCE,TARGET /mnt/good
    kill $!
    wait $! || true
    echo "== down"
    aoe-mount down
    cat /tmp/after-down
    echo "== end"
END
  for slot in 0 1 2 3 4; do serve_stop target$slot; done
  local said
  said=$(said_between up status)
  [[ $said == *"ok    /mnt/dirty: e1.0 is mounted (ext4, checked and repaired)"* ]]
  [[ $said == *"FAIL  /mnt/broken: fsck.ext4 found errors on /dev/etherd/e1.1 that it does not repair by itself: run 'fsck.ext4 /dev/etherd/e1.1' by hand"* ]]
  [[ $said == *"ok    /mnt/good: e1.2 is mounted (ext4, checked)"* ]]
  [[ $said == *"ok    /mnt/ro: e1.3 is mounted (ext4)"* ]]
  [[ $said == *"FAIL  /mnt/not-ro: cannot mount /dev/etherd/e1.4 on /mnt/not-ro: "*"; if its export is read-only, write 'options: [ro]'"* ]]
  [[ $said == *"FAIL  3 of 5 mounted; failed: /mnt/broken, /mnt/not-ro"* ]]
  [[ $(said_between status busy) =~ e1\.2\ +/dev/etherd/e1\.2\ +64\.0\ MiB\ +mounted ]]
  [[ $(said_between status busy) =~ e1\.1\ +/dev/etherd/e1\.1\ +32\.0\ MiB\ +not\ mounted ]]
  said=$(said_between busy "restart with files open")
  local user
  user=$(grep -o "by sleep (pid [0-9]*)$" <<<"$said")
  [[ $said == *"...   /mnt/good (e1.2) is busy: used ${user##*$'\n'}; waiting up to 1 s"* ]]
  [[ $said == *"FAIL  /mnt/good (e1.2): is busy: used ${user##*$'\n'}"* ]]
  [[ $said == *"FAIL  2 of 3 released; left: /mnt/good (e1.2)"*$'\n/dev/etherd/e1.2 /mnt/good\n1\n'* ]]
  said=$(said_between "restart with files open" down)
  [[ $said == *"ok    /mnt/good: e1.2 is mounted already"* ]]
  [[ $said == *"ok    /mnt/dirty: e1.0 is mounted (ext4, checked)"* ]]
  [[ $(said_between down end) == *"nothing is on AoE any more"*"running the hook after-down"*$'\n0\n'* ]]
  e2fsck -fn "${disk}0"
  e2fsck -fn "${disk}2"
  for slot in 3 4; do [ "$(sha256sum <"$disk$slot")" = "${before[slot]}" ]; done
}
