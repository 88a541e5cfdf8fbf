"""The plans of the provinces from embedded data: official targets, estimated paths, and what they add up to."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from tests.making import points

import dafeng
from dafeng.accounts import Series
from dafeng.assessment import (
    assumed_growth,
    balance,
    projected,
    provincial_balance,
    provincial_plans,
    read_plans,
    through_board,
)
from dafeng.catalog import LANGUAGES, DafengError, RefusedInput, resource
from dafeng.targets import Part, Whole, plan_targets, recombined, with_estimates


@pytest.fixture(scope="module")
def series(workspace: dafeng.Workspace) -> Series:
    return with_estimates(workspace.series, workspace.ledger)


# --- figures carried on -----------------------------------------------------------------------------------------------


def test_growth_between_the_points_of_the_table() -> None:
    """5 in 2025, 4.5 in 2030: 4.8 in 2027; level outside."""
    found = assumed_growth(2024, 2061)
    assert found[2027] == pytest.approx(4.8)
    assert (found[2024], found[2025], found[2060], found[2061]) == (5.0, 5.0, 2.0, 2.0)
    assert assumed_growth(2030, 2029) == {}


def test_a_figure_carried_on_by_hand() -> None:
    """CO2 per GDP falls by a tenth a year, GDP grows by 5 percent: CO2 changes by 1.05 * 0.9."""
    known = {
        ("CN-HE", "gdp_constant"): points({2018 + i: 100.0 for i in range(4)}, "gdp_constant", "CNY"),
        ("CN-HE", "co2"): points({2018 + i: 100 * 0.9**i for i in range(4)}, "co2", "t_CO2", scope="s", vintage="v"),
    }
    found = projected(known, "CN-HE", "co2", 2023, growth={2022: 5.0, 2023: 5.0})
    assert list(found) == [2022, 2023]
    assert found[2023].value == pytest.approx(72.9 * (1.05 * 0.9) ** 2)
    assert (found[2022].quality, found[2022].scope, found[2022].vintage) == ("estimated", "s", "v")
    with pytest.raises(DafengError, match="CN-HE 2023"):
        projected(known, "CN-HE", "co2", 2023, growth={2022: 5.0})
    with pytest.raises(DafengError, match="CN-SX"):
        projected(known, "CN-SX", "co2", 2023)
    short = {**known, ("CN-HE", "co2"): points({2021: 5.0}, "co2")}
    with pytest.raises(DafengError, match="at least three"):
        projected(short, "CN-HE", "co2", 2023)


def test_what_is_projected_goes_through_the_board(series: Series) -> None:
    """Hebei's CO2 and the nation's capacity carried on to 2030, judged in the due years by the same board."""
    ours = {("CN", "wind_solar_capacity"): projected(series, "CN", "wind_solar_capacity", 2035)}
    capacity = next(t for t in plan_targets() if t.id == "T08")
    (row,) = through_board([capacity], series, ours, "CN", 2024)
    assert row.state == "met"
    peak = next(t for t in plan_targets() if t.id == "T06")
    path = {("CN-HE", "co2_estimate"): projected(series, "CN-HE", "co2_estimate", 2040)}
    (row,) = through_board([peak], series, path, "CN-HE", 2024)
    assert row.readings
    assert {r.year for r in row.readings if r.figure.endswith("co2_estimate")} == {2040}
    assert any(r.quality == "estimated" for r in row.readings)


# --- plans and their balance ------------------------------------------------------------------------------------------


def test_thirty_plans_with_official_targets(series: Series) -> None:
    found = provincial_plans("T02", series)
    assert (len(found.plans), found.official, found.path_of) == (30, 30, "energy_total")
    official = {
        r["region"]: r["value"]
        for r in resource("statistics", "provincial_targets").rows
        if r["indicator"] == "energy_intensity" and r["due_year"] == 2025
    }
    for plan in found.plans:
        assert plan.target == official[plan.part]
        assert plan.quality == "estimated"
        assert plan.basis is not None
        assert all("{" not in plan.basis[tag] and plan.basis[tag] for tag in LANGUAGES)
        assert all(math.isfinite(v) and v > 0 for v in plan.path.values())
        assert max(plan.path) == 2040


def test_a_path_meets_the_target_in_its_year(series: Series) -> None:
    """Hebei: -15 percent of energy per GDP from 2020 to 2025, on the path as in the target."""
    found = provincial_plans("T02", series)
    plan = next(p for p in found.plans if p.part == "CN-HE")
    part = next(p for p in found.facts.parts if p.id == "CN-HE")
    growth = part.activity_due / part.activity_base
    assert plan.path[2025] / plan.path[2020] / growth == pytest.approx(0.85, rel=1e-12)
    assert plan.path[2021] == series["CN-HE", "energy_total"][2021].value


def test_the_balance_sheet_of_the_fourteenth_plan(series: Series) -> None:
    """The official targets of 30 provinces make -14.2 percent, more than the -13.5 of the nation."""
    sheet = provincial_balance("T02", series)
    assert sheet.planned == pytest.approx(-14.16, abs=0.05)
    assert sheet.gap < 0
    assert len(sheet.sums) == 21
    assert sheet.sums[2020] == pytest.approx(math.fsum(p.base for p in sheet.fair.parts))
    assert all(line.verdict in ("in_line", "rush", "lag") for line in sheet.lines)
    assert any("30" in f["en"] and "estimates of Dafeng" in f["en"] for f in sheet.findings)
    assert any("Dafeng estimate" in note["en"] for note in sheet["CN-HE"].notes)


@pytest.mark.parametrize("target", ["12fyp-ei", "12fyp-ci", "13fyp-ei", "13fyp-ci", "T02"])
def test_official_splits_go_a_little_beyond_the_nation(series: Series, target: str) -> None:
    sheet = provincial_balance(target, series)
    assert sheet.planned is not None
    assert 0 < sheet.whole.value - sheet.planned < 2.0


def test_what_is_missing_is_named(series: Series) -> None:
    """Of the carbon targets for 2025 three are known; 27 plans are missing, and named."""
    sheet = provincial_balance("T03", series)
    assert sheet.planned is None
    missing = [line.part for line in sheet.lines if line.verdict == "missing"]
    assert len(missing) == 27
    assert "CN-GD" not in missing
    assert sheet.at_fair_share == pytest.approx(-18.39, abs=0.1)
    assert any("西藏（co2_estimate）" in finding["zh"] for finding in sheet.findings), "Tibet has no energy statistics"


def test_shares_and_totals(series: Series) -> None:
    """Non-fossil shares of 2025, and the energy caps of 2020: base plus increment, which miss the total by 0.5 percent."""
    share = provincial_balance("T01", series, base_year=2020)
    assert 20 < share.at_fair_share < 22
    caps = provincial_balance("13fyp-energy", series)
    assert caps.planned == pytest.approx(5.027e9, rel=1e-3)
    assert caps.gap > 0
    after = [line.target if line.proposal is None else line.proposal for line in caps.lines]
    assert recombined(caps.fair.parts, caps.whole, after) == pytest.approx(caps.whole.value, rel=1e-12)


def test_faster_growth_moves_the_peak(series: Series) -> None:
    """No growth at all: the sum falls from the first assumed year on. Six percent for ever: it rises to the end."""
    years = range(2021, 2041)
    still = provincial_balance("T03", series, growth=dict.fromkeys(years, 0.0))
    fast = provincial_balance("T03", series, growth=dict.fromkeys(years, 6.0))
    assert still.peak_year is not None
    assert still.peak_year <= 2025
    assert still.before_2030 == {2029: True, 2030: True}
    assert (fast.peak_year, fast.still_rising) == (2040, True)


def test_without_data_the_region_or_year_is_named(series: Series) -> None:
    with pytest.raises(DafengError, match="2025"):
        provincial_balance("O01", series)
    with pytest.raises(DafengError, match="T01"):
        provincial_balance("T01", series)


# --- plans from a table -----------------------------------------------------------------------------------------------


def test_plans_from_a_table(tmp_path: Path) -> None:
    path = tmp_path / "plans.csv"
    path.write_text("part,target,peak_year,2025,2030,2035\nA,-20,2030,10,12,9\nB,-16,,20,19,18\nC,,,,,\n", "utf-8")
    plans = read_plans(path)
    assert plans[0].path == {2025: 10.0, 2030: 12.0, 2035: 9.0}
    assert (plans[0].peak_year, plans[1].target, plans[2].target) == (2030, -16.0, None)
    parts = [Part(name, 100.0, 100.0, 120.0) for name in "ABC"]
    sheet = balance(parts, Whole("intensity", -18.0), plans, principle="equal_rate")
    assert [line.verdict for line in sheet.lines] == ["in_line", "in_line", "missing"]
    assert sheet.partial == {2025: ("C",), 2030: ("C",), 2035: ("C",)}
    path.write_text("part,target,1925\nA,-20,1\n", "utf-8")
    with pytest.raises(RefusedInput, match="C1: unknown column '1925'"):
        read_plans(path)
