"""One stage of a power plan: solve on typical days, certify, replay all hours, and mend until it holds.

A replay that cannot serve its load or misses a limit names its worst days: they become modelled days, the limit is
tightened by what it was missed by, and the plan is made anew; if that is not enough, regions must have more firm
capacity by what they lacked in their worst hour (`mending`). Where a few GW are all that is missing they are added to
the plan as it is, if it stays as good as it must be (`strengthening`). The next period begins with the days that were
scarce in the replay of this one, and with ceilings drawn in by the share that the days of this one understated. The
days that were hardest in the last replay are run first: if they lack more than can be added, the plan is made anew at
once. A limit that is drawn in until the plan keeps it by cutting load goes back to where load was last served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.model import build
from dafeng.pathway.outcome import Infeasible
from dafeng.pathway.power.brief import Asked, Brief
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inherited import Inherited
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.power.mending import SPELLS, Making, scarce_days, short_days, suspects, worst_days, worst_spells
from dafeng.pathway.power.modelled_days import hardest
from dafeng.pathway.power.rounds import DrawnTooFar, TooShort, one_round
from dafeng.pathway.power.stage import Stage
from dafeng.pathway.recipes import Recipe
from dafeng.pathway.replay import new_dispatchers
from dafeng.pathway.telling import Tell, tell_nobody

MENDS = 10


def plan_together(
    case: Case,
    inputs: Inputs,
    inherited: Inherited,
    tell: Tell = tell_nobody,
    make: Making = power_system,
    before: Stage | None = None,
    recipes: tuple[Recipe, ...] = (),
    cut: bool = False,
) -> tuple[Stage, ...]:
    """Plan the periods of `inputs` together, mending until the replay holds or `MENDS` is used up.

    Args:
        make: the system that is planned. before: the stage of the period before: the days that were scarce in it are
            modelled too, the hardest of all others are run first, and ceilings are drawn in by what its days
            understated, if that leaves a plan.
        recipes: to be tried in this order, and no others; none: `portfolio` chooses.
        cut: a plan that keeps its limits only by cutting load is wanted all the same; it is not mended and says it.

    Where limits drawn in further leave no plan at all, the last one stands, and says what it misses.

    Raises:
        Infeasible: the limits cannot be kept, or only by cutting load that could be served without them: a plan of that
            kind costs ten mends that cannot mend it.
    """
    tell("days", 0.0)
    alone = len(inputs.years) == 1
    dispatchers = new_dispatchers() if alone else None
    brief = Brief(case, inputs, inherited, make, tell, recipes, cut, dispatchers)
    asked = _first_asked(inputs, before)
    stages: tuple[Stage, ...] = ()
    last = before if alone and not brief.whole_year else None
    short: list[int] = []
    drawn: Mapping[str, float] = {}
    most: Mapping[str, float] | None = None
    for mends in range(MENDS + 1):
        first = suspects(last.replay, last.short, asked.keep) if last is not None and mends < MENDS else ()
        try:
            stages = one_round(brief, asked, mends, first)
        except TooShort as error:
            short = [*error.days, *short]
            asked = asked.with_days(worst_spells(error.days, asked.keep))
            continue
        except DrawnTooFar:
            if asked.tightened == drawn:
                drawn = {name: amount / 2 for name, amount in drawn.items()}
            most = drawn
            asked = replace(asked, tightened=dict(drawn)).with_days(worst_days(stages[0].replay, asked.keep))
            continue
        except Infeasible:
            if asked.firm:
                asked = replace(asked, firm=None)
                continue
            if stages:
                break
            if not asked.understated or mends == MENDS:
                raise
            asked = replace(asked, understated={})
            continue
        drawn = asked.tightened
        if all(stage.kept or stage.cuts for stage in stages) or mends == MENDS or brief.whole_year:
            break
        if alone:
            last, short = stages[0], [*short_days(stages[0].replay, 0.0), *short]
        more = reduce(Asked.after, stages, asked)
        if most is not None:
            more = replace(more, tightened=no_further(more.tightened, most))
        if more == asked:
            break
        asked = more
    known = (*short, *(() if before is None else before.short))
    if not known:
        return stages
    return tuple(replace(stage, short=tuple(dict.fromkeys((*stage.short, *known)))) for stage in stages)


def first_program(case: Case, inputs: Inputs, make: Making = power_system) -> LinearProgram:
    """The program of the periods of `inputs` planned together, before anything is mended."""
    brief, asked = Brief(case, inputs, Inherited(), make), _first_asked(inputs)
    return build(brief.system(asked, brief.days(asked.keep))).lp


def no_further(tightened: Mapping[str, float], most: Mapping[str, float]) -> dict[str, float]:
    """Amounts by which limits are drawn in, none larger than where load was last served."""
    return {name: min(amount, most.get(name, 0.0)) for name, amount in tightened.items()}


def _first_asked(inputs: Inputs, before: Stage | None = None) -> Asked:
    """What the first round is asked for: days that are modelled in any case, ceilings drawn in in advance."""
    usual = hardest(inputs)
    if before is None:
        return Asked(tuple(usual))
    known = {*usual, *before.hard}
    spells = max(SPELLS + len(usual) - len(known), 0)
    keep = {*known, *scarce_days(before.replay, before.short, known, spells)}
    return Asked(tuple(sorted(keep)), before.understated)
