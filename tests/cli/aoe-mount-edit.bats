#!/usr/bin/env bats
# aoe-mount add and remove: what they do to a file, what they refuse. Where in a file they write tells
# tests/unit/config/list_edit_test.cpp. Needs: no root, no driver, no network.

load ../lab/setup

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  cat >a.yaml <<'YAML'
interfaces: [eth1]   # storage
mounts:
  # what everybody reads
  - shelf: 1
    slot: 0
    partition: 1
    mountpoint: /srv
YAML
  cp a.yaml before
}

edit() { # STATUS COMMAND WORD...
  run "-$1" "$AOE_MOUNT" "${@:2}" --config a.yaml
  echo "$output"
  [ -z "$(find . -name '.a.yaml*')" ]
}

@test "add writes a mount with all that was said about it, and the rest stays" {
  edit 0 add LABEL=photos /usr/ --type ext4 --options noatime,nodev --wait 5m --no-fsck --no-required
  [ "$output" = "added to a.yaml: label photos on /usr" ]
  diff - <(diff before a.yaml) <<'END'
7a8,14
>   - label: photos
>     mountpoint: /usr
>     type: ext4
>     options: [noatime, nodev]
>     wait: 5m
>     fsck: false
>     required: false
END
  "$AOE_MOUNT" --check a.yaml
  edit 0 remove LABEL=photos
  [ "$output" = "removed from a.yaml: label photos on /usr; where it is mounted, it stays so" ]
  cmp before a.yaml
}

@test "add takes every kind of device, and tells of a directory that is not there" {
  edit 0 add e1.1 "$PWD/one"
  [ "$output" = "added to a.yaml: e1.1 on $PWD/one
$PWD/one is not there yet: make the directory before it is to be mounted" ]
  mkdir "two 2" three four five
  edit 0 add /dev/etherd/e2.0p3 "$PWD/two 2"
  [ "$output" = "added to a.yaml: e2.0p3 on $PWD/two 2" ]
  edit 0 add UUID=66dd3154-349a-4a42-9b8a-b544cfef862f "$PWD/three"
  edit 0 add /dev/vg/home "$PWD/four" --required --fsck
  edit 0 add --bind "$PWD/four" "$PWD/five"
  diff - <(sed -n '8,$p' a.yaml) <<END
  - shelf: 1
    slot: 1
    mountpoint: $PWD/one
  - shelf: 2
    slot: 0
    partition: 3
    mountpoint: '$PWD/two 2'
  - uuid: 66dd3154-349a-4a42-9b8a-b544cfef862f
    mountpoint: $PWD/three
  - device: /dev/vg/home
    mountpoint: $PWD/four
    fsck: true
    required: true
  - bind: $PWD/four
    mountpoint: $PWD/five
END
  edit 0 remove e1.1
  edit 0 remove e2.0p3
  edit 0 remove UUID=66dd3154-349a-4a42-9b8a-b544cfef862f
  edit 0 remove "$PWD/five"
  edit 0 remove /dev/vg/home
  cmp before a.yaml
}

@test "add makes the file when there is none, and fills one that is all comments" {
  rm a.yaml
  edit 0 add e1.0 /usr
  is 644 stat -c %a a.yaml
  diff - a.yaml <<'END'
# Mounts of the service aoe-mount: see aoe-mount.yaml(5).

mounts:
  - shelf: 1
    slot: 0
    mountpoint: /usr
END
  echo "# nothing yet" >a.yaml
  edit 0 add e1.0 /usr
  is $'# nothing yet\n\nmounts:' head -3 a.yaml
  rm a.yaml
  run -1 "$AOE_MOUNT" add e1.0 /usr --config none/a.yaml
  [ "$output" = "aoe-mount: cannot change none/a.yaml: No such file or directory" ]
}

@test "the file keeps its mode, and a link stays a link" {
  chmod 600 a.yaml
  mkdir real
  mv a.yaml real/
  ln -s real/a.yaml a.yaml
  edit 0 add e1.1 /usr
  is 600 stat -c %a real/a.yaml
  [ -L a.yaml ]
  grep -q /usr real/a.yaml
  rm real/a.yaml
  edit 1 add e1.1 /usr
  [ "$output" = "aoe-mount: cannot change a.yaml: No such file or directory" ]
}

@test "the file keeps its owner" {
  ((EUID == 0)) || skip "needs root to give a file away"
  chown 65534:65533 a.yaml
  edit 0 add e1.1 /usr
  is 65534:65533 stat -c %u:%g a.yaml
}

@test "a mount point that is taken is refused, and nothing is changed" {
  edit 2 add e1.1 /srv/
  [ "$output" = "aoe-mount: a.yaml, line 4, has e1.0p1 on /srv already: remove it first with 'aoe-mount remove /srv'" ]
  cmp before a.yaml
}

@test "what is no device and no good value is refused, and nothing is changed" {
  edit 2 add sda /usr
  [ "$output" = "aoe-mount: 'sda' is not an AoE device: write e1.0, or e1.0p2 for a partition; or UUID=..., LABEL=..., a path in /dev, or a directory with --bind" ]
  edit 2 add e1.0 usr
  [ "$output" = "aoe-mount: nothing was changed, because the new file would have problems:
a.yaml:10:17: mounts[1].mountpoint: 'usr' is not an absolute path: write it from / on
      mountpoint: usr
                  ^" ]
  edit 2 add e1.0 /usr --options "no atime"
  [ "${lines[1]}" = "a.yaml:11:15: mounts[1].options[0]: 'no atime' holds a blank: write one option an item, as in [noatime, ro]" ]
  edit 2 add e1.0 $'/u\nsr'
  [ "$output" = "aoe-mount: a.yaml has a layout that cannot be edited here: edit it by hand" ]
  cmp before a.yaml
}

@test "a file with problems is not touched" {
  sed -i 's/slot: 0/slot: 300/' a.yaml
  for command in "add e1.0 /usr" "remove /srv"; do
    # shellcheck disable=SC2086 # words
    edit 2 $command
    [ "$output" = "aoe-mount: nothing was changed, because the file already has problems:
a.yaml:5:11: mounts[0].slot: 300 is not in 0..254
      slot: 300
            ^" ]
  done
  run -2 "$AOE_MOUNT" add e1.0 /usr --config .
  [ "$output" = "aoe-mount: nothing was changed, because the file already has problems:
.: is a directory, not a file" ]
}

@test "add refuses a layout that it does not know" {
  echo "{interfaces: eth1}" >a.yaml
  edit 2 add e1.0 /usr
  [ "$output" = "aoe-mount: a.yaml has no mounts and is written in braces: add 'mounts: []' first" ]
  printf 'interfaces: [eth1]\n...\n' >a.yaml
  edit 2 add e1.0 /usr
  [ "$output" = "aoe-mount: a.yaml has a layout that cannot be edited here: edit it by hand" ]
}

@test "remove names what there is when it finds nothing, and asks when it finds two" {
  edit 2 remove /mnt
  [ "$output" = "aoe-mount: a.yaml has no mount /mnt; it has /srv" ]
  edit 2 remove mnt
  [ "$output" = "aoe-mount: 'mnt' is neither an absolute mount point nor a device" ]
  edit 0 add e1.0p1 /usr
  edit 2 remove e1.0p1
  [ "$output" = "aoe-mount: a.yaml has 2 mounts of e1.0p1: name one of /srv, /usr" ]
  edit 0 remove /usr
  edit 0 remove e1.0p1
  diff - a.yaml <<'END'
interfaces: [eth1]   # storage
mounts: []
  # what everybody reads
END
  edit 2 remove /srv
  [ "$output" = "aoe-mount: a.yaml has no mounts" ]
  rm a.yaml
  edit 1 remove /srv
  [ "$output" = "aoe-mount: cannot change a.yaml: No such file or directory" ]
}

@test "many who add at the same time lose nothing" {
  local i pids=()
  for i in {1..8}; do
    "$AOE_MOUNT" add "e2.$i" "/mnt/$i" --config a.yaml >/dev/null &
    pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i"; done
  is 8 grep -c 'shelf: 2' a.yaml
  "$AOE_MOUNT" --check a.yaml
}

@test "a file that cannot be written says why" {
  ((EUID == 0)) && ! command -v setpriv >/dev/null && skip "needs setpriv to leave root"
  local as=()
  ((EUID == 0)) && as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  local folder
  folder=$(mktemp -d)
  chmod 755 "$folder"
  cp a.yaml "$AOE_MOUNT" "$folder"
  chmod 755 "$folder/aoe-mount"
  chmod 555 "$folder"
  cd "$folder"
  run "${as[@]}" ./aoe-mount add e1.1 /usr --config a.yaml
  chmod 755 "$folder"
  rm -r "$folder"
  echo "$output"
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-mount: cannot write a.yaml: Permission denied" ]
}

@test "--help shows how" {
  run -0 "$AOE_MOUNT" add --help
  [[ $output == *"aoe-mount add e1.0p1 /mnt/data"* ]]
  run -0 "$AOE_MOUNT" remove --help
  [[ $output == *"aoe-mount remove e1.0p1"* ]]
}
