"""A primal-dual interior point method for programs whose days hang together only through capacities and limits.

    minimise c'x    subject to    A x - s = b,    lower <= (x, s) <= upper

The point (x, s, y) and the distances to the bounds with their multipliers follow the central path by predictor and
corrector (Mehrotra 1992, https://doi.org/10.1137/0802028) with further correctors (Gondzio 1996,
https://doi.org/10.1007/BF00249643), each weighted so that the step is longest (Colombo and Gondzio 2008,
https://doi.org/10.1007/s10589-007-9106-0, section 3). Steps are proximal: theta and e are raised by `regular`, and what
that changes vanishes with the step (Altman and Gondzio 1999, https://doi.org/10.1080/10556789908805754). The system of
a step is solved block by block (`interior_blocks`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from dafeng.pathway.acceptance import Accuracy, residuals
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.interior_blocks import BlockSystem, vertices
from dafeng.pathway.interior_form import Form
from dafeng.pathway.interior_fronts import PivotFailed
from dafeng.pathway.memory import kept
from dafeng.pathway.model import Model
from dafeng.pathway.outcome import Attempt
from dafeng.pathway.recipes import Recipe
from dafeng.pathway.system import NONE, Array, Places
from dafeng.pathway.telling import Tell, tell_nobody

ITERATIONS = 200
STALLED = 8
"""Steps in a row that are shorter than `SHORT`, after which the method gives up."""
SHORT = 1e-3
STUCK, BETTER = 15, 0.9
"""Iterations after which it gives up too, if they brought the point no nearer than this share: rows that contradict one
another by a rounding keep a gap open. What was reached counts if it is accurate enough."""
LEAST_FAR, LEAST_DEAR = 0.05, 0.03
"""Of the first distances to bounds and of their multipliers, in units in which bounds and costs are about 1."""
FAR = 1e12
"""A point that far out, in units in which bounds and costs are about 1, is on its way to infinity."""
CORRECTORS = 2
WEIGHTS = np.linspace(1.0, 0.1, 7)
"""Of a corrector; those below the product of the step's lengths are not tried."""
STRETCHED = 2.0, 0.3
"""A corrector aims at steps so many times as long, and by so much longer."""
GAINED = 0.02
"""What a corrector must add to the two lengths of a step, or no further one is tried."""
REFINEMENTS = 4
EXACT_ENOUGH = 1e-4
REGULAR, MOST_REGULAR = 1e-8, 1e-4
TO_BOUND = 0.95
"""Share of the way to the nearest bound that a step takes."""
SHARPER = (1.0, 0.1, 0.01)
"""Shares of the tolerance at which the point is measured in the units of the program, until it is accurate enough."""


def block_of_columns(model: Model) -> Places:
    """(columns,) the block of steps that a column belongs to; -1 for capacities and what blocks pass on."""
    columns, steps = model.columns, model.system.steps
    found = np.full(model.lp.shape[1], NONE)
    by_step = (columns.activity, columns.charge, columns.discharge, columns.spill, columns.level, columns.flow)
    for numbers, place in (*((numbers, steps.place) for numbers in by_step), (columns.online, None)):
        blocks = np.arange(numbers.shape[1]) if place is None else place
        there = numbers != NONE
        found[numbers[there]] = np.broadcast_to(blocks, numbers.shape)[there]
    return found


def attempt(
    lp: LinearProgram, block: Places, recipe: Recipe, accuracy: Accuracy, tell: Tell = tell_nobody
) -> tuple[Attempt, tuple[Array, Array] | None]:
    """Solve a program whose columns belong to blocks.

    Args:
        block: (columns,) block of a column, from 0; -1: of none.
        recipe: says with `ipm_optimality_tolerance` where to stop, unless the accuracy asks for more.
        tell: told how far it is before every iteration; what it raises ends the run.

    Returns:
        what was done and measured, and x and y if they are within the accuracy.
    """
    wall, cpu = time.monotonic(), time.process_time()
    status, run, found = "Not optimal", None, None
    faults: tuple[str, ...] = ("status",)
    tolerance = min(float(dict(recipe.options)["ipm_optimality_tolerance"]), accuracy.gap / 2)
    point: tuple[Array, Array] | None = None
    # fronts are small: more threads of linear algebra than one take longer, and many times the processor time;
    # where there is no optimum, numbers overflow on the way; what is not finite ends the run
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"), threadpool_limits(1, "blas"), kept():
        try:
            run = _Run(Form.of(lp, block < 0), block)
            for share in SHARPER:
                reached = run.go(share * tolerance, tell)
                if not (reached or run.least <= accuracy.gap / 2):
                    break
                x, y = run.best
                point = run.form.original(x[: lp.shape[1]], y)
                found = residuals(lp, *point, accuracy)
                faults = found.faults(accuracy)
                if not faults:
                    status = "Optimal"
                if not (faults and reached):
                    break
        except PivotFailed:
            status = "Pivot failed"
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    counts = {"ipm": run.iterations if run is not None else 0}
    return Attempt(recipe, status, faults, counts, wall, cpu, found), None if faults else point


@dataclass(frozen=True)
class _Step:
    """A direction: of x and s, of y, of the distances to lower and upper bounds and of their multipliers."""

    x: Array
    y: Array
    low: Array
    high: Array
    price_low: Array
    price_high: Array

    def towards(self, other: _Step, primal: float, dual: float) -> _Step:
        """This step and a share of what the other differs by, in x and in y."""

        def between(name: str, share: float) -> Array:
            here, there = getattr(self, name), getattr(other, name)
            return np.asarray(here + share * (there - here))

        shares = dict.fromkeys(("x", "low", "high"), primal) | dict.fromkeys(("y", "price_low", "price_high"), dual)
        return _Step(**{name: between(name, share) for name, share in shares.items()})


class _Run:
    """The iterates, in the units of the form. x holds the columns and then s, of the rows that are no equations."""

    def __init__(self, form: Form, block: Places) -> None:
        self.form, self.iterations, self.regular, self.first = form, 0, REGULAR, 0.0
        self.matrix, self.transposed = form.matrix, csr_array(form.matrix.T)
        self.columns = form.matrix.shape[1]
        equation = form.row_lower == form.row_upper
        self.slack = np.flatnonzero(~equation)
        self.right = np.where(equation, form.row_upper, 0.0)
        lower = np.r_[form.lower, form.row_lower[self.slack]]
        upper = np.r_[form.upper, form.row_upper[self.slack]]
        self.cost = np.r_[form.cost, np.zeros(len(self.slack))]
        self.below, self.above = np.flatnonzero(np.isfinite(lower)), np.flatnonzero(np.isfinite(upper))
        self.lower, self.upper = lower[self.below], upper[self.above]
        kinds = tuple(np.repeat(np.arange(len(sizes)), sizes) for sizes in (
            [one.size for one in form.lp.column_blocks()], [one.size for one in form.lp.row_blocks()]))  # fmt: skip
        whole = csr_array(form.lp.matrix())
        self.system = BlockSystem(form.matrix, vertices(whole, block, (kinds[0], kinds[1]), equation))
        self._start(lower, upper)
        self.least, self.best = np.inf, (self.x, self.y)

    def _start(self, lower: Array, upper: Array) -> None:
        """Nearest to the equations and to the prices, then far enough from every bound (Mehrotra, section 7)."""
        self._factor(np.ones(len(self.cost)))
        x = np.clip(np.zeros(len(self.cost)), lower, upper)
        none = np.zeros(len(self.right))
        self.x = x + self._solve(np.zeros(len(x)), self.right - self._rows(x))[0]
        self.y = self._solve(self.cost, none)[1]
        price = self.cost - self._prices(self.y)
        far, dear = max(0.1 * np.abs(self.x).mean(), LEAST_FAR), max(np.abs(price).mean(), LEAST_DEAR)
        self.low = np.maximum(self.x[self.below] - self.lower, far)
        self.high = np.maximum(self.upper - self.x[self.above], far)
        self.price_low = np.maximum(price[self.below], 0.0) + dear
        self.price_high = np.maximum(-price[self.above], 0.0) + dear

    # -- iterations -----------------------------------------------------------------------------------------------

    def go(self, tolerance: float, tell: Tell) -> bool:
        """Iterate until gap, primal and dual residual are within the tolerance; False if that is out of reach."""
        short = stuck = 0
        mark = np.inf
        while self.iterations < ITERATIONS:
            worst = self._measure()
            if not np.isfinite(worst) or max(_largest(self.x), _largest(self.y)) > FAR:
                return False
            stuck, mark = (0, worst) if worst < BETTER * mark else (stuck + 1, mark)
            if worst < self.least:
                self.least, self.best = worst, (self.x, self.y)
            if worst <= tolerance:
                return True
            self.first = self.first or worst
            done = np.log(self.first / worst) / np.log(self.first / tolerance)
            tell("iterate", float(np.clip(done, 0.0, 0.99)))
            try:
                taken = self._iterate()
            except PivotFailed:
                self.regular *= 10
                if self.regular > MOST_REGULAR:
                    raise
                continue
            self.iterations += 1
            short = short + 1 if taken < SHORT else 0
            if short >= STALLED or stuck >= STUCK:
                return False
        return False

    def _measure(self) -> float:
        """Residuals of the point, kept for the step; the largest of them and of the gap, relative."""
        self.mean = float(self.low @ self.price_low + self.high @ self.price_high)
        self.mean /= max(len(self.low) + len(self.high), 1)
        self.short = self.right - self._rows(self.x)
        self.off_low = self.lower - self.x[self.below] + self.low
        self.off_high = self.upper - self.x[self.above] - self.high
        self.off_price = self.cost - self._prices(self.y) - self._at(self.price_low, -self.price_high)
        primal = float(self.cost @ self.x)
        dual = float(self.right @ self.y + self.lower @ self.price_low - self.upper @ self.price_high)
        broken = max(_largest(self.short), _largest(self.off_low), _largest(self.off_high))
        return max(
            abs(primal - dual) / (1 + abs(primal)),
            broken / (1 + _largest(self.right)),
            _largest(self.off_price) / (1 + _largest(self.cost)),
        )

    def _iterate(self) -> float:
        """One step; the shorter of its lengths in x and y."""
        self._factor(self._at(self.price_low / self.low, self.price_high / self.high))
        products = self.low * self.price_low, self.high * self.price_high
        step = self._direction(-products[0], -products[1])
        along, back = self._lengths(step)
        ahead = (self.low + along * step.low) @ (self.price_low + back * step.price_low)
        ahead += (self.high + along * step.high) @ (self.price_high + back * step.price_high)
        ahead /= max(len(self.low) + len(self.high), 1)
        target = max((ahead / self.mean) ** 3, 1e-6) * self.mean
        aims = target - products[0] - step.low * step.price_low, target - products[1] - step.high * step.price_high
        step = self._direction(*aims)
        along, back = self._lengths(step)
        for _ in range(CORRECTORS):
            if min(along, back) > 0.95:
                break
            aims = self._corrected(step, along, back, target, aims)
            other, further, deeper = self._longest(step, self._direction(*aims), along * back)
            if further + deeper < along + back + GAINED:
                break
            step, along, back = other, further, deeper
        self._move(step, min(1.0, TO_BOUND * along), min(1.0, TO_BOUND * back))
        return min(along, back)

    def _corrected(
        self, step: _Step, along: float, back: float, target: float, aims: tuple[Array, Array]
    ) -> tuple[Array, Array]:
        """Aims that draw outlying products of a longer step towards the target (Gondzio 1996, section 3)."""
        times, more = STRETCHED
        along, back = min(1.0, times * along + more), min(1.0, times * back + more)

        def drawn(product: Array) -> Array:
            return np.maximum(np.clip(product, 0.1 * target, 10 * target) - product, -10 * target)

        low = (self.low + along * step.low) * (self.price_low + back * step.price_low)
        high = (self.high + along * step.high) * (self.price_high + back * step.price_high)
        return aims[0] + drawn(low), aims[1] + drawn(high)

    def _longest(self, step: _Step, other: _Step, least: float) -> tuple[_Step, float, float]:
        """The longest step between two, in x and in y, and its lengths."""
        weights = WEIGHTS[(least <= WEIGHTS) | (WEIGHTS == 1.0)]
        found = []
        for sides in (
            (("low", self.low), ("high", self.high)),
            (("price_low", self.price_low), ("price_high", self.price_high)),
        ):
            most = np.ones(len(weights))
            for name, value in sides:
                here, there = getattr(step, name), getattr(other, name)
                np.maximum(most, _used_up(here, there, value, weights), out=most)
            found.append((float(1 / most.min()), float(weights[most.argmin()])))
        primal, dual = found
        return step.towards(other, primal[1], dual[1]), primal[0], dual[0]

    def _move(self, step: _Step, along: float, back: float) -> None:
        self.x = self.x + along * step.x
        self.low = self.low + along * step.low
        self.high = self.high + along * step.high
        self.y = self.y + back * step.y
        self.price_low = self.price_low + back * step.price_low
        self.price_high = self.price_high + back * step.price_high

    def _lengths(self, step: _Step) -> tuple[float, float]:
        """How far the step may go before a distance, and before a multiplier, is used up; at most 1."""
        primal = max(_ratio(step.low, self.low), _ratio(step.high, self.high))
        dual = max(_ratio(step.price_low, self.price_low), _ratio(step.price_high, self.price_high))
        return 1 / max(1.0, primal), 1 / max(1.0, dual)

    # -- the linear system ----------------------------------------------------------------------------------------

    def _direction(self, aim_low: Array, aim_high: Array) -> _Step:
        """The step on which products of distance and multiplier change by the aims, to first order."""
        right = self.off_price - self._at(
            (aim_low + self.price_low * self.off_low) / self.low,
            (self.price_high * self.off_high - aim_high) / self.high,
        )
        x, y = self._solve(right, self.short)
        low, high = x[self.below] - self.off_low, self.off_high - x[self.above]
        price_low = (aim_low - self.price_low * low) / self.low
        price_high = (aim_high - self.price_high * high) / self.high
        return _Step(x, y, low, high, price_low, price_high)

    def _factor(self, theta: Array) -> None:
        """Rows that are no equations carry their slack: e = regular + 1 / theta of it."""
        self.theta = theta + self.regular
        relaxed = np.full(len(self.right), self.regular)
        relaxed[self.slack] += 1 / self.theta[self.columns :]
        self.system.factor(self.theta[: self.columns], relaxed)

    def _solve(self, right: Array, short: Array) -> tuple[Array, Array]:
        """-theta dx + A'dy = right, A dx + regular dy = short, refined until it is exact enough."""
        x, y = np.zeros(len(right)), np.zeros(len(short))
        sizes = _largest(right) or 1.0, _largest(short) or 1.0
        best, best_error = (x, y), np.inf
        over, under = right, short
        for _ in range(REFINEMENTS):
            lessened = under.copy()
            lessened[self.slack] -= over[self.columns :] / self.theta[self.columns :]
            found = self.system.solve(np.r_[over[: self.columns], lessened])
            more = found[self.columns :]
            slack = -(over[self.columns :] + more[self.slack]) / self.theta[self.columns :]
            x, y = x + np.r_[found[: self.columns], slack], y + more
            over = right + self.theta * x - self._prices(y)
            under = short - self._rows(x) - self.regular * y
            error = max(_largest(over) / sizes[0], _largest(under) / sizes[1])
            enough = error < EXACT_ENOUGH or error > 0.3 * best_error
            if error < best_error:
                best, best_error = (x, y), error
            if enough:
                break
        if not np.isfinite(best_error):
            raise PivotFailed
        return best

    def _rows(self, x: Array) -> Array:
        """A x - s."""
        rows = np.zeros(len(self.right))
        rows[self.slack] = x[self.columns :]
        return np.asarray(self.matrix @ x[: self.columns] - rows, dtype=np.float64)

    def _prices(self, y: Array) -> Array:
        """(A'y, -y)."""
        return np.asarray(np.r_[self.transposed @ y, -y[self.slack]], dtype=np.float64)

    def _at(self, low: Array, high: Array) -> Array:
        """Values at lower and upper bounds, summed per column."""
        size = len(self.cost)
        return np.asarray(np.bincount(self.below, low, size) + np.bincount(self.above, high, size), np.float64)


def _largest(values: Array) -> float:
    return float(np.abs(values).max(initial=0.0))


def _used_up(one: Array, other: Array, value: Array, weights: Array) -> Array:
    """(weights,) the largest share of the value that a step between two takes away; shares below 1 may be left out."""
    least = weights.min()
    nearer = one + least * (other - one)
    some = np.flatnonzero((nearer < -value) | (other < -value))
    if not some.size:
        return np.zeros(len(weights))
    here, there, value = one[some], other[some], value[some]
    return np.asarray((-(here + weights[:, None] * (there - here)) / value).max(axis=1))


def _ratio(change: Array, value: Array) -> float:
    return float((-change / value).max(initial=0.0))
