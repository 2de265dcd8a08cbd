#!/usr/bin/env bats
# The arrows between the rooms of src/: an include is allowed only along a link of the room's
# CMakeLists.txt, so that the picture in docs/design.md stays true. Needs: no root, no network.

setup() {
  src=$BATS_TEST_DIRNAME/../../src
}

# The rooms that ROOM links, read where CMake reads them.
rooms_linked_by() {
  sed -n '/aoe_room(/,/)/p' "$src/$1/CMakeLists.txt" | tr '\n' ' ' |
    grep -oE 'ROOMS [a-z ]+' | sed 's/ROOMS//' || true
}

# The arrows as "from>to", closed over what links what, so a room may use what its rooms use.
arrows() {
  local room=$1 next
  for next in $(rooms_linked_by "$room"); do
    echo "$next"
    arrows "$next"
  done
}

@test "every include between rooms follows an arrow" {
  local bad=0 room file line target
  local allowed
  for room in "$src"/*/; do
    room=$(basename "$room")
    allowed=" $room $(arrows "$room" | sort -u | tr '\n' ' ')"
    while IFS=: read -r file line target; do
      target=${target#*\"} target=${target%%/*}
      [ -d "$src/$target" ] || continue
      if [[ $allowed != *" $target "* ]]; then
        echo "$file:$line: $room includes $target/, which no arrow of src/$room/CMakeLists.txt allows"
        bad=1
      fi
    done < <(grep -rnE '^#include "[a-z]+/' "$src/$room" --include=*.cpp --include=*.h)
  done
  [ "$bad" -eq 0 ]
}

@test "the rooms link only what docs/design.md draws" {
  # base stands alone; nothing links the three programs' rooms.
  [ -z "$(rooms_linked_by base)" ]
  [ "$(rooms_linked_by aoe | xargs)" = base ]
  ! grep -lE 'ROOMS.*\b(vblade|aoetools|mount)\b' "$src"/*/CMakeLists.txt
}

@test "libmount, libblkid and libudev live in mount alone, yaml-cpp in config alone" {
  ! grep -rlE '#include <(libmount|blkid|libudev)' "$src" --include=*.cpp --include=*.h | grep -v "^$src/mount/"
  ! grep -rlE '#include <yaml-cpp' "$src" --include=*.cpp --include=*.h | grep -v "^$src/config/"
}

@test "includes of our own headers name their room" {
  ! grep -rnE '^#include "[^/"]+"' "$src" --include=*.cpp --include=*.h
}
