"""LMDI decomposition: how much of a change each factor of an identity made.

For a total V = sum_n v_n of cells v_n = prod_k x_kn, between two years:

    LMDI-I          w_n = L(v1, v0) / L(V1, V0)
    LMDI-II         w_n = L(v1/V1, v0/V0) / sum_n L(v1/V1, v0/V0)
    additive        V1 - V0 = L(V1, V0) sum_k sum_n w_n ln(x1/x0)
    multiplicative  V1 / V0 = prod_k exp(sum_n w_n ln(x1/x0))

with the logarithmic mean L(a, b) = (a - b) / ln(a / b), L(a, a) = a, L(a, 0) = 0. Both leave no residue; LMDI-I is also
consistent in aggregation (the effects of groups of cells add up to those of the whole).

Zeros are taken by their limits, no small constant is put in: where a cell appears or vanishes, the whole change of the
cell goes to the factor that is zero at its empty end (to several in equal parts, the limit when they vanish alike), and
a ratio that is 0/0 there has no effect; a cell that is zero in both years has none.

Sources: Ang, Energy Policy 33 (2005) 867 and 86 (2015) 233; Ang and Liu, Energy 26 (2001) 537; the eight cases of
zeros: Ang, Zhang and Choi, Energy 23 (1998) 489, table 2; Ang and Liu, Energy Policy 35 (2007) 238.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dafeng.assessment.identity import Cells
from dafeng.assessment.series import Array, even_years, numbers
from dafeng.catalog import DafengError, UnknownName

#: Beyond this a multiplicative effect has no value: cells that come from or go to zero have no ratio.
LARGEST_LOG = 300.0

METHODS = ("I", "II")
FORMS = ("additive", "multiplicative")
TOLERANCE = 1e-9  # relative; by how much a stated value may differ from the product of its factors


@dataclass(frozen=True)
class Decomposition:
    """The effects of K factors over T years, against the base year.

    Attributes:
        totals: shape (T,), the V of each year.
        change: shape (T,): V - V(base), or V / V(base).
        effects: shape (T, K): in the unit of V, their sum is the change; or ratios, their product is the change.
        by_cell: shape (K, P, N): what each cell adds, for each of the P pairs of years, in the unit of V or, for the
            multiplicative form, in logarithms. Chained: pairs of neighbouring years; fixed base: (base, year) of each.
    """

    years: tuple[int, ...]
    base_year: int
    method: str
    form: str
    chained: bool
    factors: tuple[str, ...]
    labels: tuple[str, ...]
    totals: Array
    change: Array
    effects: Array
    by_cell: Array

    def between(self, start: int, end: int) -> dict[str, float]:
        """The effects from one year to another; with a fixed base, `start` must be the base year.

        Raises:
            DafengError: a year that is not there.
        """
        for year in (start, end):
            if year not in self.years or (not self.chained and start != self.base_year):
                raise DafengError(
                    "decomposition_base",
                    base=year if year not in self.years else start,
                    years=_span(self.years) if self.chained else self.base_year,
                )
        first, last = self.effects[self.years.index(start)], self.effects[self.years.index(end)]
        found = last / first if self.form == "multiplicative" else last - first
        return dict(zip(self.factors, map(float, found), strict=True))

    def cells_between(self, start: int, end: int) -> Array:
        """The cells' part in `between`, shape (K, N), in the unit of V or in logarithms."""
        self.between(start, end)
        a, b = self.years.index(start), self.years.index(end)
        if not self.chained:
            whole: Array = self.by_cell[:, b]
            return whole
        part: Array = self.by_cell[:, min(a, b) : max(a, b)].sum(axis=1)
        return part if a <= b else -part


def log_mean(a: ArrayLike, b: ArrayLike) -> Array:
    """The logarithmic mean of numbers >= 0, exact also where they are equal, nearly equal or zero.

    Raises:
        DafengError: a number below zero or not finite.
    """
    a, b = numbers(a, "log_mean"), numbers(b, "log_mean")
    for side in (a, b):
        if not (side.min(initial=0.0) >= 0 and np.isfinite(side.max(initial=0.0))):
            raise DafengError("log_mean", found=f"{side[~(np.isfinite(side) & (side >= 0))].flat[0]:g}")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        step = a - b
        share = step / b
        # near each other, ln(a/b) from the difference: a quotient near one has lost those digits
        log = np.where(np.abs(share) < 0.5, np.log1p(share), np.log(a) - np.log(b))
        mean = step / log
    mean = np.where(log == 0, a, mean)
    return np.asarray(np.where((a == 0) | (b == 0), 0.0, mean))


def decompose(
    cells: Cells,
    method: str = "I",
    form: str = "additive",
    base_year: int | None = None,
    chained: bool = True,
) -> Decomposition:
    """Decompose the change of an identity's total; see `lmdi`."""
    return lmdi(
        cells.x,
        cells.years,
        cells.values,
        factors=cells.factors,
        labels=cells.labels,
        method=method,
        form=form,
        base_year=base_year,
        chained=chained,
    )


def lmdi(
    x: ArrayLike,
    years: Sequence[int],
    values: ArrayLike | None = None,
    *,
    factors: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    method: str = "I",
    form: str = "additive",
    base_year: int | None = None,
    chained: bool = True,
) -> Decomposition:
    """Decompose the change of V(t) = sum_n prod_k x[k, t, n].

    Args:
        x: shape (K, T, N), K factors over T years in N cells, >= 0; NaN only for 0/0, where the cell's value is 0.
        years: T years, evenly spaced.
        values: shape (T, N), the cells; default: the products. Must be given where x has NaN.
        factors, labels: names of factors and cells, for the result and for messages.
        method: I or II. form: additive or multiplicative.
        base_year: against which the effects are counted; default the first.
        chained: sum (multiply) the effects year by year; else each year straight against the base year.

    Raises:
        UnknownName: another method or form.
        DafengError: one year only, a gap, a value that is negative or no number, a stated value that is not the
            product, a total of zero where the formula divides by it; names year, factor and cell.
    """
    x = numbers(x, "decomposition")
    _known(method, METHODS, "method")
    _known(form, FORMS, "form")
    if x.ndim != 3 or x.shape[1] != len(years):
        raise DafengError("decomposition_shape", found=x.shape, years=len(years))
    even_years(years, "decomposition")
    base = years[0] if base_year is None else base_year
    if base not in years:
        raise DafengError("decomposition_base", base=base, years=_span(years))
    names = tuple(factors or (f"x{k + 1}" for k in range(len(x))))
    places = tuple(labels or ())
    v = _values(x, values, years, names, places)
    totals = v.sum(axis=1)
    at = list(years).index(base)
    if chained:
        first, second = slice(0, -1), slice(1, None)
        a, b = (x[:, first], v[first], totals[first]), (x[:, second], v[second], totals[second])
    else:
        a, b = (x[:, [at]], v[[at]], totals[[at]]), (x, v, totals)
    if (method == "II" or form == "multiplicative") and not totals.all():
        empty = years[int(np.flatnonzero(totals == 0)[0])]
        raise DafengError("decomposition_zero_total", year=empty, method=method, form=form)
    by_cell = _contributions(a, b, method, form)
    _refuse_lost(by_cell, a[1], b[1], years[1:] if chained else years, places)
    steps = by_cell.sum(axis=2).T
    if chained:
        run = np.vstack([np.zeros(len(x)), np.cumsum(steps, axis=0)])
        steps = run - run[at]
    if form == "multiplicative":
        if (np.abs(steps) > LARGEST_LOG).any():
            at_year = years[int(np.argmax(np.abs(steps).max(axis=1)))]
            raise DafengError("decomposition_unbounded", year=at_year, method=method)
        change, effects = totals / totals[at], np.exp(steps)
    else:
        change, effects = totals - totals[at], steps
    return Decomposition(tuple(years), base, method, form, chained, names, places, totals, change, effects, by_cell)


Side = tuple[Array, Array, Array]


def _contributions(a: Side, b: Side, method: str, form: str) -> Array:
    """w_n ln(x1/x0) with its limits, shape (K, P, N); x, v and V of the earlier and the later years."""
    (x0, v0, t0), (x1, v1, t1) = a, b
    if method == "II":
        v0, v1 = v0 / t0[:, None], v1 / t1[:, None]
    weights = log_mean(v1, v0)
    scale = np.ones(len(t1))
    if method == "II":
        scale = 1 / weights.sum(axis=1)
        if form == "additive":
            scale = scale * log_mean(t1, t0)
    elif form == "multiplicative":
        scale = 1 / log_mean(t1, t0)
    weights *= scale[:, None]
    edge = (v0 == 0) | (v1 == 0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = np.asarray(x1 / x0)
        np.log(found, out=found)
        if not np.isfinite(found).all():  # a zero, or so near to zero that the quotient overflows
            found = np.where(np.isfinite(found), found, np.log(x1) - np.log(x0))
        found *= weights
    if edge.any():
        change = (v1 - v0) * scale[:, None]
        empty = np.where(v0 == 0, x0, x1)[:, edge] == 0
        found[:, edge] = empty * (change[edge] / np.maximum(empty.sum(axis=0), 1))
    return found


def _values(
    x: Array,
    values: ArrayLike | None,
    years: Sequence[int],
    names: Sequence[str],
    places: Sequence[str],
) -> Array:
    """The cells, after x and they have been checked."""
    if len(names) != len(x) or len(places) not in (0, x.shape[2]):
        raise DafengError("decomposition_shape", found=x.shape, years=len(years))
    v = x.prod(axis=0) if values is None else numbers(values, "decomposition")
    if v.shape != x.shape[1:]:
        raise DafengError("decomposition_shape", found=v.shape, years=len(years))
    if not (x.min() >= 0 and np.isfinite(x.max())):
        bad = ~(np.isfinite(x) & (x >= 0)) & ~(np.isnan(x) & (v == 0))
        if bad.any():
            k, t, n = np.argwhere(bad)[0]
            raise DafengError(
                "decomposition_value", factor=names[k], year=years[t], place=_place(places, n), found=f"{x[k, t, n]:g}"
            )
    if values is not None:
        if not (v.min() >= 0 and np.isfinite(v.max())):
            t, n = np.argwhere(~(np.isfinite(v) & (v >= 0)))[0]
            raise DafengError(
                "decomposition_value", factor="V", year=years[t], place=_place(places, n), found=f"{v[t, n]:g}"
            )
        _check_product(x, v, years, places)
    return v


def _check_product(x: Array, v: Array, years: Sequence[int], places: Sequence[str]) -> None:
    made = x.prod(axis=0)
    off: NDArray[np.bool_] = np.abs(made - v) > TOLERANCE * v
    if off.any():
        t, n = np.argwhere(off)[0]
        raise DafengError(
            "decomposition_product",
            year=years[t],
            place=_place(places, n),
            found=f"{made[t, n]:g}",
            value=f"{v[t, n]:g}",
        )


def _refuse_lost(
    by_cell: Array,
    v0: Array,
    v1: Array,
    years: Sequence[int],
    places: Sequence[str],
) -> None:
    """A cell that appears or vanishes while no factor of it is zero: its change would get lost."""
    edge = (v0 == 0) != (v1 == 0)
    if edge.any():
        lost = edge & ~by_cell.any(axis=0)
        if lost.any():
            p, n = np.argwhere(lost)[0]
            raise DafengError("decomposition_lost", year=years[p], place=_place(places, n))


def _place(labels: Sequence[str], n: int) -> str:
    return (labels[n] if labels else str(n + 1)) or "-"


def _known(found: str, allowed: Sequence[str], kind: str) -> None:
    if found not in allowed:
        raise UnknownName(kind, found, allowed)


def _span(years: Sequence[int]) -> str:
    return f"{years[0]}-{years[-1]}"
