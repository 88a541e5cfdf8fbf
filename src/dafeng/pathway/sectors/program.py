"""The linear program of a plan of all sectors, for other solvers."""

from __future__ import annotations

from dataclasses import replace

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.days import Days
from dafeng.pathway.model import build
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inherited import Inherited
from dafeng.pathway.power.inputs import Inputs, one_year, planned
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.stages import plan_together
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.base_year import BaseYear, base_year
from dafeng.pathway.sectors.build import Economy
from dafeng.pathway.sectors.model import EconomyModel
from dafeng.pathway.sectors.planning import heat_load
from dafeng.pathway.system import System


def economy_program(scenario: Scenario, case: Case, base: BaseYear | None = None) -> LinearProgram:
    """The linear program that `plan_economy` solves first: of the first period, before anything is mended.

    `Session(economy_program(scenario, case)).write("plan.mps")` writes it with the names of its rows and columns.

    Args:
        case, base: as of `plan_economy`.

    Raises:
        DafengError: what cannot be meant.
    """
    start = base or base_year(grouping(case.regions))
    inputs = planned(grouping(case.regions), case.periods, case.demand)
    inputs = replace(inputs, heat=heat_load(start, inputs))
    model = EconomyModel(Economy(scenario, start, {}))

    def first(case: Case, inputs: Inputs, days: Days, inherited: Inherited) -> System:
        raise _Made(model(case, inputs, days, inherited))

    try:
        plan_together(case, one_year(inputs, 0), Inherited(), make=first)
    except _Made as made:
        return build(made.system).lp
    raise AssertionError("a plan begins with a system")


class _Made(Exception):
    """Ends the planning with the first system that was to be solved."""

    def __init__(self, system: System) -> None:
        super().__init__()
        self.system = system
