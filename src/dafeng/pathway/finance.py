"""Present values: what it costs to build, keep and run capacity within the horizon of a plan.

A period stands for the years from its own to the one before the next period. A cost of year k is discounted by
(1 + r)^-(k - base). Investment is spread as an annuity over the technical life; the annuities of the years in which the
capacity stands inside the horizon count, and no others: what outlives the horizon is not charged for the time after it,
and what is built late is charged for every year in which it serves. A window that ends early (myopic planning) charges
each year alike, so nothing looks cheap because the window is short.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dafeng.catalog import DafengError
from dafeng.pathway.system import Array, Flags


def annuity(rate: float, life: ArrayLike) -> Array:
    """Share of an investment paid in each year of its life: r / (1 - (1 + r)^-life); 1 / life at r = 0.

    Args:
        rate: interest rate, 0.08 for 8 %.
        life: years.
    """
    years = np.asarray(life, dtype=np.float64)
    if rate < 0 or not np.all(years > 0):
        raise DafengError("pathway_value", name="annuity", field="rate, life", found=(rate, life), allowed="> 0")
    return 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** -years)


@dataclass(frozen=True)
class Horizon:
    """Planning periods and the worth of their years.

    Attributes:
        starts: first year of each period, rising.
        end: first year after the last period.
        base: year of the present value.
        rate: discount rate.
    """

    starts: tuple[int, ...]
    end: int
    base: int
    rate: float

    def __post_init__(self) -> None:
        borders = (*self.starts, self.end)
        if not self.starts or any(a >= b for a, b in pairwise(borders)):
            raise DafengError("pathway_value", name="horizon", field="starts", found=borders, allowed="rising")

    @property
    def years(self) -> Array:
        """(Y,) years that each period stands for."""
        return np.diff(np.array([*self.starts, self.end], dtype=np.float64))

    @property
    def worth(self) -> Array:
        """(Y,) sum of the discount factors of the years of each period: present value of 1 a year."""
        borders = (*self.starts, self.end)
        return np.array(
            [
                sum((1.0 + self.rate) ** -(year - self.base) for year in range(first, after))
                for first, after in pairwise(borders)
            ]
        )

    def alive(self, life: ArrayLike) -> Flags:
        """(s, Y, Y) does what is built in v stand in y: it stands in every period that begins within its life.

        Args:
            life: (s,) years, or (s, Y) by period of building.
        """
        starts = np.array(self.starts, dtype=np.float64)
        years = np.asarray(life, dtype=np.float64)
        years = years[:, None] if years.ndim == 1 else years
        age = starts[None, None, :] - starts[None, :, None]
        return (age >= 0) & (age < years[:, :, None])

    def build_cost(self, investment: ArrayLike, life: ArrayLike, rate: float) -> Array:
        """(s, Y) present value of building one unit in v: its annuities in the periods in which it stands.

            build[s,v] = investment[s,v] annuity(rate, life) sum(y >= v) alive[s,v,y] worth[y]

        Args:
            investment: (s, Y) money per unit, as of the period of building.
            life: (s,) or (s, Y) years.
            rate: interest rate of the investor.
        """
        years = np.asarray(life, dtype=np.float64)
        years = years[:, None] if years.ndim == 1 else years
        standing = np.einsum("svy,y->sv", self.alive(life).astype(np.float64), self.worth)
        return np.asarray(np.asarray(investment, dtype=np.float64) * annuity(rate, years) * standing)
