#!/usr/bin/env bats
# aoe doctor on a network, with a recorded sysfs tree for the driver; and the JSON of what asks targets. Needs: root, network
# namespaces, jq.

load ../lab/driver/sysfs
load ../lab/net/vblade

setup() {
  use_sysfs
  make_namespaces 9000
  disk=$BATS_TEST_TMPDIR/disk
  truncate -s 10M "$disk"
}

# What the doctor finds wrong, one a line.
faults() { # WORD...
  on_client "$AOE" doctor -t 2s --json "$@" | jq -r '.[] | select(.level == "fault").finding'
}

# Finds this and nothing else wrong; soon, because the kernel takes its time to see a link.
finds() { # FAULTS WORD...
  [ "$(faults "${@:2}")" = "$1" ]
}

@test "doctor: a disk that is well, and one that the driver does not have" {
  serve 1 0 eth0 "$disk"
  add_device "$tree" e1.0 netif=eth0
  cp "$disk" "$tree/etherd/e1.0"
  within 20 finds ""
  run on_client "$AOE" doctor -t 2s
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"ok    interfaces that may carry disks: eth0 (MTU 9000)"* ]]
  [[ "$output" == *"ok    e1.0 answers on eth0"* ]]
  serve --program vblade 1 1 eth0 "$disk"
  within 20 finds "e1.1 answers on eth0, but the driver has no such device"
  within 20 finds "" e1.0
  within 20 finds "e5.5 answers on none of lo, eth0" e5.5
}

@test "doctor: a target that vanished while the driver still takes it for up, and one that refuses to be read" {
  add_device "$tree" e1.0 netif=eth0
  mkfifo "$tree/etherd/e1.0" # whoever opened it would hang
  within 20 finds $'no target answers on lo, eth0\nthe driver reports e1.0 as up, but its target does not answer on lo, eth0'
  rm "$tree/etherd/e1.0"
  cp "$disk" "$tree/etherd/e1.0"
  serve 1 0 eth0 "$disk"
  within 20 finds ""
  on_client "$AOE" reserve e1.0 force 02:00:00:00:00:99
  within 20 finds "e1.0 refuses to be read on eth0: target is reserved"
}

@test "doctor: a server whose MTU is smaller than ours" {
  ip -n "$SERVER_NS" link set eth0 mtu 1500
  serve --program vblade 1 0 eth0 "$disk"
  add_device "$tree" e1.0 netif=eth0
  cp "$disk" "$tree/etherd/e1.0"
  within 20 finds ""
  run on_client "$AOE" doctor -t 2s
  [[ "$output" == *"note  e1.0 takes 2 sectors in a frame, though the MTU 9000 of eth0 allows 17"* ]]
  [[ "$output" == *"        its server's interface has a smaller MTU: raise it there, too, if the switch allows it"* ]]
}

@test "doctor: an interface that is down, one that the driver may not use, and silence" {
  serve 1 0 eth0 "$disk"
  echo eth1 >"$tree/module/aoe/parameters/aoe_iflist"
  add_cable eth1
  ip -n "$CLIENT_NS" link set eth1 down
  within 20 finds $'eth1 is down\ne1.0 answers on eth0, but the driver may use only eth1'
  ip -n "$CLIENT_NS" link set eth0 down
  ip -n "$CLIENT_NS" link set lo down
  run on_client "$AOE" doctor
  [ "$status" -eq 1 ]
  [[ "$output" == *"note  the network was not checked: no Ethernet interface is up: raise one with 'ip link set NAME up'"* ]]
  ip -n "$CLIENT_NS" link set eth1 up
  within 20 finds "no target answers on eth1"
}

@test "doctor: two hosts with one address, and a way that carries less than the target promises" {
  add_cable eth1 9000
  add_cable eth2 9000
  truncate -s 20M "$disk.2"
  # A switch that is not set up for jumbo frames, before a server that is.
  ip -n "$SERVER_NS" link add br0 type bridge
  ip -n "$SERVER_NS" link set eth2 master br0 mtu 3000
  ip -n "$SERVER_NS" link set br0 mtu 9000 up
  serve --program vblade 1 0 eth0 "$disk"
  serve --program vblade 1 0 eth1 "$disk.2"
  serve --program vblade 1 1 br0 "$disk"
  for name in e1.0 e1.1; do
    add_device "$tree" "$name" netif=eth0,eth1,eth2
    cp "$disk" "$tree/etherd/$name"
  done
  both() {
    local found
    found=$(faults)
    [[ $found == *"e1.0 is served by two hosts: "*" on eth0 "*" and "*" on eth1 "* &&
      $found == *"frames of 17 sectors to e1.1 get lost on eth2, with 5 they get through"* ]]
  }
  within 20 both || {
    faults
    false
  }
}

@test "--json: cfg, ping and sancheck" {
  serve 1 0 eth0 "$disk"
  on_client "$AOE" cfg --json -c set -s web 1 0 eth0 | is '[{"target":"e1.0","config":"web","refusal":null}]' jq -c .
  on_client "$AOE" cfg --json -c set -s other 1 0 eth0 | is '[{"target":"e1.0","config":null,"refusal":"*badcfg*"}]' jq -c .
  run --separate-stderr on_client "$AOE" ping --json -S read_data 1 0 eth0
  [ "$status" -eq 0 ]
  is '["e1.0","eth0",10485760,"read_data",1024]' jq -c '[.target, .interface, .bytes, .smart.command, (.smart.data | length)]' <<<"$output"
  is true jq '.latency_us > 0' <<<"$output"
  run on_client "$AOE" ping --json -I 1 0 eth0
  [ "$status" -eq 1 ]
  [ "$output" = "aoeping: --json goes without -i, -I and -v" ]
  run --separate-stderr on_client "$AOE" sancheck --json
  [ "$status" -eq 0 ]
  is '["eth0",9000,17]' jq -c '[.interfaces[0].interface, .interfaces[0].mtu, .targets[0].paths[0].sectors_carried]' <<<"$output"
}
