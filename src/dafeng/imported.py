"""Models of others, read, solved and proved: PyPSA netCDF, SWITCH folders of CSV, OSeMOSYS data.

solved = solve_model("network.nc")
solved.objective, solved.gap, solved.plan.capacity
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dafeng.catalog import DafengError
from dafeng.models import read_osemosys, read_pypsa, read_switch
from dafeng.pathway import Session, Solution
from dafeng.pathway.model import build
from dafeng.pathway.plan import Plan, read
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
        solution: that was accepted. rows, columns: of the linear program.
    """

    plan: Plan
    solution: Solution
    rows: int
    columns: int

    @property
    def objective(self) -> float:
        """In the money of the model."""
        return self.solution.objective

    @property
    def gap(self) -> float:
        """(objective - bound) / |objective|; the bound holds whatever the solver did."""
        return max(self.solution.certified_gap, 0.0)


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


def solve_model(path: Path | str, tell: Tell = tell_nobody, relax: bool = False) -> Solved:
    """Read a model of others, solve it to 1e-6, and bound its optimum.

    Args:
        tell: told how far it is. relax: as `read_model`.

    Raises:
        RefusedFile, Infeasible, Unbounded, NotSolved: there is no plan.
    """
    tell("read", 0.0)
    model = build(read_model(path, relax))
    rows, columns = model.lp.shape
    solution = Session(model.lp).solve(
        progress=lambda now: tell(f"solve {now.recipe}", min(0.1 + now.seconds / 120, 0.95))
    )
    return Solved(read(model, solution.x, solution.y), solution, rows, columns)
