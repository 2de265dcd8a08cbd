# Our vblade on the server of tests/lab/veth.bash, which comes first. $VBLADE is the program; `ready`, `out` and `err` stand in the
# working directory.

# Starts it, waits until it says that it is ready, and keeps its id in $SERVER.
serve() { # WORD...
  mkfifo ready 2>/dev/null || true
  start_on_server bash -c 'exec 9<>ready; exec "$@" --notify-fd 9' bash "$VBLADE" "$@" >out 2>err
  # shellcheck disable=SC2034 # for the stories
  SERVER=$STARTED
  [ "$(timeout 60 head -n 1 ready | wc -l)" -eq 1 ] || { # nothing comes of a server that ended
    cat out err
    return 1
  }
}
