#!/usr/bin/env bats
# What our vblade's exports keep and share: data, config strings, addresses.
# Needs: root that may make network namespaces; aoeping and aoecfg (Debian's aoetools), python3, jq.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
}

another_answers() { [[ $(on_server python3 "$LAB/net/frames.py" eth0 identify 1 0) == status* ]]; }

@test "the config string: set, read, test, found by broadcast; Debian's aoecfg" {
  serve 1 0 eth0 disk.img
  on_client aoecfg -t 5 -c set -s root-disk 1 0 eth0
  is root-disk on_client aoecfg -t 5 1 0 eth0
  run on_client aoecfg -t 5 -c set -s other 1 0 eth0
  [[ $output == *badcfg* ]]
  on_client aoecfg -t 5 -c fset -s other 1 0 eth0
  is $'1.0\tother' on_client aoecfg -t 5 -c prefix -s oth 65535 255 eth0
}

@test "what is written is read, by our frames and on the disk" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  frames write 1 0 100 2 <<<"over the wire"
  frames read 1 0 100 2 | is "over the wire" head -c 13
  dd if=disk.img bs=512 skip=100 count=1 status=none | is "over the wire" head -c 13
  ctl --json status | is "1 1" jq -r '.exports[0].counters | "\(.reads) \(.writes)"'
  stop_server TERM
}

@test "one export on two interfaces shares its config string" {
  add_cable eth1
  INTERFACES='"eth*"' configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  on_client aoecfg -t 5 -c set -s both 1 0 eth0
  is both on_client aoecfg -t 5 1 0 eth1
}

@test "what initiators set survives kill -9; an export whose file is damaged is left out, and told" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  on_client aoecfg -t 5 -c set -s kept 1 0 eth0
  ctl mask e1.0 add "$(on_client cat /sys/class/net/eth0/address)"
  stop_server KILL || [ $? -eq 137 ] # and has let go of the disk
  serve_file
  is kept on_client aoecfg -t 5 1 0 eth0
  is "$(on_client cat /sys/class/net/eth0/address)" ctl mask e1.0
  stop_server TERM
  is 600 stat -c %a state/e1.0.json
  configure "{slot: 0, path: $PWD/disk.img}" \
    "{slot: 1, path: $PWD/other.img}"
  truncate -s 4M other.img
  echo '{"version": 1, "config_str' >state/e1.0.json
  serve_file
  is "no reply" frames read 1 0 0 1
  frames read 1 1 0 1 | is 512 wc -c
  [[ "$(ctl status)" == *"left out: exports[0].slot: '$PWD/state/e1.0.json' is damaged: e1.0 is not served, because its mask list and reservation are not known; restore the file, or, to serve e1.0 to every host, remove it: rm -r '$PWD/state/e1.0.json'"* ]]
  grep -F "left out: " err
  rm -r "$PWD/state/e1.0.json"
  ctl reload
  frames read 1 0 0 1 | is 512 wc -c
  [[ "$(ctl status)" != *"left out"* ]]
  stop_server TERM
}

@test "an address that another host serves is refused with its MAC; partial serves the rest" {
  truncate -s 1M other.img
  start_on_client "$VBLADE" 1 0 eth0 other.img >/dev/null
  within 10 another_answers
  local other
  other=$(on_client cat /sys/class/net/eth0/address)
  truncate -s 1M second.img
  configure "{slot: 0, path: $PWD/disk.img}" \
    "{slot: 1, path: $PWD/second.img}"
  run on_server "$VBLADE" --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "vblade.yaml:4:12: exports[0].slot: e1.0 is already served by the host $other on eth0: stop that one, choose another address, or set 'force: true'" ]
  sed -i '1i partial: true' vblade.yaml
  serve_file
  ctl --json status | is e1.1 jq -r '.exports[].address'
  ctl status | grep -qx "left out: exports\[0\].slot: e1.0 is already served by the host $other on eth0: .*"
  on_client aoeping -s 10 1 1 eth0
  stop_server TERM
  serve 1 0 eth0 disk.img
  [[ "$(cat err)" == *"e1.0 is already served by the host $other on eth0: stop that one, or choose another address"* ]]
  stop_server TERM
}
