# Gentoo-like machines for stories, run by tests/lab/portage. A story has one, `machine`, gone with the story.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

needs_gentoo() {
  ((EUID == 0)) || skip "needs root: overlayfs and chroot do"
}

# A machine as the handbook leaves it: ::gentoo is known, this checkout is not.
gentoo_fresh() {
  needs_gentoo
  machine=$BATS_TEST_TMPDIR/machine
  mkdir "$machine"
}

# A copy of the machine EMERGED, which has the packages.
gentoo_emerged() {
  gentoo_fresh
  mkdir "$machine"/{root,work}
  cp -a "$EMERGED/upper" "$machine/upper"
}

# Runs a command on it as root.
on_gentoo() { # COMMAND...
  "$ROOT/tests/lab/portage" run "$machine" "$@"
}

# The same with this checkout as overlay, the way of the README's first screen.
with_overlay() { # COMMAND...
  on_gentoo env PORTDIR_OVERLAY=/srv/aoe-storage "$@"
}

# What a package installed, one path a line, without directories.
files_of() { # UPPER CATEGORY/NAME-VERSION
  awk '$1 == "obj" || $1 == "sym" {print $2}' "$1/var/db/pkg/$2/CONTENTS" | sort
}

# What 'eselect repository add aoe-storage git URI' writes (seen with eselect-repository 14).
followed_from_eselect() { # URI
  on_gentoo bash -c "printf '%s\n' '# created by eselect-repo' '' '[aoe-storage]' 'location = /var/db/repos/aoe-storage' \
    'sync-type = git' 'sync-uri = $1' >/etc/portage/repos.conf/eselect-repo.conf"
}
