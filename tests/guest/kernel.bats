#!/usr/bin/env bats
# The Linux kernel's own initiator, as Debian ships it, works with our target: it runs in a guest, vblade on the
# host's end of the guest's wire. Needs: root, QEMU, /dev/net/tun.

load ../lab/guest/guest

setup() {
  guest_require debugfs
  cd "$BATS_TEST_TMPDIR"
  disk=$BATS_TEST_TMPDIR/disk
}

# The checksum of a file inside an ext4 image, read without mounting it.
checksum_in() { # IMAGE FILE
  debugfs -R "cat $2" "$1" 2>/dev/null | sha256sum | cut -d' ' -f1
}

checksum_said() { # LABEL
  sed -n "s/^$1: \([0-9a-f]\{64\}\).*/\1/p" "$BATS_TEST_TMPDIR/guest/said"
}

@test "a mounted export takes a file, and the host finds the same bytes on a clean file system" {
  truncate -s 64M "$disk"
  wire_up
  serve 1 0 tap0 "$disk"
  guest <<'END'
    load_aoe eth0
    aoe_device e1.0
    [[ $(blockdev --getsize64 /dev/etherd/e1.0) == $((64 << 20)) ]]
    mkfs.ext4 -q /dev/etherd/e1.0
    mount /dev/etherd/e1.0 /mnt
    dd if=/dev/urandom of=/mnt/file bs=1M count=16 status=none
    echo "written: $(sha256sum </mnt/file)"
    umount /mnt
    echo 3 >/proc/sys/vm/drop_caches
    mount -o ro /dev/etherd/e1.0 /mnt
    echo "read: $(sha256sum </mnt/file)"
    umount /mnt
END
  stop_server TERM
  is "$(checksum_said read)" checksum_said written
  is "$(checksum_in "$disk" /file)" checksum_said written
  e2fsck -fn "$disk"
}

@test "a partition made by the client is there as e1.0p1 and holds a file system" {
  truncate -s 64M "$disk"
  wire_up
  serve 1 0 tap0 "$disk"
  guest <<'END'
    load_aoe eth0
    aoe_device e1.0
    echo 'start=2048, size=65536, type=83' | sfdisk --quiet --no-tell-kernel /dev/etherd/e1.0
    blockdev --rereadpt /dev/etherd/e1.0
    aoe_device e1.0p1
    mkfs.ext4 -q /dev/etherd/e1.0p1
    mount /dev/etherd/e1.0p1 /mnt
    dd if=/dev/urandom of=/mnt/file bs=1M count=4 status=none
    echo "written: $(sha256sum </mnt/file)"
    umount /mnt
END
  stop_server TERM
  sfdisk -d "$disk" | grep -q 'start= *2048, size= *65536'
  dd if="$disk" of="$disk.p1" bs=512 skip=2048 count=65536 status=none
  e2fsck -fn "$disk.p1"
  is "$(checksum_in "$disk.p1" /file)" checksum_said written
}

@test "with jumbo frames the driver carries 17 sectors a frame, both ways" {
  truncate -s 64M "$disk"
  wire_up 9000
  serve 1 0 tap0 "$disk"
  guest <<'END'
    link_up eth0 9000
    load_aoe eth0
    aoe_device e1.0
    [[ $(cat '/sys/block/etherd!e1.0/payload') == $((17 * 512)) ]]
    dd if=/dev/urandom of=/tmp/file bs=1M count=24 status=none
    dd if=/tmp/file of=/dev/etherd/e1.0 bs=1M oflag=direct status=none
    echo "written: $(sha256sum </tmp/file)"
    dd if=/dev/etherd/e1.0 of=/tmp/back bs=1M count=24 iflag=direct status=none
    cmp /tmp/file /tmp/back
END
  stop_server TERM
  is "$(head -c 24M "$disk" | sha256sum | cut -d' ' -f1)" checksum_said written
}

@test "a disk of 3 TiB is read and written beyond what 28 bits address, to its last sector" {
  truncate -s 3T "$disk"
  wire_up
  serve 1 0 tap0 "$disk"
  guest <<'END'
    load_aoe eth0
    aoe_device e1.0
    [[ $(blockdev --getsz /dev/etherd/e1.0) == $((3 << 31)) ]]
    at() { # SECTOR: writes and reads back a sector of its own content
      printf '%-512s' "sector $1" >/tmp/sector
      dd if=/tmp/sector of=/dev/etherd/e1.0 seek="$1" oflag=direct conv=notrunc status=none
      dd if=/dev/etherd/e1.0 of=/tmp/back skip="$1" count=1 iflag=direct status=none
      cmp /tmp/sector /tmp/back
    }
    at 0
    at $(((1 << 28) - 1))
    at $((1 << 28))
    at $((1 << 32))
    at $(((3 << 31) - 1))
END
  stop_server TERM
  local sector
  for sector in 0 $(((1 << 28) - 1)) $((1 << 28)) $((1 << 32)) $(((3 << 31) - 1)); do
    cmp <(dd if="$disk" skip="$sector" count=1 status=none) <(printf '%-512s' "sector $sector")
  done
}

@test "a write to a read-only export fails at once, reading goes on, the file stays untouched" {
  mke2fs -q -t ext4 "$disk" 16M
  local before
  before=$(sha256sum <"$disk")
  wire_up
  serve -r 1 0 tap0 "$disk"
  guest <<'END'
    load_aoe eth0
    aoe_device e1.0
    start=$SECONDS
    ! dd if=/dev/zero of=/dev/etherd/e1.0 bs=4k count=1 oflag=direct
    ((SECONDS - start < 10))
    dd if=/dev/etherd/e1.0 of=/dev/null bs=64k iflag=direct status=none
    mount -o ro,noload /dev/etherd/e1.0 /mnt
    ls /mnt
    umount /mnt
END
  said "Input/output error"
  said "lost+found"
  stop_server TERM
  is "$before" sha256sum <"$disk"
}

@test "one process serves several disks, each client sees each with its own content" {
  local slot
  for slot in 0 1 2 3; do
    yes "disk $slot" | head -c 8M >"$disk$slot"
  done
  cat >"$BATS_TEST_TMPDIR/vblade.yaml" <<END
shelf: 7
interfaces: [tap0]
exports:
  - {slot: 0, path: ${disk}0}
  - {slot: 1, path: ${disk}1}
  - {slot: 2, path: ${disk}2}
  - {slot: 254, path: ${disk}3, read-only: true}
END
  wire_up
  serve_file
  guest <<'END'
    load_aoe eth0
    aoe_device e7.0 e7.1 e7.2 e7.254
    for slot in 0 1 2 254; do
      head -n 1 "/dev/etherd/e7.$slot"
    done
    # All at once, so that their frames mix on the wire.
    for slot in 0 1 2; do
      yes "client's $slot" | head -c $((4 << 20)) | dd of="/dev/etherd/e7.$slot" bs=64k iflag=fullblock oflag=direct status=none &
    done
    wait
END
  said "disk 0" && said "disk 1" && said "disk 2" && said "disk 3"
  stop_server TERM
  for slot in 0 1 2; do
    cmp <(head -c 4M "$disk$slot") <(yes "client's $slot" | head -c 4M)
    cmp <(tail -c 4M "$disk$slot") <(yes "disk $slot" | head -c 8M | tail -c 4M)
  done
  cmp "${disk}3" <(yes "disk 3" | head -c 8M)
}

# bats test_tags=long
@test "the driver of Debian 13's kernel, too: jumbo frames on two paths, a partition, a file system, errors at once, a grown disk" {
  export AOE_KERNEL_OF=openrc
  local guest_nics=2
  truncate -s 64M "$disk"
  yes "only to be read" | head -c 1M >"$disk.ro"
  printf '%s\n' 'shelf: 1' 'interfaces: [tap0, tap1]' 'exports:' "  - {slot: 0, path: $disk}" \
    "  - {slot: 1, path: $disk.ro, read-only: true}" >"$BATS_TEST_TMPDIR/vblade.yaml"
  wire_up 9000 2
  serve_file
  host_grow() { truncate -s 96M "$disk"; }
  guest <<'END'
    [[ $(uname -r) == *deb13* ]]
    link_up eth0 9000
    link_up eth1 9000
    load_aoe eth0 eth1
    aoe_device e1.0 e1.1
    within 20 eval 'echo >/dev/etherd/discover; [[ $(cat "/sys/block/etherd!e1.0/netif") =~ ^eth[01],\ ?eth[01]$ ]]'
    [[ $(cat '/sys/block/etherd!e1.0/payload') == $((17 * 512)) ]]
    echo 'start=2048, size=65536, type=83' | sfdisk --quiet --no-tell-kernel /dev/etherd/e1.0
    blockdev --rereadpt /dev/etherd/e1.0
    aoe_device e1.0p1
    mkfs.ext4 -q /dev/etherd/e1.0p1
    mount /dev/etherd/e1.0p1 /mnt
    dd if=/dev/urandom of=/mnt/file bs=1M count=8 status=none
    echo "written: $(sha256sum </mnt/file)"
    umount /mnt
    start=$SECONDS
    ! dd if=/dev/zero of=/dev/etherd/e1.1 bs=4k count=1 oflag=direct
    ((SECONDS - start < 10))
    [[ $(head -n 1 /dev/etherd/e1.1) == "only to be read" ]]
    host grow
    within 20 eval 'echo e1.0 >/dev/etherd/revalidate; [[ $(blockdev --getsize64 /dev/etherd/e1.0) == $((96 << 20)) ]]'
    dd if=/dev/urandom of=/tmp/end bs=1M count=4 status=none
    dd if=/tmp/end of=/dev/etherd/e1.0 bs=1M seek=92 oflag=direct status=none
    echo "end: $(sha256sum </tmp/end)"
END
  stop_server TERM
  dd if="$disk" of="$disk.p1" bs=512 skip=2048 count=65536 status=none
  e2fsck -fn "$disk.p1"
  is "$(checksum_in "$disk.p1" /file)" checksum_said written
  is "$(tail -c 4M "$disk" | sha256sum | cut -d' ' -f1)" checksum_said end
  is "only to be read" head -n 1 "$disk.ro"
}
