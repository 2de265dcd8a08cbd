#!/usr/bin/env bats
# What vblade says to mistakes on its command line and in its file: every message in full. Needs: no root.

load ../lab/setup

setup() {
  cd "$BATS_TEST_TMPDIR"
  truncate -s 1M disk.img
  usage='usage: vblade [-b bufcnt] [-o offset] [-l length] [-d] [-s] [-r] [-m mac[,mac...]] shelf slot netif filename
       vblade --config FILE [--socket PATH] [--state DIR] [--user NAME] [--spin MICROSECONDS]
              [--notify-fd N]
       vblade --check FILE
       vblade --import [--into DIR [--only NAME]] [FILE]'
}

# The message, the usage, and status 1; 2 where a configuration file is named.
refuses() { # MESSAGE WORD...
  local message=$1 expected=1
  shift
  [[ " $* " != *" --c"* ]] || expected=2
  run "$VBLADE" "$@"
  echo "$output"
  [ "$status" -eq "$expected" ]
  [ "$output" = "vblade: $message
$usage" ]
}

# What it said, without what it says besides to a user who may not open packet sockets.
said() { grep -vE '^vbladed?: cannot open a packet socket on lo: Operation not permitted' <<<"$output"; }

# The message alone, and status 1.
fails() { # MESSAGE WORD...
  local message=$1
  shift
  run "$VBLADE" "$@"
  echo "$output"
  [ "$status" -eq 1 ]
  is "vblade: $message" said
}

# --check of what stdin says reports exactly this, with status 2.
checks() { # REPORT
  cat >vblade.yaml
  run "$VBLADE" --check vblade.yaml
  echo "$output"
  [ "$status" -eq 2 ]
  [ "$output" = "$1" ]
}

@test "without arguments: the usage, on stderr, status 1" {
  run --separate-stderr "$VBLADE"
  [ "$status" -eq 1 ]
  [ -z "$output" ]
  [ "$stderr" = "$usage" ]
  run "$VBLADE" 1 0 lo
  [ "$status" -eq 1 ]
  [ "$output" = "$usage" ]
}

@test "--help and --version answer on stdout" {
  run --separate-stderr "$VBLADE" --help
  [ "$status" -eq 0 ]
  [[ $output == "$usage"$'\n'* ]]
  run --separate-stderr "$VBLADE" --version
  [ "$status" -eq 0 ]
  [[ $output =~ ^vblade\ 20[0-9][0-9]\.[0-9]+ ]]
}

@test "--help explains every option that the manual has" {
  local option
  "$VBLADE" --help >help
  for option in $(sed -nE '/^\.Sh OPTIONS/,/^\.Sh SIGNALS/s/^\.It Fl (-?)([a-z-]+).*/-\1\2/p' "$ROOT/man/vblade.8"); do
    grep -qE "^  $option( [A-Z]+(,\.\.\.)?)?( |$)" help || {
      echo "$option is not explained"
      false
    }
  done
  grep -q -- '--force  ' help
  ! awk 'NR > 5 && length > 80' help | grep .
}

@test "an option of the classic form beside a configuration file is refused with the key to write instead" {
  refuses "-r is for the classic form alone: write 'read-only: true' in the configuration file" --config x.yaml -r
  refuses "--force is for the classic form alone: write 'force: true' in the configuration file" --check x.yaml --force
  refuses "-m is for the classic form alone: write 'allow: [MAC, ...]' in the configuration file" \
    -m 02:00:00:00:00:77 --config x.yaml
}

@test "numbers out of their range are named with it" {
  refuses "shelf '65535' is not in 0..65534" 65535 0 lo disk.img
  refuses "shelf 'x' is not in 0..65534" x 0 lo disk.img
  refuses "slot '255' is not in 0..254" 1 255 lo disk.img
  refuses "slot '1x' is not in 0..254" 1 1x lo disk.img
  refuses "bufcnt '0' is not in 1..65535" -b 0 1 0 lo disk.img
  refuses "bufcnt '70000' is not in 1..65535" 1 0 lo disk.img -b 70000
  refuses "length '0' is not in 1..18014398509481984" -l 0 1 0 lo disk.img
  refuses "offset 'far' is not in 0..18014398509481984" -o far 1 0 lo disk.img
}

@test "a MAC address that is none" {
  refuses "'00:11:22' is not a MAC address: write six pairs of hex digits, as in 00:80:c8:ca:ff:65" \
    -m 00:11:22:33:44:55,00:11:22 1 0 lo disk.img
}

@test "a path that is missing, a directory, neither, empty, or too short" {
  fails "'$PWD/nothing.img' does not exist" 1 0 lo nothing.img
  fails "'/etc' is a directory: export a file or a block device" 1 0 lo /etc
  fails "'/dev/null' is neither a file nor a block device" 1 0 lo /dev/null
  truncate -s 0 empty.img
  fails "'$PWD/empty.img' is too small: it has 0 bytes, and a sector has 512" 1 0 lo empty.img
  fails "offset 1048576 lies beyond the end of '$PWD/disk.img', which has 1048576 bytes" -o 2048 1 0 lo disk.img
  fails "offset 512 and length 1048576 reach beyond the end of '$PWD/disk.img', which has 1048576 bytes" \
    -o 1 -l 2048 1 0 lo disk.img
}

@test "a path that may not be written, or not even read" {
  chmod 0444 disk.img
  chmod 0755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$(dirname "$BATS_RUN_TMPDIR")" 2>/dev/null || true
  local as_nobody=()
  if ((EUID == 0)); then as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups); fi
  run "${as_nobody[@]}" "$VBLADE" 1 0 lo disk.img
  echo "$output"
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "vblade: '$PWD/disk.img' cannot be opened for writing (export it read-only, or make it writable): Permission denied" ]
  chmod 0000 disk.img
  run "${as_nobody[@]}" "$VBLADE" -r 1 0 lo disk.img
  echo "$output"
  [ "${lines[0]}" = "vblade: '$PWD/disk.img' cannot be opened: Permission denied" ]
}

@test "an interface that is missing" {
  run "$VBLADE" 1 0 nothere0 disk.img
  echo "$output"
  [ "$status" -eq 1 ]
  [[ $output =~ ^"vblade: interface 'nothere0' does not exist; those here: "[^$'\n']*lo[^$'\n']*$ ]]
}

@test "--check: all problems of the machine at once, each at its place" {
  checks "vblade.yaml:5:11: exports[0].path: '/nowhere/a.img' does not exist
      path: /nowhere/a.img
            ^
vblade.yaml:7:11: exports[1].path: '/etc' is a directory: export a file or a block device
      path: /etc
            ^" <<END
shelf: 1
interfaces: [lo]
exports:
  - slot: 0
    path: /nowhere/a.img
  - slot: 1
    path: /etc
  - slot: 2
    path: $PWD/disk.img
END
}

@test "--check: a file that is missing, and one that is fine" {
  run "$VBLADE" --check nothing.yaml
  [ "$status" -eq 2 ]
  [[ $output =~ nothing.yaml ]]
  printf 'shelf: 1\ninterfaces: [lo]\nexports:\n  - slot: 0\n    path: %s\n' "$PWD/disk.img" >vblade.yaml
  run "$VBLADE" --check vblade.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "--config refuses to start with the same words, status 2" {
  printf 'shelf: 1\ninterfaces: [nothere0]\nexports:\n  - slot: 300\n    path: /etc\n' >vblade.yaml
  run "$VBLADE" --config vblade.yaml --socket "$PWD/vblade.sock"
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "vblade.yaml:4:11: exports[0].slot: 300 is not in 0..254" ]
}

@test "vbladed reports a failed start honestly" {
  run "$VBLADED" 1 0 lo nothing.img
  [ "$status" -eq 1 ]
  is "vbladed: '$PWD/nothing.img' does not exist" said
}

@test "vbladectl says that nobody answers" {
  run "$VBLADECTL" --socket "$PWD/none.sock" status
  [ "$status" -eq 1 ]
  [ "$output" = "vbladectl: no vblade answers at $PWD/none.sock: No such file or directory" ]
}

# bats test_tags=developer
@test "the manuals are well-formed" {
  command -v mandoc >/dev/null || skip "needs mandoc"
  run mandoc -Tlint -Wwarning "$ROOT/man/vblade.8" "$ROOT/man/vbladectl.8"
  echo "$output"
  [ "$status" -eq 0 ]
}
