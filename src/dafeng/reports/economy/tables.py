"""A plan of all sectors as CSV files, one a table: long form, ids as in the JSON, numbers to ten digits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dafeng.ledger import write_whole
from dafeng.reports.economy.compare import QUANTITIES
from dafeng.reports.economy.iamc import iamc_csv

FILES = (
    *("tables", "summary", "targets", "timetable", "roadmap", "projects", "limits", "closure", "board"),
    *("forest", "explained", "wedges", "curve", "alternatives", "comparison", "iamc"),
)


TARGETS = (
    *("target", "region", "how", "kind", "due_year", "asked", "asked_unit", "year", "amount", "amount_unit", "state"),
    *("price", "price_unit"),
)

ALTERNATIVES = (
    *("technology", "year", "slack", "least", "best", "most", "unit"),
    *("extra_least_cny_1e9", "extra_most_cny_1e9"),
)


def economy_csv(data: Mapping[str, Any]) -> dict[str, str]:
    """Name of a table -> its CSV; what the plan has nothing for is left out.

    Args:
        data: schema dafeng.economy/1.
    """
    found = {
        "tables": _text(("table", "region", "item", "year", "value", "unit"), _long(data)),
        "summary": _text(("quantity", "year", "value"), _summary(data)),
        "timetable": _records([*_milestones(data)]),
        "targets": _text(TARGETS, _targets(data)),
        "roadmap": _text(data["roadmap"]["columns"], data["roadmap"]["rows"]),
        "projects": _text(data["projects"]["columns"], data["projects"]["rows"]),
        "limits": _records(data["limits"]),
        "closure": _text(data["closure"]["columns"], data["closure"]["rows"]),
        "explained": _text(data["closure"]["sector_columns"], data["closure"]["by_sector"]),
        "forest": _text(("region", "year", "mt_co2_taken_up", "quality", "sources"), _forest(data["forest"])),
        "iamc": iamc_csv(data),
    }
    board = [
        {"target": row["target"], "clause": row["clause"], "due_year": row["due_year"], **_plain(reading)}
        for row in data["boards"].get("plan", ())
        for reading in row["readings"]
    ]
    if board:
        found["board"] = _records(board)
    if data["wedges"]:
        found["wedges"] = _text(("action", "year", "mt", "cny_1e9"), _wedges(data["wedges"]))
    if data["curve"]:
        columns = ("measure", "year", "mt", "cost", "cny_per_t")
        names = ("measure", "year", "mt", "cny_1e9", "cny_per_t")
        found["curve"] = _text(names, [[one[column] for column in columns] for one in data["curve"]])
    if data.get("alternatives"):
        found["alternatives"] = _text(ALTERNATIVES, _alternatives(data["alternatives"]))
    if data["comparison"]:
        found["comparison"] = _records([*data["comparison"]["rows"], *data["comparison"]["capacity"]])
    return {name: found[name] for name in FILES if name in found}


def write_economy_csv(data: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write every table into a folder, which is made; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in economy_csv(data).items():
        written.append(folder / f"{name}.csv")
        write_whole(written[-1], text.encode())
    return written


def _text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([f"{v:.10g}" if isinstance(v, float) else "" if v is None else v for v in row] for row in rows)
    return text.getvalue()


def _records(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(rows[0]) if rows else []
    return _text(columns, [[row[column] for column in columns] for row in rows])


def _plain(reading: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in reading.items() if not isinstance(value, Mapping)}


def _long(data: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    units = {one["id"]: one["unit"] for one in data["services"]}
    for table, regions in data["tables"].items():
        for region, items in regions.items():
            for item, values in items.items():
                unit = units.get(item.partition("|")[0], "") if table == "service" else data["units"][table]
                before = data["base"].get(table, {}).get(region, {}).get(item)
                if before is not None:
                    yield table, region, item, data["base_year"], before, unit
                for year, value in zip(data["years"], values, strict=True):
                    yield table, region, item, year, value, unit


def _summary(data: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    for quantity, values in data["summary"].items():
        yield from ((quantity, year, value) for year, value in zip(data["years"], values, strict=True))


def _milestones(data: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The timetable; then what the plan says of its main quantities in each period."""
    for row in data["timetable"]:
        yield {"target": row["target"], "quantity": "", **{key: row[key] for key in row if key != "target"}}
    for quantity, unit in QUANTITIES.items():
        for year, value in zip(data["years"], data["summary"][quantity], strict=True):
            own = {"target": "", "quantity": quantity, "year": year, "due": "", "value": value}
            yield {
                **own,
                "required": None,
                "margin": None,
                "unit": unit,
                "state": "",
                "price": None,
                "price_unit": None,
            }


def _targets(data: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    for one in data["targets"]:
        asked = (one["target"], one["region"], one["how"], one["kind"], one["due_year"], one["value"], one["unit"])
        columns = (one["amount"], one["state"], one["price"])
        for year, amount, state, price in zip(data["years"], *columns, strict=True):
            yield *asked, year, amount, one["amount_unit"] or "", state or "", price, one["price_unit"] or ""


def _forest(forest: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    """The nation and every region whose growth is known; beside all totals."""
    for region, values in {"CN": forest["nation"], **forest["regions"]}.items():
        for year, mt in zip(forest["years"], values or (), strict=bool(values)):
            yield region, year, float(mt), forest["quality"], ";".join(forest["sources"])


def _wedges(wedges: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    for one in wedges["actions"]:
        for year, mt, cost in zip(wedges["years"], one["mt"], one["cost"], strict=True):
            yield one["action"], year, float(mt), float(cost)


def _alternatives(found: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    for one in found["rows"]:
        of = (one["technology"], found["year"], found["slack"], one["least"], one["best"], one["most"], one["unit"])
        yield *of, one["extra_least"], one["extra_most"]
