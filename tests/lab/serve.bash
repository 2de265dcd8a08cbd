# One way to start a target and to wait until it serves, in a namespace of net/veth.bash or on the wire of guest/guest.bash.
#
#   serve [--as NAME] [--program PROGRAM] WORD...
#       Starts vblade, which is $VBLADE, with these words, and keeps its process id in $SERVER. What it says is in `out` and
#       `err` of the test's directory. Of a server with a NAME all is in files: NAME.pid, NAME.out and NAME.err. PROGRAM is a
#       target of another make. Fails, and shows what was said, when the target ends or does not say that it serves.
#   serve_file [--as NAME] [WORD...]   the same with vblade.yaml, control socket and state in the working directory
#   stop_server SIGNAL [NAME]          ends it, shows what it had to complain of, and returns its status
#
# SERVED_IN is a command that becomes vblade, if not vblade itself.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/setup.bash"

# The command that enters the namespace of the servers: a prefix, so that $! is the server itself.
server_place=()
SERVED_IN=()

serve() {
  local name="" program="" said id
  while [[ ${1-} == --as || ${1-} == --program ]]; do
    if [[ $1 == --as ]]; then name=$2; else program=$2; fi
    shift 2
  done
  said=$BATS_TEST_TMPDIR/${name:+$name.}
  rm -f "${said}out" "${said}err" # those of a server that still runs stay its own
  if [[ $program ]]; then serve_other "$program" "$@"; else serve_ours "$@"; fi || {
    cat "${said}out" "${said}err"
    return 1
  }
  echo "$id" >"$(server_id_file "$name")"
  # shellcheck disable=SC2034 # for the stories
  [[ $name ]] || SERVER=$id
}

# vblade tells a pipe when it is ready; the pipe's end is that of a server which ended before.
serve_ours() { # WORD...
  local pipe=$BATS_TEST_TMPDIR/ready ready told status=0
  [[ -p $pipe ]] || mkfifo "$pipe"
  # shellcheck disable=SC2094 # it is a pipe
  exec {ready}<>"$pipe" {told}<"$pipe" # both ends are open before it starts: no word is lost
  "${server_place[@]}" "${SERVED_IN[@]}" "$VBLADE" "$@" --notify-fd "$ready" >"${said}out" 2>"${said}err" {told}<&- 3>&- &
  id=$!
  exec {ready}>&-
  IFS= read -r -t 100 -u "$told" || status=$?
  exec {told}<&-
  return "$status"
}

# The line that every target prints when it serves: "pid 7: e1.0, 2048 sectors O_RDWR".
serve_other() { # PROGRAM WORD...
  "${server_place[@]}" "$@" >"${said}out" 2>"${said}err" 3>&- &
  id=$!
  within 30 grep -qs 'e[0-9.]*, .* sectors' "${said}out" "${said}err"
}

serve_file() {
  serve "$@" --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state"
}

server_id_file() { echo "$BATS_TEST_TMPDIR/${1:-server}.pid"; } # [NAME]

stop_server() { # SIGNAL [NAME]
  local pid status=0
  pid=$(<"$(server_id_file "${2-}")")
  rm "$(server_id_file "${2-}")"
  kill -"$1" "$pid"
  wait "$pid" 2>/dev/null || status=$?
  # Another shell of this test may have started it (bats's run): then nobody can wait for it.
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  cat "$BATS_TEST_TMPDIR/${2:+$2.}err"
  return "$status"
}
