# What aoe-mount looks at in place of this machine, and its file, for tests without root and without the driver.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

# Makes the working directory such a place: nothing is there but a.yaml, with two mounts.
use_aoe_mount_tree() {
  cd "$BATS_TEST_TMPDIR" || return
  mkdir -p sys/block proc/self dev run
  : >proc/self/mountinfo
  printf 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' >proc/swaps
  export sysfs_dir=$PWD/sys proc_dir=$PWD/proc dev_dir=$PWD/dev run_dir=$PWD/run
  cat >a.yaml <<'YAML'
interfaces: [eth1]
mounts:
  - {shelf: 1, slot: 0, partition: 1, mountpoint: /mnt/data, type: ext4}
  - {shelf: 1, slot: 1, mountpoint: /mnt/more, required: false}
YAML
}

# device NAME [ATTRIBUTE=VALUE]...: e1.0, or e1.0p1 on it.
device() {
  local disk=${1%p*} dir="sys/block/etherd!${1%p*}" word
  [[ $1 == "$disk" ]] || dir+="/etherd!$1"
  mkdir -p "$dir"
  for word in "${@:2}"; do echo "${word#*=}" >"$dir/${word%%=*}"; done
}
