"""A first-order method on a GPU where there is one: MPAX (restarted average PDHG on JAX), behind the extra `gpu`.

Lu, Peng and Yang 2024, "MPAX: Mathematical Programming in JAX", https://arxiv.org/abs/2412.09734. Nothing needs it:
it is imported where its recipe is run. All numbers have 64 bits. What MPAX says of its result is not used: x and y are
measured as those of any solver.

MPAX asks nobody whether it should go on. So it is run for 10,000 iterations, then for twice as many from where it
stands, and so on; between these runs it can be stopped, and its point is measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack

from dafeng.pathway.acceptance import Accuracy, Residuals, residuals
from dafeng.pathway.assembler import Floats, LinearProgram
from dafeng.pathway.cost_scale import scale_of
from dafeng.pathway.outcome import Attempt
from dafeng.pathway.recipes import Recipe
from dafeng.pathway.telling import Tell, tell_nobody

FIRST = 10_000
"""Iterations of the first run."""
SHARPER = 0.25
"""Factor of the tolerance where MPAX was content and we are not."""
SHARPEST = 1e-11
ENDS = {1: "Iteration limit", 2: "Optimal", 3: "Infeasible", 4: "Unbounded", 6: "Iteration limit", 7: "Numerical error"}
"""What the numbers mean in which MPAX says how it ended."""


class _Form:
    """The rows of a program as MPAX has them: equalities first, then what must be at least a number.

    A row with two sides is there twice; a row without any is not there. Costs and multipliers are `times` as large.
    """

    def __init__(self, lp: LinearProgram) -> None:
        matrix, low, high = csr_array(lp.matrix()), lp.row_lower, lp.row_upper
        equal = low == high
        self.count = lp.shape[0]
        self.times = scale_of(lp.cost)
        self.equal = np.flatnonzero(equal)
        self.low = np.flatnonzero(np.isfinite(low) & ~equal)
        self.high = np.flatnonzero(np.isfinite(high) & ~equal)
        self.equalities, self.right = matrix[self.equal], low[self.equal]
        self.least = csr_array(vstack([matrix[self.low], -matrix[self.high]]))
        self.least_right = np.concatenate([low[self.low], -high[self.high]])

    def multipliers(self, found: Floats) -> Floats:
        """(rows,) multipliers of the program's own rows."""
        y = np.zeros(self.count)
        first, second = np.cumsum([len(self.equal), len(self.low)])
        y[self.equal] = found[:first]
        y[self.low] += found[first:second]
        y[self.high] -= found[second:]
        return y


def attempt(
    lp: LinearProgram, recipe: Recipe, accuracy: Accuracy, tell: Tell = tell_nobody
) -> tuple[Attempt, tuple[Floats, Floats] | None]:
    """Solve a program with MPAX on the device that JAX finds.

    Args:
        recipe: `method` of MPAX, `kkt_tolerance` with which it begins, `iteration_limit` of all runs together.
        tell: told the share of the iterations before every run; what it raises ends the attempt.

    Returns:
        what was done and measured, and x and y if they are within the accuracy. The status names the device.
    """
    wall, cpu = time.monotonic(), time.process_time()
    jax, mpax = import_module("jax"), import_module("mpax")
    options = dict(recipe.options)
    limit, tolerance = int(options["iteration_limit"]), float(options["kkt_tolerance"])
    done, length, status = 0, FIRST, "Iteration limit"
    found: Residuals | None = None
    faults: tuple[str, ...] = ("status",)
    point: tuple[Floats, Floats] | None = None
    with jax.enable_x64(True):
        form = _Form(lp)
        problem = _problem(lp, form, jax, mpax)
        method: Callable[..., Any] = getattr(mpax, str(options["method"]))
        start: tuple[Any, ...] = ()
        while done < limit and tolerance >= SHARPEST:
            tell(f"{recipe.name} {jax.default_backend()} {done}", done / limit)
            run = method(
                eps_abs=tolerance, eps_rel=tolerance, iteration_limit=min(length, limit - done), warm_start=bool(start)
            )
            end = run.optimize(problem, *start)
            done, start = done + int(end.iteration_count), (end.primal_solution, end.dual_solution)
            status = ENDS.get(int(end.termination_status), "Unknown")
            x, y = (np.array(part, dtype=np.float64) for part in start)
            point = x, form.multipliers(y) / form.times
            found = residuals(lp, *point, accuracy)
            faults = found.faults(accuracy)
            if not faults:
                status = "Optimal"
                break
            if status == "Optimal":
                tolerance *= SHARPER
            elif status == "Iteration limit":
                length *= 2
            else:
                break
        device = jax.default_backend()
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    said = status if status in ("Infeasible", "Unbounded") else f"{status} ({device})"
    done_by = {"pdlp": done}
    return Attempt(recipe, said, faults, done_by, wall, cpu, found), None if faults else point


def _problem(lp: LinearProgram, form: _Form, jax: Any, mpax: Any) -> Any:
    """The program on the device."""
    sparse = import_module("jax.experimental.sparse")

    def on_device(matrix: csr_array) -> Any:
        table = matrix.tocoo()
        places = np.stack([table.row, table.col], axis=1)
        return sparse.BCOO((jax.numpy.asarray(table.data), jax.numpy.asarray(places)), shape=table.shape)

    cost = lp.cost * form.times
    numbers = (jax.numpy.asarray(part) for part in (cost, form.right, form.least_right, lp.lower, lp.upper))
    cost, right, least_right, lower, upper = numbers
    return mpax.create_lp(cost, on_device(form.equalities), right, on_device(form.least), least_right, lower, upper)
