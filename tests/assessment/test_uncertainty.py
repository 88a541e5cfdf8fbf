"""Approach 1, Monte Carlo and key categories, against their definitions and against each other."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.accounts import Figure, Inventory, InventoryLine
from dafeng.assessment.default_uncertainty import inventory_lines
from dafeng.assessment.key_categories import key_level, key_trend
from dafeng.assessment.monte_carlo import monte_carlo
from dafeng.assessment.uncertainty import (
    EXACT,
    KINDS,
    SIGMAS,
    Lines,
    Spread,
    approach_1,
    combine,
    product_half,
    sum_half,
    trend_table,
)
from dafeng.catalog import DafengError, UnknownName

AMOUNTS = st.lists(st.floats(1, 1e6), min_size=1, max_size=12)


def lines(amounts: Any, *, activity: Any = EXACT, coefficient: Any = EXACT, **rest: Any) -> Lines:
    n = len(amounts)
    return Lines(
        rest.pop("category", ("all",) * n),
        np.asarray(amounts, dtype=float),
        np.ones(n),
        activity if isinstance(activity, tuple) else (activity,) * n,
        coefficient if isinstance(coefficient, tuple) else (coefficient,) * n,
        **rest,
    )


# --- Approach 1 ---


def test_equations_3_1_and_3_2() -> None:
    assert product_half(0.03, 0.04) == pytest.approx(0.05)
    assert sum_half([100, 100], [0.05, 0.05]) == pytest.approx(0.05 / math.sqrt(2))
    assert sum_half([300, -100], [0.03, 0.12]) == pytest.approx(15 / 200)


@given(amounts=AMOUNTS, u=st.floats(0, 0.5), v=st.floats(0, 0.5))
def test_lines_on_their_own_are_the_two_equations(amounts: list[float], u: float, v: float) -> None:
    found = approach_1(lines(amounts, activity=Spread(u), coefficient=Spread(v)))
    assert found.half == pytest.approx(sum_half(amounts, [product_half(u, v)] * len(amounts)), abs=1e-15)
    assert found.total == pytest.approx(math.fsum(amounts))


@given(amounts=AMOUNTS, u=st.floats(0.001, 0.5))
def test_a_shared_coefficient_does_not_average_out(amounts: list[float], u: float) -> None:
    n = len(amounts)
    shared = approach_1(lines(amounts, coefficient=Spread(u), coefficient_key=("coal",) * n))
    apart = approach_1(lines(amounts, coefficient=Spread(u)))
    assert shared.half == pytest.approx(u)
    assert apart.half <= shared.half * (1 + 1e-12)
    between = approach_1(lines(amounts, coefficient=Spread(u), coefficient_key=("coal",) * n), rho=0.5)
    assert between.half**2 == pytest.approx((shared.half**2 + apart.half**2) / 2)


def test_shared_errors_cancel_where_signs_differ() -> None:
    """What is imported and stocked with one coefficient: only the net amount feels its error."""
    found = approach_1(lines([100, -100], coefficient=Spread(0.1), coefficient_key=("coal", "coal")))
    assert (found.total, found.half) == (0, 0)
    assert approach_1(lines([100, -100], coefficient=Spread(0.1))).half == math.inf


def test_categories() -> None:
    found = approach_1(lines([60, 20, 20], activity=Spread(0.1), category=("power", "steel", "steel")))
    assert found.categories["power"] == (60, pytest.approx(0.1))
    assert found.categories["steel"] == (40, pytest.approx(0.1 / math.sqrt(2)))
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.shares["power"] == pytest.approx(36 / 44)


@given(parts=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=10), rho=st.floats(0, 1))
def test_combine_against_the_covariance_matrix(parts: list[float], rho: float) -> None:
    keys = ["ab"[i % 2] for i in range(len(parts))]
    covariance = [
        [p * q * (1 if i == j else rho if keys[i] == keys[j] else 0) for j, q in enumerate(parts)]
        for i, p in enumerate(parts)
    ]
    assert combine(parts, keys, rho) == pytest.approx(math.sqrt(max(np.sum(covariance), 0)), rel=1e-6, abs=1e-4)


def test_an_inventory() -> None:
    rows = tuple(
        InventoryLine("1A1", flow, carrier, activity, 2.0, 2.0 * activity, "t_CO2", "id")
        for flow, carrier, activity in (("a", "coal", 10.0), ("b", "coal", 30.0), ("c", "gas", 5.0))
    )
    inventory = Inventory(Figure("CN", 2020, "co2_fuel", 90.0, "t_CO2"), rows)
    found = approach_1(inventory_lines(inventory, {"*": EXACT}, {"coal": Spread(0.05), "gas": Spread(0.1)}))
    assert found.total == inventory.total
    assert found.half == pytest.approx(math.hypot(80 * 0.05, 10 * 0.1) / 90)
    with pytest.raises(UnknownName, match="gas"):
        inventory_lines(inventory, {"*": EXACT}, {"coal": Spread(0.05)})


# --- table 3.2 ---

BASE = {"power": 500.0, "steel": 300.0, "cement": 200.0}
YEAR = {"power": 800.0, "steel": 350.0, "cement": 150.0, "hydrogen": 20.0}
ACTIVITY = {"power": 0.02, "steel": 0.05, "cement": 0.03, "hydrogen": 0.1}
FACTOR = {"power": 0.05, "steel": 0.1, "cement": 0.07, "hydrogen": 0.3}


def test_table_3_2_by_hand() -> None:
    """Power: C = 500 of 1000, D = 800 of 1320; columns I and J from the notes B and C of the table."""
    found = trend_table(BASE, YEAR, ACTIVITY, FACTOR)
    power = found.rows[0]
    assert power.combined == pytest.approx(math.hypot(0.02, 0.05))
    assert power.variance == pytest.approx((power.combined * 800 / 1320) ** 2)
    grown = (0.01 * 800 + 1320 - (0.01 * 500 + 1000)) / (0.01 * 500 + 1000) * 100
    assert power.type_a == pytest.approx(abs(grown - 32))
    assert power.type_b == 0.8
    assert power.by_factor == pytest.approx(power.type_a * 0.05)
    assert power.by_activity == pytest.approx(0.8 * 0.02 * math.sqrt(2))
    assert found.trend == pytest.approx(0.32)
    assert found.total_half == pytest.approx(math.sqrt(sum(r.variance for r in found.rows)))
    assert found.trend_half == pytest.approx(math.sqrt(sum(r.by_factor**2 + r.by_activity**2 for r in found.rows)))
    assert [r.category for r in found.rows] == ["power", "steel", "cement", "hydrogen"]
    assert found.rows[3].base == 0


def test_level_agrees_with_approach_1() -> None:
    both = lines(
        list(YEAR.values()),
        activity=tuple(Spread(ACTIVITY[c]) for c in YEAR),
        coefficient=tuple(Spread(FACTOR[c]) for c in YEAR),
        category=tuple(YEAR),
    )
    assert trend_table(BASE, YEAR, ACTIVITY, FACTOR).total_half == pytest.approx(approach_1(both).half)


def test_trend_agrees_with_monte_carlo() -> None:
    """Factors shared between the years, activities drawn anew: the two approaches meet where errors are small."""
    small = {name: value / 5 for name, value in ACTIVITY.items()}, {name: value / 5 for name, value in FACTOR.items()}
    names = [*BASE, *YEAR]
    both = lines(
        [*BASE.values(), *YEAR.values()],
        category=("base",) * 3 + ("year",) * 4,
        activity=tuple(Spread(small[0][c]) for c in names),
        coefficient=tuple(Spread(small[1][c]) for c in names),
        coefficient_key=tuple(names),
    )
    change = monte_carlo(both, 40_000, seed=3).change("year", "base")
    found = trend_table(BASE, YEAR, *small)
    assert change.value == pytest.approx(found.trend)
    assert SIGMAS * change.deviation == pytest.approx(found.trend_half, rel=0.04)


def test_correlation_flags() -> None:
    anew = trend_table(BASE, YEAR, ACTIVITY, FACTOR, factor_correlated=False)
    assert anew.rows[0].by_factor == pytest.approx(0.8 * 0.05 * math.sqrt(2))
    one = trend_table(BASE, YEAR, ACTIVITY, FACTOR, activity_correlated={**dict.fromkeys(YEAR, False), "power": True})
    assert one.rows[0].by_activity == pytest.approx(one.rows[0].type_a * 0.02)
    assert one.rows[1].by_activity == anew.rows[1].by_activity


@pytest.mark.parametrize(
    ("base", "year", "missing"), [({}, YEAR, False), (BASE, {"power": 0.0}, False), (BASE, YEAR, True)]
)
def test_bad_tables(base: dict[str, float], year: dict[str, float], missing: bool) -> None:
    with pytest.raises(DafengError):
        trend_table(base, year, {} if missing else ACTIVITY, FACTOR)


# --- Monte Carlo ---


def drawn(spread: Spread, n: int = 1, draws: int = 200_000) -> Any:
    return monte_carlo(lines([1.0] * n, activity=spread), draws, seed=7)


@pytest.mark.parametrize("kind", KINDS)
def test_half_is_that_of_the_95_percent_interval(kind: str) -> None:
    found = drawn(Spread(0.2, kind)).total
    assert found.mean == pytest.approx(1, abs=0.001)
    if kind == "lognormal":
        assert SIGMAS * found.deviation == pytest.approx(0.2, rel=0.01)
        assert found.high - 1 > 1 - found.low
    else:
        assert (found.low, found.high) == pytest.approx((0.8, 1.2), abs=0.003)


def test_an_uneven_triangle() -> None:
    spread = Spread(kind="triangular", edges=(-0.1, 0.5))
    samples = drawn(spread).samples
    assert 0.9 <= samples.min() < samples.max() <= 1.5
    assert samples.mean() == pytest.approx(1 + 0.4 / 3, abs=0.001)
    assert SIGMAS * samples.std() == pytest.approx(spread.propagated, rel=0.01)
    share_below_the_mode = (samples < 1).mean()
    assert share_below_the_mode == pytest.approx(0.1 / 0.6, abs=0.003)


@pytest.mark.parametrize("block_mb", [0.001, 0.05, 1.0, 100.0])
def test_blocks_do_not_change_the_result(block_mb: float) -> None:
    mixed = lines(
        range(1, 9),
        activity=tuple(Spread(0.1, KINDS[i % 4]) for i in range(8)),
        coefficient=tuple(Spread(0.1, KINDS[(i + 1) % 4]) if i else EXACT for i in range(8)),
        category=("a", "b", "a", "b", "c", "a", "c", "b"),
        coefficient_key=("", "", "x", "", "", "", "x", ""),
    )
    whole = monte_carlo(mixed, 500, seed=11)
    found = monte_carlo(mixed, 500, seed=11, block_mb=block_mb)
    assert np.array_equal(found.samples, whole.samples)
    assert found.total == whole.total


def test_same_seed_same_result() -> None:
    one = lines([1.0, 2.0], activity=Spread(0.1))
    assert np.array_equal(monte_carlo(one, 50, seed=1).samples, monte_carlo(one, 50, seed=1).samples)
    assert not np.array_equal(monte_carlo(one, 50, seed=1).samples, monte_carlo(one, 50, seed=2).samples)


def test_categories_add_up_to_the_total() -> None:
    found = monte_carlo(lines([1, 2, 3, -1], activity=Spread(0.1), category=("a", "b", "a", "c")), 1000)
    assert sum(found.by_category.values()) == pytest.approx(found.samples)
    assert {name: s.value for name, s in found.categories.items()} == {"a": 4, "b": 2, "c": -1}


def test_shared_errors_are_drawn_once() -> None:
    shared = monte_carlo(lines([1.0] * 50, coefficient=Spread(0.1), coefficient_key=("coal",) * 50), 20_000)
    apart = monte_carlo(lines([1.0] * 50, coefficient=Spread(0.1)), 20_000)
    assert shared.total.half == pytest.approx(0.1, rel=0.03)
    assert apart.total.half == pytest.approx(0.1 / math.sqrt(50), rel=0.05)


def test_approach_1_and_2_agree_for_small_errors() -> None:
    rng = np.random.default_rng(4)
    n = 200
    big = lines(
        rng.lognormal(size=n),
        activity=Spread(0.05),
        coefficient=Spread(0.03, "lognormal"),
        coefficient_key=tuple(f"f{i % 8}" for i in range(n)),
    )
    assert monte_carlo(big, 20_000, seed=1).total.half == pytest.approx(approach_1(big).half, rel=0.03)


def test_memory_is_bounded_by_the_block() -> None:
    many = lines([1.0] * 2000, activity=Spread(0.1), coefficient=Spread(0.1))
    tracemalloc.start()
    monte_carlo(many, 4000, block_mb=8)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12e6  # all draws at once would be 64 MB for each side of the map


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda: Spread(-0.1), "uncertainty_spread"),
        (lambda: Spread(math.nan), "uncertainty_spread"),
        (lambda: Spread(kind="triangular", edges=(0.1, 0.5)), "uncertainty_spread"),
        (lambda: lines([1.0, math.nan]), "uncertainty_value"),
        (lambda: lines([]), "uncertainty_shape"),
        (lambda: lines([1.0], activity=(EXACT, EXACT)), "uncertainty_shape"),
        (lambda: monte_carlo(lines([1.0]), 1), "uncertainty_draws"),
        (
            lambda: monte_carlo(lines([1.0, 1.0], activity=(EXACT, Spread(0.1)), activity_key=("a", "a")), 10),
            "uncertainty_key",
        ),
        (lambda: monte_carlo(lines([1.0]), 10).change("all", "none"), "uncertainty_category"),
        (lambda: monte_carlo(lines([0.0]), 10).change("all", "all"), "uncertainty_zero_total"),
        (lambda: sum_half([1.0, 2.0], [0.1]), "uncertainty_shape"),
        (lambda: sum_half([1.0, -1.0], [0.1, 0.1]), "uncertainty_zero_total"),
        (lambda: sum_half([1.0, math.inf], [0.1, 0.1]), "uncertainty_number"),
        (lambda: combine([1.0, math.nan]), "uncertainty_number"),
        (lambda: combine([1.0, 2.0], ["a"]), "uncertainty_shape"),
        (lambda: combine([1.0, 2.0], rho=1.5), "uncertainty_rho"),
        (lambda: approach_1(lines([1.0]), rho=-0.1), "uncertainty_rho"),
        (lambda: trend_table({"a": math.nan}, {"a": 1.0}, {"a": 0.1}, {"a": 0.1}), "uncertainty_value"),
        (lambda: combine(["x"]), "series_not_numbers"),
    ],
)
def test_bad_input(make: Any, key: str) -> None:
    with pytest.raises(DafengError) as error:
        make()
    assert error.value.key == key
    assert error.value.text("ja")


def test_unknown_distribution() -> None:
    with pytest.raises(UnknownName, match="lognormal"):
        Spread(0.1, "log-normal")


# --- key categories ---


def test_level() -> None:
    found = key_level({"power": 600.0, "steel": 300.0, "forest": -60.0, "cement": 36.0, "other": 4.0})
    assert [(k.category, k.key) for k in found] == [
        ("power", True),
        ("steel", True),
        ("forest", True),
        ("cement", False),
        ("other", False),
    ]
    assert found[0].assessment == pytest.approx(0.6)
    assert [k.cumulative for k in found][-1] == pytest.approx(1)
    assert found[2].cumulative == pytest.approx(0.96)


def test_trend_against_equation_4_2() -> None:
    found = {k.category: k for k in key_trend(BASE, YEAR)}
    assert found["power"].assessment == pytest.approx(500 / 1000 * abs(300 / 500 - 0.32))
    assert found["cement"].assessment == pytest.approx(200 / 1000 * abs(-50 / 200 - 0.32))
    assert found["hydrogen"].assessment == pytest.approx(20 / 1000)
    assert sum(k.share for k in found.values()) == pytest.approx(1)


def test_trend_with_removals() -> None:
    """A sink that grew: equation 4.2 takes absolute values of the base and the sign of the change."""
    found = {
        k.category: k.assessment
        for k in key_trend({"power": 100.0, "forest": -20.0}, {"power": 100.0, "forest": -40.0})
    }
    assert found["forest"] == pytest.approx(20 / 120 * abs(-20 / 20 + 20 / 80))
    assert found["power"] == pytest.approx(100 / 120 * abs(0 + 20 / 80))


def test_all_grew_alike() -> None:
    assert not any(k.key for k in key_trend({"a": 1.0, "b": 2.0}, {"a": 2.0, "b": 4.0}))


def test_approach_2_weighs_with_uncertainty() -> None:
    year, halves = {"power": 900.0, "soils": 100.0}, {"power": 0.02, "soils": 2.0}
    assert key_level(year)[0].category == "power"
    found = key_level(year, halves)
    assert [(k.category, k.key) for k in found] == [("soils", True), ("power", False)]
    assert found[0].share == pytest.approx(0.2 / (0.2 + 0.018))
    with pytest.raises(UnknownName, match="soils"):
        key_level(year, {"power": 0.02})


@pytest.mark.parametrize(
    ("base", "year"), [({}, {}), ({"a": 1.0, "b": -1.0}, {"a": 1.0}), ({"a": math.nan}, {"a": 1.0})]
)
def test_key_categories_of_nothing(base: dict[str, float], year: dict[str, float]) -> None:
    with pytest.raises(DafengError):
        key_trend(base, year)


@given(amounts=AMOUNTS, unit=st.floats(0.1, 10))
def test_key_categories_do_not_depend_on_the_unit(amounts: list[float], unit: float) -> None:
    year = {f"c{n}": value for n, value in enumerate(amounts)}
    plain, scaled = key_level(year), key_level({name: unit * v for name, v in year.items()})
    assert {k.category: k.share for k in plain} == pytest.approx({k.category: k.share for k in scaled})
    assert plain[0].key
