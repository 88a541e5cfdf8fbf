"""Why the sum of provincial plans differs from the plan of the nation, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dafeng.catalog import LANGUAGES, word
from dafeng.reports.plan.data import BOUNDS

TOLD = ("days", "foresight", "demand", "discount_rate", "interest_rate")
"""Fields that may differ, and then are a reason."""
HELD = ("target", "limit", *BOUNDS)
"""Kinds of limits of the nation that are a reason where they have a price."""
DEAR = 0.5
"""Price, CNY per unit, from which a limit is a reason; below it is dust of the solution."""
SMALL = 1e-6
Document = Mapping[str, Any]
Key = tuple[str, str]


def reasons(
    plans: Sequence[Document],
    nation: Document,
    summed: Mapping[Key, list[float]],
    national: Mapping[Key, list[float]],
    mean: Sequence[float],
) -> list[dict[str, Any]]:
    """Why the sum differs from the nation, what weighs most first in each kind.

    Args:
        plans, nation: schema dafeng.economy/1. summed, national: (quantity, item) -> value by period.
        mean: t CO2 per MWh of the nation, by period.
    """
    years = nation["years"]
    found = []
    for y, year in enumerate(years):
        own, other = summed["net_exports", ""][y], national["net_exports", ""][y]
        if abs(own - other) > SMALL:
            facts = {"own": f"{own:,.1f}", "nation": f"{other:,.1f}", "more": f"{own - other:+,.1f}"}
            found.append(_reason("trade", year, mt=f"{(own - other) * mean[y]:+,.0f}", **facts))
    for limit in sorted(nation["limits"], key=lambda one: (one["year"], -one["price"])):
        if limit["kind"] in HELD and limit["price"] > DEAR:
            price = f"{limit['price']:,.0f} {limit['price_unit']}"
            found.append(_reason("limit", limit["year"], limit=_limit_name(limit), price=price))
    for plan in plans:
        for limit in plan["limits"]:
            if limit["kind"] in ("target", "limit") and limit["price"] > DEAR:
                price = f"{limit['price']:,.0f} {limit['price_unit']}"
                facts = {"limit": _limit_name(limit), "price": price}
                found.append(_reason("own_limit", limit["year"], plan=plan["name"], **facts))
        for field in TOLD:
            a, b = plan["frame"][field], nation["frame"][field]
            if a != b:
                found.append(_reason("setting", None, plan=plan["name"], field=field, a=_text(a), b=_text(b)))
    found.extend(_of_building(plans, years))
    coarse = [plan["name"] for plan in plans if not set(plan["regions"]) <= set(nation["regions"])]
    if coarse:
        found.append(_reason("regions", None, nation=nation["case"]["regions"], plans=_text(coarse)))
    for plan in (*plans, nation):
        if not plan["verdict"]["holds"]:
            found.append(_reason("broken", None, plan=plan["name"]))
    return found


def _of_building(plans: Sequence[Document], years: Sequence[int]) -> Iterator[dict[str, Any]]:
    """What may be built a year is shared out by load: some plans use all of theirs, others leave theirs unused."""
    for year in years:
        binding: dict[str, list[bool]] = {}
        for plan in plans:
            for limit in plan["limits"]:
                if limit["kind"] == "build_rate" and limit["year"] == year:
                    binding.setdefault(limit["subject"], []).append(limit["price"] > DEAR)
        torn = [technology for technology, binds in binding.items() if any(binds) and not all(binds)]
        if torn:
            names = {t: plans[0]["technologies"].get(t, {}).get("name", dict.fromkeys(LANGUAGES, t)) for t in torn}
            texts = {
                tag: word("plan_sum.reason.building", tag, year=year, items=", ".join(names[t][tag] for t in torn))
                for tag in LANGUAGES
            }
            yield {"kind": "building", "year": year, "text": texts}


def _limit_name(limit: Document) -> str:
    return str(limit["name"]).rsplit(" ", 1)[0]


def _reason(kind: str, year: int | None, **facts: object) -> dict[str, Any]:
    if year is not None:
        facts = {**facts, "year": year}
    texts = {tag: word(f"plan_sum.reason.{kind}", tag, **facts) for tag in LANGUAGES}
    return {"kind": kind, "year": year, "text": texts}


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
