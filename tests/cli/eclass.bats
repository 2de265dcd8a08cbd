#!/usr/bin/env bats
# eclass/aoe-storage.eclass, as far as it does without Portage: when the packages warn that Portage does not know this repository.
# Needs: no root.

load ../lab/setup

setup() {
  ROOT_OF_CHECKOUT=$ROOT # an ebuild has a ROOT of its own
  inherit() { :; }
  EXPORT_FUNCTIONS() { :; }
  ewarn() { echo "$*"; }
  EAPI=8 PV=2026.11 PN=vblade WORKDIR=/ AOE_STORAGE_REPOSITORY=/srv/aoe
  source "$ROOT_OF_CHECKOUT/eclass/aoe-storage.eclass"
  # What an ebuild knows of a machine that is all in this directory.
  EPREFIX=$BATS_TEST_TMPDIR/machine ROOT="" MERGE_TYPE=source
  portage=$EPREFIX/etc/portage
  mkdir -p "$portage/repos.conf"
  printf '[gentoo]\nlocation = /var/db/repos/gentoo\n' >"$portage/repos.conf/gentoo.conf"
}

# By a variable: it is a function of the eclass, not a program.
check=aoe-storage_check_registered

warns() {
  run $check
  [ "$status" -eq 0 ]
  [ "$output" = "Portage finds the repository aoe-storage only while PORTDIR_OVERLAY is set. Without it there
are no updates of vblade, and the next update of the machine takes vblade and aoetools from
::gentoo again. To register the repository for good, run:
  /srv/aoe/overlay/register" ]
}

says_nothing() {
  run $check
  [ "$status" -eq 0 ]
  [ "$output" = "" ]
}

@test "a machine that knows only other repositories is warned, with PORTDIR_OVERLAY in the environment, too" {
  warns
  PORTDIR_OVERLAY=/srv/aoe warns
  rm -r "$portage/repos.conf"
  warns
  mkdir -p "$BATS_TEST_TMPDIR/other/profiles"
  echo other >"$BATS_TEST_TMPDIR/other/profiles/repo_name"
  echo "PORTDIR_OVERLAY=\"$BATS_TEST_TMPDIR/other /nowhere\"" >"$portage/make.conf"
  warns
}

@test "repos.conf as a directory, or as one file, registers" {
  printf '[aoe-storage]\nlocation = /srv/aoe\n' >"$portage/repos.conf/eselect-repo.conf"
  says_nothing
  rm -r "$portage/repos.conf"
  printf '[gentoo]\nlocation = /var/db/repos/gentoo\n\n [aoe-storage]\nlocation = /srv/aoe\n' >"$portage/repos.conf"
  says_nothing
}

@test "PORTDIR_OVERLAY in make.conf, which stays, registers" {
  echo "PORTDIR_OVERLAY=\"/nowhere $ROOT_OF_CHECKOUT\"" >"$portage/make.conf"
  says_nothing
  rm "$portage/make.conf"
  mkdir "$portage/make.conf"
  echo "PORTDIR_OVERLAY=$ROOT_OF_CHECKOUT" >"$portage/make.conf/overlays"
  says_nothing
}

@test "binary packages and other roots are not warned of" {
  MERGE_TYPE=binary says_nothing
  ROOT=/mnt/other says_nothing
}
