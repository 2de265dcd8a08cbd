# Two network namespaces, the server's and the client's, joined by veth pairs, for bats tests and the benchmark.
#
#   make_namespaces [MTU]       makes $SERVER_NS and $CLIENT_NS, joined by eth0 <-> eth0
#   add_cable NAME [MTU]        one more cable; the interface has this name on both sides
#   on_server CMD...            runs CMD in the server's namespace; on_client likewise
#   in_namespace NS CMD...
#   start_on_server CMD...      in the background; its process id is in $STARTED. start_on_client likewise
#   remove_namespaces           ends what runs in them and takes them away: what a test's teardown does, if it has no other
#
# Interfaces carry no addresses and no traffic of the kernel's own. Names are unique for each caller, so that
# tests may run side by side; what a killed run left behind goes with the next.

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

SERVER_NS="" CLIENT_NS=""

# Skips the test, with the reason, where no namespaces can be made.
need_namespaces() {
  need_root "it makes network namespaces"
  need ip
  ip netns add "aoe-$$-probe" 2>/dev/null || skip "needs a kernel that makes network namespaces here"
  ip netns del "aoe-$$-probe"
}

_sweep_namespaces() {
  local name pid
  while read -r name _; do
    [[ $name =~ ^aoe-([0-9]+)- ]] || continue
    pid=${BASH_REMATCH[1]}
    [[ -d /proc/$pid ]] || ip netns del "$name" 2>/dev/null || true
  done < <(ip netns list)
}

make_namespaces() {
  local mtu=${1:-1500} ns unique=aoe-$$-${BATS_TEST_NUMBER:-0}
  need_namespaces
  _sweep_namespaces
  SERVER_NS=$unique-server CLIENT_NS=$unique-client
  # shellcheck disable=SC2034 # for serve.bash
  server_place=(ip netns exec "$SERVER_NS")
  for ns in "$SERVER_NS" "$CLIENT_NS"; do
    ip netns del "$ns" 2>/dev/null || true
    ip netns add "$ns"
    ip netns exec "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip -n "$ns" link set lo up
  done
  add_cable eth0 "$mtu"
}

add_cable() { # NAME [MTU]
  local name=$1 mtu=${2:-1500}
  ip -n "$SERVER_NS" link add "$name" mtu "$mtu" type veth peer name "$name" mtu "$mtu" netns "$CLIENT_NS"
  ip -n "$SERVER_NS" link set "$name" up
  ip -n "$CLIENT_NS" link set "$name" up
}

in_namespace() { # NS CMD...
  ip netns exec "$@"
}
on_server() { in_namespace "$SERVER_NS" "$@"; }
on_client() { in_namespace "$CLIENT_NS" "$@"; }

# `ip netns exec` becomes CMD, so that $STARTED is CMD's own process id. bats' descriptor 3 stays with bats.
# shellcheck disable=SC2034 # the caller reads it
start_on_server() {
  ip netns exec "$SERVER_NS" "$@" 3>&- &
  STARTED=$!
}
# shellcheck disable=SC2034
start_on_client() {
  ip netns exec "$CLIENT_NS" "$@" 3>&- &
  STARTED=$!
}

remove_namespaces() {
  local ns pids
  for ns in "$SERVER_NS" "$CLIENT_NS"; do
    [[ -n $ns ]] || continue
    mapfile -t pids < <(ip netns pids "$ns" 2>/dev/null)
    if ((${#pids[@]})); then kill -KILL "${pids[@]}" 2>/dev/null || true; fi
    ip netns del "$ns" 2>/dev/null || true
  done
  SERVER_NS="" CLIENT_NS=""
}

teardown() { remove_namespaces; }
