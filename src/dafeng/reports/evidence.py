"""What an office brings to the rating of a year: the goals that it was given, and what departments have judged."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dafeng.catalog import DafengError, UnknownName, resource

COLUMNS = ("indicator", "goal", "met", "source")
YES, NO = ("yes", "true", "1", "是", "はい"), ("no", "false", "0", "否", "いいえ")


@dataclass(frozen=True)
class Given:
    """Evidence from outside the accounts.

    Attributes:
        goals: indicator of the 2026 measures -> the goal of the year, in the unit of that table; a change against the
            year before in percent, a reduction being negative.
        judged: indicator -> met or not, as the department in charge found.
        sources: indicator -> where that stands.
    """

    goals: Mapping[str, float] = field(default_factory=dict)
    judged: Mapping[str, bool] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


NOTHING = Given()


def read_evidence(path: Path) -> Given:
    """Read a CSV with the columns indicator, goal, met, source; goal or met may be empty, not both.

    Raises:
        DafengError: no such file, a column that is missing, or a cell that cannot be read; names row and column.
        UnknownName: an indicator that the measures do not have.
    """
    if not path.is_file():
        raise DafengError("no_file", file=path)
    known = [row["id"] for row in resource("assessment", "ratings_2026").rows]
    goals: dict[str, float] = {}
    judged: dict[str, bool] = {}
    sources: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        lacking = [column for column in COLUMNS[:3] if column not in (reader.fieldnames or [])]
        if lacking:
            raise DafengError(
                "evidence_columns", file=path.name, missing=", ".join(lacking), allowed=", ".join(COLUMNS)
            )
        for place, row in enumerate(reader, start=2):
            name = (row["indicator"] or "").strip()
            if name not in known:
                raise UnknownName("rating_indicator", name, known)
            goal, met = ((row[column] or "").strip() for column in ("goal", "met"))
            if goal:
                goals[name] = _number(goal, path.name, place)
            if met:
                judged[name] = _flag(met, path.name, place)
            if not goal and not met:
                raise DafengError("evidence_empty", file=path.name, row=place, indicator=name)
            sources[name] = (row.get("source") or "").strip() or path.name
    return Given(goals, judged, sources)


def _number(text: str, file: str, row: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DafengError("evidence_cell", file=file, row=row, column="goal", found=text, allowed="1.5, -3.2")
    return value


def _flag(text: str, file: str, row: int) -> bool:
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise DafengError("evidence_cell", file=file, row=row, column="met", found=text, allowed="yes, no")
