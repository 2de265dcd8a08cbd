#!/usr/bin/env bats
# Real Portage and our three packages, with its sandboxes for user, processes and network on, and with the newest compiler and
# libraries there are: Debian sid's, which are what ::gentoo has or a step ahead. Needs: root, overlayfs.

load ../lab/gentoo/gentoo
load ../lab/sources/dependencies

export AOE_TOOLCHAIN=toolchain-sid

# Emerged once for all stories, with the packages' own tests; those that change anything do so on a copy.
setup_file() {
  export EMERGED=$BATS_FILE_TMPDIR/emerged
  ((EUID == 0)) || return 0 # every story says so and skips
  container=$EMERGED
  mkdir "$container"
  on_gentoo true
  (cd "$EMERGED/upper" && find . | sort) >"$EMERGED/before"
  with_overlay env FEATURES="test buildpkg" USE=dracut emerge --verbose --quiet-build=n vblade aoetools >"$EMERGED/log" 2>&1 || {
    cat "$EMERGED/log"
    echo "emerge vblade aoetools failed"
    return 1
  }
}

setup() {
  needs_gentoo
  upper=$EMERGED/upper
}

# All packages of this repository: three with programs, and vblade's account.
PACKAGES=(acct-group/vblade-0 acct-user/vblade-0 sys-block/aoetools-2026.11 sys-block/vblade-2026.11 sys-fs/aoe-mount-2026.11)

@test "PORTDIR_OVERLAY=... emerge vblade aoetools installs three packages of this repository, and vblade's account" {
  [ "$(cd "$upper/var/db/pkg" && echo */*)" = "${PACKAGES[*]}" ]
  cat "$upper"/var/db/pkg/*/*/repository | is aoe-storage sort -u
  is $'sys-block/aoetools\nsys-block/vblade' sort "$upper/var/lib/portage/world" # aoe-mount came as a dependency
  ! qa_notices <"$EMERGED/log"
}

# The manual pages in man/ that a package takes, where they are installed.
manuals() { # PATTERN...
  (cd "$ROOT/man" 2>/dev/null && find . -type f "$@" -printf '%f\n') | sed -E 's,(.*\.([0-9]))$,/usr/share/man/man\2/\1,'
}

# The documents that each package takes, where they are installed: README.md and what it points to.
documents() { # PACKAGE
  (cd "$ROOT" && printf "/usr/share/doc/$1-2026.11/%s\n" {CHANGELOG,CONTRIBUTING,README,SECURITY}.md docs/*.md docs/internals/*.md docs/benchmarks/*.{md,svg})
}

@test "vblade installs exactly this" {
  diff -u <(
    sort - <(manuals -name 'vblade*') <(documents vblade) <<-END
	/etc/conf.d/vblade
	/etc/conf.d/vblade.yaml
	/etc/init.d/vblade
	/etc/logrotate.d/vblade
	/usr/lib/systemd/system/vblade.service
	/usr/lib/systemd/system/vblade@.service
	/usr/sbin/vblade
	/usr/sbin/vbladectl
	/usr/sbin/vbladed
	/usr/share/bash-completion/completions/vblade
	/usr/share/bash-completion/completions/vbladectl
	/usr/share/bash-completion/completions/vbladed
	/usr/share/zsh/site-functions/_vblade
	/usr/share/zsh/site-functions/_vbladectl
	/var/lib/vblade/.keep_sys-block_vblade-0
	END
  ) <(files_of "$upper" sys-block/vblade-2026.11)
}

@test "what the installed README points to is installed" {
  local package file link
  for package in vblade aoetools aoe-mount; do
    cd "$upper/usr/share/doc/$package-2026.11"
    for file in README.md docs/*.md docs/*/*.md; do
      for link in $(grep -ohE '\]\([^):#]+' "$file" | cut -c3- | sort -u); do
        [[ -e $(dirname "$file")/$link ]] || {
          echo "$package: $link of $file is missing"
          false
        }
      done
    done
  done
}

@test "vblade's account is there, and nobody can log in to it" {
  [[ $(grep ^vblade: "$upper/etc/passwd") =~ ^vblade:x:([0-9]+):([0-9]+):'ATA over Ethernet target':/dev/null:/sbin/nologin$ ]]
  ((BASH_REMATCH[1] > 0 && BASH_REMATCH[1] < 1000))
  grep -q "^vblade:x:${BASH_REMATCH[2]}:" "$upper/etc/group"
  [ "$(files_of "$upper" acct-user/vblade-0) $(files_of "$upper" acct-group/vblade-0)" = \
    "/usr/lib/sysusers.d/acct-user-vblade.conf /usr/lib/sysusers.d/acct-group-vblade.conf" ]
}

@test "aoetools installs exactly this" {
  local name names
  names=$(sed -nE 's/.*(set\(|APPEND )AOE_CLASSIC_NAMES(.*)\)/\2/p' "$ROOT/src/aoetools/CMakeLists.txt")
  diff -u <(
    {
      for name in aoe $names; do printf '%s\n' "/usr/sbin/$name" "/usr/share/bash-completion/completions/$name"; done
      manuals ! -name 'vblade*' ! -name 'aoe-mount*'
      documents aoetools
      printf '%s\n' /etc/mod{probe,ules-load}.d/aoe.conf /usr/lib/udev/rules.d/60-aoe.rules /usr/share/zsh/site-functions/_aoe
    } | sort
  ) <(files_of "$upper" sys-block/aoetools-2026.11)
  # One program and one completion, which the classic names lead to.
  for name in $names; do
    is aoe readlink "$upper/usr/sbin/$name"
    is aoe readlink "$upper/usr/share/bash-completion/completions/$name"
  done
}

@test "aoe-mount installs exactly this, with USE=dracut" {
  diff -u <(
    sort - <(manuals -name 'aoe-mount*') <(documents aoe-mount) <<-END
	/etc/conf.d/aoe-mount
	/etc/conf.d/aoe-mount.yaml
	/etc/init.d/aoe-mount
	/etc/logrotate.d/aoe-mount
	/usr/lib/dracut/modules.d/90aoe/aoe-generator.sh
	/usr/lib/dracut/modules.d/90aoe/attach-aoe.sh
	/usr/lib/dracut/modules.d/90aoe/module-setup.sh
	/usr/lib/dracut/modules.d/90aoe/parse-aoe.sh
	/usr/lib/systemd/system/aoe-mount-guard.service
	/usr/lib/systemd/system/aoe-mount-shutdown.service
	/usr/lib/systemd/system/aoe-mount.service
	/usr/lib/systemd/system/aoe-mount@.service
	/usr/lib/systemd/system/shutdown.target.wants/aoe-mount-guard.service
	/usr/sbin/aoe-mount
	/usr/share/bash-completion/completions/aoe-mount
	/usr/share/zsh/site-functions/_aoe-mount
	END
  ) <(files_of "$upper" sys-fs/aoe-mount-2026.11)
}

@test "FEATURES=test runs each package's unit tests and command line tests, as Portage's user, and all pass" {
  local package log
  for package in sys-block/vblade sys-block/aoetools sys-fs/aoe-mount; do
    log=$BATS_TEST_TMPDIR/${package#*/}
    awk -v start=">>> Emerging .* $package-" '/^>>> Emerging/ {on = $0 ~ start} on' "$EMERGED/log" >"$log"
    echo "$package: $(grep -E '% tests passed|^1\.\.' "$log" | xargs)"
    grep -E '^100% tests passed, 0 tests failed out of [1-9][0-9]+$' "$log"
    grep -E '^1\.\.[1-9]' "$log"
    ! grep '^not ok ' "$log"
    # What USE=test brings is enough: the only stories left out are those that want root, a terminal or Debian's old tools.
    ! grep -E '^ok .* # skip ' "$log" | grep -vE "# skip needs (root|setpriv|mount namespaces|a pseudo-terminal|Debian's aoetools)"
  done
}

@test "the compiler, CMake and fmt that were used are as new as Gentoo's" {
  grep -E '^-- The CXX compiler identification is GNU 1[5-9]\.' "$EMERGED/log"
  grep -E '^dev-libs/libfmt-1[1-9]' "$upper/etc/portage/profile/package.provided"
  grep -E '^dev-build/cmake-4' "$upper/etc/portage/profile/package.provided"
}

@test "RDEPEND of each package names the libraries that its installed programs need, and no others" {
  local package programs
  for package in sys-block/vblade sys-block/aoetools sys-fs/aoe-mount; do
    mapfile -t programs < <(files_of "$upper" "$package-2026.11" | grep /sbin/ | sed "s,^,$upper,")
    diff -u --label "needed by the programs of $package" --label "RDEPEND of $package" \
      <(needed "${programs[@]}") <(depended "$ROOT/$package/${package#*/}-2026.11.ebuild" RDEPEND)
  done
}

@test "a thousand exports as users run them: checked within a second, served by one process of less than 64 MiB" {
  gentoo_emerged
  cat >"$container/upper/thousand" <<-'END'
	set -e
	ip link add eth1 type veth peer name peer1
	ip link set eth1 up
	ip link set peer1 up
	truncate -s 1000M /tmp/disk
	{
	  printf 'interfaces: [eth1]\nexports:\n'
	  for ((i = 0; i < 1000; i++)); do
	    echo "  - {shelf: $((1 + i / 250)), slot: $((i % 250)), path: /tmp/disk, offset: ${i}MiB, length: 1MiB}"
	  done
	} >/tmp/vblade.yaml
	TIMEFORMAT='check %U %S'
	time vblade --check /tmp/vblade.yaml >/dev/null
	mkfifo /tmp/ready
	vblade --config /tmp/vblade.yaml --socket /tmp/socket --notify-fd 9 9>/tmp/ready &
	read -r -t 100 </tmp/ready
	echo "seen $(aoe scan --interface peer1 --timeout 5s --json | grep -c '"target"')"
	child=$(<"/proc/$!/task/$!/children")
	awk '/^VmRSS:/ {sum += $2} END {print "resident", sum}' "/proc/$!/status" "/proc/${child% }/status"
	END
  run on_gentoo bash /thousand
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"seen 1000"* ]]
  # The processor's time, not the clock's, which runs on while others compute.
  is 1 awk '/^check/ {print ($2 + $3 < 1)}' <<<"$output"
  is 1 awk '/^resident/ {print ($2 < 64 * 1024)}' <<<"$output"
}

@test "the user's CXXFLAGS have the last word in everything that is installed" {
  gentoo_fresh
  # shellcheck disable=SC2016 # the shell on the machine expands it
  run with_overlay env CXXFLAGS="-O3 -fno-plt" bash -c 'for package in sys-block/vblade sys-block/aoetools sys-fs/aoe-mount; do
    ebuild /srv/aoe-storage/$package/*-2026.11.ebuild configure || exit
    cp /var/tmp/portage/$package-2026.11/work/*_build/compile_commands.json /${package#*/}.json
  done'
  [ "$status" -eq 0 ]
  local package
  for package in vblade aoetools aoe-mount; do
    echo "$package"
    [ "$(jq -r '.[].command' "$container/upper/$package.json" | grep -oE ' -(O[^ ]*|fno-plt)' | sort | uniq -c | awk '{print $2, ($1 > 20)}')" = "-O3 1
-fno-plt 1" ]
  done
}

@test "no other file appears on the machine" {
  # Portage's own: its data bases and logs, and what env-update and ldconfig make of /etc/env.d after every merge.
  local portages='^\./(var/(db/pkg|cache/(binpkgs|edb|ccache|ldconfig)|lib/portage|log|tmp)|etc/((passwd|group|g?shadow|sub[ug]id)-?|\.pwd\.lock|csh\.env|profile\.env|environment\.d|ld\.so\.(cache|conf).*|prelink\.conf\.d|portage)|tmp|run)(/|$)'
  diff -u <(for package in "${PACKAGES[@]}"; do files_of "$upper" "$package"; done | sort) \
    <(cd "$upper" && find . ! -type d | sort | comm -13 "$EMERGED/before" - | grep -vE "$portages" | cut -c2-)
}

@test "init scripts are executable, YAML is for root to write, programs find their libraries" {
  [ "$(cd "$upper" && stat -c '%a %U:%G %n' etc/init.d/* etc/conf.d/*)" = "755 root:root etc/init.d/aoe-mount
755 root:root etc/init.d/vblade
644 root:root etc/conf.d/aoe-mount
644 root:root etc/conf.d/aoe-mount.yaml
644 root:root etc/conf.d/vblade
644 root:root etc/conf.d/vblade.yaml" ]
  gentoo_emerged
  run on_gentoo bash -c 'for program in vblade vbladectl aoe aoe-mount; do ldd "$(type -P $program)" || exit; done'
  [ "$status" -eq 0 ]
  [[ $output != *"not found"* ]]
}

@test "an edited vblade.yaml is kept when vblade is emerged again" {
  gentoo_emerged
  local yaml=$container/upper/etc/conf.d/vblade.yaml
  printf 'shelf: 7\n' >>"$yaml"
  cp "$yaml" "$BATS_TEST_TMPDIR/mine"
  run with_overlay emerge vblade
  [ "$status" -eq 0 ]
  [[ $output == *"IMPORTANT: config file '/etc/conf.d/vblade.yaml' needs updating."* ]]
  [[ $output != *"rc-update add"* ]] # the first steps are behind this machine
  cmp "$yaml" "$BATS_TEST_TMPDIR/mine"
  cmp "$container/upper/etc/conf.d/._cfg0000_vblade.yaml" "$ROOT/conf.d/vblade.yaml"
}

@test "unmerging leaves nothing behind but what the user edited, and udev reads its rules anew" {
  gentoo_emerged
  printf 'shelf: 7\n' >>"$container/upper/etc/conf.d/vblade.yaml"
  printf '#!/bin/sh\necho "$*" >>/udevadm-was-told\n' >"$container/upper/usr/bin/udevadm"
  chmod 755 "$container/upper/usr/bin/udevadm"
  run on_gentoo bash -c 'mkdir -p /run/udev && emerge --unmerge vblade aoetools aoe-mount'
  echo "$output"
  [ "$status" -eq 0 ]
  is "control --reload" cat "$container/upper/udevadm-was-told"
  diff -u - <(for package in sys-block/vblade sys-block/aoetools sys-fs/aoe-mount; do files_of "$EMERGED/upper" $package-2026.11; done |
    while read -r file; do [[ ! -f $container/upper$file && ! -L $container/upper$file ]] || echo "$file"; done) <<-END
	/etc/conf.d/vblade.yaml
	END
  [ ! -d "$container/upper/var/lib/vblade" ]
  grep -qx 'shelf: 7' "$container/upper/etc/conf.d/vblade.yaml"
}

# A machine that does not know this repository, and has the binary packages that EMERGED made of it.
gentoo_with_binaries() {
  gentoo_fresh
  on_gentoo true
  cp -a "$EMERGED/upper/var/cache/binpkgs" "$container/upper/var/cache/"
}

# ROOT has from binary packages what EMERGED has from sources.
has_the_packages() { # ROOT
  local package
  [ "$(cd "$1/var/db/pkg" && echo */*)" = "${PACKAGES[*]}" ]
  for package in "${PACKAGES[@]}"; do
    diff -u <(files_of "$upper" "$package") <(files_of "$1" "$package")
    files_of "$upper" "$package" | while read -r file; do cmp "$upper$file" "$1$file" || exit; done
  done
  grep ^vblade: "$1/etc/passwd"
}

@test "binary packages: emerge --usepkgonly installs them on a machine that does not know this repository" {
  gentoo_with_binaries
  run on_gentoo emerge --usepkgonly vblade aoetools
  [ "$status" -eq 0 ]
  [[ $output != *PORTDIR_OVERLAY* ]] # the updates come from where the binary packages do
  has_the_packages "$container/upper"
  [[ $(on_gentoo vblade --version) == vblade* ]]
}

@test "binary packages: ROOT=/other installs them there, and nothing here" {
  gentoo_with_binaries
  mkdir -p "$container/upper/other/etc"
  touch "$container/upper"/other/etc/{passwd,group,shadow,gshadow}
  run on_gentoo env ROOT=/other emerge --usepkgonly vblade aoetools
  [ "$status" -eq 0 ]
  [[ $output != *PORTDIR_OVERLAY* ]] # the updates come from where the binary packages do
  has_the_packages "$container/upper/other"
  [ ! -e "$container/upper/var/db/pkg/sys-block" ]
  [ ! -e "$container/upper/usr/sbin/vblade" ]
  ! grep ^vblade: "$container/upper/etc/passwd"
}

@test "USE=-mount leaves aoe-mount out" {
  gentoo_fresh
  run with_overlay env USE=-mount emerge --pretend aoetools
  [ "$status" -eq 0 ]
  [[ $output == *"sys-block/aoetools-2026.11"* ]]
  [[ $output != *aoe-mount* ]]
}

@test "a machine that knows vblade by its name of 2005 moves on to sys-block/vblade" {
  gentoo_fresh
  mkdir -p "$container"/{root,work,upper/var/lib/portage}
  cp -a "$EMERGED/upper/." "$container/upper"
  (cd "$container/upper/var/db/pkg" && mv sys-block/vblade-2026.11 sys-fs/ && echo sys-fs >sys-fs/vblade-2026.11/CATEGORY)
  rm -r "$container/upper/var/cache/edb"
  echo sys-fs/vblade >"$container/upper/var/lib/portage/world"
  run with_overlay emerge --pretend --update @world
  [ "$status" -eq 0 ]
  [ -d "$container/upper/var/db/pkg/sys-block/vblade-2026.11" ]
  [ ! -d "$container/upper/var/db/pkg/sys-fs/vblade-2026.11" ]
  is sys-block/vblade cat "$container/upper/var/lib/portage/world"
}

# On the machine itself: takeover.bats.
@test "vblade-25 in another ROOT is upgraded, and the links of its services lead to the new script there" {
  gentoo_fresh
  local other=$container/upper/srv/other
  run on_gentoo bash -c 'mkdir -p /srv/other && ROOT=/srv/other emerge --oneshot vblade'
  [ "$status" -eq 0 ]
  ln -s /etc/init.d/vblade.vblade0 "$other/etc/init.d/vblade.home"
  run with_overlay env ROOT=/srv/other emerge --oneshot --update vblade
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(cd "$other/var/db/pkg/sys-block" && echo *)" = vblade-2026.11 ]
  is vblade readlink "$other/etc/init.d/vblade.vblade0"
  [[ ! -L $container/upper/etc/init.d/vblade.vblade0 ]]
  [[ $output == *" * The daemons of vblade-25 are still running."* ]]
}

@test "after the first emerge, each package says the next steps" {
  [[ $(cat "$EMERGED/log") == *" * List the exports in /etc/conf.d/vblade.yaml, then:
 *   vblade --check /etc/conf.d/vblade.yaml
 *   rc-update add vblade default
 *   rc-service vblade start
 * or, with systemd: systemctl enable --now vblade"* ]]
  [[ $(cat "$EMERGED/log") == *" * To mount it at every boot: /etc/conf.d/aoe-mount.yaml, then
 *   rc-update add aoe-mount default"* ]]
  [[ $(cat "$EMERGED/log") == *" * List the mounts in /etc/conf.d/aoe-mount.yaml, then:
 *   aoe-mount --check /etc/conf.d/aoe-mount.yaml
 *   rc-update add aoe-mount default
 *   rc-service aoe-mount start
 * or, with systemd: systemctl enable --now aoe-mount"* ]]
}

unregistered=" * Portage finds the repository aoe-storage only while PORTDIR_OVERLAY is set. Without it there
 * are no updates of vblade, and the next update of the machine takes vblade and aoetools from
 * ::gentoo again. To register the repository for good, run:
 *   /srv/aoe-storage/overlay/register"

@test "PORTDIR_OVERLAY in the environment is no registration: the packages warn, and say how to register" {
  [[ $(cat "$EMERGED/log") == *"$unregistered"* ]]
  [[ $(cat "$EMERGED/log") == *" * are no updates of aoe-mount, and"* ]]
  [[ $(cat "$EMERGED/log") == *" * are no updates of aoetools, and"* ]]
}

@test "a kernel without the driver, or without packet sockets: the ebuilds say what to switch on" {
  gentoo_fresh
  run with_overlay bash -c 'mkdir /tmp/linux; echo "VERSION = 6" >/tmp/linux/Makefile; echo "# CONFIG_PACKET is not set" >/tmp/linux/.config; export KERNEL_DIR=/tmp/linux
    for package in sys-block/vblade sys-block/aoetools sys-fs/aoe-mount; do ebuild /srv/aoe-storage/$package/*-2026.11.ebuild setup || exit; done'
  [ "$status" -eq 0 ]
  [[ $output == *"vblade serves through packet sockets. Switch on CONFIG_PACKET:"*"Networking support > Networking options > Packet socket"* ]]
  is 2 grep -c "AoE disks need the kernel's driver. Switch on CONFIG_ATA_OVER_ETH (as module or built in):" <<<"$output"
  run with_overlay bash -c 'mkdir /tmp/linux; echo "VERSION = 6" >/tmp/linux/Makefile; printf "CONFIG_PACKET=y\nCONFIG_ATA_OVER_ETH=m\n" >/tmp/linux/.config; export KERNEL_DIR=/tmp/linux
    for package in sys-block/vblade sys-block/aoetools sys-fs/aoe-mount; do ebuild /srv/aoe-storage/$package/*-2026.11.ebuild setup || exit; done'
  [ "$status" -eq 0 ]
  [[ $output != *"Switch on"* ]]
}
