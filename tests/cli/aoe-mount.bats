#!/usr/bin/env bats
# The command line of aoe-mount, and `status` on a recorded tree. Needs: no root, no driver, no network.

load ../lab/setup

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  mkdir -p sys/block proc/self dev run
  : >proc/self/mountinfo
  printf 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' >proc/swaps
  export sysfs_dir=$PWD/sys proc_dir=$PWD/proc dev_dir=$PWD/dev run_dir=$PWD/run
  cat >a.yaml <<'YAML'
interfaces: [eth1]
mounts:
  - {shelf: 1, slot: 0, partition: 1, mountpoint: /mnt/data, type: ext4}
  - {shelf: 1, slot: 1, mountpoint: /mnt/more, required: false}
YAML
}

teardown() { [[ -z ${guard-} ]] || kill "$guard" 2>/dev/null || true; }

# device NAME [ATTRIBUTE=VALUE]...: e1.0, or e1.0p1 on it.
device() {
  local disk=${1%p*} dir="sys/block/etherd!${1%p*}" word
  [[ $1 == "$disk" ]] || dir+="/etherd!$1"
  mkdir -p "$dir"
  for word in "${@:2}"; do echo "${word#*=}" >"$dir/${word%%=*}"; done
}

@test "--check is silent about a good file and exits 0" {
  run "$AOE_MOUNT" --check a.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$output" = "" ]
}

@test "--check reports every problem with its place and exits 2" {
  sed -i 's/slot: 0/slot: 300/; s/mountpoint: .mnt.more/mountpiont: x/' a.yaml
  run "$AOE_MOUNT" --check a.yaml
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "a.yaml:3:22: mounts[0].slot: 300 is not in 0..254" ]
  [ "${lines[3]}" = "a.yaml:4:5: mounts[1]: has no mountpoint: write 'mountpoint: /mnt/data'" ]
  [ "${lines[6]}" = "a.yaml:4:25: mounts[1].mountpiont: unknown key: did you mean 'mountpoint'?" ]
}

@test "every command refuses a bad file before it does anything" {
  echo "mounts: 5" >a.yaml
  for command in up status; do
    run "$AOE_MOUNT" $command --config a.yaml
    echo "$output"
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "a.yaml:1:9: mounts: expected a list ('- ...'), found '5'" ]
  done
}

@test "a file that is missing, empty or a directory" {
  run "$AOE_MOUNT" --check none.yaml
  [ "$status" -eq 2 ]
  [ "$output" = "none.yaml: No such file or directory" ]
  : >empty.yaml
  run "$AOE_MOUNT" --check empty.yaml
  [ "$status" -eq 2 ]
  [ "$output" = "empty.yaml: is empty: it needs interfaces and mounts, as aoe-mount.yaml(5) shows" ]
  run "$AOE_MOUNT" --check .
  [ "$status" -eq 2 ]
  [ "$output" = ".: is a directory, not a file" ]
}

@test "without a command it shows how it is used and exits 2" {
  run "$AOE_MOUNT"
  [ "$status" -eq 2 ]
  [[ $output == *"Usage: aoe-mount"* ]]
  run "$AOE_MOUNT" --help
  [ "$status" -eq 0 ]
  run "$AOE_MOUNT" sideways
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "aoe-mount: there is no command 'sideways'" ]
  run "$AOE_MOUNT" stauts
  [ "${lines[0]}" = "aoe-mount: there is no command 'stauts': did you mean 'status'?" ]
}

@test "every command explains itself and its options, with examples" {
  local command commands
  commands=$("$AOE_MOUNT" help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | xargs)
  [ "$commands" = "up down status add remove attach abft guard" ]
  for command in $commands --check; do
    run "$AOE_MOUNT" help "$command"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"Usage: aoe-mount $command"*"Examples:"* ]]
  done
  [ "$("$AOE_MOUNT" -V)" = "$("$AOE_MOUNT" --version)" ]
}

@test "up and down need root and say so" {
  ((EUID != 0)) || command -v setpriv >/dev/null || skip "needs setpriv to leave root"
  local as=()
  ((EUID == 0)) && as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  chmod 755 . "$BATS_RUN_TMPDIR" 2>/dev/null || true
  cp "$AOE_MOUNT" /tmp/aoe-mount.$$ && chmod 755 /tmp/aoe-mount.$$
  cp a.yaml /tmp/aoe-mount.$$.yaml && chmod 644 /tmp/aoe-mount.$$.yaml
  cd /
  for command in up down; do
    run "${as[@]}" /tmp/aoe-mount.$$ $command --config /tmp/aoe-mount.$$.yaml
    echo "$output"
    [ "$status" -eq 1 ] || break
    [[ $output == *"FAIL  aoe-mount $command needs root: it raises interfaces and mounts file systems" ]] || break
  done
  local last=$status
  rm -f /tmp/aoe-mount.$$ /tmp/aoe-mount.$$.yaml
  [ "$last" -eq 1 ]
  [[ $output == *"FAIL  aoe-mount down needs root: it raises interfaces and mounts file systems" ]]
}

@test "status shows what is configured and what is there besides" {
  device e1.0 dev=152:0 size=4194304 state=up
  device e1.0p1 dev=152:1 size=2097152 partition=1
  device e2.0 dev=152:32 size=8388608 state=down
  echo "30 1 152:1 / /mnt/data rw - ext4 /dev/etherd/e1.0p1 rw" >proc/self/mountinfo
  run "$AOE_MOUNT" status --config a.yaml
  echo "$output"
  [ "$status" -eq 3 ] # e1.1 is not required
  [ "${lines[0]}" = "DEVICE  PATH                   SIZE  STATE    MOUNTPOINT  TYPE  USE" ]
  [[ ${lines[1]} == "e1.0p1  /dev/etherd/e1.0p1  1.0 GiB  mounted  /mnt/data   ext4 "* ]]
  [ "${lines[2]}" = "e1.1    -                         -  missing  /mnt/more   -       -" ]
  [ "${lines[3]}" = "e2.0    /dev/etherd/e2.0    4.0 GiB  down     -           -       -" ]
  [ "${#lines[@]}" -eq 4 ]
}

@test "status shows a bind mount, whether it is there, and whether something else is" {
  device e1.0 dev=152:0 size=4194304 state=up
  printf '%s\n' 'mounts:' '  - {shelf: 1, slot: 0, mountpoint: /mnt/data}' \
    '  - {bind: /mnt/data/www, mountpoint: /mnt/www}' >bind.yaml
  echo "30 1 152:0 / /mnt/data rw - ext4 /dev/etherd/e1.0 rw" >proc/self/mountinfo
  run "$AOE_MOUNT" status --config bind.yaml
  echo "$output"
  [ "$status" -eq 1 ]
  [[ ${lines[2]} =~ ^/mnt/data/www\ +-\ +-\ +not\ mounted\ +/mnt/www ]]
  echo "31 1 152:0 /www /mnt/www rw - ext4 /dev/etherd/e1.0 rw" >>proc/self/mountinfo
  run "$AOE_MOUNT" status --config bind.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [[ ${lines[2]} =~ ^/mnt/data/www\ +-\ +-\ +mounted\ +/mnt/www\ +ext4 ]]
  [ "${#lines[@]}" -eq 3 ]
  sed -i 's,31 1 152:0 /www,31 1 0:40 /,' proc/self/mountinfo
  sed -i '2s,/dev/etherd/e1.0,tmpfs,' proc/self/mountinfo
  run "$AOE_MOUNT" status --config bind.yaml
  echo "$output"
  [ "$status" -eq 1 ]
  [[ ${lines[2]} == *" busy "* ]]
}

# mapped DM NAME BELOW: a device-mapper device on another one.
mapped() {
  mkdir -p "sys/block/$1/dm" "sys/block/$1/slaves/$3"
  echo "$2" >"sys/block/$1/dm/name"
  echo 253:"${1#dm-}" >"sys/block/$1/dev"
  echo 2097152 >"sys/block/$1/size"
}

@test "status shows swap, arrays, volume groups and encrypted disks, before, while and after they are there" {
  cat >a.yaml <<'YAML'
shelf: 1
arrays: [{path: /dev/md127, members: [e1.0, e1.1]}]
volume-groups: [vg-aoe]
encrypted: [{slot: 3, name: secret, key-file: /root/key}]
swap: [{slot: 2, priority: 5}]
mounts: []
YAML
  run "$AOE_MOUNT" status --config a.yaml
  echo "$output"
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "DEVICE              PATH  SIZE  STATE    MOUNTPOINT  TYPE   USE" ]
  [ "${lines[1]}" = "/dev/md127          -        -  missing  -           md       -" ]
  [ "${lines[2]}" = "vg-aoe              -        -  missing  -           lvm      -" ]
  [ "${lines[3]}" = "/dev/mapper/secret  -        -  missing  -           crypt    -" ]
  [ "${lines[4]}" = "e1.2                -        -  missing  -           swap     -" ]
  [ "${#lines[@]}" -eq 5 ]
  for slot in 0 1 2 3; do device e1.$slot dev=152:$((slot * 16)) size=2097152 state=up; done
  run "$AOE_MOUNT" status --config a.yaml
  echo "$output"
  [ "$status" -eq 1 ]
  [ "${lines[1]}" = "/dev/md127          -                       -  not assembled  -           md       -" ]
  [ "${lines[2]}" = "vg-aoe              -                       -  not active     -           lvm      -" ]
  [ "${lines[3]}" = "/dev/mapper/secret  /dev/etherd/e1.3  1.0 GiB  not open       -           crypt    -" ]
  [ "${lines[4]}" = "e1.2                /dev/etherd/e1.2  1.0 GiB  not in use     -           swap     -" ]
  mkdir -p sys/block/md127/slaves/etherd\!e1.{0,1}
  echo 9:127 >sys/block/md127/dev
  echo 0 >sys/block/md127/size # begun by udev, say, and not started
  run "$AOE_MOUNT" status --config a.yaml
  [[ ${lines[1]} =~ ^/dev/md127\ .*\ not\ assembled\  ]]
  echo 2097152 >sys/block/md127/size
  mapped dm-0 vg--aoe-home md127
  mapped dm-1 secret 'etherd!e1.3'
  echo "/dev/etherd/e1.2                        partition       1048576         262144          5" >>proc/swaps
  run "$AOE_MOUNT" status --config a.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [ "${lines[1]}" = "/dev/md127                /dev/md127                1.0 GiB  assembled    -           md       -" ]
  [ "${lines[2]}" = "vg-aoe                    /dev/vg-aoe               1.0 GiB  active       -           lvm      -" ]
  [ "${lines[3]}" = "/dev/mapper/secret        /dev/mapper/secret        1.0 GiB  open         -           crypt    -" ]
  [ "${lines[4]}" = "e1.2                      /dev/etherd/e1.2          1.0 GiB  in use       -           swap   25%" ]
  [ "${lines[5]}" = "/dev/mapper/vg--aoe-home  /dev/mapper/vg--aoe-home  1.0 GiB  not mounted  -           -        -" ]
  [ "${#lines[@]}" -eq 6 ]
  # By hand: swapoff, vgchange -an, cryptsetup close, mdadm --stop.
  sed -i 2d proc/swaps
  run "$AOE_MOUNT" status --config a.yaml
  [ "$status" -eq 1 ]
  [[ ${lines[4]} =~ ^e1\.2\ .*\ not\ in\ use\  ]]
  rm -r sys/block/dm-0
  run "$AOE_MOUNT" status --config a.yaml
  [[ ${lines[2]} =~ ^vg-aoe\ .*\ not\ active\  ]]
  rm -r sys/block/dm-1
  run "$AOE_MOUNT" status --config a.yaml
  [[ ${lines[3]} =~ ^/dev/mapper/secret\ .*\ not\ open\  ]]
  rm -r sys/block/md127
  run "$AOE_MOUNT" status --config a.yaml
  [[ ${lines[1]} =~ ^/dev/md127\ .*\ not\ assembled\  ]]
}

@test "status exits 3 for what is not required, and calls down what stands on targets that are all down" {
  printf '%s\n' 'shelf: 1' 'swap: [{slot: 2, required: false}]' \
    'arrays: [{path: /dev/md127, members: [e1.0, e1.1]}]' 'mounts: []' >a.yaml
  device e1.0 dev=152:0 size=2097152 state=up
  device e1.1 dev=152:16 size=2097152 state=down,closewait
  mkdir -p sys/block/md127/slaves/etherd\!e1.{0,1}
  echo 2097152 >sys/block/md127/size
  run "$AOE_MOUNT" status --config a.yaml
  echo "$output"
  [ "$status" -eq 3 ]
  [[ ${lines[1]} == *" assembled "* ]]
  [[ ${lines[2]} == *" missing "* ]]
  device e1.0 state=down,closewait
  run "$AOE_MOUNT" status --config a.yaml
  echo "$output"
  [ "$status" -eq 1 ]
  [[ ${lines[1]} == *" down "* ]]
}

@test "status exits 1 when a required mount is not there" {
  device e1.0 dev=152:0 size=4194304 state=up
  run "$AOE_MOUNT" status --config a.yaml
  echo "$output"
  [ "$status" -eq 1 ]
  [[ ${lines[1]} == "e1.0p1  -"*"missing"* ]]
}

@test "status --json says the same to programs" {
  command -v jq >/dev/null || skip "needs jq"
  device e1.0 dev=152:0 size=4194304 state=up
  device e1.0p1 dev=152:1 size=2097152 partition=1
  run "$AOE_MOUNT" status --json --config a.yaml
  echo "$output"
  [ "$status" -eq 1 ]
  is '[false,["e1.0p1",1073741824,"not mounted","/mnt/data",true],["e1.1",0,"missing","/mnt/more",false]]' \
    jq -c '[.good, (.devices[] | [.device, .bytes, .state, .mountpoint, .required])]' <<<"$output"
}

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

@test "attach refuses what is no disk and no time" {
  run "$AOE_MOUNT" attach e1.0 sda
  echo "$output"
  [ "$status" -eq 2 ]
  [ "$output" = "aoe-mount: 'sda' is not an AoE device: write e1.0, or e1.0p2 for a partition" ]
  run "$AOE_MOUNT" attach --wait soon e1.0
  echo "$output"
  [ "$status" -eq 2 ]
  [ "${lines[0]}" = "aoe-mount attach: -w,--wait: 'soon' is not a time: write a number and a unit, as in 250ms, 30s, 5m or 1h" ]
  run "$AOE_MOUNT" attach
  [ "$status" -eq 2 ]
  [[ $output == "aoe-mount attach: DISK is required"* ]]
}

@test "attach takes interfaces as a list with commas" {
  printf '#!/bin/sh\nexit 1\n' >modprobe
  chmod +x modprobe
  PATH=$PWD:$PATH run "$AOE_MOUNT" attach --interface=eth0,eth7 -i eth8 --wait 0 e1.0
  echo "$output"
  [ "$status" -eq 1 ] # not 2: what was asked for is understood
  [[ $output == *"FAIL  the kernel has no driver aoe"* || $output == *"FAIL  aoe-mount attach needs root"* ]]
}

@test "abft shows what iPXE has left, or says that there is nothing" {
  run "$AOE_MOUNT" abft
  echo "$output"
  [ "$status" -eq 1 ]
  [ "$output" = "aoe-mount: no AoE boot firmware table (aBFT) in $PWD/sys/firmware/acpi/tables, and cannot look for one in $PWD/dev/mem: No such file or directory" ]
  mkdir -p sys/firmware/acpi/tables
  printf 'aBFT\x2e\0\0\0\x01\x3eFENSYSiPXE\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x52\x54\0\xa0\xe0\x01' >sys/firmware/acpi/tables/aBFT
  run "$AOE_MOUNT" abft
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$output" = "e1.0 52:54:00:a0:e0:01" ]
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
