"""What a scenario does with each target: a limit, a limit with a price, something to watch, or outside the model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from dafeng.catalog import LANGUAGES, word
from dafeng.catalog.package import resource
from dafeng.pathway.scenario_values import Place, amount, checked_keys
from dafeng.targets import OVERLAY_LAYER, PLAN_LAYER, Target, plan_targets

IMPOSED, SOFTENED, WATCHED, OUTSIDE = "imposed", "softened", "watched", "outside"
LAYERS = {"plan": PLAN_LAYER, "overlay-2026": OVERLAY_LAYER}
NONE = "none"
AMOUNT, PER, YEARLY_CUT, YEARLY_RISE = "amount", "per", "yearly_cut", "yearly_rise"
SHOWN = (AMOUNT, PER, YEARLY_CUT, YEARLY_RISE)
"""Kinds that are counted beside a target and can be no limit on it (`sectors.target_amounts`)."""
#: unit of a limit -> unit by which missing it is priced
PRICED = {"Mtce": "tce", "Mt_CO2": "t_CO2", "Mt": "t", "GW": "kW", "TWh": "MWh"}
SPACE = {"zh": "", "ja": "", "en": " "}
KEYS = ("impose", "soften", "watch", "values")


@dataclass(frozen=True)
class Treatment:
    """How a target enters a plan.

    Attributes:
        target: the record; its value is that of the scenario where it gives one.
        how: imposed, softened, watched or outside.
        kind: family of limit: share, level, increment, intensity, peak, trend, below_peak, added, or case (a setting of
            the power system); one of `SHOWN`: an amount that is shown beside it and no limit; empty: neither.
        counts, over: what is counted, and what it is held against; `pathway.sectors.expressions` reads them.
        unit: of the limit, and of what a softened one may miss.
        reading: how its words are read. price: CNY per `price_unit` by which it may be missed in a year.
        scenarios: shipped scenarios that impose or soften it. reason: by language, why it is not imposed, or what is
            counted in place of what it means.
    """

    target: Target
    how: str
    kind: str
    counts: tuple[str, ...]
    over: tuple[str, ...]
    unit: str
    reading: str
    price: float | None
    price_unit: str
    scenarios: tuple[str, ...]
    reason: Mapping[str, str]

    @property
    def limits(self) -> bool:
        """Does it bind the plan."""
        return self.how in (IMPOSED, SOFTENED)


@cache
def treatments() -> Mapping[str, Treatment]:
    """Target -> its treatment as the catalogue has it, for every target of the Plan and of the 2026 layer."""
    targets = {target.id: target for target in plan_targets(overlay=True)}
    return {
        row["target"]: Treatment(
            target=targets[row["target"]],
            how=row["treatment"],
            kind=row["kind"],
            counts=row["counts"],
            over=row["over"],
            unit=row["unit"],
            reading=row["reading"],
            price=row["price"],
            price_unit=row["price_unit"],
            scenarios=row["scenarios"],
            reason={tag: row[f"reason_{tag}"] for tag in LANGUAGES},
        )
        for row in resource("scenarios", "target_treatment").rows
    }


def read_targets(place: Place, found: object, known: Mapping[str, Treatment] | None = None) -> dict[str, Treatment]:
    """The treatment of every target in a scenario: what it imposes, softens or watches; it watches the rest.

    Args:
        known: the targets that there are; None: those of the Plan and of the 2026 layer.

    Raises:
        DafengError: an unknown target, one that the model cannot express, a price or value in a wrong unit.
    """
    table = checked_keys(place, found, KEYS)
    known = treatments() if known is None else known
    result = {name: _watched(one) for name, one in known.items()}
    for name in (place / "impose").names(table.get("impose", [])):
        (place / "impose").known("target", name, (*known, *LAYERS, NONE))
        if name in LAYERS:
            result |= {k: one for k, one in known.items() if one.target.layer == LAYERS[name]}
        elif name != NONE:
            result[name] = _imposed(_expressed(place / "impose", known[name]))
    softened = (place / "soften").table(table.get("soften", {}))
    for name, text in softened.items():
        one = _expressed(place / "soften", known[(place / "soften").known("target", name, known)])
        unit = one.price_unit or PRICED.get(one.unit)
        if one.kind == "case" or unit is None:
            raise (place / "soften" / name).refuse("target", found=name)
        result[name] = replace(
            one, how=SOFTENED, price=amount(place / "soften" / name, text, f"CNY/{unit}", 0.0), price_unit=unit
        )
    for name in (place / "watch").names(table.get("watch", [])):
        result[name] = _watched(known[(place / "watch").known("target", name, known)])
    for name, text in (place / "values").table(table.get("values", {})).items():
        one = _expressed(place / "values", known[(place / "values").known("target", name, known)])
        low, high = (0.0, 100.0) if one.kind == "share" and one.target.unit == "%" else (-math.inf, math.inf)
        value = amount(place / "values" / name, text, one.target.unit, low, high)
        result[name] = replace(result[name], target=replace(one.target, value=value))
    return result


def _watched(one: Treatment) -> Treatment:
    """The treatment of a target that the scenario does not ask for. Why it would be softened no longer says anything;
    what stands in for it does.
    """
    if one.how in (OUTSIDE, WATCHED):
        return one
    own = {tag: word("scenario.reason.not_asked", tag) for tag in LANGUAGES}
    stands_in = one.reason if one.how == IMPOSED else {}
    reason = {tag: f"{text}{SPACE[tag]}{stands_in[tag]}" if stands_in.get(tag) else text for tag, text in own.items()}
    return replace(one, how=WATCHED, reason=reason)


def _imposed(one: Treatment) -> Treatment:
    """The treatment of a target that the scenario imposes; of one that the catalogue softens nothing is priced then."""
    reason = dict.fromkeys(LANGUAGES, "") if one.how == SOFTENED else one.reason
    return replace(one, how=IMPOSED, price=None, reason=reason)


def _expressed(place: Place, one: Treatment) -> Treatment:
    """The treatment, if the model has a quantity for the target.

    Raises:
        DafengError: it has none.
    """
    if not one.kind or one.kind in SHOWN:
        raise place.refuse("target", found=one.target.id)
    return one


def only_of(found: Mapping[str, Treatment], actions: Iterable[int]) -> dict[str, Treatment]:
    """The treatments with the limits of some actions only; the others are watched."""
    kept = set(actions)
    return {
        name: _watched(one) if one.limits and (one.target.action or 0) not in kept else one
        for name, one in found.items()
    }


def named_targets(found: object) -> set[str]:
    """The ids that the table `targets` of a file names, once it was read."""
    table = dict(found) if isinstance(found, Mapping) else {}
    return {str(name) for key in KEYS for name in table.get(key, ())}


def as_table(found: Mapping[str, Treatment], known: Mapping[str, Treatment] | None = None) -> dict[str, Any]:
    """The treatments as the table `targets` of a file that says all of them.

    Args:
        known: as in `read_targets`.
    """
    known = treatments() if known is None else known
    binding = {name: one for name, one in sorted(found.items()) if one.limits}
    changed = {n: one.target for n, one in binding.items() if one.target.value != known[n].target.value}
    return {
        "impose": [name for name, one in binding.items() if one.how == IMPOSED],
        "soften": {n: f"{one.price:.10g} CNY/{one.price_unit}" for n, one in binding.items() if one.how == SOFTENED},
        "values": {name: f"{target.value:.10g} {target.unit}" for name, target in changed.items()},
    }
