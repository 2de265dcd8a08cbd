# The service aoe-mount on a real OpenRC, without the kernel's driver: no device ever appears here. tests/guest mounts
# for real.

load ../lab/openrc/openrc

setup_file() {
  make_container
  export container
  boot
}

teardown_file() { pull_plug; }

setup() {
  inside rc-service --quiet aoe-mount zap
  inside rm -f /etc/init.d/aoe-mount.lab
  inside rm -f /var/log/aoe-mount.log
  missing_device
}

# A device that never appears: at once its time is over.
missing_device() {
  configure aoe-mount <<'YAML'
interfaces: [eth1]
wait: 1s
mounts:
  - shelf: 1
    slot: 0
    mountpoint: /media
YAML
}

optional_device() {
  missing_device
  inside sed -i '$ a \    required: false' /etc/conf.d/aoe-mount.yaml
}

bad_file() { configure aoe-mount <<<$'interfaces: [eth1]\nmounts:\n  - shelf: 1\n    slot: 0\n    mountpont: /media'; }

the_problem='/etc/conf.d/aoe-mount.yaml:5:5: mounts[0].mountpont: unknown key: did you mean '"'mountpoint'?"

@test "the file of a fresh install does not start, and says what it wants" {
  configure aoe-mount <"$ROOT/conf.d/aoe-mount.yaml"
  run -1 inside rc-service aoe-mount start
  [[ $output == *"/etc/conf.d/aoe-mount.yaml: is empty: it needs interfaces and mounts, as aoe-mount.yaml(5) shows"* ]]
  [[ $output == *" * /etc/conf.d/aoe-mount.yaml has problems"* ]]
  [[ $output == *" * ERROR: aoe-mount failed to start"* ]]
  run -3 inside rc-service aoe-mount status
}

@test "a bad file does not start; the full reason is on the terminal and in the log" {
  bad_file
  run -1 inside rc-service aoe-mount start
  [[ $output == *"$the_problem"* ]]
  [[ $(inside cat /var/log/aoe-mount.log) == *"$the_problem"* ]]
  run -3 inside rc-service aoe-mount status
}

@test "check reports every problem, whether it runs or not" {
  inside rc-service aoe-mount check
  bad_file
  run -1 inside rc-service aoe-mount check
  [[ $output == *"$the_problem"* ]]
}

@test "what does not come up leaves the service inactive, so that the rest is taken down at shutdown" {
  run -1 inside rc-service aoe-mount start
  [[ $output == *"e1.0"* ]]
  [[ $output == *" * Not everything came up. After fixing the cause: rc-service aoe-mount reload"* ]]
  [[ $output == *" * WARNING: aoe-mount has started, but is inactive"* ]]
  run -16 inside rc-service aoe-mount status
  [[ $output == *" * status: inactive"* ]]
}

@test "what does not come up and is not required leaves the service started, with a warning" {
  optional_device
  warning=" * Something that is not required did not come up. After fixing the cause: rc-service aoe-mount reload"
  run -0 inside rc-service aoe-mount start
  [[ $output == *"$warning"* ]]
  run -3 inside aoe-mount status
  run -0 inside rc-service aoe-mount status
  [[ $output == *" * status: started"* ]]
  run -0 inside rc-service aoe-mount reload
  [[ $output == *"$warning"* ]]
  run -3 inside aoe-mount up
}

@test "a kernel without the driver is told, with the remedy" {
  inside rm -r /dev/etherd
  run -1 inside rc-service aoe-mount start
  inside sh -c 'mkdir /dev/etherd && touch /dev/etherd/discover /dev/etherd/interfaces'
  [[ $output == *"FAIL  the kernel has no driver aoe: modprobe: "*"; build it with CONFIG_ATA_OVER_ETH=m"* ]]
}

@test "start raises the interface, and stop puts it down again unless it was up before" {
  optional_device
  inside ip address flush dev eth1
  inside ip link set eth1 down
  inside rc-service aoe-mount start
  [ -n "$(inside ip link show up dev eth1)" ]
  run -0 inside rc-service aoe-mount stop
  [[ $output == *"ok    interface eth1 put down again"* ]]
  [ -z "$(inside ip link show up dev eth1)" ]
  inside ip link set eth1 up
  inside rc-service aoe-mount start
  inside rc-service aoe-mount stop
  [ -n "$(inside ip link show up dev eth1)" ]
}

@test "reload brings up what was missing, and the service is started" {
  run -1 inside rc-service aoe-mount start
  run -1 inside rc-service aoe-mount reload
  run -16 inside rc-service aoe-mount status
  optional_device
  inside rc-service aoe-mount reload
  inside rc-service aoe-mount status
}

@test "reload of a service that is not started is an error" {
  run -1 inside rc-service aoe-mount reload
  [[ $output == *" * aoe-mount is not started"* ]]
}

@test "a running service keeps running when restart or reload finds a bad file" {
  optional_device
  inside rc-service aoe-mount start
  bad_file
  run -1 inside rc-service aoe-mount restart
  [[ $output == *"$the_problem"* ]]
  run -1 inside rc-service aoe-mount reload
  [[ $output == *"$the_problem"* ]]
  run inside rc-service aoe-mount status
  [[ $output == *" * status: started"* ]]
}

@test "stop works with a bad file and without one" {
  optional_device
  inside rc-service aoe-mount start
  bad_file
  inside rc-service aoe-mount stop
  optional_device
  inside rc-service aoe-mount start
  inside rm /etc/conf.d/aoe-mount.yaml
  inside rc-service aoe-mount stop
  run -3 inside rc-service aoe-mount status
}

@test "the service lets go of a log whose file system goes down, and keeps what it said" {
  optional_device
  inside sed -i '$ a hooks: {before-down: "umount /var/log"}' /etc/conf.d/aoe-mount.yaml # stands for /var/log on AoE
  inside mount -t tmpfs log /var/log
  inside rc-service aoe-mount start
  inside grep -q '^20..-..-.. ..:..:.. aoe-mount up$' /var/log/aoe-mount.log
  inside rc-service aoe-mount stop
  [[ $(inside grep -c ' /var/log ' /proc/mounts) == 0 ]]
  inside grep -q '^20..-..-.. ..:..:.. aoe-mount down$' /var/log/aoe-mount.log
  [ -z "$(inside sh -c 'ls /run/aoe-mount.*.log 2>/dev/null')" ]
}

@test "a restart brings up again what it took down, also when something is in use and stays" {
  optional_device
  inside sed -i '$ a hooks: {before-down: "false"}' /etc/conf.d/aoe-mount.yaml # stands for a busy mount
  inside rc-service aoe-mount start
  run -0 inside rc-service aoe-mount restart
  [[ $output == *" * Not everything could be taken down. Those items stay up, the others are brought up again"* ]]
  [[ $output == *"failed: /media, not required"* ]]
  inside rc-service aoe-mount status
  run -1 inside rc-service aoe-mount stop
  [[ $output == *" * ERROR: aoe-mount failed to stop"* ]]
  run inside rc-service aoe-mount status
  [[ $output == *" * status: started"* ]]
}

@test "a link to the script is a second service with a file of its own" {
  inside ln -sf aoe-mount /etc/init.d/aoe-mount.lab
  inside sh -c 'sed "s|/media|/srv|" /etc/conf.d/aoe-mount.yaml >/etc/conf.d/aoe-mount.lab.yaml'
  run -1 inside rc-service aoe-mount.lab start
  [[ $output == *"rc-service aoe-mount.lab reload"* ]]
  run -3 inside rc-service aoe-mount status
}
