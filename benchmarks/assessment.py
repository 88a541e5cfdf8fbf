"""Decomposition against PyLMDI, and Monte Carlo against time and memory.

    python benchmarks/assessment.py --pylmdi FOLDER     LMDI with the peer, and Monte Carlo
    python benchmarks/assessment.py                     without the peer

PyLMDI is in no package registry: clone the public repository xiwangxiang/PyLMDI (commit c4c4d8e was used; Apache-2.0)
and name its folder, the one with PyLMDI.py. Both decompose the same seeded table, 24,000 cells and five factors between
two years, in turns within one process, imports outside; the results must agree. The peer's multiplicative form adds up
all cells again for every cell, so that its time grows with their square: it is given 1,000 cells, and so are we beside
it. Monte Carlo draws 1,000 lines of activity and coefficient 10,000 times, each run in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from harness import cost_of, machine

from dafeng.assessment.lmdi import lmdi
from dafeng.assessment.monte_carlo import monte_carlo
from dafeng.assessment.uncertainty import Lines, Spread, approach_1

CELLS, FEW, FACTORS = 24_000, 1_000, 5
LINES, DRAWS, CATEGORIES = 1_000, 10_000, 20
YEARS = (2023, 2024)
BOUND_MS, BOUND_RATIO, BOUND_S, AGREE = 10.0, 50.0, 2.0, 1e-9
KINDS = {
    "normal": ("normal",),
    "lognormal": ("lognormal",),
    "triangular": ("triangular",),
    "all three": ("normal", "lognormal", "triangular"),
}


def table(cells: int) -> Any:
    """Five factors over two years, no zeros: the peer cannot have them."""
    return np.random.default_rng(2030).lognormal(0, 0.5, (FACTORS, 2, cells))


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def decomposition(folder: Path | None, repeat: int) -> list[str]:
    """Markdown rows; stops where a bound is not kept or the results differ."""
    rows = []
    for form, cells in (("additive", CELLS), ("multiplicative", CELLS), ("multiplicative", FEW)):
        x = table(cells)
        compared = folder is not None and (form == "additive" or cells == FEW)
        theirs_once = peer(folder, x, form) if folder and compared else None
        ours: list[list[float]] = []
        theirs: list[float] = []
        for _ in range(repeat):
            ours.append([seconds(partial(lmdi, x, YEARS, form=form)) for _ in range(5)])
            if theirs_once:
                theirs.append(seconds(theirs_once))
        median = 1e3 * statistics.median(t for turn in ours for t in turn)
        shown = [f"LMDI-I {form}", f"{cells:,}", f"{median:.2f}", f"{1e3 * max(t for turn in ours for t in turn):.2f}"]
        if median > BOUND_MS:
            raise SystemExit(f"{form}: {median:.1f} ms, bound {BOUND_MS} ms")
        if theirs_once:
            ratios = [slow / statistics.median(turn) for slow, turn in zip(theirs, ours, strict=True)]
            effects = lmdi(x, YEARS, form=form).effects[1]
            off = float(np.max(np.abs(effects / np.array(theirs_once()[1:], dtype=float) - 1)))
            shown += [
                f"{1e3 * statistics.median(theirs):.0f}",
                f"{statistics.median(ratios):.0f}",
                f"{min(ratios):.0f}",
                f"{off:.0e}",
            ]
            if statistics.median(ratios) < BOUND_RATIO or off > AGREE:
                raise SystemExit(f"{form}: {statistics.median(ratios):.0f} times the peer, off by {off:.1e}")
        rows.append(f"| {' | '.join([*shown, *['-'] * (8 - len(shown))])} |")
    return rows


def peer(folder: Path, x: Any, form: str) -> Callable[[], list[float]]:
    """PyLMDI on the same table."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    from PyLMDI import PyLMDI  # type: ignore[import-not-found]

    v = x.prod(axis=0)
    made = PyLMDI(v[1], v[0], x[:, 1], x[:, 0])
    return made.Add if form == "additive" else made.Mul  # type: ignore[no-any-return]


def inventory(kinds: tuple[str, ...]) -> Lines:
    """A thousand lines in twenty categories, each with errors of its own on both sides of the map."""
    rng = np.random.default_rng(2030)
    spreads = [Spread(float(h), kinds[i % len(kinds)]) for i, h in enumerate(rng.uniform(0.02, 0.2, 2 * LINES))]
    return Lines(
        tuple(f"c{i % CATEGORIES}" for i in range(LINES)),
        rng.lognormal(size=LINES),
        rng.lognormal(size=LINES),
        tuple(spreads[:LINES]),
        tuple(spreads[LINES:]),
    )


def draw(name: str, block_mb: float) -> None:
    """One Monte Carlo in this process; the last line says what came out."""
    lines = inventory(KINDS[name])
    taken = seconds(lambda: monte_carlo(lines, DRAWS, block_mb=block_mb)) if block_mb else 0.0
    half = monte_carlo(lines, DRAWS).total.half if block_mb else 0.0
    print(json.dumps({"seconds": taken, "half": half, "approach_1": approach_1(lines).half}))


def draws(repeat: int) -> list[str]:
    """Markdown rows: distribution, block, median seconds, memory over that of the imports, interval of both
    approaches.
    """

    def run(name: str, block: float) -> Any:
        return cost_of([sys.executable, __file__, "--draw", name, "--block", str(block)])

    still = run("normal", 0).peak_mb
    rows = []
    for name, block in [*((name, 32.0) for name in KINDS), ("normal", 4.0), ("normal", 256.0)]:
        costs = [run(name, block) for _ in range(repeat)]
        taken = statistics.median(cost.said["seconds"] for cost in costs)
        if taken > BOUND_S:
            raise SystemExit(f"Monte Carlo, {name}: {taken:.2f} s, bound {BOUND_S} s")
        said = costs[0].said
        rows.append(
            f"| {name} | {block:g} | {taken:.2f} | {max(c.peak_mb for c in costs) - still:.0f} | "
            f"{100 * said['half']:.3f} | {100 * said['approach_1']:.3f} |"
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pylmdi", type=Path, help="folder with PyLMDI.py")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--draw", help=argparse.SUPPRESS)
    parser.add_argument("--block", type=float, default=32.0, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.draw:
        draw(chosen.draw, chosen.block)
        return
    print(machine())
    print(f"\n{FACTORS} factors, two years; {chosen.repeat} turns\n")
    print("| decomposition | cells | median ms | slowest ms | PyLMDI ms | times faster | least | largest difference |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(decomposition(chosen.pylmdi, chosen.repeat)))
    print(f"\nMonte Carlo, {LINES:,} lines x {DRAWS:,} draws, {CATEGORIES} categories; {chosen.repeat} turns\n")
    print("| errors | block MB | median s | peak MB over imports | half-width % | Approach 1 % |")
    print("|---|---|---|---|---|---|")
    print("\n".join(draws(chosen.repeat)))


if __name__ == "__main__":
    main()
