#!/usr/bin/env bats
# Our vblade by its classic command line, beside Debian's, with Debian's user-space tools.
# Needs: root that may make network namespaces; aoeping and aoecfg (Debian's aoetools), Debian's vblade, python3.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
}

# Not by aoeping, which ignores the short replies of Debian's vblade.
debian_answers() { [[ $(frames identify 2 0) == status* ]]; }

@test "classic form: Debian's aoeping finds it, the first line is as ever, TERM ends it with 0" {
  serve 1 0 eth0 disk.img
  on_client aoeping -s 10 1 0 eth0
  on_client aoeping -i -s 10 1 0 eth0 | grep -q 'device identify response'
  is "pid $SERVER: e1.0, 8192 sectors O_RDWR" cat out
  stop_server TERM
}

@test "classic form: read-only, offset, length; options behind the arguments; INT ends it, too" {
  printf 'MARK' | dd of=disk.img bs=512 seek=16 conv=notrunc status=none
  serve 1 0 eth0 disk.img -r -o 0x10 -l 8
  is "pid $SERVER: e1.0, 8 sectors O_RDONLY" cat out
  frames read 1 0 0 1 | is MARK head -c 4
  run frames write 1 0 0 1
  [ "$output" = "status 0x41 error 0x04" ]
  run frames read 1 0 8 1
  [ "$output" = "status 0x41 error 0x10" ]
  stop_server INT
}

@test "classic form: -m lets only those on the list talk" {
  serve -m 02:00:00:00:00:77,020000000078 1 0 eth0 disk.img
  run frames identify 1 0
  [ "$output" = "no reply" ]
  on_client ip link set eth0 address 02:00:00:00:00:78
  run frames identify 1 0
  [[ $output == "status 0x40"* ]]
}

@test "Debian's vblade and ours give the same disk" {
  head -c 4M /dev/urandom >disk.img
  serve -r 1 0 eth0 disk.img
  start_on_server vblade -r 2 0 eth0 disk.img >/dev/null
  within 10 debian_answers
  frames read 1 0 4094 2 >ours
  frames read 2 0 4094 2 >theirs
  cmp ours theirs
  cmp ours <(dd if=disk.img bs=512 skip=4094 count=2 status=none)
}

@test "the classic form with --user: Debian's tools, and a link that comes back" {
  chmod 0600 disk.img
  serve --user nobody 1 0 eth0 disk.img
  is "pid $SERVER: e1.0, 8192 sectors O_RDWR" cat out
  on_server ip link del eth0
  add_cable eth0
  within 10 on_client aoeping -s 1 1 0 eth0
  stop_server INT
}

@test "a second vblade for the same disk is refused" {
  serve 1 0 eth0 disk.img
  run on_server "$VBLADE" 1 1 eth0 disk.img
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: '$PWD/disk.img' is locked by another process: it is exported already, or a virtual machine uses it" ]
}

@test "an interface that is down, and one that is no Ethernet, are named" {
  on_server ip link set eth0 down
  run on_server "$VBLADE" 1 0 eth0 disk.img
  echo "$output"
  [ "$status" -eq 1 ]
  [[ $output == *"eth0"*"down"* ]]
  on_server ip tuntap add tun0 mode tun || skip "this kernel makes no tun devices"
  run on_server "$VBLADE" 1 0 tun0 disk.img
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: interface 'tun0' is not Ethernet; the Ethernet interfaces here: lo, eth0" ]
}

@test "vbladed answers when the disk can be reached, and says when it cannot" {
  run on_server "$VBLADED" 1 0 eth0 disk.img
  [ "$status" -eq 0 ]
  [[ $output =~ ^"pid "([0-9]+)": e1.0, 8192 sectors O_RDWR"$ ]]
  on_client aoeping -s 10 1 0 eth0
  local daemon=${BASH_REMATCH[1]}
  kill -TERM "$daemon"
  gone() { ! kill -0 "$daemon" 2>/dev/null; }
  within 10 gone
  run on_server "$VBLADED" 1 0 nothere disk.img
  [ "$status" -eq 1 ]
  [ "$output" = "vbladed: interface 'nothere' does not exist; those here: lo, eth0" ]
}

@test "hostile frames: every command, every length, every flag; it stays up and answers" {
  serve 1 0 eth0 disk.img
  frames storm 1 0
  on_client aoeping -s 10 1 0 eth0
  stop_server TERM
}
