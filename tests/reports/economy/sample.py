"""A document of schema dafeng.economy/1 made of plain invented numbers, with ids of the catalogue: what pages, workbooks
and tables are tested on. Two regions; every value of region B is half of that of region A.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from dafeng.catalog import LANGUAGES, word
from dafeng.reports.economy.compare import QUANTITIES
from dafeng.reports.economy.count import UNITS
from dafeng.reports.economy.data import SCHEMA, items, sectors_of, services_of
from dafeng.reports.economy.published import own_figures, published
from dafeng.reports.economy.summary import peak
from dafeng.reports.plan.names import technologies_of

YEARS = (2025, 2030, 2035)
A, B = "CN-HE", "CN-SX"


def texts(text: str) -> dict[str, str]:
    return {tag: f"{text} {tag}" for tag in LANGUAGES}


def both(rows: dict[str, list[float]]) -> dict[str, dict[str, list[float]]]:
    return {A: rows, B: {item: [value / 2 for value in values] for item, values in rows.items()}}


def tables() -> dict[str, Any]:
    found: dict[str, Any] = {name: {A: {}, B: {}} for name in UNITS}
    found |= {
        "co2": both({"power": [400.0, 380.0, 300.0], "steel": [110.0, 90.0, 70.0], "transport": [40.0, 44.0, 30.0]}),
        "co2_energy": both({"power": [400.0, 380.0, 300.0], "steel": [100.0, 82.0, 64.0], "transport": [40.0, 44.0, 30.0]}),
        "co2_process": both({"steel": [10.0, 8.0, 6.0]}),
        "co2_captured": both({"power": [0.0, 2.0, 10.0]}),
        "primary": both(
            {
                "coal": [200.0, 180.0, 140.0],
                "oil": [40.0, 40.0, 32.0],
                "gas": [20.0, 24.0, 24.0],
                "primary_electricity": [60.0, 100.0, 150.0],
            }
        ),
        "final": both(
            {
                "steel|coke": [50.0, 40.0, 30.0],
                "steel|electricity": [6.0, 8.0, 10.0],
                "transport|diesel": [20.0, 18.0, 12.0],
                "transport|electricity": [1.0, 3.0, 6.0],
                "agriculture|diesel": [4.0, 4.0, 3.0],
                "urban_households|gas": [8.0, 8.0, 7.0],
                "rural_households|biomass": [5.0, 4.0, 3.0],
            }
        ),
        "service": both(
            {
                "steel|steel_bf_bof": [80.0, 64.0, 50.0],
                "steel|steel_scrap_eaf": [10.0, 16.0, 24.0],
                "cars|cars_petrol": [90.0, 60.0, 30.0],
                "cars|cars_electric": [10.0, 50.0, 90.0],
            }
        ),
        "capacity": both(
            {
                "coal_usc": [40.0, 40.0, 36.0],
                "coal_ccs": [0.0, 0.0, 2.0],
                "onwind": [30.0, 60.0, 90.0],
                "solar_utility": [40.0, 70.0, 110.0],
                "battery": [4.0, 8.0, 20.0],
                "phs": [2.0, 4.0, 6.0],
                "heat_pump": [1.0, 2.0, 3.0],
            }
        ),
        "built": both({"onwind": [5.0, 30.0, 30.0], "solar_utility": [10.0, 30.0, 40.0]}),
        "generation": both({"coal_usc": [200.0, 180.0, 140.0], "onwind": [70.0, 140.0, 210.0], "hydro_ror": [10.0, 10.0, 10.0]}),
        "use": both({"load": [270.0, 320.0, 350.0]}),
        "power_co2": both({"coal_usc": [160.0, 150.0, 110.0]}),
        "fuel": both({"raw_coal": [60.0, 54.0, 42.0]}),
        "price": both({"weighted": [350.0, 330.0, 300.0], "mean": [340.0, 320.0, 290.0]}),
        "investment": both({"onwind": [30.0, 150.0, 140.0], "cars_electric": [20.0, 80.0, 90.0]}),
        "cost": both({"capital|power": [10.0, 30.0, 50.0], "running|sectors": [200.0, 210.0, 190.0], "missed|sectors": [0.0, 1.0, 0.0]}),
    }  # fmt: skip
    return found


def summary(of: dict[str, Any]) -> dict[str, list[float]]:
    def total(table: str, *wanted: str) -> list[float]:
        rows = [v for region in of[table].values() for item, v in region.items() if not wanted or item in wanted]
        return [sum(column) for column in zip(*rows, strict=True)]

    found = {name: [0.0, 0.0, 0.0] for name in QUANTITIES}
    return found | {
        "co2": total("co2"),
        "co2_energy": total("co2_energy"),
        "energy": total("primary"),
        "coal": total("primary", "coal"),
        "wind_solar": total("capacity", "onwind", "solar_utility"),
        "cost": total("cost"),
        "investment": total("investment"),
        "non_fossil": [18.75, 29.1, 43.4],
        "electricity_price": [345.0, 325.0, 295.0],
        "co2_price": [70.0, 90.0, 110.0],
    }


def target(identifier: str, how: str, price: list[float | None], price_unit: str | None) -> dict[str, Any]:
    return {
        "target": identifier, "layer": "plan-2021", "region": "CN", "action": 0, "clause": "II", "name": texts(f"target {identifier}"),
        "how": how, "kind": "share", "value": 25.0, "unit": "%", "due_year": 2030, "limit_unit": "Mtce",
        "quality": "official", "soft_price": None, "soft_price_unit": "",
        "reason": texts("reason" if how == "outside" else ""),
        "amount": [None if how == "outside" else value for value in (18.75, 29.1, 23.0)],
        "amount_unit": None if how == "outside" else "%",
        "state": [None] * 3 if how == "outside" else ["milestone", "kept", "missed"],
        "price": price, "price_unit": price_unit,
    }  # fmt: skip


def milestone(identifier: str, year: int, value: float, required: float | None, price: float | None) -> dict[str, Any]:
    margin = None if required is None else value - required
    state = "milestone" if margin is None else "kept" if margin >= 0 else "missed"
    return {
        "target": identifier, "year": year, "due": required is not None, "value": value, "required": required,
        "margin": margin, "unit": "%", "state": state, "price": price, "price_unit": "CNY/tce" if price else None,
    }  # fmt: skip


def reading() -> dict[str, Any]:
    return {
        "scope": "", "vintage": "", "state": "met", "why": texts("because"), "reading": "", "current": 29.1, "year": 2030,
        "unit": "%", "quality": "estimated", "distance": -4.1, "required_rate": None, "trend_rate": 2.0,
        "rate_unit": "%/year", "met_year": 2030, "figure": "",
    }  # fmt: skip


def board() -> list[dict[str, Any]]:
    return [
        {
            "target": "T04", "layer": "plan-2021", "clause": "II", "action": 0, "name": texts("target T04"),
            "text": texts("text"), "scope": texts("scope"), "value": 25.0, "unit": "%", "comparator": "about",
            "tolerance_pct": 2.0, "band": [24.5, 25.5], "hedge_zh": "左右", "base_year": None, "due_year": 2030,
            "strive": False, "kind": "level", "data_needed": texts("data"), "note": texts("note"), "supersedes": [],
            "state": "met", "disputed": False, "readings": [reading()],
        }
    ]  # fmt: skip


def limit(name: str, kind: str, subject: str, unit: str, price_unit: str, year: int, price: float) -> dict[str, Any]:
    return {
        "name": name, "kind": kind, "subject": subject, "year": year, "unit": unit, "lower": 10.0, "upper": None,
        "tightened": 0.0, "softened": False, "plan": 10.0, "replay": 10.0, "broken": 0.0, "certificate_broken": 0.0,
        "missed": False, "price": price, "price_unit": price_unit,
    }  # fmt: skip


def stage(year: int) -> dict[str, Any]:
    return {
        "years": [year], "days": {"chosen": [1, 200], "weight": [180.0, 185.0]},
        "size": {"rows": 10, "columns": 12, "nonzeros": 40},
        "ranges": {part: {"smallest": 1e-3, "largest": 1e3, "at_smallest": "a", "at_largest": "b", "spread": 1e6, "wide": False}
                   for part in ("matrix", "cost", "bound", "right_side")},
        "certificate": {"cost": 100.0, "bound": 99.99, "gap": 1e-4, "gap_as_asked": 1e-4, "rounds": 1, "holds": True}, "attempts": [],
        "replay": {"cost": [50.0], "unserved": [0.0], "load": [400000.0], "co2_planned": [3.9], "co2": [4.0]}, "holds": True, "mends": 0, "seconds": {"solve": 1.0},
    }  # fmt: skip


def measure(path: str, mt: float, cost: float) -> dict[str, Any]:
    """A row of the curve of 2030: its cost per tonne is 1e3 x cost / mt, none where it lowers nothing."""
    return {"measure": path, "year": 2030, "mt": mt, "cost": cost, "cny_per_t": 1e3 * cost / mt if mt >= 0.5 else None}


def entity(identifier: str, name: str, kind: str = "province") -> dict[str, Any]:
    return {"id": identifier, "kind": kind, "parent": None, "name": texts(name), "short": texts(name), "tile": None}


@cache
def _document() -> dict[str, Any]:
    of = tables()
    overview = summary(of)
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "made": {"version": "0", "at": "2026-11-29T00:00:00+00:00", "catalogue": "1", "seconds": 1.0},
        "name": "sample",
        "scenario": {
            "name": "sample", "title": texts("title"), "meaning": texts("meaning"), "hash": "0", "text": "[title]\n",
            "driver_set": "central",
            "levers": [{"id": "cars", "action": 5, "title": texts("electric cars")}, {"id": "trucks", "action": 5, "title": texts("electric trucks")}, {"id": "led", "action": 0, "title": texts("led")}],
            "drivers": [{"id": "gdp", "name": texts("GDP"), "unit": "1e12CNY", "years": [2020, *YEARS], "values": [100.0, 130.0, 165.0, 200.0]}],
        },
        "case": {"regions": "provinces", "periods": list(YEARS), "days": 2, "co2_cap": {}, "new_coal": True},
        "frame": {
            "regions": [A, B], "whole": True, "scope": "energy", "factor_set": "topdown-netted", "base_year": 2020,
            "money_year": 2020, "periods": list(YEARS), "days": 2, "foresight": "myopic", "demand": "recent_growth",
            "driver_set": "central", "discount_rate": 0.05, "interest_rate": 0.08,
        },
        "verdict": {"holds": True, "entered": True, "gap": 1e-4, "cost": 300.0, "bound": None, "money_year": 2020, "worth_year": 2025, "foresight": "myopic", "reasons": [], "within": [], "added": [], "drawn": [], "state": {tag: word("plan.holds", tag) for tag in LANGUAGES}},
        "years": list(YEARS),
        "spans": {"power": [0.5, 5.0, 5.0], "sectors": [5.0, 5.0, 5.0]},
        "base_year": 2020,
        "regions": [A, B],
        "entities": [entity("plan", "whole", "plan"), entity(A, "Hebei"), entity(B, "Shanxi")],
        "technologies": technologies_of(),
        "items": items(),
        "sectors": sectors_of(),
        "services": services_of(),
        "units": dict(UNITS),
        "tables": of,
        "base": {"final": {A: {"steel|coke": 60.0, "transport|diesel": 22.0}, B: {"steel|coke": 30.0}}, "service": {A: {"cars|cars_petrol": 95.0}, B: {}}},
        "flows": [],
        "summary": overview,
        "forest": {
            "name": {tag: word("forest.row", tag) for tag in LANGUAGES}, "note": {tag: word("forest.note", tag) for tag in LANGUAGES},
            "unit": "Mt_CO2", "quality": "estimated", "sources": ["s"], "years": list(YEARS), "stock": [215.0, 230.0, 245.0],
            "nation": [500.0, 480.0, 450.0], "regions": {A: [9.0, 8.0, 7.0], B: None}, "measured": [],
        },
        "history": {"co2_energy": [[2023, 800.0], [2024, 815.0]]},
        "peak": {
            "energy": peak({2024: 815.0, **dict(zip(YEARS, overview["co2_energy"], strict=True))}),
            "all": peak(dict(zip(YEARS, overview["co2"], strict=True))),
            "regions": {region: peak({2025: 2.0, 2030: 3.0, 2035: 1.0}) for region in (A, B)},
            "sectors": {sector: peak({2025: 2.0, 2030: 3.0}) for sector in ("power", "steel", "transport")},
        },
        "prices": {"co2_charged": [70.0, 90.0, 110.0], "co2_limit": [0.0, 0.0, 0.0], "co2": [70.0, 90.0, 110.0]},
        "limits": [
            limit("target T04 2030", "target", "T04", "Mtce", "CNY/tce", 2030, 120.0),
            limit("limit co2 2035", "limit", "co2", "Mt_CO2", "CNY/t_CO2", 2035, 33.0),
            limit("biomass CN-HE 2035", "biomass", A, "Mtce", "CNY/tce", 2035, 0.0),
            limit("build_rate onwind 2035", "build_rate", "onwind", "GW", "CNY/kW", 2035, 5.0),
        ],
        "targets": [target("T04", "imposed", [None, 120.0, 0.0], "CNY/tce"), target("T13", "outside", [None, None, None], None)],
        "targets_note": None,
        "timetable": [milestone("T04", 2025, 18.75, None, None), milestone("T04", 2030, 29.1, 24.5, 120.0), milestone("T04", 2035, 23.0, 24.5, None)],
        "roadmap": {
            "columns": ["region", "year", "what", "item", "from", "amount", "unit", "investment", "co2", "action", "co2_none"],
            "rows": [
                [A, 2030, "build", "onwind", "", 30.0, "GW", 150.0, -40.0, 1, ""],
                [A, 2030, "build", "cars_electric", "", 40.0, "1e9pkm", 80.0, -6.0, 5, ""],
                [B, 2030, "convert", "coal_ccs", "coal_usc", 1.0, "GW", 4.0, None, 7, "idle"],
                [B, 2035, "retire", "coal_usc", "", 2.0, "GW", 0.0, None, 1, "retires"],
            ],
            "intensity": {"electricity": [0.5, 0.4, 0.3], "heat": [0.06, 0.05, 0.04], "hydrogen": [0.2, 0.16, 0.12]},
        },
        "projects": {
            "columns": ["year", "what", "region", "province", "id", "name", "unit_name", "item", "to", "mw", "start_year", "action", "plan_mw", "investment", "investment_none", "co2", "co2_none", "basis", "status"],
            "rows": [
                [2030, "convert", B, B, "G1", "一号电厂", "U1", "coal_usc", "coal_ccs", 1000.0, 2015, 7, 1000.0, 4.0, "", None, "idle", "share", "operating"],
                [2035, "retire", B, B, "G2", "二号电厂", "U1", "coal_usc", "", 600.0, None, 1, 660.0, None, "retires", None, "retires", "share", "mothballed"],
                [2030, "new", A, "", "", "", "", "onwind", "", 30000.0, None, 1, 30000.0, 150.0, "", -40.0, "", "plan", ""],
                [2030, "new", B, B, "G3", "Northern wind farm", "2", "onwind", "", 150.0, 2026, 1, 150.0, 0.75, "", -0.2, "", "share", "announced"],
            ],
        },
        "boards": {"plan": board()},
        "figures": [],
        "names": {},
        "closure": {
            "columns": ["region", "sector", "fuel", "unit", "statistics", "services", "rest", "model", "difference", "percent"],
            "rows": [["plan", "steel", "coke", "Mtce", 90.0, 80.0, 10.2, 90.2, 0.2, 0.2222], [A, "steel", "coke", "Mtce", 60.0, 50.0, 10.0, 60.0, 0.0, 0.0]],
            "largest": {"region": "plan", "sector": "steel", "fuel": "coke", "percent": 0.2222},
            "sector_columns": ["region", "sector", "unit", "statistics", "services", "rest", "explained"],
            "by_sector": [["plan", "steel", "Mtce", 90.0, 80.0, 10.2, 80.0 / 0.9], ["plan", "all", "Mtce", 90.0, 80.0, 10.2, 80.0 / 0.9]],
        },
        "stages": [stage(year) for year in YEARS],
        "wedges": {
            "years": list(YEARS), "from": "trend", "to": "sample", "left": [value + 5.0 for value in overview["co2"]],
            "case": {"regions": "grids", "count": 7, "periods": list(YEARS), "days": 3},
            "actions": [
                {"action": 1, "mt": [0.0, 30.0, 80.0], "cost": [0.0, 5.0, 9.0], "reason": None},
                {"action": 5, "mt": [0.0, 10.0, 20.0], "cost": [0.0, -1.0, -3.0], "reason": None},
                {"action": 8, "mt": [0.0, 0.0, 0.0], "cost": [0.0, 0.0, 0.0], "reason": texts("no measure")},
                {"action": 0, "mt": [0.0, 2.0, 4.0], "cost": [0.0, 1.0, 2.0], "reason": None},
            ],
        },
        "curve": [
            measure("action.5.trucks", 1.0, -60.0), measure("action.5.cars", 20.0, -3.0), measure("steel_scrap_eaf", 8.0, 0.72),
            measure("action.0.led", -0.1, 0.3),
        ],
        "alternatives": {
            "year": 2030, "slack": 0.02, "least_cost": 500.0, "case": {"regions": "grids", "count": 7, "periods": [2025, 2030], "days": 3},
            "rows": [
                {"technology": "onwind", "name": texts("onshore wind"), "unit": "GW", "least": 60.0, "best": 85.0, "most": 140.0, "extra_least": 10.0, "extra_most": 9.5},
                {"technology": "cars_electric", "name": texts("electric cars"), "unit": "1e9pkm", "least": 70.0, "best": 75.0, "most": 75.0, "extra_least": 10.0, "extra_most": 0.0},
            ],
        },
        "comparison": None,
        "published": published(),
        "sources": {"s": {"title": "source", "publisher": "we", "address": "https://example.org", "read": "official", "kind": "paper"}},
    }  # fmt: skip
    data["published_own"] = own_figures(data)
    return data


def document(**changed: Any) -> dict[str, Any]:
    """A copy of the document, with parts of it changed."""
    return {**copy.deepcopy(_document()), **changed}
