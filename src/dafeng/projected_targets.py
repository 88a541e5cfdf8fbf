"""What targets speak of and no account counts, as ledger lines of a plan: load and what answers it, vehicles added,
turnover, energy of railways, oil of land transport.

They are what the timetable counts (`pathway.sectors.plan_frame`), so that the board says the same of them.
"""

from __future__ import annotations

from dataclasses import replace

from dafeng.accounts.simple import top_down
from dafeng.catalog import convert, unit_of
from dafeng.ledger import Observation
from dafeng.pathway.power.policies import FACTOR_SET
from dafeng.pathway.sectors.expressions import BASE_YEAR
from dafeng.pathway.sectors.plan_frame import Counted, frame_of_plan, quantities
from dafeng.projected import NATION, TRANSPORT, line

#: flow -> carrier, and the scope in which the model has it
BOOKED = {
    "peak_load": ("electricity", "highest-hour"),
    "peak_response": ("electricity", "highest-hour"),
    "vehicles_added": ("all", "cars-by-turnover"),
    "clean_vehicles_added": ("all", "cars-by-turnover"),
    "turnover": ("all", ""),
    "rail_energy": ("all", "calorific"),
    "rail_turnover": ("all", ""),
    "land_transport_oil": ("all", "road-and-rail"),
}


def quantity_lines(plan: Counted, name: str, whole: bool, note: str = "") -> list[Observation]:
    """Lines of every period, and of the base year, which belong to the board only.

    Args:
        name: of the plan. whole: it is of the whole nation; a part of it has lines where it is one region.
    """
    if not whole and len(plan.regions) > 1:
        return []
    entity = NATION if whole else plan.regions[0]
    found = []
    for flow, years in quantities(plan, frame_of_plan(plan)).items():
        carrier, scope = BOOKED[flow]
        unit = unit_of(flow, carrier)
        for year, (amount, of) in years.items():
            value = convert(amount, of, unit)
            found.append(replace(line(entity, year, flow, carrier, value, unit, name, note), scope=scope, vintage=""))
    fuels = [c.carrier for c in top_down(FACTOR_SET).coefficients] if whole else []
    for carrier in fuels:
        used = float(plan.base.final(TRANSPORT, carrier).sum()) * 1e6
        found.append(line(entity, BASE_YEAR, TRANSPORT, carrier, used, unit_of(TRANSPORT, carrier), name, note))
    return found


__all__ = ["BOOKED", "quantity_lines"]
