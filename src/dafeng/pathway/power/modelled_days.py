"""Which days are modelled: what typical days should be alike in, and the hardest days of the whole system."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.days import hardest_days
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.system import Array

SHAPES = {"onwind": "onwind", "solar_utility": "solar"}
VARIABLE_SHARES = (0.3, 0.6, 0.9)
"""Shares of wind and sun in the load at which the hardest days are looked for (docs/planning-days.md)."""


def features(inputs: Inputs) -> Array:
    """(k, 8760) what typical days should be alike in: load, wind and sun of every region."""
    parts = [inputs.load.mean(axis=1), inputs.profiles["onwind"], inputs.profiles["solar"], inputs.hydro]
    found = np.concatenate(parts)
    return np.asarray(found[found.std(axis=1) > 0])


def hardest(inputs: Inputs) -> list[int]:
    """The hardest days of the whole system when wind and sun, half each, give small and large shares of its load.

    Not with the capacity of today: in 2050 none of it stands, and what will stand is what the plan is to find.
    """
    load = inputs.load[:, 0].sum(axis=0)
    shapes = [inputs.potential[name] @ inputs.profiles[profile] for name, profile in SHAPES.items()]
    output = sum((shape / shape.mean() for shape in shapes if shape.any()), np.zeros_like(load)) * load.mean() / 2
    return sorted({day for share in VARIABLE_SHARES for day in hardest_days(load, share * output)})
