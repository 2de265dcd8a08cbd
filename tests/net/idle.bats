#!/usr/bin/env bats
# A target with nothing to do sleeps, also when its link is down and after every odd event. Needs: root, network namespaces;
# python3, /dev/net/tun, jq.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 1M disk
}

teardown() {
  [[ ! -v TAP ]] || exec {TAP}>&-
  remove_namespaces
}

# The processor time of the server and its front so far, in hundredths of a second.
ticks() {
  awk '{ sum += $14 + $15 } END { print sum }' "/proc/$SERVER/stat" "/proc/$(serving)/stat"
}
# A second in which it took next to none: one that spins takes 100.
rests() {
  local before
  before=$(ticks)
  sleep 1
  (($(ticks) - before <= 5))
}
sleeps_again() { within 20 rests; }

@test "a target sleeps while nobody asks, and while its link is down" {
  serve 1 0 eth0 disk
  grep 'e1.0, 2048 sectors' out
  sleeps_again

  on_server ip link set eth0 down
  within 20 grep -q 'the link is down' err
  sleeps_again

  on_server ip link set eth0 up
  within 20 grep -q 'the link is up' err
  sleeps_again

  on_server ip link del eth0
  within 20 grep -q 'the interface is gone' err
  sleeps_again
}

# A tap hands over what is longer than its MTU, as many network cards do.
@test "it sleeps after a frame that is longer than the MTU, and counts it" {
  [ -e /dev/net/tun ] || skip "needs /dev/net/tun"
  mkfifo lengths
  exec {TAP}<>lengths
  start_on_server python3 "$LAB/net/tap.py" tap0 <lengths >tap.out
  within 10 grep -q up tap.out
  INTERFACES=tap0 configure "{slot: 0, path: $PWD/disk}"
  serve_file
  for length in 4000 60 4000; do
    echo "$length" >&"$TAP"
  done
  within 10 eval 'ctl --json status | jq -e ".interfaces[0].truncated == 2 and .interfaces[0].replies == 1"'
  sleeps_again
  ctl stats | grep -A1 'TOO LONG'
  ctl --prometheus stats | grep -x 'vblade_interface_truncated_total{interface="tap0"} 2'
  stop_server TERM
}

@test "it sleeps after clients of the control socket that say nothing, rubbish or only half" {
  configure "{slot: 0, path: $PWD/disk}"
  serve_file
  python3 - vblade.sock <<'PYTHON'
import socket, sys
def client():
    one = socket.socket(socket.AF_UNIX)
    one.connect(sys.argv[1])
    return one
client().close()
for words in (b"rubbish\n", b'["sta', b'["status"]\n', b"x" * 20000):
    one = client()
    one.send(words)
    one.close()
half = client()
half.send(b'["status"]\n')
half.shutdown(socket.SHUT_WR)
assert b"result" in half.recv(100)
half.close()
PYTHON
  sleeps_again
  ctl status
  stop_server TERM
}

@test "it sleeps after a reload with problems, a missing configuration, and a file that was cut" {
  configure "{slot: 0, path: $PWD/disk}"
  serve_file
  mv vblade.yaml kept.yaml
  kill -HUP "$SERVER"
  within 10 grep -q 'nothing changed' err
  sleeps_again
  mv kept.yaml vblade.yaml
  truncate -s 0 disk
  within 10 eval 'ctl --json status | jq -e ".exports[0].sectors == 0"'
  frames read 1 0 0 2
  sleeps_again
  stop_server TERM
}
