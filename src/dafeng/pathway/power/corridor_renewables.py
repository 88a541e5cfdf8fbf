"""Renewable share on new corridors: what a sending region builds of wind and sun, against what it is to send anew.

One limit a sending region and period: a GW of wind that is built counts for all new corridors of its region together,
and cannot be promised to each of them.
"""

from __future__ import annotations

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.making import Maker
from dafeng.pathway.power.inputs import BASE, Corridor, Inputs
from dafeng.pathway.power.parameters import parameter
from dafeng.pathway.power.technologies import WIND_AND_SUN
from dafeng.pathway.power.yields import full_load_hours
from dafeng.pathway.system import BUILD, Array, Limit, Term

TWH_PER_GWH = 1e-3


def add_corridor_renewables(maker: Maker, inputs: Inputs, share: float, y: int, year: int) -> None:
    """What a region builds of wind and sun gives at least `share` of what its corridors built in the period may carry.

        sum(w) h[w,r] n[w,y] - share H sum(l from r) n[l,y] >= 0                    TWh a year (regions that send)

        n  built in the period, GW          h  full-load hours as delivered (`yields`), 1000 h
        w  wind and photovoltaics at r      H  hours for which a new corridor is planned, 1000 h
        l  corridors that r sends by        r  sending region (`sender`)

    Named `corridor_renewables REGION YEAR`. Dual: 1e9 CNY per TWh a year, present value.
    """
    hours = {technology: full_load_hours(inputs, technology) * TWH_PER_GWH for technology in WIND_AND_SUN}
    for place, lines in sending(inputs).items():
        region = inputs.grouping.regions[place]
        index = [maker.number("stock", line.name) for line in lines]
        each = [-share * parameter("corridor_hours") * TWH_PER_GWH] * len(lines)
        for technology in WIND_AND_SUN:
            if f"{region} {technology}" in maker.names("stock"):
                index.append(maker.number("stock", f"{region} {technology}"))
                each.append(float(hours[technology][place]))
        term = Term(BUILD, np.array(index, dtype=np.int64), np.array(each))
        maker.limits.append(Limit(f"corridor_renewables {region} {year}", (term,), lower=0.0, period=y))


def sending(inputs: Inputs) -> dict[int, list[Corridor]]:
    """Place of a region -> the corridors by which it sends, in the order of the regions."""
    worth = plenty(inputs)
    found: dict[int, list[Corridor]] = {}
    for corridor in inputs.corridors:
        found.setdefault(sender(corridor, worth), []).append(corridor)
    return dict(sorted(found.items()))


def sender(corridor: Corridor, worth: Array) -> int:
    """The place of the region that a corridor is built to send from.

    Of a corridor of one way its start. Of one that carries both ways the end with more wind and sun over its load,
    whichever stands first in the list; of equals the start.

    Args:
        worth: (R,) see `plenty`.
    """
    if corridor.both_ways and worth[corridor.end] > worth[corridor.start]:
        return corridor.end
    return corridor.start


def plenty(inputs: Inputs) -> Array:
    """(R,) energy that all potential of wind and photovoltaics would give in a year, over consumption of 2024.

    A year that is the same in all periods: a corridor does not change its sender as demand grows.
    """
    gives = sum(inputs.potential[t] * full_load_hours(inputs, t) for t in WIND_AND_SUN)
    return np.asarray(gives * 1e3 / inputs.grouping.sums(power.consumption(BASE)))
