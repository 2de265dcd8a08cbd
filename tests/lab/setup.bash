# For what comes by itself in its own time.

# Retries CMD until it succeeds, for at most SECONDS.
within() { # SECONDS CMD...
  local until=$((SECONDS + $1 + 1))
  shift
  until "$@"; do
    ((SECONDS < until)) || return 1
    sleep 0.05
  done
}
