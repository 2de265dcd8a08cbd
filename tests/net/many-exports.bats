#!/usr/bin/env bats
# One process with a thousand exports: it checks them, serves each, and stays small.
# Needs: root, network namespaces.

load ../lab/net/vblade

setup() {
  make_namespaces
}

# A thousand megabytes of one sparse file, a megabyte an export: shelves 1 to 4, slots 0 to 249.
thousand_exports() { # > YAML
  truncate -s 1000M "$BATS_TEST_TMPDIR/disk"
  echo "interfaces: [eth0]"
  echo "exports:"
  local i
  for ((i = 0; i < 1000; i++)); do
    echo "  - {shelf: $((1 + i / 250)), slot: $((i % 250)), path: $BATS_TEST_TMPDIR/disk, offset: ${i}MiB, length: 1MiB}"
  done
}

resident_mib() { # PID, with its child
  awk '/^VmRSS:/ { sum += $2 } END { print int(sum / 1024) }' "/proc/$1/status" "/proc/$(serving "$1")/status"
}

@test "a thousand exports: their configuration is right" {
  thousand_exports >"$BATS_TEST_TMPDIR/vblade.yaml"
  run on_server "$VBLADE" --check "$BATS_TEST_TMPDIR/vblade.yaml"
  tail -n 3 <<<"$output"
  [ "$status" -eq 0 ]
}

@test "a thousand exports: one server has them all in less than 64 MiB" {
  thousand_exports >"$BATS_TEST_TMPDIR/vblade.yaml"
  # A sanitizer would keep what is freed, the more the longer the scan takes.
  export ASAN_OPTIONS=${ASAN_OPTIONS-}:quarantine_size_mb=1
  serve --config "$BATS_TEST_TMPDIR/vblade.yaml" --socket "$BATS_TEST_TMPDIR/socket" --state "$BATS_TEST_TMPDIR/state"
  on_client "$AOE" scan --timeout 5s --json >"$BATS_TEST_TMPDIR/scan"
  is 1000 jq 'map(.target) | unique | length' "$BATS_TEST_TMPDIR/scan"
  local resident
  resident=$(resident_mib "$SERVER")
  echo "resident: $resident MiB"
  # A sanitizer keeps shadows, about as much again.
  if grep -q -e libasan -e libclang_rt.asan "/proc/$SERVER/maps"; then
    [ "$resident" -lt 128 ]
  else
    [ "$resident" -lt 64 ]
  fi
}
