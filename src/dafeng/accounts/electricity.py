"""CO2 that goes with electricity and heat from elsewhere: indirect emissions, and the net import of power.

Grid factors are means of a year (MEE/NBS announcements since 2021, NDRC before). The series made for enterprises in
emissions trading is another one (`ets`) and is never mixed with it.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from dafeng.accounts.factors import term, validity
from dafeng.accounts.linear_map import Coefficient, Measure, Term
from dafeng.accounts.simple import default_heat
from dafeng.catalog import factor_between, flows, resource

METHOD = "Provincial inventory guideline (2011), 1.5; MEE and NBS announcements of grid factors"
NET = (("power_consumption", "electricity", 1), ("power_generation", "all", -1))


def _grid(kind: str, level: str) -> list[tuple[str, Term, date, date]]:
    """(entity, term, valid from, valid to) of every grid factor of one kind; level: `province` or `region` (grid
    region and nation).
    """
    found = []
    for row in resource("factors", "grid").rows:
        provincial = row["region"].startswith("CN-") and not row["region"].startswith("CN-GRID-")
        if row["kind"] == kind and provincial == (level == "province"):
            start, end = validity(row)
            found.append((row["region"], term(row, "factors/grid.csv", "grid_factor"), start, end))
    return found


def _per_mwh(factor: Term) -> Fraction:
    return factor.value * factor_between(factor.unit, "t_CO2/MWh")


def of_use(flow_ids: tuple[str, ...], measure: str, kind: str = "average") -> Measure:
    """CO2 of the electricity used, by the factor of the province."""
    rows = tuple(
        Coefficient(flow, "electricity", _per_mwh(factor), (factor,), entity=region, start=start, end=end)
        for flow in flow_ids
        for region, factor, start, end in _grid(kind, "province")
    )
    return Measure(
        measure,
        "t_CO2",
        f"grid-{kind}",
        rows,
        f"grid-{kind}",
        ((flow_ids[0], ("electricity",)),) if len(flow_ids) == 1 else (),
        METHOD,
    )


def final_electricity() -> Measure:
    """Indirect CO2 of electricity by sector of use."""
    return of_use(tuple(f for f in flows().below("final") if f != "final"), "co2_electricity")


def final_heat() -> Measure:
    """Indirect CO2 of heat by sector of use, by the default of the enterprise guidelines."""
    heat = default_heat()
    rows = tuple(Coefficient(f, "heat", heat.value, heat.terms) for f in flows().below("final") if f != "final")
    return Measure("co2_heat", "t_CO2", "heat-default", rows, "heat-default", (), METHOD)


def net_import() -> Measure:
    """Electricity that a region draws from outside: use less its own generation (MWh; negative: it sends out)."""
    rows = tuple(Coefficient(flow, carrier, Fraction(sign)) for flow, carrier, sign in NET)
    needs = tuple((flow, (carrier,)) for flow, carrier, _ in NET)
    return Measure("power_net_import", "MWh", "use-less-generation", rows, "", needs, "Energy balance identity")


def co2_of_net_import(kind: str = "average") -> Measure:
    """CO2 of the net import of power, by the factor of the grid region."""
    rows = []
    for flow, carrier, sign in NET:
        rows += [
            Coefficient(flow, carrier, sign * _per_mwh(factor), (factor,), entity=region, start=start, end=end)
            for region, factor, start, end in _grid(kind, "region")
            if region.startswith("CN-GRID-")
        ]
    needs = net_import().needs
    return Measure("co2_power_import", "t_CO2", f"grid-region-{kind}", tuple(rows), f"grid-{kind}", needs, METHOD)
