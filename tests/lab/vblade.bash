# Targets on the server of tests/lab/veth.bash, which comes first.

# Starts our vblade, which is $VBLADE, waits until it says that it is ready, and keeps its id in $SERVER. `ready`, `out` and `err`
# stand in the working directory.
serve() { # WORD...
  local ready said told=0
  [[ -p ready ]] || mkfifo ready
  # shellcheck disable=SC2094 # it is a pipe
  exec {ready}<>ready {said}<ready # both ends are open before it starts: no word is lost, and its end is seen
  start_on_server "$VBLADE" "$@" --notify-fd "$ready" >out 2>err {said}<&-
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

# Starts a target of any make by the command line that all have, and waits until it says that it serves.
serve_with() { # PROGRAM SHELF SLOT INTERFACE FILE
  local said=$BATS_TEST_TMPDIR/$2.$3.$4.said
  start_on_server "$@" >>"$said" 2>&1
  within 30 grep -q "e$2.$3, .* sectors" "$said"
}
