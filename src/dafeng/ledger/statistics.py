"""The embedded statistics as observations, each leading back to its row of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from dafeng.catalog import convert, descriptor, resource, unit_of
from dafeng.ledger.schema import Observation, year_span

DATASET = "statistics"
PACKAGE = "statistics"


def embedded_statistics() -> list[Observation]:
    """Every row of the catalogue's statistics, in canonical units, dataset `statistics`."""
    return [o for name in statistic_tables() for o in _table(name)]


def statistic_tables() -> list[str]:
    """The resources of the package that hold observations (they all share one schema)."""
    return [
        spec["name"]
        for spec in descriptor(PACKAGE)["resources"]
        if {"entity", "base_year", "flow", "carrier", "value", "status"}
        <= {f["name"] for f in spec["schema"]["fields"]}
    ]


def _table(name: str) -> Iterator[Observation]:
    table = resource(PACKAGE, name)
    for line, row in zip(table.lines, table.rows, strict=True):
        start, end = year_span(row["year"], row["base_year"])
        unit = unit_of(row["flow"], row["carrier"])
        yield Observation(
            entity=row["entity"],
            start=start,
            end=end,
            flow=row["flow"],
            carrier=row["carrier"],
            value=row["value"] if row["unit"] == unit else convert(row["value"], row["unit"], unit),
            unit=unit,
            dataset=DATASET,
            scope=row["scope"],
            vintage=row["vintage"],
            status=row["status"],
            quality=row["quality"],
            source=";".join(row["source"]),
            note=row["note"],
            file=table.file,
            cell=f"{line}:value",
        )
