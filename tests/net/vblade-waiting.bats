#!/usr/bin/env bats
# What the outside makes our vblade wait for holds up no frame: the directory of states, the log, paths.
# Needs: root that may make network namespaces and loop devices; aoecfg (Debian's aoetools), python3, jq, mkfs.ext4, fsfreeze;
# nbdfuse and /dev/fuse.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
  configure "{slot: 0, path: $PWD/disk.img}"
}

teardown() {
  [[ ! -v HANGING ]] || kill -KILL "$HANGING" 2>/dev/null || true
  [[ ! -v FROZEN ]] || fsfreeze -u "$FROZEN" 2>/dev/null || true
  remove_namespaces
  [[ ! -v MOUNTED ]] || umount --lazy "$MOUNTED"
}

# A file system of its own for the states.
mount_state() {
  truncate -s 32M state.img
  mkfs.ext4 -q state.img
  mkdir state
  mount -o loop state.img state || skip "needs loop devices"
  MOUNTED=$PWD/state
}
freeze() { # DIRECTORY
  FROZEN=$1
  fsfreeze -f "$FROZEN"
}
thaw() {
  fsfreeze -u "$FROZEN"
  unset FROZEN
}
# A thread of the server waits in the kernel where no signal reaches it.
is_stuck() { grep -q '^State:.D' /proc/"$(serving)"/task/*/status; }
answers() { frames read 1 0 0 1 | is 512 wc -c; }

@test "a frozen state directory holds up what is to be kept, and nothing else" {
  mount_state
  serve_file
  freeze "$PWD/state"
  on_client aoecfg -t 100 -c set -s kept 1 0 eth0 3>&- &
  local asker=$!
  within 10 is_stuck
  answers
  is "" on_client aoecfg -t 5 1 0 eth0
  ctl --json status | is "" jq -r '.exports[0].config_string'
  kill -0 "$asker"
  thaw
  wait "$asker"
  is kept on_client aoecfg -t 5 1 0 eth0
  stop_server KILL || [ $? -eq 137 ]
  serve_file
  is kept on_client aoecfg -t 5 1 0 eth0
  stop_server TERM
}

@test "what cannot be kept is refused, the previous value stays, and the log says so once a minute" {
  mount_state
  serve_file
  on_client aoecfg -t 5 -c set -s before 1 0 eth0
  mount -o remount,ro state
  local said="'$PWD/state/e1.0.json.new' cannot be written: Read-only file system: e1.0 keeps its previous config string, mask list and reservation"
  for _ in 1 2 3; do
    run on_client aoecfg -t 5 -c fset -s after 1 0 eth0
    [[ $output == *baddev* ]]
  done
  run ctl mask e1.0 add 02:00:00:00:00:01
  [ "$status" -eq 1 ]
  [ "$output" = "vbladectl: $said" ]
  is before on_client aoecfg -t 5 1 0 eth0
  answers
  within 10 grep -qF "$said" err
  is 1 grep -cF "$said" err
  mount -o remount,rw state
  on_client aoecfg -t 5 -c fset -s after 1 0 eth0
  is after on_client aoecfg -t 5 1 0 eth0
  stop_server TERM
}

@test "a state directory that stays frozen keeps no disk: the server says so, fails, and the next one serves" {
  mount_state
  serve_file
  freeze "$PWD/state"
  on_client aoecfg -t 100 -c set -s lost 1 0 eth0 3>&- &
  within 10 is_stuck
  local status=0
  stop_server TERM >said || status=$?
  [ "$status" -eq 1 ]
  [[ $(<said) == *"stopping although what initiators set on 1 exports is not kept: the directory $PWD/state does not answer"* ]]
  serve --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/other"
  answers
  stop_server TERM
}

# The system log of vblade-seeing.bats, whose reader the test stops.
@test "a system log that stands still holds up nobody, and hears all of it when it goes on" {
  mkdir -p seen/dev
  ln -s "$PWD/log" seen/dev/log
  server_sees dev
  python3 "$LAB/net/syslog.py" log >syslog 3>&- &
  HANGING=$!
  within 10 test -S log
  serve_file
  within 10 grep -q 'exports are served' syslog
  kill -STOP "$HANGING"
  for _ in {1..40}; do ctl reload >reloaded; done
  answers
  kill -CONT "$HANGING"
  within 10 eval '[[ $(grep -c "in force" syslog) -eq 40 ]]'
  kill -STOP "$HANGING"
  for _ in {1..40}; do ctl reload >reloaded; done
  stop_server TERM
}

# The disk is a file of a process that the test stops.
serve_beside_a_path_that_hangs() {
  mkdir hangs
  nbdfuse hangs --command nbdkit --single --exit-with-parent memory 64M 3>&- &
  HANGING=$!
  within 10 test -f hangs/nbd
  MOUNTED=$PWD/hangs
  configure "{slot: 0, path: $PWD/disk.img}" "{slot: 1, path: $PWD/hangs/nbd}"
  serve_file
  kill -STOP "$HANGING"
}

@test "a path that does not answer is logged, and holds up neither exports nor status nor reload nor stop" {
  serve_beside_a_path_that_hangs
  within 30 grep -F "e1.1: the file system of '$PWD/hangs/nbd' does not answer: a look along the path took over 3 seconds" err
  answers
  ctl status
  ctl reload >reloaded &
  local reload=$!
  for _ in 1 2 3; do answers; done
  wait "$reload" || [ $? -eq 3 ]
  rm disk.img # looks along other paths go on
  within 30 grep -F "e1.0: '$PWD/disk.img' was deleted" err
  kill -CONT "$HANGING"
  stop_server TERM
}

@test "a server without rights looks along paths just as well" {
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  mkdir state
  chown nobody . state
  serve_file --user nobody
  mv disk.img moved.img
  within 30 grep -F "e1.0: '$PWD/disk.img' was deleted" err
  cp moved.img disk.img
  within 30 grep -F "e1.0: '$PWD/disk.img' was replaced by another file" err
  answers
  stop_server TERM
}

@test "a server whose opener was killed ends with an error; a worker of the opener that was killed is replaced" {
  serve_file
  local opener worker
  opener=$(pgrep --parent "$(serving)")
  for worker in $(pgrep --parent "$opener"); do kill -KILL "$worker"; done
  on_server ip link set eth0 mtu 1400
  within 20 grep -q 'served again, MTU 1400' err
  answers
  mv disk.img moved.img
  within 20 grep -q 'was deleted' err
  kill -KILL "$opener"
  local status=0
  wait "$SERVER" || status=$?
  [ "$status" -eq 1 ]
  grep 'the process vblade-opener has ended: nothing can be opened any more, so vblade stops' err
  rm "$(server_id_file)"
}

@test "a server that a disk keeps says so and fails; the next one serves every other disk at once" {
  serve_beside_a_path_that_hangs
  frames burden 1 1 10
  within 10 eval '[[ $(ctl --json status | jq ".exports[1].in_flight") -ge 1 ]]'
  local status=0
  stop_server TERM >said || status=$?
  cat said
  [ "$status" -eq 1 ]
  [[ $(<said) == *"stopping although"*"a disk does not answer"* ]]
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  answers
  kill -CONT "$HANGING"
  stop_server TERM
}
