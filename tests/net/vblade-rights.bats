#!/usr/bin/env bats
# Our vblade with --user: it serves, reloads and keeps state without root's rights.
# Needs: root that may make network namespaces; aoeping and aoecfg (Debian's aoetools), python3.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
}

# The values of a line of /proc/PID/status, without their spacing.
status_line() { awk -v key="$1:" '$1 == key { $1 = ""; print substr($0, 2) }' "/proc/$(serving)/status"; } # KEY

@test "with --user it runs without rights, and still reloads and follows its interface" {
  mkdir -m 0700 secret
  mv disk.img secret/
  truncate -s 1M secret/second.img secret/third.img
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  configure "{slot: 0, path: $PWD/secret/disk.img}"
  chmod 0600 vblade.yaml
  mkdir -m 0755 run
  chown nobody run
  serve --config vblade.yaml --socket "$PWD/run/vblade.sock" --state "$PWD/run/state" --user nobody
  is "65534 65534 65534 65534" status_line Uid
  [ -z "$(status_line Groups)" ]
  for key in CapInh CapPrm CapEff CapAmb; do [ "$(status_line $key)" = 0000000000000000 ]; done
  is 1 status_line NoNewPrivs
  is 2 status_line Seccomp
  frames write 1 0 100 2 <<<"as nobody"
  frames read 1 0 100 2 | is "as nobody" head -c 9
  on_client aoecfg -t 5 -c set -s kept 1 0 eth0
  is nobody stat -c %U run/state/e1.0.json

  configure "{slot: 0, path: $PWD/secret/disk.img}" \
    "{slot: 1, path: $PWD/secret/second.img, direct: false, read-only: true}"
  "$VBLADECTL" --socket "$PWD/run/vblade.sock" reload
  within 10 on_client aoeping -s 1 1 1 eth0
  on_server ip link del eth0
  add_cable eth0 9000
  within 10 on_client aoeping -s 1 1 0 eth0
  stop_server TERM
  [ ! -e run/vblade.sock ]
}

@test "what a server kept as root is there when it runs with --user; others' files stay whose they are" {
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  configure "{slot: 0, path: $PWD/disk.img}"
  serve_file
  on_client aoecfg -t 5 -c set -s kept 1 0 eth0
  stop_server TERM
  is root stat -c %U state/e1.0.json
  chown nobody state
  echo secret >secret
  chmod 600 secret
  ln secret state/e1.1.json
  ln -s "$PWD/secret" state/e1.2.json
  touch state/shadow
  serve --config vblade.yaml --socket "$PWD/run/vblade.sock" --state "$PWD/state" --user nobody
  [[ $(on_client aoecfg -t 5 1 0 eth0) == *kept* ]]
  is nobody stat -c %U state/e1.0.json
  stat -c %U secret state/shadow | is "root root" xargs
  stop_server TERM
}

@test "with --user its packet sockets are locked, for the interfaces of the configuration" {
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  add_cable eth1
  configure "{slot: 0, path: $PWD/disk.img}"
  mkdir -m 0755 run
  chown nobody run
  serve --config vblade.yaml --socket "$PWD/run/vblade.sock" --state "$PWD/run/state" --user nobody
  # Every one of them is bound to eth0, those that hear to AoE's type.
  on_server cat /proc/net/packet >packets
  is "88a2 0000" eval 'awk -v eth0="$(on_server cat /sys/class/net/eth0/ifindex)" "NR > 1 { if (\$5 != eth0) exit 1; print \$4 }" packets | sort -ru | xargs'
  # Another MTU is a new socket, and an interface that comes into the file is allowed by then.
  on_server ip link set eth0 mtu 9000
  within 10 on_client aoeping -s 1 1 0 eth0
  INTERFACES='eth0, eth1' configure "{slot: 0, path: $PWD/disk.img}"
  "$VBLADECTL" --socket "$PWD/run/vblade.sock" reload
  VIA=eth1 frames read 1 0 0 1 | is 512 wc -c
  stop_server TERM
}

@test "--user: an account that is missing, a socket that may not be made" {
  run on_server "$VBLADE" --user nobody-at-all 1 0 eth0 disk.img
  [ "$status" -eq 1 ]
  [ "$output" = "vblade: there is no user 'nobody-at-all'" ]
  configure "{slot: 0, path: $PWD/disk.img}"
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  run on_server "$VBLADE" --config "$PWD/vblade.yaml" --socket "$PWD/vblade.sock" --state "$PWD/state" --user nobody
  [ "$status" -eq 2 ]
  [[ $output == *"cannot make the control socket $PWD/vblade.sock: Permission denied" ]]
}
