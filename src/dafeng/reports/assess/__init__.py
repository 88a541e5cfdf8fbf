"""The data of a yearly self-assessment (schema `dafeng.assess/1`, docs/assess-json.md)."""

from __future__ import annotations

from typing import Any

from dafeng.accounts import Figure
from dafeng.catalog import DafengError, entities, resource
from dafeng.reports.assess.categories import categories
from dafeng.reports.assess.causes import causes, effect_figures, effect_names
from dafeng.reports.assess.gaps import gaps, sources_of
from dafeng.reports.assess.outlook import outlook
from dafeng.reports.assess.peak import peak
from dafeng.reports.assess.ratings import rating
from dafeng.reports.assess.subject import Subject, reason, text_of
from dafeng.reports.assess.summary import summary
from dafeng.reports.data import address, board_row, entity, explained, figures_of, made, names, sources
from dafeng.reports.evidence import NOTHING, Given
from dafeng.targets import said
from dafeng.workspace import Workspace

SCHEMA = "dafeng.assess/1"
LEVELS = ("nation", "province")
NOTES = ("cut", "editions", "board", "lmdi", "tapio", "peak", "rating", "outlook", "key", "estimate")

__all__ = ["SCHEMA", "assess_data"]


def assess_data(
    workspace: Workspace,
    region: str,
    year: int,
    version: str,
    overlay: bool = True,
    given: Given = NOTHING,
    seconds: float = 0.0,
) -> dict[str, Any]:
    """Everything that the self-assessment of a region and year shows, as plain values.

    Args:
        year: figures after it are left out, and the board is read as of it.
        given: goals and judgements for the rating.

    Raises:
        UnknownName: no such region.
        DafengError: neither nation nor province, or no data for the year; names the years that there are.
    """
    subject = Subject(workspace, region, year, overlay, given)
    _check(subject)
    whys, verdict, rated = causes(subject), peak(subject), rating(subject)
    parts = {"causes": whys, "peak": verdict, "rating": rated, "categories": categories(subject)}
    effects, told = effect_figures(subject, whys)
    cited = sources_of(subject)
    return {
        "schema": SCHEMA,
        "region": region,
        "year": year,
        "made": made(version, seconds),
        "choice": workspace.choice.describe(),
        "overlay": overlay,
        "entities": [entity(row) for row in _line(region)],
        "figures": [*figures_of(subject.series), *effects],
        "names": _used_names(subject) | effect_names(whys),
        "sources": {key: source for key, source in sources().items() if key in cited},
        "summary": summary(subject, parts),
        "boards": {region: [board_row(row) for row in subject.board]},
        **parts,
        "outlook": outlook(subject),
        "gaps": gaps(subject, whys, rated, parts["categories"]),
        "notes": [text_of(said(f"assess.note.{name}", year=year)) for name in NOTES],
        "left_out": [{"dataset": book, "why": reason(error)} for book, error in workspace.left_out.items()],
        "explanations": explained(workspace, _wanted(subject).values()) | told,
    }


def _check(subject: Subject) -> None:
    kind = entities()[subject.region]["kind"]
    if kind not in LEVELS:
        raise DafengError("assess_level", region=subject.region, kind=kind)
    years = sorted({y for (owner, _), p in subject.workspace.series.items() if owner == subject.region for y in p})
    if subject.year not in years:
        have = f"{years[0]}-{years[-1]}" if years else "-"
        raise DafengError("assess_year", region=subject.region, year=subject.year, have=have)


def _line(region: str) -> list[Any]:
    """The region and those above it."""
    rows = {row["id"]: row for row in resource("regions", "regions").rows}
    return [rows[one] for one in entities().ancestors(region) if one in rows]


def _used_names(subject: Subject) -> dict[str, Any]:
    used = {key.split("|")[0] for _, key in subject.series}
    return {name: words for name, words in names().items() if name in used}


def _wanted(subject: Subject) -> dict[str, Figure]:
    """The figures whose chain is kept: the newest of every series, and the ends of what is compared."""
    wanted: dict[str, Figure] = {}
    ends = {2005, subject.year - 1, *(year for year in subject.co2 if year == max(subject.co2) - 1)}
    for points in subject.series.values():
        for year in {max(points), *(ends & points.keys())}:
            wanted[address(points[year])] = points[year]
    if subject.co2:
        top = max(subject.co2.values(), key=lambda figure: figure.value)
        wanted[address(top)] = top
    return wanted
