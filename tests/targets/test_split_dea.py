"""Efficiency and zero-sum gains against what is known without a solver; entropy weights by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.catalog import DafengError, UnknownName
from dafeng.targets import efficiency, entropy_weights, zero_sum, zero_sum_efficiency
from dafeng.targets.split_dea import maximum

positive = st.integers(10, 10**6).map(lambda n: n / 100)  # apart by more than rounding, or equal
units = st.lists(st.tuples(positive, positive, positive), min_size=2, max_size=12)


def columns(rows: list[tuple[float, float, float]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(rows)
    return table[:, 0], table[:, 1:]


@settings(max_examples=100, deadline=None)
@given(units)
def test_one_output_constant_returns_is_the_ratio_to_the_best(rows: list[tuple[float, float, float]]) -> None:
    x, y = columns(rows)
    ratio = y[:, 0] / x
    assert efficiency(x, y[:, :1], "constant") == pytest.approx(ratio / ratio.max(), rel=1e-9)


def corners(gain: np.ndarray, matrix: np.ndarray, limit: np.ndarray) -> float:
    """The maximum over all corners of the region, two variables: every pair of lines, by Cramer's rule."""
    lines = [
        *((row, b) for row, b in zip(matrix, limit, strict=True)),
        (np.array([-1.0, 0.0]), 0.0),
        (np.array([0.0, -1.0]), 0.0),
    ]
    best = 0.0
    for (a, b), (c, d) in itertools.combinations(lines, 2):
        determinant = a[0] * c[1] - a[1] * c[0]
        if abs(determinant) > 1e-12 * max(1.0, np.abs(a).max() * np.abs(c).max()):
            u = np.array([(b * c[1] - a[1] * d) / determinant, (a[0] * d - b * c[0]) / determinant])
            if (u >= -1e-9).all() and (matrix @ u <= limit * (1 + 1e-9) + 1e-12).all():
                best = max(best, float(gain @ u))
    return best


@settings(max_examples=60, deadline=None)
@given(units)
def test_two_outputs_against_all_corners(rows: list[tuple[float, float, float]]) -> None:
    x, y = columns(rows)
    theta = efficiency(x, y, "constant")
    for o in range(len(x)):
        assert theta[o] == pytest.approx(corners(y[o] / y.max(axis=0), y / y.max(axis=0), x / x[o]), rel=1e-6)


def hull(x: np.ndarray, y: np.ndarray, at: float) -> float:
    """The least input for an output of at least `at`: over all pairs, the segment that reaches it."""
    best = min(xi for xi, yi in zip(x, y, strict=True) if yi >= at)
    for (x1, y1), (x2, y2) in itertools.permutations(zip(x, y, strict=True), 2):
        if y1 < at <= y2:
            share = (at - y1) / (y2 - y1)
            best = min(best, x1 + share * (x2 - x1))
    return best


@settings(max_examples=60, deadline=None)
@given(units)
def test_one_output_variable_returns_is_the_convex_hull(rows: list[tuple[float, float, float]]) -> None:
    x, y = columns(rows)
    theta = efficiency(x, y[:, :1], "variable")
    for o in range(len(x)):
        assert theta[o] == pytest.approx(hull(x, y[:, 0], y[o, 0]) / x[o], rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(units)
def test_order_of_efficiencies(rows: list[tuple[float, float, float]]) -> None:
    """Variable returns never judge harder than constant ones; zero sum never harder than the classical frontier; all within 0 to 1."""
    x, y = columns(rows)
    constant, variable = efficiency(x, y, "constant"), efficiency(x, y, "variable")
    assert (constant <= variable + 1e-9).all()
    assert (constant > 0).all()
    assert variable.max() == pytest.approx(1.0, abs=1e-9)
    zero = zero_sum_efficiency(x, constant)
    assert (zero >= constant - 1e-12).all()
    assert (zero <= 1 + 1e-12).all()
    others = x.sum() - x
    assert zero == pytest.approx(constant * (1 + x * (1 - zero) / others), rel=1e-12), "the relation that defines it"


@settings(max_examples=40, deadline=None)
@given(units)
def test_one_output_constant_returns_ends_in_proportion_to_output(rows: list[tuple[float, float, float]]) -> None:
    """The uniform frontier of Lins et al. is known in this case: x_i = X y_i / Y."""
    x, y = columns(rows)
    shared = zero_sum(x, y[:, :1], "constant")
    assert shared == pytest.approx(x.sum() * y[:, 0] / y[:, 0].sum(), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(units, st.sampled_from(["constant", "variable"]))
def test_all_are_efficient_in_the_end_and_nothing_is_gained(
    rows: list[tuple[float, float, float]], returns: str
) -> None:
    x, y = columns(rows)
    shared = zero_sum(x, y, returns)
    assert efficiency(shared, y, returns).min() >= 1 - 1e-7
    assert math.fsum(shared) == pytest.approx(math.fsum(x), rel=1e-12)
    assert zero_sum(shared, y, returns) == pytest.approx(shared, rel=1e-6), "once more changes nothing"


@settings(max_examples=60, deadline=None)
@given(units)
def test_the_relation_that_defines_the_uniform_frontier(rows: list[tuple[float, float, float]]) -> None:
    """h_i = theta_i (1 + sum over W of x_j (1 - h_j) / sum of the others' x), W the inefficient units (Gomes, Lins 2008)."""
    x, y = columns(rows)
    theta = efficiency(x, y, "variable")
    h = zero_sum(x, y, "variable") / x
    inside = theta < 1 - 1e-9
    factor = 1 + math.fsum((x * (1 - h))[inside]) / math.fsum(x[~inside])
    assert h == pytest.approx(theta * factor, rel=1e-6)


def test_what_is_already_efficient_stays() -> None:
    x = np.array([1.0, 2.0, 4.0])
    assert zero_sum(x, x[:, None] * 3, "constant") == pytest.approx(x, rel=1e-12)
    assert zero_sum(np.array([5.0]), np.array([[2.0]])).tolist() == [5.0], "one unit has nobody to share with"


def test_a_degenerate_programme_ends() -> None:
    """Equal rows and ties in every ratio."""
    assert maximum(np.ones(3), np.ones((5, 3)), np.ones(5)) == pytest.approx(1.0)
    assert math.isinf(maximum(np.ones(2), np.array([[1.0, 0.0]]), np.ones(1)))


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([0.0, 1.0], [[1.0], [1.0]]),
        ([-1.0, 1.0], [[1.0], [1.0]]),
        ([1.0, 1.0], [[0.0], [1.0]]),
        ([1.0, math.nan], [[1.0], [1.0]]),
        ([1.0, 1.0], [[-1.0], [1.0]]),
    ],
)
def test_units_that_cannot_be_judged_are_named(x: list[float], y: list[list[float]]) -> None:
    with pytest.raises(DafengError, match=r"Unit [12] has input"):
        efficiency(np.array(x), np.array(y))


def test_other_returns_are_refused() -> None:
    with pytest.raises(UnknownName, match="constant"):
        efficiency(np.ones(2), np.ones((2, 1)), "constat")


def test_entropy_weights_by_hand() -> None:
    """Columns (0, 1) and (0.5, 1) are both 0 and 1 after scaling: entropy 0, equal weights; a constant column weighs nothing."""
    assert entropy_weights(np.array([[0.0, 0.5, 7.0], [1.0, 1.0, 7.0]])) == pytest.approx([0.5, 0.5, 0.0])
    # z = (0, 1, 1): p = (0, 1/2, 1/2), H = ln 2 / ln 3; z = (0, 0, 1): H = 0
    told = 1 - math.log(2) / math.log(3)
    assert entropy_weights(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])) == pytest.approx(
        [told / (1 + told), 1 / (1 + told)]
    )
    assert entropy_weights(np.ones((4, 2))).tolist() == [0.5, 0.5]
    assert entropy_weights(np.array([[3.0, 9.0]])).tolist() == [0.5, 0.5]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(positive, positive, positive), min_size=2, max_size=20))
def test_entropy_weights_are_weights(rows: list[tuple[float, float, float]]) -> None:
    weights = entropy_weights(np.array(rows))
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()
    assert entropy_weights(np.array(rows) * [1.0, 1e6, 1e-6]) == pytest.approx(weights, abs=1e-6), "units do not matter"
