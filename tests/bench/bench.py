"""Measures the cases in turn, A B A B, and reports ratios within one run. Started by tests/bench/run."""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

import lab
import report
import servers
from cases import CASES

RESULTS = lab.ROOT / "build/bench-results"


def machine():
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    return {"cpu": cpu, "cores": os.cpu_count(), "memory_mib": memory, "kernel": platform.release(),
            "load_before": float(os.environ.get("AOE_LOAD_BEFORE", os.getloadavg()[0]))}


class Patience:
    """A virtual machine's host takes its cores away now and then, and a sample during which it did measures the host.
    Such a sample is taken again, up to so many times, while there is time left for that; the calmest counts."""

    TRIES = 10

    def __init__(self, seconds):
        self.seconds = seconds

    def calmest(self, take):
        best = take()
        for _ in range(self.TRIES - 1):
            if best["lost"] <= lab.CALM or self.seconds <= 0:
                break
            begin = time.monotonic()
            best = min(best, take(), key=lambda sample: sample["lost"])
            self.seconds -= time.monotonic() - begin
        return best


def take(case, server, backing, load, options, seed):
    """One sample of one load on a running server."""
    cpu, stolen, begin = lab.cpu_seconds(server.pids), lab.stolen_seconds(), time.monotonic()
    sample = servers.load(server, backing, load, case.mtu, options.seconds, options.warm_up, verify=options.verify,
                          seed=seed)
    server.check()
    wall = time.monotonic() - begin
    # The process ran for the warm-up, too, at the same pace.
    ran = (lab.cpu_seconds(server.pids) - cpu) * sample["seconds"] / (sample["seconds"] + options.warm_up)
    lost = lab.lost_share(stolen, lab.stolen_seconds(), wall)
    for rate in ("iops", "bytes_per_second"):
        sample[rate] /= 1 - lost
    return sample | {"cpu_s_per_gb": ran / max(sample["bytes"], 1) * 1e9, "own_mib": lab.own_mib(server.pids, backing),
                     "wall_s": wall, "lost": lost}


def measure(case, server, backing, options, seed):
    """One fresh start of one server, and one sample of each load."""
    backing.settle(case.cached)
    try:
        server.start(backing)
        server.ready()
        return {load.text: options.patience.calmest(lambda load=load: take(case, server, backing, load, options, seed))
                for load in case.loads}
    finally:
        server.stop()


def run_case(case, options):
    lab.set_mtu(case.mtu)
    lab.set_addresses(case.ip)
    lab.ahead = not case.kernel_works
    rows = {load.text: {server.name: [] for server in case.servers} for load in case.loads}
    with lab.Backing(*case.backing) as backing:
        for turn in range(options.rounds):
            for server in case.servers:
                print(f"\r\033[K{case.title}: round {turn + 1} of {options.rounds}, {server.name}", end="",
                      file=sys.stderr, flush=True)
                for text, sample in measure(case, server, backing, options, seed=turn + 1).items():
                    rows[text][server.name].append(sample)
    print("\r\033[K", end="", file=sys.stderr)
    return {"name": case.name, "rows": rows}


def verify(cases, options):
    """Every block that any of our servers or peers returns is compared. No figure of such a run counts."""
    wrong = 0
    for case in cases:
        case.servers = [one for one in case.servers if not one.is_limit]
        for text, by_server in run_case(case, options)["rows"].items():
            for name, samples in by_server.items():
                blocks = sum(sample["reads"] + sample["writes"] for sample in samples)
                bad = sum(sample["mismatches"] + sample["errors"] for sample in samples)
                print(f"{'WRONG' if bad else 'right'}  {case.name}: {text}: {name}: {blocks} requests, {bad} wrong")
                wrong += bad
    print("every block was right" if not wrong else f"{wrong} blocks were wrong")
    return 1 if wrong else 0


def options_of(argv):
    parser = argparse.ArgumentParser(prog="tests/bench/run", description="Ours and its peers, side by side.")
    parser.add_argument("--full", action="store_true", help="all cases, not those of the ten minutes alone")
    parser.add_argument("--case", action="append", metavar="NAME", help="this case; may be repeated")
    parser.add_argument("--list", action="store_true", help="name the cases and end")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each sample")
    parser.add_argument("--warm-up", type=float, default=0.15)
    parser.add_argument("--patience", type=lambda text: Patience(float(text)), default=Patience(180), metavar="SECONDS",
                        help="in all, for samples to be taken again because the host took the cores away (180)")
    parser.add_argument("--verify", action="store_true", help="compare every block instead of measuring")
    parser.add_argument("--publish", action="store_true", help="write docs/benchmarks.md and its plots from this run")
    parser.add_argument("--report", metavar="JSON", help="measure nothing: report what a former run found")
    return parser.parse_args(argv)


def chosen(options):
    if not options.case:
        return [case for case in CASES if options.full or case.quick]
    known = {case.name: case for case in CASES}
    for name in options.case:
        if name not in known:
            sys.exit(f"there is no case {name}; there are: {', '.join(known)}")
    return [known[name] for name in options.case]


def main(argv):
    options = options_of(argv)
    cases = chosen(options)
    if options.list:
        print("\n".join(f"{case.name:18} {case.title}" for case in cases))
        return 0
    if options.report:
        results = json.loads(Path(options.report).read_text())
        cases = [case for case in CASES if case.name in {one["name"] for one in results["cases"]}]
    else:
        lab.WORK.mkdir(parents=True, exist_ok=True)
        if options.verify:
            return verify([case for case in cases if case.verifiable], options)
        begin = time.monotonic()
        results = {"command": "tests/bench/run " + " ".join(argv), "machine": machine(), "rounds": options.rounds,
                   "seconds": options.seconds, "cases": []}
        for case in cases:
            results["cases"].append(run_case(case, options))
            report.to_terminal(case, results["cases"][-1])
        results["took_s"] = round(time.monotonic() - begin)
        RESULTS.mkdir(parents=True, exist_ok=True)
        (RESULTS / "results.json").write_text(json.dumps(results, indent=1))
    missed = report.goals_missed(cases, results)
    print(f"\nresults: {RESULTS / 'results.json'}   again: {results['command']}")
    print(report.disturbance(results))
    print("every goal is met" if not missed else f"{len(missed)} goals are missed:\n  " + "\n  ".join(missed))
    if options.publish:
        report.publish(cases, results)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
