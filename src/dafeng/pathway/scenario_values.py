"""Numbers as a scenario file writes them: text with a unit, courses over years; refusals name the place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.catalog import DafengError, factor_between, nearest
from dafeng.catalog.errors import UnknownName

FIRST, LAST = 2020, 2060
SHARE = "1"
CO2_PRICE = "CNY/t_CO2"
YEARS = "year"
SMALL = 1e-6
"""Least amount that a unit has by itself; below it a bound only says: more than nothing."""
#: units that a price of CO2 and a span of years are also written in
ALSO = {CO2_PRICE: {"CNY/t": 1.0}, YEARS: {"years": 1.0}}


@dataclass(frozen=True)
class Place:
    """A place in a scenario: its file and the path of keys to it."""

    file: str
    keys: tuple[str, ...] = ()

    def __truediv__(self, key: object) -> Place:
        return Place(self.file, (*self.keys, str(key)))

    def __str__(self) -> str:
        return ".".join(self.keys) or "-"

    def refuse(self, key: str, **values: object) -> DafengError:
        """A refusal that names the place."""
        return DafengError(f"scenario_{key}", file=self.file, place=str(self), **values)

    def known(self, kind: str, found: str, allowed: Iterable[str]) -> str:
        """The name, if it is one of those allowed.

        Raises:
            DafengError: it is not; names the nearest.
        """
        names = sorted(allowed)
        if found not in names:
            raise self.refuse("name", kind=kind, found=found, near=nearest(found, names), count=len(names))
        return found

    def table(self, found: object) -> Mapping[str, object]:
        """What must be a table.

        Raises:
            DafengError: it is something else.
        """
        if not isinstance(found, Mapping):
            raise self.refuse("type", found=repr(found), allowed="[table]")
        return found

    def names(self, found: object) -> tuple[str, ...]:
        """What must be a list of texts.

        Raises:
            DafengError: it is something else.
        """
        if not isinstance(found, list | tuple) or not all(isinstance(item, str) for item in found):
            raise self.refuse("type", found=repr(found), allowed='["...", "..."]')
        return tuple(found)


@dataclass(frozen=True)
class Course:
    """A value over years: straight between the years named, flat after the last, nothing before the first."""

    points: tuple[tuple[int, float], ...]

    def at(self, year: int) -> float | None:
        """The value in a year; None before the first year named."""
        years, values = zip(*self.points, strict=True)
        return float(np.interp(year, years, values)) if year >= years[0] else None

    def since(self, year: int, start: int, first: float) -> float:
        """The value in a year where it is `first` in the year `start` and runs straight to the first year named."""
        points = self.points if self.points[0][0] <= start else ((start, first), *self.points)
        years, values = zip(*points, strict=True)
        return float(np.interp(year, years, values))


def amount(place: Place, found: object, unit: str, low: float = -math.inf, high: float = math.inf) -> float:
    """A number with its unit, such as "950 Mt", in `unit`.

    Args:
        unit: to convert to; `1`: a share, written in per cent. low, high: what is allowed, in that unit.

    Raises:
        DafengError: no text, no number, a unit of another quantity, a value out of range.
    """
    example = f'"40 {"%" if unit == SHARE else unit}"'
    match = re.fullmatch(r"([-+]?\d+(?:\.\d+)?) (\S.*)", found, re.ASCII) if isinstance(found, str) else None
    if match is None:
        raise place.refuse("amount", found=repr(found), allowed=example)
    number, given = float(match[1]), match[2]
    try:
        scale = 1.0 if given == unit else ALSO.get(unit, {}).get(given) or float(factor_between(given, unit))
    except (DafengError, UnknownName):
        raise place.refuse("amount", found=repr(found), allowed=example) from None
    value = number * scale
    if not low <= value <= high:
        raise place.refuse("range", found=found, allowed=_range(low, high, unit))
    return value


def _range(low: float, high: float, unit: str) -> str:
    """What is allowed; `> 0` where the least is a number that only keeps 0 out."""
    least = "> 0" if 0 < low < SMALL else f"≥ {_shown(low, unit)}"
    if math.isinf(high):
        return least
    return f"≤ {_shown(high, unit)}" if math.isinf(low) else f"{_shown(low, unit)} - {_shown(high, unit)}"


def _shown(value: float, unit: str) -> str:
    return f"{100 * value:g} %" if unit == SHARE else f"{value:g} {unit}"


def year_of(place: Place, found: object) -> int:
    """A year that a plan knows.

    Raises:
        DafengError: no year, or one outside FIRST-LAST.
    """
    text = str(found)
    if isinstance(found, bool) or not re.fullmatch(r"\d{4}", text, re.ASCII) or not FIRST <= int(text) <= LAST:
        raise place.refuse("year", found=found, allowed=f"{FIRST}-{LAST}")
    return int(text)


def course(place: Place, found: object, read: Callable[[Place, object], float]) -> Course:
    """Values by year, such as {2030 = "40 %", 2040 = "70 %"}, each as `read` takes it.

    Raises:
        DafengError: no table, no year in it, a wrong year or value.
    """
    table = place.table(found)
    if not table:
        raise place.refuse("type", found="{}", allowed='{2030 = "..."}')
    return Course(tuple(sorted((year_of(place / key, key), read(place / key, value)) for key, value in table.items())))


def by_name(
    place: Place, found: object, kind: str, allowed: Iterable[str], read: Callable[[Place, object], Course]
) -> dict[str, Course]:
    """Courses by a name that must be known.

    Raises:
        DafengError: no table, an unknown name.
    """
    names = set(allowed)
    return {place.known(kind, key, names): read(place / key, value) for key, value in place.table(found).items()}


def checked_keys(place: Place, found: object, allowed: Iterable[str]) -> Mapping[str, object]:
    """A table whose keys are all known.

    Raises:
        DafengError: a key that is not; names the nearest.
    """
    table, names = place.table(found), sorted(allowed)
    for key in table:
        if key not in names:
            raise (place / key).refuse("key", found=key, near=nearest(key, names), allowed=", ".join(names))
    return table
