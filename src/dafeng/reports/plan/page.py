"""A plan as a page: the frame, look and charts are those of the other reports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dafeng.ledger import write_whole
from dafeng.reports.html import render_html
from dafeng.reports.plan.data import WHOLE

#: units that the page shows besides those of the tables
MORE_UNITS = {
    **{"co2_shown": "1e8t_CO2", "co2_small": "1e4t_CO2", "fuel_shown": "1e8tce", "fuel_small": "1e4tce"},
    "money": "1e9CNY",
}


def plan_page(data: Mapping[str, Any]) -> str:
    """The page as text; `data` has schema dafeng.plan/1."""
    years = data["years"]
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    frame: dict[str, Any] = {"figures": [], "names": {}, "boards": {}, "explanations": {}, "overlay": False}
    limits = {limit["name"]: limit["price_unit"] for limit in data["limits"]}
    units = {**data["units"], **MORE_UNITS, **limits}
    return render_html({**data, **frame, "units": units, "region": WHOLE, "year": span})


def write_plan_page(data: Mapping[str, Any], path: Path) -> None:
    """Write a plan as one self-contained page; a file that is there is replaced only when the new one is complete."""
    write_whole(path, plan_page(data).encode())
