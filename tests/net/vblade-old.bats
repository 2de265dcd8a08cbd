#!/usr/bin/env bats
# A target of the old kind on the same machine, Debian's vblade: ours does not start while it serves the same, and says how to end it.
# Needs: root that may make network namespaces; Debian's vblade, python3.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 1M disk.img other.img
  OLD=$(command -v vblade)
}

# Starts the old server in the working directory, and keeps its id in $OLD_ID.
start_old() { # SHELF SLOT NETIF FILE
  serve --as old --program "$OLD" "$@"
  OLD_ID=$(<"$BATS_TEST_TMPDIR/old.pid")
}

# --config that gives up its rights; the directory of its socket is the account's.
AS_NOBODY=()
as_nobody() {
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  mkdir -m 0755 run
  chown nobody run
  AS_NOBODY=(--config vblade.yaml --socket "$PWD/run/vblade.sock" --state "$PWD/run/state" --user nobody)
}

# What a start of ours says that is refused, with this status.
refused() { # STATUS WORD...
  local expected=$1
  shift
  run on_server "$VBLADE" "$@"
  echo "$output"
  [ "$status" -eq "$expected" ]
}

# What it says, of $OLD_ID.
old_serves() { # ADDRESS FILE
  echo "process $OLD_ID, an old vblade, serves $1 on eth0 from '$PWD/$2': end it with 'kill $OLD_ID'"
}

@test "the same address: neither form starts; --check reports it at the slot; the command ends it" {
  start_old 1 0 eth0 other.img
  refused 1 1 0 eth0 disk.img
  [ "$output" = "vblade: $(old_serves e1.0 other.img)" ]
  configure "{slot: 0, path: $PWD/disk.img}"
  local report
  report="vblade.yaml:4:12: exports[0].slot: $(old_serves e1.0 other.img)
    - {slot: 0, path: $PWD/disk.img}
             ^"
  refused 2 --check vblade.yaml
  [ "$output" = "$report" ]
  refused 2 --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state"
  [ "$output" = "$report" ]
  kill "$OLD_ID"
  wait "$OLD_ID" || true
  on_server "$VBLADE" --check vblade.yaml
  serve_file
  stop_server TERM
}

@test "the same file by another name and address: refused, also with rights given up; both reading is allowed" {
  start_old 9 9 eth0 disk.img
  ln disk.img link.img
  refused 1 1 0 eth0 link.img
  [ "$output" = "vblade: $(old_serves e9.9 disk.img)" ]
  configure "{slot: 0, path: $PWD/link.img}"
  as_nobody
  refused 2 "${AS_NOBODY[@]}"
  [ "$output" = "vblade.yaml:4:21: exports[0].path: $(old_serves e9.9 disk.img)
    - {slot: 0, path: $PWD/link.img}
                      ^" ]
  kill "$OLD_ID"
  wait "$OLD_ID" || true
  start_old 9 8 eth0 disk.img -r
  serve -r 1 0 eth0 link.img
  stop_server TERM
}

@test "a reload without rights is refused as well, and changes nothing; what is served already stays" {
  as_nobody
  configure "{slot: 0, path: $PWD/disk.img}"
  serve "${AS_NOBODY[@]}"
  start_old 1 1 eth0 other.img
  configure "{slot: 0, path: $PWD/disk.img}" "{slot: 1, path: $PWD/other.img}"
  ctl() { "$VBLADECTL" --socket run/vblade.sock "$@"; }
  run ctl reload
  [ "$status" -eq 1 ]
  [ "$output" = "vbladectl: vblade.yaml:5: exports[1].slot: $(old_serves e1.1 other.img)" ]
  frames read 1 0 0 1 >/dev/null
  kill "$OLD_ID"
  wait "$OLD_ID" || true
  start_old 1 0 eth0 disk.img
  ctl reload # it is too late to refuse e1.0
  ctl status | grep -q '^e1.1'
  stop_server TERM
}

@test "a service's pid file names the command that ends it" {
  start_old 1 0 eth0 other.img
  run on_server bash -euc 'mount -t tmpfs none /run; echo "$1" >/run/vblade-home.pid; exec "$2" 1 0 eth0 disk.img' \
    bash "$OLD_ID" "$VBLADE"
  echo "$output"
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: process $OLD_ID, an old vblade, serves e1.0 on eth0 from '$PWD/other.img': end it with 'rc-service vblade.home stop'" ]
}

@test "a package that is replaced: the old program stays old, and ours stays ours" {
  mkdir bin
  cp "$OLD" bin/vblade
  OLD=$PWD/bin/vblade
  start_old 1 0 eth0 other.img
  cp "$VBLADE" bin/new
  mv bin/new bin/vblade
  [[ $(readlink "/proc/$OLD_ID/exe") == *' (deleted)' ]]
  refused 1 1 0 eth0 disk.img
  [ "$output" = "vblade: $(old_serves e1.0 other.img)" ]
  kill "$OLD_ID"
  wait "$OLD_ID" || true
  # Ours, of a file that is gone, keeps its lock: that is what speaks.
  VBLADE=$PWD/bin/vblade serve 1 0 eth0 disk.img
  rm bin/vblade
  refused 1 1 1 eth0 disk.img
  [ "$output" = "vblade: '$PWD/disk.img' is locked by another process: it is exported already, or a virtual machine uses it" ]
  stop_server TERM
}

@test "--force exports the same file, and never the same address" {
  start_old 1 1 eth0 disk.img
  serve --force 1 0 eth0 disk.img
  stop_server TERM
  refused 1 --force 1 1 eth0 disk.img
  [ "$output" = "vblade: $(old_serves e1.1 disk.img)" ]
}
