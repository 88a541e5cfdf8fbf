"""Firm capacity: what stands at the peak. What empties a store counts no more than the store lasts for.

The whole system has firm capacity for its highest load and a margin. With several regions each also has enough for the
highest load of its own, at home or from others through corridors, as a planner's balance of power has it by province:
so nobody counts on what a neighbour needs or a corridor cannot carry. All regions have their highest loads at once
there, which is more than the highest load of all together; the margin of the whole is on the latter, not on these. Firm
capacity that is handed on: ReEDS, "trading of planning reserves" (https://www.nrel.gov/analysis/reeds).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.making import Maker
from dafeng.pathway.power.exchange import complete
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.system import CAPACITY, YEARLY, Array, Limit, System, Term

if TYPE_CHECKING:
    from dafeng.pathway.power.inputs import Inputs
    from dafeng.pathway.power.policies import Counted

FIRM = "firm_capacity"
FROM_STORES = {"battery": ("battery_store",), "hydrogen_turbine": ("hydrogen_tank", "hydrogen_cavern")}
"""What empties stores -> the stores."""
REGIONAL = "regional_"
FROM_STORE = " firm power"
"""How the name ends of the activity that stands for what a region's stores can give at the peak."""


@dataclass(frozen=True)
class Peak:
    """A load that firm capacity and response must cover: a number, and what variables add to it.

    Attributes:
        name: put behind the name of the limit. fixed: GW. terms: GW per unit.
    """

    name: str
    fixed: float
    terms: tuple[Term, ...] = ()

    def needs(self, share: float) -> tuple[float, list[Term]]:
        """share x peak as a right side and as terms of the left side."""
        return share * self.fixed, [Term(t.quantity, t.index, -share * t.coefficient) for t in self.terms]


def add_stores(maker: Maker, regions: Sequence[str]) -> None:
    """What stores can give at the peak, by region and converter: within the converter's power and what is stored.

        b[c] = sum(stores g that c empties) e[g]                                              GW (regions, converters)
        b[c] / share[c] <= K[c],    e[g] / lasting[g] <= K[g]

        b  firm capacity of a converter (battery, hydrogen turbine), GW      K  of it GW, of its stores GWh
        e  what of it a store lasts for, GW       share, lasting  parameters `firm` (1), `firm_store` (GW per GWh)

    With two rows in the limit, one by power and one by energy, cheap empty caverns would satisfy the second for
    batteries of an hour.

    b and e are yearly activities, service `REGION CONVERTER firm`. Dual: 1e9 CNY per GW, of the row of a store per GWh,
    present value.
    """
    known, shares, lasting = set(maker.names("stock")), parameters("firm"), parameters("firm_store")
    for region in regions:
        for converter, stores in FROM_STORES.items():
            name = f"{region} {converter}"
            if name not in known:
                continue
            given = maker.service(f"{name} firm")
            stock = maker.number("stock", name)
            maker.yearly(f"{name}{FROM_STORE}", gives=[(given, 1.0)], stock=stock, size=1.0 / shares[converter])
            for store in (one for one in stores if f"{region} {one}" in known):
                stock = maker.number("stock", f"{region} {store}")
                size = 1.0 / lasting[store]
                maker.yearly(f"{region} {store} firm energy", gives=[(given, -1.0)], stock=stock, size=size)


def add_firm_limits(maker: Maker, counted: Counted, y: int, year: int, peaks: Sequence[Peak]) -> None:
    """Firm capacity of the whole system covers the peak and a margin.

        sum(s) share[s] K[s] + sum(converters c) b[c] - (1 + margin) sum(k) load[k] a[k] >= (1 + margin) fixed        GW

        share  parameter `firm`, 0 of what empties stores      b  firm capacity from stores (`add_stores`), GW
        peak = fixed + sum(k) load[k] a[k], GW; in plans of power alone fixed is the highest load and there is no k

    A part of the nation that is planned alone shares the reserve of the grid around it: its margin is `part_margin`.

    Named `firm_capacity YEAR`, where there are several peaks `firm_capacity YEAR at HOUR`. Dual: 1e9 CNY per GW,
    present value of one GW less that must be firm.
    """
    margin = parameter("margin" if complete(counted.inputs.grouping) else "part_margin")
    terms = _firm(counted)
    for peak in peaks:
        least, more = peak.needs(1 + margin)
        maker.limits.append(Limit(f"{FIRM} {year}{peak.name}", (*terms, *more), lower=least, period=y))


def add_regional_firm_limits(
    maker: Maker, counted: Counted, handed: Sequence[Handed], y: int, year: int, peaks: Sequence[Sequence[Peak]]
) -> None:
    """Firm capacity of each region, at home and handed on by others, covers its own peak.

        sum(s of r) share[s] K[s] + sum(c of r) b[c] + sum(h into r) (1 - loss[h]) f[h] - sum(h out of r) f[h]
            - sum(k of r) load[k] a[k] >= fixed[r]                                                   GW (regions)

        h  corridors, each way by itself            f  what is handed on, GW, before losses

    Named `regional_firm_capacity REGION YEAR`, with several peaks ` at HOUR` behind it. Dual: 1e9 CNY per GW, present
    value of one GW less that must be firm in the region.

    Args:
        handed: what corridors can hand on (`handed_on`). peaks: of each region.
    """
    everywhere, stocks, yearly = _firm(counted), maker.names("stock"), maker.names("yearly")
    for place, region in enumerate(counted.inputs.grouping.regions):
        ways = [(way.number, way.arrives) for way in handed if way.end == place]
        ways += [(way.number, -1.0) for way in handed if way.start == place]
        index = np.array([number for number, _ in ways], dtype=np.int64)
        through = Term(YEARLY, index, np.array([share for _, share in ways], dtype=np.float64))
        terms = firm_in(everywhere, region, stocks, yearly)
        for peak in peaks[place]:
            least, more = peak.needs(1.0)
            name = f"{REGIONAL}{FIRM} {region} {year}{peak.name}"
            maker.limits.append(Limit(name, (*terms, through, *more), lower=least, period=y))


def _firm(counted: Counted) -> tuple[Term, Term]:
    """Firm capacity of all regions, GW: of stocks, and of what empties stores."""
    shares = {t: share for t, share in parameters("firm").items() if t not in FROM_STORES}
    each = np.array([shares.get(counted.technology(name), 0.0) for name in counted.maker.names("stock")])
    stocks = np.flatnonzero(each)
    stores = np.flatnonzero([name.endswith(FROM_STORE) for name in counted.maker.names("yearly")])
    return Term(CAPACITY, stocks, each[stocks]), Term(YEARLY, stores, np.ones(len(stores)))


def firm_in(terms: Sequence[Term], region: str, stocks: Sequence[str], yearly: Sequence[str]) -> tuple[Term, ...]:
    """What is firm in a region, of the terms of a limit of firm capacity; what loads add to the peak is left out.

    Args:
        stocks, yearly: names of stocks and yearly activities.
    """
    found = []
    for term in terms:
        names, end = (stocks, "") if term.quantity == CAPACITY else (yearly, FROM_STORE)
        mine = [names[number] for number in term.index]
        here = np.array([name.partition(" ")[0] == region and name.endswith(end) for name in mine], dtype=bool)
        if here.any():
            found.append(Term(term.quantity, term.index[here], term.coefficient[here]))
    return tuple(found)


def firm_at(system: System, capacity: Array, region: str) -> float:
    """GW of firm capacity that a region has.

    Args:
        capacity: (s, 1) GW.
    """
    names = [name.partition(" ") for name in system.stocks.names]
    own = {technology: float(gw) for (of, _, technology), gw in zip(names, capacity[:, 0], strict=True) if of == region}
    shares, lasting = parameters("firm"), parameters("firm_store")
    found = sum(shares.get(technology, 0.0) * gw for technology, gw in own.items() if technology not in FROM_STORES)
    for converter, stores in FROM_STORES.items():
        stored = sum(lasting[store] * own.get(store, 0.0) for store in stores)
        found += min(shares[converter] * own.get(converter, 0.0), stored)
    return found


@dataclass(frozen=True)
class Handed:
    """Firm capacity handed on through a corridor, one way.

    Attributes:
        number: of the yearly activity, GW. start, end: places of regions. arrives: share that is not lost.
    """

    number: int
    start: int
    end: int
    arrives: float


def handed_on(maker: Maker, inputs: Inputs) -> list[Handed]:
    """What corridors can hand on, as activities that are decided once a period and take up the corridors' capacity.

        f[one way] + f[other way] <= K[corridor]                                                   GW (corridors)

    A corridor of one way has one f. Dual: 1e9 CNY per GW, present value of one GW more of the corridor at the peak.
    """
    lines, found = power.line_costs(), []
    for corridor in inputs.corridors:
        stock = maker.number("stock", corridor.name)
        share = 1.0 - lines[corridor.kind].loss(corridor.km)
        for start, end in corridor.ways:
            number = maker.yearly(f"{corridor.name} firm to {inputs.grouping.regions[end]}", stock=stock)
            found.append(Handed(number, start, end, share))
    return found
