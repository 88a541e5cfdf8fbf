"""Present values of OSeMOSYS: investments less their salvage value, running costs of the middle of the year."""

from __future__ import annotations

import numpy as np

from dafeng.models.osemosys.gmpl import Data
from dafeng.models.refusals import wrong_value
from dafeng.pathway.system import Array, Flags


class Money:
    """Discounting and lives."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.years = np.array([float(year) for year in data.sets["YEAR"]])

    def middle(self, region: str) -> Array:
        """(Y,) 1 / (1 + r)^(y - first + 1/2)."""
        rate = self.data.parameters["DiscountRate"][region,]
        return np.asarray((1.0 + rate) ** -(self.years - self.years[0] + 0.5))

    def life(self, region: str, technology: str) -> float:
        """OperationalLife, years."""
        found = self.data.parameters["OperationalLife"][region, technology]
        if found <= 0:
            raise wrong_value(self.data.file, f"OperationalLife[{region}, {technology}]", found, "> 0")
        return found

    def alive(self, region: str, technology: str) -> Flags:
        """(Y, Y) a unit built in v stands in y while y - v < life (CAa1)."""
        age = self.years[None, :] - self.years[:, None]
        return np.asarray((age >= 0) & (age < self.life(region, technology)))

    def build_cost(self, region: str, technology: str) -> Array:
        """(Y,) present value of a unit of capacity: investment less salvage value (CC1, CC2, SV1 to SV4).

        Investment: CapitalCost x CapitalRecoveryFactor x PvAnnuity, of the first day of the year. What outlives the
        horizon has a salvage value at its end, by the sinking fund (method 1, r > 0) or the straight line.
        """
        given, key = self.data.parameters, (region, technology)
        rate, life = given["DiscountRate"][region,], self.life(region, technology)
        single = given["DiscountRateIdv"]
        own = rate if key not in single.values and single.default is None else single[key]
        capital = np.array([given["CapitalCost"][(*key, year)] for year in self.data.sets["YEAR"]])
        if own != rate:
            capital = capital * _annuity_due(own, life) / _annuity_due(rate, life)
        used = self.years[-1] - self.years + 1.0
        if given["DepreciationMethod"][region,] == 1 and rate > 0:
            left = 1.0 - ((1.0 + rate) ** used - 1.0) / ((1.0 + rate) ** life - 1.0)
        else:
            left = 1.0 - used / life
        left = np.where(self.years + life - 1.0 > self.years[-1], left, 0.0)
        end = (1.0 + rate) ** -(1.0 + self.years[-1] - self.years[0])
        return np.asarray(capital * ((1.0 + rate) ** -(self.years - self.years[0]) - left * end))


def _annuity_due(rate: float, life: float) -> float:
    """Payment at the beginning of each year that pays one unit back: (1 - 1/(1 + r)) / (1 - (1 + r)^-n)."""
    return 1.0 / life if rate == 0 else (1.0 - 1.0 / (1.0 + rate)) / (1.0 - (1.0 + rate) ** -life)
