"""The outlook: line, interval, required rate, date; and a pathway on the same board."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.making import points

import dafeng
from dafeng.accounts import Figure
from dafeng.assessment.line import effective_count, fitted, unhidden
from dafeng.assessment.outlook import outlook, through_board, without_outlook
from dafeng.assessment.student import t_cdf, t_quantile
from dafeng.catalog import LANGUAGES, DafengError, NotComparable
from dafeng.targets import plan_targets

WIND = next(t for t in plan_targets() if t.id == "T08")  # at least 1200 GW of wind and solar in 2030
INTENSITY = next(t for t in plan_targets() if t.id == "T05")  # 65 percent below 2005 in 2030


def series(
    values: dict[int, float], name: str = "wind_solar_capacity", unit: str = "GW", **rest: str
) -> dict[tuple[str, str], dict[int, Figure]]:
    return {("CN-HE", name): points(values, name, unit, **rest)}


def test_a_line_by_hand() -> None:
    """1, 2, 4 in 2001-2003: slope 1.5, level 7/3; residuals 1/6, -1/3, 1/6, so s = sqrt(1/6)."""
    line = fitted({2001: 1.0, 2002: 2.0, 2003: 4.0})
    assert (line.slope, line.level, line.freedom) == (pytest.approx(1.5), pytest.approx(7 / 3), 1)
    assert line.residual == pytest.approx(math.sqrt(1 / 6))
    assert line.at(2005) == pytest.approx(7 / 3 + 4.5)
    error = math.sqrt(1 / 6) * math.sqrt(1 + 1 / 3 + 9 / 2)
    low, high = line.interval(2005, 0.95)
    assert high - low == pytest.approx(2 * 12.7062047361747 * error)
    assert line.slope_interval(0.95)[1] == pytest.approx(1.5 + 12.7062047361747 * math.sqrt(1 / 6) / math.sqrt(2))
    assert line.probability_above(2005, line.at(2005)) == pytest.approx(0.5)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(1990, 2025), st.floats(-1e6, 1e6), min_size=3, max_size=20))
def test_the_line_is_that_of_numpy(values: dict[int, float]) -> None:
    line = fitted(values)
    slope, _ = np.polyfit(np.array(sorted(values), float) - 2000, [values[y] for y in sorted(values)], 1)
    scale = max(1.0, *(abs(v) for v in values.values()))
    assert line.slope == pytest.approx(slope, abs=1e-8 * scale)
    low, high = line.interval(2030, 0.8)
    wide_low, wide_high = line.interval(2030, 0.95)
    assert wide_low <= low <= line.at(2030) <= high <= wide_high
    assert 3 <= line.effective <= len(values)


def test_intervals_cover_as_often_as_they_say() -> None:
    """A thousand seeded trends with noise: the 90 percent interval of a year ahead holds the new figure in about 90 percent."""
    random = np.random.default_rng(20301)
    inside = 0
    for _ in range(1000):
        noise = random.normal(0, 5, 11)
        values = {2010 + i: 3.0 * i + noise[i] for i in range(10)}
        low, high = fitted(values).interval(2024, 0.9)
        inside += low <= 3.0 * 14 + noise[10] <= high
    assert 870 <= inside <= 930


def test_neighbours_count_for_less() -> None:
    """Fifteen years whose residuals have r = 0.183: r* = 0.183 + 1.732 / 15 = 0.298, so they are worth 15 * 0.702 / 1.298
    = 8.1; a second time through the residuals of numpy."""
    values = dict(zip(range(2006, 2021), [1.0, 0, 1, 4, 3, 3, 7, 12, 8, 8, 8, 8, 13, 15, 14], strict=True))
    line = fitted(values)
    x, y = np.array(list(values), float) - 2013, np.array(list(values.values()))
    rest = y - np.polyval(np.polyfit(x, y, 1), x)
    r = float(rest[1:] @ rest[:-1] / (rest @ rest))
    corrected = r + (1 + 4 * r) / 15
    assert line.correlation == pytest.approx(r) == pytest.approx(0.18299, abs=1e-5)
    assert line.effective == pytest.approx(15 * (1 - corrected) / (1 + corrected)) == pytest.approx(8.10, abs=0.01)
    assert line.residual == pytest.approx(math.sqrt(rest @ rest / (line.effective - 2)))
    assert line.freedom == line.effective - 2


def test_negative_correlation_narrows_nothing() -> None:
    zigzag = fitted({2010 + i: float(i + (-1) ** i) for i in range(10)})
    assert zigzag.correlation < -0.5
    assert (zigzag.effective, zigzag.freedom) == (10.0, 8.0)


def test_a_count_stays_between_three_and_all() -> None:
    assert effective_count(10, 0.99) == 3.0
    assert effective_count(10, 0.0) == 10.0
    assert effective_count(10, 1 / 3) == pytest.approx(5.0)
    assert unhidden(10, -0.4) == -0.4
    assert unhidden(5, 0.9) == 0.99


def test_intervals_of_correlated_figures_cover_better_than_plain_ones() -> None:
    """Neighbours correlated at 0.5, twenty years: the plain interval of the slope holds the truth in two thirds, this
    one in almost 90 percent."""
    random = np.random.default_rng(76628)
    found = plain = 0
    for _ in range(1000):
        noise = [random.normal()]
        for _ in range(19):
            noise.append(0.5 * noise[-1] + math.sqrt(0.75) * random.normal())
        line = fitted(dict(enumerate(noise, 2001)))
        low, high = line.slope_interval(0.9)
        found += low <= 0 <= high
        squares = line.residual**2 * line.freedom
        plain += abs(line.slope) <= t_quantile(0.95, 18) * math.sqrt(squares / 18 / line.spread)
    assert plain < 720
    assert 830 < found < 930


@pytest.mark.parametrize("values", [{}, {2020: 1.0}, {2020: 1.0, 2021: 2.0}])
def test_too_few_figures_for_a_line(values: dict[int, float]) -> None:
    with pytest.raises(DafengError, match="at least three"):
        fitted(values)


def test_no_number_in_a_line() -> None:
    with pytest.raises(DafengError, match="2021 is nan"):
        fitted({2020: 1.0, 2021: math.nan, 2022: 2.0})


def test_dates_of_an_exact_line() -> None:
    """100 a year from 600 in 2020: 1200 in 2026."""
    (found,) = outlook([WIND], series({2016 + i: 200.0 + 100 * i for i in range(5)}), "CN-HE")
    assert (found.state, found.meets, found.earliest, found.latest) == ("ahead", 2026, 2026, 2026)
    assert found.rate == pytest.approx(100.0)
    assert found.required == pytest.approx(60.0)
    assert found.expected == pytest.approx(1600.0)
    assert found.probability == 1.0
    assert found.rate_unit == "GW/year"


def test_a_noisy_line_has_a_range_of_dates() -> None:
    noisy = {2015: 400.0, 2016: 430.0, 2017: 490.0, 2018: 500.0, 2019: 590.0, 2020: 600.0}
    (found,) = outlook([WIND], series(noisy), "CN-HE", confidence=0.9)
    assert found.meets is not None
    assert found.earliest is not None
    assert found.latest is not None
    assert found.earliest < found.meets < found.latest
    assert found.low is not None
    assert found.high is not None
    assert found.expected is not None
    assert found.low < found.expected < found.high
    assert found.state == "behind"
    assert found.probability is not None
    assert 0 < found.probability < 0.5
    (tight,) = outlook([WIND], series(noisy), "CN-HE", confidence=0.5)
    assert found.earliest <= tight.earliest <= tight.meets <= tight.latest <= found.latest  # type: ignore[operator]


def test_never_on_this_trend() -> None:
    (found,) = outlook([WIND], series({2018: 610.0, 2019: 600.0, 2020: 590.0}), "CN-HE")
    assert (found.meets, found.state) == (None, "behind")
    assert "not before 2060" in (found.why or {})["en"]


def test_a_level_that_is_met_and_one_that_is_missed() -> None:
    (found,) = outlook([WIND], series({2018: 1100.0, 2019: 1180.0, 2020: 1260.0}), "CN-HE")
    assert (found.state, found.meets, found.required) == ("met", 2020, None)
    past = replace(WIND, due_year=2019)
    (found,) = outlook([past], series({2016: 900.0, 2017: 1000.0, 2018: 1100.0, 2019: 1180.0, 2020: 1260.0}), "CN-HE")
    assert (found.state, found.year) == ("missed", 2019)


def test_a_change_is_a_compound_rate() -> None:
    """Four percent a year from 2005: after 19 years 46 percent of the start; -65 percent needs ln(0.35)/ln(0.96) = 25.7 years."""
    values = {2005 + i: 100 * 0.96**i for i in range(20)}
    (found,) = outlook(
        [INTENSITY], series(values, "carbon_intensity", "t_CO2/1e4CNY", scope="fossil-incl-nonenergy"), "CN-HE"
    )
    assert found.rate == pytest.approx(-4.0)
    assert found.meets == 2031
    assert found.value == pytest.approx(100 * (0.96**19 - 1))
    assert found.required == pytest.approx(100 * ((0.35 / 0.96**19) ** (1 / 6) - 1))
    assert found.expected == pytest.approx(100 * (0.96**25 - 1))
    assert (found.state, found.probability) == ("behind", 0.0)


def test_a_change_without_its_base_year_or_across_vintages_has_no_outlook() -> None:
    values = {2015 + i: 100 * 0.96**i for i in range(8)}
    scope = {"unit": "t_CO2/1e4CNY", "scope": "fossil-incl-nonenergy"}
    assert outlook([INTENSITY], series(values, "carbon_intensity", **scope), "CN-HE") == []
    old = points({2005: 200.0, 2006: 190.0, 2007: 180.0}, "carbon_intensity", vintage="old", **scope)
    new = points(values, "carbon_intensity", vintage="new", **scope)
    both: dict[tuple[str, str], dict[int, Figure]] = {("CN-HE", "carbon_intensity"): {**old, **new}}
    assert outlook([INTENSITY], both, "CN-HE") == [], "three old figures say nothing of today"


def test_a_limit_that_the_trend_would_break() -> None:
    cap = replace(
        WIND,
        id="cap",
        kind="increment",
        comparator="at_most",
        value=100.0,
        base_year=2015,
        due_year=2025,
        indicator="wind_solar_gw",
    )
    (found,) = outlook([cap], series({2015: 0.0, 2016: 15.0, 2017: 30.0, 2018: 45.0}), "CN-HE")
    assert (found.state, found.required) == ("slipping", None)
    (kept,) = outlook([cap], series({2015: 0.0, 2016: 9.0, 2017: 18.0, 2018: 27.0}), "CN-HE")
    assert kept.state == "ahead"


def test_a_peak_has_a_trend_and_no_date() -> None:
    peak = next(t for t in plan_targets() if t.kind == "peak" and t.indicator == "peak_year")
    found = outlook([peak], series({2018: 100.0, 2019: 104.0, 2020: 108.0}, "co2_estimate", "t_CO2"), "CN-HE")
    assert [o.state for o in found] == ["no_date"]
    assert found[0].meets is None
    assert found[0].rate == pytest.approx(400 / 108)


def test_two_years_are_no_trend_and_bad_arguments_are_refused() -> None:
    assert outlook([WIND], series({2019: 1.0, 2020: 2.0}), "CN-HE") == []
    with pytest.raises(DafengError, match="1.5"):
        outlook([WIND], series({2019: 1.0}), "CN-HE", confidence=1.5)
    with pytest.raises(DafengError, match="at least three"):
        outlook([WIND], series({2019: 1.0}), "CN-HE", window=2)


def test_the_nation(workspace: dafeng.Workspace) -> None:
    """Every outlook of the plan and its overlay is worded, finite, and in order."""
    found = outlook(plan_targets(overlay=True), workspace.series, "CN")
    assert len(found) > 20
    for one in found:
        numbers = [
            v
            for v in (
                one.rate,
                one.rate_low,
                one.rate_high,
                one.required,
                one.expected,
                one.low,
                one.high,
                one.probability,
            )
            if v is not None
        ]
        assert all(math.isfinite(v) for v in numbers)
        assert one.rate_low <= one.rate <= one.rate_high
        assert one.why is not None
        assert all(one.why[tag] and "nan" not in one.why[tag] for tag in LANGUAGES)
        if one.meets and one.earliest and one.latest:
            assert one.earliest <= one.meets <= one.latest
    share = next(o for o in found if o.target.id == "O09")
    assert (share.state, share.meets) == ("behind", 2033)


def test_what_has_no_outlook_says_why(workspace: dafeng.Workspace) -> None:
    """Every target has an outlook or a reason, never both."""
    for entity in ("CN", "CN-HE"):
        wanted = plan_targets(overlay=True)
        found = {o.target.id for o in outlook(wanted, workspace.series, entity)}
        left = {target.id: why for target, why in without_outlook(wanted, workspace.series, entity)}
        assert found | left.keys() == {t.id for t in wanted}
        assert not found & left.keys()
        assert all(why[tag] and "{" not in why[tag] for why in left.values() for tag in LANGUAGES)
        assert "no figure" in left["T20"]["en"]


# --- a pathway --------------------------------------------------------------------------------------------------------


def test_a_pathway_goes_through_the_same_board() -> None:
    measured = series({2018: 400.0, 2019: 500.0, 2020: 600.0})
    path = series({2020: 1.0, 2025: 900.0, 2030: 1300.0})
    (row,) = through_board([WIND], measured, path, "CN-HE", 2021)
    assert (row.state, row.readings[0].year, row.readings[0].current) == ("met", 2030, 1300.0)
    (short,) = through_board([WIND], measured, series({2025: 800.0, 2030: 1100.0}), "CN-HE", 2021)
    assert short.state == "missed"
    assert measured["CN-HE", "wind_solar_capacity"].keys() == {2018, 2019, 2020}, "what was measured is left alone"


def test_a_pathway_of_another_definition_is_refused() -> None:
    measured = series({2019: 500.0, 2020: 600.0}, scope="all-plants")
    with pytest.raises(NotComparable, match="all-plants"):
        through_board([WIND], measured, series({2030: 1300.0}, scope="large-plants"), "CN-HE", 2021)


# --- Student's t ------------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.floats(1e-6, 1 - 1e-6), st.one_of(st.integers(1, 300), st.floats(0.5, 50)))
def test_quantile_is_the_inverse(probability: float, freedom: float) -> None:
    t = t_quantile(probability, freedom)
    assert t_cdf(t, freedom) == pytest.approx(probability, rel=1e-9, abs=1e-13)
    assert t_quantile(1 - probability, freedom) == pytest.approx(-t, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("p", [0.6, 0.9, 0.975, 0.9995])
def test_closed_forms(p: float) -> None:
    assert t_quantile(p, 1) == pytest.approx(math.tan(math.pi * (p - 0.5)), rel=1e-12), "one degree: Cauchy"
    a = 2 * p - 1
    assert t_quantile(p, 2) == pytest.approx(a * math.sqrt(2 / (1 - a * a)), rel=1e-12)


def test_what_student_does_not_know() -> None:
    for freedom in (0, -1, math.inf, math.nan):
        with pytest.raises(DafengError, match="degrees of freedom"):
            t_quantile(0.9, freedom)
    for probability in (0.0, 1.0, 1.2):
        with pytest.raises(DafengError, match="between 0 and 1"):
            t_quantile(probability, 5)
    assert t_quantile(0.5, 7) == 0.0
