"""The reports of a plan: data, page and workbook."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.cli.calling import validate
from tests.reports.evaluator import Evaluator
from tests.reports.sample_plan import counted, data, nation

from dafeng.catalog import LANGUAGES, word
from dafeng.reports.plan import UNITS, write_plan_excel, write_plan_page


def numbers(value: Any) -> Iterator[float]:
    """Every number in a document."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from numbers(one)
    elif isinstance(value, float):
        yield value


def test_data_fit_their_schema_and_are_finite() -> None:
    document = json.loads(json.dumps(data(), allow_nan=False))
    validate(document, "plan")
    assert all(map(math.isfinite, numbers(document)))
    assert set(document["tables"]) == set(UNITS)


def test_energy_closes_in_every_region_and_period() -> None:
    """generation + out of storage + received = use + into storage + sent + lost, in TWh."""
    found = counted()
    for region in found.regions:
        for y in range(len(found.years)):

            def total(table: str, at: int = y, of: str = region) -> float:
                return sum(values[at] for values in found.tables[table][of].values())

            supply = total("generation") + total("storage_out") + found.value("trade", region, "received", y)
            taken = total("use") + total("storage_in") + found.value("trade", region, "sent", y)
            assert supply == pytest.approx(taken + found.value("trade", region, "lost", y), rel=1e-9)


def test_hours_add_up() -> None:
    """In every hour shown: supply = load + what is taken besides (to the rounding of the data)."""
    for year, spans in data()["dispatch"]["plan"].items():
        for span, one in spans.items():
            up = [sum(v[t] for g, v in one["groups"].items() if g not in DOWN) for t in range(len(one["load"]))]
            down = [sum(v[t] for g, v in one["groups"].items() if g in DOWN) for t in range(len(one["load"]))]
            apart = [abs(a - b - c) for a, b, c in zip(up, down, one["load"], strict=True)]
            assert max(apart) < 1.0, (year, span)


DOWN = ("storage_in", "charging", "heat_use", "export", "losses")


def test_weeks_hold_what_they_are_named_for() -> None:
    stage = nation().stages[1]
    demand = stage.replay.system.nodes.demand[0]
    start = data()["spans"]["2030"]["peak"]
    assert start <= int(demand.argmax()) < start + 168
    assert max(data()["dispatch"]["plan"]["2030"]["peak"]["load"]) == pytest.approx(demand.max(), abs=0.06)
    assert data()["duration"]["plan"]["2030"]["load"][0] == pytest.approx(demand.max(), abs=0.006)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_workbook(tmp_path: Path, lang: str) -> None:
    """Eight sheets in the language; every formula comes to its cached value."""
    path = tmp_path / "plan.xlsx"
    flow = {"corridor": "A-B AC", "start": "A", "end": "B", "capacity": [2.0, 0.0], "sent": [8.76, 0.0]}
    write_plan_excel({**data(), "flows": [{**flow, "arrived": [8.0, 0.0]}]}, path, lang)
    assert list(tmp_path.iterdir()) == [path]
    book, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    sheets = ("summary", "capacity", "generation", "flows", "prices", "limits", "certificate", "assumptions")
    assert book.sheetnames == [word(f"plan.xl.sheet.{sheet}", lang) for sheet in sheets]
    evaluator, formulas = Evaluator(book), 0
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if isinstance(cell.value, str) and cell.value.startswith("="):
                formulas += 1
                stored = cached[sheet.title][cell.coordinate].value
                found = evaluator.cell(sheet.title, cell.coordinate)
                assert math.isclose(found, stored, rel_tol=1e-9, abs_tol=1e-9), (sheet.title, cell.coordinate)
    assert formulas > 40
    assert cached[word("plan.xl.sheet.flows", lang)]["I3"].value == pytest.approx(0.5)


def test_page_holds_no_path_and_is_small(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    write_plan_page(data(), path)
    text = path.read_text(encoding="utf-8")
    assert path.stat().st_size < 8e6
    assert str(tmp_path) not in text
    assert 'http-equiv="Content-Security-Policy"' in text


def test_a_plan_that_does_not_hold_says_so(tmp_path: Path) -> None:
    said = {tag: f"reason in {tag}" for tag in LANGUAGES}
    document = copy.deepcopy(data())
    state = {tag: word("plan.holds_not", tag) for tag in LANGUAGES}
    document["verdict"] |= {"holds": False, "entered": False, "reasons": [said], "state": state}
    write_plan_excel(document, tmp_path / "plan.xlsx", "zh")
    summary = openpyxl.load_workbook(tmp_path / "plan.xlsx").worksheets[0]
    shown = [str(cell.value) for row in summary.iter_rows() for cell in row if cell.value]
    assert word("plan.holds_not", "zh") in shown
    assert "reason in zh" in shown


def wide() -> dict[str, Any]:
    """A plan whose matrix is not what solvers like."""
    document = copy.deepcopy(data())
    matrix = document["stages"][0]["ranges"]["matrix"]
    matrix |= {"smallest": 1e-9, "largest": 1e4, "at_smallest": "row x column", "spread": 1e13, "wide": True}
    return document


def test_coefficient_ranges_stand_in_data_and_workbook(tmp_path: Path) -> None:
    """Those of the linear program; a warning in words where they are too wide."""
    stage, found = data()["stages"][0], nation().stages[0].ranges
    assert stage["ranges"]["matrix"]["smallest"] == found.matrix.smallest
    assert stage["ranges"]["right_side"]["at_largest"] == found.right_side.at_largest
    assert not any(one["wide"] for one in stage["ranges"].values())

    def certificate(document: dict[str, Any]) -> list[Any]:
        write_plan_excel(document, tmp_path / "plan.xlsx", "en")
        sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")[word("plan.xl.sheet.certificate", "en")]
        return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]

    shown = certificate(data())
    assert word("plan.ranges.head", "en") in shown
    assert found.matrix.smallest in shown
    assert not any(str(value).startswith("Warning") for value in shown)
    warned = [value for value in certificate(wide()) if str(value).startswith("Warning")]
    assert len(warned) == 1
    assert "1.0e-09 (row x column)" in warned[0]


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_in_a_browser(browser: Any, tmp_path: Path, lang: str) -> None:
    """No script error, nothing asked of a network, nothing undefined; charts, controls and tables work."""
    path = tmp_path / "plan.html"
    write_plan_page(wide(), path)
    page = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}).new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{path.as_uri()}#lang={lang}")
    page.wait_for_selector("html[data-ready='1']", timeout=30_000)
    assert page.evaluate("Dafeng.chartsReady()")
    assert page.locator(".chart svg").count() >= 10
    assert word("plan.holds", lang) in page.inner_text("#overview")
    for span in ("residual", "spring", "months", "days"):
        page.select_option("#dispatch select", span)
    page.locator("#dispatch .as-table").first.click()
    assert page.locator("#dispatch table tbody tr").count() >= 24 * 8
    page.locator("#limits input[type=checkbox]").uncheck()
    assert page.locator("#limits tbody tr").count() >= 10
    assert word("plan.ranges.head", lang) in page.inner_text("#certificate")
    assert page.locator("#certificate .warn").count() == 1
    shown = page.inner_text("body")
    assert not [bad for bad in ("NaN", "undefined", "Infinity", "plan.", "report.", "[object") if bad in shown]
    assert faults == []
