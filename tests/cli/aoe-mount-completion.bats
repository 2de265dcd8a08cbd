#!/usr/bin/env bats
# The completions of aoe-mount, on a recorded sysfs tree. Needs: no root, no driver; zsh for its own file.

load ../lab/setup

setup() {
  source "$ROOT/completions/aoe-mount.bash"
  cd "$BATS_TEST_TMPDIR" || return
  export sysfs_dir=$PWD/sys
  mkdir -p sys/block/etherd\!e{1.0/etherd\!e1.0p1,2.0} sys/class/net/eth{0,1} here
  printf 'mounts:\n  - slot: 0\n    mountpoint: /srv  # all\n  - {slot: 1, mountpoint: "/mnt/x"}\n# mountpoint: /no\n' >a.yaml
}

# What completing the last of these words offers.
offers() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _aoe_mount
  echo "${COMPREPLY[*]}"
}

commands() { "$AOE_MOUNT" --help | sed '1,/^Commands:/d' | sed -nE 's/^  ([a-z]+) .*/\1/p'; }

@test "bash and zsh: every command of aoe-mount is offered" {
  [ "$(commands | wc -l)" -ge 7 ]
  diff <(commands | sort) <(offers aoe-mount "" | tr ' ' '\n' | sort)
  local command
  for command in $(commands); do grep -q "'$command:" "$ROOT/completions/_aoe-mount"; done
}

@test "bash and zsh: exactly the options that there are" {
  local command option
  for command in $(commands); do
    diff <("$AOE_MOUNT" "$command" --help | grep -oE '^ +(-[a-z], )?--[a-z-]+' | grep -oE -- '--.*' | sort -u) \
      <(offers aoe-mount "$command" - | tr ' ' '\n' | sort)
    for option in $(offers aoe-mount "$command" - | sed 's/--help//; s/--config//'); do
      grep -qE -- "($option\[|,$option\})" "$ROOT/completions/_aoe-mount"
    done
  done
}

@test "bash: devices, directories, interfaces, mount points" {
  is "e1.0 e2.0 e1.0p1" offers aoe-mount attach e
  is "eth0 eth1" offers aoe-mount attach -i ""
  is "e1.0 e1.0p1" offers aoe-mount add --type ext4 e1
  is "UUID=" offers aoe-mount add U
  is "here" offers aoe-mount add e1.0 h
  is "" offers aoe-mount add e1.0 here x
  is "/srv /mnt/x" offers aoe-mount remove --config a.yaml ""
  is "a.yaml" offers aoe-mount up --config a
}

@test "bash: a name from a file or from the kernel is offered as it is, and never run" {
  printf 'mounts:\n  - {slot: 0, mountpoint: "/mnt/$(touch ran)"}\n  - {slot: 1, mountpoint: /mnt/a b}\n' >b.yaml
  mkdir 'sys/class/net/$(touch ran)'
  COMP_WORDS=(aoe-mount remove -c b.yaml /) COMP_CWORD=4
  _aoe_mount
  is $'/mnt/$(touch ran)\n/mnt/a b' printf '%s\n' "${COMPREPLY[@]}"
  is '$(touch ran) eth0 eth1' offers aoe-mount attach -i ""
  source "$ROOT/completions/aoe.bash"
  COMP_WORDS=(aoe interfaces "") COMP_CWORD=2
  _aoe
  is $'$(touch\nran)\neth0\neth1' printf '%s\n' "${COMPREPLY[@]}"
  source "$ROOT/completions/vblade.bash"
  COMP_WORDS=(vblade 1 0 "") COMP_CWORD=3
  _vblade
  is $'$(touch ran)\neth0\neth1' printf '%s\n' "${COMPREPLY[@]}"
  [ ! -e ran ]
}

@test "zsh: the file can be read" {
  command -v zsh >/dev/null || skip "needs zsh"
  zsh -n "$ROOT/completions/_aoe-mount"
}
