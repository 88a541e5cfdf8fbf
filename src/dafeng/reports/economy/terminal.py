"""Tables of a plan of all sectors for the terminal: columns with their headings, and rows in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dafeng.catalog import DafengError, nearest, word
from dafeng.reports.economy.excel_words import name_of, region_of, with_service
from dafeng.reports.economy.page import WHOLE

ROADMAP = ("year", "region", "what", "item", "from", "amount", "unit", "investment", "co2", "action")
TIMETABLE = ("target", "name", "year", "value", "required", "margin", "unit", "state", "price", "price_unit")


def roadmap_columns(lang: str) -> dict[str, str]:
    """Columns of the roadmap -> heading."""
    return {key: word(f"economy.col.{key}", lang) for key in ROADMAP}


def roadmap_rows(data: Mapping[str, Any], region: str | None, lang: str) -> list[dict[str, Any]]:
    """The roadmap of a region, the dearest of each year first.

    Args:
        data: schema dafeng.economy/1. region: id; None or `CN`: all of the plan.

    Raises:
        DafengError: the plan has no such region; names the nearest.
    """
    known = list(data["regions"])
    everything = region in (None, WHOLE) or (region == "CN" and data["frame"]["whole"])
    if not everything and region not in known:
        raise DafengError("economy_region", found=region, near=nearest(str(region), known), allowed=", ".join(known))
    at = {name: number for number, name in enumerate(data["roadmap"]["columns"])}
    own = [row for row in data["roadmap"]["rows"] if everything or row[at["region"]] == region]
    own.sort(key=lambda row: (row[at["year"]], -row[at["investment"]], -row[at["amount"]]))
    return [
        {
            "year": str(row[at["year"]]),
            "region": region_of(data, row[at["region"]], lang),
            "what": word(f"economy.what.{row[at['what']]}", lang),
            "item": with_service(data, row[at["item"]], lang),
            "from": name_of(data, row[at["from"]], lang) if row[at["from"]] else "",
            "amount": row[at["amount"]],
            "unit": row[at["unit"]],
            "investment": row[at["investment"]],
            "co2": co2_text(row[at["co2"]], row[at["co2_none"]], lang),
            "action": f"{row[at['action']]} {word('report.action.' + str(row[at['action']]), lang)}",
        }
        for row in own
    ]


def co2_text(co2: float | None, why: str, lang: str) -> float | str | None:
    """Mt CO2 of a step, or in words why it has none."""
    return word(f"economy.co2.{why}", lang) if co2 is None and why else co2


def timetable_columns(lang: str) -> dict[str, str]:
    """Columns of the timetable -> heading."""
    heads = {key: word(f"economy.col.{key}", lang) for key in TIMETABLE if key not in ("name", "target")}
    ids = {"target": word("economy.col.id", lang), "name": word("economy.col.target", lang)}
    return {key: {**heads, **ids}[key] for key in TIMETABLE}


def timetable_rows(data: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """The timetable, target after target."""
    names = {one["target"]: one["name"][lang] for one in data["targets"]}
    return [
        {
            **{key: row[key] for key in TIMETABLE if key != "name"},
            "name": names[row["target"]],
            "year": str(row["year"]),
            "state": word(f"economy.state.{row['state']}", lang),
        }
        for row in data["timetable"]
    ]


def compare_columns(found: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Columns of the terminal's table -> heading."""
    heads = {"quantity": word("economy.col.quantity", lang), "unit": word("economy.col.unit", lang)}
    heads |= {"year": word("economy.col.year", lang), "a": found["a"]["name"], "b": found["b"]["name"]}
    return {**heads, "change": word("economy.col.change", lang), "percent": "%"}


def compare_rows(found: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Rows of the terminal's table: peaks, the summary by period, targets that only one of the two keeps."""
    rows: list[dict[str, Any]] = []
    for scope, pair in found["peak"].items():
        years = [pair[side]["year"] for side in ("a", "b")]
        text = word(f"economy.peak.{scope}", lang)
        rows.append(
            {
                "quantity": text,
                "unit": "year",
                "year": "",
                "a": years[0],
                "b": years[1],
                "change": years[1] - years[0],
                "percent": None,
            }
        )
    rows += [{**row, "quantity": word(f"economy.summary.{row['quantity']}", lang)} for row in found["rows"]]
    for one in found["targets"]:
        if one["state_a"] != one["state_b"]:
            rows.append(
                {
                    "quantity": f"{one['target']} {one['name'][lang]}",
                    "unit": one["unit"],
                    "year": one["year"],
                    "a": one["a"],
                    "b": one["b"],
                    "change": None if one["a"] is None or one["b"] is None else one["b"] - one["a"],
                    "percent": None,
                }
            )
    return rows
