"""Limits that can be kept only by leaving load unserved: no plan, and no number of replays mends it."""

from __future__ import annotations

from dataclasses import replace

from dafeng.pathway.clash import limits_clash
from dafeng.pathway.model import build
from dafeng.pathway.plan import Plan
from dafeng.pathway.power.mending import shedding
from dafeng.pathway.system import NONE, System
from dafeng.pathway.telling import Tell


def served(system: System) -> System:
    """The system in which nothing may stay unserved: what stands for it gives to no node."""
    sinks = system.processes.sinks.copy()
    sinks[shedding(system)] = NONE
    return replace(system, processes=replace(system.processes, sinks=sinks))


def cut(plan: Plan) -> float:
    """Share of the load of its days that a plan leaves unserved."""
    system = plan.system
    steps, weight = system.steps, system.steps.weight
    drawn = system.yearly.load(plan.yearly, len(system.nodes.names), steps.period)
    load = float(weight @ (system.nodes.demand + drawn).sum(axis=0))
    return float((plan.activity[shedding(system)] @ weight).sum()) / load


def refuse_cutting(plan: Plan, most: float, tell: Tell) -> None:
    """Refuse a plan that keeps its limits by leaving load unserved, where they cannot be kept otherwise.

    A plan passes that leaves no more than `most` of its load unserved, that does it because serving is dearer (its
    limits can be kept with all load served), or whose load cannot be served even without limits: it says itself what it
    lacks.

    Raises:
        Infeasible: of the model in which nothing may stay unserved, from which `pathway.clash` says what clashes.
    """
    if cut(plan) <= most:
        return
    error = limits_clash(build(served(plan.system)), tell)
    if error is not None:
        raise error
