#!/usr/bin/env bats
# aoe-mount in a guest, with layers between disks and mounts: arrays, volume groups, encryption, swap.
# Needs: root, QEMU, /dev/net/tun.

load ../lab/guest/guest

setup() {
  guest_require debugfs
  disk=$BATS_TEST_TMPDIR/disk
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
  for slot in 0 1 2 3 4; do serve --as target$slot 1 $slot tap0 "$disk$slot"; done
  mkdir -p "$BATS_TEST_TMPDIR/guest/root/bin"
  "$LAB/tools/kernel" --modules "$BATS_TEST_TMPDIR/guest/root" virtio_pci virtio_net aoe loop raid1 dm_mod dm_crypt xts
  for tool in vgchange vgs lvs; do ln -s lvm "$BATS_TEST_TMPDIR/guest/root/bin/$tool"; done
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
  for slot in 0 1 2 3 4; do stop_server TERM target$slot; done
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
  for slot in 0 1 2 3 4 5; do serve --as target$slot 1 $slot tap0 "$disk$slot"; done
  host_die() {
    local slot
    for slot in 0 1 2 3 5; do stop_server TERM target$slot; done
  }
  mkdir -p "$BATS_TEST_TMPDIR/guest/root/bin"
  "$LAB/tools/kernel" --modules "$BATS_TEST_TMPDIR/guest/root" virtio_pci virtio_net aoe raid1 dm_mod
  for tool in vgchange vgs lvs; do ln -s lvm "$BATS_TEST_TMPDIR/guest/root/bin/$tool"; done
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
  stop_server TERM target4
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
