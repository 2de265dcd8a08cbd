#!/usr/bin/env bats
# Every example of the manual pages of aoe and its commands, run as it stands there, on a network with the target e1.0 and a
# recorded sysfs tree with its device. Needs: root, network namespaces.

load ../lab/driver/sysfs
load ../lab/net/vblade

setup() {
  make_namespaces
  add_cable eth1
  disk=$BATS_TEST_TMPDIR/disk
  truncate -s 10M "$disk"
  serve 1 0 eth1 "$disk"
  tree=$BATS_TEST_TMPDIR/sys
  make_sysfs "$tree"
  local name
  for name in e1.0 e1.1; do
    add_device "$tree" $name
    ln -s /dev/null "$tree/etherd/$name"
  done
  mkdir "$tree/block/etherd!e1.0/etherd!e1.0p1"
  ln -s /dev/null "$tree/etherd/e1.0p1"
}

# The commands of a page's examples.
examples() { # PAGE
  sed -n 's/^\.Dl //p' "$1" | sed 's/\\-/-/g; s/\\e/\\/g'
}

@test "every example of every manual page works" {
  local page example count=0
  cd "$BATS_TEST_TMPDIR"
  add_device "$tree" e1.254 size=80000
  tar -cf sr.tarc -C "$ROOT" README.md
  # aoe dump needs something to hear.
  start_on_client bash -c "while :; do timeout 5 '$AOE' ping 1 0 eth1; sleep 0.2; done" >/dev/null 2>&1
  for page in "$ROOT"/man/aoe*.8 "$ROOT"/man/coraid-update.8; do
    [[ $page != */aoe-mount.8 ]] || continue
    while read -r example; do
      count=$((count + 1))
      if [[ $example == *mkdevs* || $example == *mkshelf* ]]; then
        mkdir -p etherd
        on_client unshare --mount --pid --fork --mount-proc \
          env PATH="$(dirname "$AOE"):$PATH" bash -c "[ ! -d /run/udev ] || mount -t tmpfs none /run; $example" </dev/null
      elif [[ $example == coraid-update* ]]; then # to a disk of that name, in a /dev of its own
        on_client unshare --mount env sysfs_dir="$tree" PATH="$(dirname "$AOE"):$PATH" bash -euc "
          mount -t tmpfs none /dev
          mknod /dev/null c 1 3
          mkdir /dev/etherd
          echo old >/dev/etherd/e1.254
          $example
          cmp sr.tarc /dev/etherd/e1.254" </dev/null
      else
        sysfs_dir=$tree etherd_dir=$tree/etherd PATH=$(dirname "$AOE"):$PATH \
          on_client timeout 60 bash -c "$example" </dev/null >"$BATS_TEST_TMPDIR/printed" || {
          echo "$(basename "$page"): $example"
          cat "$BATS_TEST_TMPDIR/printed"
          false
        }
      fi
    done < <(examples "$page")
  done
  [ "$count" -ge 40 ]
}

@test "every command has a manual page, and every page names its program's options" {
  local command page option
  for command in $("$AOE" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p'); do
    page=$(ls "$ROOT/man/aoe-$command.8" "$ROOT/man/aoe$command.8" "$ROOT/man/$command.8" 2>/dev/null | head -n 1)
    [ -n "$page" ] || {
      echo "no manual page for $command"
      false
    }
    if grep -q '^\.so' "$page"; then continue; fi
    for option in $("$AOE" "$command" --help | grep -oE '^ +-[a-zA-Z-]+' | tr -d ' '); do
      grep -qE "^\.It .*Fl (${option#-}|${option#--})( |$)|^\.It .*Fl -${option#--}( |$)" "$page" || {
        echo "$(basename "$page") does not explain $option"
        false
      }
    done
  done
}
