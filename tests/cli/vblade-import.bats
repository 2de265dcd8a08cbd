#!/usr/bin/env bats
# vblade --import: old configurations of other targets become vblade.yaml, whole or service by service. Needs: no root.

load ../lab/setup

setup() {
  cd "$BATS_TEST_TMPDIR"
  truncate -s 1M disk.img
  mkdir into
}

# The old file `vblade`.
old() { printf '%s\n' "$@" >vblade; } # LINE...

imports() { # STATUS WORD...
  local expected=$1
  shift
  run --separate-stderr "$VBLADE" --import "$@"
  printf '%s\n' "$output" "$stderr"
  [ "$status" -eq "$expected" ]
}

@test "what is imported passes --check, with the comments in their places" {
  old '# SYNTAX: SHELF SLOT NETIF SOURCE' "config_vblade0=\"-s 0 0 lo $PWD/disk.img\" # the only one"
  imports 0 vblade
  [ -z "$stderr" ]
  [ "$output" = "# Imported by vblade --import from vblade. See vblade.yaml(5).
exports:
  # SYNTAX: SHELF SLOT NETIF SOURCE
  # config_vblade0
  # the only one
  - shelf: 0
    slot: 0
    interfaces: [lo]
    path: $PWD/disk.img" ]
  echo "$output" >vblade.yaml
  "$VBLADE" --check vblade.yaml
  [ "$(cat vblade)" = "# SYNTAX: SHELF SLOT NETIF SOURCE
config_vblade0=\"-s 0 0 lo $PWD/disk.img\" # the only one" ]
}

@test "what cannot be known is a comment; status 1, and every reason with its place" {
  old 'config_a="-s $SHELF 0 lo /a"' 'config_b="-s 0 1 lo /nowhere/b.img"' 'config_c=(0 2 lo /c)'
  imports 1 vblade
  [ "$output" = '# Imported by vblade --import from vblade. See vblade.yaml(5).
exports:
  # config_a="-s $SHELF 0 lo /a"
  # config_b
  - shelf: 0
    slot: 1
    interfaces: [lo]
    path: /nowhere/b.img
  # config_c=(0 2 lo /c)' ]
  [ "$stderr" = "vblade:1:14: config_a: '\$SHELF' has a value that only a shell knows: write the value itself
  config_a=\"-s \$SHELF 0 lo /a\"
               ^
vblade:2:11: note: config_b: '/nowhere/b.img' does not exist now: vblade needs it at its start
  config_b=\"-s 0 1 lo /nowhere/b.img\"
            ^
vblade:3:1: config_c: an array has no single value: write one text, as in config_c=\"...\"
  config_c=(0 2 lo /c)
  ^" ]
}

@test "a file that cannot be read, or holds nothing" {
  imports 2 nothing
  [ "$stderr" = "vblade: 'nothing' cannot be read: No such file or directory" ]
  imports 2 into
  [ "$stderr" = "vblade: 'into' holds no configuration of an old vblade: neither NAME.conf, as Debian has them, nor eX.Y/env of vblade-persist" ]
  old '# nothing yet'
  imports 0 vblade
  [ "$stderr" = "vblade: note: it sets no export: there is nothing to import" ]
  if [ ! -e /etc/conf.d/vblade ]; then
    imports 2
    [ "$stderr" = "vblade: '/etc/conf.d/vblade' cannot be read: No such file or directory" ]
  fi
  run bash -c '"$1" --import vblade >/dev/full' bash "$VBLADE"
  [ "$status" -eq 2 ]
  [[ $output == *"vblade: standard output cannot be written" ]]
}

@test "--into: a file for each service, whole, with mode 0644, and never one that is there already" {
  old "config_a=\"-s 0 0 lo $PWD/disk.img\"" 'config_b="0 1 $netif /b"' "config_c=\"-r -s 0 2 lo $PWD/disk.img\""
  echo mine >into/vblade.c.yaml
  umask 077
  imports 1 --into into vblade
  [ "$output" = into/vblade.a.yaml ]
  [ "$stderr" = "into/vblade.c.yaml: note: exists already and is left as it is
vblade:2:15: config_b: '\$netif' has a value that only a shell knows: write the value itself
  config_b=\"0 1 \$netif /b\"
                ^" ]
  [ "$(cat into/vblade.a.yaml)" = "# The export of the service vblade.a, imported by vblade --import from
# config_a in vblade.
# Edit it at any time: vblade.a is served from this file alone, which no import
# changes again. See vblade.yaml(5).
exports:
  # config_a
  - shelf: 0
    slot: 0
    interfaces: [lo]
    path: $PWD/disk.img" ]
  is 644 stat -c %a into/vblade.a.yaml
  is mine cat into/vblade.c.yaml
  [ "$(ls -A into)" = "vblade.a.yaml
vblade.c.yaml" ]
  "$VBLADE" --check into/vblade.a.yaml
}

@test "--only: one service, whatever the others are" {
  old "config_a=\"-s 0 0 lo $PWD/disk.img\"" 'config_b="0 1 $netif /b"'
  imports 0 --into into --only a vblade
  [ "$output" = into/vblade.a.yaml ]
  [ -z "$stderr" ]
  imports 1 --into into --only b vblade
  [ -z "$output" ]
  [ "$stderr" = "vblade:2:15: config_b: '\$netif' has a value that only a shell knows: write the value itself
  config_b=\"0 1 \$netif /b\"
                ^" ]
  [ ! -e into/vblade.b.yaml ]
  imports 1 --into into --only other vblade
  [ "$stderr" = "vblade: 'vblade' has no export for the service vblade.other: write into/vblade.other.yaml, or set config_other there" ]
  # As at the second start, when the old file may be gone.
  rm vblade
  imports 0 --into into --only a vblade
  [ -z "$output" ]
  [ "$stderr" = "into/vblade.a.yaml: note: exists already and is left as it is" ]
  imports 2 --into into --only b vblade
}

@test "two services with one address: each has its file, and a note" {
  old "config_a=\"-s 0 0 lo $PWD/disk.img\"" 'config_b="-s 0 0 lo /etc/hostname"'
  imports 0 --into into --only b vblade
  [ "$output" = into/vblade.b.yaml ]
  [ "$stderr" = "vblade:2:11: note: config_b: e0.0 is the address of config_a on the same interface, too: start only one of these services
  config_b=\"-s 0 0 lo /etc/hostname\"
            ^" ]
}

@test "--into a directory that cannot be written, or is none" {
  old "config_a=\"-s 0 0 lo $PWD/disk.img\""
  imports 2 --into nowhere vblade
  [ "$stderr" = "vblade: 'nowhere' is not a directory: --into needs one" ]
  imports 1 --into /proc vblade
  [[ $stderr == "vblade: '/proc/vblade.a.yaml' cannot be written: "* ]]
  imports 2 --into into --only ../a vblade
  [ "$stderr" = "vblade: '../a' cannot be the name of a service: --only takes NAME of vblade.NAME" ]
}

@test "mistakes on the command line of an import: the usage, status 2" {
  mistake() { # MESSAGE WORD...
    local message=$1
    shift
    imports 2 "$@"
    [ "${stderr%%$'\n'*}" = "vblade: $message" ]
    [[ $stderr == *"vblade --import [--into DIR [--only NAME]] [FILE]"* ]]
  }
  mistake '--import takes one FILE' a b
  mistake '--only needs --into DIR, the directory to write vblade.NAME.yaml to' --only a
  mistake "-r is for the classic form alone: write 'read-only: true' in the configuration file" -r
  imports 2 --nonsense
  imports 2 --config vblade.yaml
  run "$VBLADE" --into into 1 0 lo disk.img
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "vblade: --into and --only are for --import alone" ]
}

@test "a directory of Debian's, and of vblade-persist" {
  mkdir -p debian persist/vblades/e1.0/env persist/vblades/e1.0/macs
  printf 'shelf=1\nslot=0\nnetif=lo\nfilename=%s\noptions="-s -r"\n' "$PWD/disk.img" >debian/demo.conf
  imports 0 --into into debian
  [ "$output" = into/vblade.demo.yaml ]
  grep -qx '# debian/demo.conf.' into/vblade.demo.yaml
  "$VBLADE" --check into/vblade.demo.yaml
  echo 1 >persist/vblades/e1.0/env/SHELF
  echo 0 >persist/vblades/e1.0/env/SLOT
  echo lo >persist/vblades/e1.0/env/NETIF
  echo "$PWD/disk.img" >persist/vblades/e1.0/env/SOURCE
  touch persist/vblades/e1.0/macs/001122334455
  imports 0 --into into persist
  [ "$output" = into/vblade.e1.0.yaml ]
  "$VBLADE" --check into/vblade.e1.0.yaml
  mv debian/demo.conf 'debian/my demo.conf'
  imports 1 --into into debian
  [[ $stderr == "debian/my demo.conf:5:1: debian/my demo.conf: 'my demo' cannot be the name of a service: rename it to letters, digits, '.', '_' and '-'"* ]]
}
