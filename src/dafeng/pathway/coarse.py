"""A system in longer steps: hours of a block joined to steps of two or three, each with the mean of what it joins.

Energy, cost and the time that each step stands for stay what they were; what is lost is the shape within a step. Half
as many steps make a linear program that is solved in a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dafeng.pathway.refusals import refuse
from dafeng.pathway.slicing import STORAGE_PROFILES
from dafeng.pathway.system import Array, Limit, Places, Steps, System, Term


def coarser(system: System, every: int) -> System:
    """The system with `every` steps that follow one another joined to one.

    Args:
        every: how many; all blocks must be whole multiples of it. 1: the system as it is.

    Raises:
        DafengError: a block is no multiple.
    """
    if every == 1:
        return system
    steps = system.steps
    lengths = steps.lasts - steps.firsts + 1
    if every < 1 or (lengths % every).any():
        raise refuse("steps", "every", every, f"{int(lengths.min())} % x = 0")
    starts = np.arange(0, steps.count, every)

    def mean(profile: Array) -> Array:
        """(..., T) -> (..., T / every); what is constant stays."""
        if profile.shape[-1] != steps.count:
            return profile
        whole: Array = np.add.reduceat(profile * steps.hours, starts, axis=-1) / _sums(steps.hours, starts)
        return whole

    p, s = system.processes, system.storages
    profiles: dict[str, Any] = {name: mean(getattr(s, name)) for name in STORAGE_PROFILES}
    return replace(
        system,
        steps=_steps(steps, starts),
        nodes=replace(system.nodes, demand=mean(system.nodes.demand)),
        processes=replace(
            p,
            efficiency=mean(p.efficiency) if p.efficiency.ndim == 3 else p.efficiency,
            available=mean(p.available),
            minimum=mean(p.minimum),
            cost=mean(p.cost),
        ),
        storages=replace(s, **profiles),
        lines=replace(system.lines, available=mean(system.lines.available)),
        yearly=replace(system.yearly, shapes=mean(system.yearly.shapes)),
        limits=tuple(_limit(limit, mean) for limit in system.limits),
    )


def _sums(values: Array, starts: Places) -> Array:
    return np.asarray(np.add.reduceat(values, starts))


def _steps(steps: Steps, starts: Places) -> Steps:
    return replace(
        steps,
        period=steps.period[starts],
        block=steps.block[starts],
        hours=_sums(steps.hours, starts),
        weight=_sums(steps.weight, starts),
        value=_sums(steps.value, starts),
    )


def _limit(limit: Limit, mean: Callable[[Array], Array]) -> Limit:
    terms = tuple(Term(t.quantity, t.index, mean(t.coefficient)) if t.coefficient.ndim == 2 else t for t in limit.terms)
    return replace(limit, terms=terms)
