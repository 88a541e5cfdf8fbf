"""Ensembles: many sketches over what nobody knows, drawn by a seeded Latin hypercube, in parallel, safe to interrupt.

Each uncertain quantity is a range of factors on something that a scenario names: a driver, the investment of a
technology or option, the price of a fuel; or the set of typical days. Draws come from a Latin hypercube (McKay, Beckman
and Conover 1979, https://doi.org/10.1080/00401706.1979.10489755): every n-th part of each range is drawn once. A factor
holds in full from `FULL` on and grows straight from 1 in 2020, as all changes of a scenario do.

Every run is handed to `keep` as soon as it is done, and what was kept is not done again: an interruption loses at most
the runs in flight. Any executor of `concurrent.futures` will do: processes on this machine, or a Dask cluster
(`client.get_executor()`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.stats import qmc

from dafeng.catalog import DafengError, economy
from dafeng.pathway.outcome import Infeasible, NotSolved
from dafeng.pathway.power.case import Case
from dafeng.pathway.scenario import Scenario, parse
from dafeng.pathway.scenario_names import fuels, options, technologies
from dafeng.pathway.scenario_values import FIRST, LAST
from dafeng.pathway.sectors.base_year import BaseYear
from dafeng.pathway.sectors.sketch import Sketch, Sketchbook
from dafeng.pathway.sectors.wedges import CO2, CO2_ENERGY, co2, cost
from dafeng.pathway.system import Array
from dafeng.pathway.telling import Tell, tell_nobody

DRIVER, COST, FUEL, DAYS = "driver", "cost", "fuel", "days"
KINDS = (DRIVER, COST, FUEL, DAYS)
FULL = 2035
"""The year in which a factor holds in full."""
DONE, INFEASIBLE, FAILED = "done", "infeasible", "failed"
WAITING = 1.0
LEVER = "ensemble"
AT = tuple(range(2025, LAST + 1, 5))


@dataclass(frozen=True)
class Range:
    """Something that nobody knows.

    Attributes:
        kind: `driver`, `cost` (of an option or technology of power), `fuel` (its price) or `days`.
        name: of the driver, option, technology or fuel; empty for days.
        low, high: factors in `FULL`; for days the least and most typical days of a run.
    """

    kind: str
    name: str
    low: float
    high: float

    @property
    def key(self) -> str:
        """`cost:battery`."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


def check_ranges(ranges: Sequence[Range]) -> None:
    """Refuse what cannot be drawn.

    Raises:
        DafengError: an unknown kind or name, a range that is no range, the same quantity twice, none at all.
    """
    known: Mapping[str, Iterable[str]] = {
        DRIVER: economy.driver_units(),
        COST: (*options(), *technologies()),
        FUEL: fuels(),
        DAYS: ("",),
    }
    if not ranges or len({r.key for r in ranges}) < len(ranges):
        raise DafengError("ensemble_ranges", found=", ".join(r.key for r in ranges) or "-")
    for one in ranges:
        if one.kind not in known or one.name not in set(known[one.kind]):
            raise DafengError("ensemble_range", found=one.key, allowed=", ".join(KINDS))
        if not 0 < one.low <= one.high or (one.kind == DAYS and one.high > 365):
            raise DafengError("ensemble_range", found=f"{one.key} {one.low:g}-{one.high:g}", allowed="0 < low <= high")


@dataclass(frozen=True)
class Draw:
    """One run that is to be made: factors by key of the range."""

    number: int
    factors: Mapping[str, float]


def draws(ranges: Sequence[Range], count: int, seed: int) -> tuple[Draw, ...]:
    """The draws of an ensemble: the same for the same ranges, count and seed.

    Raises:
        DafengError: as `check_ranges`; or no draw is wanted.
    """
    check_ranges(ranges)
    if count < 1:
        raise DafengError("ensemble_count", found=count)
    low, high = (np.array([getattr(one, end) for one in ranges]) for end in ("low", "high"))
    table = low + (high - low) * qmc.LatinHypercube(len(ranges), seed=seed).random(count)
    return tuple(
        Draw(n, {one.key: float(value) for one, value in zip(ranges, row, strict=True)}) for n, row in enumerate(table)
    )


def drawn(scenario: Scenario, draw: Draw) -> Scenario:
    """The scenario with the factors of a draw on its drivers and prices, and on investments as a lever of the trend."""
    costs, courses, prices = {}, {}, {}
    units = economy.driver_units()
    for key, factor in draw.factors.items():
        kind, _, name = key.partition(":")
        grown = {year: 1.0 + (factor - 1.0) * min((year - FIRST) / (FULL - FIRST), 1.0) for year in AT}
        if kind == COST:
            costs[name] = {str(FULL): f"{100 * (factor - 1):+.6f} %"}
        elif kind == FUEL:
            changes = {year: 100 * (grown[year] * scenario.fuel_price_factor(name, year) - 1) for year in AT}
            prices[name] = {str(year): f"{change:+.6f} %" for year, change in changes.items()}
        elif kind == DRIVER:
            courses[name] = {str(year): f"{grown[year] * scenario.driver(name, year):.9f} {units[name]}" for year in AT}
    return scenario.extended(LEVER, costs, courses, prices)


def days_of(draw: Draw, case: Case) -> int:
    """The typical days of a run."""
    return round(draw.factors[DAYS]) if DAYS in draw.factors else case.days


@dataclass(frozen=True)
class Run:
    """What is kept of a run.

    Attributes:
        number: of the draw. state: `done`, `infeasible` or `failed`. why: of what was not solved.
        values: peak_year, peak_mt (energy and processes), co2 and co2_energy by year, cost by year, built by option
            and technology in the last period.
    """

    number: int
    factors: Mapping[str, float]
    state: str
    why: str
    values: Mapping[str, Any]


def outcome_of(sketch: Sketch) -> dict[str, Any]:
    """What is kept of a sketch."""
    whole, energy = co2(sketch, CO2), co2(sketch, CO2_ENERGY)
    top = int(np.argmax(whole))
    last = sketch.periods[-1]
    stands: dict[str, float] = {}
    for name, gw in zip(last.system.stocks.names, last.plan.capacity[:, 0], strict=True):
        technology = name.partition(" ")[2]
        stands[technology] = stands.get(technology, 0.0) + float(gw)
    return {
        "years": list(sketch.years),
        "peak_year": sketch.years[top],
        "peak_mt": float(whole[top]),
        "co2": [float(v) for v in whole],
        "co2_energy": [float(v) for v in energy],
        "cost": [float(v) for v in cost(sketch)],
        "capacity": {name: gw for name, gw in sorted(stands.items()) if gw > 1e-6},
        "missed": {name: gap for period in sketch.periods for name, gap in period.missed.items()},
    }


@lru_cache(maxsize=4)
def _book(regions: str, periods: tuple[int, ...], days: int, demand: str) -> Sketchbook:
    return Sketchbook.of(Case(regions=regions, periods=periods, days=days, demand=demand))


def run_draw(text: str, name: str, draw: Draw, case: Case, base: BaseYear | None = None) -> Run:
    """Solve one draw; what cannot be solved is a result too."""
    scenario = drawn(parse(text, name), draw)
    days = days_of(draw, case)
    if base is None:
        book = _book(case.regions, case.periods, days, case.demand)
    else:
        book = Sketchbook.of(Case(regions=case.regions, periods=case.periods, days=days, demand=case.demand), base)
    try:
        return Run(draw.number, draw.factors, DONE, "", outcome_of(book.sketch(scenario)))
    except Infeasible as error:
        return Run(draw.number, draw.factors, INFEASIBLE, error.text("en"), {})
    except NotSolved as error:
        return Run(draw.number, draw.factors, FAILED, error.text("en"), {})


@dataclass(frozen=True)
class Ensemble:
    """All runs of an ensemble that are done, in the order of the draws.

    Attributes:
        name: of the scenario. seed, count: asked for. ranges: what was drawn.
    """

    name: str
    seed: int
    count: int
    ranges: tuple[Range, ...]
    runs: tuple[Run, ...]

    @property
    def solved(self) -> tuple[Run, ...]:
        """Runs with a plan."""
        return tuple(run for run in self.runs if run.state == DONE)

    def peak_years(self) -> dict[int, float]:
        """Peak year -> share of the solved runs."""
        years = [int(run.values["peak_year"]) for run in self.solved]
        return {year: years.count(year) / len(years) for year in sorted(set(years))}

    def quantiles(self, name: str, shares: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> Array:
        """(shares, Y) quantiles over the solved runs of a value by year."""
        return np.asarray(np.quantile([run.values[name] for run in self.solved], shares, axis=0))

    def robust(self, share: float = 0.9) -> dict[str, float]:
        """Option or technology -> the capacity that at least a share of the solved runs has in the last period."""
        names = sorted({name for run in self.solved for name in run.values["capacity"]})
        table = {n: np.array([run.values["capacity"].get(n, 0.0) for run in self.solved]) for n in names}
        found = {n: float(np.quantile(values, 1.0 - share)) for n, values in table.items()}
        return {n: value for n, value in found.items() if value > 0}


def name_of(scenario: Scenario, ranges: Sequence[Range], count: int, seed: int, case: Case) -> str:
    """Names an ensemble by all that it depends on."""
    said = [scenario.text(), [r.__dict__ for r in ranges], count, seed, case.regions, case.periods, case.days]
    return hashlib.sha256(json.dumps([*said, case.demand], sort_keys=True).encode()).hexdigest()[:16]


def run_ensemble(
    scenario: Scenario,
    ranges: Sequence[Range],
    count: int,
    case: Case,
    *,
    seed: int = 0,
    executor: Executor | None = None,
    workers: int = 1,
    base: BaseYear | None = None,
    known: Iterable[Run] = (),
    keep: Callable[[Run], None] = lambda _run: None,
    tell: Tell = tell_nobody,
) -> Ensemble:
    """Make or go on with an ensemble.

    Args:
        case: regions, periods, days and demand of the sketches.
        executor: of `concurrent.futures`; None: here, one after the other. workers: how many runs are in flight.
        base: the base year; None: of the embedded statistics.
        known: runs of the same ensemble that were kept. keep: called with every new run when it is done.
        tell: told the share that is done; what it raises ends the ensemble.

    Raises:
        DafengError: as `draws`.
    """
    wanted = draws(ranges, count, seed)
    done = {run.number: run for run in known}
    text = scenario.text()

    def take(run: Run) -> None:
        keep(run)
        done[run.number] = run
        say()

    def say() -> None:
        tell(f"{len(done)}/{count}", len(done) / count)

    say()
    left = [draw for draw in wanted if draw.number not in done]
    if executor is None:
        for draw in left:
            take(run_draw(text, scenario.name, draw, case, base))
    else:
        _in_flight(
            lambda draw: executor.submit(run_draw, text, scenario.name, draw, case, base), left, workers, take, say
        )
    return Ensemble(scenario.name, seed, count, tuple(ranges), tuple(done[n] for n in sorted(done)))


def _in_flight(
    submit: Callable[[Draw], Future[Run]],
    left: list[Draw],
    workers: int,
    take: Callable[[Run], None],
    say: Callable[[], None],
) -> None:
    """Keep as many runs in flight as there are workers; each is taken as soon as it is done."""
    flying: set[Future[Run]] = set()
    try:
        while left or flying:
            while left and len(flying) < workers:
                flying.add(submit(left.pop(0)))
            finished, flying = wait(flying, timeout=WAITING, return_when=FIRST_COMPLETED)
            for future in finished:
                take(future.result())
            if not finished:
                say()
    finally:
        for future in flying:
            future.cancel()
