"""The structured interior point method finds what simplex finds, and nothing where there is nothing to find."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.pathway.power.nation import few_days, inputs_of, nation
from tests.pathway.two_nodes import some_days, system

from dafeng.pathway import interior_batches, interior_blocks, interior_fronts, interior_tree
from dafeng.pathway.acceptance import EXACT, Accuracy
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.certificate import certify
from dafeng.pathway.interior import _Run, block_of_columns
from dafeng.pathway.interior_form import Form
from dafeng.pathway.interior_fronts import Factors
from dafeng.pathway.interior_tree import make_tree, minimum_degree
from dafeng.pathway.model import Model, build
from dafeng.pathway.outcome import Interrupted, NotSolved, Solution
from dafeng.pathway.power.build import power_system
from dafeng.pathway.recipes import DUAL_SIMPLEX, STRUCTURED_INTERIOR
from dafeng.pathway.solvers import Progress, Session
from dafeng.pathway.system import Array, Places
from dafeng.pathway.telling import tell_nobody

FINE = Accuracy.of(1e-7)


def blocks(seed: int, *, count: int = 4, free: bool = False, repeated: bool = False) -> tuple[LinearProgram, Places]:
    """Blocks of 6 rows and 10 columns, joined by 3 capacities and a limit; feasible and bounded by construction."""
    random = np.random.default_rng(seed)
    lp = LinearProgram("blocks")
    capacity = lp.columns("capacity", (3,), lower=0.5, upper=50.0, cost=random.uniform(1, 3, 3))
    lower = np.where(random.random((count, 10)) < 0.2, -np.inf, 0.0) if free else np.zeros((count, 10))
    activity = lp.columns("activity", (count, 10), lower=lower, cost=random.uniform(0.5, 2, (count, 10)))
    inside = random.uniform(0, 2, (count, 10)) * (random.random((count, 10)) < 0.6)
    weights = random.normal(size=(6, 10)) * (random.random((6, 10)) < 0.5)
    met = inside @ weights.T
    for k in range(6):
        rows = lp.rows(f"balance {k}", (count,), [], lower=met[:, k], upper=met[:, k] + (0.0, 0.0, 1.0)[k % 3])
        lp.add(rows[:, None], weights[k], activity)
        if repeated and k < 2:
            again = lp.rows(f"again {k}", (count,), [], lower=met[:, k], upper=met[:, k])
            lp.add(again[:, None], weights[k], activity)
    within = lp.rows("within", (count, 10), [(1.0, activity), (-1.0, capacity[np.arange(10) % 3])], upper=0.0)
    if free:
        lp.add(within, 0.0, activity)
        lp.rows("least", (count, 10), [(1.0, activity), (1.0, capacity[np.arange(10) % 3])], lower=0.0)
    limit = lp.rows("limit", (), [], upper=float(inside.sum()) + 5.0)
    lp.add(limit, 1.0, activity.ravel())
    return lp, np.r_[np.full(3, -1), np.repeat(np.arange(count), 10)]


def solve_blocks(lp: LinearProgram, block: Places, accuracy: Accuracy) -> Solution:
    return Session(lp, block).solve((STRUCTURED_INTERIOR,), accuracy=accuracy)


def solve_interior(model: Model, accuracy: Accuracy) -> Solution:
    return solve_blocks(model.lp, block_of_columns(model), accuracy)


def exact(lp: LinearProgram) -> float:
    return Session(lp).solve((DUAL_SIMPLEX,), bound=False).objective


@pytest.mark.parametrize("free", [False, True])
@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_blocks_cost_what_simplex_says(seed: int, free: bool, repeated: bool) -> None:
    """Also with free columns, and with equations that stand there twice."""
    lp, block = blocks(seed, free=free, repeated=repeated)
    found = solve_blocks(lp, block, FINE)
    assert found.objective == pytest.approx(exact(lp), rel=1e-6)
    assert found.residuals.faults(FINE) == ()
    assert found.recipe == STRUCTURED_INTERIOR
    assert found.bound <= found.objective <= found.bound + 1e-5 * abs(found.objective)


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interior_blocks, "SHARED_BYTES", 0)
    found = []
    for threads in (1, 3):
        monkeypatch.setattr(interior_blocks, "cores", lambda threads=threads: threads)
        lp, block = blocks(0)
        found.append(solve_blocks(lp, block, FINE))
    assert np.array_equal(found[0].x, found[1].x)
    assert np.array_equal(found[0].y, found[1].y)


def test_blocks_need_not_be_alike() -> None:
    """A column more in one block, a block of one column, a column that no row has, no block at all."""
    lp, block = blocks(3)
    more = lp.columns("more", (2,), upper=[1.0, 2.0], cost=[-1.0, 1.0])
    alone = lp.columns("alone", (1,), upper=4.0, cost=-2.0)
    lp.add(lp.block("limit"), 1.0, more[0])
    lp.add(lp.block("balance 2")[0], -1.0, more[1])
    lp.rows("at most", (1,), [(2.0, alone)], upper=3.0)
    expected = exact(lp)
    for places in (np.r_[block, 0, 1, 4], np.full(lp.shape[1], -1)):
        assert solve_blocks(lp, places, FINE).objective == pytest.approx(expected, rel=1e-6)


def test_rows_of_one_column_keep_their_price() -> None:
    """A row fixes x, and another bounds y once x is fixed: both become bounds, and both get their multipliers back."""
    lp = LinearProgram("held")
    x, y, z = lp.columns("x", (), cost=1.0), lp.columns("y", (), cost=-1.0), lp.columns("z", (), cost=1.0)
    fixed = lp.rows("fixed", (), [(2.0, x)], lower=4.0, upper=4.0)
    most = lp.rows("most", (), [(1.0, x), (1.0, y)], upper=5.0)
    joined = lp.rows("joined", (), [(1.0, y), (1.0, z)], lower=4.0)
    found = solve_blocks(lp, np.array([0, 0, 0]), FINE)
    # x of 2 leaves 3 for y, and z must be 1; a unit of y earns 1 and spares a z; half an x more costs 1/2 and half a y
    assert found.value([x, y, z]) == pytest.approx([2.0, 3.0, 1.0], abs=1e-5)
    assert found.dual([fixed, most, joined]) == pytest.approx([(1.0 + 2.0) / 2.0, -2.0, 1.0], abs=1e-5)


def test_scales_go_there_and_back() -> None:
    """What the form says costs what the program says, and its equations are those of the program."""
    lp, _ = blocks(1)
    form, random = Form.of(lp, np.zeros(lp.shape[1], dtype=bool)), np.random.default_rng(0)
    scaled = random.uniform(0.1, 0.2, lp.shape[1])
    x, _ = form.original(scaled, np.zeros(lp.shape[0]))
    inside = np.clip(x / form.column / form.size, form.lower, form.upper)
    assert form.cost @ inside * form.price * form.size == pytest.approx(lp.cost @ x)
    assert form.matrix @ inside / form.row * form.size == pytest.approx(lp.matrix() @ x)


@pytest.mark.parametrize("stretches", [0, 6, 1000])
@pytest.mark.parametrize("wide", [1, 8, 1000])
@pytest.mark.parametrize("product", [1e-9, 1e-7, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_factors_solve_what_they_are_factors_of(
    seed: int, product: float, wide: int, stretches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against dense linear algebra, with narrow fronts, wide ones and both; all, some and none of them joined.

    What fronts leave is added row by row, by stretches, and by either.
    """
    monkeypatch.setattr(interior_batches, "WIDE", wide)
    monkeypatch.setattr(interior_fronts, "STRETCHES", stretches)
    monkeypatch.setattr(interior_tree, "BROAD", 4)
    monkeypatch.setattr(interior_tree, "FRONT", 0.0)
    monkeypatch.setattr(interior_tree, "PRODUCT", product)
    random = np.random.default_rng(seed)
    inner, total, count = 40, 46, 3
    sign = np.where(random.random(total) < 0.5, -1.0, 1.0)
    there = np.triu(random.random((total, total)) < 0.1, 1) & (sign[:, None] != sign)
    there[inner:, inner:] = False
    rows, columns = np.nonzero(there)
    values = random.normal(size=(len(rows), count))
    diagonal = random.uniform(0.1, 1, (inner, count)) * sign[:inner, None]
    own = (rows < inner) & (columns < inner)
    tree = make_tree(inner, total, rows, columns, sign, minimum_degree(inner, rows[own], columns[own]))
    factors, order = Factors(tree, values), np.r_[tree.order, np.arange(inner, total)]
    left, right = np.zeros((count, 6, 6)), random.normal(size=(total, count))

    def take(one: int, added: Array) -> None:
        left[one] = added

    factors.factor(diagonal[tree.order], take)
    solved = right[order]
    factors.forward(solved)
    reduced = solved[inner:].copy()
    solved[inner:] = outside = random.normal(size=(6, count))
    factors.backward(solved)
    solved[order] = solved.copy()
    for b in range(count):
        whole = dense(total, rows, columns, values[:, b], diagonal[:, b])
        middle, edge = whole[:inner, :inner], whole[inner:, :inner]
        below = np.tril(-edge @ np.linalg.solve(middle, edge.T))
        assert np.tril(left[b]) == pytest.approx(below, abs=1e-8)
        assert reduced[:, b] == pytest.approx(right[inner:, b] - edge @ np.linalg.solve(middle, right[:inner, b]))
        expected = np.linalg.solve(middle, right[:inner, b] - edge.T @ outside[:, b])
        assert solved[:inner, b] == pytest.approx(expected, abs=1e-8)


def test_threads_share_a_large_front_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One front of 70 of which 50 are eliminated, 16 rows at a time: what is left is the Schur complement."""
    monkeypatch.setattr(interior_fronts, "TALL", 16)
    monkeypatch.setattr(interior_fronts, "BELOW", 8)
    random, sign = np.random.default_rng(0), np.repeat([-1.0, 1.0], [20, 30])
    across = random.normal(size=(20, 30))
    square = np.diag(np.r_[sign * random.uniform(1, 2, 50), np.zeros(20)])
    square[:20, 20:50], square[20:50, :20] = across, across.T
    square[50:, :50] = random.normal(size=(20, 50))
    square[:50, 50:] = square[50:, :50].T
    expected = np.tril(-square[50:, :50] @ np.linalg.solve(square[:50, :50], square[:50, 50:]))
    found = []
    for threads in (1, 3):
        panel, rest = square[:, :50].copy(), square[50:, 50:].copy()
        lower, left = interior_fronts._eliminated(panel, rest, sign, threads)
        lower, rest = np.tril(lower), np.tril(rest)
        assert lower * sign @ lower.T == pytest.approx(square[:50, :50], abs=1e-9)
        assert rest == pytest.approx(expected, abs=1e-9)
        found.append((lower, left, rest))
    assert all(np.array_equal(one, other) for one, other in zip(*found, strict=True))


def dense(size: int, rows: Places, columns: Places, values: Array, diagonal: Array) -> Array:
    found = np.zeros((size, size))
    found[rows, columns] = values
    found += found.T
    found[np.arange(len(diagonal)), np.arange(len(diagonal))] = diagonal
    return found


def test_where_nothing_is_feasible_nothing_is_found() -> None:
    lp, block = blocks(0)
    lp.set_row_bounds(lp.block("limit"), upper=-1.0)
    with pytest.raises(NotSolved) as refused:
        solve_blocks(lp, block, Accuracy.of(1e-5))
    assert refused.value.attempts[0].faults
    assert not hasattr(refused.value, "x")


def test_bounds_that_cross_are_no_solution() -> None:
    """Two rows of one column that exclude each other."""
    lp, block = blocks(0)
    lp.rows("at least", (), [(1.0, lp.block("capacity")[0])], lower=10.0)
    lp.rows("at most", (), [(1.0, lp.block("capacity")[0])], upper=9.0)
    with pytest.raises(NotSolved):
        solve_blocks(lp, block, Accuracy.of(1e-5))


def test_where_cost_has_no_bound_nothing_is_found() -> None:
    lp, block = blocks(0)
    lp.columns("gift", (1,), cost=-1.0)
    with pytest.raises(NotSolved):
        solve_blocks(lp, np.r_[block, 0], Accuracy.of(1e-5))


def test_rows_that_contradict_by_a_rounding_end_with_the_best_point() -> None:
    """5 and 5.0001 at once: a relative gap of 7e-5 stays. It counts where 1e-3 is asked for and not where 1e-5 is."""
    lp, block = blocks(0)
    for name, value in (("once", 5.0), ("again", 5.0001)):
        lp.rows(name, (), [(1.0, lp.block("capacity")[0])], lower=value, upper=value)
    found = solve_blocks(lp, block, Accuracy.of(1e-3))
    assert found.gap <= 2e-4
    assert found.attempts[0].iterations["ipm"] < 40
    with pytest.raises(NotSolved):
        solve_blocks(lp, block, Accuracy.of(1e-5))


@pytest.mark.parametrize(("share", "reaches"), [(0.985, True), (0.995, False)])
def test_slow_progress_is_progress(share: float, reaches: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundredth and a half nearer each time is a fifth in fifteen; half a hundredth is less than a tenth."""
    lp, block = blocks(0)
    far = (share**k for k in range(1000))
    monkeypatch.setattr(_Run, "_measure", lambda _run: next(far))
    monkeypatch.setattr(_Run, "_iterate", lambda _run: 1.0)
    run = _Run(Form.of(lp, block < 0), block)
    assert run.go(0.2, tell_nobody) == reaches
    assert run.iterations == (107 if reaches else 16)


@cache
def two_nodes() -> Model:
    return build(system(some_days(4)))


def test_a_model_with_storage_between_days() -> None:
    """Cost, limits' prices and the certificate are those of simplex."""
    model = two_nodes()
    found, reference = solve_interior(model, Accuracy.of(1e-6)), Session(model.lp).solve((DUAL_SIMPLEX,))
    assert found.objective == pytest.approx(reference.objective, rel=1e-6)
    assert found.dual(model.limits) == pytest.approx(reference.dual(model.limits), rel=1e-3, abs=1e-6)
    proved = certify(model, found)
    assert proved.holds
    assert 0 <= proved.gap + 1e-9 <= 1e-5


def test_the_balance_of_a_stock_is_taken_less_that_of_the_period_before() -> None:
    """Coal of 30 years is not retired in the horizon: K[y] - K[y-1] = n[y] has three entries, not up to four."""
    model = two_nodes()
    lp, block = model.lp, block_of_columns(model)
    rows = lp.block("stock")[0]
    assert np.diff(lp.matrix().tocsr().indptr)[rows].tolist() == [2, 3, 4]
    form = Form.of(lp, block < 0)
    assert np.diff(form.matrix.indptr)[rows].tolist() == [2, 3, 3]
    point, prices = np.random.default_rng(0).normal(size=(2, max(lp.shape)))
    in_form, x, y = point[: lp.shape[1]], point[: lp.shape[1]] * form.column * form.size, prices[: lp.shape[0]]
    change = (lp.matrix() @ x)[rows]
    change[1:] -= change[:-1].copy()
    assert (form.matrix @ in_form / form.row * form.size)[rows] == pytest.approx(change)
    # a price of the change of a period is one of its own balance, and the opposite of the balance before
    price = (y * form.price * form.row)[rows]
    _, original = form.original(in_form, y)
    assert original[rows] == pytest.approx(price - np.append(price[1:], 0.0))


@cache
def real_nation() -> Model:
    case = nation(periods=(2025, 2030), foresight="perfect", co2_cap={2025: 5500.0, 2030: 3500.0})
    return build(power_system(case, inputs_of("nation", case.periods), few_days(count=4)))


def test_the_real_nation_over_two_periods() -> None:
    model = real_nation()
    found, reference = (
        solve_interior(model, Accuracy.of(1e-5)),
        Session(model.lp).solve((DUAL_SIMPLEX,), accuracy=EXACT),
    )
    assert found.residuals.faults(Accuracy.of(1e-5)) == ()
    assert found.objective == pytest.approx(reference.objective, rel=1e-5)
    proved = certify(model, found)
    assert proved.holds
    assert proved.bound <= reference.objective * (1 + 1e-9)
    assert proved.cost >= reference.objective * (1 - 1e-9)
    assert proved.gap <= 1e-5


def test_blocks_of_a_model_are_its_days() -> None:
    model = two_nodes()
    block, steps = block_of_columns(model), model.system.steps
    assert np.array_equal(np.unique(block), np.arange(-1, len(steps.firsts)))
    assert np.array_equal(block[model.columns.activity], np.broadcast_to(steps.place, model.columns.activity.shape))
    c = model.columns
    for border in (c.capacity, c.build, c.net, c.least, c.span, c.carried):
        assert (block[border[border >= 0]] == -1).all()


def test_progress_is_told_and_what_it_raises_ends_the_run() -> None:
    model = two_nodes()
    session, told = Session(model.lp, block_of_columns(model)), list[Progress]()
    found = session.solve((STRUCTURED_INTERIOR,), progress=told.append)
    shares = [now.share for now in told if now.share is not None]
    assert len(shares) == len(told) >= found.attempts[-1].iterations["ipm"] > 5
    assert {now.recipe for now in told} == {"structured_interior"}
    assert shares[0] == 0 < shares[-1] < 1
    heard: list[Progress] = []

    def listen(now: Progress) -> None:
        heard.append(now)
        if len(heard) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.solve((STRUCTURED_INTERIOR,), progress=listen)
    assert len(heard) == 3


@pytest.mark.parametrize("how", [{"cancel": lambda: True}, {"time_limit": 1e-6}])
def test_who_cancels_or_runs_out_of_time_gets_no_solution(how: dict[str, Any]) -> None:
    model = two_nodes()
    with pytest.raises(Interrupted) as ended:
        Session(model.lp, block_of_columns(model)).solve((STRUCTURED_INTERIOR, DUAL_SIMPLEX), **how)
    assert ended.value.attempts[-1].faults == ("status",)


def test_an_attempt_says_what_was_measured() -> None:
    model = two_nodes()
    found = solve_interior(model, Accuracy.of(1e-5)).attempts[-1]
    assert found.residuals is not None
    assert found.residuals.gap <= 5e-6
    assert found.text().startswith("structured_interior: solver=structured_interior, ipm_optimality_tolerance=5e-06")
    assert f"ipm {found.iterations['ipm']}" in found.text()
