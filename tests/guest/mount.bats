#!/usr/bin/env bats
# aoe-mount against the real kernel driver: up, down, what goes wrong, what is left behind.
# Needs: root, QEMU, the network namespaces and tap devices of this machine.

load ../lab/guest

setup() {
  guest_require mkfs.ext4 sfdisk
  wire_up
  tools=(mkfs.ext4 fsck.ext4 sfdisk dmsetup mkswap losetup "$AOE_MOUNT")
}

teardown() {
  wire_down
}

disk() { # NAME SIZE
  truncate -s "$2" "$BATS_TEST_TMPDIR/$1"
  echo "$BATS_TEST_TMPDIR/$1"
}

@test "up mounts what is there, says what is missing, and down undoes it" {
  local data swap
  data=$(disk data 32M) swap=$(disk swap 32M)
  mkfs.ext4 -q -L photos "$data"
  serve zero 1 0 tap0 "$data"
  serve one 1 1 tap0 "$swap"
  run guest "${tools[@]}" <<'END'
    ip link set eth0 down
    mkdir -p /mnt/data /mnt/photos /mnt/never
    cat > /run/a.yaml <<'YAML'
interfaces: [eth0]
wait: 20s
mounts:
  - {shelf: 1, slot: 0, mountpoint: /mnt/data, type: ext4}
  - {shelf: 7, slot: 7, mountpoint: /mnt/never, wait: 3s}
  - {shelf: 1, slot: 1, mountpoint: /mnt/none}
YAML
    aoe-mount up --config /run/a.yaml && exit 1
    grep ' /mnt/data ext4 ' /proc/mounts
    echo hello > /mnt/data/file
    aoe-mount status --config /run/a.yaml && exit 1
    # Other things that somebody put on AoE by hand.
    mkswap /dev/etherd/e1.1 >/dev/null && swapon /dev/etherd/e1.1
    mkdir /mnt/data/inside && mount -t tmpfs tmpfs /mnt/data/inside
    sleep 100 >/mnt/data/held &
    user=$!
    cat > /run/b.yaml <<'YAML'
mounts:
  - {label: photos, mountpoint: /mnt/photos, required: false}
YAML
    aoe-mount down && exit 1
    kill $user
    wait $user || true
    aoe-mount down
    aoe-mount down
    grep etherd /proc/mounts /proc/swaps && exit 1
    aoe-mount up --config /run/b.yaml
    aoe-mount up --config /run/b.yaml
    aoe-mount status --config /run/b.yaml
    [ "$(cat /mnt/photos/file)" = hello ]
    aoe-mount down
END
  echo "$output"
  [ "$status" -eq 0 ]
  fsck.ext4 -fn "$data"
}
