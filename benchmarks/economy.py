"""Plans of all sectors: what-ifs, ensembles and whole plans against the clock.

    python benchmarks/economy.py                what-if of the quick plan, ensemble of eight-day grid-region scenarios
    python benchmarks/economy.py --plans        whole plans with certificate and replay: nation, seven grid regions
    python benchmarks/economy.py --provinces    31 provinces, eight periods, all sectors

Each part is a process of its own on one thread; CPU seconds and peak memory are those of the process and its children.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from harness import cost_of, machine

EIGHT = tuple(range(2025, 2061, 5))
PLANS: dict[str, dict[str, Any]] = {
    "nation, 3 periods x 4 days": {"regions": "nation", "periods": (2025, 2030, 2035), "days": 4},
    "nation, 8 periods x 12 days": {"regions": "nation", "periods": EIGHT, "days": 12},
    "7 grid regions, 2 periods x 8 days": {"regions": "grids", "periods": (2025, 2030), "days": 8},
    "31 provinces, 8 periods x 8 days": {"regions": "provinces", "periods": EIGHT, "days": 8},
}
PROVINCES = list(PLANS)[-1]
ENSEMBLES = {
    "ensemble, current-trend, one period": ("current-trend", (2030,)),
    "ensemble, action-plan, three periods": ("action-plan", (2025, 2030, 2035)),
}
"""Targets that compare two periods need the earlier one, so one period alone has none."""
RUNS = 40


def cpu() -> float:
    """CPU seconds of this process and its finished children."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def measured(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Wall and CPU seconds of some work, and what it gave."""
    wall, used = time.perf_counter(), cpu()
    found = work()
    return {"wall": time.perf_counter() - wall, "cpu": cpu() - used}, found


def what_if() -> dict[str, Any]:
    """The quick plan from nothing, and again with a changed lever from where it ended."""
    from dafeng.economy import QUICK
    from dafeng.economy import what_if as again
    from dafeng.pathway import scenario
    from dafeng.pathway.sectors.sketch import Sketchbook

    wanted = scenario.read("action-plan")
    book = Sketchbook.of(QUICK)
    first, plan = measured(lambda: book.sketch(wanted))
    found = {"from nothing": first}
    for path in ("action.5.electric_cars", "action.2.industry", "action.3.scrap_steel"):
        found[f"without {path}"], _ = measured(partial(again, plan, wanted.less(path)))
    return found


def ensemble(name: str, periods: tuple[int, ...]) -> dict[str, Any]:
    """Eight-day scenarios of seven grid regions in two processes, as `dafeng plan ensemble` makes them."""
    from dafeng.ensembles import QUICK, run_ensemble
    from dafeng.pathway import scenario

    case = replace(QUICK, periods=periods)
    with tempfile.TemporaryDirectory() as folder:
        took, kept = measured(lambda: run_ensemble(Path(folder), scenario.read(name), RUNS, case, seed=1, workers=2))
    rates = {"per_minute": 60 * RUNS / took["wall"], "cpu_a_run": took["cpu"] / RUNS}
    return {**took, "runs": RUNS, "solved": len(kept.ensemble.solved), **rates}


def whole(name: str) -> dict[str, Any]:
    """A whole plan of `action-plan` with certificate and replay of all hours."""
    from dafeng.pathway import scenario
    from dafeng.pathway.sectors.planning import plan_economy

    wanted = scenario.read("action-plan")
    case = wanted.case(**PLANS[name])
    took, plan = measured(lambda: plan_economy(wanted, case))
    return {**took, "gap": plan.power.gap, "holds": plan.holds}


def main() -> None:
    """Run the parts that are asked for and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--provinces", action="store_true")
    parser.add_argument("--child")
    asked = parser.parse_args()
    if asked.child:
        parts: dict[str, Callable[[], dict[str, Any]]] = {"what-if": what_if}
        parts |= {name: partial(ensemble, *of) for name, of in ENSEMBLES.items()}
        parts |= {name: partial(whole, name) for name in PLANS}
        print(json.dumps(parts[asked.child]()))
        return
    wanted = ["what-if", *ENSEMBLES]
    if asked.plans:
        wanted = [name for name in PLANS if name != PROVINCES]
    if asked.provinces:
        wanted = [PROVINCES]
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    print(machine())
    for name in wanted:
        cost = cost_of([sys.executable, __file__, "--child", name])
        print(f"\n{name}: peak {cost.peak_mb:,.0f} MB")
        print(json.dumps(cost.said, indent=1))


if __name__ == "__main__":
    main()
