"""A basis carried to another program: shared labels keep their status, the rest stands at a bound; the optimum is the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.basis import BASIC, CODE, LOWER, UPPER, ZERO, Basis
from dafeng.pathway.recipes import DUAL_SIMPLEX, PRIMAL_SIMPLEX
from dafeng.pathway.solvers import Session

COSTS = {"coal": 3.0, "gas": 5.0, "wind": 1.0, "sun": 2.0}
MOST = {"coal": 10.0, "gas": 10.0, "wind": 4.0, "sun": 3.0}


def program(plants: tuple[str, ...], demand: float, year: str = "2030", free: bool = False) -> LinearProgram:
    """Plants that give what is wanted in two hours of a year; `free` adds a block that stands at no bound."""
    lp = LinearProgram()
    axes = (plants, (f"{year}:0", f"{year}:1"))
    most = np.array([[MOST[plant]] for plant in plants])
    cost = np.array([[COSTS[plant]] for plant in plants])
    given = lp.columns("given", (len(plants), 2), upper=most, cost=cost, axes=axes)
    if free:
        lp.columns("spare", (1,), lower=-np.inf, cost=0.0)
        lp.columns("capped", (1,), lower=-np.inf, upper=7.0, cost=-1.0)
    rows = lp.rows("wanted", (2,), lower=np.array([demand, demand + 1]), axes=(axes[1],))
    lp.add(rows[None, :], 1.0, given)
    if free:
        shared = lp.rows("balance", (1,), lower=0.0, upper=0.0)
        lp.add(shared, 1.0, lp.block("spare"))
    return lp


def solved(lp: LinearProgram, year: str = "2030") -> tuple[float, Basis, int]:
    """Cost, basis and iterations of a run from nothing."""
    session = Session(lp)
    solution = session.solve((DUAL_SIMPLEX,))
    basis = session.basis((year,))
    assert basis is not None
    return solution.objective, basis, solution.attempts[-1].iterations["simplex"]


def test_shared_labels_keep_their_status_and_the_rest_stands_at_a_bound() -> None:
    _, basis, _ = solved(program(("coal", "gas", "wind"), 6.0))
    other = program(("sun", "wind", "coal"), 6.0, free=True)
    found = basis.onto(other, ("2030",))
    codes = np.array([CODE[status] for status in found.col_status])
    table = codes[other.block("given")]
    known = dict(zip(("coal", "gas", "wind"), basis.columns["given"].codes, strict=True))
    assert table[0].tolist() == [LOWER, LOWER], "sun is new"
    assert table[1].tolist() == known["wind"].tolist() == [UPPER, UPPER], "wind, the cheapest, is used up"
    assert table[2].tolist() == known["coal"].tolist() == [BASIC, BASIC], "coal gives the rest"
    assert codes[other.block("spare")].tolist() == [ZERO]
    assert codes[other.block("capped")].tolist() == [UPPER]
    rows = np.array([CODE[status] for status in found.row_status])
    assert rows[other.block("balance")].tolist() == [BASIC], "a row that is new is slack"


def test_periods_are_known_by_their_place() -> None:
    _, basis, _ = solved(program(("coal", "wind"), 6.0, "2030"), "2030")
    other = program(("coal", "wind"), 6.0, "2035")
    as_periods = [CODE[s] for s in basis.onto(other, ("2035",)).col_status]
    as_labels = [CODE[s] for s in basis.onto(other).col_status]
    assert as_periods == basis.columns["given"].codes.ravel().tolist()
    assert as_labels == [LOWER] * 4, "without the names of the periods nothing is shared"


@pytest.mark.parametrize("recipe", [DUAL_SIMPLEX, PRIMAL_SIMPLEX], ids=lambda recipe: recipe.algorithm)
@pytest.mark.parametrize("start", ["near", "upside down", "all basic"])
def test_the_optimum_does_not_depend_on_the_start(start: str, recipe: object) -> None:
    _, basis, _ = solved(program(("coal", "gas", "wind"), 6.0))
    parts = dict(basis.columns)
    if start == "upside down":
        swapped = {LOWER: UPPER, UPPER: LOWER, BASIC: LOWER}
        given = parts["given"]
        parts["given"] = replace(
            given, codes=np.vectorize(lambda code: swapped[int(code)])(given.codes).astype(np.int8)
        )
    elif start == "all basic":
        parts["given"] = replace(parts["given"], codes=np.full_like(parts["given"].codes, BASIC))
    lp = program(("sun", "coal", "wind", "gas"), 9.0)
    best, _, _ = solved(program(("sun", "coal", "wind", "gas"), 9.0))
    session = Session(lp)
    session.start_from(Basis(parts, basis.rows), ("2030",), recipe)  # type: ignore[arg-type]
    solution = session.solve((recipe,))  # type: ignore[arg-type]
    assert solution.objective == pytest.approx(best, rel=1e-12)
    by_hand = sum(COSTS["wind"] * 4 + COSTS["sun"] * 3 + COSTS["coal"] * rest for rest in (2.0, 3.0))
    assert best == pytest.approx(by_hand)


def test_where_a_run_ended_is_where_the_next_one_is_at_once_done() -> None:
    lp = program(("coal", "gas", "wind"), 6.0)
    _, basis, _ = solved(lp)
    session = Session(program(("coal", "gas", "wind"), 6.0))
    session.start_from(basis, ("2030",))
    assert session.solve((DUAL_SIMPLEX,)).attempts[-1].iterations["simplex"] == 0


def test_a_session_without_a_simplex_run_has_no_basis() -> None:
    assert Session(program(("coal",), 6.0)).basis() is None
