# Frames in and out of real interfaces: src/net on a veth pair, each story in a network namespace of its own.

load ../lab/net/veth

setup() {
  need_namespaces
  : "${LINK_TEST:=$ROOT/build/asan/tests/net/link_test}"
}

stories() {
  run unshare --net "$LINK_TEST" --gtest_brief=1 --gtest_filter="$1"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output =~ [1-9][0-9]*\ tests?\ from ]]
  [[ ! $output =~ SKIPPED ]]
}

@test "packet link: frames travel both ways, in order, in batches, in two pieces" {
  stories 'PacketLinks.Carry*:PacketLinks.Join*:PacketLinks.HandOut*:PacketLinks.WorkOn*:PacketLinks.Keep*'
}

@test "packet link: hears neither itself nor others' traffic, and only what its filter lets" {
  stories 'PacketLinks.Hear*:PacketLinks.Ignore*'
}

@test "packet link: counts what it loses and refuses, and sends the rest" {
  stories 'PacketLinks.Count*:PacketLinks.Refuse*:PacketLinks.DropAndCount*'
}

@test "packet link: rests after frames longer than the MTU; takes one frame of each sender in turn" {
  stories 'PacketLinks.AreAtRest*:PacketLinks.Take*:PacketLinks.DropWhat*'
}

@test "packet link: survives the link going down and up, and says when the interface is gone" {
  stories 'PacketLinks.Survive*:PacketLinks.LoseNo*:PacketLinks.SayWhen*'
}

@test "packet link: asks the heap for nothing once it is open" {
  stories 'PacketLinks.AskTheHeap*'
}

@test "packet link: works on loopback with its 64 KiB frames" {
  stories 'PacketLinks.OpenOnLoopback*'
}

@test "packet link: an interface that is missing, down, not Ethernet or not permitted is named" {
  stories 'OpeningALink.*'
}

@test "link monitor: sees interfaces appear, vanish, go up and down, change MTU, MAC and name" {
  stories 'LinkMonitors.*'
}

@test "capture: sends, hears and stops waiting at its deadline" {
  stories 'Captures.*'
}

@test "two machines on a cable hear each other and nothing else" {
  teardown() { remove_namespaces; }
  make_namespaces 9000
  is 9000 on_server cat /sys/class/net/eth0/mtu
  on_client ip -o link | is 2 wc -l
  add_cable eth1
  is 1500 on_client cat /sys/class/net/eth1/mtu
  start_on_server sleep 600
  within 5 test -d "/proc/$STARTED"
  remove_namespaces
  within 5 test ! -d "/proc/$STARTED"
  run ip netns list
  [[ $output != *"aoe-$$-"* ]]
}
