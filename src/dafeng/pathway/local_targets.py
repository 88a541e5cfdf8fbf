"""Targets that were set for a province, as a plan of that province treats them.

A target of a province is treated as the scenario treats the national target of its kind and year (`LIKE`): imposed
where that is imposed, softened at the same price where that is softened. It must be verified for that: one that is
recalled only is watched. A scenario that names a target by its id decides otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Protocol

from dafeng.catalog import LANGUAGES, power, word
from dafeng.pathway.scenario_targets import OUTSIDE, WATCHED, Treatment, treatments
from dafeng.targets import Target, provincial_targets

FIRST_DUE = 2025
BASE = 2020
VERIFIED = ("official", "secondary")
#: indicator of a province and due year -> the national target of its kind
LIKE = {
    ("nonfossil_share", 2025): "T01",
    ("nonfossil_share", 2030): "T04",
    ("energy_intensity", 2025): "T02",
    ("carbon_intensity", 2025): "T03",
    ("carbon_intensity", 2030): "T05",
}


class Treated(Protocol):
    """A scenario: how it treats national targets, and those of provinces that it names."""

    @property
    def targets(self) -> Mapping[str, Treatment]: ...

    @property
    def local_targets(self) -> Mapping[str, Treatment]: ...


@cache
def local_treatments() -> Mapping[str, Treatment]:
    """Every target of a province that a plan can reach: watched, or outside of the model."""
    found = [one for province in power.provinces() for one in provincial_targets(province)]
    return {one.id: _treatment(one) for one in found if (one.due_year or 0) >= FIRST_DUE}


def _treatment(target: Target) -> Treatment:
    national = treatments().get(LIKE.get((target.indicator, target.due_year or 0), ""))
    if national is None:
        return _outside(target, "other")
    if target.base_year is not None and target.base_year < BASE:
        return _outside(target, "before")
    reason = "" if target.quality in VERIFIED else "recalled"
    return replace(national, target=target, how=WATCHED, price=None, scenarios=(), reason=_reason(reason))


def _outside(target: Target, why: str) -> Treatment:
    return Treatment(target, OUTSIDE, "", (), (), "", "none", None, "", (), _reason(why))


def _reason(why: str) -> dict[str, str]:
    return {tag: word(f"provinces.reason.{why}", tag) if why else "" for tag in LANGUAGES}


def targets_of_province(scenario: Treated, province: str) -> dict[str, Treatment]:
    """The targets of a province as its plan under a scenario treats them."""
    found = {}
    for name, one in local_treatments().items():
        if one.target.region != province:
            continue
        like = scenario.targets.get(LIKE.get((one.target.indicator, one.target.due_year or 0), ""))
        if name in scenario.local_targets:
            found[name] = scenario.local_targets[name]
        elif one.how != OUTSIDE and one.target.quality in VERIFIED and like is not None and like.limits:
            found[name] = replace(one, how=like.how, price=like.price, price_unit=like.price_unit)
        else:
            found[name] = one
    return found
