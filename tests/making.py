"""Observations, ledgers and figures made by hand, for the tests of several rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dafeng.accounts import Figure
from dafeng.catalog import unit_of
from dafeng.ledger import Ledger, Observation, year_span


def line(flow: str, carrier: str, value: float, year: int = 2020, entity: str = "CN-HE", **rest: Any) -> Observation:
    """A ledger line of dataset `book`, in the canonical unit."""
    start, end = year_span(year)
    known = {
        "dataset": "book",
        "unit": unit_of(flow, carrier),
        "start": start,
        "end": end,
        "file": "book.csv",
        "cell": f"{flow}:{carrier}:{year}",
    }
    return Observation(entity=entity, flow=flow, carrier=carrier, value=float(value), **{**known, **rest})


def ledger_of(folder: Path, *lines: Observation) -> Ledger:
    """A ledger that holds these lines."""
    ledger = Ledger(folder / "ledger", write=True)
    if lines:
        ledger.append(lines, "book.csv", "template", "book")
    return ledger


def figure(value: float, year: int, name: str = "thing", unit: str = "GW", **rest: Any) -> Figure:
    """A figure of Hebei."""
    return Figure(entity=rest.pop("entity", "CN-HE"), year=year, name=name, value=float(value), unit=unit, **rest)


def points(values: dict[int, float], name: str = "thing", unit: str = "GW", **rest: Any) -> dict[int, Figure]:
    """A series of figures."""
    return {year: figure(value, year, name, unit, **rest) for year, value in values.items()}
