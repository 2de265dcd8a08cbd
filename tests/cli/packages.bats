#!/usr/bin/env bats
# The ebuilds say again what CMake says: which libraries a program links, which files it installs, which release it is.
# Needs: no root, no network.

setup() {
  ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  ebuilds=("$ROOT"/sys-*/*/*.ebuild)
}

# Gentoo's package of what find_package or pkg_check_modules names.
gentoo_package() { # NAME
  case $1 in
  CLI11) echo dev-cpp/cli11 ;;
  GTest) echo dev-cpp/gtest ;;
  blkid | mount) echo sys-apps/util-linux ;;
  fmt) echo dev-libs/libfmt ;;
  libcap-ng) echo sys-libs/libcap-ng ;;
  libmnl) echo net-libs/libmnl ;;
  libpcap) echo net-libs/libpcap ;;
  libseccomp) echo sys-libs/libseccomp ;;
  libudev) echo virtual/libudev ;;
  liburing) echo sys-libs/liburing ;;
  nlohmann_json) echo dev-cpp/nlohmann_json ;;
  spdlog) echo dev-libs/spdlog ;;
  yaml-cpp) echo dev-cpp/yaml-cpp ;;
  PkgConfig | Threads) ;;
  *) echo "no-package-known-for/$1" ;;
  esac
}

# Of these only headers are used: nothing of them is needed once the program is built.
headers_only="dev-cpp/cli11 dev-cpp/nlohmann_json"

# The folders of src/ that a package builds.
rooms() { # PACKAGE
  case $1 in
  vblade) echo base aoe net cli config disk vblade ;;
  aoetools) echo base aoe net cli aoetools ;;
  aoe-mount) echo base aoe net cli config mount ;;
  esac
}

linked() { # PACKAGE
  local room name
  for room in $(rooms "$1"); do
    for name in $(sed -nE 's/#.*//; s/.*find_package\(([A-Za-z0-9_]+).*/\1/p; s/.*pkg_check_modules\([A-Z_]+ REQUIRED IMPORTED_TARGET ([^)]*)\).*/\1/p' "$ROOT/src/$room/CMakeLists.txt"); do
      gentoo_package "$name"
    done
  done | sort -u
}

# The libraries in one of an ebuild's dependency variables: whatever gentoo_package may answer.
depended() { # EBUILD VARIABLE
  (
    inherit() { :; }
    P=${1##*/}
    P=${P%.ebuild} PV=${P##*-} PN=${P%-*} WORKDIR=/
    # shellcheck source=/dev/null
    source "$1"
    tr -s ' \t' '\n' <<<"${!2}"
  ) | sed 's/:=$//' | grep -Fx -f <(declare -f gentoo_package | grep -oE 'echo [a-z/0-9_-]+' | cut -d' ' -f2) | sort -u
}

@test "each package depends on the libraries that its program links, and on no others" {
  local ebuild package wanted
  for ebuild in "${ebuilds[@]}"; do
    package=$(basename "$(dirname "$ebuild")")
    wanted=$(linked "$package")
    diff -u --label "linked by $package's rooms" --label "DEPEND of $package" \
      <(printf '%s\n' "$wanted" dev-cpp/gtest | sort -u) <(depended "$ebuild" DEPEND)
    diff -u --label "linked by $package's rooms, needed at run time" --label "RDEPEND of $package" \
      <(grep -vFx -f <(tr ' ' '\n' <<<"$headers_only") <<<"$wanted") <(depended "$ebuild" RDEPEND)
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
      for name in $(grep -oE 'PROJECT_SOURCE_DIR\}/[^/ )]+' "$ROOT/src/$room/CMakeLists.txt" | cut -d/ -f2 | sort -u); do
        [[ -e $files/$name ]] || {
          echo "src/$room/CMakeLists.txt uses $name: link it in ${files#"$ROOT"/}"
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
  [ "$(drivers "$BATS_TEST_TMPDIR/modules")" = aoe ]
  [ "$(options "$BATS_TEST_TMPDIR/aoe.conf")" = "options aoe aoe_iflist=eth1" ]
}

@test "the ebuilds, CMake and the changelog name the same release" {
  local release ebuild
  release=$(sed -nE 's/^project\(.* VERSION ([0-9.]+).*/\1/p' "$ROOT/CMakeLists.txt")
  for ebuild in "${ebuilds[@]}"; do [[ $ebuild == *-"$release".ebuild ]]; done
  grep -q "^## $release" "$ROOT/CHANGELOG.md"
}
