"""Models of others, read, solved and proved: PyPSA netCDF, SWITCH folders of CSV, OSeMOSYS data.

solved = solve_model("network.nc")
solved.objective, solved.gap, solved.plan.capacity
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dafeng.catalog import DafengError
from dafeng.models import read_osemosys, read_pypsa, read_switch
from dafeng.pathway import Session, Solution
from dafeng.pathway.acceptance import relative_gap, safe_bound, well_above
from dafeng.pathway.model import build
from dafeng.pathway.netting import netted_bounds
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.ranges import Ranges, ranges
from dafeng.pathway.recipes import named
from dafeng.pathway.system import System
from dafeng.pathway.telling import Tell, tell_nobody

READERS: Mapping[str, Callable[[Path], System]] = {
    ".nc": read_pypsa,
    ".txt": read_osemosys,
    ".dat": read_osemosys,
}


@dataclass(frozen=True)
class Solved:
    """A model of others with its plan.

    Attributes:
            solution: that was accepted. bound: of the optimum, whatever the solver did; None: none was found.
        rows, columns, ranges: of the linear program.
    """

    plan: Plan
    solution: Solution
    bound: float | None
    rows: int
    columns: int
    ranges: Ranges

    @property
    def objective(self) -> float:
        """In the money of the model."""
        return self.solution.objective

    @property
    def gap(self) -> float | None:
        """(objective - bound) / |objective|; None where there is no bound."""
        return None if self.bound is None else max(relative_gap(self.objective, self.bound), 0.0)


def read_model(path: Path | str, relax: bool = False) -> System:
    """The system of a file or folder: the form is seen from the path.

    Args:
        relax: of SWITCH: leave out least sizes of builds, which need integers.

    Raises:
        RefusedFile: what the model has and we do not cover. DafengError: no known form.
    """
    found = Path(path)
    if found.is_dir():
        return read_switch(found, relax)
    if found.suffix.lower() not in READERS:
        raise DafengError("plan_form", file=found, allowed=", ".join(READERS))
    return READERS[found.suffix.lower()](found)


def solve_model(
    path: Path | str, tell: Tell = tell_nobody, relax: bool = False, solver: str = "", mps: Path | None = None
) -> Solved:
    """Read a model of others, solve it to 1e-6, and bound its optimum.

    Args:
        tell: told how far it is. relax: as `read_model`.
        solver: name of the only recipe that may solve it; empty: the portfolio chooses.
        mps: file for the linear program; it stays, whatever comes of solving it.

    Raises:
        RefusedSolver: there is no such recipe here. RefusedFile, Infeasible, Unbounded, NotSolved: there is no plan.
    """
    recipes = (named(solver),) if solver else None
    tell("read", 0.0)
    model = build(read_model(path, relax))
    session = Session(model.lp)
    if mps is not None:
        session.write(mps)
    rows, columns = model.lp.shape
    solution = session.solve(
        recipes, progress=lambda now: tell(f"solve {now.recipe}", min(0.1 + now.seconds / 120, 0.95)), bound=False
    )
    cutoff = well_above(solution.objective)
    bound = safe_bound(model.lp, solution.y, cutoff=cutoff, within=netted_bounds(model, cutoff))
    plan = read(model, solution.x, solution.y)
    return Solved(plan, solution, bound if np.isfinite(bound) else None, rows, columns, ranges(model.lp))
