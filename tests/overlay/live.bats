#!/usr/bin/env bats
# Versions 9999, which follow a git repository. Needs: root, overlayfs, git.

load ../lab/gentoo/gentoo
load ../lab/gentoo/quick_compile

setup() {
  gentoo_fresh
  git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1 || skip "needs a git checkout"
  export GIT_AUTHOR_NAME=Tester GIT_AUTHOR_EMAIL=tester@localhost GIT_COMMITTER_NAME=Tester GIT_COMMITTER_EMAIL=tester@localhost
  on_gentoo true
  clone=$container/upper/var/db/repos/aoe-storage
  git clone --quiet "$ROOT" "$clone"
  on_gentoo bash -c 'echo "sys-*/* **" >/etc/portage/package.accept_keywords'
}

short() { git -C "$clone" rev-parse HEAD | cut -c 1-12; }

@test "vblade-9999 is built of the newest commit of the repository, and a new commit reaches the machine by @live-rebuild" {
  on_gentoo /var/db/repos/aoe-storage/overlay/register
  run on_gentoo env "${quick_compile[@]}" emerge --verbose --quiet-build=n =sys-block/vblade-9999
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"Fetching file:///var/db/repos/aoe-storage ..."* ]]
  ! qa_notices <<<"$output"
  is "vblade 2026.11-9999 (commit $(short))" on_gentoo vblade --version
  is "vbladectl 2026.11-9999 (commit $(short))" on_gentoo vbladectl --version

  echo "A line more." >>"$clone/docs/protocol.md"
  git -C "$clone" commit --quiet -am "docs: Change"
  run on_gentoo env "${quick_compile[@]}" emerge @live-rebuild
  echo "$output"
  [ "$status" -eq 0 ]
  is "vblade 2026.11-9999 (commit $(short))" on_gentoo vblade --version
  tail -n 1 "$container"/upper/usr/share/doc/vblade-9999/docs/protocol.md | grep -qx 'A line more.'
}

@test "a release of a checkout says its commit, and whether its files were changed" {
  on_gentoo /var/db/repos/aoe-storage/overlay/register
  configured() {
    on_gentoo bash -c 'ebuild /var/db/repos/aoe-storage/sys-fs/aoe-mount/aoe-mount-2026.11.ebuild clean configure >/tmp/log 2>&1 || cat /tmp/log
      sed -n "s/.*version() { return \(.*\); }/\1/p" /var/tmp/portage/sys-fs/aoe-mount-2026.11/work/aoe-storage_build/src/base/version.cpp'
  }
  run configured
  [ "$output" = "\"2026.11 (commit $(short))\"" ]
  echo >>"$clone/README.md"
  run configured
  [ "$output" = "\"2026.11 (commit $(short), changed)\"" ]
}

@test "a repository that emaint synchronized follows where it came from; one without git says so" {
  # What emaint does for an origin on another machine.
  on_gentoo bash -c 'git clone --quiet --bare /var/db/repos/aoe-storage /srv/origin.git && rm -r /var/db/repos/aoe-storage &&
    git clone --quiet --depth 1 file:///srv/origin.git /var/db/repos/aoe-storage'
  is true git -C "$clone" rev-parse --is-shallow-repository
  run on_gentoo ebuild /var/db/repos/aoe-storage/sys-fs/aoe-mount/aoe-mount-9999.ebuild unpack
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"Fetching file:///srv/origin.git ..."* ]]

  rm -r "$clone/.git"
  run on_gentoo ebuild /var/db/repos/aoe-storage/sys-fs/aoe-mount/aoe-mount-9999.ebuild clean unpack
  [ "$status" -ne 0 ]
  [[ $output == *"/var/db/repos/aoe-storage is no git repository, so it has no newest commit: emerge '<sys-fs/aoe-mount-9999'"* ]]
}
