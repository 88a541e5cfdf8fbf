"""The peak test: each class, its evidence, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dafeng
from dafeng.accounts import Choice, Series
from dafeng.assessment.peak import STATES, peak_rules, peak_verdict, peak_years
from dafeng.assessment.peak_figures import peak_of
from dafeng.catalog import LANGUAGES, DafengError, resource, word
from making import figure


def series(first: int, *values: float) -> dict[int, float]:
    return {first + n: value for n, value in enumerate(values)}


RISING = series(2010, 80, 83, 86, 90, 93, 95, 97, 100)
PLATEAU = series(2010, 80, 90, 98, 99.5, 100, 99.6, 99.8, 99.7)
SHORT = series(2010, 80, 85, 90, 95, 100, 97, 95, 93)
PEAKED = series(2005, 80, 90, 100, 99, 97, 95, 92, 90, 88, 86, 84)
REBOUND = series(2005, 80, 90, 100, 96, 92, 88, 85, 88, 91, 93)
WOBBLE = series(2005, 80, 90, 100, 91, 94, 90, 93, 89.5, 94, 90.5, 92)


@pytest.mark.parametrize(
    ("points", "state", "top"),
    [
        (RISING, "rising", 2017),
        (PLATEAU, "plateau", 2014),
        (SHORT, "peaked_unconfirmed", 2014),
        (PEAKED, "peaked", 2007),
        (REBOUND, "rising", 2007),
        (WOBBLE, "peaked_unconfirmed", 2007),
    ],
)
def test_classes(points: dict[int, float], state: str, top: int) -> None:
    found = peak_verdict(points)
    assert (found.state, found.top) == (state, top)
    assert found.since == max(points) - top
    assert found.drop == pytest.approx(1 - found.last_value / 100)
    assert len({found.why[tag] for tag in LANGUAGES}) == 3
    assert str(top) in found.why["zh"]


def test_passive_decline() -> None:
    """Output fell by 15 %, emissions by 14 %: the activity explains more than all of it."""
    points = series(2010, 90, 95, 100, 97, 94, 91, 88, 86)
    output = series(2010, 90, 95, 100, 96, 93, 90, 87, 85)
    found = peak_verdict(points, output)
    assert found.state == "passive_decline"
    assert found.fall is not None
    assert found.fall.share_of_activity > 1
    assert found.fall.activity + found.fall.intensity == pytest.approx(-14)
    growing = {year: 100.0 + year - 2010 for year in points}
    assert peak_verdict(points, growing).state == "peaked"


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_a_fall_is_passive_from_half_on(share: float) -> None:
    points = series(2010, 90, 95, 100, 97, 94, 91, 88, 86)
    output = {year: value**share for year, value in points.items()}
    found = peak_verdict(points, output)
    assert found.fall is not None
    assert found.fall.share_of_activity == pytest.approx(share)
    assert found.state == ("passive_decline" if share > 0.5 else "peaked")


def test_a_revision_can_undo_a_peak() -> None:
    """Falling, but so little that the last years revised up climb again or lie near the maximum."""
    points = series(2005, 80, 90, 100, 99, 98, 97.2, 96.5, 95.8, 95.2, 94.8)
    assert peak_verdict(points, rules=replace(peak_rules(), revision=0.0)).state == "peaked"
    found = peak_verdict(points)
    assert found.state == "peaked_unconfirmed"
    assert "3" in found.why["en"]
    assert {case.name: case.state for case in found.cases}["+3 %"] != "peaked"


def test_other_series_are_cases() -> None:
    found = peak_verdict(PEAKED, others={"other factors": RISING})
    assert [case.name for case in found.cases] == ["+3 %", "-3 %", "other factors"]
    assert (found.state, found.robust) == ("peaked", False)
    assert peak_verdict(PEAKED, others={"same": PEAKED}).robust


@pytest.mark.parametrize(
    ("top", "last", "states"),
    [
        (2028, 2028, ("not_due", "not_due")),
        (2027, 2029, ("on_track", "on_track")),
        (2029, 2030, ("met", "on_track")),
        (2029, 2031, ("met", "met")),
        (2030, 2031, ("missed", "met")),
        (2031, 2031, ("missed", "missed")),
    ],
)
def test_both_readings_of_before_2030(top: int, last: int, states: tuple[str, str]) -> None:
    points = {year: 100.0 - 3 * abs(year - top) for year in range(2020, last + 1)}
    found = peak_verdict(points)
    assert [(due.latest, due.state) for due in found.due] == [(2029, states[0]), (2030, states[1])]


def test_trend_is_tested_after_the_maximum_only() -> None:
    """The maximum itself would tilt the test: any series falls from its maximum."""
    found = peak_verdict(PEAKED)
    assert found.trend is not None
    assert found.trend.n == found.since


def test_thresholds_come_from_the_catalogue() -> None:
    rules = peak_rules()
    assert {row["id"] for row in resource("assessment", "peak_rules").rows} == set(rules.__dataclass_fields__)
    assert rules.confirm_years == 5
    assert 0 < rules.alpha < 0.5
    assert {word(f"peak.state.{state}", "en") for state in STATES} != set()


def test_own_thresholds() -> None:
    assert peak_verdict(SHORT, rules=replace(peak_rules(), confirm_years=3, alpha=0.2, revision=0.0)).state == "peaked"


@given(values=st.lists(st.floats(1, 1e9), min_size=3, max_size=30), unit=st.sampled_from([0.5, 1024.0]))
def test_every_series_has_a_verdict_and_units_do_not_matter(values: list[float], unit: float) -> None:
    found = peak_verdict(series(2000, *values))
    again = peak_verdict(series(2000, *(unit * v for v in values)))
    assert found.state in STATES
    assert (again.state, again.top, again.cases) == (found.state, found.top, found.cases)
    assert 0 <= found.drop < 1


@pytest.mark.parametrize(
    ("points", "rest", "key", "said"),
    [
        ({2020: 1.0}, {}, "series_short", "1"),
        ({2020: 1.0, 2021: 2.0}, {}, "series_short", "2"),
        ({2018: 1.0, 2019: 1.0, 2022: 1.0}, {}, "series_gap", "2020, 2021"),
        ({2018: 1.0, 2020: 1.0, 2022: 1.0}, {}, "series_gap", "2019, 2021"),
        ({2018: 1.0, 2019: math.nan, 2020: 1.0}, {}, "series_no_number", "2019"),
        ({2018: 1.0, 2019: -1.0, 2020: 1.0}, {}, "series_negative", "2019"),
        ({2018: 0.0, 2019: 0.0, 2020: 0.0}, {}, "series_zero", "2018"),
        (SHORT, {"activity": {2017: 1.0}}, "peak_activity", "2014"),
        (SHORT, {"activity": {2014: 1.0, 2017: 0.0}}, "peak_activity_value", "2017"),
        (SHORT, {"others": {"b": {2020: 1.0}}}, "series_short", "b"),
    ],
)
def test_bad_series(points: dict[int, float], rest: dict[str, Any], key: str, said: str) -> None:
    with pytest.raises(DafengError) as error:
        peak_verdict(points, **rest)
    assert error.value.key == key
    assert said in error.value.text("en")


# --- editions ---


def test_a_change_of_edition_confirms_no_peak() -> None:
    """The same fall, once within one edition and once across two: the second may be a fall of the books."""
    years = sorted(PEAKED)
    assert peak_verdict(PEAKED, editions=dict.fromkeys(years, "a")).breaks == ()
    changed = {year: "a" if year < years[-3] else "b" for year in years}
    found = peak_verdict(PEAKED, editions=changed)
    assert (found.state, found.breaks) == ("peaked_unconfirmed", (years[-3],))
    assert str(years[-3]) in found.why["zh"]
    assert found.cases[2].name == f"{years[-3]}-{years[-1]}"
    early = {year: "a" if year == years[0] else "b" for year in years}
    assert peak_verdict(PEAKED, editions=early).state == "peaked"  # the break lies before the maximum


def test_figures_bring_their_edition_along() -> None:
    """The last run without a gap, with a break where the vintage changes."""
    years = sorted(PEAKED)
    figures = {y: figure(PEAKED[y], y, "co2", "t_CO2", vintage="a" if y < years[-3] else "b") for y in years}
    figures[years[0] - 3] = figure(1.0, years[0] - 3, "co2", "t_CO2")
    found = peak_of(figures, others={"same": figures})
    assert found.breaks == (years[-3],)
    assert (found.top, found.last) == (peak_verdict(PEAKED).top, years[-1])
    assert found.cases[-1].name == "same"
    with pytest.raises(DafengError, match="0"):
        peak_of({})


@pytest.fixture(scope="module")
def two_factor_sets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Series, Series]:
    """The embedded statistics, counted with the default factors and with others."""
    folder = tmp_path_factory.mktemp("peak") / "workspace"
    with dafeng.init(folder) as workspace:
        workspace.load_statistics()
        first = workspace.series
    with dafeng.open(folder, choice=Choice(fuels="liu-2015", top_down="topdown-eri")) as workspace:
        return first, workspace.series


def test_the_nation_with_two_factor_sets(two_factor_sets: tuple[Series, Series]) -> None:
    first, second = two_factor_sets
    place = "CN", "co2_topdown"
    assert first[place][2024].value != second[place][2024].value
    ensemble = {2025: [1.16e10, 1.14e10], 2026: [1.17e10, 1.12e10], 2027: [1.16e10, 1.10e10]}
    found = peak_of(first[place], first["CN", "gdp_constant"], {"topdown-eri": second[place]}, ensemble=ensemble)
    assert (found.state, found.top, found.breaks) == ("rising", 2024, ())
    assert [case.name for case in found.cases] == ["+3 %", "-3 %", "topdown-eri"]
    assert [due.state for due in found.due] == ["not_due", "not_due"]
    assert found.years is not None
    assert found.years.probability == {2024: 0.5, 2026: 0.5}
    assert found.years.by[2026] == 1.0
    assert found.years.paths == 2


def test_every_piece_of_evidence_for_a_province(two_factor_sets: tuple[Series, Series]) -> None:
    """Shanghai: below its maximum of 2013 in every factor set, but over three editions of the balance."""
    first, second = two_factor_sets
    place = "CN-SH", "co2_estimate"
    found = peak_of(first[place], first["CN-SH", "gdp_constant"], {"liu-2015": second[place]})
    assert (found.state, found.top, found.since) == ("peaked_unconfirmed", 2013, 9)
    assert found.drop > 0.1
    assert found.trend is not None
    assert found.trend.p_falling < 0.05
    assert found.fall is not None
    assert found.fall.intensity < 0 < found.fall.activity
    assert found.fall.activity + found.fall.intensity == pytest.approx(found.last_value - found.top_value)
    assert found.breaks[-1] == 2018
    assert [case.name for case in found.cases] == ["+3 %", "-3 %", "2018-2022", "liu-2015"]
    assert {due.latest for due in found.due} == {2029, 2030}


def test_no_province_is_called_peaked_across_editions(two_factor_sets: tuple[Series, Series]) -> None:
    first, _ = two_factor_sets
    names = [entity for entity, name in first if name == "co2_estimate" and entity != "CN"]
    assert len(names) == 30
    for entity in names:
        found = peak_of(first[entity, "co2_estimate"], first[entity, "gdp_constant"])
        assert found.state != "peaked" or found.breaks[-1] <= found.top, entity


# --- ensembles ---


def test_peak_years_of_an_ensemble() -> None:
    """Four paths from one history: peaks in 2026, 2026 and 2028, and one that still rises at the end."""
    paths = {
        2024: [98],
        2025: [99],
        2026: [100, 101, 100, 100],
        2027: [99, 100, 101, 101],
        2028: [98, 99, 102, 102],
        2029: [97, 98, 101, 103],
    }
    found = peak_years(paths)
    assert found.probability == {2026: 0.5, 2028: 0.25, 2029: 0.25}
    assert found.beyond == 0.25
    assert found.by == {2024: 0, 2025: 0, 2026: 0.5, 2027: 0.5, 2028: 0.75}
    assert (found.median, found.paths) == (2026, 4)


def test_an_ensemble_behind_the_measured_years() -> None:
    rng = np.random.default_rng(5)
    walk = 100 + np.cumsum(rng.normal(-0.3, 1, (10, 500)), axis=0)
    found = peak_verdict(RISING, ensemble={2018 + n: walk[n] for n in range(10)}).years
    assert found is not None
    assert sum(found.probability.values()) == pytest.approx(1)
    assert min(found.probability) >= 2017
    assert list(found.by.values()) == sorted(found.by.values())


@pytest.mark.parametrize(
    ("paths", "key"),
    [
        ({2024: [1.0], 2025: [1.0, 2.0], 2026: [1.0, 2.0, 3.0]}, "peak_paths"),
        ({2024: [1.0], 2026: [1.0, 2.0]}, "series_gap"),
        ({2024: [1.0], 2025: [1.0, math.nan]}, "series_no_number"),
        ({2024: [1.0], 2025: [1.0, math.inf]}, "series_no_number"),
        ({2024: [1.0]}, "series_short"),
    ],
)
def test_bad_ensembles(paths: dict[int, list[float]], key: str) -> None:
    with pytest.raises(DafengError) as error:
        peak_years(paths)
    assert error.value.key == key
