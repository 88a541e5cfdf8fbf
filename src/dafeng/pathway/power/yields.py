"""What a GW of wind or photovoltaics gives in a year: the profile of the weather, and the part that is delivered."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.power.parameters import parameters
from dafeng.pathway.system import Array


def profile_name(technology: str) -> str:
    """The profile (`Inputs.profiles`) that a technology follows; both kinds of photovoltaics have that of the sun."""
    return "solar" if technology.startswith("solar") else technology


def delivered(technology: str) -> float:
    """Share of the hours of the profile that a whole fleet gives in plans: ageing, dust, shade, outages."""
    return parameters("delivered").get(technology, 1.0)


def full_load_hours(inputs: Inputs, technology: str) -> Array:
    """(R,) h a year that a plan's plants of wind or photovoltaics run at full load, before curtailment.

    delivered x sum over 8,760 h of the share of capacity
    """
    return np.asarray(delivered(technology) * inputs.profiles[profile_name(technology)].sum(axis=1))
