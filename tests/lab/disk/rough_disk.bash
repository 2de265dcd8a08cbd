# Disks that fail, hang, slow and forget on command. Each is a file in memory with a loop device on it, and logs what reaches it.
#
#   rough_disk start NAME SIZE          makes it, with SIZE bytes of zeros; its device is rough_device NAME
#   rough_disk NAME fail [REQUEST] [FIRST+COUNT]
#                                       fails each REQUEST (write, or read, flush) that touches these sectors of 512 bytes
#   rough_disk NAME hang [REQUEST...]   answers nothing, or none of these: read, write, flush
#   rough_disk NAME release             requests that hang go on, and hang no more
#   rough_disk NAME slow MILLISECONDS   answers each request so much later
#   rough_disk NAME heal                ends all that
#   rough_disk NAME cut                 forgets what no FLUSH has brought to the medium, as a power cut does
#   rough_disk NAME log                 what has reached it, a request a line: "write 8+2", "flush", "error 8+2"
#   rough_disk end                      takes all away; for teardown
#
# Its files are in the test's directory: NAME.rough and NAME.rough.*. The kernel sends whole pages, and joins neighbours.
# Needs root, loop devices and /dev/fuse; nbdkit with its Python plugin, and nbdfuse.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

rough_disk() {
  case $1-$# in
  start-3) start_rough_disk "$2" "$3" ;;
  end-1) end_rough_disks ;;
  *-2) if [[ $2 == log ]]; then cat "$BATS_TEST_TMPDIR/$1.rough.log"; else tell_rough_disk "$@"; fi ;;
  *) tell_rough_disk "$@" ;;
  esac
}

rough_device() { cat "$BATS_TEST_TMPDIR/$1.rough.device"; } # NAME

tell_rough_disk() { # NAME COMMAND...
  local answer
  answer=$(socat -t 10 - "UNIX-CONNECT:$BATS_TEST_TMPDIR/$1.rough.commands" <<<"${*:2}")
  [[ $answer == "done" ]] || {
    echo "rough_disk $*: it was refused"
    return 1
  }
}

start_rough_disk() { # NAME SIZE
  need_root "loop devices"
  need nbdkit nbdfuse socat losetup
  [[ -c /dev/fuse ]] || skip "needs /dev/fuse"
  local file=$BATS_TEST_TMPDIR/$1.rough size
  size=$(numfmt --from=iec "$2")
  truncate -s 0 "$file"
  nbdfuse "$file" --command nbdkit --single --exit-with-parent --threads 64 python "$LAB/disk/rough_disk.py" \
    size="$size" log="$file.log" commands="$file.commands" >"$file.out" 2>&1 3>&- &
  echo $! >"$file.pid"
  disown # its end by a signal is no news
  within 20 rough_disk_is_there "$file" "$size" || {
    cat "$file.out"
    return 1
  }
  # The loop device has no cache of its own between the kernel's page cache and the disk.
  losetup --find --show --direct-io=on "$file" >"$file.device"
}

rough_disk_is_there() { [[ $(stat -c %s "$1") -eq $2 ]]; } # FILE SIZE

end_rough_disks() {
  local file
  for file in "$BATS_TEST_TMPDIR"/*.rough.pid; do
    [[ -e $file ]] || continue
    end_rough_disk "${file%.pid}"
  done
}

# A disk that hangs answers with errors once its process is gone, so nothing waits for it any more.
end_rough_disk() { # FILE
  kill -KILL "$(<"$1.pid")" 2>/dev/null || true
  [[ ! -s $1.device ]] || losetup -d "$(<"$1.device")" || true
  umount --lazy "$1" 2>/dev/null || true
}
