#!/usr/bin/env bats
# Gentoo's linter on the repository. Needs: no root; PyPI once.

load ../lab/setup

finds_nothing() { # [DIR]
  run "$LAB/tools/pkgcheck" "$@"
  echo "$output"
  [ "$status" -eq 0 ]
  [ -z "$(grep -v '^tests/lab/tools/pkgcheck: getting' <<<"$output")" ]
}

@test "pkgcheck scan finds nothing" {
  finds_nothing
}

@test "nor does it when overlay/owner.conf is filled in" {
  mkdir "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy"
  (cd "$ROOT" && tar --create --exclude=./build --exclude=./.git .) | tar --extract
  sed -i 's|^EMAIL=.*|EMAIL=one@some.org|; s|^HOMEPAGE=.*|HOMEPAGE=https://some.org/aoe|; s|^BUGS=.*|BUGS=bugs@some.org|
    s|^SECURITY=.*|SECURITY=secret@some.org|; s|^REPOSITORY=.*|REPOSITORY=https://some.org/aoe.git|
    s|^DOWNLOADS=.*|DOWNLOADS=https://some.org/aoe/releases|' overlay/owner.conf
  overlay/owner
  finds_nothing "$PWD"
}
