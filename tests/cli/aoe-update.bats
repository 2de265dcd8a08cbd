#!/usr/bin/env bats
# coraid-update on recorded trees: every refusal, and a write. Needs: no root, no driver.

load ../lab/driver/sysfs

setup() {
  use_sysfs
  disk=$tree/etherd/e1.254
  add_device "$tree" e1.254 size=80000
  printf 'old firmware....' >"$disk"
}

@test "coraid-update writes the file to the disk" {
  printf 'new firmware' >"$tree/update"
  run "$AOE" coraid-update "$tree/update" "$disk"
  [ "$status" -eq 0 ]
  [ "$output" = "" ]
  is "new firmware...." cat "$disk"
}

@test "coraid-update --json: how much was written, and where to" {
  need jq
  printf 'new firmware' >"$tree/update"
  "$AOE" coraid-update --json "$tree/update" "$disk" | is '{"device":"e1.254","bytes":12}' jq -c .
}

@test "coraid-update shows on a terminal how far it is, and nothing of it elsewhere" {
  need script
  script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "needs a pseudo-terminal"
  head -c 2621440 /dev/zero | tr '\0' x >"$tree/update"
  run script -qec "'$AOE' coraid-update '$tree/update' '$disk'" /dev/null </dev/null
  [ "$status" -eq 0 ]
  [[ $output == *$'\r1.0 MiB of 2.5 MiB written '*$'\r2.0 MiB of 2.5 MiB written '*$'\r2.5 MiB of 2.5 MiB written '* ]]
  local gone=$'\r +\r$'
  [[ $output =~ $gone ]]
  cmp "$tree/update" "$disk"
  mkfifo "$tree/pipe" # whose size nobody knows
  head -c 1000 "$tree/update" >"$tree/pipe" 3>&- &
  run script -qec "'$AOE' coraid-update '$tree/pipe' '$disk'" /dev/null </dev/null
  [ "$status" -eq 0 ]
  [[ $output == *$'\r1000 B written '* ]]
  run "$AOE" coraid-update "$tree/update" "$disk"
  [ "$output" = "" ]
}

@test "coraid-update: an archive must be one" {
  tar cf "$tree/good.tarc" -C "$tree" module
  "$AOE" coraid-update "$tree/good.tarc" "$disk"
  cmp -n "$(stat -c %s "$tree/good.tarc")" "$tree/good.tarc" "$disk"
  echo "not a tar" >"$tree/bad.tarc"
  run "$AOE" coraid-update "$tree/bad.tarc" "$disk"
  [ "$status" -eq 1 ]
  [ "$output" = "coraid-update Error: \"$tree/bad.tarc\" does not appear to be a valid tarc file" ]
}

@test "coraid-update refuses what is no device, too large, of unknown size or not readable, and writes nothing" {
  local before
  before=$(cat "$disk")
  run "$AOE" coraid-update
  [ "$status" -eq 1 ]
  [ "$output" = "usage: coraid-update {update file} {AoE device}" ]
  run "$AOE" coraid-update /dev/null /dev/sda
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = 'coraid-update Error: "/dev/sda" is not an AoE target' ]
  [ "${lines[1]}" = "usage: coraid-update {update file} {AoE device}" ]
  run "$AOE" coraid-update "$tree/missing" "$disk"
  [ "$status" -eq 1 ]
  [ "$output" = "coraid-update Error: \"$tree/missing\" is not readable" ]
  echo 140002 >"$tree/block/etherd!e1.254/size"
  run "$AOE" coraid-update "$tree/module/aoe/version" "$disk"
  [ "$status" -eq 1 ]
  [ "$output" = "Error coraid-update: $disk is too large to be an update target" ]
  rm "$tree/block/etherd!e1.254/size"
  run "$AOE" coraid-update "$tree/module/aoe/version" "$disk"
  [ "$status" -eq 1 ]
  [ "$output" = "Error coraid-update: could not get size of $disk" ]
  is "$before" cat "$disk"
}

@test "coraid-update: a disk that cannot be written is an error" {
  printf 'new firmware' >"$tree/update"
  ln -sf /dev/full "$disk"
  run "$AOE" coraid-update "$tree/update" "$disk"
  [ "$status" -eq 1 ]
  [ "$output" = "coraid-update Error: could not successfully write \"$tree/update\" to \"$disk\"" ]
}
