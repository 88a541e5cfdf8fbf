"""Uncertainty of a sum of activity x coefficient, Approach 1: propagation of error, with shared factors correlated.

Uncertainties are half-widths of 95 % intervals as shares of the value (0.05: +-5 %). For lines x_l = a_l f_l with
errors of activities and of coefficients, where lines of one key share one error:

    (U x)^2 = sum over keys of [(1 - rho) sum_l p_l^2 + rho (sum_l p_l)^2],   p_l = x_l u_l

rho = 1 within a key, 0 between keys and between activities and coefficients. With every line on its own this is
equations 3.1 and 3.2 of the 2006 IPCC Guidelines, volume 1, chapter 3; the trend is its table 3.2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dafeng.assessment.series import Array, numbers
from dafeng.catalog import DafengError, UnknownName

Places = NDArray[np.intp]
KINDS = ("normal", "lognormal", "triangular", "uniform")
SIGMAS = NormalDist().inv_cdf(0.975)  # half-width of the 95 % interval of a normal in standard deviations
#: Half-width of the 95 % interval over half the range: 1 - sqrt(0.05) of a symmetric triangle, 0.95 of a rectangle.
TRIANGLE, RECTANGLE = 1 - math.sqrt(0.05), 0.95


@dataclass(frozen=True)
class Spread:
    """The error of one input, relative to its value.

    Attributes:
        half: half-width of the 95 % interval. For a lognormal the half-width 1.96 standard deviations, its mean is 1.
        edges: for an uneven triangle instead: lowest and highest, e.g. (-0.1, 0.3); the value is the mode, not the
            mean.
    """

    half: float = 0.0
    kind: str = "normal"
    edges: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UnknownName("distribution", self.kind, KINDS)
        low, high = self.edges or (0.0, 0.0)
        if not (0 <= self.half < math.inf and -math.inf < low <= 0 <= high < math.inf):
            raise DafengError("uncertainty_spread", found=self.edges or self.half)

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest of a triangle or rectangle."""
        if self.edges:
            return self.edges
        width = self.half / (TRIANGLE if self.kind == "triangular" else RECTANGLE)
        return -width, width

    @property
    def propagated(self) -> float:
        """The half-width that goes into Approach 1: 1.96 standard deviations, or `half` where it is given."""
        if not self.edges:
            return self.half
        low, high = self.edges
        return SIGMAS * math.sqrt((low * low + high * high - low * high) / 18)


EXACT = Spread()


@dataclass(frozen=True)
class Lines:
    """n lines of a linear map activity x coefficient, with their errors.

    Attributes:
        category: what each line is reported under.
        activity, coefficient: shape (n,). activity_spread, coefficient_spread: their errors.
        activity_key, coefficient_key: lines with one key share one error; the empty key shares with none.
    """

    category: tuple[str, ...]
    activity: Array
    coefficient: Array
    activity_spread: tuple[Spread, ...]
    coefficient_spread: tuple[Spread, ...]
    activity_key: tuple[str, ...] = field(default=())
    coefficient_key: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        n = len(self.category)
        for name in ("activity", "coefficient"):
            values = np.asarray(getattr(self, name), dtype=float)
            object.__setattr__(self, name, values)
            if values.shape == (n,) and not np.all(np.isfinite(values)):
                where = int(np.flatnonzero(~np.isfinite(values))[0])
                raise DafengError(
                    "uncertainty_value", line=where + 1, category=self.category[where], found=values[where]
                )
        for name in ("activity_key", "coefficient_key"):
            object.__setattr__(self, name, tuple(getattr(self, name)) or ("",) * n)
        sizes = {len(getattr(self, name)) for name in self.__dataclass_fields__}
        if sizes != {n} or not n:
            raise DafengError("uncertainty_shape", found=", ".join(map(str, sorted(sizes))))

    @property
    def amount(self) -> Array:
        return self.activity * self.coefficient


@dataclass(frozen=True)
class Propagated:
    """A total and its uncertainty.

    Attributes:
        half: half-width of the 95 % interval as a share of the absolute total; infinite for a total of zero.
        categories: category -> (amount, half as a share of it).
        shares: category -> its part in the variance if it were alone, as a share of the total variance; with shared
            factors these do not add up to 1.
    """

    total: float
    half: float
    categories: dict[str, tuple[float, float]]
    shares: dict[str, float]


def product_half(*halves: float) -> float:
    """Equation 3.1: of a product of independent factors, sqrt(sum U^2)."""
    return math.sqrt(math.fsum(u * u for u in halves))


def sum_half(amounts: Sequence[float], halves: Sequence[float]) -> float:
    """Equation 3.2: of a sum of independent terms, sqrt(sum (U x)^2) / |sum x|.

    Raises:
        DafengError: lists of different length, no terms, a total of zero or not finite.
    """
    if len(amounts) != len(halves) or not len(amounts):
        raise DafengError("uncertainty_shape", found=f"{len(amounts)}, {len(halves)}")
    total = abs(math.fsum(amounts))
    if not total or not math.isfinite(total):
        raise DafengError("uncertainty_zero_total" if not total else "uncertainty_number", found=total)
    return combine([u * x for u, x in zip(halves, amounts, strict=True)]) / total


def combine(parts: ArrayLike, keys: Sequence[str] | None = None, rho: float = 1.0) -> float:
    """Root of the summed variances of signed parts c_i u_i; those of one key are correlated by rho, the empty key
    stands alone.

    Source: GUM (JCGM 100:2008), 5.1.2 and 5.2.2.

    Raises:
        DafengError: parts that are no finite numbers, keys of another length, or a rho outside [0, 1].
    """
    p = numbers(parts, "uncertainty")
    if not np.all(np.isfinite(p)):
        raise DafengError("uncertainty_number", found=p[~np.isfinite(p)][0])
    if not 0 <= rho <= 1:
        raise DafengError("uncertainty_rho", found=rho)
    if keys is not None and len(keys) != len(p):
        raise DafengError("uncertainty_shape", found=f"{len(p)}, {len(keys)}")
    groups = np.arange(len(p)) if keys is None else _numbers(keys)
    squares = float(np.sum(p * p))
    sums = np.bincount(groups, weights=p)
    return math.sqrt(max((1 - rho) * squares + rho * float(np.sum(sums * sums)), 0.0))


def approach_1(lines: Lines, rho: float = 1.0) -> Propagated:
    """Propagate the errors of all lines.

    Args:
        rho: correlation between lines that share a key.
    """
    amount = lines.amount
    by_activity = amount * [s.propagated for s in lines.activity_spread]
    by_coefficient = amount * [s.propagated for s in lines.coefficient_spread]

    def half(chosen: Places) -> float:
        return math.hypot(
            combine(by_activity[chosen], [lines.activity_key[i] for i in chosen], rho),
            combine(by_coefficient[chosen], [lines.coefficient_key[i] for i in chosen], rho),
        )

    total, width = math.fsum(amount), half(np.arange(len(amount)))
    categories, shares = {}, {}
    for name in dict.fromkeys(lines.category):
        chosen = np.array([i for i, c in enumerate(lines.category) if c == name], dtype=np.intp)
        part, own = math.fsum(amount[chosen]), half(chosen)
        categories[name] = part, _share(own, part)
        shares[name] = (own / width) ** 2 if width else 0.0
    return Propagated(total, _share(width, total), categories, shares)


@dataclass(frozen=True)
class TrendRow:
    """A row of table 3.2; shares instead of percent.

    Attributes:
        combined: G, of emissions of year t. variance: H, part in the variance of the total of year t.
        type_a, type_b: I and J, sensitivities to a change of one percent in both years, and in year t only.
        by_factor, by_activity: K and L, what emission factor and activity bring into the trend.
    """

    category: str
    base: float
    year: float
    combined: float
    variance: float
    type_a: float
    type_b: float
    by_factor: float
    by_activity: float

    @property
    def trend_variance(self) -> float:
        """M = K^2 + L^2."""
        return self.by_factor**2 + self.by_activity**2


@dataclass(frozen=True)
class TrendUncertainty:
    """Table 3.2: the uncertainty of year t (share of the total) and of the trend (share of the base year's total)."""

    rows: tuple[TrendRow, ...]
    trend: float
    total_half: float
    trend_half: float


def trend_table(
    base: Mapping[str, float],
    year: Mapping[str, float],
    activity: Mapping[str, float],
    factor: Mapping[str, float],
    *,
    factor_correlated: Mapping[str, bool] | bool = True,
    activity_correlated: Mapping[str, bool] | bool = False,
) -> TrendUncertainty:
    """Approach 1 for level and trend, 2006 IPCC Guidelines, volume 1, table 3.2 (notes B to E).

    Args:
        base, year: category -> emissions of the base year and of year t; categories may be missing from one of them.
        activity, factor: category -> half-width of activity data and of emission factor.
        factor_correlated, activity_correlated: whether the error is the same in both years (then only the difference
            between the categories' trends feels it) or drawn anew; the guidelines' default: factors are, activities are
            not.

    Raises:
        DafengError: a total of zero, or a number that is not finite. UnknownName: a category without uncertainty.
    """
    names = list(dict.fromkeys([*base, *year]))
    for table in (activity, factor):
        for name in names:
            if name not in table:
                raise UnknownName("uncertainty", name, table)
    for values in (base, year, activity, factor):
        for name, value in values.items():
            if not math.isfinite(value):
                raise DafengError("uncertainty_value", line=name, category=name, found=value)
    total_base, total_year = math.fsum(base.values()), math.fsum(year.values())
    if not total_base or not total_year:
        raise DafengError("uncertainty_zero_total")
    rows = []
    for name in names:
        c, d = base.get(name, 0.0), year.get(name, 0.0)
        combined = product_half(activity[name], factor[name])
        grown = (0.01 * d + total_year - (0.01 * c + total_base)) / (0.01 * c + total_base)
        type_a = abs(100 * grown - 100 * (total_year - total_base) / total_base)
        type_b = abs(d / total_base)
        rows.append(
            TrendRow(
                name,
                c,
                d,
                combined,
                (combined * d / total_year) ** 2,
                type_a,
                type_b,
                factor[name] * (type_a if _flag(factor_correlated, name) else math.sqrt(2) * type_b),
                activity[name] * (type_a if _flag(activity_correlated, name) else math.sqrt(2) * type_b),
            )
        )
    return TrendUncertainty(
        tuple(rows),
        total_year / total_base - 1,
        math.sqrt(math.fsum(r.variance for r in rows)),
        math.sqrt(math.fsum(r.trend_variance for r in rows)),
    )


def _flag(flags: Mapping[str, bool] | bool, name: str) -> bool:
    return flags if isinstance(flags, bool) else flags[name]


def _share(width: float, total: float) -> float:
    return width / abs(total) if total else (math.inf if width else 0.0)


def _numbers(keys: Sequence[str]) -> Places:
    """One number per key; every empty key its own."""
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(key or i, len(numbers)) for i, key in enumerate(keys)], dtype=np.intp)
