#!/usr/bin/env bats
# overlay/register on a Gentoo-like machine. Needs: root, overlayfs.

load ../lab/gentoo/gentoo

setup() {
  gentoo_fresh
  register=/srv/aoe-storage/overlay/register
  conf=/etc/portage/repos.conf
}

@test "register makes the checkout a repository that emerge finds, --remove takes it out" {
  run on_gentoo "$register"
  [ "$status" -eq 0 ]
  [ "$output" = "/srv/aoe-storage is now a repository of this machine ($conf/aoe-storage.conf)
next: emerge vblade where the disks are, emerge aoetools where they are wanted" ]
  run on_gentoo emerge --pretend vblade
  [[ $output == *"sys-block/vblade-2026.11"* ]]

  run on_gentoo "$register" --remove
  [ "$status" -eq 0 ]
  [ "$output" = "aoe-storage is no longer a repository of this machine ($conf/aoe-storage.conf)" ]
  [ ! -e "$container/upper$conf/aoe-storage.conf" ]
  run on_gentoo emerge --pretend vblade
  [[ $output == *"sys-block/vblade-25"* ]]
}

@test "doing either twice changes nothing and says so" {
  on_gentoo "$register"
  local before
  before=$(cat "$container/upper$conf"/*)
  run on_gentoo "$register"
  [ "$status" -eq 0 ]
  [ "$output" = "/srv/aoe-storage is a repository of this machine already ($conf/aoe-storage.conf)" ]
  is "$before" cat "$container/upper$conf"/*
  on_gentoo "$register" --remove
  run on_gentoo "$register" --remove
  [ "$status" -eq 0 ]
  [ "$output" = "aoe-storage is no repository of this machine: nothing to remove" ]
}

@test "a checkout that moved replaces what was registered" {
  on_gentoo bash -c "printf '[aoe-storage]\nlocation = /old/place\n' >$conf/local.conf"
  run on_gentoo "$register"
  [ "$status" -eq 0 ]
  [ "$output" = "$conf/local.conf named /old/place as aoe-storage: that is replaced
/srv/aoe-storage is now a repository of this machine ($conf/aoe-storage.conf)
next: emerge vblade where the disks are, emerge aoetools where they are wanted" ]
  on_gentoo grep -rh location $conf | is $'location = /srv/aoe-storage\nlocation = /var/db/repos/gentoo' sort
}

@test "a repos.conf that is one file keeps its other sections" {
  on_gentoo bash -c "cat $conf/gentoo.conf >/tmp/one; rm -r $conf; cp /tmp/one $conf"
  local before
  before=$(on_gentoo cat $conf)
  run on_gentoo "$register"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "/srv/aoe-storage is now a repository of this machine ($conf)" ]
  is /srv/aoe-storage on_gentoo portageq get_repo_path / aoe-storage
  on_gentoo "$register" --remove
  is "$before" on_gentoo cat $conf
}

@test "Gentoo Prefix and another configuration root are honoured" {
  run on_gentoo bash -c "mkdir -p /cfg/prefix/etc/portage && PORTAGE_CONFIGROOT=/cfg/ EPREFIX=/prefix $register && ls /cfg/prefix/etc/portage/repos.conf $conf"
  [ "$status" -eq 0 ]
  [[ $output == *"repository of this machine (/cfg/prefix/etc/portage/repos.conf/aoe-storage.conf)"* ]]
  is 1 grep -c '^aoe-storage.conf$' <<<"$output"
}

@test "a checkout in a directory that Portage's user may not enter is refused, with the remedy" {
  run on_gentoo bash -c "mkdir -m 0700 /root/src && mkdir /root/src/aoe && mount --bind /srv/aoe-storage /root/src/aoe && chmod 0711 /root && /root/src/aoe/overlay/register"
  [ "$status" -eq 1 ]
  [ "$output" = "overlay/register: Portage's user may not enter /root/src, so it cannot read this checkout.
overlay/register: Allow it (chmod o+x /root/src) or move the checkout, to /var/db/repos/aoe-storage say." ]
  run on_gentoo ls $conf
  [ "$output" = gentoo.conf ]
}

@test "a checkout with files that Portage's user may not read is refused, with the remedy" {
  run on_gentoo bash -c "mkdir -p /srv/copy && cd /srv/aoe-storage && cp -a eclass overlay profiles metadata acct-group acct-user sys-block sys-fs src tests README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md CMakeLists.txt docs conf.d init.d logrotate.d systemd man completions /srv/copy 2>/dev/null
    chmod 0600 /srv/copy/src/CMakeLists.txt && /srv/copy/overlay/register"
  [ "$status" -eq 1 ]
  [[ $output == "overlay/register: Portage's user may not read /srv/copy/sys-"*"/files/src/CMakeLists.txt.
overlay/register: Allow it: chmod -R o+rX /srv/copy" ]]
}

@test "on a machine that is no Gentoo it says so" {
  run on_gentoo bash -c "PORTAGE_CONFIGROOT=/nowhere $register"
  [ "$status" -eq 1 ]
  [ "$output" = "overlay/register: there is no /nowhere/etc/portage: this is no Gentoo machine, or EPREFIX or PORTAGE_CONFIGROOT is wrong" ]
}

@test "a user who may not write there is told to be root" {
  run on_gentoo su -s /bin/sh portage -c $register
  [ "$status" -eq 1 ]
  [ "$output" = "overlay/register: /etc/portage cannot be written: run it as root" ]
}

@test "anything but --remove is answered with the usage" {
  run on_gentoo "$register" --help
  [ "$status" -eq 2 ]
  [ "$output" = "usage: overlay/register [--remove]" ]
}

@test "eselect repository makes the same repository, which emaint keeps up to date" {
  git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1 || skip "needs a git checkout"
  local origin clone
  on_gentoo true
  origin=$container/upper/srv/origin clone=$container/upper/var/db/repos/aoe-storage
  git clone --quiet "$ROOT" "$origin"
  followed_from_eselect file:///srv/origin
  run on_gentoo emaint sync -r aoe-storage
  echo "$output"
  [ "$status" -eq 0 ]
  run on_gentoo emerge --pretend vblade
  [[ $output == *"sys-block/vblade-2026.11"* ]]

  # What is published later comes with the next synchronization.
  (cd "$origin" && overlay/bump 2026.12 2>/dev/null && git add -A &&
    git -c user.name=Tester -c user.email=tester@localhost commit --quiet -m "packaging: Bump to 2026.12")
  on_gentoo emaint sync -r aoe-storage
  run on_gentoo emerge --pretend vblade
  [[ $output == *"sys-block/vblade-2026.12"* ]]
}

@test "register works in the tarball of a release, too" {
  git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1 || skip "needs a git checkout: the tarball is made of a commit"
  git clone --quiet "$ROOT" "$BATS_TEST_TMPDIR/clone"
  on_gentoo true
  mkdir -p "$container/upper/var/db/repos"
  tar -xf "$BATS_TEST_TMPDIR/clone/$("$BATS_TEST_TMPDIR/clone/overlay/dist" 2>/dev/null)" -C "$container/upper/var/db/repos"
  run on_gentoo /var/db/repos/aoe-storage-2026.11/overlay/register
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "/var/db/repos/aoe-storage-2026.11 is now a repository of this machine ($conf/aoe-storage.conf)" ]
  run on_gentoo emerge --pretend vblade
  [[ $output == *"sys-block/vblade-2026.11"* ]]
}
