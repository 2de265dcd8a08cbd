#!/usr/bin/env bats
# aoe scan over veth: our target and Debian's vblade. Needs: root, network namespaces.

load ../lab/net/vblade

setup() {
  disk=$BATS_TEST_TMPDIR/disk
  truncate -s 10M "$disk"
  truncate -s 20M "$disk.2"
}

mac_of() { # INTERFACE
  on_server cat "/sys/class/net/$1/address"
}

@test "scan: Debian's vblade, every fact of it" {
  make_namespaces
  serve --program vblade 1 0 eth0 "$disk"
  # Its reply is a runt that aoecfg does not see, so it ends by its time-out.
  on_client timeout 10 aoecfg -t 1 -c set -s "web disk" 1 0 eth0
  run --separate-stderr on_client "$AOE" scan -t 2s
  [ "$status" -eq 0 ]
  [ "$stderr" = "" ]
  is "target size interface mac sectors works path mtu buffers model serial config" tr -s ' ' <<<"${lines[0]}"
  is "e1.0 10.0 MiB eth0 $(mac_of eth0) 2 2 1046 16 Coraid EtherDrive vblade 1.0:$(hostname | cut -c 1-15) web disk" tr -s ' ' <<<"${lines[1]}"
  [ "${#lines[@]}" -eq 2 ]
}

@test "scan: our vblade, beside Debian's on one wire" {
  make_namespaces
  serve 7 3 eth0 "$disk"
  serve --program vblade 7 10 eth0 "$disk.2"
  run --separate-stderr on_client "$AOE" scan -t 2s --json
  [ "$status" -eq 0 ]
  is '[["e7.3",10485760,null,"eth0",2],["e7.10",20971520,null,"eth0",2]]' \
    jq -c 'map([.target, .bytes, .conflict, .paths[0].interface, .paths[0].sectors_carried])' <<<"$output"
  is "$(mac_of eth0)" jq -r '.[0].paths[0].mac' <<<"$output"
}

@test "scan: jumbo frames carry seventeen sectors, to ours and to Debian's" {
  make_namespaces 9000
  serve 1 0 eth0 "$disk"
  serve --program vblade 1 1 eth0 "$disk.2"
  run on_client "$AOE" scan -t 2s --json
  is '[17,17]' jq -c 'map(.paths[0].sectors_carried)' <<<"$output"
}

@test "scan: a target that promises more than the way to it carries is found out" {
  make_namespaces 9000
  serve --program vblade 1 0 eth0 "$disk"
  # The way back is cut: frames that the server's side refuses to send get lost.
  ip -n "$SERVER_NS" link set eth0 mtu 9000
  ip -n "$CLIENT_NS" link set eth0 mtu 3000
  run --separate-stderr on_client "$AOE" scan -t 2s --json
  [ "$status" -eq 0 ]
  is '[3000,17,5,2582]' jq -c '.[0].paths[0] | [.mtu, .sectors_per_frame, .sectors_carried, .mtu_proven]' <<<"$output"
}

@test "scan: a target that is smaller than a frame, and one that refuses to be read" {
  make_namespaces 9000
  truncate -s 2K "$disk.2"
  serve 1 0 eth0 "$disk.2"
  run --separate-stderr on_client "$AOE" scan -t 2s --json
  [ "$status" -eq 0 ]
  is '[17,4,null]' jq -c '.[0].paths[0] | [.sectors_per_frame, .sectors_carried, .refusal]' <<<"$output"
  serve 1 1 eth0 "$disk"
  on_client "$AOE" reserve e1.1 force 02:00:00:00:00:99
  run --separate-stderr on_client "$AOE" scan -t 2s
  [ "$status" -eq 0 ]
  [[ "$(tr -s ' ' <<<"${lines[2]}")" == "e1.1 10.0 MiB eth0 $(mac_of eth0) 17 - - 16 "* ]]
  [ "$stderr" = "aoe scan: warning: e1.1 over eth0: it refuses to be read: target is reserved" ]
  run on_client "$AOE" bench e1.1
  [ "$status" -eq 1 ]
  [ "$output" = "aoe bench: e1.1 cannot be loaded: it refuses to be read: target is reserved" ]
}

@test "scan: a long config string is cut in the table, and whole in JSON" {
  make_namespaces
  serve 1 0 eth0 "$disk"
  local long
  long=$(printf '%0100d' 0)
  on_client "$AOE" cfg -c set -s "$long" 1 0 eth0
  run --separate-stderr on_client "$AOE" scan -t 2s
  [[ "${lines[1]}" == *"  ${long:0:37}..." ]]
  on_client "$AOE" scan -t 2s --json | is "$long" jq -r '.[0].paths[0].config'
}

@test "scan: two paths to one target are two lines, and no conflict" {
  make_namespaces
  add_cable eth1
  serve --program vblade 1 0 eth0 "$disk"
  serve --program vblade 1 0 eth1 "$disk"
  run --separate-stderr on_client "$AOE" scan -t 2s
  [ "$status" -eq 0 ]
  [ "$stderr" = "" ]
  [ "${#lines[@]}" -eq 3 ]
  [[ "${lines[1]}" == "e1.0 "*" eth0 "* ]]
  [[ "${lines[2]}" == "     "*" eth1 "* ]]
}

@test "scan: one address on two hosts is a loud warning and a failure" {
  make_namespaces
  add_cable eth1
  serve --program vblade 1 0 eth0 "$disk"
  serve --program vblade 1 0 eth1 "$disk.2"
  run --separate-stderr on_client "$AOE" scan -t 2s
  [ "$status" -eq 1 ]
  local serial
  serial=1.0:$(hostname | cut -c 1-15)
  [[ "$stderr" == "aoe scan: WARNING: e1.0 is served by two hosts: $(mac_of eth0) on eth0 (serial '$serial', 10.0 MiB) and $(mac_of eth1) on eth1 (serial '$serial', 20.0 MiB). The driver would spread its writes over both and destroy the data: stop one, or give it another address." ]]
  run --separate-stderr on_client "$AOE" scan -t 2s --json
  [ "$status" -eq 1 ]
  [[ "$(jq -r '.[0].conflict' <<<"$output")" == *" and "* ]]
}

@test "scan: two servers of one address behind one MAC are found out" {
  make_namespaces
  serve --program vblade 1 0 eth0 "$disk"
  serve --program vblade 1 0 eth0 "$disk.2"
  run --separate-stderr on_client "$AOE" scan -t 2s
  [ "$status" -eq 1 ]
  [[ "$stderr" == "aoe scan: WARNING: e1.0 is served by two hosts: $(mac_of eth0) on eth0 answers twice. "* ]]
}

@test "scan: only what was asked for, and what did not answer is named" {
  make_namespaces
  serve --program vblade 1 0 eth0 "$disk"
  serve --program vblade 1 1 eth0 "$disk.2"
  run --separate-stderr on_client "$AOE" scan -t 2s -i eth0 e1.1 e5.5
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 2 ]
  [[ "${lines[1]}" == "e1.1 "* ]]
  [ "$stderr" = "aoe scan: e5.5 did not answer within 2 s on eth0" ]
}

@test "scan: nobody there" {
  make_namespaces
  run --separate-stderr on_client "$AOE" scan -t 100ms
  [ "$status" -eq 1 ]
  [ "$output" = "" ]
  [[ "$stderr" == "aoe scan: no target answered within 100 ms on lo, eth0" ]]
}

@test "scan: a thousand targets, none is missed" {
  make_namespaces
  local slot
  cat >"$BATS_TEST_TMPDIR/vblade.yaml" <<YAML
interfaces: [eth0]
exports:
$(for slot in {0..249}; do
    for shelf in 1 2 3 4; do printf -- '- {shelf: %s, slot: %s, path: %s.d/%s.%s}\n' $shelf $slot "$disk" $shelf $slot; done
  done)
YAML
  mkdir "$disk.d"
  for slot in {0..249}; do truncate -s 64K "$disk.d"/{1,2,3,4}."$slot"; done
  serve --config "$BATS_TEST_TMPDIR/vblade.yaml" --socket "$BATS_TEST_TMPDIR/socket" --state "$BATS_TEST_TMPDIR/state"
  run on_client "$AOE" scan --json -t 5s
  [ "$status" -eq 0 ]
  is 1000 jq 'map(select(.bytes == 65536)) | length' <<<"$output"
}

@test "scan --watch prints answers and announcements until it is stopped" {
  make_namespaces
  start_on_client "$AOE" scan --watch -i eth0 >"$BATS_TEST_TMPDIR/watched"
  local watcher=$STARTED
  within 30 test -d "/proc/$watcher"
  serve --program vblade 1 0 eth0 "$disk"
  # vblade announces itself; should that have come before the watcher listened, another one asks everybody.
  seen() {
    grep -qE '^[0-9:]{8} e1\.0 on eth0 at .*: 16 buffers, 2 sectors, config' "$BATS_TEST_TMPDIR/watched" && return
    on_client timeout 5 aoecfg -t 1 1 0 eth0 >/dev/null || true
    false
  }
  within 60 seen
  kill "$watcher"
}

@test "scan --watch: of one target alone, as JSON" {
  make_namespaces
  serve 1 0 eth0 "$disk"
  serve --program vblade 1 1 eth0 "$disk.2"
  start_on_client "$AOE" scan --watch --json e1.1 >"$BATS_TEST_TMPDIR/watched"
  local watcher=$STARTED
  within 30 grep -q e1.1 "$BATS_TEST_TMPDIR/watched"
  # The question of another tool is answered to it alone, but on the same interface.
  within 30 on_client "$AOE" cfg --json -c set -s "web disk" 1 0 eth0
  within 30 on_client "$AOE" cfg --json -c set -s "web disk" 1 1 eth0
  told() { jq -se 'any(.[]; .config == "web disk" and .target == "e1.1")' "$BATS_TEST_TMPDIR/watched"; }
  within 30 told
  kill "$watcher"
  is '["e1.1"]' jq -sc 'map(.target) | unique' "$BATS_TEST_TMPDIR/watched"
  is "[\"eth0\",\"$(mac_of eth0)\",16,2,\"\",false,true]" \
    jq -sc '.[0] | [.interface, .mac, .buffers, .sectors_per_frame, .config, .unasked, .time > 1e9]' "$BATS_TEST_TMPDIR/watched"
}

@test "scan: an interface that is missing, down, or no network at all" {
  make_namespaces
  run on_client "$AOE" scan -i eth9
  [ "$status" -eq 1 ]
  [[ "$output" == "aoe scan: "*eth9* ]]
  run on_client "$AOE" scan -i 'wlan*'
  [ "$status" -eq 1 ]
  [ "$output" = "aoe scan: no interface matches 'wlan*'" ]
  ip -n "$CLIENT_NS" link set eth0 down
  run on_client "$AOE" scan -i eth0
  [ "$status" -eq 1 ]
  [[ "$output" == "aoe scan: "*eth0*down* ]]
  ip -n "$CLIENT_NS" link set lo down
  run on_client "$AOE" scan
  [ "$status" -eq 1 ]
  [ "$output" = "aoe scan: no Ethernet interface is up: raise one with 'ip link set NAME up'" ]
}
