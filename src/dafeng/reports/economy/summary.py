"""The plan in a few rows: totals by period, the peak of CO2 and when it comes, prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from dafeng.pathway.power.policies import price_at
from dafeng.pathway.power.technologies import WIND_AND_SUN
from dafeng.pathway.sectors.history import stated
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.pathway.system import Array
from dafeng.reports.economy.count import BASE_YEAR, Counted, factors

STORES = ("phs", "battery", "hydrogen_turbine")
PERCENT = 100.0


class Amounts(Protocol):
    """A plan that counts flows: an `EconomyPlan`, or a `Sketch`."""

    @property
    def regions(self) -> tuple[str, ...]: ...

    @property
    def years(self) -> tuple[int, ...]: ...

    def amount(self, flow: str, carrier: str) -> Array: ...


def amounts(plan: Amounts, flow: str, carrier: str) -> list[float]:
    """(Y,) 1e6 canonical units of all regions."""
    return [float(value) for value in plan.amount(flow, carrier).sum(axis=0)]


def co2_of_fuels(plan: Amounts, region: int | None = None) -> list[float]:
    """(Y,) Mt CO2 as the account has it: primary consumption by the top-down factors, less all that is captured."""
    total = sum(
        (plan.amount("primary_consumption", carrier) * factor for carrier, factor in factors().items()),
        np.zeros((len(plan.regions), len(plan.years))),
    )
    total = total - plan.amount("captured_co2", "all")
    return [float(v) for v in (total.sum(axis=0) if region is None else total[region])]


def summary(found: Counted) -> dict[str, list[float]]:
    """Quantity -> value in each period, of all regions together; units: `compare.QUANTITIES`."""
    plan = found.plan
    energy, electricity = (
        amounts(plan, "primary_consumption", "energy"),
        amounts(plan, "power_consumption", "electricity"),
    )
    clean = amounts(plan, "primary_consumption", "primary_electricity")
    final = [item for item in found.items("final") if not item.startswith("refining|")]
    powered = found.total("final", [item for item in final if item.endswith("|electricity")])
    coal = [item for item in found.items("capacity") if item.startswith("coal_") and not item.endswith("boiler")]
    load = [_load_weighted(found, y) for y in range(len(plan.years))]
    return {
        "co2": found.total("co2"),
        "co2_energy": co2_of_fuels(plan),
        "co2_process": found.total("co2_process"),
        "captured": found.total("co2_captured"),
        "energy": energy,
        **{fuel: amounts(plan, "primary_consumption", fuel) for fuel in ("coal", "oil", "gas")},
        "non_fossil": share(clean, energy),
        "electricity": electricity,
        "electrification": share(powered, found.total("final", final)),
        "wind_solar": found.total("capacity", (*WIND_AND_SUN, "csp")),
        "coal_power": found.total("capacity", coal),
        "storage": found.total("capacity", STORES),
        "cost": found.total("cost"),
        "investment": found.total("investment"),
        "electricity_price": load,
    }


def share(part: Iterable[float], whole: Iterable[float]) -> list[float]:
    """Parts of wholes in %; 0 of nothing."""
    return [PERCENT * a / b if b else 0.0 for a, b in zip(part, whole, strict=True)]


def _load_weighted(found: Counted, y: int) -> float:
    """CNY/MWh, mean of the regions weighted with what they use."""
    pairs = [
        (found.power.value("price", region, "weighted", y), sum(v[y] for v in found.tables["use"][region].values()))
        for region in found.plan.regions
    ]
    whole = sum(use for _, use in pairs)
    return sum(price * use for price, use in pairs) / whole if whole else 0.0


def history() -> dict[str, list[list[float]]]:
    """Quantity -> [year, value] of the nation's statistics, in the units of the summary."""
    fuels = {carrier: stated("primary_consumption", carrier) for carrier in factors()}
    years = sorted(set.intersection(*(set(of) for of in fuels.values())))
    co2 = [[year, sum(fuels[c][year] * f for c, f in factors().items())] for year in years]
    found = {"co2_energy": co2, "energy": [[y, v] for y, v in stated("primary_consumption", "energy").items()]}
    found |= {fuel: [[year, value] for year, value in of.items()] for fuel, of in fuels.items()}
    energy, clean = stated("primary_consumption", "energy"), stated("primary_consumption", "primary_electricity")
    found["non_fossil"] = [[year, PERCENT * clean[year] / energy[year]] for year in sorted(set(clean) & set(energy))]
    found["electricity"] = [[year, value] for year, value in stated("power_consumption", "electricity").items()]
    found["coal_power"] = [[year, 1e3 * value] for year, value in stated("power_capacity", "coal").items()]
    wind, solar = stated("power_capacity", "wind"), stated("power_capacity", "solar")
    found["wind_solar"] = [[year, 1e3 * (wind[year] + solar[year])] for year in sorted(set(wind) & set(solar))]
    return found


def peak(values: Mapping[int, float]) -> dict[str, Any]:
    """Year and level of the highest value; between its neighbours the true peak may lie.

    Args:
        values: by year, of the years that are known.
    """
    years = sorted(values)
    top = max(years, key=lambda year: (values[year], -year))
    place = years.index(top)
    return {
        "year": top,
        "value": values[top],
        "after": years[place - 1] if place else None,
        "before": years[place + 1] if place + 1 < len(years) else None,
        "rising": place + 1 == len(years),
    }


def national_peaks(
    years: Sequence[int], co2_energy: Sequence[float], co2: Sequence[float], whole: bool = True
) -> dict[str, dict[str, Any]]:
    """The peak of CO2 of fuels (with the nation's statistics before the plan), and of fuels and processes.

    Periods stand apart by years, so a peak is known to lie between its neighbours. `measured`: it is a year of the
    statistics.

    Args:
        years: of the periods. co2_energy, co2: Mt CO2 in each. whole: the plan is of the whole nation.
    """
    known = dict(zip(years, co2_energy, strict=True))
    past = {int(year): value for year, value in history()["co2_energy"] if year < years[0]} if whole else {}
    of_energy = peak({**past, **known})
    return {
        "energy": {**of_energy, "measured": of_energy["year"] not in known},
        "all": peak(dict(zip(years, co2, strict=True))),
    }


def peaks(found: Counted) -> dict[str, Any]:
    """The peak of CO2: of the nation (`national_peaks`), by region and by sector."""
    plan = found.plan
    members = {p for group in plan.power.stages[0].inputs.grouping.members for p in group}
    sectors = {}
    for sector in found.items("co2"):
        own = dict(zip(plan.years, found.total("co2", [sector]), strict=True))
        before = found.in_base("co2", [sector])
        sectors[sector] = peak({BASE_YEAR: before, **own} if before and plan.years[0] > BASE_YEAR else own)
    return {
        **national_peaks(plan.years, co2_of_fuels(plan), found.total("co2"), len(members) == 31),
        "regions": {
            region: peak(dict(zip(plan.years, found.total("co2", region=region), strict=True)))
            for region in plan.regions
        },
        "sectors": sectors,
    }


def prices(plan: EconomyPlan, limits: list[dict[str, Any]]) -> dict[str, list[float]]:
    """CNY/t of CO2 by period: what the scenario charges, and the dual of a ceiling on CO2 on top of it."""
    charged = [price_at(plan.case.co2_price, year) for year in plan.years]
    duals = [sum(limit["price"] for limit in limits if limit["name"] == f"limit co2 {year}") for year in plan.years]
    return {"co2_charged": charged, "co2_limit": duals, "co2": [a + b for a, b in zip(charged, duals, strict=True)]}
