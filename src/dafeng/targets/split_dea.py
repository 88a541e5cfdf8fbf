"""Zero-sum-gains data envelopment analysis: a fixed total shared among units so that all become efficient.

Efficiency: Charnes, Cooper, Rhodes (1978), constant returns; Banker, Charnes, Cooper (1984), variable returns; input
oriented, one input. Zero-sum gains with the proportional strategy: Lins, Gomes, Soares de Mello, Soares de Mello
(2003), European Journal of Operational Research 148, 312-322; Gomes, Lins (2008), Journal of the Operational
Research Society 59, 616-623.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dafeng.catalog import DafengError, UnknownName

Array = NDArray[np.float64]
RETURNS = ("constant", "variable")
TINY = 1e-12


def maximum(gain: Array, matrix: Array, limit: Array) -> float:
    """The maximum of gain @ u over u >= 0 with matrix @ u <= limit, where limit > 0: u = 0 is allowed, so one phase
    will do.

    Simplex on the condensed table with Bland's rule, which cannot cycle; made for a handful of variables and up to some
    thousands of rows.

    Args:
        gain: shape (k,). matrix: shape (n, k). limit: shape (n,), positive.

    Returns:
        The maximum; inf if there is none.
    """
    rows, columns = matrix.shape
    table = np.block([[matrix, limit[:, None]], [-gain, np.zeros(1)]])  # basic variables = last column - table @ others
    basic, others = np.arange(columns, columns + rows), np.arange(columns)
    while True:
        improving = np.flatnonzero(table[-1, :-1] < -TINY)
        if not len(improving):
            return float(table[-1, -1])
        enter = int(improving[np.argmin(others[improving])])
        column = table[:, enter].copy()
        usable = np.flatnonzero(column[:-1] > TINY)
        if not len(usable):
            return math.inf
        ratios = np.maximum(table[usable, -1], 0.0) / column[usable]
        tied = usable[ratios <= ratios.min() * (1 + TINY)]
        leave = int(tied[np.argmin(basic[tied])])
        row = table[leave] / column[leave]
        row[enter] = 1 / column[leave]
        column[leave] = 0.0
        table[:, enter] = 0.0
        table -= np.outer(column, row)
        table[leave] = row
        basic[leave], others[enter] = others[enter], basic[leave]


def efficiency(given: Array, outputs: Array, returns: str = "variable") -> Array:
    """How little of one input each unit would need, as a share of what it uses: the radial input-oriented efficiency.

    theta_o = max  u . y_o + w   over  u >= 0, w free (variable returns) or w = 0 (constant returns),
              with u . y_j + w <= x_j / x_o for every unit j.
    One output and constant returns: theta_o = (y_o / x_o) / max_j (y_j / x_j).

    Args:
        given: the input x, shape (n,), positive.
        outputs: y, shape (n, m), not negative, no unit without any output.
        returns: constant or variable returns to scale.

    Returns:
        theta, shape (n,), in (0, 1].

    Raises:
        DafengError: an input that is not positive, or a unit without output.
        UnknownName: another `returns`.
    """
    if returns not in RETURNS:
        raise UnknownName("returns", returns, RETURNS)
    for index, (x, y) in enumerate(zip(given, outputs, strict=True)):
        if not (math.isfinite(x) and x > 0 and np.isfinite(y).all() and y.min() >= 0 and y.max() > 0):
            raise DafengError("dea_unit", unit=index + 1, given=float(x), outputs=", ".join(map(str, y)))
    scaled = outputs / outputs.max(axis=0, where=outputs > 0, initial=TINY)
    if returns == "variable":  # w = w1 - w2
        ones = np.ones((len(given), 1))
        scaled = np.hstack([scaled, ones, -ones])
    found = [maximum(scaled[o], scaled, given / x) for o, x in enumerate(given)]
    return np.asarray(np.minimum(np.array(found), 1.0), float)


def zero_sum_efficiency(given: Array, theta: Array) -> Array:
    """What a unit must cut its input to, as a share, to be efficient when the others take up what it alone gives away.

    h_o = theta_o * (1 + x_o (1 - h_o) / S_o),  S_o = sum of the inputs of the others; hence
    h_o = theta_o (S_o + x_o) / (S_o + theta_o x_o).  It is never below theta_o: the frontier comes nearer.

    Args:
        given: x, shape (n,), n > 1. theta: classical efficiencies, shape (n,).
    """
    others = given.sum() - given
    return np.asarray(theta * (others + given) / (others + theta * given), float)


def zero_sum(given: Array, outputs: Array, returns: str = "variable") -> Array:
    """Share the total of an input anew so that every unit is efficient: the proportional strategy, all units together.

    The inefficient units W give up x_j (1 - h_j), the efficient ones take it up in proportion to x. So every input on
    the
    frontier grows by one factor f, and with it what each unit would need for its output, theta_i x_i: h_i = theta_i f.
    That no input is gained or lost,
        sum over all i of  f theta_i x_i = X = sum of x,
    gives f, and so the uniform frontier in one step:  x_i' = X theta_i x_i / sum of theta_j x_j.
    (The theorem of Lins et al. on cooperating units; the iterations in later papers, in which inefficient units
    receive as well, can go round in circles.) With one output and constant returns it is the total in proportion to
    output.

    Args:
        given: the input x, shape (n,), positive. outputs: y, shape (n, m).

    Returns:
        The new inputs, shape (n,), whose sum is that of `given`.

    Raises:
        DafengError, UnknownName: as `efficiency`.
    """
    needed = given * efficiency(given, outputs, returns)
    return np.asarray(needed * (math.fsum(given) / math.fsum(needed)), float)
