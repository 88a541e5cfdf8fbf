"""Capacity that a replay shows to be missing: the least that must be added, and the replay with it.

A plan made on typical days may lack a few GW in the worst hours of a year. The blocks that could not serve their load
are run once more, one after the other, each between the levels at which its stores stood, with capacity to be added
where it was short, and of what leads there, at its cost for the whole period:

    min  sum(s) (build[s] + keep[s]) n[s] + running cost + MUCH x what is not served
    K[s] = K of the plan + n of earlier blocks + n[s],     0 <= n[s] <= room,     limits on capacity as in the plan

With what is added all other blocks can be run as they were, so the whole stays a way to run the year. What it costs is
added to the cost of the plan, less what the plan's own blocks save by it if they are run anew (`run_anew`); the bound
stays: the gap says how far it can be from the best plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dafeng.pathway.carrying import carrying
from dafeng.pathway.certificate import Certificate, held_by, proved_at, values_of
from dafeng.pathway.chains import CHAINS, Chain, run_chains
from dafeng.pathway.dispatch import RUN, Counts, Dispatcher, standing
from dafeng.pathway.lean import PLAIN
from dafeng.pathway.model import Model, build
from dafeng.pathway.plan import Plan
from dafeng.pathway.replay import OF_BLOCKS, PARTS, Replay, letting_go
from dafeng.pathway.slicing import some_steps
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import BUILD, CAPACITY, CHAIN, CYCLE, NONE, Array, Flags, Limit, Places, System, Term
from dafeng.pathway.telling import Tell, tell_nobody

MUCH = 1e3
"""Times its own cost: capacity is worth building for a single day that is short of it."""
TINY = 1e-3
"""P that none misses: what a solution has of capacity that it does not need."""


def least_additions(
    whole: System,
    run: Replay,
    model: Model,
    proved: Certificate,
    blocks: Sequence[int],
    short: Places,
    worth: float = np.inf,
) -> Array:
    """(s,) P that must be added so that some blocks of a replay serve their load, as far as there is room.

    Args:
        whole: the system of one period with all its hours. run: its replay, with what is `proved` of the `model`.
        blocks: that could not serve their load, in the order in which they are looked at; one that what was added for
            earlier ones serves asks for nothing. short: processes that stand for what is not served.
        worth: M, what all may cost; blocks are looked at until it is spent.

    Raises:
        NotSolved, Infeasible: a block cannot be run.
    """
    stocks = whole.stocks
    system = letting_go(standing(whole, proved.capacity, proved.yearly))
    cost = system.processes.cost.copy()
    cost[short] *= MUCH
    system = replace(system, processes=replace(system.processes, cost=cost))
    room_anywhere = np.where(_addable(whole), _room(model, proved), 0.0)
    price = stocks.build_cost + stocks.keep_cost
    added = np.zeros(len(stocks.names))
    dispatcher = Dispatcher()
    for number in blocks:
        when = _steps(system, number)
        more = added[:, None]
        existing = system.stocks.existing + more
        if added.any():
            stronger = replace(system, stocks=replace(system.stocks, existing=existing))
            if _run(whole, stronger, run, proved, number, dispatcher).activity[short].max() <= TINY:
                continue
        lacking = short[run.activity[short][:, when].max(axis=1) > TINY]
        room = np.where(_leading_to(whole, np.unique(whole.processes.sinks[lacking])), room_anywhere, 0.0)
        fixed = replace(
            system.stocks,
            existing=existing,
            build_upper=np.maximum(room[:, None] - more, 0.0),
            build_cost=price,
            alive=np.ones_like(stocks.alive),
        )
        block = some_steps(replace(system, stocks=fixed), when)
        limits = _limits_left(whole, proved.held, added, room)
        found = _between(replace(block, limits=limits), run.block_begins[:, number], run.level[:, when[-1]])
        Counts(whole).charge(found, found.lp.cost, when, proved.prices)
        x = Session(found.lp).solve(PLAIN, bound=False).x
        built = values_of(x, found.columns.build[:, 0])
        added += np.where(built > TINY, built, 0.0)
        if float(price[:, 0] @ added) > worth:
            break
    return added


def with_more(model: Model, proved: Certificate, added: Array) -> Certificate:
    """What is proved of a plan of one period to which capacity is added.

    Args:
        added: (s,) P, only where there is room (`least_additions`).
    """
    which = np.flatnonzero(added)
    x = proved.x.copy()
    columns = np.concatenate([model.columns.build[which, 0], model.columns.capacity[which, 0]])
    x[columns] += np.tile(added[which], 2)
    capacity = proved.capacity + added[:, None]
    return replace(
        proved,
        x=x,
        cost=proved.cost + float(model.lp.cost[columns] @ np.tile(added[which], 2)),
        capacity=capacity,
        held=held_by(model.system, capacity, values_of(x, model.columns.build), proved.yearly),
    )


def run_anew(model: Model, more: Certificate) -> Certificate:
    """What is proved of a plan to which capacity was added when its own blocks use it too: less than its price.

    Raises:
        NotSolved, Infeasible: a block cannot be run.
    """
    found = proved_at(model, more.x, more.prices)
    return replace(more, cost=min(more.cost, found.cost)) if found.holds else more


def run_again(
    whole: System, run: Replay, proved: Certificate, blocks: Sequence[int], tell: Tell = tell_nobody
) -> Replay:
    """A replay with some blocks run anew with the capacities that are proved; all others stay as they were.

    Args:
        whole: the system with all its hours. run: its replay with less capacity.

    Raises:
        NotSolved, Infeasible: a block cannot be run.
    """
    system = letting_go(standing(whole, proved.capacity, proved.yearly))
    counts = Counts(whole)
    parts = {name: getattr(run, name).copy() for name in (*PARTS, *OF_BLOCKS)}

    def stretch(numbers: Sequence[int]) -> Chain[None]:
        dispatcher = Dispatcher()
        for number in numbers:
            when = _steps(system, number)
            found = _run(whole, system, run, proved, number, dispatcher)
            counted = counts.block(found, when)
            for name in PARTS:
                parts[name][:, when] = getattr(found, name)
            parts["block_cost"][number] = found.objective - float(proved.prices @ counted)
            parts["block_counted"][:, number] = counted
            yield

    stretches = [part.tolist() for part in np.array_split(np.array(sorted(blocks)), CHAINS) if part.size]
    run_chains([stretch(numbers) for numbers in stretches], lambda done: tell("replay", done / len(blocks)))
    return replace(run, system=standing(whole, proved.capacity, proved.yearly), held=proved.held, **parts)


def _run(whole: System, system: System, run: Replay, proved: Certificate, number: int, dispatcher: Dispatcher) -> Plan:
    """A block run once more, with the capacities of a system, between the levels at which its stores stood."""
    when = _steps(system, number)
    model = _between(some_steps(system, when), run.block_begins[:, number], run.level[:, when[-1]])
    Counts(whole).charge(model, model.lp.cost, when, proved.prices)
    return dispatcher.solve(model)


def _steps(system: System, number: int) -> Places:
    return np.arange(system.steps.firsts[number], system.steps.lasts[number] + 1)


def _between(block: System, begins: Array, ends: Array) -> Model:
    """The program of a block whose stores begin and end at given levels, (j,) P·h."""
    s = block.storages
    kept = carrying(block) | np.array([link == CYCLE for link in s.link], dtype=bool)
    link = tuple(CHAIN if tied else link for tied, link in zip(kept, s.link, strict=True))
    model = build(replace(block, storages=replace(s, link=link, initial=np.where(kept, begins, s.initial))))
    last = model.columns.level[:, -1]
    tied = kept & (last != NONE)
    model.lp.set_bounds(last[tied], ends[tied], ends[tied])
    return model


def _addable(whole: System) -> Flags:
    """(s,) can the stock be added to and all else stay: it runs something and need not run, and no limit weighs it
    against how things are run or against other periods."""
    p, s = whole.processes, whole.storages
    found = _used(whole, p.stock, s.charge_stock, s.discharge_stock, s.energy_stock, whole.lines.stock)
    bound = p.stock[(p.minimum != 0).any(axis=1)]
    found &= ~_used(whole, bound)
    for limit in whole.limits:
        if limit.period is None or any(term.quantity in RUN for term in limit.terms):
            for term in limit.terms:
                if term.quantity in (CAPACITY, BUILD):
                    found[term.index[term.coefficient != 0]] = False
    return found


def _leading_to(whole: System, nodes: Places) -> Flags:
    """(s,) does the stock run something that gives to one of some nodes, or store there."""
    p, s, lines = whole.processes, whole.storages, whole.lines
    gives = np.isin(p.sinks, nodes[nodes != NONE]).any(axis=1)
    stores = np.isin(s.node, nodes)
    ends = np.isin(lines.start, nodes) | np.isin(lines.end, nodes)
    kept = (s.charge_stock[stores], s.discharge_stock[stores], s.energy_stock[stores])
    return _used(whole, p.stock[gives], *kept, lines.stock[ends])


def _used(whole: System, *places: Places) -> Flags:
    """(s,) is the stock among those that some parts use."""
    found = np.zeros(len(whole.stocks.names), dtype=bool)
    for used in places:
        found[used[used != NONE]] = True
    return found


def _room(model: Model, proved: Certificate) -> Array:
    """(s,) P that can still be built."""
    built, stands = model.columns.build[:, 0], model.columns.capacity[:, 0]
    found = np.zeros(len(built))
    for columns in (built, stands):
        left = model.lp.upper[np.maximum(columns, 0)] - proved.x[np.maximum(columns, 0)]
        found = left if columns is built else np.minimum(found, left)
    return np.where((built == NONE) | (stands == NONE), 0.0, np.maximum(found, 0.0))


def _limits_left(whole: System, held: Array, added: Array, room: Array) -> tuple[Limit, ...]:
    """Limits on capacity alone, as far as they are not used up by what stands and was added."""
    found = []
    for limit, used in zip(whole.limits, held, strict=True):
        each = np.zeros(len(added))
        for term in limit.terms:
            if term.quantity in (CAPACITY, BUILD):
                np.add.at(each, term.index, term.coefficient)
        which = np.flatnonzero((each != 0) & (room > 0))
        if which.size:
            now = float(used + each @ added)
            lower, upper = min(limit.lower - now, 0.0), max(limit.upper - now, 0.0)
            found.append(Limit(limit.name, (Term(BUILD, which, each[which]),), lower=lower, upper=upper, period=0))
    return tuple(found)
