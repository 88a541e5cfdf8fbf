"""Whether the emissions have peaked: the verdict with all of its evidence."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from dafeng.accounts import Figure
from dafeng.assessment import PeakRules, PeakVerdict
from dafeng.catalog import DafengError, MissingFactor, resource
from dafeng.reports.assess.subject import Subject, number, reason, text_of
from dafeng.targets import Text, named, said

#: Factor sets that the sensitivity tries: field of the choice -> sets; of several the first that has a factor counts.
ALTERNATIVES = {
    "top_down": ("topdown-netted", "topdown-eri"),
    "fuels": ("ndrc-provincial-2011+ceads-implied-2022+ipcc-2006", "liu-2015+ceads-implied-2022+ipcc-2006"),
}


def peak(subject: Subject) -> dict[str, Any]:
    """The verdict on the region's CO2, or why there is none."""
    if not subject.co2:
        return {"verdict": None, "why": text_of(said("assess.why.no_co2", region=subject.place)), "rules": _rules()}
    try:
        verdict = subject.workspace.peak(subject.region, subject.year, _others(subject))
    except DafengError as error:
        return {"verdict": None, "why": reason(error), "rules": _rules()}
    return {
        "verdict": _verdict(verdict, subject.co2[max(subject.co2)]),
        "why": text_of(verdict.why),
        "rules": _rules(),
    }


def _verdict(found: PeakVerdict, figure: Figure) -> dict[str, Any]:
    trend = found.trend
    return {
        "state": found.state,
        "name": text_of(said(f"peak.state.{found.state}")),
        "series": number(figure),
        "top": found.top,
        "top_value": found.top_value,
        "last": found.last,
        "last_value": found.last_value,
        "unit": figure.unit,
        "since": found.since,
        "drop_pct": 100 * found.drop,
        "recent_pct": None if found.recent is None else 100 * found.recent,
        "trend": None
        if trend is None
        else {
            "years": trend.n,
            "direction": trend.direction,
            "p_falling": trend.p_falling,
            "p_two_sided": trend.p,
            "slope": trend.slope,
            "correction": trend.correction,
        },
        "fall": None
        if found.fall is None
        else {
            "activity": found.fall.activity,
            "intensity": found.fall.intensity,
            "activity_pct": 100 * found.fall.share_of_activity,
        },
        "cases": [
            {
                "name": case.name,
                "label": text_of(_label(case.name, found.rules)),
                "state": case.state,
                "text": text_of(said(f"peak.state.{case.state}")),
                "top": case.top,
                "drop_pct": 100 * case.drop,
            }
            for case in found.cases
        ],
        "robust": found.robust,
        "seams": list(found.breaks),
        "top_at_seam": found.top in found.breaks,
        "due": [asdict(due) for due in found.due],
    }


def _label(name: str, rules: PeakRules) -> Text:
    """A case in words: a revision of the last years, or another factor set."""
    if name.endswith(" %"):
        share = name.removesuffix(" %").replace("-", "−")
        return said("assess.peak.case_revision", late=rules.revised_years, share=share)
    row = resource("factors", "sets").by().get(name.partition("+")[0])
    if row:
        return said("assess.peak.case_set", name=named(row))
    return said("assess.peak.case_edition", years=name)


def _others(subject: Subject) -> dict[str, dict[int, Figure]]:
    """The series counted with other factor sets; a set that lacks a factor is left out."""
    name = next(iter(subject.co2.values())).name
    workspace, found = subject.workspace, {}
    field = "top_down" if name == "co2_topdown" else "fuels"
    for one in ALTERNATIVES[field]:
        try:
            other = workspace.recounted(subject.region, name, replace(workspace.choice, **{field: one}))
        except MissingFactor:
            continue
        if subject.co2.keys() <= other.keys():
            found[one] = {year: other[year] for year in subject.co2}
    return found


def _rules() -> list[dict[str, Any]]:
    """The thresholds, each with its reason."""
    return [
        {
            "id": row["id"],
            "name": text_of(named(row)),
            "why": text_of(named(row, "why")),
            "value": row["value"],
            "unit": row["unit"],
            "quality": row["quality"],
        }
        for row in resource("assessment", "peak_rules").rows
    ]
