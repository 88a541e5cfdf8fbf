"""From a document: schema, workbook, CSV files, the IAMC's table, comparison, published scenarios."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.cli.calling import validate
from tests.reports.economy.sample import YEARS, A, document
from tests.reports.evaluator import Evaluator

from dafeng.catalog import LANGUAGES, DafengError, resource, word
from dafeng.reports.economy import (
    compare,
    compare_columns,
    compare_rows,
    economy_csv,
    iamc_csv,
    roadmap_columns,
    roadmap_rows,
    timetable_columns,
    timetable_rows,
    write_economy_csv,
)
from dafeng.reports.economy.excel import roles_of, write_economy_excel
from dafeng.reports.economy.iamc import iamc_rows
from dafeng.reports.economy.published import published
from dafeng.reports.wording import sign


def other(**summary: list[float]) -> dict[str, Any]:
    """The same plan under another name, with some rows of its summary changed."""
    found = document(name="other")
    found["summary"] |= summary
    return found


# --- comparison ------------------------------------------------------------------------------------------------------


def test_changes_are_those_of_b_from_a() -> None:
    """coal of the sample is 300, 270, 210 Mtce; B has 330 in 2025: +30, +10 %."""
    found = compare(document(), other(coal=[330.0, 270.0, 105.0]))
    rows = {(row["quantity"], row["year"]): row for row in found["rows"]}
    assert rows["coal", 2025] | {"change": 30.0, "percent": 10.0} == rows["coal", 2025]
    assert rows["coal", 2035]["percent"] == pytest.approx(-50.0)
    assert rows["non_fossil", 2025]["percent"] is None, "shares are compared in points"
    validate(found, "economy-compare")
    validate(document(comparison=found), "economy")


@pytest.mark.parametrize(
    ("field", "value"),
    [("regions", ["CN"]), ("factor_set", "ipcc-2006"), ("base_year", 2023), ("money_year", 2015), ("scope", "all")],
)
def test_plans_that_count_otherwise_are_never_compared(field: str, value: object) -> None:
    second = document(name="other")
    second["frame"][field] = value
    with pytest.raises(DafengError) as refused:
        compare(document(), second)
    assert field in str(refused.value)


def test_settings_that_may_differ_are_listed_and_only_common_periods_compared() -> None:
    second = other()
    second["frame"] |= {"days": 8, "periods": [2030, 2035, 2040]}
    second["years"] = [2030, 2035, 2040]
    found = compare(document(), second)
    assert {one["field"] for one in found["differences"]} == {"days", "periods"}
    assert found["years"] == [2030, 2035]
    second["years"] = [2045]
    with pytest.raises(DafengError):
        compare(document(), second)


def test_terminal_rows_name_a_target_that_only_one_keeps() -> None:
    second = document(name="other")
    second["timetable"][2] |= {"value": 26.0, "state": "kept"}
    found = compare(document(), second)
    rows = compare_rows(found, "en")
    assert next(row for row in rows if row["quantity"].startswith("T04"))["change"] == pytest.approx(3.0)
    assert set(rows[0]) == set(compare_columns(found, "en"))


def test_the_roadmap_of_a_region_in_the_terminal() -> None:
    rows = roadmap_rows(document(), A, "en")
    assert [(row["item"], row["investment"]) for row in rows] == [
        ("Onshore wind", 150.0),
        ("Cars: Battery electric", 80.0),
    ]
    assert set(rows[0]) == set(roadmap_columns("en"))
    assert len(roadmap_rows(document(), "CN", "zh")) == len(document()["roadmap"]["rows"])
    with pytest.raises(DafengError, match="CN-HE"):
        roadmap_rows(document(), "CN-HEB", "en")


def test_the_timetable_in_the_terminal() -> None:
    rows = timetable_rows(document(), "en")
    assert [row["state"] for row in rows] == ["not due yet", "kept", "missed"]
    assert set(rows[0]) == set(timetable_columns("en"))


# --- workbook --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_workbook(tmp_path: Path, lang: str) -> None:
    """Every sheet in the language; every formula comes to its cached value; nothing else is left in the folder."""
    data = document(comparison=compare(document(), other(coal=[330.0, 270.0, 105.0])))
    path = tmp_path / "plan.xlsx"
    write_economy_excel(data, path, lang)
    assert list(tmp_path.iterdir()) == [path]
    book, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    assert book.sheetnames == [word(f"economy.xl.sheet.{role}", lang) for role in roles_of(data)]
    evaluator, formulas = Evaluator(book), 0
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if isinstance(cell.value, str) and cell.value.startswith("="):
                formulas += 1
                stored = cached[sheet.title][cell.coordinate].value
                found = evaluator.cell(sheet.title, cell.coordinate)
                assert math.isclose(found, stored, rel_tol=1e-9, abs_tol=1e-9), (sheet.title, cell.coordinate)
    assert formulas > 60
    shown = {str(cell.value) for sheet in cached for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert not [text for text in shown if text.startswith(("economy.", "plan.", "report."))]


def test_sheets_of_what_a_plan_does_not_have_are_left_out(tmp_path: Path) -> None:
    data = document(wedges=None, curve=None, alternatives=None, boards={"plan": []})
    write_economy_excel(data, tmp_path / "plan.xlsx", "en")
    names = openpyxl.load_workbook(tmp_path / "plan.xlsx").sheetnames
    assert not {"Wedges", "Alternatives", "Comparison", "Board"} & set(names)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sheet_of_alternatives_says_amounts_and_what_they_cost_more(tmp_path: Path, lang: str) -> None:
    write_economy_excel(document(), tmp_path / "plan.xlsx", lang)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")[word("economy.xl.sheet.alternatives", lang)]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=5)]
    assert rows[0] == [f"onshore wind {lang}", 60.0, 85.0, 140.0, 90.0, sign("GW", lang), 10.0, 9.5]
    assert rows[1][4] is None, "the plan has no table of the capacity of cars"
    assert "2030" in sheet["A2"].value
    assert "2%" in sheet["A2"].value


def test_the_roadmap_names_what_is_converted_into_what(tmp_path: Path) -> None:
    write_economy_excel(document(), tmp_path / "plan.xlsx", "en")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)["Roadmap"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    converted = next(row for row in rows if row[2] == word("economy.what.convert", "en"))
    assert converted[3:5] == ["Coal with CO2 capture", "Coal, ultra-supercritical"]
    assert "Cars: Battery electric" in [row[3] for row in rows]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_units_of_the_project_list_have_money_and_co2_or_why_not(tmp_path: Path, lang: str) -> None:
    write_economy_excel(document(), tmp_path / "plan.xlsx", lang)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)[word("economy.xl.sheet.projects", lang)]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, min_col=13, max_col=18)]
    converted, retired, new, named = rows[:4]
    assert converted[:4] == [1000.0, 4.0, None, word("economy.basis.share", lang)]
    assert word("economy.co2.idle", lang) in converted[4]
    assert retired[:3] == [660.0, None, None]
    assert word("economy.invest.retires", lang) in retired[4]
    assert word("economy.co2.retires", lang) in retired[4]
    assert new[:4] == [30000.0, 150.0, -40.0, word("economy.basis.plan", lang)]
    assert [row[5] for row in rows[:4]] == [
        *(word(f"economy.unit_status.{one}", lang) for one in ("operating", "mothballed")),
        None,
        word("economy.unit_status.announced", lang),
    ]
    assert named[:4] == [150.0, 0.75, -0.2, word("economy.basis.share", lang)]
    assert rows[4][1] == pytest.approx(154.75), "the sum"


# --- CSV and IAMC ----------------------------------------------------------------------------------------------------


def test_csv_files_hold_every_number_of_the_tables(tmp_path: Path) -> None:
    data = document()
    files = write_economy_csv(data, tmp_path / "csv")
    assert {file.stem for file in files} == set(economy_csv(data))
    rows = list(csv.DictReader(io.StringIO(economy_csv(data)["tables"])))
    values = {(r["table"], r["region"], r["item"], int(r["year"])): float(r["value"]) for r in rows}
    for table, regions in data["tables"].items():
        for region, items in regions.items():
            for item, line in items.items():
                assert [values[table, region, item, year] for year in YEARS] == pytest.approx(line)
    assert values["final", A, "steel|coke", 2020] == 60.0


def iamc() -> dict[tuple[str, str], list[float]]:
    return {(row[2], row[3]): row[5:] for row in iamc_rows(document())}


def test_iamc_energies_are_in_exajoule() -> None:
    """Region A: coal 200 Mtce x 0.0293076 = 5.86152 EJ; 70 TWh of wind x 0.0036 = 0.252 EJ; the nation has 1.5 x A."""
    found = iamc()
    assert found["Hebei en", "Primary Energy|Coal"][0] == pytest.approx(5.86152)
    assert found["Hebei en", "Secondary Energy|Electricity|Wind"][0] == pytest.approx(0.252)
    assert found["China", "Primary Energy|Coal"][0] == pytest.approx(1.5 * 5.86152)
    assert found["China", "Production|Steel"][0] == pytest.approx(135.0)
    assert found["China", "Energy Service|Transportation|Passenger"][0] == pytest.approx(150.0)


@pytest.mark.parametrize(
    "top",
    [
        "Emissions|CO2|Energy",
        "Emissions|CO2|Energy|Demand",
        "Secondary Energy|Electricity",
        "Capacity|Electricity|Wind",
    ],
)
def test_iamc_branches_add_up(top: str) -> None:
    """A variable is the sum of the branches right below it."""
    found = iamc()
    for region in ("China", "Hebei en"):
        depth = top.count("|") + 1
        below = [
            v
            for (r, name), v in found.items()
            if r == region and name.startswith(f"{top}|") and name.count("|") == depth
        ]
        assert found[region, top] == pytest.approx([sum(column) for column in zip(*below, strict=True)])


def test_iamc_additions_and_investments_are_a_year() -> None:
    """30 GW of wind in the five years to 2030: 6 GW/yr; 5 GW in the half year to 2025: 10 GW/yr."""
    found = iamc()
    assert found["Hebei en", "Capacity Additions|Electricity|Wind|Onshore"][:2] == pytest.approx([10.0, 6.0])
    assert found["Hebei en", "Investment|Energy Demand"] == pytest.approx([4.0, 16.0, 18.0])


READ = """
import sys, warnings
warnings.filterwarnings("ignore")
import pyam
df = pyam.IamDataFrame(sys.argv[1])
apart = df.check_aggregate("Final Energy", components=[v for v in df.variable if v.count("|") == 1 and v.startswith("Final Energy|") and v.split("|")[1] in ("Industry", "Residential and Commercial", "Transportation", "Agriculture")])
print(len(df.variable), len(df.region), sorted(df.year)[0], apart is None)
"""


def test_pyam_reads_the_table(tmp_path: Path) -> None:
    """pyam cannot live beside our requirements: DAFENG_PYAM names a Python that has it (pip install pyam-iamc)."""
    python = os.environ.get("DAFENG_PYAM")
    if not python:
        pytest.skip("needs pyam in an environment of its own: set DAFENG_PYAM to its python")
    path = tmp_path / "iamc.csv"
    path.write_text(iamc_csv(document()), encoding="utf-8")
    own = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}  # its cache of units names the folder it was installed in
    done = subprocess.run([python, "-c", READ, str(path)], capture_output=True, text=True, check=False, env=own)
    assert done.returncode == 0, done.stderr[-2000:]
    variables, regions, first, adds_up = done.stdout.split()[-4:]
    assert int(variables) == len({row[3] for row in iamc_rows(document())})
    assert (regions, first, adds_up) == ("3", "2025", "True")


# --- published scenarios ---------------------------------------------------------------------------------------------


def test_every_published_figure_is_shown_once_with_its_scope() -> None:
    rows = resource("scenarios", "published_scenarios").rows
    figures = [one for study in published() for part in (*study["figures"].values(), study["more"]) for one in part]
    assert len(figures) == len(rows)
    of_all = [one for one in figures if one["quantity"] == "peak_year" and one["scope"] == "all"]
    assert of_all
    assert not any(one["same_scope"] for one in of_all)


def test_a_document_fits_its_schema() -> None:
    validate(json.loads(json.dumps(document(), allow_nan=False)), "economy")
