"""What the engine plans: nodes, processes, storage, lines and the stocks of capacity behind them, as plain arrays.

A system knows no provinces, no technologies and no files. `pathway.power` makes one from the catalogue,
`dafeng.models` from the models of others; both are solved by the same equations (`pathway.equations`).

Sets and their letters, used in every equation:

    n  nodes (a carrier at a place)          s  stocks of capacity          t  steps of time
    i  processes                             u  departures from a stock     y  planning periods
    j  storages                              l  lines                       b  blocks of steps (days)
    a  yearly activities                     m  services                    p  shapes of what they draw

Units are those of the maker, the same throughout: power P (GW or MW), energy P·h, money M. Cost per step is
multiplied by `Steps.value`, cost per period is a present value already: the objective is a present value in M.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]

NONE = -1
CYCLE, CHAIN, BUDGET, CARRY = "cycle", "chain", "budget", "carry"
LINKS = (CYCLE, CHAIN, BUDGET, CARRY)


@dataclass(frozen=True)
class Steps:
    """Time: T steps in B blocks in Y periods, in order.

    Attributes:
        periods: names of the periods, e.g. ("2025", "2030").
        years: (Y,) years that a period stands for.
        period: (T,) the period of each step.
        block: (T,) the block of each step; steps of a block follow one another.
        hours: (T,) h, length of the step in storage balances and ramps.
        weight: (T,) h/a, hours of a year that the step stands for.
        value: (T,) present value of one M per hour spent in the step: weight x years x discount factor.
        calendar: for each period the blocks in the order of the year as (block, times in a row), for storage that
            carries energy between blocks; () where no storage does.
    """

    periods: tuple[str, ...]
    years: Array
    period: Places
    block: Places
    hours: Array
    weight: Array
    value: Array
    calendar: tuple[tuple[tuple[int, int], ...], ...] = ()

    @property
    def count(self) -> int:
        """T."""
        return len(self.period)

    @cached_property
    def previous(self) -> Places:
        """(T,) the step before within the same block; `NONE` for the first of a block."""
        before = np.arange(self.count, dtype=np.int64) - 1
        before[self.firsts] = NONE
        return before

    @cached_property
    def cyclic(self) -> Places:
        """(T,) the step before, where the last step of a block comes before its first."""
        before = np.arange(self.count, dtype=np.int64) - 1
        before[self.firsts] = self.lasts
        return before

    @cached_property
    def firsts(self) -> Places:
        """(B,) first step of each block."""
        return np.flatnonzero(np.r_[True, self.block[1:] != self.block[:-1]])

    @cached_property
    def lasts(self) -> Places:
        """(B,) last step of each block."""
        return np.flatnonzero(np.r_[self.block[1:] != self.block[:-1], True])

    @cached_property
    def place(self) -> Places:
        """(T,) place of each step's block among the blocks."""
        return np.repeat(np.arange(len(self.firsts)), np.diff(np.r_[self.firsts, self.count]))

    @cached_property
    def since(self) -> Array:
        """(T,) h from the start of the step's block to the end of the step."""
        ends = np.cumsum(self.hours)
        return np.asarray(ends - (ends - self.hours)[self.firsts][self.place])

    @cached_property
    def lengths(self) -> Array:
        """(B,) h, length of each block."""
        return np.asarray(np.add.reduceat(self.hours, self.firsts))

    def runs(self, y: int) -> tuple[Places, Array]:
        """(runs,) places of the blocks of a period in the order of its calendar, and how many times in a row."""
        numbers = {int(block): place for place, block in enumerate(self.block[self.firsts])}
        blocks = np.array([numbers[block] for block, _ in self.calendar[y]], dtype=np.int64)
        return blocks, np.array([float(times) for _, times in self.calendar[y]])

    @cached_property
    def labels(self) -> list[str]:
        """Names of the steps: period, block, step of the block."""
        within = np.arange(self.count) - np.repeat(self.firsts, np.diff(np.r_[self.firsts, self.count]))
        return [f"{self.periods[y]}:{b}:{h}" for y, b, h in zip(self.period, self.block, within, strict=True)]


@dataclass(frozen=True)
class Nodes:
    """Places where a carrier must balance in every step.

    Attributes:
        names: (n,) e.g. "CN-HE electricity".
        demand: (n, T) P, taken from the node.
    """

    names: tuple[str, ...]
    demand: Array


@dataclass(frozen=True)
class Stocks:
    """Capacity that is inherited, built, kept and given up.

    Attributes:
        names: (s,) e.g. "CN-HE onwind".
        existing: (s, Y) P, inherited capacity that age has not taken yet.
        build_cost: (s, Y) M/P, present value of building one unit in the period, within the horizon.
        keep_cost: (s, Y) M/P, present value of keeping one unit through the period.
        alive: (s, Y, Y) [s, v, y]: does a unit built in v stand in y.
        build_upper: (s, Y) P, the most that may be built; 0: nothing.
        build_lower: (s, Y) P, decided additions.
        lower, upper: (s, Y) P, floor and ceiling of the capacity.
        least_load: (s,) output below which capacity that is on line cannot go, as a share of it; 0: no such limit.
            With a limit, what is on line is decided per block, and only that runs and holds reserve.
        team: (s,) stocks with a least load and the same team are on line together; the first of them says what is
            available and what the least load is.
    """

    names: tuple[str, ...]
    existing: Array
    build_cost: Array
    keep_cost: Array
    alive: Flags
    build_upper: Array
    build_lower: Array
    lower: Array
    upper: Array
    least_load: Array
    team: Places


@dataclass(frozen=True)
class Departures:
    """Ways in which inherited capacity leaves its stock before its age: retirement, or conversion into another stock.

    Attributes:
        names: (u,).
        source: (u,) the stock that it leaves.
        target: (u,) the stock that it joins; `NONE`: it is retired.
        ratio: (u,) capacity that joins the target per unit that leaves.
        cost: (u, Y) M/P, present value per unit that leaves in the period.
        upper: (u, Y) P, the most that may leave in the period.
    """

    names: tuple[str, ...]
    source: Places
    target: Places
    ratio: Array
    cost: Array
    upper: Array


@dataclass(frozen=True)
class Processes:
    """Activities that take from one node (or from outside the system) and give to others.

    A power plant has no input node; a corridor takes from one node and gives to another; a plant of combined heat and
    power gives to two. Processes that share a stock share its capacity; the first of them says what is available.

    Attributes:
        names: (i,).
        source: (i,) node that the activity takes 1 from; `NONE`: from outside.
        sinks: (i, k) nodes that it gives to; `NONE`: none.
        efficiency: (i, k) or (i, k, T) given per unit of activity.
        stock: (i,) stock that bounds the activity; `NONE`: unbounded by capacity.
        size: (i,) capacity that a unit of activity takes up.
        available: (i, T) or (i, 1) upper bound per unit of capacity.
        minimum: (i, T) or (i, 1) lower bound per unit of capacity; negative: the activity can run backwards.
        cost: (i, T) or (i, 1) M per unit of activity and hour.
        ramp_up, ramp_down: (i,) greatest change per hour as a share of capacity; inf: any.
    """

    names: tuple[str, ...]
    source: Places
    sinks: Places
    efficiency: Array
    stock: Places
    size: Array
    available: Array
    minimum: Array
    cost: Array
    ramp_up: Array
    ramp_down: Array


@dataclass(frozen=True)
class Storages:
    """Stores of energy at a node.

    Attributes:
        names: (j,).
        node: (j,).
        charge_stock, discharge_stock: (j,) stocks that bound the powers; `NONE`: unbounded.
        energy_stock: (j,) stock that bounds the level; `NONE`: unbounded.
        charge_size, discharge_size: (j,) power per unit of stock.
        energy_size: (j,) h where the stock is a power: energy per unit of stock.
        charge_available, discharge_available: (j, T) or (j, 1) share of the power that can be used.
        charge_efficiency, discharge_efficiency: (j,).
        loss: (j,) share of the level lost per hour.
        inflow: (j, T) or (j, 1) P from outside (negative: drawn by use, as by driving).
        spill: (j,) may inflow be let go.
        level_lower, level_upper: (j, T) or (j, 1) shares of the energy capacity.
        link: (j,) `cycle`: a block ends as it began; `chain`: it begins at `initial`; `budget`: inflow of a block is
            used within it (or let go, with `spill`), no level is kept; `carry`: levels go on from block to block
            along the calendar, and within a block from the level with which it begins.
        initial: (j,) P·h, level before the first step of a chain.
        charge_cost, discharge_cost, level_cost, spill_cost: (j, T) or (j, 1) M per P (level: per P·h) and hour.
    """

    names: tuple[str, ...]
    node: Places
    charge_stock: Places
    discharge_stock: Places
    energy_stock: Places
    charge_size: Array
    discharge_size: Array
    energy_size: Array
    charge_available: Array
    discharge_available: Array
    charge_efficiency: Array
    discharge_efficiency: Array
    loss: Array
    inflow: Array
    spill: Flags
    level_lower: Array
    level_upper: Array
    link: tuple[str, ...]
    initial: Array
    charge_cost: Array
    discharge_cost: Array
    level_cost: Array
    spill_cost: Array


@dataclass(frozen=True)
class Lines:
    """Passive branches whose flows follow Kirchhoff's voltage law.

    Attributes:
        names: (l,).
        start, end: (l,) nodes.
        stock: (l,).
        available: (l, T) or (l, 1) share of the capacity that can be used, in both directions.
        impedance: (l,) in any unit that is the same within a synchronous area.
    """

    names: tuple[str, ...]
    start: Places
    end: Places
    stock: Places
    available: Array
    impedance: Array


@dataclass(frozen=True)
class Yearly:
    """Activities that are decided once a period, and the services that they give: steel by a route, travel by a car.

    A service balances over the year. An activity gives to services or takes from them, uses capacity of a stock, and
    draws power from nodes along a shape: a unit of it draws amount x shape in every step.

    Attributes:
        names: (a,).
        stock: (a,) stock that bounds the activity; `NONE`: unbounded by capacity.
        size: (a,) capacity that a unit of activity takes up.
        lower, upper: (a, Y) units a year.
        cost: (a, Y) M per unit a year, present value.
        services: (m,) names.
        demand: (m, Y) units a year.
        giver: (k,) activity that gives, as often as it gives.
        service: (k,) to which it gives.
        given: (k, Y) units of the service per unit of the activity; negative: it takes.
        drawer: (d,) activity that draws, as often as it draws.
        node: (d,) from which it draws.
        shape: (d,) along which it draws.
        drawn: (d, Y) P at shape 1 per unit of the activity.
        shapes: (p, T) power over time.
    """

    names: tuple[str, ...]
    stock: Places
    size: Array
    lower: Array
    upper: Array
    cost: Array
    services: tuple[str, ...]
    demand: Array
    giver: Places
    service: Places
    given: Array
    drawer: Places
    node: Places
    shape: Places
    drawn: Array
    shapes: Array

    @classmethod
    def nothing(cls, periods: int, steps: int) -> Yearly:
        """No yearly activity at all."""
        no, table = np.zeros(0, dtype=np.int64), np.zeros((0, periods))
        return cls(
            names=(),
            stock=no,
            size=np.zeros(0),
            lower=table,
            upper=table,
            cost=table,
            services=(),
            demand=table,
            giver=no,
            service=no,
            given=table,
            drawer=no,
            node=no,
            shape=no,
            drawn=table,
            shapes=np.zeros((0, steps)),
        )

    def load(self, activity: Array, nodes: int, period: Places) -> Array:
        """(nodes, T) P that activities draw.

        Args:
            activity: (a, Y) units a year. nodes: how many nodes there are. period: (T,) the period of each step.
        """
        found = np.zeros((nodes, len(period)))
        power = (self.drawn * activity[self.drawer])[:, period] * self.shapes[self.shape]
        np.add.at(found, self.node, power)
        return found


ACTIVITY, CAPACITY, BUILD, CHARGE, DISCHARGE, LEVEL_END, YEARLY = (
    "activity",
    "capacity",
    "build",
    "charge",
    "discharge",
    "level_end",
    "yearly",
)
QUANTITIES = (ACTIVITY, CAPACITY, BUILD, CHARGE, DISCHARGE, LEVEL_END, YEARLY)


@dataclass(frozen=True)
class Term:
    """A part of a limit: coefficient x quantity, summed.

    Attributes:
        quantity: `activity`, `charge`, `discharge` (energy of a year: sum of weight x power), `capacity`, `build`,
            `level_end` (level after the last step of the period), or `yearly` (a yearly activity).
        index: (k,) processes, storages, stocks or yearly activities.
        coefficient: (k,) or, for energies, (k, T).
    """

    quantity: str
    index: Places
    coefficient: Array


@dataclass(frozen=True)
class Reading:
    """How the sum of a limit reads as the figure that somebody asked for: offset + factor x sum / whole.

    Attributes:
        asked: the figure. unit: of the figure, an id of the catalogue.
        factor: above 0, so that more of the sum is more of the figure.
        whole: terms of what the sum is divided by, in the unit of the sum; (): by 1. size: of the whole, about; 0: not
            known.
    """

    asked: float
    unit: str
    offset: float = 0.0
    factor: float = 1.0
    whole: tuple[Term, ...] = ()
    size: float = 0.0

    def figure(self, total: float, whole: float = 1.0) -> float:
        """What a sum reads as."""
        return self.offset + self.factor * total / whole

    @property
    def plain(self) -> bool:
        """Is the figure the sum itself."""
        return not self.whole and self.offset == 0 and self.factor == 1


@dataclass(frozen=True)
class Limit:
    """A named policy: lower <= sum of terms <= upper, in one period or over all.

    Attributes:
        name: what messages and reports call it.
        terms: what is summed, together on one side.
        lower, upper: in the unit of the sum; infinite: open.
        period: of which period; None: the sum over all periods, each weighted with its years (what is built: once).
        price: M per unit by which the limit may be missed (present value); None: it must hold.
        unit: of the sum, as an id of the catalogue; empty: not said.
        reading: the figure that it comes from; None: the number of the limit is the figure.
        tightened: amount by which its sides are drawn in from what is asked.
    """

    name: str
    terms: tuple[Term, ...]
    lower: float = -np.inf
    upper: float = np.inf
    period: int | None = None
    price: float | None = None
    unit: str = ""
    reading: Reading | None = None
    tightened: float = 0.0


@dataclass(frozen=True)
class Reserve:
    """Operating reserve of a group of nodes: idle available capacity covers a share of demand and of variable output.

    Attributes:
        name: what messages and reports call it.
        nodes: nodes whose demand counts.
        processes, credit: what can be idle, and how much of an idle unit counts.
        storages: storages whose unused discharge and interruptible charge count.
        variable, variable_share: processes whose output must be covered, and the share.
        demand_share: share of demand to be covered.
    """

    name: str
    nodes: Places
    processes: Places
    credit: Array
    storages: Places
    variable: Places
    variable_share: float
    demand_share: float


@dataclass(frozen=True)
class System:
    """A whole system, ready for the equations. `pathway.checks.check` refuses what cannot be meant."""

    steps: Steps
    nodes: Nodes
    stocks: Stocks
    processes: Processes
    storages: Storages
    lines: Lines
    departures: Departures
    yearly: Yearly
    limits: tuple[Limit, ...] = ()
    reserves: tuple[Reserve, ...] = ()
    power_unit: str = "GW"
    money_unit: str = "1e9 CNY"
    notes: dict[str, str] = field(default_factory=dict)
