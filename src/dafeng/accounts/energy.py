"""Energy in coal equivalent (GB/T 2589-2020): calorific and coal-equivalent method.

Calorific (当量值): every carrier by its standard-coal coefficient, electricity by 0.1229 kgce/kWh.
Coal-equivalent (等价值): the same, but electricity by the coal that the thermal plants of that year took to supply a
kilowatt-hour. Provincial totals and the non-fossil share follow the second, unit consumption of companies the first.
"""

from __future__ import annotations

from fractions import Fraction

from dafeng.accounts.factors import exact, factor_set, term, validity
from dafeng.accounts.linear_map import Coefficient, Measure, Term
from dafeng.catalog import carriers, factor_between, flows, resource, unit_of

METHOD = "GB/T 2589-2020, 4.6, 6.2"
FINAL = tuple(flows().below("final"))
#: Total consumption of a balance: final use, what transformation takes in less what it gives out, and losses.
TOTAL = (*FINAL, *flows().below("transformation"), "loss")


def carriers_with_standard_coal(name: str) -> list[str]:
    return [c for c in carriers() if factor_set(name).find("standard_coal", c) and carriers()[c]["unit"] != "tce"]


def standard_coal(carrier: str, name: str) -> tuple[Fraction, tuple[Term, ...]]:
    """tce per canonical unit of `carrier`, and its terms."""
    published = factor_set(name).need("standard_coal", carrier)
    return published.value * factor_between(published.unit, f"tce/{carriers()[carrier]['unit']}"), (published,)


def coal_rate(kind: str, edition: str) -> list[Coefficient]:
    """Coal equivalent of electricity by year: tce per MWh, dated (flow and carrier are to be set by the caller)."""
    rows = [r for r in resource("factors", "power_coal_rate").rows if r["kind"] == kind and r["edition"] == edition]
    found = []
    for row in rows:
        start, end = validity(row)
        value = exact(row["value"]) * factor_between(row["unit"], "tce/MWh")
        found.append(
            Coefficient(
                "", "electricity", value, (term(row, "factors/power_coal_rate.csv", "coal_rate"),), start=start, end=end
            )
        )
    return found


def energy(measure: str, flow_ids: tuple[str, ...], method: str, name: str, coal_rate_edition: str) -> Measure:
    """Energy of some flows in tce.

    Args:
        method: `calorific` or `equivalent`.
        name: factor set of the standard-coal coefficients.
        coal_rate_edition: edition of the coal equivalent of power, used by the coal-equivalent method.
    """
    rows: list[Coefficient] = []
    for flow in flow_ids:
        rows.append(Coefficient(flow, "other_energy", Fraction(1)))
        for carrier in carriers_with_standard_coal(name):
            if carrier == "electricity" and method == "equivalent":
                rows += [
                    Coefficient(flow, carrier, c.value, c.terms, start=c.start, end=c.end)
                    for c in coal_rate("supply", coal_rate_edition)
                ]
            elif unit_of(flow, carrier) != "tce":
                rows.append(Coefficient(flow, carrier, *standard_coal(carrier, name)))
    needs = (
        (("final", ("electricity",)), ("final", ("diesel",)), ("final", ("raw_coal",)))
        if flow_ids == ("final",)
        else ()
    )
    return Measure(measure, "tce", method, tuple(rows), name, needs, METHOD)


def deducted(total: Measure, name: str, coal_rate_edition: str) -> Measure:
    """Energy consumption after deductions, as the intensity target counts it since 2024.

    E - E_feedstock - E_nonfossil (NDRC Environment [2022] 803 and [2024] 113): from the consumption of a balance, what
    industry uses as feedstock and the primary electricity at the coal equivalent of the year.
    """
    kinds = carriers_with_standard_coal(name)
    feedstock = []
    for carrier in kinds:
        if carrier != "electricity":
            value, terms = standard_coal(carrier, name)
            feedstock.append(Coefficient("non_energy", carrier, -value, terms))
    primary = [
        Coefficient("supply.production", "electricity", -c.value, c.terms, start=c.start, end=c.end)
        for c in coal_rate("supply", coal_rate_edition)
    ]
    needs = (("non_energy", tuple(kinds)), ("supply.production", ("electricity",)))
    return Measure(
        "energy_deducted",
        "tce",
        "feedstock-nonfossil-deducted",
        (*total.coefficients, *feedstock, *primary),
        total.factor_set,
        needs,
        "NDRC Environment [2022] 803, [2024] 113",
    )


def electricity_of(measure: str, flow_ids: tuple[str, ...], name: str) -> Measure:
    """Electricity of some flows in tce, by its calorific value."""
    rows = tuple(Coefficient(flow, "electricity", *standard_coal("electricity", name)) for flow in flow_ids)
    return Measure(measure, "tce", "calorific", rows, name, method=METHOD)


def published(measure: str, flow: str, carrier: str, unit: str) -> Measure:
    """A total that the statistics state themselves, taken over as it is."""
    return Measure(
        measure,
        unit,
        "as-published",
        (Coefficient(flow, carrier, Fraction(1)),),
        needs=((flow, (carrier,)),),
        method="official statistics",
    )
