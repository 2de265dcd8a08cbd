# Trees that look like the sysfs and the /dev/etherd of a machine with the aoe driver, for tests without root
# and without the driver. The attributes and their texts are those of Linux 6.1's aoe driver, version 85.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

# make_sysfs DIR: the driver is loaded, no devices yet; DIR/etherd has its control files, made so that what is
# written to them goes nowhere.
make_sysfs() {
  local dir=$1 control
  mkdir -p "$dir/block" "$dir/class/net/eth0" "$dir/class/net/eth1" "$dir/module/aoe/parameters" "$dir/etherd" "$dir/proc/self"
  echo 85 >"$dir/module/aoe/version"
  : >"$dir/module/aoe/parameters/aoe_iflist"
  for control in discover flush interfaces revalidate; do
    ln -sf /dev/null "$dir/etherd/$control"
  done
}

# add_device DIR NAME [ATTRIBUTE=VALUE]...: a device that is up, 2 GiB large, reached over eth1. An empty VALUE
# leaves the attribute out.
add_device() {
  local dir=$1 name=$2 attributes=("${@:3}") text
  local path="$dir/block/etherd!$name"
  mkdir -p "$path"
  for text in size=4194304 dev=152:16 netif=eth1 payload=8704 state=up mac=0080c8caff65 firmware-version=0x4019 \
    "${attributes[@]}"; do
    if [[ -n ${text#*=} ]]; then
      echo "${text#*=}" >"$path/${text%%=*}"
    else
      rm -f "$path/${text%%=*}"
    fi
  done
}

# use_sysfs: what most stories begin with: such a tree at $tree, which the tools look at in place of this machine's.
use_sysfs() {
  tree=$BATS_TEST_TMPDIR/sys
  make_sysfs "$tree"
  export sysfs_dir=$tree etherd_dir=$tree/etherd proc_dir=$tree/proc
}

# add_partition DIR DISK NUMBER [SECTORS]: e1.0p1 on e1.0, and its node, which reads as empty.
add_partition() {
  local path="$1/block/etherd!$2/etherd!$2p$3"
  mkdir -p "$path"
  echo "$3" >"$path/partition"
  echo "${4:-2048}" >"$path/size"
  echo "152:$((16 + $3))" >"$path/dev"
  ln -sf /dev/null "$1/etherd/$2p$3"
}
