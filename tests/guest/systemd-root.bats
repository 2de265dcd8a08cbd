#!/usr/bin/env bats
# Machines without disks whose initramfs and root have systemd as init: dracut's initramfs with our module and systemd's,
# started by QEMU as iPXE would. Needs: root, QEMU, what tests/lab/tools/portage needs.

load ../lab/guest/guest
load ../lab/machine/machine

common="rw console=ttyS0 loglevel=3 tsc=reliable no_timer_check random.trust_cpu=on mitigations=off panic=-1 net.ifnames=0 sysrq_always_enabled clocksource=hpet"

setup_file() {
  guest_require debugfs
  cd "$BATS_FILE_TMPDIR" || return
  cp --sparse=always "$("$LAB/machine/image" systemd)" root.image
  machine_enable_unit root.image aoe-mount.service remote-fs.target
  printf 'interfaces: [eth0]\nmounts:\n  - {shelf: 1, slot: 1, mountpoint: /mnt/data, type: ext4}\n' |
    machine_put root.image /etc/conf.d/aoe-mount.yaml
  debugfs -w -R "mkdir /mnt/data" root.image >/dev/null 2>&1
  debugfs -R "dump /boot/initramfs $PWD/initramfs" root.image >/dev/null 2>&1
  [ -s initramfs ]
}

setup() {
  machines=$BATS_TEST_TMPDIR/machines patience=600
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
  cp --sparse=always "$BATS_FILE_TMPDIR/root.image" "$disk"
  truncate -s 16M "$data"
  mke2fs -q -F -t ext4 "$data"
  serve --as data 1 1 tap0 "$data"
  serve --as root 1 0 tap0 "$disk"
}

start_by_kernel() { # WORD...
  local dir=$machines/diskless
  mkdir -p "$dir"
  machine_screen "$dir"
  : >"$dir/console"
  # shellcheck disable=SC2034,SC2054 # machine_power reads it; QEMU's commas
  machine_command=(qemu-system-x86_64 -machine q35 -accel "${AOE_ACCEL:-tcg,thread=multi}" -cpu qemu64,+rdrand -smp 1 -m 512
    -nodefaults -no-user-config -no-reboot -display none
    -netdev tap,id=n0,ifname=tap0,script=no,downscript=no
    -device "virtio-net-pci,netdev=n0,mac=52:54:00:a0:e0:01,romfile="
    "${machine_screen[@]}" -kernel "$("$LAB/tools/kernel")/vmlinux" -initrd "$BATS_FILE_TMPDIR/initramfs" -append "$common $*")
  declare -p machine_command >"$dir/command"
  machine_power diskless
}

types() { machine_type diskless "$patience" "$@"; } # COMMAND

# The machine does this and answers so.
answers() { # EXPECTED COMMAND
  run types "$2"
  echo "$2: $output"
  [ "$status" = 0 ]
  [ "$output" = "$1" ]
}

boots_and_is_left_clean() {
  machine_booted diskless "$patience"
  answers "/dev/etherd/e1.0" "findmnt -no SOURCE /"
  answers "/dev/etherd/e1.1" "findmnt -no SOURCE /mnt/data"
  answers active "systemctl is-active aoe-mount"
  answers running "while [ \$(systemctl is-system-running) = starting ]; do sleep 0.5; done; systemctl is-system-running"
  types "systemctl restart aoe-mount"
  answers "/dev/etherd/e1.1" "findmnt -no SOURCE /mnt/data"
  types "dd if=/dev/urandom of=/root/letter bs=1M count=4 && cp /root/letter /mnt/data/"
  local sum
  sum=$(types "sha256sum </root/letter")
  machine_off diskless "$patience"

  stop_server TERM root
  stop_server TERM data
  e2fsck -fn "$disk"
  e2fsck -fn "$data"
  debugfs -R "cat /root/letter" "$disk" 2>/dev/null | is "$sum" sha256sum
  debugfs -R "cat /letter" "$data" 2>/dev/null | is "$sum" sha256sum
}

@test "systemd in the initramfs: root=aoe: is waited for, mounted and left clean, with a disk of aoe-mount on it" {
  start_by_kernel root=aoe:e1.0 aoe.if=52:54:00:a0:e0:01 aoe.wait=5m
  machine_shows diskless "$patience" "waiting for e1.0, up to 5 min"
  serve_both
  boots_and_is_left_clean
}

# bats test_tags=long
@test "systemd in the initramfs: a root by its UUID, on a disk that rd.aoe names" {
  serve_both
  start_by_kernel "root=UUID=$(blkid -p -s UUID -o value "$disk")" rd.aoe=e1.0 aoe.if=eth0
  boots_and_is_left_clean
}

# bats test_tags=long
@test "systemd in the initramfs: a disk that never comes ends the waiting with what stands in the way" {
  start_by_kernel root=aoe:e1.0p2 aoe.if=eth0,eth7 aoe.wait=3s rd.shell=0
  machine_shows diskless "$patience" "e1.0p2 did not appear within 3 s"
  machine_shows diskless "$patience" "there is no interface eth7; there are: eth0 (52:54:00:a0:e0:01)"
  machine_shows diskless "$patience" "AoE: the disks of the kernel's command line did not come up: e1.0p2 --interface=eth0,eth7 --wait=3s"
}
