#!/usr/bin/env bats
# Two machines with OpenRC and the emerged packages, each the server of one disk and the client of the other's. The
# stories follow each other on the same two machines.
# Needs: root, QEMU, /dev/net/tun, what tests/lab/portage needs.

patience=300

setup_file() {
  source "$BATS_TEST_DIRNAME/../lab/guest.bash"
  source "$LAB/machine.bash"
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  guest_require debugfs
  machines=$BATS_FILE_TMPDIR/machines
  local image
  image=$("$LAB/machine-image")
  furnish east 1 2 "$image"
  furnish west 2 1 "$image"
  wire_up 1500 0 # the machines make their own interfaces
  machine_ethernet
  machine_hand_on "$BATS_FILE_TMPDIR/state"
}

# NAME serves its disk as eSHELF.0 and mounts eOTHER.0.
furnish() { # NAME SHELF OTHER IMAGE
  local image=$BATS_FILE_TMPDIR/$1.image
  cp --sparse=always "$4" "$image"
  truncate -s 32M "$BATS_FILE_TMPDIR/$1.disk"
  mke2fs -q -F -t ext4 "$BATS_FILE_TMPDIR/$1.disk"
  printf '%s\n' "shelf: $2" 'interfaces: [eth0]' 'exports:' '  - {slot: 0, path: /dev/nvme0n2}' |
    machine_put "$image" /etc/conf.d/vblade.yaml
  printf '%s\n' 'interfaces: [eth0]' 'wait: 10m' 'mounts:' "  - {shelf: $3, slot: 0, mountpoint: /mnt/data, type: ext4}" |
    machine_put "$image" /etc/conf.d/aoe-mount.yaml
  debugfs -w -R "mkdir /mnt/data" "$image" >/dev/null 2>&1
  local service
  for service in net.eth0 vblade aoe-mount; do machine_enable "$image" "$service"; done
}

setup() {
  source "$BATS_TEST_DIRNAME/../lab/guest.bash"
  source "$LAB/machine.bash"
  source "$BATS_FILE_TMPDIR/state"
  disks=$BATS_FILE_TMPDIR
}

teardown() { [[ -n ${BATS_TEST_COMPLETED-} ]] || machine_consoles; }

teardown_file() {
  source "$BATS_TEST_DIRNAME/../lab/guest.bash"
  source "$LAB/machine.bash"
  source "$BATS_FILE_TMPDIR/state"
  machine_cut east
  machine_cut west
  wire_down
}

on() { # NAME COMMAND
  machine_type "$1" "$patience" "$2"
}

# Both services are started there, and what was written comes back from the other's disk.
all_is_well() { # NAME FILE
  on "$1" 'rc-service vblade status >/dev/null && rc-service aoe-mount status >/dev/null'
  on "$1" "echo 3 >/proc/sys/vm/drop_caches; sha256sum --quiet -c /mnt/data/$2.sum"
}

sum_on() { debugfs -R "cat /first" "$disks/$1" 2>/dev/null | sha256sum; } # DISK

@test "two machines that boot at the same time, each server and client of the other, both come up and write" {
  local name
  for name in east west; do machine_start "$name" "$disks/$name.image" "$disks/$name.disk"; done
  for name in east west; do machine_booted "$name" "$patience"; done
  for name in east west; do
    on "$name" 'dd if=/dev/urandom of=/mnt/data/first bs=64k count=32 status=none; cd /mnt/data; sha256sum /mnt/data/first >first.sum; sync'
    all_is_well "$name" first
    on "$name" 'sha256sum </mnt/data/first' >"$disks/$name.sum"
  done
}

@test "stopped and started by hand, the client first and then the server: both are as they were, and so is the other machine" {
  on east 'rc-service aoe-mount stop >/dev/null && rc-service vblade stop >/dev/null && ! grep etherd /proc/mounts'
  on east 'rc-service aoe-mount start >/dev/null && rc-service vblade start >/dev/null'
  all_is_well east first
  all_is_well west first
  on east 'rc-service vblade restart >/dev/null && rc-service aoe-mount restart >/dev/null'
  all_is_well east first
  all_is_well west first
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

@test "both are shut down at the same time: neither waits for the other for long, and both disks are sound" {
  on west 'sync'
  on east 'sync'
  machine_type east "$patience" "openrc-shutdown --poweroff now" >/dev/null || true
  machine_off west 90
  machine_gone east 90 "reboot: Power down"
  local name
  for name in east west; do
    e2fsck -fp "$disks/$name.disk" || [ $? = 1 ] # a journal may have to be replayed: its client may have been the later one
  done
  [ "$(sum_on west.disk)" = "$(cat "$disks/east.sum")" ]
  [ "$(sum_on east.disk)" = "$(cat "$disks/west.sum")" ]
}
