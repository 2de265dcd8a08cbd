# Gentoo-like containers for stories, run by tests/lab/tools/portage. A story has one, `container`, gone with the story.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

needs_gentoo() { need_root "overlayfs and chroot do"; }

# A container as the handbook leaves it: ::gentoo is known, this checkout is not.
gentoo_fresh() {
  needs_gentoo
  container=$BATS_TEST_TMPDIR/container
  mkdir "$container"
}

# A copy of the container EMERGED, which has the packages.
gentoo_emerged() {
  gentoo_fresh
  mkdir "$container"/{root,work}
  cp -a "$EMERGED/upper" "$container/upper"
}

# Runs a command on it as root.
on_gentoo() { # COMMAND...
  "$LAB/tools/portage" run "$container" "$@"
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

# Switches the container on, for stories that start services: `inside` runs a command in it until gentoo_off. eth1 and peer1
# are the two ends of a cable. OpenRC finds itself booted.
gentoo_on() {
  # bash: as the first process it takes the place of dead processes' parents.
  # shellcheck disable=SC2016 # the container expands it
  "$LAB/tools/portage" run "$container" bash -c '
    set -e
    mount -t sysfs -o ro sysfs /sys
    ip link add eth1 type veth peer name peer1
    ip link set peer1 up
    ip link set eth1 up
    mkdir -p /run/openrc
    touch /run/openrc/softlevel /run/on
    while :; do sleep 1000; done' >"$container/console" 2>&1 </dev/null 3>&- 4>&- &
  echo $! >"$container/portage.pid"
  within 60 gentoo_is_on || {
    cat "$container/console"
    return 1
  }
  inside rc-update -u >/dev/null
}

gentoo_is_on() { [[ -e /proc/$(gentoo_init)/root/run/on ]]; }

# Its first process as this machine sees it: the child of unshare, which the script tests/lab/tools/portage waits for.
gentoo_init() { pgrep --parent "$(pgrep --parent "$(<"$container/portage.pid")")"; }

inside() {
  nsenter --target "$(gentoo_init)" --mount --pid --net --ipc --uts --root --wd \
    env -i PATH=/opt/portage/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 "$@" 3>&- 4>&-
}

gentoo_off() {
  local pid
  [[ -e $container/portage.pid ]] || return 0
  pid=$(<"$container/portage.pid")
  kill -KILL "$(pgrep --parent "$pid")" 2>/dev/null || true # unshare, and by --kill-child all of the container
  wait "$pid" 2>/dev/null || true
  rm "$container/portage.pid"
}

# Portage's complaints about a package in what emerge has said. That it finds no package with the libraries is Debian's doing, whose
# packages Portage does not know.
qa_notices() {
  grep -E 'QA Notice|not declared in IUSE' | grep -v 'QA Notice: Unresolved soname dependencies'
}
