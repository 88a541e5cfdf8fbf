"""Better multipliers from those of a first-order method, so that the bound that they prove is closer to the optimum.

Any multipliers prove a bound (`acceptance.safe_bound`). A first-order method leaves many slightly wrong, and each error
costs the bound what its column could be at most, which for capacities is far more than what they are. Two steps, each
of which maximises the dual function over some multipliers while the others stay:

1. Rows that hold a step's columns below or above a share of a capacity (`MOST`, `LEAST`): family by family in closed
   form, as a column of a step is in one row of a family only. The multiplier of a row a'x - share K <= side is the
   least that leaves no reduced cost of x negative, that of a row a'x - share K >= side the largest.
2. Rows among border columns (capacities, budgets of building, levels between days): a linear program of a few thousand
   columns, solved exactly, with the prices of the hours in its costs.

What stays are prices of the nodes' balances, of storage, reserves and limits that count hours.
"""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import Block, LinearProgram
from dafeng.pathway.border import border_columns, border_rows
from dafeng.pathway.model import Model
from dafeng.pathway.outcome import Infeasible, NotSolved, Unbounded
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import Array, Flags

MOST = ("available", "shared", "charge", "discharge", "level", "on_line_most")
LEAST = ("minimum", "on_line_least", "level_min")
LAST = ("on_line",)
"""What is on line has its price from the rows before it."""


def sharpened(model: Model, y: Array, within: tuple[Array, Array]) -> Array:
    """(rows,) multipliers whose bound is, as a rule, closer to the optimum; any use of them must be checked.

    Args:
        y: (rows,) multipliers of a solution. within: (columns,) each, bounds of the columns (`implied_bounds`).
    """
    lp = model.lp
    y = np.where((y > 0) & np.isneginf(lp.row_lower) | (y < 0) & np.isposinf(lp.row_upper), 0.0, y)
    border = border_columns(model)
    blocks = {block.name: block for block in lp.row_blocks() if block.size}
    for name in (*MOST, *LEAST, *LAST):
        if name in blocks:
            _set_family(lp, border, blocks[name], y)
    try:
        return _border(model, border, y, within)
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


def _border(model: Model, border: Flags, y: Array, within: tuple[Array, Array]) -> Array:
    """The best multipliers of the rows among border columns while those of the hours stay."""
    lp, numbers = model.lp, np.flatnonzero(border)
    alone, matrix = border_rows(model)
    found = y.copy()
    found[alone] = 0.0
    reduced = lp.cost - lp.matrix().T @ found
    lower, upper = within
    part = LinearProgram("border")
    x = part.columns("border", (len(numbers),), lower=lower[numbers], upper=upper[numbers], cost=reduced[numbers])
    rows = part.rows("alone", (len(alone),), [], lower=lp.row_lower[alone], upper=lp.row_upper[alone])
    entries = matrix.tocoo()
    part.add(rows[entries.row], entries.data, x[entries.col])
    found[alone] = Session(part).solve((DUAL_SIMPLEX, IPX), bound=False).dual(rows)
    return found
