#!/usr/bin/env bats
# The stand-ins of tests/lab/gentoo/tree compared with the real profile and eclasses: what a build and an administrator see is the same.
# Joins a run of overlay when AOE_GENTOO_TREE names a directory with the real ::gentoo. Needs: root, overlayfs.

load ../lab/gentoo/gentoo

# The same on a machine with the stand-ins and on one with the real tree; $BATS_FILE_TMPDIR/{standin,real} has what came of it.
setup_file() {
  needs_gentoo
  : "${AOE_GENTOO_TREE:?names no directory with the real ::gentoo}"
  local tree
  for tree in standin real; do
    export container=$BATS_FILE_TMPDIR/$tree.container
    mkdir "$container"
    (
      [[ $tree == real ]] || unset AOE_GENTOO_TREE
      with_overlay bash -ec "$(declare -f look set_up); look"
    ) >"$BATS_FILE_TMPDIR/$tree.log" 2>&1 || {
      tail -n 40 "$BATS_FILE_TMPDIR/$tree.log"
      return 1
    }
    mv "$container/upper/look" "$BATS_FILE_TMPDIR/$tree"
    for package in sys-block/vblade sys-block/aoetools sys-fs/aoe-mount; do
      files_of "$container/upper" "$package-2026.11"
    done >"$BATS_FILE_TMPDIR/$tree/files"
  done
}

# Runs on the machine.
look() {
  local package name
  export NOCOLOR=true
  mkdir /look
  for package in sys-block/vblade sys-block/aoetools sys-fs/aoe-mount; do
    name=${package#*/}
    FEATURES="test" ebuild "/srv/aoe-storage/$package/$name-2026.11.ebuild" configure >"/look/$name.log" 2>&1
    cp "/var/tmp/portage/$package-2026.11"/work/*_build/CMakeCache.txt "/look/$name.cache"
    cp "/var/tmp/portage/$package-2026.11"/work/*_build/compile_commands.json "/look/$name.json"
    ebuild "/srv/aoe-storage/$package/$name-2026.11.ebuild" clean
  done
  emerge --nodeps acct-group/vblade acct-user/vblade vblade aoetools aoe-mount
  # With the sources of a kernel that lacks all it takes, then one that has it.
  set_up none
  mkdir /tmp/linux
  printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 1\nEXTRAVERSION =\n' >/tmp/linux/Makefile
  echo "# CONFIG_PACKET is not set" >/tmp/linux/.config
  KERNEL_DIR=/tmp/linux set_up lacking
  printf 'CONFIG_PACKET=y\nCONFIG_ATA_OVER_ETH=m\n' >/tmp/linux/.config
  KERNEL_DIR=/tmp/linux set_up complete
}

set_up() { # NAME
  local package
  for package in sys-block/vblade sys-block/aoetools sys-fs/aoe-mount; do
    ebuild "/srv/aoe-storage/$package/${package#*/}-2026.11.ebuild" clean setup
  done >"/look/setup.$1" 2>&1
}

@test "CMake is configured alike: flags, directories, switches" {
  local name tree
  for name in vblade aoetools aoe-mount; do
    for tree in standin real; do
      grep -E '^(CMAKE_(BUILD_TYPE|[A-Z_]*_FLAGS(_RELWITHDEBINFO)?|INSTALL_[A-Z]*|DISABLE_PRECOMPILE_HEADERS|INTERPROCEDURAL_OPTIMIZATION|[A-Z]*_WARNING_AS_ERROR|GENTOO_BUILD)|BUILD_[A-Z_]*|AOE_[A-Z]*):' \
        "$BATS_FILE_TMPDIR/$tree/$name.cache" | sed -E 's/:[A-Z]+=/=/' | sort >"$BATS_TEST_TMPDIR/$tree"
    done
    diff -u "$BATS_TEST_TMPDIR/standin" "$BATS_TEST_TMPDIR/real"
    grep -qx 'CMAKE_DISABLE_PRECOMPILE_HEADERS=ON' "$BATS_TEST_TMPDIR/real"
  done
}

@test "each file is compiled by the same command" {
  local name tree
  for name in vblade aoetools aoe-mount; do
    for tree in standin real; do
      jq -r '.[].command' "$BATS_FILE_TMPDIR/$tree/$name.json" | sed -E 's/ +/ /g' | sort >"$BATS_TEST_TMPDIR/$tree"
    done
    [ "$(wc -l <"$BATS_TEST_TMPDIR/real")" -gt 50 ]
    diff -u "$BATS_TEST_TMPDIR/standin" "$BATS_TEST_TMPDIR/real"
  done
}

@test "the same files are installed" {
  diff -u "$BATS_FILE_TMPDIR/standin/files" "$BATS_FILE_TMPDIR/real/files"
}

@test "linux-info says the same of a kernel that is not there, lacks options, or has them" {
  local kernel tree
  for kernel in none lacking complete; do
    for tree in standin real; do
      grep -E '^ \* ' "$BATS_FILE_TMPDIR/$tree/setup.$kernel" |
        grep -vE 'Determining the location|Please make sure that .*/usr/src/linux|\(or the kernel you wish|Alternatively, set the KERNEL_DIR|Found sources for kernel version|^ \*     6\.12' \
          >"$BATS_TEST_TMPDIR/$tree"
      grep -q 'kernel' "$BATS_TEST_TMPDIR/$tree"
    done
    diff -u "$BATS_TEST_TMPDIR/standin" "$BATS_TEST_TMPDIR/real"
  done
}
