"""Which days are modelled: what typical days should be alike in, and the hardest days of the whole system."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.days import DAY, hardest_days
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.system import Array

SHAPES = {"onwind": "onwind", "solar_utility": "solar"}
VARIABLE_SHARES = (0.3, 0.6, 0.9)
"""Shares of wind and sun in the load at which the hardest days are looked for (docs/planning-days.md)."""
LEAST_TYPICAL = 3
"""Typical days that a plan has at least beside those that are kept."""


def features(inputs: Inputs) -> Array:
    """(k, 8760) what typical days should be alike in: load, wind and sun of every region."""
    parts = [inputs.load.mean(axis=1), inputs.profiles["onwind"], inputs.profiles["solar"], inputs.hydro]
    found = np.concatenate(parts)
    return np.asarray(found[found.std(axis=1) > 0])


def hardest(inputs: Inputs) -> list[int]:
    """The hardest days of the whole system in any period when wind and sun, half each, give small and large shares of
    its load.

    Not with the capacity of today: in 2050 none of it stands, and what will stand is what the plan is to find.
    """
    shapes = [inputs.potential[name] @ inputs.profiles[profile] for name, profile in SHAPES.items()]
    found: set[int] = set()
    for load in inputs.load.sum(axis=0):
        output = sum((shape / shape.mean() for shape in shapes if shape.any()), np.zeros_like(load)) * load.mean() / 2
        found.update(day for share in VARIABLE_SHARES for day in hardest_days(load, share * output))
    return sorted(found)


def hardest_of_few(inputs: Inputs, count: int) -> list[int]:
    """The hardest days if `count` are modelled: all where `LEAST_TYPICAL` are left, else that of the highest load."""
    found = hardest(inputs)
    if len(found) + LEAST_TYPICAL <= count:
        return found
    return [int(inputs.load.sum(axis=0).max(axis=0).argmax()) // DAY]
