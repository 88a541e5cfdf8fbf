"""The quick plan as a page beside the main page, and as a card on the main page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dafeng.catalog import resource
from dafeng.ledger import write_whole
from dafeng.projected import NATION
from dafeng.reports.data import entity, names
from dafeng.reports.economy.data import sources_of_plans
from dafeng.reports.economy.page import units_shown
from dafeng.reports.html import render_html

PAGE = "plan.html"
CARD = ("scenario", "case", "years", "summary", "peak", "wedges", "states")
"""What the main page shows of the quick plan."""


def quick_page(data: Mapping[str, Any], overlay: bool = True) -> str:
    """The page as text.

    Args:
        data: schema dafeng.quick/1. overlay: the board holds the targets of 2026 too.
    """
    years = data["years"]
    frame: dict[str, Any] = {
        "explanations": {},
        "overlay": overlay,
        "region": NATION,
        "year": str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}",
        "regions": [],
        "entities": [entity(row) for row in resource("regions", "regions").rows if row["id"] == NATION],
        "technologies": {},
        "names": names(),
        "sources": sources_of_plans(),
        "boards": {NATION: data["board"]},
        "units": {**{unit: unit for unit in units_shown(data["published"])}, **data["units"]},
    }
    return render_html({**data, **frame})


def write_quick_page(data: Mapping[str, Any], path: Path, overlay: bool = True) -> None:
    """Write the page as one self-contained file; one that is there is replaced only when the new one is complete."""
    write_whole(path, quick_page(data, overlay).encode())


def quick_card(data: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the main page shows of the quick plan, with the name of its page; None where there is none."""
    return None if data is None else {**{part: data[part] for part in CARD}, "page": PAGE}
