"""From OSeMOSYS data to a system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

import numpy as np

from dafeng.models.osemosys.gmpl import Data, read_data
from dafeng.models.osemosys.money import Money
from dafeng.models.refusals import not_covered, wrong_value
from dafeng.pathway.making import Maker
from dafeng.pathway.system import ACTIVITY, CAPACITY, Array, Limit, Steps, System, Term

NO_LIMIT = 99999.0

_RTY, _RFY, _REY, _RSY = ("REGION TECHNOLOGY YEAR", "REGION FUEL YEAR", "REGION EMISSION YEAR", "REGION STORAGE YEAR")
DIMENSIONS = {
    "YearSplit": "TIMESLICE YEAR",
    "DiscountRate": "REGION",
    "DiscountRateIdv": "REGION TECHNOLOGY",
    "OperationalLife": "REGION TECHNOLOGY",
    "DiscountRateStorage": "REGION STORAGE",
    "DaySplit": "DAILYTIMEBRACKET YEAR",
    "Conversionls": "TIMESLICE SEASON",
    "Conversionld": "TIMESLICE DAYTYPE",
    "Conversionlh": "TIMESLICE DAILYTIMEBRACKET",
    "DaysInDayType": "SEASON DAYTYPE YEAR",
    "TradeRoute": "REGION REGION FUEL YEAR",
    "DepreciationMethod": "REGION",
    "SpecifiedAnnualDemand": _RFY,
    "SpecifiedDemandProfile": "REGION FUEL TIMESLICE YEAR",
    "AccumulatedAnnualDemand": _RFY,
    "CapacityToActivityUnit": "REGION TECHNOLOGY",
    "CapacityFactor": "REGION TECHNOLOGY TIMESLICE YEAR",
    "AvailabilityFactor": _RTY,
    "ResidualCapacity": _RTY,
    "InputActivityRatio": "REGION TECHNOLOGY FUEL MODE_OF_OPERATION YEAR",
    "OutputActivityRatio": "REGION TECHNOLOGY FUEL MODE_OF_OPERATION YEAR",
    "CapitalCost": _RTY,
    "VariableCost": "REGION TECHNOLOGY MODE_OF_OPERATION YEAR",
    "FixedCost": _RTY,
    "TechnologyToStorage": "REGION TECHNOLOGY STORAGE MODE_OF_OPERATION",
    "TechnologyFromStorage": "REGION TECHNOLOGY STORAGE MODE_OF_OPERATION",
    "StorageLevelStart": "REGION STORAGE",
    "StorageMaxChargeRate": "REGION STORAGE",
    "StorageMaxDischargeRate": "REGION STORAGE",
    "MinStorageCharge": _RSY,
    "OperationalLifeStorage": "REGION STORAGE",
    "CapitalCostStorage": _RSY,
    "ResidualStorageCapacity": _RSY,
    "CapacityOfOneTechnologyUnit": _RTY,
    "TotalAnnualMaxCapacity": _RTY,
    "TotalAnnualMinCapacity": _RTY,
    "TotalAnnualMaxCapacityInvestment": _RTY,
    "TotalAnnualMinCapacityInvestment": _RTY,
    "TotalTechnologyAnnualActivityUpperLimit": _RTY,
    "TotalTechnologyAnnualActivityLowerLimit": _RTY,
    "TotalTechnologyModelPeriodActivityUpperLimit": "REGION TECHNOLOGY",
    "TotalTechnologyModelPeriodActivityLowerLimit": "REGION TECHNOLOGY",
    "ReserveMarginTagTechnology": _RTY,
    "ReserveMarginTagFuel": _RFY,
    "ReserveMargin": "REGION YEAR",
    "RETagTechnology": _RTY,
    "RETagFuel": _RFY,
    "REMinProductionTarget": "REGION YEAR",
    "EmissionActivityRatio": "REGION TECHNOLOGY EMISSION MODE_OF_OPERATION YEAR",
    "EmissionsPenalty": _REY,
    "AnnualExogenousEmission": _REY,
    "AnnualEmissionLimit": _REY,
    "ModelPeriodExogenousEmission": "REGION EMISSION",
    "ModelPeriodEmissionLimit": "REGION EMISSION",
}
SETS = ("REGION", "TECHNOLOGY", "FUEL", "TIMESLICE", "MODE_OF_OPERATION", "YEAR")


def read_osemosys(path: str | Path) -> System:
    """The system of an OSeMOSYS data file, in its own units.

    A step is a time slice of a year; an activity is a rate per year, so that its weight is the `YearSplit`.

    Raises:
        RefusedFile: what the file has and we do not cover, or what it says wrongly.
        DafengError: `pathway_*`, a number that cannot be meant.
    """
    data = read_data(Path(path), DIMENSIONS)
    for name in SETS:
        if not data.sets.get(name):
            raise wrong_value(data.file, name, "{}", ">= 1")
    model = _Model(data)
    for region in data.sets["REGION"]:
        _Region(model, region).enter()
    model.maker.notes["format"] = "OSeMOSYS"
    return model.maker.system()


class _Model:
    """Time, money and names; a parameter is a table over years or steps."""

    def __init__(self, data: Data) -> None:
        self.data, self.sets, self.of = data, data.sets, data.parameters
        years = [int(year) for year in data.sets["YEAR"]]
        if any(later - year != 1 for year, later in pairwise(years)):
            raise wrong_value(data.file, "YEAR", ", ".join(data.sets["YEAR"]), "y, y + 1, y + 2 ...")
        self.years, self.slices = data.sets["YEAR"], data.sets["TIMESLICE"]
        self.money = Money(data)
        split = self.by_step("YearSplit")
        if np.any(split <= 0):
            t = int(np.argmax(split <= 0))
            raise wrong_value(data.file, f"YearSplit[{', '.join(self.step(t))}]", split[t], "> 0")
        regions = data.sets["REGION"]
        middle = self.money.middle(regions[0])
        if any(not np.array_equal(self.money.middle(region), middle) for region in regions):
            raise not_covered(data.file, "DiscountRate", ", ".join(regions))
        count, slices = len(self.years), len(self.slices)
        period = np.repeat(np.arange(count), slices)
        steps = Steps(tuple(self.years), np.ones(count), period, period, split, split, split * middle[period])
        self.maker = Maker(steps, "1/a", "currency")
        self.weight = split

    def step(self, t: int) -> tuple[str, str]:
        """Slice and year of a step."""
        return self.slices[t % len(self.slices)], self.years[t // len(self.slices)]

    def by_year(self, name: str, *labels: str) -> Array:
        """(Y,) values of a parameter that ends in the year."""
        return np.array([self.of[name][(*labels, year)] for year in self.years])

    def by_step(self, name: str, *labels: str) -> Array:
        """(T,) values of a parameter that ends in slice and year."""
        return np.array([self.of[name][(*labels, part, year)] for year in self.years for part in self.slices])

    def spread(self, yearly: Array) -> Array:
        """(T,) from (Y,)."""
        return np.repeat(yearly, len(self.slices))

    def limit(self, name: str, terms: list[Term], lower: float, upper: float, year: int | None) -> None:
        """A limit, if it limits anything."""
        if np.isfinite(lower) or np.isfinite(upper):
            self.maker.limits.append(Limit(name, tuple(terms), lower, upper, period=year))


def _open(values: Array) -> Array:
    """Upper limits, where -1 and 99999 mean none."""
    return np.where((values == -1) | (values >= NO_LIMIT), np.inf, values)


@dataclass
class _Region:
    """One region on its way into the system."""

    model: _Model
    region: str

    def enter(self) -> None:
        self._refuse()
        model, r = self.model, self.region
        self.number: dict[tuple[str, str], int] = {}
        self.stock: dict[str, int] = {}
        self.node = {fuel: model.maker.node(f"{r} {fuel}", self._demand(fuel)) for fuel in model.sets["FUEL"]}
        for fuel in model.sets["FUEL"]:
            self._surplus(fuel)
        for technology in model.sets["TECHNOLOGY"]:
            self._technology(technology)
            self._limit_activity(technology)
        self._close_storage()
        self._emissions()
        self._reserve()
        self._renewables()

    def _refuse(self) -> None:
        data, r = self.model.data, self.region
        for name in ("TradeRoute", "CapacityOfOneTechnologyUnit", "StorageMaxChargeRate", "StorageMaxDischargeRate"):
            table = data.parameters[name]
            if table.default and any(data.sets.get(kind) for kind in table.sets[1:2]):
                raise not_covered(data.file, f"{name} default", table.default)
            for key, value in table.values.items():
                if key[0] == r and value:
                    raise not_covered(data.file, f"{name}[{', '.join(key)}]", value)

    def _demand(self, fuel: str) -> Array:
        yearly = self.model.spread(self.model.by_year("SpecifiedAnnualDemand", self.region, fuel))
        if not yearly.any():
            return yearly
        return yearly * self.model.by_step("SpecifiedDemandProfile", self.region, fuel) / self.model.weight

    def _surplus(self, fuel: str) -> None:
        """What is produced may exceed use and demand (EBa11); over a year it covers the accumulated demand (EBb4)."""
        model = self.model
        name = f"{self.region} {fuel} surplus"
        number = model.maker.process(name, [], source=self.node[fuel])
        gathered = model.by_year("AccumulatedAnnualDemand", self.region, fuel)
        met = (self._demand(fuel) * model.weight).reshape(len(model.years), -1).sum(axis=1)
        for y in np.flatnonzero(gathered > 0):
            term = Term(ACTIVITY, np.array([number]), np.ones(1))
            model.limit(f"{name} {model.years[y]}", [term], float(gathered[y] - met[y]), np.inf, int(y))

    def _technology(self, technology: str) -> None:
        """Capacity and its modes: sum of the modes <= capacity x factor x CapacityToActivityUnit (CAa4)."""
        model, key = self.model, (self.region, technology)
        name, unit = f"{self.region} {technology}", model.of["CapacityToActivityUnit"][key]
        if unit <= 0:
            raise wrong_value(model.data.file, f"CapacityToActivityUnit[{', '.join(key)}]", unit, "> 0")
        self.stock[technology] = model.maker.stock(
            name,
            existing=model.by_year("ResidualCapacity", *key),
            build_cost=model.money.build_cost(*key),
            keep_cost=model.by_year("FixedCost", *key) * model.money.middle(self.region),
            alive=model.money.alive(*key),
            build_lower=model.by_year("TotalAnnualMinCapacityInvestment", *key),
            build_upper=_open(model.by_year("TotalAnnualMaxCapacityInvestment", *key)),
            lower=model.by_year("TotalAnnualMinCapacity", *key),
            upper=_open(model.by_year("TotalAnnualMaxCapacity", *key)),
        )
        penalty = {e: model.by_year("EmissionsPenalty", self.region, e) for e in model.sets.get("EMISSION", [])}
        for mode in model.sets["MODE_OF_OPERATION"]:
            sinks = list(self._ratios(technology, mode)) or [(next(iter(self.node.values())), np.zeros(1))]
            cost = model.by_year("VariableCost", *key, mode)
            for emission, price in penalty.items():
                cost = cost + model.by_year("EmissionActivityRatio", *key, emission, mode) * price
            self.number[technology, mode] = model.maker.process(
                f"{name} {mode}",
                sinks,
                stock=self.stock[technology],
                size=1.0 / unit,
                available=model.by_step("CapacityFactor", *key),
                cost=model.spread(cost),
            )

    def _ratios(self, technology: str, mode: str) -> Iterator[tuple[int, Array]]:
        for name, sign in (("OutputActivityRatio", 1.0), ("InputActivityRatio", -1.0)):
            for fuel in self.model.sets["FUEL"]:
                values = self.model.by_year(name, self.region, technology, fuel, mode)
                if values.any():
                    yield self.node[fuel], sign * self.model.spread(values)

    def _activity(self, technology: str, coefficient: Array | None = None) -> Term:
        """All modes of a technology; coefficient (T,)."""
        modes = self.model.sets["MODE_OF_OPERATION"]
        numbers = np.array([self.number[technology, mode] for mode in modes])
        if coefficient is None:
            return Term(ACTIVITY, numbers, np.ones(len(modes)))
        return Term(ACTIVITY, numbers, np.tile(coefficient, (len(modes), 1)))

    def _limit_activity(self, technology: str) -> None:
        """Planned maintenance (CAb1), activity of a year (AAC) and of the horizon (TAC)."""
        model, key = self.model, (self.region, technology)
        name, activity = f"{self.region} {technology}", self._activity(technology)
        factor = (model.by_step("CapacityFactor", *key) * model.weight).reshape(len(model.years), -1).sum(axis=1)
        share = model.by_year("AvailabilityFactor", *key)
        unit = model.of["CapacityToActivityUnit"][key]
        upper = _open(model.by_year("TotalTechnologyAnnualActivityUpperLimit", *key))
        lower = model.by_year("TotalTechnologyAnnualActivityLowerLimit", *key)
        lower = np.where(lower > 0, lower, -np.inf)
        for y, year in enumerate(model.years):
            if share[y] < 1:
                most = Term(CAPACITY, np.array([self.stock[technology]]), np.array([-factor[y] * share[y] * unit]))
                model.limit(f"{name} maintenance {year}", [activity, most], -np.inf, 0.0, y)
            model.limit(f"{name} activity {year}", [activity], float(lower[y]), float(upper[y]), y)
        whole = _open(np.array([model.of["TotalTechnologyModelPeriodActivityUpperLimit"][key]]))[0]
        least = model.of["TotalTechnologyModelPeriodActivityLowerLimit"][key]
        model.limit(f"{name} activity", [activity], least if least > 0 else -np.inf, float(whole), None)

    def _close_storage(self) -> None:
        """Storage that cannot be charged or emptied (SC5, SC6): the modes that would do so stand still."""
        model = self.model
        closed = set()
        for name in ("TechnologyToStorage", "TechnologyFromStorage"):
            for (region, technology, _, mode), value in model.of[name].values.items():
                if region == self.region and value > 0:
                    closed.add((technology, mode))
        brackets = [
            any(
                model.of["Conversionls"][part, season]
                * model.of["Conversionld"][part, day]
                * model.of["Conversionlh"][part, hour]
                for season, day, hour in product(*(model.sets[s] for s in ("SEASON", "DAYTYPE", "DAILYTIMEBRACKET")))
            )
            for part in (model.slices if closed else [])
        ]
        for technology, mode in sorted(closed):
            table = np.tile(np.array(brackets, dtype=np.float64), len(model.years))[None, :]
            term = Term(ACTIVITY, np.array([self.number[technology, mode]]), table)
            model.limit(f"{self.region} {technology} {mode} storage", [term], -np.inf, 0.0, None)

    def _emissions(self) -> None:
        """AnnualEmissions + exogenous <= limit (E8); the sum over the horizon likewise (E9)."""
        model = self.model
        for emission in model.sets.get("EMISSION", []):
            key, name = (self.region, emission), f"{self.region} {emission}"
            rates = {
                number: model.spread(model.by_year("EmissionActivityRatio", self.region, technology, emission, mode))
                for (technology, mode), number in self.number.items()
            }
            emitting = {number: rate for number, rate in rates.items() if rate.any()}
            table = np.stack(list(emitting.values())) if emitting else np.zeros((0, len(model.weight)))
            term = Term(ACTIVITY, np.array(list(emitting), dtype=np.int64), table)
            upper = _open(model.by_year("AnnualEmissionLimit", *key))
            upper = upper - model.by_year("AnnualExogenousEmission", *key)
            for y, year in enumerate(model.years):
                model.limit(f"{name} {year}", [term], -np.inf, float(upper[y]), y)
            whole = _open(np.array([model.of["ModelPeriodEmissionLimit"][key]]))[0]
            model.limit(name, [term], -np.inf, float(whole) - model.of["ModelPeriodExogenousEmission"][key], None)

    def _output(self, technology: str, fuel: str) -> Iterator[tuple[int, Array]]:
        """Processes of a technology with what they give of a fuel (T,)."""
        for mode in self.model.sets["MODE_OF_OPERATION"]:
            values = self.model.by_year("OutputActivityRatio", self.region, technology, fuel, mode)
            if values.any():
                yield self.number[technology, mode], self.model.spread(values)

    def _gathered(self, weights: dict[tuple[str, str], Array]) -> Term | None:
        """Sum of output[technology, fuel] x weight (Y,) as a term."""
        found: dict[int, Array] = {}
        for (technology, fuel), weight in weights.items():
            for number, output in self._output(technology, fuel):
                found[number] = found.get(number, np.zeros(len(output))) + output * self.model.spread(weight)
        found = {number: values for number, values in found.items() if values.any()}
        return Term(ACTIVITY, np.array(list(found)), np.stack(list(found.values()))) if found else None

    def _reserve(self) -> None:
        """In every slice production of tagged fuels x margin <= tagged capacity in activity units (RM3)."""
        model = self.model
        margin = model.by_year("ReserveMargin", self.region)
        fuels = {fuel: model.by_year("ReserveMarginTagFuel", self.region, fuel) for fuel in model.sets["FUEL"]}
        technologies = model.sets["TECHNOLOGY"]
        needed = self._gathered(
            {(t, fuel): margin * tag for t in technologies for fuel, tag in fuels.items() if (margin * tag).any()}
        )
        if needed is None:
            return
        stocks = np.array([self.stock[t] for t in technologies])
        unit = np.array([model.of["CapacityToActivityUnit"][self.region, t] for t in technologies])
        tags = np.stack([model.by_year("ReserveMarginTagTechnology", self.region, t) for t in technologies])
        for step, weight in enumerate(model.weight):
            y = step // len(model.slices)
            now = np.zeros_like(needed.coefficient)
            now[:, step] = needed.coefficient[:, step] / weight
            terms = [Term(ACTIVITY, needed.index, now), Term(CAPACITY, stocks, -unit * tags[:, y])]
            if margin[y] > 0 and now.any():
                model.limit(f"{self.region} reserve {' '.join(model.step(step))}", terms, -np.inf, 0.0, y)

    def _renewables(self) -> None:
        """Target share of tagged fuels <= production of tagged technologies (RE4)."""
        model = self.model
        target = model.by_year("REMinProductionTarget", self.region)
        if not target.any():
            return
        tags = {t: model.by_year("RETagTechnology", self.region, t) for t in model.sets["TECHNOLOGY"]}
        fuels = {fuel: model.by_year("RETagFuel", self.region, fuel) for fuel in model.sets["FUEL"]}
        term = self._gathered({(t, f): tag - target * fuel for t, tag in tags.items() for f, fuel in fuels.items()})
        for y, year in enumerate(model.years):
            if term is not None:
                model.limit(f"{self.region} renewable target {year}", [term], 0.0, np.inf, y)
