"""What an import is checked for before a single line of it enters: names, signs, doubles, conflicts, unit slips."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, TypeAlias

from dafeng.catalog import Problem, Row, carriers, entities, flows, nearest, unit_of
from dafeng.ledger.schema import KEY, QUALITIES, STATUSES, Observation
from dafeng.ledger.store import Ledger

#: Rules that a person may waive by name, because real statistics can break them.
WAIVABLE = ("balance", "jump", "negative")
SLIP = 0.08  # how near to a whole power of ten, in log10, a ratio must be to look like a slip of unit
STEADY = 2.0  # neighbours that differ by more than this factor prove nothing
_START, _END, _FLOW, _CARRIER = (KEY.index(name) for name in ("start", "end", "flow", "carrier"))
Key: TypeAlias = tuple[Any, ...]
Line: TypeAlias = tuple[str, float, str]


@dataclass(frozen=True)
class Verdict:
    """What would happen to an import.

    Attributes:
        new: lines that would enter.
        known: lines that the ledger already has, word for word.
        refused: problems that stop the import.
        waived: problems under a rule that the person accepted.
    """

    new: tuple[Observation, ...]
    known: int
    refused: tuple[Problem, ...]
    waived: tuple[Problem, ...] = field(default=())


def judge(
    ledger: Ledger,
    observations: Sequence[Observation],
    found: Sequence[Problem],
    accept: Sequence[str] = (),
    revise: bool = False,
) -> Verdict:
    """Check what an importer read against the catalogue, itself and the ledger.

    Args:
        found: problems that the importer itself met (layout, labels, balance).
        accept: waivable rules that the person accepts.
        revise: a differing value for a known key replaces the old line instead of being refused.
    """
    problems = [*found, *_names(observations), *_signs(observations)]
    if problems and any(p.rule not in WAIVABLE for p in problems):
        return Verdict((), 0, tuple(problems))
    datasets = {o.dataset for o in observations}
    current = _current(ledger, datasets)
    there, superseded = _history(ledger, datasets)
    new, known, conflicts = _against_ledger(observations, current, there, superseded, revise)
    problems += conflicts
    gone = superseded | {o.replaces for o in new}
    alive = [o for o in new if o.id not in gone] if gone else new
    problems += [*_jumps(alive, current), *_totals(alive, current)]
    waived = tuple(p for p in problems if p.rule in accept and p.rule in WAIVABLE)
    refused = tuple(p for p in problems if p not in waived)
    return Verdict(tuple(new), known, refused, waived)


def _problem(rule: str, o: Observation, **values: object) -> Problem:
    return Problem(rule, o.file, o.sheet, o.cell, values)


def _names(observations: Sequence[Observation]) -> Iterator[Problem]:
    for o in observations:
        for kind, name, tree in (
            ("entity", o.entity, entities()),
            ("flow", o.flow, flows()),
            ("carrier", o.carrier, carriers()),
        ):
            if name not in tree:
                yield _problem("unknown", o, kind=kind, found=name, near=nearest(name, list(tree)))
        for kind, name, allowed in (("status", o.status, STATUSES), ("quality", o.quality, QUALITIES)):
            if name not in allowed:
                yield _problem("unknown", o, kind=kind, found=name, near="|".join(allowed))
        if o.start >= o.end:
            yield _problem("period", o, found=f"{o.start} - {o.end}")
        if not math.isfinite(o.value):
            yield _problem("not_a_number", o, found=o.value)
        if o.flow in flows() and o.carrier in carriers() and o.unit != unit_of(o.flow, o.carrier):
            yield _problem("not_canonical", o, found=o.unit, allowed=unit_of(o.flow, o.carrier))


def _signs(observations: Sequence[Observation]) -> Iterator[Problem]:
    rows: Mapping[str, Row] = flows().rows
    for o in observations:
        if o.value < 0 and o.flow in rows and rows[o.flow]["sign"] == "positive":
            yield _problem("negative", o, found=f"{o.value:g} {o.unit}", flow=o.flow)


def _current(ledger: Ledger, datasets: set[str]) -> dict[Key, Line]:
    """key -> (id, value, quality) of the lines that count now, in these datasets."""
    table = ledger.observations()
    wanted = table.filter(table.dataset.isin(sorted(datasets))).select("id", "value", "quality", *KEY)
    rows = ledger.run(wanted).to_pylist() if datasets else []
    return {tuple(row[name] for name in KEY): (row["id"], row["value"], row["quality"]) for row in rows}


def _history(ledger: Ledger, datasets: set[str]) -> tuple[set[str], set[str]]:
    """Ids that the ledger has ever had in these datasets, and ids that some line of them replaces (arrived or not)."""
    table = ledger.observations(history=True)
    found = ledger.run(table.filter(table.dataset.isin(sorted(datasets))).select("id", "replaces"))
    return set(found["id"].to_pylist()), set(found["replaces"].to_pylist()) - {""}


def _against_ledger(
    observations: Sequence[Observation],
    current: Mapping[Key, Line],
    there: set[str],
    superseded: set[str],
    revise: bool,
) -> tuple[list[Observation], int, list[Problem]]:
    """After the import every key has one current line: what would give it two is a duplicate or a conflict."""
    new: list[Observation] = []
    problems: list[Problem] = []
    known = 0
    first: dict[Key, Observation] = {}
    replaced = {o.replaces for o in observations if o.replaces}
    followed = bool(there or superseded or replaced)
    for o in observations:
        identity = o.id if followed else ""
        before = current.get(o.key)
        corrects = (
            revise and before is not None and before[1] != o.value and not o.replaces and identity not in replaced
        )  # also back to a figure that the ledger had once
        if identity in there and (not corrects or _by_hand(before, o)):
            known += 1
            continue
        gone = followed and not corrects and (identity in superseded or identity in replaced)
        if not gone and o.key in first:
            problems.append(
                _problem(
                    "duplicate",
                    o,
                    found=f"{o.value:g} {o.unit}",
                    first=first[o.key].cell,
                    value=f"{first[o.key].value:g}",
                )
            )
            continue
        if not gone:
            first[o.key] = o
        if gone or before is None or before[0] in replaced:
            new.append(o)
        elif before[1] == o.value and not o.replaces:
            known += 1
        elif corrects:
            new.append(replace(o, replaces=before[0]))
        else:
            values = {"found": f"{o.value:g} {o.unit}", "value": f"{before[1]:g}", "id": before[0]}
            problems.append(_problem("conflict", o, **values))
    return new, known, problems


def _by_hand(before: Line | None, o: Observation) -> bool:
    """A person corrected this figure of the catalogue: loading the catalogue again does not undo it."""
    return before is not None and before[2] == "user" != o.quality


def _jumps(new: Sequence[Observation], current: Mapping[Key, Line]) -> Iterator[Problem]:
    """A value that is about 10, 100, 1000 ... times its steady neighbours in time looks like a slip of unit."""
    series: dict[Key, dict[int, float]] = defaultdict(dict)
    for key, (_, value, _) in current.items():
        if _is_year(key[_START], key[_END]):
            series[_series(key)][key[_START].year] = value
    for o in new:
        if _is_year(o.start, o.end):
            series[_series(o.key)][o.start.year] = o.value
    for o in new:
        if not _is_year(o.start, o.end) or o.value <= 0:
            continue
        years = series[_series(o.key)]
        near = [v for v in (years.get(o.start.year - 1, 0.0), years.get(o.start.year + 1, 0.0)) if v > 0]
        if not near or (len(near) == 2 and max(near) > STEADY * min(near)):
            continue
        if len(near) == 1 and len(years) < 3:
            continue
        power = math.log10(o.value / (sum(near) / len(near)))
        if round(power) != 0 and abs(power - round(power)) < SLIP:
            yield _problem(
                "jump",
                o,
                found=f"{o.value:g} {o.unit}",
                ratio=f"10^{round(power):+d}",
                series=", ".join(f"{y}: {years[y]:g}" for y in sorted(years) if abs(y - o.start.year) <= 2),
            )


def _is_year(start: date, end: date) -> bool:
    return (end - start).days in (365, 366)


def _series(key: Key) -> Key:
    return key[:_START] + key[_END + 1 :]


def _totals(new: Sequence[Observation], current: Mapping[Key, Line]) -> Iterator[Problem]:
    """A total beside one of its parts would be counted twice: `final.industry` and `final.industry.paper`.

    Looks at lines of one dataset, scenario, entity, period and carrier; a line of zero adds nothing. One problem for
    each total.
    """
    above = _totals_above()
    entering = {o.key: o for o in new if o.flow in above}
    if not entering:
        return
    replaced = {o.replaces for o in new}
    lines = {key for key, (name, value, _) in current.items() if value and key[_FLOW] in above and name not in replaced}
    lines |= {key for key, o in entering.items() if o.value}
    totals = {total for chain in above.values() for total in chain}
    wholes = {(key[_FLOW], *_place(key)): key for key in lines if key[_FLOW] in totals}
    reported = set()
    for key in sorted(lines, key=lambda key: (key[_FLOW], key[_CARRIER])) if wholes else ():
        for total in above[key[_FLOW]]:
            whole = wholes.get((total, *_place(key)))
            line = entering.get(key) or (entering.get(whole) if whole else None)
            if whole and line and whole not in reported:
                reported.add(whole)
                carrier = key[_CARRIER]
                yield _problem("total_and_parts", line, total=f"{total}/{carrier}", part=f"{key[_FLOW]}/{carrier}")


@cache
def _totals_above() -> Mapping[str, Sequence[str]]:
    """Every flow of final use and of transformation, which the measures add up -> the totals that contain it."""
    tree = flows()
    return {flow: tree.ancestors(flow)[1:] for flow in tree if tree[flow]["kind"] in ("final", "transformation")}


def _place(key: Key) -> Key:
    return (*key[:_FLOW], key[_CARRIER])
