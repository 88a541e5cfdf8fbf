"""The time of a plan as snapshots of PyPSA.

Days that stand for more than themselves have no counterpart in a PyPSA year, but investment periods do what is needed:
storage closes within each (`cyclic_state_of_charge_per_period`) and each has its own weight. A plan whose years hold
several blocks is therefore written with one investment period a block, the year shared out among them by their weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dafeng.pathway.system import Array, Places, Steps

MARCH = 59 * 24
"""Hours of January and February."""


@dataclass(frozen=True)
class Timing:
    """Snapshots of a plan.

    Attributes:
        steps: of the plan. days: (B,) day of the year of each block, from 1; None: they have none.
    """

    steps: Steps
    days: Places | None = None

    @cached_property
    def years(self) -> list[int]:
        """Years of the planning periods; their numbers where they are no years."""
        periods = self.steps.periods
        return [int(name) for name in periods] if all(name.isdigit() for name in periods) else list(range(len(periods)))

    @cached_property
    def year_of_block(self) -> Places:
        """(B,) the planning period of each block."""
        return np.asarray(self.steps.period[self.steps.firsts])

    @property
    def several(self) -> bool:
        """Has the file investment periods."""
        return len(self.steps.firsts) > 1

    @cached_property
    def wide(self) -> int:
        """What a year is multiplied by in the label of a period: 1 where years have one block each."""
        most = int(np.bincount(self.year_of_block).max())
        return 1 if most == 1 else 10 ** max(3, len(str(most)))

    @cached_property
    def labels(self) -> list[int]:
        """(B,) label of the investment period of each block: the year, or 2030015 for day 15 of 2030."""
        if self.wide == 1:
            return [self.years[y] for y in self.year_of_block]
        firsts = np.searchsorted(self.year_of_block, self.year_of_block)
        within = np.arange(len(firsts)) - firsts + 1 if self.days is None else self.days
        return [self.years[y] * self.wide + int(number) for y, number in zip(self.year_of_block, within, strict=True)]

    def alive(self, y: int) -> dict[str, float]:
        """When an asset of planning period y stands; nothing where it always does."""
        if len(self.years) == 1:
            return {}
        start, last = self.years[y], y + 1 == len(self.years)
        life = float(self.steps.years[y]) if last else float(self.years[y + 1] - start)
        return {"build_year": float(start * self.wide), "lifetime": life * self.wide}

    @cached_property
    def share(self) -> Array:
        """(B,) share of its year that a block stands for."""
        blocks = np.add.reduceat(self.steps.weight, self.steps.firsts)
        return np.asarray(blocks / np.bincount(self.year_of_block, blocks)[self.year_of_block])

    @cached_property
    def worth(self) -> Array:
        """(B,) what PyPSA multiplies the cost of an investment period with: the value of one M a year, times its share.

        1 x share where the steps of a year are not all worth the same per hour.
        """
        return self._worth_of_year[self.year_of_block] * self.share

    @cached_property
    def _worth_of_year(self) -> Array:
        worth = np.ones(len(self.years))
        for y in range(len(worth)):
            here = (self.steps.period == y) & (self.steps.weight > 0)
            ratio = self.steps.value[here] / self.steps.weight[here]
            if ratio.size and np.ptp(ratio) <= 1e-12 * abs(ratio[0]) and ratio[0] > 0:
                worth[y] = ratio[0]
        return worth

    @cached_property
    def objective(self) -> Array:
        """(T,) weighting of the objective: times `worth` it is the value of a step."""
        return self._over(self.steps.value, self.worth)

    @cached_property
    def weight(self) -> Array:
        """(T,) hours of a year that would be made of blocks like this one only."""
        return self._over(self.steps.weight, self.share)

    def _over(self, values: Array, by_block: Array) -> Array:
        below = by_block[self.steps.place]
        return np.divide(values, below, out=np.zeros(len(values)), where=below > 0)

    @cached_property
    def within(self) -> Places:
        """(T,) place of each step in its block."""
        return np.asarray(np.arange(self.steps.count) - self.steps.firsts[self.steps.place])

    @cached_property
    def moments(self) -> Places | None:
        """(T,) when each step begins, in whole hours since 1970; None where blocks are no days of a year.

        A year has 365 days: the 29th of February is passed over.
        """
        if self.days is None:
            return None
        begin = np.cumsum(self.steps.hours) - self.steps.hours
        hour = (self.days[self.steps.place] - 1) * 24 + begin - begin[self.steps.firsts[self.steps.place]]
        years = np.array(self.years)[self.steps.period]
        start = np.array([np.datetime64(f"{year:04d}-01-01T00", "h").astype(np.int64) for year in years])
        leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0)) & (hour >= MARCH)
        return np.asarray(start + hour + np.where(leap, 24, 0), dtype=np.int64)
