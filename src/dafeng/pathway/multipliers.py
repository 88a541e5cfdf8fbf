"""Better multipliers from those of a first-order method, so that the bound that they prove is closer to the optimum.

Any multipliers prove a bound (`acceptance.safe_bound`). A first-order method leaves many slightly wrong, and each error
costs the bound what its column could be at most, which for capacities is far more than what they are. Three steps, each
of which maximises the dual function over some multipliers while the others stay:

1. Rows that hold a step's columns below or above a share of a capacity (`MOST`, `LEAST`): family by family in closed
   form, as a column of a step is in one row of a family only. The multiplier of a row a'x - share K <= side is the
   least that leaves no reduced cost of x negative, that of a row a'x - share K >= side the largest.
2. Rows among border columns (capacities, budgets of building, levels between days): a linear program of a few thousand
   columns, solved exactly, with the prices of the hours in its costs.
3. The same with the hours of the storages whose capacities still cost the bound most: what a unit stored is worth in
   each hour, and how that is shared by power and energy, then follows from the prices of the nodes.

What stays are prices of the nodes' balances, of other storage, reserves and limits that count hours.
"""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import Block, LinearProgram
from dafeng.pathway.border import border_columns, rows_among
from dafeng.pathway.model import Model
from dafeng.pathway.outcome import Infeasible, NotSolved, Unbounded
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import NONE, Array, Flags, Places

MOST = ("available", "shared", "charge", "discharge", "level", "carry_room", "on_line_most")
LEAST = ("minimum", "on_line_least", "level_min")
LAST = ("on_line",)
"""What is on line has its price from the rows before it."""
MUCH = 1e-6
"""Share of the cost of a plan that the capacities of a storage may cost the bound."""
HOURS = 10_000
"""Hours of storages that are looked at together: three columns each, with which dual simplex takes half a second."""


def sharpened(model: Model, x: Array, y: Array, within: tuple[Array, Array]) -> Array:
    """(rows,) multipliers whose bound is, as a rule, closer to the optimum; any use of them must be checked.

    Args:
        x: (columns,) of a solution, which says where much is lost. y: (rows,) its multipliers.
        within: (columns,) each, bounds of the columns (`implied_bounds`).
    """
    lp = model.lp
    y = np.where((y > 0) & np.isneginf(lp.row_lower) | (y < 0) & np.isposinf(lp.row_upper), 0.0, y)
    border = border_columns(model)
    blocks = {block.name: block for block in lp.row_blocks() if block.size}
    for name in (*MOST, *LEAST, *LAST):
        if name in blocks:
            _set_family(lp, border, blocks[name], y)
    try:
        y = _best_among(model, border, y, within)
        storages = _losing(model, x, y, within)
        return _best_among(model, border | _hours_of(model, storages), y, within) if storages.size else y
    except (NotSolved, Infeasible, Unbounded):
        return y


def _set_family(lp: LinearProgram, border: Flags, family: Block, y: Array) -> None:
    """The best multipliers of the rows of a family while all others stay, in place."""
    here = family.slice
    y[here] = 0.0
    reduced = lp.cost - lp.matrix().T @ y
    entries = lp.matrix().tocsr()[here].tocoo()
    mine = (entries.data > 0) & ~border[entries.col]
    row, column = entries.row[mine], entries.col[mine]
    least = np.full(family.size, np.inf)
    np.minimum.at(least, row, reduced[column] / entries.data[mine])
    least[np.isinf(least)] = 0.0
    below = np.isneginf(lp.row_lower[here])
    y[here] = np.where(below, np.minimum(least, 0.0), np.maximum(least, 0.0))


def _best_among(model: Model, columns: Flags, y: Array, within: tuple[Array, Array]) -> Array:
    """The best multipliers of the rows that have no other columns than these, while all others stay."""
    lp, numbers = model.lp, np.flatnonzero(columns)
    alone, matrix = rows_among(model, columns)
    found = y.copy()
    found[alone] = 0.0
    reduced = lp.cost - lp.matrix().T @ found
    lower, upper = within
    part = LinearProgram("multipliers")
    x = part.columns("own", (len(numbers),), lower=lower[numbers], upper=upper[numbers], cost=reduced[numbers])
    rows = part.rows("alone", (len(alone),), [], lower=lp.row_lower[alone], upper=lp.row_upper[alone])
    entries = matrix.tocoo()
    part.add(rows[entries.row], entries.data, x[entries.col])
    found[alone] = Session(part).solve((DUAL_SIMPLEX, IPX), bound=False).dual(rows)
    return found


def _losing(model: Model, x: Array, y: Array, within: tuple[Array, Array]) -> Places:
    """Numbers of the storages whose capacities cost the bound most, each more than `MUCH`, `HOURS` together at most."""
    lp, c, s = model.lp, model.columns, model.system.storages
    lower, upper = within
    reduced = lp.cost - lp.matrix().T @ y
    held = np.where(reduced > 0, lower, np.where(reduced < 0, upper, x))
    lost = reduced * (np.clip(x, lower, upper) - held)
    of_stock = np.zeros(len(model.system.stocks.names) + 1)
    for numbers in (c.capacity, c.build):
        there = numbers != NONE
        np.add.at(of_stock, np.nonzero(there)[0], lost[numbers[there]])
    of_storage = of_stock[s.charge_stock] + of_stock[s.discharge_stock] + of_stock[s.energy_stock]
    worst = np.argsort(-of_storage, kind="stable")[: HOURS // model.system.steps.count]
    return np.sort(worst[of_storage[worst] > MUCH * abs(float(lp.cost @ x + lp.offset))])


def _hours_of(model: Model, storages: Places) -> Flags:
    """(columns,) is the column one of a storage in an hour."""
    c = model.columns
    found = np.zeros(model.lp.shape[1], dtype=bool)
    for numbers in (c.charge, c.discharge, c.spill, c.level):
        own = numbers[storages]
        found[own[own != NONE]] = True
    return found
