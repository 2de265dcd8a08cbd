#!/usr/bin/env bats
# The packages with the newest compiler and libraries there are: Debian sid's, which are what ::gentoo has or a step ahead.
# Needs: root, overlayfs.

load ../lab/gentoo

setup() {
  gentoo_fresh
  export AOE_TOOLCHAIN=toolchain-sid
}

emerge_all() { # VARIABLE=VALUE...
  with_overlay env FEATURES=test USE=dracut "$@" emerge --verbose --quiet-build=n vblade aoetools >"$BATS_TEST_TMPDIR/log" 2>&1 || {
    grep -E 'error|warning|FAILED|^not ok|\*\*\*' "$BATS_TEST_TMPDIR/log" | head -n 60
    tail -n 30 "$BATS_TEST_TMPDIR/log"
    return 1
  }
}

@test "all three packages compile with sid's compiler and libraries, pass their tests and install" {
  emerge_all
  [ "$(cd "$machine/upper/var/db/pkg" && echo sys-*/*)" = "sys-block/aoetools-2026.11 sys-block/vblade-2026.11 sys-fs/aoe-mount-2026.11" ]
  [ "$(grep -cE '^100% tests passed, 0 tests failed out of [1-9][0-9]+$' "$BATS_TEST_TMPDIR/log")" -eq 3 ]
  ! grep '^not ok ' "$BATS_TEST_TMPDIR/log"
  ! qa_notices <"$BATS_TEST_TMPDIR/log"
  # What was really used.
  grep -E '^-- The CXX compiler identification is GNU 1[5-9]\.' "$BATS_TEST_TMPDIR/log"
  on_gentoo grep -E '^(dev-libs/libfmt-1[1-9]|dev-build/cmake-4)' /etc/portage/profile/package.provided
}

# Sid moves every day, so a new warning must not fail `make test`.
# bats test_tags=long
@test "with sid's compiler and libraries there is no warning" {
  emerge_all MYCMAKEARGS=-DAOE_WERROR=ON CMAKE_QA_SRC_DIR_READONLY=yes
  ! grep -E 'CMake Warning|: warning: ' "$BATS_TEST_TMPDIR/log"
}
