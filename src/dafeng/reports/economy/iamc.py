"""The plan as the IAMC's table: model, scenario, region, variable, unit and one column a year; written by us.

Names of variables are those of the common template of the IAMC; what it has no name for is left out. Differences that a
reader must know: primary energy of wind, sun, water and nuclear power is the electricity given (direct equivalent), not
the coal equivalent of the Chinese statistics; money is CNY of the plan's money year, undiscounted; CO2 counts fuels by
the top-down account. What forests take up is `Carbon Sequestration|Land Use`, which the template counts as positive;
there is no `Emissions|CO2|AFOLU`, because other emissions of land are not counted, and no `Emissions|CO2` holds it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from dafeng.reports.plan.outcome import kinds

COLUMNS = ("Model", "Scenario", "Region", "Variable", "Unit")
MODEL = "Dafeng"
NATION = "China"
EJ_PER_MTCE, EJ_PER_TWH, EJ_PER_PJ = 0.0293076, 0.0036, 1e-3
EJ, MT_CO2, MT = "EJ/yr", "Mt CO2/yr", "Mt/yr"
ENERGY_CARRIERS = {"coal": "Coal", "oil": "Oil", "gas": "Gas"}
GROUPS = {"industry": "Industry", "buildings": "Residential and Commercial", "transport": "Transportation"}
OTHER = "Other Sector"
FARMS = {"Emissions": "AFOFI", "Final Energy": "Agriculture"}
"""The template's two names for agriculture, forestry and fishing."""
FINAL = {
    **dict.fromkeys(("coal", "coke"), "Solids|Coal"),
    "biomass": "Solids|Biomass",
    **dict.fromkeys(("gasoline", "kerosene", "diesel", "fuel_oil", "other_oil", "oil"), "Liquids"),
    "gas": "Gases",
    "electricity": "Electricity",
    "heat": "Heat",
    "hydrogen": "Hydrogen",
}
STORAGE = {"phs": "Pumped Hydro", "battery": "Battery", "hydrogen_turbine": "Hydrogen"}
PLANT = {"coal": "Coal", "gas": "Gas", "biomass": "Biomass", "nuclear": "Nuclear", "hydro": "Hydro", "csp": "Solar|CSP"}
PLANT |= {"onwind": "Wind|Onshore", "offwind": "Wind|Offshore", "solar": "Solar|PV", "other": "Other"}
CAPTURE = {"Coal", "Gas", "Biomass"}
#: product of a service -> variable
PRODUCTS = {
    "crude_steel": "Production|Steel",
    "cement": "Production|Cement",
    "aluminium_all": "Production|Aluminium",
    "ammonia": "Production|Ammonia",
    "methanol": "Production|Methanol",
    "ethylene": "Production|Ethylene",
}
ACTIVITY = {
    "pkm": ("Energy Service|Transportation|Passenger", "bn pkm/yr"),
    "tkm": ("Energy Service|Transportation|Freight", "bn tkm/yr"),
}
FORESTS = "Carbon Sequestration|Land Use"
Values = list[float]


class _Table:
    """Variables of one region, summed up their own branches."""

    def __init__(self, years: int) -> None:
        self.rows: dict[tuple[str, str], Values] = defaultdict(lambda: [0.0] * years)

    def add(self, variable: str, unit: str, values: Values, factor: float = 1.0, upto: str = "") -> None:
        """Add to a variable and to every one above it, down to `upto` (which is added to as well)."""
        name = variable
        while True:
            row = self.rows[name, unit]
            row[:] = [a + factor * b for a, b in zip(row, values, strict=True)]
            if not upto or name == upto or "|" not in name:
                return
            name = name.rpartition("|")[0]


def plant_of(technology: str) -> str | None:
    """Branch of the IAMC that a technology of power is in; None: it is no plant."""
    for start, name in PLANT.items():
        if technology == start or technology.startswith(f"{start}_"):
            if name in CAPTURE:
                return f"{name}|{'w/ CCS' if technology.endswith('_ccs') else 'w/o CCS'}"
            return name
    return None


def branch_of(group: str, top: str) -> str:
    """Branch of a group of sectors below emissions or final energy."""
    return FARMS[top] if group == "agriculture" else GROUPS.get(group, OTHER)


def iamc_rows(data: Mapping[str, Any]) -> list[list[Any]]:
    """Rows of the table, by region and variable; the nation comes first where all of it was planned.

    Args:
        data: schema dafeng.economy/1.
    """
    model, scenario = f"{MODEL} {data['made']['version']}", data["name"]
    short = {one["id"]: one["short"]["en"] for one in data["entities"]}
    tables: list[tuple[str, _Table]] = []
    whole = _Table(len(data["years"]))
    for region in data["regions"]:
        own = _Table(len(data["years"]))
        _region(data, region, own)
        for (variable, unit), values in own.rows.items():
            if not variable.startswith("Price|"):
                whole.add(variable, unit, values)
        tables.append((NATION if region == "CN" else short[region], own))
    if len(data["regions"]) > 1 and data["frame"]["whole"]:
        tables.insert(0, (NATION, whole))
        whole.rows["Price|Secondary Energy|Electricity", "CNY/MWh"] = list(data["summary"]["electricity_price"])
        whole.rows[FORESTS, MT_CO2] = list(data["forest"]["nation"])
    for _, table in tables:
        table.rows["Price|Carbon", "CNY/t CO2"] = list(data["prices"]["co2"])
    return [
        [model, scenario, name, variable, unit, *values]
        for name, table in tables
        for (variable, unit), values in sorted(table.rows.items())
        if any(values)
    ]


def _region(data: Mapping[str, Any], region: str, own: _Table) -> None:
    _emissions(data, region, own)
    _primary(data, region, own)
    _secondary(data, region, own)
    _final(data, region, own)
    _capacity(data, region, own)
    _services(data, region, own)
    _money(data, region, own)


def _items(data: Mapping[str, Any], table: str, region: str) -> Iterator[tuple[str, Values]]:
    yield from data["tables"][table].get(region, {}).items()


def _emissions(data: Mapping[str, Any], region: str, own: _Table) -> None:
    groups = {one["id"]: one["group"] for one in data["sectors"]}
    top, energy = "Emissions|CO2|Energy and Industrial Processes", "Emissions|CO2|Energy"
    process = "Emissions|CO2|Industrial Processes"
    for sector, values in _items(data, "co2_energy", region):
        group = groups.get(sector, "energy")
        if sector in ("power", "heat"):
            place = f"{energy}|Supply|{'Electricity' if sector == 'power' else 'Heat'}"
        elif group == "energy":
            place = f"{energy}|Supply|Other Sector"
        else:
            place = f"{energy}|Demand|{branch_of(group, 'Emissions')}"
        own.add(place, MT_CO2, values, upto=energy)
        own.add(top, MT_CO2, values)
    for _, values in _items(data, "co2_process", region):
        own.add(process, MT_CO2, values)
        own.add(top, MT_CO2, values)
    for _, values in _items(data, "co2_captured", region):
        own.add("Carbon Sequestration|CCS", MT_CO2, values)
    taken_up = data["forest"]["regions"].get(region)
    if taken_up is not None:
        own.add(FORESTS, MT_CO2, taken_up)


def _primary(data: Mapping[str, Any], region: str, own: _Table) -> None:
    for carrier, values in _items(data, "primary", region):
        if carrier in ENERGY_CARRIERS:
            own.add(f"Primary Energy|{ENERGY_CARRIERS[carrier]}", EJ, values, EJ_PER_MTCE, "Primary Energy")
            own.add("Primary Energy|Fossil", EJ, values, EJ_PER_MTCE)
    for technology, values in _items(data, "generation", region):
        branch = (plant_of(technology) or "").partition("|")[0]
        if branch in ("Wind", "Solar", "Hydro", "Nuclear"):
            own.add(f"Primary Energy|{branch}", EJ, values, EJ_PER_TWH, "Primary Energy")
    for table in ("fuel", "heat_fuel"):
        for fuel, values in _items(data, table, region):
            if fuel == "biomass":
                own.add("Primary Energy|Biomass", EJ, values, EJ_PER_MTCE, "Primary Energy")
    for item, values in _items(data, "final", region):
        if item.endswith("|biomass"):
            own.add("Primary Energy|Biomass", EJ, values, EJ_PER_MTCE, "Primary Energy")


def _secondary(data: Mapping[str, Any], region: str, own: _Table) -> None:
    top = "Secondary Energy|Electricity"
    for technology, values in _items(data, "generation", region):
        branch = plant_of(technology) or "Other"
        own.add(f"{top}|{branch}", EJ, values, EJ_PER_TWH, top)
    for item, values in _items(data, "final", region):
        carrier = {"heat": "Heat", "hydrogen": "Hydrogen"}.get(item.rpartition("|")[2])
        if carrier:
            own.add(f"Secondary Energy|{carrier}", EJ, values, EJ_PER_MTCE)


def _final(data: Mapping[str, Any], region: str, own: _Table) -> None:
    groups = {one["id"]: one["group"] for one in data["sectors"]}
    for item, values in _items(data, "final", region):
        sector, _, fuel = item.rpartition("|")
        if groups.get(sector) == "energy":
            continue
        group, carrier = branch_of(groups.get(sector, ""), "Final Energy"), FINAL.get(fuel)
        own.add("Final Energy", EJ, values, EJ_PER_MTCE)
        own.add(f"Final Energy|{group}", EJ, values, EJ_PER_MTCE)
        if carrier:
            for branch in _branches(carrier):
                own.add(f"Final Energy|{branch}", EJ, values, EJ_PER_MTCE)
                own.add(f"Final Energy|{group}|{branch}", EJ, values, EJ_PER_MTCE)


def _branches(carrier: str) -> list[str]:
    parts = carrier.split("|")
    return ["|".join(parts[: n + 1]) for n in range(len(parts))]


def _capacity(data: Mapping[str, Any], region: str, own: _Table) -> None:
    spans = data["spans"]["power"]
    for table, top, unit in (
        ("capacity", "Capacity|Electricity", "GW"),
        ("built", "Capacity Additions|Electricity", "GW/yr"),
    ):
        for technology, values in _items(data, table, region):
            per_year = values if table == "capacity" else [v / n for v, n in zip(values, spans, strict=True)]
            if technology in STORAGE:
                own.add(f"{top}|Storage|{STORAGE[technology]}", unit, per_year, upto=f"{top}|Storage")
            elif plant_of(technology) and kinds().get(technology) != "heat":
                own.add(f"{top}|{plant_of(technology)}", unit, per_year, upto=top)


def _services(data: Mapping[str, Any], region: str, own: _Table) -> None:
    services = {one["id"]: one for one in data["services"]}
    for item, values in _items(data, "service", region):
        one = services.get(item.partition("|")[0])
        if one is None:
            continue
        if one["product"] in PRODUCTS:
            own.add(PRODUCTS[one["product"]], MT, values)
        for sign, (variable, shown) in ACTIVITY.items():
            if str(one["unit"]).endswith(sign):
                own.add(variable, shown, values)


def _money(data: Mapping[str, Any], region: str, own: _Table) -> None:
    unit = f"billion CNY_{data['frame']['money_year']}/yr"
    powers = set(data["technologies"])
    for item, values in _items(data, "investment", region):
        side, branch = ("power", "Energy Supply") if item in powers else ("sectors", "Energy Demand")
        per_year = [v / n for v, n in zip(values, data["spans"][side], strict=True)]
        own.add(f"Investment|{branch}", unit, per_year, upto="Investment")
    price = data["tables"]["price"].get(region, {}).get("weighted")
    if price:
        own.add("Price|Secondary Energy|Electricity", "CNY/MWh", price)


def iamc_csv(data: Mapping[str, Any]) -> str:
    """The table as CSV; numbers to ten digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *data["years"]])
    for row in iamc_rows(data):
        writer.writerow([*row[:5], *(f"{value:.10g}" for value in row[5:])])
    return text.getvalue()
