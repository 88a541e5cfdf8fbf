"""Near-optimal alternatives: the least and the most of a technology that a plan can have if it may cost a little more.

    min, max  sum of the capacity of a technology   subject to all rows of the plan and  cost <= (1 + slack) least cost

What a plan at an end costs is that of the cheapest plan there: the cost is in the aim with a small weight (`WEIGHT`).

(Brill, Chang and Hopkins 1982, https://doi.org/10.1287/mnsc.28.3.221; for power systems Neumann and Brown 2021,
https://doi.org/10.1016/j.epsr.2020.106690.) What is the same in all of them is a robust measure; what can be little or
much is a choice. Every search begins at the plan of least cost, which keeps to all rows, by the primal simplex method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dafeng.catalog import DafengError, UnknownName
from dafeng.pathway.basis import Basis
from dafeng.pathway.power.inherited import Inherited
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX_CROSSOVER, PRIMAL_SIMPLEX
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.sketch import ACCURACY, Made, Sketchbook, Start
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import NONE
from dafeng.pathway.telling import Tell, tell_nobody

CEILING = "near_optimal"
DUST = 1e-6
WEIGHT = 2e-4
"""Share of the amount in the plan of least cost that is given up, at most, to save all of the slack."""
RECIPES = (PRIMAL_SIMPLEX, DUAL_SIMPLEX, IPX_CROSSOVER)


@dataclass(frozen=True)
class Alternative:
    """How much of a technology or option plans of nearly least cost have, GW, GWh or units of the service.

    Attributes:
        technology: of power, or an option of a service.
        best: in the plan of least cost. least, most: at a cost of up to (1 + slack) times the least.
        cost: of the period at least and at most, over that of the plan of least cost.
        least_cost: 1e9 CNY a year of the period in the plan of least cost, without what earlier periods have built.
    """

    technology: str
    best: float
    least: float
    most: float
    cost: tuple[float, float]
    least_cost: float

    @property
    def extra(self) -> tuple[float, float]:
        """1e9 CNY a year that the least and the most of it cost more than the plan of least cost."""
        low, high = (share - 1.0 if abs(share - 1.0) > DUST else 0.0 for share in self.cost)
        return low * self.least_cost, high * self.least_cost


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
    periods = book.case.periods
    if year not in periods:
        raise DafengError("alternatives_year", found=year, allowed=", ".join(map(str, periods)))
    if not 0 < slack < np.inf:
        raise DafengError("alternatives_slack", found=slack)
    case, start = book.case_of(scenario), Start(0, {}, Inherited())
    for y in range(periods.index(year)):
        tell(f"{periods[y]}", 0.5 * y / (1 + periods.index(year)))
        made = book.make(scenario, start)
        start = start.after(case, made.period(made.solved()[0]))
    made = book.make(scenario, start)
    stocks = {technology: _stocks(made, technology) for technology in technologies}
    tell(f"{year}", 0.5 * periods.index(year) / (1 + periods.index(year)))
    best, basis = made.solved()
    search = _Search(made, float(best.objective), slack, basis)
    found = []
    for number, (technology, own) in enumerate(stocks.items()):
        tell(technology, 0.5 + 0.5 * number / len(stocks))
        decided = [s for s in own if made.model.columns.capacity[s, 0] != NONE]
        whole = float(best.capacity[own].sum())
        given = whole - float(best.capacity[decided].sum())
        (least, low), (most, high) = search.end(decided, 1.0, whole), search.end(decided, -1.0, whole)
        found.append(
            Alternative(technology, whole, given + least, given + most, (low, high), search.least_cost / made.worth)
        )
    return tuple(found)


class _Search:
    """The program of a period with the ceiling on its cost, and sums of capacity instead of the cost as its aim."""

    def __init__(self, made: Made, least_cost: float, slack: float, basis: Basis | None) -> None:
        lp = made.model.lp
        self.made, self.least_cost, self.slack = made, least_cost, slack
        self.costs, self.offset = lp.cost.copy(), lp.offset
        paying = np.flatnonzero(self.costs)
        rows = lp.rows(CEILING, (1,), upper=least_cost + slack * abs(least_cost) - self.offset)
        lp.add(rows[:, None], self.costs[paying], paying)
        lp.offset = 0.0
        self.session = Session(lp)
        if basis is not None:
            self.session.start_from(basis, (str(made.year),), PRIMAL_SIMPLEX)

    def end(self, stocks: list[int], sign: float, size: float) -> tuple[float, float]:
        """The least (sign 1) or most (sign -1) capacity of stocks together, and its cost over the least cost.

        Args:
            size: of the capacity in the plan of least cost.
        """
        lp, columns = self.made.model.lp, self.made.model.columns.capacity[stocks, 0]
        aim = WEIGHT * self.costs
        aim[columns] += sign * self.slack * abs(self.least_cost) / max(size, 1.0)
        lp.set_cost(np.arange(lp.shape[1]), aim)
        x = self.session.solve(RECIPES, accuracy=ACCURACY, bound=False).x
        cost = float(self.costs @ x) + self.offset
        return float(x[columns].sum()), cost / self.least_cost


def _stocks(made: Made, technology: str) -> list[int]:
    """The stocks of a technology whose capacity is decided.

    Raises:
        UnknownName: the model has no such technology. DafengError: nothing of it is decided.
    """
    names = made.model.system.stocks.names
    own = [s for s, name in enumerate(names) if name.partition(" ")[2] == technology]
    if not own:
        raise UnknownName("technology", technology, {name.partition(" ")[2] for name in names})
    if all(made.model.columns.capacity[s, 0] == NONE for s in own):
        raise DafengError("alternatives_fixed", technology=technology)
    return own
