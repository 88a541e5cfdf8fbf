"""What yearly activities and services must satisfy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dafeng.catalog import DafengError
from dafeng.pathway.refusals import check_range, refuse
from dafeng.pathway.system import NONE, Array, Flags, System


def check_yearly(system: System) -> None:
    """Numbers that are no numbers, places that do not exist, services that nobody gives."""
    y, periods = system.yearly, system.steps.periods
    givers = [y.names[a] for a in y.giver]
    drawers = [y.names[a] for a in y.drawer]
    _check(y.names, "size", y.size, lambda found: found > 0, "x > 0", ())
    for field in ("lower", "upper"):
        found = getattr(y, field)
        _check(y.names, field, found, lambda x: x >= 0, "x >= 0", periods, open_end=field == "upper")
    for names, field in (
        (y.names, "cost"),
        (y.services, "demand"),
        (givers, "given"),
        (drawers, "drawn"),
    ):
        _check(names, field, getattr(y, field), np.isfinite, "-inf < x < inf", periods)
    if not np.isfinite(y.shapes).all():
        raise refuse("shapes", "profile", "nan", "-inf < x < inf")
    check_range(y.names, "stock", y.stock, len(system.stocks.names), True)
    check_range(givers, "service", y.service, len(y.services))
    check_range(drawers, "node", y.node, len(system.nodes.names))
    check_range(drawers, "shape", y.shape, len(y.shapes))
    idle = np.flatnonzero((y.stock == NONE) & (y.size != 1.0))
    if idle.size:
        a = int(idle[0])
        raise DafengError("pathway_idle", name=y.names[a], field="size", found=float(y.size[a]), because="stock = -1")
    wanted = np.flatnonzero((y.demand != 0).any(axis=1))
    helpless = np.setdiff1d(wanted, y.service)
    if helpless.size:
        m = int(helpless[0])
        raise refuse(y.services[m], "demand", y.demand[m].tolist(), "0")


def _check(
    names: Sequence[str],
    field: str,
    table: Array,
    holds: Callable[[Array], Flags],
    allowed: str,
    periods: tuple[str, ...],
    open_end: bool = False,
) -> None:
    bad = ~holds(table) | (np.isnan(table) if open_end else ~np.isfinite(table))
    if bad.any():
        row, *place = (int(k) for k in np.argwhere(bad)[0])
        where = f"{field}[{periods[place[0]]}]" if place else field
        raise refuse(names[row], where, table[row, *place], allowed)
