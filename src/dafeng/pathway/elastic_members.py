"""What a planner gave that can give way, and the program with a column for each of them (`pathway.elastic`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dafeng.pathway.model import Model, build
from dafeng.pathway.refusals import TOLERANCE, capacity_range
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
ENERGIES = (ACTIVITY, CHARGE, DISCHARGE)


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
class Part:
    """Elastic columns: whose they are, how much a unit of one is in the member's unit, and which way it gives."""

    columns: Places
    members: Places
    amount: Array
    up: bool


class Giving:
    """The program of a model, without its costs, with everything in it that can give.

    Attributes:
        lp: the program. members: what can give. parts: its elastic columns.
    """

    def __init__(self, model: Model) -> None:
        self.model, self.system = model, model.system
        self.members: list[Member] = []
        self.parts: list[Part] = []
        self.lp = build(model.system).lp
        self.lp.set_cost(np.arange(self.lp.shape[1]), 0.0)
        self.lp.offset = 0.0
        self._limits()
        self._stocks()
        self._departures()
        self._yearly()
        self._demand()

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
        self.parts.append(Part(columns, np.array(members, dtype=np.int64), scale, up))
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
