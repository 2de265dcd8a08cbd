#!/usr/bin/env bats
# The completions, on a recorded sysfs tree. Needs: no root, no driver.

setup() {
  ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  [ -d "$ROOT/completions" ] || skip "the completions are not here"
  source "$ROOT/tests/lab/sysfs.bash"
  source "$ROOT/completions/aoe.bash"
  use_sysfs
  add_device "$tree" e1.0
  add_device "$tree" e2.0
}

# What completing the last of these words offers.
offers() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _aoe
  echo "${COMPREPLY[*]}"
}

@test "bash: every command of aoe is offered, and nothing else" {
  diff <("$AOE" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p' | sort) \
    <(offers aoe "" | tr ' ' '\n' | grep -v '^help$' | sort)
}

@test "zsh: every command of aoe is offered" {
  local command
  for command in $("$AOE" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p'); do
    grep -q "'$command:" "$ROOT/completions/_aoe"
  done
}

@test "bash: devices, interfaces, verbs" {
  [ "$(offers aoe wait e)" = "e1.0 e2.0" ]
  [ "$(offers aoe-flush e2)" = "e2.0" ]
  [ "$(offers aoe interfaces "")" = "eth0 eth1" ]
  [ "$(offers aoe scan -i "")" = "eth0 eth1" ]
  [ "$(offers aoe mask e1)" = "e1.0" ]
  [ "$(offers aoe mask e1.0 "")" = "list add delete" ]
  [ "$(offers aoe reserve e1.0 r)" = "release" ]
  [ "$(offers aoecfg -c "")" = "read test prefix set fset" ]
  [ "$(offers aoeping -S read)" = "read_data read_log" ]
}

@test "bash: shelf, slot and interface, one after the other" {
  add_device "$tree" e2.10
  [ "$(offers aoeping "")" = "1 2" ]
  [ "$(offers aoe ping -s 5 2 "")" = "0 10" ]
  [ "$(offers aoecfg "")" = "1 2 eth0 eth1" ]
  [ "$(offers aoecfg -c set -s web 1 "")" = "0" ]
  [ "$(offers aoecfg 1 0 "")" = "eth0 eth1" ]
  [ "$(offers aoeping -I 1 0 eth0 "")" = "" ]
}

@test "bash: every option that is offered exists" {
  local command option
  for command in stat doctor map top version wait flush interfaces scan mask reserve dump bench ping cfg sancheck; do
    for option in $(offers aoe $command -); do
      "$AOE" $command --help | grep -qE -- "(^|[ ,])$option([ ,]|$)" || {
        echo "aoe $command has no $option"
        false
      }
    done
  done
}
