"""Measures an honest client alone and beside a flood, in turn, and reports the ratio. Started by tests/flood/run."""

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

import cost  # noqa: E402
import lab  # noqa: E402
from everybody import ask_all  # noqa: E402
from rows import ROWS  # noqa: E402
from servers import Ours  # noqa: E402

FLOOD = lab.ROOT / "build/bench/tests/flood/aoe-flood"
MIB = 64


def honest(depth, seconds, interface="eth0", target="1.0"):
    """One sample of the client whose share is measured. It sleeps while it waits, as clients do."""
    argv = [lab.TOOLS / "aoe-load", "run", "--interface", interface, "--target", target, "--depth", depth,
            "--sectors", MIB * 2048, "--seconds", seconds, "--warm-up", 0.1, "--spin", 0]
    done = subprocess.run(lab.on_client(argv), capture_output=True, text=True, timeout=seconds + 30, **lab.APART)
    if done.returncode != 0:
        return {"iops": 0.0, "p99_us": float("inf")}  # nothing at all is answered
    return json.loads(done.stdout)


def flood_command(row, seconds):
    if not row.kind:
        return [lab.TOOLS / "aoe-load", "run", "--interface", "greedy", "--depth", 1000, "--sectors", MIB * 2048,
                "--seconds", seconds, "--spin", 0]
    return [FLOOD, "--kind", row.kind, "--rate", row.rate, "--seconds", seconds, "--sources", row.sources,
            "--target", row.target, "--server", lab.mac_of(lab.SERVER_NS), "--honest", lab.mac_of(lab.CLIENT_NS),
            "--sectors", MIB * 2048]


def begin_flood(row, seconds):
    """On the honest client's core, behind it: what the honest client needs of that core it has."""
    argv = ["ip", "netns", "exec", lab.CLIENT_NS, "taskset", "-c", lab.CLIENT_CORE, *map(str, flood_command(row, seconds))]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, start_new_session=True)


def frames_a_second(row, output):
    said = json.loads(output) if output.strip() else {}
    return said["sent"] / said["seconds"] if "sent" in said else said.get("iops", 0)


def measure(row, options):
    """One fresh start of the server: the honest client alone, then beside the flood."""
    with lab.Backing(options.backing, MIB) as backing:
        backing.settle(True)
        # A mask or a reservation of an earlier flood would keep the clients of this one out.
        shutil.rmtree(lab.WORK / "state", ignore_errors=True)
        server = Ours(sync=options.sync)
        try:
            server.start(backing)
            alone = honest(row.depth, options.seconds)
            flood = begin_flood(row, options.seconds + 0.6)
            time.sleep(0.2)  # it has to be at its full rate; nothing tells when
            beside = honest(row.depth, options.seconds)
            rate = frames_a_second(row, flood.communicate(timeout=60)[0])
            server.check()
        finally:
            server.stop()
    return {"alone": alone, "beside": beside, "rate": rate, "ratio": beside["iops"] / max(alone["iops"], 1e-9)}


def summary(row, samples):
    value = {"row": row.name, "goal": row.goal, "samples": samples,
             "alone": median(one["alone"]["iops"] for one in samples),
             "beside": median(one["beside"]["iops"] for one in samples),
             "p99_us": median(one["beside"]["p99_us"] for one in samples),
             "rate": median(one["rate"] for one in samples),
             "ratio": median(one["ratio"] for one in samples)}
    value["met"] = value["ratio"] >= row.goal and not 0 < row.most_p99_us < value["p99_us"]
    return value


def show(found):
    verdict = "" if found["goal"] == 0 else "met" if found["met"] else "MISSED"
    goal = f"{found['goal']:.2f}" if found["goal"] else ""
    print(f"{found['row']:29}{found['rate']:8,.0f}{found['alone']:8,.0f}{found['beside']:8,.0f}{found['ratio']:7.3f}"
          f"{goal:>5}{min(found['p99_us'], 9.9e6):8,.0f} {verdict}", flush=True)


def options_of(argv):
    parser = argparse.ArgumentParser(prog="tests/flood/run", description="An honest client beside a flood.")
    parser.add_argument("--row", action="append", metavar="NAME", help="rows whose name begins so; may be repeated")
    parser.add_argument("--list", action="store_true", help="name the rows and end")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each sample")
    parser.add_argument("--sync", default="write", choices=("write", "flush", "none"), help="of the export (write)")
    parser.add_argument("--backing", default="file", choices=("file", "memory", "loop"), help="what is exported (file)")
    parser.add_argument("--vblade", type=Path, help="the program to measure, instead of this tree's")
    parser.add_argument("--cost", type=Path, metavar="PROGRAM",
                        help="measure processor time a request against this older vblade instead")
    parser.add_argument("--json", action="store_true", help="print the samples as one JSON object")
    return parser.parse_args(argv)


def main(argv):
    options = options_of(argv)
    names = options.row or [""]
    rows = [row for row in ROWS if any(row.name.startswith(name) for name in names)]
    asks = any("everybody asks".startswith(name) for name in names)
    if options.list:
        print("\n".join([*(row.name for row in rows), *(["everybody asks"] if asks else [])]))
        return 0
    lab.WORK.mkdir(parents=True, exist_ok=True)
    if options.vblade:
        lab.VBLADE = options.vblade.resolve()
    if options.cost:
        return cost.compare(options)
    found = []
    if not options.json:
        print(f"{'neighbour':29}{'its/s':>8}{'alone/s':>8}{'beside':>8}{'ratio':>7}{'goal':>5}{'p99 us':>8}")
    for row in rows:
        found.append(summary(row, [measure(row, options) for _ in range(options.rounds)]))
        if not options.json:
            show(found[-1])
    everybody = ask_all(options, FLOOD) if asks else None
    if options.json:
        print(json.dumps({"rows": found, "everybody_asks": everybody}))
    elif everybody:
        print(f"1,000 hosts ask 1,000 exports: the longest READ took {everybody['longest_us'] / 1000:,.1f} ms (goal 20),\n"
              f"{everybody['answers']:,} of {everybody['wanted']:,} answers came in {everybody['seconds']:.1f} s (goal 10 s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
