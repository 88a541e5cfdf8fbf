"""Whether a plan holds, and what it misses: beyond what a replay may miss, or within it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dafeng.catalog import LANGUAGES, word
from dafeng.pathway.power.mending import TINY
from dafeng.pathway.power.proving import GAP
from dafeng.pathway.power.stage import MISSED, UNSERVED, Stage
from dafeng.pathway.power.technologies import capacity_unit
from dafeng.reports.plan.names import subject
from dafeng.reports.wording import rounded_up, sign

Texts = dict[str, str]
DUST = 1e-3
"""GWh a year that are none."""
READABLE = 1e-4
"""Share from which on it is said in per cent."""


def holding(
    stages: Sequence[Stage],
    limits: Sequence[Mapping[str, Any]],
    texts: Callable[[Mapping[str, Any]], Texts],
    holds: bool,
) -> dict[str, Any]:
    """What a plan's verdict says: does it hold, in which words, why not, and what is missed within the tolerance.

    Args:
        limits: with `broken`, `certificate_broken`, `missed`, `unit` and `year`. texts: a limit in words.
    """
    within = _reasons(stages, limits, texts, tolerated=True)
    state = "holds" if holds else "holds_not"
    if holds and within:
        state = "holds_within"
    facts = {"limit": f"{100 * MISSED:g}", "load": f"{100 * UNSERVED:g}"}
    return {
        "holds": holds,
        "state": {tag: word(f"plan.{state}", tag, **facts) for tag in LANGUAGES},
        "reasons": [] if holds else _reasons(stages, limits, texts, tolerated=False),
        "within": within,
        "added": [_added(stage) for stage in stages if stage.added],
        "drawn": _drawn(stages),
    }


def notes(verdict: Mapping[str, Any]) -> list[Texts]:
    """What a verdict says beside its reasons."""
    return [*verdict["within"], *verdict["added"], *verdict["drawn"]]


def _drawn(stages: Sequence[Stage]) -> list[Texts]:
    """How far a plan is from the cheapest within its limits as they are asked, where some were drawn in."""
    gaps = [stage.certificate.gap_as_asked for stage in stages if any(one.tightened for one in stage.system.limits)]
    return [{tag: word("plan.drawn", tag, gap=_share(max(gaps))) for tag in LANGUAGES}] if gaps else []


def _share(gap: float) -> str:
    most = rounded_up(gap)
    return f"{100 * most:.2g}%" if gap >= READABLE else f"{most:.1e}"


def _added(stage: Stage) -> Texts:
    """What was added to a plan after its replay, most first."""
    most = sorted(stage.added.items(), key=lambda pair: -pair[1])
    units = {name: capacity_unit(name.partition(" ")[2]) for name, _ in most}
    return {
        tag: word(
            "plan.added",
            tag,
            year=stage.year,
            what="; ".join(f"{subject(name, tag)} {size:,.2f} {sign(units[name], tag)}" for name, size in most),
        )
        for tag in LANGUAGES
    }


def _reasons(
    stages: Sequence[Stage],
    limits: Iterable[Mapping[str, Any]],
    texts: Callable[[Mapping[str, Any]], Texts],
    tolerated: bool,
) -> list[Texts]:
    """Load that is not served, limits that the replay or the certificate misses, and costs that are not proved."""
    found = []
    for stage in stages:
        if stage.cuts and not tolerated:
            found.append({tag: word("plan.reason.cuts", tag, year=stage.year) for tag in LANGUAGES})
        load, lost = float(stage.replay.energy(stage.replay.system.nodes.demand).sum()), float(stage.unserved.sum())
        if lost > DUST and (lost <= UNSERVED * load) == tolerated:
            facts = {"year": stage.year, "gwh": f"{lost:,.4g}", "share": f"{lost / load:.2e}"}
            found.append({tag: word("plan.reason.unserved", tag, **facts) for tag in LANGUAGES})
        if stage.certificate.gap > GAP and stage.certificate.holds and not tolerated:
            facts = {"year": stage.year, "gap": f"{rounded_up(stage.certificate.gap):.1e}", "most": f"{GAP:g}"}
            found.append({tag: word("plan.reason.gap", tag, **facts) for tag in LANGUAGES})
    for limit in limits:
        missed = max(limit["broken"], limit["certificate_broken"])
        if missed > (TINY if tolerated else 0.0) and limit["missed"] != tolerated:
            names, facts = texts(limit), {"year": limit["year"], "missed": f"{missed:,.4g}"}
            found.append(
                {
                    tag: word("plan.reason.limit", tag, limit=names[tag], unit=sign(limit["unit"], tag), **facts)
                    for tag in LANGUAGES
                }
            )
    return found
