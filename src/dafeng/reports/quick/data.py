"""The data of the quick plan (schema `dafeng.quick/1`, docs/run-json.md): totals of the nation, peak, wedges, board.

The quick plan is a sketch: solved on a few days of the grid regions, not proved in all hours of the year. Totals and
the peak are made by the functions of the report of a plan that is proved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dafeng.accounts import Series
from dafeng.catalog import LANGUAGES
from dafeng.pathway.sectors.forest import forest_data
from dafeng.pathway.sectors.sketch import Sketch
from dafeng.projected import NATION
from dafeng.reports.data import board_row, made
from dafeng.reports.economy.count import UNITS
from dafeng.reports.economy.data import SCOPE, figures_behind
from dafeng.reports.economy.published import own_figures, published
from dafeng.reports.economy.summary import amounts, co2_of_fuels, history, national_peaks, share
from dafeng.targets import BoardRow

SCHEMA = "dafeng.quick/1"
FUELS = ("coal", "oil", "gas", "primary_electricity")
GW = 1e3
#: item of the table of capacities -> carriers that are added and taken off
CAPACITY: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "coal": (("coal",), ()),
    "gas": (("gas",), ()),
    "biomass": (("biomass",), ()),
    "other_thermal": (("thermal",), ("coal", "gas", "biomass")),
    "nuclear": (("nuclear",), ()),
    "hydro": (("hydro",), ("pumped_storage",)),
    "phs": (("pumped_storage",), ()),
    "battery": (("new_storage",), ()),
    "wind": (("wind",), ()),
    "solar": (("solar",), ()),
}
DUST = 1e-6


def quick_data(
    sketch: Sketch,
    version: str,
    *,
    wedges: Mapping[str, Any] | None = None,
    board: Sequence[BoardRow] = (),
    series: Series | None = None,
    seconds: float = 0.0,
) -> dict[str, Any]:
    """What the quick plan found, as plain values.

    Args:
        sketch: of the whole nation. wedges: as in `economy_data`, from the trend to this scenario.
        board, series: of the scenario, from `projected.board`. seconds: that it took.
    """
    overview = totals(sketch)
    scenario, case = sketch.scenario, sketch.case
    rows = [board_row(row) for row in board]
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "made": made(version, seconds),
        "scenario": {
            "name": scenario.name,
            "title": {tag: scenario.title.get(tag, scenario.name) for tag in LANGUAGES},
            "meaning": {tag: scenario.meaning.get(tag, "") for tag in LANGUAGES},
            "hash": scenario.hash,
        },
        "case": {
            "regions": case.regions,
            "count": len(sketch.regions),
            "periods": list(case.periods),
            "days": case.days,
            "scope": SCOPE,
            "money_year": case.money_year,
            "proved": False,
        },
        "years": list(sketch.years),
        "history": history(),
        "summary": overview,
        "tables": {
            "primary": {NATION: {fuel: amounts(sketch, "primary_consumption", fuel) for fuel in FUELS}},
            "capacity": {NATION: capacities(sketch)},
        },
        "units": {table: UNITS[table] for table in ("primary", "capacity")},
        "peak": national_peaks(sketch.years, overview["co2_energy"], overview["co2"]),
        "forest": forest_data(scenario, sketch.years, case.regions),
        "wedges": wedges,
        "board": rows,
        "states": dict(Counter(row["state"] for row in rows)),
        "figures": figures_behind(board, series),
        "published": published(),
    }
    data["published_own"] = own_figures(data)
    return data


def totals(sketch: Sketch) -> dict[str, list[float]]:
    """Quantity -> value in each period, of the nation; names and units as in the summary of a proved plan."""
    fuels, process = co2_of_fuels(sketch), amounts(sketch, "process_co2", "all")
    energy, clean = (amounts(sketch, "primary_consumption", carrier) for carrier in ("energy", "primary_electricity"))
    capacity = {kind: amounts(sketch, "power_capacity", kind) for kind in ("wind", "solar", "coal")}
    return {
        "co2": [a + b for a, b in zip(fuels, process, strict=True)],
        "co2_energy": fuels,
        "co2_process": process,
        "captured": amounts(sketch, "captured_co2", "all"),
        "energy": energy,
        **{fuel: amounts(sketch, "primary_consumption", fuel) for fuel in ("coal", "oil", "gas")},
        "non_fossil": share(clean, energy),
        "electricity": amounts(sketch, "power_consumption", "electricity"),
        "wind_solar": [GW * (a + b) for a, b in zip(capacity["wind"], capacity["solar"], strict=True)],
        "coal_power": [GW * value for value in capacity["coal"]],
        "cost": [float(period.cost) for period in sketch.periods],
    }


def capacities(sketch: Sketch) -> dict[str, list[float]]:
    """Kind of plant or store -> GW in each period, of the nation; kinds that have none are left out."""
    found = {}
    for item, (parts, less) in CAPACITY.items():
        values = [0.0] * len(sketch.years)
        for sign, carriers in ((GW, parts), (-GW, less)):
            for carrier in carriers:
                own = amounts(sketch, "power_capacity", carrier)
                values = [value + sign * each for value, each in zip(values, own, strict=True)]
        if any(abs(value) > DUST for value in values):
            found[item] = [max(value, 0.0) if abs(value) < DUST else value for value in values]
    return found
