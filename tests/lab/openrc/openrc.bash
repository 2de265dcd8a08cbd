# A machine with OpenRC as its PID 1, in namespaces, over an overlayfs of a root that tests/lab/tools/root made. Its network is
# its own: eth1 and peer1 are the two ends of a cable. What it boots with can be changed in $machine/disk before.
#
#   load lab/openrc   (see tests/openrc)
#   make_machine [NAME]   prepares $machine: our programs, init scripts and conf.d files on the root `openrc`; with NAME, say
#                         openrc-sid, the OpenRC of that root takes the place of its own
#   make_gentoo           prepares $machine: OpenRC and Portage in one machine (tests/lab/tools/portage), and no package of ours
#   boot                           starts it and waits until the runlevel default is there
#   inside COMMAND...              runs a command in it
#   power_off                      shuts it down in order; fails when that takes longer than a minute
#   pull_plug                      ends it at once; does nothing when it is off
# PROGRAMS may name a directory that holds installed programs for that root, in place of what Portage has emerged.
# $machine/console is what its console showed since the last boot, $machine/syslog what went to /dev/log.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

make_machine() {
  local root programs layers
  need_root "it makes namespaces and mounts"
  root=$("$LAB/tools/root" openrc) || return
  programs=${PROGRAMS-}
  [[ $programs ]] || programs=$("$LAB/tools/emerged") || return
  machine=$BATS_FILE_TMPDIR/machine
  mkdir -p "$machine"/{disk,work,root,share}
  mkdir -p "$machine"/disk/etc/{init.d,conf.d}
  cp -p "$ROOT"/init.d/* "$machine/disk/etc/init.d/"
  cp -p "$ROOT"/conf.d/* "$machine/disk/etc/conf.d/"
  layers=$programs:$root
  if [[ ${1:-openrc} != openrc ]]; then
    copy_openrc "$1" "$machine/openrc" || return
    layers=$machine/openrc:$layers
  fi
  printf '%s\n' "$layers" >"$machine/lower"
}

# What `tests/lab/tools/portage run` makes is booted in place of being thrown away: Portage's own mounts come along.
make_gentoo() {
  need_root "it makes namespaces and mounts"
  machine=$BATS_FILE_TMPDIR/machine
  mkdir -p "$machine"/{work,root,share,tmp}
  AOE_GENTOO_TREE="" "$LAB/tools/portage" run "$machine" true || return
  mv "$machine/upper" "$machine/disk"
  "$LAB/tools/root" "${AOE_TOOLCHAIN:-toolchain}" >"$machine/lower"
  install -d -m 1777 "$machine/share/portage"
  printf '%s\n' "ro $ROOT /srv/aoe-storage" "ro $("$LAB/tools/portage" path) /opt/portage" "ro $LAB/gentoo/tree /var/db/repos/gentoo" \
    "rw ${AOE_LAB:-$ROOT/build/lab}/portage/ccache /var/cache/ccache" "rw $machine/share/portage /var/tmp" >"$machine/more-mounts"
}

# Only OpenRC's own files of root NAME: our programs are built for the root `openrc` and stay there.
copy_openrc() { # NAME DIRECTORY
  local root
  root=$("$LAB/tools/root" "$1") || return
  mkdir -p "$2"
  # In the packages' lists stands /sbin/x where the files are in /usr/sbin/x.
  (cd "$root" && cat var/lib/dpkg/info/{openrc,librc1,libeinfo1}*.list | sed -E 's,^/(s?bin|lib)/,/usr/\1/,; s,^/,,' | sort -u |
    grep -vE '^(etc|usr/share)/' | while read -r file; do [[ -d $file || ! -e $file ]] || echo "$file"; done |
    tar --create --no-recursion --files-from=-) | tar --extract --directory "$2"
}

boot() {
  rm -f "$machine"/share/log "$machine"/{console,syslog}
  # Without bats' own descriptors: it waits until everybody has closed them.
  socat -u "UNIX-RECV:$machine/share/log,mode=666" "OPEN:$machine/syslog,creat,append" >/dev/null 2>&1 3>&- 4>&- &
  echo $! >"$machine/syslog.pid"
  # setsid: nothing in there may reach the terminal of whoever runs the tests.
  setsid unshare --mount --propagation private --pid --net --ipc --uts --fork --kill-child \
    "$LAB/openrc/init" "$machine" >"$machine/console" 2>&1 </dev/null 3>&- 4>&- &
  echo $! >"$machine/unshare.pid"
  within 60 booted || {
    cat "$machine/console"
    return 1
  }
  inside rc-update -u >/dev/null
}

booted() {
  local init
  init=$(init_pid) && inside rc-status --runlevel >"$machine/runlevel" 2>/dev/null &&
    [[ $(<"$machine/runlevel") == default ]] && [[ ! -e /proc/$init/root/run/openrc/rc.starting ]]
}

# The init process as this machine sees it.
init_pid() { pgrep --parent "$(<"$machine/unshare.pid")"; }

inside() {
  local init
  init=$(init_pid) || return
  nsenter --target "$init" --mount --pid --net --ipc --uts \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LC_ALL=C.UTF-8 HOME=/root "$@" 3>&- 4>&-
}

is_off() { ! kill -0 "$(<"$machine/unshare.pid")" 2>/dev/null; }

power_off() {
  inside openrc-shutdown --poweroff now >/dev/null 2>&1 || true # it may well be ended by what it asked for
  # A second or two; but it ends in a sync of everything that this machine has in memory.
  within 60 is_off || {
    cat "$machine/console"
    pull_plug
    return 1
  }
  pull_plug
}

pull_plug() {
  local name pid
  for name in unshare syslog; do
    [[ -e $machine/$name.pid ]] || continue
    pid=$(<"$machine/$name.pid")
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    rm "$machine/$name.pid"
  done
}

# configure SERVICE <<<YAML
configure() { inside tee "/etc/conf.d/$1.yaml" >/dev/null; }

# The process that the supervisor of SERVICE looks after.
child_of() { inside pgrep --parent "$(inside cat "/run/$1.pid")"; }
