# The protocol's rules on our target, on a wire: tests/conformance. Needs root, ip, jq.

load ../lab/net/vblade

setup() {
  : "${CONFORMANCE:=$ROOT/build/asan/tests/conformance/aoe-conformance}"
}

serve_disk() {
  truncate -s 8M "$BATS_TEST_TMPDIR/disk.img"
  serve 1 0 eth0 "$BATS_TEST_TMPDIR/disk.img"
}

# Every rule holds, and none was left out but what needs another MTU.
all_rules_hold() {
  run on_client "$CONFORMANCE" --changes eth0 1.0
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output =~ ([0-9]+)\ passed,\ 0\ failed,\ ([0-9]+)\ skipped ]]
  ((BASH_REMATCH[1] > 80 && BASH_REMATCH[2] <= "${1:-0}"))
}

@test "conformance: our target keeps every rule of the protocol" {
  make_namespaces
  serve_disk
  all_rules_hold
}

@test "conformance: our target keeps every rule with jumbo frames" {
  make_namespaces 9000
  serve_disk
  all_rules_hold
}

@test "conformance: our target keeps every rule at an MTU of 576" {
  make_namespaces 576
  serve_disk
  all_rules_hold 12
}

@test "conformance: leaves a target as it was, and changes none without being told" {
  make_namespaces
  # Addresses that hold the bytes with which rules mark what must not come back.
  ip -n "$SERVER_NS" link set eth0 address 02:ee:ee:5a:00:01
  ip -n "$CLIENT_NS" link set eth0 address 02:ee:ee:5a:00:02
  head -c 8M /dev/urandom >"$BATS_TEST_TMPDIR/disk.img"
  serve_disk
  before=$(sha256sum <"$BATS_TEST_TMPDIR/disk.img")
  all_rules_hold
  [ "$before" = "$(sha256sum <"$BATS_TEST_TMPDIR/disk.img")" ]
  on_client "$CONFORMANCE" --json eth0 1.0 >"$BATS_TEST_TMPDIR/outcomes.json"
  is 0 jq '[.[] | select(.result == "fail")] | length' "$BATS_TEST_TMPDIR/outcomes.json"
  jq -e 'any(.[]; .reason == "changes the target: give --changes")' "$BATS_TEST_TMPDIR/outcomes.json"
}

@test "conformance: says so when no target answers" {
  make_namespaces
  run on_client "$CONFORMANCE" eth0 9.9
  [ "$status" -eq 2 ]
  [ "$output" = "aoe-conformance: e9.9 on eth0: no answer" ]
}

@test "conformance: the table in docs/protocol.md is what the suite finds, here and on Debian's vblade" {
  [ -x /usr/sbin/vblade ] || skip "needs Debian's vblade"
  run "$ROOT/tests/conformance/table" --check
  echo "$output"
  [ "$status" -eq 0 ]
}
