"""Hourly series of the catalogue: Parquet files of whole numbers, one column an entity, read as float64."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dafeng.catalog.errors import Problem, RefusedInput, UnknownName, nearest
from dafeng.catalog.package import catalogue_folder, descriptor

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Profiles:
    """One value an hour and entity: `values[i, h]` is that of `entities[i]` in hour `h` of the year, Beijing time."""

    name: str
    entities: tuple[str, ...]
    values: Vector = field(repr=False)

    @property
    def hours(self) -> int:
        return int(self.values.shape[1])

    def of(self, entity: str) -> Vector:
        """The series of one entity [hours].

        Raises:
            UnknownName: there is none; names the nearest.
        """
        if entity not in self.entities:
            raise UnknownName(self.name, entity, self.entities)
        series: Vector = self.values[self.entities.index(entity)]
        return series


def is_series(spec: Mapping[str, Any]) -> bool:
    """Whether a resource of a package is hourly series, not a table of rows."""
    return bool(spec.get("format") == "parquet")


@cache
def series(package: str, name: str) -> Profiles:
    """The hourly series `name` of `package`; its values cannot be written to.

    Raises:
        UnknownName: no such package or series.
        RefusedInput: the file is not as its description says.
    """
    specs = {spec["name"]: spec for spec in descriptor(package)["resources"] if is_series(spec)}
    if name not in specs:
        raise UnknownName("resource", f"{package}/{name}", (f"{package}/{n}" for n in specs))
    loaded, problems = read_series(catalogue_folder(), package, specs[name])
    if problems:
        raise RefusedInput(f"{package}/{specs[name]['path']}", problems)
    return loaded


def read_series(folder: Traversable, package: str, spec: Mapping[str, Any]) -> tuple[Profiles, list[Problem]]:
    """Read one file of series and everything that is wrong with it; no series where the file cannot be used."""
    shown = f"{package}/{spec['path']}"
    empty = Profiles(spec["name"], (), np.empty((0, 0)))
    try:
        table = pq.read_table(BytesIO((folder / package / spec["path"]).read_bytes()))
    except (OSError, pa.ArrowException) as error:
        return empty, [Problem("unreadable", shown, values={"found": error})]
    problems = list(_form(table, spec, shown))
    if problems:
        return empty, problems
    names = tuple(table.column_names)
    values = np.stack([table.column(name).to_numpy() for name in names]).astype(np.float64) * spec["series"]["scale"]
    values.setflags(write=False)
    return Profiles(spec["name"], names, values), list(_range(values, names, spec, shown))


def _form(table: pa.Table, spec: Mapping[str, Any], shown: str) -> Iterator[Problem]:
    """The columns are the entities that the package names, in whole numbers, without a gap, over all the hours."""
    wanted = [column["name"] for column in spec["schema"]["fields"]]
    for name in dict.fromkeys([*wanted, *table.column_names]):
        if (name in wanted) != (name in table.column_names) or table.column_names.count(name) > 1:
            near = nearest(name, wanted)
            yield Problem("series_entity", shown, "", name, {"found": name, "near": near})
        elif not pa.types.is_unsigned_integer(table.schema.field(name).type):
            found = table.schema.field(name).type
            yield Problem("type", shown, "", name, {"found": found, "allowed": "unsigned integer"})
        elif table.column(name).null_count:
            yield Problem("series_gap", shown, "", name, {"found": table.column(name).null_count})
    hours = spec["series"]["hours"]
    if table.num_rows != hours:
        yield Problem("series_length", shown, values={"found": table.num_rows, "allowed": hours})


def _range(values: Vector, names: tuple[str, ...], spec: Mapping[str, Any], shown: str) -> Iterator[Problem]:
    low, high = spec["series"]["minimum"], spec["series"]["maximum"]
    for name, row in zip(names, values, strict=True):
        if row.min() < low or row.max() > high:
            hour = int(np.argmax((row < low) | (row > high)))
            found = f"{row[hour]:.4g}"
            yield Problem("series_range", shown, "", f"{name}:{hour}", {"found": found, "allowed": f"{low} - {high}"})
