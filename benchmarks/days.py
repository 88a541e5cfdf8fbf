"""Which hours should a plan know? Typical days, segments of the year and full chronology, each judged by the replay.

    python benchmarks/days.py nation            about two minutes
    python benchmarks/days.py grids             about fifteen minutes
    python benchmarks/days.py grids --sample 5  every fifth day of the replay: less than half of that
    python benchmarks/days.py --days --segments --evenly 3   the year in stretches of three hours

One period (2050) under a CO2 cap that asks for storage, without capture of CO2. Every variant plans capacities; the
same replay of 8,760 hours then runs them, at the variant's own CO2 price and along its own storage levels. Heat,
reserves and commitment are left out, because they are decided by day and a segment has none; day-bound storage
(reservoirs, charging) is given a day's room where there are no days. Figures and the default: docs/planning-days.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from harness import machine

from dafeng.pathway.acceptance import EXACT
from dafeng.pathway.days import DAY, Days, every_day, typical_days
from dafeng.pathway.model import build
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inputs import Inputs, planned
from dafeng.pathway.power.modelled_days import features, hardest
from dafeng.pathway.power.proving import ROUGH
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.rounds import stored_worth
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX, RECIPES
from dafeng.pathway.replay import follow, levels_wanted, new_dispatchers, replay
from dafeng.pathway.slicing import STORAGE_PROFILES
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import BUDGET, CYCLE, NONE, Array, Places, Steps, System

YEAR = 2050
HOURS = 8760
CAP_SHARE = 0.05
CO2_COST = 1000.0
"""CNY/t at which CO2 above the cap is put on the replay's cost, so that variants that miss it alike can be compared."""
TYPICAL, SEGMENTS = (4, 8, 12, 20, 40), (96, 192, 288, 480, 960)
#: room of day-bound storage in hours of its power: reservoirs half a day, charging a day of what is driven
DAY_ROOM = {"hydro_reservoir": 12.0, "charging": 6.0}


@dataclass(frozen=True)
class Variant:
    """What one variant planned and what the replay made of it; money in 1e9 CNY, present value."""

    name: str
    columns: int
    cpu: float
    planned: float
    replayed: float
    co2: float
    unserved: float
    hydrogen: float


def segments(series: Array, count: int) -> Places:
    """First hours of `count` stretches of the year: neighbours are merged where the sum of squares rises least.

    Args:
        series: (k, hours), each counts alike after scaling to 0..1.

    Source: Ward's criterion with hours merged only with their neighbours, as in the time segmentation of tsam (Pineda
    and Morales 2018, https://doi.org/10.1109/TPWRS.2018.2842093).
    """
    low, high = series.min(axis=1, keepdims=True), series.max(axis=1, keepdims=True)
    means = ((series - low) / np.where(high > low, high - low, 1.0)).T.copy()
    hours = len(means)
    size, after, before = np.ones(hours), np.arange(1, hours + 1), np.arange(-1, hours - 1)
    stamp, alive = np.zeros(hours, dtype=int), np.ones(hours, dtype=bool)

    def rise(a: int, b: int) -> float:
        return float(size[a] * size[b] / (size[a] + size[b]) * ((means[a] - means[b]) ** 2).sum())

    heap = [(rise(a, a + 1), a, 0, 0) for a in range(hours - 1)]
    heapify(heap)
    left = hours
    while left > count:
        _, a, seen, seen_next = heappop(heap)
        b = int(after[a]) if alive[a] else hours
        if b >= hours or stamp[a] != seen or stamp[b] != seen_next:
            continue
        means[a] = (size[a] * means[a] + size[b] * means[b]) / (size[a] + size[b])
        size[a] += size[b]
        alive[b], after[a], stamp[a], left = False, after[b], stamp[a] + 1, left - 1
        if after[a] < hours:
            before[after[a]] = a
            heappush(heap, (rise(a, int(after[a])), a, int(stamp[a]), int(stamp[after[a]])))
        if before[a] >= 0:
            heappush(heap, (rise(int(before[a]), a), int(before[a]), int(stamp[before[a]]), int(stamp[a])))
    return np.flatnonzero(alive)


def in_segments(every: System, starts: Places) -> System:
    """The system of all hours in stretches of one year: one block, means of profiles, storage from hour to hour."""
    length = np.diff(np.append(starts, every.steps.count)).astype(np.float64)

    def mean(profile: Array) -> Array:
        return profile if profile.shape[-1] == 1 else np.add.reduceat(profile, starts, axis=-1) / length

    count, p, s = len(starts), every.processes, every.storages
    steps = Steps(
        periods=every.steps.periods,
        years=every.steps.years,
        period=np.zeros(count, dtype=np.int64),
        block=np.zeros(count, dtype=np.int64),
        hours=length,
        weight=length,
        value=np.add.reduceat(every.steps.value, starts),
    )
    daily = [
        DAY_ROOM[name.partition(" ")[2]] if link == BUDGET else 0.0 for name, link in zip(s.names, s.link, strict=True)
    ]
    powers = np.where(s.discharge_stock == NONE, s.charge_stock, s.discharge_stock)
    bound = np.array(daily) > 0
    profiles: dict[str, Any] = {name: mean(getattr(s, name)) for name in STORAGE_PROFILES}
    return replace(
        every,
        steps=steps,
        nodes=replace(every.nodes, demand=mean(every.nodes.demand)),
        yearly=replace(every.yearly, shapes=mean(every.yearly.shapes)),
        processes=replace(
            p,
            available=mean(p.available),
            minimum=np.minimum(mean(p.minimum), mean(p.available)),
            cost=mean(p.cost),
            efficiency=p.efficiency if p.efficiency.ndim == 2 else mean(p.efficiency),
        ),
        storages=replace(
            s,
            link=(CYCLE,) * len(s.names),
            energy_stock=np.where(bound, powers, s.energy_stock),
            energy_size=np.where(bound, daily, s.energy_size),
            **profiles,
        ),
    )


def levels_by_day(plan: Plan, starts: Places) -> Array:
    """(j, 365) P·h at the end of each day, along straight lines between the ends of segments."""
    ends = np.append(starts[1:], HOURS)
    at = np.arange(DAY, HOURS + 1, DAY)
    return np.stack([np.interp(at, np.append(0, ends), np.append(level[-1], level)) for level in plan.level])


class Study:
    """One set of regions: its inputs, its system of all hours, and the measurement of a variant.

    With a sample of n, the replay runs every n-th day, which stands for n, and each day ends as it began, storage that
    carries goes on along the plan's levels.
    """

    def __init__(self, regions: str, year: int, cap_share: float, sample: int = 1, recipe: str = "") -> None:
        self.recipes = (RECIPES[recipe],) if recipe else ()
        self.inputs: Inputs = planned(grouping(regions), (year,), "recent_growth")
        self.regions, self.year = regions, year
        self.case = self._case({year: 1e6})
        days = typical_days(features(self.inputs), 12, hardest(self.inputs))
        free = self._solved(power_system(self.case, self.inputs, days))[0]
        self.free = float(free.limit_value[self._cap(free.system)])
        self.cap = cap_share * self.free
        self.case = self._case({year: self.cap})
        self.every = power_system(self.case, self.inputs, every_day())
        self.sampled: Days | None = None
        self.judge = self.every
        if sample > 1:
            chosen = np.arange(sample // 2, 365, sample)
            stands = np.minimum(np.arange(365) // sample, len(chosen) - 1)
            self.sampled = Days(chosen, np.bincount(stands).astype(np.float64), stands)
            self.judge = power_system(self.case, self.inputs, self.sampled)

    def _case(self, cap: dict[int, float]) -> Case:
        off: dict[str, Any] = {"heat": False, "commitment": False, "reserves": False}
        none = {(technology, self.year): 0.0 for technology in ("coal_ccs", "gas_ccs", "biomass_ccs")}
        return Case(regions=self.regions, periods=(self.year,), co2_cap=cap, capacity_ceiling=none, **off)

    def _cap(self, system: System) -> int:
        return [limit.name for limit in system.limits].index(f"co2_cap {self.year}")

    def _solved(self, system: System) -> tuple[Plan, int, float]:
        start = time.process_time()
        model = build(system)
        large = model.lp.shape[1] > 20_000
        chosen = self.recipes or ((IPX, DUAL_SIMPLEX) if large else (DUAL_SIMPLEX, IPX))
        solution = Session(model.lp).solve(chosen, accuracy=ROUGH if self.recipes else EXACT)
        return read(model, solution.x, solution.y), model.lp.shape[1], time.process_time() - start

    def typical(self, count: int, kept: bool = True) -> Variant:
        """Typical days, the hardest among them or not."""
        keep = hardest(self.inputs) if kept and count > len(hardest(self.inputs)) + 2 else []
        days = typical_days(features(self.inputs), count, keep)
        plan, columns, cpu = self._solved(power_system(self.case, self.inputs, days))
        name = f"{count} typical days" + (f", {len(keep)} of them kept" if keep else ", none kept")
        wanted = levels_wanted(plan, days.stands)
        return self._judged(name, plan, columns, cpu, follow(plan, len(days.stands)), wanted)

    def segmented(self, count: int) -> Variant:
        """Segments of the year, or all of its hours."""
        starts = segments(features(self.inputs), count) if count < HOURS else np.arange(HOURS)
        return self._chronological(f"{count} segments" if count < HOURS else "8,760 hours", starts)

    def evenly(self, hours: int) -> Variant:
        """The year in stretches of some hours each."""
        starts = np.arange(0, HOURS, hours)
        return self._chronological(f"{len(starts):,} stretches of {hours} h", starts)

    def _chronological(self, name: str, starts: Places) -> Variant:
        plan, columns, cpu = self._solved(in_segments(self.every, starts))
        levels = levels_by_day(plan, starts)
        along = np.stack([np.roll(levels, 1, axis=1), levels])
        return self._judged(name, plan, columns, cpu, along, levels)

    def _judged(self, name: str, plan: Plan, columns: int, cpu: float, carried: Array, wanted: Array) -> Variant:
        if self.sampled is not None:
            carried = carried[..., self.sampled.chosen]
        run = replay(
            self.judge,
            plan.capacity,
            -plan.limit_price,
            carried=carried,
            wanted=wanted if self.sampled is None else None,
            worth=stored_worth(plan),
            dispatchers=new_dispatchers(2),
        )
        s = plan.system.stocks
        border = float((s.build_cost * plan.build).sum() + (s.keep_cost * plan.capacity).sum())
        shed = [i for i, process in enumerate(run.system.processes.names) if process.endswith("unserved")]
        stores = [k for k, stock in enumerate(s.names) if "hydrogen_" in stock and not stock.endswith("turbine")]
        found = Variant(
            name=name,
            columns=columns,
            cpu=cpu,
            planned=plan.objective,
            replayed=border + float(run.cost.sum()),
            co2=float(run.counted[self._cap(self.judge)]),
            unserved=float(run.energy(run.activity[shed]).sum()),
            hydrogen=float(plan.capacity[stores].sum()),
        )
        print(f"  {found}", file=sys.stderr, flush=True)
        return found


def table(study: Study, variants: list[Variant]) -> str:
    """Markdown: every variant against the cheapest replay, CO2 above the cap paid for."""
    worth = float(study.every.steps.value.sum()) / HOURS
    paid = [v.replayed + max(v.co2 - study.cap, 0.0) * CO2_COST * 1e-3 * worth for v in variants]
    best = min(paid)
    load = float(study.inputs.load.sum())
    lines = [
        "| variant | columns | CPU s | planned cost | replay cost | planned / replay | with CO2 / best | CO2 / cap | "
        "unserved of load | per 1,000 columns: cost, CO2, unserved | hydrogen GWh |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for v, cost in zip(variants, paid, strict=True):
        off, over, short = 100 * (v.planned / v.replayed - 1), 100 * (v.co2 / study.cap - 1), 1e6 * v.unserved / load
        size = v.columns / 1000
        cells = (
            *(v.name, f"{v.columns:,}", f"{v.cpu:.1f}", f"{v.planned:,.0f}", f"{v.replayed:,.0f}"),
            *(f"{off:+.2f} %", f"{100 * (cost / best - 1):+.2f} %", f"{over:+.2f} %", f"{short:,.0f} ppm"),
            *(f"{off / size:+.3f} %, {over / size:+.3f} %, {short / size:,.1f} ppm", f"{max(v.hydrogen, 0.0):,.0f}"),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("regions", nargs="?", default="nation")
    parser.add_argument("--year", type=int, default=YEAR)
    parser.add_argument("--cap", type=float, default=CAP_SHARE, help="share of the CO2 without a cap")
    parser.add_argument("--days", type=int, nargs="*", default=TYPICAL)
    parser.add_argument("--segments", type=int, nargs="*", default=SEGMENTS)
    parser.add_argument("--evenly", type=int, nargs="*", default=(), help="hours of each stretch of the year")
    parser.add_argument("--sample", type=int, default=1, help="the replay runs every n-th day")
    parser.add_argument("--recipe", default="", help="solve with this recipe (a name of `recipes.RECIPES`)")
    parser.add_argument("--chronology", action="store_true", help="all 8,760 hours as one program")
    given = parser.parse_args()
    print(machine(), flush=True)
    study = Study(given.regions, given.year, given.cap, given.sample, given.recipe)
    print(f"CO2 {study.free:,.0f} Mt without a cap, cap {study.cap:,.0f} Mt", flush=True)
    asked: list[tuple[Callable[[int], Variant], int]] = [
        *((study.typical, count) for count in given.days),
        *([(lambda count: study.typical(count, kept=False), 12)] if 12 in given.days else []),
        *((study.segmented, count) for count in given.segments),
        *((study.evenly, hours) for hours in given.evenly),
        *([(study.segmented, HOURS)] if given.chronology else []),
    ]
    variants = [measure(count) for measure, count in asked]
    print(f"\n{table(study, variants)}\n")


if __name__ == "__main__":
    main()
