"""Parts of a system and of a plan: some steps of one period, or one period of several."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dafeng.pathway.plan import Plan
from dafeng.pathway.system import Array, Places, Steps, System, Yearly

STOCK_TABLES = ("existing", "build_cost", "keep_cost", "build_upper", "build_lower", "lower", "upper")
YEARLY_TABLES = ("lower", "upper", "cost", "demand", "given", "drawn")
STORAGE_PROFILES = (
    *("charge_available", "discharge_available", "inflow", "level_lower", "level_upper"),
    *("charge_cost", "discharge_cost", "level_cost", "spill_cost"),
)


def some_steps(system: System, when: Places) -> System:
    """The system in some steps of one period only; its limits are left out.

    Args:
        when: steps, whole blocks of one period.
    """

    def cut(profile: Array) -> Array:
        return profile if profile.shape[-1] == 1 else profile[..., when]

    steps, p, s, stocks = system.steps, system.processes, system.storages, system.stocks
    year = int(steps.period[when[0]])
    here = Steps(
        periods=(steps.periods[year],),
        years=steps.years[[year]],
        period=np.zeros(len(when), dtype=np.int64),
        block=steps.block[when],
        hours=steps.hours[when],
        weight=steps.weight[when],
        value=steps.value[when],
    )
    tables: dict[str, Any] = {name: getattr(stocks, name)[:, [year]] for name in STOCK_TABLES}
    profiles: dict[str, Any] = {name: cut(getattr(s, name)) for name in STORAGE_PROFILES}
    leaving = system.departures
    return replace(
        system,
        steps=here,
        limits=(),
        departures=replace(leaving, cost=leaving.cost[:, [year]], upper=leaving.upper[:, [year]]),
        nodes=replace(system.nodes, demand=system.nodes.demand[:, when]),
        stocks=replace(stocks, alive=stocks.alive[:, [year]][:, :, [year]], **tables),
        processes=replace(
            p,
            efficiency=p.efficiency if p.efficiency.ndim == 2 else p.efficiency[..., when],
            available=cut(p.available),
            minimum=cut(p.minimum),
            cost=cut(p.cost),
        ),
        storages=replace(s, **profiles),
        yearly=_yearly(system.yearly, year, when),
        lines=replace(system.lines, available=cut(system.lines.available)),
    )


def _yearly(yearly: Yearly, year: int, when: Places) -> Yearly:
    tables: dict[str, Any] = {name: getattr(yearly, name)[:, [year]] for name in YEARLY_TABLES}
    return replace(yearly, shapes=yearly.shapes[:, when], **tables)


def limits_of(system: System, y: int) -> Places:
    """Numbers of the limits that concern one period."""
    return np.array([k for k, limit in enumerate(system.limits) if limit.period == y], dtype=np.int64)


def one_period(system: System, y: int) -> System:
    """One period of a system with its limits and its calendar; what a stock inherits is what the system says."""
    steps = system.steps
    found = some_steps(system, np.flatnonzero(steps.period == y))
    calendar = (steps.calendar[y],) if steps.calendar else ()
    limits = tuple(replace(system.limits[k], period=0) for k in limits_of(system, y))
    return replace(found, steps=replace(found.steps, calendar=calendar), limits=limits)


def plan_of_period(plan: Plan, y: int) -> Plan:
    """One period of a plan; the objective stays that of the whole."""
    steps = plan.system.steps
    when = np.flatnonzero(steps.period == y)
    blocks = np.flatnonzero(steps.period[steps.firsts] == y)
    lengths = [len(runs) + 1 for runs in steps.calendar]
    first = sum(lengths[:y])
    carried = np.arange(first, first + lengths[y]) if lengths else np.zeros(0, dtype=np.int64)
    kept = limits_of(plan.system, y)
    hourly: dict[str, Any] = {
        name: getattr(plan, name)[:, when]
        for name in ("activity", "charge", "discharge", "spill", "level", "flow", "price")
    }
    yearly: dict[str, Any] = {
        name: getattr(plan, name)[:, [y]] for name in ("capacity", "build", "departed", "yearly", "service_price")
    }
    limited: dict[str, Any] = {name: getattr(plan, name)[kept] for name in ("limit_value", "limit_price", "missed")}
    return replace(
        plan,
        system=one_period(plan.system, y),
        net=plan.net[:, blocks],
        carried=plan.carried[:, carried],
        **hourly,
        **yearly,
        **limited,
    )
