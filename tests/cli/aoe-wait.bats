#!/usr/bin/env bats
# aoe wait on trees that change while it waits. Needs: no root, no driver.

load ../lab/driver/sysfs

setup() {
  use_sysfs
}

add_node() {
  ln -s /dev/null "$tree/etherd/$1"
}

@test "wait: devices that are there are reported at once" {
  add_device "$tree" e1.0
  add_node e1.0
  mkdir "$tree/block/etherd!e1.0/etherd!e1.0p1"
  add_node e1.0p1
  run "$AOE" wait e1.0 /dev/etherd/e1.0p1
  [ "$status" -eq 0 ]
  [[ "${lines[0]}" =~ ^"e1.0 is there after "[0-9]+" ms"$ ]]
  [[ "${lines[1]}" =~ ^"e1.0p1 is there after " ]]
  run "$AOE" wait --quiet 1.0
  [ "$status" -eq 0 ]
  [ "$output" = "" ]
}

@test "wait: a device that comes up while it waits ends the wait" {
  add_device "$tree" e1.0 state=down
  "$AOE" wait -t 60s e1.0 >"$tree/out" 3>&- &
  local waiter=$!
  echo up >"$tree/block/etherd!e1.0/state"
  add_node e1.0
  wait "$waiter"
  grep -q '^e1.0 is there after ' "$tree/out"
}

@test "wait: what a device lacks is said after the time-out, and the others are reported" {
  add_device "$tree" e1.0
  add_node e1.0
  add_device "$tree" e1.1 state=down,closewait
  add_device "$tree" e1.2 size=0
  add_device "$tree" e1.3
  run --separate-stderr "$AOE" wait --timeout 100ms e1.0 e1.1 e1.2 e1.3 e1.0p2 e7.7
  [ "$status" -eq 1 ]
  [[ "$output" =~ ^"e1.0 is there after "[0-9]+" ms"$ ]]
  [ "${stderr_lines[0]}" = "aoe wait: e1.1 is not there after 100 ms: it is down,closewait" ]
  [ "${stderr_lines[1]}" = "aoe wait: e1.2 is not there after 100 ms: its size is not known yet" ]
  [ "${stderr_lines[2]}" = "aoe wait: e1.3 is not there after 100 ms: the driver has it, but there is no $tree/etherd/e1.3" ]
  [ "${stderr_lines[3]}" = "aoe wait: e1.0p2 is not there after 100 ms: the disk is there but has no partition 2" ]
  [ "${stderr_lines[4]}" = "aoe wait: e7.7 is not there after 100 ms: no target answered" ]
}

@test "wait: whoever watches a terminal sees what is still missing, and nothing of it stays" {
  script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "needs a pseudo-terminal"
  add_device "$tree" e1.1 state=down
  on_terminal() { script -qec "'$AOE' wait -t 1500ms e1.0 e1.1" /dev/null </dev/null; }
  run on_terminal
  echo "$output"
  [[ "$output" == $'\r'"1 s of 1.5 s: e1.0: no target answered; 1 more "$'\r'* ]]
  [[ "$output" == *"  "$'\r'"aoe wait: e1.0 is not there after 1.5 s: no target answered"* ]]
}

@test "wait --json: one object a device" {
  need jq
  add_device "$tree" e1.0
  add_node e1.0
  run --separate-stderr "$AOE" wait --json -t 50ms e1.0 e1.1
  [ "$status" -eq 1 ]
  is '[{"device":"e1.0","present":true,"reason":null},{"device":"e1.1","present":false,"reason":"no target answered"}]' \
    jq -c 'map(del(.milliseconds))' <<<"$output"
}

@test "wait: discovery that cannot be triggered is said once; --passive does not try" {
  rm "$tree/etherd/discover"
  run "$AOE" wait -t 50ms e1.0
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "aoe wait: cannot trigger discovery, so only waiting: $tree/etherd/discover: No such file or directory" ]
  run "$AOE" wait --passive -t 50ms e1.0
  [ "$status" -eq 1 ]
  [ "$output" = "aoe wait: e1.0 is not there after 50 ms: no target answered" ]
}

@test "wait: without the driver it does not wait" {
  rm -r "$tree/module/aoe"
  run "$AOE" wait e1.0
  [ "$status" -eq 1 ]
  [ "$output" = "aoe wait: the aoe driver is not loaded: run 'modprobe aoe'" ]
}

@test "wait: words that make no sense are named, exit status 2" {
  run "$AOE" wait e1
  [ "$status" -eq 2 ]
  [ "$output" = "aoe wait: 'e1' is not an AoE address: write shelf.slot, as in 1.0 or e1.0" ]
  run "$AOE" wait e1.0p0
  [ "$status" -eq 2 ]
  [ "$output" = "aoe wait: 'e1.0p0' is not a device: write e1.0, or e1.0p1 for its first partition" ]
  run "$AOE" wait -t 5x e1.0
  [ "$status" -eq 2 ]
  [[ "${lines[0]}" == "aoe wait: "*"'5x'"* ]]
  run "$AOE" wait
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "aoe wait: DEVICE is required" ]
}
