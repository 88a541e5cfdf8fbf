"""Two plans of all sectors side by side: peak, CO2, energy, capacity, cost, targets.

Plans are compared only where they count the same: the same regions, factor set, base year and money. Anything else is
refused and both values are named. What may differ (scenario, periods, days, drivers) is listed, and only common periods
are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dafeng.catalog import DafengError

SCHEMA = "dafeng.economy-compare/1"
DUST = 1e-9
"""Share of an amount by which two plans differ through rounding alone."""
SAME = ("regions", "factor_set", "base_year", "money_year", "scope")
"""Fields of `frame` that must be equal."""
MAY_DIFFER = ("driver_set", "demand", "days", "periods", "foresight", "discount_rate", "interest_rate")
#: quantity of the summary -> unit
QUANTITIES = {
    "co2": "Mt_CO2",
    "co2_energy": "Mt_CO2",
    "energy": "Mtce",
    "coal": "Mtce",
    "oil": "Mtce",
    "gas": "Mtce",
    "non_fossil": "%",
    "electricity": "TWh",
    "electrification": "%",
    "wind_solar": "GW",
    "coal_power": "GW",
    "storage": "GW",
    "captured": "Mt_CO2",
    "cost": "1e9CNY",
    "investment": "1e9CNY",
    "electricity_price": "CNY/MWh",
    "co2_price": "CNY/t_CO2",
}


def compare(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """Hold plan B against plan A.

    Args:
        a, b: schema dafeng.economy/1.

    Raises:
        DafengError: they do not count the same, or have no period in common.
    """
    for field in SAME:
        if a["frame"][field] != b["frame"][field]:
            raise DafengError("economy_compare", field=field, a=_shown(a["frame"][field]), b=_shown(b["frame"][field]))
    years = [year for year in a["years"] if year in b["years"]]
    if not years:
        raise DafengError("economy_compare", field="periods", a=_shown(a["years"]), b=_shown(b["years"]))
    return {
        "schema": SCHEMA,
        "a": _named(a),
        "b": _named(b),
        "frame": {field: a["frame"][field] for field in SAME},
        "years": years,
        "differences": [
            {"field": field, "a": _shown(a["frame"][field]), "b": _shown(b["frame"][field])}
            for field in MAY_DIFFER
            if a["frame"][field] != b["frame"][field]
        ],
        "levers": _levers(a, b),
        "peak": {scope: {"a": a["peak"][scope], "b": b["peak"][scope]} for scope in ("energy", "all")},
        "rows": [
            _row(
                name, unit, year, a["summary"][name][a["years"].index(year)], b["summary"][name][b["years"].index(year)]
            )
            for name, unit in QUANTITIES.items()
            for year in years
        ],
        "capacity": _capacities(a, b, years),
        "targets": _targets(a, b, years),
    }


def _named(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": data["name"], "title": data["scenario"]["title"], "holds": data["verdict"]["holds"]}


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _row(name: str, unit: str, year: int, first: float | None, second: float | None) -> dict[str, Any]:
    known = first is not None and second is not None
    change = second - first if first is not None and second is not None else None
    if change is not None and abs(change) <= DUST * max(abs(first or 0.0), abs(second or 0.0)):
        change = 0.0
    percent = 100 * change / abs(first) if known and first and change is not None and unit != "%" else None
    return {
        "quantity": name,
        "unit": unit,
        "year": year,
        "a": first,
        "b": second,
        "change": change,
        "percent": percent,
    }


def _levers(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Levers that only one of the two pulls."""
    own = {
        side: {f"{one['action']}.{one['id']}": one for one in data["scenario"]["levers"]}
        for side, data in (("a", a), ("b", b))
    }
    return {
        side: [one for key, one in own[side].items() if key not in own[other]]
        for side, other in (("a", "b"), ("b", "a"))
    }


def _capacities(a: Mapping[str, Any], b: Mapping[str, Any], years: list[int]) -> list[dict[str, Any]]:
    found = []
    names = dict.fromkeys(name for data in (a, b) for rows in data["tables"]["capacity"].values() for name in rows)
    for name in names:
        for year in years:
            values = [
                sum(
                    rows.get(name, [0.0] * len(data["years"]))[data["years"].index(year)]
                    for rows in data["tables"]["capacity"].values()
                )
                for data in (a, b)
            ]
            if any(values):
                found.append(_row(name, "GW", year, *values))
    return found


def _targets(a: Mapping[str, Any], b: Mapping[str, Any], years: list[int]) -> list[dict[str, Any]]:
    names = {one["target"]: one["name"] for data in (b, a) for one in data["targets"]}
    rows = [{(one["target"], one["year"]): one for one in data["timetable"]} for data in (a, b)]
    found = []
    for key in dict.fromkeys([*rows[0], *rows[1]]):
        first, second = rows[0].get(key), rows[1].get(key)
        either = first or second
        if key[1] in years and either is not None:
            found.append(
                {
                    "target": key[0],
                    "name": names[key[0]],
                    "year": key[1],
                    "unit": either["unit"],
                    "required": either["required"],
                    "a": first["value"] if first else None,
                    "b": second["value"] if second else None,
                    "state_a": first["state"] if first else None,
                    "state_b": second["state"] if second else None,
                }
            )
    return found
