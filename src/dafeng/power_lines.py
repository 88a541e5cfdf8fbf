"""What a power plan brings into the ledger, and the account of its CO2 that is drawn up from these lines."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dafeng import accounts
from dafeng.accounts import Choice, Coefficient, Measure
from dafeng.catalog.package import resource
from dafeng.ledger import Observation, year_span
from dafeng.pathway.power.policies import FACTOR_SET
from dafeng.reports.plan import Outcome

NATION = "CN"
SOURCES = ("thermal", "hydro", "nuclear", "wind", "solar")
FUELS = {"raw_coal": "coal", "natural_gas": "gas"}
MWH_PER_TWH, MW_PER_GW, TCE_PER_MTCE, T_PER_MT = 1e6, 1e3, 1e6, 1e6


def observations(found: Outcome, name: str, holds: bool = True) -> list[Observation]:
    """The results of a plan as ledger lines: generation, capacity, consumption, fuel burned and CO2 captured, of every
    region and period, and of the nation where all its parts were planned.

    As official statistics have it, pumped storage counts as hydropower and as generation, what it draws as
    consumption; new storage counts as neither. What corridors lose is consumed where it would have arrived.
    """
    groups: dict[str, tuple[str, ...]] = {region: (region,) for region in found.regions}
    if len(found.regions) > 1:
        groups[NATION] = found.regions
    lines = []
    for entity, members in groups.items():
        for y, year in enumerate(found.years):
            start, end = year_span(year)
            for (flow, carrier), (value, unit) in _figures(found, members, y).items():
                lines.append(
                    Observation(
                        entity=entity,
                        start=start,
                        end=end,
                        flow=flow,
                        carrier=carrier,
                        value=value,
                        unit=unit,
                        dataset=f"plan:{name}",
                        scenario=name,
                        status="projected",
                        quality="estimated",
                        source=f"dafeng plan {name}",
                        note="" if holds else "accepted although the plan does not hold",
                    )
                )
    return lines


def _figures(found: Outcome, members: Sequence[str], y: int) -> dict[tuple[str, str], tuple[float, str]]:
    """(flow, carrier) -> (value, canonical unit) of some regions together in a period."""
    carrier = carriers_of()

    def by_carrier(table: str, regions: Sequence[str] = members) -> dict[str, float]:
        sums: dict[str, float] = {}
        for region in regions:
            for item, values in found.tables[table][region].items():
                sums[carrier.get(item, "")] = sums.get(carrier.get(item, ""), 0.0) + values[y]
        return sums

    def items(table: str, *names: str) -> float:
        return sum(found.value(table, region, name, y) for region in members for name in names)

    def beginning(table: str, *starts: str) -> float:
        rows = [found.tables[table][region] for region in members]
        return sum(values[y] for row in rows for item, values in row.items() if item.startswith(starts))

    given, stands = by_carrier("generation"), by_carrier("capacity")
    given["hydro"] = given.get("hydro", 0.0) + items("storage_out", "phs")
    stands["hydro"] = stands.get("hydro", 0.0) + stands.get("pumped_storage", 0.0)
    figures: dict[tuple[str, str], tuple[float, str]] = {}
    for source in SOURCES:
        figures["power_generation", source] = (given.get(source, 0.0) * MWH_PER_TWH, "MWh")
        figures["power_capacity", source] = (stands.get(source, 0.0) * MW_PER_GW, "MW")
    for flow, unit in (("power_generation", "MWh"), ("power_capacity", "MW")):
        figures[flow, "all"] = (sum(figures[flow, source][0] for source in SOURCES), unit)
    for kind, starts in (("coal", "coal_"), ("gas", "gas_"), ("biomass", "biomass")):
        plants = beginning("capacity", starts) - items("capacity", f"{kind}_boiler")
        figures["power_capacity", kind] = (plants * MW_PER_GW, "MW")
    figures["power_generation", "biomass"] = (beginning("generation", "biomass") * MWH_PER_TWH, "MWh")
    figures["power_capacity", "pumped_storage"] = (items("capacity", "phs") * MW_PER_GW, "MW")
    figures["power_capacity", "new_storage"] = (items("capacity", "battery", "hydrogen_turbine") * MW_PER_GW, "MW")
    figures["power_consumption", "electricity"] = (consumption(found, members, y) * MWH_PER_TWH, "MWh")
    for fuel, of in FUELS.items():
        figures["transformation.thermal_power", of] = (items("fuel", fuel) * TCE_PER_MTCE, "tce")
        figures["transformation.heating", of] = (items("heat_fuel", fuel) * TCE_PER_MTCE, "tce")
    figures["captured_co2", "all"] = (beginning("captured", "") * T_PER_MT, "t_CO2")
    return figures


def carriers_of() -> dict[str, str]:
    """Technology of a power plant or storage -> carrier of the vocabulary; heat and demand have none."""
    rows = resource("power", "technologies").rows
    found = {row["id"]: row["carrier"] for row in rows if row["carrier"] and row["kind"] != "heat"}
    return {**found, "coal_flexible": "thermal", "hydro_new": "hydro"}


def consumption(found: Outcome, members: Sequence[str], y: int) -> float:
    """TWh that some regions use: load served, what storage draws beyond what it gives back, and losses on the way."""
    total = 0.0
    for region in members:
        total += sum(values[y] for values in found.tables["use"][region].values())
        total += sum(values[y] for values in found.tables["storage_in"][region].values())
        given = found.tables["storage_out"][region]
        total -= sum(values[y] for item, values in given.items() if item != "phs")
        total += found.value("trade", region, "lost", y)
    return total


def co2_of_power(factors: str = FACTOR_SET) -> Measure:
    """CO2 of power and network heat from ledger lines: coal and gas in tce, each by one factor, less what is captured.

    Args:
        factors: a set of the top-down factors (factors/topdown.csv).
    """
    top_down = next(m for m in accounts.statistical_measures(Choice(top_down=factors)) if m.id == "co2_topdown")
    rows = [
        Coefficient(flow, row.carrier, row.value, row.terms)
        for flow in ("transformation.thermal_power", "transformation.heating")
        for row in top_down.coefficients
        if row.carrier in FUELS.values()
    ]
    rows.append(Coefficient("captured_co2", "all", Fraction(-1)))
    return Measure(
        "co2_power",
        "t_CO2",
        "power-and-network-heat",
        tuple(rows),
        factors,
        (("transformation.thermal_power", ("coal",)),),
        top_down.method,
    )


__all__ = ["carriers_of", "co2_of_power", "consumption", "observations"]
