"""Firm capacity: what stands at the peak, counted by power and by what stores last for.

The whole system has firm capacity for its highest load and a margin. With several regions each also has enough for the
highest load of its own, at home or from others through corridors, as a planner's balance of power has it by province:

    sum(s in r) share[s] K[s] + sum(c into r) (1 - loss[c]) f[c] - sum(c out of r) f[c] >= peak[r]
    f[c] one way + f[c] the other way <= K[c]

so that nobody counts on what a neighbour needs or a corridor cannot carry. All regions have their highest loads at once
here, which is more than the highest load of all together; the margin of the whole is on the latter, not on these. Firm
capacity that is handed on: ReEDS, "trading of planning reserves" (https://www.nrel.gov/analysis/reeds).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.making import Maker
from dafeng.pathway.power.exchange import complete
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.system import CAPACITY, YEARLY, Flags, Limit, Term

if TYPE_CHECKING:
    from dafeng.pathway.power.inputs import Inputs
    from dafeng.pathway.power.policies import Counted

FIRM_POWER, FIRM_ENERGY = "firm_capacity", "firm_energy"
FIRM = (FIRM_POWER, FIRM_ENERGY)
FROM_STORES = ("battery", "hydrogen_turbine")
REGIONAL = "regional_"


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


def firm_shares(kind: str) -> Mapping[str, float]:
    """Technology -> what a unit of capacity counts at the peak.

    What empties a store can give no more than its converter, and no more than the store lasts for. `firm_capacity`
    counts the power of converters, `firm_energy` the energy of their stores over the hours that a peak lasts; a plan
    must have enough of both, so that neither cells without converters nor turbines without hydrogen are firm.
    """
    shares = parameters("firm")
    if kind == FIRM_POWER:
        return shares
    return {t: share for t, share in shares.items() if t not in FROM_STORES} | dict(parameters("firm_store"))


def add_firm_limits(maker: Maker, counted: Counted, y: int, year: int, peaks: Sequence[Peak]) -> None:
    """sum over stocks of share x capacity >= (1 + margin) x peak, GW, once with shares by power, once by energy.

    A part of the nation that is planned alone shares the reserve of the grid around it: its margin is `part_margin`.

    Dual: 1e9 CNY per GW, present value of one GW less that must be firm.
    """
    margin = parameter("margin" if complete(counted.inputs.grouping) else "part_margin")
    everywhere = np.ones(len(maker.names("stock")), dtype=bool)
    for kind in FIRM:
        term = _firm(counted, kind, everywhere)
        for peak in peaks:
            least, more = peak.needs(1 + margin)
            maker.limits.append(Limit(f"{kind} {year}{peak.name}", (term, *more), lower=least, period=y))


def add_regional_firm_limits(
    maker: Maker, counted: Counted, handed: Sequence[Handed], y: int, year: int, peaks: Sequence[Sequence[Peak]]
) -> None:
    """Firm capacity of each region, at home and handed on by others, >= its own peak, GW; by power and by energy.

    Args:
        handed: what corridors can hand on (`handed_on`). peaks: of each region.

    Dual: 1e9 CNY per GW, present value of one GW less that must be firm in the region.
    """
    regions = np.array([name.partition(" ")[0] for name in maker.names("stock")])
    for place, region in enumerate(counted.inputs.grouping.regions):
        ways = [(way.number, way.arrives) for way in handed if way.end == place]
        ways += [(way.number, -1.0) for way in handed if way.start == place]
        index = np.array([number for number, _ in ways], dtype=np.int64)
        through = Term(YEARLY, index, np.array([share for _, share in ways], dtype=np.float64))
        for kind in FIRM:
            term = _firm(counted, kind, regions == region)
            for peak in peaks[place]:
                least, more = peak.needs(1.0)
                name = f"{REGIONAL}{kind} {region} {year}{peak.name}"
                maker.limits.append(Limit(name, (term, through, *more), lower=least, period=y))


def _firm(counted: Counted, kind: str, here: Flags) -> Term:
    """Firm capacity of some stocks, GW."""
    shares = firm_shares(kind)
    each = np.array([shares.get(counted.technology(name), 0.0) for name in counted.maker.names("stock")])
    which = np.flatnonzero(here & (each > 0))
    return Term(CAPACITY, which, each[which])


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
    """What corridors can hand on, as activities that are decided once a period and take up the corridors' capacity."""
    lines, found = power.line_costs(), []
    for corridor in inputs.corridors:
        stock = maker.number("stock", corridor.name)
        share = 1.0 - lines[corridor.kind].loss(corridor.km)
        ways = [(corridor.start, corridor.end)] + ([(corridor.end, corridor.start)] if corridor.both_ways else [])
        for start, end in ways:
            number = maker.yearly(f"{corridor.name} firm to {inputs.grouping.regions[end]}", stock=stock)
            found.append(Handed(number, start, end, share))
    return found
