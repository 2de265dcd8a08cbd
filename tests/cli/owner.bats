#!/usr/bin/env bats
# overlay/owner.conf, the one file that names the maintainer and the addresses, and overlay/owner, which writes them where they are
# shown. Needs: no root, no network.

load ../lab/setup

# A copy of what overlay/owner writes, as the current directory, with these lines in overlay/owner.conf.
copy_with() { # KEY=VALUE...
  local line
  mkdir "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy"
  (cd "$ROOT" && tar --create eclass metadata overlay man SECURITY.md README.md acct-*/*/*.* sys-*/*/*.*) | tar --extract
  for line; do
    grep -q "^${line%%=*}=" overlay/owner.conf
    sed -i "s|^${line%%=*}=.*|$line|" overlay/owner.conf
  done
}

refuses() { # MESSAGE
  run overlay/owner
  echo "$output"
  [ "$status" -eq 1 ]
  [ "$output" = "overlay/owner: $1" ]
}

@test "every file says of the owner what overlay/owner.conf says" {
  run "$ROOT/overlay/owner" --check
  echo "$output"
  [ "$status" -eq 0 ]
}

@test "nothing is invented: no address of example domains, no page of others, no maintainer without an address" {
  copy_with EMAIL= HOMEPAGE= BUGS= SECURITY= REPOSITORY= DOWNLOADS=
  overlay/owner
  ! grep -rnE '@[a-z0-9.-]+\.example|wiki\.gentoo\.org/wiki/[^N]|<email>|<bugs-to>|^\.(Mt|Lk)' acct-* sys-* SECURITY.md man/vblade.8 man/aoe.8 man/aoe-mount.8
  grep -h ^HOMEPAGE sys-*/*/*.ebuild | is 'HOMEPAGE="https://wiki.gentoo.org/wiki/No_homepage"' sort -u
  overlay/owner --empty | is "EMAIL HOMEPAGE BUGS SECURITY REPOSITORY DOWNLOADS" xargs
}

@test "what is filled in appears in every file that shows it, and goes again" {
  copy_with "NAME=Some One" EMAIL=one@some.org HOMEPAGE=https://some.org/aoe BUGS=https://some.org/aoe/bugs \
    SECURITY=secret@some.org REPOSITORY=https://some.org/aoe.git DOWNLOADS=https://some.org/aoe/releases
  local file before=$BATS_TEST_TMPDIR/before
  cp -r . "$before"
  run -0 overlay/owner
  [[ $output == *SECURITY.md*sys-fs/aoe-mount/metadata.xml* ]]
  is "" overlay/owner --empty
  grep -h ^HOMEPAGE sys-*/*/*.ebuild | is 'HOMEPAGE="https://some.org/aoe"' sort -u
  for file in acct-*/*/metadata.xml sys-*/*/metadata.xml; do
    [[ $(<"$file") == *'	<maintainer type="person">
		<email>one@some.org</email>
		<name>Some One</name>
	</maintainer>'* ]]
  done
  for file in metadata/news/*/*.txt; do grep -qx 'Author: Some One <one@some.org>' "$file"; done
  for file in sys-*/*/metadata.xml; do
    [[ $(<"$file") == *'	<upstream>
		<maintainer>
			<email>one@some.org</email>
			<name>Some One</name>
		</maintainer>
		<bugs-to>https://some.org/aoe/bugs</bugs-to>
	</upstream>'* ]]
  done
  [[ $(<SECURITY.md) == *'Please report a weakness privately to <secret@some.org>,
with a frame (pcap) or a file that shows it.'* ]]
  is '	EGIT_REPO_URI="https://some.org/aoe.git"' grep -P '^\tEGIT_REPO_URI=' eclass/aoe-storage.eclass
  grep -qx 'eselect repository add aoe-storage git https://some.org/aoe.git' README.md
  for file in man/{vblade,aoe,aoe-mount}.8; do
    [[ $(<"$file") == *'.Sh BUGS
Report bugs to
.Lk https://some.org/aoe/bugs .
Report weaknesses privately to
.Mt secret@some.org .'* ]]
  done
  run -0 overlay/owner # a second time there is nothing to do
  [ "$output" = "" ]
  run -0 overlay/owner --check
  [ "$output" = "" ]
  cp "$ROOT/overlay/owner.conf" overlay/
  overlay/owner
  diff -r . "$before" --exclude owner.conf
}

@test "a file that was changed by hand is named, with the difference and the remedy" {
  copy_with EMAIL=
  sed -i 's,^HOMEPAGE=.*,HOMEPAGE="https://else.where/",' sys-block/vblade/vblade-2026.11.ebuild
  run -1 overlay/owner --check
  [[ $output == "--- sys-block/vblade/vblade-2026.11.ebuild"*'-HOMEPAGE="https://else.where/"'*"
overlay/owner: run overlay/owner, which writes what overlay/owner.conf says" ]]
}

@test "a wrong value is refused with the line, the value and what to write" {
  copy_with EMAIL=someone
  refuses "overlay/owner.conf:6: EMAIL is 'someone': write a mail address, as in someone@domain.org"
  sed -i 's/^EMAIL=.*/EMAIL=/; s/^BUGS=.*/BUGS=the list/' overlay/owner.conf
  refuses "overlay/owner.conf:12: BUGS is 'the list': write an address that begins with https://, or a mail address"
  sed -i 's/^BUGS=.*/BUG=the list/' overlay/owner.conf
  refuses "overlay/owner.conf:12: 'BUG=the list' is not KEY=value with a KEY of: NAME EMAIL HOMEPAGE BUGS SECURITY REPOSITORY DOWNLOADS"
  sed -i 's/^BUG=.*/BUGS=/; s/^NAME=.*/NAME=/' overlay/owner.conf
  refuses "overlay/owner.conf: NAME is empty: metadata.xml cannot do without; the shipped name is 'AoE storage maintainers'"
  sed -i 's/^NAME=.*/NAME=A \& B/' overlay/owner.conf
  refuses "overlay/owner.conf:5: NAME is 'A & B': write a name without < > & \" \\ |"
}
