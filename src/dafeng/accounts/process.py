"""CO2 from industrial processes: output x factor (provincial inventory guideline 2011, chapter 2)."""

from __future__ import annotations

from collections import defaultdict

from dafeng.accounts.factors import exact, term
from dafeng.accounts.linear_map import Coefficient, Measure
from dafeng.catalog import factor_between, resource

METHOD = "Provincial inventory guideline (2011), 2.1-2.7: output x emission factor"


def process(name: str) -> Measure:
    """CO2 of processes by the factors of set `name`, for every product that the ledger counts in tonnes.

    A product for which the set has a factor for each of several techniques is a gap: its output alone does not decide.
    """
    found: dict[str, list[Coefficient]] = defaultdict(list)
    for row in resource("factors", "process").rows:
        of_output = row["parameter"] == "process_factor" and row["basis"] == "output"
        if row["set"] == name and row["gas"] == "CO2" and row["carrier"] and of_output:
            value = exact(row["value"]) * factor_between(row["unit"], "t_CO2/t")
            terms = (term(row, "factors/process.csv", "process_factor"),)
            found[row["carrier"]].append(Coefficient("output", row["carrier"], value, terms))
    rows = tuple(several[0] for several in found.values() if len(several) == 1)
    gaps = frozenset(("output", carrier) for carrier, several in found.items() if len(several) > 1)
    return Measure("co2_process", "t_CO2", "process", rows, name, (("output", tuple(found)),), METHOD, gaps)
