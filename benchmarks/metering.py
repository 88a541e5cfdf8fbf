"""A hundred million meter readings to CO2 by entity and year, against the engine's bare scan and against pandas.

    python benchmarks/metering.py                      10 and 100 million readings, five turns
    python benchmarks/metering.py --rows 10000000 --repeat 3

Every variant is this file again in a process of its own (`--variant`). The readings are random but seeded: 10,000
entities on a tree nation -> 31 -> 310 -> 2,790 leaves, 8 carriers, quarter hours of 2023 to 2025 in the order in which
they come in, a million at a time, shuffled within each million. Factors stand on all levels of the tree, and those of
different carriers and gases change on different days in mid-year. What a variant takes for a thousand readings
(interpreter, imports, factors, plan) is shown apart: it does not grow with the readings.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import DATA, cost_of, in_turns, machine, table

if TYPE_CHECKING:
    import pyarrow as pa

SEED = 2030
CHUNK = 1_000_000
FEW = 1_000
FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)
SLOTS = ((LAST - FIRST).days + 1) * 96
ENTITIES = 10_000
FLOW = "final"
GASES = ("CO2", "CH4", "N2O")
CARRIERS = ("raw_coal", "coke", "diesel", "gasoline", "natural_gas", "lpg", "heat", "electricity")

# --- data
# ---------------------------------------------------------------------------------------------------------------


def leaves() -> list[tuple[str, str, str, str]]:
    """Each of the 2,790 leaves with its ancestors, itself first."""
    return [
        (f"CN-{p:02}-{c:02}-{d}", f"CN-{p:02}-{c:02}", f"CN-{p:02}", "CN")
        for p in range(31)
        for c in range(10)
        for d in range(9)
    ]


def chains() -> dict[str, tuple[str, ...]]:
    """Each of the 10,000 entities with its ancestors, itself first."""
    choose, below = random.Random(SEED), leaves()
    return {f"E{number:05}": (f"E{number:05}", *choose.choice(below)) for number in range(ENTITIES)}


#: gas -> carrier -> tonnes per unit for the whole country.
NATIONAL = {
    "CO2": {
        "raw_coal": "1.9003",
        "coke": "2.8604",
        "diesel": "3.0959",
        "gasoline": "2.9251",
        "natural_gas": "21.622",
        "lpg": "3.1013",
        "heat": "0.11",
        "electricity": "0.5366",
    },
    "CH4": {"raw_coal": "0.000020908", "natural_gas": "0.00038931", "diesel": "0.00012796"},
    "N2O": {"raw_coal": "0.000031362", "natural_gas": "0.000038931", "diesel": "0.00002559"},
}
#: (gas, carrier) -> level of the tree (0: leaf, 1: prefecture, 2: province), share of its nodes that have their own
#: factors, days on which they change.
OWN: dict[tuple[str, str], tuple[int, float, tuple[date, ...]]] = {
    ("CO2", "electricity"): (2, 1.0, (date(2023, 7, 1), date(2024, 7, 1), date(2025, 4, 1))),
    ("CO2", "raw_coal"): (1, 0.2, (date(2024, 3, 15),)),
    ("CO2", "natural_gas"): (0, 0.05, (date(2025, 7, 1),)),
    ("CH4", "raw_coal"): (2, 0.5, (date(2023, 10, 1),)),
    ("N2O", "diesel"): (2, 0.5, (date(2024, 11, 15),)),
}


def factors() -> Iterator[tuple[str, str, str, date, date, Fraction]]:
    """(gas, node, carrier, start, end, value); about 480 rows."""
    always = date(1900, 1, 1), date(2200, 1, 1)
    for gas, values in NATIONAL.items():
        for carrier, value in values.items():
            yield gas, "CN", carrier, *always, Fraction(value)
    for (gas, carrier), (level, share, changes) in OWN.items():
        nodes = sorted({chain[level] for chain in leaves()})
        choose = random.Random(f"{SEED}/{gas}/{carrier}")
        for node in choose.sample(nodes, round(share * len(nodes))):
            days = (always[0], *changes, always[1])
            for start, end in pairwise(days):
                yield (
                    gas,
                    node,
                    carrier,
                    start,
                    end,
                    Fraction(NATIONAL[gas][carrier]) * Fraction(choose.randint(700, 1300), 1000),
                )


def data_file(rows: int) -> Path:
    return DATA / f"readings-{rows}.parquet"


def make(rows: int) -> None:
    """Write the readings, a million at a time."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    DATA.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(SEED)
    schema = pa.schema(
        [
            ("entity", pa.string()),
            ("flow", pa.string()),
            ("carrier", pa.string()),
            ("start", pa.timestamp("us")),
            ("value", pa.float64()),
        ]
    )

    def words(count: int, choices: Any) -> pa.Array:
        picked = pa.array(draw.integers(0, len(choices), count, dtype=np.int32))
        return pa.DictionaryArray.from_arrays(picked, pa.array(choices)).cast(pa.string())

    names = [f"E{number:05}" for number in range(ENTITIES)]
    origin = np.datetime64(FIRST, "us")
    part = data_file(rows).with_suffix(".part")
    with pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for done in range(0, rows, CHUNK):
            count = min(CHUNK, rows - done)
            low = done * SLOTS // rows
            high = max(low + 1, (done + count) * SLOTS // rows)
            moments = origin + draw.integers(low, high, count) * np.timedelta64(15 * 60 * 10**6, "us")
            columns = [
                words(count, names),
                words(count, [FLOW]),
                words(count, list(CARRIERS)),
                pa.array(moments),
                pa.array(np.round(draw.gamma(2.0, 5.0, count), 2)),
            ]
            writer.write_table(pa.table(columns, schema=schema), row_group_size=CHUNK)
    part.rename(data_file(rows))


# --- variants: each returns CO2 (and other gases) by measure, entity and year
# -------------------------------------------


def bare_scan(rows: int) -> pa.Table:
    """The floor: read the rows and add them up by entity and carrier. No factor, no time."""
    from dafeng.ledger import engine

    backend = engine.connect()
    readings = engine.parquet(backend, [data_file(rows)])
    return engine.run(backend, readings.group_by("entity", "carrier").agg(value=readings.value.sum()))


def linear_map(rows: int, gases: tuple[str, ...], flow_column: bool) -> pa.Table:
    """Dafeng: bucket, sum, join with the resolved coefficients, sum by year."""
    import ibis

    from dafeng.accounts.linear_map import Coefficient, Measure, applied, by_epoch, epochs, resolved, summed, totals
    from dafeng.ledger import engine

    measures = [
        Measure(
            gas,
            f"t_{gas}",
            "benchmark",
            tuple(
                Coefficient(FLOW, carrier, value, entity=node, start=start, end=end)
                for found, node, carrier, start, end, value in factors()
                if found == gas
            ),
        )
        for gas in gases
    ]
    backend = engine.connect()
    readings = engine.parquet(backend, [data_file(rows)])
    if not flow_column:
        readings = readings.mutate(flow=ibis.literal(FLOW))
    buckets = epochs(measures, FIRST, LAST)
    homes, coefficients = resolved(measures, chains(), buckets)
    cells = applied(summed(by_epoch(readings, buckets)), homes, coefficients)
    return engine.run(backend, totals(cells, buckets))


def make_resolved() -> None:
    """The factors resolved to the leaves of the tree with plain loops: a gift to the peers, whose time does not hold
    it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    DATA.mkdir(parents=True, exist_ok=True)
    own: dict[tuple[str, str, str], list[tuple[date, date, float]]] = {}
    for gas, node, carrier, start, end, value in factors():
        own.setdefault((gas, node, carrier), []).append((start, end, float(value)))
    homes = {entity: chain[1] for entity, chain in chains().items()}
    rows = []
    for chain in leaves():
        for gas in GASES:
            for carrier in NATIONAL[gas]:
                node = next(node for node in chain if (gas, node, carrier) in own)
                rows += [(gas, chain[0], carrier, *dated) for dated in own[gas, node, carrier]]
    names = ("gas", "home", "carrier", "start", "end", "factor")
    pq.write_table(
        pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))), DATA / "factors.parquet"
    )
    pq.write_table(pa.table({"entity": list(homes), "home": list(homes.values())}), DATA / "homes.parquet")


def pandas_plain(rows: int) -> pa.Table:
    """pandas as one writes it: merge_asof of every reading with the factor in force, multiply, group."""
    import pandas as pd
    import pyarrow as pa

    frame = pd.read_parquet(data_file(rows), columns=["entity", "carrier", "start", "value"])
    factor = pd.read_parquet(DATA / "factors.parquet", filters=[("gas", "==", "CO2")])
    factor["start"] = pd.to_datetime(factor["start"]).astype("datetime64[us]")
    frame = frame.merge(pd.read_parquet(DATA / "homes.parquet"), on="entity").sort_values("start")
    factor = factor[["home", "carrier", "start", "factor"]].sort_values("start")
    frame = pd.merge_asof(frame, factor, on="start", by=["home", "carrier"])
    frame["amount"] = frame["value"] * frame["factor"]
    frame["year"] = frame["start"].dt.year
    totals = frame.groupby(["entity", "year"])["amount"].sum().reset_index()
    return pa.Table.from_pandas(totals.assign(measure="CO2"), preserve_index=False)


def pandas_tuned(rows: int) -> pa.Table:
    """The same with all that helps it: text as categories, entity and carrier as one integer key."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = ["entity", "carrier", "start", "value"]
    read = pq.read_table(data_file(rows), columns=columns, read_dictionary=["entity", "carrier"])
    frame = read.unify_dictionaries().to_pandas()
    homes = pd.read_parquet(DATA / "homes.parquet").set_index("entity")["home"]
    factor = pd.read_parquet(DATA / "factors.parquet", filters=[("gas", "==", "CO2")])
    home_code = {home: number for number, home in enumerate(sorted(factor["home"].unique()))}
    carrier_code = {carrier: number for number, carrier in enumerate(CARRIERS)}
    of_entity = frame["entity"].cat.categories.map(homes).map(home_code).to_numpy()
    of_carrier = frame["carrier"].cat.categories.map(carrier_code).to_numpy()
    frame["key"] = of_entity[frame["entity"].cat.codes] * len(CARRIERS) + of_carrier[frame["carrier"].cat.codes]
    factor["key"] = factor["home"].map(home_code).astype("int64") * len(CARRIERS) + factor["carrier"].map(carrier_code)
    factor["start"] = pd.to_datetime(factor["start"]).astype("datetime64[us]")
    factor = factor[["key", "start", "factor"]].sort_values("start")
    frame = frame[["entity", "key", "start", "value"]].sort_values("start")
    frame = pd.merge_asof(frame, factor, on="start", by="key")
    frame["amount"] = frame["value"] * frame["factor"]
    frame["year"] = frame["start"].dt.year
    totals = frame.groupby(["entity", "year"], observed=True)["amount"].sum().reset_index()
    totals["entity"] = totals["entity"].astype(str)
    return pa.Table.from_pandas(totals.assign(measure="CO2"), preserve_index=False)


def sql(rows: int, join: str, gases: str) -> pa.Table:
    """The same engine, hand-written: every reading is joined with its factor. `join` is `asof join` or `join`."""
    import duckdb

    until = "" if join.startswith("asof") else "and r.start < f.end"
    return (
        duckdb.connect()
        .execute(f"""
        select f.gas as measure, r.entity, year(r.start) as year, sum(r.value * f.factor) as amount
        from read_parquet('{data_file(rows)}') r join read_parquet('{DATA / "homes.parquet"}') h using (entity)
        {join} (select * from read_parquet('{DATA / "factors.parquet"}') where gas in ({gases})) f
        on f.home = h.home and f.carrier = r.carrier and f.start <= r.start {until} group by all""")
        .to_arrow_table()
    )


VARIANTS: dict[str, Callable[[int], pa.Table]] = {
    "bare scan": bare_scan,
    "dafeng, CO2": lambda rows: linear_map(rows, GASES[:1], False),
    "dafeng, CO2, flow column read": lambda rows: linear_map(rows, GASES[:1], True),
    "dafeng, CO2 + CH4 + N2O": lambda rows: linear_map(rows, GASES, False),
    "SQL range join, CO2": lambda rows: sql(rows, "join", "'CO2'"),
    "SQL range join, CO2 + CH4 + N2O": lambda rows: sql(rows, "join", "'CO2', 'CH4', 'N2O'"),
    "SQL ASOF join, CO2": lambda rows: sql(rows, "asof join", "'CO2'"),
    "pandas merge_asof, CO2, plain": pandas_plain,
    "pandas merge_asof, CO2, tuned": pandas_tuned,
}
BASE, DEFINITION = "bare scan", "SQL range join, CO2 + CH4 + N2O"
#: Above ten million rows these need more memory than a small machine has.
SMALL_ONLY = ("SQL ASOF join, CO2", "pandas merge_asof, CO2, plain", "pandas merge_asof, CO2, tuned")


def run_variant(name: str, rows: int) -> None:
    """In the child: count, keep the result, say the total."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    result = VARIANTS[name](rows)
    said: dict[str, Any] = {"rows": result.num_rows}
    if "measure" in result.column_names:
        pq.write_table(result.select(["measure", "entity", "year", "amount"]), answer(name, rows))
        said["total"] = pc.sum(result.filter(pc.equal(result["measure"], "CO2"))["amount"]).as_py()
    print(json.dumps(said))


def answer(name: str, rows: int) -> Path:
    return DATA / f"answer-{rows}-{'-'.join(re.findall('[A-Za-z0-9]+', name))}.parquet"


def largest_difference(one: Path, other: Path) -> float:
    """Largest relative difference between two answers in what both count; infinite where they have not the same
    keys.
    """
    import pyarrow.parquet as pq

    def figures(path: Path) -> dict[tuple[str, str, int], float]:
        found = {(r["measure"], r["entity"], r["year"]): r["amount"] for r in pq.read_table(path).to_pylist()}
        return {key: amount for key, amount in found.items() if key[0] in gases}

    gases = set(pq.read_table(one)["measure"].unique().to_pylist())
    a, b = figures(one), figures(other)
    return max(abs(a[key] - b[key]) / abs(b[key]) for key in b) if a.keys() == b.keys() else float("inf")


def check(rows: int, names: list[str]) -> None:
    """In a child: how far the answers are from that of the range join, in what both count."""
    compared = [name for name in names if name != BASE and DEFINITION in names]
    print(json.dumps({name: largest_difference(answer(name, rows), answer(DEFINITION, rows)) for name in compared}))


def compare(rows: int, repeat: int, names: list[str]) -> None:
    """Everything heavy is left to children: what this process holds would count as theirs (`harness.cost_of`)."""
    me: list[str | Path] = [sys.executable, Path(__file__).resolve()]
    for size in (FEW, rows):
        if not data_file(size).exists():
            print(f"writing {size:,} readings ...", file=sys.stderr, flush=True)
            cost_of([*me, "--make", "--rows", str(size)])

    def commands(size: int) -> dict[str, list[str | Path]]:
        return {name: [*me, "--variant", name, "--rows", str(size)] for name in names}

    start = in_turns(commands(FEW), repeat)
    costs = in_turns(commands(rows), repeat)
    off = cost_of([*me, "--check", "--rows", str(rows), "--variants", *names]).said
    print(f"\n## {rows:,} readings ({data_file(rows).stat().st_size / 1e6:.0f} MB)\n")
    print(table(costs, BASE, start))
    print("\n| variant | total t CO2 | figures | largest relative difference to the range join |\n|---|---|---|---|")
    for name in names:
        if name != BASE:
            said = costs[name][-1].said
            print(
                f"| {name} | {said['total']:.4f} | {said['rows']:,} | {off.get(name, float('nan')):.1e} |", flush=True
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000_000, 100_000_000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument(
        "--variants", nargs="+", choices=VARIANTS, help="default: all, above 10 million rows the lean ones"
    )
    parser.add_argument("--variant", choices=VARIANTS, help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help="leave the data files where they are")
    given = parser.parse_args()
    if given.variant:
        run_variant(given.variant, given.rows[0])
        return
    if given.make:
        make(given.rows[0])
        make_resolved()
        return
    if given.check:
        check(given.rows[0], given.variants)
        return
    print(machine())
    for rows in given.rows:
        lean = [name for name in VARIANTS if rows <= 10_000_000 or name not in SMALL_ONLY]
        compare(rows, given.repeat, given.variants or lean)
    if not given.keep:
        for path in DATA.glob("*.parquet"):
            path.unlink()


if __name__ == "__main__":
    main()
