"""The first page: key figures, the verdict in a paragraph, and what matters most."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dafeng.accounts import Figure
from dafeng.catalog import LANGUAGES
from dafeng.reports.assess.causes import strongest
from dafeng.reports.assess.subject import Subject, amount, due_name, figure_text, number, text_of, title
from dafeng.targets import STATES, BoardRow, Text, listed, said

KEY = (
    "co2",
    "energy_total",
    "carbon_intensity",
    "energy_intensity",
    "non_fossil_share",
    "non_fossil_share_estimate",
    "gdp_constant",
    "power_consumption",
    "wind_solar_capacity",
)
MATTERS = 3


def summary(subject: Subject, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Key figures, the paragraph, and the three things that matter most.

    Args:
        parts: the other sections, by name.
    """
    sentences = [
        *_emissions(subject),
        *_why(subject, parts["causes"]),
        *_peak(subject, parts["peak"]),
        *_board(subject.board),
        *_rating(parts["rating"]),
    ]
    return {
        "key": [one for name in KEY if (one := _key(subject, name)) is not None],
        "verdict": text_of(_joined(sentences)),
        "sentences": [text_of(one) for one in sentences],
        "matters": [text_of(one) for one in _matters(subject, parts)[:MATTERS]],
        "states": {state: count for state in STATES if (count := Counter(r.state for r in subject.board)[state])},
    }


def _joined(texts: Sequence[Text]) -> Text:
    return {tag: (" " if tag == "en" else "").join(text[tag] for text in texts) for tag in LANGUAGES}


def _points(subject: Subject, name: str) -> dict[int, Figure]:
    return subject.co2 if name == "co2" else subject.points(name)


def _key(subject: Subject, name: str) -> dict[str, Any] | None:
    points = _points(subject, name)
    if not points:
        return None
    last = max(points)
    before = points.get(last - 1)
    return {
        "id": name,
        **number(points[last]),
        "title": text_of(said("assess.name.co2") if name == "co2" else title(points[last].name)),
        "late": last < subject.year,
        "shown": text_of(figure_text(points[last])),
        "change": None if before is None else _change(points[last], before),
    }


def _change(now: Figure, before: Figure) -> dict[str, Any] | None:
    """Since the year before: percentage points of a share, else percent; with both editions where they differ."""
    if (now.scope, now.factor_set, now.unit) != (before.scope, before.factor_set, before.unit) or not before.value:
        return None
    points = now.unit == "%"
    value = now.value - before.value if points else 100 * (now.value / before.value - 1)
    editions = [] if now.vintage == before.vintage else [before.vintage, now.vintage]
    return {"value": value, "unit": "pp" if points else "%", "from": before.year, "editions": editions}


def _emissions(subject: Subject) -> list[Text]:
    if not subject.co2:
        return [said("assess.sum.no_co2", region=subject.place)]
    last, first = max(subject.co2), min(y for y in subject.co2 if y >= min(2005, max(subject.co2)))
    now, then, before = subject.co2[last], subject.co2[first], subject.co2.get(last - 1)
    facts = {
        "region": subject.place,
        "year": last,
        "value": amount(now.value, now.unit),
        "base": first,
        "since": _moved(now, then),
        "change": _moved(now, before) if before else "–",
    }
    found = [said("assess.sum.co2" if before and first < last else "assess.sum.co2_only", **facts)]
    if last < subject.year:
        found.append(said("assess.sum.late", last=last, year=subject.year))
    return found


def _moved(now: Figure, before: Figure) -> Text:
    """By how much a figure rose or fell."""
    percent = 100 * (now.value / before.value - 1)
    return said("assess.change.up" if percent >= 0 else "assess.change.down", value=f"{abs(percent):.1f}")


def _of_the_emissions(subject: Subject, causes: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first decomposition whose total is the region's CO2, and not that of a part of it."""
    for one in causes["identities"]:
        figure = subject.co2.get(one["last_year"])
        if figure is not None and math.isclose(one["whole"]["after"], figure.value, rel_tol=1e-6):
            return one  # type: ignore[no-any-return]
    return None


def _why(subject: Subject, causes: Mapping[str, Any]) -> list[Text]:
    one = _of_the_emissions(subject, causes)
    if one is None:
        return []
    span = one["whole"]
    (up, raised), (down, lowered) = strongest(one, span)
    facts = {
        "start": span["start"],
        "end": span["end"],
        "up": up,
        "raised": amount(raised, one["unit"], True),
        "down": down,
        "lowered": amount(lowered, one["unit"], True),
    }
    return [said("assess.sum.causes" if raised > 0 > lowered else "assess.sum.causes_one", **facts)]


def _peak(subject: Subject, peak: Mapping[str, Any]) -> list[Text]:
    if peak["verdict"] is None:
        return [said("assess.sum.no_peak", why=peak["why"])] if subject.co2 else []
    found = [said("assess.sum.peak", state=peak["verdict"]["name"], why=peak["why"])]
    if peak["verdict"]["top_at_seam"]:
        found.append(said("assess.sum.seam", top=peak["verdict"]["top"]))
    return found


def _board(rows: Sequence[BoardRow]) -> list[Text]:
    if not rows:
        return [said("assess.sum.no_targets")]
    counts = Counter(row.state for row in rows)
    parts = [
        said("assess.sum.count", state=said(f"state.{state}"), count=counts[state]) for state in STATES if counts[state]
    ]
    return [said("assess.sum.board", total=len(rows), parts=listed(parts))]


def _rating(rating: Mapping[str, Any]) -> list[Text]:
    measures = rating["measures"]
    if not measures["applies"]:
        return []
    facts = {
        "known": measures["known"],
        "total": measures["total"],
        "grade": measures["name"],
        "best": measures["at_best_name"],
    }
    return [said("assess.sum.rating" if measures["known"] else "assess.sum.rating_open", **facts)]


def _matters(subject: Subject, parts: Mapping[str, Any]) -> list[Text]:
    """What matters most, the most pressing first."""
    return [
        *_pressing(subject.board, "missed"),
        *_pressing(subject.board, "at_risk"),
        *_movement(subject, parts["peak"]),
        *_evidence(parts["rating"]),
        *_late(subject),
        *_driver(subject, parts["causes"]),
    ]


def _pressing(rows: Sequence[BoardRow], state: str) -> list[Text]:
    """The targets in this state in one sentence that names the most pressing: missed last, or due next."""
    sign = -1 if state == "missed" else 1
    named = sorted((row for row in rows if row.state == state), key=lambda row: sign * (row.target.due_year or 9999))
    if not named:
        return []
    first = named[0]
    others = len(named) - 1
    key = f"assess.matter.{state}" + ("_more" if others else "")
    return [said(key, name=due_name(first.target), why=first.readings[0].why, count=others)]


def _movement(subject: Subject, peak: Mapping[str, Any]) -> list[Text]:
    verdict = peak["verdict"]
    if verdict is None:
        return [] if subject.co2 else [said("assess.matter.no_co2", region=subject.place)]
    return [said(f"assess.matter.peak_{verdict['state']}", top=verdict["top"], drop=f"{verdict['drop_pct']:.1f}")]


def _evidence(rating: Mapping[str, Any]) -> list[Text]:
    measures = rating["measures"]
    missing = len(measures.get("missing", ()))
    return [said("assess.matter.evidence", missing=missing, total=measures["total"])] if missing else []


def _late(subject: Subject) -> list[Text]:
    last = max(subject.points("energy_total"), default=None)
    return [said("assess.matter.late", last=last, year=subject.year)] if last and last < subject.year else []


def _driver(subject: Subject, causes: Mapping[str, Any]) -> list[Text]:
    one = _of_the_emissions(subject, causes)
    if one is None:
        return []
    (up, raised), _ = strongest(one, one["last"])
    facts = {"start": one["last"]["start"], "end": one["last"]["end"], "up": up}
    return [said("assess.matter.driver", **facts, raised=amount(raised, one["unit"], True))]
