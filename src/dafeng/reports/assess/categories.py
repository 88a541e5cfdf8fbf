"""Key categories of the account, and how sure it is: which lines make up level, trend and uncertainty."""

from __future__ import annotations

from typing import Any

from dafeng import assessment
from dafeng.accounts import Figure, Inventory
from dafeng.assessment import KeyCategory, Lines
from dafeng.catalog import DafengError, carriers, flows
from dafeng.reports.assess.subject import PLAN_BASE, Subject, number, reason, text_of
from dafeng.targets import Text, listed, named, said

Amounts = dict[str, tuple[float, Text]]


def categories(subject: Subject) -> dict[str, Any]:
    """Key categories by level and, since the plan's base year, by trend; the uncertainty of the total."""
    if not subject.co2:
        why = text_of(said("assess.why.no_co2", region=subject.place))
        return {"level": [], "trend": [], "uncertainty": None, "why": why}
    last = max(subject.co2)
    base = next((year for year in sorted(subject.co2) if year >= min(PLAN_BASE, last - 1)), last)
    now, before = _inventory(subject, subject.co2[last]), _inventory(subject, subject.co2[base])
    amounts, earlier = _amounts(now), _amounts(before)
    words = {name: text_of(text) for name, (_, text) in {**earlier, **amounts}.items()}
    halves, uncertainty = _uncertainty(now)
    level = assessment.key_level(_values(amounts))
    trend = []
    if base < last:
        trend = assessment.key_trend(_values(earlier), _values(amounts))
    return {
        "figure": number(subject.co2[last]),
        "year": last,
        "base_year": base,
        "level": [_row(one, words, halves) for one in level],
        "trend": [_row(one, words, halves) for one in trend],
        "uncertainty": uncertainty,
        "why": None,
    }


def _inventory(subject: Subject, figure: Figure) -> Inventory:
    found = subject.workspace.inventory(figure.entity, figure.year, figure.name, figure.dataset)
    return found[0]


def _amounts(inventory: Inventory) -> Amounts:
    """Use and fuel -> amount and words."""
    found: Amounts = {}
    for line in inventory.lines:
        words = listed([named(flows()[line.flow]), named(carriers()[line.carrier])])
        key = f"{line.flow}/{line.carrier}"
        found[key] = (found.get(key, (0.0, words))[0] + line.amount, words)
    return found


def _values(amounts: Amounts) -> dict[str, float]:
    return {name: value for name, (value, _) in amounts.items()}


def _uncertainty(inventory: Inventory) -> tuple[dict[str, float], dict[str, Any]]:
    """Half-widths of the lines and of the total in percent, by the default uncertainties of the catalogue."""
    try:
        lines: Lines = assessment.inventory_lines(inventory)
        total = assessment.approach_1(lines)
    except DafengError as error:
        return {}, {"half_pct": None, "total": inventory.total, "why": reason(error)}
    halves = {
        f"{line.flow}/{line.carrier}": 100 * assessment.product_half(activity.propagated, coefficient.propagated)
        for line, activity, coefficient in zip(
            inventory.lines, lines.activity_spread, lines.coefficient_spread, strict=True
        )
    }
    return halves, {"half_pct": 100 * total.half, "total": total.total, "why": None}


def _row(one: KeyCategory, words: dict[str, dict[str, str]], halves: dict[str, float]) -> dict[str, Any]:
    return {
        "id": one.category,
        "name": words[one.category],
        "amount": one.amount,
        "share_pct": 100 * one.share,
        "cumulative_pct": 100 * one.cumulative,
        "half_pct": halves.get(one.category),
        "key": one.key,
    }
