"""Small systems for the tests of the equations: time in one line, solving in one line, a row left out in one word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import ArrayLike

from dafeng.pathway.making import Maker
from dafeng.pathway.model import Model, build
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.solvers import Session, Solution
from dafeng.pathway.system import Limit, Steps, System, Term

Calendar = tuple[tuple[tuple[int, int], ...], ...]


def steps(
    length: int = 1,
    blocks: int = 1,
    periods: int = 1,
    weight: ArrayLike = 1.0,
    hours: ArrayLike = 1.0,
    years: ArrayLike = 1.0,
    worth: ArrayLike = 1.0,
    calendar: Calendar = (),
) -> Steps:
    """Periods of `blocks` blocks of `length` steps.

    weight and hours are broadcast to (periods, blocks, length), years and worth (of 1 a year of a period) to (periods,).
    """
    shape = (periods, blocks, length)
    heavy = np.broadcast_to(np.asarray(weight, dtype=np.float64), shape).ravel()
    period = np.repeat(np.arange(periods), blocks * length)
    worths = np.broadcast_to(np.asarray(worth, dtype=np.float64), (periods,))
    return Steps(
        periods=tuple(str(2030 + 5 * y) for y in range(periods)),
        years=np.broadcast_to(np.asarray(years, dtype=np.float64), (periods,)).copy(),
        period=period,
        block=np.repeat(np.arange(periods * blocks), length),
        hours=np.broadcast_to(np.asarray(hours, dtype=np.float64), shape).ravel().copy(),
        weight=heavy.copy(),
        value=heavy * worths[period],
        calendar=calendar,
    )


def maker(**time: object) -> Maker:
    """A maker in MW and CNY; see `steps`."""
    return Maker(steps(**time), "MW", "CNY")  # type: ignore[arg-type]


def limit(name: str, *terms: tuple[str, list[int], ArrayLike], **bounds: float | None) -> Limit:
    """A limit of (quantity, index, coefficient); period 0 unless another is given."""
    made = tuple(Term(q, np.array(k), np.asarray(c, dtype=np.float64)) for q, k, c in terms)
    return Limit(name, made, **{"period": 0, **bounds})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Solved:
    """A plan with the program behind it."""

    plan: Plan
    model: Model
    solution: Solution

    @property
    def cost(self) -> float:
        return self.plan.objective

    def dual(self, block: str) -> np.ndarray:
        """Multipliers of a block of rows."""
        return self.solution.dual(rows(self.model, block))


def rows(model: Model, name: str) -> np.ndarray:
    """Numbers of a block of rows; blocks of columns may have the same name."""
    return next(block.numbers for block in model.lp.row_blocks() if block.name == name)


def solve(part: Maker | System, *left_out: str | None, without: str | None = None) -> Solved:
    """The optimum; without some blocks of rows, to show what would go wrong."""
    model = build(part.system() if isinstance(part, Maker) else part)
    for name in filter(None, (*left_out, without)):
        model.lp.set_row_bounds(rows(model, name), -np.inf, np.inf)
    solution = Session(model.lp).solve()
    return Solved(read(model, solution.x, solution.y), model, solution)


def near(value: object) -> object:
    """Equal to nine digits."""
    return pytest.approx(value, rel=1e-9, abs=1e-9)
