# What programs and tests need, in the names of Gentoo's packages; and what an ebuild says that they need.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

# Gentoo's package of what find_package or pkg_check_modules names.
gentoo_package() { # NAME
  case $1 in
  CLI11) echo dev-cpp/cli11 ;;
  GTest) echo dev-cpp/gtest ;;
  blkid | mount) echo sys-apps/util-linux ;;
  fmt) echo dev-libs/libfmt ;;
  libmnl) echo net-libs/libmnl ;;
  libpcap) echo net-libs/libpcap ;;
  libseccomp) echo sys-libs/libseccomp ;;
  liburing) echo sys-libs/liburing ;;
  nlohmann_json) echo dev-cpp/nlohmann_json ;;
  spdlog) echo dev-libs/spdlog ;;
  yaml-cpp) echo dev-cpp/yaml-cpp ;;
  PkgConfig | Threads) ;;
  *) echo "no-package-known-for/$1" ;;
  esac
}

# Gentoo's package of a shared library; nothing for those of the compiler, the sanitizers and the C library.
library_package() { # SONAME
  case $1 in
  libblkid.so.* | libmount.so.*) gentoo_package mount ;;
  libasan.so.* | libc.so.* | libgcc_s.so.* | libm.so.* | libstdc++.so.* | libubsan.so.* | ld-linux*) ;;
  libyaml-cpp.so.*) gentoo_package yaml-cpp ;;
  libfmt.so.* | libspdlog.so.*) gentoo_package "$(sed -E 's/^lib([a-z]+)\.so.*/\1/' <<<"$1")" ;;
  *) gentoo_package "${1%%.so*}" ;;
  esac
}

# The packages whose libraries these programs were linked with and use.
needed() { # PROGRAM...
  local soname
  for soname in $(readelf -d "$@" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' | sort -u); do library_package "$soname"; done | sort -u
}

# What CMake looks for when it builds this package and its unit tests.
looked_for() { # PACKAGE
  local switches=(-DAOE_VBLADE=OFF -DAOE_AOETOOLS=OFF -DAOE_MOUNT=OFF -DBUILD_TESTING=ON) build trace name
  case $1 in
  vblade) switches+=(-DAOE_VBLADE=ON) ;;
  aoetools) switches+=(-DAOE_AOETOOLS=ON) ;;
  aoe-mount) switches+=(-DAOE_MOUNT=ON) ;;
  esac
  build=$(mktemp -d "$BATS_TEST_TMPDIR/cmake.XXXX") trace=$build/trace
  cmake -S "$ROOT" -B "$build" -G Ninja "${switches[@]}" --trace-format=json-v1 --trace-redirect="$trace" --trace-expand >"$build/log" 2>&1 || {
    cat "$build/log"
    return 1
  }
  # Not what the packages of others look for in their turn, which are not of this tree.
  for name in $(jq -r --arg root "$ROOT/" 'select(.file? and (.file | startswith($root)))
    | select(.cmd == "find_package" or .cmd == "pkg_check_modules") | .args | map(select(test("^[A-Z_]+$") | not)) | .[]' "$trace" | sort -u); do
    gentoo_package "$name"
  done | sort -u
}

# A variable of an ebuild.
# shellcheck disable=SC2034,SC2317 # what the ebuild uses
ebuild_variable() { # EBUILD VARIABLE
  (
    inherit() { :; }
    P=${1##*/}
    P=${P%.ebuild} PV=${P##*-} PN=${P%-*} WORKDIR=/
    # shellcheck source=/dev/null
    source "$1"
    echo "${!2}"
  )
}

# The packages in one of an ebuild's dependency variables that gentoo_package may answer; without the operators of slots.
depended() { # EBUILD VARIABLE
  ebuild_variable "$@" | tr -s ' \t' '\n' | sed 's/:=$//' |
    grep -Fx -f <(declare -f gentoo_package | grep -oE 'echo [a-z/0-9_-]+' | cut -d' ' -f2) | sort -u
}

# The packages that an ebuild asks for with USE=test alone.
test_tools() { # EBUILD
  ebuild_variable "$1" BDEPEND | tr '\n\t' '  ' | sed -nE 's/.*test\? \(([^)]*)\).*/\1/p' | tr -s ' ' '\n' | sed '/^$/d' | sort
}

# Gentoo's package of a program that tests call and that no Gentoo has by itself.
tool_package() { # PROGRAM
  case $1 in
  bats) echo dev-util/bats ;;
  git) echo dev-vcs/git ;;
  ip | tc) echo sys-apps/iproute2 ;;
  jq) echo app-misc/jq ;;
  logrotate) echo app-admin/logrotate ;;
  mandoc) echo app-text/mandoc ;;
  python3) echo dev-lang/python ;;
  socat) echo net-misc/socat ;;
  tcpdump) echo net-analyzer/tcpdump ;;
  zsh) echo app-shells/zsh ;;
  esac
}
tools=(bats git ip tc jq logrotate mandoc python3 socat tcpdump zsh)

# The packages of the programs that these tests call, less the stories that are for developers alone.
tools_called_by() { # BATS...
  local tool words expected="is (\\$?'[^']*'|\"[^\"]*\"|[^ ]+) "
  words=$(awk '/^# bats test_tags=developer$/ {skip = 1} !skip && !/^ *#/ {print} /^}/ {skip = 0}' "$@")
  for tool in "${tools[@]}"; do
    # A program is called at the beginning of a command, or named to be looked for.
    ! grep -qE "(^|[|;&(]) *(run |env |timeout [0-9]+ |[A-Z]+=[^ ]+ |$expected)*$tool |need [a-z0-9 ]*\b$tool\b|command -v $tool\b" <<<"$words" ||
      tool_package "$tool"
  done | sort -u
}
