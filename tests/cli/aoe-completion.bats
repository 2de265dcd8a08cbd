#!/usr/bin/env bats
# The completions, on a recorded sysfs tree. Needs: no root, no driver.

load ../lab/driver/sysfs

setup() {
  [ -d "$ROOT/completions" ] || skip "the completions are not here"
  source "$ROOT/completions/aoe.bash"
  use_sysfs
  add_device "$tree" e1.0
  add_device "$tree" e2.0
}

# What completing the last of these words offers.
offers() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _aoe
  echo "${COMPREPLY[*]}"
}

@test "bash: every command of aoe is offered, and nothing else" {
  diff <("$AOE" help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' | sort) \
    <(offers aoe "" | tr ' ' '\n' | grep -v '^help$' | sort)
}

@test "zsh: every command of aoe is offered" {
  local command
  for command in $("$AOE" help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
    grep -q "'$command:" "$ROOT/completions/_aoe"
  done
}

@test "bash: devices, interfaces, verbs" {
  is "e1.0 e2.0" offers aoe wait e
  is "e2.0" offers aoe-flush e2
  is "eth0 eth1" offers aoe interfaces ""
  is "eth0 eth1" offers aoe scan -i ""
  is "e1.0" offers aoe mask e1
  is "list add remove clear" offers aoe mask e1.0 ""
  is "release" offers aoe reserve e1.0 r
  is "read test prefix set fset" offers aoecfg -c ""
  is "read_data read_log" offers aoeping -S read
}

@test "bash: shelf, slot and interface, one after the other" {
  add_device "$tree" e2.10
  is "1 2" offers aoeping ""
  is "0 10" offers aoe ping -s 5 2 ""
  is "1 2 eth0 eth1" offers aoecfg ""
  is "0" offers aoecfg -c set -s web 1 ""
  is "eth0 eth1" offers aoecfg 1 0 ""
  is "" offers aoeping -I 1 0 eth0 ""
}

@test "bash: behind aoe, an address in one word, and interfaces" {
  is "e1.0 e2.0" offers aoe ping ""
  is "eth0 eth1" offers aoe ping e1.0 ""
  is "e1.0" offers aoe cfg -c read e1
}

@test "bash: every option that is offered exists" {
  local command option
  for command in $("$AOE" help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
    for option in $(offers aoe $command -); do
      "$AOE" $command --help | grep -qE -- "(^|[ ,])$option([ ,]|$)" || {
        echo "aoe $command has no $option"
        false
      }
    done
  done
}

# The options that a command explains, each by its longest name.
options_of() { # COMMAND
  "$AOE" "$1" --help | sed -nE 's/^  (-[a-zA-Z], )?(-[a-zA-Z0-9-]+).*/\2/p' | grep -v -- '^--help$'
}

@test "bash and zsh: every option that exists is offered" {
  local command option ours count=0
  for command in $("$AOE" help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
    # What stands for the command, alone or as one of several, in the list of zsh's.
    ours=$(sed -nE "/^    ([a-z| ]+ \| )?$command( \|[a-z| ]+)?\) /,/;;/p" "$ROOT/completions/_aoe")
    for option in $(options_of "$command"); do
      count=$((count + 1))
      [[ " $(offers aoe "$command" -) " == *" $option "* ]] || {
        echo "bash does not offer aoe $command $option"
        false
      }
      grep -qE -- "[ ',]$option([]'},[]| |$)" <<<"$ours" || {
        echo "zsh does not offer aoe $command $option"
        false
      }
    done
  done
  ((count > 50))
}

# What stands on the line of a real zsh when TAB was pressed at its end: every match, one after the other.
zsh_line() { # TYPED
  mkdir -p "$BATS_TEST_TMPDIR/zsh"
  cat >"$BATS_TEST_TMPDIR/zsh/.zshrc" <<'END'
    fpath=("$COMPLETIONS" $fpath)
    autoload -Uz compinit && compinit -D -u
    zstyle ':completion:*' completer _all_matches _complete
    zstyle ':completion:*' insert true
    zle-line-init() { print -n '[ready]' }
    tell() { zle complete-word; print -rn -- "[line:${BUFFER% }]" }
    zle -N zle-line-init
    zle -N tell
    bindkey '^I' tell
END
  COMPLETIONS=$ROOT/completions ZDOTDIR=$BATS_TEST_TMPDIR/zsh TERM=dumb timeout 120 zsh -f -c '
    zmodload zsh/zpty
    zpty shell "zsh -d -i"
    zpty -r shell said "*\[ready\]*"
    zpty -w -n shell "$1"$'"'\t'"'
    zpty -r shell said "*\[line:*\]*"
    print -r -- ${${said##*\[line:}%%\]*}' zsh "$1"
}

@test "zsh: TAB completes devices, shelves, slots and interfaces" {
  need zsh
  add_device "$tree" e2.10
  is "aoe wait e1.0 e2.0 e2.10" zsh_line "aoe wait "
  is "aoe-flush e1.0" zsh_line "aoe-flush e1"
  is "aoeping 1 2" zsh_line "aoeping "
  is "aoe ping e1.0 e2.0 e2.10" zsh_line "aoe ping "
  is "aoe ping e1.0 eth0 eth1" zsh_line "aoe ping e1.0 "
  is "aoe ping -s 5 2 0 10" zsh_line "aoe ping -s 5 2 "
  is "aoeping 1 0 eth0 eth1" zsh_line "aoeping 1 0 "
  is "aoe scan -i eth0 eth1" zsh_line "aoe scan -i "
  is "aoe interfaces eth1" zsh_line "aoe interfaces eth1"
  is "aoecfg 1 2 eth0 eth1" zsh_line "aoecfg "
}
