"""CO2 from industrial processes: output x factor (provincial inventory guideline 2011, chapter 2)."""

from __future__ import annotations

from dafeng.accounts.factors import exact, term
from dafeng.accounts.linear_map import Coefficient, Measure
from dafeng.catalog import factor_between, resource

METHOD = "Provincial inventory guideline (2011), 2.1-2.7: output x emission factor"


def process(name: str) -> Measure:
    """CO2 of processes by the factors of set `name`, for every product that the ledger counts in tonnes."""
    rows = []
    for row in resource("factors", "process").rows:
        if row["set"] == name and row["gas"] == "CO2" and row["carrier"] and row["parameter"] == "process_factor":
            value = exact(row["value"]) * factor_between(row["unit"], "t_CO2/t")
            rows.append(Coefficient("output", row["carrier"], value, (term(row, "factors/process.csv", "process_factor"),)))
    needs = (("output", tuple(row.carrier for row in rows)),)
    return Measure("co2_process", "t_CO2", "process", tuple(rows), name, needs, METHOD)
