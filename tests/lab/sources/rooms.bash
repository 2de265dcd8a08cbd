# The rooms of the sources, as CMake has them.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

src=$ROOT/src

# The rooms that FOLDER links, or the inner rooms that it has arrows to.
rooms_linked_by() { # FOLDER
  [ -f "$src/$1/CMakeLists.txt" ] || return 0
  sed -nE '/aoe_(inner_)?room\(/,/\)/p' "$src/$1/CMakeLists.txt" | tr '\n' ' ' |
    grep -oE '\bROOMS [a-z_ ]+' | sed 's/ROOMS//' || true
}

# The rooms, or the inner rooms of ROOM, one a line.
rooms_in() { # [ROOM]
  local list
  for list in "$src/${1-}"/*/CMakeLists.txt; do
    [ ! -f "$list" ] || basename "$(dirname "$list")"
  done | sort
}
