#!/usr/bin/env bats
# aoe-mount's up, down and guard as far as they need no driver: mount namespaces, locks, a file that is gone. Needs: no root, no driver, no network.

load ../lab/driver/aoe_mount

setup() { use_aoe_mount_tree; }

teardown() { [[ -z ${guard-} ]] || kill "$guard" 2>/dev/null || true; }

@test "down goes by what it can when its file is gone" {
  ((EUID == 0)) || skip "needs root, as down does"
  run "$AOE_MOUNT" down -c gone.yaml
  [ "$status" -eq 0 ]
  [[ ${lines[0]} == *"note  gone.yaml cannot be used: using the defaults" ]]
  mkdir -p run/aoe-mount/up
  cp a.yaml "run/aoe-mount/up/${PWD//\//%}%gone.yaml"
  run "$AOE_MOUNT" down -c gone.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [[ ${lines[0]} == *"note  gone.yaml cannot be used: using its copy of the last up" ]]
}

@test "down --help names what releases everything" {
  run "$AOE_MOUNT" down --help
  [ "$status" -eq 0 ]
  [[ $output == *"--all"*"release the items of all configurations"* ]]
}

# Starts a process that lives in a mount namespace of its own, where a file system is mounted on ./there that nobody sees
# from outside; a COMMAND may use it. It is process $pid.
mounted_elsewhere() { # [COMMAND]
  local number
  ((EUID == 0)) || skip "needs root, as down does"
  unshare --mount true || skip "needs mount namespaces"
  mkdir there
  mkfifo ready
  # A file system of its own stands for the one on the disk: its number is what counts.
  unshare --mount sh -c "mount -t tmpfs none there && stat -c %Hd:%Ld there >ready && ${1:-:} && exec sleep 600 >/dev/null" 3>&- &
  pid=$!
  read -r -t 60 number <>ready
  device e1.0 "dev=$number" size=4194304 state=up
  until [[ $(cat /proc/$pid/comm) == sleep ]]; do sleep 0.05; done
}

@test "down unmounts in another namespace, too" {
  mounted_elsewhere
  proc_dir=/proc run "$AOE_MOUNT" down --config a.yaml
  echo "$output"
  local left=0
  grep -F "$PWD/there" /proc/$pid/mountinfo || left=$?
  kill $pid
  wait $pid || true
  [ "$status" -eq 0 ]
  [ "$left" -eq 1 ]
  [[ ${lines[0]} == *"ok    $PWD/there (e1.0) of sleep (pid $pid): unmounted" ]]
  [[ ${lines[1]} == *"ok    nothing is on AoE any more" ]]
}

@test "down unmounts in another namespace what its process sees below a root of its own, and nothing else of that name" {
  local number
  ((EUID == 0)) || skip "needs root, as down does"
  unshare --mount true || skip "needs mount namespaces"
  mkdir -p house "$BATS_TEST_TMPDIR/there"
  mkfifo ready
  # The same path leads to two file systems: from the root of the namespace, and from the root of the process.
  unshare --mount sh -c "mount --rbind / house && mount -t tmpfs decoy '$PWD/there' && mount -t tmpfs none 'house$PWD/there' &&
    stat -c %Hd:%Ld 'house$PWD/there' >ready && exec chroot house sleep 600 >/dev/null" 3>&- &
  pid=$!
  read -r -t 60 number <>ready
  device e1.0 "dev=$number" size=4194304 state=up
  until [[ $(cat /proc/$pid/comm) == sleep ]]; do sleep 0.05; done
  proc_dir=/proc run "$AOE_MOUNT" down --config a.yaml
  echo "$output"
  local left decoy
  left=$(nsenter -t "$pid" -m grep -c " $number " /proc/self/mountinfo || true)
  decoy=$(nsenter -t "$pid" -m grep -c " decoy " /proc/self/mountinfo || true)
  kill $pid
  wait $pid || true
  [ "$status" -eq 0 ]
  [ "$left" -eq 0 ]
  [ "$decoy" -eq 1 ]
}

@test "down names what is busy in another namespace, who lives there, and what to do" {
  mounted_elsewhere 'cd there'
  echo 'down: {busy-wait: 0s}' >>a.yaml
  # Once only: when that file system is gone, the number may become another's.
  proc_dir=/proc run "$AOE_MOUNT" down --config a.yaml
  kill $pid
  wait $pid || true
  echo "$output"
  [ "$status" -eq 1 ]
  [[ ${lines[0]} == *"FAIL  $PWD/there (e1.0) of sleep (pid $pid): cannot unmount it in a mount namespace of its own: it is busy; end what runs there, or nsenter -t $pid -m umount $PWD/there" ]]
  [[ ${lines[1]} == *"FAIL  0 of 1 released; left: $PWD/there (e1.0) of sleep (pid $pid)" ]]
}

@test "a file stays among those that are up until its down has worked" {
  local copy="run/aoe-mount/up/${PWD//\//%}%a.yaml"
  mounted_elsewhere 'cd there'
  mkdir -p run/aoe-mount/up
  echo 'down: {busy-wait: 0s}' >>a.yaml
  cp a.yaml "$copy"
  # Once only: when that file system is gone, the number may become another's.
  proc_dir=/proc run "$AOE_MOUNT" down --config a.yaml
  kill $pid
  wait $pid || true
  echo "$output"
  [ "$status" -eq 1 ]
  [ -e "$copy" ]
  rm -r sys/block
  run "$AOE_MOUNT" down --config a.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [ ! -e "$copy" ]
}

@test "a file that takes /etc/fstab leaves its entries to another one that does" {
  ((EUID == 0)) || skip "needs root, as down does"
  unshare --mount true || skip "needs mount namespaces"
  mkdir -p run/aoe-mount/up etc there
  device e1.0 dev=0:0 size=4194304 state=up
  echo "/dev/etherd/e1.0 $PWD/there tmpfs _netdev 0 0" >etc/fstab
  echo 'fstab: true' >other.yaml
  cp other.yaml "run/aoe-mount/up/${PWD//\//%}%other.yaml"
  # A file system of its own stands for the one on the disk: its number is what counts.
  AOE_MOUNT=$AOE_MOUNT etc_dir=$PWD/etc proc_dir=/proc run unshare --mount bash -ec '
    mount -t tmpfs none there
    stat -c %Hd:%Ld there >"sys/block/etherd!e1.0/dev"
    "$AOE_MOUNT" down --config a.yaml
    grep -c " $PWD/there " /proc/self/mountinfo
    rm run/aoe-mount/up/*other.yaml
    echo "fstab: false" >other.yaml
    cp other.yaml "run/aoe-mount/up/${PWD//\//%}%other.yaml"
    "$AOE_MOUNT" down --config a.yaml
    ! grep " $PWD/there " /proc/self/mountinfo'
  echo "$output"
  [ "$status" -eq 0 ]
  [[ ${lines[1]} == *"ok    nothing of a.yaml is on AoE" ]]
  [[ ${lines[2]} == 1 ]]
}

@test "down works in a full and in a read-only /run" {
  ((EUID == 0)) || skip "needs root, as down does"
  unshare --mount true || skip "needs mount namespaces"
  AOE_MOUNT=$AOE_MOUNT run unshare --mount bash -c '
    mount -t tmpfs -o size=4k,nr_inodes=8 none run
    : >run/aoe-mount.lock
    dd if=/dev/zero of=run/filler bs=4k count=2
    "$AOE_MOUNT" down --config a.yaml || exit
    mount -o remount,ro run
    "$AOE_MOUNT" down --config a.yaml || exit
    mount -o remount,rw run
    rm run/aoe-mount.lock
    mount -o remount,ro run
    "$AOE_MOUNT" down --config a.yaml'
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(grep -c "ok    nothing is on AoE" <<<"$output")" -eq 3 ]
  [[ $output == *"note  cannot lock $PWD/run/aoe-mount.lock: Read-only file system: going on without the lock"* ]]
}

@test "at a shutdown a file that was brought up by hand does not keep anything up" {
  ((EUID == 0)) || skip "needs root, as down does"
  local other="${PWD//\//%}%other.yaml"
  mkdir -p run/aoe-mount/up run/aoe-mount/by-hand
  : >"run/aoe-mount/up/$other"
  : >"run/aoe-mount/by-hand/$other"
  run "$AOE_MOUNT" down --config a.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"ok    nothing of a.yaml is on AoE" ]]
  RC_GOINGDOWN=YES run "$AOE_MOUNT" down --config a.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"ok    nothing is on AoE" ]]
}

# Mounts a file system on ./there in a mount namespace of its own, and runs the script there. It may call down.
with_a_mount() { # SCRIPT
  local number
  ((EUID == 0)) || skip "needs root, as down does"
  unshare --mount true || skip "needs mount namespaces"
  mkdir there
  mkfifo ready go
  echo 'down: {busy-wait: 1s}' >>a.yaml
  AOE_MOUNT=$AOE_MOUNT unshare --mount bash -c "
    mount -t tmpfs none there && stat -c %Hd:%Ld there >ready && read -r _ <go
    down() { proc_dir=/proc \"\$AOE_MOUNT\" down --config '$PWD/a.yaml' \"\$@\"; }
    $1" >said 2>&1 3>&- &
  read -r -t 60 number <>ready
  device e1.0 "dev=$number" size=4194304 state=up
  echo >go
  wait $!
}

@test "at a shutdown down ends the processes that use a mount" {
  with_a_mount '
    (cd there && exec sleep 600) &
    until [[ $(readlink /proc/$!/cwd) == */there ]]; do :; done
    down && exit 1 # not otherwise
    RC_GOINGDOWN=YES down && down && ! kill -0 $!'
  cat said
  grep -F "$PWD/there (e1.0) is busy: used by sleep (pid " said | grep -F "; sending SIGTERM, because the machine goes down"
  grep -F "ok    $PWD/there (e1.0): unmounted" said
}

# The shell that shuts the machine down is spared.
@test "at a shutdown a mount that stays busy is written out and read-only" {
  with_a_mount 'cd there; down --shutdown; [ $? -eq 1 ] && findmnt -no VFS-OPTIONS,FS-OPTIONS . && ! touch written'
  cat said
  grep -F "FAIL  $PWD/there (e1.0): is busy: used by " said | grep -F "; it is written out and read-only now"
}

@test "the work goes on when nobody reads the output any more" {
  ((EUID == 0)) || skip "needs root, as down does"
  local copy="run/aoe-mount/up/${PWD//\//%}%a.yaml" reader writer
  mkdir -p run/aoe-mount/up
  cp a.yaml "$copy"
  mkfifo output
  exec {reader}<>output {writer}>output
  exec {reader}<&-
  "$AOE_MOUNT" down --config a.yaml >&"$writer" 2>&1
  [ ! -e "$copy" ]
}

@test "down finds nothing where nothing is, twice" {
  ((EUID == 0)) || skip "needs root, as down does"
  for _ in 1 2; do
    run "$AOE_MOUNT" down
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"ok    nothing is on AoE" ]]
  done
}

@test "up without the driver says what to build" {
  ((EUID == 0)) || skip "needs root, as up does"
  printf '#!/bin/sh\necho "modprobe: FATAL: Module aoe not found." >&2\nexit 1\n' >modprobe
  chmod +x modprobe
  PATH=$PWD:$PATH run "$AOE_MOUNT" up --config a.yaml
  echo "$output"
  [ "$status" -eq 1 ]
  [[ ${lines[0]} == *"...   loading the driver aoe" ]]
  [[ ${lines[1]} == *"FAIL  the kernel has no driver aoe: modprobe: FATAL: Module aoe not found.; build it with CONFIG_ATA_OVER_ETH=m" ]]
}

@test "a second run waits for the first and names it" {
  ((EUID == 0)) || skip "needs root, as up and down do"
  echo 4711 >run/aoe-mount.lock
  exec {held}<run/aoe-mount.lock
  flock "$held"
  "$AOE_MOUNT" down >told 2>&1 {held}<&- &
  local pid=$! tries
  for ((tries = 0; tries < 200; tries++)); do
    grep -q waiting told && break
    sleep 0.05
  done
  exec {held}<&-
  wait $pid
  cat told
  grep -q "waiting for another aoe-mount (pid 4711" told
  grep -q "nothing is on AoE" told
}

@test "down tells an up of the same file to end, and does not wait for its devices" {
  ((EUID == 0)) || skip "needs root, as up and down do"
  local pid line status=0
  mkdir dev/etherd sys/module
  : >dev/etherd/discover
  mkdir -p sys/module/aoe/parameters
  : >sys/module/aoe/parameters/aoe_iflist
  printf 'wait: 1h\nmounts: [{shelf: 7, slot: 7, mountpoint: /mnt/never}]\n' >never.yaml
  mkfifo said
  "$AOE_MOUNT" up -c never.yaml >said 2>&1 &
  pid=$!
  exec {said}<said
  until [[ ${line-} == *"waiting for e7.7" ]]; do read -r line <&"$said"; done
  run "$AOE_MOUNT" down -c never.yaml
  echo "$output"
  line=$(cat <&"$said")
  echo "$line"
  wait $pid || status=$?
  [ "$status" -eq 1 ]
  [[ $output == *"another aoe-mount (pid $pid) is still bringing up: sending it a signal"* ]]
  [[ $output == *"ok    nothing is on AoE"* ]]
  [[ $line == *"FAIL  /mnt/never: stopped waiting: received a signal"* ]]
}

@test "guard sleeps until the mark of a shutdown is there, and then gives up what owes an answer" {
  echo '30 1 152:0 / /mnt/data rw - ext4 /dev/etherd/e1.0 rw' >proc/self/mountinfo
  device e1.0 state=up dev=152:0 'stat=10 0 80 9 5 0 40 9 2 9 9'
  mkdir -p sys/module/aoe/parameters
  echo 9 >sys/module/aoe/parameters/aoe_deadsecs # a digit, for a file keeps what is written over in part
  echo 'down: {target-wait: 1s}' >>a.yaml
  "$AOE_MOUNT" guard --config a.yaml "$PWD/run/stopping" >said 2>&1 3>&- &
  guard=$!
  within 20 grep -rqs '^inotify' "/proc/$guard/fdinfo" # it watches
  is 9 cat sys/module/aoe/parameters/aoe_deadsecs
  touch run/other
  mkdir run/stopping
  within 20 grep -qx 1 sys/module/aoe/parameters/aoe_deadsecs
  within 20 grep -F 'e1.0: no answer for 1 s while services stopped; given up; unwritten data is lost' said
  grep -qx 'aoe_deadsecs 9' run/aoe-mount/undo # what it was, for the next up
}

@test "guard says when there is no place for the mark" {
  run "$AOE_MOUNT" guard --config a.yaml "$PWD/nowhere/stopping"
  echo "$output"
  [ "$status" -eq 1 ]
  [[ $output == *"FAIL  cannot watch $PWD/nowhere: No such file or directory"* ]]
}
