"""Power that regions of a plan exchange with provinces outside of it: a fixed course, so that their accounts close.

A part of the nation that is planned alone must know what its neighbours take and give. That is an agreement between
regions and no decision of one of them: a region that sends must generate for it, and a region that receives can use no
more than was agreed. By default the net exchange of the latest statistics goes on; a scenario, or a plan of the nation,
gives another course (`Case.exchange`).

    stated[p]  = s generation[p] - consumption[p],   s = sum(consumption) / sum(generation)      TWh a year
    net[r, y]  = sum over the provinces of r; straight from the latest statistics to the first year named, flat after
    sending    h flood[r] + (1 - h) load of the nation,  flood: hydropower above that of the driest month,
                                                         h: flood a year over what is sent, at most 1
    receiving  load[r]^2: less evenly than own plants run         all as shapes of mean 1

The yearbook counts more small plants than the statistics of consumption (3.6 % of 2020), so generation is scaled: the
exchange of all provinces sums to nothing. A region keeps the water of its driest month and sends what flows beyond it;
all else goes when those who receive need it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.power.inputs import HOURS, Inputs
from dafeng.pathway.power.regions import Grouping
from dafeng.pathway.system import Array

LATEST = 2022
"""The last year of which the generation of all plants is known by province."""
TWH_PER_GW = HOURS / 1e3
INTO, OUT = "border_in", "border_out"
"""Technologies of the two ways across the border of a plan."""
NEEDED = 2.0
"""What arrives grows with this power of the load: own plants run more evenly than the load, what is bought less."""
Courses = Mapping[str, Mapping[int, float]]
"""Province or region -> year -> TWh that leave, net; negative: that arrive."""


@cache
def stated(year: int = LATEST) -> Array:
    """(31,) TWh that the provinces sent, net, in a year; sums to nothing.

    Args:
        year: 2015 to 2022.
    """
    generated, used = power.generation(year).values.sum(axis=1), power.consumption(year)
    found: Array = (generated * (used.sum() / generated.sum()) - used) * 1e-6
    found.setflags(write=False)
    return found


@cache
def clean_shares(year: int = LATEST) -> Array:
    """(31,) share of the generation of a province that is not fossil: hydro, nuclear, wind, solar."""
    table = power.generation(year)
    whole = table.values.sum(axis=1)
    return np.asarray(np.divide(whole - table.of("thermal"), whole, out=np.zeros_like(whole), where=whole > 0))


def complete(grouping: Grouping) -> bool:
    """Are all provinces in the regions, so that nothing is outside."""
    return {p for group in grouping.members for p in group} == set(power.provinces())


def with_course(grouping: Grouping) -> tuple[str, ...]:
    """Regions and provinces that a course can be given for: none where nothing is outside."""
    if complete(grouping):
        return ()
    return tuple(dict.fromkeys((*grouping.regions, *(p for group in grouping.members for p in group))))


def courses_of(grouping: Grouping, courses: Courses) -> dict[str, Mapping[int, float]]:
    """Those of the courses that concern the regions."""
    known = with_course(grouping)
    return {place: course for place, course in courses.items() if place in known}


def net_exports(grouping: Grouping, courses: Courses, years: Sequence[int]) -> Array:
    """(R, Y) TWh a year that leave the regions for provinces outside of all of them; negative: that arrive.

    Args:
        courses: of a region, or of provinces in it; what it does not name goes on as the statistics have it.
    """
    found = np.zeros((len(grouping.regions), len(years)))
    if complete(grouping):
        return found
    for place, (region, members) in enumerate(zip(grouping.regions, grouping.members, strict=True)):
        for one in (region,) if region in courses else members:
            own = members if one == region else (one,)
            first = sum(float(stated()[power.provinces().index(p)]) for p in own)
            found[place] += _along(courses.get(one, {}), first, years)
    return found


def _along(course: Mapping[int, float], first: float, years: Sequence[int]) -> Array:
    """(Y,) from `first` in the latest statistics straight to the first year named, between those named, flat after."""
    points = {LATEST: first, **course}
    known = sorted(points)
    return np.asarray(np.interp(years, known, [points[year] for year in known]))


def shape(inputs: Inputs, place: int, sends: float) -> Array:
    """(8760,) of mean 1, along which a region sends (`sends` > 0, TWh a year) or receives."""
    load = inputs.load[place].mean(axis=0)
    if sends <= 0:
        return np.asarray(load**NEEDED / (load**NEEDED).mean())
    share, flowing = _flood(inputs, place, sends)
    return np.asarray(share * flowing + (1.0 - share) * _nation())


def _flood(inputs: Inputs, place: int, sends: float) -> tuple[float, Array]:
    """Share of what is sent that flows beyond the driest month, and (8760,) of mean 1 how it flows."""
    flood = inputs.hydro[place] - inputs.hydro[place].min()
    share = min(float(flood.mean()) * TWH_PER_GW / sends, 1.0)
    return share, flood / flood.mean() if flood.any() else np.ones(HOURS)


@cache
def _nation() -> Array:
    """(8760,) load of all provinces, mean 1."""
    whole = power.profiles("load").values.T @ power.consumption(2024)
    return np.asarray(whole / whole.mean())


def clean_share(grouping: Grouping, place: int, sends: bool) -> float:
    """Share of what is exchanged that is not fossil: of the generation of the sender, or of all that was sent.

    Both of the latest statistics and kept: who receives cannot know what is sent later. What all provinces send and
    receive then holds as much that is not fossil.
    """
    exports = np.maximum(stated(), 0.0)
    if sends:
        inside = grouping.matrix[place] * power.generation(LATEST).values.sum(axis=1)
        return float(inside @ clean_shares() / inside.sum())
    return float(exports @ clean_shares() / exports.sum())


def owed(inputs: Inputs, courses: Courses, hour: int) -> Array:
    """(R, Y) GW that firm capacity owes to the outside in an hour of the year; negative: that arrives.

    What is sent as the water flows is carried by that water: it is not owed.
    """
    net = net_exports(inputs.grouping, courses, inputs.years)
    found = np.zeros_like(net)
    for place, row in enumerate(net):
        for y, twh in enumerate(row.tolist()):
            if twh > 0:
                of_hour = (1.0 - _flood(inputs, place, twh)[0]) * _nation()[hour]
            else:
                of_hour = shape(inputs, place, twh)[hour]
            found[place, y] = twh / TWH_PER_GW * float(of_hour)
    return found
