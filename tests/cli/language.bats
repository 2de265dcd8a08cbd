#!/usr/bin/env bats
# The check of what users read: tests/language/check, a step of `make lint`.
# Needs: no root, no network.

load ../lab/setup

setup() {
  cd "$BATS_TEST_TMPDIR"
  mkdir conf.d init.d
}

check() { run "$ROOT/tests/language/check" "$PWD/$1"; }

@test "expressions of the list are found in any case, also over two lines, with the line and what to write" {
  printf '%s\n' "2 when the words" "made no sense." "It Feels well." >page.8
  check page.8
  [ "$status" -eq 1 ]
  [ "$output" = "$PWD/page.8:3: 'Feels': write health, quality
$PWD/page.8:1: 'words made no sense': write usage error" ]
}

@test "parts of words are no expressions" {
  echo "A standard mushroom is stand-alone, outstanding and understood." >page.8
  check page.8
  [ "$status" -eq 0 ]
}

@test "of C++ only string literals are read, neighbours as one text" {
  cat >a.cpp <<'END'
// Whoever tells a story, in a comment
constexpr int kRoom = 1'000'000;
fail("the words made "
     "no sense");
two("words made no", "sense");
END
  check a.cpp
  [ "$status" -eq 1 ]
  [ "$output" = "$PWD/a.cpp:3: 'words made no sense': write usage error" ]
}

@test "of scripts comments are left out, of examples they are read" {
  printf '%s\n' '# whoever reads this' 'einfo "told"' >init.d/service
  check init.d/service
  [ "$output" = "$PWD/init.d/service:2: 'told': write report, log, print, say, configure" ]
  printf '%s\n' '# whoever' '# reads this' >conf.d/service
  check conf.d/service
  [[ $output == "$PWD/conf.d/service:1: 'whoever': write "* ]]
}

@test "an exception holds for its file, or for its text in that file" {
  echo "Find the room first." | tee CONTRIBUTING.md >README.md
  check CONTRIBUTING.md
  [ "$status" -eq 0 ]
  check README.md
  [ "$status" -eq 1 ]
  echo "The house has House rules." >CONTRIBUTING.md
  check CONTRIBUTING.md
  [ "$output" = "$PWD/CONTRIBUTING.md:1: 'house': write source tree, machine" ]
}
