"""Near-optimal alternatives: the least and the most of a technology that a plan can have if it may cost a little more.

    min, max  sum of the capacity of a technology   subject to all rows of the plan and  cost <= (1 + slack) least cost

(Brill, Chang and Hopkins 1982, https://doi.org/10.1287/mnsc.28.3.221; for power systems Neumann and Brown 2021,
https://doi.org/10.1016/j.epsr.2020.106690.) What is the same in all of them is a robust measure; what can be little or
much is a choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dafeng.catalog import DafengError, UnknownName
from dafeng.pathway.interior import block_of_columns
from dafeng.pathway.plan import read
from dafeng.pathway.power.inherited import Inherited
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.sketch import ACCURACY, RECIPES, Made, Sketchbook, Start
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import NONE
from dafeng.pathway.telling import Tell, tell_nobody

CEILING = "near_optimal"


@dataclass(frozen=True)
class Alternative:
    """How much of a technology or option plans of nearly least cost have.

    Attributes:
        technology: of power, or an option of a service. unit of the amounts: GW, or units of the service.
        best: in the plan of least cost. least, most: at a cost of (1 + slack) times the least.
    """

    technology: str
    best: float
    least: float
    most: float


def alternatives(
    book: Sketchbook,
    scenario: Scenario,
    year: int,
    technologies: Sequence[str],
    slack: float = 0.02,
    tell: Tell = tell_nobody,
) -> tuple[Alternative, ...]:
    """The range of some technologies in a year, at a cost of the period that is higher by a share.

    Args:
        year: of a period; earlier periods are planned at least cost. slack: 0.02 for 2 %.

    Raises:
        DafengError: no such period, or no slack. UnknownName: no such technology in the model.
        Infeasible, NotSolved: as `Sketchbook.sketch`.
    """
    case = book.case_of(scenario)
    if year not in case.periods or slack <= 0:
        raise DafengError("pathway_value", name="alternatives", field="year, slack", found=(year, slack), allowed="> 0")
    start = Start(0, {}, Inherited())
    for _ in range(case.periods.index(year)):
        made = book.make(scenario, start)
        start = start.after(case, made.period(made.solved()[0]))
    made = book.make(scenario, start)
    groups = {technology: _stocks(made, technology) for technology in technologies}
    best, _ = made.solved()
    lp = made.model.lp
    costs = lp.cost.copy()
    paying = np.flatnonzero(costs)
    least_cost = best.objective - lp.offset
    rows = lp.rows(CEILING, (1,), upper=least_cost + slack * abs(best.objective))
    lp.add(rows[:, None], costs[paying], paying)
    session = Session(lp, block_of_columns(made.model))
    found = []
    for number, (technology, stocks) in enumerate(groups.items()):
        ends = []
        for turn, sign in enumerate((1.0, -1.0)):
            tell(technology, (2 * number + turn) / (2 * len(groups)))
            aim = np.zeros(lp.shape[1])
            aim[made.model.columns.capacity[stocks, 0]] = sign
            lp.set_cost(np.arange(lp.shape[1]), aim)
            solution = session.solve(RECIPES, accuracy=ACCURACY)
            ends.append(float(read(made.model, solution.x, solution.y).capacity[stocks].sum()))
        found.append(Alternative(technology, float(best.capacity[stocks].sum()), *ends))
    return tuple(found)


def _stocks(made: Made, technology: str) -> list[int]:
    """The stocks of a technology whose capacity is decided."""
    names = made.model.system.stocks.names
    capacity = made.model.columns.capacity
    stocks = [s for s, name in enumerate(names) if name.partition(" ")[2] == technology and capacity[s, 0] != NONE]
    if not stocks:
        raise UnknownName("technology", technology, {name.partition(" ")[2] for name in names})
    return stocks
