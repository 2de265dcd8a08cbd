# bash completion for vbladectl

# Offers the lines of stdin that begin with the current word. Some are names from files and the network: compgen -W would run
# a "$(command)" in them.
_vbladectl_offer() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -z $line || $line != "${COMP_WORDS[COMP_CWORD]}"* ]] || COMPREPLY+=("$line")
  done
}

# The exports of the running server. Its answer holds what hosts of the network have set, so nothing but an address is taken.
_vbladectl_exports() {
  local index socket=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ ${COMP_WORDS[index]} != --socket ]] || socket=(--socket "${COMP_WORDS[index + 1]}")
  done
  "${COMP_WORDS[0]}" "${socket[@]}" --json status 2>/dev/null | grep -oE '"address": ?"e[0-9]+\.[0-9]+"' | grep -oE 'e[0-9]+\.[0-9]+' || :
}

_vbladectl() {
  local word=${COMP_WORDS[COMP_CWORD]} index offers="" options="--help --version --socket --json --prometheus"
  local -a words=()
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case ${COMP_WORDS[index]} in
    --socket | --count) ((index++)) ;;
    -*) ;;
    *) words+=("${COMP_WORDS[index]}") ;;
    esac
  done
  case ${COMP_WORDS[COMP_CWORD - 1]} in
  --socket)
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
    ;;
  --count) return ;;
  esac
  case ${#words[@]},${words[0]-} in
  0,* | 1,help) offers="status stats top reload config mask reserve drain" ;;
  1,config | 1,mask | 1,reserve | 1,drain) offers=$(_vbladectl_exports) ;;
  2,config) offers="list set clear" ;;
  2,mask) offers="list add remove clear" ;;
  2,reserve) offers="list set release" ;;
  esac
  [[ ${words[0]-} != top ]] || options+=" --count"
  ((${#words[@]} == 0)) || options=${options/ --version/}
  [[ $word != -* ]] || offers=$options
  _vbladectl_offer < <(tr -s ' \n' '\n' <<<"$offers")
}

complete -o filenames -F _vbladectl vbladectl
