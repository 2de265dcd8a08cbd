#!/usr/bin/env bats
# aoe mask, reserve, dump and bench on our target and on Debian's vblade. Needs: root, network namespaces.

load ../lab/net/vblade

setup() {
  make_namespaces 9000
  disk=$BATS_TEST_TMPDIR/disk
  truncate -s 10M "$disk"
}

own_mac() {
  on_client cat /sys/class/net/eth0/address
}

other=02:00:00:00:00:99

@test "mask: list, add, remove, clear, on ours" {
  serve 1 0 eth0 "$disk"
  run on_client "$AOE" mask e1.0
  [ "$status" -eq 0 ]
  [ "$output" = "e1.0: no mask, everybody may talk to it" ]
  run on_client "$AOE" mask e1.0 add "$(own_mac)" $other
  [ "$status" -eq 0 ]
  diff <(sort <<<"$output") <(printf '%s\n' "$(own_mac)" $other | sort)
  run on_client "$AOE" mask --json e1.0
  is 2 jq '.macs | length' <<<"$output"
  run on_client "$AOE" mask e1.0 remove $other
  [ "$output" = "$(own_mac)" ]
  run on_client "$AOE" mask e1.0 delete "$(own_mac)" # the word before
  [ "$output" = "e1.0: no mask, everybody may talk to it" ]
  run on_client "$AOE" mask e1.0 clear
  [ "$output" = "e1.0: no mask, everybody may talk to it" ]
  on_client "$AOE" mask e1.0 add "$(own_mac)" $other
  run on_client "$AOE" mask e1.0 clear
  [ "$output" = "e1.0: no mask, everybody may talk to it" ]
}

@test "mask: list and add, on Debian's vblade" {
  serve --program vblade 1 0 eth0 "$disk"
  run on_client "$AOE" mask e1.0
  [ "$status" -eq 0 ]
  [ "$output" = "e1.0: no mask, everybody may talk to it" ]
  run on_client "$AOE" mask e1.0 add "$(own_mac)"
  [ "$status" -eq 0 ]
  [ "$output" = "$(own_mac)" ]
  run on_client "$AOE" mask --json e1.0
  is "{\"target\":\"e1.0\",\"macs\":[\"$(own_mac)\"]}" jq -c . <<<"$output"
}

@test "mask: whoever locks itself out gets no answer any more, and is told what that may mean" {
  serve 1 0 eth0 "$disk"
  run --separate-stderr on_client "$AOE" mask e1.0 add $other
  [ "$status" -eq 0 ]
  [ "$output" = "$other" ]
  [ "$stderr" = "aoe mask: warning: $(own_mac) of this machine is not in the list, and gets no answer from now on" ]
  run on_client "$AOE" mask -i eth0 -t 300ms e1.0
  [ "$status" -eq 1 ]
  [ "$output" = "aoe mask: e1.0 did not answer within 300 ms on eth0: it is not there, or its mask leaves this machine out" ]
}

@test "mask and reserve: words that make no sense" {
  run on_client "$AOE" mask e1.0 drop
  [ "$status" -eq 2 ]
  [ "$output" = "aoe mask: 'drop' is none of list, add, remove, clear" ]
  run on_client "$AOE" mask e1.0 clear $other
  [ "$status" -eq 2 ]
  [ "$output" = "aoe mask: 'clear' takes no MAC address" ]
  run on_client "$AOE" mask e1.0 add
  [ "$status" -eq 2 ]
  [ "$output" = "aoe mask: 'add' takes MAC addresses" ]
  run on_client "$AOE" mask e1.0 list $other
  [ "$status" -eq 2 ]
  [ "$output" = "aoe mask: 'list' takes no MAC address" ]
  run on_client "$AOE" mask e1.0 add 02:00
  [ "$status" -eq 2 ]
  [ "$output" = "aoe mask: '02:00' is not a MAC address: write six pairs of hex digits, as in 00:80:c8:ca:ff:65" ]
  run on_client "$AOE" reserve e1.0 release $other
  [ "$status" -eq 2 ]
  [ "$output" = "aoe reserve: 'release' takes no MAC address" ]
}

# The reservation as it goes on ours and on Debian's vblade.
reservation() { # PROGRAM
  serve --program "$1" 1 0 eth0 "$disk"
  run on_client "$AOE" reserve e1.0
  [ "$output" = "e1.0: not reserved" ]
  run on_client "$AOE" reserve -i eth0 e1.0 set
  [ "$status" -eq 0 ]
  [ "$output" = "$(own_mac)" ]
  # Another machine holds it now: neither set nor release is ours to do.
  run on_client "$AOE" reserve -i eth0 e1.0 force $other
  [ "$status" -eq 0 ]
  [ "$output" = "$other" ]
  run on_client "$AOE" reserve -i eth0 e1.0 set
  [ "$status" -eq 1 ]
  [[ "$output" == "aoe reserve: e1.0 refuses: "*reserved* ]]
  run on_client "$AOE" reserve -i eth0 e1.0 force
  [ "$status" -eq 0 ]
  run on_client "$AOE" reserve -i eth0 --json e1.0
  is "$(own_mac)" jq -r '.macs[]' <<<"$output"
  run on_client "$AOE" reserve -i eth0 e1.0 release
  [ "$output" = "e1.0: not reserved" ]
  run on_client "$AOE" reserve -i eth0 e1.0 clear # the word of vbladectl
  [ "$output" = "e1.0: not reserved" ]
}

@test "reserve: set, force, release, and refusals, on ours" {
  reservation "$VBLADE"
}

@test "reserve: set, force, release, and refusals, on Debian's vblade" {
  reservation vblade
}

@test "dump: a conversation in words, live, kept in a file and read back" {
  serve 1 0 eth0 "$disk"
  local said=$BATS_TEST_TMPDIR/dumped pcap=$BATS_TEST_TMPDIR/kept.pcap
  # Without a count: on a busy machine a question may be asked more than once.
  start_on_client "$AOE" dump -i eth0 -w "$pcap" >"$said" 2>"$said.err"
  local dumper=$STARTED
  within 30 grep -q "^listening on eth0$" "$said.err"
  on_client "$AOE" ping -I 1 0 eth0
  kept() { "$AOE" dump -r "$pcap" | grep -q "identify: done"; }
  within 30 kept
  kill -KILL "$dumper"
  wait "$dumper" || true
  grep -qE "^ +0\.000000 $(own_mac) > ff:ff:ff:ff:ff:ff e1\.0 config read$" "$said"
  grep -qE " e1\.0 config read: 16 buffers, 17 sectors a frame, firmware 0x4019, config '' \([0-9.]+ ms\)$" "$said"
  grep -qE " e1\.0 identify$" "$said"
  grep -qE " e1\.0 identify: done \([0-9.]+ ms\)$" "$said"
  diff <(head -n 4 "$said") <("$AOE" dump -c 4 -r "$pcap")
  # tcpdump reads it, and what tcpdump writes we read.
  tcpdump -nr "$pcap" 2>/dev/null | is "$("$AOE" dump -r "$pcap" | wc -l)" wc -l
  "$AOE" dump --json -r "$pcap" | is true jq -s 'map(select(.reply)) | length >= 2'
}

@test "dump: files that are none, and a disk that is full" {
  run "$AOE" dump -r "$BATS_TEST_TMPDIR/missing"
  [ "$status" -eq 1 ]
  [ "$output" = "aoe dump: cannot read $BATS_TEST_TMPDIR/missing: No such file or directory" ]
  echo "no capture" >"$BATS_TEST_TMPDIR/text"
  run "$AOE" dump -r "$BATS_TEST_TMPDIR/text"
  [ "$status" -eq 1 ]
  [[ "$output" == "aoe dump: cannot read $BATS_TEST_TMPDIR/text: "* ]]
}

@test "bench: reads, and draws what it saw" {
  serve 1 0 eth0 "$disk"
  run --separate-stderr on_client "$AOE" bench -d 1s --json --plot "$BATS_TEST_TMPDIR/plot.svg" e1.0
  [ "$status" -eq 0 ]
  is '["e1.0",17,32,"random",0,0]' jq -c '[.target, .sectors_per_request, .depth, .pattern, .errors, .writes]' <<<"$output"
  is true jq '.reads > 0 and .iops > 0 and .latency_us.p50 > 0 and .latency_us.max >= .latency_us.p99' <<<"$output"
  python3 -c 'import sys, xml.dom.minidom as x; d = x.parse(sys.argv[1]); assert len(d.getElementsByTagName("polyline")) == 2' "$BATS_TEST_TMPDIR/plot.svg"
  run on_client "$AOE" bench -d 200ms -n 1 -q 1 -s e1.0
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "e1.0: sequential requests of 1 sector, 1 in flight, 0 % writes" ]
}

@test "bench, a long scan and a long doctor show on a terminal how far they are, and nothing of it elsewhere" {
  serve 1 0 eth0 "$disk"
  local said=$BATS_TEST_TMPDIR/terminal
  on_client script -qec "'$AOE' bench -d 2s e1.0" /dev/null </dev/null >"$said"
  grep -qE $'\r +[0-9]+ of 2 s +[0-9.]+ MB/s +[0-9]+ IOPS ' "$said"
  grep -q 'IOPS' "$said"
  on_client script -qec "'$AOE' scan -t 3s" /dev/null </dev/null >"$said"
  grep -qE $'\r[0-9.]+ s of 3 s: 1 target ' "$said"
  grep -qE $'\r +\rtarget +size ' "$said" # the line is gone when the table comes
  on_client script -qec "'$AOE' doctor -t 3s" /dev/null </dev/null >"$said" || true
  grep -qE $'\r[0-9.]+ s of 3 s: 1 target ' "$said"
  run on_client "$AOE" scan -t 2s
  [ "$status" -eq 0 ]
  [[ $output == "target "* && $output != *" of 2"* ]]
}

@test "bench: counts what it had to send again" {
  serve --program vblade 1 0 eth0 "$disk"
  local target=$SERVER load before
  start_on_client "$AOE" bench -d 5s --json e1.0 >"$BATS_TEST_TMPDIR/out"
  load=$STARTED
  sent() { on_client cat /sys/class/net/eth0/statistics/tx_packets; }
  more_than() { (($(sent) > $1)); }
  within 30 more_than 1000
  kill -STOP "$target"
  before=$(sent)
  within 30 more_than $((before + 100)) # three times what is in flight
  kill -CONT "$target"
  wait "$load"
  is true jq '.retransmissions > 60 and .errors == 0 and .latency_us.max > 200000' "$BATS_TEST_TMPDIR/out"
}

@test "bench: on Debian's vblade" {
  serve --program vblade 1 0 eth0 "$disk"
  run --separate-stderr on_client "$AOE" bench -d 1s --json e1.0
  [ "$status" -eq 0 ]
  is true jq '.reads > 0 and .errors == 0' <<<"$output"
}

@test "bench: writes nothing unless told so twice; what it wrote it can verify" {
  # Small enough to be written whole in a moment on any machine.
  truncate -s 1M "$disk"
  serve 1 0 eth0 "$disk"
  run on_client "$AOE" bench -w 100 e1.0
  [ "$status" -eq 2 ]
  [ "$output" = "aoe bench: --write 100 destroys what is on e1.0: if that is meant, say it again with --overwrite e1.0" ]
  run on_client "$AOE" bench -w 100 --overwrite e1.1 e1.0
  [ "$status" -eq 2 ]
  [ -z "$(tr -d '\0' <"$disk" | head -c 1)" ]
  run --separate-stderr on_client "$AOE" bench -d 2s -s -w 100 --overwrite e1.0 --json e1.0
  [ "$status" -eq 0 ]
  is true jq '.writes > 120 and .reads == 0' <<<"$output"
  run --separate-stderr on_client "$AOE" bench -d 500ms -s --verify --json e1.0
  [ "$status" -eq 0 ]
  is 0 jq '.mismatches' <<<"$output"
  # A sector that is not as written is found.
  dd if=/dev/zero of="$disk" bs=512 seek=5 count=1 conv=notrunc status=none
  run --separate-stderr on_client "$AOE" bench -d 2s -s --verify --json e1.0
  [ "$status" -eq 1 ]
  is true jq '.mismatches > 0' <<<"$output"
}

@test "bench: a target that is not there, and requests that fit no frame" {
  run on_client "$AOE" bench -i eth0 e9.9
  [ "$status" -eq 1 ]
  [ "$output" = "aoe bench: e9.9 did not answer on eth0" ]
  serve 1 0 eth0 "$disk"
  run on_client "$AOE" bench -n 18 e1.0
  [ "$status" -eq 1 ]
  [ "$output" = "aoe bench: 18 sectors do not fit one frame to e1.0; 17 do" ]
}
