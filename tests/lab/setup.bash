# What every test may use. Each library of the lab loads this file, so a test that loads one of them has it already.

LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$LAB/../.." && pwd)

# The programs under test: those of the sanitizer build, unless the caller names others, such as installed ones.
: "${VBLADE:=$ROOT/build/asan/src/vblade/vblade}"
: "${VBLADECTL:=$(dirname "$VBLADE")/vbladectl}"
: "${VBLADED:=$(dirname "$VBLADE")/vbladed}"
: "${AOE:=$ROOT/build/asan/src/aoetools/aoe}"
: "${AOE_MOUNT:=$ROOT/build/asan/src/aoe_mount/aoe-mount}"

# For `run -STATUS` and `run --separate-stderr`. A script that is no test has no such function.
if declare -F bats_require_minimum_version >/dev/null; then bats_require_minimum_version 1.5.0; fi

# Skips the test, with the reason, unless root runs it.
need_root() { # REASON
  ((EUID == 0)) || skip "needs root: $1"
}

# Skips the test, with the reason, where one of these programs is missing.
need() { # PROGRAM...
  local program
  for program; do
    command -v "$program" >/dev/null || skip "needs $program"
  done
}

# Fails, and shows what came, unless the command prints EXPECTED. Its exit status does not count, as in "$(COMMAND)". At the
# end of a pipe: ctl --json status | is 4096 jq .exports[0].sectors
is() { # EXPECTED COMMAND...
  local came
  came=$("${@:2}") || true
  [[ $came == "$1" ]] || {
    printf '%s\n' "expected: $1" "came:     $came" "from:     ${*:2}"
    return 1
  }
}

# Retries CMD until it succeeds, for at most SECONDS.
within() { # SECONDS CMD...
  local until=$((SECONDS + $1 + 1))
  shift
  until "$@"; do
    ((SECONDS < until)) || return 1
    sleep 0.05
  done
}
