#!/usr/bin/env bats
# The program aoe: its table of commands and the names it answers to. Needs: no root, no driver.

load ../lab/driver/sysfs

setup() {
  use_sysfs
}

@test "aoe alone says how things stand and what can be done" {
  add_device "$tree" e1.0
  add_device "$tree" e1.1 state=down
  run "$AOE"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "Driver 85, interfaces: all, 2 devices, 1 down." ]
  [[ "$output" == *"  stat "*"  discover "*"  version "* ]]
}

@test "aoe alone without the driver says how to load it" {
  rm -r "$tree/module/aoe"
  run "$AOE"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "The aoe driver is not loaded: 'modprobe aoe' loads it; 'aoe scan' works without it." ]
}

@test "aoe help lists the commands; a command that is none is named, with the one that was meant" {
  run "$AOE" help
  [ "$status" -eq 0 ]
  [ "${lines[1]}" = "Usage: aoe [OPTIONS] COMMAND [WORD...]" ]
  [[ "$output" == *$'\nExamples:\n  aoe scan  '* ]]
  [ "$output" = "$("$AOE" --help)" ]
  run "$AOE" stats
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "aoe: there is no command 'stats': did you mean 'stat'?" ]
  [ "${lines[1]}" = "aoe: 'aoe help' lists the commands" ]
}

@test "aoe help COMMAND explains it as COMMAND --help does" {
  [ "$("$AOE" help scan)" = "$("$AOE" scan --help)" ]
  run "$AOE" help stats
  [ "$status" -eq 2 ]
}

@test "-V is --version" {
  [ "$("$AOE" -V)" = "$("$AOE" --version)" ]
}

@test "an option that is mistyped is named, with the one that was meant" {
  run "$AOE" scan --tiemout 1s
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "aoe scan: there is no option '--tiemout': did you mean '--timeout'?" ]
}

@test "every command explains itself with examples, by both of its names" {
  local command
  for command in $("$AOE" help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
    run "$AOE" "$command" --help
    [ "$status" -eq 0 ]
    [[ "$output" == *"Examples:"* ]]
  done
}

@test "every command can print JSON" {
  local command
  for command in $("$AOE" help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
    "$AOE" "$command" --help | grep -qE -- '^ +--json ' || {
      echo "aoe $command has no --json"
      false
    }
  done
}

@test "the classic names are links beside the program" {
  local dir name
  dir=$(dirname "$AOE")
  add_device "$tree" e1.0
  for name in aoe-discover aoe-flush aoe-interfaces aoe-mkdevs aoe-mkshelf aoe-revalidate \
    aoe-sancheck aoe-stat aoe-version aoecfg aoeping coraid-update; do
    [ -L "$dir/$name" ]
    run "$dir/$name" --help
    [ "$status" -eq 0 ]
    [[ "$output" == *"$name"* ]]
  done
  diff <("$dir/aoe-stat") <("$AOE" stat)
}

@test "output that cannot be written is an error" {
  run bash -c "'$AOE' help >/dev/full"
  [ "$status" -eq 1 ]
  [ "$output" = "aoe: cannot write the output: No space left on device" ]
}

@test "an option that is none is named, with the way to help" {
  run "$AOE" version --colour
  [ "$status" -eq 1 ]
  [ "${lines[1]}" = "aoe-version: 'aoe-version --help' shows what it takes" ]
}
