# bash completion for aoe and the classic names of its commands

# Offers the lines of stdin that begin with the current word. Some are names from files and the network: compgen -W would run
# a "$(command)" in them.
_aoe_offer() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -z $line || $line != "${COMP_WORDS[COMP_CWORD]}"* ]] || COMPREPLY+=("$line")
  done
}

_aoe_devices() {
  local path
  for path in "${sysfs_dir:-/sys}"/block/etherd\!e*; do
    [[ -e $path ]] && echo "${path##*\!}"
  done
}

_aoe_shelves() {
  _aoe_devices | sed 's/^e//; s/\..*//' | sort -un
}

# What aoecfg and aoeping take, in this order: SHELF SLOT INTERFACE, of the driver's devices; or, behind `aoe`, e1.0 [INTERFACE...].
_aoe_address() { # FIRST: the index of the first word behind the command
  local index word words=() device
  for ((index = $1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    case $word in
    -[csSt]) ((index++)) ;;
    -*) ;;
    *) words+=("$word") ;;
    esac
  done
  [[ ${words[0]-} != e*.* ]] || {
    _aoe_interfaces
    return
  }
  case ${#words[@]} in
  0) if (($1 == 2)); then _aoe_devices; else _aoe_shelves; fi ;;
  1)
    for device in $(_aoe_devices); do
      [[ $device == "e${words[0]}."* ]] && echo "${device#*.}"
    done
    ;;
  2) _aoe_interfaces ;;
  esac
}

_aoe_interfaces() {
  local path
  for path in "${sysfs_dir:-/sys}"/class/net/*; do
    [[ -e $path ]] && echo "${path##*/}"
  done
}

_aoe() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[0]##*/} first=1
  local commands="stat doctor discover scan wait map top ping cfg mask reserve sancheck dump bench interfaces revalidate flush
    mkdevs mkshelf coraid-update version help"
  if [[ $command == aoe ]]; then
    if ((COMP_CWORD == 1)); then
      mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
      return
    fi
    command=${COMP_WORDS[1]} first=2
  fi
  command=${command#aoe-} command=${command#aoe}

  local offers="" options="--help"
  case $before in
  -i | --interface)
    _aoe_offer < <(_aoe_interfaces)
    return
    ;;
  -r | --read | -w | --write | --plot | --svg)
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
    ;;
  esac
  case $command in
  discover) options+=" --json" ;;
  mkdevs | mkshelf | coraid-update)
    options+=" --json"
    # The first word is a directory or a file, and so is the device of coraid-update.
    if [[ $word != -* ]] && { [[ $command != mkshelf ]] || ((COMP_CWORD == first)); }; then
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
    fi
    offers=$(_aoe_shelves)
    ;;
  stat) options+=" --json" offers=$(_aoe_devices) ;;
  doctor) options+=" --interface --timeout --offline --json" offers=$(_aoe_devices) ;;
  top) options+=" --delay --count --json" ;;
  map) options+=" --svg --json" offers=$(_aoe_devices) ;;
  wait) options+=" --timeout --quiet --passive --json" offers=$(_aoe_devices) ;;
  flush) options+=" --all --json" offers=$(_aoe_devices) ;;
  revalidate) options+=" --json" offers=$(_aoe_devices) ;;
  interfaces) options+=" --clear --json" offers=$(_aoe_interfaces) ;;
  scan) options+=" --interface --timeout --watch --json" offers=$(_aoe_devices) ;;
  mask) options+=" --interface --timeout --json" offers="list add remove clear" ;;
  reserve) options+=" --interface --timeout --json" offers="list set force release" ;;
  dump) options+=" --interface --read --write --count --json" ;;
  bench)
    options+=" --interface --duration --depth --sectors --sequential --write --overwrite --verify --plot --json"
    offers=$(_aoe_devices)
    ;;
  ping) options="-i -I -v -s -S -t --json --help" offers=$(_aoe_address "$first") ;;
  cfg)
    options="-c -s -t --json --help" offers=$(_aoe_address "$first")
    # It takes an interface alone, too.
    ((COMP_CWORD == first)) && offers+=" $(_aoe_interfaces)"
    ;;
  version) options+=" --json" ;;
  sancheck) options+=" -v --timeout --json" ;;
  esac
  [[ $command == @(mask|reserve) ]] && ((COMP_CWORD == first)) && offers=$(_aoe_devices)
  [[ $command == cfg && $before == -c ]] && options="" offers="read test prefix set fset"
  [[ $command == ping && $before == -S ]] &&
    options="" offers="read_data offline_immediate read_log write_log enable disable return_status"
  [[ $word == -* ]] && offers=$options
  _aoe_offer < <(tr -s ' \n' '\n' <<<"$offers")
}

complete -F _aoe aoe aoe-discover aoe-flush aoe-interfaces aoe-mkdevs aoe-mkshelf aoe-revalidate aoe-sancheck aoe-stat aoe-version \
  aoecfg aoeping coraid-update
