#!/usr/bin/env bats
# The arrows between the rooms of src/: an include is allowed only along a link of the room's
# CMakeLists.txt, so that the drawing in docs/ARCHITECTURE.md stays true. Needs: no root, no network.

load ../lab/sources/rooms

# The folders that FOLDER's files may include from: its own, those that its arrows lead to, and those that these lead to.
reach_of() { # FOLDER
  local -A seen=()
  local -a todo=("$1")
  local inner=${1%/*}/ next
  [[ $1 == */* ]] || inner=
  while ((${#todo[@]})); do
    next=${todo[0]} todo=("${todo[@]:1}")
    [ -z "${seen[$next]-}" ] || continue
    seen[$next]=1
    for next in $(rooms_linked_by "$next"); do todo+=("$inner$next"); done
  done
  printf '%s\n' "${!seen[@]}"
}

# Includes of one room's files by another's, or by one of its own inner rooms, that no arrow allows.
includes_against_arrows() {
  local folder room allowed file line target
  while read -r folder; do
    room=${folder%%/*}
    allowed=" $(reach_of "$room" | tr '\n' ' ') $(reach_of "$folder" | tr '\n' ' ') "
    while IFS=: read -r file line target; do
      target=${target#*\"} target=${target%/*}
      [ -d "$src/${target%%/*}" ] || continue
      if [ "${target%%/*}" != "$room" ]; then
        target=${target%%/*}
      elif [ "$folder" = "$room" ]; then
        continue # the files that stand in no inner room know all of them
      elif [ "$target" = "$room" ]; then
        target="$room's own files" # and none of them knows these
      fi
      [[ $allowed == *" $target "* ]] ||
        echo "$file:$line: $folder includes $target, which no arrow of src/$folder/CMakeLists.txt allows"
    done < <(cd "$src" && grep -nHE '^#include "[a-z_]+/' "$folder"/*.cpp "$folder"/*.h 2>/dev/null)
  done < <(cd "$src" && find . -mindepth 2 \( -name '*.cpp' -o -name '*.h' \) -printf '%P\n' | sed 's,/[^/]*$,,' | sort -u)
}

@test "every include between rooms follows an arrow" {
  includes_against_arrows
  [ -z "$(includes_against_arrows)" ]
}

# A made-up house: the rooms ground and hall, and in hall the inner rooms deep, middle and high.
@test "an include that no arrow allows is found, between rooms and between inner rooms" {
  src=$BATS_TEST_TMPDIR/src
  mkdir -p "$src"/{ground,other,hall/{deep,middle,high}}
  echo 'aoe_room(ground SOURCES earth.cpp)' >"$src/ground/CMakeLists.txt"
  echo 'aoe_room(other SOURCES one.cpp)' >"$src/other/CMakeLists.txt"
  echo 'aoe_room(hall INNER deep middle high ROOMS ground LIBRARIES fmt::fmt)' >"$src/hall/CMakeLists.txt"
  echo 'aoe_inner_room(hall deep SOURCES well.cpp)' >"$src/hall/deep/CMakeLists.txt"
  printf 'aoe_inner_room(hall middle\n  SOURCES floor.cpp\n  ROOMS deep)\n' >"$src/hall/middle/CMakeLists.txt"
  echo 'aoe_inner_room(hall high SOURCES roof.cpp ROOMS middle)' >"$src/hall/high/CMakeLists.txt"
  printf '#include "%s"\n' hall/high/roof.h hall/deep/well.h ground/earth.h >"$src/hall/main.cpp"
  printf '#include "%s"\n' hall/high/tile.h hall/middle/floor.h hall/deep/well.h ground/earth.h >"$src/hall/high/roof.cpp"
  [ -z "$(includes_against_arrows)" ]
  printf '#include "%s"\n' ground/earth.h hall/middle/floor.h hall/service.h other/one.h >"$src/hall/deep/well.cpp"
  printf '#include "%s"\n' hall/deep/well.h >"$src/ground/earth.cpp"
  diff <(includes_against_arrows | cut -d, -f1) - <<'EOF'
ground/earth.cpp:1: ground includes hall
hall/deep/well.cpp:2: hall/deep includes hall/middle
hall/deep/well.cpp:3: hall/deep includes hall's own files
hall/deep/well.cpp:4: hall/deep includes other
EOF
}

@test "every folder of the sources in a room is an inner room, which the room names" {
  local folder
  while read -r folder; do
    grep -qE "^aoe_inner_room\\(${folder%/*} ${folder#*/}\\b" "$src/$folder/CMakeLists.txt"
    sed -n '/aoe_room(/,/)/p' "$src/${folder%/*}/CMakeLists.txt" | tr '\n' ' ' | grep -qE "\\bINNER [a-z_ ]*\\b${folder#*/}\\b"
  done < <(cd "$src" && find . -mindepth 3 \( -name '*.cpp' -o -name '*.h' \) -printf '%P\n' | sed 's,/[^/]*$,,' | sort -u)
}

@test "the rooms link only what docs/ARCHITECTURE.md draws" {
  # base stands alone; nothing links the three programs' rooms.
  [ -z "$(rooms_linked_by base)" ]
  rooms_linked_by aoe | is base xargs
  ! grep -lE 'ROOMS.*\b(vblade|aoetools|aoe_mount)\b' "$src"/*/CMakeLists.txt
}

@test "libmount and libblkid live in aoe_mount alone, libudev nowhere, yaml-cpp in config alone, nlohmann in base/json.cpp, CLI11 in cli" {
  ! grep -rlE '#include <(libmount|blkid)' "$src" --include=*.cpp --include=*.h | grep -v "^$src/aoe_mount/"
  ! grep -rlE '#include <libudev' "$src" --include=*.cpp --include=*.h
  ! grep -rlE '#include <yaml-cpp' "$src" --include=*.cpp --include=*.h | grep -v "^$src/config/"
  [ "$(grep -rlE '#include <nlohmann' "$src" --include=*.cpp --include=*.h)" = "$src/base/json.cpp" ]
  ! grep -rlE '#include <CLI' "$src" --include=*.cpp --include=*.h | grep -v "^$src/cli/"
}

@test "includes of our own headers name their room" {
  ! grep -rnE '^#include "[^/"]+"' "$src" --include=*.cpp --include=*.h
}

# The files of src/aoetools that its CMake lists do not keep for Linux, and the other rooms' that they are built with on every system.
built_anywhere() {
  local room file list
  {
    for list in "$src"/aoetools/CMakeLists.txt "$src"/aoetools/*/CMakeLists.txt; do
      sed -nE '/aoe_(inner_)?room\(|aoe_heavy_templates\(|add_executable\(/,/\)/p' "$list" | tr '\n' ' ' |
        sed -E 's/LINUX [a-z_. ]+//g' | grep -oE '[a-z_]+\.cpp' | sed "s,^,${list%/*}/," || true
    done | sed "s,^$src/,,"
    for room in base net kernel; do
      sed -nE '/^set\((sources|frames)/p' "$src/$room/CMakeLists.txt" | grep -oE '[a-z_]+\.cpp' | sed "s,^,$room/,"
    done
    (cd "$src" && ls aoe/*.cpp base/json.cpp cli/*.cpp)
  } | sed 's,^base/version\.cpp$,&.in,' # which CMake makes the file of
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
  for file in aoetools/main.cpp aoetools/target_commands/{scan,dump}.cpp base/json.cpp aoetools/wire/wire.cpp net/capture.cpp net/interface.cpp base/fd.cpp; do
    [[ " ${files[*]} " == *" $file "* ]]
  done
  mapfile -t files < <(with_headers "${files[@]}")
  bad=$(cd "$src" && grep -nE '^#include <' "${files[@]}" |
    grep -vE '<([a-z_0-9]+|c[a-z]+|fmt/.*|nlohmann/.*|CLI/.*|spdlog/.*|pcap/pcap\.h)>' |
    grep -vE '<(fcntl|fnmatch|ifaddrs|poll|regex|unistd|sys/(socket|stat|types|uio|wait))\.h>' || true)
  echo "$bad"
  [ -z "$bad" ]
}
