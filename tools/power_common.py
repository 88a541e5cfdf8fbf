"""What the scripts that make the `power` package share: reading, writing, the order of the provinces."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CATALOGUE = Path(__file__).resolve().parents[1] / "src" / "dafeng" / "catalog" / "data"
POWER = CATALOGUE / "power"
YEARS = (2020, 2023, 2024)
Vector = NDArray[np.float64]
Row = Mapping[str, object]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(name: str, lines: Iterable[Row]) -> None:
    """One table of the package; numbers with at most six significant digits and no trailing zeros."""
    found = list(lines)
    with (POWER / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, found[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: plain(v) for k, v in row.items()} for row in found)


def plain(value: object) -> object:
    return np.format_float_positional(float(f"{value:.6g}"), trim="-") if isinstance(value, float) else value


PROVINCES = [r for r in rows(CATALOGUE / "regions" / "regions.csv") if r["kind"] == "province"][:31]
IDS = [r["id"] for r in PROVINCES]
#: names of PyPSA-China ("InnerMongolia") to ours
OURS = {r["short_en"].replace(" ", ""): r["id"] for r in PROVINCES}


def vector(values: Mapping[str, float]) -> Vector:
    """A value per province, in the order of the catalogue; 0 where there is none."""
    return np.array([values.get(i, 0.0) for i in IDS])


def statistic(table: str, **wanted: str) -> dict[str, float]:
    """entity -> value of the rows of a statistics table that fit."""
    found = rows(CATALOGUE / "statistics" / f"{table}.csv")
    return {r["entity"]: float(r["value"]) for r in found if all(r[k] == v for k, v in wanted.items())}


def national(year: int, carrier: str) -> float:
    """Capacity of the nation at the end of the year, MW."""
    return 1000 * statistic("national", year=str(year), flow="power_capacity", carrier=carrier)["CN"]


def hours_table() -> dict[tuple[str, int, str], float]:
    return {(r["entity"], int(r["year"]), r["technology"]): float(r["value"]) for r in rows(POWER / "hours.csv")}


def generation(year: int, kind: str) -> float:
    """National generation of all plants, TWh (statistics package)."""
    found = rows(CATALOGUE / "statistics" / "national.csv")
    wanted = {"year": str(year), "flow": "power_generation", "carrier": kind, "scope": "all-plants"}
    return next(float(r["value"]) for r in found if all(r[k] == v for k, v in wanted.items()))
