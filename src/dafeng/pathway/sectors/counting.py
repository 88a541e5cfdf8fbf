"""What every decision of the model counts for in the ledger: the flows of history, counted by the measures of history.

A measure is a table of coefficients over flows (`accounts.linear_map`). `Counting` says how much of each flow and
carrier one unit of each variable is; together they make the row of a constraint, and with the values of a plan the
ledger lines and the account. So a target limits in the model what the account will count.

    amount[r, f, c, y] = sum(k) coefficient[k, y] q[k, y]          q: activity, charge, discharge, capacity, yearly

Amounts are in 1e6 canonical units a year: Mtce, TWh, PJ (1e6 GJ), Mt, million m3, GW from MW by 1e3 and so on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from dafeng.accounts import Measure
from dafeng.pathway.plan import Plan
from dafeng.pathway.system import ACTIVITY, CAPACITY, CHARGE, DISCHARGE, YEARLY, Array, Places, Term

MILLION = 1e6
Key = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """What one variable counts for.

    Attributes:
        region: place of the region. quantity: of `system.Term`. index: of the variable.
        amount: (Y,) 1e6 canonical units a year per unit (of energies: per P·h a year).
    """

    region: int
    quantity: str
    index: int
    amount: Array


@dataclass
class Counting:
    """Flows of a model by ledger flow and carrier.

    Attributes:
        regions: ids, R of them. years: of the periods.
    """

    regions: tuple[str, ...]
    years: tuple[int, ...]
    entries: dict[Key, list[Entry]] = field(default_factory=dict)

    def add(self, region: int, flow: str, carrier: str, quantity: str, index: int, amount: Array | float) -> None:
        """A unit of a variable counts `amount`, one number or one per period, for a flow of a carrier."""
        table = amount if isinstance(amount, np.ndarray) else np.full(len(self.years), float(amount))
        if table.any():
            self.entries.setdefault((flow, carrier), []).append(Entry(region, quantity, index, table))

    def term(self, flow: str, carrier: str, y: int, factor: float = 1.0, region: int | None = None) -> list[Term]:
        """Terms whose sum is factor x the amount of a flow and carrier in a period, of one region or of all."""
        return self.terms({(flow, carrier): factor}, y, region)

    def terms(self, factors: Mapping[Key, float], y: int, region: int | None = None) -> list[Term]:
        """Terms whose sum is the factors' sum over flows and carriers: one term a quantity, each variable once."""
        sums: dict[str, dict[int, float]] = {}
        for key, factor in factors.items():
            for entry in self.entries.get(key, ()) if factor else ():
                if region is None or entry.region == region:
                    own = sums.setdefault(entry.quantity, {})
                    own[entry.index] = own.get(entry.index, 0.0) + factor * float(entry.amount[y])
        found = []
        for quantity, own in sums.items():
            index = [k for k, value in own.items() if value]
            if index:
                found.append(Term(quantity, np.array(index, dtype=np.int64), np.array([own[k] for k in index])))
        return found

    def measured(self, measure: Measure, y: int, region: int | None = None) -> list[Term]:
        """Terms whose sum is a measure of the model's flows, in 1e6 units of the measure."""
        return self.terms(self.factors(measure, y), y, region)

    def factors(self, measure: Measure, y: int) -> dict[Key, float]:
        """Coefficient of the measure for each flow and carrier that the model has, in a year.

        Raises:
            MissingFactor: a flow of the model belongs to the measure and has no coefficient in that year.
        """
        from datetime import date

        start, end = date(self.years[y], 1, 1), date(self.years[y] + 1, 1, 1)
        found = {}
        for flow, carrier in self.entries:
            if (flow, carrier) in measure.pairs:
                parts = measure.at(("CN",), flow, carrier, start, end)
                found[flow, carrier] = float(sum(share * c.value for share, c in parts))
        return found

    def amounts(self, values: Values) -> dict[Key, Array]:
        """(flow, carrier) -> (R, Y) amounts of a plan, 1e6 canonical units a year."""
        found = {}
        for key, entries in self.entries.items():
            table = np.zeros((len(self.regions), len(self.years)))
            for entry in entries:
                table[entry.region] += entry.amount * values.of(entry.quantity)[entry.index]
            found[key] = table
        return found

    def keys(self) -> Iterable[Key]:
        return self.entries.keys()


@dataclass(frozen=True)
class Values:
    """What the variables of a plan are in a year; energies summed over the year.

    Attributes:
        activity, charge, discharge: (k, Y) P·h a year. capacity: (s, Y) P. yearly: (a, Y) units a year.
    """

    activity: Array
    charge: Array
    discharge: Array
    capacity: Array
    yearly: Array

    @classmethod
    def of_plan(cls, plan: Plan) -> Values:
        """Of the typical days of a plan."""
        activity, charge, discharge = (plan.energy(power) for power in (plan.activity, plan.charge, plan.discharge))
        return cls(activity, charge, discharge, plan.capacity, plan.yearly)

    def of(self, quantity: str) -> Array:
        """The table of a quantity."""
        return {
            ACTIVITY: self.activity,
            CHARGE: self.charge,
            DISCHARGE: self.discharge,
            CAPACITY: self.capacity,
            YEARLY: self.yearly,
        }[quantity]


def of_names(names: Iterable[str], wanted: set[str]) -> Places:
    """Numbers of the parts whose technology (the name without its region) is wanted."""
    return np.array([k for k, name in enumerate(names) if name.partition(" ")[2] in wanted], dtype=np.int64)
