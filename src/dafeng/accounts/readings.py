"""Where the statistics give one thing in several readings (scopes, vintages), the one that an account uses."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from dafeng.catalog import DafengError, resource
from dafeng.ledger import HISTORY, Ledger


@cache
def _ranks() -> dict[tuple[str, str, str], int]:
    return {(row["flow"], row["scope"], row["vintage"]): row["rank"] for row in resource("measures", "preferred").rows}


def passed_over(ledger: Ledger, dataset: str, scenario: str = HISTORY) -> list[str]:
    """Ids of the observations that stand behind a preferred reading of the same entity, time, flow and carrier.

    Raises:
        DafengError: two readings stand side by side and the catalogue does not say which counts.
    """
    table = ledger.observations()
    table = table.filter(
        (table.dataset == dataset) & (table.scenario == scenario) & ~table.flow.startswith("announced.")
    )
    place = ("entity", "start", "end", "flow", "carrier")
    counted = table.group_by(*place).agg(lines=table.count())
    shared = table.semi_join(counted.filter(counted.lines > 1), place)
    places: dict[tuple[object, ...], list[dict[str, object]]] = defaultdict(list)
    for row in ledger.run(shared.select("id", "scope", "vintage", "value", *place)).to_pylist():
        places[tuple(row[name] for name in place)].append(row)
    behind: list[str] = []
    for rows in places.values():
        behind += [str(row["id"]) for row in _ranked(rows)[1:]]
    return sorted(behind)


def _ranked(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    ranks = _ranks()
    keys = [(str(row["flow"]), str(row["scope"]), str(row["vintage"])) for row in rows]
    unknown = [row for row, key in zip(rows, keys, strict=True) if key not in ranks]
    if unknown:
        raise DafengError(
            "two_values",
            figure=f"{rows[0]['entity']}/{rows[0]['start']}/{rows[0]['flow']}/{rows[0]['carrier']}",
            first=f"{rows[0]['value']} [{rows[0]['scope']}, {rows[0]['vintage']}]",
            second=f"{rows[1]['value']} [{rows[1]['scope']}, {rows[1]['vintage']}]",
        )
    return [row for _, row in sorted(zip((ranks[key] for key in keys), rows, strict=True), key=lambda pair: pair[0])]
