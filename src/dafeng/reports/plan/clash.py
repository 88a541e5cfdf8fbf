"""A clash in words and as data (schema `dafeng.clash/1`): which limits cannot all be kept, what would have to give."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import ceil, floor, log10
from typing import Any

import numpy as np

from dafeng.catalog import LANGUAGES, all_words, entities, language, pick, power, word
from dafeng.pathway.clash import LOWER, UPPER, Clash, Conflict, Give
from dafeng.pathway.elastic_members import DEMAND, LIMIT, SERVICE, Member
from dafeng.pathway.power.technologies import STORES, capacity_unit
from dafeng.pathway.system import Reading
from dafeng.reports.plan.data import BOUNDS, LIMIT_UNITS
from dafeng.reports.plan.names import subject
from dafeng.reports.wording import sign
from dafeng.targets import Target, plan_targets, provincial_targets

SCHEMA = "dafeng.clash/1"
COLUMNS = ("clash", "title", "lower", "upper", "unit", "side", "amount", "share", "target", "figure", "figure_unit")
SHOWN = 8
"""Members of a clash that a sentence names; the data have all."""
DIGITS = 4
NATION = "CN"
SCENARIO_UNITS = {"co2": "Mt_CO2", **dict.fromkeys(("energy", "coal", "oil", "gas"), "Mtce")}


# -- sentences --------------------------------------------------------------------------------------------------------


def clash_sentences(clash: Clash, lang: str | None = None) -> list[str]:
    """The answer in words: what clashes, how far each alone would have to give, and the cheapest softening."""
    lines = [word("clash.head" if clash.limits_alone else "clash.head.bounds", lang)]
    for conflict in clash.conflicts:
        lines += ["", _together(clash, conflict, lang)]
        if not conflict.smallest:
            lines.append(word("clash.not_smallest", lang))
        lines += [
            f"  {_alone(clash, member, give, lang)}"
            for member, give in list(zip(conflict.members, conflict.alone, strict=True))[:SHOWN]
        ]
    if clash.more:
        lines.append(word("clash.more", lang))
    if not clash.softening:
        return [*lines, "", word("clash.softening.never", lang)]
    if clash.priced:
        head = word("clash.softening.price", lang, cost=_number(clash.cost), unit=clash.money_unit)
    else:
        head = word("clash.softening.share", lang, cost=_number(100 * clash.cost))
    return [*lines, "", head, *(f"  {_giving('clash.give', clash, give, lang)}" for give in clash.softening)]


def _together(clash: Clash, conflict: Conflict, lang: str | None) -> str:
    names = [_with_numbers(clash, member, lang) for member in conflict.members]
    if len(names) == 1:
        wanted = conflict.members[0].kind in (DEMAND, SERVICE)
        return word("clash.one.demand" if wanted else "clash.one", lang, member=names[0])
    if len(names) > SHOWN + 1:
        names = [*names[:SHOWN], word("clash.rest", lang, count=len(names) - SHOWN)]
    first = word("clash.between", lang).join(names[:-1])
    return word("clash.two" if len(names) == 2 else "clash.many", lang, first=first, last=names[-1])


def _with_numbers(clash: Clash, member: Member, lang: str | None) -> str:
    unit = unit_of(member, clash.power_unit)
    if _said(member):
        return word("clash.member.plain", lang, title=title(member, lang))
    low, high = np.isfinite(member.lower), np.isfinite(member.upper)
    texts = {side: _with_unit(number, unit, lang) for side, number in ((LOWER, member.lower), (UPPER, member.upper))}
    form = LOWER if low else UPPER
    if member.asked is not None:
        texts[form] = word("clash.percent", lang, share=_number(100 * member.asked))
    elif not any(number for number in (member.lower, member.upper) if np.isfinite(number)):
        form = "plain"
    elif low and high:
        form = "equal" if member.lower == member.upper else "range"
    return word(f"clash.member.{form}", lang, title=title(member, lang), **texts)


def _said(member: Member) -> bool:
    """Does the title of a member, a target, say its number already."""
    kind, of, _, _ = taken_apart(member.name) if member.kind == LIMIT else ("", "", "", "")
    if kind != "target" or of not in _targets():
        return False
    target, numbers = _targets()[of], (member.lower, member.upper)
    asked, unit = (member.reading.asked, member.reading.unit) if member.reading else (target.value, target.unit)
    return member.unit == unit and asked in numbers


def _alone(clash: Clash, member: Member, give: Give | None, lang: str | None) -> str:
    if give is None:
        return word("clash.alone.never", lang, title=title(member, lang))
    return _giving("clash.alone", clash, give, lang)


def _giving(key: str, clash: Clash, give: Give, lang: str | None) -> str:
    """A member that gives; a number of 0 is only missed, unless the limit asks for a share or comes from a figure."""
    unit, outward = unit_of(give.member, clash.power_unit), 1 if give.side == UPPER else -1
    facts = {"title": title(give.member, lang), "amount": _with_unit(give.amount, unit, lang)}
    if give.reached is not None:
        target = word("clash.percent", lang, share=_number(100 * give.reached, outward))
        return word(f"{key}.share_{give.side}", lang, target=target, **facts)
    reading = give.member.reading
    if reading is not None and give.figure is not None and not reading.plain:
        asked, target = (
            _figure(value, reading.unit, lang, way) for value, way in ((reading.asked, 0), (give.figure, outward))
        )
        return word(f"{key}.figure_{give.side}", lang, asked=asked, target=target, **facts)
    if give.share is None:
        return word(f"{key}.missed", lang, **facts)
    share = word("clash.share", lang, share=_number(100 * give.share))
    return word(f"{key}.{give.side}", lang, share=share, target=_with_unit(give.target, unit, lang, outward), **facts)


def _with_unit(value: float, unit: str, lang: str | None, outward: int = 0) -> str:
    if unit == "%":
        return word("clash.percent", lang, share=_number(value, outward))
    name = sign(unit, lang or language()) if unit else ""
    return f"{_number(value, outward)} {name}".rstrip()


def _figure(value: float, unit: str, lang: str | None, outward: int = 0) -> str:
    """A figure that was asked for or is reached, with a minus sign as it is printed."""
    return _with_unit(value, unit, lang, outward).replace("-", "\N{MINUS SIGN}")


def _number(value: float, outward: int = 0) -> str:
    """Four digits, or all of the whole part; a number that must do is rounded outward (up: 1, down: -1)."""
    if not np.isfinite(value) or value == 0:
        return "∞" if value else "0"
    places = max(DIGITS - 1 - floor(log10(abs(value))), 0)
    if outward:
        scaled = round(value * 10**places, 6)
        value = (ceil(scaled) if outward > 0 else floor(scaled)) / 10**places
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# -- names ------------------------------------------------------------------------------------------------------------


def title(member: Member, lang: str | None = None) -> str:
    """What a member is called: a policy or target by its words, a bound by its subject, anything else by its name."""
    if member.kind == LIMIT:
        return _limit_title(member, lang)
    text = word(f"clash.kind.{member.kind}", lang, subject=subject(member.name, lang))
    return _of_year(text, member.period, lang)


def _of_year(text: str, year: str, lang: str | None) -> str:
    return word("clash.year", lang, title=text, year=year) if year else text


def _limit_title(member: Member, lang: str | None) -> str:
    name = member.name
    kind, of, year, hour = taken_apart(name)
    key = f"clash.limit.{of}" if kind == "limit" else f"clash.limit.{kind}"
    if kind == "target" and of in _targets():
        text = _target_title(_targets()[of], lang, member.reading)
        if str(_targets()[of].due_year) == year and _targets()[of].region == NATION:
            return text
    elif year and key in all_words():
        text = word(key, lang, subject=subject(of, lang))
    else:
        return word("clash.limit", lang, name=name)
    return _of_year(word("clash.at_hour", lang, title=text, hour=hour) if hour else text, year, lang)


def _target_title(target: Target, lang: str | None, reading: Reading | None = None) -> str:
    """A target by its own name, of a province with the province, with the value that it or the scenario sets."""
    name = target.name[lang or language()]
    if target.region != NATION:
        name = word("clash.target.of", lang, place=pick(entities().rows[target.region], "short", lang), name=name)
    if target.value is None:
        return word("clash.target.plain", lang, name=name, id=target.id)
    asked = target.value if reading is None else reading.asked
    value = f"{asked:.0f}" if target.unit == "year" else _with_unit(asked, target.unit, lang)
    if target.kind == "change":
        value = f"+{value}" if asked > 0 else value.replace("-", "\N{MINUS SIGN}")
    asks = value if target.kind == "change" else word(f"comparator.{target.comparator}", lang, value=value)
    key = "clash.target" if asked == target.value else "clash.target.set"
    return word(key, lang, name=name, id=target.id, asks=asks)


def taken_apart(name: str) -> tuple[str, str, str, str]:
    """Kind, subject, year and hour of a limit: `onwind floor 2030`, `firm_capacity 2030 at 8400`, `target T06 2030`.

    A name of another form has no year.
    """
    words = name.split(" ")
    hour = words.pop() if len(words) > 3 and words[-2] == "at" else ""
    words = words[:-1] if hour else words
    if len(words) < 2 or not (words[-1].isdigit() and len(words[-1]) == 4):
        return name, "", "", ""
    *words, year = words
    if words[-1] in BOUNDS:
        return words[-1], " ".join(words[:-1]), year, hour
    return words[0], " ".join(words[1:]), year, hour


@cache
def _targets() -> dict[str, Target]:
    """Those of the plan, of the layer over it, and of the provinces."""
    local = (target for province in power.provinces() for target in provincial_targets(province))
    return {target.id: target for target in (*plan_targets(overlay=True), *local)}


def unit_of(member: Member, power_unit: str) -> str:
    """The unit of a member's numbers, as an id of the catalogue; "": not known (a limit made by hand)."""
    if member.unit:
        return member.unit
    if member.kind == LIMIT:
        kind, of, year, _ = taken_apart(member.name)
        if not year:
            return ""
        if kind in ("limit", "target"):
            return SCENARIO_UNITS.get(of, "")
        if kind == "biomass":
            return "Mtce"
        return LIMIT_UNITS.get(kind, capacity_unit(of) if f"clash.limit.{kind}" in all_words() else "")
    if member.kind == DEMAND or member.name.endswith(STORES):
        return f"{power_unit}h"
    return "" if member.kind in (SERVICE, "activity") else power_unit


# -- data -------------------------------------------------------------------------------------------------------------


def clash_data(clash: Clash) -> dict[str, Any]:
    """The answer as JSON can hold it, without its rows (`clash_rows`)."""
    return {
        "limits_alone": clash.limits_alone,
        "clashes": len(clash.conflicts),
        "smallest": [conflict.smallest for conflict in clash.conflicts],
        "more": clash.more,
        "priced": clash.priced,
        "cost": clash.cost,
        "softening": [_row(clash, give.member, give) for give in clash.softening],
        "text": {tag: clash_sentences(clash, tag) for tag in LANGUAGES},
    }


def clash_rows(clash: Clash) -> list[dict[str, Any]]:
    """A row for each member of each clash with what it alone would have to give; amount null: it cannot alone."""
    return [
        {"clash": number, **_row(clash, member, give)}
        for number, conflict in enumerate(clash.conflicts, 1)
        for member, give in zip(conflict.members, conflict.alone, strict=True)
    ]


def _row(clash: Clash, member: Member, give: Give | None) -> dict[str, Any]:
    return {
        "kind": member.kind,
        "name": member.name,
        "title": title(member),
        "period": member.period,
        "asked": member.asked,
        "lower": _finite(member.lower),
        "upper": _finite(member.upper),
        "unit": unit_of(member, clash.power_unit),
        "side": give.side if give else None,
        "amount": give.amount if give else None,
        "share": give.share if give else None,
        "target": give.target if give else None,
        "reached": give.reached if give else None,
        "figure_asked": member.reading.asked if member.reading else None,
        "figure": give.figure if give else None,
        "figure_unit": member.reading.unit if member.reading else None,
        "cost": give.cost if give else None,
    }


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


__all__: Sequence[str] = (
    "COLUMNS",
    "SCHEMA",
    "clash_data",
    "clash_rows",
    "clash_sentences",
    "subject",
    "title",
    "unit_of",
)
