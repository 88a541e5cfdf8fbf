"""Typical days: real days of the year that stand for all of it, with the hardest days among them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import near
from tests.pathway.two_nodes import profiles, some_days

from dafeng.catalog import DafengError
from dafeng.pathway.days import DAY, Days, every_day, hardest_days, matched, steps_of, typical_days


def series() -> np.ndarray:
    return np.concatenate(profiles())


@pytest.mark.parametrize("count", [4, 9, 30])
def test_days_are_real_and_stand_for_the_year(count: int) -> None:
    """Each chosen day is a day of the year that stands for itself; together they stand for 365, none of them for none."""
    days = some_days(count)
    assert len(days.chosen) == count
    assert np.all(np.diff(days.chosen) > 0)
    assert days.chosen[0] >= 0
    assert days.chosen[-1] < 365
    assert days.weight.sum() == 365
    assert days.weight.min() >= 1
    assert np.array_equal(days.stands[days.chosen], np.arange(count)), "a chosen day stands for itself"
    assert np.array_equal(np.bincount(days.stands), days.weight)


def test_kept_days_stand_for_themselves_alone() -> None:
    days = typical_days(series(), 8, keep=[200, 3, 3])
    assert {3, 200} <= set(days.chosen.tolist())
    for day in (3, 200):
        assert days.weight[np.searchsorted(days.chosen, day)] == 1


def test_each_day_is_as_its_kind() -> None:
    """Three kinds of days, three typical days: a day is stood for by one of its own kind, and by their most central one."""
    kinds = np.arange(30) % 3
    small = np.zeros(30)
    small[[4, 7]] = 0.02, -0.03
    values = (kinds + small)[:, None] * np.ones(DAY)
    days = typical_days(values.reshape(1, -1), 3)
    assert np.array_equal(kinds[days.chosen][days.stands], kinds)
    assert not {4, 7} & set(days.chosen.tolist())


def test_series_count_alike_whatever_their_unit() -> None:
    a = typical_days(series(), 9)
    b = typical_days(series() * np.array([1.0, 1e3, 1e-3, 7.0, 1e6, 2.0])[:, None] + 5.0, 9)
    assert np.array_equal(a.chosen, b.chosen)
    assert np.array_equal(a.stands, b.stands)


@pytest.mark.parametrize("count", [1, 6, 25])
def test_the_days_are_those_of_tsam(count: int) -> None:
    """The peer that made typical days common chooses the same medoids for the same days."""
    tsam, pandas = pytest.importorskip("tsam"), pytest.importorskip("pandas")
    table = pandas.DataFrame(series().T, index=pandas.date_range("2001-01-01", periods=8760, freq="h"))
    table.columns = [str(c) for c in table.columns]
    found = tsam.aggregate(table, count, period_duration=DAY, preserve_column_means=False)
    theirs = np.asarray(found.clustering.cluster_centers)[np.asarray(found.cluster_assignments)]
    ours = typical_days(series(), count)
    assert np.array_equal(ours.chosen[ours.stands], theirs)


def test_too_few_days_for_those_kept() -> None:
    with pytest.raises(DafengError) as refused:
        typical_days(series(), 2, keep=[1, 2])
    assert refused.value.key == "pathway_value"
    assert refused.value.values["allowed"] == "> 2"


def test_all_days() -> None:
    days = typical_days(series(), 400)
    assert np.array_equal(days.hours, np.arange(8760))
    assert np.all(days.weight == 1)
    assert every_day().runs == tuple((day, 1) for day in range(365))


def test_hours_and_runs() -> None:
    """Days 1 and 3 of five, day 1 standing for 0, 1, 2: three days in a row, then two."""
    days = Days(np.array([1, 3]), np.array([3.0, 2.0]), np.array([0, 0, 0, 1, 1]))
    assert days.hours[[0, 23, 24, 47]].tolist() == [24, 47, 72, 95]
    assert days.runs == ((0, 3), (1, 2))


def test_hardest_days() -> None:
    """The highest load on day 1, the highest residual load on day 2, the longest want of wind on day 3."""
    load, wind = np.full(5 * DAY, 10.0), np.full(5 * DAY, 5.0)
    load[DAY + 3], wind[DAY + 3] = 20.0, 15.0
    load[2 * DAY + 5] = 18.0
    wind[3 * DAY : 4 * DAY] = 1.0
    assert hardest_days(load, wind) == [1, 2, 3]


def test_means_are_those_of_the_year() -> None:
    """A profile of the modelled days has the mean of the whole year, and a capacity factor stays at 1 or below."""
    days = some_days(6)
    weight = np.repeat(days.weight, DAY)
    wind, sun, load = profiles()
    for profile, most in ((wind, 1.0), (sun, 1.0), (load, np.inf)):
        found = matched(profile, days, most)
        assert found @ weight / weight.sum() == near(profile.mean(axis=1))
        assert found.max() <= most
        assert found.min() >= 0


def test_kept_days_stay_as_they_are() -> None:
    """Days of 1, 2, 3 and 6, where 6 is kept and 1 stands for the rest: the mean of 3 makes 2 of it, and 6 stays 6."""
    days = Days(np.array([0, 3]), np.array([3.0, 1.0]), np.array([0, 0, 0, 1]), kept=np.array([1]))
    found = matched(np.repeat([1.0, 2.0, 3.0, 6.0], DAY)[None], days)[0].reshape(2, DAY)
    assert found[:, 0] == near(np.array([2.0, 6.0]))


def test_kept_days_are_said() -> None:
    days = typical_days(series(), 6, keep=[200, 17])
    assert days.chosen[days.kept].tolist() == [17, 200]
    assert days.weight[days.kept].tolist() == [1.0, 1.0]


def test_a_cap_moves_the_rest() -> None:
    """Days of 0.5, 0.9 and 1.0, the first two modelled: 0.7 must become 0.8, 0.9 stops at 1, so 0.5 becomes 0.6."""
    days = Days(np.array([0, 1]), np.array([1.0, 1.0]), np.array([0, 1, 1]))
    found = matched(np.repeat([0.5, 0.9, 1.0], DAY)[None], days, 1.0)[0].reshape(2, DAY)
    assert found[:, 0] == near(np.array([0.6, 1.0]))


def test_nothing_stays_nothing() -> None:
    assert not matched(np.zeros((2, 8760)), some_days(6), 1.0).any()


def test_steps_of_days() -> None:
    """Two days in two periods: hours of a year add to 8,760 in each, worth and years are those of the period."""
    days = some_days(5)
    steps = steps_of(days, ("2025", "2030"), np.array([5.0, 10.0]), np.array([4.5, 7.0]), carrying=True)
    assert steps.count == 2 * 5 * DAY
    assert len(steps.firsts) == 10
    for y, worth in enumerate((4.5, 7.0)):
        assert steps.weight[steps.period == y].sum() == near(8760)
        assert steps.value[steps.period == y].sum() == near(8760 * worth)
        assert sum(times for _, times in steps.calendar[y]) == 365
        assert {block for block, _ in steps.calendar[y]} == set(range(5 * y, 5 * y + 5))
    assert steps_of(days, ("2025",), np.array([5.0]), np.array([4.5])).calendar == ()
