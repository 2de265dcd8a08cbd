#!/usr/bin/env bats
# What an administrator sees of our vblade: figures in the format of Prometheus, lines in the system's log.
# Needs: root that may make network namespaces; python3, one with prometheus_client.

load ../lab/net/vblade

setup() {
  cd "$BATS_TEST_TMPDIR"
  make_namespaces
  truncate -s 4M disk.img
}

teardown() {
  remove_namespaces
  [[ ! -v SYSLOG ]] || kill "$SYSLOG" 2>/dev/null || true
}

# The first Python there that has this module: not every one is the system's.
python_with() { # MODULE
  local python
  while read -r python; do
    ! "$python" -c "import $1" 2>/dev/null || break
  done < <(type -ap python3)
  "$python" -c "import $1" && echo "$python"
}

@test "--prometheus of a server that has worked: another's parser takes every line, each sample has a type, none is there twice" {
  local odd='odd "name" \ of a disk.img' parser
  parser=$(python_with prometheus_client) || skip "needs python3-prometheus-client"
  truncate -s 1M "$odd"
  add_cable eth1
  INTERFACES='"eth*"' configure "{slot: 0, path: $PWD/disk.img}" "{slot: 1, path: '$PWD/$odd', allow: [02:00:00:00:00:78]}"
  serve_file
  frames write 1 0 0 2 <<<"data"
  frames read 1 0 0 2 >/dev/null
  VIA=eth1 frames read 1 0 8 2 >/dev/null
  run frames read 1 0 99999999 1
  run frames read 1 1 0 1
  frames storm 1 0
  ctl --prometheus status >text
  "$parser" - "$PWD/$odd" <<'END' 3<text
import os
import sys
from prometheus_client.parser import text_string_to_metric_families

text = os.fdopen(3).read()
families = list(text_string_to_metric_families(text))
names = [family.name for family in families]
assert len(names) == len(set(names)), "a metric has two heads: %s" % names
seen = {}
for family in families:
    assert family.type in ("counter", "gauge", "histogram"), (family.name, family.type)
    assert family.documentation, family.name
    assert family.samples, family.name
    for sample in family.samples:
        key = sample.name, tuple(sorted(sample.labels.items()))
        assert key not in seen, key
        seen[key] = sample.value
lines = [line for line in text.splitlines() if line and not line.startswith("#")]
assert len(seen) == len(lines), (len(seen), len(lines))

def value(name, **labels):
    return seen[name, tuple(sorted(labels.items()))]

assert value("vblade_export_up", export="e1.1", path=sys.argv[1]) == 1
assert value("vblade_export_bytes", export="e1.0") == 4 << 20
assert value("vblade_requests_total", export="e1.0", command="write") >= 1
assert value("vblade_refused_total", export="e1.1") >= 1
assert value("vblade_interface_requests_total", interface="eth1") >= 1
for export in "e1.0", "e1.1":
    buckets = [(float(dict(key[1])["le"]), count) for key, count in seen.items()
               if key[0] == "vblade_request_seconds_bucket" and ("export", export) in key[1]]
    buckets.sort()
    counts = [count for _, count in buckets]
    assert counts == sorted(counts), "a histogram's buckets add up"
    assert buckets[-1][0] == float("inf") and counts[-1] == value("vblade_request_seconds_count", export=export)
assert value("vblade_request_seconds_count", export="e1.0") >= 3
print("%d metrics, %d samples" % (len(names), len(seen)))
END
  stop_server TERM
}

# A system log that takes what vblade says to /dev/log, one line each, in the file syslog.
system_log() {
  mkdir -p seen/dev
  ln -s "$PWD/log" seen/dev/log
  server_sees dev
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  python3 "$LAB/net/syslog.py" log >syslog 3>&- &
  SYSLOG=$!
  within 10 test -S log
}

# A line of daemon with this severity (3 error, 4 warning, 6 information) and this text stands in the log.
logged() { # SEVERITY NAME TEXT
  grep -qE "^<$((3 * 8 + $1))>.{16}$2: $3\$" syslog
}

@test "syslog: the service's lines arrive with their severity, also from a server without rights" {
  system_log
  mkdir -m 0755 run
  chown nobody run
  configure "{slot: 0, path: $PWD/disk.img}"
  serve --config vblade.yaml --socket "$PWD/run/vblade.sock" --state "$PWD/run/state" --user nobody
  within 10 logged 6 vblade 'vblade.yaml: 1 exports are served'
  on_server ip link set eth0 down
  within 10 logged 4 vblade 'eth0: the link is down'
  on_server ip link set eth0 up
  within 10 logged 6 vblade 'eth0: the link is up'
  configure "{slot: 300, path: $PWD/disk.img}"
  kill -HUP "$SERVER"
  within 10 logged 3 vblade '(.*/)?vblade.yaml:4:12: exports\[0\].slot: 300 is not in 0..254'
  within 10 logged 3 vblade 'nothing changed: .*'
  # No line breaks: each line of a report is a message of its own.
  logged 3 vblade ' +\^'
  [[ $(cat syslog) != *"#0"* ]]
  stop_server TERM
}

@test "syslog: vbladed's lines arrive under its name; vblade in the foreground leaves the log alone" {
  system_log
  local daemon
  run on_server "${SERVED_IN[@]}" "$VBLADED" 1 0 eth0 disk.img
  [[ $output =~ ^"pid "([0-9]+)": e1.0, 8192 sectors O_RDWR"$ ]]
  daemon=${BASH_REMATCH[1]}
  truncate -s 8M disk.img
  within 10 logged 4 vbladed "e1.0: $PWD/disk.img has 16384 sectors now, before 8192"
  kill "$daemon"
  gone() { ! kill -0 "$daemon" 2>/dev/null; }
  within 10 gone
  local before
  before=$(wc -l <syslog)
  serve 1 0 eth0 disk.img
  truncate -s 4M disk.img
  within 10 grep -q 'vblade: e1.0: .* has 8192 sectors now, before 16384' err
  stop_server TERM
  is "$before" wc -l <syslog
}
