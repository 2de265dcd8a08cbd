# Raw AoE frames from the client's namespace of veth.bash, for stories about a target that no tool can tell; by eth0, or by
# $VIA; with $CLIENT as the source address, if there is one. An answer may take 3 seconds, or $PATIENCE.
#
#   frames read SHELF SLOT SECTOR COUNT       the data on stdout, or "status 0xNN error 0xNN", or "no reply"
#   frames write SHELF SLOT SECTOR COUNT      data from stdin (when it is no terminal), padded with zeros
#   frames identify SHELF SLOT                "status 0xNN error 0xNN"
#   frames identity SHELF SLOT                "serial '...', model '...', name ..."; the serial with its blanks
#   frames config SHELF SLOT                  "N buffers, N sectors a frame"
#   frames writes SHELF SLOT SECTOR COUNT TIMES   zeros, one write after the other: "N done, M failed"
#   frames sectors SHELF SLOT SECTOR COUNT PID
#                                             reads so many sectors, each alone, while the process PID is stopped; then lets
#                                             it go on: "N answered, M failed"
#   frames flush SHELF SLOT                   as identify
#   frames health SHELF SLOT                  what SMART says: "passed" or "failing"
#   frames trim SHELF SLOT SECTOR COUNT       as identify
#   frames stream SHELF SLOT                  reads, one after the other, until stdin ends: "N answered, M lost"
#   frames silence SHELF SLOT                 reads 50 times a second, "answered" when it is the first time, until stdin
#                                             ends: the longest time without an answer, "N ms"
#   frames burden SHELF SLOT REQUESTS         so many reads of the first 64 MiB, with no wait for answers
#   frames flood SHELF SLOT COUNT             so many reads at once: "N asked, N answered"
#   frames storm SHELF SLOT                   every command with every length and flag, and random ones

# shellcheck source=tests/lab/setup.bash
source "$(dirname "${BASH_SOURCE[0]}")/../setup.bash"

frames() {
  on_client python3 "$LAB/net/frames.py" "${VIA:-eth0}" "$@"
}
