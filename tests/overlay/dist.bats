#!/usr/bin/env bats
# The release's tarball, and the repository that fetches it. Needs: git, PyPI once for pkgcheck and Portage, root for emerge.

load ../lab/gentoo/gentoo

setup() {
  git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1 || skip "needs a git checkout: the tarball is made of a commit"
  export GIT_AUTHOR_NAME=Tester GIT_AUTHOR_EMAIL=tester@localhost GIT_COMMITTER_NAME=Tester GIT_COMMITTER_EMAIL=tester@localhost
}

# A clone of what is committed here, as the current directory.
clone() {
  git clone --quiet "$ROOT" "$BATS_TEST_TMPDIR/clone"
  cd "$BATS_TEST_TMPDIR/clone"
}

unfilled="overlay/dist: overlay/owner.conf is empty at: EMAIL HOMEPAGE BUGS SECURITY REPOSITORY DOWNLOADS; fill it in and run overlay/owner before a release"

@test "the release's tarball is a whole repository, and says of which commit it is" {
  clone
  run --separate-stderr overlay/dist
  [ "$status" -eq 0 ]
  [ "$output" = build/aoe-storage-2026.11.tar.xz ]
  [ "$stderr" = "$unfilled" ]
  tar -xf "$output" -C "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR"/aoe-storage-2026.11
  [ -z "$(find . -xtype l)" ] # no link leads to nothing
  is "$(git -C "$BATS_TEST_TMPDIR/clone" rev-parse HEAD)" cat src/base/commit
  "$LAB/tools/pkgcheck" "$PWD"
}

@test "the tarball is the same bytes for another user, umask, time zone and taste in git and xz" {
  needs_gentoo
  clone
  local mine
  mine=$(sha256sum <"$(overlay/dist 2>/dev/null)")
  git bundle create --quiet "$BATS_TEST_TMPDIR/bundle" HEAD
  theirs=$(mktemp -d /var/tmp/aoe-dist.XXXXXX)
  cp "$BATS_TEST_TMPDIR/bundle" "$theirs/bundle"
  chmod 644 "$theirs/bundle"
  printf '[tar]\n\tumask = 0077\n[core]\n\tabbrev = 40\n' >"$theirs/.gitconfig"
  chown -R nobody "$theirs"
  run setpriv --reuid nobody --clear-groups env HOME="$theirs" TZ=Pacific/Chatham XZ_OPT=-9e LC_ALL=C \
    bash -euc "umask 077; cd '$theirs'; git -c advice.detachedHead=false clone --quiet bundle clone; cd clone
      overlay/dist 2>/dev/null; sha256sum <build/*.xz"
  rm -rf "$theirs"
  echo "$output"
  [ "$output" = "build/aoe-storage-2026.11.tar.xz
$mine" ]
}

@test "sources that changed since the tag want a new version, and get it by overlay/bump" {
  clone
  git tag v2026.11
  overlay/dist 2>/dev/null
  echo "# a test more" >>tests/lab/tools/portage
  git commit --quiet -am "tests: Change"
  overlay/dist 2>/dev/null # no machine gets that

  echo "// changed" >>src/base/fd.cpp
  echo "# changed" >>init.d/vblade
  git commit --quiet -am "base: Change"
  run --separate-stderr -1 overlay/dist
  [ "$output" = "" ]
  [ "$stderr" = "overlay/dist: 2 files changed since the tag v2026.11, init.d/vblade first, and the version is still 2026.11
overlay/dist: Give them a new version, commit that, and run this again: overlay/bump 2026.11-r1" ]

  run -0 overlay/bump 2026.11-r1
  [ "$output" = "sys-block/aoetools/aoetools-2026.11-r1.ebuild
sys-block/vblade/vblade-2026.11-r1.ebuild
sys-fs/aoe-mount/aoe-mount-2026.11-r1.ebuild" ]
  is vblade-2026.11-r1.ebuild readlink sys-block/vblade/vblade-9999.ebuild
  git add -A
  git commit --quiet -m "packaging: Bump to 2026.11-r1"
  run --separate-stderr -0 overlay/dist
  [ "$output" = build/aoe-storage-2026.11-r1.tar.xz ]
  tar -xf "$output" -C "$BATS_TEST_TMPDIR"
  is "2026.11-r1 (commit $(git rev-parse HEAD | cut -c 1-12))" \
    cmake -DPROJECT_SOURCE_DIR="$BATS_TEST_TMPDIR/aoe-storage-2026.11-r1" -DPROJECT_VERSION=2026.11 -P src/base/version.cmake

  run -0 overlay/bump 2026.12
  [[ $output == *"overlay/bump: CHANGELOG.md has no section '## 2026.12' yet" ]]
  grep -q '^project(aoe-storage VERSION 2026.12 ' CMakeLists.txt
  run -2 overlay/bump 12
  [ "$output" = "usage: overlay/bump YEAR.MONTH[-rN], as in 2026.11-r1" ]
}

@test "ebuilds of different versions make no release" {
  clone
  git mv sys-fs/aoe-mount/aoe-mount-2026.11.ebuild sys-fs/aoe-mount/aoe-mount-2026.11-r1.ebuild
  git commit --quiet -am "packaging: Bump one"
  run -1 overlay/dist
  [ "$output" = "overlay/dist: the ebuilds of vblade, aoetools and aoe-mount are of different versions (2026.11 2026.11-r1): give them one with overlay/bump VERSION" ]
}

@test "a repository for a release wants to know where its tarball will be" {
  clone
  run -1 overlay/release "$BATS_TEST_TMPDIR/release"
  [ "$output" = "overlay/release: DOWNLOADS is empty in overlay/owner.conf: write there where the tarball will be, as in https://some.org/releases" ]
  run -1 overlay/release "$PWD"
  [ "$output" = "overlay/release: $PWD exists already: name a new directory" ]
  run -2 overlay/release
  [ "$output" = "usage: overlay/release DIRECTORY" ]
}

@test "a repository for a release: pkgcheck is content, Portage fetches its tarball from a mirror, checks and configures it" {
  gentoo_fresh
  on_gentoo true
  clone
  local release=$container/upper/srv/release mirror=$container/upper/srv/mirror commit
  sed -i 's|^DOWNLOADS=.*|DOWNLOADS=https://localhost/releases|' overlay/owner.conf
  git commit --quiet -am "overlay: Name a place"
  commit=$(git rev-parse HEAD)
  overlay/release "$release" 2>/dev/null
  grep -h ^SRC_URI "$release"/sys-*/*/*.ebuild | is 'SRC_URI="https://localhost/releases/aoe-storage-${PVR}.tar.xz"' sort -u
  [ -z "$(find "$release" -type l -o -name files)" ]
  run "$LAB/tools/pkgcheck" "$release"
  echo "$output"
  [ "$status" -eq 0 ]
  mkdir -p "$mirror"
  cp build/aoe-storage-2026.11.tar.xz "$mirror/"
  chmod -R a+rX "$container/upper/srv"

  on_gentoo /srv/release/overlay/register
  run on_gentoo env GENTOO_MIRRORS=/srv/mirror emerge --fetchonly vblade
  echo "$output"
  [ "$status" -eq 0 ]
  # What is built from there is what a checkout would be, and knows its commit.
  run on_gentoo bash -c 'ebuild /srv/release/sys-block/vblade/vblade-2026.11.ebuild configure
    sed -n "s/.*version() { return \(.*\); }/says \1/p" /var/tmp/portage/sys-block/vblade-2026.11/work/aoe-storage_build/src/base/version.cpp'
  echo "$output"
  [[ $output == *">>> Source configured."* ]]
  [ "${lines[-1]}" = "says \"2026.11 (commit ${commit:0:12})\"" ]

  # A tarball that somebody changed is not built.
  echo >>"$mirror/aoe-storage-2026.11.tar.xz"
  rm -f "$container"/upper/var/cache/distfiles/aoe-storage-*
  run on_gentoo env GENTOO_MIRRORS=/srv/mirror emerge --fetchonly aoetools
  [ "$status" -ne 0 ]
  [[ $output == *"aoe-storage-2026.11.tar.xz"*"Filesize does not match recorded size"* ]]
}
