#!/usr/bin/env bats
# docs/howto.md, followed word by word on two machines with OpenRC and the emerged packages: each command is typed where the
# page has it, and its answer compared with the page's.
# Needs: root, QEMU, /dev/net/tun, what tests/lab/tools/portage needs.

load ../lab/guest/guest
load ../lab/machine/machine

patience=300

setup_file() {
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  guest_require jq
  machines=$BATS_FILE_TMPDIR/machines
  local image name
  image=$("$LAB/machine/image")
  for name in server client; do
    cp --sparse=always "$image" "$BATS_FILE_TMPDIR/$name.image"
    echo "$name" | machine_put "$BATS_FILE_TMPDIR/$name.image" /etc/hostname
  done
  truncate -s 64M "$BATS_FILE_TMPDIR/disk"
  wire_up 1500 0 # the machines make their own interfaces
  machine_ethernet
  machine_hand_on "$BATS_FILE_TMPDIR/state"
}

setup() { source "$BATS_FILE_TMPDIR/state"; }

teardown() { [[ -n ${BATS_TEST_COMPLETED-} ]] || machine_consoles; }

teardown_file() {
  source "$BATS_FILE_TMPDIR/state"
  machine_cut client
  machine_cut server
  wire_down
}

# Compares lines by words: "..." in a line is anything, a line "..." any lines.
answers() { # EXPECTED CAME
  python3 - "$@" <<'END'
import re
import sys
def words(text):
    return [" ".join(line.split()) for line in text.splitlines()]
def pattern(line):
    return ".*".join(re.escape(part) for part in line.split("..."))
whole = "".join(r"(.*\n)*?" if line == "..." else pattern(line) + r"\n" for line in words(sys.argv[1]))
sys.exit(not re.fullmatch(whole, "".join(line + "\n" for line in words(sys.argv[2]))))
END
}

follow() { # STEP
  local machine file command expected came
  machine=$(jq -r .machine <<<"$1") file=$(jq -r '.file // empty' <<<"$1") command=$(jq -r '.command // empty' <<<"$1")
  if [[ -n $file ]]; then
    machine_type "$machine" "$patience" "base64 -d >$file <<<$(jq -r .text <<<"$1" | base64 -w 0)"
  elif [[ $command == "openrc-shutdown --reboot now" ]]; then
    machine_reboot "$machine" "$patience"
    rebooted+=("$machine")
  else
    for machine in "${rebooted[@]}"; do machine_booted "$machine" "$patience"; done
    rebooted=()
    machine=$(jq -r .machine <<<"$1")
    came=$(machine_type "$machine" "$patience" "$command") || {
      echo "$page:$(jq -r .line <<<"$1"): $machine# $command"
      echo "$came"
      return 1
    }
    expected=$(jq -r '.answer[]' <<<"$1")
    answers "$expected" "$came" || {
      printf '%s\n' "$page:$(jq -r .line <<<"$1"): $machine# $command" "the page says:" "$expected" "the machine says:" "$came"
      return 1
    }
  fi
}

@test "from an empty disk to a mounted one, as docs/howto.md has it" {
  local page=docs/howto.md step rebooted=() steps
  cd "$ROOT"
  mapfile -t steps < <("$LAB/sources/howto-steps" "$page")
  ((${#steps[@]} > 20))
  machine_start server "$BATS_FILE_TMPDIR/server.image" "$BATS_FILE_TMPDIR/disk"
  machine_start client "$BATS_FILE_TMPDIR/client.image"
  machine_booted server "$patience"
  machine_booted client "$patience"
  for step in "${steps[@]}"; do follow "$step"; done
  machine_off client "$patience"
  machine_off server "$patience"
  e2fsck -fn "$BATS_FILE_TMPDIR/disk"
}
