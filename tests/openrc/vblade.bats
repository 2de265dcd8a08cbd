# The service vblade on a real OpenRC: what an administrator types, and what comes of it.

load ../lab/openrc/openrc

setup_file() {
  make_container
  export container
  truncate -s 4M "$container/share/web.img" "$container/share/db.img"
  boot
}

teardown_file() { pull_plug; }

setup() {
  inside rc-service --quiet --ifstarted vblade stop
  inside rm -f /var/log/vblade.log
  inside tee /etc/conf.d/vblade </dev/null
  serve_web <<<''
}

# One export, e1.0, and what stdin adds.
serve_web() {
  {
    printf '%s\n' 'shelf: 1' 'interfaces: [eth1]' 'exports:' '  - slot: 0' '    path: /mnt/web.img'
    cat
  } | configure vblade
}

serve_web_and_db() { serve_web <<<$'  - slot: 1\n    path: /mnt/db.img'; }

bad_file() { configure vblade <<<$'shelf: 1\ninterfaces: [eth1]\nexports:\n  - slot: 300\n    path: /mnt/web.img'; }

the_problem='/etc/conf.d/vblade.yaml:4:11: exports[0].slot: 300 is not in 0..254
    - slot: 300
            ^'

# The addresses that an initiator on the other end of the cable sees.
seen() { inside aoe scan --interface peer1 --timeout 300ms 2>/dev/null | awk '/^e[0-9]/ {print $1}' | xargs; }
sees() { [[ $(seen) == "$*" ]]; }

is_another_child() { # PID
  local now
  now=$(child_of vblade) && [[ -n $now && $now != "$1" ]]
}
is_stopped() { ! inside rc-service --quiet vblade status; }

@test "start returns when initiators can see every export" {
  serve_web_and_db
  inside rc-service vblade start
  is "e1.0 e1.1" seen
}

@test "status is started, with status 0; stopped, with status 3" {
  inside rc-service vblade start
  run -0 inside rc-service vblade status
  [ "$output" = " * status: started" ]
  inside rc-service vblade stop
  run -3 inside rc-service vblade status
  [ "$output" = " * status: stopped" ]
}

@test "started twice and stopped twice is no error and no change" {
  inside rc-service vblade start
  before=$(child_of vblade)
  inside rc-service vblade start
  is "$before" child_of vblade
  inside rc-service vblade stop
  inside rc-service vblade stop
}

@test "a crashed vblade is back after a second, and so are its exports" {
  inside rc-service vblade start
  before=$(child_of vblade)
  inside kill -SEGV "$before"
  within 20 is_another_child "$before"
  within 20 sees e1.0
  inside rc-service vblade status
}

@test "too many crashes end in the status stopped and a line in the log; then it can be started again" {
  inside tee /etc/conf.d/vblade <<<'respawn_max=1'
  inside rc-service vblade start
  before=$(child_of vblade)
  inside kill -KILL "$before"
  within 20 is_another_child "$before"
  inside kill -KILL "$(child_of vblade)"
  within 20 is_stopped
  run -3 inside rc-service vblade status
  [ "$output" = " * status: stopped" ]
  grep -F 'respawned "/usr/sbin/vblade" too many times, exiting' "$container/syslog"
  inside rc-service vblade start
  is "e1.0" seen
}

@test "the file of a fresh install does not start, and says what it wants" {
  configure vblade <"$ROOT/conf.d/vblade.yaml"
  run -1 inside rc-service vblade start
  [[ $output == *"/etc/conf.d/vblade.yaml: is empty: it needs shelf, interfaces and exports, as vblade.yaml(5) shows"* ]]
  [[ $output == *" * /etc/conf.d/vblade.yaml has problems"* ]]
  [[ $output == *" * ERROR: vblade failed to start"* ]]
}

@test "a bad file does not start; the full reason is on the terminal and in the log" {
  bad_file
  run -1 inside rc-service vblade start
  [[ $output == *"$the_problem"* ]]
  [[ $(inside cat /var/log/vblade.log) == *"$the_problem"* ]]
  run -3 inside rc-service vblade status
}

@test "a path that is missing is found by the check" {
  serve_web <<<$'  - slot: 1\n    path: /mnt/missing.img'
  run -1 inside rc-service vblade start
  [[ $output == *"/etc/conf.d/vblade.yaml:7:11: exports[1].path: '/mnt/missing.img' does not exist"* ]]
  run -3 inside rc-service vblade status
}

@test "with partial, check, start, reload and status take what is left out as a warning" {
  serve_web <<<$'  - slot: 1\n    path: /mnt/missing.img\npartial: true'
  problem="exports[1].path: '/mnt/missing.img' does not exist"
  run -0 inside rc-service vblade check
  [[ $output == *"/etc/conf.d/vblade.yaml:7:11: $problem"* ]]
  [[ $output == *" * /etc/conf.d/vblade.yaml: some exports would be left out"* ]]
  run -0 inside rc-service vblade start
  [[ $output == *" * left out: "*"$problem"* ]]
  [[ $output == *" * Not every export is served: vbladectl --socket /run/vblade/vblade.sock status"* ]]
  [ "$(seen)" = e1.0 ]
  run -3 inside vbladectl --socket /run/vblade/vblade.sock status
  run -0 inside rc-service vblade status
  run -0 inside rc-service vblade reload
  [[ $output == *" * Not every export is served: "* ]]
  run -0 inside rc-service vblade restart
  serve_web <<<''
  run -0 inside rc-service vblade reload
  [[ $output != *"Not every export"* ]]
  run -0 inside vbladectl --socket /run/vblade/vblade.sock status
}

@test "what no check can find fails the start; the reason is on the terminal and in the log, nothing is left running" {
  inside ip link set eth1 down
  run -1 inside rc-service vblade start
  inside ip link set eth1 up
  reason="/etc/conf.d/vblade.yaml:2:13: exports[0].interfaces: interface eth1 is down; set it up: ip link set eth1 up"
  [[ $output == *" * AoE target vblade did not start:"* ]]
  [[ $output == *"$reason"* ]]
  [[ $(inside cat /var/log/vblade.log) == *"$reason"* ]]
  run -3 inside rc-service vblade status
  nothing_is_left_of vblade
}

@test "check reports every problem, whether it runs or not" {
  inside rc-service vblade check
  bad_file
  run -1 inside rc-service vblade check
  [[ $output == *"$the_problem"* ]]
}

@test "a running service keeps running when restart finds a bad file" {
  inside rc-service vblade start
  before=$(child_of vblade)
  bad_file
  run -1 inside rc-service vblade restart
  [[ $output == *"$the_problem"* ]]
  is "$before" child_of vblade
  is e1.0 seen
  inside rc-service vblade status
}

@test "a running service keeps running when reload finds a bad file" {
  inside rc-service vblade start
  before=$(child_of vblade)
  bad_file
  run -1 inside rc-service vblade reload
  [[ $output == *"$the_problem"* ]]
  is "$before" child_of vblade
  is e1.0 seen
}

@test "reload applies the difference in the same process" {
  inside rc-service vblade start
  before=$(child_of vblade)
  serve_web_and_db
  inside rc-service vblade reload
  is "e1.0 e1.1" seen
  is "$before" child_of vblade
}

@test "reload of a service that is not started is an error" {
  run -1 inside rc-service vblade reload
  [[ $output == *" * vblade: cannot \`reload' as it has not been started"* ]]
}

@test "restart serves what the new file says, in a new process" {
  inside rc-service vblade start
  before=$(child_of vblade)
  serve_web_and_db
  inside rc-service vblade restart
  [ "$(child_of vblade)" != "$before" ]
  is "e1.0 e1.1" seen
}

@test "stop works with a bad file and without one" {
  inside rc-service vblade start
  bad_file
  inside rc-service vblade stop
  nothing_is_left_of vblade
  serve_web <<<''
  inside rc-service vblade start
  inside rm /etc/conf.d/vblade.yaml
  inside rc-service vblade stop
  is "" seen
}

@test "a link to the script is a second service with a file of its own" {
  inside ln -sf vblade /etc/init.d/vblade.lab
  configure vblade.lab <<<$'shelf: 2\ninterfaces: [eth1]\nexports:\n  - slot: 7\n    path: /mnt/db.img'
  inside rc-service vblade start
  inside rc-service vblade.lab start
  is "e1.0 e2.7" seen
  inside rc-service vblade stop
  is "e2.7" seen
  inside rc-service vblade.lab stop
}

@test "the shell conf.d files set nothing: everything stands there at its default" {
  run -1 grep -n '^[^#]' "$ROOT/conf.d/vblade" "$ROOT/conf.d/aoe-mount"
}

@test "logrotate empties the log of a running service, which goes on writing at the file's beginning" {
  local log before rules=$BATS_TEST_TMPDIR/logrotate
  inside rc-service vblade start
  log=/proc/$(init_pid)/root/var/log/vblade.log
  before=$(<"$log")
  [ "$before" ]
  { # what /etc/logrotate.conf says for all
    echo "rotate 4"
    sed "s,/var/log,${log%/*},g" "$ROOT/logrotate.d/vblade"
  } >"$rules"
  chmod 644 "$rules"
  logrotate --force --state "$BATS_TEST_TMPDIR/state" "$rules"
  is "$before" cat "$log.1"
  [ ! -s "$log" ]
  serve_web_and_db
  inside rc-service vblade reload
  within 10 test -s "$log"
  tr -d '\0' <"$log" | is "$(stat -c %s "$log")" wc -c # no hole where the old lines were
  inside rm -f /var/log/vblade.log.1
}
