# A new Debian 12 machine that has what `make test` installs, and nothing else: tests/lab/tools/root bare-bookworm.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

# Runs a command there as root, without network, in this checkout as it is, its builds included; what it writes is gone afterwards.
on_bare() { # COMMAND...
  local bare work=$BATS_TEST_TMPDIR/bare
  bare=$("$LAB/tools/root" bare-bookworm)
  mkdir -p "$work"/{root,upper,work,checkout,checkout-work}
  # shellcheck disable=SC2016 # the inner shell expands it
  bare=$bare work=$work ROOT=$ROOT \
    unshare --mount --pid --net --ipc --uts --fork --kill-child --propagation private bash -euo pipefail -c '
      mount -t overlay overlay -o "lowerdir=$bare,upperdir=$work/upper,workdir=$work/work" "$work/root"
      mkdir -p "$work/root$ROOT"
      mount -t overlay overlay -o "lowerdir=$ROOT,upperdir=$work/checkout,workdir=$work/checkout-work" "$work/root$ROOT"
      mount -t proc proc "$work/root/proc"
      mount -t sysfs sysfs "$work/root/sys"
      mount --rbind /dev "$work/root/dev"
      mount -t tmpfs -o mode=755 run "$work/root/run"
      mount -t tmpfs -o mode=1777 tmp "$work/root/tmp"
      ip link set lo up
      hostname bare
      exec chroot "$work/root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
        bash -c '\''cd "$0" && exec "$@"'\'' "$ROOT" "$@"
    ' bash "$@"
}
