"""Measures applied to the ledger: cells with their lineage, and totals that are never silently too low."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from dafeng.accounts.factors import sets_with
from dafeng.accounts.figure import Figure, weakest
from dafeng.accounts.linear_map import Bucket, Measure, applied, by_period, resolved
from dafeng.accounts.readings import passed_over
from dafeng.catalog import MissingFactor, entities
from dafeng.ledger import HISTORY, Ledger, engine
from dafeng.ledger.engine import Table

CELL = (
    "measure",
    "entity",
    "bucket",
    "flow",
    "carrier",
    "line",
    "value",
    "coefficient",
    "amount",
    "id",
    "quality",
    "vintage",
)
#: What is read of a ledger line.
LINE = ("id", "entity", "start", "end", "flow", "carrier", "value", "quality", "vintage")
Total: TypeAlias = tuple[str, str, int]  # measure, entity, year


@dataclass(frozen=True)
class Account:
    """The cells of some measures over some observations.

    Attributes:
        cells: one row per observation and measure (columns CELL); `id` leads back to the ledger line.
        periods: what the bucket numbers stand for.
    """

    measures: dict[str, Measure]
    dataset: str
    cells: pa.Table
    periods: dict[int, Bucket]

    @cached_property
    def by_total(self) -> dict[Total, list[dict[str, Any]]]:
        """The cells of each total: (measure, entity, year) -> cells, largest first."""
        found: dict[Total, list[dict[str, Any]]] = defaultdict(list)
        for cell in self.cells.to_pylist():
            found[cell["measure"], cell["entity"], self.periods[cell["bucket"]].year].append(cell)
        for cells in found.values():
            cells.sort(key=lambda cell: (-abs(cell["amount"]), cell["flow"], cell["carrier"]))
        return found

    def figures(self) -> list[Figure]:
        """The totals by measure, entity and year; without those that lack a needed input."""
        present = self._present()
        found = []
        for key, parts in sorted(self._parts().items()):
            identifier, entity, year = key
            measure = self.measures[identifier]
            if missing(measure, present[key]):
                continue
            grades = {grade for part in parts for grade in part["quality_distinct"]}
            grades |= {"estimated"} if measure.scope.endswith("estimate") else set()
            vintages = {vintage for part in parts for vintage in part["vintage_distinct"]}
            found.append(
                Figure(
                    entity,
                    year,
                    identifier,
                    math.fsum(amount for part in parts for amount in part["amount_list"]),
                    measure.unit,
                    measure.scope,
                    " + ".join(sorted(vintages - {""})),
                    measure.factor_set,
                    measure.hash,
                    self.dataset,
                    weakest(sorted(grades)),
                )
            )
        return found

    def _parts(self) -> dict[Total, list[dict[str, Any]]]:
        """What each total is made of: amounts, qualities and vintages by period."""
        columns = [("amount", "list"), ("quality", "distinct"), ("vintage", "distinct")]
        found: dict[Total, list[dict[str, Any]]] = defaultdict(list)
        for part in self.cells.group_by(["measure", "entity", "bucket"]).aggregate(columns).to_pylist():
            found[part["measure"], part["entity"], self.periods[part["bucket"]].year].append(part)
        return found

    def _present(self) -> dict[Total, set[tuple[str, str]]]:
        """The flows and carriers in each total of the measures that need some."""
        needy = pa.array([measure.id for measure in self.measures.values() if measure.needs], pa.string())
        cells = self.cells.filter(pc.is_in(self.cells["measure"], needy))
        columns = (cells[name].to_pylist() for name in ("measure", "entity", "bucket", "flow", "carrier"))
        found: dict[Total, set[tuple[str, str]]] = defaultdict(set)
        for measure, entity, bucket, flow, carrier in zip(*columns, strict=True):
            found[measure, entity, self.periods[bucket].year].add((flow, carrier))
        return found


def missing(measure: Measure, present: Iterable[tuple[str, str]]) -> list[str]:
    """The needed inputs that are not there, as `flow/carrier`."""
    have = list(present)
    return [
        f"{flow}/{'|'.join(any_of)}"
        for flow, any_of in measure.needs
        if not any(c in any_of and (f == flow or f.startswith(f"{flow}.")) for f, c in have)
    ]


def chains_of(names: Iterable[str]) -> dict[str, list[str]]:
    """Each entity with its ancestors, itself first."""
    return {name: entities().ancestors(name) for name in names}


def evaluate(
    ledger: Ledger,
    measures: Sequence[Measure],
    dataset: str,
    scenario: str = HISTORY,
    entity: str | None = None,
    years: tuple[int, int] | None = None,
) -> Account:
    """Apply measures to one dataset of the ledger.

    Args:
        entity: only this one; default all.
        years: first and last year of account; default all.

    Raises:
        MissingFactor: there is activity for which the factor set has no factor.
        DafengError: a line has two readings and the catalogue does not say which counts.
    """
    table = _chosen(ledger.observations(), measures, dataset, scenario, entity)
    behind = passed_over(ledger, dataset, scenario)
    if behind:
        table = table.anti_join(engine.arrow(pa.table({"id": behind})), "id")
    lines = engine.arrow(ledger.run(table.select(*LINE)))  # once from disk: several questions follow
    places = ledger.run(lines.select("entity", "start", "end").distinct()).to_pylist()
    periods = _periods({(place["start"], place["end"]) for place in places}, years)
    if not periods:
        return Account({m.id: m for m in measures}, dataset, _no_cells(), {})
    chains = chains_of(sorted({place["entity"] for place in places}))
    homes, coefficients = resolved(measures, chains, periods, skip_gaps=True)
    activity = by_period(lines, periods)
    _refuse_gaps(ledger, measures, activity)
    cells = ledger.run(applied(activity, homes, coefficients).select(*CELL))
    return Account({m.id: m for m in measures}, dataset, cells, {p.number: p for p in periods})


def _chosen(table: Table, measures: Sequence[Measure], dataset: str, scenario: str, entity: str | None) -> Table:
    flows = sorted({flow for m in measures for flow, _ in (*m.pairs, *m.gaps)})
    table = table.filter((table.dataset == dataset) & (table.scenario == scenario) & table.flow.isin(flows))
    if entity is not None:
        table = table.filter(table.entity == entity)
    return table


def _periods(spans: Iterable[tuple[date, date]], years: tuple[int, int] | None) -> list[Bucket]:
    buckets = [Bucket(number, start, end) for number, (start, end) in enumerate(sorted(spans))]
    return [b for b in buckets if years is None or years[0] <= b.year <= years[1]]


def _refuse_gaps(ledger: Ledger, measures: Sequence[Measure], activity: Table) -> None:
    for measure in measures:
        gaps = sorted(measure.gaps)
        if not gaps:
            continue
        suspects = activity.filter(
            activity.flow.isin(sorted({f for f, _ in gaps}))
            & activity.carrier.isin(sorted({c for _, c in gaps}))
            & (activity.value != 0)
        )
        for row in ledger.run(suspects.select("entity", "flow", "carrier", "start", "end").distinct()).to_pylist():
            if (row["flow"], row["carrier"]) in measure.gaps:
                raise MissingFactor(
                    "missing_factor",
                    measure=measure.id,
                    flow=row["flow"],
                    carrier=row["carrier"],
                    entity=row["entity"],
                    period=f"{row['start']} - {row['end']}",
                    factor_set=measure.factor_set,
                    candidates=", ".join(_candidates(measure, row["carrier"])) or "-",
                )


def _candidates(measure: Measure, carrier: str) -> list[str]:
    """The sets that would fill a gap."""
    return sets_with(carrier, *(("co2_per_unit", "carbon_content") if measure.unit == "t_CO2" else ("standard_coal",)))


def _no_cells() -> pa.Table:
    types = {"bucket": pa.int32(), "value": pa.float64(), "coefficient": pa.float64(), "amount": pa.float64()}
    return pa.table({name: pa.array([], types.get(name, pa.string())) for name in CELL})
