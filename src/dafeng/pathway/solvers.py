"""A live solver that follows a linear program, and gives nothing back but a checked solution.

A run is accepted if HiGHS ends with status Optimal, no other algorithm took over, and the residuals that we recompute
are within the accuracy asked for. Else the next recipe is tried. If all fail the outcome is an exception that carries
every attempt: there is no half-good solution that could be used by mistake.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import highspy
import numpy as np

from dafeng.catalog.errors import DafengError
from dafeng.pathway import gpu, interior
from dafeng.pathway.acceptance import EXACT, Accuracy, proves_infeasible, residuals, safe_bound, well_above
from dafeng.pathway.assembler import Floats, LinearProgram
from dafeng.pathway.basis import Basis
from dafeng.pathway.cost_scale import scale_of
from dafeng.pathway.highs import CHEAP, Live, Progress, Stop, passed
from dafeng.pathway.outcome import Attempt, Infeasible, Interrupted, NotSolved, Solution, Unbounded
from dafeng.pathway.recipes import DUAL_SIMPLEX, MPAX, STRUCTURED_INTERIOR, Facts, Recipe, check_installed, portfolio
from dafeng.pathway.system import Places

__all__ = [
    "Attempt",
    "Infeasible",
    "Interrupted",
    "NotSolved",
    "Progress",
    "Session",
    "Solution",
    "Unbounded",
    "solve",
]

Status = highspy.HighsModelStatus
NO_OPTIMUM = (Status.kInfeasible, Status.kUnbounded, Status.kUnboundedOrInfeasible)


PROOF_SECONDS = 120.0
"""Time for the proof that a program has no optimum."""

COUNTERS = (
    "simplex_iteration_count",
    "ipm_iteration_count",
    "crossover_iteration_count",
    "pdlp_iteration_count",
)


class Session:
    """A live HiGHS model of a linear program.

    The program is the truth and the session follows it: bounds and costs changed in the program are passed on before
    the next run, without a rebuild and with the basis kept, so that simplex starts warm; new rows, columns or terms
    rebuild the model. Units of money mean nothing: where costs are small, HiGHS has them multiplied (`cost_scale`), and
    what is accepted is measured with prices and costs of that size; all that is told is in the units of the program.

    Args:
        blocks: (columns,) the block that a column belongs to, -1 for those that join blocks
            (`interior.block_of_columns`). The structured interior point uses them; it can do without.
    """

    def __init__(self, lp: LinearProgram, blocks: Places | None = None) -> None:
        self.lp, self.blocks = lp, blocks
        self._live = Live(lp)
        self._warm: Recipe | None = None

    def facts(self) -> Facts:
        rows, columns = self.lp.shape
        inside = np.zeros(0, np.int64) if self.blocks is None else self.blocks[self.blocks >= 0]
        sizes = np.bincount(inside)
        widest = int(sizes.max(initial=0))
        return Facts(rows, columns, self.lp.matrix().nnz, len(sizes) > 1, widest)

    def solve(
        self,
        recipes: Sequence[Recipe] | None = None,
        *,
        accuracy: Accuracy = EXACT,
        time_limit: float = np.inf,
        cancel: Callable[[], bool] | None = None,
        progress: Callable[[Progress], None] | None = None,
        bound: bool = True,
    ) -> Solution:
        """The first accepted solution.

        Args:
            recipes: in the order to be tried; without them `portfolio` chooses for a chronological program.
            accuracy: of what is accepted.
            time_limit: seconds for all recipes together.
            cancel: asked ten times a second; True ends the run with Interrupted.
            progress: told ten times a second.
            bound: also compute the safe bound, which takes a third as long as a warm start on one day.

        Raises:
            Infeasible, Unbounded: there is no optimum. A claim of that kind without a proof counts as a failed attempt.
            Interrupted: cancelled or out of time. KeyboardInterrupt stops the run and is passed on.
            NotSolved: no recipe gave an acceptable point.
            RefusedSolver: a recipe cannot be run here as it says.
        """
        chosen = tuple(recipes) if recipes is not None else portfolio(self.facts(), accuracy)
        for recipe in chosen:
            check_installed(recipe)
        accuracy = accuracy.times(1 / scale_of(self.lp.cost, CHEAP))
        ends = time.monotonic() + time_limit
        attempts: list[Attempt] = []
        for recipe in chosen:
            left = ends - time.monotonic()
            if left <= 0:
                raise Interrupted(self.lp, attempts, "solver_interrupted")
            attempt, point = self._attempt(recipe, accuracy, left, cancel, progress)
            attempts.append(attempt)
            if point is not None:
                return self._solution(point, attempts, accuracy, bound)
            if attempt.status == _name(Status.kInterrupt):
                raise Interrupted(self.lp, attempts, "solver_interrupted")
            if attempt.status in map(_name, NO_OPTIMUM):
                seconds = min(ends - time.monotonic(), PROOF_SECONDS)
                if self._no_optimum(seconds, cancel, progress):
                    raise Interrupted(self.lp, attempts, "solver_interrupted")
        if time.monotonic() >= ends:
            raise Interrupted(self.lp, attempts, "solver_interrupted")
        raise NotSolved(self.lp, attempts)

    def _solution(
        self, point: tuple[Floats, Floats], attempts: list[Attempt], accuracy: Accuracy, bound: bool
    ) -> Solution:
        x, y = point
        found = attempts[-1].residuals
        assert found is not None
        reduced = self.lp.cost - self.lp.matrix().T @ y
        least = safe_bound(self.lp, y, cutoff=well_above(found.objective, accuracy.price)) if bound else -np.inf
        return Solution(x, y, reduced, found.objective, least, found, tuple(attempts))

    def start_from(self, basis: Basis, periods: Sequence[str] = (), recipe: Recipe = DUAL_SIMPLEX) -> None:
        """Let the next run of a simplex method begin where a run on a similar program ended.

        Args:
            periods: names of the periods of the program. recipe: of the run.
        """
        highs = self._live.follow()
        highs.clearSolver()
        highs.setBasis(basis.onto(self.lp, periods))
        self._warm = recipe

    def basis(self, periods: Sequence[str] = ()) -> Basis | None:
        """Where the last run of the simplex method ended; None if there was none."""
        found = self.ended()
        return Basis.of(self.lp, found, periods) if found is not None else None

    def ended(self) -> highspy.HighsBasis | None:
        """Where the last run of a simplex method ended, to be gone back to by `back_to`; None if it has no basis."""
        highs = self._live.highs
        if highs is None or self._warm is None or self._warm.algorithm != "simplex":
            return None
        found = highs.getBasis()
        return found if found.valid else None

    def back_to(self, ended: highspy.HighsBasis) -> None:
        """Let the next run of a simplex method begin where one on this very structure ended."""
        if self._live.highs is not None:
            self._live.highs.setBasis(ended)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the program for other solvers, with our names (blanks become underscores).

        Args:
            path: .mps or .mps.gz.

        Raises:
            DafengError: another suffix, two names that are one without blanks, or the file cannot be written.
        """
        file = Path(path)
        if not file.name.endswith((".mps", ".mps.gz")):
            raise DafengError("export_format", file=file, allowed=".mps, .mps.gz")
        highs = passed(self.lp)
        rows, columns = self.lp.shape
        for number, name in enumerate(_plain_names(map(self.lp.column_name, range(columns)))):
            highs.passColName(number, name)
        for number, name in enumerate(_plain_names(map(self.lp.row_name, range(rows)))):
            highs.passRowName(number, name)
        if highs.writeModel(str(file)) == highspy.HighsStatus.kError:
            raise DafengError("solver_export", file=file)

    # -- one run ------------------------------------------------------------------------------------------------

    def _attempt(
        self,
        recipe: Recipe,
        accuracy: Accuracy,
        seconds: float,
        cancel: Callable[[], bool] | None,
        progress: Callable[[Progress], None] | None,
    ) -> tuple[Attempt, tuple[Floats, Floats] | None]:
        if recipe.algorithm in (STRUCTURED_INTERIOR.algorithm, MPAX.algorithm):
            return self._listening(recipe, accuracy, seconds, cancel, progress)
        highs = self._live.follow()
        if self._warm != recipe or recipe.algorithm != "simplex":
            highs.clearSolver()
        wall, cpu = time.monotonic(), time.process_time()
        stopped = self._live.run(recipe, seconds, cancel, progress)
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        status = highs.getModelStatus()
        name = _name(Status.kInterrupt if stopped else status)
        info = highs.getInfo()
        counts = {counter.removesuffix("_iteration_count"): max(getattr(info, counter), 0) for counter in COUNTERS}
        faults: tuple[str, ...] = () if status == Status.kOptimal and not stopped else ("status",)
        if any(getattr(info, counter) > 0 for counter in recipe.foreign_counters):
            faults += ("took_over",)
        found = None
        point = None if stopped else self._live.point()
        if point is not None:
            found = residuals(self.lp, *point, accuracy)
            faults += found.faults(accuracy)
        elif not faults:
            faults = ("no_point",)
        self._warm = recipe if not faults else None
        if stopped:
            self._live.forget()
        return Attempt(recipe, name, faults, counts, wall, cpu, found), None if faults else point

    def _listening(
        self,
        recipe: Recipe,
        accuracy: Accuracy,
        seconds: float,
        cancel: Callable[[], bool] | None,
        progress: Callable[[Progress], None] | None,
    ) -> tuple[Attempt, tuple[Floats, Floats] | None]:
        """Our own method, which listens before every iteration, or MPAX, which listens between its runs."""
        wall, cpu = time.monotonic(), time.process_time()

        def tell(stage: str, share: float) -> None:
            now = time.monotonic() - wall
            if progress is not None:
                progress(Progress(recipe.name, now, stage, share))
            if now > seconds or (cancel is not None and cancel()):
                raise Stop

        blocks = np.full(self.lp.shape[1], -1) if self.blocks is None else self.blocks
        try:
            if recipe.algorithm == MPAX.algorithm:
                return gpu.attempt(self.lp, recipe, accuracy, tell)
            return interior.attempt(self.lp, blocks, recipe, accuracy, tell)
        except Stop:
            wall, cpu = time.monotonic() - wall, time.process_time() - cpu
            return Attempt(recipe, _name(Status.kInterrupt), ("status",), {}, wall, cpu, None), None

    # -- no optimum -----------------------------------------------------------------------------------------------

    def _no_optimum(
        self, seconds: float, cancel: Callable[[], bool] | None, progress: Callable[[Progress], None] | None
    ) -> bool:
        """Raise Infeasible or Unbounded if a ray of the simplex method without presolve proves it in time.

        True if the run was stopped; False if nothing is proved, and the next recipe may find what this one did not.
        """
        highs = self._live.follow()
        highs.clearSolver()
        self._warm = None
        if self._live.run(DUAL_SIMPLEX.with_options(presolve="off"), max(seconds, 0.0), cancel, progress):
            self._live.forget()
            return True
        status = highs.getModelStatus()
        if status == Status.kInfeasible:
            _, exists, ray = highs.getDualRay()
            if exists:
                weights = np.array(ray)
                for candidate in (weights, -weights):
                    if proves_infeasible(self.lp, candidate):
                        order = np.argsort(-np.abs(candidate), kind="stable")
                        named = [self.lp.row_name(int(row)) for row in order[: np.count_nonzero(candidate)][:100]]
                        raise Infeasible(self.lp, named)
        if status == Status.kUnbounded:
            _, exists, ray = highs.getPrimalRay()
            direction = np.array(ray) if exists else np.zeros(self.lp.shape[1])
            order = np.argsort(-np.abs(direction), kind="stable")[: np.count_nonzero(direction)][:100]
            raise Unbounded(self.lp, [self.lp.column_name(int(column)) for column in order])
        return False


@cache
def _name(status: highspy.HighsModelStatus) -> str:
    return str(highspy.Highs().modelStatusToString(status))


def solve(
    lp: LinearProgram,
    recipes: Sequence[Recipe] | None = None,
    *,
    accuracy: Accuracy = EXACT,
    time_limit: float = np.inf,
) -> Solution:
    """Solve a program once; see Session.solve."""
    return Session(lp).solve(recipes, accuracy=accuracy, time_limit=time_limit)


def _plain_names(names: Iterable[str]) -> list[str]:
    """Names without blanks. HiGHS would write numbers instead of all names if two were the same.

    Raises:
        DafengError: two are the same.
    """
    found: dict[str, str] = {}
    for name in names:
        plain = "_".join(name.split())
        if plain in found:
            raise DafengError("solver_names", found=f"{found[plain]!r}, {name!r}", plain=plain)
        found[plain] = name
    return list(found)
