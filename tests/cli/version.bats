#!/usr/bin/env bats
# What --version says: the release, the package's revision, and the commit of the sources where it is known. Needs: no root.

load ../lab/setup

setup() {
  export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
  export GIT_AUTHOR_NAME=Tester GIT_AUTHOR_EMAIL=tester@localhost GIT_COMMITTER_NAME=Tester GIT_COMMITTER_EMAIL=tester@localhost
}

# What the sources in a directory say of themselves.
version_of() { # DIRECTORY SWITCH...
  cmake -DPROJECT_SOURCE_DIR="$1" -DPROJECT_VERSION=2026.11 "${@:2}" -P "$1/src/base/version.cmake"
}

# A tree with as much of the sources as the version depends on.
tree() { # DIRECTORY
  mkdir -p "$1/src/base" "$1/sys-block/vblade"
  cp "$ROOT/src/base/version.cmake" "$1/src/base/"
  # shellcheck disable=SC2016 # git replaces it in a tarball, so the one here may be that of a release
  echo '$Format:%H$' >"$1/src/base/commit"
  cp "$ROOT/.gitattributes" "$1/"
  touch "$1/sys-block/vblade/vblade-2026.11.ebuild"
}

@test "every program says the same version, which is the release that CMake names" {
  local release words
  release=$(sed -nE 's/^project\(.* VERSION ([0-9.]+).*/\1/p' "$ROOT/CMakeLists.txt")
  words=$("$AOE" version | sed -n 's/^ *aoetools:\t//p')
  [[ $words =~ ^"$release"(-r[0-9]+|-9999)?(" (commit "[0-9a-f]{12}(", changed")?")")?$ ]]
  is "vblade $words" "$VBLADE" --version
  is "vbladectl $words" "$VBLADECTL" --version
  is "aoe-mount $words" "$AOE_MOUNT" --version
  is "$("$AOE" version)" "$AOE" --version
}

@test "without git and without a note the commit is left out" {
  tree "$BATS_TEST_TMPDIR/plain"
  is 2026.11 version_of "$BATS_TEST_TMPDIR/plain"
}

@test "the package hands in revision and commit" {
  tree "$BATS_TEST_TMPDIR/plain"
  is "2026.11-r2 (commit 0123456789ab)" \
    version_of "$BATS_TEST_TMPDIR/plain" -DAOE_REVISION=r2 -DAOE_COMMIT=0123456789abcdef0123456789abcdef01234567
  is "2026.11-9999 (commit 0123456789ab, changed)" \
    version_of "$BATS_TEST_TMPDIR/plain" -DAOE_REVISION=9999 -DAOE_COMMIT=0123456789abcdef0123456789abcdef01234567-changed
}

@test "a checkout says its commit, and whether files were changed since; the tarball of it, too" {
  local tree=$BATS_TEST_TMPDIR/checkout commit
  tree "$tree"
  cd "$tree"
  git init --quiet
  git add .
  git commit --quiet -m one
  commit=$(git rev-parse HEAD)
  is "2026.11 (commit ${commit:0:12})" version_of "$tree"
  is 2026.11 version_of "$tree" -DAOE_COMMIT=none
  echo >>src/base/version.cmake
  is "2026.11 (commit ${commit:0:12}, changed)" version_of "$tree"
  git mv sys-block/vblade/vblade-2026.11.ebuild sys-block/vblade/vblade-2026.11-r1.ebuild
  git commit --quiet -am two
  commit=$(git rev-parse HEAD)
  is "2026.11-r1 (commit ${commit:0:12})" version_of "$tree"

  mkdir "$BATS_TEST_TMPDIR/unpacked"
  git archive HEAD | tar --extract --directory "$BATS_TEST_TMPDIR/unpacked"
  is "2026.11-r1 (commit ${commit:0:12})" version_of "$BATS_TEST_TMPDIR/unpacked"
}
