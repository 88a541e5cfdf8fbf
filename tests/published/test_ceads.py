"""Dafeng counts fuel CO2 as the CEADs provincial inventories do: 30 provinces, 2014 to 2021, every sector and fuel.

Sources: CEADs energy inventories and CO2 inventories of the provinces (www.ceads.net): Shan et al. (2018), Scientific
Data 5, 170201; Shan et al. (2020), Scientific Data 7, 54; Guan et al. (2021), Earth's Future 9, e2021EF002241; Xu et
al. (2024), Applied Energy. Both are read from ../shared/data and are no part of Dafeng. Only CO2 of fuels is compared;
process CO2 and electricity are not.

The rule was found by comparing the two inventories (see accounts/ceads.py), so agreement shows that the factors and the
rule are the ones in use, cell by cell and with no further freedom; it does not show that the inventories are right.

ceads_exceptions.csv lists the province-years where the published energy and CO2 files do not belong together.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

import dafeng
from dafeng.accounts import Account, ceads_account, inventories
from dafeng.catalog import carriers
from dafeng.ledger import ImportOptions, Observation
from dafeng.ledger.importers.labels import labels

from .ceads_data import CO2, ENERGY, YEARS, Cell, Counted, Table, published_co2, read

HERE = Path(__file__).parent
POWER_HEAT = "final.industry.power_heat"
CHEMICAL = {f"final.industry.{x}" for x in ("chemicals", "medicine", "chemical_fibre", "rubber", "plastics")}
WORKBOOK_YEAR = 2019

# --- what Dafeng makes of it -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    account: Account
    counted: dict[Cell, float]
    published: dict[Cell, float]
    entered: tuple[Observation, ...]
    negative: list[str]


def counted_by_cell(account: Account) -> dict[Cell, float]:
    sums: dict[Cell, float] = defaultdict(float)
    for row in account.cells.to_pylist():
        sums[row["entity"], account.periods[row["bucket"]].year, row["line"], row["carrier"]] += row["amount"]
    return dict(sums)


@pytest.fixture(scope="module")
def compared(ceads: Counted, shared_data: Path) -> Comparison:
    negative = sorted(str(p.values["flow"]) for p in ceads.verdict.waived if p.rule == "negative")
    return Comparison(
        ceads.account,
        counted_by_cell(ceads.account),
        published_co2(read(shared_data / CO2)),
        ceads.verdict.new,
        negative,
    )


@dataclass(frozen=True)
class Listed:
    entity: str
    year: int
    carriers: frozenset[str]
    lines: tuple[str, ...]
    cells: int
    zero_found: int

    def covers(self, cell: Cell) -> bool:
        entity, year, line, carrier = cell
        inside = any(line == part or line.startswith(f"{part}.") for part in self.lines)
        return (entity, year) == (self.entity, self.year) and carrier in self.carriers and inside


def exceptions() -> list[Listed]:
    return [
        Listed(
            r["entity"],
            int(r["year"]),
            frozenset(r["carriers"].split(";")),
            tuple(r["lines"].split(";")),
            int(r["cells"]),
            int(r["zero_found"]),
        )
        for r in read(HERE / "ceads_exceptions.csv")
    ]


def group(line: str) -> str:
    return "power and heat" if line == POWER_HEAT else "chemical" if line in CHEMICAL else "ordinary"


def agrees(compared: Comparison, cell: Cell) -> bool:
    """Within 0.1 %, or a kilogram."""
    return math.isclose(compared.counted.get(cell, 0.0), compared.published[cell], rel_tol=1e-3, abs_tol=1e-3)


# --- tests -----------------------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    ("kind", "non_zero", "within", "share"),
    [("ordinary", 60043, 59718, 0.99), ("power and heat", 2632, 2621, 0.99), ("chemical", 6965, 6913, 0.99)],
)
def test_cells_agree_within_a_tenth_of_a_percent(
    compared: Comparison, kind: str, non_zero: int, within: int, share: float
) -> None:
    cells = [cell for cell, value in compared.published.items() if value and group(cell[2]) == kind]
    good = sum(agrees(compared, cell) for cell in cells)
    print(f"{kind}: {good:,} of {len(cells):,} non-zero cells within 0.1 % ({good / len(cells):.2%})")
    assert (len(cells), good) == (non_zero, within)
    assert good / len(cells) >= share


@pytest.mark.shared
def test_outside_the_listed_province_years_every_cell_agrees(compared: Comparison) -> None:
    known = exceptions()
    cells = compared.published.keys() | compared.counted.keys()
    odd = [cell for cell in cells if not agrees(compared, cell) and not any(e.covers(cell) for e in known)]
    assert odd == []


@pytest.mark.shared
@pytest.mark.parametrize("known", exceptions(), ids=lambda e: f"{e.entity}-{e.year}-{len(e.carriers)}")
def test_listed_province_years_are_as_listed(compared: Comparison, known: Listed) -> None:
    odd = [cell for cell in compared.published if known.covers(cell) and not agrees(compared, cell)]
    assert len(odd) == known.cells
    assert sum(compared.published[cell] == 0 for cell in odd) == known.zero_found


@pytest.mark.shared
def test_shandong_2014_industry_agrees_by_fuel(compared: Comparison) -> None:
    """The odd cells of Shandong are a matter of the split: fuels with one factor have the same total over industry."""
    fuels = {c for _, _, _, c in compared.published} - {"raw_coal", "cleaned_coal", "other_washed_coal", "briquettes"}
    for fuel in sorted(fuels):

        def total(cells: dict[Cell, float], fuel: str = fuel) -> float:
            return math.fsum(
                v
                for (e, y, line, c), v in cells.items()
                if (e, y, c) == ("CN-SD", 2014, fuel) and line.startswith("final.industry.")
            )

        assert total(compared.counted) == pytest.approx(total(compared.published), rel=2e-5, abs=1)


@pytest.mark.shared
def test_province_totals(compared: Comparison) -> None:
    """Totals of fuel CO2: the figure of each inventory against the sum of the published cells."""
    published: dict[tuple[str, int], float] = defaultdict(float)
    for (entity, year, _, _), value in compared.published.items():
        published[entity, year] += value
    off = {}
    for figure in compared.account.figures():
        assert (figure.name, figure.unit, figure.scope) == ("co2_ceads", "t_CO2", "energy-use-ceads")
        off[figure.entity, figure.year] = figure.value / published[figure.entity, figure.year] - 1
    assert off.keys() == published.keys()
    assert len(off) == 30 * len(YEARS)
    assert off.pop(("CN-SD", 2014)) == pytest.approx(0.00115, abs=5e-5)
    assert off.pop(("CN-AH", 2021)) == pytest.approx(0.00004, abs=1e-5)
    assert max(map(abs, off.values())) < 1e-5


@pytest.mark.shared
def test_the_one_negative_final_use_counts_as_none(compared: Comparison) -> None:
    assert compared.negative == ["final.residential.rural", "loss"]
    assert compared.published["CN-ZJ", 2015, "final.residential.rural", "other_coking"] == 0
    assert ("CN-ZJ", 2015, "final.residential.rural", "other_coking") not in compared.counted


@pytest.mark.shared
def test_feedstock_leads_back_to_its_ledger_line(compared: Comparison) -> None:
    """Feedstock comes off chemical lines alone, no line falls below zero, no statement takes off more than it says."""
    own: dict[Cell, float] = defaultdict(float)
    taken: dict[tuple[str, int, str], float] = defaultdict(float)
    stated = {(o.entity, o.start.year, o.carrier): o for o in compared.entered if o.flow == "non_energy"}
    for row in compared.account.cells.to_pylist():
        place = row["entity"], compared.account.periods[row["bucket"]].year, row["carrier"]
        own[(*place[:2], row["line"], place[2])] += row["amount"]
        if row["flow"] == "non_energy":
            assert row["line"] in CHEMICAL
            assert row["id"] == stated[place].id
            taken[place] += row["value"]
    assert min(own.values()) > -1e-3
    assert all(0 <= value <= stated[place].value * (1 + 1e-9) for place, value in taken.items())
    fuels = [place for place in taken if place[2] != "other_petroleum"]
    full = [place for place in fuels if math.isclose(taken[place], stated[place].value, rel_tol=1e-9)]
    assert len(fuels) == 1009 + 600
    assert len([place for place in stated if place[2] != "other_petroleum"]) == 1707
    print(f"feedstock taken off in full in {len(full):,} of {len(fuels):,} province-years and fuels")


@pytest.mark.shared
def test_a_workbook_gives_the_same_account(compared: Comparison, shared_data: Path, tmp_path: Path) -> None:
    """One year through a workbook in the CEADs layout, the importer and the workspace."""
    path = tmp_path / f"Provincial energy inventory {WORKBOOK_YEAR}.xlsx"
    write_workbook(path, [row for row in read(shared_data / ENERGY) if int(row["year"]) == WORKBOOK_YEAR])
    with dafeng.init(tmp_path / "workspace") as workspace:
        report = workspace.import_file(path, options=ImportOptions(dataset="book"), accept=("balance",))
        assert report.layout == "ceads-new"
        account = ceads_account(workspace.ledger, "book", years=(WORKBOOK_YEAR, WORKBOOK_YEAR))
    through_book, directly = counted_by_cell(account), compared.counted
    year = {cell for cell in directly if cell[1] == WORKBOOK_YEAR}
    assert len([cell for cell in year if directly[cell] > 1e-3]) > 8000
    for cell in year | through_book.keys():
        assert through_book.get(cell, 0.0) == pytest.approx(directly.get(cell, 0.0), rel=1e-12, abs=1e-6)
    lines = {line.observation for inventory in inventories(account) for line in inventory.lines}
    assert lines <= {o.id for o in report.verdict.new}


def write_workbook(path: Path, rows: Table) -> None:
    """The published layout: a sheet for each province, fuels in columns, a row of units, then the lines."""
    book = openpyxl.Workbook(write_only=True)
    columns = [name for name in rows[0] if labels("ceads-energy").find(name.replace("_", " "), ("carrier",))]
    units = {"t": "10^4 ton", "m3": "10^8 cu.m", "GJ": "10^10 kJ", "MWh": "10^8 kWh", "tce": "10^4 tce"}
    sheets: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        sheets[row["province"]].append(row)
    for name, lines in sheets.items():
        sheet = book.create_sheet(f"{name}{WORKBOOK_YEAR}")
        targets = [labels("ceads-energy").find(c.replace("_", " "), ("carrier",)) for c in columns]
        sheet.append(["Energy inventory", *(c.replace("_", " ") for c in columns)])
        sheet.append(["", *(units[carriers()[label.target]["unit"]] for label in targets if label)])
        for line in lines:
            sheet.append([line["item"], *(float(line[c]) for c in columns)])
    book.save(path)
