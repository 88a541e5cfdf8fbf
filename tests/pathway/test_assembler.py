"""Blocks of columns, rows and terms become the matrix that was meant, and refuse what cannot be meant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.catalog import LANGUAGES, UnknownName
from dafeng.pathway.assembler import ABSENT, LinearProgram, RefusedModel
from dafeng.pathway.ranges import Range, Ranges, ranges, together
from dafeng.pathway.solvers import solve

PLANTS = ("wind", "coal")
HOURS = ("h0", "h1", "h2")


def dispatch(load: tuple[float, ...] = (60.0, 80.0, 40.0)) -> tuple[LinearProgram, Any, Any]:
    """Wind 50 MW at 10, coal 100 MW at 30 per MWh, a load per hour."""
    lp = LinearProgram("dispatch")
    power = lp.columns("power", (2, 3), 0, [[50.0], [100.0]], [[10.0], [30.0]], axes=(PLANTS, HOURS))
    balance = lp.rows("balance", (3,), lower=load, upper=load, axes=(HOURS,))
    lp.add(balance, 1.0, power)
    return lp, power, balance


def test_matrix_by_hand() -> None:
    lp = LinearProgram()
    capacity = lp.columns("capacity", (2,), cost=[3.0, 4.0])
    power = lp.columns("power", (2, 3), upper=9.0)
    lp.rows("limit", (2, 3), [(1.0, power), ([[-0.5], [-1.0]], capacity[:, None])], upper=0.0)
    total = lp.rows("total", (), lower=5.0)
    lp.add(total, [1.0, 0.0, 2.0], power)
    expected = np.zeros((7, 8))
    for plant in range(2):
        for hour in range(3):
            expected[plant * 3 + hour, 2 + plant * 3 + hour] = 1.0
            expected[plant * 3 + hour, plant] = (-0.5, -1.0)[plant]
    expected[6, 2:] = [1, 0, 2, 1, 0, 2]
    matrix = lp.matrix()
    assert np.array_equal(matrix.toarray(), expected)
    assert matrix.nnz == np.count_nonzero(expected)  # the zero coefficient is no entry
    assert matrix.indices.dtype == matrix.indptr.dtype == np.int32
    assert lp.cost.tolist() == [3, 4, 0, 0, 0, 0, 0, 0]
    assert lp.upper.tolist() == [np.inf, np.inf, *[9.0] * 6]
    assert lp.row_lower.tolist() == [*[-np.inf] * 6, 5.0]


def test_same_column_twice_in_a_row_is_one_entry() -> None:
    lp = LinearProgram()
    x = lp.columns("x", (2,))
    row = lp.rows("row", (), [(1.0, x[0]), (2.5, x[0]), (1.0, x[1]), (-1.0, x[1])])
    matrix = lp.matrix()
    assert matrix.nnz == 1
    assert matrix[row, 0] == 3.5


def test_absent_column_is_no_term() -> None:
    lp = LinearProgram()
    x = lp.columns("x", (2,))
    where = np.array([x[0], ABSENT, x[1]])
    lp.rows("row", (3,), [(1.0, where)], lower=0.0)
    assert lp.matrix().toarray().tolist() == [[1, 0], [0, 0], [0, 1]]


def test_extra_axes_of_the_columns_are_summed() -> None:
    lp = LinearProgram()
    x = lp.columns("x", (2, 2, 24))
    days = lp.rows("day", (2, 2))
    lp.add(days[..., None], 1.0, x)
    assert np.array_equal(lp.matrix().toarray(), np.kron(np.eye(4), np.ones((1, 24))))


def test_terms_after_the_matrix_was_read() -> None:
    lp, power, balance = dispatch()
    lp.matrix()
    extra = lp.columns("extra", (3,), cost=1.0)
    lp.rows("cut", (), [(1.0, extra[0])], upper=2.0)
    lp.add(balance, 2.0, extra)
    lp.add(balance[:1], -1.0, power[0, :1])
    whole = np.zeros((4, 9))
    whole[:3, :6] = np.tile(np.eye(3), 2)
    whole[:3, 6:] = 2 * np.eye(3)
    whole[3, 6] = 1.0
    whole[0, 0] = 0.0
    assert np.array_equal(lp.matrix().toarray(), whole)
    assert lp.matrix().nnz == np.count_nonzero(whole)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_any_terms_against_a_dense_matrix(rows: int, columns: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    lp = LinearProgram()
    lp.columns("x", (columns,))
    lp.rows("r", (rows,))
    dense = np.zeros((rows, columns))
    for _ in range(6):
        count = int(random.integers(0, 8))
        at, of = random.integers(0, rows, count), random.integers(-1, columns, count)
        value = random.integers(-2, 3, count).astype(float)
        lp.add(at, value, of)
        np.add.at(dense, (at[of >= 0], of[of >= 0]), value[of >= 0])
        if random.random() < 0.3:
            lp.matrix()
    assert np.array_equal(lp.matrix().toarray(), dense)
    assert lp.matrix().nnz == np.count_nonzero(dense)


def test_names() -> None:
    lp, power, balance = dispatch()
    lp.columns("none", (0, 4))
    lp.columns("alone", ())
    assert lp.column_name(power[1, 2]) == "power[coal,h2]"
    assert lp.row_name(balance[1]) == "balance[h1]"
    assert lp.column_name(6) == "alone"
    assert np.array_equal(lp.block("power"), power)
    assert np.array_equal(lp.block("balance"), balance)
    with pytest.raises(UnknownName, match="balance|power"):
        lp.block("powr")


def test_labels_are_made_only_when_asked_for() -> None:
    class Label:
        made = 0

        def __str__(self) -> str:
            Label.made += 1
            return "x"

    lp = LinearProgram()
    lp.columns("x", (5,), axes=([Label()] * 5,))
    lp.matrix()
    assert Label.made == 0
    assert lp.column_name(0) == "x[x]"
    assert Label.made == 1


REFUSED: list[tuple[str, Any, tuple[str, ...]]] = [
    ("lp_not_a_number", lambda lp, _: lp.columns("new", (2,), lower=[0, np.nan], axes=(PLANTS,)), ("new[coal]", "lower")),
    ("lp_not_a_number", lambda lp, _: lp.columns("new", (2,), cost=[np.inf, 0], axes=(PLANTS,)), ("new[wind]", "cost")),
    ("lp_not_a_number", lambda lp, p: lp.rows("new", (2, 3), [(1.0, p), ([[1.0], [np.nan]], p)]), ("new[1,0]",)),
    ("lp_not_a_number", lambda lp, p: lp.add(lp.block("balance"), [1, 1, np.inf], p), ("balance[h2]", "coefficient")),
    ("lp_not_a_number", lambda lp, p: lp.set_cost(p[1], [1.0, np.nan, 1.0]), ("power[coal,h1]", "cost")),
    ("lp_not_a_number", lambda lp, _: lp.set_row_bounds(lp.block("balance"), [1.0, 2.0, np.nan]), ("balance[h2]",)),
    ("lp_bounds_crossed", lambda lp, _: lp.columns("new", (2,), lower=2.0, upper=[3.0, 1.0]), ("new[1]", "2.0", "1.0")),
    ("lp_bounds_crossed", lambda lp, _: lp.columns("new", (), lower=np.inf), ("new", "inf")),
    ("lp_bounds_crossed", lambda lp, _: lp.rows("new", (1,), lower=1.0, upper=0.0), ("new[0]",)),
    ("lp_bounds_crossed", lambda lp, p: lp.set_bounds(p[0], lower=60.0), ("power[wind,h0]", "60.0", "50.0")),
    ("lp_shape", lambda lp, _: lp.columns("new", (2,), upper=[1.0, 2.0, 3.0]), ("new", "upper", "(3,)", "(2,)")),
    ("lp_shape", lambda lp, p: lp.rows("new", (3,), [(1.0, p)]), ("new", "term", "(2, 3)", "(3,)")),
    ("lp_shape", lambda lp, p: lp.rows("new", (2,), [(1.0, p)]), ("new", "term")),
    ("lp_shape", lambda lp, p: lp.add(lp.block("balance"), [1.0, 2.0], p), ("balance", "(2,)")),
    ("lp_shape", lambda lp, p: lp.set_cost(p, [1.0, 2.0]), ("(2,)", "(2, 3)")),
    ("lp_axes", lambda lp, _: lp.columns("new", (2, 3), axes=(PLANTS, PLANTS)), ("new", "(2, 2)", "(2, 3)")),
    ("lp_block_twice", lambda lp, _: lp.columns("power", (2,)), ("power",)),
    ("lp_number", lambda lp, _: lp.add(lp.block("balance"), 1.0, [0, 1, 6]), ("6",)),
    ("lp_number", lambda lp, p: lp.add([0, 3], 1.0, p[0, :2]), ("3",)),
    ("lp_number", lambda lp, p: lp.add([-1], 1.0, p[0, :1]), ("-1",)),
    ("lp_number", lambda lp, _: lp.set_bounds([ABSENT], 0.0), ("-1",)),
    ("lp_number", lambda lp, _: lp.rows("new", (1,), [(1.0, [0.5])]), ("float64",)),
    ("lp_no_entry", lambda lp, p: lp.set_coefficients(0, p[0, 1], 2.0), ("balance[h0]", "power[wind,h1]")),
    ("lp_not_a_number", lambda lp, p: lp.set_coefficients(0, p[0, 0], 0.0), ("balance[h0] x power[wind,h0]",)),
]  # fmt: skip


@pytest.mark.parametrize(("key", "do", "said"), REFUSED)
def test_refused_by_name_and_nothing_is_changed(key: str, do: Any, said: tuple[str, ...]) -> None:
    lp, power, _ = dispatch()
    before = [array.copy() for array in (lp.lower, lp.upper, lp.cost, lp.row_lower, lp.row_upper)]
    with pytest.raises(RefusedModel) as error:
        do(lp, power)
    assert error.value.key == key
    for language in LANGUAGES:
        text = error.value.text(language)
        assert all(part in text for part in said), text
    after = (lp.lower, lp.upper, lp.cost, lp.row_lower, lp.row_upper)
    assert all(np.array_equal(was, now) for was, now in zip(before, after, strict=True))
    assert lp.matrix().nnz == 6
    assert solve(lp).objective == pytest.approx(50 * 10 * 2 + 40 * 10 + 10 * 30 + 30 * 30)


def test_ranges_name_the_extremes_and_warn_as_data() -> None:
    lp, power, balance = dispatch()
    lp.set_coefficients(balance[1], power[1, 1], 1e-7)
    lp.set_cost(power[1, 2], 4e4)
    found = ranges(lp)
    assert (found.matrix.smallest, found.matrix.largest) == (1e-7, 1.0)
    assert found.matrix.at_smallest == "balance[h1] x power[coal,h1]"
    assert (found.cost.smallest, found.cost.largest, found.cost.at_largest) == (10.0, 4e4, "power[coal,h2]")
    assert (found.bound.smallest, found.bound.largest) == (50.0, 100.0)  # zero and infinite bounds are none
    assert (found.right_side.smallest, found.right_side.at_smallest) == (40.0, "balance[h2]")
    assert found.wide() == ()
    assert found.wide(1e6) == (found.matrix,)
    for language in LANGUAGES:
        assert "1.0e-07" in found.text(language)


def test_ranges_in_a_line_and_in_words_of_warning() -> None:
    """Of several programs the widest, part by part; a part without numbers does not count."""
    one = Ranges(Range("matrix", 1e-7, 1.0, "a", "b"), Range("cost", 2.0, 4e4), Range("bound"), Range("right_side"))
    other = Ranges(
        Range("matrix", 0.1, 300.0, "c", "d"), Range("cost", 3.0, 5.0), Range("bound", 1.0, 2.0), one.right_side
    )
    found = together([one, other])
    assert found.matrix == Range("matrix", 1e-7, 300.0, "a", "d")
    assert (found.cost.smallest, found.cost.largest) == (2.0, 4e4)
    assert (found.bound.smallest, found.bound.largest) == (1.0, 2.0)
    line = "Ranges of coefficients (sizes): matrix 1e-07…3e+02, costs 2e+00…4e+04, bounds 1e+00…2e+00, right sides –"
    assert found.line("en") == line
    (said,) = found.warnings("en")
    assert said.startswith("Warning: numbers are more than 1e+09 times apart")
    assert said.endswith("matrix: 1.0e-07 (a) to 3.0e+02 (d)")
    assert other.warnings() == ()
    for language in LANGUAGES:
        assert "1e-07…3e+02" in found.line(language)
        assert "1.0e-07" in found.warnings(language)[0]


def test_ranges_of_an_empty_part() -> None:
    lp = LinearProgram()
    lp.columns("x", (2,))
    assert ranges(lp).matrix.spread == 1.0
    assert ranges(lp).wide(1.0) == ()
