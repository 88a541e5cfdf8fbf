"""The reports of a plan: data, page and workbook."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.cli.calling import validate
from tests.reports.evaluator import Evaluator
from tests.reports.opening import opened
from tests.reports.sample_plan import THREE, counted, counted_grids, data, grids_data, nation

from dafeng.catalog import LANGUAGES, word
from dafeng.reports.plan import UNITS, Outcome, write_plan_excel, write_plan_page


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


@pytest.mark.parametrize("of", [counted, counted_grids])
def test_energy_closes_in_every_region_and_period(of: Callable[[], Outcome]) -> None:
    """generation + out of storage + received = use + into storage + sent + lost, in TWh; of one region and of several."""
    found = of()
    for region in found.regions:
        for y in range(len(found.years)):

            def total(table: str, at: int = y, of: str = region) -> float:
                return sum(values[at] for values in found.tables[table][of].values())

            supply = total("generation") + total("storage_out") + found.value("trade", region, "received", y)
            taken = total("use") + total("storage_in") + found.value("trade", region, "sent", y)
            assert supply == pytest.approx(taken + found.value("trade", region, "lost", y), rel=1e-9)


def test_co2_of_plan_and_replay_is_told_with_a_cap_or_without() -> None:
    """The replay's is that of the tables; the plan's is what its cap counts, where there is one. Without it a reader could
    not see how far the modelled days are from the year."""
    document = data()
    told = {
        year: pair
        for stage in document["stages"]
        for year, *pair in zip(stage["years"], stage["replay"]["co2_planned"], stage["replay"]["co2"], strict=True)
    }
    for y, year in enumerate(document["years"]):
        replayed = sum(values[y] for items in document["tables"]["co2"].values() for values in items.values())
        assert told[year][1] == pytest.approx(replayed, rel=1e-9)
    caps = [limit for limit in document["limits"] if limit["kind"] == "co2_cap"]
    assert caps, "or this test says less"
    for cap in caps:
        assert told[cap["year"]] == [pytest.approx(cap["plan"], rel=1e-6), pytest.approx(cap["replay"], rel=1e-6)]


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
    faults: list[str] = []
    page = opened(browser, path, lang, faults)
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


JOINED = (("CN-GRID-N", "CN-GRID-NE"), ("CN-GRID-N", "CN-GRID-E"))


def between(document: dict[str, Any], y: int) -> list[tuple[str, str, float, float]]:
    """(from, to, TWh, GW) of each two regions in a period, largest first: what goes more than comes, on lines of all kinds.

    A line that carries both ways stands twice among the flows and once in the capacity.
    """
    found = []
    for a, b in JOINED:
        there = sum(flow["sent"][y] for flow in document["flows"] if (flow["start"], flow["end"]) == (a, b))
        back = sum(flow["sent"][y] for flow in document["flows"] if (flow["start"], flow["end"]) == (b, a))
        lines = {
            flow["corridor"]: flow["capacity"][y]
            for flow in document["flows"]
            if {flow["start"], flow["end"]} == {a, b}
        }
        found.append(
            (a, b, there - back, sum(lines.values())) if there > back else (b, a, back - there, sum(lines.values()))
        )
    return sorted(found, key=lambda one: -one[2])


POINTS = """nodes => nodes.map(node => [node.querySelector("title").textContent, node.querySelector("path").getAttribute("d"),
    node.querySelector("polygon").getAttribute("points"), Number(node.querySelector("path").getAttribute("stroke-width"))])"""
PLACES = """nodes => nodes.map(node => [node.querySelector("text").textContent, node.querySelector("text.value").textContent,
    ...["x", "y", "width", "height"].map(side => Number(node.querySelector("rect").getAttribute(side)))])"""


@pytest.mark.browser
@pytest.mark.slow
def test_flows_between_regions_in_a_browser(browser: Any, tmp_path: Path) -> None:
    """Three grid regions: an arrow and a row for each two, from where more is sent to where it arrives, in each period.

    The page of one region says that there are no flows; a map that is drawn wrong, or not at all, would show only here.
    """
    document = grids_data()
    names = {one["id"]: one["short"]["en"] for one in document["entities"]}
    lines = {flow["corridor"] for flow in document["flows"] if {flow["start"], flow["end"]} == set(JOINED[0])}
    assert {line.split()[-1] for line in lines} == {"AC", "DC"}
    assert len(lines) == 3, "lines of all kinds are one arrow"
    path = tmp_path / "plan.html"
    write_plan_page(document, path)
    faults: list[str] = []
    page = opened(browser, path, "en", faults)
    shown = {}
    for year in (2030, 2025):  # it opens with the last
        y = document["years"].index(year)
        if year == 2025:
            page.locator("#flows button", has_text="2025").click()
        expected = between(document, y)
        assert expected[-1][2] > 1e-3 * expected[0][2] > 0, "every arrow is thick enough to be drawn"
        rows = [row.locator("th, td").all_inner_texts() for row in page.locator("#flows tbody tr").all()]
        shown[year] = rows
        assert [row[:2] for row in rows] == [[names[start], names[end]] for start, end, _, _ in expected]
        for row, (_, _, twh, gw) in zip(rows, expected, strict=True):
            assert [float(text.replace(",", "")) for text in row[2:]] == [
                pytest.approx(twh, abs=0.5),
                pytest.approx(gw, abs=0.5),
            ]
        places = {name: rest for name, *rest in page.locator(".flow-map .place").evaluate_all(PLACES)}
        assert set(places) == {names[region] for region in THREE}
        for region in THREE:
            net = sum(twh * ((end == region) - (start == region)) for start, end, twh, _ in expected)
            assert float(places[names[region]][0].replace("−", "-").replace(",", "")) == pytest.approx(net, abs=0.5)
        arrows = page.locator(".flow-map > g:not(.place)").evaluate_all(POINTS)
        assert len(arrows) == len(expected) == 2
        thick = [width for *_, width in arrows]
        assert thick == sorted(thick, reverse=True), "the more, the thicker"
        for (title, line, tip, _), (start, end, _, _) in zip(arrows, expected, strict=True):
            assert title.startswith(f"{names[start]} → {names[end]}: ")
            begins = tuple(float(number) for number in line[1 : line.index("Q")].split())
            ends = tuple(float(number) for number in tip.split(" ")[0].split(","))
            assert _apart(places[names[start]], begins) < 10.0 < _apart(places[names[start]], ends)
            assert _apart(places[names[end]], ends) < 10.0 < _apart(places[names[end]], begins)
    assert shown[2030] != shown[2025], "the other period is another picture"
    assert word("plan.no_flows", "en") not in page.inner_text("#flows")
    whole = page.inner_text("#flows")
    assert not [bad for bad in ("NaN", "undefined", "Infinity", "plan.", "[object") if bad in whole]
    assert faults == []


def _apart(place: list[Any], point: tuple[float, ...]) -> float:
    """How far a point of the drawing lies outside of a box [value, x, y, width, height]."""
    _, x, y, width, height = place
    return math.hypot(
        max(x - point[0], point[0] - x - width, 0.0),
        max(y - point[1], point[1] - y - height, 0.0),
    )
