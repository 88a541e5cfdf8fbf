"""Firm capacity: what stands at the peak, counted by power and by what stores last for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dafeng.pathway.making import Maker
from dafeng.pathway.power.exchange import complete
from dafeng.pathway.power.parameters import parameter, parameters
from dafeng.pathway.system import CAPACITY, Limit, Term

if TYPE_CHECKING:
    from dafeng.pathway.power.policies import Counted, Peak

FIRM_POWER, FIRM_ENERGY = "firm_capacity", "firm_energy"
FIRM = (FIRM_POWER, FIRM_ENERGY)
FROM_STORES = ("battery", "hydrogen_turbine")


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
    for kind in FIRM:
        firm = [(counted.stocks(t), share) for t, share in firm_shares(kind).items()]
        terms = tuple(Term(CAPACITY, stocks, np.full(len(stocks), share)) for stocks, share in firm if len(stocks))
        for peak in peaks:
            least, more = peak.needs(1 + margin)
            maker.limits.append(Limit(f"{kind} {year}{peak.name}", (*terms, *more), lower=least, period=y))
