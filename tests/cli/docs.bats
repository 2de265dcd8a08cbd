#!/usr/bin/env bats
# The documents compared with the sources: what they draw and name is there, and they stay as short as they are meant to be.
# Needs: no root, no network.

load ../lab/sources/rooms

setup() {
  cd "$ROOT"
  export LC_ALL=C.UTF-8 # drawings are measured in characters
}

# The arrows of the code between the rooms, or between the inner rooms of ROOM: "from to" a line, and each room alone.
arrows_of() { # [ROOM]
  local from to
  for from in $(rooms_in "$@"); do
    echo "$from"
    for to in $(rooms_linked_by "${1:+$1/}$from"); do echo "$from $to"; done
  done | sort
}

# The first drawing below a heading.
drawing_below() { # FILE HEADING
  awk -v heading="$2" '
    /^#/ { below = $0 == heading }
    below && /^```/ { if (inside) exit; inside = 1; next }
    inside' "$1"
}

# The arrows of "from -> to to", a line each.
arrows_in_words() {
  local from all to
  sed -nE 's/^ +([a-z_]+) +-> (.*)/\1 \2/p' | while read -r from all; do
    echo "$from"
    for to in $all; do [[ $to == nothing ]] || echo "$from $to"; done
  done
}

# The arrows of a drawing with a column for each room that uses others, whose ● are the rooms that it uses:
#
#           vblade   aoe_mount
#             │          │
#   disk ◄────●          │        disk ──► base
#   net  ◄────●──────────●        net ──► base
arrows_in_columns() {
  local line rest word columns=() users=() i
  IFS= read -r line
  for word in $line; do
    rest=${line%%"$word"*}
    users+=("$word:${#rest}")
    echo "$word"
  done
  IFS= read -r line
  for ((i = 0; i < ${#line}; i++)); do
    [[ ${line:i:1} != │ ]] || columns+=("$i")
  done
  [[ ${#users[@]} == "${#columns[@]}" ]]
  for i in "${!users[@]}"; do # each line begins below its name
    ((columns[i] >= ${users[i]#*:} && columns[i] < ${users[i]#*:} + ${#users[i]} - 2))
  done
  while IFS= read -r line; do
    read -r word rest <<<"$line"
    [[ $rest == ◄* ]] || continue
    echo "$word"
    for i in "${!users[@]}"; do
      [[ ${line:columns[i]:1} != ● ]] || echo "${users[i]%:*} $word"
    done
    [[ $line != *" ──► "* ]] || for rest in ${line#*" ──► "}; do echo "$word $rest"; done
  done
}

@test "docs/ARCHITECTURE.md draws the rooms and arrows of the code" {
  diff -u --label drawn --label 'ROOMS in src/*/CMakeLists.txt' \
    <(drawing_below docs/ARCHITECTURE.md "## Rooms" | arrows_in_columns | sort) <(arrows_of)
}

@test "docs/ARCHITECTURE.md has a row and a page for each room" {
  diff -u <(rooms_in) <(sed -nE 's/^\| ([a-z_]+) \| .* \| (below|\[.*\]\(internals\/.*\.md\)) \|$/\1/p' docs/ARCHITECTURE.md | sort)
}

# The page that its row in docs/ARCHITECTURE.md names.
page_of() { # ROOM
  sed -nE "s/^\| $1 \| .*\((internals\/.*\.md)\) \|\$/docs\/\1/p" docs/ARCHITECTURE.md
}

@test "the page of a room draws its inner rooms and their arrows, and says what each holds" {
  local room page
  for room in $(rooms_in); do
    [[ -n $(rooms_in "$room") ]] || continue
    page=$(page_of "$room")
    diff -u --label "drawn in $page" --label "ROOMS in src/$room/*/CMakeLists.txt" \
      <(drawing_below "$page" "## Inner rooms" | arrows_in_words | sort) <(arrows_of "$room")
    diff -u --label "rows of $page" --label "folders of src/$room" \
      <(awk '/^#/ { below = $0 == "## Inner rooms" } below' "$page" | sed -nE 's/^\| ([a-z_]+) \| .* \|$/\1/p' | sort) \
      <(rooms_in "$room")
  done
}

@test "docs/README.md lists every document" {
  local file
  for file in docs/*.md docs/*/*.md; do
    [[ $file == docs/README.md ]] || grep -qF "(${file#docs/})" docs/README.md || {
      echo "docs/README.md does not list $file"
      false
    }
  done
}

@test "a page of docs/internals has 60 to 150 lines, docs/ARCHITECTURE.md at most 150" {
  local file lines
  for file in docs/ARCHITECTURE.md docs/internals/*.md; do
    lines=$(wc -l <"$file")
    ((lines <= 150 && (lines >= 60 || ${#file} == 20))) || {
      echo "$file: $lines lines"
      false
    }
  done
}

# What a document calls, in a word that ends like a file of ours or begins with a folder of ours. Words with capital parts are
# examples (tests/unit/ROOM/X_test.cpp), those from / on are other machines'.
files_named_in() { # FILE
  tr -cs 'A-Za-z0-9_./*-' '\n' <"$1" | sed 's/[.*/]*$//' | sort -u | grep -vE '^[./*-]|(^|/)[A-Z]+([._/]|$)' |
    grep -E '^(src|tests|docs|overlay|eclass|profiles|init\.d|systemd|man|completions|metadata)/|\.(h|cpp|py|bats|bash|eclass|cmake)$' || true
}

@test "every file and folder that the documents name is there" {
  local file name missing=0
  find . -path ./build -prune -o -path ./.git -prune -o -printf '%P\n' >"$BATS_TEST_TMPDIR/all"
  for file in README.md CONTRIBUTING.md docs/*.md docs/*/*.md; do
    for name in $(files_named_in "$file"); do
      case $name in
      *'*'*) compgen -G "$name" >/dev/null && continue ;;
      src/* | tests/* | docs/*) [[ ! -e $name ]] || continue ;;
      *) ! grep -qE "(^|/)${name//./\\.}\$" "$BATS_TEST_TMPDIR/all" || continue ;;
      esac
      echo "$file names $name, which is not there"
      missing=1
    done
  done
  ((missing == 0))
}

@test "a table of the files in a folder names files of that folder" {
  local file folder name
  while IFS=$'\t' read -r file folder name; do
    [[ -e $folder/$name ]] || {
      echo "$file: $folder has no $name"
      false
    }
  done < <(awk '
    match($0, /\| files in [^ ]+ \|/) { folder = substr($0, RSTART + 11, RLENGTH - 13); sub(/ .*/, "", folder); next }
    !/^\|/ { folder = "" }
    folder != "" {
      for (rest = $0; match(rest, /`[a-z_0-9.]+`/); rest = substr(rest, RSTART + RLENGTH))
        if (substr(rest, RSTART, RLENGTH) ~ /[.](h|cpp|py)`/)
          print FILENAME "\t" folder "\t" substr(rest, RSTART + 1, RLENGTH - 2)
    }' docs/*.md docs/*/*.md)
}

@test "the links of the documents lead somewhere" {
  local file link missing=0
  for file in *.md docs/*.md docs/*/*.md; do
    for link in $(grep -ohE '\]\([^):#]+' "$file" | cut -c3-); do
      [[ -e $(dirname "$file")/$link ]] || {
        echo "$file links to $link, which is not there"
        missing=1
      }
    done
  done
  ((missing == 0))
}

# A box begins with ┌ and ┐ in one line and a side below the ┌; lines that only fork have none there.
@test "the boxes of the drawings are straight" {
  local file lines line number left right width below crooked=0
  for file in README.md docs/*.md docs/*/*.md; do
    mapfile -t lines <"$file"
    for number in "${!lines[@]}"; do
      line=${lines[number]}
      [[ $line == *┌*┐* ]] || continue
      for ((left = 0; left < ${#line}; left++)); do
        [[ ${line:left:1} == ┌ && ${lines[number + 1]:left:1} == [│├┤] ]] || continue
        width=${line:left}
        [[ $width == *┐* ]] || continue
        width=${width%%┐*} right=$((left + ${#width}))
        for ((below = number + 1; below < ${#lines[@]}; below++)); do
          case ${lines[below]:left:1}${lines[below]:right:1} in
          [│├┤][│├┤┼]) continue ;;
          └┘) break ;;
          esac
          echo "$file:$((below + 1)): the sides of a box are at columns $((left + 1)) and $((right + 1)) above"
          crooked=1
          break
        done
      done
    done
  done
  ((crooked == 0))
}

@test "the pages about the sources are easy to read: short lines, sentences and paragraphs" {
  local found
  found=$(LC_ALL=C awk '
    function words(text) { return split(text, unused, /[ ]+/) }
    function fault(what) { print FILENAME ":" from ": " what }
    function end(    plain, count, i, sentences) {
      if (text == "") return
      plain = text
      gsub(/`[^`]*`/, "code", plain)
      gsub(/\]\([^)]*\)/, "]", plain)
      if (words(plain) > 80) fault("a paragraph of " words(plain) " words")
      sub(/^- /, "", plain)
      decision = sub(/^[*][*][^*]*[*][*] */, "", plain)
      count = split(plain, sentences, /[.?!] +/)
      for (i = 1; i <= count; i++)
        if (words(sentences[i]) > 25) fault("a sentence of " words(sentences[i]) " words: " sentences[i])
      if (decision && count > 3) fault("a decision of " count " sentences")
      if (opening == 1 && FILENAME ~ /internals/ && (count != 3 || sentences[3] !~ /^Read /))
        fault("opens with: for what, what it promises, what to read first")
      opening = 0
      text = ""
    }
    FNR == 1 { end(); code = 0; opening = 1 }
    {
      columns = $0
      gsub(/[\200-\277]/, "", columns) # of a character its first byte counts
      if (length(columns) > 100) { from = FNR; fault("a line of " length(columns) " columns") }
    }
    /^```/ { end(); code = !code; next }
    code { next }
    /^$/ || /^#/ || /^[|]/ { end(); next }
    /^ *(-|[0-9]+[.]) / { end() }
    { if (text == "") from = FNR; sub(/^ +/, ""); text = text == "" ? $0 : text " " $0 }
    END { end() }' docs/ARCHITECTURE.md docs/GLOSSARY.md docs/README.md docs/internals/*.md docs/benchmarks/*.md)
  echo "$found"
  [ -z "$found" ]
}
