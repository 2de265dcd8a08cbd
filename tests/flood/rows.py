"""What is measured: a neighbour that takes all it can, and what an honest client must keep of its own speed."""

from dataclasses import dataclass

FULL, FAST, STATE = 450_000, 60_000, 2_000  # frames a second


@dataclass(frozen=True)
class Row:
    name: str
    goal: float  # the least share of its own speed alone
    kind: str = ""  # of aoe-flood; empty: a greedy client that waits for its replies
    rate: int = FULL  # as far as the processor makes them
    sources: int = 1
    depth: int = 32  # of the honest client
    most_p99_us: float = 0  # 0: no limit
    target: str = "1.0"  # of the flood


ROWS = [
    Row("greedy, 1,000 in flight", 0.25, depth=1, most_p99_us=1000),
    # The floor: the kernel drops these, so what is lost is the processor that both clients share.
    Row("junk", 0, "read", target="9.9"),
    *[Row(kind, 0.35, kind) for kind in ("read", "write", "flush", "verify", "identify", "config")],
    *[Row(kind, 0.35, kind, FAST) for kind in ("trim", "chain", "spread")],
    *[Row(kind, 0.8, kind, STATE) for kind in ("set-config", "mask", "reserve")],
    # Nothing tells these from as many hosts; the figure is in SECURITY.md.
    Row("read, 1,000 addresses", 0, "read", sources=1000),
    Row("write, 1,000 addresses", 0, "write", sources=1000),
    Row("trim, 1,000 addresses", 0, "trim", FAST, sources=1000),
]
