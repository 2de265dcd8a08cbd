#!/usr/bin/env bats
# What only a kernel with a device-mapper can show: targets and initiator stand in one guest, at the two ends of a
# cable of its own. Needs: root, QEMU, /dev/net/tun, dmsetup.

load ../lab/guest/guest

setup() {
  guest_require dmsetup
}

# How each story begins: /dev/mapper/disk of 65536 sectors for the server at "there"; the initiator is at "here".
beginning() {
  cat <<'END'
    modprobe -a loop dm_mod veth
    truncate -s 48M /tmp/backing
    losetup /dev/loop0 /tmp/backing
    export DM_DISABLE_UDEV=1 # nobody else makes the nodes here
    dmsetup create disk --table '0 65536 linear /dev/loop0 0'
    ip link add here type veth peer name there
    ip link set there up
    echo vblade:x:999:999::/:/bin/false >>/etc/passwd
    serve_exports() { # YAML LINE...: the server's exports
      printf '%s\n' 'shelf: 1' 'interfaces: [there]' 'exports:' "$@" >/tmp/vblade.yaml
      rm -f /tmp/ready
      vblade --config /tmp/vblade.yaml --user vblade --state /tmp/state --socket /run/vblade.sock --notify-fd 7 \
        7>/tmp/ready 2>/tmp/vblade.log &
      server=$!
      within 20 test -s /tmp/ready -o ! -d /proc/$server && [[ -s /tmp/ready ]] || { cat /tmp/vblade.log; return 1; }
    }
    stacks() { # of the server behind the front, where it cannot end
      local behind
      behind=$(<"/proc/$server/task/$server/children")
      cat /proc/"${behind% }"/task/*/stack
    }
    ctl() { vbladectl --socket /run/vblade.sock "$@"; }
END
}

story() {
  wire_up
  { beginning && cat; } | guest "$VBLADE" "$VBLADECTL" dmsetup losetup
}

# bats test_tags=long
@test "a mapped disk: written and read, broken in the middle and whole again, grown; never more than an error at once" {
  story <<'END'
    serve_exports '- {slot: 0, path: /dev/mapper/disk, direct: true}'
    load_aoe here
    aoe_device e1.0
    [[ $(blockdev --getsz /dev/etherd/e1.0) == 65536 ]]
    dd if=/dev/urandom of=/tmp/file bs=1M count=8 status=none
    dd if=/tmp/file of=/dev/etherd/e1.0 bs=64k oflag=direct status=none
    # The second half breaks.
    printf '%s\n' '0 32768 linear /dev/loop0 0' '32768 32768 error' | dmsetup reload disk
    dmsetup suspend disk && dmsetup resume disk
    start=$SECONDS
    ! dd if=/dev/etherd/e1.0 of=/dev/null bs=4k skip=5000 count=1 iflag=direct
    ! dd if=/tmp/file of=/dev/etherd/e1.0 bs=4k seek=5000 count=1 oflag=direct
    ((SECONDS - start < 10))
    (ctl status || [[ $? == 3 ]]) | grep "disk errors"
    dd if=/dev/etherd/e1.0 of=/tmp/back bs=1M count=8 iflag=direct status=none
    cmp /tmp/file /tmp/back
    # It is whole again, and larger.
    dmsetup reload disk --table '0 98304 linear /dev/loop0 0'
    dmsetup suspend disk && dmsetup resume disk
    within 20 grep -F 'e1.0: /dev/mapper/disk has 98304 sectors now, before 65536' /tmp/vblade.log
    dd if=/tmp/file of=/dev/etherd/e1.0 bs=1M seek=20 oflag=direct status=none
    echo e1.0 >/dev/etherd/revalidate
    within 20 eval '[[ $(blockdev --getsz /dev/etherd/e1.0) == 98304 ]]'
    dd if=/tmp/file of=/dev/etherd/e1.0 bs=1M seek=40 oflag=direct status=none
    dd if=/dev/etherd/e1.0 bs=1M skip=20 count=8 iflag=direct status=none | cmp - /tmp/file
    dd if=/dev/mapper/disk bs=1M skip=40 count=8 iflag=direct status=none | cmp - /tmp/file
    kill $server && wait $server
END
  said 'Input/output error'
}

@test "disks that hang hold up nothing else, stopping ends in two seconds and says why, and what waited is done later" {
  story <<'END'
    truncate -s 32M /tmp/other
    dmsetup create cached --table '0 32768 linear /dev/loop0 65536'
    exports=('- {slot: 0, path: /dev/mapper/disk, direct: true}' '- {slot: 1, path: /dev/mapper/cached}'
      '- {slot: 2, path: /tmp/other}')
    serve_exports "${exports[@]}"
    load_aoe here
    aoe_device e1.0 e1.1 e1.2
    trap 'cat /tmp/vblade.log; dmsetup resume disk; dmsetup resume cached' EXIT # else a failed story would hang
    dmsetup suspend disk
    dmsetup suspend cached
    head -c 4096 /dev/zero | tr '\0' x >/tmp/block
    dd if=/tmp/block of=/dev/etherd/e1.0 bs=4k seek=1 oflag=direct status=none & writer=$!
    dd if=/dev/etherd/e1.1 of=/dev/null bs=4k skip=1000 count=16 iflag=direct status=none & reader=$!
    dd if=/tmp/block of=/dev/etherd/e1.1 bs=4k seek=2000 oflag=direct status=none & partial=$! # of pages to be read first
    dd if=/dev/urandom of=/tmp/file bs=1M count=8 status=none
    dd if=/tmp/file of=/dev/etherd/e1.2 bs=64k oflag=direct status=none
    dd if=/dev/etherd/e1.2 of=/tmp/back bs=64k count=128 iflag=direct status=none
    cmp /tmp/file /tmp/back
    kill -0 $writer # still waits
    kill -0 $reader
    kill -0 $partial
    start=${EPOCHREALTIME/./}
    kill $server
    within 20 eval '! kill -0 $server 2>/dev/null' || {
      stacks
      exit 1
    }
    if wait $server; then exit 1; fi # not all was well
    took=$(((${EPOCHREALTIME/./} - start) / 1000))
    cat /tmp/vblade.log
    echo "stopped after $took ms"
    ((took < 3000))
    dmsetup resume disk
    dmsetup resume cached
    serve_exports "${exports[@]}"
    wait $writer && wait $reader && wait $partial
    dd if=/dev/mapper/disk bs=4k skip=1 count=1 iflag=direct status=none | cmp - /tmp/block
    dd if=/dev/mapper/cached bs=4k skip=2000 count=1 iflag=direct status=none | cmp - /tmp/block
    kill $server && wait $server
END
  said 'requests are not finished: a disk does not answer'
}

@test "a disk that hangs with writes in the page cache alone: stopping and reloading wait for it no longer, the next start does, and nothing is lost" {
  story <<'END'
    dmsetup create cached --table '0 32768 linear /dev/loop0 65536'
    truncate -s 32M /tmp/other
    first=('- {slot: 0, path: /dev/mapper/cached, sync: flush}' '- {slot: 1, path: /tmp/other}')
    # What a client wrote is acknowledged, and only the page cache has it.
    hang() {
      dd if=/dev/urandom of=/dev/etherd/e1.0 bs=64k count=16 oflag=direct status=none # so that nothing need be read
      dmsetup suspend cached
      trap 'cat /tmp/vblade.log; dmsetup resume cached' EXIT # else a failed story would hang
      dd if=/dev/urandom of=/tmp/wanted bs=64k count=16 status=none
      dd if=/tmp/wanted of=/dev/etherd/e1.0 bs=64k oflag=direct status=none
    }
    is_on_disk() { dd if=/dev/mapper/cached bs=64k count=16 iflag=direct status=none | cmp - /tmp/wanted; }
    timed() { # FUNCTION: how long it takes, in $took milliseconds
      local start=${EPOCHREALTIME/./}
      "$@"
      took=$(((${EPOCHREALTIME/./} - start) / 1000))
    }
    serve_exports "${first[@]}"
    load_aoe here
    aoe_device e1.0 e1.1
    hang
    # A reload that takes the hanging export away; the other is served meanwhile.
    sed -i '/slot: 0/d' /tmp/vblade.yaml
    timed ctl reload
    ((took < 10000)) || { echo "the reload took $took ms"; exit 1; }
    timed dd if=/dev/zero of=/dev/etherd/e1.1 bs=64k count=16 oflag=direct status=none
    ((took < 10000)) || { echo "the other export took $took ms"; exit 1; }
    dmsetup resume cached
    printf '%s\n' "${first[0]}" >>/tmp/vblade.yaml
    ctl reload
    is_on_disk
    # The same, and the server is stopped.
    hang
    stop() {
      kill $server
      within 20 eval '! kill -0 $server 2>/dev/null' || { stacks; exit 1; }
      if wait $server; then return 1; fi
    }
    timed stop
    cat /tmp/vblade.log
    echo "stopped after $took ms"
    ((took < 3000))
    # The next one finds the disk held, says so, and has it as soon as it answers.
    serve_exports "${first[@]}" & next=$!
    within 5 grep -F "'/dev/mapper/cached': waiting for vblade-closer" /tmp/vblade.log
    dmsetup resume cached
    wait $next
    trap - EXIT
    is_on_disk
    dd if=/dev/etherd/e1.0 bs=64k count=16 iflag=direct status=none | cmp - /tmp/wanted
    kill $(pidof vblade)
END
  said '1 requests are not finished: a disk does not answer'
}
