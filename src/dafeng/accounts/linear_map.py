"""An account is a linear map: a table of coefficients over flows, applied to observations.

For a measure m, an entity e and a year t

    y[m, e, t, l] = sum over (f, c) with line(f, c) = l and buckets b in t of  x[e, f, c, b] * k[m, n(e), f, c, b]

    x  activity: observations of flow f and carrier c (canonical unit of f and c)
    b  bucket: a stretch of time in which no coefficient changes and that lies within one year
    n  the nearest ancestor of e in the entity tree for which the measure has a coefficient
    k  coefficient in force in b; where an observation spans a border of validity, the mean of k over its days

Because the map is linear, activity is summed before it is multiplied: a hundred million meter readings shrink to some
hundred thousand sums, and only those meet a coefficient (an equality join, the same on every engine).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import ibis
import pyarrow as pa

from dafeng.catalog import MissingFactor, digest
from dafeng.ledger import engine

ALWAYS = (date(1900, 1, 1), date(2200, 1, 1))
ROOT = "CN"


@dataclass(frozen=True)
class Term:
    """One number of a coefficient's formula, with its place in the catalogue.

    Attributes:
        symbol: as in the formula: `ncv`, `carbon_content`, `oxidation` ...
        value, unit: as published.
        place: catalogue file and row id; empty for constants such as 44/12.
    """

    symbol: str
    value: Fraction
    unit: str
    place: str = ""
    source: tuple[str, ...] = ()
    quality: str = ""


@dataclass(frozen=True)
class Coefficient:
    """What one unit of a flow of a carrier counts for in a measure.

    Attributes:
        value: exact; unit of the measure per canonical unit of the flow and carrier.
        line: the line of the inventory that receives the result (default: the flow itself).
        entity: the node of the entity tree it is for; it holds for everything below.
        start, end: validity, closed-open.
    """

    flow: str
    carrier: str
    value: Fraction
    terms: tuple[Term, ...] = ()
    line: str = ""
    entity: str = ROOT
    start: date = ALWAYS[0]
    end: date = ALWAYS[1]

    @property
    def to_line(self) -> str:
        return self.line or self.flow


@dataclass(frozen=True)
class Measure:
    """A way of counting: a table of coefficients, and what it is.

    Attributes:
        unit: canonical unit of the result.
        scope: which definition of the quantity this is (`fossil-incl-nonenergy`, ...).
        factor_set: the set its factors are from; empty where it uses none.
        needs: flows and carriers without which a result would be silently too low: an entity-year that lacks one has no
            result. Each entry is (flow, alternatives): at least one of the carriers must be there, in the flow or
            below it.
        method: standard and clause, or paper and equation.
        gaps: (flow, carrier) pairs that belong to the measure but have no factor in the set: activity there is an
            error,
            never a zero.
    """

    id: str
    unit: str
    scope: str
    coefficients: tuple[Coefficient, ...]
    factor_set: str = ""
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    method: str = ""
    gaps: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def hash(self) -> str:
        """Changes when, and only when, a coefficient changes."""
        return digest(
            {"f": c.flow, "c": c.carrier, "k": str(c.value), "l": c.to_line, "e": c.entity, "s": c.start, "t": c.end}
            for c in self.coefficients
        )

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The (flow, carrier) pairs that count."""
        return frozenset((c.flow, c.carrier) for c in self.coefficients)

    @cached_property
    def nodes(self) -> frozenset[str]:
        return frozenset(c.entity for c in self.coefficients)

    def home(self, chain: Sequence[str]) -> str:
        """The first of an entity's ancestors for which this measure has coefficients."""
        return next((node for node in chain if node in self.nodes), ROOT)

    def at(
        self, chain: Sequence[str], flow: str, carrier: str, start: date, end: date
    ) -> list[tuple[Fraction, Coefficient]]:
        """The coefficients in force over [start, end) with the share of its days that each covers.

        Raises:
            MissingFactor: some day is covered by none, or by two.
        """
        candidates = self._nearest(chain, flow, carrier)
        inside = [c for c in candidates if c.start < end and start < c.end]
        if len(inside) == 1 and inside[0].start <= start and end <= inside[0].end:
            return [(Fraction(1), inside[0])]
        pieces = [(max(c.start, start), min(c.end, end)) for c in inside]
        if [start, *(last for _, last in pieces)] != [*(first for first, _ in pieces), end]:
            spans = ", ".join(f"{c.start} - {c.end}" for c in candidates) or "-"
            raise MissingFactor(
                "missing_factor",
                measure=self.id,
                flow=flow,
                carrier=carrier,
                entity=candidates[0].entity if candidates else chain[0],
                period=f"{start} - {end}",
                factor_set=self.factor_set or "-",
                candidates=spans,
            )
        days = (end - start).days
        return [(Fraction((last - first).days, days), c) for (first, last), c in zip(pieces, inside, strict=True)]

    def _nearest(self, chain: Sequence[str], flow: str, carrier: str) -> Sequence[Coefficient]:
        """The coefficients of the nearest ancestor that has any for this flow and carrier, in order of time."""
        for node in chain:
            found = self._index.get((node, flow, carrier))
            if found:
                return found
        return ()

    @cached_property
    def _index(self) -> Mapping[tuple[str, str, str], list[Coefficient]]:
        index: dict[tuple[str, str, str], list[Coefficient]] = {}
        for c in sorted(self.coefficients, key=lambda c: c.start):
            index.setdefault((c.entity, c.flow, c.carrier), []).append(c)
        return index


@dataclass(frozen=True)
class Bucket:
    """A stretch of time, closed-open, that lies within one year of account.

    Attributes:
        changed: the carriers of which a coefficient changes at `start`; the activity of the others is counted in the
            bucket before. None: a bucket of its own for every carrier.
    """

    number: int
    start: date
    end: date
    changed: frozenset[str] | None = None

    @property
    def year(self) -> int:
        """The year of account: that of the last day."""
        return date.fromordinal(self.end.toordinal() - 1).year

    def holds(self, carrier: str) -> bool:
        """Is activity of this carrier counted here, and not in the bucket before?"""
        return self.changed is None or carrier in self.changed


def epochs(measures: Iterable[Measure], first: date, last: date) -> list[Bucket]:
    """The stretches of [first, last] in which no coefficient of any measure changes, cut at every new year too."""
    changes: dict[date, set[str]] = defaultdict(set)
    for measure in measures:
        for c in measure.coefficients:
            changes[c.start].add(c.carrier)
            changes[c.end].add(c.carrier)
    stop = date(last.year + 1, 1, 1)
    always = {first, *(date(year, 1, 1) for year in range(first.year + 1, last.year + 1))}
    borders = sorted(always | {day for day in changes if first < day < stop})
    return [
        Bucket(number, start, end, None if start in always else frozenset(changes[start]))
        for number, (start, end) in enumerate(zip(borders, [*borders[1:], stop], strict=True))
    ]


def by_epoch(readings: engine.Table, buckets: Sequence[Bucket]) -> engine.Table:
    """Readings (entity, flow, carrier, start, value; each shorter than a day) with the number of their bucket.

    The buckets must reach over all readings: `epochs` of their first and last day. A sum is kept apart only where a
    coefficient of the reading's own carrier asks for it: fewer sums, less memory.
    """
    alike: dict[tuple[Bucket, ...], list[str]] = defaultdict(list)
    for carrier in sorted(frozenset().union(*(bucket.changed or () for bucket in buckets))):
        alike[tuple(bucket for bucket in buckets if bucket.holds(carrier))].append(carrier)
    number = _number(readings.start, [bucket for bucket in buckets if bucket.changed is None])
    for own, carriers in alike.items():
        number = ibis.ifelse(readings.carrier.isin(carriers), _number(readings.start, own), number)
    return readings.mutate(bucket=number.cast("int32"))


def _number(start: Any, buckets: Sequence[Bucket]) -> Any:
    """The bucket in which an instant lies, found by halving: n buckets cost log2(n) comparisons a row."""
    if len(buckets) == 1:
        return ibis.literal(buckets[0].number)
    middle = len(buckets) // 2
    later = start >= buckets[middle].start.isoformat()
    return ibis.ifelse(later, _number(start, buckets[middle:]), _number(start, buckets[:middle]))


def by_period(observations: engine.Table, periods: Sequence[Bucket]) -> engine.Table:
    """Observations (with start and end) with the number of their period."""
    table = engine.arrow(
        pa.table(
            {
                "start": pa.array([p.start for p in periods], pa.date32()),
                "end": pa.array([p.end for p in periods], pa.date32()),
                "bucket": pa.array([p.number for p in periods], pa.int32()),
            }
        )
    )
    return observations.join(table, ["start", "end"])


def summed(activity: engine.Table) -> engine.Table:
    """Activity by entity, flow, carrier and bucket: the sum that goes before the product."""
    return activity.group_by("entity", "flow", "carrier", "bucket").agg(value=activity.value.sum())


def resolved(
    measures: Sequence[Measure], chains: Mapping[str, Sequence[str]], buckets: Sequence[Bucket], skip_gaps: bool = False
) -> tuple[engine.Table, engine.Table]:
    """The two small tables that a measure becomes for a given set of entities and buckets.

    Args:
        chains: entity -> its ancestors, itself first.
        skip_gaps: leave out a bucket in which a coefficient is missing, instead of raising; the join then drops it.

    Returns:
        homes (entity, measure, home) and coefficients (measure, home, flow, carrier, bucket, line, coefficient).

    Raises:
        MissingFactor: a bucket is not covered.
    """
    homes: dict[tuple[str, str], str] = {}
    chain_of: dict[tuple[str, str], Sequence[str]] = {}
    for entity, chain in chains.items():
        for measure in measures:
            home = measure.home(chain)
            homes[entity, measure.id] = home
            chain_of.setdefault((measure.id, home), chain[list(chain).index(home) :] if home in chain else (home,))
    by_id = {measure.id: measure for measure in measures}
    rows: list[tuple[str, str, str, str, int, str, float]] = []
    for (identifier, home), chain in sorted(chain_of.items()):
        for bucket in buckets:
            rows += _rows(by_id[identifier], home, chain, bucket, skip_gaps)
    names = ("measure", "home", "flow", "carrier", "bucket", "line", "coefficient")
    types = (pa.string(), pa.string(), pa.string(), pa.string(), pa.int32(), pa.string(), pa.float64())
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    coefficients = pa.table({n: pa.array(c, t) for n, t, c in zip(names, types, columns, strict=True)})
    home_table = pa.table(
        {
            "entity": pa.array([e for e, _ in homes], pa.string()),
            "measure": pa.array([m for _, m in homes], pa.string()),
            "home": pa.array(list(homes.values()), pa.string()),
        }
    )
    return engine.arrow(home_table), engine.arrow(coefficients)


def _rows(
    measure: Measure, home: str, chain: Sequence[str], bucket: Bucket, skip_gaps: bool
) -> list[tuple[str, str, str, str, int, str, float]]:
    """One bucket of a measure at home: all of its coefficients or, where one is missing and gaps are skipped, none."""
    rows = []
    for flow, carrier in sorted(measure.pairs):
        if not bucket.holds(carrier):
            continue
        try:
            shares = measure.at(chain, flow, carrier, bucket.start, bucket.end)
        except MissingFactor:
            if skip_gaps:
                return []
            raise
        mean = shares[0][1].value if len(shares) == 1 else sum((share * c.value for share, c in shares), Fraction(0))
        rows.append((measure.id, home, flow, carrier, bucket.number, shares[0][1].to_line, float(mean)))
    return rows


def applied(activity: engine.Table, homes: engine.Table, coefficients: engine.Table) -> engine.Table:
    """Activity (entity, flow, carrier, bucket, value ...) joined with its coefficients; `amount` = value x coefficient.

    Every column of `activity` is kept, so lines that were not summed keep their id: that is the lineage.
    """
    placed = activity.join(homes, "entity")
    joined = placed.join(coefficients, ["measure", "home", "flow", "carrier", "bucket"])
    return joined.mutate(amount=joined.value * joined.coefficient)


def totals(cells: engine.Table, buckets: Sequence[Bucket]) -> engine.Table:
    """The sum that goes after the product: `amount` by measure, entity and year of account."""
    years = engine.arrow(
        pa.table(
            {
                "bucket": pa.array([b.number for b in buckets], pa.int32()),
                "year": pa.array([b.year for b in buckets], pa.int32()),
            }
        )
    )
    dated = cells.join(years, "bucket")
    return dated.group_by("measure", "entity", "year").agg(amount=dated.amount.sum())
