"""The status board on series made by hand: every kind of target, every state, and the traps between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.accounts import Figure, series_of
from dafeng.targets import BoardRow, Reading, Target, board, slope
from dafeng.targets.board import JUDGES
from making import figure, points

NONE = {"zh": "", "ja": "", "en": ""}
NEED = {"zh": "需要的数据", "ja": "必要なデータ", "en": "the data needed"}
TODAY = 2026


def target(kind: str = "level", **facts: Any) -> Target:
    """At least 100 GW by 2030."""
    known: dict[str, Any] = {
        "id": "X",
        "layer": "plan-2021",
        "region": "CN",
        "clause": "II",
        "action": 0,
        "name": NONE,
        "text": NONE,
        "scope": NONE,
        "indicator": "nuclear_gw",
        "value": 100.0,
        "unit": "GW",
        "comparator": "at_least",
        "tolerance": None,
        "hedge": "",
        "base_year": None,
        "due_year": 2030,
        "strive": False,
        "kind": kind,
        "strict_before": False,
        "data_needed": NEED,
        "note": NONE,
    }
    return Target(**(known | facts))


def judged(
    goal: Target, values: dict[int, float] | dict[int, Figure], today: int = TODAY, **rest: Any
) -> list[Reading]:
    """The readings of a target against one series."""
    run = {
        y: v
        if isinstance(v, Figure)
        else figure(v, y, unit=rest.get("unit", "GW"), **{k: v for k, v in rest.items() if k != "unit"})
        for y, v in values.items()
    }
    return JUDGES[goal.kind](goal, run, today)


def one(goal: Target, values: dict[int, float] | dict[int, Figure], today: int = TODAY, **rest: Any) -> Reading:
    (reading,) = judged(goal, values, today, **rest)
    assert all(reading.why[lang] for lang in ("zh", "ja", "en"))
    assert len(set(reading.why.values())) == 3
    return reading


# --- levels -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({2022: 80, 2023: 90, 2024: 101}, "met"),
        ({2022: 100, 2023: 99, 2024: 101}, "met"),
        ({2022: 80, 2023: 101, 2024: 99}, "on_track"),  # met and lost: not met
        ({2022: 95, 2023: 101, 2024: 96}, "at_risk"),  # lost, and the trend of 0.5 a year is short of 0.67
        ({2022: 80, 2023: 85, 2024: 90}, "on_track"),  # 5 a year, 1.7 needed
        ({2022: 80, 2023: 80.5, 2024: 81}, "at_risk"),  # 0.5 a year, 3.2 needed
        ({2022: 90, 2023: 85, 2024: 80}, "at_risk"),
        ({2023: 85, 2024: 90}, "not_due"),  # two points are no trend
        ({2010: 10, 2011: 20, 2012: 30}, "no_data"),  # says nothing of today
    ],
)
def test_a_level_before_it_is_due(values: dict[int, float], state: str) -> None:
    assert one(target(), values).state == state


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({2023: 90, 2024: 95, 2025: 100}, "met"),
        ({2023: 90, 2024: 95, 2025: 99.9}, "missed"),
        ({2023: 101, 2024: 101, 2025: 99}, "missed"),  # met and lost again
        ({2023: 101, 2024: 102}, "met"),  # reached early and kept; the figure of the due year is not needed
        ({2022: 80, 2023: 85, 2024: 90}, "at_risk"),  # the figure for 2025 is not there: it would take 10 in a year
        ({2020: 80, 2021: 81, 2022: 82}, "no_data"),  # three years short of the due year: nobody knows
    ],
)
def test_a_level_that_was_due_last_year(values: dict[int, float], state: str) -> None:
    assert one(target(due_year=2025), values).state == state


def test_what_came_after_the_due_year_decides_nothing() -> None:
    """Missed in 2020 stays missed when 2022 passes the mark; met in 2020 stays met when 2022 falls below it."""
    late = one(target(due_year=2020), {2019: 90, 2020: 95, 2022: 120})
    assert (late.state, late.year, late.current) == ("missed", 2020, 95)
    kept = one(target(due_year=2020), {2019: 90, 2020: 105, 2022: 80})
    assert (kept.state, kept.met_year) == ("met", 2020)


def test_figures_from_after_the_due_year_alone_are_no_data() -> None:
    reading = one(target(due_year=2020), {2022: 120, 2023: 121, 2024: 122})
    assert (reading.state, reading.current) == ("no_data", None)
    assert "the data needed" in reading.why["en"]


def test_met_says_since_when() -> None:
    assert one(target(), {2021: 101, 2022: 99, 2023: 100, 2024: 101}).met_year == 2023
    assert one(target(), {2022: 80, 2023: 85, 2024: 90}).met_year is None


def test_distance_required_and_trend() -> None:
    reading = one(target(), {2022: 80, 2023: 85, 2024: 90})
    assert (reading.current, reading.year, reading.distance) == (90, 2024, 10)
    assert reading.required_rate == pytest.approx(10 / 6)
    assert reading.trend_rate == pytest.approx(5)
    assert reading.rate_unit == "GW/year"
    assert one(target(), {2022: 80, 2023: 85, 2024: 105}).distance == -5


def test_units_of_the_figure_and_of_the_target_may_differ() -> None:
    """MW in the ledger, GW in the plan: 90,000 against 100 is not met."""
    reading = one(target(), {2022: 80_000, 2023: 85_000, 2024: 90_000}, unit="MW")
    assert (reading.state, reading.current, reading.unit) == ("on_track", 90.0, "GW")


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({2022: 95, 2023: 92, 2024: 90}, "on_track"),  # below the cap, but the cap is for 2030
        ({2022: 105, 2023: 104, 2024: 103}, "on_track"),  # falls by 1 a year, 0.5 needed
        ({2022: 105, 2023: 104.9, 2024: 104.8}, "at_risk"),
    ],
)
def test_a_cap_is_met_only_in_its_year(values: dict[int, float], state: str) -> None:
    assert one(target(comparator="at_most"), values).state == state


@pytest.mark.parametrize(("last", "state"), [(100, "met"), (100.1, "missed"), (60, "met")])
def test_a_cap_in_its_year(last: float, state: str) -> None:
    assert one(target(comparator="at_most", due_year=2025), {2023: 95, 2024: 95, 2025: last}).state == state


def test_a_target_without_a_year_is_met_when_it_is_reached() -> None:
    pilots = target("count", due_year=None, unit="count")
    assert one(pilots, {2022: 25, 2023: 60, 2024: 100}, unit="count").state == "met"
    assert one(pilots, {2022: 25, 2023: 35, 2024: 60}, unit="count").state == "on_track"


def test_a_reason_names_the_missing_figure_of_the_due_year() -> None:
    assert "2025" in one(target(due_year=2025), {2022: 80, 2023: 85, 2024: 90}).why["en"].split(".")[-2]


# --- about --------------------------------------------------------------------


@pytest.mark.parametrize(("last", "state"), [(19.6, "met"), (19.59, "missed"), (20.4, "met"), (23.0, "met")])
def test_the_lower_edge_of_about_decides(last: float, state: str) -> None:
    """About 20 % with 2 % of it to either side: 19.6 is about 20; more than about is met too, since more is better."""
    about = target(value=20.0, unit="%", comparator="about", tolerance=0.02, due_year=2025)
    assert about.band == pytest.approx((19.6, 20.4))
    assert one(about, {2023: 17, 2024: 18, 2025: last}, unit="%").state == state


def test_of_a_fall_the_upper_edge_of_about_decides() -> None:
    about = target("change", value=-9.5, unit="%", comparator="about", tolerance=0.02, base_year=2020, due_year=2025)
    assert about.band == pytest.approx((-9.69, -9.31))
    assert one(about, {2020: 100, 2025: 90.68}).state == "met"
    assert one(about, {2020: 100, 2025: 90.70}).state == "missed"


def test_only_about_has_a_band() -> None:
    assert target(comparator="at_least", tolerance=0.02).band is None
    assert target(comparator="about", tolerance=None).band is None
    assert target(comparator="about", tolerance=0.02, value=None).band is None


# --- additions since a base year ----------------------------------------------

ADD = {"value": 40.0, "base_year": 2020, "due_year": 2025}


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({2020: 300, 2021: 315, 2022: 325, 2023: 335, 2024: 338}, "on_track"),
        ({2020: 300, 2021: 302, 2022: 304, 2023: 306, 2024: 308}, "at_risk"),
        ({2020: 300, 2022: 330, 2024: 345}, "on_track"),  # 45 already, but the addition is counted in 2025
        ({2020: 300, 2024: 330, 2025: 340}, "met"),
        ({2020: 300, 2024: 330, 2025: 339}, "missed"),
    ],
)
def test_an_addition(values: dict[int, float], state: str) -> None:
    assert one(target("increment", **ADD), values, today=2025).state == state


def test_an_addition_needs_its_base_year() -> None:
    assert judged(target("increment", **ADD), {2021: 315, 2022: 325}) == []
    assert judged(target("increment", **ADD), {2020: 315}) == []


def test_a_cap_on_growth_is_not_met_before_the_end() -> None:
    """Energy use of a province may grow by 10 at the most until 2025: 2 in the first year prove nothing."""
    cap = target("increment", **(ADD | {"value": 10.0, "comparator": "at_most"}))
    assert one(cap, {2020: 300, 2021: 302, 2022: 303}, today=2022).state == "on_track"
    assert one(cap, {2020: 300, 2024: 312, 2025: 309}).state == "met"
    assert one(cap, {2020: 300, 2024: 309, 2025: 311}).state == "missed"


def test_a_mean_yearly_gain() -> None:
    gain = target("yearly_increment", value=1.0, unit="pp/year", base_year=2025, due_year=2028)
    assert one(gain, {2025: 20.0, 2026: 21.2}, unit="%").state == "not_due", "one year is no trend, and not yet 2028"
    assert one(gain, {2025: 20.0, 2028: 23.0}, unit="%", today=2029).state == "met"
    assert one(gain, {2025: 20.0, 2028: 22.9}, unit="%", today=2029).state == "missed"
    assert judged(gain, {2026: 21.2}, unit="%") == []


# --- changes since a base year ------------------------------------------------

FALL = {"value": -18.0, "unit": "%", "comparator": "equal", "base_year": 2020, "due_year": 2025}


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({2020: 100, 2025: 82}, "met"),
        ({2020: 100, 2025: 82.1}, "missed"),
        ({2020: 100, 2025: 70}, "met"),
        ({2020: 100, 2021: 96, 2022: 92, 2023: 88}, "on_track"),
        ({2020: 100, 2021: 99, 2022: 98, 2023: 97}, "at_risk"),
        ({2020: 100, 2021: 90, 2022: 81}, "on_track"),  # there already, but decided in 2025
    ],
)
def test_a_fall_since_a_base_year(values: dict[int, float], state: str) -> None:
    assert one(target("change", **FALL), values, today=2024).state == state


def test_required_and_trend_are_compound() -> None:
    """100 -> 90.25 in two years is -5 % a year; to 82 in three more takes (0.82 / 0.9025)^(1/3) - 1."""
    reading = one(target("change", **FALL), {2020: 100, 2021: 95, 2022: 90.25}, today=2023)
    assert reading.current == pytest.approx(-9.75)
    assert reading.trend_rate == pytest.approx(-5)
    assert reading.required_rate == pytest.approx(100 * ((0.82 / 0.9025) ** (1 / 3) - 1))
    assert reading.distance == pytest.approx(8.25)
    assert reading.rate_unit == "%/year"


@given(st.floats(-60, -1), st.integers(1, 9), st.floats(50, 150))
def test_what_is_required_leads_to_the_target(goal: float, left: int, now: float) -> None:
    t = target("change", value=goal, unit="%", base_year=2010, due_year=2020 + left)
    reading = one(t, {2010: 100.0, 2020: now}, today=2021)
    if reading.required_rate is not None:
        assert now * (1 + reading.required_rate / 100) ** left == pytest.approx(100 * (1 + goal / 100), rel=1e-9)


@pytest.mark.parametrize("other", [{"scope": "new"}, {"vintage": "v2"}, {"factor_set": "f2"}])
def test_years_of_another_definition_are_not_counted_from_the_base(other: dict[str, str]) -> None:
    """2020 by the old definition, 2023 by the new one: the fall of 40 % is one of definition, and so is its trend."""
    old = {y: figure(v, y) for y, v in {2020: 100.0, 2021: 99.0, 2022: 98.0}.items()}
    reading = one(target("change", **FALL), {**old, 2023: figure(60, 2023, **other)}, today=2024)
    assert (reading.year, reading.current) == (2022, pytest.approx(-2))
    assert reading.trend_rate == pytest.approx(100 * (0.98**0.5 - 1))


def test_without_a_base_of_the_same_definition_there_is_no_reading() -> None:
    assert judged(target("change", **FALL), {2021: 95, 2022: 90}) == []
    assert judged(target("change", **FALL), {2020: figure(100, 2020), 2025: figure(60, 2025, scope="new")}) == []


def test_additions_of_another_definition_are_not_counted_either() -> None:
    run = {2020: figure(300, 2020), 2024: figure(330, 2024), 2025: figure(345, 2025, vintage="v2")}
    reading = one(target("increment", **ADD), run)
    assert (reading.year, reading.current, reading.state) == (2024, 30, "not_due")


# --- announced changes --------------------------------------------------------


def announced(values: dict[int, float], base: int | None) -> dict[int, Figure]:
    """Changes from `base`, or each from the year before."""
    return {y: figure(v, y, unit="%", base_year=y - 1 if base is None else base) for y, v in values.items()}


def test_a_stated_change_is_held_against_the_target_as_it_is() -> None:
    assert one(target("change", **FALL), announced({2021: -4, 2023: -10, 2025: -18.1}, 2020)).state == "met"
    assert one(target("change", **FALL), announced({2025: -17.7}, 2020)).state == "missed"


def test_the_trend_of_stated_changes_is_compound() -> None:
    reading = one(target("change", **FALL), announced({2021: -5, 2022: -9.75, 2023: -14.2625}, 2020), today=2024)
    assert reading.trend_rate == pytest.approx(-5)


def test_a_change_from_another_base_year_says_nothing() -> None:
    assert judged(target("change", **FALL), announced({2025: -48.4}, 2005)) == []


def test_yearly_changes_decide_only_a_target_of_one_year() -> None:
    """-5 % against the year before is no fall of 5 % since 2020."""
    assert judged(target("change", **FALL), announced({2024: -3.4, 2025: -5}, None)) == []
    yearly = target("change", value=-3.8, unit="%", comparator="about", tolerance=0.02, base_year=2025, due_year=2026)
    reading = one(yearly, announced({2024: -3, 2025: -5, 2026: -3.75}, None), today=2027)
    assert (reading.state, reading.current, reading.trend_rate) == ("met", -3.75, None)
    assert judged(yearly, announced({2025: -5}, None)) == []


# --- peaks --------------------------------------------------------------------

PEAK = target("peak", value=2030.0, unit="year", comparator="before", strict_before=True)


def states(values: dict[int, float], goal: Target = PEAK) -> dict[str, str]:
    return {r.reading: r.state for r in judged(goal, values, 2035)}


@pytest.mark.parametrize(
    ("values", "before_2029", "before_2030"),
    [
        ({2023: 90, 2024: 100}, "not_due", "not_due"),  # still rising
        ({2023: 100, 2024: 99}, "on_track", "on_track"),  # passed, for now
        ({2028: 100, 2029: 99}, "on_track", "on_track"),  # 2030 may still be higher
        ({2029: 100, 2030: 99}, "met", "on_track"),  # not later than 2029 is sure; for 2030 one more year is needed
        ({2029: 100, 2030: 99, 2031: 98}, "met", "met"),
        ({2029: 99, 2030: 100}, "missed", "not_due"),  # the two readings part
        ({2029: 99, 2030: 100, 2031: 98}, "missed", "met"),
        ({2030: 99, 2031: 100}, "missed", "missed"),
        ({2025: 100, 2026: 90, 2031: 101}, "missed", "missed"),  # a second, higher peak
    ],
)
def test_both_readings_of_before_2030(values: dict[int, float], before_2029: str, before_2030: str) -> None:
    assert states(values) == {"peak<=2029": before_2029, "peak<=2030": before_2030}


def test_a_plateau_peaks_in_its_first_year() -> None:
    reading = judged(PEAK, {2027: 90, 2028: 100, 2029: 100, 2030: 100, 2031: 99}, 2032)[0]
    assert (reading.current, reading.year, reading.met_year) == (2028.0, 2031, 2028)


def test_one_reading_where_the_words_leave_no_doubt() -> None:
    assert states({2029: 99, 2030: 100, 2031: 98}, replace(PEAK, strict_before=False)) == {"peak<=2030": "met"}


# --- coal ---------------------------------------------------------------------


def coal_share(values: dict[int, tuple[float, float]], **rest: Any) -> dict[int, Figure]:
    """Years -> (coal, energy)."""
    return {
        y: figure(
            100 * c / e, y, "coal_share", "%", inputs=(figure(c, y, "coal_total"), figure(e, y, "energy_total")), **rest
        )
        for y, (c, e) in values.items()
    }


HELD = target("trend", value=None, unit="", comparator="qualitative", base_year=2020, due_year=2025)
FALLS = target("trend", value=None, unit="", comparator="qualitative", base_year=2025, due_year=2030)


@pytest.mark.parametrize(
    ("goal", "values", "state"),
    [
        (HELD, {2020: (50, 100), 2024: (55, 120)}, "on_track"),  # coal +10 %, energy +20 %: held
        (HELD, {2020: (50, 100), 2024: (61, 120)}, "at_risk"),
        (HELD, {2020: (50, 100), 2025: (55, 120)}, "met"),
        (HELD, {2020: (50, 100), 2025: (61, 120)}, "missed"),
        (FALLS, {2025: (50, 100), 2028: (51, 120)}, "at_risk"),  # grows less than energy, but from 2026 it has to fall
        (FALLS, {2025: (50, 100), 2028: (49, 120)}, "on_track"),
        (FALLS, {2025: (50, 100), 2030: (49, 120)}, "met"),
        (FALLS, {2020: (40, 90), 2024: (50, 100)}, "not_due"),  # its period has not begun
    ],
)
def test_coal_is_held_and_then_falls(goal: Target, values: dict[int, tuple[float, float]], state: str) -> None:
    assert one(goal, coal_share(values)).state == state


def test_coal_with_gaps_and_later_years() -> None:
    """No figure for 2025 itself, one for 2026: the last year within the period counts, and does not decide."""
    reading = one(HELD, coal_share({2020: (50, 100), 2024: (55, 120), 2026: (70, 121)}))
    assert (reading.year, reading.state) == (2024, "on_track")


def test_coal_of_another_vintage_is_not_compared() -> None:
    run = coal_share({2020: (50, 100)}) | coal_share({2024: (70, 120)}, vintage="v2")
    assert one(HELD, run).state == "not_due"


# --- the board ----------------------------------------------------------------


def row(goal: Target, *figures: Figure, today: int = TODAY) -> BoardRow:
    (found,) = board([goal], series_of(figures), "CN-HE", today)
    return found


def capacity(values: dict[int, float], **rest: Any) -> list[Figure]:
    return list(points(values, "power_capacity.nuclear", "GW", **rest).values())


def test_without_a_figure_there_is_no_data_and_the_need_is_named() -> None:
    found = row(target())
    assert (found.state, found.disputed) == ("no_data", False)
    assert found.readings[0].why["zh"].endswith("需要的数据")
    assert found.readings[0].current is None


@pytest.mark.parametrize("kind", ["qualitative", "rule", "growth"])
def test_what_no_figure_can_decide_is_no_data(kind: str) -> None:
    assert row(target(kind), *capacity({2024: 500})).state == "no_data"


@given(
    st.sampled_from(sorted(JUDGES.keys() - {"trend", "peak"})),
    st.dictionaries(st.integers(2000, 2040), st.floats(1, 1000), min_size=1, max_size=8),
    st.integers(2015, 2040),
    st.booleans(),
)
def test_nothing_is_met_on_data_that_is_missing(kind: str, values: dict[int, float], due: int, cap: bool) -> None:
    """Met takes a figure up to the due year that is there; what is decided in its year takes that year's."""
    goal = target(
        kind,
        due_year=due,
        base_year=2010,
        unit="%" if kind == "change" else "GW",
        comparator="at_most" if cap else "at_least",
        value=-20.0 if kind == "change" else 100.0,
    )
    for reading in judged(goal, values, 2026):
        if reading.state == "met":
            assert reading.year is not None
            assert reading.year <= due
            assert kind in ("level", "coverage", "count") or reading.year == due
        if reading.state == "missed":
            assert reading.year == due


def test_the_newest_reading_comes_first_and_gives_the_state() -> None:
    old, new = (
        capacity({2018: 50, 2019: 55, 2020: 60, 2021: 70, 2022: 101}, scope="a"),
        capacity({2022: 70, 2023: 80, 2024: 90}, scope="b"),
    )
    for figures in ((*old, *new), (*new, *old)):
        found = row(target(), *figures)
        assert [r.year for r in found.readings] == [2024, 2022]
        assert found.state == "on_track"


def test_disputed_is_what_one_reading_calls_met_and_another_does_not() -> None:
    met, not_met = capacity({2024: 101}, scope="a"), capacity({2022: 70, 2023: 80, 2024: 90}, scope="b")
    assert row(target(), *met, *not_met).disputed
    assert not row(target(), *met).disputed
    assert not row(target(), *not_met, *capacity({2022: 70, 2023: 70, 2024: 70}, scope="c")).disputed


def test_a_figure_of_the_wrong_scope_is_not_held_against_the_target() -> None:
    """measures/target_figures.csv says which scopes of an indicator count."""
    share = target(indicator="energy_intensity", kind="change", value=-13.5, unit="%", base_year=2020, due_year=2025)
    good, odd = (
        points({2020: 1.0, 2025: 0.8}, "energy_intensity", "tce/1e4CNY", scope=s).values()
        for s in ("undeducted", "home-made")
    )
    assert row(share, *good).state == "met"
    assert row(share, *odd).state == "no_data"


def test_a_reading_carries_scope_vintage_quality_and_figure() -> None:
    reading = row(target(), *capacity({2024: 101}, scope="s", vintage="v", quality="recalled")).readings[0]
    assert (reading.scope, reading.vintage, reading.quality) == ("s", "v", "recalled")
    assert reading.figure == "CN-HE/2024/power_capacity.nuclear"


# --- slope --------------------------------------------------------------------


def test_slope_of_the_last_five_years() -> None:
    values = dict.fromkeys(range(2000, 2020), 1000.0) | {2020: 10, 2021: 12, 2022: 14, 2023: 16, 2024: 18}
    assert slope(values) == pytest.approx(2)


def test_slope_of_surveys_every_five_years() -> None:
    assert slope({2003: 18.2, 2008: 20.4, 2013: 21.6, 2018: 23.0}) == pytest.approx((23.0 - 20.4) / 10, rel=0.02)


@pytest.mark.parametrize("values", [{}, {2024: 1.0}, {2023: 1.0, 2024: 2.0}])
def test_no_slope_of_fewer_than_three_points(values: dict[int, float]) -> None:
    assert slope(values) is None


def test_a_plan_may_fall_short_within_its_tolerance() -> None:
    """A plan keeps its limits to a thousandth, so its board reads them so; of what was measured nothing is let pass."""
    goal = target(due_year=2025)
    short = points({2025: 99.95})
    assert JUDGES["level"](goal, short, TODAY)[0].state == "missed"
    assert JUDGES["level"](goal, short, TODAY, within=1e-3)[0].state == "met"
    assert JUDGES["level"](goal, points({2025: 99.8}), TODAY, within=1e-3)[0].state == "missed"
