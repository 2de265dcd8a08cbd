# Our target on the server of veth.bash: what it is given, what it holds. serve.bash starts and stops it.

# shellcheck source=tests/lab/net/veth.bash
source "$(dirname "${BASH_SOURCE[0]}")/veth.bash"
# shellcheck source=tests/lab/net/frames.bash
source "$(dirname "${BASH_SOURCE[0]}")/frames.bash"
# shellcheck source=tests/lab/serve.bash
source "$(dirname "${BASH_SOURCE[0]}")/../serve.bash"

# The process that serves: it is behind the front, $SERVER or another.
serving() { pgrep --parent "${1:-$SERVER}"; } # [FRONT]

# Writes vblade.yaml: shelf 1 on $INTERFACES, such as eth0, eth1 or "eth*" with its quotes.
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
