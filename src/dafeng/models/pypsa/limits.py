"""Limits of a plan on what runs, as global constraints of PyPSA.

PyPSA's `primary_energy` sums, over the generators of each carrier, output / efficiency x an attribute of the carrier.
So a limit `sum of coefficient x activity` becomes an attribute of carriers, and where generators of one carrier have
different coefficients, an efficiency relative to the best of them. Only generators are counted: links and processes get
a port more, to a bus of the limit, where a generator of negative sign takes what they put in; it meters them.

Held are limits on activities alone, which must hold, over the whole file or (where each planning period has one
investment period) over one planning period. All others stay out and are named (`writer.left_out`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dafeng.models.pypsa.tables import Tables
from dafeng.pathway.system import ACTIVITY, Array, Limit

CO2, EMISSIONS = "co2_cap", "co2_emissions"
"""First word of the name of a CO2 cap of the power system, and the attribute in which PyPSA looks for emissions."""
SAME = 1e-9
Rates = dict[str, float]


def add_limits(tables: Tables) -> set[str]:
    """Write every limit that PyPSA can hold; their names."""
    adder = _Adder(tables)
    return {limit.name for limit in tables.system.limits if adder.add(limit)}


class _Adder:
    """Efficiencies that earlier limits gave to generators, and attributes to carriers."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.timing, self.steps = tables, tables.timing, tables.steps
        self.efficiency: dict[str, float] = {}
        self.attributes: dict[str, Rates] = {}

    def add(self, limit: Limit) -> bool:
        """Write a limit, or nothing; was it written."""
        sides = self._sides(limit)
        periods = range(len(self.steps.periods)) if limit.period is None else (limit.period,)
        amounts = self._amounts(limit)
        if limit.price is not None or not sides or amounts is None or not self._apart(limit):
            return False
        used = [(i, y, *there) for i in amounts for y in periods if (there := self._component(i, y)) is not None]
        counted = {name: amounts[i] for i, _, kind, name in used if kind == "generators"}
        found = self._rates(counted, limit, periods)
        if found is None:
            return False
        attribute, carriers, rates, efficiency = found
        for name, value in efficiency.items():
            self.efficiency[name] = value
            self.tables.tables["generators"][name] |= {"efficiency": value, "carrier": carriers[name]}
        metered = [(i, y, kind, name) for i, y, kind, name in used if kind != "generators"]
        if metered:
            rates[self._meter(limit.name, amounts, metered)] = 1.0
        self.attributes[attribute] = self.attributes.get(attribute, {}) | rates
        for carrier, rate in rates.items():
            self.tables.tables["carriers"].setdefault(carrier, {"nice_name": carrier})[attribute] = rate
        self._write(limit, attribute, sides)
        return True

    def _sides(self, limit: Limit) -> list[tuple[str, float]]:
        """Sense and number of each side that the limit has."""
        if limit.lower == limit.upper:
            return [("==", limit.upper)]
        both = (("<=", limit.upper), (">=", limit.lower))
        return [(sense, number) for sense, number in both if np.isfinite(number)]

    def _apart(self, limit: Limit) -> bool:
        """Can the file say over which of its snapshots the limit is."""
        return limit.period is None or len(self.steps.periods) == 1 or self.timing.wide == 1

    def _amounts(self, limit: Limit) -> dict[int, float] | None:
        """Process -> coefficient; None where the limit counts something else, or at some times more than at others."""
        here = slice(None) if limit.period is None else self.steps.period == limit.period
        found: dict[int, float] = {}
        for term in limit.terms:
            if term.quantity != ACTIVITY:
                if term.index.size:
                    return None
                continue
            table = np.atleast_2d(term.coefficient.T).T
            table = table[:, here] if table.shape[1] > 1 else table
            if np.ptp(table, axis=1).any():
                return None
            for i, amount in zip(term.index.tolist(), table[:, 0].tolist(), strict=True):
                found[i] = found.get(i, 0.0) + amount
        return {i: amount for i, amount in found.items() if amount != 0} or None

    def _component(self, i: int, y: int) -> tuple[str, str] | None:
        """Kind and name of the component that a process is in a planning period; None: it has no capacity there."""
        name = self.tables.full_name(self.tables.system.processes.names[i], y)
        kinds = ("generators", "links", "processes")
        return next(((kind, name) for kind in kinds if name in self.tables.tables.get(kind, {})), None)

    def _rates(
        self, counted: Rates, limit: Limit, periods: Sequence[int]
    ) -> tuple[str, dict[str, str], Rates, Rates] | None:
        """The attribute that holds the limit, generator -> carrier, carrier -> value and generator -> efficiency.

        None: carriers cannot say it. Of a carrier with an amount every generator must be counted, with one sign, and
        nothing else may bear it. A generator without a carrier gets one of its own.
        """
        bearing = self._bearing(periods)
        carriers = {name: bearing[name] or name for name in counted}
        if any(carrier in carriers.values() and name not in counted for name, carrier in bearing.items()):
            return None
        rates: Rates = {}
        efficiency: Rates = {}
        for carrier in dict.fromkeys(carriers.values()):
            mine = [name for name in counted if carriers[name] == carrier]
            values = np.array([counted[name] for name in mine])
            known = [self.efficiency[name] for name in mine if name in self.efficiency]
            if 0 < len(known) < len(mine):
                return None
            given = np.array(known) if known else values[np.argmin(np.abs(values))] / values
            each = values * given
            if np.ptp(each) > SAME * abs(each[0]) or (given <= 0).any():
                return None
            efficiency |= dict(zip(mine, given.tolist(), strict=True))
            rates[carrier] = float(each[0])
        return self._attribute(limit, rates, set(bearing.values())), carriers, rates, efficiency

    def _bearing(self, periods: Sequence[int]) -> dict[str, str]:
        """Component -> carrier, of all in some planning periods whose carriers PyPSA looks at."""
        starts = {self.timing.alive(y).get("build_year") for y in periods}
        return {
            name: str(part["carrier"])
            for kind in ("generators", "storage_units", "stores")
            for name, part in self.tables.tables.get(kind, {}).items()
            if part.get("build_year") in starts
        }

    def _attribute(self, limit: Limit, rates: Rates, borne: set[str]) -> str:
        """PyPSA's own for a CO2 cap that agrees with those before it; else one named after the limit."""
        known = {carrier: rate for carrier, rate in self.attributes.get(EMISSIONS, {}).items() if carrier in borne}
        if limit.name.split()[0] == CO2 and known in ({}, rates):
            return EMISSIONS
        return "_".join(limit.name.replace("/", " ").split())

    def _meter(self, name: str, amounts: dict[int, float], metered: list[tuple[int, int, str, str]]) -> str:
        """A bus into which links and processes put what counts of them, and what takes it out; its carrier."""
        tables, activity = self.tables.tables, self.tables.plan.activity
        tables["buses"][name] = {"carrier": name, "marginal_price": np.zeros(self.steps.count)}
        for y in sorted({y for _, y, _, _ in metered}):
            taken, most, least = np.zeros(self.steps.count), 0.0, 0.0
            for i, _, kind, component in (one for one in metered if one[1] == y):
                part, amount = tables[kind][component], amounts[i]
                port = sum(key.startswith("bus") for key in part)
                put = np.where(self.steps.period == y, activity[i] * amount, 0.0)
                share = "efficiency" if kind == "links" else "rate"
                part |= {f"bus{port}": name, f"{share}{port}": np.full(len(put), amount), f"p{port}": -put}
                ends = [
                    amount * part["p_nom"] * side for side in (part["p_min_pu"].min(), part["p_max_pu"].max()) if side
                ]
                taken, most, least = taken + put, most + max(0.0, *ends), least + min(0.0, *ends)
            self.tables.put("generators", name, y, _taking(name, taken, max(most, -least), least < 0))
        return name

    def _write(self, limit: Limit, attribute: str, sides: list[tuple[str, float]]) -> None:
        """Sums of PyPSA are those of all years of an investment period, of one year where there are none."""
        years, several = self.steps.years, self.timing.several
        if limit.period is None:
            factor = 1.0 if several else 1.0 / float(years[0])
        else:
            factor = float(years[limit.period]) if several else 1.0
        alone = limit.period is None or len(self.steps.periods) == 1
        for sense, number in sides:
            name = limit.name if len(sides) == 1 else f"{limit.name} {sense}"
            self.tables.tables.setdefault("global_constraints", {})[name] = {
                "type": "primary_energy",
                "carrier_attribute": attribute,
                "sense": sense,
                "constant": number * factor,
                "investment_period": np.nan if alone else float(self.timing.years[limit.period or 0]),
            }


def _taking(name: str, taken: Array, size: float, both: bool) -> dict[str, Any]:
    """The generator that takes out what is put into a bus, and gives it where less than nothing is."""
    ways = {"p_min_pu": np.full(len(taken), -1.0 if both else 0.0), "p_max_pu": np.ones(len(taken))}
    free = {"p_nom": size, "p_nom_opt": size, "marginal_cost": np.zeros(len(taken)), "capital_cost": 0.0}
    return {"bus": name, "carrier": name, "sign": -1.0, "p": taken, **ways, **free}
