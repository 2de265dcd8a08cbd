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

# The files that ANYWHERE of src/aoetools/CMakeLists.txt names, and the other rooms' that they are built with on every system.
built_anywhere() {
  local room file
  {
    sed -n '/set(AOE_TOOLS_ANYWHERE/,/)/p' "$src/aoetools/CMakeLists.txt" | grep -oE '[a-z_]+\.cpp' | sed 's,^,aoetools/,'
    echo aoetools/json.cpp aoetools/options.cpp aoetools/main.cpp
    for room in base net; do
      sed -nE '/^set\((sources|frames)/p' "$src/$room/CMakeLists.txt" | grep -oE '[a-z_]+\.cpp' | sed "s,^,$room/,"
    done
    (cd "$src" && ls aoe/*.cpp cli/*.cpp)
  } | tr ' ' '\n' | sed 's,^base/version\.cpp$,&.in,' # which CMake makes the file of
}

# Those, and all of our headers that they include, directly or not.
with_headers() { # FILE...
  local -A seen=()
  local -a todo=("$@")
  local file
  while ((${#todo[@]})); do
    file=${todo[0]}
    todo=("${todo[@]:1}")
    [ -z "${seen[$file]-}" ] || continue
    seen[$file]=1
    mapfile -t -O "${#todo[@]}" todo < <(sed -nE 's/^#include "([^"]+)".*/\1/p' "$src/$file")
  done
  printf '%s\n' "${!seen[@]}"
}

# `make freebsd` shows more: that they build there.
@test "what aoe scan and dump are made of includes POSIX, libpcap and C++ libraries, and nothing of Linux" {
  local files bad
  mapfile -t files < <(built_anywhere)
  [ "${#files[@]}" -gt 40 ]
  for file in aoetools/scan.cpp aoetools/dump.cpp aoetools/wire.cpp net/capture.cpp net/interface.cpp base/fd.cpp; do
    [[ " ${files[*]} " == *" $file "* ]]
  done
  mapfile -t files < <(with_headers "${files[@]}")
  bad=$(cd "$src" && grep -nE '^#include <' "${files[@]}" |
    grep -vE '<([a-z_0-9]+|c[a-z]+|fmt/.*|nlohmann/.*|CLI/.*|spdlog/.*|pcap/pcap\.h)>' |
    grep -vE '<(fcntl|fnmatch|ifaddrs|poll|regex|unistd|sys/(socket|stat|types|uio|wait))\.h>' || true)
  echo "$bad"
  [ -z "$bad" ]
}
