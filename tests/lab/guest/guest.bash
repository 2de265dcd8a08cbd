# Guests: a story of a test runs inside QEMU on Debian's stock kernel, the real initiator; servers run on the host's
# side of the wire, a network namespace that the test makes. Nothing here touches the machine's own network.
#
#   wire_up
#   serve 1 0 tap0 "$disk"
#   guest <<'END'
#     load_aoe eth0
#     aoe_device e1.0
#     aoe-stat
#   END
#   said "e1.0"
#
# A story is bash with -euo pipefail; tests/lab/guest/init has the words it may use. What it prints is printed, its
# status returned. `host NAME WORD...` in it runs the test's function host_NAME on the host.

# shellcheck source=tests/lab/serve.bash
source "$(dirname "${BASH_SOURCE[0]}")/../serve.bash"
source "$LAB/guest/programs.bash"

guest_require() { # PROGRAM...
  need_root "it makes network namespaces and tap devices"
  need qemu-system-x86_64 ip "$@"
  [[ -c /dev/net/tun ]] || skip "needs /dev/net/tun"
}

# A namespace with COUNT tap interfaces, tap0 and on: the other end of each is the guest's eth0 and on.
wire_up() { # [MTU] [COUNT]
  local mtu=${1:-1500} count=${2:-1} i
  local name=aoe-$$-${BATS_TEST_NUMBER:-0}
  ip netns add "$name"
  # A prefix, not a function: a background command's $! is then the command itself.
  wire=(ip netns exec "$name")
  # shellcheck disable=SC2034 # for serve.bash
  server_place=("${wire[@]}")
  on_wire ip link set lo up
  for ((i = 0; i < count; i++)); do
    on_wire ip tuntap add "tap$i" mode tap
    on_wire ip link set "tap$i" mtu "$mtu" up
  done
}

on_wire() { "${wire[@]}" "$@"; }

# Ends what the test started, and the wire with it.
wire_down() {
  local name
  for name in "$BATS_TEST_TMPDIR"/*.pid; do
    name=$(basename "$name" .pid)
    case $name in
    '*') ;; # there is none
    server) stop_server KILL ;;
    *) stop_server KILL "$name" ;;
    esac || true
  done
  [[ -z ${wire-} ]] || ip netns del "${wire[3]}"
}

# For a test that has no other teardown.
teardown() { wire_down; }

# Runs the story on stdin in a guest that has the named programs with their libraries, and each FILE=PATH copied.
# Ends it after $guest_limit seconds (300). $guest_memory is in MB (512), $guest_nics as many as wire_up made (1).
guest() { # [PROGRAM|FILE=PATH]...
  local dir=$BATS_TEST_TMPDIR/guest word i network=()
  mkdir -p "$dir/root"
  for word; do
    case $word in
    *=*)
      mkdir -p "$dir/root/$(dirname "${word#*=}")"
      cp "${word%%=*}" "$dir/root/${word#*=}"
      ;;
    *) programs_copy "$dir/root" "$word" ;;
    esac
  done
  cat >"$dir/root/story"
  cat "$("$LAB/guest/initramfs")" <(programs_pack "$dir/root") >"$dir/initramfs"
  rm -f "$dir"/control.{in,out}
  mkfifo "$dir"/control.{in,out}

  for ((i = 0; i < ${guest_nics:-1}; i++)); do
    network+=(-netdev "tap,id=n$i,ifname=tap$i,script=no,downscript=no")
    network+=(-device "virtio-net-pci,netdev=n$i,mac=52:54:00:a0:e0:0$i,romfile=")
  done
  "${wire[@]}" qemu-system-x86_64 -machine q35 -accel "${AOE_ACCEL:-tcg,thread=multi}" \
    -cpu qemu64,+rdrand -smp 1 -m "${guest_memory:-512}" \
    -nodefaults -no-user-config -no-reboot -display none \
    -kernel "$("$LAB/tools/kernel")/vmlinux" -initrd "$dir/initramfs" \
    -append "console=ttyS0 loglevel=3 tsc=reliable no_timer_check random.trust_cpu=on mitigations=off panic=-1 net.ifnames=0" \
    -device isa-debug-exit,iobase=0xf4,iosize=4 \
    -serial "file:$dir/console" \
    -chardev "pipe,id=control,path=$dir/control" -serial chardev:control \
    "${network[@]}" \
    </dev/null >"$dir/qemu.log" 2>&1 3>&- &
  local qemu=$!
  guest_listen "$qemu" "$dir" || kill -KILL "$qemu" 2>/dev/null
  local status=0
  wait "$qemu" || status=$?
  tr -d '\r' <"$dir/console" | tee "$dir/said"
  cat "$dir/qemu.log"
  ((status >= 33)) || {
    echo "guest: the machine broke down (QEMU's status $status)"
    return 125
  }
  return $(((status - 33) / 2))
}

# Whether the last guest printed this text, within one line.
said() { # TEXT
  grep -qF -- "$1" "$BATS_TEST_TMPDIR/guest/said" || {
    echo "the guest did not say: $1"
    return 1
  }
}

# What the last guest printed between the lines "== FROM" and "== TO", without aoe-mount's times.
said_between() { # FROM TO
  sed -n "/^== $1\$/,/^== $2\$/p" "$BATS_TEST_TMPDIR/guest/said" | sed 's/^ *[0-9.]* s  //'
}

# Answers the guest's calls of the host until the guest ends; fails when its time is over.
guest_listen() { # PID DIRECTORY
  local qemu=$1 dir=$2 end=$((SECONDS + ${guest_limit:-300})) line part="" status
  local in out
  # Both ways, so that neither side waits for the other to open.
  exec {in}<>"$dir/control.out" {out}<>"$dir/control.in"
  while kill -0 "$qemu" 2>/dev/null; do
    ((SECONDS < end)) || {
      echo "guest: ended after ${guest_limit:-300} s" >>"$dir/qemu.log"
      return 1
    }
    IFS= read -r -t 0.3 line <&"$in" || {
      part+=$line
      continue
    }
    read -r -a line <<<"$part$line"
    part=""
    status=0
    "host_${line[0]}" "${line[@]:1}" >"$dir/answer" 2>&1 {in}<&- {out}>&- || status=$?
    { cat "$dir/answer" && echo "=$status"; } >&"$out"
  done
  exec {in}<&- {out}>&-
}
