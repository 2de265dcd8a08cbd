# Machines: whole small computers under QEMU, with Debian's stock kernel, a root file system of their own on a disk
# image and OpenRC or systemd as init, side by side on one Ethernet. They boot, reboot, shut down and lose power like real ones.
#
#   machine_furnish ROOT                what a machine's root needs besides packages: drivers, a keyboard
#   machine_initramfs ROOT              makes /boot/initramfs for it by its own dracut, and puts the kernel beside it
#   machine_image ROOT IMAGE            makes the disk image of it
#   machine_put IMAGE PATH              puts stdin there as a file
#   machine_enable IMAGE SERVICE        adds it to the default runlevel, as rc-update does
#   machine_enable_unit IMAGE UNIT TARGET  adds it to the target, as systemctl enable does
#   machine_ethernet                    the bridge that the machines' interfaces meet on
#   machine_start NAME IMAGE [DISK...]  power on; its disks are nvme0n1 (root), nvme0n2, ...
#   machine_booted NAME SECONDS         returns when its last service has started
#   machine_type NAME SECONDS COMMAND   types a command there, prints its output, returns its status
#   machine_off NAME SECONDS            types poweroff, returns when the power is off
#   machine_shutdown_limit              prints how many seconds a shutdown may take
#   machine_reboot NAME SECONDS         types reboot, returns when it has gone down and starts anew
#   machine_power NAME                  power on again
#   machine_cut NAME                    pulls the plug
#   machine_console NAME                what its screen showed since machine_start
#   machine_shows NAME SECONDS TEXT     returns when its screen shows this, within one line
#   machine_consoles                    prints the end of what each one's screen shows
#   machine_hand_on FILE                another shell that sources FILE has the same machines on the same wire
#
# $machine_words are more words for their kernels' command lines.
# The caller says where the state of the machines lies ($machines) and the command prefix that enters the
# namespace of their wire (the array wire, empty when already there).

: "${machines:=}"
declare -p wire >/dev/null 2>&1 || wire=()
# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

machine_furnish() { # ROOT
  local root=$1
  "$LAB/tools/kernel" --modules "$root" virtio_pci virtio_net aoe loop raid1 dm_mod dm_crypt
  install -m 755 "$LAB/machine/files/keyboard" "$root/usr/local/sbin/keyboard"
  if [[ -e $root/sbin/openrc-init ]]; then machine_furnish_openrc "$root"; else machine_furnish_systemd "$root"; fi
  rm -rf "$root"/var/lib/apt/lists "$root"/var/cache/apt
}

machine_furnish_openrc() { # ROOT
  local root=$1
  cp "$LAB"/machine/files/init.d/* "$root/etc/init.d/"
  ln -sf /etc/init.d/modules "$root/etc/runlevels/boot/modules"
  ln -sf /etc/init.d/keyboard "$root/etc/runlevels/default/keyboard"
  # As Gentoo's savecache does: the dependencies of the services are worked out once, for it takes a third of a boot.
  mkdir -p "$root/run/openrc" "$root/lib/rc/cache"
  chroot "$root" rc-update -u >/dev/null
  cp -p "$root"/run/openrc/dep* "$root/lib/rc/cache/"
  echo sysinit >"$root/lib/rc/cache/softlevel"
  rm -rf "$root"/run/openrc
}

machine_furnish_systemd() { # ROOT
  local root=$1
  cp "$LAB"/machine/files/systemd/*.service "$root/etc/systemd/system/"
  echo virtio_net >"$root/etc/modules-load.d/lab.conf"
  # Nobody logs in, and nothing is done by the clock.
  rm -rf "$root"/etc/systemd/system/{getty,timers}.target.wants "$root"/etc/systemd/system/multi-user.target.wants/e2scrub_reap.service
  ln -s /dev/null "$root/etc/systemd/system/getty.target"
  # On a busy host a guest's seconds may be a fraction of real ones.
  mkdir -p "$root/etc/systemd/system.conf.d"
  printf '%s\n' '[Manager]' DefaultTimeout{Start,Stop}Sec=15min DefaultDeviceTimeoutSec=15min >"$root/etc/systemd/system.conf.d/lab.conf"
  ln -s ../keyboard.service "$root/etc/systemd/system/multi-user.target.wants/keyboard.service"
  ln -s /usr/lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
  # The accounts that are in the layer of the root, but not in that of the packages.
  chroot "$root" systemd-sysusers >/dev/null 2>&1
}

machine_initramfs() { # ROOT
  local kernel
  kernel=$("$LAB/tools/kernel")
  cp "$kernel/vmlinuz" "$1/boot/"
  # shellcheck disable=SC2016 # the inner shell expands it
  unshare --mount --propagation private bash -euo pipefail -c '
    mount -t proc proc "$1/proc"
    mount -t sysfs sysfs "$1/sys"
    mount --rbind /dev "$1/dev"
    for temporary in tmp var/tmp run; do mount -t tmpfs tmpfs "$1/$temporary"; done
    chroot "$1" dracut --no-hostonly --add aoe --kver "$2" /boot/initramfs' bash "$1" "$(cat "$kernel/version")"
}

machine_image() { # ROOT IMAGE
  local size=$(($(du -sxm --apparent-size "$1" | cut -f1) * 5 / 4 + 128))
  rm -f "$2"
  mke2fs -q -t ext4 -d "$1" "$2" "${size}M" >/dev/null # it tells even so that it makes the file
}

machine_put() { # IMAGE PATH
  local content
  content=$(mktemp)
  cat >"$content"
  chmod 644 "$content" # debugfs takes the mode, too
  debugfs -w -f - "$1" >/dev/null 2>&1 <<<"rm $2
write $content $2"
  rm "$content"
}

machine_enable() { # IMAGE SERVICE
  debugfs -w -R "symlink /etc/runlevels/default/$2 /etc/init.d/$2" "$1" >/dev/null 2>&1
}

# An instance, a@b.service, is its template's.
machine_enable_unit() { # IMAGE UNIT TARGET
  debugfs -w -f - "$1" >/dev/null 2>&1 <<<"mkdir /etc/systemd/system/$3.wants
symlink /etc/systemd/system/$3.wants/$2 /usr/lib/systemd/system/${2/@*./@.}"
}

machine_ethernet() { # [MTU]
  "${wire[@]}" ip link add br0 type bridge
  "${wire[@]}" ip link set br0 mtu "${1:-1500}" up
  machine_mtu=${1:-1500}
}

machine_start() { # NAME IMAGE [DISK...]
  local dir=$machines/$1 name=$1 image=$2 disks=() disk n=1 mac
  shift 2
  mkdir -p "$dir"
  machine_screen "$dir"
  : >"$dir/console"
  if ! "${wire[@]}" ip link show "$name" >/dev/null 2>&1; then
    "${wire[@]}" ip tuntap add "$name" mode tap
    "${wire[@]}" ip link set "$name" mtu "$machine_mtu" master br0 up
  fi
  for disk; do
    disks+=(-drive "if=none,id=disk$((++n)),format=raw,file=$disk" -device "nvme-ns,drive=disk$n,nsid=$n")
  done
  mac=52:54:00:$(md5sum <<<"$name" | sed 's/^\(..\)\(..\)\(..\).*/\1:\2:\3/')
  # The root disk may lose what it likes in a power cut of the host: nobody reads it afterwards.
  # shellcheck disable=SC2054 # QEMU's commas
  machine_command=(qemu-system-x86_64 -name "$name" -machine q35 -accel "${AOE_ACCEL:-tcg,thread=multi}"
    -cpu qemu64,+rdrand -smp 1 -m "${machine_memory:-384}" -nodefaults -no-user-config -no-reboot -display none
    -kernel "$("$LAB/tools/kernel")/vmlinux"
    -append "console=ttyS0 loglevel=3 root=/dev/nvme0n1 rootwait rw tsc=reliable no_timer_check random.trust_cpu=on mitigations=off panic=-1 net.ifnames=0 sysrq_always_enabled ${machine_words-}"
    -device nvme,id=nvme0,serial="$name"
    -drive "if=none,id=disk1,format=raw,cache=unsafe,file=$image" -device nvme-ns,drive=disk1,nsid=1
    "${disks[@]}"
    -netdev "tap,id=n0,ifname=$name,script=no,downscript=no" -device "virtio-net-pci,netdev=n0,mac=$mac,romfile="
    "${machine_screen[@]}")
  declare -p machine_command >"$dir/command"
  machine_power "$name"
}

# Sets machine_screen to QEMU's words for the console, which the host may send a BREAK, and the host's keyboard.
machine_screen() { # DIRECTORY
  # shellcheck disable=SC2054 # QEMU's commas
  machine_screen=(
    -chardev "socket,id=console,path=$1/screen,server=on,wait=off,telnet=on,logfile=$1/console,logappend=on" -serial chardev:console
    -chardev "pipe,id=control,path=$1/control" -serial chardev:control)
}

# Switches on what machine_start has described.
machine_power() { # NAME
  local dir=$machines/$1 machine_command
  # shellcheck source=/dev/null
  source "$dir/command"
  rm -f "$dir"/control.{in,out}
  mkfifo "$dir"/control.{in,out}
  "${wire[@]}" "${machine_command[@]}" </dev/null >"$dir/qemu.log" 2>&1 3>&- &
  echo $! >"$dir/pid"
}

machine_runs() { # NAME
  [[ -e $machines/$1/pid ]] && kill -0 "$(cat "$machines/$1/pid")" 2>/dev/null
}

# Reads what the keyboard answers up to the line "=STATUS", for SECONDS at most.
machine_answer() { # NAME SECONDS
  local end=$((SECONDS + $2)) line part="" from
  exec {from}<>"$machines/$1/control.out"
  while ((SECONDS < end)); do
    if IFS= read -r -t 0.5 line <&"$from"; then
      line=$part$line part=""
      if [[ $line == =* ]]; then
        exec {from}<&-
        [[ $line == =ready ]] || return "${line#=}"
        return 0
      fi
      printf '%s\n' "$line"
    else
      part+=$line
      machine_runs "$1" || break
    fi
  done
  exec {from}<&-
  if machine_runs "$1"; then
    echo "machine $1: no answer within $2 s"
  else
    echo "machine $1: it is off: $(cat "$machines/$1/qemu.log")"
  fi
  return 124
}

machine_booted() { machine_answer "$@"; }

machine_type() { # NAME SECONDS COMMAND...
  local name=$1 seconds=$2
  shift 2
  printf '%s\n' "$*" >"$machines/$name/control.in"
  machine_answer "$name" "$seconds"
}

machine_off() { # NAME SECONDS
  machine_type "$1" "$2" "if [ -d /run/systemd/system ]; then systemctl poweroff; else openrc-shutdown --poweroff now; fi" >/dev/null || true
  machine_gone "$1" "$2" "reboot: Power down"
}

# Seconds that a shutdown may take, whatever is dead: 20. On a host that is busy with something else, such as another file of tests, 60:
# OpenRC's own part alone, which is most of it on these slow machines, may then take the 20.
machine_shutdown_limit() {
  local load
  read -r load _ </proc/loadavg
  if [[ ${AOE_BESIDE_OTHERS-} ]] || ((${load%.*} > $(nproc))); then echo 60; else echo 20; fi
}

# QEMU ends at the machine's reset and is started anew: the second start of a kernel in one QEMU hangs.
machine_reboot() { # NAME SECONDS
  machine_type "$1" "$2" "openrc-shutdown --reboot now" >/dev/null || true
  machine_gone "$1" "$2" "reboot: Restarting system" && machine_power "$1"
}

# Returns when the machine has switched itself off with these last words.
machine_gone() { # NAME SECONDS WORDS
  local end=$((SECONDS + $2))
  while machine_runs "$1"; do
    ((SECONDS < end)) || {
      echo "machine $1: still on after $2 s"
      machine_tasks "$1"
      return 1
    }
    sleep 0.1
  done
  rm "$machines/$1/pid"
  machine_console "$1" | tail -n 3 | grep -qF "$3" || {
    echo "machine $1: it went off without '$3'"
    return 1
  }
}

# What its kernel is at, and what waits for what, onto its console: by SysRq, for it answers nobody else any more.
machine_tasks() { # NAME
  local key
  for key in 8 l w; do # at first: show everything
    # In telnet's words: a BREAK. The console is a serial line, where it stands for the SysRq key.
    { printf '\xff\xf3' && sleep 0.5 && printf '%s' "$key" && sleep 3; } | socat -t 0 - "UNIX-CONNECT:$machines/$1/screen" >/dev/null || true
  done
}

machine_cut() { # NAME
  local pid
  [[ -e $machines/$1/pid ]] || return 0
  pid=$(cat "$machines/$1/pid")
  kill -KILL "$pid" 2>/dev/null || true # it may be off already
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  rm "$machines/$1/pid"
}

machine_console() { # NAME
  tr -d '\r' <"$machines/$1/console" | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g'
}

machine_shows() { # NAME SECONDS TEXT
  local end=$((SECONDS + $2)) on=yes
  # Whether it is on is asked first: what it says last before it goes off counts.
  until
    machine_runs "$1" || on=""
    machine_console "$1" | grep -qF -- "$3"
  do
    if [[ -z $on ]] || ((SECONDS >= end)); then
      echo "machine $1: the console did not show: $3"
      return 1
    fi
    sleep 0.2
  done
}

machine_consoles() {
  local console name
  for console in "$machines"/*/console; do
    [[ -e $console ]] || continue
    name=$(basename "$(dirname "$console")")
    echo "--- $name:"
    machine_console "$name" | tail -n 30
  done
}

machine_hand_on() { # FILE
  declare -p wire machines machine_mtu | sed 's/^declare --/declare -g/; s/^declare -a/declare -ga/' >"$1"
}
