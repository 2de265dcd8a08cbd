# bash completion for vblade and vbladed

# Offers the lines of stdin that begin with the current word. Some are names from files and the network: compgen -W would run
# a "$(command)" in them.
_vblade_offer() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -z $line || $line != "${COMP_WORDS[COMP_CWORD]}"* ]] || COMPREPLY+=("$line")
  done
}

_vblade_interfaces() {
  local path
  for path in "${sysfs_dir:-/sys}"/class/net/*; do
    [[ ! -e $path ]] || echo "${path##*/}"
  done
}

_vblade() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} index words=0
  local options="--help --version -b -o -l -m -d -s -r --force --socket --state --user --spin --notify-fd"
  COMPREPLY=()
  # shelf, slot, netif, filename
  for ((index = 1; index < COMP_CWORD; index++)); do
    case ${COMP_WORDS[index]} in
    -[bolm] | --socket | --state | --user | --spin | --notify-fd | --config | --check | --into | --only) ((index++)) ;;
    -*) ;;
    *) ((words += 1)) ;;
    esac
  done
  case $before in
  --config | --check | --socket)
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
    ;;
  --state | --into)
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
    return
    ;;
  --user)
    mapfile -t COMPREPLY < <(compgen -u -- "$word")
    return
    ;;
  -[bolm] | --spin | --notify-fd | --only) return ;;
  esac
  if [[ ${COMP_WORDS[0]} != *vbladed ]]; then
    options+=" --config --check --import"
    [[ " ${COMP_WORDS[*]} " != *" --import "* ]] || options="--help --version --into --only"
  fi
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  elif [[ " ${COMP_WORDS[*]} " == *" --import "* ]] || ((words == 3)); then
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  elif ((words == 2)); then
    _vblade_offer < <(_vblade_interfaces)
  elif ((words == 0 && COMP_CWORD == 1)) && [[ -z $word && ${COMP_WORDS[0]} != *vbladed ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--config --check --import --help --version" -- "$word")
  fi
}

complete -o filenames -F _vblade vblade vbladed
