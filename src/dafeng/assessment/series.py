"""Yearly series as the assessment takes them: whole, finite, not negative; anything else is refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dafeng.catalog import DafengError

Array = NDArray[np.float64]


def numbers(values: ArrayLike, name: object) -> Array:
    """As an array of float64.

    Raises:
        DafengError: rows of unequal length, or something that is no number.
    """
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise DafengError("series_not_numbers", series=name) from None


def even_years(years: Sequence[int], name: str) -> int:
    """The step of a sequence of years.

    Raises:
        DafengError: fewer than two years, years out of order, or a gap; names what is missing.
    """
    if len(years) < 2:
        raise DafengError("series_one_year", series=name, years=", ".join(map(str, years)) or "-")
    steps = [later - earlier for earlier, later in pairwise(years)]
    step = min(steps)
    if step <= 0:
        raise DafengError("series_order", series=name, years=", ".join(map(str, years)))
    missing = sorted(set(range(years[0], years[-1] + 1, step)) - set(years))
    if missing or any(s % step for s in steps):
        raise DafengError(
            "series_gap",
            series=name,
            first=years[0],
            last=years[-1],
            missing=", ".join(map(str, missing)) or ", ".join(map(str, years)),
        )
    return step


def checked(points: Mapping[int, float], name: str, least: int = 2) -> tuple[tuple[int, ...], Array]:
    """The years and values of a yearly series, in order.

    Args:
        least: how many years there must be.

    Raises:
        DafengError: too few years, a year missing in between, a value that is negative or not a finite number.
    """
    years = tuple(sorted(points))
    values = numbers([points[year] for year in years], name)
    if len(years) < least:
        raise DafengError("series_short", series=name, count=len(years), least=least)
    if least > 1:
        step = even_years(years, name)
        if step > 1:
            raise DafengError(
                "series_gap",
                series=name,
                first=years[0],
                last=years[-1],
                missing=", ".join(map(str, sorted(set(range(years[0], years[-1])) - set(years)))),
            )
    for year, value in zip(years, values, strict=True):
        if not np.isfinite(value):
            raise DafengError("series_no_number", series=name, year=year, found=value)
        if value < 0:
            raise DafengError("series_negative", series=name, year=year, found=value)
    return years, values
