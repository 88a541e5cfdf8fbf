"""A sketch: a plan of all sectors solved on a few days, period after period, without certificate and replay.

Wedges, ensembles and what-ifs need many plans of the same accuracy, not one that is proved in all hours. A sketch is
solved to `ACCURACY` and its residuals are recomputed like those of every solution; what it lacks is the proof that the
lights stay on outside its days, so nothing of it enters the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dafeng.pathway.acceptance import Accuracy
from dafeng.pathway.basis import Basis
from dafeng.pathway.coarse import coarser
from dafeng.pathway.days import typical_days
from dafeng.pathway.model import Model, build
from dafeng.pathway.outcome import Infeasible
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inherited import Inherited, horizon
from dafeng.pathway.power.inputs import Inputs, one_year, planned
from dafeng.pathway.power.modelled_days import features, hardest_of_few
from dafeng.pathway.power.passing_on import passed_on
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX, Recipe
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.base_year import BaseYear, base_year
from dafeng.pathway.sectors.build import Economy
from dafeng.pathway.sectors.counting import Counting, Key, Values
from dafeng.pathway.sectors.model import EconomyModel
from dafeng.pathway.sectors.planning import counted, life, with_networks
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import Array, System
from dafeng.pathway.telling import Tell, tell_nobody

ACCURACY = Accuracy(primal=1e-4, dual=1e-4, gap=2e-5)
RECIPES: tuple[Recipe, ...] = (DUAL_SIMPLEX, IPX)
"""Exact, and the next sketch starts from the basis of the first."""
WARM = replace(
    DUAL_SIMPLEX.with_options(dual_simplex_cost_perturbation_multiplier=0.0), name="dual simplex, costs as they are"
)
"""From a basis that is nearly the best one; perturbed costs would lead it astray (a third of its iterations)."""
TINY = 1e-6
#: what is left out of the power system of a sketch: it hardly moves emissions and doubles the time
LEFT_OUT: Mapping[str, bool] = {"commitment": False, "reserves": False, "hydrogen": False}


@dataclass(frozen=True)
class SketchPeriod:
    """One period of a sketch.

    Attributes:
        year, system, plan: of the days that were solved.
        amounts: (flow, carrier) -> (R,) 1e6 canonical units a year. uses: (sector, fuel) -> (R,) Mtce, TWh or PJ.
        output: (service, option) -> (R,) units of the service.
        missed: limit -> by how much a softened target is missed, where it is.
        cost: 1e9 CNY a year: running, keeping, and the annuities of all that the plan has built.
    """

    year: int
    system: System
    plan: Plan
    amounts: Mapping[Key, Array]
    uses: Mapping[Key, Array]
    output: Mapping[Key, Array]
    missed: Mapping[str, float]
    cost: float


@dataclass(frozen=True)
class Sketch:
    """A plan of all sectors on a few days, without proof.

    Attributes:
        bases: place of a period -> where the simplex method ended.
    """

    scenario: Scenario
    case: Case
    base: BaseYear
    periods: tuple[SketchPeriod, ...]
    bases: Mapping[int, Basis] = field(default_factory=dict, repr=False, compare=False)

    @property
    def regions(self) -> tuple[str, ...]:
        """Ids of the regions."""
        return self.base.regions

    @property
    def years(self) -> tuple[int, ...]:
        """The years of all periods."""
        return tuple(period.year for period in self.periods)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Flows and carriers that are counted, in order."""
        return tuple(sorted({key for period in self.periods for key in period.amounts}))

    def amount(self, flow: str, carrier: str) -> Array:
        """(R, Y) 1e6 canonical units a year; 0 where the plan has no such flow."""
        none = np.zeros(len(self.regions))
        return np.stack([period.amounts.get((flow, carrier), none) for period in self.periods], axis=1)


@dataclass(frozen=True)
class Start:
    """Where a period begins.

    Attributes:
        y: place of the period. earlier: what earlier periods counted. inherited: what they built.
    """

    y: int
    earlier: Mapping[Key, Mapping[int, Array]]
    inherited: Inherited

    def after(self, case: Case, period: SketchPeriod) -> Start:
        """Where the next period begins."""
        earlier = {key: dict(years) for key, years in self.earlier.items()}
        for key, amount in (*period.amounts.items(), *period.output.items()):
            earlier.setdefault(key, {})[period.year] = amount
        worth = float(horizon(case, (period.year,)).worth[0])
        return Start(self.y + 1, earlier, passed_on(period, self.inherited, worth, life))


@dataclass(frozen=True)
class Made:
    """The model of one period, before it is solved.

    Attributes:
        books: what its variables count for. worth: present value of 1 a year.
    """

    model: Model
    books: tuple[Counting, Counting, Counting]
    year: int
    worth: float
    start: Start

    def solved(self, near: Basis | None = None) -> tuple[Plan, Basis | None]:
        """The plan of least cost, and where the simplex method ended.

        Args:
            near: where it begins; None: from nothing.

        Raises:
            Infeasible: its targets and limits cannot all be kept. NotSolved: no solver gave an accepted solution.
        """
        session, periods = Session(self.model.lp), (str(self.year),)
        if near is not None:
            session.start_from(near, periods, WARM)
        recipes = RECIPES if near is None else (WARM, *RECIPES)
        try:
            solution = session.solve(recipes, accuracy=ACCURACY, bound=False)
        except Infeasible as error:
            error.model = self.model
            raise
        return read(self.model, solution.x, solution.y), session.basis(periods)

    def period(self, plan: Plan) -> SketchPeriod:
        """A plan counted out."""
        values, system = Values.of_plan(plan), self.model.system
        paid = sum(p.payment for parts in self.start.inherited.built.values() for p in parts if p.stands(self.year))
        missed = {
            limit.name: float(gap)
            for limit, gap in zip(system.limits, plan.missed, strict=True)
            if gap > TINY * (1 + abs(limit.lower if np.isfinite(limit.lower) else limit.upper))
        }
        amounts, uses, output = (counted(book, values) for book in self.books)
        total = plan.objective / self.worth + paid
        return SketchPeriod(self.year, system, plan, amounts, uses, output, missed, total)


@dataclass(frozen=True)
class Sketchbook:
    """What sketches of the same regions and periods share, read once: base year, inputs of the power system, days.

    Attributes:
        case: regions, periods, days, demand, exchange. base: the base year. inputs: of all periods.
        weather: number of a set of days that stand for the year (`typical_days`); None: the most typical ones.
        hours: of a step (`coarse.coarser`): 2 takes a quarter of the time.
    """

    case: Case
    base: BaseYear
    inputs: Inputs
    weather: int | None = None
    hours: int = 1

    @classmethod
    def of(cls, case: Case, base: BaseYear | None = None) -> Sketchbook:
        """Read what a case needs.

        Args:
            base: None: of the embedded statistics.
        """
        group = grouping(case.regions)
        start = base or base_year(group)
        inputs = planned(group, case.periods, case.demand)
        return cls(case, start, with_networks(start, inputs))

    def sketch(
        self, scenario: Scenario, near: Sketch | Mapping[int, Basis] | None = None, tell: Tell = tell_nobody
    ) -> Sketch:
        """The plan of a scenario.

        Args:
            near: the sketch of a similar scenario, or its bases: it costs a tenth of the time to begin where that one
                ended.
            tell: told how far it is; what it raises ends the run.

        Raises:
            DafengError: what cannot be meant. Infeasible: the targets and limits of a period cannot all be kept.
            NotSolved: no solver gave an accepted solution.
        """
        case = self.case_of(scenario)
        bases = dict(near.bases if isinstance(near, Sketch) else near or {})
        start = Start(0, {}, Inherited())
        periods: list[SketchPeriod] = []
        for y, year in enumerate(case.periods):
            tell(f"{year}", y / len(case.periods))
            made = self.make(scenario, start)
            plan, basis = made.solved(bases.get(y))
            if basis is not None:
                bases[y] = basis
            periods.append(made.period(plan))
            start = start.after(case, periods[-1])
        return Sketch(scenario, case, self.base, tuple(periods), bases)

    def make(self, scenario: Scenario, start: Start) -> Made:
        """The model of one period."""
        case, inputs = self.case_of(scenario), one_year(self.inputs, start.y)
        days = typical_days(features(inputs), case.days, hardest_of_few(inputs, case.days), self.weather)
        maker = EconomyModel(Economy(scenario, self.base, start.earlier))
        system = coarser(maker(case, inputs, days, start.inherited), self.hours)
        return Made(build(system), maker.books, inputs.years[0], float(horizon(case, inputs.years).worth[0]), start)

    def case_of(self, scenario: Scenario) -> Case:
        """The case of a scenario on these regions, periods and days."""
        own = {name: getattr(self.case, name) for name in ("regions", "periods", "days", "demand", "exchange")}
        return scenario.case(**own, **LEFT_OUT)


def sketches(book: Sketchbook, scenarios: Sequence[Scenario], tell: Tell = tell_nobody) -> list[Sketch]:
    """The sketches of several scenarios, each from where the one before it ended."""
    found: list[Sketch] = []
    for number, scenario in enumerate(scenarios):

        def tell_part(stage: str, share: float, at: int = number) -> None:
            tell(stage, (at + share) / len(scenarios))

        found.append(book.sketch(scenario, found[-1] if found else None, tell_part))
    return found
