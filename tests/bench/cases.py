"""What is measured, and what each measurement must show. A case is one set of servers over one backing; each of its
loads makes one row of the report."""

from dataclasses import dataclass, field

from servers import BesideHanging, Classic, Disk, NbdServer, Nbdkit, Null, Ours, Tgt

JUMBO = 9000
SECTORS = {1500: 2, JUMBO: 16}  # a request, by MTU


@dataclass(frozen=True)
class Load:
    depth: int
    sectors: int = 2
    sequential: bool = False
    write_percent: int = 0
    spread: bool = False  # over all exports, not the first alone
    ip_sectors: int = 0  # a request's size for NBD and iSCSI, where it is not the frame's

    @property
    def text(self):
        kind = ("sequential " if self.sequential else "random ") + ("write" if self.write_percent else "read")
        return f"{kind}, depth {self.depth}" + (", spread" if self.spread else "")


@dataclass(frozen=True)
class Goal:
    """`better` over `worse` in `column`, as the geometric mean over the rows of these depths, is at least `least` or,
    where less is better, at most `most`. Without `worse` it is the figure itself."""

    better: str
    worse: str = ""
    least: float = 0
    most: float = 0
    column: str = "iops"
    depths: tuple = ()
    writes: bool | None = None

    def picks(self, load):
        return (not self.depths or load.depth in self.depths) and self.writes in (None, load.write_percent > 0)


@dataclass
class Case:
    name: str
    title: str
    servers: list
    loads: list
    backing: tuple = ("file", 256)
    cached: bool = True
    mtu: int = 1500
    goals: list = field(default_factory=list)
    quick: bool = True
    verifiable: bool = True
    ip: bool = False
    # Threads of the kernel do the disk's work, like those of a loop device: who goes ahead of them starves the disk.
    kernel_works: bool = False


def cached_reads(mtu, least):
    sectors = SECTORS[mtu]
    return Case(
        f"cached-read-{mtu}", f"Random read from the page cache, MTU {mtu}",
        [Ours(sync="none"), Classic(), Null(), Null("null, spinning", 50)],
        [Load(depth, sectors) for depth in (1, 8, 32, 128)], mtu=mtu,
        goals=[Goal("ours", "vblade", least, depths=(8, 32, 128)),
               Goal("ours", "vblade", 1.3, depths=(32,)),
               Goal("ours", "null", 0.80, depths=(8, 32, 128)),
               Goal("ours", "vblade", 3.0, depths=(1,)),
               Goal("ours", "vblade", most=0.6, column="cpu_s_per_gb", depths=(32,))])


def cached_writes(mtu):
    return Case(
        f"cached-write-{mtu}", f"Random write to the page cache (sync: none), MTU {mtu}",
        [Ours(sync="none"), Classic()],
        [Load(depth, SECTORS[mtu], write_percent=100) for depth in (8, 32, 128)], mtu=mtu,
        goals=[Goal("ours", "vblade", 1.45)])


def direct(mtu, deep, single, writes):
    sectors = SECTORS[mtu]
    return Case(
        f"direct-loop-{mtu}", f"Direct I/O, loop device, MTU {mtu}",
        [Ours(sync="none", direct="true"), Classic("vblade -d", ["-d"]), Disk("--direct=1")],
        [Load(1, sectors), Load(32, sectors), Load(32, sectors, write_percent=100)],
        backing=("loop", 256), cached=False, mtu=mtu, kernel_works=True,
        goals=[Goal("ours", "vblade -d", deep, depths=(32,), writes=False),
               Goal("ours", "vblade -d", single, depths=(1,)),
               Goal("ours", "vblade -d", writes, writes=True)])


def against_ip(mtu, least):
    sectors = SECTORS[mtu]
    return Case(
        f"ip-{mtu}", f"Against NBD and iSCSI, {sectors * 512} bytes a request, MTU {mtu}",
        [Ours(sync="none"), NbdServer(), Nbdkit(), Tgt()],
        [Load(1, sectors), Load(32, sectors)], mtu=mtu, quick=False, ip=True, verifiable=False,
        goals=[Goal("ours", "nbd-server", least, depths=(32,)), Goal("ours", "nbdkit", least, depths=(32,)),
               Goal("ours", "tgt", 1.0, depths=(32,)),
               Goal("ours", "nbd-server", most=1.0, column="cpu_s_per_gb", depths=(32,)),
               Goal("ours", "nbdkit", most=1.0, column="cpu_s_per_gb", depths=(32,)),
               Goal("ours", "tgt", most=1.0, column="cpu_s_per_gb", depths=(32,))])


CASES = [
    cached_reads(1500, 1.7),
    cached_reads(JUMBO, 1.5),
    cached_writes(1500),
    cached_writes(JUMBO),
    Case("sequential", "Sequential, page cache, MTU 1500", [Ours(sync="none"), Classic()],
         [Load(depth, sequential=True, write_percent=write) for write in (0, 100) for depth in (32, 128)],
         goals=[Goal("ours", "vblade", 1.8)]),
    direct(1500, 2.7, 2.0, 3.0),
    direct(JUMBO, 2.0, 1.5, 2.2),
    Case("direct-disk", "Direct random read, file on the machine's disk, MTU 1500",
         [Ours(sync="none", direct="true"), Classic("vblade -d", ["-d"]), Disk("--direct=1")], [Load(32)], cached=False,
         kernel_works=True, goals=[Goal("ours", "vblade -d", 4.0)]),
    Case("durable", "Durable random write (sync: write), file on the machine's disk, MTU 1500",
         [Ours(sync="write"), Ours("ours, direct", sync="write", direct="true"), Classic("vblade -s", ["-s"]),
          Classic("vblade -d -s", ["-d", "-s"]), Disk("--fdatasync=32")], [Load(32, write_percent=100)],
         kernel_works=True,
         goals=[Goal("ours, direct", "vblade -s", 8.0), Goal("ours, direct", "vblade -d -s", 8.0),
                Goal("ours", "vblade -s", 8.0)]),
    Case("many-exports", "4,096 exports in one process, page cache, MTU 1500",
         [Ours("one export", sync="none"), Ours("64 exports", exports=64, sync="none"),
          Ours("4,096 exports", exports=4096, sync="none")],
         [Load(32), Load(32, spread=True)], backing=("file", 1024), verifiable=False,
         goals=[Goal("4,096 exports", "one export", 0.95), Goal("64 exports", "one export", 0.95),
                Goal("4,096 exports", most=96, column="own_mib")]),
    Case("many-processes", "256 exports on one interface: one process of ours, 256 of vblade",
         [Ours(exports=256, sync="none"), Classic(exports=256)], [Load(32, spread=True)], verifiable=False,
         quick=False, goals=[Goal("ours", "vblade", 8.0)]),
    Case("hanging-disk", "Page cache, next to an export whose disk does not answer",
         [Ours("alone", sync="none"), BesideHanging("next to one that hangs", sync="none")],
         [Load(8), Load(32)], verifiable=False,
         goals=[Goal("next to one that hangs", "alone", most=2.0, column="p99_us")]),
    against_ip(1500, 3.0),
    against_ip(JUMBO, 2.0),
    Case("large", "Large sequential reads: what TCP's segmentation offload wins", [Ours(sync="none"), Nbdkit()],
         [Load(128, 16, sequential=True, ip_sectors=128)], mtu=JUMBO, quick=False, ip=True,
         verifiable=False),
]
