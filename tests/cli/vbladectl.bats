#!/usr/bin/env bats
# The command line of vbladectl: help, mistakes and their exit statuses, and what it makes of a server's answer. Needs: no root.

bats_require_minimum_version 1.5.0

setup() {
  ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  : "${VBLADECTL:=$ROOT/build/asan/src/vblade/vbladectl}"
  cd "$BATS_TEST_TMPDIR"
}

# The first line that it says of the mistake, and status 2.
refuses() { # MESSAGE WORD...
  local message=$1
  shift
  run "$VBLADECTL" "$@"
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "$message" ]
}

# A server that answers one question with this. What it was asked is then in ./asked.
answers() { # JSON
  command -v socat >/dev/null || skip "needs socat"
  printf '%s\n' "$1" >answer
  socat UNIX-LISTEN:server.sock,unlink-close=0 SYSTEM:'head -n 1 >asked; cat answer' 3>&- &
  until [ -S server.sock ]; do sleep 0.05; done
}

status_of() { # STATE LEFT-OUT
  echo "{\"result\":{\"exports\":[{\"address\":\"e1.0\",\"path\":\"/srv/a.img\",\"state\":\"$1\",\"sectors\":2048,\"mask\":[\"02:00:00:00:00:01\"],
    \"reservation\":[],\"config_string\":\"root\"}],\"interfaces\":[],\"left_out\":[$2]}}" | tr -d '\n'
}

@test "without a command, or with one that is none: what there is, status 2" {
  refuses "Controls a running vblade."
  refuses "vbladectl: there is no command 'foo'" foo
  refuses "vbladectl: there is no command 'stauts': did you mean 'status'?" --json stauts
  refuses "vbladectl: there is no option '--jsno': did you mean '--json'?" --jsno status
}

@test "what is missing or wrong behind a command is named, status 2" {
  local command
  for command in mask reserve config drain; do
    refuses "vbladectl $command: EXPORT is required" $command
    refuses "vbladectl $command: 'eth0' is not an AoE address: write shelf.slot, as in 1.0 or e1.0" $command eth0
  done
  refuses "vbladectl mask: after EXPORT comes one of: list, add MAC..., remove MAC..., clear" mask e1.0 dance
  refuses "vbladectl mask: after EXPORT comes one of: list, add MAC..., remove MAC..., clear" mask e1.0 add
  refuses "vbladectl mask: 'x' is not a MAC address: write six pairs of hex digits, as in 00:80:c8:ca:ff:65" mask e1.0 add x
  refuses "vbladectl reserve: after EXPORT comes one of: list, set MAC..., release" reserve e1.0 set
  refuses "vbladectl config: after EXPORT comes one of: list, set TEXT, clear" config e1.0 set a b
  refuses "vbladectl status: --json and --prometheus exclude each other" --json --prometheus status
  refuses "vbladectl top: --count: 'x' is not a whole number in 0..4294967295" top --count x
}

@test "every command explains itself and its options, with examples" {
  local command commands
  commands=$("$VBLADECTL" help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | xargs)
  [ "$commands" = "status stats top reload config mask reserve drain" ]
  for command in $commands; do
    run "$VBLADECTL" help "$command"
    [ "$status" -eq 0 ]
    [[ $output == *"Usage: vbladectl $command"*"--socket PATH"*"--json"*"--prometheus"*"Examples:"* ]]
    [ "$output" = "$("$VBLADECTL" "$command" --help)" ]
  done
}

@test "the options may stand before the command and behind it" {
  answers "$(status_of serving)"
  run "$VBLADECTL" --json status --socket server.sock
  [ "$status" -eq 0 ]
  [[ $output == '{"exports":[{"address":"e1.0",'* ]]
}

@test "status is 0 while all is served, 3 when an export is left out or is not" {
  answers "$(status_of serving)"
  run "$VBLADECTL" --socket server.sock status
  echo "$output"
  [ "$status" -eq 0 ]
  rm server.sock
  answers "$(status_of "no disk")"
  run "$VBLADECTL" --socket server.sock status
  [ "$status" -eq 3 ]
  rm server.sock
  answers "$(status_of serving '"e1.1: broken"')"
  run "$VBLADECTL" --socket server.sock status
  echo "$output"
  [ "$status" -eq 3 ]
  [ "${lines[2]}" = "left out: e1.1: broken" ]
  rm server.sock
  answers "$(status_of drained)" # as somebody wants it
  run "$VBLADECTL" --socket server.sock status
  [ "$status" -eq 0 ]
}

@test "the words of aoe mask and aoe reserve are understood, and the server is asked in its own" {
  local words
  while read -r words; do
    rm -f server.sock
    answers "$(status_of serving)"
    # shellcheck disable=SC2086 # words
    run "$VBLADECTL" --socket server.sock ${words%% = *}
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(cat asked)" = "${words##* = }" ]
  done <<'END'
mask 1.0 list = ["mask","e1.0"]
mask e1.0 delete 02:00:00:00:00:01 = ["mask","e1.0","remove","02:00:00:00:00:01"]
mask e1.0 remove 02:00:00:00:00:01 = ["mask","e1.0","remove","02:00:00:00:00:01"]
reserve e1.0 release = ["reserve","e1.0","clear"]
reserve e1.0 clear = ["reserve","e1.0","clear"]
END
}
