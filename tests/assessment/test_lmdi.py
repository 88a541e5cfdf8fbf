"""LMDI: what must hold whatever the numbers are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dafeng.assessment.identity import parse_identity
from dafeng.assessment.lmdi import FORMS, METHODS, Decomposition, decompose, lmdi, log_mean
from dafeng.catalog import DafengError, UnknownName

VARIANTS = [(method, form, chained) for method in METHODS for form in FORMS for chained in (True, False)]
POSITIVE = st.floats(1e-6, 1e6)
#: K factors, T years, N cells, with every size from one cell and one factor on.
TABLES = st.tuples(st.integers(1, 4), st.integers(2, 5), st.integers(1, 6)).flatmap(
    lambda shape: arrays(float, shape, elements=POSITIVE)
)
#: The same, with zeros; each factor may be zero in some cells of some years.
SPARSE = st.tuples(st.integers(1, 4), st.integers(2, 5), st.integers(2, 6)).flatmap(
    lambda shape: arrays(float, shape, elements=st.one_of(st.just(0.0), POSITIVE))
)


def years_of(x: Any) -> range:
    return range(2000, 2000 + np.shape(x)[1])


def closes(found: Decomposition) -> None:
    if found.form == "additive":
        # the weights of LMDI-II are over a sum that can be small where many cells are zero: there effects that are
        # millions of times as large as the change cancel, and leave what adding them up loses
        scale = found.totals.max() * (1e-11 if found.method == "I" else 1e-9)
        scale = max(scale, 1e-15 * float(np.abs(found.effects).sum(axis=1).max()))
        assert found.effects.sum(axis=1) == pytest.approx(found.change, rel=1e-12, abs=scale)
    else:
        assert found.effects.prod(axis=1) == pytest.approx(found.change, rel=1e-10 if found.method == "I" else 1e-8)


@pytest.mark.parametrize(("method", "form", "chained"), VARIANTS)
@settings(max_examples=40, deadline=None)
@given(x=TABLES)
def test_effects_make_up_the_change(method: str, form: str, chained: bool, x: Any) -> None:
    closes(lmdi(x, years_of(x), method=method, form=form, chained=chained))


@pytest.mark.parametrize("chained", [True, False])
@settings(max_examples=80, deadline=None)
@given(x=SPARSE)
def test_effects_make_up_the_change_with_zeros(chained: bool, x: Any) -> None:
    closes(lmdi(x, years_of(x), chained=chained))


@pytest.mark.parametrize(("method", "form", "chained"), VARIANTS)
@settings(max_examples=25, deadline=None)
@given(x=SPARSE)
def test_zeros_in_every_variant(method: str, form: str, chained: bool, x: Any) -> None:
    x[:, :, 0] = np.maximum(x[:, :, 0], 1.0)  # one cell that is never zero, so that no total is
    try:
        found = lmdi(x, years_of(x), method=method, form=form, chained=chained)
    except DafengError as error:  # where most cells come from zero, a multiplicative effect has no value
        assert (error.key, form) == ("decomposition_unbounded", "multiplicative")
        return
    closes(found)
    assert np.isfinite(found.by_cell).all()


@pytest.mark.parametrize(("method", "form"), [(m, f) for m in METHODS for f in FORMS])
@settings(max_examples=25, deadline=None)
@given(x=SPARSE)
def test_time_reversal(method: str, form: str, x: Any) -> None:
    """Backwards, additive effects change sign and multiplicative ones turn over."""
    x[:, :, 0] = np.maximum(x[:, :, 0], 1.0)
    try:
        there = lmdi(x, years_of(x), method=method, form=form)
    except DafengError as error:
        assert (error.key, form) == ("decomposition_unbounded", "multiplicative")
        return
    back = lmdi(x[:, ::-1], years_of(x), method=method, form=form)
    a, b = there.effects[-1], back.effects[-1]
    if form == "additive":
        assert a == pytest.approx(-b, rel=1e-9, abs=1e-11 * there.totals.max())
    else:
        assert a * b == pytest.approx(np.ones(len(a)), rel=1e-9 if method == "I" else 1e-8)


@pytest.mark.parametrize(("method", "form"), [(m, f) for m in METHODS for f in FORMS])
@settings(max_examples=25, deadline=None)
@given(x=TABLES, seed=st.integers(0, 99))
def test_factor_reversal(method: str, form: str, x: Any, seed: int) -> None:
    """The order of the factors and of the cells is of no account."""
    rng = np.random.default_rng(seed)
    k, n = rng.permutation(x.shape[0]), rng.permutation(x.shape[2])
    straight = lmdi(x, years_of(x), method=method, form=form)
    shuffled = lmdi(x[k][:, :, n], years_of(x), method=method, form=form)
    scale = straight.totals.max() if form == "additive" else 1.0
    assert shuffled.effects == pytest.approx(straight.effects[:, k], rel=1e-9, abs=1e-11 * scale)


@pytest.mark.parametrize(("method", "form"), [(m, f) for m in METHODS for f in FORMS])
@settings(max_examples=25, deadline=None)
@given(x=TABLES, units=st.lists(st.floats(1e-3, 1e3), min_size=4, max_size=4))
def test_units_do_not_matter(method: str, form: str, x: Any, units: list[float]) -> None:
    """Factors in other units (tce or TJ, CNY or USD): multiplicative effects stay, additive ones scale with the total."""
    factors = np.array(units[: len(x)])
    plain = lmdi(x, years_of(x), method=method, form=form)
    scaled = lmdi(x * factors[:, None, None], years_of(x), method=method, form=form)
    wanted = plain.effects * factors.prod() if form == "additive" else plain.effects
    scale = scaled.totals.max() if form == "additive" else 1.0
    assert scaled.effects == pytest.approx(wanted, rel=1e-7, abs=1e-10 * scale)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40, deadline=None)
@given(x=SPARSE)
def test_lmdi_i_is_consistent_in_aggregation(form: str, x: Any) -> None:
    """Two groups of cells apart, then put together, give what all cells give at once."""
    x[:, :, [0, -1]] = np.maximum(x[:, :, [0, -1]], 1.0)
    years, cut = years_of(x), x.shape[2] // 2
    whole = lmdi(x, years, form=form, chained=False)
    parts = [lmdi(p, years, chained=False) for p in (x[:, :, :cut], x[:, :, cut:])]
    summed = parts[0].effects + parts[1].effects
    if form == "multiplicative":
        summed = np.exp(summed / log_mean(whole.totals, whole.totals[0])[:, None])
    assert whole.effects == pytest.approx(summed, rel=1e-9, abs=1e-11 * whole.totals.max())


@settings(max_examples=60, deadline=None)
@given(x=SPARSE, at=st.integers(0, 4))
def test_any_base_year(x: Any, at: int) -> None:
    """Chained effects from another base year differ by that year's effects only."""
    years = years_of(x)
    base = years[min(at, len(years) - 1)]
    first, other = lmdi(x, years), lmdi(x, years, base_year=base)
    moved = first.effects - first.effects[years.index(base)]
    assert other.effects == pytest.approx(moved, rel=1e-9, abs=1e-11 * first.totals.max())
    assert np.array_equal(other.effects[years.index(base)], np.zeros(len(x)))


@settings(max_examples=40, deadline=None)
@given(x=TABLES)
def test_cells_add_up_to_effects(x: Any) -> None:
    years = years_of(x)
    for chained in (True, False):
        found = lmdi(x, years, chained=chained)
        cells = found.cells_between(years[0], years[-1]).sum(axis=1)
        wanted = np.array(list(found.between(years[0], years[-1]).values()))
        assert cells == pytest.approx(wanted, rel=1e-9, abs=1e-11 * found.totals.max())
    chain = lmdi(x, years)
    assert chain.cells_between(years[-1], years[0]) == pytest.approx(-chain.cells_between(years[0], years[-1]))


@pytest.mark.parametrize(("method", "form", "chained"), VARIANTS)
def test_one_sector_whose_total_did_not_change(method: str, form: str, chained: bool) -> None:
    """2 x 6 = 3 x 4: the effects are +-12 ln(3/2). A published package (PyLMDI) returns 0 here."""
    found = lmdi([[[2.0], [3.0]], [[6.0], [4.0]]], (2020, 2021), method=method, form=form, chained=chained)
    wanted = [12 * math.log(1.5), -12 * math.log(1.5)] if form == "additive" else [1.5, 2 / 3]
    assert found.effects[1] == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("ulps", [1, 3, 1000])
def test_a_total_that_changed_by_next_to_nothing(ulps: int) -> None:
    """The mean of nearly equal numbers keeps its digits."""
    a = 1.0 + ulps * np.finfo(float).eps
    assert log_mean(a, 1.0) == pytest.approx(1 + (a - 1) / 2, rel=1e-15)


@given(a=POSITIVE, b=POSITIVE)
def test_the_logarithmic_mean_lies_between(a: float, b: float) -> None:
    mean = float(log_mean(a, b))
    assert min(a, b) * (1 - 1e-15) <= mean <= max(a, b) * (1 + 1e-15)
    assert math.sqrt(a * b) * (1 - 1e-12) <= mean <= (a + b) / 2 * (1 + 1e-12)
    assert float(log_mean(b, a)) == pytest.approx(mean, rel=1e-14)


@pytest.mark.parametrize("tiny", [1e-30, 1e-150, 1e-300, 5e-324])
def test_near_zero_goes_to_the_limit(tiny: float) -> None:
    """A cell that all but vanishes: its effects tend to those of the cell that vanishes, and always make up the change."""

    def effects(last: float) -> Any:
        found = lmdi([[[2.0], [3.0]], [[6.0], [last]]], (2020, 2021))
        closes(found)
        return found.effects[1]

    assert effects(0.0).tolist() == [0.0, -12.0]
    assert np.abs(effects(tiny) - effects(0.0)).max() < 12 / abs(math.log(tiny)) * 2


def test_a_new_sector_goes_to_structure_not_to_its_intensity() -> None:
    """0/0 intensities before it was there have no effect."""
    cells = parse_identity("E = sum_i Q * Q_i/Q * E_i/Q_i").cells(
        {"Q_i": [[10, 0], [10, 5]], "E_i": [[20, 0], [20, 30]]}, (2020, 2021), {"i": ["old", "new"]}
    )
    for method in METHODS:
        found = decompose(cells, method)
        assert found.cells_between(2020, 2021)[:, 1].tolist()[::2] == [0, 0]
        assert found.effects[1].sum() == pytest.approx(30)


def test_two_factors_that_vanish_together_share() -> None:
    found = lmdi([[[0.0], [2.0]], [[0.0], [3.0]], [[1.0], [5.0]]], (2020, 2021))
    assert found.effects[1].tolist() == [15, 15, 0]


@pytest.mark.parametrize(
    ("x", "rest", "key", "said"),
    [
        ([[[1.0]]], {"years": [2020]}, "series_one_year", "2020"),
        ([[[1.0], [2.0], [3.0]]], {"years": [2020, 2021, 2023]}, "series_gap", "2022"),
        ([[[1.0], [2.0]]], {"years": [2021, 2020]}, "series_order", "2021"),
        ([[[1.0], [2.0]]], {"years": [2020, 2021], "base_year": 2019}, "decomposition_base", "2019"),
        ([[[1.0, 1.0], [2.0, math.nan]]], {"years": [2020, 2021]}, "decomposition_value", "x1 2021 2 nan"),
        ([[[1.0, 1.0], [2.0, math.inf]]], {"years": [2020, 2021]}, "decomposition_value", "x1 2021 2 inf"),
        (
            [[[1.0], [-2.0]]],
            {"years": [2020, 2021], "factors": ["P"], "labels": ["coal"]},
            "decomposition_value",
            "P coal -2",
        ),
        ([[[1.0], [2.0]]], {"years": [2020, 2021], "values": [[1.0], [-2.0]]}, "decomposition_value", "V 2021 -2"),
        ([[[1.0], [2.0]]], {"years": [2020, 2021], "values": [[1.0], [2.1]]}, "decomposition_product", "2021 2.1"),
        ([[[1.0], [0.0]]], {"years": [2020, 2021], "form": "multiplicative"}, "decomposition_zero_total", "2021"),
        ([[[1.0], [0.0]]], {"years": [2020, 2021], "method": "II"}, "decomposition_zero_total", "2021"),
        ([[1.0, 2.0]], {"years": [2020, 2021]}, "decomposition_shape", "2"),
        ([[[1.0, 2.0], [3.0]]], {"years": [2020, 2021]}, "series_not_numbers", "decomposition"),
        ([[[1.0], ["much"]]], {"years": [2020, 2021]}, "series_not_numbers", "decomposition"),
        ([[[1.0], [2.0]]], {"years": [2020, 2021], "values": [[1.0]]}, "decomposition_shape", "1"),
        (
            [[[math.nan, 1.0], [2.0, 1.0]]],
            {"years": [2020, 2021], "values": [[0, 1], [2, 1]]},
            "decomposition_lost",
            "2021 1",
        ),
    ],
)
def test_bad_input_is_named(x: Any, rest: dict[str, Any], key: str, said: str) -> None:
    with pytest.raises(DafengError) as error:
        lmdi(x, **rest)
    assert error.value.key == key
    assert all(part in error.value.text("en") for part in said.split())


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_the_logarithmic_mean_of_what_has_none(bad: float) -> None:
    with pytest.raises(DafengError) as error:
        log_mean([1.0, bad], [1.0, 2.0])
    assert error.value.key == "log_mean"


def test_unknown_method() -> None:
    with pytest.raises(UnknownName, match="III"):
        lmdi([[[1.0], [2.0]]], (2020, 2021), method="III")
    with pytest.raises(UnknownName, match="addative"):
        lmdi([[[1.0], [2.0]]], (2020, 2021), form="addative")


def test_between_needs_the_base_where_it_is_fixed() -> None:
    found = lmdi([[[1.0], [2.0], [4.0]]], (2020, 2021, 2022), chained=False)
    assert found.between(2020, 2022) == {"x1": 3.0}
    with pytest.raises(DafengError):
        found.between(2021, 2022)
    with pytest.raises(DafengError):
        found.between(2020, 2030)
