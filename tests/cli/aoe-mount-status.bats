#!/usr/bin/env bats
# aoe-mount status on a recorded tree. Needs: no root, no driver, no network.

load ../lab/driver/aoe_mount

setup() { use_aoe_mount_tree; }

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
