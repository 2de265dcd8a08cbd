#!/usr/bin/env bats
# aoe doctor on recorded trees, without asking the network; tests/net/aoe-doctor.bats asks it. Needs: no root, no driver.

load ../lab/driver/sysfs

setup() {
  use_sysfs
}

# Some finding is exactly this, and its remedy the next line.
finds() { # LEVEL WHAT [REMEDY]
  local i want
  printf -v want '%-6s%s' "$1" "$2"
  for i in "${!lines[@]}"; do
    [[ ${lines[i]} == "$want" ]] || continue
    [[ -z ${3-} || ${lines[i + 1]} == "        $3" ]] && return
  done
  echo "no '$want' with '${3-}' in:"
  echo "$output"
  return 1
}

@test "doctor: a machine that is well" {
  add_device "$tree" e1.0
  add_partition "$tree" e1.0 1
  touch "$tree/etherd/e1.0"
  run "$AOE" doctor --offline
  finds ok "the aoe driver 85 is loaded"
  finds ok "e1.0 is up"
  finds note "the network was not checked: --offline"
}

@test "doctor: colour on a terminal alone, and not there where NO_COLOR or TERM says so" {
  need script
  script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "needs a pseudo-terminal"
  unset NO_COLOR
  on_terminal() { script -qec "'$AOE' doctor --offline" /dev/null </dev/null; }
  add_device "$tree" e1.0
  touch "$tree/etherd/e1.0"
  TERM=xterm run on_terminal
  [[ $output == *$'\033['* ]]
  TERM=dumb run on_terminal
  [[ $output == *"e1.0 is up"* && $output != *$'\033'* ]]
  NO_COLOR=1 TERM=xterm run on_terminal
  [[ $output == *"e1.0 is up"* && $output != *$'\033'* ]]
  TERM=xterm run "$AOE" doctor --offline
  [[ $output == *"e1.0 is up"* && $output != *$'\033'* ]]
}

@test "doctor: the driver is not loaded, or this kernel has none" {
  rm -r "$tree/module/aoe"
  mkdir "$tree/bin"
  printf '#!/bin/sh\necho "version: 85"\n' >"$tree/bin/modinfo"
  chmod +x "$tree/bin/modinfo"
  PATH=$tree/bin:$PATH run "$AOE" doctor --offline
  [ "$status" -eq 1 ]
  finds fault "the aoe driver is not loaded" "modprobe aoe"
  printf '#!/bin/sh\nexit 1\n' >"$tree/bin/modinfo"
  PATH=$tree/bin:$PATH run "$AOE" doctor --offline
  [ "$status" -eq 1 ]
  finds fault "this kernel has no aoe driver" \
    "build it: Device Drivers > Block devices > ATA over Ethernet support (CONFIG_ATA_OVER_ETH=m)"
}

@test "doctor: nobody makes device nodes" {
  add_device "$tree" e1.0
  add_partition "$tree" e1.0 1
  rm "$tree"/etherd/*
  run "$AOE" doctor --offline
  [ "$status" -eq 1 ]
  finds fault "$tree/etherd/discover is missing: neither devtmpfs nor udev makes device nodes here" \
    "mount -t devtmpfs devtmpfs /dev, or start udev, or: aoe mkdevs $tree/etherd"
  finds fault "the driver has e1.0, but there is no $tree/etherd/e1.0" \
    "neither devtmpfs nor udev makes device nodes here: mount devtmpfs or start udev"
  finds fault "the driver has e1.0p1, but there is no $tree/etherd/e1.0p1"
}

@test "doctor: an interface in the driver's list that does not exist" {
  echo "eth7 nowhere0" >"$tree/module/aoe/parameters/aoe_iflist"
  run "$AOE" doctor --offline
  [ "$status" -eq 1 ]
  finds fault "the driver's list names nowhere0, which is not an interface of this machine" \
    "set the list again: aoe interfaces NAME...; and check /etc/modprobe.d/aoe.conf"
  finds fault "this machine has no Ethernet interface that the driver may use" \
    "load the network card's driver, or see 'aoe interfaces'"
}

@test "doctor: devices that are down, held open, or of no size" {
  touch "$tree"/etherd/e1.{0,1,2}
  add_device "$tree" e1.0 state=down
  add_device "$tree" e1.1 state=down,closewait
  add_device "$tree" e1.2 size=0
  run "$AOE" doctor --offline
  [ "$status" -eq 1 ]
  finds fault "e1.0 is down" "start its target again, then: aoe discover"
  finds fault "e1.1 is down,closewait" "stop its users first, which 'aoe map e1.1' shows, then: aoe flush e1.1; aoe discover"
  finds fault "e1.2 has no size yet" "aoe revalidate e1.2; its target may refuse to identify itself: aoe scan e1.2"
  run "$AOE" doctor --offline e1.1
  [[ "$output" != *e1.0* && "$output" != *e1.2* ]]
}

@test "doctor: why there is no e1.0p1" {
  local disk=$tree/etherd/e1.0
  add_device "$tree" e1.0
  truncate -s 1M "$disk"
  run "$AOE" doctor --offline
  finds note "e1.0 is empty: no partition table, no file system" \
    "the kernel logs 'unknown partition table' for it; create one with parted or mkfs on $disk"
  mkfs.ext4 -q -F "$disk" 2>/dev/null || printf '\x53\xef' | dd of="$disk" bs=1 seek=1080 conv=notrunc status=none
  run "$AOE" doctor --offline
  finds note "e1.0 has no partitions: an ext file system begins where the disk begins, as when a partition is exported" \
    "use $disk itself; there will be no e1.0p1"
  printf 'EFI PART' | dd of="$disk" bs=512 seek=1 conv=notrunc status=none
  run "$AOE" doctor --offline
  [ "$status" -eq 1 ]
  finds fault "e1.0 has a GPT partition table, but the kernel shows no partitions" \
    "blockdev --rereadpt $disk; check that the table is complete, and that the kernel supports it"
  head -c 100000 /dev/zero | tr '\0' x >"$disk"
  run "$AOE" doctor --offline
  finds note "e1.0 begins with neither a partition table nor a file system known here" "see what blkid $disk says"
}

@test "doctor: a disk that hangs holds up only itself" {
  add_device "$tree" e1.0
  mkfifo "$tree/etherd/e1.0" # nobody will ever write to it
  run "$AOE" doctor --offline
  [ "$status" -eq 1 ]
  finds fault "e1.0 is up, but reading it hangs" "its server's disk may hang, or its frames get lost: see the server's log, and 'aoe top'"
}

@test "doctor: without sysfs" {
  rm -r "$tree/block"
  run "$AOE" doctor --offline
  [ "$status" -eq 1 ]
  finds fault "sysfs is not mounted" "mount -t sysfs sysfs /sys"
}

@test "doctor --json: the same for scripts" {
  need jq
  rm -r "$tree/module/aoe"
  run "$AOE" doctor --offline --json
  [ "$status" -eq 1 ]
  is '["finding","level","remedy"]' jq -c '[.[] | select(.level == "fault")][0] | keys' <<<"$output"
  is null jq -r '.[] | select(.finding | startswith("the network")).remedy' <<<"$output"
}
