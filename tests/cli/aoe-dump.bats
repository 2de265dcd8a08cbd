#!/usr/bin/env bats
# aoe dump on capture files. captures/dumpcap.pcapng was caught by Wireshark 4.0's dumpcap on two interfaces at once,
# captures/editcap.pcapng is the same with a comment, written by its editcap. Needs: no root.

load ../lab/driver/sysfs

setup() {
  use_sysfs
  caught=$BATS_TEST_DIRNAME/captures/dumpcap.pcapng
  nano=$BATS_TEST_TMPDIR/nano.pcap
}

expected() {
  cat <<'END'
    0.000000 e2:d0:46:7e:21:63 > ff:ff:ff:ff:ff:ff e1.0 config read
    0.000102 7e:55:d5:a6:ac:91 > e2:d0:46:7e:21:63 e1.0 config read: 16 buffers, 2 sectors a frame, firmware 0x4019, config '' (0.102 ms)
    0.000149 e2:d0:46:7e:21:63 > 7e:55:d5:a6:ac:91 e1.0 identify
    0.000191 7e:55:d5:a6:ac:91 > e2:d0:46:7e:21:63 e1.0 identify: done (0.042 ms)
    0.068002 76:85:83:2d:2b:29 > ff:ff:ff:ff:ff:ff e3.3 config read
    0.318382 76:85:83:2d:2b:29 > ff:ff:ff:ff:ff:ff e3.3 config read
    0.568720 76:85:83:2d:2b:29 > ff:ff:ff:ff:ff:ff e3.3 config read
    0.819063 76:85:83:2d:2b:29 > ff:ff:ff:ff:ff:ff e3.3 config read
END
}

@test "dump opens what Wireshark's dumpcap caught on two interfaces, and what its editcap wrote" {
  diff <(expected) <("$AOE" dump -r "$caught")
  diff <(expected) <("$AOE" dump -r "$BATS_TEST_DIRNAME/captures/editcap.pcapng")
  diff <(expected) <("$AOE" dump -r - <"$caught")
  diff <(expected) <("$AOE" dump -r "$caught" --write "$nano") # and keeps what it opened
  diff <(expected) <("$AOE" dump -r "$nano")
}

# bats test_tags=developer
@test "dump opens pcap and pcapng, micro- and nanoseconds, from machines of either byte order" {
  local kind order
  need python3 jq
  "$AOE" dump -r "$caught" --write "$nano" >/dev/null
  for order in little big; do
    for kind in nano pcapng; do
      python3 "$LAB/net/captures.py" "$nano" "$BATS_TEST_TMPDIR/other" $kind $order
      diff <(expected) <("$AOE" dump -r "$BATS_TEST_TMPDIR/other")
    done
    python3 "$LAB/net/captures.py" "$nano" "$BATS_TEST_TMPDIR/other" micro $order
    # A microsecond less or more where the nanoseconds are gone.
    diff <(expected | cut -c 13- | sed 's/ (.*//') <("$AOE" dump -r "$BATS_TEST_TMPDIR/other" | cut -c 13- | sed 's/ (.*//')
    "$AOE" dump --json -r "$BATS_TEST_TMPDIR/other" | is true jq -s '.[-1].seconds > 0.81 and .[-1].seconds < 0.83'
  done
}

@test "dump does not write over the capture that it reads, whatever the two are called" {
  cp "$caught" "$nano"
  ln -s "$nano" "$nano.link"
  run "$AOE" dump -r "$nano" -w "$nano.link"
  [ "$status" -eq 2 ]
  [ "$output" = "aoe dump: --write $nano.link would destroy what --read is to read: name another file" ]
  cmp "$caught" "$nano"
}

@test "dump: a file that is cut short, and a capture that is not of Ethernet" {
  head -c 900 "$caught" >"$BATS_TEST_TMPDIR/short"
  run --separate-stderr "$AOE" dump -r "$BATS_TEST_TMPDIR/short"
  [ "$status" -eq 1 ]
  [ "$output" = "$(expected | head -n 3)" ]
  [ "$stderr" = "aoe dump: cannot read $BATS_TEST_TMPDIR/short: truncated pcapng dump file; tried to read 572 bytes, only got 276" ]
  "$AOE" dump -r "$caught" --write "$nano" >/dev/null
  printf '\x71' | dd of="$nano" bs=1 seek=20 conv=notrunc status=none # the kind of link: Linux's "any"
  run "$AOE" dump -r "$nano"
  [ "$status" -eq 1 ]
  [ "$output" = "aoe dump: $nano is a capture of Linux cooked v1, not of Ethernet" ]
}
