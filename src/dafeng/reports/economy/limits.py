"""The limits of a plan: what they hold, what the replay gives, and what tightening them by one unit costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from dafeng.catalog import LANGUAGES, word
from dafeng.pathway.power.stage import Stage
from dafeng.pathway.power.technologies import capacity_unit
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.reports.plan.data import BOUNDS, LIMIT_UNITS, region_names

TARGET, CEILING, BIOMASS = "target", "limit", "biomass"
#: what a ceiling of a scenario limits -> its unit, and its name in words
CEILINGS = {"co2": "Mt_CO2", "energy": "Mtce", "coal": "Mtce", "oil": "Mtce", "gas": "Mtce"}
#: unit of a limit -> unit of its price, and that unit per 1e9 CNY of one unit of the limit
PRICES = {
    "Mt_CO2": ("CNY/t_CO2", 1e3),
    "Mtce": ("CNY/tce", 1e3),
    "Mt": ("CNY/t", 1e3),
    "TWh": ("CNY/MWh", 1e3),
    "GW": ("CNY/kW", 1e3),
    "GWh": ("CNY/kWh", 1e3),
    "1e9pkm": ("CNY/pkm", 1.0),
}
PLAIN = ("1e9CNY", 1.0)
DUST = 1e-6
Texts = dict[str, str]


def apart(name: str) -> tuple[str, str]:
    """Kind and subject of a limit: `onwind floor 2030` -> (floor, onwind), `target T05 2030` -> (target, T05)."""
    words = re.sub(r"\s+(19|20)\d\d\b.*$", "", name).split(" ")
    if words[-1] in BOUNDS:
        return words[-1], " ".join(words[:-1])
    return words[0], " ".join(words[1:])


def unit_of_limit(kind: str, subject: str, scenario: Scenario) -> str:
    """The unit in which a limit counts; empty where it is a pure number or a count of the model."""
    if kind == TARGET:
        return scenario.targets[subject].unit if subject in scenario.targets else ""
    if kind == CEILING:
        return CEILINGS.get(subject, "")
    return "Mtce" if kind == BIOMASS else LIMIT_UNITS.get(kind, capacity_unit(subject))


def limits_of(plan: EconomyPlan, scenario: Scenario | None = None) -> list[dict[str, Any]]:
    """Every limit of every period; prices are undiscounted, of a year of the period.

    Args:
        scenario: as the plan sees it (`held.Held.scenario`); None: that of the plan.
    """
    seen = scenario or plan.scenario
    return [limit for stage in plan.power.stages for limit in _of_stage(stage, seen)]


def _of_stage(stage: Stage, scenario: Scenario) -> list[dict[str, Any]]:
    steps, certificate, run = stage.replay.system.steps, stage.certificate, stage.replay
    worth = float(steps.value[0] / steps.weight[0])
    asked = {limit.name: limit for limit in stage.system.limits}
    missed = stage.missed
    found = []
    for number, limit in enumerate(run.limits):
        kind, subject = apart(limit.name)
        unit = unit_of_limit(kind, subject, scenario)
        price_unit, scale = PRICES.get(unit, PLAIN)
        solved = asked.get(limit.name, limit)
        found.append(
            {
                "name": limit.name,
                "kind": kind,
                "subject": subject,
                "year": stage.year,
                "unit": unit,
                "lower": float(limit.lower) if np.isfinite(limit.lower) else None,
                "upper": float(limit.upper) if np.isfinite(limit.upper) else None,
                "tightened": solved.tightened,
                "softened": limit.price is not None,
                "plan": _clean(float(stage.plan.limit_value[number])),
                "replay": _clean(float(run.counted[number])),
                "broken": float(run.broken[number]),
                "certificate_broken": float(certificate.broken[number]),
                "missed": bool(certificate.broken[number] > 0 or missed[number] > 0),
                "price": _clean(abs(float(stage.plan.limit_price[number])) / worth * scale),
                "price_unit": price_unit,
            }
        )
    return found


def _clean(value: float) -> float:
    """Dust of the solution is nothing."""
    return value if abs(value) > DUST else 0.0


def limit_texts(limit: Mapping[str, Any], names: Mapping[str, Any], targets: Mapping[str, Any]) -> Texts:
    """A limit in words.

    Args:
        names: id of a technology or item -> `name` by language. targets: id -> `name` by language.
    """
    kind, subject = limit["kind"], str(limit["subject"])
    if kind == TARGET:
        return {
            tag: f"{subject} {targets[subject]['name'][tag]}" if subject in targets else subject for tag in LANGUAGES
        }
    if kind == CEILING:
        return {tag: word(f"economy.ceiling.{subject}", tag) for tag in LANGUAGES}
    if kind == BIOMASS:
        own = region_names(subject)
        return {tag: word("economy.limit.biomass", tag, subject=own[tag]) for tag in LANGUAGES}
    spoken = names.get(subject, {}).get("name") or region_names(subject)
    return {tag: word(f"plan.limit.{kind}", tag, subject=spoken[tag]) for tag in LANGUAGES}
