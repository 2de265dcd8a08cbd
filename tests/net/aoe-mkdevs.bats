#!/usr/bin/env bats
# aoe mkdevs and mkshelf beside Debian's. Needs: root that may make device nodes, mount namespaces.

load ../lab/setup

setup() {
  need_root "it makes device nodes"
  bin=$(dirname "$AOE")
  mknod "$BATS_TEST_TMPDIR/probe" c 1 3 2>/dev/null || skip "this machine does not let root make device nodes"
}

# Runs a command where no udev shows: neither its directory nor its process.
without_udev() {
  unshare --mount --pid --fork --mount-proc -- bash -c '
    [ ! -d /run/udev ] || mount -t tmpfs none /run
    "$@"' bash "$@"
}

# After PREPARATION in a mount namespace of its own, the classic tool and ours print the same and end alike.
compare_with_classic() { # PREPARATION NAME WORD...
  local preparation=${1:-:} name=$2 dir output status
  for dir in /sbin "$bin"; do
    run unshare --mount bash -c "$preparation"' && "$@"' bash "$dir/$name" "${@:3}"
    printf '%s\n%s\n' "$status" "$output" >"$BATS_TEST_TMPDIR/$(basename "$dir").said"
  done
  diff "$BATS_TEST_TMPDIR/sbin.said" "$BATS_TEST_TMPDIR/$(basename "$bin").said"
  is 1 head -n 1 "$BATS_TEST_TMPDIR/sbin.said"
}

nodes_in() {
  (cd "$1" && stat -c '%n %F %a %t:%T' -- * | LC_ALL=C sort)
}

@test "mkdevs makes the same files as Debian's, node by node" {
  without_udev env n_shelves=2 /sbin/aoe-mkdevs "$BATS_TEST_TMPDIR/classic"
  without_udev env n_shelves=2 "$bin/aoe-mkdevs" "$BATS_TEST_TMPDIR/ours"
  diff <(nodes_in "$BATS_TEST_TMPDIR/classic") <(nodes_in "$BATS_TEST_TMPDIR/ours")
  nodes_in "$BATS_TEST_TMPDIR/ours" | is $((2 * 16 * 16 + 5)) wc -l
  # Again over what is there.
  without_udev env n_shelves=1 n_partitions=2 "$bin/aoe-mkdevs" "$BATS_TEST_TMPDIR/ours"
  is 98:3 stat -c '%t:%T' "$BATS_TEST_TMPDIR/ours/e0.1p1"
}

@test "mkshelf makes the same files as Debian's, node by node" {
  mkdir "$BATS_TEST_TMPDIR/classic" "$BATS_TEST_TMPDIR/ours"
  without_udev env n_partitions=4 /sbin/aoe-mkshelf "$BATS_TEST_TMPDIR/classic" 7
  without_udev env n_partitions=4 "$bin/aoe-mkshelf" "$BATS_TEST_TMPDIR/ours" 7
  diff <(nodes_in "$BATS_TEST_TMPDIR/classic") <(nodes_in "$BATS_TEST_TMPDIR/ours")
}

@test "mkdevs and mkshelf --json: each node" {
  command -v jq >/dev/null || skip "needs jq"
  run without_udev env n_shelves=0 "$bin/aoe-mkdevs" --json "$BATS_TEST_TMPDIR/etherd"
  is "[\"$BATS_TEST_TMPDIR/etherd/discover\",\"character\",\"0200\",152,3]" \
    jq -c 'map([.file, .kind, .mode, .major, .minor])[1]' <<<"$output"
  is 5 jq length <<<"$output"
  run without_udev env n_partitions=2 "$bin/aoe-mkshelf" --json "$BATS_TEST_TMPDIR/etherd" 1
  is "[\"$BATS_TEST_TMPDIR/etherd/e1.15p1\",\"block\",\"0660\",63]" jq -c 'map([.file, .kind, .mode, .minor])[31]' <<<"$output"
}

@test "mkdevs and mkshelf: usage and refusals as Debian's, line by line" {
  local words tree=$BATS_TEST_TMPDIR/sys
  for words in aoe-mkdevs aoe-mkshelf "aoe-mkshelf x" "aoe-mkdevs x y"; do
    compare_with_classic "" $words
  done
  for words in "aoe-mkdevs x" "aoe-mkshelf x 1"; do
    compare_with_classic "mount -t tmpfs none /run && mkdir /run/udev" $words
  done
  mkdir -p "$tree/module/aoe/parameters"
  echo 1 >"$tree/module/aoe/parameters/aoe_dyndevs"
  sysfs_dir=$tree run "$bin/aoe-mkshelf" "$BATS_TEST_TMPDIR" 1
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "aoe-mkshelf Error: aoe module is using dynamic devices." ]
  [ "${lines[1]}" = "aoe-mkshelf: Please see the aoe-mkshelf manpage." ]
  [ "${lines[2]}" = "aoe-mkshelf: Exiting." ]
}

@test "mkdevs and mkshelf: numbers that are none, and a directory that is missing" {
  run without_udev "$bin/aoe-mkshelf" "$BATS_TEST_TMPDIR" one
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-mkshelf: 'one' is not a shelf in 0..65534" ]
  run without_udev env n_partitions=many "$bin/aoe-mkshelf" "$BATS_TEST_TMPDIR" 1
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-mkshelf: n_partitions=many is not a number in 0..65535" ]
  run without_udev env n_shelves=-1 "$bin/aoe-mkdevs" "$BATS_TEST_TMPDIR/x"
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-mkdevs: n_shelves=-1 is not a number in 0..65535" ]
  run without_udev "$bin/aoe-mkshelf" "$BATS_TEST_TMPDIR/missing" 1
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-mkshelf: cannot make $BATS_TEST_TMPDIR/missing/e1.0: No such file or directory" ]
}
