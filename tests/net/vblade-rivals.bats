#!/usr/bin/env bats
# Two servers at one address: another host, whenever it begins, and another service of this machine.
# Needs: root that may make network namespaces; python3, jq.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  printf 'AAAA' >disk.img
  printf 'BBBB' >other.img
  truncate -s 4M disk.img other.img
}

state() { ctl --json status | jq -r ".exports[0].state"; }
state_is() { [ "$(state)" = "$1" ]; }
on_wire() { on_server cat /sys/class/net/eth0/address; }
serve_on_client() {
  local server_place=(ip netns exec "$CLIENT_NS")
  serve --as rival "$@"
}

@test "a rival that begins later, with the same host name: log, status and metrics report it" {
  local mac
  mac=$(on_client cat /sys/class/net/eth0/address)
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  is serving state
  # The classic form only warns, and serves.
  serve_on_client 1 0 eth0 other.img --state rival-state
  within 10 state_is rival
  within 10 grep -q "e1.0: the host $mac on eth0 serves this address, too: initiators mix the two disks; stop one" err
  ctl status | grep -qx "e1.0 is also served by the host $mac on eth0"
  ctl --prometheus status | grep -qx 'vblade_export_rivals{export="e1.0"} 1'
  ctl --json status | is "$mac eth0" jq -r '.exports[0].rivals[] | "\(.mac) \(.interface)"'
  run ctl status
  [ "$status" -eq 3 ]
  stop_server TERM rival
  stop_server TERM
}

@test "a rival behind a cable that is plugged in later, and one that starts at the same moment" {
  on_client ip link set eth0 down
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  add_cable eth1
  # With its own cable out nobody can be asked.
  printf 'shelf: 1\ninterfaces: [eth0]\nexports: [{slot: 0, path: %s}]\n' "$PWD/other.img" >rival.yaml
  on_client ip link set eth0 up
  on_server ip link set eth0 down
  serve_on_client --config rival.yaml --socket "$PWD/rival.sock" --state "$PWD/rival-state"
  on_server ip link set eth0 up
  within 20 state_is rival
  rival_state_is() { [ "$("$VBLADECTL" --socket rival.sock --json status | jq -r '.exports[0].state')" = rival ]; }
  within 20 rival_state_is
  stop_server TERM rival
  stop_server TERM
}

@test "force: serves beside another host, and is no alarm; without it the export alone is left out" {
  serve_on_client 1 0 eth0 other.img
  configure "{slot: 0, path: $PWD/disk.img}"
  run on_server "$VBLADE" --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state"
  [ "$status" -eq 2 ]
  [[ ${lines[0]} == *"e1.0 is already served by the host "*"stop that one, choose another address, or set 'force: true'" ]]
  configure "{slot: 0, path: $PWD/disk.img, force: true}"
  serve_file
  is serving state
  stop_server TERM rival
  stop_server TERM
}

@test "a reload with partial keeps what is in service, though a host answers on the new interface" {
  add_cable eth1
  printf 'partial: true\n' >head.yaml
  configure "{slot: 0, path: $PWD/disk.img}"
  cat vblade.yaml >>head.yaml && mv head.yaml vblade.yaml
  serve_file
  serve_on_client 1 0 eth1 other.img
  sed -i 's/interfaces: .*/interfaces: [eth0, eth1]/' vblade.yaml
  run ctl reload
  [[ $output == *"left out: exports[0].slot: e1.0 is already served by the host "*" on eth1"* ]]
  frames read 1 0 0 1 | is AAAA head -c 4
  ctl --json status | is eth0 jq -r '.exports[0].interfaces | join(",")'
  stop_server TERM rival
  stop_server TERM
}

@test "two services of one machine: one address on one interface, or on two of one network, is refused to the second" {
  local first
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  first=$(serving)
  printf 'shelf: 1\ninterfaces: [eth0]\nexports: [{slot: 0, path: %s}]\n' "$PWD/other.img" >second.yaml
  run on_server "$VBLADE" --config second.yaml --socket "$PWD/second.sock" --state "$PWD/second"
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "second.yaml:3:18: exports[0].slot: e1.0 is already served on eth0 by process $first of this machine: stop it, or choose another address" ]
  # A bridge at the client makes one network of both cables.
  add_cable eth1
  on_client ip link add br0 type bridge
  on_client ip link set br0 up
  on_client ip link set eth0 master br0
  on_client ip link set eth1 master br0
  sed -i 's/eth0/eth1/' second.yaml
  on_server ip link set eth1 up
  wired() { VIA=br0 frames config 1 0 | grep -q buffers; }
  within 60 wired
  run on_server "$VBLADE" --config second.yaml --socket "$PWD/second.sock" --state "$PWD/second"
  [ "$status" -eq 2 ]
  [[ ${lines[0]} == *"e1.0 is already served by the host $(on_wire) on eth1: stop that one"* ]]
  stop_server TERM
  # The address is free with its process.
  sed -i 's/eth1/eth0/' second.yaml
  serve --config second.yaml --socket "$PWD/second.sock" --state "$PWD/second"
  stop_server TERM
}
