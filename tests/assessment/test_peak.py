"""The peak test: each class, its evidence, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.assessment.peak import STATES, peak_rules, peak_verdict, peak_years
from dafeng.catalog import LANGUAGES, DafengError, resource, word


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
