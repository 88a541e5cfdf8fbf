"""One round of a stage: solve on the modelled days, certify, replay all hours, add what little is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from dafeng.pathway.certificate import Certificate, border_columns
from dafeng.pathway.clash import limits_clash
from dafeng.pathway.days import Days
from dafeng.pathway.dispatch import Dispatcher
from dafeng.pathway.model import Model, build
from dafeng.pathway.outcome import Infeasible, Interrupted, NotSolved, Solution
from dafeng.pathway.plan import Plan, read
from dafeng.pathway.power.brief import Asked, Brief
from dafeng.pathway.power.cutting import cut, refuse_cutting
from dafeng.pathway.power.inputs import one_year
from dafeng.pathway.power.mending import (
    shedding,
    short_days,
)
from dafeng.pathway.power.parameters import parameter
from dafeng.pathway.power.proving import GAP, Clock, certified
from dafeng.pathway.power.stage import UNSERVED, Stage
from dafeng.pathway.power.units import PER_GWH
from dafeng.pathway.ranges import ranges
from dafeng.pathway.replay import Replay, follow, levels_wanted, replay
from dafeng.pathway.slicing import limits_of, one_period, plan_of_period
from dafeng.pathway.strengthening import least_additions, run_again, run_anew, with_more
from dafeng.pathway.system import Array, System
from dafeng.pathway.telling import Tell

INFEASIBLE = "Infeasible"
"""What HiGHS says of a model without a solution, and an attempt has as its status where that was not proved."""
CUT = 1e-3
"""Share of load that a plan may itself leave unserved before it is asked whether its limits can be kept otherwise: the
question takes minutes with many regions, and what is less is for the replay and the mending to see."""
TOO_FAR = 1e-4
"""Share of load that a plan may leave unserved whose limits were drawn in after a replay."""
KEPT = 0.5
"""Share of what may stay unserved that is left by adding capacity: days that lack little may be left as they are."""
KEEPING = 0.5
"""Worth of a stored unit that the next day needs, as a share of the cost of a shortage: load is not cut for it."""


class TooShort(Exception):
    """Some days of a replay lack more than can be added to the plan.

    Attributes:
        days: that are short, the worst first.
    """

    def __init__(self, days: Sequence[int]) -> None:
        super().__init__()
        self.days = days


class DrawnTooFar(Exception):
    """Limits are drawn in so far that the plan keeps them by leaving load unserved: no day that is added mends that."""


def one_round(brief: Brief, asked: Asked, mends: int, first: Sequence[int] = ()) -> tuple[Stage, ...]:
    """Solve, certify and replay the periods of a brief; one that is planned alone is strengthened if that is enough.

    Args:
        mends: rounds before this one. first: days that are run before all others.

    Raises:
        TooShort: these days lack more than can be added to the plan. DrawnTooFar: limits were drawn in too far.
    """
    tell, years = brief.tell, brief.inputs.years
    clock = Clock()
    days = brief.days(asked.keep)
    model = build(brief.system(asked, days))
    nonzeros, spread = model.lp.matrix().nnz, ranges(model.lp)
    rows, columns = model.lp.shape
    clock.stop("build")
    solution, certificate = _solved(model, brief, clock)
    plan = _plan(model, solution, certificate)
    if any(asked.tightened.values()) and cut(plan) > TOO_FAR:
        raise DrawnTooFar
    cuts = mends == 0 and _cuts(plan, brief.cut, tell)
    stages = []
    for y, year in enumerate(years):

        def tell_replay(stage: str, share: float, at: int = y) -> None:
            tell(stage, 0.6 + 0.4 * (at + share) / len(years))

        alone = plan_of_period(plan, y)
        proved = certificate.of_period(y, limits_of(model.system, y))
        every = brief.every_hour(asked, y)
        run_days = partial(_replayed, every, alone, proved, days, tell_replay, brief.dispatchers)
        if first and not cuts:
            run = run_days(first)
            if _strong_enough(every, run, model, certificate, proved) is None:
                raise TooShort(short_days(run, 0.0))
        stages.append(
            Stage(
                year=year,
                inputs=one_year(brief.inputs, y),
                days=days,
                system=one_period(model.system, y),
                plan=alone,
                rows=rows,
                columns=columns,
                nonzeros=nonzeros,
                ranges=spread,
                attempts=solution.attempts,
                certificate=proved,
                replay=run_days(),
                mends=mends,
                seconds=clock.seconds,
                cuts=cuts,
            )
        )
    clock.stop("replay")
    if len(stages) == 1 and not (stages[0].kept or cuts):
        stages = [_strengthened(stages[0], every, model, solution, certificate, tell)]
        clock.stop("replay")
    return tuple(stages)


def _solved(model: Model, brief: Brief, clock: Clock) -> tuple[Solution, Certificate]:
    """The solution that is taken; where there is none, which limits clash.

    Raises:
        Infeasible: they do, or the solver says so; with its model.
    """
    try:
        return certified(model, brief.tell, clock, brief.recipes)
    except Infeasible as error:
        error.model = model
        raise
    except Interrupted:
        raise
    except NotSolved as error:
        if not any(attempt.status == INFEASIBLE for attempt in error.attempts):
            raise
        reason = limits_clash(model, brief.tell)
        if reason is None:
            raise
        raise reason from error


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
    return found if found.kept else stage


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
    if more.gap > GAP:
        more = run_anew(model, more)
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
        worth=stored_worth(plan),
        held=certificate.held,
        yearly=certificate.yearly,
        dispatchers=dispatchers,
        tell=tell,
        some=some,
    )


def stored_worth(plan: Plan) -> Array:
    """(j, 1) 1e9 CNY per GWh, present value: what the next day needs is worth `KEEPING` of what a shortage costs."""
    steps = plan.system.steps
    value = float(steps.value.sum() / steps.weight.sum())
    return np.full((len(plan.system.storages.names), 1), KEEPING * parameter("unserved_cost") * PER_GWH * value)
