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
from numpy.typing import ArrayLike

from dafeng.pathway.acceptance import EXACT, Accuracy
from dafeng.pathway.equations.limits import total
from dafeng.pathway.model import Model, build
from dafeng.pathway.outcome import Interrupted, NotSolved, Solution
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX, IPX_CROSSOVER, PRIMAL_SIMPLEX, SMALL, Recipe
from dafeng.pathway.refusals import TOLERANCE, capacity_range
from dafeng.pathway.solvers import Progress, Session
from dafeng.pathway.system import (
    ACTIVITY,
    BUILD,
    CAPACITY,
    CHARGE,
    DISCHARGE,
    NONE,
    YEARLY,
    Array,
    Limit,
    Places,
    Reading,
    System,
)
from dafeng.pathway.telling import Tell, tell_nobody

LIMIT, POTENTIAL, FLOOR, DEPARTURE, SHARE, DEMAND, SERVICE = (
    "limit",
    "potential",
    "floor",
    "departure",
    "activity",
    "demand",
    "service",
)
KINDS = (LIMIT, POTENTIAL, FLOOR, DEPARTURE, SHARE, DEMAND, SERVICE)
"""Limits; what may be built of a stock; what must stand or be built of it; what may leave; bounds of a yearly activity;
demand of a node; demand of a service."""
SMALL_RECIPES = (DUAL_SIMPLEX, IPX, PRIMAL_SIMPLEX)
LARGE_RECIPES = (IPX, IPX_CROSSOVER, DUAL_SIMPLEX)
ENERGIES = (ACTIVITY, CHARGE, DISCHARGE)
MOST = 2.0**20
"""By what costs are multiplied at most: with `clash.DEAR` of it they span nine digits, which simplex methods take."""
DUST = 1e-6
"""What gives less, relative to 1 + its number, is rounding of the solver: rows hold to 1e-7 in their own unit."""


@dataclass(frozen=True)
class Member:
    """Something with a number that a planner gave, and that can clash with others.

    Attributes:
        kind: of `KINDS`. name: of the limit, stock, departure, activity, node or service.
        period: its period; "": all of them.
        lower, upper: the numbers, infinite where open; of a demand the energy (or the service) of the period.
        scale: what a share of 1 means, in the unit of the numbers.
        unit: that a limit gives itself. asked: of a limit (1 - s) a - s b, held against 0: the share s of a in a + b.
        reading: of a limit, the figure that it comes from; then there is no `asked`.
    """

    kind: str
    name: str
    period: str
    lower: float
    upper: float
    scale: float
    unit: str = ""
    asked: float | None = None
    reading: Reading | None = None


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


@dataclass(frozen=True)
class _Part:
    """Elastic columns: whose they are, how much a unit of one is in the member's unit, and which way it gives."""

    columns: Places
    members: Places
    amount: Array
    up: bool


class Elastic:
    """The program of a model with everything in it that can give, and the questions that it answers.

    Args:
        model: what has no solution; it is not changed.
        tell: told how far a question is; what it raises ends it.
        recipes: in the order to be tried; None: by size.
    """

    def __init__(self, model: Model, tell: Tell = tell_nobody, recipes: Sequence[Recipe] | None = None) -> None:
        self.model, self.system, self.tell = model, model.system, tell
        self.members: list[Member] = []
        self._parts: list[_Part] = []
        self._asked = 0
        self._known: dict[tuple[frozenset[int], frozenset[int]], Strain] = {}
        self.lp = build(model.system).lp
        self.lp.set_cost(np.arange(self.lp.shape[1]), 0.0)
        self.lp.offset = 0.0
        self._limits()
        self._stocks()
        self._departures()
        self._yearly()
        self._demand()
        self.scale = np.array([member.scale for member in self.members])
        self._columns = np.concatenate([part.columns for part in self._parts])
        self._member = np.concatenate([part.members for part in self._parts])
        self._amount = np.concatenate([part.amount for part in self._parts])
        self._up = np.concatenate([np.full(len(part.columns), part.up) for part in self._parts])
        self._most = self.lp.upper[self._columns].copy()
        self._session = Session(self.lp)
        self._recipes = tuple(recipes or (SMALL_RECIPES if self.lp.shape[1] <= SMALL else LARGE_RECIPES))

    # -- what can give ------------------------------------------------------------------------------------------------

    def _join(
        self,
        kind: str,
        name: str,
        period: str,
        lower: float,
        upper: float,
        scale: float = 0.0,
        unit: str = "",
        asked: float | None = None,
        reading: Reading | None = None,
    ) -> int:
        """A member more; without a scale, a share of 1 means its number."""
        size = max((abs(number) for number in (lower, upper) if np.isfinite(number)), default=0.0)
        self.members.append(Member(kind, name, period, lower, upper, scale or size or 1.0, unit, asked, reading))
        return len(self.members) - 1

    def _z(self, name: str, members: list[int], up: bool, scale: Array, upper: ArrayLike = np.inf) -> Places:
        """Elastic columns of members; a unit of one is `scale` in the unit of its member."""
        columns = self.lp.columns(f"give {name}", (len(members),), upper=upper).astype(np.int64)
        self._parts.append(_Part(columns, np.array(members, dtype=np.int64), scale, up))
        return columns

    def _scales(self, members: list[int]) -> Array:
        return np.array([self.members[k].scale for k in members], dtype=np.float64)

    def _limits(self) -> None:
        """The rows of limits that have no price."""
        rows, own = [], []
        for row, limit in zip(self.model.limits, self.system.limits, strict=True):
            if limit.price is None and (np.isfinite(limit.lower) or np.isfinite(limit.upper)):
                period = "" if limit.period is None else self.system.steps.periods[limit.period]
                scale, asked = (0.0, None) if _number(limit) else (_size(self.system, limit), _asked(limit))
                asked = None if limit.reading else asked
                numbers = limit.lower, limit.upper, scale
                own.append(self._join(LIMIT, limit.name, period, *numbers, limit.unit, asked, limit.reading))
                rows.append(row)
        self._both_ways(LIMIT, own, np.array(rows, dtype=np.int64))

    def _both_ways(self, name: str, own: list[int], rows: Places) -> None:
        """Members that are rows: their upper number gives and their lower one."""
        scale = self._scales(own)
        self.lp.add(rows, -scale, self._z(f"{name} more", own, True, scale))
        self.lp.add(rows, scale, self._z(f"{name} less", own, False, scale))

    def _stocks(self) -> None:
        """What may and what must be built and stand; both bounds of a stock in a period are one member.

        Its number is the bound that is tighter, seen from what is inherited and may be built or must be.
        """
        stocks, columns = self.system.stocks, self.model.columns
        for kind, built, stands in (
            (POTENTIAL, stocks.build_upper, stocks.upper),
            (FLOOR, stocks.build_lower, stocks.lower),
        ):
            up = kind == POTENTIAL
            given = [
                (np.isfinite(table) if up else table > 0) & (where != NONE)
                for table, where in ((built, columns.build), (stands, columns.capacity))
            ]
            reach = capacity_range(self.system, within=False)[up]
            tight = stands <= reach * (1 + TOLERANCE) if up else stands >= reach * (1 - TOLERANCE)
            number = np.where(given[1] & (tight | ~given[0]), stands, built)
            places = np.argwhere(given[0] | given[1])
            own = [self._bound(kind, stocks.names[s], y, number[s, y], up) for s, y in places]
            scale = self._scales(own)
            z = self._z(kind, own, up, scale)
            for name, mask, where, table in zip(
                ("build", "stand"), given, (columns.build, columns.capacity), (built, stands), strict=True
            ):
                here = mask[tuple(places.T)]
                self._held(f"{kind} {name}", where[mask], table[mask], z[here], scale[here], up)

    def _bound(self, kind: str, name: str, y: int, number: float, up: bool) -> int:
        lower, upper = (-np.inf, float(number)) if up else (float(number), np.inf)
        return self._join(kind, name, self.system.steps.periods[y], lower, upper)

    def _held(self, name: str, columns: Places, bound: Array, z: Places, scale: Array, up: bool) -> None:
        """Bounds of columns as rows that can give: x - scale z <= bound, or x + scale z >= bound."""
        terms = [(np.ones(len(columns)), columns), (-scale if up else scale, z)]
        if up:
            self.lp.rows(name, columns.shape, terms, upper=bound)
            self.lp.set_bounds(columns, upper=np.inf)
        else:
            self.lp.rows(name, columns.shape, terms, lower=bound)
            self.lp.set_bounds(columns, lower=np.where(bound < 0, -np.inf, 0.0))

    def _departures(self) -> None:
        """What may leave a stock."""
        leaving = self.system.departures
        self._table(DEPARTURE, leaving.names, leaving.upper, self.model.columns.departing, True)

    def _yearly(self) -> None:
        """Bounds of yearly activities."""
        yearly = self.system.yearly
        self._table(SHARE, yearly.names, yearly.upper, self.model.columns.yearly, True)
        floors = np.where(yearly.lower == 0, -np.inf, yearly.lower)
        self._table(SHARE, yearly.names, floors, self.model.columns.yearly, False)

    def _table(self, kind: str, names: tuple[str, ...], table: Array, columns: Places, up: bool) -> None:
        """Bounds (k, Y) of columns (k, Y); what is infinite is open."""
        places = np.argwhere(np.isfinite(table))
        where = tuple(places.T)
        own = [self._bound(kind, names[k], y, table[k, y], up) for k, y in places]
        name, scale = f"{kind} {'upper' if up else 'lower'}", self._scales(own)
        self._held(name, columns[where], table[where], self._z(name, own, up, scale), scale, up)

    def _demand(self) -> None:
        """Demand of nodes by period, step by step: less (at most all of it), or more; and of services."""
        nodes, steps, yearly = self.system.nodes, self.system.steps, self.system.yearly
        for n, name in enumerate(nodes.names):
            for y, period in enumerate(steps.periods):
                here = np.flatnonzero(steps.period == y)
                weight, demand = steps.weight[here], nodes.demand[n, here]
                if not demand.any():
                    continue
                energy = float(weight @ demand)
                own = [self._join(DEMAND, name, period, energy, energy)] * len(here)
                rows, label = self.model.balance[n, here], f"{DEMAND} {name} {period}"
                most = np.maximum(demand, 0.0)
                self.lp.add(rows, 1.0, self._z(f"{label} less", own, False, weight, upper=most))
                self.lp.add(rows, -1.0, self._z(f"{label} more", own, True, weight))
        places = np.argwhere(yearly.demand != 0)
        own = [
            self._join(SERVICE, yearly.services[m], steps.periods[y], yearly.demand[m, y], yearly.demand[m, y])
            for m, y in places
        ]
        self._both_ways(SERVICE, own, self.model.services[tuple(places.T)])

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


def _number(limit: Limit) -> float:
    return max((abs(side) for side in (limit.lower, limit.upper) if np.isfinite(side)), default=0.0)


def _asked(limit: Limit) -> float | None:
    """The share s of a limit (1 - s) a - s b of energies, in any unit; None: it is of another form."""
    if any(term.quantity not in ENERGIES or term.coefficient.ndim > 1 for term in limit.terms):
        return None
    values = np.concatenate([term.coefficient for term in limit.terms] or [np.zeros(0)])
    own, rest = values[values > 0], -values[values < 0]
    if not own.size or not rest.size or np.ptp(own) > 1e-9 * own[0] or np.ptp(rest) > 1e-9 * rest[0]:
        return None
    return float(rest[0] / (own[0] + rest[0]))


def _size(system: System, limit: Limit) -> float:
    """What a limit with the number 0 is held against: the demand of its period, times the spread of its coefficients.

    Of a share (1 - s) a - s b the spread is 1: to give a hundredth is to miss the share by a point.

    A limit that is divided by a whole of known size for its figure is held against that size.
    Energies are held against the energy of all nodes, capacities against their highest power.
    """
    if limit.reading is not None and limit.reading.size > 0:
        return limit.reading.size
    steps = system.steps
    here = np.ones(steps.count, dtype=bool) if limit.period is None else steps.period == limit.period
    power = system.nodes.demand[:, here].sum(axis=0)
    wanted = system.yearly.demand if limit.period is None else system.yearly.demand[:, [limit.period]]
    size = {
        **dict.fromkeys((ACTIVITY, CHARGE, DISCHARGE), float(steps.weight[here] @ power)),
        **dict.fromkeys((CAPACITY, BUILD), float(power.max(initial=0.0))),
        YEARLY: float(wanted.sum()),
    }
    terms = [term for term in limit.terms if term.coefficient.size]
    spread = max((float(term.coefficient.max()) for term in terms), default=0.0)
    spread -= min((float(term.coefficient.min()) for term in terms), default=0.0)
    return max((spread * size.get(term.quantity, 0.0) for term in terms), default=0.0) or 1.0
