"""The closure of the base year: the model's accounts of 2020 against the statistics, by region, sector and fuel."""

from __future__ import annotations

from typing import Any

from dafeng.pathway.sectors.base_year import BaseYear
from dafeng.pathway.sectors.base_year import closure as lines_of

COLUMNS = ("region", "sector", "fuel", "unit", "statistics", "services", "rest", "model", "difference", "percent")
ALL = "plan"
LEAST = 0.05
"""Mtce or TWh: a smaller line says nothing in per cent."""


def closure(base: BaseYear) -> dict[str, Any]:
    """Rows of `COLUMNS`, all regions together first, with the largest difference of a sector and fuel in per cent."""
    rows = [_row(ALL, None, base)]
    rows += [_row(region, place, base) for place, region in enumerate(base.regions)] if len(base.regions) > 1 else []
    flat = [row for part in rows for row in part]
    percent = COLUMNS.index("percent")
    known = [row for row in flat if row[percent] is not None]
    nothing: list[Any] = [ALL, "", "", *[0.0] * 7]
    worst = max(known, key=lambda row: abs(float(row[percent])), default=nothing)
    largest = {"region": worst[0], "sector": worst[1], "fuel": worst[2], "percent": abs(worst[percent])}
    return {"columns": list(COLUMNS), "rows": flat, "largest": largest}


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
