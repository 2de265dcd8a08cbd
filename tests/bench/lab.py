"""The two machines of the benchmark, and what lies on the server's disks."""

import os
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "build/bench/tests/bench"
VBLADE = ROOT / "build/bench/src/vblade/vblade"
WORK = ROOT / "build/bench-work"

SERVER_NS = os.environ.get("SERVER_NS", "")
CLIENT_NS = os.environ.get("CLIENT_NS", "")
SERVER_CORE, CLIENT_CORE = "0", "1"
MIB = 1 << 20
# Whether servers and loads go ahead of whatever else the machine does, the kernel's threads among it.
ahead = True
CALM = 0.03  # a sample that lost no more than this share of its time to the host is as good as any


def on_core(namespace, core, argv):
    """`ip`, `nice` and `taskset` each become the next one, so that the process id is the program's own."""
    priority = ["nice", "-n", "-20"] if ahead else []
    return ["ip", "netns", "exec", namespace, *priority, "taskset", "-c", core, *map(str, argv)]


def on_server(argv):
    return on_core(SERVER_NS, SERVER_CORE, argv)


def on_client(argv):
    return on_core(CLIENT_NS, CLIENT_CORE, argv)


def prefer(pid="self"):
    """Priority counts among the sessions of a machine first, where the kernel groups by session."""
    if not ahead:
        return
    try:
        Path(f"/proc/{pid}/autogroup").write_text("-20")
    except OSError:
        pass


# How servers and loads are started, all peers alike.
APART = {"start_new_session": True, "preexec_fn": prefer}


def run(argv, **how):
    return subprocess.run([str(word) for word in argv], check=True, text=True, capture_output=True, **how).stdout


def mac_of(namespace, interface="eth0"):
    return run(["ip", "netns", "exec", namespace, "cat", f"/sys/class/net/{interface}/address"]).strip()


def set_mtu(mtu):
    for namespace in (SERVER_NS, CLIENT_NS):
        run(["ip", "-n", namespace, "link", "set", "eth0", "mtu", mtu])


def set_addresses(wanted):
    """IP addresses, for the peers that need IP: never while Ethernet alone is measured."""
    for namespace, address in ((SERVER_NS, "10.9.0.1/24"), (CLIENT_NS, "10.9.0.2/24")):
        run(["ip", "-n", namespace, "address", "flush", "dev", "eth0"])
        if wanted:
            run(["ip", "-n", namespace, "address", "add", address, "dev", "eth0"])


class Backing:
    """What is exported: `file` on the machine's disk, `memory` in tmpfs, `loop` a loop device over a file in tmpfs.
    Every sector holds the pattern that aoe-load --verify expects."""

    def __init__(self, kind, mib):
        self.kind, self.mib, self.sectors = kind, mib, mib * 2048
        directory = WORK if kind == "file" else Path("/dev/shm")
        self.file = directory / f"aoe-bench-{os.getpid()}-{kind}-{mib}.img"
        self.path = self.file
        self.device = None

    def __enter__(self):
        run([TOOLS / "aoe-load", "prepare", self.file, self.mib * MIB])
        if self.kind == "loop":
            self.device = run(["losetup", "--find", "--show", self.file]).strip()
            self.path = Path(self.device)
        return self

    def settle(self, cached):
        """The same start for each server: nothing dirty, and everything (or nothing) in the page cache."""
        run(["sync", self.path])
        with open(self.path, "rb") as backing:
            if cached:
                while backing.read(MIB):
                    pass
            else:
                os.posix_fadvise(backing.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def __exit__(self, *_):
        if self.device:
            run(["losetup", "--detach", self.device])
        self.file.unlink(missing_ok=True)


def children(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def cpu_seconds(pids):
    """The time that these processes have run, with all their threads (the kernel's io_uring workers among them) and
    their children that have ended."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
    return ticks / os.sysconf("SC_CLK_TCK")


def stolen_seconds():
    """What the host has kept of the server's and of the load's core for itself, as far as it says so."""
    lines = [line.split() for line in Path("/proc/stat").read_text().splitlines()]
    ticks = {fields[0]: int(fields[8]) for fields in lines if fields[0].startswith("cpu")}
    return [ticks[f"cpu{core}"] / os.sysconf("SC_CLK_TCK") for core in (SERVER_CORE, CLIENT_CORE)]


def lost_share(before, after, wall):
    """The share of the time in which one core of the two, at least, was away: then the other waits for it."""
    there = 1.0
    for begin, end in zip(before, after):
        there *= max(1 - (end - begin) / wall, 0.01)
    return 1 - there


def own_mib(pids, backing):
    """What these processes take: all that is resident, page tables too, but for the page cache's pages of the backing, which
    are there whether they look at them or not."""
    kib = 0
    for pid in pids:
        of_backing = False
        for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
            if not line[0].isupper():
                of_backing = line.endswith(str(backing.path))
            elif line.startswith("Rss:") and not of_backing:
                kib += int(line.split()[1])
        status = Path(f"/proc/{pid}/status").read_text()
        kib += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmPTE:"))
    return kib / 1024


def wait_until(condition, seconds, what):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} within {seconds} s")
        time.sleep(0.02)
