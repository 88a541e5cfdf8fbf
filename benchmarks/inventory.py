"""Energy and CO2 inventories of 30 provinces, 2014 to 2022, from one ledger of some 340,000 cells, lineage kept.

    python benchmarks/inventory.py

The cells are those of the CEADs energy inventories where they lie in ../shared (they do not ship with Dafeng), else
seeded random ones of the same size. They enter a workspace through the import of the product, which is timed once and
shown, but is not what is measured. Measured is `dafeng.accounts.evaluate` with all measures of an energy balance: each
cell of the result keeps the id of its ledger line. The peer is a pandas merge of the same lines with the same
coefficients, which are handed to it finished.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from harness import DATA, REPOSITORY, cost_of, in_turns, machine, table

DATASET = "balances"
WORKSPACE = DATA / "inventory-workspace"
COEFFICIENTS, HOMES = DATA / "inventory-coefficients.parquet", DATA / "inventory-homes.parquet"
SHARED = REPOSITORY.parent / "shared" / "data" / "ceads-provincial-energy" / "ceads_provincial_energy_2014_2022.csv"
YEARS = range(2014, 2023)
Line = tuple[str, int, str, str, float]  # entity, year, flow, carrier, value in the unit of UNITS
UNITS = {"t": "1e4t", "m3": "1e8m3", "GJ": "1e10kJ", "MWh": "1e8kWh", "tce": "1e4tce"}


def published() -> Iterator[Line]:
    """Every cell of the CEADs energy inventories, zeros included; printed totals are left out."""
    from dafeng.catalog import resource
    from dafeng.ledger.importers.labels import labels

    known = labels("ceads-energy")
    province = {str(row["adcode"]): row["id"] for row in resource("regions", "regions").rows}
    with SHARED.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            line = known.find(row["item"], ("flow", "total", "ignore"))
            for column, text in row.items():
                fuel = known.find(column.replace("_", " "), ("carrier",))
                if line and line.kind == "flow" and fuel:
                    yield province[row["adcode"]], int(row["year"]), line.target, fuel.target, float(text)


def made_up() -> Iterator[Line]:
    """As many cells of the same flows and carriers, a quarter of them not zero."""
    from dafeng.catalog import resource
    from dafeng.ledger.importers.labels import labels

    draw = random.Random(2014)
    known = labels("ceads-energy")
    flows = dict.fromkeys(label.target for label in known.all("flow"))
    carriers = dict.fromkeys(label.target for label in known.all("carrier"))
    provinces = [row["id"] for row in resource("regions", "regions").rows if row["kind"] == "province"][:30]
    for province in provinces:
        for year in YEARS:
            for flow in flows:
                for carrier in carriers:
                    yield (
                        province,
                        year,
                        flow,
                        carrier,
                        round(draw.lognormvariate(2, 2), 4) if draw.random() < 0.25 else 0.0,
                    )


def make() -> str:
    """Bring the cells into a workspace, by the import of the product; says how long that took."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    import dafeng
    from dafeng.catalog import unit_of
    from dafeng.ledger import WAIVABLE, ImportOptions

    shutil.rmtree(WORKSPACE, ignore_errors=True)
    lines = list(published() if SHARED.exists() else made_up())
    entity, year, flow, carrier, value = zip(*lines, strict=True)
    units = [UNITS[unit_of(f, c)] for f, c in zip(flow, carrier, strict=True)]
    file = DATA / "inventory-lines.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.table({"entity": entity, "year": year, "flow": flow, "carrier": carrier, "value": value, "unit": units}),
        file,
    )
    start = time.perf_counter()
    with dafeng.init(WORKSPACE) as workspace:
        report = workspace.import_file(file, options=ImportOptions(dataset=DATASET), accept=WAIVABLE)
    origin = "CEADs energy inventories" if SHARED.exists() else "made up, seeded"
    return f"{len(report.verdict.new):,} cells imported in {time.perf_counter() - start:.1f} s ({origin})"


def make_coefficients() -> None:
    """The coefficients as finished tables, for the peer."""
    import pyarrow.parquet as pq

    import dafeng
    from dafeng import accounts
    from dafeng.accounts.linear_map import Bucket
    from dafeng.catalog import entities
    from dafeng.ledger import year_span

    with dafeng.open(WORKSPACE) as workspace:
        measures = accounts.balance_measures(workspace.choice)
        provinces = [name for name in entities() if entities()[name]["kind"] == "province"]
        periods = [Bucket(year, *year_span(year)) for year in YEARS]
        homes, coefficients = accounts.resolved(measures, accounts.chains_of(provinces), periods, skip_gaps=True)
        pq.write_table(workspace.ledger.run(homes), HOMES)
        pq.write_table(workspace.ledger.run(coefficients), COEFFICIENTS)


def opened() -> dict[str, Any]:
    """The floor: start, open the workspace, add up the ledger."""
    import dafeng

    with dafeng.open(WORKSPACE) as workspace:
        table = workspace.ledger.observations()
        return {"total": workspace.ledger.run(table.aggregate(value=table.value.sum()))["value"][0].as_py()}


def _said(account: Any, start: float) -> dict[str, Any]:
    import pyarrow.compute as pc

    cells, seconds = account.cells, time.perf_counter() - start
    fuel = cells.filter(pc.is_in(cells["measure"], pc.cast(["co2_fuel", "co2_ceads"], "string")))
    return {
        "seconds": seconds,
        "cells": cells.num_rows,
        "ids": pc.count_distinct(cells["id"]).as_py(),
        "co2": pc.sum(fuel["amount"]).as_py(),
    }


def evaluated() -> dict[str, Any]:
    """Dafeng: every measure of an energy balance."""
    import dafeng
    from dafeng import accounts

    with dafeng.open(WORKSPACE) as workspace:
        measures = accounts.balance_measures(workspace.choice)
        start = time.perf_counter()
        return _said(accounts.evaluate(workspace.ledger, measures, DATASET), start)


def figures() -> dict[str, Any]:
    """Dafeng: the same and its totals by measure, province and year."""
    import dafeng
    from dafeng import accounts

    with dafeng.open(WORKSPACE) as workspace:
        measures = accounts.balance_measures(workspace.choice)
        start = time.perf_counter()
        account = accounts.evaluate(workspace.ledger, measures, DATASET)
        found = account.figures()
        return {**_said(account, start), "figures": len(found)}


def ceads() -> dict[str, Any]:
    """Dafeng: fuel CO2 by the rule of the CEADs inventories."""
    import dafeng
    from dafeng import accounts

    with dafeng.open(WORKSPACE) as workspace:
        start = time.perf_counter()
        return _said(accounts.ceads_account(workspace.ledger, DATASET), start)


def pandas_merge() -> dict[str, Any]:
    """pandas: merge of the ledger lines with finished coefficients; no check for gaps or for doubles."""
    import pandas as pd

    start = time.perf_counter()
    columns = ["id", "entity", "start", "flow", "carrier", "value", "quality", "vintage"]
    lines = pd.concat(
        [pd.read_parquet(path, columns=columns) for path in sorted((WORKSPACE / "ledger").glob("*.parquet"))]
    )
    lines["bucket"] = pd.to_datetime(lines["start"]).dt.year.astype("int32")
    cells = lines.merge(pd.read_parquet(HOMES), on="entity")
    cells = cells.merge(pd.read_parquet(COEFFICIENTS), on=["measure", "home", "flow", "carrier", "bucket"])
    cells["amount"] = cells["value"] * cells["coefficient"]
    return {
        "seconds": time.perf_counter() - start,
        "cells": len(cells),
        "ids": int(cells["id"].nunique()),
        "co2": float(cells.loc[cells["measure"] == "co2_fuel", "amount"].sum()),
    }


VARIANTS: dict[str, Callable[[], dict[str, Any]]] = {
    "start, open, add up": opened,
    "dafeng, all measures": evaluated,
    "dafeng, all measures and totals": figures,
    "dafeng, CEADs rule": ceads,
    "pandas merge, all measures": pandas_merge,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--variant", choices=VARIANTS, help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help="leave the workspace where it is")
    given = parser.parse_args()
    if given.variant:
        print(json.dumps(VARIANTS[given.variant]()))
        return
    if given.make:
        made = make()
        make_coefficients()
        print(json.dumps({"made": made}))
        return
    print(machine(), flush=True)
    me: list[str | Path] = [sys.executable, Path(__file__).resolve()]
    print(cost_of([*me, "--make"]).said["made"], flush=True)
    costs = in_turns({name: [*me, "--variant", name] for name in VARIANTS}, given.repeat)
    print("\n## Whole processes\n")
    print(table(costs, "start, open, add up"))
    print(
        "\n## Inside\n\n| variant | evaluation, wall s | cells | ledger lines led back to | fuel CO2, t |\n"
        "|---|---|---|---|---|"
    )
    for name, runs in costs.items():
        if "seconds" in runs[0].said:
            said = sorted(run.said["seconds"] for run in runs)[len(runs) // 2], runs[-1].said
            print(f"| {name} | {said[0]:.2f} | {said[1]['cells']:,} | {said[1]['ids']:,} | {said[1]['co2']:.3f} |")
    if not given.keep:
        shutil.rmtree(WORKSPACE)
        for path in DATA.glob("inventory-*.parquet"):
            path.unlink()


if __name__ == "__main__":
    main()
