"""Making a power plan: all periods one after the other, or at once.

Myopic planning takes period after period, each with the capacities that the earlier ones left; perfect foresight takes
all periods at once. Either way every run ends with a certificate and with the replay of 8,760 hours of every period
(`stages`).
"""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.power.case import MYOPIC, Case
from dafeng.pathway.power.inherited import Inherited, horizon
from dafeng.pathway.power.inputs import one_year, planned
from dafeng.pathway.power.passing_on import passed_on
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.stage import Stage
from dafeng.pathway.power.stages import first_program, plan_together
from dafeng.pathway.recipes import named
from dafeng.pathway.telling import Tell, tell_nobody


@dataclass(frozen=True)
class PowerPlan:
    """A power plan of a case.

    Attributes:
        stages: one a period, in the order of time.
        inherited: what each stage inherited from earlier ones of the plan (nothing with perfect foresight).
    """

    case: Case
    stages: tuple[Stage, ...]
    inherited: tuple[Inherited, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years of all periods."""
        return tuple(stage.year for stage in self.stages)

    @property
    def holds(self) -> bool:
        """Does every stage hold in all hours."""
        return all(stage.holds for stage in self.stages)

    @property
    def gap(self) -> float:
        """The largest certified gap of the stages."""
        return max(stage.certificate.gap for stage in self.stages)

    @property
    def cost(self) -> float:
        """1e9 CNY, present value of building, keeping and running within the horizon; what stood before is sunk.

        With perfect foresight the certified cost. Else the certified costs of the stages, and with them, in each
        stage, the annuities of what earlier stages built, which those had not counted beyond their own period.
        """
        if self.case.foresight != MYOPIC:
            return self.stages[0].certificate.cost
        total = 0.0
        for stage, inherited in zip(self.stages, self.inherited, strict=True):
            worth = float(horizon(self.case, (stage.year,)).worth[0])
            parts = [part for built in inherited.built.values() for part in built if part.stands(stage.year)]
            total += stage.certificate.cost + worth * sum(part.payment for part in parts)
        return total

    @property
    def bound(self) -> float | None:
        """1e9 CNY, no plan within the limits as they are asked costs less: known with perfect foresight only."""
        return None if self.case.foresight == MYOPIC else self.stages[0].certificate.bound_as_asked


def plan_power(case: Case, tell: Tell = tell_nobody, *, solver: str = "", cut: bool = False) -> PowerPlan:
    """Make the plan of a case.

    Args:
        tell: told how far it is; what it raises ends the run and leaves nothing behind.
        solver: name of the only recipe that may solve it (`recipes.RECIPES`); empty: the portfolio chooses. What it
            finds is accepted, certified and replayed as ever.
        cut: as in `plan_together`.

    Raises:
        DafengError: a case that cannot be meant, or a solver that is not known or not installed. Infeasible: its limits
            cannot all be kept. NotSolved: no solver gave an accepted solution; such a run is no plan.
    """
    recipes = (named(solver),) if solver else ()
    whole = planned(grouping(case.regions), case.periods, case.demand)
    if case.foresight != MYOPIC:
        stages = plan_together(case, whole, Inherited(), tell, recipes=recipes, cut=cut)
        return PowerPlan(case, stages, (Inherited(),) * len(stages))
    found: list[Stage] = []
    inherited = [Inherited()]
    for y, year in enumerate(case.periods):

        def tell_year(stage: str, share: float, at: int = y, of: int = year) -> None:
            tell(f"{of} {stage}", (at + share) / len(case.periods))

        before = found[-1] if found else None
        (stage,) = plan_together(
            case, one_year(whole, y), inherited[-1], tell_year, before=before, recipes=recipes, cut=cut
        )
        found.append(stage)
        inherited.append(passed_on(stage, inherited[-1], float(horizon(case, (year,)).worth[0])))
    return PowerPlan(case, tuple(found), tuple(inherited[:-1]))


def power_program(case: Case) -> LinearProgram:
    """The linear program that `plan_power` solves first: of the first period, with perfect foresight of all periods.

    `Session(power_program(case)).write("plan.mps")` writes it for other solvers, with the names of its blocks.

    Raises:
        DafengError: a case that cannot be meant.
    """
    whole = planned(grouping(case.regions), case.periods, case.demand)
    return first_program(case, one_year(whole, 0) if case.foresight == MYOPIC else whole)
