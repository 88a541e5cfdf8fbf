"""Is there a trend? Mann-Kendall with the variance correction of Hamed and Rao, and Sen's slope.

Sources: Mann, Econometrica 13 (1945) 245; Kendall, Rank Correlation Methods (1975); Sen, JASA 63 (1968) 1379;
Hamed and Rao, Journal of Hydrology 204 (1998) 182.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from dafeng.assessment.series import Array, numbers
from dafeng.catalog import DafengError

LEAST = 3
Times = Sequence[float] | Array | None


@dataclass(frozen=True)
class Trend:
    """A trend test and the slope that goes with it.

    Attributes:
        direction: rising, falling, or none where the test does not reject "no trend".
        s: sum of the signs of all later-minus-earlier differences. tau: s as a share of the pairs.
        variance: of s, ties and the correction included. z, p: two-sided normal test of s.
        slope: Sen's, per unit of time. intercept: of the line with this slope, at the first time.
        correction: n / n*, the factor on the variance for autocorrelation; 1 where none applies.
    """

    n: int
    direction: str
    s: float
    tau: float
    variance: float
    z: float
    p: float
    slope: float
    intercept: float
    correction: float = 1.0

    @property
    def p_falling(self) -> float:
        """One-sided p against a falling trend."""
        return self.p / 2 if self.z < 0 else 1 - self.p / 2


def sen_slope(values: ArrayLike, times: Times = None) -> float:
    """Median of the slopes between all pairs of points, per unit of `times` (default: steps)."""
    x, t = _points(values, times)
    i, j = np.triu_indices(len(x), 1)
    return float(np.median((x[j] - x[i]) / (t[j] - t[i])))


def mann_kendall(values: ArrayLike, times: Times = None, alpha: float = 0.05) -> Trend:
    """The Mann-Kendall test for independent values.

        S = sum_{i<j} sign(x_j - x_i);  var S = (n(n-1)(2n+5) - sum_ties t(t-1)(2t+5)) / 18;
        z = (S - sign S) / sqrt(var S);  p = 2 (1 - Phi(|z|))

    Args:
        values: n numbers in order of time. times: their times where these are not evenly spaced.
        alpha: the level of the two-sided test.

    Raises:
        DafengError: fewer than three values, a value that is no finite number, times that do not increase, or a
            level outside (0, 1).
    """
    _level(alpha)
    x, t = _points(values, times)
    return _tested(x, t, 1.0, alpha)


def hamed_rao(
    values: ArrayLike,
    times: Times = None,
    alpha: float = 0.05,
    lags: int | None = None,
    slope: float | None = None,
) -> Trend:
    """The Mann-Kendall test with the variance of S corrected for the autocorrelation of the ranks.

        n / n* = 1 + 2 / (n(n-1)(n-2)) sum_i (n-i)(n-i-1)(n-i-2) rho(i)

    over the lags i whose rho is significant at `alpha`; rho is that of the ranks of the values less their Sen slope.
    In a short series the estimate can come out at or below zero, where it means nothing: the variance then stays as it
        is.

    Args:
        lags: only the first so many; default all.
        slope: per step, taken out before ranking; default Sen's.

    Raises:
        DafengError: as `mann_kendall`.
    """
    _level(alpha)
    x, t = _points(values, times)
    n = len(x)
    steps = np.arange(1, n + 1) if times is None else t - t[0] + 1
    ranks = _ranks(x - steps * (sen_slope(x, t) if slope is None else slope))
    rho = _autocorrelation(ranks)
    bound = NormalDist().inv_cdf(1 - alpha / 2) / math.sqrt(n)
    i = np.arange(1, n if lags is None else min(lags + 1, n))
    weights = (n - i) * (n - i - 1.0) * (n - i - 2.0)
    total = float(np.sum(np.where(np.abs(rho[i]) > bound, weights * rho[i], 0.0)))
    correction = 1 + 2 / (n * (n - 1) * (n - 2)) * total
    return _tested(x, t, correction if correction > 0 else 1.0, alpha)


def _level(alpha: float) -> None:
    if not 0 < alpha < 1:
        raise DafengError("probability", found=alpha)


def _tested(x: Array, t: Array, correction: float, alpha: float) -> Trend:
    n = len(x)
    s = float(np.sum(np.sign(np.triu(x[None, :] - x[:, None], 1))))
    ties = np.unique(x, return_counts=True)[1].astype(float)
    variance = correction * (n * (n - 1) * (2 * n + 5) - float(np.sum(ties * (ties - 1) * (2 * ties + 5)))) / 18
    z = (s - math.copysign(1, s)) / math.sqrt(variance) if s else 0.0
    p = math.erfc(abs(z) / math.sqrt(2))
    direction = "none" if p > alpha or not s else "rising" if s > 0 else "falling"
    slope = sen_slope(x, t)
    intercept = float(np.median(x) - (np.median(t) - t[0]) * slope)
    return Trend(n, direction, s, 2 * s / (n * (n - 1)), variance, z, p, slope, intercept, correction)


def _points(values: ArrayLike, times: Times) -> tuple[Array, Array]:
    x = numbers(values, "trend")
    t = np.arange(len(x), dtype=float) if times is None else numbers(times, "trend")
    if len(x) < LEAST:
        raise DafengError("series_short", series="trend", count=len(x), least=LEAST)
    if len(t) != len(x) or not np.all(np.diff(t) > 0):
        raise DafengError("series_order", series="trend", years=", ".join(f"{v:g}" for v in t))
    if not np.all(np.isfinite(x)):
        where = int(np.flatnonzero(~np.isfinite(x))[0])
        raise DafengError("series_no_number", series="trend", year=f"{t[where]:g}", found=x[where])
    return x, t


def _ranks(x: Array) -> Array:
    """Ranks from 1; equal values share their mean rank."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    return np.asarray(np.cumsum(counts) - (counts - 1) / 2, dtype=float)[inverse]


def _autocorrelation(x: Array) -> Array:
    """rho(0..n-1), each covariance over n."""
    y = x - x.mean()
    covariance = np.correlate(y, y, "full")[len(x) - 1 :] / len(x)
    return covariance / covariance[0] if covariance[0] else covariance
