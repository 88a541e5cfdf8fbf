"""The inventories of CEADs as they lie beside the checkout, read into Dafeng's names. They are no part of Dafeng.

Sources: Shan et al. (2018), Scientific Data 5, 170201; Shan et al. (2020), Scientific Data 7, 54; Guan et al. (2021),
Earth's Future 9, e2021EF002241; Xu et al. (2024), Applied Energy; www.ceads.net.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dafeng.accounts import Account, ceads_account
from dafeng.catalog import convert, resource, unit_of
from dafeng.ledger import Ledger, Observation, Verdict, judge, year_span
from dafeng.ledger.importers.labels import labels

ENERGY = Path("ceads-provincial-energy") / "ceads_provincial_energy_2014_2022.csv"
CO2 = Path("ceads-provincial-co2") / "ceads_provincial_co2_1997_2021.csv"
YEARS = range(2014, 2022)  # in both files
Cell = tuple[str, int, str, str]  # entity, year, line, carrier
Table = list[dict[str, str]]


def read(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def province(adcode: str) -> str:
    return {str(row["adcode"]): str(row["id"]) for row in resource("regions", "regions").rows}[adcode]


@cache
def line_of(layout: str, printed: str) -> str:
    label = labels(layout).find(printed, ("flow", "total", "ignore"))
    assert label is not None, printed
    return label.target if label.kind == "flow" else ""


@cache
def fuel_of(printed: str) -> str:
    """The carrier of a column; empty for the columns that are no fuel."""
    label = labels("ceads-energy").find(printed.replace("_", " "), ("carrier",))
    return label.target if label and label.target not in ("heat", "electricity", "other_energy") else ""


def canonical(value: float, flow: str, carrier: str) -> tuple[float, str]:
    unit = unit_of(flow, carrier)
    return convert(value, {"t": "1e4t", "m3": "1e8m3"}[unit], unit), unit


def energy_lines(rows: Table) -> Iterator[Observation]:
    """The cells of the energy inventories that are not zero, as ledger lines."""
    for row in rows:
        flow = line_of("ceads-energy", row["item"])
        if not flow or int(row["year"]) not in YEARS:
            continue
        start, end = year_span(int(row["year"]))
        for column, printed in row.items():
            carrier = fuel_of(column)
            if carrier and float(printed):
                value, unit = canonical(float(printed), flow, carrier)
                yield Observation(province(row["adcode"]), start, end, flow, carrier, value, unit, "ceads")


def published_co2(rows: Table) -> dict[Cell, float]:
    """CO2 of fuels as published, t, by the line that Dafeng books it to."""
    found: dict[Cell, float] = {}
    for row in rows:
        line = line_of("ceads-co2", row["sector"]).replace("reported_co2", "final", 1)
        if line and int(row["year"]) in YEARS:
            for column, printed in row.items():
                if fuel_of(column):
                    found[province(row["adcode"]), int(row["year"]), line, fuel_of(column)] = float(printed) * 1e6
    return found


@dataclass(frozen=True)
class Counted:
    """The energy inventories of 2014 to 2021 in a ledger, and the account that Dafeng draws up from them."""

    account: Account
    verdict: Verdict


def count(shared: Path, folder: Path) -> Counted:
    """Judge, enter and count the energy inventories; `folder` is for the ledger."""
    ledger = Ledger(folder, write=True)
    verdict = judge(ledger, list(energy_lines(read(shared / ENERGY))), (), accept=("jump", "negative"))
    assert not verdict.refused
    ledger.append(verdict.new, "ceads", "ceads-new", "ceads", accepted=("jump", "negative"))
    account = ceads_account(ledger, "ceads")
    ledger.close()
    return Counted(account, verdict)
