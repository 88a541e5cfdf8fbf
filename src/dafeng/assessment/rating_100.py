"""The older assessments of provinces on carbon intensity, 12th and 13th five-year plan: 100 points, grades, a veto.

The items, points and grades are rows of assessment/ratings_100.csv and grades_100.csv; each says what was read and
what is recalled. An item scored by completion has points * min(1, max(0, rate)); the others have the points they
were given. An item with a veto that is not completed fails the province whatever its points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from dafeng.assessment.rating import Change, Gap, Rating, refuse_unknown
from dafeng.catalog import DafengError, Row, UnknownName, resource
from dafeng.targets import Text, listed, named, said

FULL = 1e-9  # a completion rate this close to 1 is complete


def rate_100(evidence: Mapping[str, float | None], edition: str = "12FYP", final_year: bool = False) -> Rating:
    """Rate one province and year on 100 points.

    Args:
        evidence: item (ids of assessment/ratings_100.csv) -> completion rate (1 is complete; of items scored by
            completion) or points given. What is left out or None is missing: no points, and not completed.
        final_year: the last year of the plan period, in which the 13FYP edition has its veto.

    Raises:
        UnknownName: no such edition; or evidence for an item that it does not have.
        DafengError: a rate that is no finite number, or points outside 0 to the item's points.
    """
    rows = [row for row in resource("assessment", "ratings_100").rows if row["edition"] == edition]
    if not rows:
        raise UnknownName("edition", edition, {row["edition"] for row in resource("assessment", "ratings_100").rows})
    refuse_unknown(evidence, rows, "rating_item")
    for row in rows:
        _check(row, evidence.get(row["id"]))
    grades = sorted(
        (row for row in resource("assessment", "grades_100").rows if row["edition"] == edition),
        key=lambda row: row["rank"],
    )
    missing = tuple(row["id"] for row in rows if evidence.get(row["id"]) is None)
    now = {row["id"]: _points(row, evidence.get(row["id"])) for row in rows}
    best = {row["id"]: row["points"] if row["id"] in missing else now[row["id"]] for row in rows}
    vetoed = [row for row in rows if _vetoes(row, final_year) and not _complete(row, now[row["id"]])]
    certain = [row for row in vetoed if row["id"] not in missing]
    score, score_best = math.fsum(now.values()), math.fsum(best.values())
    grade, at_best = _grade(grades, score, vetoed), _grade(grades, score_best, certain)
    return Rating(
        edition,
        grade["grade"],
        named(grade),
        at_best["grade"],
        tuple(row["id"] for row in rows if row["id"] not in missing and _complete(row, now[row["id"]])),
        tuple(row["id"] for row in rows if row["id"] not in missing and not _complete(row, now[row["id"]])),
        missing,
        tuple(_reasons(rows, now, grade, vetoed=vetoed, missing=missing)),
        tuple(_changes(grades, grade, now, vetoed)),
        score=score,
        score_at_best=score_best,
        gaps=tuple(
            Gap(row["id"], named(row), said(f"rating.gap.{row['scoring']}", rule=named(row, "rule")))
            for row in rows
            if row["id"] in missing
        ),
    )


def _check(row: Row, found: float | None) -> None:
    if found is None:
        return
    most = math.inf if row["scoring"] == "completion" else row["points"]
    if not math.isfinite(found) or (row["scoring"] == "points" and not 0 <= found <= most):
        raise DafengError("rating_points", item=row["id"], found=found, most="-" if math.isinf(most) else f"{most:g}")


def _points(row: Row, found: float | None) -> float:
    if found is None:
        return 0.0
    if row["scoring"] == "points":
        return float(found)
    return float(row["points"]) * (1.0 if found >= 1 - FULL else max(0.0, found))


def _complete(row: Row, points: float) -> bool:
    return points >= float(row["points"])


def _vetoes(row: Row, final_year: bool) -> bool:
    return row["veto"] == "always" or (row["veto"] == "final_year" and final_year)


def _grade(grades: Sequence[Row], score: float, vetoed: Sequence[Row]) -> Row:
    if vetoed:
        return grades[-1]
    return next(row for row in grades if score >= row["score_min"] - FULL)


def _reasons(
    rows: Sequence[Row],
    points: Mapping[str, float],
    grade: Row,
    *,
    vetoed: Sequence[Row],
    missing: Sequence[str],
) -> list[Text]:
    found = [
        said("rating.why.item", name=named(row), points=points[row["id"]], most=row["points"])
        for row in rows
        if row["id"] not in missing
    ]
    if missing:
        found.append(said("rating.why.no_points", names=listed(named(row) for row in rows if row["id"] in missing)))
    found.append(said("rating.why.score", score=math.fsum(points.values()), grade=named(grade)))
    if vetoed:
        found.append(said("rating.why.veto", names=listed(named(row) for row in vetoed), grade=named(grade)))
    return found


def _changes(
    grades: Sequence[Row],
    grade: Row,
    points: Mapping[str, float],
    vetoed: Sequence[Row],
) -> list[Change]:
    found, score = [], math.fsum(points.values())
    lifted = score + math.fsum(row["points"] - points[row["id"]] for row in vetoed)
    ids = tuple(row["id"] for row in vetoed)
    reached = _grade(grades, lifted, ())["rank"]  # by points alone, with the vetoed items complete
    for better in reversed([row for row in grades if row["rank"] < grade["rank"] and row["rank"] <= reached]):
        parts = []
        if vetoed:
            parts.append(said("rating.change.all_of", names=listed(named(row) for row in vetoed)))
        if lifted < better["score_min"] - FULL:
            parts.append(said("rating.change.points", points=better["score_min"] - lifted))
        why = said("rating.change.up", grade=named(better), what=listed(parts))
        found.append(Change(better["grade"], ids, (), 0, why))
    worse = next((row for row in grades if row["rank"] == grade["rank"] + 1), None)
    if worse is not None:
        found.append(
            Change(
                worse["grade"],
                (),
                (),
                0,
                said("rating.change.lose", grade=named(worse), points=score - grade["score_min"]),
            )
        )
    return found
