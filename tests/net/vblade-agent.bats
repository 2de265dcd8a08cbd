#!/usr/bin/env bats
# The cluster's resource agent ocf:heartbeat:AoEtarget of Debian's resource-agents, with our vblade as its binary.
# Needs: root that may make network namespaces; the network, once, to fetch the agent.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
  export OCF_ROOT OCF_RESOURCE_INSTANCE=disk HA_RSCTMP=$PWD HA_VARRUN=$PWD __OCF_ACTION
  OCF_ROOT=$("$LAB/tools/resource-agent")
  export OCF_RESKEY_binary=$VBLADE OCF_RESKEY_device=$PWD/disk.img OCF_RESKEY_nic=eth0 OCF_RESKEY_shelf=1 OCF_RESKEY_slot=0
  export OCF_RESKEY_pid=$PWD/agent.pid
}

# Runs the agent; its status is one of the OCF return codes: 0 success, 7 not running, 1 generic error, 5 not installed.
agent() { # ACTION
  on_server bash "$OCF_ROOT/resource.d/heartbeat/AoEtarget" "$1" >>agent.log 2>&1 3>&-
}

# The agent does not wait until its vblade is ready.
served() {
  local i
  for ((i = 0; i < 10; ++i)); do
    if [[ $(frames identify 1 0) == "status 0x40"* ]]; then return 0; fi
  done
  return 1
}

@test "start, monitor, start again, stop, monitor: the right return codes" {
  run agent monitor
  [ "$status" -eq 7 ]
  agent start
  agent monitor
  served
  local pid
  pid=$(cat agent.pid)
  grep -q "^pid $pid: e1.0, 8192 sectors O_RDWR" agent.log
  agent start
  is "$pid" cat agent.pid
  agent stop
  [ ! -e "/proc/$pid" ]
  run agent monitor
  [ "$status" -eq 7 ]
  agent stop
}

@test "a vblade that was killed, and a disk that is missing" {
  agent start
  served
  kill -KILL "$(cat agent.pid)"
  local i
  for ((i = 0; i < 100; ++i)); do
    run agent monitor
    [ "$status" -eq 0 ] || break
    sleep 0.1
  done
  [ "$status" -eq 1 ]
  agent stop
  OCF_RESKEY_device=/nowhere/disk.img run agent start
  [ "$status" -eq 5 ]
}
