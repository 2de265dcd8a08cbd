#!/usr/bin/env bats
# aoe-mount in a guest, on what goes wrong: what cannot be mounted, file systems with errors, files that are open.
# Needs: root, QEMU, /dev/net/tun.

load ../lab/guest/guest

setup() {
  guest_require debugfs
  disk=$BATS_TEST_TMPDIR/disk
}

@test "what cannot be mounted is named with its reason, the rest is mounted, and the status is not 0" {
  mke2fs -q -t ext4 "${disk}0" 16M
  mke2fs -q -t ext4 "${disk}1" 16M
  local before
  before=$(sha256sum <"${disk}1")
  cat >"$BATS_TEST_TMPDIR/aoe-mount.yaml" <<'END'
interfaces: [eth0]
wait: 60s
mounts:
  - {shelf: 1, slot: 9, mountpoint: /mnt/never, wait: 5s}
  - {shelf: 1, slot: 0, mountpoint: /mnt/data}
  - {shelf: 1, slot: 1, mountpoint: /mnt/type, type: xfs}
  - {shelf: 1, slot: 1, mountpoint: /mnt/missing}
  - {shelf: 1, slot: 1, mountpoint: /mnt/file}
  - {shelf: 1, slot: 1, mountpoint: /mnt/busy}
  - {shelf: 1, slot: 1, partition: 2, mountpoint: /mnt/part, wait: 5s, required: false}
END
  wire_up
  serve --as target0 1 0 tap0 "${disk}0"
  serve --as target1 1 1 tap0 "${disk}1"
  guest "$AOE_MOUNT" "$BATS_TEST_TMPDIR/aoe-mount.yaml=/etc/conf.d/aoe-mount.yaml" <<'END'
    mkdir -p /mnt/never /mnt/data /mnt/type /mnt/busy /mnt/part
    touch /mnt/file
    mount -t tmpfs occupant /mnt/busy
    echo "== up"
    status=0
    aoe-mount up || status=$?
    echo "status $status"
    findmnt -no SOURCE /mnt/data
    echo "== down"
    aoe-mount down
    findmnt -no SOURCE /mnt/busy
    echo "== end"
END
  stop_server TERM target0
  stop_server TERM target1
  local said
  said=$(said_between up down)
  [[ $said == *"FAIL  /mnt/never: e1.9 did not appear within 5 s"* ]]
  [[ $said == *"ok    /mnt/data: e1.0 is mounted ("* ]]
  [[ $said == *"FAIL  /mnt/type: /dev/etherd/e1.1 holds ext4, not xfs as configured"* ]]
  [[ $said == *"FAIL  /mnt/missing: mount point /mnt/missing does not exist: create it, as in 'mkdir -p /mnt/missing'"* ]]
  [[ $said == *"FAIL  /mnt/file: mount point /mnt/file is not a directory"* ]]
  [[ $said == *"FAIL  /mnt/busy: mount point /mnt/busy is busy: occupant (tmpfs) is mounted there"* ]]
  [[ $said == *"note  /mnt/part: e1.1 is there, but no partition 2 appeared on it within 5 s (not required)"* ]]
  [[ $said == *"FAIL  1 of 7 mounted; failed: /mnt/never, /mnt/type, /mnt/missing, /mnt/file, /mnt/busy, /mnt/part"* ]]
  [[ $said == *"status 1"* ]]
  is "$before" sha256sum <"${disk}1"
}

@test "what fsck can repair is repaired and mounted, what it cannot is named; a busy mount's users are named; a grown disk" {
  local slot
  for slot in 0 1 2 3 4; do mke2fs -q -t ext4 "$disk$slot" 32M; done
  debugfs -w -R "set_super_value state 2" "${disk}0"
  debugfs -w -R "set_super_value free_blocks_count 7" "${disk}0"
  debugfs -w -R "clri <2>" "${disk}1"
  debugfs -w -R "set_super_value state 2" "${disk}1"
  local before=()
  for slot in 3 4; do before[slot]=$(sha256sum <"$disk$slot"); done
  cat >"$BATS_TEST_TMPDIR/aoe-mount.yaml" <<'END'
interfaces: [eth0]
shelf: 1
wait: 60s
mounts:
  - {slot: 0, mountpoint: /mnt/dirty}
  - {slot: 1, mountpoint: /mnt/broken}
  - {slot: 2, mountpoint: /mnt/good}
  - {slot: 3, mountpoint: /mnt/ro, options: [ro]}
  - {slot: 4, mountpoint: /mnt/not-ro}
down: {busy-wait: 1s}
hooks: {after-down: "grep -c etherd /proc/mounts >/tmp/after-down; true"}
END
  wire_up
  for slot in 0 1 2; do serve --as target$slot 1 $slot tap0 "$disk$slot"; done
  for slot in 3 4; do serve --as target$slot -r 1 $slot tap0 "$disk$slot"; done
  host_grow() { truncate -s 64M "${disk}2"; }
  guest "$AOE_MOUNT" "$BATS_TEST_TMPDIR/aoe-mount.yaml=/etc/conf.d/aoe-mount.yaml" <<'END'
    mkdir -p /mnt/{dirty,broken,good,ro,not-ro}
    echo "== up"
    ! aoe-mount up
    echo "== status"
    host grow
    grown() { # asks until the target has noticed, too
      echo e1.2 >/dev/etherd/revalidate
      [[ $(blockdev --getsize64 /dev/etherd/e1.2) == $((64 << 20)) ]]
    }
    within 60 grown
    ! aoe-mount status
    echo "== busy"
    (cd /mnt/good && exec sleep 1000) &
    within 20 eval '[[ $(readlink /proc/$!/cwd) == /mnt/good ]]'
    ! aoe-mount down
    echo "by sleep (pid $!)"
    findmnt -rno SOURCE,TARGET /mnt/good
    cat /tmp/after-down
    echo "== restart with files open"
    aoe-mount up || true
    findmnt -rno SOURCE,TARGET /mnt/good
    kill $!
    wait $! || true
    echo "== down"
    aoe-mount down
    cat /tmp/after-down
    echo "== end"
END
  for slot in 0 1 2 3 4; do stop_server TERM target$slot; done
  local said
  said=$(said_between up status)
  [[ $said == *"ok    /mnt/dirty: e1.0 is mounted (ext4, checked and repaired)"* ]]
  [[ $said == *"FAIL  /mnt/broken: fsck.ext4 found errors on /dev/etherd/e1.1 that it does not repair by itself: run 'fsck.ext4 /dev/etherd/e1.1' by hand"* ]]
  [[ $said == *"ok    /mnt/good: e1.2 is mounted (ext4, checked)"* ]]
  [[ $said == *"ok    /mnt/ro: e1.3 is mounted (ext4)"* ]]
  [[ $said == *"FAIL  /mnt/not-ro: cannot mount /dev/etherd/e1.4 on /mnt/not-ro: "*"; if its export is read-only, write 'options: [ro]'"* ]]
  [[ $said == *"FAIL  3 of 5 mounted; failed: /mnt/broken, /mnt/not-ro"* ]]
  [[ $(said_between status busy) =~ e1\.2\ +/dev/etherd/e1\.2\ +64\.0\ MiB\ +mounted ]]
  [[ $(said_between status busy) =~ e1\.1\ +/dev/etherd/e1\.1\ +32\.0\ MiB\ +not\ mounted ]]
  said=$(said_between busy "restart with files open")
  local user
  user=$(grep -o "by sleep (pid [0-9]*)$" <<<"$said")
  [[ $said == *"...   /mnt/good (e1.2) is busy: used ${user##*$'\n'}; waiting up to 1 s"* ]]
  [[ $said == *"FAIL  /mnt/good (e1.2): is busy: used ${user##*$'\n'}"* ]]
  [[ $said == *"FAIL  2 of 3 released; left: /mnt/good (e1.2)"*$'\n/dev/etherd/e1.2 /mnt/good\n1\n'* ]]
  said=$(said_between "restart with files open" down)
  [[ $said == *"ok    /mnt/good: e1.2 is mounted already"* ]]
  [[ $said == *"ok    /mnt/dirty: e1.0 is mounted (ext4, checked)"* ]]
  [[ $(said_between down end) == *"nothing is on AoE any more"*"running the hook after-down"*$'\n0\n'* ]]
  e2fsck -fn "${disk}0"
  e2fsck -fn "${disk}2"
  for slot in 3 4; do [ "$(sha256sum <"$disk$slot")" = "${before[slot]}" ]; done
}
