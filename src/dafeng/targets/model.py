"""Targets as the plan states them, and what a board says about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dafeng.catalog import LANGUAGES, Row, resource, word

PLAN_LAYER, OVERLAY_LAYER, PROVINCE_LAYER = "plan-2021", "overlay-2026", "province"
STATES = ("met", "on_track", "at_risk", "missed", "not_due", "no_data")
Text = Mapping[str, str]


@dataclass(frozen=True)
class Target:
    """One target: what, how much, compared how, until when, for whom.

    Attributes:
        comparator: at_least, at_most, about, equal, before or qualitative.
        tolerance: half-width of the "about" band as a share of the value: Dafeng's reading, not the plan's.
        strict_before: "before Y": both readings, peak <= Y-1 and <= Y, are shown.
        supersedes: targets of the layer below that this one overlays.
    """

    id: str
    layer: str
    region: str
    clause: str
    action: int | None
    name: Text
    text: Text
    scope: Text
    indicator: str
    value: float | None
    unit: str
    comparator: str
    tolerance: float | None
    hedge: str
    base_year: int | None
    due_year: int | None
    strive: bool
    kind: str
    strict_before: bool
    data_needed: Text
    note: Text
    source: tuple[str, ...] = ()
    quality: str = ""
    supersedes: tuple[str, ...] = ()

    @property
    def band(self) -> tuple[float, float] | None:
        """The range that counts as "about" the value."""
        if self.comparator != "about" or self.value is None or self.tolerance is None:
            return None
        width = abs(self.value) * self.tolerance
        return self.value - width, self.value + width

    @property
    def upwards(self) -> bool:
        """Whether more is nearer to the target."""
        return self.comparator != "at_most" and not (self.kind == "change" and (self.value or 0) < 0)


@dataclass(frozen=True)
class Reading:
    """A target held against one series of figures: one scope, one vintage, one reading of its words.

    Attributes:
        reading: which reading of the words, for instance `peak<=2029`; empty where there is one.
        current, year: the latest figure. distance: what is still to go, in the unit of the target (positive: not
            there yet).
        required_rate, trend_rate: per year, in `rate_unit`.
        why: the state in a sentence, with the figures put in.
    """

    scope: str
    vintage: str
    state: str
    why: Text
    reading: str = ""
    current: float | None = None
    year: int | None = None
    unit: str = ""
    quality: str = ""
    distance: float | None = None
    required_rate: float | None = None
    trend_rate: float | None = None
    rate_unit: str = ""
    met_year: int | None = None
    figure: str = ""


@dataclass(frozen=True)
class BoardRow:
    """A target with its readings, the one with the newest figure first."""

    target: Target
    readings: tuple[Reading, ...] = field(default=())

    @property
    def state(self) -> str:
        """That of the newest reading; of several of one year, that of the definition in which the target was set."""
        return self.readings[0].state if self.readings else "no_data"

    @property
    def disputed(self) -> bool:
        """Whether some reading calls the target met and another does not."""
        states = {reading.state for reading in self.readings}
        return "met" in states and len(states) > 1


def _texts(row: Row, name: str) -> Text:
    return {tag: row[f"{name}_{tag}"] for tag in LANGUAGES}


def _target(row: Row, layer: str) -> Target:
    return Target(
        id=row["id"],
        layer=layer,
        region=row["region"],
        clause=";".join(row["clause"]),
        action=row["action"],
        name=_texts(row, "name"),
        text=_texts(row, "text"),
        scope=_texts(row, "scope"),
        indicator=row["indicator"],
        value=row["value"],
        unit=row["unit"],
        comparator=row["comparator"],
        tolerance=None if row["tolerance_pct"] is None else row["tolerance_pct"] / 100,
        hedge=row["hedge_zh"],
        base_year=row["base_year"] or row["period_start"],
        due_year=row["due_year"],
        strive=bool(row["strive"]),
        kind=row["kind"],
        strict_before=bool(row["strict_before"]),
        data_needed=_texts(row, "data_needed"),
        note=_texts(row, "note"),
        source=row["source"],
        quality=row["quality"],
        supersedes=row.get("supersedes", ()),
    )


def plan_targets(overlay: bool = False) -> list[Target]:
    """The targets of the 2021 plan and, if switched on, those of the 2026 documents as a second layer."""
    targets = [_target(row, PLAN_LAYER) for row in resource("plan", "targets").rows]
    if overlay:
        targets += [_target(row, OVERLAY_LAYER) for row in resource("plan", "overlay_2026").rows]
    return targets


#: Rows of the provincial table that are bases of a target and no targets themselves.
FACTS = ("energy_consumption_base",)


def _provincial_kind(row: Row) -> str:
    if row["indicator"] == "energy_consumption_increment":
        return "increment"
    return "change" if row["base_year"] else "level"


def provincial_targets(region: str) -> list[Target]:
    """The targets that were set for a province, as far as they are known."""
    found = []
    for row in resource("statistics", "provincial_targets").rows:
        if row["region"] == region and row["indicator"] not in FACTS:
            name = {tag: word(f"target.{row['indicator']}", tag) for tag in LANGUAGES}
            empty = dict.fromkeys(LANGUAGES, "")
            found.append(
                Target(
                    id=row["id"],
                    layer=PROVINCE_LAYER,
                    region=region,
                    clause="",
                    action=None,
                    name=name,
                    text=empty,
                    scope=empty,
                    indicator=row["indicator"],
                    value=row["value"],
                    unit=row["unit"],
                    comparator=row["comparator"],
                    tolerance=0.02 if row["comparator"] == "about" else None,
                    hedge="",
                    base_year=row["base_year"],
                    due_year=row["due_year"],
                    strive=False,
                    kind=_provincial_kind(row),
                    strict_before=False,
                    data_needed={tag: word(f"target.needed.{row['indicator']}", tag) for tag in LANGUAGES},
                    note=empty,
                    source=row["source"],
                    quality=row["quality"],
                )
            )
    return found
