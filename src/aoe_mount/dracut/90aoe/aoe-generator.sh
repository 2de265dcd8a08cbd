#!/bin/sh
# systemd runs this before anything else, in an initramfs that it is the init of, and it makes sysroot.mount for
# root=aoe:DISK: systemd itself makes that for root=/dev/DISK and the like only.

[ -n "$2" ] || exit 1
command -v getarg >/dev/null || . /lib/dracut-lib.sh

root=$(getarg root=)
case "$root" in
aoe | aoe:) aoe_disk=abft ;;
aoe:*) aoe_disk=${root#aoe:} ;;
*) exit 0 ;;
esac
case "$aoe_disk" in
abft*)
  aoe_table=$(aoe-mount abft 2>&1) || exit 0 # parse-aoe.sh says why there is none
  aoe_disk=${aoe_table%% *}${aoe_disk#abft}
  ;;
esac

device=/dev/etherd/$aoe_disk
name=$(dev_unit_name "$device")
flags=$(getarg rootflags=)
if getargbool 0 rw; then flags=rw${flags:+,$flags}; else flags=ro${flags:+,$flags}; fi
units=$2 # comes before what systemd's own generators make of root=

mkdir -p "$units/initrd-root-fs.target.requires" "$units/$name.device.d"
cat >"$units/sysroot.mount" <<UNIT
[Unit]
Documentation=man:aoe-mount.dracut(7)
Before=initrd-root-fs.target
Requires=systemd-fsck@$name.service
After=systemd-fsck@$name.service

[Mount]
Where=/sysroot
What=$device
Type=$(getarg rootfstype= || echo auto)
Options=$flags
UNIT
ln -sf ../sysroot.mount "$units/initrd-root-fs.target.requires/sysroot.mount"
# aoe.wait= says how long to wait, not systemd.
printf '[Unit]\nJobTimeoutSec=0\nJobRunningTimeoutSec=0\n' >"$units/$name.device.d/aoe.conf"
