#!/usr/bin/env bats
# Machines without disks, whose root file system is on an AoE disk. iPXE starts one from that disk: the boot sector, a boot
# loader, Debian's kernel, dracut's initramfs with our module, OpenRC with the emerged packages.
# Needs: root, QEMU, ipxe, syslinux, what tests/lab/tools/portage needs.

load ../lab/guest/guest
load ../lab/machine/machine

# The disk: a partition table, one for the boot loader with the kernel, one for the root file system.
boot_at=1 boot_size=63 # MiB
root_at=$((boot_at + boot_size))
common="rw console=ttyS0 loglevel=3 tsc=reliable no_timer_check random.trust_cpu=on mitigations=off panic=-1 net.ifnames=0 sysrq_always_enabled"

setup_file() {
  guest_require debugfs mcopy syslinux sfdisk mkfs.fat
  cd "$BATS_FILE_TMPDIR" || return
  cp --sparse=always "$("$LAB/machine/image")" root.image
  machine_enable root.image aoe-mount
  printf 'interfaces: [eth0]\nmounts:\n  - {shelf: 1, slot: 1, mountpoint: /mnt/data, type: ext4}\n' |
    machine_put root.image /etc/conf.d/aoe-mount.yaml
  debugfs -w -R "mkdir /mnt/data" root.image >/dev/null 2>&1
  debugfs -R "dump /boot/initramfs $PWD/initramfs" root.image >/dev/null 2>&1
  [ -s initramfs ]
  make_disk >made 2>&1 || {
    cat made
    return 1
  }
}

make_disk() {
  local root_size partition=disk@@${boot_at}M
  root_size=$(($(stat -c %s root.image) >> 20))
  truncate -s $((root_at + root_size))M disk
  sfdisk disk <<-END
	label: dos
	start=${boot_at}MiB, size=${boot_size}MiB, type=e, bootable
	start=${root_at}MiB, size=${root_size}MiB, type=83
	END
  mkfs.fat -F 16 --offset $((boot_at * 2048)) disk $((boot_size * 1024))
  mcopy -i "$partition" "$("$LAB/tools/kernel")/vmlinuz" ::vmlinuz
  mcopy -i "$partition" initramfs ::initramfs
  printf 'DEFAULT linux\nLABEL linux\n LINUX vmlinuz\n INITRD initramfs\n APPEND root=aoe:abftp2 %s\n' "$common" >syslinux.cfg
  mcopy -i "$partition" syslinux.cfg ::syslinux.cfg
  syslinux --install --offset $((boot_at << 20)) disk
  dd if=/usr/lib/syslinux/mbr/mbr.bin of=disk conv=notrunc bs=440 count=1
  dd if=root.image of=disk bs=1M seek=$root_at conv=notrunc,sparse
}

setup() {
  machines=$BATS_TEST_TMPDIR/machines patience=300
  disk=$BATS_TEST_TMPDIR/disk data=$BATS_TEST_TMPDIR/data
  wire_up
}

teardown() {
  machine_cut diskless
  wire_down
  [[ -n ${BATS_TEST_COMPLETED-} || ! -e $machines/diskless/console ]] || machine_console diskless
}

# The disk of the root file system, and one that aoe-mount mounts.
serve_both() {
  cp --sparse=always "$BATS_FILE_TMPDIR/disk" "$disk"
  truncate -s 16M "$data"
  mke2fs -q -F -t ext4 "$data"
  serve --as data 1 1 tap0 "$data"
  serve --as root 1 0 tap0 "$disk"
}

# A machine with nothing but a network card; the words say what its firmware starts.
switch_on() { # QEMU'S WORDS...
  local dir=$machines/diskless
  mkdir -p "$dir"
  machine_screen "$dir"
  : >"$dir/console"
  # shellcheck disable=SC2034,SC2054 # machine_power reads it; QEMU's commas
  machine_command=(qemu-system-x86_64 -accel "${AOE_ACCEL:-tcg,thread=multi}" -cpu qemu64,+rdrand -smp 1 -m 384
    -nodefaults -no-user-config -no-reboot -display none
    -netdev tap,id=n0,ifname=tap0,script=no,downscript=no
    -device "virtio-net-pci,netdev=n0,mac=52:54:00:a0:e0:01,romfile="
    "${machine_screen[@]}" "$@")
  declare -p machine_command >"$dir/command"
  machine_power diskless
}

start_by_ipxe() {
  printf '#!ipxe\nifopen net0\nsanboot aoe:e1.0\n' >"$BATS_TEST_TMPDIR/script"
  switch_on -machine pc,graphics=off -kernel /usr/lib/ipxe/ipxe.lkrn -initrd "$BATS_TEST_TMPDIR/script"
}

start_by_kernel() { # WORD...
  switch_on -machine q35 -kernel "$("$LAB/tools/kernel")/vmlinux" -initrd "$BATS_FILE_TMPDIR/initramfs" -append "$common $*"
}

shown() { machine_shows diskless "$patience" "$@"; } # TEXT
types() { machine_type diskless "$patience" "$@"; }  # COMMAND

# The machine does this and answers so.
answers() { # EXPECTED COMMAND
  run types "$2"
  echo "$2: $output"
  [ "$status" = 0 ]
  [ "$output" = "$1" ]
}

@test "iPXE starts a machine from an AoE disk, dracut finds it in the aBFT, and it is left clean at the end" {
  [[ -e /usr/lib/ipxe/ipxe.lkrn ]] || skip "needs ipxe"
  serve_both
  start_by_ipxe
  machine_booted diskless "$patience"
  answers "/dev/etherd/e1.0p2" "findmnt -no SOURCE /"
  answers "/dev/etherd/e1.1" "findmnt -no SOURCE /mnt/data"
  answers "e1.0 52:54:00:a0:e0:01" "aoe-mount abft"
  answers "eth0" "cat /sys/module/aoe/parameters/aoe_iflist"
  answers "" "ip -br -4 address show dev eth0"
  # What by rights would unload the driver and put the interface down, and bring both up again.
  types "rc-service aoe-mount stop && rc-service aoe-mount start"
  answers "/dev/etherd/e1.1" "findmnt -no SOURCE /mnt/data"
  types "dd if=/dev/urandom of=/root/letter bs=1M count=4 && cp /root/letter /mnt/data/"
  local sum
  sum=$(types "sha256sum </root/letter")
  machine_off diskless "$patience"

  machine_console diskless | grep -F "AoE: iPXE started this machine from e1.0 52:54:00:a0:e0:01 (disk, MAC)"
  machine_console diskless | grep -F "nothing but the root file system is on AoE any more"
  machine_console diskless | grep -F "the driver and the interfaces stay: the root file system is on AoE"
  stop_server TERM root
  stop_server TERM data
  local root="$disk?offset=$((root_at << 20))"
  e2fsck -fn "$root"
  e2fsck -fn "$data"
  debugfs -R "cat /root/letter" "$root" 2>/dev/null | is "$sum" sha256sum
  debugfs -R "cat /letter" "$data" 2>/dev/null | is "$sum" sha256sum
}

@test "a root whose server starts later is waited for, on the interface with this MAC" {
  start_by_kernel root=aoe:e1.0p2 aoe.if=52:54:00:a0:e0:01 aoe.wait=5m
  shown "waiting for e1.0p2, up to 5 min"
  serve_both
  shown "ok    /dev/etherd/e1.0p2 is there"
  shown "OpenRC"
}

# bats test_tags=long
@test "a disk that never comes ends the waiting with what stands in the way" {
  start_by_kernel root=aoe:e1.0p2 aoe.if=eth0,eth7 aoe.wait=3s rd.shell=0
  shown "e1.0p2 did not appear within 3 s"
  shown "there is no interface eth7; there are: eth0 (52:54:00:a0:e0:01)"
  shown "AoE: the disks of the kernel's command line did not come up: e1.0p2 --interface=eth0,eth7 --wait=3s"
}

@test "a root found by its UUID; another disk's server dies and does not hold up the shutdown, and the root is left clean" {
  serve_both
  local uuid
  uuid=$(blkid -p -s UUID -o value -O $((root_at << 20)) "$disk")
  start_by_kernel "root=UUID=$uuid" rd.aoe=e1.0p2 aoe.if=eth0
  machine_booted diskless "$patience"
  answers "/dev/etherd/e1.0p2" "findmnt -no SOURCE /"
  answers "/dev/etherd/e1.1" "findmnt -no SOURCE /mnt/data"
  types "cp /etc/passwd /mnt/data/kept && sync && dd if=/dev/zero of=/mnt/data/dirty bs=64k count=16 status=none"
  stop_server KILL data || true
  machine_off diskless "$(machine_shutdown_limit)"
  machine_console diskless | grep -F -e "the target has not answered for 6 s; giving it up" -e "the driver had given it up before"
  stop_server TERM root
  e2fsck -fn "$disk?offset=$((root_at << 20))"
  e2fsck -fp "$data" || [ $? = 1 ]
  debugfs -R "cat /kept" "$data" 2>/dev/null | grep -F root:
}
