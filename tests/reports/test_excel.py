"""The workbook: results are formulas, each comes to what the run states, and no text is taken for a formula."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.reports.evaluator import Evaluator
from tests.reports.sample_run import FORMULA, HOSTILE, sample_run

from dafeng.catalog import LANGUAGES, word
from dafeng.reports import write_excel

ROLES = ("board", "nation", "provinces", "accounts", "inputs", "factors", "sources", "readme")


def sheet_name(role: str, lang: str = "en") -> str:
    return word(f"report.xl.sheet.{role}", lang)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("workbook") / "report.xlsx"
    write_excel(sample_run(), made, "en")
    return made


@pytest.fixture(scope="module")
def formulas(path: Path) -> Any:
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def cached(path: Path) -> Any:
    return openpyxl.load_workbook(path, data_only=True)


def formula_cells(book: Any) -> list[tuple[str, Any]]:
    return [(sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def find(book: Any, role: str, column: int, text: str) -> int:
    sheet = book[sheet_name(role)]
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, column).value == text)


def column_of(book: Any, role: str, head: object) -> int:
    sheet = book[sheet_name(role)]
    return next(column for column in range(1, sheet.max_column + 1) if sheet.cell(1, column).value == head)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sheets_in_the_order_of_reading(tmp_path: Path, lang: str) -> None:
    made = tmp_path / "report.xlsx"
    write_excel(sample_run(), made, lang)
    book = openpyxl.load_workbook(made)
    assert book.sheetnames == [sheet_name(role, lang) for role in ROLES]
    assert book.active.title == sheet_name("board", lang)
    assert list(tmp_path.iterdir()) == [made]
    assert all(book[sheet_name(role, lang)].freeze_panes for role in ROLES if role != "readme")


def test_unknown_language(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zh, ja, en"):
        write_excel(sample_run(), tmp_path / "x.xlsx", "fr")


def test_every_formula_comes_to_its_cached_value(formulas: Any, cached: Any) -> None:
    evaluator = Evaluator(formulas)
    cells = formula_cells(formulas)
    assert len(cells) > 150
    for sheet, cell in cells:
        shown = cached[sheet][cell.coordinate].value
        assert math.isclose(evaluator.cell(sheet, cell.coordinate), shown, rel_tol=1e-9, abs_tol=1e-9), (
            sheet,
            cell.coordinate,
            cell.value,
        )


def test_cached_values_are_those_of_the_run(cached: Any) -> None:
    run = sample_run()
    for role, name, entity, key in (
        ("nation", "co2_topdown", "CN", "co2_topdown"),
        ("nation", "carbon_intensity", "CN", "carbon_intensity"),
        ("provinces", "co2_estimate", "CN-SX", "Shanxi"),
    ):
        figure = next(f for f in run["figures"] if f["entity"] == entity and f["name"] == name)
        sheet = cached[sheet_name(role)]
        rows = [
            row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == key and sheet.cell(row, 2).value
        ]
        for year, value, _ in figure["points"]:
            column = column_of(cached, role, year)
            assert math.isclose(sheet.cell(rows[0], column).value, value * figure["scale"], rel_tol=1e-9)


def test_results_are_formulas_not_values(formulas: Any) -> None:
    """CO2 is input x coefficient, intensity CO2 / GDP, a province the sum of its workings, the board points at the nation."""
    nation, provinces, board = (formulas[sheet_name(role)] for role in ("nation", "provinces", "board"))
    year = column_of(formulas, "nation", 2024)
    rows = {nation.cell(row, 1).value: row for row in range(nation.max_row, 0, -1) if nation.cell(row, 2).value}
    assert nation.cell(rows["co2_topdown"], year).value.count("*") == 4  # three products and the scale
    assert "/" in nation.cell(rows["carbon_intensity"], year).value
    block = find(formulas, "provinces", 1, "co2_estimate")
    assert provinces.cell(block + 1, column_of(formulas, "provinces", 2024)).value.startswith("=SUM('Workings'!")
    now = column_of(formulas, "board", word("report.xl.col.current", "en"))
    assert "'Nation'!" in board.cell(find(formulas, "board", 3, "T03"), now).value
    left = column_of(formulas, "board", word("report.xl.col.need", "en"))
    assert "^" in board.cell(find(formulas, "board", 3, "T03"), left).value


def test_a_changed_input_reaches_the_board(formulas: Any) -> None:
    inputs = formulas[sheet_name("inputs")]
    row = next(
        row
        for row in range(2, inputs.max_row + 1)
        if (inputs.cell(row, 4).value, inputs.cell(row, 5).value) == ("coal", 2024)
    )
    now = (
        formulas[sheet_name("board")]
        .cell(find(formulas, "board", 3, "T03"), column_of(formulas, "board", word("report.xl.col.current", "en")))
        .coordinate
    )
    before = Evaluator(formulas).cell(sheet_name("board"), now)
    more = Evaluator(formulas, {(sheet_name("inputs"), f"F{row}"): inputs.cell(row, 6).value * 1.1}).cell(
        sheet_name("board"), now
    )
    run = sample_run()
    intensity = {p[0]: p[1] for f in run["figures"] if f["name"] == "carbon_intensity" for p in f["points"]}
    emitted = {p[0]: p[1] for f in run["figures"] if f["name"] == "co2_topdown" for p in f["points"]}
    coal = next(
        p[1]
        for line in run["inputs"]
        if line["carrier"] == "coal" and line["entity"] == "CN"
        for p in line["points"]
        if p[0] == 2024
    )
    expected = (intensity[2024] * (1 + 0.1 * coal * 2.64 / emitted[2024]) / intensity[2020] - 1) * 100
    assert more > before
    assert math.isclose(more, expected, rel_tol=1e-9)


def test_what_cannot_be_recomputed_is_a_value(tmp_path: Path) -> None:
    """A figure that its inputs do not add up to is written as a value, never as a formula with another result."""
    run = sample_run()
    figure = next(f for f in run["figures"] if f["name"] == "co2_topdown")
    figure["points"][0][1] *= 1.001
    made = tmp_path / "report.xlsx"
    write_excel(run, made, "en")
    book = openpyxl.load_workbook(made)
    sheet = book[sheet_name("nation")]
    row = next(
        row
        for row in range(1, sheet.max_row + 1)
        if sheet.cell(row, 1).value == "co2_topdown" and sheet.cell(row, 2).value
    )
    assert isinstance(sheet.cell(row, column_of(book, "nation", 2018)).value, float)
    assert str(sheet.cell(row, column_of(book, "nation", 2019)).value).startswith("=")


def test_no_text_becomes_a_formula_or_link(formulas: Any) -> None:
    found = set()
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in (FORMULA, HOSTILE, "+1", "javascript:alert(1)"):
                    found.add(cell.value)
                    assert cell.data_type == "s"
                assert cell.hyperlink is None
    assert found == {FORMULA, HOSTILE, "+1", "javascript:alert(1)"}


def test_marks_and_states_can_be_seen(formulas: Any) -> None:
    nation = formulas[sheet_name("nation")]
    row = next(
        row
        for row in range(1, nation.max_row + 1)
        if nation.cell(row, 1).value == "co2_topdown" and nation.cell(row, 2).value
    )
    assert word("report.mark.recalled", "en") in nation.cell(row, column_of(formulas, "nation", 2024)).number_format
    board = formulas[sheet_name("board")]
    state = board.cell(
        find(formulas, "board", 3, "T03"), column_of(formulas, "board", word("report.xl.col.state", "en"))
    )
    assert state.value == word("state.on_track", "en")
    assert state.fill.fgColor.rgb == "FFDBF0E6"
