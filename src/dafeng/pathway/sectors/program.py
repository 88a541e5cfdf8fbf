"""The linear program of a plan of all sectors, for other solvers."""

from __future__ import annotations

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inputs import one_year, planned
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.stages import first_program
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.base_year import BaseYear, base_year
from dafeng.pathway.sectors.build import Economy
from dafeng.pathway.sectors.model import EconomyModel
from dafeng.pathway.sectors.planning import with_networks


def economy_program(scenario: Scenario, case: Case, base: BaseYear | None = None) -> LinearProgram:
    """The linear program that `plan_economy` solves first: of the first period, before anything is mended.

    `Session(economy_program(scenario, case)).write("plan.mps")` writes it with the names of its rows and columns.

    Args:
        case, base: as of `plan_economy`.

    Raises:
        DafengError: what cannot be meant.
    """
    start = base or base_year(grouping(case.regions))
    inputs = with_networks(start, planned(grouping(case.regions), case.periods, case.demand))
    return first_program(case, one_year(inputs, 0), EconomyModel(Economy(scenario, start, {})))
