# A container with OpenRC as its PID 1, in namespaces, over an overlayfs of a root that tests/lab/tools/root made. Its network is
# its own: eth1 and peer1 are the two ends of a cable. What it boots with can be changed in $container/disk before.
#
#   make_container [NAME]   prepares $container: our programs, init scripts and conf.d files on the root `openrc`; with NAME,
#                           say openrc-sid, the OpenRC of that root takes the place of its own
#   make_gentoo             prepares $container: OpenRC and Portage (tests/lab/tools/portage), and no package of ours
#   boot                    starts it and waits until the runlevel default is there
#   inside COMMAND...       runs a command in it
#   power_off               shuts it down in order; fails when that takes longer than a minute
#   pull_plug               ends it at once; does nothing when it is off
# PROGRAMS may name a directory that holds installed programs for that root, in place of what Portage has emerged.
# $container/console is what its console showed since the last boot, $container/syslog what went to /dev/log.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

make_container() {
  local root programs layers
  need_root "it makes namespaces and mounts"
  root=$("$LAB/tools/root" openrc) || return
  programs=${PROGRAMS-}
  [[ $programs ]] || programs=$("$LAB/tools/emerged") || return
  container=$BATS_FILE_TMPDIR/container
  mkdir -p "$container"/{disk,work,root,share}
  mkdir -p "$container"/disk/etc/{init.d,conf.d}
  cp -p "$ROOT"/init.d/* "$container/disk/etc/init.d/"
  cp -p "$ROOT"/conf.d/* "$container/disk/etc/conf.d/"
  layers=$programs:$root
  if [[ ${1:-openrc} != openrc ]]; then
    copy_openrc "$1" "$container/openrc" || return
    layers=$container/openrc:$layers
  fi
  printf '%s\n' "$layers" >"$container/lower"
}

# What `tests/lab/tools/portage run` makes is booted in place of being thrown away: Portage's own mounts come along.
make_gentoo() {
  need_root "it makes namespaces and mounts"
  container=$BATS_FILE_TMPDIR/container
  mkdir -p "$container"/{work,root,share,tmp}
  AOE_GENTOO_TREE="" "$LAB/tools/portage" run "$container" true || return
  mv "$container/upper" "$container/disk"
  "$LAB/tools/root" "${AOE_TOOLCHAIN:-toolchain}" >"$container/lower"
  install -d -m 1777 "$container/share/portage"
  printf '%s\n' "ro $ROOT /srv/aoe-storage" "ro $("$LAB/tools/portage" path) /opt/portage" "ro $LAB/gentoo/tree /var/db/repos/gentoo" \
    "rw ${AOE_LAB:-$ROOT/build/lab}/portage/ccache /var/cache/ccache" "rw $container/share/portage /var/tmp" >"$container/more-mounts"
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
  rm -f "$container"/share/log "$container"/{console,syslog}
  # Without bats' own descriptors: it waits until everybody has closed them.
  socat -u "UNIX-RECV:$container/share/log,mode=666" "OPEN:$container/syslog,creat,append" >/dev/null 2>&1 3>&- 4>&- &
  echo $! >"$container/syslog.pid"
  # setsid: nothing in there may reach the terminal of whoever runs the tests.
  setsid unshare --mount --propagation private --pid --net --ipc --uts --fork --kill-child \
    "$LAB/openrc/init" "$container" >"$container/console" 2>&1 </dev/null 3>&- 4>&- &
  echo $! >"$container/unshare.pid"
  within 60 booted || {
    cat "$container/console"
    return 1
  }
  inside rc-update -u >/dev/null
}

booted() {
  local init
  init=$(init_pid) && inside rc-status --runlevel >"$container/runlevel" 2>/dev/null &&
    [[ $(<"$container/runlevel") == default ]] && [[ ! -e /proc/$init/root/run/openrc/rc.starting ]]
}

# The init process as this machine sees it.
init_pid() { pgrep --parent "$(<"$container/unshare.pid")"; }

inside() {
  local init
  init=$(init_pid) || return
  nsenter --target "$init" --mount --pid --net --ipc --uts \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LC_ALL=C.UTF-8 HOME=/root "$@" 3>&- 4>&-
}

is_off() { ! kill -0 "$(<"$container/unshare.pid")" 2>/dev/null; }

power_off() {
  inside openrc-shutdown --poweroff now >/dev/null 2>&1 || true # it may well be ended by what it asked for
  # A second or two; but it ends in a sync of everything that this machine has in memory.
  within 60 is_off || {
    cat "$container/console"
    pull_plug
    return 1
  }
  pull_plug
}

pull_plug() {
  local name pid
  for name in unshare syslog; do
    [[ -e $container/$name.pid ]] || continue
    pid=$(<"$container/$name.pid")
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    rm "$container/$name.pid"
  done
}

# configure SERVICE <<<YAML
configure() { inside tee "/etc/conf.d/$1.yaml" >/dev/null; }

has_ended() { ! inside pgrep "$1" >/dev/null; } # NAME

# No process of this name runs any more, or not for long; else this says which, and where it waits.
nothing_is_left_of() { # NAME
  within 5 has_ended "$1" && return
  inside ps -eo pid,ppid,stat,wchan:24,comm,args
  return 1
}

# The process that the supervisor of SERVICE looks after.
child_of() { inside pgrep --parent "$(inside cat "/run/$1.pid")"; }
