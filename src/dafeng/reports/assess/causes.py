"""Why the emissions changed: decomposition by identity, decoupling from growth, and what they are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from dafeng import assessment
from dafeng.accounts import weakest
from dafeng.assessment import Decomposition, Filled
from dafeng.catalog import DafengError, carriers, convert, flows
from dafeng.reports.assess.subject import NATION, PLAN_BASE, SHOW, Subject, amount, number, reason, text_of
from dafeng.targets import Text, named, said

DUST = 1e-12  # of the largest total: an effect that small is the rounding of a ratio that did not change
SHOWN_PARTS = 8  # of a structure; the rest are one part
ACTIVITY = "gdp_constant"


def causes(subject: Subject) -> dict[str, Any]:
    """Every identity of the region's level that can be filled, decoupling, and the structure of the emissions."""
    level = "nation" if subject.region == NATION else "province"
    done, refused = [], []
    for ready in assessment.ready_identities(level):
        try:
            done.append(_identity(subject, ready.id))
        except DafengError as error:
            refused.append({"id": ready.id, "title": text_of(ready.title), "why": reason(error)})
    return {
        "identities": done,
        "refused": refused,
        "decoupling": _decoupling(subject),
        "structure": _structure(subject),
    }


def _identity(subject: Subject, identifier: str) -> dict[str, Any]:
    """The decomposition from the plan's base year on. A yearly report needs the whole way and the last year, so
    editions of the statistics are taken together; `seams` names the years in which they change."""
    workspace, region = subject.workspace, subject.region
    filled = workspace.filled(region, identifier, until=subject.year, mixed=True)
    years = [year for year in filled.cells.years if year >= min(PLAN_BASE, filled.cells.years[-1] - 1)]
    filled = workspace.filled(region, identifier, years, until=subject.year, mixed=True)
    found = assessment.decompose(filled.cells)
    pairs = list(pairwise(found.years))
    return {
        "id": filled.ready.id,
        "title": text_of(filled.ready.title),
        "note": text_of(filled.ready.note),
        "identity": filled.ready.identity.text,
        "unit": filled.unit,
        "quality": weakest(filled.quality),
        "seams": workspace.seams(region, identifier, years),
        "base_year": years[0],
        "last_year": years[-1],
        "factors": [{"id": f, "name": text_of(filled.ready.factors[f])} for f in found.factors],
        "totals": [[year, float(total)] for year, total in zip(found.years, found.totals, strict=True)],
        "ratios": _ratios(filled),
        "yearly": [_span(found, a, b) for a, b in pairs],
        "periods": [_span(found, a, b) for a, b in subject.periods(years)],
        "whole": _span(found, years[0], years[-1]),
        "last": _span(found, years[-2], years[-1]),
    }


def _ratios(filled: Filled) -> list[list[Any]] | None:
    """Year -> the factors, of an identity of one cell: what its effects can be computed anew from."""
    if len(filled.cells.labels) > 1:
        return None
    return [[year, *map(float, filled.cells.x[:, t, 0])] for t, year in enumerate(filled.cells.years)]


def _span(found: Decomposition, start: int, end: int) -> dict[str, Any]:
    effects = found.between(start, end)
    dust = DUST * float(found.totals.max())
    totals = {year: float(total) for year, total in zip(found.years, found.totals, strict=True)}
    return {
        "start": start,
        "end": end,
        "before": totals[start],
        "after": totals[end],
        "change": totals[end] - totals[start],
        "effects": [effects[f] if abs(effects[f]) > dust else 0.0 for f in found.factors],
    }


def _decoupling(subject: Subject) -> dict[str, Any]:
    """Tapio's states of CO2 against GDP: for each five-year plan and for each year."""
    pressure, driver = subject.co2, subject.points(ACTIVITY)
    common = sorted(pressure.keys() & driver.keys())
    if len(common) < 2:
        missing = "co2" if not pressure else ACTIVITY
        return {"periods": [], "yearly": [], "why": text_of(said(f"assess.why.no_{missing}", region=subject.place))}
    above = {year: pressure[year].value for year in common}
    below = {year: driver[year].value for year in common}
    try:
        yearly = assessment.tapio(above, below)
        periods = [
            assessment.tapio({y: above[y] for y in span}, {y: below[y] for y in span}, span[-1] - span[0])[0]
            for span in (range(a, b + 1) for a, b in subject.periods(common))
        ]
    except DafengError as error:
        return {"periods": [], "yearly": [], "why": reason(error)}
    last = common[-1]
    return {
        "pressure": number(pressure[last]),
        "driver": number(driver[last]),
        "periods": [_state(one) for one in periods],
        "yearly": [_state(one) for one in yearly],
        "why": None,
    }


def _state(one: assessment.Decoupling) -> dict[str, Any]:
    return {
        "start": one.start,
        "end": one.end,
        "pressure_pct": 100 * one.pressure,
        "driver_pct": 100 * one.driver,
        "elasticity": one.elasticity,
        "state": one.state,
        "text": text_of(one.text),
    }


def _structure(subject: Subject) -> list[dict[str, Any]]:
    """What the CO2 is made of, by fuel and by use, in every year; nothing where the account has no cells."""
    if not subject.co2:
        return []
    by: dict[str, tuple[Callable[[Mapping[str, Any]], str], Callable[[str], Text]]] = {
        "carrier": (lambda cell: str(cell["carrier"]), lambda name: named(carriers()[name])),
        "use": (lambda cell: str(cell["flow"]), lambda name: named(flows()[name])),
    }
    found = []
    for kind, (key, name) in by.items():
        parts = _parts(subject, key)
        if len(parts) > 1:
            found.append(_stack(subject, kind, parts, name))
    return found


def _parts(subject: Subject, key: Callable[[Mapping[str, Any]], str]) -> dict[str, dict[int, float]]:
    parts: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    books = subject.workspace.books()
    for year, figure in subject.co2.items():
        account = books.get(figure.dataset)
        cells = account.by_total.get((figure.name, figure.entity, year), []) if account else []
        for cell in cells:
            parts[key(cell)][year] += cell["amount"]
    return parts


def _stack(
    subject: Subject, kind: str, parts: Mapping[str, Mapping[int, float]], name: Callable[[str], Text]
) -> dict[str, Any]:
    years, last = sorted(subject.co2), max(subject.co2)
    order = sorted(parts, key=lambda part: -max(parts[part].get(last, 0.0), max(parts[part].values()) / 10))
    kept, rest = order[:SHOWN_PARTS], order[SHOWN_PARTS:]
    rows = [{"id": part, "name": text_of(name(part)), "points": _points(parts[part], years)} for part in kept]
    if rest:
        summed = {year: sum(parts[part].get(year, 0.0) for part in rest) for year in years}
        rows.append({"id": "rest", "name": text_of(said("assess.part.rest")), "points": _points(summed, years)})
    return {"id": kind, "figure": number(subject.co2[last]), "parts": rows}


def _points(values: Mapping[int, float], years: list[int]) -> list[list[Any]]:
    return [[year, float(values.get(year, 0.0))] for year in years]


def effect_figures(subject: Subject, data: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The yearly effects as series that page and workbook can show, and their explanations.

    Returns:
        The series in the form of `report_data`, and `region/year/name` -> lines in each language.
    """
    figures: list[dict[str, Any]] = []
    told: dict[str, Any] = {}
    for one in data["identities"]:
        for at, factor in enumerate(one["factors"]):
            name = f"effect.{one['id']}.{factor['id']}"
            points = [[span["end"], span["effects"][at], one["quality"]] for span in one["yearly"]]
            figures.append(_effect_series(subject, one, name, points))
            last = one["last"]
            told[f"{subject.region}/{last['end']}/{name}"] = _told(one, at)
    return figures, told


def _effect_series(subject: Subject, one: Mapping[str, Any], name: str, points: list[list[Any]]) -> dict[str, Any]:
    like = next(iter(subject.co2.values()), None) if one["unit"] == "t_CO2" else None
    show, decimals = SHOW.get(one["unit"], (one["unit"], 2))
    return {
        "id": f"{subject.region}/{name}",
        "entity": subject.region,
        "name": name,
        "unit": one["unit"],
        "show_unit": show,
        "scale": convert(1.0, one["unit"], show),
        "decimals": decimals,
        "scope": like.scope if like else "",
        "vintage": "",
        "factor_set": like.factor_set if like else "",
        "factor_hash": like.factor_hash if like else "",
        "dataset": like.dataset if like else "",
        "kind": "effect",
        "base_year": None,
        "points": points,
    }


def effect_names(data: Mapping[str, Any]) -> dict[str, Any]:
    """Title, meaning and method of each effect."""
    found = {}
    for one in data["identities"]:
        for factor in one["factors"]:
            found[f"effect.{one['id']}.{factor['id']}"] = {
                "title": text_of(said("assess.effect.title", factor=factor["name"])),
                "what": text_of(said("assess.effect.what", factor=factor["name"], identity=one["identity"])),
                "method": text_of(said("assess.effect.method")),
            }
    return found


def _told(one: Mapping[str, Any], at: int) -> dict[str, list[str]]:
    """How the effect of the last year comes about, and its sums over the periods."""
    last = one["last"]

    def words(value: float, signed: bool = True) -> Text:
        return amount(value, one["unit"], signed)

    lines = [
        said("assess.told.identity", identity=one["identity"]),
        said(
            "assess.told.totals",
            start=last["start"],
            end=last["end"],
            before=words(last["before"], False),
            after=words(last["after"], False),
        ),
    ]
    if one["ratios"]:
        before, after = ({row[0]: row[1 + at] for row in one["ratios"]}[last[side]] for side in ("start", "end"))
        lines.append(
            said(
                "assess.told.formula",
                factor=one["factors"][at]["id"],
                start=last["start"],
                end=last["end"],
                before=f"{before:.6g}",
                after=f"{after:.6g}",
                effect=words(last["effects"][at]),
            )
        )
    else:
        lines.append(said("assess.told.cells", effect=words(last["effects"][at])))
    for span in (*one["periods"], one["whole"]):
        lines.append(said("assess.told.span", start=span["start"], end=span["end"], effect=words(span["effects"][at])))
    return {tag: [line[tag] if n == 0 else f"  {line[tag]}" for n, line in enumerate(lines)] for tag in lines[0]}


def strongest(one: Mapping[str, Any], span: Mapping[str, Any]) -> tuple[tuple[Text, float], tuple[Text, float]]:
    """The factor that raised the total most, and the one that lowered it most."""
    pairs = [(factor["name"], effect) for factor, effect in zip(one["factors"], span["effects"], strict=True)]
    return max(pairs, key=lambda pair: pair[1]), min(pairs, key=lambda pair: pair[1])
