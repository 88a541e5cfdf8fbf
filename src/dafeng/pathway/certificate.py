"""How good a plan is, proved: an exact way to run it that keeps every limit, and a bound below which no plan can cost.

A first-order solution is right to about 1e-4 and breaks rows by as much. The certificate mends that:

1. The capacities are brought to a point that keeps every row that concerns only them (the nearest one, by cost).
2. They are run exactly, block by block; storage that carries keeps to what the border says of its levels. The annual
   limits are kept by prices: a small master program mixes the ways of running each block that earlier prices called
   forth, until no price can better it (Dantzig and Wolfe 1960, https://doi.org/10.1287/opre.8.1.101). A mix of feasible
   days is feasible, because everything is linear; its cost is an upper bound of the optimum.
3. The multipliers of the solution, or better ones made from them (`multipliers.sharpened`), give a lower bound that
   holds whatever the solver did (`acceptance.safe_bound`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import vstack

from dafeng.pathway.acceptance import implied_bounds, relative_gap, safe_bound, well_above
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.border import border_columns, border_rows
from dafeng.pathway.carrying import lowest_runs, storing
from dafeng.pathway.chains import CHAINS, Chain, run_chains
from dafeng.pathway.dispatch import RUN, Counts, Dispatcher, block_model, standing
from dafeng.pathway.equations import Columns
from dafeng.pathway.model import Model
from dafeng.pathway.multipliers import sharpened
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX
from dafeng.pathway.slicing import some_steps
from dafeng.pathway.solvers import Session, Solution
from dafeng.pathway.system import BUILD, CAPACITY, NONE, YEARLY, Array, Places, System
from dafeng.pathway.telling import Tell, tell_nobody

__all__ = ["Certificate", "border_columns", "certify", "settled"]

ROUNDS = 12
ENOUGH = 2e-5
"""Share of the cost of the plan up to which prices may still better the mix."""
STEP = 0.2
"""Share by which a price moves at first where all known ways to run break a limit; twice that in the next. Prices of an
interior point are right at once, those of a first-order method off by 15 to 40 per cent."""
IN_A_CHAIN = 6
"""Blocks of a chain at least, about, where there are several chains."""
MUCH = 1e3
TINY = 1e-9


@dataclass(frozen=True)
class Certificate:
    """What is proved of a plan.

    Attributes:
        cost: M, cost of a plan that keeps every row and limit: upper bound of the optimum.
        bound: M, no plan costs less. bound_as_asked: M, nor one for which no limit is drawn in (`Limit.tightened`).
        x: (columns,) the settled capacities; only the columns that no step has are meant.
        capacity: (s, Y) P, of the certified plan. yearly: (a, Y) units a year.
        held: (limits,) what capacities add to the left sides of the limits.
        prices: (limits,) M per unit, at which the limits are kept in the exact dispatch; proved by the bound that they
            give, and those of the solution itself where they do.
        broken: (limits,) by how much a limit is missed even so (0 where it holds).
        rounds: of prices that were needed.
    """

    cost: float
    bound: float
    bound_as_asked: float
    x: Array
    capacity: Array
    yearly: Array
    held: Array
    prices: Array
    broken: Array
    rounds: int

    @property
    def gap(self) -> float:
        """(cost - bound) / |cost|."""
        return relative_gap(self.cost, self.bound)

    @property
    def gap_as_asked(self) -> float:
        """(cost - bound_as_asked) / |cost|."""
        return relative_gap(self.cost, self.bound_as_asked)

    @property
    def holds(self) -> bool:
        """Are all limits kept."""
        return not np.any(self.broken > 0)

    def of_period(self, y: int, limits: Places) -> Certificate:
        """What it says of one period: its capacities and limits; cost and bound stay those of the whole plan.

        Args:
            limits: numbers of the limits of the period.
        """
        return replace(
            self,
            capacity=self.capacity[:, [y]],
            yearly=self.yearly[:, [y]],
            held=self.held[limits],
            prices=self.prices[limits],
            broken=self.broken[limits],
        )


def certify(model: Model, solution: Solution, tell: Tell = tell_nobody) -> Certificate:
    """The certificate of a solution of a model.

    Args:
        tell: told how far it is.

    Raises:
        NotSolved, Infeasible: the capacities cannot be brought to a feasible point, or a block cannot be run.
    """
    found = proved_at(model, settled(model, solution.x), _limit_prices(model, solution), tell)
    cutoff = well_above(solution.objective) if found.broken.any() else found.cost
    bound, bound_as_asked = _bounds(model, solution, cutoff)
    return replace(found, bound=bound, bound_as_asked=bound_as_asked)


def proved_at(model: Model, x: Array, prices: Array, tell: Tell = tell_nobody) -> Certificate:
    """What some capacities cost, run exactly; without a bound.

    Args:
        x: (columns,) capacities that keep all rows among themselves. prices: (limits,) of limits, to begin with.

    Raises:
        NotSolved, Infeasible: a block cannot be run.
    """
    system = model.system
    capacity = np.where(model.columns.capacity == NONE, model.columns.fixed, values_of(x, model.columns.capacity))
    yearly = values_of(x, model.columns.yearly)
    held = held_by(system, capacity, values_of(x, model.columns.build), yearly)
    blocks = _Blocks.of(system, standing(system, capacity, yearly), model.columns, x)
    master = _Master(system, len(blocks.when), held)
    border_cost, step = _border_cost(model, x), STEP
    for rounds in range(1, ROUNDS + 1):
        value = master.worth(prices)
        ways = blocks.run(prices, rounds, tell)
        for number, (objective, counted) in enumerate(ways):
            master.learn(number, objective - float(prices @ counted), counted)
            value += objective
        tried, prices = prices, master.solve()
        if master.broken.any():
            prices, step = _nearer(tried, prices, step), 2 * step
        if not master.broken.any() and master.cost - value <= ENOUGH * abs(border_cost + master.cost):
            prices = tried
            break
    return Certificate(
        cost=border_cost + master.cost,
        bound=-np.inf,
        bound_as_asked=-np.inf,
        x=x,
        capacity=capacity,
        yearly=yearly,
        held=held,
        prices=prices,
        broken=master.broken,
        rounds=rounds,
    )


@dataclass(frozen=True)
class _Blocks:
    """The blocks of a system with given capacities, run again and again at other prices.

    Attributes:
        when: steps of each block. models: of each block. costs: (columns,) of each, without prices.
        chains: stretches of blocks, each with what runs it; how many there are depends on the blocks only.
    """

    counts: Counts
    when: list[Places]
    models: list[Model]
    costs: list[Array]
    chains: list[tuple[Places, Dispatcher]]

    @classmethod
    def of(cls, system: System, run: System, columns: Columns, x: Array) -> _Blocks:
        """Blocks that have not been run yet.

        Args:
            run: the system with its capacities given. x: (columns,) what carrying storage begins with and puts aside.
        """
        when = [np.arange(a, b + 1) for a, b in zip(run.steps.firsts, run.steps.lasts, strict=True)]
        carried = lowest_runs(run, values_of(x, columns.net), values_of(x, columns.least), values_of(x, columns.span))
        models = [block_model(some_steps(run, steps), given) for steps, given in zip(when, carried, strict=True)]
        costs = [model.lp.cost.copy() for model in models]
        stretches = np.array_split(np.arange(len(when)), min(CHAINS, -(-len(when) // IN_A_CHAIN)))
        return cls(Counts(system), when, models, costs, [(stretch, Dispatcher()) for stretch in stretches])

    def run(self, prices: Array, rounds: int, tell: Tell) -> list[tuple[float, Array]]:
        """M, cost of each block with what it pays at the prices, and (limits,) what it counts.

        Args:
            rounds: how often the blocks have been run with this time.
        """
        done = run_chains(
            [self._stretch(numbers, dispatcher, prices) for numbers, dispatcher in self.chains],
            lambda done: tell("certificate", (rounds - 1 + done / len(self.when)) / ROUNDS),
        )
        return [way for ways in done for way in ways]

    def _stretch(self, numbers: Places, dispatcher: Dispatcher, prices: Array) -> Chain[list[tuple[float, Array]]]:
        ways = []
        for number in numbers.tolist():
            when, model = self.when[number], self.models[number]
            self.counts.charge(model, self.costs[number], when, prices)
            found = dispatcher.solve(model, number)
            ways.append((found.objective, self.counts.block(found, when)))
            yield
        return ways


def _limit_prices(model: Model, solution: Solution) -> Array:
    """(limits,) M per unit, at which the solution keeps its limits.

    0 where a price is a smaller share of the cost than what is left is of the limit: an interior point leaves dust
    there, with which a replay takes a sixth more time.
    """
    rows = model.lp.matrix().tocsr()[model.limits]
    lower, upper = model.lp.row_lower[model.limits], model.lp.row_upper[model.limits]
    value, size = rows @ solution.x, np.maximum(abs(rows) @ np.abs(solution.x), TINY)
    left = np.minimum(value - lower, upper - value) / size
    prices = -solution.y[model.limits]
    return np.where(left > np.abs(prices) * size / max(abs(solution.objective), TINY), 0.0, prices)


def values_of(x: Array, numbers: Places) -> Array:
    """Values of columns; 0 where there is none."""
    return np.where(numbers == NONE, 0.0, x[np.maximum(numbers, 0)])


def _nearer(tried: Array, asked: Array, step: float) -> Array:
    """(limits,) prices between those tried and those asked, no further than a share of the former.

    Where no mix keeps a limit the master asks for its penalty; the right price is nearly always close to the last.
    """
    return np.asarray(np.where(tried == 0, asked, np.clip(asked, tried - step * abs(tried), tried + step * abs(tried))))


def _bounds(model: Model, solution: Solution, cutoff: float) -> tuple[float, float]:
    """M, no plan costs less than the first or than `cutoff`; none less than the second if its limits are as asked.

    What bounds the program of drawn-in limits bounds the wider one too, by as much less as the limits' multipliers say.
    """
    lp = model.lp
    within = implied_bounds(lp, cutoff=cutoff)
    both = solution.y, sharpened(model, solution.x, solution.y, within)
    bounds = [safe_bound(lp, each, cutoff=cutoff, within=within) for each in both]
    tightened = np.array([limit.tightened for limit in model.system.limits])
    if not tightened.any():
        return max(bounds), max(bounds)
    rows, lower, upper = model.limits, lp.row_lower[model.limits], lp.row_upper[model.limits]
    lp.set_row_bounds(rows, lower - tightened, upper + tightened)
    try:
        return max(bounds), safe_bound(lp, both[int(np.argmax(bounds))], cutoff=cutoff)
    finally:
        lp.set_row_bounds(rows, lower, upper)


def _border_cost(model: Model, x: Array) -> float:
    border = border_columns(model)
    return float(model.lp.cost[border] @ x[border] + model.lp.offset)


def settled(model: Model, x: Array) -> Array:
    """The nearest point, weighted by cost, at which the columns that no step has keep all rows among themselves.

    Args:
        x: (columns,) a solution that may break rows a little.

    Returns:
        (columns,) the point; the other columns are left as they are.
    """
    lp, border = model.lp, np.flatnonzero(border_columns(model))
    alone, rows = border_rows(model)
    storable, most = storing(model)
    rows = vstack([rows, storable[:, border]], format="csr")
    lower = np.append(lp.row_lower[alone], np.full(len(most), -np.inf))
    upper = np.append(lp.row_upper[alone], most)
    start = np.clip(x[border], lp.lower[border], lp.upper[border])
    found = x.copy()
    found[border] = start
    value = rows @ start
    if np.all(value >= lower - 1e-12) and np.all(value <= upper + 1e-12):
        return found
    near = LinearProgram("settled capacities")
    weight = np.maximum(np.abs(lp.cost[border]), 1e-3 * max(float(np.abs(lp.cost[border]).max()), 1e-9))
    place = near.columns("value", (len(border),), lower=lp.lower[border], upper=lp.upper[border])
    away = near.columns("away", (2, len(border)), cost=weight)
    near.rows(
        "from",
        (len(border),),
        [(1.0, place), (-1.0, away[0]), (1.0, away[1])],
        lower=start,
        upper=start,
    )
    kept = near.rows("kept", (len(upper),), [], lower=lower, upper=upper)
    entries = rows.tocoo()
    near.add(kept[entries.row], entries.data, place[entries.col])
    found[border] = Session(near).solve((DUAL_SIMPLEX, IPX), bound=False).value(place)
    return found


def held_by(system: System, capacity: Array, build: Array, yearly: Array) -> Array:
    """(limits,) what capacities, what is built and yearly activities add to the left side of the limits."""
    found = np.zeros(len(system.limits))
    periods = len(system.steps.periods)
    for number, limit in enumerate(system.limits):
        one = np.eye(periods)[limit.period] if limit.period is not None else None
        for term in limit.terms:
            if term.quantity in (CAPACITY, YEARLY):
                years = system.steps.years if one is None else one
                table = capacity if term.quantity == CAPACITY else yearly
                found[number] += float(term.coefficient @ table[term.index] @ years)
            elif term.quantity == BUILD:
                found[number] += float(
                    term.coefficient @ build[term.index] @ (np.ones(periods) if one is None else one)
                )
    return found


@dataclass
class _Master:
    """Mixes the ways to run each block so that the limits that count how they are run hold at least cost.

        min  sum(w) cost[w] m[w] + sum(k) price[k] z[k] + much sum(k) a[k]
        lower[k] - held[k] <= sum(w) counted[k,w] m[w] +- z[k] +- a[k] <= upper[k] - held[k],   sum(w of b) m[w] = 1

    Attributes:
        held: (limits,) what capacities add to the left sides.
        cost: M, of the best mix, without the penalty of rows that nothing can keep. broken: (limits,) by how much.
    """

    system: System
    blocks: int
    held: Array
    block: list[int] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    counted: list[Array] = field(default_factory=list)
    cost: float = np.inf
    broken: Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        limits = self.system.limits
        counting = [any(term.quantity in RUN for term in limit.terms) for limit in limits]
        self.rows = np.flatnonzero(counting)
        self.lower = np.array([limit.lower for limit in limits]) - self.held
        self.upper = np.array([limit.upper for limit in limits]) - self.held

    def learn(self, block: int, cost: float, counted: Array) -> None:
        """A further way to run a block."""
        self.block.append(block)
        self.costs.append(cost)
        self.counted.append(counted)

    def worth(self, prices: Array) -> float:
        """M, what the limits' own sides are worth at the prices: part of the bound that the prices give."""
        side = np.where(prices > 0, -self.upper, np.where(prices < 0, -self.lower, 0.0))
        rows = self.rows[np.isfinite(side[self.rows])]
        return float(prices[rows] @ side[rows])

    def solve(self) -> Array:
        """(limits,) the prices at the best mix so far; sets `cost` and `broken`."""
        limits, rows = [self.system.limits[k] for k in self.rows], self.rows
        counted = np.array(self.counted)[:, rows]
        scale = np.maximum(np.abs(counted).max(axis=0, initial=0.0), 1e-9)
        lp = LinearProgram("mix of ways")
        ways = lp.columns("way", (len(self.costs),), cost=np.array(self.costs))
        ones = lp.rows("block", (self.blocks,), [], lower=1.0, upper=1.0)
        lp.add(ones[np.array(self.block)], 1.0, ways)
        kept = lp.rows("limit", (len(rows),), [], lower=self.lower[rows] / scale, upper=self.upper[rows] / scale)
        shares = counted / scale
        lp.add(kept[None, :], np.where(np.abs(shares) > TINY, shares, 0.0), ways[:, None])
        much = MUCH * float(np.abs(self.costs).max()) + 1.0
        out = lp.columns("broken", (2, len(rows)), cost=much)
        lp.add(kept, 1.0, out[0])
        lp.add(kept, -1.0, out[1])
        missed = [place for place, limit in enumerate(limits) if limit.price is not None]
        price = np.array([limits[place].price or 0.0 for place in missed])
        elastic = lp.columns("missed", (len(missed),), cost=price * scale[missed])
        lp.add(kept[missed], [1.0 if np.isfinite(limits[place].lower) else -1.0 for place in missed], elastic)
        found = Session(lp).solve((DUAL_SIMPLEX, IPX), bound=False)
        over = found.value(out).sum(axis=0)
        self.cost = found.objective - much * float(over.sum())
        self.broken = self._border_broken()
        self.broken[rows] = np.where(over > TINY, over * scale, 0.0)
        prices = np.zeros(len(self.system.limits))
        prices[rows] = -found.dual(kept) / scale
        return prices

    def _border_broken(self) -> Array:
        """(limits,) by how much limits on capacities alone are missed."""
        over = np.maximum(np.maximum(-self.upper, self.lower), 0.0)
        size = np.maximum(np.abs(self.held), 1.0)
        free = np.array([limit.price is not None for limit in self.system.limits], dtype=bool)
        found = np.where((over > 1e-6 * size) & ~free, over, 0.0)
        found[self.rows] = 0.0
        return found
