"""What the rounds of a stage have in common, and what mending asks of one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dafeng.pathway.days import Days, every_day, typical_days
from dafeng.pathway.dispatch import Dispatcher
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.firm import firm_at
from dafeng.pathway.power.inherited import Inherited
from dafeng.pathway.power.inputs import Inputs, one_year
from dafeng.pathway.power.mending import Making, shortages, tighter, with_firm, worst_days
from dafeng.pathway.power.modelled_days import LEAST_TYPICAL, features, hardest
from dafeng.pathway.power.stage import Stage, further, without_year
from dafeng.pathway.recipes import Recipe
from dafeng.pathway.system import System
from dafeng.pathway.telling import Tell, tell_nobody


@dataclass(frozen=True)
class Brief:
    """What is to be planned, and how: the same in all rounds of a stage.

    Attributes:
        make: the system that is planned. recipes, cut: as in `stages.plan_together`.
        dispatchers: of the days of earlier replays; None: there are too many to be kept.
    """

    case: Case
    inputs: Inputs
    inherited: Inherited
    make: Making
    tell: Tell = tell_nobody
    recipes: tuple[Recipe, ...] = ()
    cut: bool = False
    dispatchers: Sequence[Dispatcher] | None = None

    @property
    def whole_year(self) -> bool:
        """Are all days modelled."""
        return self.case.days >= 365

    def days(self, keep: Sequence[int]) -> Days:
        """The days that are modelled if some are kept: beside them as many typical ones as ever."""
        if self.whole_year:
            return every_day()
        typical = max(self.case.days - len(hardest(self.inputs)), LEAST_TYPICAL)
        return typical_days(features(self.inputs), len(keep) + typical, keep)

    def system(self, asked: Asked, days: Days) -> System:
        """What is solved in a round."""
        system = self._made(asked, self.inputs, days)
        return tighter(system, asked.drawn(system))

    def every_hour(self, asked: Asked, y: int) -> System:
        """What is replayed of one period in a round: its limits are not drawn in."""
        return self._made(asked, one_year(self.inputs, y), every_day())

    def _made(self, asked: Asked, inputs: Inputs, days: Days) -> System:
        return with_firm(self.make, asked.firm or {})(self.case, inputs, days, self.inherited)


@dataclass(frozen=True)
class Asked:
    """What mending asks of a round beyond the case.

    Attributes:
        keep: days that are modelled for themselves.
        understated: ceiling, by its name without the year -> share by which it is drawn in from the start; with one
            period only. tightened: limit -> amount by which it is drawn in further.
        firm: (region, year) -> GW of firm capacity; None: it cannot be had, and is not asked for any more.
    """

    keep: tuple[int, ...]
    understated: Mapping[str, float] = field(default_factory=dict)
    tightened: Mapping[str, float] = field(default_factory=dict)
    firm: Mapping[tuple[str, int], float] | None = field(default_factory=dict)

    def drawn(self, system: System) -> dict[str, float]:
        """Limit of a system -> amount by which it is drawn in."""
        found = dict(self.tightened)
        if self.understated:
            (period,) = system.steps.periods
            for limit in system.limits:
                share = self.understated.get(without_year(limit.name, int(period)), 0.0)
                if share > 0 and limit.upper < np.inf:
                    found[limit.name] = found.get(limit.name, 0.0) + share * limit.upper
        return found

    def with_days(self, days: Sequence[int]) -> Asked:
        """The same with more days that are kept."""
        return replace(self, keep=tuple(sorted({*self.keep, *days})))

    def after(self, stage: Stage) -> Asked:
        """What the next round is asked for, after what the replay of a stage showed."""
        asked = self if stage.kept else self.with_days(worst_days(stage.replay, self.keep))
        tightened = dict(self.tightened)
        for name, step in further(stage).items():
            tightened[name] = tightened.get(name, 0.0) + step
        firm = None if self.firm is None else dict(self.firm)
        if firm is not None and stage.mends > 0:
            for region, gw in shortages(stage.replay).items():
                firm[region, stage.year] = firm_at(stage.system, stage.capacity, region) + gw
        return replace(asked, tightened=tightened, firm=firm)
