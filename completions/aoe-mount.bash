# bash completion for aoe-mount

# Offers the lines of stdin that begin with the current word. Some are names from files and the network: compgen -W would run
# a "$(command)" in them.
_aoe_mount_offer() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -z $line || $line != "${COMP_WORDS[COMP_CWORD]}"* ]] || COMPREPLY+=("$line")
  done
}

_aoe_mount_entries() { # SYSFS-PATTERN
  local path
  for path in "${sysfs_dir:-/sys}"/$1; do
    [[ ! -e $path ]] || echo "${path##*[/!]}"
  done
}

# Disks of the driver, and the partitions on them.
_aoe_mount_devices() {
  _aoe_mount_entries 'block/etherd!e*'
  _aoe_mount_entries 'block/etherd!e*/etherd!e*p*'
}

# What stands in the configuration that these words name.
_aoe_mount_mountpoints() {
  local index file=/etc/conf.d/aoe-mount.yaml
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ ${COMP_WORDS[index]} == @(-c|--config) ]] && file=${COMP_WORDS[index + 1]}
  done
  sed -nE "s/^[^#]*mountpoint: *['\"]?([^],}'\"#]*[^],}'\"# ]).*/\1/p" "$file" 2>/dev/null || :
}

_aoe_mount() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} offers="" options="--help"
  local index words=0
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    offers="up down status add remove attach abft guard" options="--help --version --check"
  else
    for ((index = 2; index < COMP_CWORD; index++)); do
      case ${COMP_WORDS[index]} in
      -[cotwi] | --config | --options | --type | --wait | --interface) ((index++)) ;;
      -*) ;;
      *) ((words += 1)) ;;
      esac
    done
    case $before in
    -c | --config | --check)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    -t | --type | -w | --wait | -o | --options) return ;;
    -i | --interface)
      _aoe_mount_offer < <(_aoe_mount_entries 'class/net/*')
      return
      ;;
    esac
    case $command in
    up | guard) options+=" --config" ;;
    down) options+=" --config --all --shutdown" ;;
    status) options+=" --config --json" ;;
    attach) options+=" --interface --wait" offers=$(_aoe_mount_devices) ;;
    add)
      options+=" --config --type --options --wait --bind --fsck --no-fsck --required --no-required"
      case $words in
      0) offers="$(_aoe_mount_devices) UUID= LABEL=" ;;
      1) [[ $word == -* ]] || mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
      esac
      ;;
    remove)
      options+=" --config"
      if ((words == 0)) && [[ $word != -* ]]; then
        _aoe_mount_offer < <(_aoe_mount_mountpoints)
        return
      fi
      ;;
    esac
  fi
  [[ $word == -* ]] && offers=$options
  [[ -z $offers ]] || _aoe_mount_offer < <(tr -s ' \n' '\n' <<<"$offers")
}

complete -o filenames -F _aoe_mount aoe-mount
