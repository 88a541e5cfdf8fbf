"""Ensembles: many sketches over what nobody knows, in parallel, safe to interrupt.

The scenario itself is solved first, on each set of days that is drawn; every run begins where that one ended, whoever
makes it, so that a run does not depend on the order of runs or on the number of workers. Every run is handed to `keep`
as soon as it is done, and what was kept is not done again: an interruption loses at most the runs in flight. Any
executor of `concurrent.futures` will do: processes on this machine, or a Dask cluster (`client.get_executor()`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from dafeng.catalog import LANGUAGES
from dafeng.pathway.basis import Basis
from dafeng.pathway.outcome import Infeasible, NotSolved
from dafeng.pathway.power.case import Case
from dafeng.pathway.refusals import Unreachable
from dafeng.pathway.scenario import Scenario, parse
from dafeng.pathway.scenario_names import options
from dafeng.pathway.sectors.build import TODAY
from dafeng.pathway.sectors.draws import WEATHER, DaySet, Draw, Range, day_set, drawn, draws
from dafeng.pathway.sectors.sketch import Sketch, Sketchbook
from dafeng.pathway.sectors.wedges import CO2, CO2_ENERGY, co2, cost
from dafeng.pathway.system import Array
from dafeng.pathway.telling import Tell, tell_nobody
from dafeng.version import __version__

DONE, INFEASIBLE, FAILED = "done", "infeasible", "failed"
STATES = (DONE, INFEASIBLE, FAILED)
NO_PLAN = (Infeasible, Unreachable, NotSolved)
WAITING = 1.0
SMALL = 1e-6
MOST_SETS = 8
"""Sets of days on which the scenario itself is solved first; where more are drawn, on its own set only."""
HOURS = 2
"""Hours of a step: the spread of an ensemble is wider by far than what is lost (docs/scenarios.md)."""
Bases = Mapping[int, Basis]


def sketchbook(case: Case, days: DaySet, hours: int = 1) -> Sketchbook:
    """What sketches on the same days share: regions and periods, read once in a process."""
    book = _book(case.regions, case.periods, case.demand)
    return replace(book, case=replace(book.case, days=days[0]), weather=days[1], hours=hours)


@lru_cache(maxsize=4)
def _book(regions: str, periods: tuple[int, ...], demand: str) -> Sketchbook:
    return Sketchbook.of(Case(regions=regions, periods=periods, demand=demand))


@dataclass(frozen=True)
class Run:
    """What is kept of a run.

    Attributes:
        number: of the draw. state: `done`, `infeasible` or `failed`. why: of what was not solved, by language.
        values: peak_year, peak_mt (energy and processes), co2, co2_energy and cost by year, what the last period has
            and what all periods have built by option and technology, missed targets.
    """

    number: int
    factors: Mapping[str, float]
    state: str
    why: Mapping[str, str]
    values: Mapping[str, Any]


def outcome_of(sketch: Sketch) -> dict[str, Any]:
    """What is kept of a sketch."""
    whole, energy = co2(sketch, CO2), co2(sketch, CO2_ENERGY)
    top = int(np.argmax(whole))
    stands: dict[str, float] = {}
    built: dict[str, float] = {}
    for period in sketch.periods:
        stands = {}
        for s, name in enumerate(period.system.stocks.names):
            technology = name.partition(" ")[2]
            stands[technology] = stands.get(technology, 0.0) + float(period.plan.capacity[s].sum())
            built[technology] = built.get(technology, 0.0) + float(period.plan.build[s].sum())
    return {
        "years": list(sketch.years),
        "peak_year": sketch.years[top],
        "peak_mt": float(whole[top]),
        "co2": [float(v) for v in whole],
        "co2_energy": [float(v) for v in energy],
        "cost": [float(v) for v in cost(sketch)],
        "capacity": _seen(stands),
        "built": _seen(built),
        "missed": {name: gap for period in sketch.periods for name, gap in period.missed.items()},
    }


def _seen(amounts: Mapping[str, float]) -> dict[str, float]:
    return {name: amount for name, amount in sorted(amounts.items()) if amount > SMALL}


def reference(text: str, name: str, case: Case, days: DaySet, hours: int = 1) -> Bases:
    """Where the runs on a set of days begin: where the scenario itself ended; nothing where it has no plan."""
    try:
        return sketchbook(case, days, hours).sketch(parse(text, name)).bases
    except NO_PLAN:
        return {}


def run_draw(text: str, name: str, draw: Draw, case: Case, hours: int = 1, near: Bases | None = None) -> Run:
    """Solve one draw; what cannot be solved is a result too.

    Args:
        text, name: of the scenario. hours: of a step. near: where it begins.
    """
    try:
        found = sketchbook(case, day_set(draw, case), hours).sketch(drawn(parse(text, name), draw), near)
    except NO_PLAN as error:
        state = FAILED if isinstance(error, NotSolved) else INFEASIBLE
        return Run(draw.number, draw.factors, state, {tag: error.text(tag) for tag in LANGUAGES}, {})
    return Run(draw.number, draw.factors, DONE, {}, outcome_of(found))


@dataclass(frozen=True)
class Spread:
    """How much of a technology or option the solved runs build in all periods.

    Attributes:
        share: of the runs that build any. quantiles: of what is built, at `SHARES`.
    """

    name: str
    share: float
    quantiles: tuple[float, ...]


SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


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

    @property
    def states(self) -> dict[str, int]:
        """State -> how many runs."""
        return {state: sum(run.state == state for run in self.runs) for state in STATES}

    @property
    def years(self) -> tuple[int, ...]:
        """Of the periods; () where no run was solved."""
        return tuple(self.solved[0].values["years"]) if self.solved else ()

    def peak_years(self, past: Mapping[int, float] | None = None) -> dict[int, float]:
        """Period with the highest CO2 (energy and processes) -> share of the solved runs.

        Args:
            past: year -> Mt CO2 of fuels as the statistics have them: the peak of CO2 of fuels is then asked for, which
                may be a year of the past.
        """
        if past is None:
            years = [int(run.values["peak_year"]) for run in self.solved]
        else:
            before = {year: value for year, value in past.items() if year < min(self.years, default=0)}
            paths = [before | dict(zip(self.years, run.values["co2_energy"], strict=True)) for run in self.solved]
            years = [max(path, key=lambda year: path[year]) for path in paths]
        return {year: years.count(year) / len(years) for year in sorted(set(years))}

    def quantiles(self, name: str, shares: Sequence[float] = SHARES) -> Array:
        """(shares, Y) quantiles over the solved runs of a value by year; (shares, 0) where none was solved."""
        if not self.solved:
            return np.zeros((len(shares), 0))
        return np.asarray(np.quantile([run.values[name] for run in self.solved], shares, axis=0))

    def spreads(self) -> tuple[Spread, ...]:
        """What any solved run builds, by name."""
        names = sorted({name for run in self.solved for name in run.values["built"]})
        found = []
        for name in names:
            built = np.array([run.values["built"].get(name, 0.0) for run in self.solved])
            quantiles = tuple(float(v) for v in np.quantile(built, SHARES))
            found.append(Spread(name, float(np.mean(built > SMALL)), quantiles))
        return tuple(found)

    def robust(self, share: float = 0.9) -> dict[str, float]:
        """Option or technology -> what at least this share of the solved runs builds of it: to be built in any case.

        What carries on as it runs today is no measure and is left out.
        """
        today = {name for name, option in options().items() if option.kind == TODAY}
        names = {name for run in self.solved for name in run.values["built"]} - today
        table = {n: np.array([run.values["built"].get(n, 0.0) for run in self.solved]) for n in sorted(names)}
        found = {n: float(np.quantile(values, 1.0 - share, method="lower")) for n, values in table.items()}
        return {n: value for n, value in found.items() if value > SMALL}

    def influence(self, value: str = "peak_mt") -> dict[str, float]:
        """Key of a range -> rank correlation (Spearman) of its factor with a value; only of ranges that vary.

        With fewer than three solved runs, or a value that is the same in all, there is none.
        """
        results = [float(run.values[value]) for run in self.solved]
        if len(results) < 3 or len(set(results)) == 1:
            return {}
        found = {}
        for one in self.ranges:
            factors = [run.factors[one.key] for run in self.solved]
            if one.kind != WEATHER and len(set(factors)) > 1:
                found[one.key] = float(spearmanr(factors, results).statistic)
        return dict(sorted(found.items(), key=lambda item: -abs(item[1])))


def identity(scenario: Scenario, ranges: Sequence[Range], count: int, seed: int, case: Case, hours: int = HOURS) -> str:
    """Names an ensemble by all that it depends on, the version of the program included."""
    said = [scenario.text(), [asdict(one) for one in ranges], count, seed]
    of_case = [case.regions, list(case.periods), case.days, case.demand, hours]
    return hashlib.sha256(json.dumps([*said, *of_case, __version__], sort_keys=True).encode()).hexdigest()[:16]


def run_ensemble(
    scenario: Scenario,
    ranges: Sequence[Range],
    count: int,
    case: Case,
    *,
    seed: int = 0,
    hours: int = HOURS,
    executor: Executor | None = None,
    workers: int = 1,
    known: Iterable[Run] = (),
    keep: Callable[[Run], None] = lambda _run: None,
    tell: Tell = tell_nobody,
) -> Ensemble:
    """Make or go on with an ensemble.

    Args:
        case: regions, periods, days and demand of the sketches. hours: of a step.
        executor: of `concurrent.futures`; None: here, one after the other. workers: how many runs are in flight.
        known: runs of the same ensemble that were kept. keep: called with every new run when it is done.
        tell: told the share that is done, about once a second; what it raises ends the ensemble.

    Raises:
        DafengError: as `draws`; what cannot be meant.
    """
    wanted = draws(ranges, count, seed)
    done = {run.number: run for run in known}
    text, name = scenario.text(), scenario.name
    drawn(scenario, wanted[0])
    left = [draw for draw in wanted if draw.number not in done]
    own: DaySet = (case.days, None)
    sets = {day_set(draw, case) for draw in wanted}
    firsts = sorted({day_set(draw, case) if len(sets) <= MOST_SETS else own for draw in left}, key=str)

    def say() -> None:
        tell(f"{len(done)}/{count}", len(done) / count)

    def take(run: Run) -> None:
        keep(run)
        done[run.number] = run
        say()

    say()
    if executor is None:
        bases = {days: reference(text, name, case, days, hours) for days in firsts}
        for draw in left:
            take(run_draw(text, name, draw, case, hours, _nearest(bases, day_set(draw, case), own)))
    else:
        pool = executor
        bases = _awaited({days: pool.submit(reference, text, name, case, days, hours) for days in firsts}, say)

        def submit(draw: Draw) -> Future[Run]:
            near = _nearest(bases, day_set(draw, case), own)
            return pool.submit(run_draw, text, name, draw, case, hours, near)

        _in_flight(submit, left, workers, take, say)
    return Ensemble(name, seed, count, tuple(ranges), tuple(done[n] for n in sorted(done)))


def _nearest(bases: Mapping[DaySet, Bases], days: DaySet, own: DaySet) -> Bases:
    return bases[days] if days in bases else bases[own]


def _awaited(futures: Mapping[DaySet, Future[Bases]], say: Callable[[], None]) -> dict[DaySet, Bases]:
    """Wait for the first solves, listening."""
    try:
        while wait(futures.values(), timeout=WAITING).not_done:
            say()
    except BaseException:
        for future in futures.values():
            future.cancel()
        raise
    return {days: future.result() for days, future in futures.items()}


def _in_flight(
    submit: Callable[[Draw], Future[Run]],
    left: list[Draw],
    workers: int,
    take: Callable[[Run], None],
    say: Callable[[], None],
) -> None:
    """Keep as many runs in flight as there are workers; each is taken as soon as it is done."""
    flying: set[Future[Run]] = set()
    waiting = iter(left)
    try:
        while True:
            while len(flying) < workers and (draw := next(waiting, None)) is not None:
                flying.add(submit(draw))
            if not flying:
                return
            finished, flying = wait(flying, timeout=WAITING, return_when=FIRST_COMPLETED)
            for future in finished:
                take(future.result())
            if not finished:
                say()
    finally:
        for future in flying:
            future.cancel()
