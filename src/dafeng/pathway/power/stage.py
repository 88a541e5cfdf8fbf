"""What a stage of a power plan is: a period with its plan, certificate and replay, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dafeng.pathway.certificate import Certificate
from dafeng.pathway.days import Days
from dafeng.pathway.outcome import Attempt
from dafeng.pathway.plan import Plan
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.power.mending import TINY, shedding
from dafeng.pathway.power.proving import GAP
from dafeng.pathway.ranges import Ranges
from dafeng.pathway.replay import Replay
from dafeng.pathway.system import Array, System

UNSERVED = 1e-5
"""Share of load that may stay unserved in the replay before days are added."""
MISSED = 1e-3
"""Share of a limit by which the replay may miss it before it is tightened."""


def further(stage: Stage) -> dict[str, float]:
    """Limit -> amount by which it is to be drawn in further: of those that the replay misses, and of ceilings that were
    drawn in too far, back again.

    A ceiling, so that the replay keeps it if it counts as many times what the plan does as now, whether the plan used
    it up or not; else by what is missed.
    """
    found = {}
    for number, (limit, asked) in enumerate(zip(stage.system.limits, stage.replay.limits, strict=True)):
        missed, counted = float(stage.missed[number]), float(stage.replay.counted[number])
        if 0 < limit.upper < np.inf and counted > 0:
            wanted = float(stage.plan.limit_value[number]) * asked.upper / counted
            if missed:
                found[limit.name] = min(FURTHER * (limit.upper - wanted), DRAWN * limit.upper)
            elif limit.tightened and wanted > limit.upper:
                found[limit.name] = -min(wanted - limit.upper, limit.tightened)
        elif missed:
            found[limit.name] = missed
    return found


def without_year(name: str, year: int) -> str:
    """The name of a limit of one period as it is in all of them."""
    return name.replace(f" {year}", "")


SEEN = 1e-6
"""Share of what a replay counts that is rounding."""
DRAWN = 0.5
"""Share of a ceiling by which it is drawn in at most between two replays."""
FURTHER = 1.2
"""Times what a replay asks for: the further a ceiling is drawn in, the larger the share that its days do not see."""


@dataclass(frozen=True)
class Stage:
    """One period of a plan. With perfect foresight all stages come from one solution and share its certificate.

    Attributes:
        year: of the period. inputs: of it. days: that were modelled.
        system, plan: of the modelled days of the period. rows, columns, nonzeros, ranges: of the linear program.
        attempts: of the solvers. certificate, replay: of the plan.
        mends: how often it was made anew after a replay, of all days or of the hardest.
        added: stock -> GW that a replay showed to be missing and that were added to the plan.
        short: days that replays of it, and of the periods before, found short: the last and worst first.
        seconds: of CPU by step, of all periods that were planned together.
        cuts: it keeps its limits only by cutting load, and was wanted all the same.
    """

    year: int
    inputs: Inputs
    days: Days
    system: System
    plan: Plan
    rows: int
    columns: int
    nonzeros: int
    ranges: Ranges
    attempts: tuple[Attempt, ...]
    certificate: Certificate
    replay: Replay
    mends: int
    seconds: Mapping[str, float]
    added: Mapping[str, float] = field(default_factory=dict)
    short: tuple[int, ...] = ()
    cuts: bool = False

    @property
    def years(self) -> tuple[int, ...]:
        """The year, as a period of its own."""
        return (self.year,)

    @property
    def hard(self) -> tuple[int, ...]:
        """The days that stand for themselves: hard ones, and those that were scarce or short before."""
        return tuple(self.days.chosen[self.days.kept].tolist())

    @property
    def understated(self) -> Mapping[str, float]:
        """Ceiling that the plan uses up, by its name without the year -> share of what the replay counts under it that
        the plan's days do not see."""
        found = {}
        for limit, planned, counted in zip(
            self.system.limits, self.plan.limit_value.tolist(), self.replay.counted.tolist(), strict=True
        ):
            if 0 < (1 - MISSED) * limit.upper <= planned < (1 - SEEN) * counted:
                found[without_year(limit.name, self.year)] = 1 - planned / counted
        return found

    @property
    def capacity(self) -> Array:
        """(s, 1) GW, the certified capacities."""
        return self.certificate.capacity

    @property
    def unserved(self) -> Array:
        """(1,) GWh a year of electricity and heat that the replay could not serve."""
        return np.asarray(self.replay.energy(self.replay.activity[shedding(self.system)]).sum(axis=0))

    @property
    def missed(self) -> Array:
        """(limits,) by how much the replay misses a limit, where by more than `MISSED` of it."""
        run = self.replay
        scale = np.maximum(run.sizes, np.abs(run.counted) * 1e-3)
        return np.where(run.broken > MISSED * scale + TINY, run.broken, 0.0)

    @property
    def holds(self) -> bool:
        """Is it kept in all hours, and proved to cost hardly more than the cheapest."""
        return self.kept and self.certificate.gap <= GAP

    @property
    def kept(self) -> bool:
        """Does the plan serve its load and keep its limits in all hours."""
        load = self.replay.energy(self.replay.system.nodes.demand).sum(axis=0)
        served = bool(np.all(self.unserved <= UNSERVED * load))
        return served and self.certificate.holds and not self.missed.any()
