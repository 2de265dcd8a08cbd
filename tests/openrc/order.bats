# What starts before what at boot, and stops before what at shutdown, on the console of a container that is server and
# client at once. Each story boots a container of its own.

load ../lab/machine/console
load ../lab/openrc/openrc

setup() {
  make_container
  truncate -s 4M "$container/share/web.img"
  cat >"$container/disk/etc/conf.d/vblade.yaml" <<'YAML'
shelf: 1
interfaces: [eth1]
exports:
  - slot: 0
    path: /mnt/web.img
YAML
  # required: false, since no device ever appears on these containers.
  cat >"$container/disk/etc/conf.d/aoe-mount.yaml" <<'YAML'
interfaces: [eth1]
wait: 1s
mounts:
  - shelf: 1
    slot: 0
    mountpoint: /media
    required: false
YAML
  # A service that uses the mounts, as any daemon would.
  printf '%s\n' '#!/sbin/openrc-run' 'depend() { need aoe-mount; }' 'start() { einfo "user of the mounts starts"; }' \
    'stop() { einfo "user of the mounts stops"; }' >"$container/disk/etc/init.d/user"
  chmod +x "$container/disk/etc/init.d/user"
  ln -s net.lo "$container/disk/etc/init.d/net.eth1"
}

teardown() {
  pull_plug
  rm -rf "$container"
}

at_boot() { # SERVICE...
  local service
  mkdir -p "$container/disk/etc/runlevels/default"
  for service; do ln -s "/etc/init.d/$service" "$container/disk/etc/runlevels/default/$service"; done
}

console_shows_in_order() { shows_in_order "$container/console" "$@"; } # TEXT...

up_and_down() {
  console_shows_in_order 'Bringing up interface eth1' 'Starting AoE target vblade' \
    'Bringing up the AoE file systems of aoe-mount' 'Mounting network filesystems' || return
  console_shows_in_order 'Bringing up the AoE file systems of aoe-mount' 'user of the mounts starts' || return
  local booted
  booted=$(stat --format %s "$container/console")
  power_off || return
  tail -c "+$((booted + 1))" "$container/console" >"$container/console.down"
  mv "$container/console.down" "$container/console"
  console_shows_in_order 'user of the mounts stops' 'Taking down the AoE file systems of aoe-mount' \
    'Stopping AoE target vblade' 'Bringing down interface eth1' || return
  console_shows_in_order 'Unmounting network filesystems' 'Taking down the AoE file systems of aoe-mount' || return
  console_shows_in_order 'Stopping AoE target vblade' 'Unmounting local filesystems'
}

@test "network, vblade, aoe-mount, netmount and what uses the mounts; and the exact reverse" {
  at_boot net.eth1 vblade aoe-mount user
  boot
  up_and_down
}

@test "the same with rc_parallel=YES, where conf.d names what each service needs" {
  echo 'rc_parallel="YES"' >>"$container/disk/etc/rc.conf"
  echo 'rc_need="net.eth1"' >>"$container/disk/etc/conf.d/vblade"
  echo 'rc_need="net.eth1 vblade"' >>"$container/disk/etc/conf.d/aoe-mount"
  at_boot net.eth1 vblade aoe-mount user
  boot
  up_and_down
}

@test "without any network service: the interface was raised by somebody else" {
  at_boot vblade aoe-mount
  boot
  console_shows_in_order 'Starting AoE target vblade' 'Bringing up the AoE file systems of aoe-mount' \
    'Mounting network filesystems'
  inside rc-service vblade status
  inside rc-service --ifstarted aoe-mount check
}

@test "links to the scripts keep the same order" {
  ln -s vblade "$container/disk/etc/init.d/vblade.lab"
  ln -s aoe-mount "$container/disk/etc/init.d/aoe-mount.lab"
  mv "$container/disk/etc/conf.d/vblade.yaml" "$container/disk/etc/conf.d/vblade.lab.yaml"
  mv "$container/disk/etc/conf.d/aoe-mount.yaml" "$container/disk/etc/conf.d/aoe-mount.lab.yaml"
  at_boot aoe-mount.lab vblade.lab
  boot
  console_shows_in_order 'Starting AoE target vblade.lab' 'Bringing up the AoE file systems of aoe-mount.lab' \
    'Mounting network filesystems'
  power_off
  console_shows_in_order 'Mounting network filesystems' 'Taking down the AoE file systems of aoe-mount.lab' \
    'Stopping AoE target vblade.lab'
}

@test "a bad file does not keep the machine from booting, and the console says why" {
  sed -i 's/slot: 0/slot: 300/' "$container/disk/etc/conf.d/vblade.yaml" "$container/disk/etc/conf.d/aoe-mount.yaml"
  at_boot vblade aoe-mount
  boot
  console_shows_in_order '/etc/conf.d/vblade.yaml:4:11: exports[0].slot: 300 is not in 0..254' \
    'ERROR: vblade failed to start' \
    '/etc/conf.d/aoe-mount.yaml:5:11: mounts[0].slot: 300 is not in 0..254' 'ERROR: aoe-mount failed to start' \
    'Mounting network filesystems'
  power_off
}

@test "a device that does not appear keeps waiting only those who need it" {
  sed -i '/required/d' "$container/disk/etc/conf.d/aoe-mount.yaml"
  at_boot aoe-mount user
  boot
  console_shows_in_order 'Bringing up the AoE file systems of aoe-mount' 'Not everything came up' \
    'Mounting network filesystems'
  run -1 grep -F 'user of the mounts starts' "$container/console"
  power_off
  console_shows_in_order 'Mounting network filesystems' 'Taking down the AoE file systems of aoe-mount'
}

@test "the services are still in their runlevels after a reboot" {
  boot
  inside rc-update add vblade default
  inside rc-update add aoe-mount default
  power_off
  boot
  inside rc-service vblade status
  console_shows_in_order 'Starting AoE target vblade' 'Bringing up the AoE file systems of aoe-mount'
}
