"""What stands beside the totals: forests in every form, wedges of all ten actions, the curve's year, the base year's rest."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from tests.reports.economy.sample import YEARS, A, B, document

from dafeng.catalog import LANGUAGES, word
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.policies import TCE_PER_MWH
from dafeng.pathway.scenario import read
from dafeng.pathway.sectors.wedges import LEAST, Measure, Wedge, Wedges
from dafeng.reports.economy import curve_data, economy_csv, iamc_rows, wedge_data, write_economy_excel
from dafeng.reports.economy.closure import by_sector

SINK = "Carbon Sequestration|Land Use"


# --- forests ---------------------------------------------------------------------------------------------------------


def test_forests_have_a_csv_of_their_own_and_stand_in_no_other_table() -> None:
    tables = economy_csv(document())
    rows = list(csv.DictReader(io.StringIO(tables["forest"])))
    assert {(row["region"], row["year"], float(row["mt_co2_taken_up"])) for row in rows} == {
        *(("CN", str(year), mt) for year, mt in zip(YEARS, (500.0, 480.0, 450.0), strict=True)),
        *((A, str(year), mt) for year, mt in zip(YEARS, (9.0, 8.0, 7.0), strict=True)),
    }
    assert {row["quality"] for row in rows} == {"estimated"}
    assert "forest" not in tables["tables"] + tables["summary"]


def test_the_iamc_table_has_forests_as_positive_and_in_no_emission() -> None:
    """The nation has its own figure, not the sum of regions; a region that inventories do not show has no row."""
    data, bare = document(), document()
    bare["forest"] |= {"nation": [0.0] * 3, "regions": {A: None, B: None}}
    rows = {(row[2], row[3]): row[5:] for row in iamc_rows(data)}
    assert rows["China", SINK] == [500.0, 480.0, 450.0]
    assert rows["Hebei en", SINK] == [9.0, 8.0, 7.0]
    assert ("Shanxi en", SINK) not in rows
    without = {(row[2], row[3]): row[5:] for row in iamc_rows(bare)}
    assert {key: values for key, values in rows.items() if key[1] != SINK} == without


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_has_forests_below_emissions_and_in_no_sum(tmp_path: Path, lang: str) -> None:
    write_economy_excel(document(), tmp_path / "plan.xlsx", lang)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")[word("economy.xl.sheet.emissions", lang)]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    first = next(at for at, row in enumerate(rows) if row[0] == word("forest.row", lang))
    own = {row[0]: row[5:8] for row in rows[first + 2 : first + 5]}
    assert own[word("economy.nation", lang)] == [500, 480, 450]
    assert own[f"Hebei {lang}"] == [9, 8, 7]
    assert own[f"Shanxi {lang}"] == [None, None, None]
    assert not [cell for row in rows[first:] for cell in row if str(cell).startswith("=")]
    sums = [cell for row in rows[:first] for cell in row if str(cell).startswith("=SUM")]
    assert all(int(text.split(":")[1].strip(")ABCDEFGHIJK")) < first for text in sums)


# --- wedges and curve ------------------------------------------------------------------------------------------------


def found_wedges() -> Wedges:
    scenario, years = read("action-plan"), (2025, 2030)
    parts = tuple(Wedge(action, np.array([0.0, 10.0 * action]), np.array([0.0, -1.0])) for action in (1, 5, 0))
    trend = np.array([11900.0, 10900.0])
    case = Case(regions="grids", periods=years, days=3)
    return Wedges(scenario, case, 7, years, trend, trend - sum(one.mt for one in parts), parts)


def test_all_ten_actions_stand_in_the_wedges_with_why_some_have_none() -> None:
    data = wedge_data(found_wedges())
    assert [one["action"] for one in data["actions"]] == [*range(1, 11), 0]
    rows = {one["action"]: one for one in data["actions"]}
    assert rows[5]["mt"] == [0.0, 50.0]
    assert rows[5]["reason"] is None
    for action in (8, 10):
        assert rows[action]["mt"] == rows[action]["cost"] == [0.0, 0.0]
        assert rows[action]["reason"] == {tag: word(f"economy.no_wedge.{action}", tag) for tag in LANGUAGES}
    assert rows[3]["reason"] == {tag: word("economy.no_wedge.none", tag) for tag in LANGUAGES}
    total = [sum(one["mt"][y] for one in data["actions"]) for y in range(2)]
    assert total == pytest.approx([a - b for a, b in zip(data["trend"], data["left"], strict=True)])
    assert data["case"] == {"regions": "grids", "count": 7, "periods": [2025, 2030], "days": 3}


def test_the_curve_says_its_year_and_keeps_what_lowers_nothing() -> None:
    """20 Mt for -3 billion: -150 CNY/t; less than the accuracy of a sketch, or more CO2: no price, and last."""
    measures = [
        Measure("action.1.more", 1, np.array([0.0, -2.0]), np.array([0.0, 1.0])),
        Measure("action.5.cars", 5, np.array([99.0, 20.0]), np.array([0.0, -3.0])),
        Measure("action.5.trucks", 5, np.array([0.0, 0.9 * LEAST]), np.array([0.0, -70.0])),
        Measure("action.3.steel", 3, np.array([0.0, 8.0]), np.array([0.0, -8.0])),
    ]
    rows = curve_data((2025, 2030), measures)
    assert [row["measure"] for row in rows] == ["action.3.steel", "action.5.cars", "action.5.trucks", "action.1.more"]
    assert [row["cny_per_t"] for row in rows] == [pytest.approx(-1000.0), pytest.approx(-150.0), None, None]
    assert {row["year"] for row in rows} == {2030}
    assert rows[2]["cost"] == -70.0
    assert curve_data((2025, 2035), measures)[0]["year"] == 2035


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sheet_of_wedges_is_in_words(tmp_path: Path, lang: str) -> None:
    """Titles for ids, the year of the curve, why an action has none, what lowers nothing, what was computed on what."""
    data = document()
    write_economy_excel(data, tmp_path / "plan.xlsx", lang)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)[word("economy.xl.sheet.wedges", lang)]
    shown = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    path = {"from": word("economy.page.trend", lang), "to": f"title {lang}"}
    assert word("economy.page.wedge_path", lang, **path) in shown
    assert word("economy.page.curve_chart_year", lang, year=2030) in shown
    assert word("economy.page.curve_none", lang, year=2030) in shown
    assert f"no measure {lang}" in shown
    assert f"led {lang}" in shown[shown.index(word("economy.page.curve_none", lang, year=2030)) :]
    assert word("economy.page.wedge_demand", lang) in shown
    left = data["summary"]["co2"][0]
    apart = {"count": 2, "days": 2, "year": 2025, "sketch": f"{left + 5:,.0f} Mt", "plan": f"{left:,.0f} Mt"}
    assert word("economy.page.wedge_apart", lang, **apart) in shown
    assert not [text for text in shown if "action." in text or text in ("trend", "sample")]


# --- base year -------------------------------------------------------------------------------------------------------


def test_what_services_explain_by_sector_by_hand() -> None:
    """60 Mtce and 100 TWh of 0.1229 Mtce each TWh: services 30 + 12.29 of 72.29, the rest 30."""
    rows: list[list[Any]] = [
        ["plan", "steel", "coal", "Mtce", 60.0, 30.0, 30.0, 60.0, 0.0, 0.0],
        ["plan", "steel", "electricity", "TWh", 100.0, 100.0, 0.0, 100.0, 0.0, 0.0],
        ["plan", "construction", "diesel", "Mtce", 10.0, 0.0, 10.0, 10.0, 0.0, 0.0],
    ]
    steel, building, whole = by_sector(rows)
    power = 100.0 * TCE_PER_MWH
    assert steel[:3] == ["plan", "steel", "Mtce"]
    assert steel[3:] == pytest.approx([60 + power, 30 + power, 30.0, 100 * (30 + power) / (60 + power)])
    assert building[3:] == [10.0, 0.0, 10.0, 0.0]
    assert whole[1] == "all"
    assert whole[3:6] == pytest.approx([70 + power, 30 + power, 40.0])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sheet_of_the_base_year_shows_services_and_rest(tmp_path: Path, lang: str) -> None:
    write_economy_excel(document(), tmp_path / "plan.xlsx", lang)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)[word("economy.xl.sheet.closure", lang)]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [word("economy.page.explained_note", lang)] == [row[0] for row in rows if row[0] and len(str(row[0])) > 60]
    line = next(row for row in rows if row[4:8] == [90, 80, 10.2, 90.2])
    assert line[8] == pytest.approx(0.2)
    explained = [row for row in rows if row[3:6] == [90, 80, 10.2]]
    assert [row[6] for row in explained] == [pytest.approx(80 / 0.9)] * 2
    assert explained[-1][1] == word("economy.page.all", lang)
