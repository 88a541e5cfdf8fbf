"""Ready identities: Kaya, energy mix, industries and others from the catalogue, filled with figures of the accounts.

The figures of one decomposition must be of one edition: a step between two editions of the statistics is no change in
the world, but LMDI would give it to some factor. So the years taken are, by default, the longest run without a gap in
which no figure changes its definition, edition or factor set (of equal runs the latest); `Filled.left_out` says of
every other year why it is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from dafeng.accounts import Account, Figure, Series, comparable, readings
from dafeng.assessment.identity import Cells, Identity, parse_identity
from dafeng.assessment.series import Array
from dafeng.catalog import DafengError, Row, carriers, entities, flows, resource
from dafeng.targets import Text, named, said

#: Totals and parts come from different tables of the yearbook, rounded apart.
TOLERANCE = 0.01

Table = dict[int, Figure]
#: (term, member) -> year -> figure; a term without index has the one member "".
Tables = dict[tuple[str, str], Table]


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
class LeftOut:
    """A year that has data but is not in the decomposition, and why."""

    year: int
    why: Text


@dataclass(frozen=True)
class Span:
    """The years of a decomposition, and those that were left out."""

    years: tuple[int, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class Filled:
    """A ready identity with the figures of one region.

    Attributes:
        unit: of the total. readings: the editions that the figures come from; more than one for a variable only where
            `mixed` was allowed.
        quality: the qualities among the figures. left_out: years with data that are not in it.
        seams: with `mixed`, the years in which a figure is of another edition than in the year before: what the
            decomposition gives between the two holds a revision.
    """

    ready: ReadyIdentity
    cells: Cells
    unit: str
    readings: tuple[str, ...]
    quality: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    seams: tuple[int, ...] = ()


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
    account: Account | Iterable[Account] | None = None,
    mixed: bool = False,
    tolerance: float = TOLERANCE,
) -> Filled:
    """Fill a ready identity with the figures of a region.

    Args:
        series: figures, as `accounts.with_indicators` gives them.
        years: default: as `years_of_one_edition` finds them; with `mixed` the last unbroken run for which everything is
            there.
        account: where an identity needs cells of a measure (emissions by carrier or line), the account or accounts that
            have them.
        mixed: accept figures of different definition, edition or factor set in one series.
        tolerance: share by which totals may differ from their parts.

    Raises:
        UnknownName: no such identity or region.
        NotComparable: `years` were given, figures of one series differ in definition, edition or factor set, and
            `mixed` is not set.
        DafengError: the accounts have nothing for a variable, or not for these years; or only single years.
    """
    ready = ready_identity(identifier)
    books = _Books(identifier, series, entity, _accounts(account))
    tables = books.tables()
    span = Span(tuple(years), ()) if years is not None else _span(tables, mixed)
    if len(span.years) < 2:
        raise DafengError(
            "series_one_year", series=f"{entity} {identifier}", years=", ".join(map(str, span.years)) or "-"
        )
    used: list[Figure] = []
    columns: dict[str, list[Array]] = {}
    parts: dict[str, list[str]] = {}
    for (term, member), table in tables.items():
        figures = books.figures(table, span.years, term, mixed)
        used += figures
        values = np.array([f.value for f in figures]) if table else np.zeros(len(span.years))
        columns.setdefault(term, []).append(values)
        parts.setdefault(term, []).append(member)
    members = _members(parts)
    data = {
        term: _shaped(term, np.stack(found, axis=1), members) if "_" in term else found[0]
        for term, found in columns.items()
    }
    return Filled(
        ready,
        ready.identity.cells(data, span.years, members, tolerance),
        next(row["unit"] for row in _variables(identifier, entity) if row["term"] == str(ready.identity.leaf)),
        tuple(dict.fromkeys(" | ".join(f.reading[:3]) for f in used)),
        tuple(dict.fromkeys(f.quality for f in used)),
        span.left_out,
        _seams(tables, span.years),
    )


def years_of_one_edition(
    identifier: str, series: Series, entity: str, account: Account | Iterable[Account] | None = None
) -> Span:
    """The longest run of years in which every figure of the identity keeps its definition, edition and factor set.

    Of runs of equal length the latest. Every other year in which the region has anything for the identity is in
    `left_out`, with the reason: a variable has no figure, a figure is of another edition (names both), or the year
    stands beyond a gap.

    Raises:
        UnknownName: no such identity or region. DafengError: the accounts have nothing for a variable.
    """
    return _span(_Books(identifier, series, entity, _accounts(account)).tables(), mixed=False)


def _ready(row: Row) -> ReadyIdentity:
    rows = resource("assessment", "identity_terms").rows
    factors = {r["term"]: named(r) for r in rows if (r["identity"], r["kind"]) == (row["id"], "factor")}
    return ReadyIdentity(
        row["id"], parse_identity(row["identity"]), row["level"], named(row, "title"), named(row, "note"), factors
    )


def _variables(identifier: str, entity: str) -> list[Row]:
    """The rows that fill the variables of an identity for a region: those for all levels and those for its own."""
    levels = ("", "nation" if entities()[entity]["kind"] == "nation" else "province")
    return [
        row
        for row in resource("assessment", "identity_terms").rows
        if (row["identity"], row["kind"]) == (identifier, "variable") and row["level"] in levels
    ]


def _accounts(account: Account | Iterable[Account] | None) -> dict[str, Account]:
    """By the dataset that they are of."""
    found = [account] if isinstance(account, Account) else list(account or ())
    return {one.dataset: one for one in found}


@dataclass(frozen=True)
class _Books:
    """Where the figures of one region come from."""

    identity: str
    series: Series
    entity: str
    accounts: Mapping[str, Account]

    def tables(self) -> Tables:
        """The figures of every variable; an empty table stands for zero."""
        rows = [row for row in _variables(self.identity, self.entity) if row["figure"] or row["parts"]]
        have = {row["term"].partition("_")[0] for row in rows}
        variables = ready_identity(self.identity).identity.variables
        lacking = sorted({v.name for v in variables} - have)
        if lacking or not rows:
            raise DafengError("ready_indexed", identity=self.identity, variables=", ".join(lacking) or "-")
        return {(row["term"], member): table for row in rows for member, table in self._table(row)}

    def figures(self, table: Table, span: Sequence[int], term: str, mixed: bool) -> list[Figure]:
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

    def _table(self, row: Row) -> list[tuple[str, Table]]:
        if row["figure"]:
            found = next(filter(None, (readings(self.series, self.entity, name) for name in row["figure"])), None)
            if found is None:
                raise self._nothing(f"{row['term']} ({', '.join(row['figure'])})")
            return [("", max(found, key=len))]
        pairs = (part.partition("=") for part in row["parts"])
        return [(member, self._part(name, row["term"]) if name else {}) for member, _, name in pairs]

    def _part(self, name: str, term: str) -> Table:
        """The figures of `measure`, or of its cells with the lines and carriers of `measure@line+line/carrier`."""
        head, _, carrier = name.partition("/")
        measure, _, lines = head.partition("@")
        found = readings(self.series, self.entity, measure)
        if lines:
            found = [{y: f for y, f in table.items() if self._by_line(f, term, lines)} for table in found]
        best = max(found, key=len, default={})
        if not best:
            raise self._nothing(f"{term} ({name})")
        if not (lines or carrier):
            return best
        return {year: self._cells(figure, term, lines, carrier) for year, figure in best.items()}

    def _by_line(self, figure: Figure, term: str, lines: str) -> bool:
        """Whether the account of a figure goes down to lines like these, or has only their common total."""
        root = lines.partition(".")[0]
        return any(cell["line"].startswith(f"{root}.") for cell in self._account(figure, term)[_place(figure)])

    def _cells(self, figure: Figure, term: str, lines: str, carrier: str) -> Figure:
        wanted = {line for top in filter(None, lines.split("+")) for line in flows().below(top)}
        kinds = set(carriers().below(carrier)) if carrier else set()
        value = sum(
            cell["amount"]
            for cell in self._account(figure, term)[_place(figure)]
            if (not wanted or cell["line"] in wanted) and (not kinds or cell["carrier"] in kinds)
        )
        return replace(figure, name=f"{figure.name}@{lines}/{carrier}", value=value, formula="", inputs=())

    def _account(self, figure: Figure, term: str) -> Mapping[tuple[str, str, int], list[Row]]:
        if figure.dataset not in self.accounts:
            raise DafengError("ready_account", identity=self.identity, variable=term, dataset=figure.dataset)
        return self.accounts[figure.dataset].by_total

    def _nothing(self, what: str) -> DafengError:
        return DafengError("ready_no_data", identity=self.identity, entity=self.entity, variable=what)


def _place(figure: Figure) -> tuple[str, str, int]:
    """Where an account keeps the cells of a figure."""
    return figure.name, figure.entity, figure.year


def _span(tables: Tables, mixed: bool) -> Span:
    """The years to take, and why not the others."""
    full = [table for table in tables.values() if table]
    every = sorted(set().union(*full))
    runs: list[list[int]] = []
    for year in (y for y in every if all(y in table for table in full)):
        goes_on = runs and runs[-1][-1] == year - 1
        if goes_on and (mixed or all(t[year].reading == t[year - 1].reading for t in full)):
            runs[-1].append(year)
        else:
            runs.append([year])
    best = max(runs, key=lambda run: (0 if mixed else len(run), run[-1]), default=[])
    outside = [year for year in every if year not in best]
    return Span(tuple(best), tuple(LeftOut(year, _reason(year, best, tables)) for year in outside))


def _seams(tables: Tables, years: Sequence[int]) -> tuple[int, ...]:
    full = [table for table in tables.values() if table]
    return tuple(b for a, b in pairwise(years) if any(t[a].reading != t[b].reading for t in full))


def _reason(year: int, run: Sequence[int], tables: Tables) -> Text:
    lacking = dict.fromkeys(term for (term, _), table in tables.items() if table and year not in table)
    if lacking:
        return said("ready.left_missing", year=year, variables=", ".join(lacking))
    for (term, _), table in tables.items():
        if table and table[year].reading != table[run[-1]].reading:
            found, kept = (" | ".join(part or "-" for part in table[y].reading[:3]) for y in (year, run[-1]))
            return said("ready.left_edition", year=year, variable=term, found=found, kept=kept)
    return said("ready.left_gap", year=year, first=run[0], last=run[-1])


def _members(parts: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Index -> its members; those of two indices are written `a|b`."""
    found: dict[str, Sequence[str]] = {}
    for term, members in parts.items():
        for at, index in enumerate(term.partition("_")[2]):
            found[index] = tuple(dict.fromkeys(member.split("|")[at] for member in members))
    return found


def _shaped(term: str, values: Array, members: Mapping[str, Sequence[str]]) -> Array:
    """Shape (T, parts) to (T, size of each index)."""
    return values.reshape(len(values), *(len(members[index]) for index in term.partition("_")[2]))
