"""What is missing for the year, and how to supply it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dafeng import assessment
from dafeng.catalog import resource
from dafeng.reports.assess.subject import NATION, Subject, due_name, text_of, title
from dafeng.targets import Text, said

SILENT = ("no_data", "not_measurable")
#: Series that the sections rest on: figure -> how it is supplied.
BASIS = {
    "energy_total": "template",
    "gdp_constant": "template",
    "population": "template",
    "power_consumption": "template",
}


def gaps(
    subject: Subject, causes: Mapping[str, Any], rating: Mapping[str, Any], categories: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Everything that could not be computed, in the order of the sections: what, why, and which file would help."""
    return [
        *_series(subject),
        *_targets(subject),
        *_identities(causes),
        *_indicators(rating),
        *_outlook(subject),
        *_uncertainty(categories),
    ]


def _gap(kind: str, identifier: str, name: Text, why: Text, how: str, **values: object) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": identifier,
        "name": text_of(name),
        "why": text_of(why),
        "how": text_of(said(f"assess.how.{how}", **values)),
        "layout": how if how in ("template", "balance", "evidence") else None,
    }


def _series(subject: Subject) -> list[dict[str, Any]]:
    """Series that end before the year, or are not there."""
    found = []
    last = max(subject.co2, default=None)
    if last != subject.year:
        found.append(_late(subject, "co2", said("assess.name.co2"), last, "balance"))
    for name, how in BASIS.items():
        points = subject.points(name)
        newest = max(points, default=None)
        if newest != subject.year:
            found.append(_late(subject, name, title(name), newest, how))
    return found


def _late(subject: Subject, identifier: str, name: Text, last: int | None, how: str) -> dict[str, Any]:
    why = (
        said("assess.gap.none", region=subject.place)
        if last is None
        else said("assess.gap.late", last=last, year=subject.year)
    )
    return _gap("series", identifier, name, why, how, region=subject.region)


def _targets(subject: Subject) -> list[dict[str, Any]]:
    found = []
    for row in subject.board:
        if row.state in SILENT:
            target = row.target
            why = row.readings[0].why if row.readings else said("assess.gap.none", region=subject.place)
            how = "balance" if target.indicator in ("carbon_intensity", "nonfossil_share", "peak_year") else "template"
            how = "outside" if row.state == "not_measurable" or target.value is None else how
            found.append(_gap("target", target.id, due_name(target), why, how, region=subject.region))
    if not subject.board and subject.region != NATION:
        found.append(_gap("target", "-", said("assess.name.targets"), said("assess.gap.no_targets"), "targets"))
    return found


def _identities(causes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        _gap("identity", one["id"], one["title"], one["why"], "identity", identity=one["id"])
        for one in causes["refused"]
    ]


def _indicators(rating: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for one in rating["measures"].get("indicators", []):
        if one["state"] == "missing":
            found.append(_gap("indicator", one["id"], one["name"], one["note"], "evidence"))
    for one in rating["points"].get("items", []):
        if one["evidence"] is None:
            found.append(_gap("item", one["id"], one["name"], one["note"], "judged"))
    return found


def _outlook(subject: Subject) -> list[dict[str, Any]]:
    """Targets that are still due, have figures, and yet no trend; those without figures are among the targets."""
    silent = {row.target.id for row in subject.board if row.state in SILENT}
    due = [target for target in subject.targets if (target.due_year or subject.year) >= subject.year]
    return [
        _gap("outlook", target.id, due_name(target), why, "template")
        for target, why in assessment.without_outlook(due, subject.series, subject.region)
        if target.id not in silent and target.value is not None
    ]


def _uncertainty(categories: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = categories["uncertainty"]
    if found is None or found["why"] is None:
        return []
    return [_gap("section", "uncertainty", said("assess.name.uncertainty"), found["why"], "python")]


def sources_of(subject: Subject) -> set[str]:
    """The sources that the figures of the region, its targets and the rules of assessment rest on."""
    table = subject.workspace.ledger.observations()
    table = table.filter((table.entity == subject.region) & (table.end <= f"{subject.year + 1}-01-01"))
    lines = subject.workspace.ledger.run(table.select("source").distinct())["source"].to_pylist()
    cited = {one.strip() for line in lines for one in (line or "").replace(",", ";").split(";")}
    cited |= {source for target in subject.targets for source in target.source}
    for name in ("ratings_2026", "grades_2026", "duties_2026", "peak_rules", "identities"):
        cited |= {source for row in resource("assessment", name).rows for source in row["source"]}
    return cited - {""}
