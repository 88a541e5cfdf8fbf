"""Which days every plan knows: the day of the highest load always, in whichever period and however few there are."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.pathway.days import DAY
from dafeng.pathway.power.inputs import Inputs, one_year, planned
from dafeng.pathway.power.modelled_days import LEAST_TYPICAL, hardest, hardest_of_few
from dafeng.pathway.power.regions import grouping

YEARS = (2025, 2060)


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return planned(grouping("nation"), YEARS, "recent_growth")


def peak_day(inputs: Inputs, y: int) -> int:
    return int(np.argmax(inputs.load[:, y].sum(axis=0))) // DAY


def test_periods_planned_together_know_the_peak_of_each(inputs: Inputs) -> None:
    """In 2025 the load is highest on another day than in 2060, when more of it is charged and cooled."""
    peaks = {peak_day(inputs, y) for y in range(len(YEARS))}
    assert len(peaks) == 2, "or this test says nothing"
    assert peaks <= set(hardest(inputs))
    assert set(hardest(inputs)) == {day for y in range(len(YEARS)) for day in hardest(one_year(inputs, y))}


def test_a_plan_of_very_few_days_keeps_the_peak(inputs: Inputs) -> None:
    """The first hard day in the calendar is one of January, with a tenth less load."""
    first = one_year(inputs, 0)
    every = hardest(first)
    assert every[0] != peak_day(first, 0), "or this test says nothing"
    assert hardest_of_few(first, 3) == [peak_day(first, 0)]
    assert hardest_of_few(first, len(every) + LEAST_TYPICAL) == every
