"""How the year rates: the "5+9" of 2026 with what evidence there is, and the 100 points where they applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dafeng import accounts, assessment
from dafeng.accounts import Figure, change_percent
from dafeng.assessment import Evidence, Rating
from dafeng.catalog import NotComparable, Row, resource
from dafeng.reports.assess.subject import NATION, Subject, text_of
from dafeng.targets import Target, Text, named, said

SCHEME_YEAR = 2026  # when the "5+9" measures were issued
EDITIONS = {"12FYP": (2010, 2015), "13FYP": (2015, 2020)}  # edition of the 100 points -> base and last year
CARBON = "carbon_intensity"


def rating(subject: Subject) -> dict[str, Any]:
    """The "5+9" table with the grade, and the older rule."""
    return {"measures": _measures(subject), "points": _points(subject)}


def _measures(subject: Subject) -> dict[str, Any]:
    if subject.region == NATION:
        return {"applies": False, "why": text_of(said("assess.rating.provinces_only"))}
    evidence = assessment.evidence_2026(subject.whole, subject.region, subject.year, subject.given.goals)
    found = assessment.rate_2026({**evidence, **subject.given.judged})
    why = "assess.rating.trial" if subject.year < SCHEME_YEAR else "assess.rating.in_force"
    rows = resource("assessment", "ratings_2026").rows
    missing = {gap.indicator: gap.what for gap in found.gaps}
    return {
        "applies": True,
        "why": text_of(said(why, year=subject.year, since=SCHEME_YEAR)),
        **_result(found),
        "indicators": [_indicator(subject, row, evidence.get(row["id"]), missing=missing) for row in rows],
        "known": len(found.met) + len(found.unmet),
        "total": len(rows),
    }


def _result(found: Rating) -> dict[str, Any]:
    grades = {row["id"]: named(row) for row in resource("assessment", "grades_2026").rows}
    grades |= {row["grade"]: named(row) for row in resource("assessment", "grades_100").rows}
    return {
        "scheme": found.scheme,
        "grade": found.grade,
        "name": text_of(found.name),
        "at_best": found.at_best,
        "at_best_name": text_of(grades[found.at_best]),
        "settled": found.settled,
        "met": list(found.met),
        "unmet": list(found.unmet),
        "missing": list(found.missing),
        "reasons": [text_of(one) for one in found.reasons],
        "changes": [{"grade": one.grade, "why": text_of(one.why)} for one in found.changes],
        "duties": [
            {
                "id": duty.id,
                "who": text_of(duty.who),
                "what": text_of(duty.what),
                "days": duty.days,
                "day_kind": duty.day_kind,
                "contingent": duty.contingent,
                "quality": duty.quality,
                "source": list(duty.source),
            }
            for duty in found.duties
        ],
        "score": found.score,
        "score_at_best": found.score_at_best,
    }


def _indicator(subject: Subject, row: Row, evidence: Evidence | None, *, missing: Mapping[str, Text]) -> dict[str, Any]:
    judged = subject.given.judged.get(row["id"], evidence.met if evidence else None)
    state = "missing" if row["id"] in missing else "met" if judged else "unmet"
    pace = _pace(subject, row) if evidence is None or evidence.goal is None else None
    return {
        "id": row["id"],
        "no": row["no"],
        "group": row["group"],
        "name": text_of(named(row)),
        "rule": text_of(named(row, "rule")),
        "clause": ";".join(row["clause"]),
        "comparator": row["comparator"],
        "basis": row["basis"],
        "unit": row["unit"],
        "state": state,
        "value": evidence.value if evidence else None,
        "goal": evidence.goal if evidence else None,
        "year": evidence.year if evidence else None,
        "figure": evidence.source if evidence and evidence.value is not None else None,
        "quality": evidence.quality if evidence and evidence.value is not None else None,
        "given": subject.given.sources.get(row["id"]),
        "pace": pace,
        "note": text_of(missing.get(row["id"], said("assess.rating.known"))),
        "indication": None if pace is None or evidence is None else _indication(row, evidence, pace),
        "rule_quality": row["quality"],
    }


def _indication(row: Row, evidence: Evidence, pace: Mapping[str, Any]) -> dict[str, str] | None:
    """How the figure compares with an even pace, where no goal was given: no evidence."""
    if evidence.value is None:
        return None
    good = evidence.value <= pace["goal"] if row["comparator"] == "at_most" else evidence.value >= pace["goal"]
    key = "assess.rating.pace_kept" if good else "assess.rating.pace_missed"
    facts = {"base": pace["base_year"], "due": pace["due_year"], "goal": f"{pace['of']:g}".replace("-", "−")}
    return text_of(said(key, pace=f"{pace['goal']:.2f}".replace("-", "−"), **facts))


def _pace(subject: Subject, row: Row) -> dict[str, Any] | None:
    """The change of one year that an even pace to the target of the five-year plan would take: no goal of the
    measures."""
    goal = assessment.paced_goals(subject.region, subject.year).get(row["id"])
    target = _running(subject, row["id"])
    if goal is None or target is None:
        return None
    return {
        "goal": goal,
        "of": target.value,
        "base_year": target.base_year,
        "due_year": target.due_year,
        "target": target.id,
    }


def _running(subject: Subject, indicator: str) -> Target | None:
    """The target of a change whose period holds the year."""
    for target in subject.targets:
        base, due = target.base_year or 0, target.due_year or 0
        if target.indicator == indicator and target.kind == "change" and base < subject.year <= due <= base + 5:
            return target
    return None


def _points(subject: Subject) -> dict[str, Any]:
    edition = next((name for name, (base, last) in EDITIONS.items() if base < subject.year <= last), None)
    if subject.region == NATION:
        return {"applies": False, "why": text_of(said("assess.rating.provinces_only"))}
    if edition is None:
        return {"applies": False, "why": text_of(said("assess.rating.points_years", year=subject.year))}
    target = _running(subject, CARBON)
    rates, notes = _completion(subject, target, EDITIONS[edition])
    prefix = edition.lower()
    evidence = {f"{prefix}-{name}": rate for name, rate in rates.items() if rate is not None}
    found = assessment.rate_100(evidence, edition, subject.year == EDITIONS[edition][1])
    rows = [row for row in resource("assessment", "ratings_100").rows if row["edition"] == edition]
    missing = {gap.indicator: gap.what for gap in found.gaps}
    return {
        "applies": True,
        "why": text_of(said("assess.rating.points_in_force", edition=said(f"assess.period.{edition}"))),
        **_result(found),
        "items": [
            {
                "id": row["id"],
                "name": text_of(named(row)),
                "rule": text_of(named(row, "rule")),
                "points": row["points"],
                "veto": row["veto"],
                "scoring": row["scoring"],
                "evidence": evidence.get(row["id"]),
                "note": text_of(notes.get(row["id"].removeprefix(f"{prefix}-"), missing.get(row["id"], {}))),
                "quality": row["quality"],
            }
            for row in rows
        ],
    }


def _completion(
    subject: Subject, target: Target | None, span: tuple[int, int]
) -> tuple[dict[str, float | None], dict[str, Text]]:
    """Completion of the yearly and of the cumulative target of carbon intensity: what was cut over what an even pace
    to the five-year target asks for, in logarithms, so that years compound."""
    if target is None or target.value is None:
        none = said("assess.rating.no_target")
        return {"annual": None, "cumulative": None}, {"annual": none, "cumulative": none}
    rates: dict[str, float | None] = {}
    notes: dict[str, Text] = {}
    for name, base in (("annual", subject.year - 1), ("cumulative", span[0])):
        share = (subject.year - base) / (span[1] - span[0])
        due = 100 * ((1 + target.value / 100) ** share - 1)
        cut, note = _cut(subject, base)
        rates[name] = None if cut is None else cut / due
        notes[name] = (
            note
            if cut is None
            else said(
                "assess.rating.completion",
                cut=f"{cut:+.2f}",
                due=f"{due:+.2f}",
                base=base,
                rate=f"{100 * cut / due:.0f}",
            )
        )
    return rates, notes


def _cut(subject: Subject, base: int) -> tuple[float | None, Text]:
    """The change of carbon intensity in percent since a base year, of one definition."""
    apart = False
    for points in accounts.readings(subject.series, subject.region, CARBON):
        now: Figure | None = points.get(subject.year)
        if now is None or base not in points:
            continue
        try:
            return change_percent(now, points[base]), {}
        except NotComparable:
            apart = True
    return None, said("assess.rating.editions" if apart else "assess.rating.no_intensity", base=base, year=subject.year)
