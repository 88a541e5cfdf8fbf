"""`dafeng roadmap REGION --projects`: the project list of a plan of all sectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dafeng.catalog import DafengError, language, word
from dafeng.cli.show import Format, emit, messages

SHOWN = ("year", "what_text", "region_text", "name", "unit_name", "item_text", "to_text", "mw", "investment", "co2")
TEXTS = ("what", "region", "province", "item", "to", "action")


def show_projects(data: Mapping[str, Any], region: str, action: int | None, year: int | None, form: Format) -> None:
    """Print the project list of a plan.

    Args:
        region: a region of the plan, a province in it, or CN for all.

    Raises:
        DafengError: the plan was kept before units had figures.
    """
    columns = data["projects"]["columns"]
    if "basis" not in columns:
        raise DafengError("economy_projects_old", name=data["name"])
    rows = [dict(zip(columns, row, strict=True)) for row in data["projects"]["rows"]]
    chosen = [
        {**row, **_texts(data, row)}
        for row in rows
        if (region == "CN" or region in (row["region"], row["province"]))
        and (action is None or row["action"] == action)
        and (year is None or row["year"] == year)
    ]
    table = form is Format.table
    if table:
        chosen = [{**row, **_in_words(row)} for row in chosen]
    shown = SHOWN if table else (*columns, *(f"{key}_text" for key in TEXTS))
    headings = {key: _heading(key) for key in shown}
    extra = {"plan": data["name"], "scenario": data["scenario"]["name"]}
    emit(form, "dafeng.projects/1", headings, chosen, word("economy.projects.head"), extra=extra)
    if table:
        for key in ("project_figures", "project_names", "indicative"):
            messages().print(word(f"economy.page.{key}"), markup=False)


def _heading(key: str) -> str:
    return word(f"economy.col.{key.removesuffix('_text')}")


def _texts(data: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    from dafeng.reports.economy.excel_words import name_of, region_of, with_service

    tag = language()
    return {
        "what_text": word(f"economy.what.{row['what']}"),
        "region_text": region_of(data, str(row["province"] or row["region"]), tag),
        "province_text": region_of(data, str(row["province"]), tag) if row["province"] else "",
        "item_text": with_service(data, str(row["item"]), tag),
        "to_text": name_of(data, str(row["to"]), tag) if row["to"] else "",
        "action_text": f"{row['action']} {word('report.action.' + str(row['action']))}",
    }


def _in_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """The year without a separator; in place of a figure that is none: why."""
    money, co2 = row["investment"], row["co2"]
    return {
        "year": str(row["year"]),
        "investment": word(f"economy.invest.{row['investment_none']}") if money is None else money,
        "co2": word(f"economy.co2.{row['co2_none']}") if co2 is None else co2,
    }


__all__ = ["show_projects"]
