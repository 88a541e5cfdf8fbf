"""The closure of the base year: the model's accounts of 2020 against the statistics, by region, sector and fuel.

The difference is small by construction: what the services of a sector do not explain is carried as its rest. So how
well the base year is understood is the share that services explain; it stands by sector in `by_sector`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dafeng.pathway.power.policies import TCE_PER_MWH
from dafeng.pathway.sectors.base_year import BaseYear
from dafeng.pathway.sectors.base_year import closure as lines_of

COLUMNS = ("region", "sector", "fuel", "unit", "statistics", "services", "rest", "model", "difference", "percent")
SECTOR_COLUMNS = ("region", "sector", "unit", "statistics", "services", "rest", "explained")
"""`explained`: share of services in the statistics, %; energy of all fuels by calorific value."""
ALL, EVERY = "plan", "all"
LEAST = 0.05
"""Mtce or TWh: a smaller line says nothing in per cent."""


def closure(base: BaseYear) -> dict[str, Any]:
    """Rows of `COLUMNS`, all regions together first, with the largest difference of a sector and fuel in per cent.

    Returns:
        `columns`, `rows`; `largest`; `sector_columns`, `by_sector`: rows by sector, `all` last.
    """
    rows = [_row(ALL, None, base)]
    rows += [_row(region, place, base) for place, region in enumerate(base.regions)] if len(base.regions) > 1 else []
    flat = [row for part in rows for row in part]
    percent = COLUMNS.index("percent")
    known = [row for row in flat if row[percent] is not None]
    nothing: list[Any] = [ALL, "", "", *[0.0] * 7]
    worst = max(known, key=lambda row: abs(float(row[percent])), default=nothing)
    largest = {"region": worst[0], "sector": worst[1], "fuel": worst[2], "percent": abs(worst[percent])}
    return {
        "columns": list(COLUMNS),
        "rows": flat,
        "largest": largest,
        "sector_columns": list(SECTOR_COLUMNS),
        "by_sector": [line for part in rows for line in by_sector(part)],
    }


def by_sector(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows of `SECTOR_COLUMNS` from rows of `COLUMNS` of one region: fuels added up, then all sectors."""
    sums: dict[str, list[float]] = {}
    for _, sector, _, unit, statistics, services, rest, *_ in rows:
        each = TCE_PER_MWH if unit == "TWh" else 1.0
        for key in (sector, EVERY):
            line = sums.setdefault(key, [0.0, 0.0, 0.0])
            line[:] = [a + each * b for a, b in zip(line, (statistics, services, rest), strict=True)]
    order = [*(sector for sector in sums if sector != EVERY), *(key for key in sums if key == EVERY)]
    region = rows[0][0] if rows else ALL
    return [[region, key, "Mtce", *sums[key], _share(sums[key][1], sums[key][0])] for key in order]


def _share(part: float, whole: float) -> float | None:
    return 100.0 * part / whole if whole >= LEAST else None


def _clean(value: float) -> float:
    """Rounding is nothing."""
    return value if abs(value) > 1e-6 else 0.0


def _row(region: str, place: int | None, base: BaseYear) -> list[list[Any]]:
    found = []
    for line in lines_of(base, place):
        model = line.services + line.rest
        known = line.statistics >= LEAST
        unit = "TWh" if line.fuel == "electricity" else "Mtce"
        found.append(
            [
                *(region, line.sector, line.fuel, unit, line.statistics, line.services, line.rest, model),
                *(_clean(model - line.statistics), _clean(line.difference) if known else None),
            ]
        )
    return found
