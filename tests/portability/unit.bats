#!/usr/bin/env bats
# Other architectures: everything compiles without a warning, and the unit tests pass, but for those that need what
# qemu-user does not emulate.

setup() {
  cd "$BATS_TEST_DIRNAME/../.." || return
}

# The tests that cannot pass under qemu-user, each with what is missing there: of every architecture, or of one.
not_emulated() {
  cat <<'END'
any   Confinement.StartsNoProgramAndLooksAtNoProcess # seccomp(2): ENOSYS
s390x MappedFile.SaysThatAFileCutShortTakesNothing   # SIGBUS of the instruction MVC: "QEMU internal SIGBUS"
END
}

# ctest takes one regular expression.
left_out() { # ARCH
  [[ $1 != i386 ]] || return 0
  not_emulated | awk -v arch="$1" '$1 == "any" || $1 == arch {sub(/[.]/, "[.]", $2); print "[: ]" $2 "$"}' | paste -sd '|'
}

holds_on() { # ARCH
  local except
  ((EUID == 0)) || skip "namespaces need root"
  tests/lab/tools/cross build "$1"
  except=$(left_out "$1")
  tests/lab/tools/cross test "$1" ${except:+-E "$except"}
}

# bats test_tags=long
@test "i386: all compiles without a warning, and the unit tests pass" { holds_on i386; }

# bats test_tags=long
@test "s390x: all compiles without a warning, and the unit tests pass under qemu" { holds_on s390x; }

# bats test_tags=long
@test "arm64: all compiles without a warning, and the unit tests pass under qemu" { holds_on arm64; }

# bats test_tags=long
@test "riscv64: all compiles without a warning, and the unit tests pass under qemu" { holds_on riscv64; }

# bats test_tags=long
@test "ppc64el: all compiles without a warning, and the unit tests pass under qemu" { holds_on ppc64el; }

# bats test_tags=long
@test "armhf: all compiles without a warning, and the unit tests pass under qemu" { holds_on armhf; }
