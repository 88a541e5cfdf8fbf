"""What earlier periods of a plan leave to later ones, and how long what is built lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dafeng.catalog import power
from dafeng.pathway.finance import Horizon
from dafeng.pathway.power.case import STEP, Case
from dafeng.pathway.system import Array


@dataclass(frozen=True)
class Built:
    """Capacity that an earlier period built.

    Attributes:
        year: of building. gw: GW (GWh of stores). life: years. payment: 1e9 CNY a year, its annuity.
    """

    year: int
    gw: float
    life: float
    payment: float

    def stands(self, year: int) -> bool:
        """Does it stand in a year."""
        return self.year <= year < self.year + self.life


@dataclass(frozen=True)
class Inherited:
    """What earlier periods of a myopic plan left behind.

    Attributes:
        built: stock -> what was built, or converted from what was built.
        gone: stock -> share of today's capacity that has left it.
        joined: stock -> (other stock, share of today's capacity of it that was converted, GW gained per GW).
    """

    built: Mapping[str, tuple[Built, ...]] = field(default_factory=dict)
    gone: Mapping[str, float] = field(default_factory=dict)
    joined: Mapping[str, tuple[tuple[str, float, float], ...]] = field(default_factory=dict)

    def stands(self, name: str, years: Sequence[int]) -> Array:
        """(Y,) GW of what earlier periods built and that lives."""
        built = self.built.get(name, ())
        return np.array([sum(part.gw for part in built if part.stands(year)) for year in years])


#: stocks of the model whose costs and life are those of another technology of the catalogue
LIKE = {
    "coal_flexible": "coal_supercritical",
    "hydro_new": "hydro_reservoir",
    "other_thermal": "biomass",
    "electrolysis": "electrolyser",
    "hydrogen_store": "hydrogen_tank",
}


def life_of(stock: str, year: int) -> float:
    """Years that capacity lasts which is built in `year`: `CN-HE onwind`, `CN-HE-CN-SX AC`."""
    technology = stock.partition(" ")[2]
    if technology in power.line_costs():
        return float(power.line_costs()[technology].lifetime)
    return float(power.technology_costs(year)[LIKE.get(technology, technology)].lifetime)


def horizon(case: Case, periods: tuple[int, ...]) -> Horizon:
    """The periods that are planned together."""
    following = [year for year in case.periods if year > periods[-1]]
    end = following[0] if following else periods[-1] + STEP
    return Horizon(periods, end, case.periods[0], case.discount_rate)
