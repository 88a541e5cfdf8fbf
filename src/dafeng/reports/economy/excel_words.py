"""What regions, items and technologies are called in the workbook, and sheets with a title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dafeng.catalog import word
from dafeng.reports.workbook.cells import Book, Sheet

PAIRED = {"final": ("sector", "fuel"), "service": ("service", "option")}
SECTORS = ("co2", "co2_energy", "co2_process", "co2_captured")


def titled(book: Book, role: str, frozen: tuple[int, int]) -> Sheet:
    """A sheet that begins with its name."""
    sheet = Sheet(book, role, frozen)
    sheet.text(0, 0, book.name(role), bold=True, font_size=14)
    return sheet


def region_of(data: Mapping[str, Any], region: str, lang: str) -> str:
    """A region in words."""
    return next((str(one["short"][lang]) for one in data["entities"] if one["id"] == region), region)


def name_of(data: Mapping[str, Any], item: str, lang: str) -> str:
    """A technology of power or an option, in words."""
    known = data["technologies"].get(item, {}).get("name")
    if known:
        return str(known[lang])
    option = data["items"]["option"].get(item)
    return str(option[lang]) if option else item


def with_service(data: Mapping[str, Any], item: str, lang: str) -> str:
    """An option with the service that it gives; a technology of power as it is."""
    service = next((one["id"] for one in data["services"] if item in one["options"]), None)
    if service is None or service.startswith("rest_"):
        return name_of(data, item, lang)
    return f"{data['items']['service'][service][lang]}{word('report.colon', lang)}{name_of(data, item, lang)}"


def item_of(data: Mapping[str, Any], table: str, item: str, lang: str) -> tuple[str, str, str]:
    """(entry, option or fuel, unit) of an item of a table, in words."""
    items, unit = data["items"], str(data["units"][table])
    first, _, second = item.partition("|")
    if table in PAIRED:
        one, two = PAIRED[table]
        if table == "service":
            unit = next((str(s["unit"]) for s in data["services"] if s["id"] == first), unit)
        return items[one].get(first, {}).get(lang, first), items[two].get(second, {}).get(lang, second), unit
    if table in SECTORS:
        return str(items["sector"].get(item, {}).get(lang, item)), "", unit
    if table == "primary":
        return str(items["fuel"].get(item, {}).get(lang, item)), "", unit
    if table == "cost":
        return word(f"economy.cost.{first}", lang), word(f"economy.side.{second}", lang), unit
    if table == "price":
        return word(f"plan.price.{item}", lang), "", unit
    return name_of(data, item, lang), "", unit
