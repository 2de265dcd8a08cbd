#!/usr/bin/env bats
# Our vblade on links that change under way, on two at once, and on one that takes less than it is given.
# Needs: root that may make network namespaces, tc, python3, jq.

load ../lab/net/vblade

INTERFACES='"eth*"'

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
}

interface() { ctl --json status | jq ".interfaces[0].$1"; } # KEY

mtu_is() { [ "$(interface mtu)" -eq "$1" ]; } # BYTES

@test "its MTU goes from 1500 to 9000 and back, again and again, under load: no request is lost, and frames grow and shrink" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  mkfifo go_on
  frames stream 1 0 <go_on >stream.out 3>&- &
  local stream=$! mtu
  exec 8>go_on
  on_client ip link set eth0 mtu 9000
  for mtu in 9000 1500 9000 1500 9000 1500 9000 1500; do
    on_server ip link set eth0 mtu "$mtu"
    within 10 mtu_is "$mtu"
    is "16 buffers, $(((mtu - 36) / 512)) sectors a frame" frames config 1 0
    frames read 1 0 17 2 | cmp - <(head -c 1024 /dev/zero)
  done
  exec 8>&-
  wait "$stream"
  cat stream.out
  [[ $(cat stream.out) =~ ^[1-9][0-9]*" answered, 0 lost"$ ]]
  on_server ip link set eth0 mtu 9000
  within 10 mtu_is 9000
  frames read 1 0 0 17 | cmp - <(head -c $((17 * 512)) /dev/zero)
  stop_server TERM
}

@test "the port of a bridge is refused with the bridge's name; one that becomes it is told, and served again when it is free" {
  on_server ip link add br0 type bridge
  on_server ip link set br0 up
  on_server ip link set eth0 master br0
  INTERFACES=eth0 configure "{slot: 0, path: $PWD/disk.img}"
  run on_server "$VBLADE" --check vblade.yaml
  [ "$status" -eq 2 ]
  [[ ${lines[0]} == *"interface 'eth0' is a port of 'br0', which takes its frames: write 'br0'" ]]
  INTERFACES=br0 configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  within 30 eval 'frames read 1 0 0 1 | is 512 wc -c'
  stop_server TERM
  on_server ip link set eth0 nomaster
  INTERFACES=eth0 configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  on_server ip link set eth0 master br0
  within 10 grep -q "eth0: not served any more: it is a port of br0 now" err
  ctl --json status | is "no link" jq -r '.exports[0].state'
  on_server ip link set eth0 nomaster
  within 10 eval 'frames read 1 0 0 1 | is 512 wc -c'
  stop_server TERM || true
}

@test "an alternative name, and a longer one than any first name" {
  on_server ip link property add dev eth0 altname storage altname enx-of-the-storage-network-in-the-cellar
  for name in storage enx-of-the-storage-network-in-the-cellar; do
    INTERFACES=$name configure "{slot: 0, path: $PWD/disk.img}"
    serve_file
    frames read 1 0 0 1 | is 512 wc -c
    ctl --json status | is eth0 jq -r '.exports[0].interfaces[0]'
    stop_server TERM
    serve 1 0 "$name" disk.img
    frames read 1 0 0 1 | is 512 wc -c
    stop_server TERM
  done
}

@test "on lo hosts without an address are answered" {
  serve 1 0 lo disk.img
  on_server python3 "$LAB/net/frames.py" lo read 1 0 0 1 | is 512 wc -c
  is "status 0x40 error 0x00" eval 'on_server python3 "$LAB/net/frames.py" lo identify 1 0'
  stop_server TERM
}

@test "partial: an interface and a disk that come later are taken up" {
  { printf 'partial: true\n' && INTERFACES='eth0, eth1' configure "{slot: 0, path: $PWD/disk.img}" "{slot: 1, path: $PWD/late.img}" && cat vblade.yaml; } >all.yaml
  mv all.yaml vblade.yaml
  serve_file
  is "no reply" frames read 1 1 0 1
  truncate -s 1M late.img
  within 20 eval 'frames read 1 1 0 1 | is 512 wc -c'
  add_cable eth1
  served_there() { VIA=eth1 frames read 1 0 0 1 | is 512 wc -c && VIA=eth1 frames read 1 1 0 1 | is 512 wc -c; }
  within 20 served_there
  ctl --json status | is 0 jq '.left_out | length'
  stop_server TERM || true
}

@test "config string, mask list and reservation are one for two interfaces, whichever sets them" {
  add_cable eth1
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  local one=02:00:00:00:00:11 two=02:00:00:00:00:22 either set read
  on_client ip link set eth0 address "$one"
  on_client ip link set eth1 address "$two"
  for either in "eth0 eth1" "eth1 eth0"; do
    read -r set read <<<"$either"
    on_client aoecfg -t 5 -c fset -s "set on $set" 1 0 "$set"
    is "set on $set" on_client aoecfg -t 5 1 0 "$read"
    on_client "$AOE" mask -i "$set" e1.0 add "$one" "$two"
    diff <(on_client "$AOE" mask -i "$read" e1.0 | sort) <(printf '%s\n' "$one" "$two")
    on_client "$AOE" reserve -i "$set" e1.0 set "$one" "$two"
    diff <(on_client "$AOE" reserve -i "$read" e1.0 | sort) <(printf '%s\n' "$one" "$two")
    on_client "$AOE" reserve -i "$read" e1.0 release
    [[ $(on_client "$AOE" reserve -i "$set" e1.0) == "e1.0: not reserved" ]]
    on_client "$AOE" mask -i "$read" e1.0 delete "$one" "$two"
    [[ $(on_client "$AOE" mask -i "$set" e1.0) == *"no mask"* ]]
  done
  # They are in force there, too, and not only shown.
  on_client "$AOE" reserve -i eth0 e1.0 set "$one"
  VIA=eth0 frames read 1 0 0 1 | cmp - <(head -c 512 /dev/zero)
  VIA=eth1 is "AoE error 6" frames read 1 0 0 1
  on_client "$AOE" mask -i eth0 e1.0 add "$one"
  VIA=eth1 is "no reply" frames identify 1 0
  stop_server TERM
}

@test "an interface that takes less than it is given (ENOBUFS): replies are counted as refused, nothing is stuck, and all is well afterwards" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  # A queue of two replies that drains slowly: what is more is refused.
  on_server tc qdisc add dev eth0 root tbf rate 200kbit burst 2kb limit 3kb
  # A busy machine takes a part of each flood only.
  within 30 eval 'frames flood 1 0 2000; (($(interface refused) > 1000))'
  ctl --json status | is 0 jq '.exports[0].in_flight'
  ctl --json status | is serving jq -r '.exports[0].state'
  # Within what the interface takes, it answers.
  frames read 1 0 0 1 | cmp - <(head -c 512 /dev/zero)
  on_server tc qdisc del dev eth0 root
  local refused
  refused=$(interface refused)
  within 30 eval 'frames flood 1 0 500 30 | grep -q " 500 answered"'
  is "$refused" interface refused
  stop_server TERM
}
