"""What a request to solve ends in: an accepted solution, or an exception that holds none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from dafeng.catalog.errors import DafengError
from dafeng.pathway.acceptance import Residuals, relative_gap
from dafeng.pathway.assembler import Floats, LinearProgram
from dafeng.pathway.recipes import Recipe

if TYPE_CHECKING:
    from dafeng.pathway.model import Model


@dataclass(frozen=True)
class Attempt:
    """One run of one recipe: what HiGHS said, what it did, and what we measured.

    `faults` names what kept it from being accepted: `status`, `took_over` (another algorithm did the work), or the
    residuals that are out of the accuracy, or `certificate` (`power.proving`); empty: accepted.
    """

    recipe: Recipe
    status: str
    faults: tuple[str, ...]
    iterations: dict[str, int]
    wall_seconds: float
    cpu_seconds: float
    residuals: Residuals | None

    def text(self) -> str:
        measured = ""
        if self.residuals:
            found = self.residuals
            measured = (
                f"; row {found.row.relative:.1e} at {found.row.at}, bound {found.bound.relative:.1e}, "
                f"dual {found.dual.relative:.1e} at {found.dual.at}, gap {found.gap:.1e}"
            )
        counts = ", ".join(f"{name} {count}" for name, count in self.iterations.items() if count > 0)
        verdict = f" [{', '.join(self.faults)}]" if self.faults else ""
        work = f"{counts or 'no iterations'}; {self.cpu_seconds:.2f} s CPU"
        return f"{self.recipe.text()}: {self.status}{verdict}; {work}{measured}"


class NotSolved(DafengError):
    """No recipe gave a point that could be accepted. Carries the attempts; there is no solution to take from it."""

    def __init__(self, lp: LinearProgram, attempts: Sequence[Attempt], key: str = "not_solved") -> None:
        super().__init__(key, model=lp.name, count=len(attempts))
        self.attempts = tuple(attempts)

    def text(self, lang: str | None = None) -> str:
        return "\n".join([super().text(lang), *(f"  {attempt.text()}" for attempt in self.attempts)])


class Interrupted(NotSolved):
    """Cancelled, or out of time, before a recipe was accepted."""


class Infeasible(DafengError):
    """No point satisfies all rows; the proof was checked (`acceptance.proves_infeasible`).

    `rows` are names of rows that cannot hold together with the bounds, the weightiest first. `model`: whose program it
    is, where whoever asked knows it; `pathway.clash` says from it which limits clash.
    """

    def __init__(self, lp: LinearProgram, rows: Sequence[str]) -> None:
        super().__init__("infeasible", model=lp.name, rows=", ".join(rows[:12]) or "-", count=len(rows))
        self.rows = tuple(rows)
        self.model: Model | None = None


class Unbounded(DafengError):
    """The cost falls without limit along `columns`."""

    def __init__(self, lp: LinearProgram, columns: Sequence[str]) -> None:
        super().__init__("unbounded", model=lp.name, columns=", ".join(columns[:12]) or "-", count=len(columns))
        self.columns = tuple(columns)


@dataclass(frozen=True)
class Solution:
    """An accepted solution, in the units of the program.

    x: columns. y: row multipliers, the change of the objective per unit of a row's binding bound. reduced_costs:
    c - A'y.
    bound: lower bound of the optimal cost that is valid whatever the solver did (`acceptance.safe_bound`); minus
    infinity if there is none or it was not asked for.
    """

    x: Floats
    y: Floats
    reduced_costs: Floats
    objective: float
    bound: float
    residuals: Residuals
    attempts: tuple[Attempt, ...]

    @property
    def recipe(self) -> Recipe:
        return self.attempts[-1].recipe

    @property
    def dual_objective(self) -> float:
        return self.residuals.dual_objective

    @property
    def gap(self) -> float:
        """Relative gap of objective and dual objective."""
        return self.residuals.gap

    @property
    def certified_gap(self) -> float:
        """(objective - bound) / |objective|; the objective is that of a feasible point up to `residuals`."""
        return relative_gap(self.objective, self.bound)

    @property
    def wall_seconds(self) -> float:
        return sum(attempt.wall_seconds for attempt in self.attempts)

    @property
    def cpu_seconds(self) -> float:
        return sum(attempt.cpu_seconds for attempt in self.attempts)

    def value(self, columns: ArrayLike) -> Floats:
        """Values of columns, in the shape of `columns`; an absent column (-1) is 0."""
        return _take(self.x, columns)

    def dual(self, rows: ArrayLike) -> Floats:
        """Multipliers of rows, in the shape of `rows`."""
        return _take(self.y, rows)

    def reduced_cost(self, columns: ArrayLike) -> Floats:
        """Reduced costs of columns, in the shape of `columns`."""
        return _take(self.reduced_costs, columns)


def _take(values: Floats, numbers: ArrayLike) -> Floats:
    index = np.asarray(numbers)
    return np.where(index < 0, 0.0, values[index])
