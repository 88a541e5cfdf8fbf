"""`dafeng run` as a whole process: wall time, CPU and peak memory, and where the time goes.

    python benchmarks/run.py

Each turn starts in an empty folder: statistics into the ledger, accounts, indicators, boards, page and workbook. The
targets are 60 s on two cores and 1 GB, and 20 s for the self-assessment of a province, from an empty folder too;
`dafeng --version` is the floor, and a second run in the same folder finds the statistics there already.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

from harness import DATA, Cost, cost_of, machine, median, table

FOLDER = DATA / "run-workspace"
TARGET_WALL_S, TARGET_PEAK_MB = 60.0, 1000.0
FIRST, AGAIN, START = "dafeng run", "dafeng run, again", "dafeng --version"
ASSESS = "dafeng assess CN-HE --year 2021"
TARGET_ASSESS_S = 20.0


def steps() -> None:
    """In a child: seconds by step, as the command itself goes through them."""
    from dafeng.catalog import word
    from dafeng.cli.run import run

    began: list[tuple[str, float]] = []
    run(FOLDER, True, lambda step: began.append((word(step, "en"), time.perf_counter())))
    ends = [at for _, at in began[1:]] + [time.perf_counter()]
    print(json.dumps({name: end - at for (name, at), end in zip(began, ends, strict=True)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--steps", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.steps:
        steps()
        return
    print(machine(), flush=True)
    dafeng = [sys.executable, "-m", "dafeng"]
    costs: dict[str, list[Cost]] = {START: [], ASSESS: [], FIRST: [], AGAIN: []}
    said: list[dict[str, float]] = []
    written = 0.0
    for turn in range(given.repeat):
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.parent.mkdir(parents=True, exist_ok=True)
        costs[START].append(cost_of([*dafeng, "--version"]))
        costs[ASSESS].append(cost_of([*dafeng, "assess", "CN-HE", "--year", "2021", "--workspace", FOLDER]))
        shutil.rmtree(FOLDER)
        for name in (FIRST, AGAIN):
            costs[name].append(cost_of([*dafeng, "run", "--workspace", FOLDER]))
        written = sum(path.stat().st_size for path in (FOLDER / "reports").iterdir()) / 1e6
        shutil.rmtree(FOLDER)
        said.append(cost_of([sys.executable, Path(__file__).resolve(), "--steps"]).said)
        print(f"  {turn + 1}/{given.repeat}: wall {costs[FIRST][-1].wall:.1f} s", file=sys.stderr, flush=True)
    shutil.rmtree(FOLDER)
    print(f"\n{table(costs, START)}\n")
    wall, peak = median(costs[FIRST], "wall"), max(cost.peak_mb for cost in costs[FIRST])
    print(f"Against the targets: {wall:.1f} of {TARGET_WALL_S:.0f} s, {peak:.0f} of {TARGET_PEAK_MB:.0f} MB; "
          f"{written:.1f} MB of reports. A self-assessment from nothing: {median(costs[ASSESS], 'wall'):.1f} of "
          f"{TARGET_ASSESS_S:.0f} s.\n")  # fmt: skip
    print("| step | median wall s |\n|---|---|")
    for step in said[0]:
        print(f"| {step} | {sorted(turn[step] for turn in said)[len(said) // 2]:.2f} |")


if __name__ == "__main__":
    main()
