"""The sum of provincial plans against the plan of the nation: how far apart they are, and why.

    plans = [kept(folder, name) for name in ("he", "sc")]
    reconcile(plans, kept(folder, "nation"))["rows"]

A province plans alone with what it exchanges agreed beforehand; the nation plans all provinces together. Where the two
differ, it is because of what one province cannot see: who takes what it sends, what binds the nation only.

    difference       sum over the plans - the nation's plan, of the same provinces
    net exports      what leaves - what arrives; of all provinces together minus what corridors lose
    by consumption   CO2 - sent x (own t/MWh) + received x (the nation's t/MWh)       estimated

All amounts are those of the kept documents (schema dafeng.economy/1): Mt CO2, Mtce, TWh, GW, 1e9 CNY a year.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dafeng.catalog import DafengError, nearest
from dafeng.pathway.power.exchange import INTO, OUT
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.scenario_targets import treatments
from dafeng.plan_sum_reasons import reasons
from dafeng.planning import FOLDER

SCHEMA = "dafeng.plan-sum/1"
FILE = "economy.json"
SAME = ("scope", "factor_set", "base_year", "money_year", "periods")
"""Fields of `frame` that must be equal; and the scenario."""
SMALL = 1e-6
TOLERANCE = 1e-3
BOILERS = "_boiler"
POWER = "power"
KINDS = ("coal", "gas", "biomass", "nuclear", "hydro", "wind", "solar", "storage")
#: what a target counts -> quantity and item of the rows
COUNTED = {
    "primary_consumption/energy": ("energy", ""),
    "primary_consumption/coal": ("primary", "coal"),
    "primary_consumption/oil": ("primary", "oil"),
    "primary_consumption/primary_electricity": ("primary", "primary_electricity"),
    "@co2": ("co2_energy", ""),
    "@co2_process": ("co2", ""),
    "power_capacity/wind": ("capacity", "wind"),
    "power_capacity/solar": ("capacity", "solar"),
    "power_capacity/nuclear": ("capacity", "nuclear"),
}
Document = Mapping[str, Any]
Key = tuple[str, str]
UNITS = {
    "co2": "Mt_CO2",
    "co2_energy": "Mt_CO2",
    "co2_process": "Mt_CO2",
    "co2_captured": "Mt_CO2",
    "primary": "Mtce",
    "energy": "Mtce",
    "electricity": "TWh",
    "generation": "TWh",
    "net_exports": "TWh",
    "capacity": "GW",
    "cost": "1e9CNY",
    "investment": "1e9CNY",
}


def kept(folder: Path, name: str) -> dict[str, Any]:
    """The document of a plan of all sectors that a workspace keeps.

    Args:
        folder: of the workspace.

    Raises:
        DafengError: there is none of this name; names the nearest.
    """
    path = folder / FOLDER / name / FILE
    if not path.is_file():
        known = sorted(p.parent.name for p in (folder / FOLDER).glob(f"*/{FILE}"))
        raise DafengError("plan_sum_unknown", found=name, near=nearest(name, known), allowed=", ".join(known) or "-")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def exchange_of(plan: Document) -> dict[str, dict[int, float]]:
    """Region -> year -> TWh that leave it, net, in a plan: the course for `Case.exchange` of a plan without neighbours.

    Args:
        plan: of the nation by provinces, or by grid regions for plans of those.
    """
    net = _net_exports(plan)
    return {r: {y: net[r][k] for k, y in enumerate(plan["years"])} for r in plan["regions"]}


def exchange_for(plan: Document, regions: str) -> dict[str, dict[int, float]]:
    """The part of `exchange_of` that concerns the regions of another plan (a province, a grid region).

    Raises:
        DafengError: the nation's plan does not show them.
    """
    group, known = grouping(regions), exchange_of(plan)
    wanted = [r for r in group.regions if r in known] or [p for own in group.members for p in own]
    missing = [region for region in wanted if region not in known]
    if missing:
        raise DafengError(
            "plan_sum_exchange", name=plan["name"], found=_shown(plan["regions"]), missing=_shown(missing)
        )
    return {region: known[region] for region in wanted}


def _net_exports(plan: Document) -> dict[str, list[float]]:
    """Region -> TWh a year that leave: sent through corridors and across the border, less what arrives."""
    found = {}
    for region in plan["regions"]:
        own = plan["tables"]["trade"].get(region, {})
        none = [0.0] * len(plan["years"])
        parts = (own.get(item, none) for item in ("sent", "lost", OUT, "received", INTO))
        found[region] = [a + b + c - d - e for a, b, c, d, e in zip(*parts, strict=True)]
    return found


# --- the sum ----------------------------------------------------------------------------------------------------------


def reconcile(plans: Sequence[Document], nation: Document) -> dict[str, Any]:
    """The sum of plans against the plan of the nation, by figure and period, with the reasons for what differs.

    Args:
        plans: of parts of the nation, no province twice. Where some provinces are missing, the plans are held against
            the same regions of the nation's plan, which must have them.

    Returns:
        Plain values, schema dafeng.plan-sum/1: `rows` (quantity, item, unit, year, sum, nation, difference), `regions`
        (CO2 by production and by consumption), `targets`, `reasons` in three languages.

    Raises:
        DafengError: they count differently (scenario, scope, factors, base year, money, periods), a province stands in
            two plans, or the nation's plan does not show the provinces that are there. Names both.
    """
    for plan in plans:
        _check_alike(plan, nation)
    regions, whole = _regions(plans, nation)
    years = list(nation["years"])
    summed: dict[Key, list[float]] = {}
    for plan in plans:
        for key, values in _figures(plan, plan["regions"], whole).items():
            summed[key] = _added(summed.get(key, [0.0] * len(years)), values)
    national = _figures(nation, regions, whole)
    rows = [
        {
            "quantity": quantity,
            "item": item,
            "unit": UNITS[quantity],
            "year": year,
            "sum": total,
            "nation": of_nation,
            "difference": total - of_nation,
        }
        for quantity, item in _order(summed, national)
        for year, total, of_nation in zip(
            years, *(of.get((quantity, item), [0.0] * len(years)) for of in (summed, national)), strict=True
        )
    ]
    return {
        "schema": SCHEMA,
        "plans": [_named(plan) for plan in plans],
        "nation": _named(nation),
        "whole": whole,
        "years": years,
        "rows": rows,
        "regions": [row for plan in plans for row in _by_consumption(plan, nation)],
        "targets": _targets(summed, national, nation) if whole else [],
        "reasons": reasons(plans, nation, summed, national, _intensity(nation)),
    }


def _check_alike(plan: Document, nation: Document) -> None:
    for field in SAME:
        _same(plan, nation, field, plan["frame"][field], nation["frame"][field])
    _same(plan, nation, "driver_set", plan["frame"]["driver_set"], nation["frame"]["driver_set"])
    own, other = plan["scenario"], nation["scenario"]
    if own["hash"] != other["hash"]:
        _same(plan, nation, "scenario", f"{own['name']} ({own['hash']})", f"{other['name']} ({other['hash']})")


def _same(plan: Document, nation: Document, field: str, own: object, other: object) -> None:
    if own != other:
        raise DafengError(
            "plan_sum_differs", field=field, a_plan=plan["name"], a=_shown(own), b_plan=nation["name"], b=_shown(other)
        )


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _regions(plans: Sequence[Document], nation: Document) -> tuple[list[str], bool]:
    """The nation's regions that the plans are held against, and whether these are all."""
    if not nation["frame"]["whole"]:
        raise DafengError("plan_sum_nation", name=nation["name"], found=_shown(nation["regions"]))
    owner: dict[str, str] = {}
    for plan in plans:
        for province in _members(plan):
            if province in owner:
                raise DafengError("plan_sum_twice", province=province, a=owner[province], b=plan["name"])
            owner[province] = plan["name"]
    missing = [p for p in _members(nation) if p not in owner]
    if not missing:
        return list(nation["regions"]), True
    parts = [region for plan in plans for region in plan["regions"]]
    if not set(parts) <= set(nation["regions"]):
        raise DafengError("plan_sum_missing", name=nation["name"], missing=_shown(missing), count=len(missing))
    return parts, False


def _members(plan: Document) -> list[str]:
    """The provinces of a plan."""
    return [province for group in grouping(plan["case"]["regions"]).members for province in group]


def _named(plan: Document) -> dict[str, Any]:
    return {
        "name": plan["name"],
        "regions": list(plan["regions"]),
        "scenario": plan["scenario"]["name"],
        "hash": plan["scenario"]["hash"],
        "holds": plan["verdict"]["holds"],
    }


def _order(*tables: Mapping[Key, list[float]]) -> list[Key]:
    """Keys of all tables, in the order of `UNITS`, without those that are nothing everywhere."""
    keys = dict.fromkeys(
        key for table in tables for key, values in table.items() if any(abs(v) > SMALL for v in values)
    )
    place = {name: number for number, name in enumerate(UNITS)}
    return sorted(keys, key=lambda key: place[key[0]])


# --- figures ----------------------------------------------------------------------------------------------------------


def kind_of(item: str, technologies: Mapping[str, Any]) -> str:
    """The source of a plant or store; empty: neither."""
    if item.endswith(BOILERS):
        return ""
    for fuel in ("coal", "gas", "biomass"):
        if item.startswith(f"{fuel}_") or item == fuel:
            return fuel
    if item in ("phs", "battery", "hydrogen_turbine"):
        return "storage"
    kind = str(technologies.get(item, {}).get("kind", ""))
    return kind if kind in KINDS else ""


def _figures(plan: Document, regions: Iterable[str], whole: bool) -> dict[Key, list[float]]:
    """(quantity, item) -> (Y,) of some regions of a plan together."""
    inside, tables, count = list(regions), plan["tables"], len(plan["years"])
    found: dict[Key, list[float]] = {}

    def add(key: Key, values: Sequence[float]) -> None:
        found[key] = _added(found.get(key, [0.0] * count), values)

    for name in ("co2", "co2_energy", "co2_process", "co2_captured", "cost", "investment"):
        for region in inside:
            for values in tables.get(name, {}).get(region, {}).values():
                add((name, ""), values)
    for region in inside:
        for fuel, values in tables["primary"].get(region, {}).items():
            add(("primary", fuel), values)
        for name in ("generation", "capacity"):
            for item, values in tables[name].get(region, {}).items():
                kind = kind_of(item, plan["technologies"])
                if kind and not (name == "generation" and kind == "storage"):
                    add((name, kind), values)
                if name == "generation":
                    add((name, ""), values)
        add(("net_exports", ""), _net_exports(plan)[region])
    if whole:
        for quantity in ("energy", "electricity"):
            add((quantity, ""), plan["summary"][quantity])
    return found


def _added(a: Sequence[float], b: Sequence[float]) -> list[float]:
    return [x + y for x, y in zip(a, b, strict=True)]


def _intensity(plan: Document, regions: Iterable[str] | None = None) -> list[float]:
    """(Y,) t CO2 per MWh that plants give; 0 where there are none."""
    tables, inside = plan["tables"], list(regions if regions is not None else plan["regions"])
    total, given = [0.0] * len(plan["years"]), [0.0] * len(plan["years"])
    for region in inside:
        total = _added(total, tables["co2"].get(region, {}).get(POWER, [0.0] * len(total)))
        for values in tables["generation"].get(region, {}).values():
            given = _added(given, values)
    return [mt / twh if twh > SMALL else 0.0 for mt, twh in zip(total, given, strict=True)]


def _by_consumption(plan: Document, nation: Document) -> list[dict[str, Any]]:
    """CO2 of every region and period by production, and by consumption of electricity."""
    net, outside = _net_exports(plan), _intensity(nation)
    rows = []
    for region in plan["regions"]:
        own = _intensity(plan, [region])
        for y, year in enumerate(plan["years"]):
            made = sum(values[y] for values in plan["tables"]["co2"].get(region, {}).values())
            leaves = net[region][y]
            moved = leaves * (own[y] if leaves > 0 else outside[y])
            row = {"plan": plan["name"], "region": region, "year": year, "co2": made}
            rows.append({**row, "net_exports": leaves, "by_consumption": made - moved})
    return rows


# --- targets ----------------------------------------------------------------------------------------------------------


def _targets(
    summed: Mapping[Key, list[float]], national: Mapping[Key, list[float]], nation: Document
) -> list[dict[str, Any]]:
    """Targets that are due, as the nation's plan reaches them and as the sum of plans does.

    What the sum reaches is the nation's value times the ratio of what is counted: an exact count, since what it is held
    against (a driver, a past year) is the same.
    """
    rows = []
    for row in nation["timetable"]:
        one = treatments().get(row["target"])
        if one is None or row["required"] is None or row["value"] is None:
            continue
        y = nation["years"].index(row["year"])
        ratio = _ratio(one.counts, summed, national, y)
        if ratio is None:
            continue
        value, upwards = float(row["value"]), one.target.upwards and one.kind in ("share", "level", "increment")
        if one.kind == "share":
            over = _ratio(one.over, summed, national, y)
            if over is None:
                continue
            reached = value * ratio / over
        elif one.kind == "intensity":
            reached = (100.0 + value) * ratio - 100.0
        elif one.kind in ("level", "peak", "below_peak"):
            reached = value * ratio
        else:
            continue
        margin = reached - row["required"] if upwards else row["required"] - reached
        rows.append(
            {
                "target": row["target"],
                "name": dict(one.target.name),
                "year": row["year"],
                "unit": row["unit"],
                "required": row["required"],
                "nation": value,
                "sum": reached,
                "kept": margin >= -TOLERANCE * max(abs(row["required"]), SMALL),
            }
        )
    return rows


def _ratio(
    counts: Sequence[str], summed: Mapping[Key, list[float]], national: Mapping[Key, list[float]], y: int
) -> float | None:
    """What is counted of the sum over what is counted of the nation; None: not shown by both."""
    if not counts or any(text not in COUNTED for text in counts):
        return None
    keys = [COUNTED[text] for text in counts]
    if any(key not in national for key in keys):
        return None
    whole = sum(national[key][y] for key in keys)
    return sum(summed.get(key, [0.0] * (y + 1))[y] for key in keys) / whole if abs(whole) > SMALL else None


__all__ = ["SCHEMA", "exchange_for", "exchange_of", "kept", "reconcile"]
