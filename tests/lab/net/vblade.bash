# Targets on the server of veth.bash.

# shellcheck source=tests/lab/net/veth.bash
source "$(dirname "${BASH_SOURCE[0]}")/veth.bash"
# shellcheck source=tests/lab/net/frames.bash
source "$(dirname "${BASH_SOURCE[0]}")/frames.bash"

# Starts our vblade, which is $VBLADE, waits until it says that it is ready, and keeps its id in $SERVER. `ready`, `out` and `err`
# stand in the working directory. SERVED_IN is the command that becomes vblade, if not vblade itself.
SERVED_IN=()
serve() { # WORD...
  local ready said told=0
  [[ -p ready ]] || mkfifo ready
  # shellcheck disable=SC2094 # it is a pipe
  exec {ready}<>ready {said}<ready # both ends are open before it starts: no word is lost, and its end is seen
  start_on_server "${SERVED_IN[@]}" "$VBLADE" "$@" --notify-fd "$ready" >out 2>err {said}<&-
  # shellcheck disable=SC2034 # for the stories
  SERVER=$STARTED
  exec {ready}>&-
  IFS= read -r -t 60 -u "$said" || told=$?
  exec {said}<&-
  ((told == 0)) || { # nothing comes of a server that ended
    cat out err
    return 1
  }
}

# The process that serves: it is behind the front, $SERVER or another.
serving() { pgrep --parent "${1:-$SERVER}"; } # [FRONT]

# The same with vblade.yaml, state and control socket in the working directory.
serve_file() { serve --config vblade.yaml --socket "$PWD/vblade.sock" --state "$PWD/state" "$@"; }

# Writes that vblade.yaml: shelf 1 on $INTERFACES, such as eth0, eth1 or "eth*" with its quotes.
INTERFACES=eth0
configure() { # EXPORT, as YAML...
  printf 'shelf: 1\ninterfaces: [%s]\nexports:\n' "$INTERFACES"
  printf '  - %s\n' "$@"
} >vblade.yaml

# vbladectl, with the server of serve_file.
ctl() { "$VBLADECTL" --socket "$PWD/vblade.sock" "$@"; }

# Lays what stands in ./seen/etc, say, over the server's own /etc, for the server alone.
# shellcheck disable=SC2016 # the inner shell expands it
server_sees() { # NAME...
  SERVED_IN=(bash -euc 'for name in $2; do mount -t overlay -o "lowerdir=$1/$name:/$name" own "/$name"; done; exec "${@:3}"'
    bash "$PWD/seen" "$*")
}

# Ends the server and hands on its status.
stop_server() { # SIGNAL
  local status=0
  kill -"$1" "$SERVER"
  wait "$SERVER" || status=$?
  cat err
  return "$status"
}

# Starts a target of any make by the command line that all have, and waits until it says that it serves.
serve_with() { # PROGRAM SHELF SLOT INTERFACE FILE
  local said=$BATS_TEST_TMPDIR/$2.$3.$4.said
  start_on_server "$@" >>"$said" 2>&1
  within 30 grep -q "e$2.$3, .* sectors" "$said"
}
