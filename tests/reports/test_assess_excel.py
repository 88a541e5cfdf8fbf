"""The workbook of a self-assessment: formulas come to their cached values, in every language."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.reports.evaluator import Evaluator

import dafeng
from dafeng.catalog import LANGUAGES, word
from dafeng.reports import assess_data, write_assessment
from dafeng.reports.workbook.assess import ROLES

LIVE = ("summary", "board", "causes", "decoupling", "peak", "outlook", "categories", "series")


@pytest.fixture(scope="module")
def pack(workspace: dafeng.Workspace) -> dict[str, Any]:
    return assess_data(workspace, "CN-HE", 2021, "test")


@pytest.fixture(scope="module")
def path(pack: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("assess") / "book.xlsx"
    write_assessment(pack, made, "en")
    return made


def sheet(role: str, lang: str = "en") -> str:
    return word(f"assess.xl.sheet.{role}", lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sheet_for_each_section(pack: dict[str, Any], tmp_path: Path, lang: str) -> None:
    made = tmp_path / "book.xlsx"
    write_assessment(pack, made, lang)
    book = openpyxl.load_workbook(made)
    assert book.sheetnames == [sheet(role, lang) for role in ROLES]
    assert list(tmp_path.iterdir()) == [made]
    shown = " ".join(str(c.value) for s in book for row in s.iter_rows() for c in row if c.data_type == "s")
    assert not [bad for bad in ("assess.", "NaN", "{") if bad in shown]


def test_unknown_language(pack: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zh, ja, en"):
        write_assessment(pack, tmp_path / "x.xlsx", "fr")


@pytest.mark.parametrize(("region", "year"), [("CN-HE", 2021), ("CN-XZ", 2022), ("CN", 2024), ("CN-GD", 2020)])
def test_every_formula_comes_to_its_cached_value(
    workspace: dafeng.Workspace, tmp_path: Path, region: str, year: int
) -> None:
    made = tmp_path / "book.xlsx"
    write_assessment(assess_data(workspace, region, year, "test"), made, "en")
    formulas, cached = openpyxl.load_workbook(made), openpyxl.load_workbook(made, data_only=True)
    evaluator, live = Evaluator(formulas), set()
    for one in formulas:
        for cell in (cell for row in one.iter_rows() for cell in row if cell.data_type == "f"):
            shown = cached[one.title][cell.coordinate].value
            found = evaluator.cell(one.title, cell.coordinate)
            assert math.isclose(found, shown, rel_tol=1e-8, abs_tol=1e-9), (one.title, cell.coordinate, cell.value)
            live.add(one.title)
    if region == "CN-HE":
        assert live == {sheet(role) for role in LIVE}


def test_a_changed_factor_reaches_the_sums(path: Path) -> None:
    """More people in 2021, by a tenth: the total of the year, its effect and the sum of the period follow."""
    book = openpyxl.load_workbook(path)
    causes = book[sheet("causes")]
    head = next(row for row in range(1, 20) if causes.cell(row, 1).value == word("report.xl.col.year", "en"))
    row = next(row for row in range(head + 1, head + 40) if causes.cell(row, 1).value == 2021)
    period = next(row for row in range(head + 1, head + 40) if causes.cell(row, 1).value == "2020–2021")
    people = next(
        c for c in range(1, 30) if causes.cell(head, c).value == word("assess.xl.ratio", "en", factor="people")
    )
    place = f"{causes.cell(row, people).column_letter}{row}"
    more = Evaluator(book, {(sheet("causes"), place): causes[place].value * 1.1})
    before = Evaluator(book)
    total = f"B{row}"
    assert math.isclose(more.cell(sheet("causes"), total), 1.1 * before.cell(sheet("causes"), total), rel_tol=1e-12)
    for cell in (f"C{row}", f"D{row}", f"C{period}", f"D{period}"):
        assert more.cell(sheet("causes"), cell) > before.cell(sheet("causes"), cell)
    effects = [more.cell(sheet("causes"), f"{letter}{period}") for letter in "DEFG"]
    assert math.isclose(math.fsum(effects), more.cell(sheet("causes"), f"C{period}"), rel_tol=1e-9)


def test_required_rate_is_a_formula(path: Path) -> None:
    outlook = openpyxl.load_workbook(path)[sheet("outlook")]
    rows = range(2, outlook.max_row + 1)
    assert rows
    assert all(
        str(outlook.cell(row, 9).value).startswith("=") for row in rows if outlook.cell(row, 9).value is not None
    )
