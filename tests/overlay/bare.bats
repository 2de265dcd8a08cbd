#!/usr/bin/env bats
# The README's test command on a machine that has only what that command installs. Needs: root, overlayfs.

load ../lab/tools/bare

setup() {
  need_root "overlayfs and chroot do"
  "$LAB/tools/root" bare-bookworm >/dev/null # what it says while it is made is not the command's
}

# The scripts of tests/ and overlay/ that run on this machine. Others run elsewhere: in a guest or a root (their commands are those
# of its own list of packages), or for a make target that installs a list of its own (lint, fuzz, bench, freebsd).
scripts_of_this_machine() {
  local file
  printf '%s\n' completions/*.bash
  find tests overlay .ci -type f ! -path 'tests/fuzz/*' ! -path 'tests/bench/*' ! -path 'tests/lab/machine/files/*' ! -path 'tests/lab/tools/roots/*' \
    ! -path 'tests/lab/gentoo/tree/*' ! -name lint ! -name freebsd ! -path tests/lab/guest/init ! -path tests/lab/openrc/init | while read -r file; do
    [[ $file == *.bats || $file == *.bash ]] || head -n 1 "$file" | grep -qaE '^#!.*[ /]bash$' || continue
    echo "$file"
  done
}

@test "every command that tests and scripts call is in a package that make test installs" {
  cd "$ROOT"
  scripts_of_this_machine >"$BATS_TEST_TMPDIR/scripts"
  grep -qx tests/run "$BATS_TEST_TMPDIR/scripts"
  xargs tests/lab/sources/commands.py <"$BATS_TEST_TMPDIR/scripts" >"$BATS_TEST_TMPDIR/commands"
  for command in awk cmake git mke2fs zsh; do grep -qx "$command" "$BATS_TEST_TMPDIR/commands"; done
  cat >"$BATS_TEST_TMPDIR/look" <<-'END'
	# What is there before anything is installed, what the lists name, and what that is made of.
	base=$(dpkg-query -W -f '${Essential} ${Priority} ${Package}\n' | awk '$1 == "yes" || $2 == "required" {print $NF}')
	named=$(sed 's/ *#.*//; /^$/d' tests/lab/tools/packages/{build,test}.txt)
	parts=$(dpkg-query -W -f '${Depends}, ${Pre-Depends}\n' $named | tr ',|' '\n\n' | sed -E 's/^ *([^ :]*).*/\1/')
	fine=" $(echo $base $named $parts) "
	while read -r command; do
	  path=$(type -P "$command") || {
	    echo "$command: not there"
	    continue
	  }
	  # Of a link that an alternative made, such as awk, the file behind it is in a package.
	  package=$(for path in "$path" "$(readlink -f "$path")"; do
	    dpkg -S "$path" "${path#/usr}" 2>/dev/null
	  done | head -n 1 | cut -d: -f1)
	  [[ $fine == *" $package "* ]] || echo "$command: in ${package:-no package}, which no list names"
	done
	END
  # Functions that run on Gentoo-like machines call emerge and ebuild there; ccache is used where somebody has installed it.
  run on_bare bash -c "$(<"$BATS_TEST_TMPDIR/look")" < <(grep -vxE 'emerge|ebuild|ccache' "$BATS_TEST_TMPDIR/commands")
  echo "$output"
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "unit and cli pass there, without a skip" {
  run on_bare tests/run unit cli
  echo "$output" | grep -E '^not ok|# skip|Failed|^  (unit|cli|all)|passed, |missing|error' || true
  [ "$status" -eq 0 ]
  [[ ${lines[-1]} =~ ^[0-9]+' passed, 0 failed, 0 skipped'$ ]]
}
