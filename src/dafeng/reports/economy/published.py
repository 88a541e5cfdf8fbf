"""Scenarios for China that others published, beside a plan: each figure with its scope, source and note.

Figures are shown in the units and scopes in which they were published and are never converted across a scope: tonnes of
coal as mined are not coal equivalent, CO2 of all sources is not CO2 of fuels. Where scopes differ, the table says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dafeng.catalog import LANGUAGES, convert, resource

#: column -> quantities that it shows, with the year for which they are shown (None: any)
COLUMNS: Mapping[str, tuple[tuple[str, int | None], ...]] = {
    "peak_year": (("peak_year", None),),
    "peak": (("co2_peak", None),),
    "co2_2030": (("co2", 2030),),
    "wind_solar_2030": (("wind_solar_capacity", 2030),),
    "non_fossil_2030": (("non_fossil_share", 2030),),
    "coal": (("coal_peak", None), ("coal", None)),
    "energy": (("primary_energy", 2030), ("primary_energy_peak", None)),
}
#: quantity -> scope that the plan's own figure has, where that must be the same to be compared
SCOPES = {"peak_year": "energy", "co2_peak": "energy", "co2": "energy"}
SHOWN = {"Gt_CO2": "1e8t_CO2", "Mt": "1e8t"}
"""Unit of the source -> unit of the same kind that every language says in its own way."""


def published() -> list[dict[str, Any]]:
    """One entry a study and scenario: column -> figures with value, unit, year, scope, quality, note, source."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in resource("scenarios", "published_scenarios").rows:
        entry = found.setdefault(
            (row["study"], row["scenario"]),
            {"study": row["study"], "scenario": _scenario(row), "figures": {}, "more": [], "source": []},
        )
        source = row["source"] if isinstance(row["source"], list | tuple) else [row["source"]]
        entry["source"] = list(dict.fromkeys([*entry["source"], *source]))
        column = _column(row["quantity"], row["year"])
        figure = _figure(row)
        if column is None:
            entry["more"].append(figure)
        else:
            entry["figures"].setdefault(column, []).append(figure)
    return list(found.values())


def _column(quantity: str, year: int | None) -> str | None:
    for column, kinds in COLUMNS.items():
        if any(quantity == kind and when in (None, year) for kind, when in kinds):
            return column
    return None


def _figure(row: Mapping[str, Any]) -> dict[str, Any]:
    unit = SHOWN.get(row["unit"], row["unit"])
    own = SCOPES.get(row["quantity"])
    return {
        "quantity": row["quantity"],
        "year": row["year"],
        "value": convert(float(row["value"]), row["unit"], unit) if unit != row["unit"] else float(row["value"]),
        "unit": unit,
        "scope": row["scope"] or "",
        "same_scope": None if own is None else row["scope"] == own,
        "quality": row["quality"],
        "note": {tag: row[f"note_{tag}"] or "" for tag in LANGUAGES},
    }


def _scenario(row: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": row["scenario_zh"], "ja": row["scenario_ja"], "en": row["scenario"]}


def own_figures(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The plan's figures for the same columns; nothing for a year that it does not plan."""
    peak = data["peak"]["energy"]
    found = {
        "peak_year": {"value": peak["year"], "unit": "year", "scope": "energy"},
        "peak": {"value": peak["value"] * 1e-2, "unit": "1e8t_CO2", "scope": "energy"},
    }
    if 2030 in data["years"]:
        y = data["years"].index(2030)
        summary = {name: values[y] for name, values in data["summary"].items()}
        found |= {
            "co2_2030": {"value": summary["co2_energy"] * 1e-2, "unit": "1e8t_CO2", "scope": "energy"},
            "wind_solar_2030": {"value": summary["wind_solar"], "unit": "GW", "scope": ""},
            "non_fossil_2030": {"value": summary["non_fossil"], "unit": "%", "scope": ""},
            "coal": {"value": summary["coal"] * 1e-2, "unit": "1e8tce", "scope": ""},
            "energy": {"value": summary["energy"] * 1e-2, "unit": "1e8tce", "scope": ""},
        }
    return found
