"""The yearly "5+9" rating of a province, under the evaluation measures of 2026: logic, no points (VI(3) of the plan).

Five control and nine support indicators, each met or not. The grades are rows of assessment/grades_2026.csv: a grade
holds where no more control and no more support indicators are missed than it allows; the best one that holds is
given. The text of the measures was not read at its address: each row says where it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dafeng.assessment.rating import Change, Evidence, Gap, Rating, duties_of, refuse_unknown
from dafeng.catalog import LANGUAGES, Row, resource, symbol
from dafeng.targets import Text, listed, named, said

CONTROL, SUPPORT = "control", "support"


def rate_2026(evidence: Mapping[str, Evidence | bool | None], falsified: bool = False) -> Rating:
    """Rate one province and year.

    Args:
        evidence: indicator (ids of assessment/ratings_2026.csv) -> evidence, or simply met or not. What is left out
            or None is missing, and missing is never counted as met.
        falsified: data were found to be seriously falsified: the grade follows from that alone.

    Raises:
        UnknownName: evidence for an indicator that the measures do not have; names the nearest.
    """
    rows = resource("assessment", "ratings_2026").rows
    refuse_unknown(evidence, rows, "rating_indicator")
    state = {row["id"]: _met(evidence.get(row["id"])) for row in rows}
    group = {row["id"]: row["group"] for row in rows}
    names = {row["id"]: named(row) for row in rows}
    unmet = tuple(i for i, met in state.items() if met is False)
    missing = tuple(i for i, met in state.items() if met is None)
    grades = sorted(resource("assessment", "grades_2026").rows, key=lambda row: row["rank"])
    short = (*unmet, *missing)
    grade = _grade(grades, short, group, falsified)
    best = _grade(grades, unmet, group, falsified)
    conditions = ["always", grade["id"]]
    if grade["rank"] < grades[-1]["rank"] and unmet:
        conditions.append("pass_with_unmet")
    if falsified:
        conditions.append("falsified")
    return Rating(
        "2026",
        grade["id"],
        named(grade),
        best["id"],
        tuple(i for i, met in state.items() if met),
        unmet,
        missing,
        tuple(_reasons(grade, (("unmet", unmet), ("missing", missing)), group, names, falsified)),
        () if falsified else tuple(_changes(grade, grades, short, group, names)),
        duties_of(conditions, [f"{grade['id']}_overdue"]),
        gaps=tuple(_gap(row, evidence.get(row["id"])) for row in rows if row["id"] in missing),
    )


def _gap(row: Row, found: Evidence | bool | None) -> Gap:
    """What is missing of an indicator: the goal, the figure, or both; of one that is judged, the documents."""
    needs, key = named(row, "needs"), "both" if row["figures"] else "judged"
    if isinstance(found, Evidence) and found.value is not None:
        key = "goal"
    elif isinstance(found, Evidence) and found.goal is not None:
        key = "figure"
    facts: dict[str, object] = {"needs": needs}
    if isinstance(found, Evidence) and key in ("goal", "figure"):
        facts |= {
            "value": found.value if key == "goal" else found.goal,
            "unit": {tag: symbol(row["unit"], tag) for tag in LANGUAGES},
            "year": found.year or "-",
            "quality": said(f"quality.{found.quality}"),
        }
    return Gap(row["id"], named(row), said(f"rating.gap.{key}", **facts))


def _met(found: Evidence | bool | None) -> bool | None:
    return found.met if isinstance(found, Evidence) else found


def _count(identifiers: Sequence[str], group: Mapping[str, str]) -> dict[str, int]:
    return {kind: sum(group[i] == kind for i in identifiers) for kind in (CONTROL, SUPPORT)}


def _holds(grade: Row, missed: Mapping[str, int]) -> bool:
    limits = {kind: grade[f"{kind}_unmet_max"] for kind in (CONTROL, SUPPORT)}
    return all(limit is None or missed[kind] <= limit for kind, limit in limits.items())


def _grade(grades: Sequence[Row], short: Sequence[str], group: Mapping[str, str], falsified: bool) -> Row:
    missed = _count(short, group)
    return next(row for row in grades if (row["when_falsified"] if falsified else _holds(row, missed)))


def _reasons(
    grade: Row,
    short: Sequence[tuple[str, Sequence[str]]],
    group: Mapping[str, str],
    names: Mapping[str, Text],
    falsified: bool,
) -> list[Text]:
    found = []
    if falsified:
        found.append(said("rating.why.falsified", grade=named(grade)))
    for kind in (CONTROL, SUPPORT):
        total = sum(k == kind for k in group.values())
        for word, identifiers in short:
            own = [i for i in identifiers if group[i] == kind]
            if own:
                found.append(
                    said(
                        f"rating.why.{word}",
                        count=len(own),
                        total=total,
                        kind=said(f"rating.group.{kind}"),
                        names=listed(names[i] for i in own),
                    )
                )
        if not any(group[i] == kind for _, identifiers in short for i in identifiers):
            found.append(said("rating.why.all_met", total=total, kind=said(f"rating.group.{kind}")))
    found.append(said("rating.why.rule", grade=named(grade), rule=named(grade, "rule")))
    return found


def _changes(
    grade: Row,
    grades: Sequence[Row],
    short: Sequence[str],
    group: Mapping[str, str],
    names: Mapping[str, Text],
) -> list[Change]:
    missed, found = _count(short, group), []
    for better in reversed([row for row in grades if row["rank"] < grade["rank"]]):
        all_of: list[str] = []
        any_of: list[str] = []
        count, left = 0, dict(missed)
        for kind in (CONTROL, SUPPORT):
            limit, own = better[f"{kind}_unmet_max"], [i for i in short if group[i] == kind]
            turn = 0 if limit is None else max(0, len(own) - limit)
            left[kind] -= turn
            if turn == len(own):
                all_of += own
            elif turn:
                any_of, count = own, turn
        if _grade_of(grades, left) is not better:
            continue  # the same would lead further still
        parts = []
        if all_of:
            parts.append(said("rating.change.all_of", names=listed(names[i] for i in all_of)))
        if count:
            parts.append(said("rating.change.any_of", count=count, names=listed(names[i] for i in any_of)))
        found.append(
            Change(
                better["id"],
                tuple(all_of),
                tuple(any_of),
                count,
                said("rating.change.up", grade=named(better), what=listed(parts)),
            )
        )
    for worse in [row for row in grades if row["rank"] > grade["rank"]]:
        for kind in (CONTROL, SUPPORT):
            more = next(
                (
                    n
                    for n in range(1, len(group) + 1)
                    if _grade_of(grades, {**missed, kind: missed[kind] + n})["id"] == worse["id"]
                ),
                None,
            )
            safe = tuple(i for i in group if group[i] == kind and i not in short)
            if more is not None and more <= len(safe):
                found.append(
                    Change(
                        worse["id"],
                        (),
                        safe,
                        more,
                        said("rating.change.down", grade=named(worse), count=more, kind=said(f"rating.group.{kind}")),
                    )
                )
    return found


def _grade_of(grades: Sequence[Row], missed: Mapping[str, int]) -> Row:
    return next(row for row in grades if _holds(row, missed))
