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
  if dracut_module_included systemd; then
    # shellcheck disable=SC2154
    inst_script "$moddir/aoe-generator.sh" "$systemdutildir/system-generators/dracut-aoe-generator"
  fi
  # For root=UUID= and the like: udev's own rules make these links for kinds of disks that they list, and AoE is not there.
  # shellcheck disable=SC2154
  mkdir -p "$initdir/etc/udev/rules.d"
  cat >"$initdir/etc/udev/rules.d/61-aoe-names.rules" <<'END'
ACTION=="remove", GOTO="aoe_names_end"
SUBSYSTEM!="block", GOTO="aoe_names_end"
KERNEL!="etherd*", GOTO="aoe_names_end"
IMPORT{builtin}="blkid"
ENV{ID_FS_USAGE}=="filesystem|other|crypto", ENV{ID_FS_UUID_ENC}=="?*", SYMLINK+="disk/by-uuid/$env{ID_FS_UUID_ENC}"
ENV{ID_FS_USAGE}=="filesystem|other|crypto", ENV{ID_FS_LABEL_ENC}=="?*", SYMLINK+="disk/by-label/$env{ID_FS_LABEL_ENC}"
ENV{ID_PART_ENTRY_UUID}=="?*", SYMLINK+="disk/by-partuuid/$env{ID_PART_ENTRY_UUID}"
ENV{ID_PART_ENTRY_NAME}=="?*", SYMLINK+="disk/by-partlabel/$env{ID_PART_ENTRY_NAME}"
LABEL="aoe_names_end"
END
}
