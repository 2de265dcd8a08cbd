#!/usr/bin/env bats
# The release's tarball. Needs: git, and PyPI once for pkgcheck.

setup() {
  ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1 || skip "needs a git checkout: the tarball is made of a commit"
}

@test "the release's tarball is a whole repository, the same bytes every time" {
  local tarball sum
  tarball=$ROOT/$("$ROOT/overlay/dist" 2>/dev/null)
  sum=$(sha256sum <"$tarball")
  "$ROOT/overlay/dist" 2>/dev/null
  [ "$(sha256sum <"$tarball")" = "$sum" ]

  tar -xf "$tarball" -C "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR"/aoe-storage-2026.11
  [ -z "$(find . -xtype l)" ] # no link leads to nothing
  "$ROOT/tests/lab/pkgcheck" "$PWD"
}
