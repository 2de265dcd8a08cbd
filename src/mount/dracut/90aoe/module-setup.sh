#!/bin/bash
# dracut's module for a root file system on ATA over Ethernet: see aoe-mount.dracut(7).

# called by dracut; with --hostonly only where this machine's own root is on AoE
check() {
  require_binaries aoe-mount || return 1
  [[ ${hostonly-} || ${mount_needs-} ]] || return 0
  for_each_host_dev_and_slaves is_aoe || return 255
}

is_aoe() { # MAJOR:MINOR
  [[ $(readlink -f "/dev/block/$1") == /dev/etherd/* ]]
}

# called by dracut
depends() {
  echo base rootfs-block
}

# called by dracut; Ethernet cards as in this machine, or all
installkernel() {
  hostonly='' instmods aoe
  instmods "=drivers/net/ethernet" "=drivers/net/phy" "=drivers/net/mdio" "=drivers/net/usb" "=drivers/net/hyperv" \
    virtio_net vmxnet3 xen-netfront
}

# called by dracut
install() {
  inst_multiple aoe-mount modprobe
  # shellcheck disable=SC2154 # dracut's
  inst_hook cmdline 90 "$moddir/parse-aoe.sh"
  # shellcheck disable=SC2154
  inst_hook initqueue/settled 50 "$moddir/attach-aoe.sh"
}
