"""Assumptions of the model by name and technology, from the catalogue's `power/parameters`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from dafeng.catalog.errors import UnknownName
from dafeng.catalog.package import resource


@cache
def parameters(name: str) -> Mapping[str, float]:
    """Technology (or year, or "") -> value.

    Raises:
        UnknownName: no such parameter.
    """
    rows = resource("power", "parameters").rows
    found = {row["technology"] or "": float(row["value"]) for row in rows if row["id"] == name}
    if not found:
        raise UnknownName("parameter", name, {row["id"] for row in rows})
    return found


def parameter(name: str) -> float:
    """The value of a parameter that holds for all technologies."""
    return parameters(name)[""]


def by_year(name: str, year: int) -> float:
    """The value of a parameter given for some years, along straight lines between them."""
    table = sorted((int(key), value) for key, value in parameters(name).items())
    return float(np.interp(year, [y for y, _ in table], [value for _, value in table]))
