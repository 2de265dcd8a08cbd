#!/usr/bin/env bats
# Gentoo's linter on the repository. Needs: no root; PyPI once.

@test "pkgcheck scan finds nothing" {
  run "$BATS_TEST_DIRNAME/../../tests/lab/pkgcheck"
  echo "$output"
  [ "$status" -eq 0 ]
  [ -z "$(grep -v '^tests/lab/pkgcheck: getting' <<<"$output")" ]
}
