"""Layouts `ceads-new` and `ceads-old`, on invented workbooks and, where the shared data are, on those of real size."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from import_builders import CEADS_FUELS, CEADS_SECTORS, ceads_co2, ceads_energy

from dafeng.catalog import LANGUAGES
from dafeng.ledger.checks import judge
from dafeng.ledger.importers import Draft, ImportOptions, detect, read_file
from dafeng.ledger.store import Ledger

Rows = list[list[Any]]


def test_emissions_in_the_new_layout(tmp_path: Path) -> None:
    path = ceads_co2(tmp_path / "2019年30个省份排放清单.xlsx", ["Hebei", "InnerMongolia", "Shaanxi"])
    draft = read_file(path)
    assert (draft.layout, draft.problems) == ("ceads-new", ())
    assert {o.entity for o in draft.observations} == {"CN-HE", "CN-NM", "CN-SN"}
    assert len(draft.observations) == 3 * len(CEADS_SECTORS) * (len(CEADS_FUELS) + 2)
    found = {(o.entity, o.flow, o.carrier): o for o in draft.observations}
    cement = found["CN-HE", "reported_co2.industry.nonmetal_products", "process"]
    assert (cement.value, cement.unit, cement.start.year, cement.sheet, cement.cell) == (
        1.5e6,
        "t_CO2",
        2019,
        "Hebei2019",
        "L8",
    )
    coal = found["CN-HE", "reported_co2.industry.coal_mining", "cleaned_coal"]
    assert coal.value == pytest.approx(0.08e6)
    assert coal.source == "ceads-provincial-inventories"
    assert {"TotalEmissions", "Scope_1_Total", "Scope_2_Heat"} <= set(draft.skipped)


def test_the_old_layout_says_the_same(tmp_path: Path) -> None:
    new = read_file(ceads_co2(tmp_path / "a.xlsx", ["Hebei"]), None, ImportOptions(dataset="ceads"))
    old = read_file(ceads_co2(tmp_path / "b.xlsx", ["Hebei"], old=True), None, ImportOptions(dataset="ceads"))
    assert (old.layout, old.problems) == ("ceads-old", ())
    assert {o.id for o in old.observations} == {o.id for o in new.observations}


def test_energy(tmp_path: Path) -> None:
    path = ceads_energy(tmp_path / "省级能源清单_2019.xlsx", ["Hebei"])
    assert detect(path) == "ceads-new"
    draft = read_file(path)
    assert not draft.problems
    found = {(o.flow, o.carrier): o for o in draft.observations}
    ws = openpyxl.load_workbook(path)["Hebei2019"]
    rows = {
        row[0]: dict(
            zip(
                ("raw_coal", "cleaned_coal", "natural_gas", "heat", "electricity", "other_energy"), row[1:], strict=True
            )
        )
        for row in ws.iter_rows(min_row=3, values_only=True)
    }
    for line, flow in (
        ("Urban", "final.residential.urban"),
        ("Thermal Power", "transformation.thermal_power"),
        ("Loss", "loss"),
        ("Non-Energy Use", "non_energy"),
    ):
        for carrier, factor, unit in (
            ("raw_coal", 1e4, "t"),
            ("natural_gas", 1e8, "m3"),
            ("heat", 1e4, "GJ"),
            ("electricity", 1e5, "MWh"),
            ("other_energy", 1e4, "tce"),
        ):
            assert found[flow, carrier].value == pytest.approx(rows[line][carrier] * factor)
            assert found[flow, carrier].unit == unit
    assert found["transformation.thermal_power", "electricity"].value < 0
    assert found["transformation.coal_washing", "cleaned_coal"].value < 0
    assert {"Total Final Consumption", "Total Consumption", "% Loss"} <= set(draft.skipped)


@pytest.mark.parametrize(
    ("sheet_year", "file", "given", "year"),
    [
        ("2018", "x.xlsx", None, 2018),
        ("", "Inventories_2017.xlsx", None, 2017),
        ("", "x.xlsx", 2016, 2016),
        ("", "download_2023.xlsx", 2016, 2016),
        ("2018", "download_2023.xlsx", None, 2018),
    ],
)
def test_where_the_year_comes_from(tmp_path: Path, sheet_year: str, file: str, given: int | None, year: int) -> None:
    path = ceads_co2(tmp_path / file, ["Hebei"], sheet_year=sheet_year)
    draft = read_file(path, None, ImportOptions(year=given))
    assert not draft.problems
    assert {o.start.year for o in draft.observations} == {year}


def test_no_year_or_two(tmp_path: Path) -> None:
    path = ceads_co2(tmp_path / "x.xlsx", ["Hebei"], sheet_year="")
    draft = read_file(path)
    assert [p.rule for p in draft.problems] == ["no_year"]
    assert not draft.observations
    path = ceads_co2(tmp_path / "y.xlsx", ["Hebei"], sheet_year="2018")
    (problem,) = read_file(path, None, ImportOptions(year=2019)).problems
    assert (problem.rule, problem.sheet, problem.values["found"]) == ("differs", "Hebei2018", 2018)


def set_cell(row: int, column: int, value: object) -> Any:
    def change(_: str, rows: Rows) -> None:
        rows[row][column] = value

    return change


@pytest.mark.parametrize(
    ("row", "column", "value", "rule", "cell", "near"),
    [
        (2, 0, "Coal Minning and Dresing", "unknown_line", "A6", "Coal Mining and Dressing"),
        (2, 0, None, "unlabelled", "B6", "-"),
        (2, 1, "n.a.", "bad_number", "B6", None),
        (3, 0, "Coal Mining and Dressing", "line_twice", "A7", None),
        (2, 1, 99.0, "balance", None, None),
        (0, 3, 99.0, "balance", "D4", None),
        (2, 12, 99.0, "balance", "M6", None),
    ],
)
def test_faults_name_the_cell(
    tmp_path: Path, row: int, column: int, value: object, rule: str, cell: str | None, near: str | None
) -> None:
    path = ceads_co2(tmp_path / "x.xlsx", ["Hebei"], change=set_cell(row, column, value))
    problems = [p for p in read_file(path).problems if p.rule == rule]
    assert problems
    assert all(p.file == "x.xlsx" and p.sheet == "Hebei2019" for p in problems)
    if cell:
        assert cell in [p.cell for p in problems]
    if near:
        assert near in str(problems[0].values["near"])
    for lang in LANGUAGES:
        assert problems[0].text(lang).startswith("x.xlsx Hebei2019 ")


def test_unknown_province_fuel_and_unit(tmp_path: Path) -> None:
    path = ceads_co2(tmp_path / "x.xlsx", ["Hebbei"])
    (problem,) = read_file(path).problems
    assert (problem.rule, problem.sheet) == ("unknown_entity", "Hebbei2019")
    assert "Hebei (CN-HE)" in str(problem.values["near"])
    book = openpyxl.load_workbook(ceads_co2(tmp_path / "x.xlsx", ["Hebei"]))
    ws = book["Hebei2019"]
    ws["B1"], ws["D2"], ws["E2"] = "Raw_Cool", "Mt CH4", None
    book.save(tmp_path / "x.xlsx")
    found = {(p.rule, p.cell): p for p in read_file(tmp_path / "x.xlsx").problems if p.rule != "balance"}
    assert set(found) == {("unknown_fuel", "B1"), ("unknown_unit", "D2"), ("unit_missing", "E2")}
    assert "Raw Coal" in str(found["unknown_fuel", "B1"].values["near"])


def test_sheets_that_are_no_inventory_are_named(tmp_path: Path) -> None:
    path = ceads_co2(tmp_path / "x.xlsx", ["Hebei"])
    book = openpyxl.load_workbook(path)
    book.create_sheet("my notes").append(["to do"])
    book.save(path)
    draft = read_file(path)
    assert not draft.problems
    assert "my notes" in draft.skipped
    empty = openpyxl.Workbook()
    empty.save(tmp_path / "y.xlsx")
    assert [p.rule for p in read_file(tmp_path / "y.xlsx", "ceads-new").problems] == ["no_inventory"]


# --- workbooks of real size, rebuilt from the shared conversions ---------------------------------------------------


def rebuilt(folder: Path, target: Path, kind: str, year: int) -> Path:
    """The workbook of a year, as published, out of the CSV conversion."""
    energy = kind == "energy"
    name = "ceads_provincial_energy_2014_2022.csv" if energy else "ceads_provincial_co2_1997_2021.csv"
    item = "item" if energy else "sector"
    sheets: dict[str, Rows] = defaultdict(list)
    with (folder / f"ceads-provincial-{kind}" / name).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["year"] == str(year):
                heads = [key for key in row if key not in ("adcode", "province", "province_zh", "year", "line", item)]
                sheets[row["province"]].append([row[item], *(float(row[head]) for head in heads)])
    units = {
        "Coke_Oven_Gas": "10^8 cu.m",
        "Other_Gas": "10^8 cu.m",
        "Natural_Gas": "10^8 cu.m",
        "Heat": "10^10 kj",
        "Electricity": "10^8 kwh",
        "Other_Energy": "10^4 tce",
    }
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("NOTE").append(["Reference", "rebuilt for a test"])
    for province, rows in sheets.items():
        ws = book.create_sheet(f"{province}{year}")
        ws.append(["Energy_inventory" if energy else "Emission_Inventory", *heads])
        ws.append(["unit", *(units.get(head, "10^4 ton") if energy else "Mt CO2" for head in heads)])
        for row in rows:
            ws.append(row)
    book.save(target)
    return target


def into_ledger(tmp_path: Path, draft: Draft, *accept: str) -> Ledger:
    ledger = Ledger(tmp_path / "ledger", write=True)
    verdict = judge(ledger, draft.observations, draft.problems, accept)
    assert not verdict.refused
    ledger.append(verdict.new, "x", draft.layout, "ceads")
    return ledger


@pytest.mark.shared
@pytest.mark.slow
def test_thirty_provinces_of_emissions(shared_data: Path, tmp_path: Path) -> None:
    path = rebuilt(shared_data, tmp_path / "inventory_2019.xlsx", "co2", 2019)
    draft = read_file(path, None, ImportOptions(dataset="ceads"))
    ledger = into_ledger(tmp_path, draft)
    table = ledger.observations()
    kept = ledger.run(table.group_by("entity").agg(total=table.value.sum())).to_pylist()
    with (shared_data / "ceads-provincial-co2" / "ceads_provincial_co2_total_wide.csv").open(
        encoding="utf-8"
    ) as stream:
        published = next(row for row in csv.DictReader(stream) if row["year"] == "2019")
    assert len(draft.observations) == 30 * 47 * 19
    assert sum(row["total"] for row in kept) == pytest.approx(
        1e6 * sum(float(v) for k, v in published.items() if k != "year"), rel=1e-5
    )
    by_entity = {row["entity"]: row["total"] for row in kept}
    assert by_entity["CN-SN"] == pytest.approx(1e6 * float(published["Shaanxi"]), rel=1e-4)
    assert by_entity["CN-NM"] == pytest.approx(1e6 * float(published["InnerMongolia"]), rel=1e-4)
    ledger.close()


@pytest.mark.shared
@pytest.mark.slow
def test_thirty_provinces_of_energy(shared_data: Path, tmp_path: Path) -> None:
    path = rebuilt(shared_data, tmp_path / "inventory_2014.xlsx", "energy", 2014)
    draft = read_file(path, None, ImportOptions(dataset="ceads"))
    ledger = into_ledger(tmp_path, draft)
    assert not draft.problems
    assert len(draft.observations) == 30 * 59 * 20
    ledger.close()


@pytest.mark.shared
@pytest.mark.slow
def test_the_contradictions_of_the_published_tables_are_found(shared_data: Path, tmp_path: Path) -> None:
    """From 2020 on the line "Coke Input" of some provinces is no part of the printed sum (it holds another line)."""
    path = rebuilt(shared_data, tmp_path / "inventory_2022.xlsx", "energy", 2022)
    draft = read_file(path, None, ImportOptions(dataset="ceads"))
    assert {p.rule for p in draft.problems} == {"balance"}
    assert {(p.values["line"]) for p in draft.problems} == {"Inputs(+) outputs(-)"}
    ledger = Ledger(tmp_path / "refused", write=True)
    assert judge(ledger, draft.observations, draft.problems).refused
    ledger.close()
    into_ledger(tmp_path, draft, "balance").close()


@pytest.mark.shared
@pytest.mark.slow
def test_a_negative_figure_of_a_published_table_needs_acceptance(shared_data: Path, tmp_path: Path) -> None:
    path = rebuilt(shared_data, tmp_path / "inventory_2017.xlsx", "energy", 2017)
    draft = read_file(path, None, ImportOptions(dataset="ceads"))
    ledger = Ledger(tmp_path / "refused", write=True)
    refused = judge(ledger, draft.observations, draft.problems).refused
    assert [(p.rule, p.sheet) for p in refused] == [("negative", "Tianjin2017")]
    ledger.close()
    into_ledger(tmp_path, draft, "negative").close()
