"""CO2 from what the general statistics give: top-down for the nation, an estimate of ours for the provinces."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from dafeng.accounts.combustion import co2_per_unit, fuels
from dafeng.accounts.energy import coal_rate, standard_coal
from dafeng.accounts.factors import exact, factor_set, term
from dafeng.accounts.linear_map import Coefficient, Measure
from dafeng.catalog import factor_between, flows, resource

TOP_DOWN = "NDRC Climate [2014] 1828 (yearly carbon intensity of regions): coal, oil and gas in tce x CO2 per tce"
#: What an estimate of a province cannot do without.
NEEDS = (
    ("final", ("raw_coal",)),
    ("final", ("diesel",)),
    ("final", ("natural_gas",)),
    ("power_generation", ("thermal",)),
)
ESTIMATE = "Dafeng: final fuels x factors + thermal power x coal rate x CO2 per tce of coal + final heat x default"


def top_down(name: str) -> Measure:
    """National energy CO2: consumption of coal, oil and gas in tce, each by one factor; feedstock is not taken off."""
    rows = [r for r in resource("factors", "topdown").rows if r["set"] == name]
    coefficients = tuple(
        Coefficient(
            "primary_consumption",
            row["carrier"],
            exact(row["value"]),
            (term(row, "factors/topdown.csv", "co2_per_tce"),),
        )
        for row in rows
    )
    needs = tuple(("primary_consumption", (row["carrier"],)) for row in rows)
    return Measure("co2_topdown", "t_CO2", "fossil-incl-nonenergy", coefficients, name, needs, TOP_DOWN)


def estimate(name: str, top_down_set: str, coal_rate_edition: str) -> Measure:
    """Provincial energy CO2 where only the general statistics are at hand. It is marked as an estimate of ours.

    The fuels of final use by the factor set (feedstock is not taken off); thermal generation as if by coal at the
    nation's supply coal rate of the year; heat by the default of the guidelines for bought heat. Checked against
    published provincial inventories in tests/published.
    """
    rows, gaps = [], set()
    for carrier in fuels():
        found = co2_per_unit(name, carrier, "final")
        if found is None:
            gaps.add(("final", carrier))
        else:
            rows.append(Coefficient("final", carrier, *found))
    heat = default_heat()
    rows.append(Coefficient("final", "heat", heat.value, heat.terms))
    rows += thermal_power(top_down_set, coal_rate_edition)
    scope = "fossil-incl-nonenergy-estimate"
    return Measure("co2_estimate", "t_CO2", scope, tuple(rows), name, NEEDS, ESTIMATE, frozenset(gaps))


def estimate_energy(name: str, coal_rate_edition: str) -> Measure:
    """The energy behind `estimate`, fuel by fuel in tce: final fuels and heat by standard coal, thermal power by the
    nation's supply coal rate of the year. What comes in as electricity, and what is not fossil, is not in it."""
    rows, gaps = [], set()
    for carrier in (*fuels(), "heat"):
        if factor_set(name).find("standard_coal", carrier):
            rows.append(Coefficient("final", carrier, *standard_coal(carrier, name)))
        else:
            gaps.add(("final", carrier))
    rows += thermal_energy(coal_rate_edition)
    scope = "fuels-and-heat-estimate"
    return Measure("energy_estimate", "tce", scope, tuple(rows), name, NEEDS, ESTIMATE, frozenset(gaps))


def thermal_energy(coal_rate_edition: str) -> list[Coefficient]:
    """Fuel of thermal generation in tce per MWh, as if it took the nation's supply coal rate of the year."""
    return [
        Coefficient("power_generation", "thermal", rate.value, rate.terms, start=rate.start, end=rate.end)
        for rate in coal_rate("supply", coal_rate_edition)
    ]


def thermal_power(top_down_set: str, coal_rate_edition: str) -> list[Coefficient]:
    """CO2 of thermal generation per MWh, as if all of it came from coal."""
    per_tce = next(c for c in top_down(top_down_set).coefficients if c.carrier == "coal")
    return [
        replace(rate, value=rate.value * per_tce.value, terms=(*rate.terms, *per_tce.terms))
        for rate in thermal_energy(coal_rate_edition)
    ]


def thermal(measure: str, unit: str, rows: list[Coefficient], name: str) -> Measure:
    """A measure of thermal generation alone, of the nation and the provinces."""
    needs = (("power_generation", ("thermal",)),)
    return Measure(measure, unit, "thermal-as-coal-estimate", tuple(rows), name, needs, ESTIMATE)


def value_added() -> Measure:
    """Value added of the three industries together, in the edition in which they were published."""
    rows = tuple(Coefficient(flow, "all", Fraction(1)) for flow in flows().below("value_added")[1:])
    needs = tuple((row.flow, ("all",)) for row in rows)
    return Measure("value_added_total", "CNY", "current-prices", rows, needs=needs, method="official statistics")


def default_heat() -> Coefficient:
    """CO2 of bought heat by the default of the enterprise guidelines."""
    factor = factor_set("ndrc-sector-2013").need("co2_per_unit", "heat")
    return Coefficient("final", "heat", factor.value * factor_between(factor.unit, "t_CO2/GJ"), (factor,))


def count(measure: str, flow: str, carriers: dict[str, int], unit: str, scope: str, method: str) -> Measure:
    """A plain sum of statistics with signs, for instance power drawn from outside = use - own generation."""
    rows = tuple(Coefficient(flow, carrier, Fraction(sign)) for carrier, sign in carriers.items())
    return Measure(measure, unit, scope, rows, needs=tuple((flow, (c,)) for c in carriers), method=method)
