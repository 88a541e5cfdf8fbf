"""Making the plan of all sectors: period after period, each with what the earlier ones built and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dafeng.catalog import economy, power
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inherited import Inherited, horizon, life_of
from dafeng.pathway.power.inputs import BASE as POWER_BASE
from dafeng.pathway.power.inputs import HOURS, Inputs, gas_heat, one_year, planned
from dafeng.pathway.power.passing_on import passed_on
from dafeng.pathway.power.planning import PowerPlan
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.stage import Stage
from dafeng.pathway.power.stages import plan_together
from dafeng.pathway.recipes import named
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_names import options
from dafeng.pathway.sectors.base_year import BaseYear, base_year
from dafeng.pathway.sectors.build import GJ_PER_TCE, PJ_PER_TWH, TWH_PER_GW, Economy
from dafeng.pathway.sectors.counting import Counting, Key, Values
from dafeng.pathway.sectors.model import EconomyModel
from dafeng.pathway.system import Array
from dafeng.pathway.telling import Tell, tell_nobody

BUILDINGS = ("services", "urban_households", "rural_households")


@dataclass(frozen=True)
class Period:
    """One period of a plan of all sectors.

    Attributes:
        stage: the power plan with its certificate and replay.
        amounts: (flow, carrier) -> (R,) 1e6 canonical units a year, of all hours of the replay.
        uses: (sector, fuel) -> (R,) Mtce, TWh or PJ. output: (service, option) -> (R,) units of the service.
    """

    stage: Stage
    amounts: Mapping[Key, Array]
    uses: Mapping[Key, Array]
    output: Mapping[Key, Array]


@dataclass(frozen=True)
class EconomyPlan:
    """A plan of all sectors.

    Attributes:
        power: its power plan. periods: one a period, in the order of time. base: the base year it starts from.
    """

    scenario: Scenario
    case: Case
    base: BaseYear
    periods: tuple[Period, ...]
    power: PowerPlan

    @property
    def regions(self) -> tuple[str, ...]:
        """Ids of the regions."""
        return self.base.regions

    @property
    def years(self) -> tuple[int, ...]:
        """The years of all periods."""
        return self.power.years

    @property
    def holds(self) -> bool:
        """Does every period hold in all hours."""
        return self.power.holds

    @property
    def keys(self) -> tuple[Key, ...]:
        """Flows and carriers that are counted, in order."""
        return tuple(sorted({key for period in self.periods for key in period.amounts}))

    def amount(self, flow: str, carrier: str) -> Array:
        """(R, Y) 1e6 canonical units a year; 0 where the plan has no such flow."""
        none = np.zeros(len(self.regions))
        return np.stack([period.amounts.get((flow, carrier), none) for period in self.periods], axis=1)


def plan_economy(
    scenario: Scenario,
    case: Case,
    base: BaseYear | None = None,
    tell: Tell = tell_nobody,
    *,
    solver: str = "",
    cut: bool = False,
) -> EconomyPlan:
    """Make the plan of a scenario.

    Args:
        case: regions, periods, days and the settings of the power system (`scenario.case`).
        base: the base year of the case's regions; None: of the embedded statistics.
        tell: told how far it is; what it raises ends the run and leaves nothing behind.
        solver: name of the only recipe that may solve it, as in `plan_power`; empty: the portfolio chooses.
        cut: a plan that keeps its limits only by cutting load is wanted all the same (`stages.plan_together`).

    Raises:
        DafengError: what cannot be meant. Infeasible: the targets and limits of a period cannot all be kept.
        NotSolved: no solver gave an accepted solution.
    """
    recipes = (named(solver),) if solver else ()
    group = grouping(case.regions)
    start = base or base_year(group)
    inputs = planned(group, case.periods, case.demand)
    inputs = with_networks(start, inputs)
    earlier: dict[Key, dict[int, Array]] = {}
    inherited = [Inherited()]
    periods: list[Period] = []
    for y, year in enumerate(case.periods):

        def tell_year(stage: str, share: float, at: int = y, of: int = year) -> None:
            tell(f"{of} {stage}", (at + share) / len(case.periods))

        model = EconomyModel(Economy(scenario, start, earlier))
        before = periods[-1].stage if periods else None
        (stage,) = plan_together(case, one_year(inputs, y), inherited[-1], tell_year, model, before, recipes, cut=cut)
        period = read_period(stage, model)
        for key, amount in (*period.amounts.items(), *period.output.items()):
            earlier.setdefault(key, {})[year] = amount
        periods.append(period)
        inherited.append(passed_on(stage, inherited[-1], float(horizon(case, (year,)).worth[0]), life))
    power = PowerPlan(case, tuple(period.stage for period in periods), tuple(inherited[:-1]))
    return EconomyPlan(scenario, case, start, tuple(periods), power)


def life(stock: str, year: int) -> float:
    """Years that capacity lasts: of an option of a service, or of the power system."""
    option = options().get(stock.partition(" ")[2])
    return life_of(stock, year) if option is None else option.life


def read_period(stage: Stage, model: EconomyModel) -> Period:
    """What a stage counts, with the energies of all hours."""
    run, proved = stage.replay, stage.certificate
    given, charged, discharged = (run.energy(power) for power in (run.activity, run.charge, run.discharge))
    values = Values(given, charged, discharged, proved.capacity, proved.yearly)

    amounts, uses, output = (counted(book, values) for book in model.books)
    return Period(stage, amounts, uses, output)


def counted(book: Counting, values: Values) -> dict[Key, Array]:
    """Key -> (R,) what the values of one period count for."""
    return {key: table[:, 0] for key, table in book.amounts(values).items()}


def with_networks(base: BaseYear, inputs: Inputs) -> Inputs:
    """The inputs with the heat of the balances: works take some in nearly every province that has gas plants."""
    return replace(
        inputs, heat=heat_load(base, inputs), gas_heat=gas_heat(inputs.grouping, power.capacities(POWER_BASE))
    )


def heat_load(base: BaseYear, inputs: Inputs) -> Array:
    """(R, 8760) GW of network heat in the base year: buildings when it is cold, industry all the year.

    It sizes boilers and plants; what is drawn in a plan is decided there.
    """
    shape = inputs.heat.sum(axis=0)
    cold = shape / shape.mean() if shape.any() else np.ones(HOURS)
    found = np.zeros((len(base.regions), HOURS))
    for place in range(len(base.regions)):
        for sector in economy.sectors():
            pj = base.of(place, sector, "heat") * GJ_PER_TCE
            along = cold if sector in BUILDINGS else np.ones(HOURS)
            found[place] += pj / PJ_PER_TWH / TWH_PER_GW * along
    return found
