"""Ready identities: Kaya, energy mix and others from the catalogue, filled with figures of the accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dafeng.accounts import Account, Figure, Series, comparable, readings
from dafeng.assessment.identity import Cells, Identity, parse_identity
from dafeng.assessment.series import Array
from dafeng.catalog import DafengError, Row, entities, resource
from dafeng.targets import Text, named

#: Totals and parts come from different tables of the yearbook, rounded apart.
TOLERANCE = 0.01


@dataclass(frozen=True)
class ReadyIdentity:
    """An identity of the catalogue with its words.

    Attributes:
        level: nation, province, sector. factors: factor -> its name.
    """

    id: str
    identity: Identity
    level: tuple[str, ...]
    title: Text
    note: Text
    factors: Mapping[str, Text]


@dataclass(frozen=True)
class Filled:
    """A ready identity with the figures of one region.

    Attributes:
        unit: of the total. readings: the editions that the figures come from; more than one only where `mixed` was
            allowed.
        quality: the qualities among the figures.
    """

    ready: ReadyIdentity
    cells: Cells
    unit: str
    readings: tuple[str, ...]
    quality: tuple[str, ...]


def ready_identities(level: str | None = None) -> list[ReadyIdentity]:
    """The identities of the catalogue, for one level or all."""
    return [_ready(row) for row in resource("assessment", "identities").rows if level is None or level in row["level"]]


def ready_identity(identifier: str) -> ReadyIdentity:
    """One identity of the catalogue.

    Raises:
        UnknownName: there is none of that name.
    """
    return _ready(resource("assessment", "identities").row(identifier))


def fill(
    identifier: str,
    series: Series,
    entity: str,
    *,
    years: Sequence[int] | None = None,
    account: Account | None = None,
    mixed: bool = False,
    tolerance: float = TOLERANCE,
) -> Filled:
    """Fill a ready identity with the figures of a region.

    Args:
        series: figures, as `accounts.with_indicators` gives them.
        years: default: the last unbroken run of years for which everything is there.
        account: where an identity needs cells of a measure (emissions by carrier), the account that has them.
        mixed: accept figures of different definition, edition or factor set in one series.
        tolerance: share by which totals may differ from their parts.

    Raises:
        UnknownName: no such identity or region.
        NotComparable: figures of one series differ in definition, edition or factor set, and `mixed` is not set.
        DafengError: the accounts have nothing for a variable, or not for these years.
    """
    entities()[entity]
    ready = ready_identity(identifier)
    rows = [row for row in _terms(identifier, "variable") if row["figure"] or row["parts"]]
    lacking = {str(v) for v in ready.identity.variables} - {row["term"] for row in rows}
    lacking = {name for name in lacking if not any(row["term"].startswith(f"{name}_") for row in rows)}
    if lacking or not rows:
        raise DafengError("ready_indexed", identity=ready.id, variables=", ".join(sorted(lacking)) or "-")
    books = _Books(ready.id, series, entity, account)
    points = {row["term"]: books.points(row) for row in rows}
    tables = [table for parts in points.values() for table in parts.values() if table]
    span = list(years) if years is not None else _run(tables)
    if len(span) < 2:
        raise DafengError("series_one_year", series=f"{entity} {ready.id}", years=", ".join(map(str, span)) or "-")
    used: list[Figure] = []
    data: dict[str, Array] = {}
    members: dict[str, Sequence[str]] = {}
    for term, parts in points.items():
        columns = []
        for member, table in parts.items():
            figures = books.figures(table, span, term, mixed)
            used += figures
            columns.append(np.array([f.value for f in figures]) if table else np.zeros(len(span)))
            if member:
                members[term.rpartition("_")[2]] = list(parts)
        data[term] = np.stack(columns, axis=1) if "_" in term else columns[0]
    cells = ready.identity.cells(data, span, members, tolerance)
    leaf = next(row for row in rows if row["term"] == str(ready.identity.leaf))
    return Filled(
        ready,
        cells,
        leaf["unit"],
        tuple(dict.fromkeys(" | ".join(f.reading[:3]) for f in used)),
        tuple(dict.fromkeys(f.quality for f in used)),
    )


def _ready(row: Row) -> ReadyIdentity:
    factors = {term["term"]: named(term) for term in _terms(row["id"], "factor")}
    return ReadyIdentity(
        row["id"], parse_identity(row["identity"]), row["level"], named(row, "title"), named(row, "note"), factors
    )


def _terms(identifier: str, kind: str) -> list[Row]:
    rows = resource("assessment", "identity_terms").rows
    return [row for row in rows if (row["identity"], row["kind"]) == (identifier, kind)]


@dataclass(frozen=True)
class _Books:
    """Where the figures of one region come from."""

    identity: str
    series: Series
    entity: str
    account: Account | None

    def points(self, row: Row) -> dict[str, dict[int, Figure]]:
        """Member -> year -> figure; a variable without index has the one member ""; an empty table stands for zero."""
        if row["figure"]:
            for name in row["figure"]:
                found = readings(self.series, self.entity, name)
                if found:
                    return {"": max(found, key=len)}
            raise self._nothing(f"{row['term']} ({', '.join(row['figure'])})")
        parts = {}
        for part in row["parts"]:
            member, _, name = part.partition("=")
            parts[member] = self._part(name, row["term"]) if name else {}
        return parts

    def figures(self, table: Mapping[int, Figure], span: Sequence[int], term: str, mixed: bool) -> list[Figure]:
        """The figures of these years, all of one reading unless `mixed`."""
        if not table:
            return []
        missing = [str(year) for year in span if year not in table]
        if missing:
            raise self._nothing(f"{term}, {', '.join(missing)}")
        figures = [table[year] for year in span]
        if not mixed:
            for figure in figures[:-1]:
                comparable(figure, figures[-1])
        return figures

    def _part(self, name: str, term: str) -> dict[int, Figure]:
        measure, _, carrier = name.partition("/")
        found = readings(self.series, self.entity, measure)
        if not found:
            raise self._nothing(f"{term} ({name})")
        table = max(found, key=len)
        if not carrier:
            return table
        if self.account is None:
            raise DafengError("ready_account", identity=self.identity, variable=term)
        return {year: _of_carrier(figure, self.account, carrier) for year, figure in table.items()}

    def _nothing(self, what: str) -> DafengError:
        return DafengError("ready_no_data", identity=self.identity, entity=self.entity, variable=what)


def _of_carrier(figure: Figure, account: Account, carrier: str) -> Figure:
    """The part of a total that comes from one carrier."""
    cells = account.by_total[figure.name, figure.entity, figure.year]
    value = sum(cell["amount"] for cell in cells if cell["carrier"] == carrier)
    return replace(figure, name=f"{figure.name}/{carrier}", value=value, formula="", inputs=())


def _run(tables: Sequence[Mapping[int, Figure]]) -> list[int]:
    """The last unbroken run of the years that all have."""
    common = sorted(set.intersection(*(set(table) for table in tables)))
    run = common[-1:]
    for year in reversed(common[:-1]):
        if year != run[0] - 1:
            break
        run.insert(0, year)
    return run
