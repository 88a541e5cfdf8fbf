"""With what a plan is made anew if its replay fails: further days, limits drawn in, firm capacity of regions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from dafeng.pathway.days import DAY, Days
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.firm import FIRM, firm_in
from dafeng.pathway.power.inherited import Inherited
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.replay import Replay
from dafeng.pathway.system import Array, Limit, System, Term

Making = Callable[[Case, Inputs, Days, Inherited], System]
"""Makes the system of some periods and days: of power alone, or with what draws from it."""
UNSERVED = "unserved"
"""How the process ends by name that stands for what is not served in a region: electricity, `heat` or `hydrogen`."""
WORST = 3
SHORT_PER_DAY = 4
"""Days that are short for each that is modelled, where they are many."""
SCARCE, SPELLS = 2.0, 5
"""Days on which load costs so many times what it costs on a day in the middle, and how many of them at most, are
modelled beside those that are always."""
SUSPECTS = 30
"""Days that are run before all others: those on which the last replay found most wanting."""
TINY = 1e-6
"""GW that are none."""


def shedding(system: System) -> list[int]:
    """The processes that stand for what is not served."""
    return [i for i, name in enumerate(system.processes.names) if name.endswith(f" {UNSERVED}")]


def shortages(run: Replay) -> dict[str, float]:
    """Region -> GW of electricity that a replay could not serve in the region's worst hour, where there is any."""
    worst = {run.system.processes.names[i].partition(" "): float(run.activity[i].max()) for i in shedding(run.system)}
    return {region: gw for (region, _, what), gw in worst.items() if what == UNSERVED and gw > TINY}


def short_days(run: Replay, left: float) -> list[int]:
    """The days of a replay on which load is not served, the worst first, until the others lack no more than `left`.

    Args:
        left: GWh that the days that are not named may lack together.
    """
    hours = _lost(run)
    order = np.argsort(-hours, kind="stable")
    rest = hours.sum() - np.cumsum(hours[order])
    count = min(int(np.count_nonzero(rest > left)) + 1, int(np.count_nonzero(hours > TINY)))
    return [int(day) for day in order[:count]] if hours.sum() > left else []


def worst_days(run: Replay, known: Collection[int]) -> list[int]:
    """The days of a replay on which most is not served, or, where all is, on which running costs most.

    Args:
        known: days that are modelled already.
    """
    hours = _lost(run)
    wanting = hours if hours.max() > 0 else _dear(run)
    return [int(day) for day in np.argsort(-wanting) if wanting[day] > 0 and day not in known][:WORST]


def scarce_days(run: Replay, short: Sequence[int], known: Collection[int], spells: int = SPELLS) -> list[int]:
    """The days of a replay that the next period is to know: the dearest, if load is much dearer than on others, and the
    worst of those that were short; no two neighbours: of a spell one is enough.

    Args:
        short: days that were not served before something was added or planned anew, the worst first.
        known: days that are modelled in any case. spells: how many of the dearest at most.
    """
    dear = _dear(run)
    scarce = [day for day in np.argsort(-dear).tolist() if dear[day] > SCARCE * np.median(dear)]
    found: list[int] = []
    for days, most in ((scarce, spells), (short, WORST)):
        found += _apart(days, most, (*known, *found))
    return found


def worst_spells(short: Sequence[int], known: Collection[int]) -> list[int]:
    """The days that a plan is to know which lacks more than can be added to it: the more, the more days are short.

    Args:
        short: days that are short, the worst first. known: days that are modelled already.
    """
    most = max(WORST, len(short) // SHORT_PER_DAY)
    return _apart(short, most, known) or list(short[:most])


def _apart(days: Sequence[int], most: int, known: Collection[int]) -> list[int]:
    """The first of some days, no two of them neighbours or next to a known one."""
    found: list[int] = []
    for day in days:
        if len(found) < most and not any(abs(day - one) <= 1 for one in (*known, *found)):
            found.append(day)
    return found


def suspects(run: Replay, short: Sequence[int], known: Collection[int]) -> list[int]:
    """The days that a plan like that of a replay is most likely to leave short, in the calendar's order: those that
    were short, then those on which load is dearest.

    Args:
        short: as for `scarce_days`. known: days that are modelled already.
    """
    order = [*short, *np.lexsort((-_dear(run), -_lost(run))).tolist()]
    return sorted(list(dict.fromkeys(day for day in order if day not in known))[:SUSPECTS])


def _dear(run: Replay) -> Array:
    """(days,) M, what load costs at the prices of its hours."""
    return np.asarray((run.price * run.system.nodes.demand).sum(axis=0).reshape(-1, DAY).sum(axis=1))


def _lost(run: Replay) -> Array:
    """(days,) GWh that are not served."""
    return np.asarray(run.activity[shedding(run.system)].sum(axis=0).reshape(-1, DAY).sum(axis=1))


def tighter(system: System, tightened: Mapping[str, float]) -> System:
    """The system with some limits drawn in by an amount, so that the replay keeps the limit itself."""
    if not tightened:
        return system

    def drawn(limit: Limit) -> Limit:
        amount = tightened.get(limit.name, 0.0)
        return replace(limit, lower=limit.lower + amount, upper=limit.upper - amount, tightened=amount)

    return replace(system, limits=tuple(drawn(limit) for limit in system.limits))


def with_firm(make: Making, firm: Mapping[tuple[str, int], float]) -> Making:
    """The systems that `make` makes, with firm capacity that regions must have: (region, year) -> GW."""

    def made(case: Case, inputs: Inputs, days: Days, inherited: Inherited) -> System:
        system = make(case, inputs, days, inherited)
        more = [
            Limit(f"local_{FIRM} {region} {year}", terms, lower=gw, period=inputs.years.index(year), tightened=gw)
            for (region, year), gw in firm.items()
            if year in inputs.years and (terms := _firm_terms(system, year, region))
        ]
        return replace(system, limits=(*system.limits, *more))

    return made


def _firm_terms(system: System, year: int, region: str) -> tuple[Term, ...]:
    """What counts as firm in a region, as the limit of the whole system has it."""
    whole = next((limit.terms for limit in system.limits if limit.name.startswith(f"{FIRM} {year}")), ())
    return firm_in(whole, region, system.stocks.names, system.yearly.names)
