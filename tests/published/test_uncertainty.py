"""Uncertainties that standards and laboratories published.

GUM: JCGM 100:2008, Guide to the expression of uncertainty in measurement, example H.1 (end-gauge calibration), table H.1;
the components as its implementers print them: repository MSLNZ/GTC, commit 1c165fc, docs/API/GUM_H1.rst; and 5.2.2, ten
resistors calibrated against one standard (recalled).
GUM supplement 1: JCGM 101:2008, clause 9.2, tables 2 and 3, the additive model; figures as checked in the tests of
Sandia's calculator: repository sandialabs/suncal, commit d44c2cc, test/test_examples.py.
The 2006 IPCC Guidelines print no example of table 3.2 with numbers that could be read here; the table is tested against its
own definition and against Monte Carlo in tests/assessment/test_uncertainty.py.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from dafeng.assessment.monte_carlo import monte_carlo
from dafeng.assessment.uncertainty import RECTANGLE, SIGMAS, Lines, Spread, approach_1, combine

DRAWS = 1_000_000


def test_end_gauge() -> None:
    """50.000 838 mm with a standard uncertainty of 32 nm; every component from its sensitivity, in nm."""
    standard = 50.000623e6  # length of the standard, nm
    expansion, difference = 11.5e-6, 1e-6 / math.sqrt(3)  # 1/K
    components = {
        "standard": 25.0,
        "observations": 5.8,
        "random": 3.9,
        "systematic": 6.7,
        "difference of expansion": -standard * -0.1 * difference,
        "difference of temperature": -standard * expansion * 0.05 / math.sqrt(3),
    }
    assert abs(components["difference of expansion"]) == pytest.approx(2.88679, rel=1e-5)  # at theta = -0.1 K
    assert abs(components["difference of temperature"]) == pytest.approx(16.599, abs=5e-4)
    assert combine([5.8, 3.9, 6.7]) == pytest.approx(9.7, abs=0.05)
    assert round(combine(list(components.values()))) == 32
    assert combine(list(components.values())) == pytest.approx(31.7, abs=0.05)


def test_ten_resistors_against_one_standard() -> None:
    """10 x 1 kOhm in series, 0.1 Ohm each from the same standard: 1 Ohm, not the 0.32 Ohm of independent errors."""
    assert combine([0.1] * 10, ["standard"] * 10) == pytest.approx(1.0)
    assert combine([0.1] * 10) == pytest.approx(0.32, abs=0.005)
    lines = Lines(
        ("series",) * 10,
        np.ones(10),
        np.full(10, 1000.0),
        (Spread(),) * 10,
        (Spread(SIGMAS * 1e-4),) * 10,
        coefficient_key=("standard",) * 10,
    )
    assert approach_1(lines).half * 10_000 / SIGMAS == pytest.approx(1.0)
    drawn = monte_carlo(lines, DRAWS // 10).total
    assert drawn.deviation == pytest.approx(1.0, rel=0.01)


def additive(spreads: list[Spread]) -> Lines:
    """Y = X1 + X2 + X3 + X4; each X is drawn around 1, so Y around 4."""
    return Lines(("Y",) * 4, np.ones(4), np.ones(4), tuple(spreads), (Spread(),) * 4)


def test_additive_model_with_normals() -> None:
    """Table 2: u = 2.0, 95 % interval -3.92 to 3.92."""
    found = monte_carlo(additive([Spread(SIGMAS)] * 4), DRAWS, seed=1).total
    assert found.mean - 4 == pytest.approx(0.00, abs=0.01)
    assert found.deviation == pytest.approx(2.00, abs=0.005)
    assert (found.low - 4, found.high - 4) == pytest.approx((-3.92, 3.92), abs=0.02)


def test_additive_model_with_rectangles() -> None:
    """Table 3: the same standard uncertainties as rectangles, u = 2.0, 95 % interval -3.88 to 3.88."""
    found = monte_carlo(additive([Spread(RECTANGLE * math.sqrt(3), "uniform")] * 4), DRAWS, seed=1).total
    assert found.deviation == pytest.approx(2.00, abs=0.005)
    assert (found.low - 4, found.high - 4) == pytest.approx((-3.88, 3.88), abs=0.02)
