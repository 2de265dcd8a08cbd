#!/usr/bin/env bats
# Two machines with systemd as init and the emerged packages: they export and mount at boot, and shut down in order; a client
# that lacks an export, and whose server is gone before it. The stories follow each other on the same two machines.
# Needs: root, QEMU, /dev/net/tun, what tests/lab/tools/portage needs.

load ../lab/guest/guest
load ../lab/machine/console
load ../lab/machine/machine

slice=16 # MiB of the server's disk for each export
patience=600
# A kernel that was interrupted while it measured the TSC has seconds of any length, and systemd's time limits end its own start.
# shellcheck disable=SC2034 # for machine.bash
machine_words="clocksource=hpet"

setup_file() {
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  guest_require debugfs
  # shellcheck disable=SC2034 # for machine.bash
  machines=$BATS_FILE_TMPDIR/machines
  local image server=$BATS_FILE_TMPDIR/server.image client=$BATS_FILE_TMPDIR/client.image i
  image=$("$LAB/machine/image" systemd)
  cp --sparse=always "$image" "$BATS_FILE_TMPDIR/image"
  # Their root needs no initramfs to be unmounted from.
  debugfs -w -R "symlink /etc/systemd/system/dracut-shutdown.service /dev/null" "$BATS_FILE_TMPDIR/image" >/dev/null 2>&1
  cp --sparse=always "$BATS_FILE_TMPDIR/image" "$server"
  mv "$BATS_FILE_TMPDIR/image" "$client"
  truncate -s $((3 * slice))M "$BATS_FILE_TMPDIR/disk"
  for i in 0 1 2; do
    mke2fs -q -F -t ext4 -E "offset=$((i * slice << 20))" "$BATS_FILE_TMPDIR/disk" "${slice}M" >/dev/null 2>&1
  done
  truncate -s "${slice}M" "$BATS_FILE_TMPDIR/lab"
  exports 1 0 1 | machine_put "$server" /etc/conf.d/vblade.yaml
  # A process that serves a disk has it for itself.
  printf 'shelf: 2\ninterfaces: [eth0]\nexports:\n  - {slot: 0, path: /dev/nvme0n3}\n' |
    machine_put "$server" /etc/conf.d/vblade.lab.yaml
  printf '[Match]\nName=eth0\n\n[Network]\nLinkLocalAddressing=no\n' | machine_put "$server" /etc/systemd/network/lab.network
  machine_enable_unit "$server" systemd-networkd.service multi-user.target
  machine_enable_unit "$server" vblade.service multi-user.target
  machine_enable_unit "$server" vblade@lab.service multi-user.target
  printf 'interfaces: [eth0]\nwait: 10m\nmounts:\n  - {shelf: 1, slot: 0, mountpoint: /mnt/0, type: ext4}\n' |
    machine_put "$client" /etc/conf.d/aoe-mount.yaml
  # One is fstab's, which systemd knows, too.
  echo "/dev/etherd/e1.1 /mnt/1 ext4 _netdev,x-systemd.device-timeout=10min 0 0" | machine_put "$client" /etc/fstab
  machine_enable_unit "$client" aoe-mount.service remote-fs.target
  printf 'mkdir /mnt/%s\n' 0 1 2 | debugfs -w -f - "$client" >/dev/null 2>&1
  # A service that holds a file open there until it is stopped.
  machine_put "$client" /etc/systemd/system/writer.service <<-'END_OF_UNIT'
	[Unit]
	After=aoe-mount.service
	AssertPathIsMountPoint=/mnt/0

	[Service]
	ExecStart=/usr/bin/bash -c 'exec >/mnt/0/held; trap "echo stopped in order; exit" TERM; while :; do sleep 1 & wait; done'
	KillMode=process
	END_OF_UNIT
  debugfs -w -f - "$client" >/dev/null 2>&1 <<-END_OF_COMMANDS
	symlink /etc/systemd/system/multi-user.target.wants/writer.service ../writer.service
	END_OF_COMMANDS

  wire_up 1500 0 # the machines make their own interfaces
  machine_ethernet
  machine_hand_on "$BATS_FILE_TMPDIR/state"
}

exports() { # SHELF SLICE...
  local shelf=$1 slot=0 i
  shift
  printf 'shelf: %s\ninterfaces: [eth0]\nexports:\n' "$shelf"
  for i; do
    echo "  - {slot: $((slot++)), path: /dev/nvme0n2, offset: $((i * slice))MiB, length: ${slice}MiB}"
  done
}

setup() {
  source "$BATS_FILE_TMPDIR/state"
  images=$BATS_FILE_TMPDIR
}

teardown() {
  [[ -n ${BATS_TEST_COMPLETED-} ]] || machine_consoles
}

teardown_file() {
  source "$BATS_FILE_TMPDIR/state"
  machine_cut client
  machine_cut server
  wire_down
}

on_client() { machine_type client "$patience" "$@"; }
on_server() { machine_type server "$patience" "$@"; }

# When its start is over, what systemd says of the machine.
system_is() { # STATE MACHINE
  is "$1" "on_$2" "while [ \$(systemctl is-system-running) = starting ]; do sleep 0.5; done; systemctl is-system-running"
}

# The messages of a unit, each after its severity.
journal() { # MACHINE UNIT
  machine_type "$1" "$patience" "journalctl -b -u $2 -o json | sed -nE 's/.*\"PRIORITY\":\"(.)\".*/\1 &/; s/^(.) .*\"MESSAGE\":\"([^\"]*)\".*/\1 \2/p'"
}

switch_on() {
  machine_start server "$images/server.image" "$images/disk" "$images/lab"
  machine_start client "$images/client.image"
  machine_booted server "$patience"
  machine_booted client "$patience"
}

export_of_disk() { echo "$images/disk?offset=$(($1 * slice << 20))"; } # SLICE

@test "systemd: exported and mounted at boot, reloaded, and shut down in order; every image is clean" {
  switch_on
  on_server 'until systemctl -q is-active vblade && systemctl -q is-active vblade@lab; do sleep 0.5; done' # its interface may have come up after them
  system_is running server
  is $'active\nactive' on_server "systemctl is-active vblade vblade@lab"
  system_is running client
  is $'active\nactive' on_client "systemctl is-active aoe-mount writer"
  is "2 exports are served" on_server "systemctl show --value --property StatusText vblade"
  is "/dev/etherd/e1.0" on_client "findmnt -no SOURCE /mnt/0"
  is "/dev/etherd/e1.1" on_client "findmnt -no SOURCE /mnt/1"
  is "vblade 700" on_server "stat -c '%U %a' /var/lib/vblade"
  is "vblade 700" on_server "stat -c '%U %a' /var/lib/vblade.lab"
  # The front, which systemd knows, and the process that opens files are root's; the server between them is not.
  is $'root\nvblade\nroot' on_server 'front=$(systemctl show --value -p MainPID vblade); server=$(pgrep -P $front); stat -c %U /proc/$front /proc/$server /proc/$(pgrep -P $server)'
  on_client 'dd if=/dev/urandom of=/mnt/0/letter bs=64k count=16 status=none; cp /mnt/0/letter /mnt/1/'

  # One more export, and a file that is wrong, which changes nothing.
  exports 1 0 1 2 | sed 's/^/echo "/; s/$/"/' >"$BATS_TEST_TMPDIR/more"
  on_server "systemctl stop vblade@lab"
  on_server "{ $(tr '\n' ';' <"$BATS_TEST_TMPDIR/more") } >/etc/conf.d/vblade.yaml && systemctl reload vblade"
  is "3 exports are served" on_server "systemctl show --value --property StatusText vblade"
  on_client "until [ -b /dev/etherd/e1.2 ]; do sleep 0.2; done; mount /dev/etherd/e1.2 /mnt/2 && cp /mnt/0/letter /mnt/2/"
  on_server "cp /etc/conf.d/vblade.yaml /root/good; echo 'shelf: 70000' >>/etc/conf.d/vblade.yaml"
  run on_server "systemctl reload vblade"
  [ "$status" -ne 0 ]
  on_server "cp /root/good /etc/conf.d/vblade.yaml; systemctl reload vblade"
  is active on_server "systemctl is-active vblade"
  # What is left out with partial is no failure of the service, as under OpenRC.
  on_server "printf '  - {slot: 9, path: /nowhere}\npartial: true\n' >>/etc/conf.d/vblade.yaml && systemctl reload vblade"
  is active on_server "systemctl is-active vblade"
  is 3 on_server "vbladectl status >/dev/null; echo \$?"
  on_server "cp /root/good /etc/conf.d/vblade.yaml; systemctl reload vblade"

  journal server vblade >"$BATS_TEST_TMPDIR/journal"
  cat "$BATS_TEST_TMPDIR/journal"
  is 1 grep -c '^6 /etc/conf.d/vblade.yaml: 2 exports are served$' "$BATS_TEST_TMPDIR/journal"
  grep -x '6 /etc/conf.d/vblade.yaml is in force: 3 exports' "$BATS_TEST_TMPDIR/journal"
  grep '^3 /etc/conf.d/vblade.yaml:' "$BATS_TEST_TMPDIR/journal"
  journal client aoe-mount | grep -F "2 of 2 mounted"

  local sum
  sum=$(on_client 'sha256sum </mnt/0/letter')
  machine_off client "$patience"
  machine_off server "$patience"
  for i in 0 1 2; do
    e2fsck -fn "$(export_of_disk "$i")"
    debugfs -R "cat /letter" "$(export_of_disk "$i")" 2>/dev/null | is "$sum" sha256sum
  done
  is "stopped in order" debugfs -R "cat /held" "$(export_of_disk 0)" 2>/dev/null
  machine_console client >"$BATS_TEST_TMPDIR/console"
  [ -z "$(grep -F "Failed unmounting" "$BATS_TEST_TMPDIR/console")" ]
}

@test "systemd: a client that lacks an export says so, and is off in 20 seconds although its server is dead" {
  printf '  - {shelf: 1, slot: 9, mountpoint: /mnt/2, type: ext4, wait: 1s}\n' >"$BATS_TEST_TMPDIR/more"
  {
    debugfs -R "cat /etc/conf.d/aoe-mount.yaml" "$images/client.image" 2>/dev/null
    cat "$BATS_TEST_TMPDIR/more"
  } | machine_put "$images/client.image" /etc/conf.d/aoe-mount.yaml
  switch_on
  system_is degraded client
  is $'failed\nactive' on_client "systemctl is-active aoe-mount aoe-mount-shutdown"
  is "/dev/etherd/e1.0" on_client "findmnt -no SOURCE /mnt/0"
  journal client aoe-mount | grep -F "2 of 3 mounted; failed: /mnt/2"
  on_client 'echo kept >/mnt/0/kept; echo kept >/mnt/1/kept; sync; for i in 0 1; do dd if=/dev/zero of=/mnt/$i/dirty bs=64k count=16 status=none; done'
  machine_cut server
  local start=${EPOCHREALTIME/./} tenths
  machine_off client "$(machine_shutdown_limit)"
  tenths=$(((${EPOCHREALTIME/./} - start) / 100000))
  echo "# the client was off after $((tenths / 10)).$((tenths % 10)) s" >&3
  for i in 0 1; do
    dd if="$images/disk" of="$BATS_TEST_TMPDIR/copy" bs=1M skip=$((i * slice)) count=$slice status=none
    e2fsck -fp "$BATS_TEST_TMPDIR/copy" || [ $? = 1 ]
    is kept debugfs -R "cat /kept" "$BATS_TEST_TMPDIR/copy" 2>/dev/null
  done
}
