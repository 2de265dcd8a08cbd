#!/usr/bin/env bats
# Two machines with OpenRC and the emerged packages: boots in the wrong order, a crash, a cut link, a server gone at
# shutdown. The stories follow each other on the same two machines.
# Needs: root, QEMU, /dev/net/tun, what tests/lab/portage needs.

exports=20
slice=16 # MiB of the server's disk for each export
patience=300

setup_file() {
  source "$BATS_TEST_DIRNAME/../lab/guest.bash"
  source "$LAB/machine.bash"
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  guest_require debugfs
  machines=$BATS_FILE_TMPDIR/machines
  local image i
  image=$("$LAB/machine-image")
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
    for ((i = 0; i < exports; i++)); do echo "  - {shelf: 1, slot: $i, mountpoint: /mnt/$i, type: ext4}"; done
  } | machine_put "$BATS_FILE_TMPDIR/client.image" /etc/conf.d/aoe-mount.yaml
  for ((i = 0; i < exports; i++)); do
    echo "mkdir /mnt/$i"
    mke2fs -q -F -t ext4 -E "offset=$((i * slice << 20))" "$BATS_FILE_TMPDIR/disk" "${slice}M" >/dev/null 2>&1
  done | debugfs -w -f - "$BATS_FILE_TMPDIR/client.image" >/dev/null 2>&1
  machine_enable "$BATS_FILE_TMPDIR/server.image" net.eth0
  machine_enable "$BATS_FILE_TMPDIR/server.image" vblade
  machine_enable "$BATS_FILE_TMPDIR/client.image" aoe-mount

  wire_up 1500 0 # the machines make their own interfaces
  machine_ethernet
  machine_hand_on "$BATS_FILE_TMPDIR/state"
}

setup() {
  source "$BATS_TEST_DIRNAME/../lab/guest.bash"
  source "$LAB/machine.bash"
  source "$BATS_FILE_TMPDIR/state"
  images=$BATS_FILE_TMPDIR
}

teardown() {
  [[ -n ${BATS_TEST_COMPLETED-} ]] || machine_consoles
}

teardown_file() {
  source "$BATS_TEST_DIRNAME/../lab/guest.bash"
  source "$LAB/machine.bash"
  source "$BATS_FILE_TMPDIR/state"
  machine_cut client
  machine_cut server
  wire_down
}

on_client() { machine_type client "$patience" "$@"; }
on_server() { machine_type server "$patience" "$@"; }

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
  [ "$(on_client 'cat /run/written')" = "done" ]
  on_client 'sync; echo 3 >/proc/sys/vm/drop_caches; sha256sum --quiet -c /run/sums'
}

@test "a client that boots before its server waits for it, and then mounts all twenty exports" {
  machine_start client "$images/client.image"
  machine_shows client "$patience" "waiting for e1.0"
  machine_start server "$images/server.image" "$images/disk"
  machine_booted server "$patience"
  machine_booted client "$patience"
  [ "$(on_client 'grep -c "^/dev/etherd/e1.* ext4" /proc/mounts')" = 20 ]
  on_client 'rc-service aoe-mount status >/dev/null'
  on_server 'rc-service vblade status >/dev/null'
}

@test "a server that is killed in the middle of writes is back at once, and nothing is lost" {
  write_everywhere
  local before
  before=$(on_server 'pidof vblade')
  on_server "kill -KILL $before"
  all_is_written
  [ "$(on_server 'pidof vblade')" != "$before" ]
  on_server 'rc-service vblade status >/dev/null'
}

@test "a link that is cut for ten seconds in the middle of writes delays them, and nothing is lost" {
  write_everywhere
  on_wire ip link set server down
  sleep 10
  on_wire ip link set server up
  all_is_written
}

@test "with swap on an export and the server's power cut, the client still shuts down in bounded time" {
  on_client 'mkswap /dev/etherd/e1.20 >/dev/null && swapon /dev/etherd/e1.20 && grep etherd /proc/swaps'
  # What is acknowledged before the cut must be there afterwards.
  on_client 'for i in 0 7 19; do echo "kept $i" >/mnt/$i/kept; done; sync'
  on_client 'for i in 1 8; do dd if=/dev/zero of=/mnt/$i/dirty bs=64k count=16 status=none; done'
  machine_cut server
  local start=$SECONDS
  machine_off client 90 # the driver alone would take 180 s for each of the file systems
  echo "# the client shut down in $((SECONDS - start)) s"
  machine_console client | grep -F "the target has not answered for 10 s; giving it up"
  local i
  for ((i = 0; i < exports; i++)); do
    dd if="$images/disk" of="$images/slice" bs=1M skip=$((i * slice)) count=$slice status=none
    e2fsck -fp "$images/slice" || [ $? = 1 ] # the journal is replayed, nothing needs a decision
    case $i in
    0 | 7 | 19) [ "$(debugfs -R "cat /kept" "$images/slice" 2>/dev/null)" = "kept $i" ] ;;
    esac
  done
}
