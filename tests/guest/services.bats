#!/usr/bin/env bats
# Two machines with OpenRC and the emerged packages: boots in the wrong order, a crash, a cut link, files that are open, a
# server that goes before its client, and one that loses its power. The stories follow each other on the same two
# machines, and after each the host looks at every file system on the server's disk.
# Needs: root, QEMU, /dev/net/tun, what tests/lab/tools/portage needs.

load ../lab/guest/guest
load ../lab/machine/console
load ../lab/machine/machine

exports=20
slice=16 # MiB of the server's disk for each export
patience=300

setup_file() {
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  guest_require debugfs
  machines=$BATS_FILE_TMPDIR/machines
  local image i
  image=$("$LAB/machine/image")
  cp --sparse=always "$image" "$BATS_FILE_TMPDIR/server.image"
  cp --sparse=always "$image" "$BATS_FILE_TMPDIR/client.image"
  truncate -s $((slice * (exports + 1)))M "$BATS_FILE_TMPDIR/disk"
  {
    printf 'shelf: 1\ninterfaces: [eth0]\nexports:\n'
    for ((i = 0; i <= exports; i++)); do # the last one is for swap
      echo "  - {slot: $i, path: /dev/nvme0n2, offset: $((i * slice))MiB, length: ${slice}MiB}"
    done
  } | machine_put "$BATS_FILE_TMPDIR/server.image" /etc/conf.d/vblade.yaml
  {
    printf 'interfaces: [eth0]\nwait: 10m\nmounts:\n'
    for ((i = 0; i < exports - 1; i++)); do echo "  - {shelf: 1, slot: $i, mountpoint: /mnt/$i, type: ext4}"; done
  } | machine_put "$BATS_FILE_TMPDIR/client.image" /etc/conf.d/aoe-mount.yaml
  # The last one is fstab's, so that netmount has a part in it.
  echo "/dev/etherd/e1.$((exports - 1)) /mnt/$((exports - 1)) ext4 _netdev 0 2" |
    machine_put "$BATS_FILE_TMPDIR/client.image" /etc/fstab
  # The client's network manager has no business with this interface, which has no address either.
  echo "denyinterfaces eth0" | machine_put "$BATS_FILE_TMPDIR/client.image" /etc/dhcpcd.conf
  for ((i = 0; i < exports; i++)); do
    echo "mkdir /mnt/$i"
    mke2fs -q -F -t ext4 -E "offset=$((i * slice << 20))" "$BATS_FILE_TMPDIR/disk" "${slice}M" >/dev/null 2>&1
  done | debugfs -w -f - "$BATS_FILE_TMPDIR/client.image" >/dev/null 2>&1
  machine_enable "$BATS_FILE_TMPDIR/server.image" net.eth0
  machine_enable "$BATS_FILE_TMPDIR/server.image" vblade
  machine_enable "$BATS_FILE_TMPDIR/client.image" dhcpcd
  machine_enable "$BATS_FILE_TMPDIR/client.image" aoe-mount

  wire_up 1500 0 # the machines make their own interfaces
  machine_ethernet
  machine_hand_on "$BATS_FILE_TMPDIR/state"
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

all_are_mounted() { [ "$(on_client 'grep -c "^/dev/etherd/e1.* ext4" /proc/mounts')" = "$exports" ]; }

# Starts writing on every mount, in the background of the client, and returns when it is under way.
write_everywhere() {
  on_client 'rm -f /mnt/*/new /run/written /run/sums'
  on_client "base64 -d >/run/write <<<$(
    base64 -w 0 <<'END'
for i in $(seq 0 19); do
  dd if=/dev/urandom of=/mnt/$i/new bs=256k count=4 conv=fsync status=none || echo "error on $i" >>/run/written
done
sha256sum /mnt/*/new >/run/sums
echo done >>/run/written
END
  )"
  on_client 'bash /run/write >/dev/null 2>&1 &'
  on_client 'until [ -s /mnt/2/new ]; do sleep 0.1; done'
}

# Every write of write_everywhere succeeded, and what is read back from the server is the same.
all_is_written() {
  on_client 'until [ -e /run/written ] && grep -q "done" /run/written; do sleep 0.3; done; cat /run/written'
  is "done" on_client 'cat /run/written'
  on_client 'sync; echo 3 >/proc/sys/vm/drop_caches; sha256sum --quiet -c /run/sums'
}

export_of_disk() { echo "$images/disk?offset=$(($1 * slice << 20))"; } # SLOT

# With nothing mounted, the host finds every file system clean, and in each the file that the client has written.
all_is_on_the_disk() {
  local i sum file found
  on_client 'rc-service aoe-mount stop >/dev/null; ! grep etherd /proc/mounts'
  for ((i = 0; i < exports; i++)); do e2fsck -fn "$(export_of_disk "$i")"; done
  while read -r sum file; do
    i=${file#/mnt/}
    found=$(debugfs -R "cat /new" "$(export_of_disk "${i%/new}")" 2>/dev/null | sha256sum)
    [ "$file ${found%% *}" = "$file $sum" ]
  done < <(on_client 'cat /run/sums 2>/dev/null || :') # none before the first has been written
  on_client 'rc-service aoe-mount start >/dev/null'
  all_are_mounted
}

# The same after a crash, which may leave journals to be replayed, but nothing to be decided; some hold a file with the
# TEXT and their slot. In a copy: e2fsck loses the offset when it replays a journal.
all_is_repairable() { # TEXT
  local i copy=$images/copy
  for ((i = 0; i < exports; i++)); do
    dd if="$images/disk" of="$copy" bs=1M skip=$((i * slice)) count=$slice status=none
    e2fsck -fp "$copy" || [ $? = 1 ]
    case $i in
    0 | 7 | 19) [ "$(debugfs -R "cat /kept" "$copy" 2>/dev/null)" = "$1 $i" ] ;;
    esac
  done
}

shuts_down() { # NAME
  local start=${EPOCHREALTIME/./} tenths
  machine_off "$1" "$(machine_shutdown_limit)"
  tenths=$(((${EPOCHREALTIME/./} - start) / 100000))
  echo "# the $1 was off after $((tenths / 10)).$((tenths % 10)) s" >&3
}

# By aoe-mount down, or before it had its turn by the guard.
silence_was_noticed() {
  machine_console client | grep -F -e "the target has not answered for 6 s; giving it up" \
    -e "the driver had given it up before"
}

@test "a client that boots a minute before its server waits for it, and then mounts all twenty exports" {
  local power_on=$SECONDS
  machine_start client "$images/client.image"
  machine_shows client "$patience" "waiting for e1.0"
  until ((SECONDS - power_on >= 60)); do sleep 1; done
  machine_start server "$images/server.image" "$images/disk"
  machine_booted server "$patience"
  machine_booted client "$patience"
  all_are_mounted
  on_client 'rc-service aoe-mount status >/dev/null'
  on_server 'rc-service vblade status >/dev/null'
  # Nobody but aoe-mount has touched the interface.
  on_client 'pidof dhcpcd >/dev/null && [ -z "$(ip -br -4 address show dev eth0 | cut -s -d/ -f2)" ]'
  machine_console client >"$BATS_TEST_TMPDIR/console"
  shows_in_order "$BATS_TEST_TMPDIR/console" 'Starting dhcpcd' 'Bringing up the AoE file systems' 'interface eth0 raised' \
    '20 of 20 mounted' 'Mounting network filesystems'
  all_is_on_the_disk
}

@test "a server that is killed in the middle of writes is back at once, and nothing is lost" {
  write_everywhere
  local before
  before=$(on_server 'pidof vblade')
  on_server "kill -KILL $before"
  all_is_written
  [ "$(on_server 'pidof vblade')" != "$before" ]
  on_server 'rc-service vblade status >/dev/null'
  all_is_on_the_disk
}

@test "a link that is cut for ten seconds in the middle of writes delays them, and nothing is lost" {
  write_everywhere
  on_wire ip link set server down
  sleep 10
  on_wire ip link set server up
  all_is_written
  all_is_on_the_disk
}

@test "a restart while a file is open names who holds it and leaves everything mounted; afterwards it works" {
  on_client 'tail -f /mnt/3/new >/dev/null 2>&1 & echo $! >/run/holder'
  run on_client 'rc-service aoe-mount restart'
  echo "$output"
  [[ $output == *"/mnt/3 (e1.3): is busy: used by tail (pid "* ]]
  [[ $output == *"Those items stay up, the others are brought up again"* ]]
  all_are_mounted
  on_client 'rc-service aoe-mount status >/dev/null'
  on_client 'kill $(cat /run/holder) && rc-service aoe-mount restart >/dev/null'
  all_are_mounted
  all_is_on_the_disk
}

@test "a server that is shut down before its client, which has more to write: both are off in 20 seconds" {
  on_client 'umount /mnt/19 && mount /mnt/19' # by hand, and so with the mark that netmount goes by
  on_client 'dd if=/dev/urandom of=/mnt/19/new bs=64k count=16 status=none; for i in 0 7 19; do echo "kept $i" >/mnt/$i/kept; done; sync'
  on_client 'for i in 1 8 19; do dd if=/dev/zero of=/mnt/$i/dirty bs=64k count=16 status=none; done'
  shuts_down server
  shuts_down client
  silence_was_noticed
  all_is_repairable "kept"
}

@test "with swap on an export and the server's power cut, the client is off in 20 seconds, and what it synced is there" {
  machine_cut server
  machine_cut client
  machine_start server "$images/server.image" "$images/disk"
  machine_start client "$images/client.image"
  machine_booted server "$patience"
  machine_booted client "$patience"
  on_client 'mkswap /dev/etherd/e1.20 >/dev/null && swapon /dev/etherd/e1.20 && grep etherd /proc/swaps'
  # What is acknowledged before the cut must be there afterwards.
  on_client 'for i in 0 7 19; do echo "kept again $i" >/mnt/$i/kept; done; sync'
  on_client 'for i in 1 8; do dd if=/dev/zero of=/mnt/$i/dirty bs=64k count=16 status=none; done'
  machine_cut server
  shuts_down client # the driver alone would take 180 s for each of the file systems
  silence_was_noticed
  all_is_repairable "kept again"
}
