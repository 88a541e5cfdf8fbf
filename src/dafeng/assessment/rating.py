"""What a rating is: a grade with its reasons, what would change it, what is missing and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dafeng.catalog import Row, UnknownName, resource
from dafeng.targets import Text, named


@dataclass(frozen=True)
class Evidence:
    """What is known of one indicator.

    Attributes:
        met: whether it is met; None: not known, which never counts as met.
        value, goal, unit, year: the figures behind it, where there are any.
        source: where it is shown: a figure of the accounts, a document.
        quality: of the figure (official, secondary, recalled, estimated, user).
    """

    met: bool | None
    value: float | None = None
    goal: float | None = None
    unit: str = ""
    year: int | None = None
    source: str = ""
    quality: str = "user"


@dataclass(frozen=True)
class Gap:
    """An indicator that could not be judged, and what would show whether it is met."""

    indicator: str
    name: Text
    what: Text


@dataclass(frozen=True)
class Change:
    """What would lead to another grade.

    Attributes:
        grade: the grade it would lead to.
        all_of: every one of these would have to turn. any_of, count: and at least `count` of these.
    """

    grade: str
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]
    count: int
    why: Text


@dataclass(frozen=True)
class Duty:
    """What follows from a grade.

    Attributes:
        days, day_kind: the time there is for it, in working or calendar days; None: none was stated where it was
            read.
        contingent: falls due only if something else happens.
    """

    id: str
    who: Text
    what: Text
    days: int | None
    day_kind: str
    contingent: bool
    source: tuple[str, ...]
    quality: str

    def deadline(self, notified: date, holidays: Iterable[date] = (), workdays: Iterable[date] = ()) -> date | None:
        """The last day for it; None where no time was stated.

        Counted from the day after `notified`. Working days are Monday to Friday without `holidays`, and the
        `workdays` at weekends that make up for them; without these lists the public holidays are not known and the
        true day is later.
        """
        if self.days is None:
            return None
        if self.day_kind != "working":
            return notified + timedelta(days=self.days)
        free, made_up = set(holidays), set(workdays)
        day, left = notified, self.days
        while left:
            day += timedelta(days=1)
            if day in made_up or (day.weekday() < 5 and day not in free):
                left -= 1
        return day


@dataclass(frozen=True)
class Rating:
    """The rating of one region and year under one scheme.

    Attributes:
        grade: with everything that is missing counted as not met. at_best: if all of it turned out well.
        met, unmet, missing: identifiers of the indicators or items.
        score, score_at_best: points, where the scheme has points.
        gaps: for each of `missing`, which evidence is missing.
    """

    scheme: str
    grade: str
    name: Text
    at_best: str
    met: tuple[str, ...]
    unmet: tuple[str, ...]
    missing: tuple[str, ...]
    reasons: tuple[Text, ...]
    changes: tuple[Change, ...]
    duties: tuple[Duty, ...] = ()
    score: float | None = None
    score_at_best: float | None = None
    gaps: tuple[Gap, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether what is missing can no longer change the grade."""
        return self.grade == self.at_best


def duties_of(conditions: Iterable[str], contingent: Iterable[str] = ()) -> tuple[Duty, ...]:
    """The duties of the 2026 measures that follow from conditions, and those that may follow."""
    now, later = set(conditions), set(contingent)
    return tuple(
        Duty(
            row["id"],
            named(row, "who"),
            named(row, "what"),
            row["days"],
            row["day_kind"],
            row["after"] in later,
            row["source"],
            row["quality"],
        )
        for row in resource("assessment", "duties_2026").rows
        if row["after"] in now | later
    )


def refuse_unknown(found: Iterable[str], rows: Iterable[Row], kind: str) -> None:
    """Refuse evidence for something that the scheme does not know.

    Raises:
        UnknownName: names it and the nearest that exist.
    """
    allowed = [row["id"] for row in rows]
    for name in found:
        if name not in allowed:
            raise UnknownName(kind, name, allowed)
