#!/usr/bin/env bats
# Warnings of the newest compiler and libraries there are, Debian sid's; emerge.bats has all else. Needs: root, overlayfs.

load ../lab/gentoo/gentoo

setup() {
  gentoo_fresh
  export AOE_TOOLCHAIN=toolchain-sid
}

# Sid moves every day, so a new warning must not fail `make test`.
# bats test_tags=long
@test "with sid's compiler and libraries there is no warning" {
  with_overlay env FEATURES=test USE=dracut MYCMAKEARGS=-DAOE_WERROR=ON CMAKE_QA_SRC_DIR_READONLY=yes \
    emerge --verbose --quiet-build=n vblade aoetools >"$BATS_TEST_TMPDIR/log" 2>&1 || {
    grep -E 'error|warning|FAILED|^not ok|\*\*\*' "$BATS_TEST_TMPDIR/log" | head -n 60
    tail -n 30 "$BATS_TEST_TMPDIR/log"
    return 1
  }
  ! grep -E 'CMake Warning|: warning: ' "$BATS_TEST_TMPDIR/log"
}
