"""Past years run through the model and held against statistics: how far can it be trusted.

Load, capacities, water, and the hours of wind and sun are those of the year. Gas, biomass, by-product and nuclear
plants run at their reported hours, because heat, contracts and fuel decide over them and not a least-cost dispatch:
they are inputs here. Corridors carry what contracts filled (`used_share` of the catalogue, fitted to the provincial
balances of 2020) and more only at a cost. Results are coal power by class and province, its fuel and CO2, and shortage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.catalog import power
from dafeng.catalog.package import resource
from dafeng.pathway.days import every_day
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inputs import past
from dafeng.pathway.power.policies import TCE_PER_MWH, emission_factor
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.power.technologies import COAL, THERMAL
from dafeng.pathway.replay import Replay, replay
from dafeng.pathway.telling import Tell, tell_nobody

YEARS = (2020, 2023, 2024)
#: technology of the model -> technology of the statistics whose generation it is held against
STATISTICS = {
    **dict.fromkeys((*COAL, "coal_chp heat"), "coal"),
    "gas_chp": "gas",
    "biomass": "biomass",
    "other_thermal": "other_thermal",
    "nuclear": "nuclear",
    "onwind": "wind",
    "offwind": "wind",
    "solar_utility": "solar",
    "solar_distributed": "solar",
    "csp": "solar",
    "hydro_ror": "hydro",
    "hydro_reservoir": "hydro",
}
THERMAL_SOURCES = ("coal", "gas", "biomass", "other_thermal")


@dataclass(frozen=True)
class Compared:
    """One figure of the model beside one of the statistics.

    Attributes:
        what: generation, coal_use, coal_rate, co2. subject: technology, or province. unit.
        model, statistic: both in `unit`. quality: of the statistic. given: the model was given this figure.
    """

    what: str
    subject: str
    model: float
    statistic: float
    unit: str
    quality: str
    given: bool

    @property
    def error(self) -> float:
        """model / statistic - 1."""
        return self.model / self.statistic - 1.0


@dataclass(frozen=True)
class Calibration:
    """A past year as the model runs it.

    Attributes:
        nation: national figures. provinces: thermal generation by province. unserved: GWh. replay: all hours.
    """

    year: int
    nation: tuple[Compared, ...]
    provinces: tuple[Compared, ...]
    unserved: float
    replay: Replay


def calibrate(year: int, regions: str = "provinces", tell: Tell = tell_nobody) -> Calibration:
    """Run a past year hour by hour.

    Args:
        year: 2020, 2023 or 2024.
        regions: as of `regions.grouping`; provincial figures are given for provinces only.

    Raises:
        UnknownName: no data for the year.
    """
    groups = grouping(regions)
    inputs = past(groups, year)
    case = Case(regions=regions, periods=(2025,), days=365, hydrogen=False, reserves=False)
    system = power_system(case, inputs, every_day(), running=_running(year, inputs.existing))
    stocks = system.stocks.existing
    nothing = np.zeros(len(system.limits))
    run = replay(system, stocks, nothing, tell=tell)
    made = _generation(run)
    national: dict[str, float] = {}
    for (_, technology), gwh in made.items():
        source = STATISTICS.get(technology)
        if source:
            national[source] = national.get(source, 0.0) + gwh / 1e3
    unserved = sum(gwh for (_, technology), gwh in made.items() if technology.endswith("unserved"))
    return Calibration(
        year=year,
        nation=tuple(_nation(year, national, made)),
        provinces=tuple(_provinces(year, made)) if regions == "provinces" else (),
        unserved=unserved,
        replay=run,
    )


def _running(year: int, existing: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Share of capacity at which plants run that the dispatch does not decide over: as reported for the year."""
    reported = _reported(year)
    found = {}
    for technology in ("gas_chp", "biomass", "other_thermal", "nuclear"):
        gw = float(existing[technology].sum())
        found[technology] = min(reported[STATISTICS[technology]][0] * 1e3 / (gw * 8760), 1.0)
    return found


def _reported(year: int) -> dict[str, tuple[float, str]]:
    """Source -> (TWh, quality) of national generation: as reported, else reported hours times mean capacity."""
    targets = power.targets(year)
    capacity = power.capacities(year, "mean")
    found = {name: (row["value"], row["quality"]) for (kind, name), row in targets.items() if kind == "generation"}
    for name, parts in (
        ("nuclear", ("nuclear",)),
        ("wind", ("onwind", "offwind")),
        ("solar", ("solar_utility", "solar_distributed", "csp")),
        ("hydro", ("hydro",)),
    ):
        if name == "hydro":
            found[name] = (float(power.hydro(year).energy.sum()) / 1e6, "estimated")
        elif name not in found:
            mw = sum(float(capacity.of(part).sum()) for part in parts)
            found[name] = (targets["hours", name]["value"] * mw / 1e6, "estimated")
    return found


def _generation(run: Replay) -> dict[tuple[str, str], float]:
    """(region, technology) -> GWh of the year."""
    names = [*run.system.processes.names, *run.system.storages.names]
    energies = np.concatenate([run.energy(run.activity), run.energy(run.discharge)])[:, 0]
    found: dict[tuple[str, str], float] = {}
    for name, gwh in zip(names, energies, strict=True):
        region, _, technology = name.partition(" ")
        found[region, technology] = found.get((region, technology), 0.0) + float(gwh)
    return found


def _nation(year: int, national: Mapping[str, float], made: Mapping[tuple[str, str], float]) -> list[Compared]:
    reported = _reported(year)
    given = {STATISTICS[t] for t in ("gas_chp", "biomass", "other_thermal", "nuclear")}
    found = [
        Compared("generation", source, national.get(source, 0.0), value, "TWh", quality, source in given)
        for source, (value, quality) in reported.items()
        if source in STATISTICS.values()
    ]
    costs = power.technology_costs(year)
    tce = {t: TCE_PER_MWH / costs[THERMAL[t].like or t].efficiency for t in COAL}
    use = sum(gwh * tce[t.partition(" ")[0]] for (_, t), gwh in made.items() if t in tce or t == "coal_chp heat") / 1e3
    targets = power.targets(year)
    generated = national["coal"]
    for what, model in (
        ("coal_use", use),
        ("coal_rate", use / generated * 1e3),
        ("co2", use * emission_factor("raw_coal")),
    ):
        row = targets[what, "coal"]
        found.append(Compared(what, "coal", model, row["value"], row["unit"], row["quality"], False))
    return found


def _provinces(year: int, made: Mapping[tuple[str, str], float]) -> list[Compared]:
    """Thermal generation by province, TWh."""
    found = []
    for row in resource("statistics", "provinces_power").rows:
        asked = (row["flow"], row["carrier"], row["scope"], row["year"])
        if asked != ("power_generation", "thermal", "all-plants", year) or not row["value"]:
            continue
        model = sum(
            gwh for (region, t), gwh in made.items() if region == row["entity"] and STATISTICS.get(t) in THERMAL_SOURCES
        )
        found.append(
            Compared("generation", row["entity"], model / 1e3, float(row["value"]), "TWh", row["quality"], False)
        )
    return found
