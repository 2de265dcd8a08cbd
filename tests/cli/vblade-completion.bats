#!/usr/bin/env bats
# The completions of vblade, vbladed and vbladectl. Needs: no root, no running server; zsh for its own files.

load ../lab/setup

setup() {
  source "$ROOT/completions/vblade.bash"
  source "$ROOT/completions/vbladectl.bash"
  cd "$BATS_TEST_TMPDIR" || return
  export sysfs_dir=$PWD/sys
  mkdir -p sys/class/net/eth{0,1} here
  touch a.yaml disk.img
}

# Prints what completing the last of these words offers.
offers() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  case ${1##*/} in
  *vbladectl) _vbladectl ;;
  *) _vblade ;;
  esac
  echo "${COMPREPLY[*]}"
}

options_of() { # PROGRAM [COMMAND]
  "$@" --help | grep -oE '^ +(-[a-zA-Z], )?-{1,2}[a-z-]+' | grep -oE -- '-{1,2}[a-z-]+$' | sort -u
}

@test "bash and zsh: vblade's completions have exactly the options that there are" {
  local option
  diff <(options_of "$VBLADE") <({ offers vblade - && offers vblade --import -; } | tr ' ' '\n' | sort -u)
  for option in $(options_of "$VBLADE"); do grep -qE -- "'\*?$option\[|\"$option\[" "$ROOT/completions/_vblade"; done
}

@test "bash: vblade's words are shelf, slot, interface and file" {
  is "" offers vblade 1 ""
  is "eth0 eth1" offers vblade 1 0 ""
  is "disk.img" offers vblade -r 1 0 eth0 d
  is "a.yaml" offers vblade --check a
  is "here" offers vblade --import --into h
  is "" offers vblade -b ""
}

@test "bash: vbladed has the classic form alone" {
  is "" offers vbladed --c
  is "--force" offers vbladed --f
  is "eth0 eth1" offers vbladed 1 0 ""
}

commands() { "$VBLADECTL" --help | sed '1,/^Commands:/d; /^Options:/,$d' | sed -nE 's/^  ([a-z]+) .*/\1/p'; }

@test "bash and zsh: every command of vbladectl is offered, with exactly its options" {
  local command
  [ "$(commands | wc -l)" -ge 8 ]
  diff <(commands | sort) <(offers vbladectl "" | tr ' ' '\n' | sort)
  diff <(commands | sort) <(offers vbladectl help "" | tr ' ' '\n' | sort)
  diff <(options_of "$VBLADECTL") <(offers vbladectl - | tr ' ' '\n' | sort)
  for command in $(commands); do
    diff <(options_of "$VBLADECTL" "$command") <(offers vbladectl "$command" - | tr ' ' '\n' | sort)
    grep -q "'$command:" "$ROOT/completions/_vbladectl"
  done
}

@test "bash: vbladectl's exports come from the server, and nothing else of its answer does" {
  printf '#!/bin/sh\n[ "$*" = "--socket /s --json status" ] || exit 1\ncat <<\\END\n%s\nEND\n' \
    '{"exports":[{"address":"e1.0","config_string":"$(touch x) \"address\":\"e9.9;x\""},{"address": "e1.12"}]}' >vbladectl
  chmod +x vbladectl
  is "e1.0 e1.12" offers ./vbladectl --socket /s mask ""
  is "e1.12" offers ./vbladectl --socket /s config e1.1
  [ ! -e x ]
  is "list add remove clear" offers vbladectl mask e1.0 ""
  is "set" offers vbladectl reserve e1.0 s
  is "list set clear" offers vbladectl --json config e1.0 ""
}

@test "zsh: the files can be read" {
  command -v zsh >/dev/null || skip "needs zsh"
  zsh -n "$ROOT/completions/_vblade"
  zsh -n "$ROOT/completions/_vbladectl"
}
