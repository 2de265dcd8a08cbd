#!/usr/bin/env bats
# The command line of aoe-mount: its file, what it refuses, attach and abft. Needs: no root, no driver, no network.

load ../lab/driver/aoe_mount

setup() { use_aoe_mount_tree; }

@test "--check is silent about a good file and exits 0" {
  run "$AOE_MOUNT" --check a.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$output" = "" ]
}

@test "--check reports every problem with its place and exits 2" {
  sed -i 's/slot: 0/slot: 300/; s/mountpoint: .mnt.more/mountpiont: x/' a.yaml
  run "$AOE_MOUNT" --check a.yaml
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "a.yaml:3:22: mounts[0].slot: 300 is not in 0..254" ]
  [ "${lines[3]}" = "a.yaml:4:5: mounts[1]: has no mountpoint: write 'mountpoint: /mnt/data'" ]
  [ "${lines[6]}" = "a.yaml:4:25: mounts[1].mountpiont: unknown key: did you mean 'mountpoint'?" ]
}

@test "every command refuses a bad file before it does anything" {
  echo "mounts: 5" >a.yaml
  for command in up status; do
    run "$AOE_MOUNT" $command --config a.yaml
    echo "$output"
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "a.yaml:1:9: mounts: expected a list ('- ...'), found '5'" ]
  done
}

@test "a file that is missing, empty or a directory" {
  run "$AOE_MOUNT" --check none.yaml
  [ "$status" -eq 2 ]
  [ "$output" = "none.yaml: No such file or directory" ]
  : >empty.yaml
  run "$AOE_MOUNT" --check empty.yaml
  [ "$status" -eq 2 ]
  [ "$output" = "empty.yaml: is empty: it needs interfaces and mounts, as aoe-mount.yaml(5) shows" ]
  run "$AOE_MOUNT" --check .
  [ "$status" -eq 2 ]
  [ "$output" = ".: is a directory, not a file" ]
}

@test "without a command it shows how it is used and exits 2" {
  run "$AOE_MOUNT"
  [ "$status" -eq 2 ]
  [[ $output == *"Usage: aoe-mount"* ]]
  run "$AOE_MOUNT" --help
  [ "$status" -eq 0 ]
  run "$AOE_MOUNT" sideways
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "aoe-mount: there is no command 'sideways'" ]
  run "$AOE_MOUNT" stauts
  [ "${lines[0]}" = "aoe-mount: there is no command 'stauts': did you mean 'status'?" ]
}

@test "every command explains itself and its options, with examples" {
  local command commands
  commands=$("$AOE_MOUNT" help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | xargs)
  [ "$commands" = "up down status add remove attach abft guard" ]
  for command in $commands --check; do
    run "$AOE_MOUNT" help "$command"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"Usage: aoe-mount $command"*"Examples:"* ]]
  done
  [ "$("$AOE_MOUNT" -V)" = "$("$AOE_MOUNT" --version)" ]
}

@test "up and down need root and say so" {
  ((EUID != 0)) || command -v setpriv >/dev/null || skip "needs setpriv to leave root"
  local as=()
  ((EUID == 0)) && as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  chmod 755 . "$BATS_RUN_TMPDIR" 2>/dev/null || true
  cp "$AOE_MOUNT" /tmp/aoe-mount.$$ && chmod 755 /tmp/aoe-mount.$$
  cp a.yaml /tmp/aoe-mount.$$.yaml && chmod 644 /tmp/aoe-mount.$$.yaml
  cd /
  for command in up down; do
    run "${as[@]}" /tmp/aoe-mount.$$ $command --config /tmp/aoe-mount.$$.yaml
    echo "$output"
    [ "$status" -eq 1 ] || break
    [[ $output == *"FAIL  aoe-mount $command needs root: it raises interfaces and mounts file systems" ]] || break
  done
  local last=$status
  rm -f /tmp/aoe-mount.$$ /tmp/aoe-mount.$$.yaml
  [ "$last" -eq 1 ]
  [[ $output == *"FAIL  aoe-mount down needs root: it raises interfaces and mounts file systems" ]]
}

@test "attach refuses what is no disk and no time" {
  run "$AOE_MOUNT" attach e1.0 sda
  echo "$output"
  [ "$status" -eq 2 ]
  [ "$output" = "aoe-mount: 'sda' is not an AoE device: write e1.0, or e1.0p2 for a partition" ]
  run "$AOE_MOUNT" attach --wait soon e1.0
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "aoe-mount attach: -w,--wait: 'soon' is not a time: write a number and a unit, as in 250ms, 30s, 5m or 1h" ]
  run "$AOE_MOUNT" attach
  [ "$status" -eq 2 ]
  [[ $output == "aoe-mount attach: DISK is required"* ]]
}

@test "attach takes interfaces as a list with commas" {
  printf '#!/bin/sh\nexit 1\n' >modprobe
  chmod +x modprobe
  PATH=$PWD:$PATH run "$AOE_MOUNT" attach --interface=eth0,eth7 -i eth8 --wait 0 e1.0
  echo "$output"
  [ "$status" -eq 1 ] # not 2: what was asked for is understood
  [[ $output == *"FAIL  the kernel has no driver aoe"* || $output == *"FAIL  aoe-mount attach needs root"* ]]
}

@test "abft shows what iPXE has left, or says that there is nothing" {
  run "$AOE_MOUNT" abft
  echo "$output"
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-mount: no AoE boot firmware table (aBFT) in $PWD/sys/firmware/acpi/tables, and cannot look for one in $PWD/dev/mem: No such file or directory" ]
  mkdir -p sys/firmware/acpi/tables
  printf 'aBFT\x2e\0\0\0\x01\x3eFENSYSiPXE\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x52\x54\0\xa0\xe0\x01' >sys/firmware/acpi/tables/aBFT
  run "$AOE_MOUNT" abft
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$output" = "e1.0 52:54:00:a0:e0:01" ]
}
