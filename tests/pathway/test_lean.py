"""Leaving out what does not matter leaves the optimum as it is, for one program and for all that follow it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike

from dafeng.pathway import lean
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.lean import Lean
from dafeng.pathway.outcome import Infeasible, Unbounded
from dafeng.pathway.solvers import Session


def merit_order(load: float = 3.0, most: ArrayLike = (2.0, 5.0), ready: float = 0.0) -> LinearProgram:
    """Coal at 1 and gas at 4 per unit serve a load; a row of its own bounds each, and `ready` must stay idle of 7."""
    lp = LinearProgram("merit order")
    plants = lp.columns("plant", (2, 1), cost=np.array([[1.0], [4.0]]), axes=(["coal", "gas"], ["1"]))
    lp.rows("load", (1, 1), [(1.0, plants[[0]]), (1.0, plants[[1]])], lower=load, upper=load, axes=(["n"], ["1"]))
    lp.rows("most", (2, 1), [(1.0, plants)], upper=np.asarray(most)[:, None], axes=(["coal", "gas"], ["1"]))
    idle = lp.rows("reserve up", (1,), [], upper=7.0 - ready, axes=(["1"],))
    lp.add(idle[:, None], np.array([[1.0, 0.5]]), plants[:, 0][None, :])
    return lp


def solver_rows(found: Lean) -> int:
    """How many rows the solver sees."""
    assert found._core is not None
    return found._core._session.lp.shape[0]


def test_a_row_of_one_column_is_a_bound() -> None:
    """coal <= 2 and gas <= 5 are bounds, so only the load is a row: 2 from coal, 1 from gas, price of the load 4."""
    lp = merit_order()
    mine = Lean(lp)
    x, y = mine.solve(lp)
    assert x == pytest.approx([2.0, 1.0])
    assert solver_rows(mine) == 1
    assert y == pytest.approx([4.0, 0.0, 0.0, 0.0])


def test_a_row_with_others_at_their_least_bounds_each_of_its_columns() -> None:
    """x + 2 y <= 10 with x >= 4 bounds y by 3 (not 5): found by hand, (10 - 4) / 2."""
    lp = LinearProgram("implied")
    x = lp.columns("x", (), lower=4.0, upper=20.0)
    y = lp.columns("y", (), cost=-1.0)
    lp.rows("both", (), [(1.0, x), (2.0, y)], upper=10.0)
    _, upper = Lean(lp)._bounds(lp)
    assert upper == pytest.approx([10.0, 3.0])
    found, dual = Lean(lp).solve(lp)
    assert found == pytest.approx([4.0, 3.0])
    assert lp.cost @ found == pytest.approx(-3.0)
    assert dual == pytest.approx([0.0]), "the bound that it implies has the price"


def test_a_bound_is_not_implied_by_a_column_that_may_take_up_less_than_nothing() -> None:
    """x - y <= 2 says nothing of x while y is unbounded; taken at its least, y = 0 would make x <= 2."""
    lp = LinearProgram("open")
    x = lp.columns("x", (), upper=9.0, cost=-2.0)
    y = lp.columns("y", (), cost=1.0)
    lp.rows("difference", (), [(1.0, x), (-1.0, y)], upper=2.0)
    found, dual = Lean(lp).solve(lp)
    assert found == pytest.approx([9.0, 7.0])
    assert dual == pytest.approx([-1.0])


def test_a_rare_row_that_binds_comes_back() -> None:
    """With 5 of 7 ready, coal + gas / 2 <= 2 of a load of 3: coal 1, gas 2, cost 9 instead of 6."""
    lp = merit_order(ready=5.0)
    mine = Lean(lp, rare=("reserve",))
    x, y = mine.solve(lp)
    assert x == pytest.approx([1.0, 2.0])
    assert solver_rows(mine) == 2
    assert y == pytest.approx([7.0, 0.0, 0.0, -6.0]), (
        "a unit more of load: gas + 2, coal - 1; of room: 2 of coal for gas"
    )


def test_a_rare_row_is_left_out_until_it_binds_and_stays_from_then_on() -> None:
    mine = Lean(merit_order(), rare=("reserve",))
    sizes, costs = [], []
    for ready in (0.0, 5.0, 0.0):
        lp = merit_order(ready=ready)
        x, _ = mine.solve(lp)
        sizes.append(solver_rows(mine))
        costs.append(float(lp.cost @ x))
    assert sizes == [1, 2, 2]
    assert costs == pytest.approx([6.0, 9.0, 6.0])


def test_a_column_that_could_not_move_comes_back_with_its_bound() -> None:
    """Without gas a load of 1; then gas stands and the load is 4."""
    mine = Lean(merit_order(load=1.0, most=(2.0, 0.0)))
    first, _ = mine.solve(merit_order(load=1.0, most=(2.0, 0.0)))
    assert first == pytest.approx([1.0, 0.0])
    assert mine._core is not None
    assert mine._core._session.lp.shape[1] == 1, "gas is not even a column"
    second, dual = mine.solve(merit_order(load=4.0))
    assert second == pytest.approx([2.0, 2.0])
    assert dual[0] == pytest.approx(4.0)


def test_what_follows_goes_on_from_the_last_basis() -> None:
    mine = Lean(merit_order())
    mine.solve(merit_order())
    core = mine._core
    x, _ = mine.solve(merit_order(load=1.5))
    assert mine._core is core
    assert x == pytest.approx([1.5, 0.0])


def test_another_matrix_is_refused() -> None:
    lp, other = merit_order(), LinearProgram("other")
    plants = other.columns("plant", (2, 1))
    other.rows("load", (1, 1), [(1.0, plants[[0]]), (2.0, plants[[1]])])
    assert Lean(lp).has(merit_order(load=9.0).matrix())
    assert not Lean(lp).has(other.matrix())


def test_what_cannot_be_is_named_by_the_whole_program() -> None:
    """A load of 9 above 7 of plants: the rows that are only bounds to the solver are named all the same."""
    mine = Lean(merit_order())
    with pytest.raises(Infeasible) as caught:
        mine.solve(merit_order(load=9.0))
    assert {"load[n,1]", "most[coal,1]", "most[gas,1]"} <= set(caught.value.rows)
    x, _ = mine.solve(merit_order())
    assert x == pytest.approx([2.0, 1.0]), "and the next program is solved"


def test_what_has_no_end_is_named_by_the_whole_program() -> None:
    lp = LinearProgram("no end")
    sold = lp.columns("sold", (1,), cost=-1.0, axes=(["n"],))
    made = lp.columns("made", (1,), axes=(["n"],))
    lp.rows("market", (1,), [(1.0, made), (-1.0, sold)], lower=0.0, upper=0.0)
    with pytest.raises(Unbounded) as caught:
        Lean(lp).solve(lp)
    assert "sold[n]" in caught.value.columns


def test_prices_are_those_of_small_differences(monkeypatch: pytest.MonkeyPatch) -> None:
    """A load dearer by 1e-3 costs the multiplier more; costs of 1e-9 are told apart because they are scaled first."""
    monkeypatch.setattr(lean, "PLAIN", ())
    for times in (1.0, 1e-9):
        at, more = merit_order(load=3.0), merit_order(load=3.001)
        for lp in (at, more):
            lp.set_cost(np.arange(2), np.array([1.0, 4.0]) * times)
        mine = Lean(at)
        x, y = mine.solve(at)
        further, _ = mine.solve(more)
        assert x == pytest.approx([2.0, 1.0])
        assert float(at.cost @ (further - x)) == pytest.approx(1e-3 * y[0], rel=1e-6)


def test_random_programs_cost_what_they_cost_whole() -> None:
    """Sixty programs with the same matrix, bounds and costs anew: the same optimum, proved by the multipliers."""
    draw = np.random.default_rng(5)
    share = draw.uniform(0.2, 1.0, (6, 12)) * (draw.random((6, 12)) < 0.5)
    mine: Lean | None = None
    for _ in range(60):
        lp = LinearProgram("drawn")
        x = lp.columns("x", (12, 1), cost=draw.uniform(0.5, 3.0, (12, 1)), upper=draw.uniform(0.0, 2.0, (12, 1)))
        short = lp.columns("short", (1, 1), cost=50.0)
        every = lp.rows("load", (1, 1), [(1.0, short)], lower=draw.uniform(1.0, 9.0))
        lp.add(np.broadcast_to(every, (12, 1)), 1.0, x)
        rows = lp.rows("most", (6, 1), [], upper=draw.uniform(0.2, 2.0, (6, 1)))
        lp.add(rows, share, x.T)
        mine = mine or Lean(lp, rare=("most",))
        found, dual = mine.solve(lp)
        whole = Session(lp).solve()
        assert float(lp.cost @ found) == pytest.approx(whole.objective, rel=1e-9)
        reduced = lp.cost - lp.matrix().T @ dual
        bound = float(dual[0] * lp.row_lower[0] + dual[1:] @ np.where(dual[1:] < 0, lp.row_upper[1:], 0.0))
        _, upper = mine._bounds(lp)
        cheap = reduced < -1e-9
        bound += float(reduced[cheap] @ upper[cheap])
        assert bound == pytest.approx(whole.objective, rel=1e-9)


def test_a_program_that_comes_again_goes_on_from_its_own_end() -> None:
    """Two loads in turn: the second time round neither needs a pivot, and dearer coal still changes the price."""
    low, high = merit_order(load=1.0), merit_order(load=6.0)
    mine = Lean(low)
    mine.solve(low, 0)
    mine.solve(high, 1)
    assert mine._core is not None
    for which, lp in enumerate((low, high)):
        again, _ = mine.solve(lp, which)
        assert again == pytest.approx(Lean(lp).solve(lp)[0])
        assert mine._core._session._live.highs is not None
        assert mine._core._session._live.highs.getInfo().simplex_iteration_count == 0
    low.set_cost(low.block("plant").ravel(), np.array([3.0, 4.0]))
    _, price = mine.solve(low, 0)
    assert price[0] == pytest.approx(3.0)


def test_what_ended_is_forgotten_when_more_columns_matter() -> None:
    """Gas that could not run in the first program can in the next: an old basis would not fit."""
    closed, opened = merit_order(load=1.0, most=(2.0, 0.0)), merit_order(load=3.0)
    mine = Lean(closed)
    mine.solve(closed, 0)
    assert mine._core is not None
    assert mine._core._ended
    x, _ = mine.solve(opened, 0)
    assert x == pytest.approx([2.0, 1.0])
