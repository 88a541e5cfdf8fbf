"""A program in which what a planner gave may give: limits first, then bounds of building and keeping, then demand.

    minimise    sum weight[k] z[k]
    subject to  lower - scale[k] z[k] <= A x <= upper + scale[k] z[k],    z >= 0

with the cost of the model left out. z is a share of the number that gives, so that Mt and GW can be added up (elastic
programming: Chinneck 2008, "Feasibility and Infeasibility in Optimization", chapter 6). What may not give has z = 0;
what gives for nothing has weight 0. Only costs and bounds of z change between two questions, so every solver will do
and a simplex method starts warm.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dafeng.pathway.acceptance import EXACT, Accuracy
from dafeng.pathway.elastic_members import LIMIT, Giving
from dafeng.pathway.equations.limits import total
from dafeng.pathway.model import Model
from dafeng.pathway.outcome import Interrupted, NotSolved, Solution
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX, IPX_CROSSOVER, PRIMAL_SIMPLEX, SMALL, Recipe
from dafeng.pathway.solvers import Progress, Session
from dafeng.pathway.system import Array, Limit
from dafeng.pathway.telling import Tell, tell_nobody

SMALL_RECIPES = (DUAL_SIMPLEX, IPX, PRIMAL_SIMPLEX)
LARGE_RECIPES = (IPX, IPX_CROSSOVER, DUAL_SIMPLEX)
MOST = 2.0**20
"""By what costs are multiplied at most: with `clash.DEAR` of it they span nine digits, which simplex methods take."""
DUST = 1e-6
"""What gives less, relative to 1 + its number, is rounding of the solver: rows hold to 1e-7 in their own unit."""


@dataclass(frozen=True)
class Strain:
    """What one question came to, recomputed from the point x.

    Attributes:
        value: sum of weight x share over what may give.
        up, down: (members,) by how much the upper number would have to rise and the lower one to fall, in its unit.
        reached: (members,) what is reached of the share or figure that a limit asks for; else nan.
        pressed: (members,) does a limit hold back the answer: has its row a multiplier.
    """

    value: float
    up: Array
    down: Array
    reached: Array
    pressed: Array

    @property
    def gives(self) -> Array:
        """(members,) the greater of both."""
        return np.maximum(self.up, self.down)


class Elastic:
    """The program of a model with everything in it that can give, and the questions that it answers.

    Args:
        model: what has no solution; it is not changed.
        tell: told how far a question is; what it raises ends it.
        recipes: in the order to be tried; None: by size.
    """

    def __init__(self, model: Model, tell: Tell = tell_nobody, recipes: Sequence[Recipe] | None = None) -> None:
        self.model, self.system, self.tell = model, model.system, tell
        self._asked = 0
        self._known: dict[tuple[frozenset[int], frozenset[int]], Strain] = {}
        giving = Giving(model)
        self.lp, self.members, parts = giving.lp, giving.members, giving.parts
        self.scale = np.array([member.scale for member in self.members])
        self._columns = np.concatenate([part.columns for part in parts])
        self._member = np.concatenate([part.members for part in parts])
        self._amount = np.concatenate([part.amount for part in parts])
        self._up = np.concatenate([np.full(len(part.columns), part.up) for part in parts])
        self._most = self.lp.upper[self._columns].copy()
        self._session = Session(self.lp)
        self._recipes = tuple(recipes or (SMALL_RECIPES if self.lp.shape[1] <= SMALL else LARGE_RECIPES))

    # -- questions ----------------------------------------------------------------------------------------------------

    def rather(self, few: Collection[int], many: Collection[int], dear: float, free: Collection[int] = ()) -> Strain:
        """`least` of a few, without the proof that they are enough, which is dear where they are not.

        Others among `many` may give at a price; if none of them does, what the few give is the least without them.
        If one does, only the question whether they are enough is left.

        Returns:
            of the few; value inf: they are not enough.

        Raises:
            Infeasible, NotSolved: as `least`.
        """
        own, others = frozenset(few), frozenset(many) - frozenset(few)
        key = own, frozenset(free)
        if key not in self._known:
            weight = np.where(np.isin(np.arange(len(self.members)), list(own)), 1.0, dear)
            strain = self.least(own | others, free, weight)
            if others and strain.gives[list(others)].any():
                enough = self.least(others, own | frozenset(free)).value == 0
                strain = self.least(own, free) if enough else replace(strain, value=np.inf)
            self._known[key] = strain
        return self._known[key]

    def least(self, priced: Collection[int], free: Collection[int] = (), weight: Array | None = None) -> Strain:
        """The least that `priced` members must give, weighted, if `free` ones give for nothing and no other gives.

        Args:
            weight: (members,) cost per share; None: 1 each.

        Raises:
            Infeasible: what may not give is infeasible by itself. NotSolved: no solver gave an accepted solution.
        """
        key = frozenset(priced), frozenset(free)
        if weight is None and key in self._known:
            return self._known[key]
        strain = self._answer(priced, free, weight)
        if weight is None:
            self._known[key] = strain
        return strain

    def _answer(self, priced: Collection[int], free: Collection[int], weight: Array | None) -> Strain:
        count = len(self.members)
        pays, open_ = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        pays[list(priced)] = True
        open_[list(priced)], open_[list(free)] = True, True
        each = np.where(pays, np.ones(count) if weight is None else weight, 0.0)
        size = _larger(each, self.scale)
        self.lp.set_cost(self._columns, size * (each / self.scale)[self._member] * self._amount)
        self.lp.set_bounds(self._columns, upper=np.where(open_[self._member], self._most, 0.0))
        self._asked += 1
        self._told(0.0)
        solution = self._solved(replace(EXACT, size=size))
        given = solution.x[self._columns] * self._amount
        up, down = (
            np.bincount(self._member[way], given[way], count).astype(np.float64) for way in (self._up, ~self._up)
        )
        limits = [k for k, member in enumerate(self.members) if member.kind == LIMIT]
        rows = {limit.name: row for row, limit in zip(self.model.limits, self.system.limits, strict=True)}
        up[limits], down[limits], reached = self._missed(solution.x, limits)
        up, down = (np.where(amount > DUST * (1 + self.scale), amount, 0.0) for amount in (up, down))
        pressed = np.zeros(count, dtype=bool)
        prices = np.array([abs(solution.y[rows[self.members[k].name]]) * self.scale[k] for k in limits])
        pressed[limits] = prices > DUST * prices.max(initial=0.0)
        return Strain(float(each @ ((up + down) / self.scale)), up, down, reached, pressed)

    def _solved(self, accuracy: Accuracy) -> Solution:
        """Now and then a warm simplex loses its way; then it starts afresh."""
        try:
            return self._session.solve(self._recipes, accuracy=accuracy, progress=self._progress, bound=False)
        except Interrupted:
            raise
        except NotSolved:
            self._session = Session(self.lp)
            return self._session.solve(self._recipes, accuracy=accuracy, progress=self._progress, bound=False)

    def _missed(self, x: Array, limits: list[int]) -> tuple[Array, Array, Array]:
        """By how much x is above and below the numbers of limits, from the rows of the model itself; shares reached."""
        lp = self.model.lp
        matrix = lp.matrix()
        names = {limit.name: row for row, limit in zip(self.model.limits, self.system.limits, strict=True)}
        known = {limit.name: limit for limit in self.system.limits}
        rows = np.array([names[self.members[k].name] for k in limits], dtype=np.int64)
        inside = x[: lp.shape[1]]
        value = (matrix @ inside)[rows]
        reached = np.full(len(self.members), np.nan)
        for k, row in zip(limits, rows, strict=True):
            asked = self.members[k].asked
            if asked is not None:
                parts = (matrix[[row]].toarray()[0]) * inside
                own, rest = parts[parts > 0].sum() / (1 - asked), -parts[parts < 0].sum() / asked
                reached[k] = own / (own + rest) if own + rest > 0 else np.nan
        up, down = np.maximum(value - lp.row_upper[rows], 0.0), np.maximum(lp.row_lower[rows] - value, 0.0)
        for at, k in enumerate(limits):
            member = self.members[k]
            if member.reading is not None and (up[at] > 0 or down[at] > 0):
                reach = member.upper + up[at] if up[at] > 0 else member.lower - down[at]
                whole = self._whole(known[member.name], inside)
                reached[k] = member.reading.figure(reach, whole) if whole else np.nan
        return up, down, reached

    def _whole(self, limit: Limit, x: Array) -> float:
        """What the sum of a limit is divided by for its figure."""
        reading = limit.reading
        if reading is None or not reading.whole:
            return 1.0
        return total(self.system, self.model.columns, replace(limit, terms=reading.whole, price=None, reading=None), x)

    def _progress(self, now: Progress) -> None:
        self._told(now.seconds)

    def _told(self, seconds: float) -> None:
        """How many questions there will be is not known: each brings the share nearer to 1."""
        self.tell(f"clash {self._asked}", 1.0 - 1.0 / (1.0 + 0.1 * self._asked + seconds / 600))


def _larger(each: Array, scale: Array) -> float:
    """By what the costs of a question are multiplied, a power of two from 1 to `MOST`.

    The price of a row is about weight / scale: 1e-4 and less of what is counted in thousands, where solvers leave 1e-7
    on prices, which times thousands of tonnes is as much as the answer. Multiplied, the least of these prices is 1.
    """
    paid = each > 0
    return float(np.clip(2.0 ** np.ceil(np.log2(max((scale[paid] / each[paid]).max(initial=1.0), 1.0))), 1.0, MOST))
