"""Turns the samples of a run into a table for the terminal, docs/benchmarks.md and its plots."""

import json
import math
from statistics import median

import lab
import plot

DOCS = lab.ROOT / "docs"


def value(samples, column="iops"):
    return median(sample[column] for sample in samples)


def ratio(better, worse, column="iops"):
    """Round by round, so that what slows a round slows both: median, least, most."""
    pairs = [a[column] / b[column] for a, b in zip(better, worse) if b[column]]
    return (median(pairs), min(pairs), max(pairs)) if pairs else (math.nan, math.nan, math.nan)


def geometric_mean(values):
    return math.exp(sum(math.log(max(one, 1e-9)) for one in values) / len(values))


def judge(case, rows, goal):
    """The goal in words, what was reached, and whether that is enough."""
    picked = [rows[load.text] for load in case.loads if goal.picks(load)]
    if goal.worse:
        reached = geometric_mean([ratio(row[goal.better], row[goal.worse], goal.column)[0] for row in picked])
    else:
        reached = max(value(row[goal.better], goal.column) for row in picked)
    depths = "depth " + ", ".join(map(str, goal.depths)) if goal.depths else ""
    kind = {None: "", True: "write", False: "read"}[goal.writes]
    where = " ".join(word for word in (kind, depths) if word)
    limit = f"at least {goal.least:g}" if goal.least else f"at most {goal.most:g}"
    words = f"{goal.better}{' / ' + goal.worse if goal.worse else ''} in {COLUMNS[goal.column]}"
    return f"{words}{' (' + where + ')' if where else ''}: {limit}", reached, (
        reached >= goal.least if goal.least else reached <= goal.most)


COLUMNS = {"iops": "IOPS", "cpu_s_per_gb": "CPU s per GB", "own_mib": "MiB of its own", "p99_us": "p99"}


def table_of(case, found):
    """Rows of cells: one per load and server."""
    first = case.servers[0].name
    for load in case.loads:
        row = found["rows"][load.text]
        for server in case.servers:
            samples = row[server.name]
            cells = [load.text, server.name, f"{value(samples):,.0f}", f"{value(samples, 'bytes_per_second') / 1e6:,.0f}",
                     f"{value(samples, 'p50_us'):,.1f}", f"{value(samples, 'p99_us'):,.1f}",
                     f"{value(samples, 'cpu_s_per_gb'):.2f}", f"{value(samples, 'own_mib'):,.0f}",
                     f"{sum(sample['retransmissions'] for sample in samples)}", f"{value(samples, 'lost'):.0%}"]
            if server.name == first:
                cells.append("")
            else:
                middle, least, most = ratio(row[first], samples)
                cells.append(f"{middle:.2f} ({least:.2f}-{most:.2f})")
            yield cells


def heads(case):
    return ["load", "server", "IOPS", "MB/s", "p50 us", "p99 us", "CPU s/GB", "MiB", "resent", "lost", f"{case.servers[0].name} / it"]


def to_terminal(case, found):
    rows = [heads(case), *table_of(case, found)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    print(f"\n{case.title}")
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) if i in (0, 1, 10) else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))))
    for goal in case.goals:
        words, reached, met = judge(case, found["rows"], goal)
        print(f"  {'met   ' if met else 'MISSED'}  {words}; here {reached:.2f}")


def goals_missed(cases, results):
    found = {one["name"]: one for one in results["cases"]}
    missed = []
    for case in cases:
        for goal in case.goals:
            words, reached, met = judge(case, found[case.name]["rows"], goal)
            if not met:
                missed.append(f"{case.name}: {words}; here {reached:.2f}")
    return missed


def disturbance(results):
    """What the machine's host took from the samples that count, in a sentence."""
    shares = [sample["lost"] for case in results["cases"] for row in case["rows"].values() for samples in row.values()
              for sample in samples]
    return (f"The host took {median(shares):.1%} of the time from the median sample, {max(shares):.0%} from the worst. "
            f"Samples that lost over {lab.CALM:.0%} were repeated while time allowed, and the calmest one counts.")


def one_sample_a_line(value, indent=""):
    """JSON for people who compare two runs: what holds no other list or object is one line."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(part, (dict, list)) for part in parts):
        return json.dumps(value)
    inner = indent + " "
    texts = [f"{json.dumps(key)}: {one_sample_a_line(part, inner)}" for key, part in value.items()] if isinstance(value, dict) \
        else [one_sample_a_line(part, inner) for part in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return first + "\n" + ",\n".join(inner + text for text in texts) + f"\n{indent}{last}"


def publish(cases, results):
    found = {one["name"]: one for one in results["cases"]}
    machine = results["machine"]
    lines = [
        "# Benchmarks", "",
        "<!-- Written by tests/bench/run --publish from docs/benchmarks/results.json; do not edit. -->", "",
        "vblade and other targets run in turn (A B A B), in two network namespaces joined by a veth pair. The server has one core,",
        "the load the other. A figure is the median of its rounds. A ratio is computed for each round; its spread is in brackets.",
        "\"Lost\" is the time in which the host of a virtual machine kept one of the two cores; IOPS and MB/s exclude it. A veth pair",
        "is memory and not a network card, so read the ratios, not the absolute figures.", "",
        "[Where the time goes, and why rows miss their goals](benchmarks/explanation.md) is written by hand.", "",
        f"Machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory_mib'] // 1024} GiB, Linux {machine['kernel']}; "
        f"load average before: {machine['load_before']:.1f}.",
        f"To repeat: `{results['command'].strip()}` ({results['rounds']} rounds of {results['seconds']:g} s, "
        f"{results.get('took_s', 0) / 60:.0f} minutes).", ""]
    lines += [disturbance(results), ""]
    if machine["load_before"] > 1:
        lines += ["**The machine was busy with other work before this run: take its figures as a first look.**", ""]
    directory = DOCS / "benchmarks"
    directory.mkdir(exist_ok=True)
    (directory / "results.json").write_text(one_sample_a_line(results) + "\n")
    for case in cases:
        lines += [f"## {case.title}", ""]
        if len({load.depth for load in case.loads}) > 2:
            picture = plot.by_depth(case, found[case.name]["rows"], value)
            (directory / f"{case.name}.svg").write_text(picture)
            lines += [f"![{case.title}](benchmarks/{case.name}.svg)", ""]
        lines += ["| " + " | ".join(heads(case)) + " |", "|" + "---|" * len(heads(case))]
        lines += ["| " + " | ".join(cells) + " |" for cells in table_of(case, found[case.name])]
        lines.append("")
        for goal in case.goals:
            words, reached, met = judge(case, found[case.name]["rows"], goal)
            lines.append(f"- {'Met' if met else '**Missed**'}: {words}; here {reached:.2f}")
        lines.append("")
    (DOCS / "benchmarks.md").write_text("\n".join(lines).rstrip() + "\n")
    print(f"written: {DOCS / 'benchmarks.md'}")
