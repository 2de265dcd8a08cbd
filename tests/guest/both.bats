#!/usr/bin/env bats
# Two machines with OpenRC and the emerged packages, each the server of one disk and the client of the other's; one starts
# its services side by side (rc_parallel). The stories follow each other on the same two machines.
# Needs: root, QEMU, /dev/net/tun, what tests/lab/tools/portage needs.

load ../lab/guest/guest
load ../lab/machine/console
load ../lab/machine/machine

patience=300
in_fstab=32 # MiB: where the second export begins on a disk

setup_file() {
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  guest_require debugfs
  machines=$BATS_FILE_TMPDIR/machines
  local image
  image=$("$LAB/machine/image")
  furnish east 1 2 "$image"
  furnish west 2 1 "$image"
  side_by_side west
  wire_up 1500 0 # the machines make their own interfaces
  machine_ethernet
  machine_hand_on "$BATS_FILE_TMPDIR/state"
}

# NAME serves its disk as eSHELF.0 and eSHELF.1, and mounts eOTHER.0 by aoe-mount.yaml and eOTHER.1 by fstab.
furnish() { # NAME SHELF OTHER IMAGE
  local image=$BATS_FILE_TMPDIR/$1.image disk=$BATS_FILE_TMPDIR/$1.disk
  cp --sparse=always "$4" "$image"
  truncate -s 48M "$disk"
  mke2fs -q -F -t ext4 "$disk" "${in_fstab}M"
  mke2fs -q -F -t ext4 -E "offset=$((in_fstab << 20))" "$disk" 16M
  printf '%s\n' "shelf: $2" 'interfaces: [eth0]' 'exports:' \
    "  - {slot: 0, path: /dev/nvme0n2, length: ${in_fstab}MiB}" \
    "  - {slot: 1, path: /dev/nvme0n2, offset: ${in_fstab}MiB}" | machine_put "$image" /etc/conf.d/vblade.yaml
  printf '%s\n' 'interfaces: [eth0]' 'wait: 10m' 'mounts:' "  - {shelf: $3, slot: 0, mountpoint: /mnt/data, type: ext4}" |
    machine_put "$image" /etc/conf.d/aoe-mount.yaml
  echo "/dev/etherd/e$3.1 /mnt/fstab ext4 _netdev 0 2" | machine_put "$image" /etc/fstab
  # A service that uses the mounts, as any daemon would.
  printf '%s\n' '#!/sbin/openrc-run' 'depend() { need aoe-mount; after netmount; }' \
    'start() { ls /mnt/data /mnt/fstab >/dev/null && einfo "user of the mounts starts"; }' \
    'stop() { einfo "user of the mounts stops"; }' | machine_put "$image" /etc/init.d/user
  printf '%s\n' "mkdir /mnt/data" "mkdir /mnt/fstab" "set_inode_field /etc/init.d/user mode 0100755" |
    debugfs -w -f - "$image" >/dev/null 2>&1
  local service
  for service in net.eth0 vblade aoe-mount user; do machine_enable "$image" "$service"; done
}

# What else a machine needs that starts and stops its services side by side.
side_by_side() { # NAME
  local image=$BATS_FILE_TMPDIR/$1.image
  echo 'rc_parallel="YES"' | machine_put "$image" /etc/rc.conf
  echo 'rc_need="net.eth0"' | machine_put "$image" /etc/conf.d/vblade
  echo 'rc_need="net.eth0 vblade"' | machine_put "$image" /etc/conf.d/aoe-mount
}

setup() {
  source "$BATS_FILE_TMPDIR/state"
  disks=$BATS_FILE_TMPDIR
}

teardown() { [[ -n ${BATS_TEST_COMPLETED-} ]] || machine_consoles; }

teardown_file() {
  source "$BATS_FILE_TMPDIR/state"
  machine_cut east
  machine_cut west
  wire_down
}

on() { # NAME COMMAND
  machine_type "$1" "$patience" "$2"
}

# Prints the path of a file with what the console showed behind its first LINES lines.
console_since() { # NAME LINES
  machine_console "$1" | tail -n "+$(($2 + 1))" >"$BATS_TEST_TMPDIR/$1.console"
  echo "$BATS_TEST_TMPDIR/$1.console"
}

came_up_in_order() { # CONSOLE
  shows_in_order "$1" 'Bringing up interface eth0' 'Starting AoE target vblade' 'Bringing up the AoE file systems' \
    'Mounting network filesystems' 'user of the mounts starts'
}

# In reverse; netmount is done before the file systems of AoE go, and these before the target and the network. With rc_parallel the
# user and netmount stop side by side: neither needs the other.
went_down_in_order() { # CONSOLE
  local before
  for before in 'user of the mounts stops' 'Unmounting network filesystems'; do
    shows_in_order "$1" "$before" 'Taking down the AoE file systems' \
      'Stopping AoE target vblade' 'Bringing down interface eth0' 'Unmounting local filesystems'
  done
}

# Both services are started there, and what was written comes back from the other's disk.
all_is_well() { # NAME FILE
  on "$1" 'rc-service vblade status >/dev/null && rc-service aoe-mount status >/dev/null'
  on "$1" "echo 3 >/proc/sys/vm/drop_caches; sha256sum --quiet -c /mnt/data/$2.sum"
}

sum_on() { debugfs -R "cat /first" "$disks/$1" 2>/dev/null | sha256sum; } # DISK

# With nothing mounted, the host finds both file systems of both disks clean.
all_is_on_the_disks() {
  local name
  for name in east west; do on "$name" 'rc-service aoe-mount stop >/dev/null && ! grep etherd /proc/mounts'; done
  for name in east west; do
    e2fsck -fn "$disks/$name.disk"
    e2fsck -fn "$disks/$name.disk?offset=$((in_fstab << 20))"
  done
  is "$(cat "$disks/east.sum")" sum_on west.disk
  is "$(cat "$disks/west.sum")" sum_on east.disk
  for name in east west; do on "$name" 'rc-service user start >/dev/null'; done # and with it aoe-mount, which it needs
}

@test "two machines that boot at the same time, each server and client of the other, both come up and write" {
  local name
  for name in east west; do machine_start "$name" "$disks/$name.image" "$disks/$name.disk"; done
  for name in east west; do machine_booted "$name" "$patience"; done
  for name in east west; do
    on "$name" 'dd if=/dev/urandom of=/mnt/data/first bs=64k count=32 status=none; cd /mnt/data; sha256sum /mnt/data/first >first.sum; sync'
    all_is_well "$name" first
    on "$name" 'sha256sum </mnt/data/first' >"$disks/$name.sum"
    on "$name" 'grep "^/dev/etherd/e.\.1 /mnt/fstab ext4" /proc/mounts'
    came_up_in_order "$(console_since "$name" 0)"
  done
  all_is_on_the_disks
}

@test "stopped and started by hand, the client first and then the server: both are as they were, and so is the other machine" {
  on east 'rc-service aoe-mount stop >/dev/null && rc-service vblade stop >/dev/null && ! grep etherd /proc/mounts'
  on east 'rc-service aoe-mount start >/dev/null && rc-service vblade start >/dev/null'
  all_is_well east first
  all_is_well west first
  on east 'rc-service vblade restart >/dev/null && rc-service aoe-mount restart >/dev/null'
  all_is_well east first
  all_is_well west first
  all_is_on_the_disks
}

@test "a client that loses its power with unwritten data: what was synced is there at its next boot" {
  on west 'cp /mnt/data/first /mnt/data/kept; sha256sum /mnt/data/kept >/mnt/data/kept.sum; sync'
  on west 'dd if=/dev/zero of=/mnt/data/dirty bs=64k count=64 status=none'
  machine_cut west
  # Its server is no worse for it.
  on east 'rc-service vblade status >/dev/null'
  machine_power west
  machine_booted west "$patience"
  machine_console west | grep -F '/mnt/data: e1.0 is mounted'
  all_is_well west kept
  all_is_well east first
  all_is_on_the_disks
}

# What a server keeps of what initiators set, as the client sees it.
kept() { on west 'aoecfg -t 10 1 0 eth0 && aoe mask -t 10s e1.0 && aoe reserve -t 10s e1.0'; }

@test "a server that loses its power as soon as it has answered: config string, mask list and reservation are there at its next boot" {
  local found
  on east 'echo lost >/root/unsynced' # what nobody has synced is not there afterwards, or the cut would show nothing
  on west 'aoecfg -t 10 -c set -s "kept by east" 1 0 eth0'
  on west 'aoe mask e1.0 add $(cat /sys/class/net/eth0/address) 02:00:00:00:00:77'
  on west 'aoe reserve e1.0 set $(cat /sys/class/net/eth0/address) 02:00:00:00:00:88'
  machine_cut east
  machine_power east
  machine_booted east "$patience"
  on east '! test -s /root/unsynced'
  found=$(kept)
  echo "$found"
  [[ $found == "kept by east"*02:00:00:00:00:77*02:00:00:00:00:88* ]]
  # The client goes on where it was.
  all_is_well west first
  on west 'aoe reserve e1.0 release'
  on west 'aoe mask e1.0 delete $(cat /sys/class/net/eth0/address) 02:00:00:00:00:77'
  on west 'aoecfg -t 10 -c fset -s "" 1 0 eth0'
}

@test "both are shut down at the same time: both are off in 20 seconds, in the reverse order, and both disks are sound" {
  local name from_east from_west
  on west 'sync'
  on east 'sync'
  from_east=$(machine_console east | wc -l)
  from_west=$(machine_console west | wc -l)
  machine_type east "$patience" "openrc-shutdown --poweroff now" >/dev/null || true
  machine_off west "$(machine_shutdown_limit)"
  machine_gone east "$(machine_shutdown_limit)" "reboot: Power down"
  went_down_in_order "$(console_since east "$from_east")"
  went_down_in_order "$(console_since west "$from_west")"
  for name in east west; do
    # A journal may have to be replayed, where the client was the later one. e2fsck loses an offset when it does that.
    e2fsck -fp "$disks/$name.disk" || [ $? = 1 ]
    dd if="$disks/$name.disk" of="$disks/copy" bs=1M skip=$in_fstab status=none
    e2fsck -fp "$disks/copy" || [ $? = 1 ]
  done
  is "$(cat "$disks/east.sum")" sum_on west.disk
  is "$(cat "$disks/west.sum")" sum_on east.disk
}

@test "with both files broken the machine boots, its console says why and where, and mended they start" {
  local image=$disks/east.image
  printf '%s\n' 'shelf: 1' 'interfaces: [eth0]' 'exports:' '  - {slot: 300, path: /dev/nvme0n2}' |
    machine_put "$image" /etc/conf.d/vblade.yaml
  printf '%s\n' 'interfaces: [eth0]' 'mounts:' '  - {shelf: 2, slot: 0, mountpiont: /mnt/data, required: false}' |
    machine_put "$image" /etc/conf.d/aoe-mount.yaml
  echo "# nothing" | machine_put "$image" /etc/fstab # what the other machine serves is not there
  machine_start east "$image" "$disks/east.disk"
  machine_booted east "$patience"
  machine_console east >"$BATS_TEST_TMPDIR/console"
  grep -F '/etc/conf.d/vblade.yaml:4:12: exports[0].slot: 300 is not in 0..254' "$BATS_TEST_TMPDIR/console"
  grep -F "/etc/conf.d/aoe-mount.yaml:3:25: mounts[0].mountpiont: unknown key: did you mean 'mountpoint'?" "$BATS_TEST_TMPDIR/console"
  grep -F 'ERROR: vblade failed to start' "$BATS_TEST_TMPDIR/console"
  grep -F 'ERROR: aoe-mount failed to start' "$BATS_TEST_TMPDIR/console"
  grep -F 'Mounting network filesystems' "$BATS_TEST_TMPDIR/console"
  on east 'sed -i s/300/0/ /etc/conf.d/vblade.yaml && rc-service vblade start >/dev/null'
  on east 'sed -i "s/mountpiont/mountpoint/; 1a wait: 1s" /etc/conf.d/aoe-mount.yaml && rc-service aoe-mount start >/dev/null'
  machine_off east "$(machine_shutdown_limit)"
}
