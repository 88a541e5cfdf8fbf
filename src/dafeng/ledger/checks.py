"""What an import is checked for before a single line of it enters: names, signs, doubles, conflicts, unit slips."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dafeng.catalog import Problem, Row, carriers, entities, flows, nearest, unit_of
from dafeng.ledger.schema import KEY, QUALITIES, STATUSES, Observation
from dafeng.ledger.store import Ledger

#: Rules that a person may waive by name, because real statistics can break them.
WAIVABLE = ("balance", "jump", "negative")
SLIP = 0.08  # how near to a whole power of ten, in log10, a ratio must be to look like a slip of unit
STEADY = 2.0  # neighbours that differ by more than this factor prove nothing
_START = KEY.index("start")


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
    ledger: Ledger, observations: Sequence[Observation], found: Sequence[Problem], accept: Sequence[str] = (),
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
    current = _current(ledger, {o.dataset for o in observations})
    new, known, conflicts = _against_ledger(observations, current, _superseded(ledger), revise)
    problems += conflicts
    problems += _jumps(new, current)
    waived = tuple(p for p in problems if p.rule in accept and p.rule in WAIVABLE)
    refused = tuple(p for p in problems if p not in waived)
    return Verdict(tuple(new), known, refused, waived)


def _problem(rule: str, o: Observation, **values: object) -> Problem:
    return Problem(rule, o.file, o.sheet, o.cell, values)


def _names(observations: Sequence[Observation]) -> Iterator[Problem]:
    for o in observations:
        for kind, name, tree in (("entity", o.entity, entities()), ("flow", o.flow, flows()), ("carrier", o.carrier, carriers())):
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


def _current(ledger: Ledger, datasets: set[str]) -> dict[tuple[object, ...], tuple[str, float]]:
    """key -> (id, value) of the lines that count now, in these datasets."""
    table = ledger.observations()
    wanted = table.filter(table.dataset.isin(sorted(datasets))).select("id", "value", *KEY)
    rows = ledger.run(wanted).to_pylist() if datasets else []
    return {tuple(row[name] for name in KEY): (row["id"], row["value"]) for row in rows}


def _superseded(ledger: Ledger) -> set[str]:
    """Ids that some line of the ledger replaces, whether or not the replaced line has arrived yet."""
    table = ledger.observations(history=True)
    return set(ledger.run(table.filter(table.replaces != "").select("replaces"))["replaces"].to_pylist())


def _against_ledger(
    observations: Sequence[Observation], current: Mapping[tuple[object, ...], tuple[str, float]],
    superseded: set[str], revise: bool,
) -> tuple[list[Observation], int, list[Problem]]:
    new: list[Observation] = []
    problems: list[Problem] = []
    known = 0
    first: dict[tuple[object, ...], Observation] = {}
    replaced = {o.replaces for o in observations if o.replaces}
    for o in observations:
        if o.key in first and o.id not in replaced and first[o.key].id not in replaced:
            problems.append(_problem("duplicate", o, found=f"{o.value:g} {o.unit}", first=first[o.key].cell,
                                     value=f"{first[o.key].value:g}"))
            continue
        first[o.key] = o
        before = current.get(o.key)
        if before is None or o.replaces or o.id in superseded:
            new.append(o)
        elif before[0] == o.id or before[1] == o.value:
            known += 1
        elif revise:
            new.append(replace(o, replaces=before[0]))
        else:
            problems.append(_problem("conflict", o, found=f"{o.value:g} {o.unit}", value=f"{before[1]:g}", id=before[0]))
    return new, known, problems


def _jumps(new: Sequence[Observation], current: Mapping[tuple[object, ...], tuple[str, float]]) -> Iterator[Problem]:
    """A value that is about 10, 100, 1000 ... times its steady neighbours in time looks like a slip of unit."""
    series: dict[tuple[object, ...], dict[int, float]] = defaultdict(dict)
    for key, (_, value) in current.items():
        series[_series(key)][key[_START].year] = value  # type: ignore[attr-defined]
    for o in new:
        if (o.end - o.start).days in (365, 366):
            series[_series(o.key)][o.start.year] = o.value
    for o in new:
        if (o.end - o.start).days not in (365, 366) or o.value <= 0:
            continue
        years = series[_series(o.key)]
        before, after = years.get(o.start.year - 1, 0.0), years.get(o.start.year + 1, 0.0)
        near = [v for v in (before, after) if v > 0]
        if not near or (len(near) == 2 and max(near) > STEADY * min(near)):
            continue
        if len(near) == 1 and len(years) < 3:
            continue
        power = math.log10(o.value / (sum(near) / len(near)))
        if round(power) != 0 and abs(power - round(power)) < SLIP:
            yield _problem("jump", o, found=f"{o.value:g} {o.unit}", ratio=f"10^{round(power):+d}",
                           series=", ".join(f"{y}: {years[y]:g}" for y in sorted(years) if abs(y - o.start.year) <= 2))


def _series(key: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(part for index, part in enumerate(key) if index not in (_START, _START + 1))


