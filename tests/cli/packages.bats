#!/usr/bin/env bats
# The ebuilds say again what CMake says: which libraries a program links, which files it installs, which release it is.
# Needs: no root, no network.

load ../lab/sources/dependencies

setup() {
  local ebuild
  ebuilds=()
  for ebuild in "$ROOT"/sys-*/*/*.ebuild; do
    [[ $ebuild == *-9999.ebuild ]] || ebuilds+=("$ebuild") # a link to the other
  done
  cd "$BATS_TEST_TMPDIR"
}

# Of these only headers are used: nothing of them is needed once the program is built.
headers_only="dev-cpp/cli11 dev-cpp/gtest dev-cpp/nlohmann_json"

# These have a subslot in ::gentoo that changes with the library's binary interface (seen in August 2026).
subslots="dev-cpp/yaml-cpp dev-libs/libfmt dev-libs/spdlog net-libs/libmnl sys-libs/liburing"

# The folders of src/ that a package builds.
rooms() { # PACKAGE
  case $1 in
  vblade) echo base aoe net cli kernel config disk vblade ;;
  aoetools) echo base aoe net cli kernel aoetools ;;
  aoe-mount) echo base aoe net cli kernel config aoe_mount ;;
  esac
}

# The programs that a package installs.
programs() { # PACKAGE
  case $1 in
  vblade) echo "$VBLADE" "$VBLADECTL" ;;
  aoetools) echo "$AOE" ;;
  aoe-mount) echo "$AOE_MOUNT" ;;
  esac
}

@test "each package depends on the libraries that its programs need, and on no others" {
  local ebuild package
  for ebuild in "${ebuilds[@]}"; do
    package=$(basename "$(dirname "$ebuild")")
    # shellcheck disable=SC2046 # two words of two programs
    needed $(programs "$package") >libraries
    looked_for "$package" >found
    diff -u --label "looked for by CMake, for $package" --label "DEPEND of $package" found <(depended "$ebuild" DEPEND)
    diff -u --label "needed by $package's programs" --label "RDEPEND of $package" libraries <(depended "$ebuild" RDEPEND)
    diff -u --label "needed by $package's programs" --label "looked for by CMake, and more than headers" libraries \
      <(grep -vFx -f <(tr ' ' '\n' <<<"$headers_only") found)
  done
}

@test "a package's dependencies have := where Gentoo's libraries have subslots" {
  local ebuild variable
  for ebuild in "${ebuilds[@]}"; do
    for variable in DEPEND RDEPEND; do
      diff -u --label "subslots in $variable of $ebuild" --label := \
        <(depended "$ebuild" "$variable" | grep -Fx -f <(tr ' ' '\n' <<<"$subslots") || true) \
        <(ebuild_variable "$ebuild" "$variable" | tr -s ' \t' '\n' | sed -n 's/:=$//p' | sort -u)
    done
  done
}

@test "the tests that a package runs call no program that USE=test does not bring" {
  local ebuild package globs
  for ebuild in "${ebuilds[@]}"; do
    package=$(basename "$(dirname "$ebuild")")
    globs=$(sed -nE "s/.*bats --tap --filter-tags '!developer' (.*\.bats) .*/\1/p" "$ebuild")
    [[ $globs == tests/cli/* ]]
    # shellcheck disable=SC2046 # the words are files
    diff -u --label "called by $globs" --label "BDEPEND of $package with USE=test" \
      <({
        tool_package bats
        cd "$ROOT"
        tools_called_by $(eval "echo $globs")
      } | sort -u) <(test_tools "$ebuild")
  done
}

@test "each package brings the folders that its CMake files and init scripts name" {
  local ebuild package files dangling name room
  for ebuild in "${ebuilds[@]}"; do
    package=$(basename "$(dirname "$ebuild")")
    files=$(dirname "$ebuild")/files
    dangling=$(find -L "$files" -maxdepth 2 -type l)
    [[ -z $dangling ]] || {
      echo "links to nothing: $dangling"
      false
    }
    for name in $(grep -rhoE '#include "tests/[a-z]+' "$ROOT/tests/unit" | cut -d/ -f2 | sort -u); do
      [[ -e $files/tests/$name ]] || {
        echo "tests/unit includes from tests/$name: link it in ${files#"$ROOT"/}/tests"
        false
      }
    done
    for room in $(rooms "$package"); do
      for name in $(grep -rhoE --include=CMakeLists.txt 'PROJECT_SOURCE_DIR\}/[^/ )]+' "$ROOT/src/$room" | cut -d/ -f2 | sort -u); do
        [[ -e $files/$name ]] || {
          echo "src/$room uses $name: link it in ${files#"$ROOT"/}"
          false
        }
      done
    done
  done
}

# Real modprobe says what it makes of the file. OpenRC's service modules and systemd skip empty lines and those that begin with # or ;.
@test "as they come, modules-load.d and modprobe.d of aoetools do nothing; a # less, and the driver is loaded on one interface" {
  local conf=$ROOT/src/aoetools drivers
  drivers() { grep -vE '^ *([#;]|$)' "$1" || true; }
  options() { modprobe --showconfig --config "$1" | grep '^options aoe ' || true; }
  [ -z "$(drivers "$conf/modules-load.conf")$(options "$conf/modprobe.conf")" ]
  sed 's/^#aoe/aoe/' "$conf/modules-load.conf" >"$BATS_TEST_TMPDIR/modules"
  sed 's/^#options/options/' "$conf/modprobe.conf" >"$BATS_TEST_TMPDIR/aoe.conf"
  is aoe drivers "$BATS_TEST_TMPDIR/modules"
  is "options aoe aoe_iflist=eth1" options "$BATS_TEST_TMPDIR/aoe.conf"
}

@test "the ebuilds, CMake and the changelog name the same release" {
  local release ebuild
  release=$(sed -nE 's/^project\(.* VERSION ([0-9.]+).*/\1/p' "$ROOT/CMakeLists.txt")
  for ebuild in "${ebuilds[@]}"; do
    [[ $ebuild =~ -"$release"(-r[0-9]+)?\.ebuild$ ]]
    # Version 9999 is the same text.
    is "$(basename "$ebuild")" readlink "$(dirname "$ebuild")/$(basename "$(dirname "$ebuild")")-9999.ebuild"
  done
  basename -a "${ebuilds[@]}" | sed -E 's/^[a-z-]+-([0-9])/\1/' | sort -u | is 1 wc -l # one revision, too
  grep -q "^## $release" "$ROOT/CHANGELOG.md"
}
