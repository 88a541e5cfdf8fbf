"""Past years run through the model and held against statistics: how far can it be trusted.

Load, capacities, water, and the hours of wind and sun are those of the year. Gas, biomass, by-product and nuclear
plants run at their reported hours, because heat, contracts and fuel decide over them and not a least-cost dispatch:
they are inputs here. Pumped storage gives every day what it gave on average, at hours that the dispatch chooses; what
it draws is part of the published consumption, so load is taken without it. Corridors carry what contracts filled
(`used_share` of the catalogue, fitted to the provincial balances of 2020) and more only at a cost. Results are coal
power by class and province, its fuel and CO2, and shortage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dafeng.catalog import power
from dafeng.catalog.package import resource
from dafeng.catalog.power_statistics import QUALITIES
from dafeng.pathway.days import every_day
from dafeng.pathway.power.build import power_system
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.inputs import Inputs, past
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
PUMPED = "phs"
"""Gives what it gave too: a least-cost dispatch uses a third of that, because a grid needs it for more than cost."""
#: what provinces are held against beside thermal power, where all plants are published; nuclear: larger plants are all
OTHER_SOURCES = ("hydro", "nuclear", "wind", "solar")
#: sources whose profile is scaled to the hours, or the water, of the year
SCALED = ("wind", "solar", "hydro")
SCOPES = ("all-plants", "above-scale")
LAST_YEARBOOK = 2022
SHORT = 0.5
"""GWh a year; what is less than that is none."""
THERMAL_SOURCES = ("coal", "gas", "biomass", "other_thermal")


@dataclass(frozen=True)
class Compared:
    """One figure of the model beside one of the statistics.

    Attributes:
        what: generation, coal_use, coal_rate, co2; with_pumped: hydropower as published, pumped storage included;
            all_fuels: CO2 of plants of coal and gas with the heat they give to networks.
        subject: technology, or province. unit.
        model, statistic: both in `unit`. quality, scope: of the statistic.
        given: `figure`: the model was given it; `hours`: it was given capacity, and hours or water; `""`: it was not.
        source: of a province: thermal, hydro (with pumped storage), nuclear, wind, solar.
    """

    what: str
    subject: str
    model: float
    statistic: float
    unit: str
    quality: str
    given: str = ""
    scope: str = ""
    source: str = ""

    @property
    def error(self) -> float:
        """model / statistic - 1."""
        return self.model / self.statistic - 1.0


@dataclass(frozen=True)
class Calibration:
    """A past year as the model runs it.

    Attributes:
        nation: national figures. provinces: thermal generation by province, once each. others: hydro, nuclear, wind
            and solar power by province, where all plants of the province are published.
        curtailed: wind, solar -> share of what was available that the model did not use, beyond the curtailment that
            the hours of the year hold already. utilisation: wind, solar -> share reported, mean over provinces.
        unserved: GWh of electricity; unheated: GWh of heat. short: region -> GWh of electricity, where any.
        net_exports: region -> TWh; all together: what corridors lost. replay: all hours.
    """

    year: int
    nation: tuple[Compared, ...]
    provinces: tuple[Compared, ...]
    others: tuple[Compared, ...]
    curtailed: Mapping[str, float]
    utilisation: Mapping[str, float]
    unserved: float
    unheated: float
    short: Mapping[str, float]
    net_exports: Mapping[str, float]
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
    inputs = without_pumping(past(groups, year), year)
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
        nation=(*_nation(year, national, made), *_all_fuels(year, run)),
        provinces=tuple(_provinces(year, made)) if regions == "provinces" else (),
        others=tuple(_others(year, made)) if regions == "provinces" else (),
        curtailed=_curtailed(run),
        utilisation=_utilisation(year),
        unserved=sum(gwh for (_, technology), gwh in made.items() if technology == "unserved"),
        unheated=sum(gwh for (_, technology), gwh in made.items() if technology == "heat unserved"),
        short={region: gwh for (region, technology), gwh in made.items() if technology == "unserved" and gwh > SHORT},
        net_exports=_net_exports(run, groups.regions),
        replay=run,
    )


def _running(year: int, existing: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Share of capacity at which plants run that the dispatch does not decide over: as reported for the year."""
    reported = _reported(year)
    found = {}
    for technology in RUNNING:
        gw = float(existing[technology].sum())
        found[technology] = min(reported[STATISTICS[technology]].value * 1e3 / (gw * 8760), 1.0)
    pumped = reported["with_pumped"].value - reported["hydro"].value
    return found | {PUMPED: pumped * 1e3 / (float(existing[PUMPED].sum()) * 8760)}


def without_pumping(inputs: Inputs, year: int) -> Inputs:
    """Load less what pumped storage drew: consumption as published contains it, and the plants draw it themselves.

    L'[r, h] = L[r, h] (1 - s K[r] 8760 / (eta sum_h L[r, h]))      s: share of capacity K at which it gave
    """
    capacity = inputs.existing[PUMPED]
    draws = _running(year, inputs.existing)[PUMPED] * capacity * 8760 / power.technology_costs(year)[PUMPED].efficiency
    return replace(inputs, load=inputs.load * (1.0 - draws / inputs.load.sum(axis=2))[:, :, None])


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
    found.append(Compared("with_pumped", "hydro", water, pumped.value, "TWh", pumped.quality, "hours", pumped.scope))
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


def _all_fuels(year: int, run: Replay) -> list[Compared]:
    """CO2 of all that plants of coal and gas burn, for heat of networks too, where the sector's figure is known.

    sum_p,t size[p] x[p,t] TCE_PER_MWH / efficiency[p] f[p]     f: t CO2 per tce of the fuel
    """
    row = power.targets(year).get(("co2", "all"))
    if row is None:
        return []
    costs, p = power.technology_costs(year), run.system.processes
    total = 0.0
    for name, size, gwh in zip(p.names, p.size, run.energy(run.activity)[:, 0], strict=True):
        technology = name.partition(" ")[2].removesuffix(" heat")
        if STATISTICS.get(technology) in ("coal", "gas"):
            plant = THERMAL[technology]
            tce = float(size * gwh) * TCE_PER_MWH / costs[plant.like or technology].efficiency
            total += tce * emission_factor(str(plant.fuel)) / 1e3
    return [Compared("all_fuels", "thermal", total, row["value"], row["unit"], row["quality"])]


def _net_exports(run: Replay, regions: Sequence[str]) -> dict[str, float]:
    """Region -> TWh of a year that corridors took out less what they brought; all together: what they lost."""
    p, nodes = run.system.processes, run.system.nodes.names
    found = dict.fromkeys(regions, 0.0)
    for i, gwh in enumerate(run.energy(run.activity)[:, 0]):
        if " to " in p.names[i]:
            start, end = (nodes[int(node)].partition(" ")[0] for node in (p.source[i], p.sinks[i, 0]))
            found[start] += float(gwh) / 1e3
            found[end] -= float(gwh) * float(np.mean(p.efficiency[i, 0])) / 1e3
    return found


def _others(year: int, made: Mapping[tuple[str, str], float]) -> list[Compared]:
    """Generation of `OTHER_SOURCES` by province, TWh, where all plants are published; larger nuclear plants are all."""
    found = []
    for row in resource("statistics", "provinces_power").rows:
        source, scope, entity = row["carrier"], row["scope"], row["entity"]
        if (row["flow"], row["year"]) != ("power_generation", year) or not row["value"]:
            continue
        published = scope == SCOPES[0] or (source == "nuclear" and year > LAST_YEARBOOK)
        if source in OTHER_SOURCES and published and entity in power.provinces():
            named = {t for t, name in STATISTICS.items() if name == source} | ({PUMPED} if source == "hydro" else set())
            model = sum(made.get((entity, t), 0.0) for t in named) / 1e3
            found.append(
                Compared(
                    "generation", entity, model, float(row["value"]), "TWh", row["quality"], "hours", scope, source
                )
            )
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
            found.append(
                Compared("generation", entity, model / 1e3, value, "TWh", row["quality"], "", scope, "thermal")
            )
    return found
