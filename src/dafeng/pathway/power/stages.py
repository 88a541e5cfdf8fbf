"""One stage of a power plan: solve on typical days, certify, replay all hours, and mend until it holds.

A replay that cannot serve its load or misses a limit names its worst days: they become modelled days, the limit is
tightened by what it was missed by, and the plan is made anew; if that is not enough, regions must have more firm
capacity by what they lacked in their worst hour (`mending`). Where a few GW are all that is missing they are added to
the plan as it is, if it stays as good as it must be (`strengthening`). The next period begins with the days that were
scarce in the replay of this one, and with ceilings drawn in by the share that the days of this one understated. The
days that were hardest in the last replay are run first: if they lack more than can be added, the plan is made anew at
once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dafeng.pathway.acceptance import Accuracy
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.certificate import Certificate, border_columns, certify
from dafeng.pathway.clash import limits_clash
from dafeng.pathway.days import Days, every_day, typical_days
from dafeng.pathway.dispatch import Dispatcher
from dafeng.pathway.interior import block_of_columns
from dafeng.pathway.model import Model, build
from dafeng.pathway.outcome import Infeasible, Interrupted, NotSolved, Solution
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.cutting import refuse_cutting
from dafeng.pathway.power.firm import firm_at
from dafeng.pathway.power.inherited import Inherited
from dafeng.pathway.power.inputs import Inputs, one_year
from dafeng.pathway.power.mending import (
    SPELLS,
    WORST,
    Making,
    scarce_days,
    shedding,
    short_days,
    shortages,
    suspects,
    tighter,
    with_firm,
    worst_days,
)
from dafeng.pathway.power.modelled_days import features, hardest
from dafeng.pathway.power.parameters import parameter
from dafeng.pathway.power.stage import UNSERVED, Stage, further, without_year
from dafeng.pathway.power.units import PER_GWH
from dafeng.pathway.ranges import ranges
from dafeng.pathway.recipes import Recipe, portfolio
from dafeng.pathway.replay import Replay, follow, levels_wanted, new_dispatchers, replay
from dafeng.pathway.slicing import limits_of, one_period, plan_of_period
from dafeng.pathway.solvers import Progress, Session
from dafeng.pathway.strengthening import least_additions, run_again, with_more
from dafeng.pathway.system import Array, System
from dafeng.pathway.telling import Tell, tell_nobody

ROUGH = Accuracy(primal=0.3, dual=0.3, gap=1e-3)
"""What a solution must reach to be certified. A first-order method breaks rows that hardly matter by a good part of
what is largest in their block, as where days hand over a few GWh of hydrogen. The certificate keeps all rows of its own
plan and says what that is worth, so what is turned away here is only what cannot be a solution."""
GAP = 5e-4
"""Certified gap above which the next recipe is tried."""
INFEASIBLE = "Infeasible"
"""What HiGHS says of a model without a solution, and an attempt has as its status where that was not proved."""
CUT = 1e-3
"""Share of load that a plan may itself leave unserved before it is asked whether its limits can be kept otherwise: the
question takes minutes with many regions, and what is less is for the replay and the mending to see."""
KEPT = 0.5
"""Share of what may stay unserved that is left by adding capacity: days that lack little may be left as they are."""
MENDS = 10
LEAST_TYPICAL = 3
KEEPING = 0.5
"""Worth of a stored unit that the next day needs, as a share of the cost of a shortage: load is not cut for it."""


class _TooShort(Exception):
    """Some days of a replay lack more than can be added to the plan.

    Attributes:
        days: that are short, the worst first.
    """

    def __init__(self, days: Sequence[int]) -> None:
        super().__init__()
        self.days = days


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
    stages: tuple[Stage, ...] = ()
    keep, typical = _first_days(case, inputs, before)
    tightened: dict[str, float] = {}
    if before is not None and before.understated:
        tightened = _understated(make(case, inputs, _modelled(case, inputs, keep, typical), inherited), before)
    given = bool(tightened)
    firm: dict[tuple[str, int], float] = {}
    alone = len(inputs.years) == 1
    dispatchers = new_dispatchers() if alone else None
    last = before if alone and case.days < 365 else None
    short: list[int] = []
    for mends in range(MENDS + 1):
        days = _modelled(case, inputs, keep, typical)
        making = with_firm(make, firm)
        first = suspects(last.replay, last.short, keep) if last is not None and mends < MENDS else ()
        try:
            stages = _once(
                case, inputs, days, inherited, tightened, mends, tell, making, dispatchers, recipes, cut, first
            )
        except _TooShort as error:
            short = [*error.days, *short]
            keep = sorted({*keep, *error.days[:WORST]})
            continue
        except Infeasible:
            if stages:
                break
            if not given:
                raise
            given, tightened = False, {}
            continue
        if all(stage.holds or stage.cuts for stage in stages) or mends == MENDS or case.days >= 365:
            break
        asked = (keep, dict(tightened), dict(firm))
        if alone:
            last, short = stages[0], [*short_days(stages[0].replay, 0.0), *short]
        for stage in stages:
            if not stage.holds:
                keep = sorted({*keep, *worst_days(stage.replay, keep)})
            for name, step in further(stage).items():
                tightened[name] = tightened.get(name, 0.0) + step
            if mends > 0:
                for region, gw in shortages(stage.replay).items():
                    firm[region, stage.year] = firm_at(stage.system, stage.capacity, region) + gw
        if asked == (keep, tightened, firm):
            break
    known = (*short, *(() if before is None else before.short))
    if not known:
        return stages
    return tuple(replace(stage, short=tuple(dict.fromkeys((*stage.short, *known)))) for stage in stages)


def first_program(case: Case, inputs: Inputs, make: Making = power_system) -> LinearProgram:
    """The program of the periods of `inputs` planned together, before anything is mended."""
    days = _modelled(case, inputs, *_first_days(case, inputs))
    return build(make(case, inputs, days, Inherited())).lp


def _first_days(case: Case, inputs: Inputs, before: Stage | None = None) -> tuple[list[int], int]:
    """Days that are modelled in any case, and how many typical ones beside them."""
    usual = hardest(inputs)
    keep = usual
    if before is not None:
        known = {*usual, *before.hard}
        spells = max(SPELLS + len(usual) - len(known), 0)
        keep = sorted({*known, *scarce_days(before.replay, before.short, known, spells)})
    return keep, max(case.days - len(usual), LEAST_TYPICAL)


def _understated(system: System, before: Stage) -> dict[str, float]:
    """Limit of the one period of a system -> amount that its days will not see, if they see as little as before."""
    (period,) = system.steps.periods
    shares = before.understated
    named = [(limit, shares.get(without_year(limit.name, int(period)), 0.0)) for limit in system.limits]
    return {limit.name: share * limit.upper for limit, share in named if share > 0 and limit.upper < np.inf}


def _modelled(case: Case, inputs: Inputs, keep: Sequence[int], typical: int) -> Days:
    return every_day() if case.days >= 365 else typical_days(features(inputs), len(keep) + typical, keep)


def _once(
    case: Case,
    inputs: Inputs,
    days: Days,
    inherited: Inherited,
    tightened: Mapping[str, float],
    mends: int,
    tell: Tell,
    make: Making,
    dispatchers: Sequence[Dispatcher] | None,
    recipes: tuple[Recipe, ...],
    cut: bool,
    first: Sequence[int] = (),
) -> tuple[Stage, ...]:
    """One round: solve, certify and replay.

    Args:
        first: days that are run before all others.

    Raises:
        _TooShort: these days lack more than can be added to the plan.
    """
    clock = _Clock()
    model = build(tighter(make(case, inputs, days, inherited), tightened))
    nonzeros, spread = model.lp.matrix().nnz, ranges(model.lp)
    rows, columns = model.lp.shape
    clock.stop("build")
    try:
        solution, certificate = _certified(model, tell, clock, recipes)
    except Infeasible as error:
        error.model = model
        raise
    except Interrupted:
        raise
    except NotSolved as error:
        if not any(attempt.status == INFEASIBLE for attempt in error.attempts):
            raise
        reason = limits_clash(model, tell)
        if reason is None:
            raise
        raise reason from error
    plan = _plan(model, solution, certificate)
    cuts = mends == 0 and _cuts(plan, cut, tell)
    stages = []
    for y, year in enumerate(inputs.years):

        def tell_replay(stage: str, share: float, at: int = y) -> None:
            tell(stage, 0.6 + 0.4 * (at + share) / len(inputs.years))

        alone, plan_alone = one_year(inputs, y), plan_of_period(plan, y)
        proved = certificate.of_period(y, limits_of(model.system, y))
        every = make(case, alone, every_day(), inherited)
        if first and not cuts:
            run = _replayed(every, plan_alone, proved, days, tell_replay, dispatchers, first)
            if _strong_enough(every, run, model, certificate, proved) is None:
                raise _TooShort(short_days(run, 0.0))
        stages.append(
            Stage(
                year=year,
                inputs=alone,
                days=days,
                system=one_period(model.system, y),
                plan=plan_alone,
                rows=rows,
                columns=columns,
                nonzeros=nonzeros,
                ranges=spread,
                attempts=solution.attempts,
                certificate=proved,
                replay=_replayed(every, plan_alone, proved, days, tell_replay, dispatchers),
                mends=mends,
                seconds=clock.seconds,
                cuts=cuts,
            )
        )
    clock.stop("replay")
    if len(stages) == 1 and not (stages[0].holds or cuts):
        stages = [_strengthened(stages[0], every, model, solution, certificate, tell)]
        clock.stop("replay")
    return tuple(stages)


def _plan(model: Model, solution: Solution, certificate: Certificate) -> Plan:
    """The plan with the capacities that are certified."""
    return read(model, np.where(border_columns(model), certificate.x, solution.x), solution.y)


def _strengthened(
    stage: Stage, every: System, model: Model, solution: Solution, certificate: Certificate, tell: Tell
) -> Stage:
    """The stage with the capacity that its replay lacked, if that is all that it lacks and `GAP` is kept; else as is.

    Args:
        every: its system with all hours. model, solution, certificate: of its plan.
    """
    every_short = short_days(stage.replay, 0.0)
    if stage.missed.any() or not certificate.holds or not every_short:
        return stage
    enough = _strong_enough(every, stage.replay, model, certificate, stage.certificate)
    if enough is None:
        return stage
    added, more = enough
    plan = _plan(model, solution, more)
    proved = more.of_period(0, limits_of(model.system, 0))
    found = replace(
        stage,
        system=one_period(model.system, 0),
        plan=plan_of_period(plan, 0),
        certificate=proved,
        replay=run_again(every, stage.replay, proved, every_short, tell),
        added={model.system.stocks.names[s]: float(added[s]) for s in np.flatnonzero(added)},
        short=tuple(every_short),
    )
    return found if found.holds else stage


def _strong_enough(
    every: System, run: Replay, model: Model, certificate: Certificate, proved: Certificate
) -> tuple[Array, Certificate] | None:
    """(s,) GW that must be added for the days of a replay, and what is proved of the plan with it; None: above `GAP`.

    Args:
        certificate: of the plan of the model. proved: the same of its one period.
    """
    load = float(run.energy(run.system.nodes.demand).sum())
    worst = short_days(run, KEPT * UNSERVED * load)
    if not worst:
        return np.zeros(len(every.stocks.names)), certificate
    short = np.array(shedding(every), dtype=np.int64)
    worth = GAP * abs(certificate.cost) - (certificate.cost - certificate.bound)
    added = least_additions(every, run, model, proved, worst, short, worth)
    more = with_more(model, certificate, added)
    return (added, more) if more.gap <= GAP else None


def _cuts(plan: Plan, wanted: bool, tell: Tell) -> bool:
    """Does a plan keep its limits only by cutting load.

    Raises:
        Infeasible: it does, and is not wanted.
    """
    try:
        refuse_cutting(plan, CUT, tell)
    except Infeasible:
        if not wanted:
            raise
        return True
    return False


def _replayed(
    every: System,
    plan: Plan,
    certificate: Certificate,
    days: Days,
    tell: Tell,
    dispatchers: Sequence[Dispatcher] | None,
    some: Sequence[int] | None = None,
) -> Replay:
    """All hours of one period, or those of some days, at the prices at which the plan keeps its limits.

    Args:
        every: the system with all hours of the period. plan, certificate: of the period.
        dispatchers: of an earlier replay of it; None: there was none, or too much would be kept.
    """
    return replay(
        every,
        certificate.capacity,
        certificate.prices,
        carried=follow(plan, len(days.stands)) if plan.system.steps.calendar else None,
        wanted=levels_wanted(plan, days.stands),
        worth=_stored_worth(plan),
        held=certificate.held,
        yearly=certificate.yearly,
        dispatchers=dispatchers,
        tell=tell,
        some=some,
    )


def _certified(model: Model, tell: Tell, clock: _Clock, recipes: tuple[Recipe, ...]) -> tuple[Solution, Certificate]:
    """The first solution of the portfolio, or of the recipes that are asked for, whose certificate is good enough; else
    the one with the smallest gap."""
    session = Session(model.lp, block_of_columns(model))
    recipes = recipes or portfolio(session.facts(), ROUGH)
    found: list[tuple[Solution, Certificate]] = []
    for number in range(len(recipes)):
        try:
            solution = session.solve(
                recipes[number:],
                accuracy=ROUGH,
                bound=False,
                progress=lambda now: tell(f"solve {now.recipe}", _share_of_solving(now)),
            )
        except Interrupted:
            raise
        except NotSolved:
            if found:
                break
            raise
        clock.stop("solve")
        certificate = certify(model, solution, lambda stage, share: tell(stage, 0.5 + 0.1 * share))
        clock.stop("certify")
        found.append((solution, certificate))
        if (certificate.gap <= GAP and certificate.holds) or solution.recipe == recipes[-1]:
            break
    return min(found, key=lambda pair: (not pair[1].holds, pair[1].gap))


def _share_of_solving(now: Progress) -> float:
    """Solving is told as 0.05 to 0.5 of a plan; where a solver does not say how far it is, by the time it takes."""
    return min(0.05 + (0.45 * now.share if now.share is not None else now.seconds / 600), 0.5)


def _stored_worth(plan: Plan) -> Array:
    """(j, 1) 1e9 CNY per GWh, present value: what the next day needs is worth `KEEPING` of what a shortage costs."""
    steps = plan.system.steps
    value = float(steps.value.sum() / steps.weight.sum())
    return np.full((len(plan.system.storages.names), 1), KEEPING * parameter("unserved_cost") * PER_GWH * value)


@dataclass
class _Clock:
    """CPU seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.process_time)

    def stop(self, step: str) -> None:
        now = time.process_time()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._since
        self._since = now
