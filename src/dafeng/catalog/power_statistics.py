"""The power system as it was: consumption, generation and exchange by province, and the table that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dafeng.catalog.errors import UnknownName
from dafeng.catalog.package import Row, resource
from dafeng.catalog.profiles import Vector, series
from dafeng.catalog.units import convert

PACKAGE = "power"
QUALITIES = ("official", "secondary", "recalled", "estimated")
SOURCES_OF_POWER = ("thermal", "hydro", "nuclear", "wind", "solar")


@dataclass(frozen=True)
class Table:
    """One value a province and name: `values[i, j]` is that of `entities[i]` and `names[j]`, in `unit`.

    `quality` says of each name how its weakest value is known.
    """

    entities: tuple[str, ...]
    names: tuple[str, ...]
    values: Vector = field(repr=False)
    unit: str
    quality: Mapping[str, str]

    def of(self, name: str) -> Vector:
        """The provinces' values of one name [31].

        Raises:
            UnknownName: there is none; names the nearest.
        """
        if name not in self.names:
            raise UnknownName("technology", name, self.names)
        column: Vector = self.values[:, self.names.index(name)]
        return column


@cache
def provinces() -> tuple[str, ...]:
    """The 31 provinces, in the order in which every vector has them."""
    return series(PACKAGE, "load").entities


def consumption(year: int) -> Vector:
    """Electricity consumption of the whole society by province, MWh [31], 2010 to 2024 (package statistics).

    It holds what power plants use and what lines lose, so it is met by gross generation.
    """
    found = {
        r["entity"]: r["value"]
        for r in resource("statistics", "provinces_power").rows
        if (r["flow"], r["year"]) == ("power_consumption", year)
    }
    if not set(provinces()) <= set(found):
        raise UnknownName("year", year, (str(y) for y in range(2010, 2025)))
    return np.array([convert(found[entity], "TWh", "MWh") for entity in provinces()])


def generation(year: int) -> Table:
    """Generation of all plants by province and kind, MWh, 2015 to 2022 (package statistics, yearbook).

    thermal, hydro (with pumped storage), nuclear, wind, solar. The yearbook counts more small plants than the China
    Electricity Council and than consumption: 3.6 % more in 2020.
    """
    rows = [
        row
        for row in resource("statistics", "provinces_power").rows
        if (row["flow"], row["scope"]) == ("power_generation", "all-plants") and 2015 <= row["year"] <= 2022
    ]
    one_of("year", str(year), {str(row["year"]) for row in rows})
    return table_of(
        (
            {**row, "technology": row["carrier"], "value": convert(row["value"], "TWh", "MWh")}
            for row in rows
            if row["year"] == year and row["carrier"] in SOURCES_OF_POWER
        ),
        "MWh",
    )


def net_exports(year: int) -> Vector:
    """What a province generated less what it used, MWh [31], 2015 to 2022.

    Sums to more than nothing because the yearbook counts more generation than is used (see `generation`).
    """
    exports: Vector = generation(year).values.sum(axis=1) - consumption(year)
    return exports


def targets(year: int) -> Mapping[tuple[str, str], Row]:
    """What a dispatch of `year` is held against: (kind, technology) -> row with value, unit, source and quality."""
    return {(r["kind"], r["technology"]): r for r in resource(PACKAGE, "targets").rows if r["year"] == year}


def fixed(values: NDArray[np.float64]) -> Vector:
    values.setflags(write=False)
    return values


def table_of(rows: Iterable[Row], unit: str) -> Table:
    found = list(rows)
    names = tuple(dict.fromkeys(row["technology"] for row in found))
    values = np.zeros((len(provinces()), len(names)))
    quality = dict.fromkeys(names, QUALITIES[0])
    place = {entity: index for index, entity in enumerate(provinces())}
    for row in found:
        name = row["technology"]
        values[place[row["entity"]], names.index(name)] = row["value"]
        quality[name] = max(quality[name], row["quality"], key=QUALITIES.index)
    return Table(provinces(), names, fixed(values), unit, quality)


def one_of(kind: str, found: str, allowed: Iterable[str]) -> None:
    known = tuple(allowed)
    if found not in known:
        raise UnknownName(kind, found, known)
