"""CO2 from fuel combustion: sectoral and reference approach of the provincial inventory guideline.

Guideline for Provincial Greenhouse Gas Inventories (NDRC, 2011), chapter 1; IPCC 2006 Guidelines, vol. 2, ch. 2 and 6.

    k = NCV * CC * OX * 44/12        or a factor per unit of fuel, where the set states only that

    NCV  net calorific value, GJ per unit of fuel
    CC   carbon content, t C per GJ
    OX   share of the carbon that is oxidised
"""

from __future__ import annotations

from fractions import Fraction

from dafeng.accounts.factors import CARBON_TO_CO2, FactorSet, exact, factor_set, term
from dafeng.accounts.linear_map import Coefficient, Measure, Term
from dafeng.catalog import carriers, factor_between, flows, resource

METHOD = "Provincial inventory guideline (2011), 1.2; IPCC 2006 vol. 2, 2.3"
REFERENCE = "Provincial inventory guideline (2011), 1.4; IPCC 2006 vol. 2, 6.3"
#: Burnt for energy: final use by sector, and what power and heat plants take in. The total `final` is no sector.
BURNT = (*(f for f in flows().below("final") if f != "final"), "transformation.thermal_power", "transformation.heating")
APPARENT = {
    "supply.production": 1,
    "supply.inflow": 1,
    "supply.import": 1,
    "supply.bunker_abroad": 1,
    "supply.stock_change": 1,
    "supply.outflow": -1,
    "supply.export": -1,
    "supply.bunker_foreign": -1,
}
#: Flows that burn nothing have the factor of the use that the fuel goes to: feedstock of chemicals, others `final`.
FACTOR_OF = {"non_energy": "final.industry.chemicals"}
NOT_BURNT = ("electricity", "heat", "other_energy", "hydrogen", "biogas", "primary_electricity", "energy")


def fuels() -> list[str]:
    """The carriers of the balance that hold fossil carbon."""
    return [c for c in carriers().below("energy") if c not in NOT_BURNT and carriers()[c]["unit"] != "tce"]


def co2_per_unit(name: str, carrier: str, flow: str = "") -> tuple[Fraction, tuple[Term, ...]] | None:
    """t CO2 per canonical unit of a fuel burnt in `flow`, with its terms.

    All of it from one set: of several, the first that has all that the formula takes. None where no set has.
    """
    unit = carriers()[carrier]["unit"]
    for chosen in factor_set(name).each():
        direct = chosen.find("co2_per_unit", carrier, flow)
        if direct is not None:
            return direct.value * factor_between(direct.unit, f"t_CO2/{unit}"), (direct,)
        found = _by_carbon(chosen, carrier, flow, unit)
        if found is not None:
            return found
    return None


def _by_carbon(chosen: FactorSet, carrier: str, flow: str, unit: str) -> tuple[Fraction, tuple[Term, ...]] | None:
    content, ncv, oxidation = (chosen.find(p, carrier, flow) for p in ("carbon_content", "ncv", "oxidation"))
    if content is None or ncv is None or oxidation is None:
        return None
    value = (
        ncv.value
        * factor_between(ncv.unit, f"GJ/{unit}")
        * content.value
        * factor_between(content.unit, "tC/GJ")
        * oxidation.value
        * CARBON_TO_CO2.value
    )
    return value, (ncv, content, oxidation, CARBON_TO_CO2)


def _coefficients(name: str, flow_ids: dict[str, int]) -> tuple[list[Coefficient], set[tuple[str, str]]]:
    rows, gaps = [], set()
    for flow, sign in flow_ids.items():
        for carrier in fuels():
            found = co2_per_unit(name, carrier, flow if flow in BURNT else FACTOR_OF.get(flow, "final"))
            if found is None:
                gaps.add((flow, carrier))
            else:
                rows.append(Coefficient(flow, carrier, sign * found[0], found[1]))
    return rows, gaps


def sectoral(name: str) -> Measure:
    """CO2 by sector of use: fuel burnt, less what industry uses as feedstock (line `non_energy`, negative)."""
    rows, gaps = _coefficients(name, {**dict.fromkeys(BURNT, 1), "non_energy": -1})
    needs = (("final", tuple(fuels())),)
    return Measure("co2_fuel", "t_CO2", "energy-use", tuple(rows), name, needs, METHOD, frozenset(gaps))


def reference(name: str) -> Measure:
    """CO2 by apparent consumption of fuels, less the carbon stored in products; for reconciliation with the sectors.

    Only the production of primary fuels counts: coke or petrol made here is already in the coal or crude that made it.
    """
    rows, gaps = _coefficients(name, APPARENT)
    primary = {*carriers().below("raw_coal"), "crude_oil", "natural_gas"}
    rows = [r for r in rows if r.flow != "supply.production" or r.carrier in primary]
    gaps = {(f, c) for f, c in gaps if f != "supply.production" or c in primary}
    stored = {
        row["carrier"]: term(row, "factors/stored_carbon.csv", "stored")
        for row in resource("factors", "stored_carbon").rows
    }
    for carrier in fuels():
        found = co2_per_unit(name, carrier, "final")
        if found is None:
            gaps.add(("non_energy", carrier))
        else:
            share = stored.get(carrier, Term("stored", exact(1.0), "1"))
            rows.append(Coefficient("non_energy", carrier, -found[0] * share.value, (*found[1], share)))
    return Measure(
        "co2_reference",
        "t_CO2",
        "energy-use",
        tuple(rows),
        name,
        (("supply", tuple(fuels())),),
        REFERENCE,
        frozenset(gaps),
    )
