"""What a system must satisfy before anything is built or solved: each refusal names part, field, found and allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

import numpy as np

from dafeng.catalog import DafengError
from dafeng.pathway.checks_policy import check_limit, check_reserve
from dafeng.pathway.checks_yearly import check_yearly
from dafeng.pathway.refusals import TOLERANCE, capacity_range, check_places, refuse
from dafeng.pathway.system import BUDGET, CARRY, CHAIN, LINKS, NONE, Array, Flags, System

OPEN = {"upper", "build_upper", "ramp_up", "ramp_down", "minimum"}
"""Fields that may be infinite."""

Range = tuple[str, Callable[[Array], Flags]]
NOT_NEGATIVE: Range = ("x >= 0", lambda found: found >= 0)
POSITIVE: Range = ("x > 0", lambda found: found > 0)
EFFICIENCY: Range = ("0 < x <= 1", lambda found: (found > 0) & (found <= 1))
SHARE: Range = ("0 <= x <= 1", lambda found: (found >= 0) & (found <= 1))
LOSS: Range = ("0 <= x < 1", lambda found: (found >= 0) & (found < 1))
ANY: Range = ("-inf < x < inf", lambda found: ~np.isnan(found))
RANGES: dict[str, dict[str, Range]] = {
    "nodes": {},
    "stocks": {"least_load": SHARE}
    | dict.fromkeys(("existing", "build_cost", "build_upper", "build_lower", "lower", "upper"), NOT_NEGATIVE),
    "processes": {"size": POSITIVE} | dict.fromkeys(("available", "ramp_up", "ramp_down"), NOT_NEGATIVE),
    "storages": dict.fromkeys(
        ("charge_size", "discharge_size", "energy_size", "charge_available", "discharge_available"), NOT_NEGATIVE
    )
    | {"charge_efficiency": EFFICIENCY, "discharge_efficiency": EFFICIENCY, "loss": LOSS},
    "lines": {"available": NOT_NEGATIVE},
    "departures": {"ratio": NOT_NEGATIVE, "upper": NOT_NEGATIVE},
}


def check(system: System) -> None:
    """Refuse what cannot be meant.

    Raises:
        DafengError: `pathway_*` with the part, the field, what was found and what is allowed.
    """
    _check_steps(system)
    for group, ranges in RANGES.items():
        part = getattr(system, group)
        _check_names(group, part.names)
        _check_numbers(part, ranges, system.steps.periods)
    check_places(system)
    for kind, names in (("yearly", system.yearly.names), ("service", system.yearly.services)):
        _check_names(kind, names)
    check_yearly(system)
    _check_stocks(system)
    _check_orders(system)
    _check_links(system)
    _check_idle(system)
    _check_names("limits", [limit.name for limit in system.limits])
    for limit in system.limits:
        check_limit(system, limit)
    _check_names("reserves", [reserve.name for reserve in system.reserves])
    for reserve in system.reserves:
        check_reserve(system, reserve)


# -- time ---------------------------------------------------------------------------------------------------------


def _check_steps(system: System) -> None:
    steps = system.steps
    if not steps.count:
        raise refuse("steps", "period", 0, ">= 1")
    for field in ("period", "block", "hours", "weight", "value"):
        found = getattr(steps, field)
        if found.shape != (steps.count,):
            raise DafengError("pathway_length", name="steps", field=field, found=found.shape, allowed=steps.count)
    if steps.years.shape != (len(steps.periods),):
        raise DafengError(
            "pathway_length", name="steps", field="years", found=steps.years.shape, allowed=len(steps.periods)
        )
    for field, (allowed, holds) in {
        "years": POSITIVE,
        "hours": POSITIVE,
        "weight": NOT_NEGATIVE,
        "value": NOT_NEGATIVE,
    }.items():
        found = getattr(steps, field)
        bad = np.flatnonzero(~holds(found) | ~np.isfinite(found))
        if bad.size:
            raise refuse("steps", f"{field}[{bad[0]}]", found[bad[0]], allowed)
    for field in ("period", "block"):
        falls = np.flatnonzero(np.diff(getattr(steps, field)) < 0)
        if falls.size:
            t = int(falls[0])
            raise refuse("steps", f"{field}[{t + 1}]", getattr(steps, field)[t + 1], f">= {getattr(steps, field)[t]}")
    wrong = set(steps.period.tolist()) ^ set(range(len(steps.periods)))
    if wrong:
        raise refuse("steps", "period", sorted(set(steps.period.tolist())), f"0-{len(steps.periods) - 1}")
    across = np.flatnonzero((np.diff(steps.block) == 0) & (np.diff(steps.period) > 0))
    if across.size:
        t = int(across[0])
        raise refuse("steps", f"block[{t + 1}]", steps.block[t + 1], f"> {steps.block[t]}")
    if steps.calendar:
        _check_calendar(system)


def _check_calendar(system: System) -> None:
    steps = system.steps
    if len(steps.calendar) != len(steps.periods):
        raise DafengError(
            "pathway_length", name="steps", field="calendar", found=len(steps.calendar), allowed=len(steps.periods)
        )
    for y, runs in enumerate(steps.calendar):
        here = steps.period == y
        own = sorted(set(steps.block[here].tolist()))
        name = f"calendar {steps.periods[y]}"
        counts = dict.fromkeys(own, 0)
        for block, times in runs:
            if block not in counts:
                raise refuse(name, "block", block, ", ".join(map(str, own)))
            if times < 1:
                raise refuse(name, f"times of block {block}", times, ">= 1")
            counts[block] += times
        hours = np.array([counts[block] for block in steps.block[here].tolist()]) * steps.hours[here]
        bad = np.flatnonzero(np.abs(hours - steps.weight[here]) > 1e-6 * hours + TOLERANCE)
        if bad.size:
            t = int(bad[0])
            raise refuse(name, f"hours of block {steps.block[here][t]}", f"{hours[t]:g}", f"{steps.weight[here][t]:g}")


# -- numbers ------------------------------------------------------------------------------------------------------


def _check_names(group: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DafengError("pathway_twice", kind=group.removesuffix("s"), name=name)
        seen.add(name)


def _check_numbers(part: Any, ranges: dict[str, Range], periods: tuple[str, ...]) -> None:
    """No NaN anywhere, infinities only where a bound may be open, and every number in its range."""
    for field in fields(part):
        found = getattr(part, field.name)
        if not isinstance(found, np.ndarray) or found.dtype.kind != "f":
            continue
        allowed, holds = ranges.get(field.name, ANY)
        bad = ~holds(found) | (np.isnan(found) if field.name in OPEN else ~np.isfinite(found))
        if bad.any():
            row, *place = (int(k) for k in np.argwhere(bad)[0])
            where = [periods[place[-1]]] if found.shape[1:] == (len(periods),) else place
            raise refuse(
                part.names[row], "".join([field.name, *(f"[{k}]" for k in where)]), found[row, *place], allowed
            )


def _check_stocks(system: System) -> None:
    s, periods = system.stocks, system.steps.periods
    count = len(periods)
    if s.alive.shape != (len(s.names), count, count):
        raise DafengError(
            "pathway_length", name="stocks", field="alive", found=s.alive.shape, allowed=(len(s.names), count, count)
        )
    revived = np.argwhere(s.alive & ~np.triu(np.ones((count, count), dtype=bool)))
    revived = revived if revived.size else np.argwhere(np.triu(s.alive[:, :, 1:] & ~s.alive[:, :, :-1], 0))
    if revived.size:
        row, v = revived[0][:2]
        standing = [period for period, there in zip(periods, s.alive[row, v], strict=True) if there]
        raise refuse(s.names[row], f"alive[{periods[v]}]", ", ".join(standing), f">= {periods[v]}")
    stillborn = np.argwhere((s.build_upper > 0) & ~np.einsum("svv->sv", s.alive))
    if stillborn.size:
        row, v = stillborn[0]
        raise refuse(s.names[row], f"alive[{periods[v]}][{periods[v]}]", False, True)

    def compare(field: str, found: Array, sign: str, limit: Array) -> None:
        over = found - limit if sign == "<=" else limit - found
        bad = over > TOLERANCE * (1 + np.abs(np.where(np.isfinite(limit), limit, 0.0)))
        if bad.any():
            row, y = np.argwhere(bad)[0]
            raise refuse(s.names[row], f"{field}[{periods[y]}]", f"{found[row, y]:g}", f"{sign} {limit[row, y]:g}")

    compare("lower", s.lower, "<=", s.upper)
    compare("build_lower", s.build_lower, "<=", s.build_upper)
    least, most = capacity_range(system, within=False)
    compare("lower", s.lower, "<=", most)
    compare("upper", s.upper, ">=", least)


def _check_orders(system: System) -> None:
    """Lower profiles below upper ones."""
    pairs = (
        (system.processes, "minimum", "available"),
        (system.storages, "level_lower", "level_upper"),
        (system.yearly, "lower", "upper"),
    )
    for part, low, high in pairs:
        below, above = np.broadcast_arrays(getattr(part, low), getattr(part, high))
        bad = np.argwhere(below > above + TOLERANCE)
        if bad.size:
            row, t = bad[0]
            raise refuse(part.names[row], f"{low}[{t}]", below[row, t], f"<= {above[row, t]:g}")


# -- storage ------------------------------------------------------------------------------------------------------


def _check_links(system: System) -> None:
    s, steps = system.storages, system.steps
    for name, link in zip(s.names, s.link, strict=True):
        if link not in LINKS:
            raise refuse(name, "link", link, ", ".join(LINKS))
        if link == CARRY and not steps.calendar:
            raise refuse("steps", "calendar", "()", f"{name}: link = {CARRY}")
    if not s.names:
        return
    times = steps.weight / steps.hours
    first = np.repeat(times[steps.firsts], np.diff(np.r_[steps.firsts, steps.count]))
    uneven = np.flatnonzero(np.abs(times - first) > TOLERANCE * (1 + first))
    if uneven.size:
        t = int(uneven[0])
        raise refuse("steps", f"weight[{t}]", steps.weight[t], f"{first[t] * steps.hours[t]:g}")


# -- values that would be ignored -----------------------------------------------------------------------------------


def _check_idle(system: System) -> None:
    """A value that no equation reads is a misunderstanding: it is refused, not ignored."""
    p, s = system.processes, system.storages

    def idle(
        names: tuple[str, ...], field: str, found: Array, plain: Array | float, where: Flags, because: str
    ) -> None:
        table = found if found.ndim == 2 else found[:, None]
        bad = np.argwhere((table != plain) & where[:, None])
        if bad.size:
            row, t = bad[0]
            raise DafengError("pathway_idle", name=names[row], field=field, found=float(table[row, t]), because=because)

    unbound = p.stock == NONE
    idle(p.names, "available", p.available, 1.0, unbound, "stock = -1")
    idle(p.names, "minimum", np.where(p.minimum == -np.inf, 0.0, p.minimum), 0.0, unbound, "stock = -1")
    idle(p.names, "minimum", np.isinf(p.minimum).astype(np.float64), 0.0, ~unbound, "stock >= 0")
    for field in ("ramp_up", "ramp_down"):
        idle(p.names, field, getattr(p, field), np.inf, unbound, "stock = -1")
    leader = {int(stock): int(np.flatnonzero(p.stock == stock)[0]) for stock in np.unique(p.stock) if stock != NONE}
    for i, stock in enumerate(p.stock.tolist()):
        first = leader.get(stock, i)
        if first != i and np.any(p.available[i] != 1.0):
            because = f"stock of {p.names[first]}"
            idle(p.names[i : i + 1], "available", p.available[[i]], p.available[[first]], np.ones(1, bool), because)
    charges = np.any(s.charge_available != 0, axis=1)
    idle(s.names, "charge_available", s.charge_available, 1.0, (s.charge_stock == NONE) & charges, "charge_stock = -1")
    idle(s.names, "discharge_available", s.discharge_available, 1.0, s.discharge_stock == NONE, "discharge_stock = -1")
    for link in LINKS:
        linked = np.array([other == link for other in s.link], dtype=bool)
        if link != CHAIN:
            idle(s.names, "initial", s.initial, 0.0, linked, f"link = {link}")
        levelled = link not in (BUDGET, CARRY)
        because = "energy_stock = -1" if levelled else f"link = {link}"
        where = linked & (s.energy_stock == NONE) if levelled else linked
        idle(s.names, "level_lower", s.level_lower, 0.0, where, because)
        idle(s.names, "level_upper", s.level_upper, 1.0, where, because)
        if not levelled:
            idle(s.names, "level_cost", s.level_cost, 0.0, linked, because)
        if link == BUDGET:
            idle(s.names, "loss", s.loss, 0.0, linked, because)
            idle(s.names, "spill_cost", s.spill_cost, 0.0, linked, because)
    idle(s.names, "spill_cost", s.spill_cost, 0.0, ~s.spill, "spill = False")
