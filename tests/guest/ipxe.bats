#!/usr/bin/env bats
# iPXE, an initiator with a history of its own, boots a machine from our target. Needs: root, QEMU, ipxe, binutils.

load ../lab/guest/guest

setup() {
  guest_require as ld
  ipxe=/usr/lib/ipxe/ipxe.lkrn
  [[ -e $ipxe ]] || skip "needs $ipxe (package ipxe)"
  disk=$BATS_TEST_TMPDIR/disk
}

# A disk that boots: the boot sector, then a sector of text.
bootable_disk() {
  as --32 -o "$disk.o" "$BATS_TEST_DIRNAME/ipxe-boot.S"
  ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o "$disk" "$disk.o"
  printf 'read by iPXE\r\n' >>"$disk"
  truncate -s 64M "$disk" # at least a cylinder as iPXE guesses them
}

# Boots a machine whose only disk is e1.0; its status is the boot sector's.
ipxe_boot() { # NETWORK CARD
  local status=0
  printf '#!ipxe\nifopen net0\nsanboot --no-describe aoe:e1.0\n' >"$BATS_TEST_TMPDIR/script"
  "${wire[@]}" timeout 60 qemu-system-x86_64 -machine pc,graphics=off -accel "${AOE_ACCEL:-tcg}" -m 256 \
    -nodefaults -no-user-config -no-reboot -display none -kernel "$ipxe" -initrd "$BATS_TEST_TMPDIR/script" \
    -device isa-debug-exit,iobase=0xf4,iosize=4 -serial "file:$BATS_TEST_TMPDIR/console" \
    -chardev "file,id=said,path=$BATS_TEST_TMPDIR/said" -device isa-debugcon,iobase=0xe9,chardev=said \
    -netdev tap,id=n0,ifname=tap0,script=no,downscript=no -device "$1,netdev=n0,romfile=" </dev/null || status=$?
  tr -d '\r' <"$BATS_TEST_TMPDIR/console"
  echo "QEMU's status: $status"
  ((status == 33))
}

boots_with() { # NETWORK CARD
  bootable_disk
  wire_up
  serve 1 0 tap0 "$disk"
  ipxe_boot "$1"
  is $'started from AoE\nread by iPXE\nwritten' tr -d '\r' <"$BATS_TEST_TMPDIR/said"
  stop_server TERM
  dd if="$disk" skip=2 count=1 status=none | is 'iPXE was here' head -c 13
}

@test "iPXE boots from an export, reads and writes it, over virtio-net" {
  boots_with virtio-net-pci
}

# bats test_tags=long
@test "iPXE boots from an export, reads and writes it, over e1000" {
  boots_with e1000
}
