#!/usr/bin/env bats
# What the dracut module makes of root=aoe: where systemd is the init of the initramfs. Needs: no root.

load ../lab/setup

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  mkdir programs normal early late
  PATH=$PWD/programs:$PATH
  # dracut's own, as far as they are used: what stands on the kernel's command line, and systemd's name of a device.
  # shellcheck disable=SC2154 # generate sets it
  getarg() { [[ " $command_line" =~ " "$1([^ ]*) ]] && echo "${BASH_REMATCH[1]}"; }
  getargbool() { [[ " $command_line " == *" $2 "* ]]; }
  dev_unit_name() { tr / - <<<"${1#/}"; }
  export -f getarg getargbool dev_unit_name
}

generate() { # COMMAND LINE
  command_line=$1 bash "$ROOT/src/aoe_mount/dracut/90aoe/aoe-generator.sh" normal early late
}

has_table() { # WORDS OF aoe-mount abft
  printf '#!/bin/sh\necho "%s"\n' "$1" >programs/aoe-mount
  chmod +x programs/aoe-mount
}

@test "root=aoe:e1.0p2 becomes the mount unit of /sysroot, which waits as long as aoe.wait= says" {
  generate "rw root=aoe:e1.0p2 aoe.if=eth0"
  diff - early/sysroot.mount <<-'END_OF_UNIT'
	[Unit]
	Documentation=man:aoe-mount.dracut(7)
	Before=initrd-root-fs.target
	Requires=systemd-fsck@dev-etherd-e1.0p2.service
	After=systemd-fsck@dev-etherd-e1.0p2.service

	[Mount]
	Where=/sysroot
	What=/dev/etherd/e1.0p2
	Type=auto
	Options=rw
	END_OF_UNIT
  [ early/initrd-root-fs.target.requires/sysroot.mount -ef early/sysroot.mount ]
  diff - early/dev-etherd-e1.0p2.device.d/aoe.conf <<-'END_OF_UNIT'
	[Unit]
	JobTimeoutSec=0
	JobRunningTimeoutSec=0
	END_OF_UNIT
  [ -z "$(find normal late -type f)" ]
}

@test "without rw the root is mounted read-only; rootfstype= and rootflags= count" {
  generate "root=aoe:e1.0 rootfstype=xfs rootflags=noatime,logbufs=8"
  grep -x "Type=xfs" early/sysroot.mount
  grep -x "Options=ro,noatime,logbufs=8" early/sysroot.mount
}

@test "root=aoe, aoe: and aoe:abftp2 are the disk that iPXE has started the machine from" {
  local root
  has_table "e7.3 52:54:00:a0:e0:01"
  for root in aoe aoe: aoe:abft; do
    generate "root=$root"
    grep -x "What=/dev/etherd/e7.3" early/sysroot.mount
  done
  generate "root=aoe:abftp2"
  grep -x "What=/dev/etherd/e7.3p2" early/sysroot.mount
}

@test "another root is left to systemd, and so is one that iPXE's table is missing for" {
  generate "root=UUID=66dd3154-349a-4a42-9b8a-b544cfef862f rd.aoe=e1.0"
  printf '#!/bin/sh\nexit 1\n' >programs/aoe-mount
  chmod +x programs/aoe-mount
  generate "root=aoe"
  [ -z "$(find normal early late -type f)" ]
}
