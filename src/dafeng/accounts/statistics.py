"""Figures that the statistics state themselves, as the ledger holds them."""

from __future__ import annotations

from dafeng.accounts.figure import Figure
from dafeng.accounts.readings import passed_over
from dafeng.catalog import resource
from dafeng.ledger import HISTORY, Ledger


def stated_figures(ledger: Ledger, dataset: str, scenario: str = HISTORY) -> list[Figure]:
    """Every statistic of the catalogue's list, and every announced value, as figures named `flow` or `flow.carrier`.

    Where one year has several readings, the one that counts (measures/preferred.csv); announced values are all kept.
    """
    wanted = {row["numerator"]: row["id"] for row in resource("measures", "figures").rows if row["kind"] == "statistic"}
    behind = set(passed_over(ledger, dataset, scenario))
    table = ledger.observations()
    table = table.filter((table.dataset == dataset) & (table.scenario == scenario))
    columns = ("id", "entity", "start", "end", "flow", "carrier", "value", "unit", "scope", "vintage", "quality")
    found = []
    for row in ledger.run(table.select(*columns)).to_pylist():
        announced = row["flow"].startswith("announced.")
        name = row["flow"] if announced else wanted.get(f"{row['flow']}/{row['carrier']}")
        if name is None or row["id"] in behind:
            continue
        year = row["end"].year - 1
        base = row["start"].year if row["start"].year != year else None
        found.append(
            Figure(
                row["entity"],
                year,
                name,
                row["value"],
                row["unit"],
                row["scope"],
                row["vintage"],
                dataset=dataset,
                quality=row["quality"],
                base_year=base,
            )
        )
    return found
