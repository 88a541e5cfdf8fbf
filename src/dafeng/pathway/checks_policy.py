"""What a limit and a reserve must satisfy: quantities that exist, shapes that fit, and a bound that can be reached."""

from __future__ import annotations

import numpy as np

from dafeng.catalog import DafengError
from dafeng.pathway.refusals import TOLERANCE, Unreachable, capacity_range, check_range, refuse
from dafeng.pathway.system import (
    ACTIVITY,
    BUDGET,
    BUILD,
    CAPACITY,
    CARRY,
    CHARGE,
    LEVEL_END,
    NONE,
    QUANTITIES,
    YEARLY,
    Array,
    Limit,
    Places,
    Reserve,
    System,
    Term,
)


def check_limit(system: System, limit: Limit) -> None:
    """Refuse a limit that cannot be meant or cannot be reached."""
    if limit.period is not None and not 0 <= limit.period < len(system.steps.periods):
        raise refuse(limit.name, "period", limit.period, f"0-{len(system.steps.periods) - 1}")
    if not limit.lower < np.inf:
        raise refuse(limit.name, "lower", limit.lower, "-inf <= x < inf")
    if not limit.upper > -np.inf:
        raise refuse(limit.name, "upper", limit.upper, "-inf < x <= inf")
    if limit.lower > limit.upper:
        raise refuse(limit.name, "lower", limit.lower, f"<= {limit.upper:g}")
    if limit.price is not None:
        if not 0 <= limit.price < np.inf:
            raise refuse(limit.name, "price", limit.price, "0 <= x < inf")
        if np.isfinite(limit.lower) and np.isfinite(limit.upper):
            raise refuse(limit.name, "price", f"{limit.lower:g}, {limit.upper:g}", "lower | upper")
    for term in limit.terms:
        _check_term(system, limit.name, term)
    if limit.price is None:
        _check_reach(system, limit)


def _check_term(system: System, name: str, term: Term) -> None:
    if term.quantity not in QUANTITIES:
        raise refuse(name, "quantity", term.quantity, ", ".join(QUANTITIES))
    if term.quantity == ACTIVITY:
        count = len(system.processes.names)
    elif term.quantity in (CAPACITY, BUILD):
        count = len(system.stocks.names)
    elif term.quantity == YEARLY:
        count = len(system.yearly.names)
    else:
        count = len(system.storages.names)
    check_range([name] * len(term.index), f"index ({term.quantity})", term.index, count)
    values, counts = np.unique(term.index, return_counts=True)
    if np.any(counts > 1):
        twice = values[counts > 1][0]
        raise refuse(name, f"index ({term.quantity})", f"{twice}, {twice}", f"{twice}")
    shapes: list[tuple[int, ...]] = [(len(term.index),)]
    if term.quantity not in (CAPACITY, BUILD, LEVEL_END, YEARLY):
        shapes.append((len(term.index), system.steps.count))
    if term.coefficient.shape not in shapes:
        raise DafengError(
            "pathway_length",
            name=name,
            field=f"coefficient ({term.quantity})",
            found=term.coefficient.shape,
            allowed=" | ".join(map(str, shapes)),
        )
    if not np.all(np.isfinite(term.coefficient)):
        wrong = term.coefficient[~np.isfinite(term.coefficient)][0]
        raise refuse(name, f"coefficient ({term.quantity})", wrong, "-inf < x < inf")
    if term.quantity == LEVEL_END:
        for j in term.index:
            if system.storages.link[j] in (BUDGET, CARRY):
                found = f"{system.storages.names[j]}: link = {system.storages.link[j]}"
                raise refuse(name, "index (level_end)", found, "cycle, chain")


def _check_reach(system: System, limit: Limit) -> None:
    """The terms can reach the bounds, each taken by itself: a floor above all potentials is refused, not solved."""
    low, high = 0.0, 0.0
    for term in limit.terms:
        if term.coefficient.ndim > 1 or term.quantity == LEVEL_END:
            return
        least, most = _range(system, limit, term)
        positive = term.coefficient > 0
        low += _times(term.coefficient, np.where(positive, least, most)).sum()
        high += _times(term.coefficient, np.where(positive, most, least)).sum()
    if limit.lower > high + TOLERANCE * (1 + abs(high)):
        raise Unreachable(system, limit.name, "lower", limit.lower, f"<= {high:g}")
    if limit.upper < low - TOLERANCE * (1 + abs(low)):
        raise Unreachable(system, limit.name, "upper", limit.upper, f">= {low:g}")


def _range(system: System, limit: Limit, term: Term) -> tuple[Array, Array]:
    """(k,) least and most of what a term counts, over the periods of the limit."""
    steps, s, index = system.steps, system.stocks, term.index
    chosen = np.ones(len(steps.periods)) if limit.period is None else np.eye(len(steps.periods))[limit.period]
    years = steps.years if limit.period is None else chosen
    if term.quantity == BUILD:
        return (s.build_lower[index] * chosen).sum(axis=1), _times(s.build_upper[index], chosen).sum(axis=1)
    if term.quantity == YEARLY:
        least, most = system.yearly.lower[index], system.yearly.upper[index]
        return (least * years).sum(axis=1), _times(most, years).sum(axis=1)
    least, most = capacity_range(system)
    if term.quantity == CAPACITY:
        return (least[index] * years).sum(axis=1), _times(most[index], years).sum(axis=1)
    low, high, stock = _per_capacity(system, term)
    weights = np.zeros((steps.count, len(years)))
    weights[np.arange(steps.count), steps.period] = steps.weight * years[steps.period]
    there = stock != NONE
    bottom = np.where(np.any(low < 0, axis=1), -np.inf, 0.0)
    top = np.full(len(index), np.inf)
    smallest, largest, low, high = least[stock[there]], most[stock[there]], low[there], high[there]
    held = _times(_energy(np.minimum(low, 0.0), weights), largest) + _energy(np.maximum(low, 0.0), weights) * smallest
    bottom[there] = held.sum(axis=1)
    top[there] = _times(_energy(high, weights), largest).sum(axis=1)
    return bottom, top


def _per_capacity(system: System, term: Term) -> tuple[Array, Array, Places]:
    """(k, T) or (k, 1) least and most power per unit of stock, and (k,) the stocks."""
    p, s, index = system.processes, system.storages, term.index
    if term.quantity == ACTIVITY:
        size = p.size[index][:, None]
        return p.minimum[index] / size, p.available[index] / size, p.stock[index]
    if term.quantity == CHARGE:
        stock, high = s.charge_stock[index], s.charge_available[index] * s.charge_size[index][:, None]
    else:
        stock, high = s.discharge_stock[index], s.discharge_available[index] * s.discharge_size[index][:, None]
    return np.zeros((len(index), 1)), high, stock


def _energy(profile: Array, weights: Array) -> Array:
    """(k, Y) energy of a profile (k, T) or (k, 1) with weights (T, Y)."""
    return profile @ weights if profile.shape[1] > 1 else profile * weights.sum(axis=0)


def _times(value: Array, factor: Array) -> Array:
    """value x factor, where nothing of an unbounded value is nothing."""
    with np.errstate(invalid="ignore"):
        return np.where((factor == 0) | (value == 0), 0.0, value * factor)


def check_reserve(system: System, reserve: Reserve) -> None:
    """Refuse a reserve that names what is not there, or capacity that is not there or would count twice."""
    p, s = system.processes, system.storages
    name = reserve.name
    for field, count in (
        ("nodes", len(system.nodes.names)),
        ("processes", len(p.names)),
        ("storages", len(s.names)),
        ("variable", len(p.names)),
    ):
        places = getattr(reserve, field)
        check_range([name] * len(places), field, places, count)
        if len(np.unique(places)) != len(places):
            raise refuse(name, field, places.tolist(), np.unique(places).tolist())
    if reserve.credit.shape != reserve.processes.shape:
        raise DafengError(
            "pathway_length", name=name, field="credit", found=reserve.credit.shape, allowed=reserve.processes.shape
        )
    for field in ("credit", "variable_share", "demand_share"):
        share = np.atleast_1d(np.asarray(getattr(reserve, field), dtype=np.float64))
        wrong = share[~((share >= 0) & np.isfinite(share))]
        if wrong.size:
            raise refuse(name, field, wrong[0], "0 <= x < inf")
    for field, names, stock in (
        ("processes", p.names, p.stock[reserve.processes]),
        ("storages", s.names, s.discharge_stock[reserve.storages]),
    ):
        bare = np.flatnonzero(stock == NONE)
        if bare.size:
            raise refuse(name, field, names[getattr(reserve, field)[bare[0]]], "stock >= 0")
    stocks = p.stock[reserve.processes]
    for k, i in enumerate(reserve.processes):
        partners = np.flatnonzero(p.stock == stocks[k])
        missing = sorted(set(partners.tolist()) - set(reserve.processes.tolist()))
        if missing:
            raise refuse(name, "processes", p.names[i], f"{p.names[i]} + {p.names[missing[0]]}")
        if np.any(reserve.credit[np.isin(reserve.processes, partners)] != reserve.credit[k]):
            raise refuse(name, "credit", p.names[i], f"= {p.names[partners[0]]}")
