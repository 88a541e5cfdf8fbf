"""A live HiGHS model that follows a linear program, and its runs, which can be watched and stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import highspy
import numpy as np

from dafeng.catalog.errors import DafengError
from dafeng.pathway.assembler import Change, Floats, LinearProgram
from dafeng.pathway.cost_scale import scale_of
from dafeng.pathway.ranges import ranges
from dafeng.pathway.recipes import Recipe

SMALLEST = 1e-12
"""HiGHS drops smaller coefficients; by its default, those up to 1e-9."""
CHEAP = 1.0
"""Where the largest cost is below this, costs are multiplied (`cost_scale`). Plans of the provinces are above it."""


@dataclass(frozen=True)
class Progress:
    """Where a run stands: recipe, seconds since it began, the last line of its log, the share done if that is known.

    Where HiGHS was given costs multiplied by `times`, the line ends with that number: objectives in it are so many
    times those of the program.
    """

    recipe: str
    seconds: float
    line: str
    share: float | None = None


class Stop(Exception):
    """Raised where an algorithm tells how far it is: the only way out of one that asks nobody."""


@dataclass
class _Watch:
    """What the solver's thread and the waiting thread tell each other."""

    recipe: Recipe
    stop: threading.Event = field(default_factory=threading.Event)
    lines: list[str] = field(default_factory=list)
    error: BaseException | None = None

    def on_log(self, event: highspy.HighsCallbackEvent) -> None:
        self.lines.append(event.message.rstrip())
        if self.stop.is_set() and self.recipe.interrupted_by_log:
            raise Stop

    def on_interrupt(self, event: highspy.HighsCallbackEvent) -> None:
        if self.stop.is_set() and event.data_in is not None:
            event.data_in.user_interrupt = True


class Live:
    """The HiGHS model of a program.

    Bounds and costs that change in the program are passed on without a rebuild and with the basis kept; new rows,
    columns or terms rebuild the model.

    Attributes:
        times: by what costs, offset and so prices are multiplied in HiGHS.
    """

    def __init__(self, lp: LinearProgram) -> None:
        self.lp, self.times = lp, 1.0
        self.highs: highspy.Highs | None = None
        self._structure = -1
        self._values = -1

    def forget(self) -> None:
        """Begin anew with the next run: a run that was stopped leaves a model that cannot be relied on."""
        self.highs = None

    def follow(self) -> highspy.Highs:
        """The model as the program stands now."""
        lp = self.lp
        if self.highs is None or self._structure != lp.structure:
            self.times = scale_of(lp.cost, CHEAP)
            self.highs = passed(lp, self.times)
        else:
            changes = lp.changes_since(self._values)
            if any(change.what == "cost" for change in changes):
                changes += self._rescaled()
            for change in changes:
                self._pass_on(self.highs, change)
        self._structure, self._values = lp.structure, lp.revision
        return self.highs

    def _rescaled(self) -> tuple[Change, ...]:
        """What is to be passed on where costs have to be multiplied by another number than before."""
        times = scale_of(self.lp.cost, CHEAP)
        if times == self.times:
            return ()
        self.times = times
        every = np.arange(self.lp.shape[1], dtype=np.int32)
        return Change("cost", every), Change("offset", every[:0])

    def _pass_on(self, highs: highspy.Highs, change: Change) -> None:
        lp, numbers, count = self.lp, change.numbers, change.numbers.size
        if change.what == "offset":
            highs.changeObjectiveOffset(lp.offset * self.times)
        elif change.what == "cost":
            highs.changeColsCost(count, numbers, lp.cost[numbers] * self.times)
        elif change.what == "bounds":
            highs.changeColsBounds(count, numbers, lp.lower[numbers], lp.upper[numbers])
        else:
            highs.changeRowsBounds(count, numbers, lp.row_lower[numbers], lp.row_upper[numbers])

    def point(self) -> tuple[Floats, Floats] | None:
        """x and y where the last run ended, in the units of the program; None: it gave none."""
        if self.highs is None:
            return None
        solution = self.highs.getSolution()
        if not (solution.value_valid and solution.dual_valid):
            return None
        return np.array(solution.col_value), np.array(solution.row_dual) / self.times

    def run(
        self,
        recipe: Recipe,
        seconds: float,
        cancel: Callable[[], bool] | None,
        progress: Callable[[Progress], None] | None,
    ) -> bool:
        """Run in a thread of its own, so that this one can listen; True if the run was stopped."""
        highs = self.follow()
        _set_options(highs, recipe, seconds)
        watch = _Watch(recipe)
        callbacks = [(highs.cbSimplexInterrupt, watch.on_interrupt), (highs.cbIpmInterrupt, watch.on_interrupt)]
        if not recipe.silent:
            callbacks.append((highs.cbLogging, watch.on_log))
        for callback, listener in callbacks:
            callback.subscribe(listener)

        def work() -> None:
            try:
                highs.run()
            except Stop:
                pass
            except BaseException as error:
                watch.error = error

        began = time.monotonic()
        multiplied = f" (cost x {self.times:g})" if self.times != 1 else ""
        thread = threading.Thread(target=work, name="highs", daemon=True)
        try:
            thread.start()
            while thread.is_alive():
                thread.join(0.1)
                if thread.is_alive() and progress is not None:
                    line = watch.lines[-1] + multiplied if watch.lines else ""
                    progress(Progress(recipe.name, time.monotonic() - began, line))
                if thread.is_alive() and cancel is not None and cancel():
                    watch.stop.set()
        except BaseException:
            watch.stop.set()
            if thread.ident is not None:
                thread.join()
            self.forget()
            raise
        for callback, listener in callbacks:
            callback.unsubscribe(listener)
        if watch.error is not None:
            raise watch.error
        return watch.stop.is_set()


def _set_options(highs: highspy.Highs, recipe: Recipe, seconds: float) -> None:
    highs.resetOptions()
    own: dict[str, bool | int | float] = {
        "output_flag": not recipe.silent,
        "log_to_console": False,
        # HiGHS counts its time limit over all runs of an object
        "time_limit": min(highs.getRunTime() + seconds, highspy.kHighsInf),
    }
    if recipe.interrupted_by_log:
        own["log_dev_level"] = 2
    for name, value in (*own.items(), *recipe.options):
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise DafengError("solver_option", option=name, found=value)


def passed(lp: LinearProgram, times: float = 1.0) -> highspy.Highs:
    """A new HiGHS model of a program, its costs and offset multiplied.

    Raises:
        DafengError: HiGHS would drop a coefficient.
    """
    matrix = lp.matrix()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("log_to_console", False)
    highs.setOptionValue("small_matrix_value", SMALLEST)
    rows, columns = lp.shape
    status = highs.passModel(
        columns,
        rows,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        lp.offset * times,
        lp.cost * times,
        lp.lower,
        lp.upper,
        lp.row_lower,
        lp.row_upper,
        matrix.indptr[:-1].astype(np.int32),
        matrix.indices,
        matrix.data,
        np.zeros(columns, np.int32),
    )
    if status == highspy.HighsStatus.kError or highs.getNumNz() != matrix.nnz:
        raise DafengError("solver_model", model=lp.name, ranges=ranges(lp).matrix.text(), smallest=SMALLEST)
    return highs
