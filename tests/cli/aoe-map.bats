#!/usr/bin/env bats
# aoe map on recorded trees: partitions, a mirror over two disks, LVM, swap, loop devices, mount points. Needs: no root,
# no driver.

load ../lab/driver/sysfs

setup() {
  use_sysfs
  unset LC_ALL LC_CTYPE
  export LANG=C.UTF-8
}

# holds BELOW LAYER: LAYER of /sys/block stands on the block device BELOW.
holds() { # BELOW LAYER
  mkdir -p "$tree/block/$1/holders" "$tree/block/$2/slaves"
  touch "$tree/block/$1/holders/$2" "$tree/block/$2/slaves/${1##*/}"
}

# e1.0 with two partitions, one of them mounted, one a half of the mirror md0; e1.1 the other half; LVM on the mirror.
make_storage() {
  add_device "$tree" e1.0 netif=eth0,eth1
  add_partition "$tree" e1.0 1
  add_partition "$tree" e1.0 2
  add_device "$tree" e1.1 dev=152:32
  holds 'etherd!e1.0/etherd!e1.0p2' md0
  holds 'etherd!e1.1' md0
  mkdir -p "$tree/block/md0/md" "$tree/block/dm-0/dm"
  echo raid1 >"$tree/block/md0/md/level"
  echo 2048 >"$tree/block/md0/size"
  echo 9:0 >"$tree/block/md0/dev"
  holds md0 dm-0
  echo vg-home >"$tree/block/dm-0/dm/name"
  echo LVM-abcdef >"$tree/block/dm-0/dm/uuid"
  echo 2048 >"$tree/block/dm-0/size"
  echo 253:0 >"$tree/block/dm-0/dev"
  cat >"$tree/proc/self/mountinfo" <<'END'
30 1 152:17 / /mnt/my\040data rw,relatime shared:1 - ext4 /dev/etherd/e1.0p1 rw
31 1 253:0 / /home rw - xfs /dev/mapper/vg-home rw
32 1 253:0 /ann /srv/ann rw - xfs /dev/mapper/vg-home rw
33 1 8:1 / / rw - ext4 /dev/sda1 rw
END
}

@test "map: from disks through partitions, md and LVM to mount points" {
  make_storage
  run "$AOE" map
  echo "$output"
  [ "$status" -eq 0 ]
  diff - <(echo "$output") <<'END'
e1.0  2.0 GiB, up  0080c8caff65 over eth0, eth1
├─ e1.0p1  1.0 MiB
│  └─ /mnt/my data  ext4
└─ e1.0p2  1.0 MiB
   └─ md0  1.0 MiB, raid1
      └─ vg-home  1.0 MiB, LVM
         ├─ /home  xfs
         └─ /srv/ann  xfs
e1.1  2.0 GiB, up  0080c8caff65 over eth1
└─ md0  1.0 MiB, raid1
   └─ vg-home  1.0 MiB, LVM
      ├─ /home  xfs
      └─ /srv/ann  xfs
END
}

# On e1.0 a volume of LVM that is swap, e1.1 a btrfs, for which mountinfo has a device number that no disk has, and on e1.2 a
# file system with an image that is mounted, and a swap file.
make_uses() {
  add_device "$tree" e1.0 dev=152:0
  add_device "$tree" e1.1 dev=152:16
  add_device "$tree" e1.2 dev=152:32
  holds 'etherd!e1.0' dm-0
  mkdir -p "$tree/block/dm-0/dm" "$tree/block/loop0/loop" "$tree/block/loop0/slaves"
  echo vg-swap >"$tree/block/dm-0/dm/name"
  echo LVM-abcdef >"$tree/block/dm-0/dm/uuid"
  echo 253:0 >"$tree/block/dm-0/dev"
  echo 2048 | tee "$tree/block/dm-0/size" >"$tree/block/loop0/size"
  echo 7:0 >"$tree/block/loop0/dev"
  echo /mnt/c/disk.img >"$tree/block/loop0/loop/backing_file"
  cat >"$tree/proc/self/mountinfo" <<'END'
30 1 8:1 / / rw - ext4 /dev/sda1 rw
31 30 0:45 / /srv/btrfs rw - btrfs /dev/etherd/e1.1 rw
32 30 152:32 / /mnt/c rw - ext4 /dev/etherd/e1.2 rw
33 30 7:0 / /mnt/image rw - ext4 /dev/loop0 rw
END
  cat >"$tree/proc/swaps" <<'END'
Filename				Type		Size		Used		Priority
/dev/dm-0                               partition	1020		0		-2
/mnt/c/swap                             file		1020		0		-3
END
}

@test "map: btrfs, swap on LVM, a swap file and a mounted image keep their disks in use" {
  make_uses
  run "$AOE" map
  echo "$output"
  [ "$status" -eq 0 ]
  diff - <(echo "$output") <<'END'
e1.0  2.0 GiB, up  0080c8caff65 over eth1
└─ vg-swap  1.0 MiB, LVM
   └─ swap of vg-swap
e1.1  2.0 GiB, up  0080c8caff65 over eth1
└─ /srv/btrfs  btrfs
e1.2  2.0 GiB, up  0080c8caff65 over eth1
└─ /mnt/c  ext4
   ├─ loop0  1.0 MiB, /mnt/c/disk.img
   │  └─ /mnt/image  ext4
   └─ swap of /mnt/c/swap
END
}

# bats test_tags=developer
@test "map: shows all that aoe-mount status shows" {
  : "${AOE_MOUNT:=$BATS_TEST_DIRNAME/../../build/asan/src/aoe_mount/aoe-mount}"
  need jq
  make_uses
  echo 'interfaces: [eth1]' >"$tree/a.yaml"
  "$AOE_MOUNT" status --json --config "$tree/a.yaml" >"$tree/status"
  "$AOE" map >"$tree/map"
  cat "$tree/status" "$tree/map"
  [ "$(jq -r '.. | .mountpoint? // empty | select(. != "")' "$tree/status" | sort | xargs)" = "/mnt/c /mnt/image /srv/btrfs" ]
  while read -r shown; do grep -F "$shown" "$tree/map"; done < <(jq -r '.. | .mountpoint? // empty' "$tree/status")
  jq -r '.. | .device? // empty' "$tree/status" | grep -x /dev/mapper/vg-swap
  grep 'swap of vg-swap' "$tree/map"
}

@test "map: of one target, in ASCII where the locale has no more" {
  make_storage
  printf 'Filename\tType\tSize\tUsed\tPriority\n/dev/etherd/e1.0p1\tpartition\t1020\t0\t-2\n' >"$tree/proc/swaps"
  LANG=C run "$AOE" map e1.0
  echo "$output"
  [ "$status" -eq 0 ]
  [ "${lines[1]}" = "|- e1.0p1  1.0 MiB" ]
  [ "${lines[2]}" = "|  |- /mnt/my data  ext4" ]
  [ "${lines[3]}" = '|  `- swap of e1.0p1' ]
  [ "${lines[4]}" = '`- e1.0p2  1.0 MiB' ]
  [[ "$output" != *e1.1* ]]
}

@test "map --json: nodes, and what each carries" {
  need jq
  make_storage
  run "$AOE" map --json
  [ "$status" -eq 0 ]
  is '["layer",["vg-home"]]' jq -c '.nodes as $all | $all[] | select(.name == "md0") | [.kind, (.carries | map($all[.].name))]' <<<"$output"
  is '["eth0","eth1"]' jq -c '[.nodes[] | select(.kind == "interface").name]' <<<"$output"
  is 1 jq '[.nodes[] | select(.name == "md0")] | length' <<<"$output"
}

# bats test_tags=developer
@test "map --svg: a picture with a box for every node and a line for every way" {
  need python3
  make_storage
  mkdir "$tree/block/etherd!e1.1/etherd!e1.1<b>"
  echo 1 >"$tree/block/etherd!e1.1/etherd!e1.1<b>/partition"
  run "$AOE" map --svg "$tree/map.svg"
  [ "$status" -eq 0 ]
  [ "$output" = "" ]
  # 2 targets, 2 interfaces, 2 disks, 3 partitions, 2 layers, 3 mount points, and the background.
  python3 - "$tree/map.svg" <<'END'
import re, sys, xml.dom.minidom
picture = xml.dom.minidom.parse(sys.argv[1])
boxes, lines = (picture.getElementsByTagName(name) for name in ("rect", "path"))
assert len(boxes) == 15 and len(lines) == 15, (len(boxes), len(lines))
places = [(box.getAttribute("x"), box.getAttribute("y")) for box in boxes]
assert len(set(places)) == len(places), "boxes lie on each other"
# A line leaves a box at its right side, bends in the gap between two columns, and passes no box on its way.
left = lambda box: int(box.getAttribute("x"))
top = lambda box: int(box.getAttribute("y"))
boxes = [(left(box), top(box), left(box) + int(box.getAttribute("width")), top(box) + int(box.getAttribute("height")))
         for box in boxes if box.getAttribute("x")]
passed = 0
for line in lines:
    x = y = None
    for kind, numbers in re.findall("([MCH])([-0-9, ]*)", line.getAttribute("d")):
        numbers = [int(number) for number in re.split("[, ]+", numbers.strip())]
        if kind == "H":
            passed += 1
            assert not any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2 in boxes), "a line through a box"
            x = numbers[0]
            continue
        assert kind == "M" or numbers[-2] - x == 60
        x, y = numbers[-2:]
assert passed == 1, passed  # e1.1, beside the partitions of e1.0, to the mirror
END
  run "$AOE" map --svg "$tree/missing/map.svg"
  [ "$status" -eq 1 ]
  [ "$output" = "aoe map: cannot write $tree/missing/map.svg: No such file or directory" ]
}

@test "map: no driver, no device, a device that is none" {
  run "$AOE" map
  [ "$status" -eq 1 ]
  [ "$output" = "aoe map: the driver has no device: 'aoe doctor' looks for the cause" ]
  run "$AOE" map e7.7
  [ "$status" -eq 1 ]
  [ "$output" = "aoe map: the driver has no device e7.7: 'aoe stat' lists those it has" ]
  run "$AOE" map seven
  [ "$status" -eq 2 ]
  [ "$output" = "aoe map: 'seven' is not an AoE address: write shelf.slot, as in 1.0 or e1.0" ]
  rm -r "$tree/module/aoe"
  run "$AOE" map
  [ "$status" -eq 1 ]
  [ "$output" = "aoe map: the aoe driver is not loaded: run 'modprobe aoe'" ]
}

@test "map: a sysfs that goes round in circles, and hostile names, end" {
  add_device "$tree" e1.0 "netif=$(printf 'a\033[2J,,b')"
  holds 'etherd!e1.0' dm-0
  holds dm-0 dm-1
  holds dm-1 dm-0
  run timeout 20 "$AOE" map
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" != *$'\033'* ]]
  [[ ${lines[0]} == *' over a\x1b[2J, b' ]]
}
