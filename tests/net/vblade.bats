#!/usr/bin/env bats
# Our vblade on a cable: Debian's user-space tools, raw and hostile frames, two interfaces, links that come and go.
# Needs: root that may make network namespaces; aoeping and aoecfg (Debian's aoetools), python3, jq; nbdfuse and /dev/fuse.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_machines
  truncate -s 4M disk.img
}

teardown() {
  [[ ! -v HANGING ]] || kill -KILL "$HANGING" 2>/dev/null || true
  remove_machines
  [[ ! -v LOOP ]] || losetup -d "$LOOP"
  [[ ! -v MOUNTED ]] || umount --lazy "$MOUNTED"
}

config() { # EXPORTS, as YAML
  printf 'shelf: 1\ninterfaces: [eth0]\nexports:\n%s\n' "$1" >vblade.yaml
}

# Not by aoeping, which ignores the short replies of Debian's vblade.
debian_answers() { [[ $(frames identify 2 0) == status* ]]; }

another_answers() { [[ $(on_server python3 "$LAB/net/frames.py" eth0 identify 1 0) == status* ]]; }

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
  config "  - slot: 0
    path: $PWD/disk.img"
  serve_file
  frames write 1 0 100 2 <<<"over the wire"
  frames read 1 0 100 2 | is "over the wire" head -c 13
  dd if=disk.img bs=512 skip=100 count=1 status=none | is "over the wire" head -c 13
  ctl --json status | is "1 1" jq -r '.exports[0].counters | "\(.reads) \(.writes)"'
  stop_server TERM
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

@test "one export on two interfaces shares its config string" {
  add_cable eth1
  printf 'shelf: 1\ninterfaces: ["eth*"]\nexports:\n  - {slot: 0, path: %s}\n' "$PWD/disk.img" >vblade.yaml
  serve_file
  on_client aoecfg -t 5 -c set -s both 1 0 eth0
  is both on_client aoecfg -t 5 1 0 eth1
}

@test "what initiators set survives kill -9; an export whose file is damaged is left out, and told" {
  config "  - {slot: 0, path: $PWD/disk.img}"
  serve_file
  on_client aoecfg -t 5 -c set -s kept 1 0 eth0
  ctl mask e1.0 add "$(on_client cat /sys/class/net/eth0/address)"
  stop_server KILL || [ $? -eq 137 ] # and has let go of the disk
  serve_file
  is kept on_client aoecfg -t 5 1 0 eth0
  is "$(on_client cat /sys/class/net/eth0/address)" ctl mask e1.0
  stop_server TERM
  is 600 stat -c %a state/e1.0.json
  config "  - {slot: 0, path: $PWD/disk.img}"$'\n'"  - {slot: 1, path: $PWD/other.img}"
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

@test "vbladectl shows figures and changes what initiators may change" {
  config "  - {slot: 0, path: $PWD/disk.img}"
  serve_file
  frames read 1 0 0 2 >/dev/null
  local client
  client=$(on_client cat /sys/class/net/eth0/address)
  ctl --json stats | is "$client 1 1024" jq -r '.exports[0].clients[] | "\(.mac) \(.requests) \(.bytes_read)"'
  ctl --json stats | is 1 jq '[.exports[0].latency.counts[]] | add'
  ctl stats | grep -qx "e1.0 *$client *1 *1.0 KiB *0 B *0"
  ctl --prometheus status | grep -qx 'vblade_requests_total{export="e1.0",command="read"} 1'
  ctl top --count 1 | grep -q '^e1.0 .* serving$'
  is 'root disk' ctl config e1.0 set 'root disk'
  is 'root disk' on_client aoecfg -t 5 1 0 eth0
  ctl reserve e1.0 set 02:00:00:00:00:77
  run frames read 1 0 0 1
  [[ $output != "status 0x4"* ]]
  [ -z "$(ctl reserve e1.0 clear)" ]
  frames read 1 0 0 1 >/dev/null
  ctl drain e1.0 | grep -q drained
  run frames identify 1 0
  [ "$output" = "no reply" ]
  ctl reload
  within 10 on_client aoeping -s 1 1 0 eth0
  stop_server TERM
}

# The values of a line of /proc/PID/status, without their spacing.
status_line() { awk -v key="$1:" '$1 == key { $1 = ""; print substr($0, 2) }' "/proc/$(serving)/status"; } # KEY

@test "an address that another host serves is refused with its MAC; partial serves the rest" {
  truncate -s 1M other.img
  start_on_client "$VBLADE" 1 0 eth0 other.img >/dev/null
  within 10 another_answers
  local other
  other=$(on_client cat /sys/class/net/eth0/address)
  truncate -s 1M second.img
  config "  - {slot: 0, path: $PWD/disk.img}
  - {slot: 1, path: $PWD/second.img}"
  run on_server "$VBLADE" --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "vblade.yaml:4:12: exports[0].slot: e1.0 is already served by the host $other on eth0: stop that one, or choose another address" ]
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

@test "--check tells what partial would leave out, and is content" {
  printf 'partial: true\nshelf: 1\ninterfaces: [eth0]\nexports:\n  - {slot: 0, path: %s}\n  - {slot: 1, path: /nowhere}\n' \
    "$PWD/disk.img" >vblade.yaml
  run on_server "$VBLADE" --check vblade.yaml
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "vblade.yaml:6:21: exports[1].path: '/nowhere' does not exist" ]
}

@test "who is refused is counted, and told once" {
  config "  - {slot: 0, path: $PWD/disk.img, allow: [02:00:00:00:00:78]}"
  serve_file
  for _ in 1 2 3; do on_client aoeping -s 1 1 0 eth0 || true; done
  [ "$(ctl --json stats | jq '.exports[0].counters.refused')" -ge 3 ]
  within 10 grep -q "e1.0: refused [0-9]* requests, the last from $(on_client cat /sys/class/net/eth0/address): not on its mask or allow list" err
  is 1 grep -c refused err
  stop_server TERM
}

@test "with --user it runs without rights, and still reloads and follows its interface" {
  mkdir -m 0700 secret
  mv disk.img secret/
  truncate -s 1M secret/second.img secret/third.img
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  config "  - {slot: 0, path: $PWD/secret/disk.img}"
  chmod 0600 vblade.yaml
  mkdir -m 0755 run
  chown nobody run
  serve --config vblade.yaml --socket "$PWD/run/vblade.sock" --state "$PWD/run/state" --user nobody
  is "65534 65534 65534 65534" status_line Uid
  [ -z "$(status_line Groups)" ]
  for key in CapInh CapPrm CapEff CapAmb; do [ "$(status_line $key)" = 0000000000000000 ]; done
  is 1 status_line NoNewPrivs
  is 2 status_line Seccomp
  frames write 1 0 100 2 <<<"as nobody"
  frames read 1 0 100 2 | is "as nobody" head -c 9
  on_client aoecfg -t 5 -c set -s kept 1 0 eth0
  is nobody stat -c %U run/state/e1.0.json

  config "  - {slot: 0, path: $PWD/secret/disk.img}
  - {slot: 1, path: $PWD/secret/second.img, direct: false, read-only: true}"
  "$VBLADECTL" --socket "$PWD/run/vblade.sock" reload
  within 10 on_client aoeping -s 1 1 1 eth0
  on_server ip link del eth0
  add_cable eth0 9000
  within 10 on_client aoeping -s 1 1 0 eth0
  stop_server TERM
  [ ! -e run/vblade.sock ]
}

@test "what a server kept as root is there when it runs with --user; others' files stay whose they are" {
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  config "  - {slot: 0, path: $PWD/disk.img}"
  serve_file
  on_client aoecfg -t 5 -c set -s kept 1 0 eth0
  stop_server TERM
  is root stat -c %U state/e1.0.json
  chown nobody state
  echo secret >secret
  chmod 600 secret
  ln secret state/e1.1.json
  ln -s "$PWD/secret" state/e1.2.json
  touch state/shadow
  serve --config vblade.yaml --socket "$PWD/run/vblade.sock" --state "$PWD/state" --user nobody
  [[ $(on_client aoecfg -t 5 1 0 eth0) == *kept* ]]
  is nobody stat -c %U state/e1.0.json
  stat -c %U secret state/shadow | is "root root" xargs
  stop_server TERM
}

@test "--user: an account that is missing, a socket that may not be made" {
  run on_server "$VBLADE" --user nobody-at-all 1 0 eth0 disk.img
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: there is no user 'nobody-at-all'" ]
  config "  - {slot: 0, path: $PWD/disk.img}"
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  run on_server "$VBLADE" --config "$PWD/vblade.yaml" --socket "$PWD/vblade.sock" --state "$PWD/state" --user nobody
  [ "$status" -eq 2 ]
  [[ $output == *"cannot make the control socket $PWD/vblade.sock: Permission denied" ]]
}

# What vblade reports to systemd, a line for each datagram; times as N.
systemd_hears() {
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  start_on_server python3 "$LAB/net/syslog.py" "$PWD/notify" >heard
  within 10 test -S notify
  export NOTIFY_SOCKET=$PWD/notify
}

heard() { [ "$(sed 's/USEC=[1-9][0-9]*$/USEC=N/' heard)" = "$1" ]; } # LINES

@test "systemd hears when it is ready, reloads and stops, also from a server without rights" {
  systemd_hears
  truncate -s 1M second.img
  config "  - {slot: 0, path: $PWD/disk.img}"
  mkdir -m 0755 run
  chown nobody run
  serve --config vblade.yaml --socket "$PWD/run/vblade.sock" --state "$PWD/run/state" --user nobody
  within 10 heard "READY=1#012STATUS=1 export is served"
  config "  - {slot: 0, path: $PWD/disk.img}
  - {slot: 1, path: $PWD/second.img}"
  "$VBLADECTL" --socket "$PWD/run/vblade.sock" reload
  config "  - {slot: 300, path: $PWD/disk.img}"
  run "$VBLADECTL" --socket "$PWD/run/vblade.sock" reload
  [ "$status" -eq 1 ]
  stop_server TERM
  within 10 heard "READY=1#012STATUS=1 export is served
RELOADING=1#012MONOTONIC_USEC=N
READY=1#012STATUS=2 exports are served
RELOADING=1#012MONOTONIC_USEC=N
READY=1#012STATUS=2 exports are served
STOPPING=1"
}

@test "the classic form reports to systemd, too, and serves on when nobody takes the report" {
  systemd_hears
  serve 1 0 eth0 disk.img
  within 10 heard "READY=1#012STATUS=1 export is served"
  rm notify
  stop_server TERM | grep -xF "vblade: cannot report to NOTIFY_SOCKET='$PWD/notify': No such file or directory"
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

@test "HUP applies a good file, and a bad one changes nothing" {
  truncate -s 1M second.img
  config "  - {slot: 0, path: $PWD/disk.img}"
  serve_file
  config "  - {slot: 0, path: $PWD/disk.img}
  - {slot: 1, path: $PWD/second.img}"
  kill -HUP "$SERVER"
  within 10 on_client aoeping -s 1 1 1 eth0
  config "  - {slot: 0, path: $PWD/disk.img}
  - {slot: 300, path: $PWD/second.img}"
  run ctl reload
  [ "$status" -eq 1 ]
  [ "$output" = "vbladectl: $PWD/vblade.yaml:5: exports[1].slot: 300 is not in 0..254" ] ||
    [ "$output" = "vbladectl: vblade.yaml:5: exports[1].slot: 300 is not in 0..254" ]
  on_client aoeping -s 10 1 1 eth0
  config "  - {slot: 1, path: $PWD/second.img}"
  ctl reload
  on_client aoeping -s 10 1 1 eth0
  run frames identify 1 0
  [ "$output" = "no reply" ]
  stop_server TERM
}

@test "it survives its interface going down and up, and its removal and return" {
  config "  - {slot: 0, path: $PWD/disk.img}"
  serve_file
  on_server ip link set eth0 down
  on_server ip link set eth0 up
  within 10 on_client aoeping -s 1 1 0 eth0
  on_server ip link del eth0
  within 10 bash -c "'$VBLADECTL' --socket '$PWD/vblade.sock' --json status | jq -e '.interfaces[0].link == false'"
  add_cable eth0 9000
  within 10 on_client aoeping -s 1 1 0 eth0
  ctl --json status | is 9000 jq .interfaces[0].mtu
  stop_server TERM
}

@test "an interface that is renamed is one that is gone, until it has its name again" {
  config "  - {slot: 0, path: $PWD/disk.img}"
  serve_file
  on_server ip link set eth0 down
  on_server ip link set eth0 name lan0 up
  within 10 bash -c "'$VBLADECTL' --socket '$PWD/vblade.sock' --json status | jq -e '.interfaces[0].link == false'"
  run frames identify 1 0
  [ "$output" = "no reply" ]
  on_server ip link set lan0 down
  on_server ip link set lan0 name eth0 up
  within 10 on_client aoeping -s 1 1 0 eth0
  stop_server TERM
}

@test "a file that grows is advertised with its new size, a truncated one answers with errors" {
  config "  - {slot: 0, path: $PWD/disk.img}"
  serve_file
  truncate -s 8M disk.img
  within 10 bash -c "'$VBLADECTL' --socket '$PWD/vblade.sock' --json status | jq -e '.exports[0].sectors == 16384'"
  frames read 1 0 16382 2 >/dev/null
  truncate -s 0 disk.img
  run frames read 1 0 0 2
  [[ $output == "status 0x41"* ]]
  run frames write 1 0 0 2 <<<"to where no file is"
  [[ $output == "status 0x4"* ]] # pwrite may make it longer again
  ctl --json status | is 1 jq '.exports | length'
  stop_server TERM
}

@test "a file that is replaced or deleted: clients keep what they had, it is told, and reload takes the new one" {
  config "  - {slot: 0, path: $PWD/disk.img}"
  serve_file
  frames write 1 0 0 1 <<<"before"
  state() { [ "$(ctl --json status | jq -r '.exports[0].state')" = "$1" ]; }

  mv disk.img before.img
  within 10 state deleted
  grep -qF "e1.0: '$PWD/disk.img' was deleted; clients still use it, and their writes are lost when vblade exits: save a copy, put a file there, then 'vbladectl reload'" err
  mv before.img disk.img
  within 10 state serving
  grep -qF "e1.0: '$PWD/disk.img' is again the file that clients use" err

  truncate -s 2M new.img
  echo "after" | dd of=new.img conv=notrunc status=none
  mv new.img disk.img
  within 10 state replaced
  grep -qF "e1.0: '$PWD/disk.img' was replaced by another file; clients still use the previous file until 'vbladectl reload'" err
  frames read 1 0 0 1 | is before head -c 6
  ctl reload
  frames read 1 0 0 1 | is after head -c 5
  ctl --json status | is 4096 jq '.exports[0].sectors'
  state serving
  stop_server TERM
}

# A file system that is nearly full: mounted here and nowhere else, gone with the story.
full_disk() { # BYTES
  mkdir full
  mount -t tmpfs -o "size=$1" full full
  MOUNTED=$PWD/full
}

@test "a full file system: what finds no room is an error at once, what has room goes on, and so does all when there is room again" {
  full_disk 2M
  truncate -s 8M full/disk.img
  config "  - {slot: 0, path: $PWD/full/disk.img}
  - {slot: 1, path: $PWD/disk.img}"
  serve_file
  frames write 1 0 0 2 <<<"has room"
  head -c 4M /dev/zero >full/ballast 2>/dev/null || true
  run frames write 1 0 8192 2 <<<"has none"
  [[ $output == "status 0x41"* ]]
  frames write 1 0 0 2 <<<"has it still"
  frames write 1 1 8 2 <<<"another disk"
  ctl --json status | jq -r '.exports[].state' | is "disk errors serving" xargs
  within 10 grep -qF 'e1.0: the disk failed 1 request, the last a write of 2 sectors at 8192: No space left on device' err
  rm full/ballast
  frames write 1 0 8192 2 <<<"room again"
  frames read 1 0 8192 2 | is "room again" head -c 10
  stop_server TERM
}

# Pages of a hole that were read are in the page cache, where writes are stores; room for them is found by the store.
@test "a full file system with holes that were read before: a store that finds no room is an error, and nobody dies of it" {
  truncate -s 32M small.img
  mkfs.ext4 -q -b 4096 -m 0 -O ^has_journal small.img
  mkdir full
  mount -o loop small.img full
  MOUNTED=$PWD/full
  truncate -s 16M full/disk.img
  config "  - {slot: 0, path: $PWD/full/disk.img, sync: none}"
  serve_file
  frames write 1 0 0 2 <<<"has room"
  sync --file-system full # and now its page is clean: the next store takes a fault
  frames read 1 0 8192 2 | tr -d '\0' | is 0 wc -c
  dd if=/dev/zero of=full/ballast bs=4k 2>/dev/null || true # to the last block
  run frames write 1 0 8192 2 <<<"has none"
  [ "$output" = "status 0x41 error 0x04" ]
  frames write 1 0 0 2 <<<"has it still"
  frames read 1 0 0 2 | is "has it still" head -c 12
  rm full/ballast
  frames write 1 0 8192 2 <<<"room again"
  stop_server TERM
  dd if=full/disk.img bs=512 skip=8192 count=1 status=none | is "room again" head -c 10
  is "has it still" head -c 12 full/disk.img
}

# Durable writes go through the page cache, so it is the flush that fails: each write that it covered has to tell.
@test "a device that cannot write any more: no write is acknowledged that is not there, reading goes on, and it recovers" {
  full_disk 2M
  truncate -s 8M full/backing.img
  LOOP=$(losetup --find --show full/backing.img)
  config "  - {slot: 0, path: $LOOP, sync: write}"
  serve_file
  frames write 1 0 0 2 <<<"has room"
  head -c 4M /dev/zero >full/ballast 2>/dev/null || true
  run frames write 1 0 8192 2 <<<"has none"
  [[ $output == "status 0x41"* ]]
  frames read 1 0 0 2 | is "has room" head -c 8
  ctl --json status | is "flush failed" jq -r '.exports[0].state'
  rm full/ballast
  within 10 grep -qF 'e1.0: the disk failed 1 request, the last a write of 2 sectors at 8192: Input/output error' err
  frames write 1 0 8192 2 <<<"room again"
  ctl --json status | is "disk errors" jq -r '.exports[0].state'
  stop_server TERM
  dd if=full/backing.img skip=8192 count=1 status=none | is "room again" head -c 10
}

# The disk is a file of a process that takes an hour for each answer, and whose queue has room for twelve.
@test "a disk that does not answer and takes no more holds up no other export, however much it is asked" {
  truncate -s 4M slow.img
  nbdfuse slow.img --command nbdkit --single --exit-with-parent --filter=delay memory 64M rdelay=3600 wdelay=3600 3>&- &
  local nbdfuse=$!
  MOUNTED=$PWD/slow.img HANGING=$nbdfuse
  within 10 eval '[[ $(stat -c %s slow.img) -eq $((64 << 20)) ]]'
  config "  - {slot: 0, path: $PWD/disk.img}
  - {slot: 1, path: $PWD/slow.img}"
  serve_file
  frames burden 1 1 500
  within 10 eval '[[ $(ctl --json status | jq ".exports[1].in_flight") -eq 500 ]]'
  frames write 1 0 100 2 <<<"answered"
  frames read 1 0 100 2 | is answered head -c 8
  truncate -s 8M disk.img # it goes on looking at its disks
  within 10 eval '[[ $(ctl --json status | jq ".exports[0].sectors") -eq 16384 ]]'
  kill -KILL "$nbdfuse" # what it owes are errors now
  within 10 eval '[[ $(ctl --json status | jq ".exports[1].counters.errors") -eq 500 ]]'
  stop_server TERM
}

@test "hostile frames: every command, every length, every flag; it stays up and answers" {
  serve 1 0 eth0 disk.img
  frames storm 1 0
  on_client aoeping -s 10 1 0 eth0
  stop_server TERM
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

@test "the control socket shrugs off clients that hang or talk rubbish" {
  config "  - {slot: 0, path: $PWD/disk.img}"
  serve_file
  is 600 stat -c %a vblade.sock
  sleep 30 | socat - "UNIX-CONNECT:vblade.sock" &
  head -c 100000 /dev/urandom | socat - "UNIX-CONNECT:vblade.sock" >/dev/null || true
  echo nonsense | is '{"error":"not a request: send one line with a JSON list of words"}' socat - UNIX-CONNECT:vblade.sock
  run ctl status
  [ "$status" -eq 0 ]
  kill %1 2>/dev/null || true
}

@test "a disk with sectors of 4096 bytes: direct, a part of it, by another name; refused while another has it" {
  truncate -s 8M backing.img
  LOOP=$(losetup --find --show --sector-size 4096 backing.img)
  ln -s "$LOOP" disk-by-name
  config "  - {slot: 0, path: $PWD/disk-by-name, direct: true, offset: 1MiB, length: 4MiB}"
  serve_file
  ctl --json status | is 8192 jq '.exports[0].sectors'
  frames write 1 0 3 1 <<<"less than one of its sectors"
  frames write 1 0 8 2 <<<"a part of one"
  frames read 1 0 3 1 | is "less than one of its sectors" head -c 28
  frames read 1 0 8 2 | is "a part of one" head -c 13
  run frames read 1 0 8192 1
  [ "$output" = "status 0x41 error 0x10" ]
  run on_server "$VBLADE" 1 1 eth0 "$LOOP"
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: '$LOOP' is in use: it or a partition of it is mounted, belongs to RAID, LVM or swap, or is exported already" ]
  stop_server TERM
  dd if="$LOOP" bs=4096 skip=256 count=1 status=none | tail -c +1537 | is "less than one of its sectors" head -c 28
}
