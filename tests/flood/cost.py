"""What fairness costs: processor time a request of this tree's vblade against an older one, A B in turn."""

import json
import math
import subprocess
from pathlib import Path
from statistics import mean, median, stdev

import lab
from servers import Ours

DEPTH = 32


def microseconds_a_request(program, backing, options, write_percent):
    lab.VBLADE = program
    server = Ours(sync="none")
    try:
        server.start(backing)
        argv = [lab.TOOLS / "aoe-load", "run", "--target", "1.0", "--depth", DEPTH, "--sectors", backing.mib * 2048,
                "--warm-up", 0, "--spin", 0, "--write-percent", write_percent]
        lab.run(lab.on_client([*argv, "--seconds", 0.05]))
        before = nanoseconds(server.pids)
        done = subprocess.run(lab.on_client([*argv, "--seconds", options.seconds]), capture_output=True, text=True,
                              check=True, **lab.APART)
        sample = json.loads(done.stdout)
        return (nanoseconds(server.pids) - before) / 1000 / max(sample["reads"] + sample["writes"], 1)
    finally:
        server.stop()


def nanoseconds(pids):
    """As lab.cpu_seconds, by the scheduler, which counts finer than ticks; of threads that have ended nothing is known."""
    return sum(int(file.read_text().split()[0]) for pid in pids for file in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def compare(options):
    ours, before = lab.VBLADE, options.cost.resolve()
    for name, write_percent in (("read", 0), ("write", 100)):
        with lab.Backing(options.backing, 64) as backing:
            backing.settle(True)
            ratios = []
            for turn in range(options.rounds):
                pair = [ours, before] if turn % 2 else [before, ours]  # neither is always the first
                cost = {program: microseconds_a_request(program, backing, options, write_percent) for program in pair}
                ratios.append(cost[ours] / cost[before])
        half = 1.96 * stdev(ratios) / math.sqrt(len(ratios)) if len(ratios) > 1 else math.inf
        print(f"{name}: {median(ratios):.4f} of the older program's processor time a request (median of {len(ratios)} pairs),\n"
              f"  95 % interval of the mean {mean(ratios) - half:.4f} to {mean(ratios) + half:.4f}; goal: under 1.04")
    return 0
