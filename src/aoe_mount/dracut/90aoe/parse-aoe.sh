#!/bin/sh
# Turns what the kernel's command line says of AoE into the words of `aoe-mount attach` in /tmp/aoe-attach, one a line.
# Sourced by dracut before udev starts.

command -v getarg >/dev/null || . /lib/dracut-lib.sh

aoe_disks=$(getargs rd.aoe=)
# shellcheck disable=SC2154 # dracut's
case "$root" in
aoe | aoe:) root=aoe:abft ;;
esac
case "$root" in
aoe:*) aoe_disks="${root#aoe:} $aoe_disks" ;;
esac
aoe_interfaces=$(getargs aoe.if=)

# abft stands for the disk that iPXE has started this machine from.
case " $aoe_disks" in
*" abft"*)
  if aoe_table=$(aoe-mount abft 2>&1); then
    echo "AoE: iPXE started this machine from $aoe_table (disk, MAC)"
    aoe_disk=${aoe_table%% *}
    : "${aoe_interfaces:=${aoe_table#* }}"
  else
    die "root=$root rd.aoe=: $aoe_table"
  fi
  ;;
esac

: >/tmp/aoe-attach
for aoe_word in $aoe_disks; do
  case "$aoe_word" in
  abft*) aoe_word=$aoe_disk${aoe_word#abft} ;;
  esac
  case "$root" in
  aoe:*) root=block:/dev/etherd/$aoe_word ;; # the first one; from here on it is rootfs-block's
  esac
  echo "$aoe_word" >>/tmp/aoe-attach
  # With systemd in the initramfs nothing else has dracut look for disks: it mounts by units, not by dracut's rootfs-block.
  [ -z "${DRACUT_SYSTEMD-}" ] || wait_for_dev -n "/dev/etherd/$aoe_word"
done
for aoe_word in $aoe_interfaces; do
  echo "--interface=$aoe_word" >>/tmp/aoe-attach
done
aoe_word=$(getarg aoe.wait=) && echo "--wait=$aoe_word" >>/tmp/aoe-attach
[ -n "$aoe_disks" ] || rm /tmp/aoe-attach
unset aoe_disks aoe_interfaces aoe_table aoe_disk aoe_word
