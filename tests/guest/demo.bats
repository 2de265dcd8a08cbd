#!/usr/bin/env bats
# make demo, as a user runs it: the whole way from emerge to a reboot of both machines.
# Needs: root, QEMU, /dev/net/tun, what tests/lab/tools/portage needs.

load ../lab/guest/guest
load ../lab/gentoo/quick_compile

setup() {
  guest_require
  export AOE_DEMO=$BATS_FILE_TMPDIR/demo
  mkdir -p "$AOE_DEMO"
}

@test "the client has the server's disk at boot and after a reboot of both, and its file arrives whole" {
  run env "${quick_compile[@]}" "$BATS_TEST_DIRNAME/demo"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output == *"sys-block/vblade-"*"is installed"* ]]
  [[ $output == *"sys-block/aoetools-"*"is installed"* ]]
  [[ $output == *"sys-fs/aoe-mount-"*"is installed"* ]]
  [[ $output == *"letter: OK"* ]]
  [[ ${lines[-1]} == "OK after "* ]]
}

# bats test_tags=long
@test "with a broken YAML the demo fails, shows what the console said about it, and says where the logs are" {
  cat >"$BATS_TEST_TMPDIR/broken.yaml" <<'END'
interfaces: [eth0]
mounts:
  - {shelf: 1, slot: 0, mountpoint: /mnt/data, typ: ext4}
END
  run "$BATS_TEST_DIRNAME/demo" --again --client-yaml "$BATS_TEST_TMPDIR/broken.yaml"
  echo "$output"
  [ "$status" = 1 ]
  [[ $output == *"aoe-mount.yaml:3:48: mounts[0].typ: "*"did you mean 'type'?"* ]]
  [[ $output == *"FAILED after "*": the client's command: findmnt /mnt/data"* ]]
  [[ ${lines[-1]} == "Logs and consoles: $AOE_DEMO" ]]
}
