"""Uncertainty by Monte Carlo (Approach 2) through the same linear map: sum of activity x coefficient, block by block.

Each error is drawn as a factor on its input, once per key and draw, so that lines which share a coefficient move
together. Blocks bound the memory and do not change the result: every kind of distribution has its own stream, read draw
by draw.

Source: 2006 IPCC Guidelines, volume 1, chapter 3, section 3.2.3.2; JCGM 101:2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dafeng.assessment.series import Array
from dafeng.assessment.uncertainty import KINDS, SIGMAS, Lines, Places, Spread
from dafeng.catalog import DafengError

DRAWS, BLOCK_MB = 10_000, 32.0


@dataclass(frozen=True)
class Summary:
    """What the draws of one amount say: the computed value, and mean, standard deviation and 95 % interval of the
    draws."""

    value: float
    mean: float
    deviation: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half the interval as a share of the absolute mean."""
        return (self.high - self.low) / 2 / abs(self.mean) if self.mean else float("inf")


@dataclass(frozen=True)
class MonteCarlo:
    """Draws of a total and of its categories.

    Attributes:
        samples: shape (draws,), the total. by_category: category -> shape (draws,).
    """

    seed: int
    total: Summary
    categories: dict[str, Summary]
    samples: Array
    by_category: dict[str, Array]

    def change(self, later: str, earlier: str) -> Summary:
        """The relative change between two categories that were drawn together, e.g. two years.

        Raises:
            DafengError: there is no such category, or the earlier is zero.
        """
        for name in (later, earlier):
            if name not in self.by_category:
                raise DafengError("uncertainty_category", found=name, allowed=", ".join(self.by_category))
        if not self.categories[earlier].value or not np.all(self.by_category[earlier]):
            raise DafengError("uncertainty_zero_total")
        value = self.categories[later].value / self.categories[earlier].value - 1
        return _summary(value, self.by_category[later] / self.by_category[earlier] - 1)


def monte_carlo(lines: Lines, draws: int = DRAWS, seed: int = 0, block_mb: float = BLOCK_MB) -> MonteCarlo:
    """Draw the errors of all lines and add up.

    Args:
        draws: number of draws. seed: the same seed gives the same result, whatever the block.
        block_mb: bound on the working memory in MB; the samples (8 bytes per draw and category) come on top.

    Raises:
        DafengError: fewer than two draws.
    """
    if draws < 2:
        raise DafengError("uncertainty_draws", found=draws)
    names = list(dict.fromkeys(lines.category))
    order = np.argsort([names.index(c) for c in lines.category], kind="stable")
    starts = np.searchsorted([names.index(lines.category[i]) for i in order], np.arange(len(names)))
    amount = lines.amount[order]
    activity = _Errors(lines.activity_spread, lines.activity_key, order, seed, 0)
    coefficient = _Errors(lines.coefficient_spread, lines.coefficient_key, order, seed, 1)
    samples = np.empty((draws, len(names)))
    width = len(order) * 4 + activity.width + coefficient.width
    block = max(1, int(block_mb * 1e6 / 8 / width))
    for first in range(0, draws, block):
        count = min(block, draws - first)
        cells = activity.draw(count)
        cells *= coefficient.draw(count)
        cells *= amount
        np.add.reduceat(cells, starts, axis=1, out=samples[first : first + count])
    total = samples.sum(axis=1)
    values = np.add.reduceat(amount, starts)
    by_category = {name: samples[:, n] for n, name in enumerate(names)}
    return MonteCarlo(
        seed,
        _summary(float(values.sum()), total),
        {name: _summary(float(values[n]), by_category[name]) for n, name in enumerate(names)},
        total,
        by_category,
    )


class _Errors:
    """One side of the map: draws the errors of all keys and lays them out by line."""

    def __init__(self, spreads: Sequence[Spread], keys: Sequence[str], order: Places, seed: int, side: int) -> None:
        numbers: dict[object, int] = {}
        own: list[Spread] = []
        columns = []
        for i in map(int, order):
            key: object = keys[i] or i
            if key not in numbers:
                numbers[key] = len(own)
                own.append(spreads[i])
            elif own[numbers[key]] != spreads[i]:
                raise DafengError("uncertainty_key", shared=key, first=own[numbers[key]], second=spreads[i])
            columns.append(numbers[key])
        self.width = len(own)
        self._columns = None if columns == list(range(len(own))) else np.array(columns)
        self._kinds = []
        for n, kind in enumerate(KINDS):
            at = np.array([c for c, s in enumerate(own) if s.kind == kind and s.range != (0.0, 0.0)], dtype=np.intp)
            if len(at):
                stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, side, n])))
                self._kinds.append((kind, at, [own[c] for c in at], stream))

    def draw(self, count: int) -> Array:
        """Factors around 1, shape (count, lines)."""
        if len(self._kinds) == 1 and len(self._kinds[0][1]) == self.width:
            errors = _drawn(*self._kinds[0][::2], self._kinds[0][3], count)
        else:
            errors = np.ones((count, self.width))
            for kind, at, spreads, stream in self._kinds:
                errors[:, at] = _drawn(kind, spreads, stream, count)
        return errors if self._columns is None else errors[:, self._columns]


def _drawn(kind: str, spreads: Sequence[Spread], stream: np.random.Generator, count: int) -> Array:
    shape = count, len(spreads)
    deviation = np.array([s.half for s in spreads]) / SIGMAS
    if kind in ("normal", "lognormal"):
        z = stream.standard_normal(shape)
        if kind == "normal":
            z *= deviation
            z += 1
            return z
        sigma = np.sqrt(np.log1p(deviation**2))  # of the logarithm, so that mean 1 and the relative deviation come out
        z *= sigma
        z -= sigma**2 / 2
        return np.exp(z, out=z)
    low, high = np.array([s.range for s in spreads]).T
    u = stream.random(shape)
    if kind == "uniform":
        return np.asarray(1 + low + u * (high - low))
    width = high - low
    rising = u < -low / width  # inverse of the triangle's distribution, mode at 1
    return np.asarray(np.where(rising, 1 + low + np.sqrt(u * width * -low), 1 + high - np.sqrt((1 - u) * width * high)))


def _summary(value: float, samples: Array) -> Summary:
    low, high = np.quantile(samples, (0.025, 0.975))
    return Summary(value, float(samples.mean()), float(samples.std(ddof=1)), float(low), float(high))
