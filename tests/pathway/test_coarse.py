"""Longer steps: energy, cost and time are those of the hours that a step joins."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import limit, maker, near, solve

from dafeng.catalog import DafengError
from dafeng.pathway.coarse import coarser
from dafeng.pathway.making import Maker
from dafeng.pathway.system import ACTIVITY


def system_of(length: int = 4, blocks: int = 2) -> Maker:
    """A load that sun, a store and fuel meet; fuel is limited over the year."""
    made = maker(length=length, blocks=blocks, weight=2.0)
    count = length * blocks
    node = made.node("n", np.arange(1.0, count + 1))
    sun = made.stock("sun", existing=20.0)
    made.process("sun", [(node, 1.0)], stock=sun, available=np.tile([1.0, 0.0], count // 2))
    fuel = made.process("fuel", [(node, 1.0)], cost=np.linspace(3.0, 5.0, count))
    made.storage("store", node)
    made.limits.append(limit("most", (ACTIVITY, [fuel], np.ones((1, count))), upper=1e6))
    return made


def test_one_step_is_the_system_itself() -> None:
    system = system_of().system()
    assert coarser(system, 1) is system


def test_time_energy_and_means_are_kept() -> None:
    system = system_of().system()
    joined = coarser(system, 2)
    assert joined.steps.count == 4
    assert joined.steps.hours.tolist() == [2.0] * 4
    assert joined.steps.weight.sum() == system.steps.weight.sum()
    assert joined.steps.value.sum() == pytest.approx(system.steps.value.sum())
    assert joined.nodes.demand.tolist() == [[1.5, 3.5, 5.5, 7.5]]
    assert joined.nodes.demand @ joined.steps.weight == pytest.approx(system.nodes.demand @ system.steps.weight)
    assert joined.processes.available[0].tolist() == [0.5] * 4
    assert joined.limits[0].terms[0].coefficient.shape == (1, 4)
    assert joined.steps.block.tolist() == [0, 0, 1, 1]


def test_a_program_without_shape_within_steps_costs_the_same() -> None:
    made = maker(length=4, blocks=2, weight=2.0)
    node = made.node("n", np.repeat([5.0, 8.0, 3.0, 9.0], 2))
    plant = made.stock("plant", build_cost=1.0, build_upper=20.0)
    made.process("plant", [(node, 1.0)], stock=plant, cost=2.0)
    made.storage("store", node, charge_efficiency=0.9)
    made.process("fuel", [(node, 1.0)], cost=7.0)
    system = made.system()
    assert solve(coarser(system, 2)).cost == near(solve(system).cost)


def test_blocks_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DafengError) as refused:
        coarser(system_of(length=4).system(), 3)
    assert "every" in str(refused.value)
