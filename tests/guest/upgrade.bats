#!/usr/bin/env bats
# A machine on which an earlier commit's packages (tests/lab/tools/previous) are emerged and serve is upgraded to this checkout's
# by Portage, and taken back, while the kernel of a guest has a file system mounted and writes. The stories follow each
# other on the same machine. Needs: root, QEMU, /dev/net/tun, git and the history, what tests/lab/tools/portage needs.

load ../lab/gentoo/gentoo
load ../lab/gentoo/quick_compile
load ../lab/guest/guest
load ../lab/net/frames

guest_mac=52:54:00:a0:e0:00 stranger_mac=02:00:00:00:00:55 other_mac=02:00:00:00:00:77

setup_file() {
  needs_gentoo
  git -C "$ROOT" cat-file -e "f112680^{commit}" || skip "needs the history: f112680 is not in it"
  container=$BATS_FILE_TMPDIR/container
  mkdir -p "$container"/{root,work}
  cp -a "$("$LAB/tools/previous")/upper" "$container/upper"
  mkdir "$container/upper/disks"
  truncate -s 64M "$container"/upper/disks/{mounted,reserved,free}
  mke2fs -q -t ext4 "$container/upper/disks/mounted"
  gentoo_on
}

teardown_file() {
  container=$BATS_FILE_TMPDIR/container
  gentoo_off
}

setup() {
  guest_require
  container=$BATS_FILE_TMPDIR/container
}

teardown() {
  [[ -n ${BATS_TEST_COMPLETED-} ]] || inside cat /var/log/vblade.log
  wire_down
}

# What a stranger sends: the bridge that joins the machine with the guest.
on_client() { on_wire "$@"; }
VIA=br0

# Joins the machine's cable with the guest's.
join_container() {
  on_wire ip link add br0 address "$stranger_mac" type bridge
  on_wire ip link set br0 up
  on_wire ip link set tap0 master br0
  nsenter --target "$(gentoo_init)" --net ip link set peer1 netns "${wire[3]}"
  on_wire ip link set peer1 master br0 up
}

# The version of a package that is installed there.
installed() { # CATEGORY/NAME
  inside bash -c "cd /var/db/pkg && echo $1-2*"
}

# The mask list of e1.0 lets in the guest alone; e1.1 is masked from the guest, whose kernel would ask for its partitions until
# it is answered, and reserved for a third host; e1.2 is for everybody.
state_holds() {
  [ "$(inside vbladectl config e1.0)" = "of the guest" ] &&
    [ "$(inside vbladectl mask e1.0)" = "$guest_mac" ] &&
    [ "$(inside vbladectl mask e1.1)" = "$stranger_mac" ] &&
    [ "$(inside vbladectl reserve e1.1)" = "$other_mac" ] &&
    [ "$(frames read 1 0 0 1)" = "no reply" ] &&
    [ "$(frames read 1 1 0 1)" = "$reserved" ] &&
    [ "$(frames read 1 2 0 1 | wc -c)" -eq 512 ]
}

# Restarts the service, and keeps in LABEL.silence for how long nobody answered.
restart() { # LABEL
  local silence=$BATS_TEST_TMPDIR/$1.silence asked before
  before=$(inside pgrep -o -x vblade)
  : >"$silence"
  exec {asked}> >(frames silence 1 2 >"$silence" 3>&-)
  within 30 grep -q answered "$silence" &&
    inside rc-service vblade restart {asked}>&- &&
    within 30 state_holds
  local status=$?
  exec {asked}>&-
  within 30 grep -q ms "$silence" && [ "$(inside pgrep -o -x vblade)" != "$before" ] && return "$status"
}

emerges() { # WORD...
  inside env "$@" >"$BATS_TEST_TMPDIR/emerge.log" 2>&1 || {
    tail -n 40 "$BATS_TEST_TMPDIR/emerge.log"
    return 1
  }
}

host_upgrade() {
  emerges PORTDIR_OVERLAY=/srv/aoe-storage FEATURES=buildpkg "${quick_compile[@]}" emerge --update vblade aoe-mount &&
    [ "$(installed sys-block/vblade)" != sys-block/vblade-2026.10 ] &&
    restart upgrade
}

# A later version than f112680 may have put more keys into the state.
host_downgrade() {
  emerges emerge --usepkgonly =sys-block/vblade-2026.10 =sys-fs/aoe-mount-2026.10 &&
    is sys-block/vblade-2026.10 installed sys-block/vblade &&
    inside sed -i 's/^{/{"later":{"a":[1,2]},/' /var/lib/vblade/e1.{0,1}.json &&
    restart downgrade
}

@test "vblade is upgraded by emerge --update and a restart, and taken back, while a client writes: nothing is lost, mask and reservation hold" {
  local guest_limit=1500 label yaml
  wire_up
  join_container
  inside tee /etc/conf.d/vblade.yaml >/dev/null <<-'YAML'
	# Edited by the administrator.
	shelf: 1
	interfaces: [eth1]
	exports:
	  - {slot: 0, path: /disks/mounted}
	  - {slot: 1, path: /disks/reserved}
	  - {slot: 2, path: /disks/free, buffers: 32}
	YAML
  yaml=$(inside sha256sum /etc/conf.d/vblade.yaml)
  inside rc-service vblade start
  inside vbladectl config e1.0 set "of the guest"
  inside vbladectl mask e1.0 add "$guest_mac"
  inside vbladectl mask e1.1 add "$stranger_mac"
  inside vbladectl reserve e1.1 set "$other_mac"
  reserved=$(frames read 1 1 0 1)
  [[ $reserved == "AoE error "* ]]
  state_holds

  guest <<'STORY'
    load_aoe eth0
    aoe_device e1.0
    mount /dev/etherd/e1.0 /mnt
    # The driver knows how fast the target answers only after many answers, and asks again accordingly.
    dd if=/dev/etherd/e1.0 of=/dev/null bs=1k count=4k iflag=direct status=none
    write() {
      local i
      for ((i = 0; ; i++)); do
        ! [[ -e /tmp/enough ]] || return 0
        printf '%07d\n' "$i" | dd of=/mnt/sequence bs=8 seek="$i" conv=notrunc,fsync status=none
        echo "$EPOCHREALTIME" >>/tmp/acknowledged
      done
    }
    more() { # LINES
      local until=$(($(wc -l </tmp/acknowledged) + $1))
      within 120 eval '(($(wc -l </tmp/acknowledged) >= until))'
    }
    : >/tmp/acknowledged
    write &
    more 20
    host upgrade
    more 20
    host downgrade
    more 20
    touch /tmp/enough
    wait $!
    umount /mnt
    echo 3 >/proc/sys/vm/drop_caches
    mount -o ro /dev/etherd/e1.0 /mnt
    lines=$(wc -l </tmp/acknowledged)
    for ((i = 0; i < lines; i++)); do printf '%07d\n' "$i"; done | cmp - /mnt/sequence
    umount /mnt
    echo "$lines writes acknowledged, $(awk 'NR > 1 && $1 - last > most {most = $1 - last} {last = $1}
      END {printf "%.0f", most * 1000}' /tmp/acknowledged) ms between two of them at most"
STORY
  # Before a server stops, what it has acknowledged is on its disk.
  inside rc-service vblade stop
  e2fsck -fn "$container/upper/disks/mounted"
  is "$yaml" inside sha256sum /etc/conf.d/vblade.yaml
  for label in upgrade downgrade; do
    echo "# $label: vblade was silent for $(tail -n 1 "$BATS_TEST_TMPDIR/$label.silence")" >&3
  done
  echo "# the client: $(grep acknowledged "$BATS_TEST_TMPDIR/guest/said")" >&3
}

# The driver's files as aoe-mount finds them, in a mount namespace of their own: the host's kernel may lack the driver, and no
# device appears.
# shellcheck disable=SC2016 # the machine expands it
mount_tool() { # WORD...
  inside unshare --mount bash -c '
    mount -t tmpfs tmpfs /dev
    mknod -m 666 /dev/null c 1 3
    mkdir /dev/etherd
    touch /dev/etherd/{discover,interfaces,revalidate,flush,err}
    mount --bind /driver /sys/module
    aoe-mount "$@" --config /etc/conf.d/aoe-mount.yaml' bash "$@"
}

interface() { inside ip -o link show eth2 | grep -oE 'mtu [0-9]+|state [A-Z]+' | xargs; }
parameter() { inside cat /driver/aoe/parameters/aoe_maxout; }

# Brings up what the machine cannot have all of, so that the ledger has something of each kind.
brings_up() {
  run -1 mount_tool up
  echo "$output"
  [[ $(interface) == "mtu 9000 state "* ]]
  [[ $(interface) != *DOWN ]]
  is 32 parameter
  inside cat /run/aoe-mount/undo
}

takes_down() {
  run -0 mount_tool down
  echo "$output"
  is "mtu 1500 state DOWN" interface
  is 64 parameter
  run -1 inside test -e /run/aoe-mount/undo
}

emerges_binary() { # VERSION
  emerges emerge --usepkgonly "=sys-fs/aoe-mount-$1*"
  [[ $(installed sys-fs/aoe-mount) == "sys-fs/aoe-mount-$1"* ]]
}

@test "what aoe-mount of f112680 has brought up is taken down by the one of this checkout, and the other way round" {
  inside ip link add eth2 type veth peer name peer2
  inside ip link set peer2 mtu 9000 up
  mkdir -p "$container/upper/driver"
  inside mkdir -p /driver/aoe/parameters
  inside tee /driver/aoe/parameters/aoe_maxout <<<64
  inside touch /driver/aoe/parameters/aoe_iflist
  inside tee /etc/conf.d/aoe-mount.yaml <<-'YAML'
	interfaces: [{name: eth2, mtu: 9000}]
	wait: 1s
	driver: {maxout: 32}
	mounts:
	  - {shelf: 9, slot: 0, mountpoint: /media}
	YAML
  is "mtu 1500 state DOWN" interface
  is sys-fs/aoe-mount-2026.10 installed sys-fs/aoe-mount
  brings_up
  emerges_binary 2026.11
  takes_down
  brings_up
  emerges_binary 2026.10
  takes_down
}
