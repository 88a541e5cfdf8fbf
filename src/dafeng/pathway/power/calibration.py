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
from dafeng.catalog.power_statistics import QUALITIES
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
    **dict.fromkeys(("gas_chp", "gas_chp heat"), "gas"),
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
#: run at their reported generation, because a least-cost dispatch does not decide over them
RUNNING = ("gas_chp", "biomass", "other_thermal", "nuclear")
#: sources whose profile is scaled to the hours, or the water, of the year
SCALED = ("wind", "solar", "hydro")
SCOPES = ("all-plants", "above-scale")
THERMAL_SOURCES = ("coal", "gas", "biomass", "other_thermal")


@dataclass(frozen=True)
class Compared:
    """One figure of the model beside one of the statistics.

    Attributes:
        what: generation, coal_use, coal_rate, co2; with_pumped: hydropower as published, pumped storage included.
        subject: technology, or province. unit.
        model, statistic: both in `unit`. quality, scope: of the statistic.
        given: `figure`: the model was given it; `hours`: it was given capacity, and hours or water; `""`: it was not.
    """

    what: str
    subject: str
    model: float
    statistic: float
    unit: str
    quality: str
    given: str = ""
    scope: str = ""

    @property
    def error(self) -> float:
        """model / statistic - 1."""
        return self.model / self.statistic - 1.0


@dataclass(frozen=True)
class Calibration:
    """A past year as the model runs it.

    Attributes:
        nation: national figures. provinces: thermal generation by province, once each.
        curtailed: wind, solar -> share of what was available that the model did not use, beyond the curtailment that
            the hours of the year hold already. utilisation: wind, solar -> share reported, mean over provinces.
        unserved: GWh of electricity; unheated: GWh of heat. replay: all hours.
    """

    year: int
    nation: tuple[Compared, ...]
    provinces: tuple[Compared, ...]
    curtailed: Mapping[str, float]
    utilisation: Mapping[str, float]
    unserved: float
    unheated: float
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
    return Calibration(
        year=year,
        nation=tuple(_nation(year, national, made)),
        provinces=tuple(_provinces(year, made)) if regions == "provinces" else (),
        curtailed=_curtailed(run),
        utilisation=_utilisation(year),
        unserved=sum(gwh for (_, technology), gwh in made.items() if technology == "unserved"),
        unheated=sum(gwh for (_, technology), gwh in made.items() if technology == "heat unserved"),
        replay=run,
    )


def _running(year: int, existing: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Share of capacity at which plants run that the dispatch does not decide over: as reported for the year."""
    reported = _reported(year)
    found = {}
    for technology in RUNNING:
        gw = float(existing[technology].sum())
        found[technology] = min(reported[STATISTICS[technology]].value * 1e3 / (gw * 8760), 1.0)
    return found


@dataclass(frozen=True)
class _Published:
    value: float
    quality: str
    scope: str


def _reported(year: int) -> dict[str, _Published]:
    """Source -> TWh of national generation: by fuel as in the targets, the rest as published, best quality first.

    Hydropower is published with pumped storage (`with_pumped`); `hydro` is without, by the catalogue's estimate.
    """
    found = {
        name: _Published(row["value"], row["quality"], "")
        for (kind, name), row in power.targets(year).items()
        if kind == "generation"
    }
    rows = [
        row
        for row in resource("statistics", "national").rows
        if (row["flow"], row["scope"], row["year"]) == ("power_generation", SCOPES[0], year)
    ]
    for source in ("nuclear", *SCALED):
        best = min((r for r in rows if r["carrier"] == source), key=lambda r: QUALITIES.index(r["quality"]))
        found[source] = _Published(float(best["value"]), best["quality"], best["scope"])
    found["with_pumped"] = found["hydro"]
    found["hydro"] = _Published(float(power.hydro(year).energy.sum()) / 1e6, "estimated", "")
    return found


def _curtailed(run: Replay) -> dict[str, float]:
    """Wind, solar -> share of what was available in the year that was not used."""
    p, stocks = run.system.processes, run.system.stocks.existing
    found = {}
    for source in ("wind", "solar"):
        which = [i for i, name in enumerate(p.names) if STATISTICS.get(name.partition(" ")[2]) == source]
        available = float((p.available[which] * stocks[p.stock[which]]).sum())
        found[source] = 1.0 - float(run.activity[which].sum()) / available
    return found


def _utilisation(year: int) -> dict[str, float]:
    """Wind, solar -> reported share that was used, mean over the provinces that report, by hours x capacity."""
    capacity = power.capacities(year, "mean")
    parts = {"wind": ("onwind", "offwind"), "solar": ("solar_utility", "solar_distributed")}
    found = {}
    for source, technologies in parts.items():
        mw = sum((capacity.of(t) for t in technologies), np.zeros(len(power.provinces())))
        rows = [
            (row["utilisation_pct"] / 100.0, row["value"] * mw[power.provinces().index(row["entity"])])
            for row in resource(power.PACKAGE, "hours").rows
            if (row["technology"], row["year"]) == (source, year)
            and row["utilisation_pct"] is not None
            and row["entity"] in power.provinces()
        ]
        if rows:
            shares, weights = zip(*rows, strict=True)
            found[source] = float(np.average(shares, weights=weights))
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
    given = dict.fromkeys((STATISTICS[t] for t in RUNNING), "figure") | dict.fromkeys(SCALED, "hours")
    found = [
        Compared(
            "generation",
            source,
            national.get(source, 0.0),
            row.value,
            "TWh",
            row.quality,
            given.get(source, ""),
            row.scope,
        )
        for source, row in _reported(year).items()
        if source in STATISTICS.values()
    ]
    pumped = _reported(year)["with_pumped"]
    water = national.get("hydro", 0.0) + sum(gwh for (_, t), gwh in made.items() if t == "phs") / 1e3
    found.append(Compared("with_pumped", "hydro", water, pumped.value, "TWh", pumped.quality, "", pumped.scope))
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
        found.append(Compared(what, "coal", model, row["value"], row["unit"], row["quality"]))
    return found


def _provinces(year: int, made: Mapping[tuple[str, str], float]) -> list[Compared]:
    """Thermal generation by province, TWh: of all plants where it is published, else of plants above scale."""
    rows = {
        (row["scope"], row["entity"]): row
        for row in resource("statistics", "provinces_power").rows
        if (row["flow"], row["carrier"], row["year"]) == ("power_generation", "thermal", year) and row["value"]
    }
    scope = next(scope for scope in SCOPES if any(key[0] == scope for key in rows))
    found = []
    for entity in power.provinces():
        row = rows.get((scope, entity))
        if row is not None:
            model = sum(
                gwh for (region, t), gwh in made.items() if region == entity and STATISTICS.get(t) in THERMAL_SOURCES
            )
            value = float(row["value"])
            found.append(Compared("generation", entity, model / 1e3, value, "TWh", row["quality"], "", scope))
    return found
