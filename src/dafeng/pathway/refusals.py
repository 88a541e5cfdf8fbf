"""What the checks share: how a refusal is worded, numbers of parts, and how large a capacity can become."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dafeng.catalog import DafengError
from dafeng.pathway.system import NONE, Array, Places, System

TOLERANCE = 1e-9
"""Numbers that differ by less, relative to 1 + their size, are the same."""


class Unreachable(DafengError):
    """A limit that its own terms cannot reach, whatever else holds.

    `system`: whose limit it is; `pathway.clash` says from its model what would have to give.
    """

    def __init__(self, system: System, name: str, field: str, found: float, allowed: str) -> None:
        super().__init__("pathway_value", name=name, field=field, found=f"{found:g}", allowed=allowed)
        self.system = system


def refuse(name: str, field: str, found: object, allowed: object) -> DafengError:
    """The refusal of one value of one part."""
    plain = found.item() if isinstance(found, np.generic) else found
    return DafengError("pathway_value", name=name, field=field, found=plain, allowed=allowed)


def check_range(names: Sequence[str], field: str, places: Places, count: int, absent: bool = False) -> None:
    """Every number points at a part that exists; -1 where there may be none."""
    low = NONE if absent else 0
    bad = np.argwhere((places < low) | (places >= count))
    if bad.size:
        allowed = f"{low}-{count - 1}" if count > low else "()"
        raise refuse(names[bad[0][0]], field, places[tuple(bad[0])], allowed)


def check_places(system: System) -> None:
    """Nodes and stocks that parts name exist; nothing leads from a place to itself or from nowhere to nowhere."""
    nodes, stocks = len(system.nodes.names), len(system.stocks.names)
    p, s, line, d = system.processes, system.storages, system.lines, system.departures
    check_range(p.names, "source", p.source, nodes, True)
    check_range(p.names, "sinks", p.sinks, nodes, True)
    check_range(p.names, "stock", p.stock, stocks, True)
    check_range(s.names, "node", s.node, nodes)
    for field in ("charge_stock", "discharge_stock", "energy_stock"):
        check_range(s.names, field, getattr(s, field), stocks, True)
    check_range(line.names, "start", line.start, nodes)
    check_range(line.names, "end", line.end, nodes)
    check_range(line.names, "stock", line.stock, stocks)
    check_range(d.names, "source", d.source, stocks)
    check_range(d.names, "target", d.target, stocks, True)
    nowhere = np.flatnonzero((p.source == NONE) & np.all(p.sinks == NONE, axis=1))
    if nowhere.size:
        raise refuse(p.names[nowhere[0]], "sinks", "()", f"0-{nodes - 1}")
    for part, one, other in ((line, "start", "end"), (d, "source", "target")):
        round_trip = np.flatnonzero(getattr(part, one) == getattr(part, other))
        if round_trip.size:
            k = int(round_trip[0])
            raise refuse(part.names[k], other, getattr(part, other)[k], f"!= {one}")


def capacity_range(system: System, within: bool = True) -> tuple[Array, Array]:
    """(s, Y) least and most capacity that building, keeping and leaving can make of each stock.

    Args:
        within: also within the stock's own floor and ceiling.
    """
    s, d = system.stocks, system.departures
    gained = np.zeros(len(s.names))
    gained[d.target[(d.target != NONE) & (d.ratio > 0)]] = np.inf
    leaving = np.zeros(len(s.names), dtype=bool)
    leaving[d.source] = True
    addable = np.einsum("svy,sv->sy", s.alive, np.minimum(s.build_upper, 1e300))
    addable[addable >= 1e300] = np.inf
    most = s.existing + addable + gained[:, None]
    least = np.where(leaving[:, None], 0.0, s.existing) + np.einsum("svy,sv->sy", s.alive, s.build_lower)
    return (np.maximum(least, s.lower), np.minimum(most, s.upper)) if within else (least, most)
