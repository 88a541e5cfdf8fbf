"""A plan of all sectors as a page: the frame, look and charts are those of the other reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dafeng.ledger import write_whole
from dafeng.reports.economy.compare import QUANTITIES
from dafeng.reports.html import render_html

WHOLE = "plan"
#: units that the page shows besides those of the tables
MORE_UNITS = (
    *("1e8t_CO2", "1e4t_CO2", "1e8tce", "1e4tce", "1e8t", "Mt", "GW", "TWh", "Mtce", "Mt_CO2", "year", "%"),
    *("1e9CNY", "index"),
)


def economy_page(data: Mapping[str, Any]) -> str:
    """The page as text; `data` has schema dafeng.economy/1."""
    years = data["years"]
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    frame: dict[str, Any] = {"explanations": {}, "overlay": False, "region": WHOLE, "year": span}
    frame["quantities"] = QUANTITIES
    units = {unit: unit for unit in _units(data) if unit}
    return render_html({**data, **frame, "units": {**units, **data["units"]}})


def _units(data: Mapping[str, Any]) -> set[str]:
    found = units_shown(data["published"])
    for limit in data["limits"]:
        found |= {limit["unit"], limit["price_unit"]}
    for one in data["targets"]:
        found |= {one[key] for key in ("unit", "amount_unit", "price_unit") if one[key]}
    found |= {row["unit"] for row in data["timetable"]}
    found |= {one["unit"] for one in data["services"]} | {one["unit"] for one in data["scenario"]["drivers"]}
    at = data["roadmap"]["columns"].index("unit")
    found |= {row[at] for row in data["roadmap"]["rows"]}
    return found


def units_shown(studies: Iterable[Mapping[str, Any]]) -> set[str]:
    """Units of the summary, and of scenarios that others published."""
    found = {*MORE_UNITS, *QUANTITIES.values()}
    for study in studies:
        found |= {one["unit"] for figures in (*study["figures"].values(), study["more"]) for one in figures}
    return found


def write_economy_page(data: Mapping[str, Any], path: Path) -> None:
    """Write a plan as one self-contained page; a file that is there is replaced only when the new one is complete."""
    write_whole(path, economy_page(data).encode())
