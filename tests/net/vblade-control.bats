#!/usr/bin/env bats
# Our vblade under its administrator: the control socket, reloads, and what it reports.
# Needs: root that may make network namespaces; aoeping and aoecfg (Debian's aoetools), python3, jq, socat.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
}

@test "vbladectl shows figures and changes what initiators may change" {
  configure "{slot: 0, path: $PWD/disk.img}"
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

@test "a config string from the network steers no terminal; --socket removes sockets only" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  on_client "$AOE" cfg -c set -s $'\e]0;mine\a\e[2J\ne1.9 x \xc2\x9b' e1.0
  ctl status >shown
  ctl config e1.0 >>shown
  ctl --json status | jq -C . >/dev/null
  ctl --json status >>shown
  run ! grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' shown
  run ! grep -q '^e1.9' shown
  stop_server TERM
  echo precious >precious
  run on_server "$VBLADE" 1 0 eth0 disk.img --socket "$PWD/precious"
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: $PWD/precious is no socket and stays as it is: give --socket the path of a new file" ]
  is precious cat precious
}

@test "--check tells what partial would leave out, and exits 3" {
  printf 'partial: true\nshelf: 1\ninterfaces: [eth0]\nexports:\n  - {slot: 0, path: %s}\n  - {slot: 1, path: /nowhere}\n' \
    "$PWD/disk.img" >vblade.yaml
  run on_server "$VBLADE" --check vblade.yaml
  [ "$status" -eq 3 ]
  [ "${lines[0]}" = "vblade.yaml:6:21: exports[1].path: '/nowhere' does not exist" ]
}

@test "who is refused is counted, and told once" {
  configure "{slot: 0, path: $PWD/disk.img, allow: [02:00:00:00:00:78]}"
  serve_file
  for _ in 1 2 3; do on_client aoeping -s 1 1 0 eth0 || true; done
  [ "$(ctl --json stats | jq '.exports[0].counters.refused')" -ge 3 ]
  within 10 grep -q "e1.0: refused [0-9]* requests, the last from $(on_client cat /sys/class/net/eth0/address): not on its mask or allow list" err
  is 1 grep -c refused err
  stop_server TERM
}

@test "HUP applies a good file, and a bad one changes nothing" {
  truncate -s 1M second.img
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  configure "{slot: 0, path: $PWD/disk.img}" \
    "{slot: 1, path: $PWD/second.img}"
  kill -HUP "$SERVER"
  within 10 on_client aoeping -s 1 1 1 eth0
  configure "{slot: 0, path: $PWD/disk.img}" \
    "{slot: 300, path: $PWD/second.img}"
  run ctl reload
  [ "$status" -eq 1 ]
  [ "$output" = "vbladectl: $PWD/vblade.yaml:5: exports[1].slot: 300 is not in 0..254" ] ||
    [ "$output" = "vbladectl: vblade.yaml:5: exports[1].slot: 300 is not in 0..254" ]
  on_client aoeping -s 10 1 1 eth0
  configure "{slot: 1, path: $PWD/second.img}"
  ctl reload
  on_client aoeping -s 10 1 1 eth0
  run frames identify 1 0
  [ "$output" = "no reply" ]
  stop_server TERM
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
  configure "{slot: 0, path: $PWD/disk.img}"
  mkdir -m 0755 run
  chown nobody run
  serve --config vblade.yaml --socket "$PWD/run/vblade.sock" --state "$PWD/run/state" --user nobody
  within 10 heard "READY=1#012STATUS=1 export is served"
  configure "{slot: 0, path: $PWD/disk.img}" \
    "{slot: 1, path: $PWD/second.img}"
  "$VBLADECTL" --socket "$PWD/run/vblade.sock" reload
  configure "{slot: 300, path: $PWD/disk.img}"
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

@test "the control socket shrugs off clients that hang or talk rubbish" {
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  is 600 stat -c %a vblade.sock
  sleep 30 | socat - "UNIX-CONNECT:vblade.sock" &
  head -c 100000 /dev/urandom | socat - "UNIX-CONNECT:vblade.sock" >/dev/null || true
  echo nonsense | is '{"error":"not a request: send one line with a JSON list of words"}' socat - UNIX-CONNECT:vblade.sock
  run ctl status
  [ "$status" -eq 0 ]
  kill %1 2>/dev/null || true
}
