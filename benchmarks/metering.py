"""A hundred million meter readings to CO2 by entity and year, against the engine's bare scan and against pandas.

    python benchmarks/metering.py                      both sizes, three turns
    python benchmarks/metering.py --rows 10000000 --repeat 5

Every variant is this file again in a process of its own (`--variant`). The readings are random but seeded: 10,000
entities on a tree nation -> 31 -> 310 -> 2,790 leaves, 8 carriers, quarter hours of 2023 to 2025 in the order in which
they come in, a million at a time, shuffled within each million. Factors stand on all levels of the tree, and those of
different carriers and gases change on different days in mid-year.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import DATA, cost_of, in_turns, machine, median, table

if TYPE_CHECKING:
    import pyarrow as pa

SEED = 2030
CHUNK = 1_000_000
FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)
SLOTS = ((LAST - FIRST).days + 1) * 96
ENTITIES = 10_000
FLOW = "final"
CARRIERS = ("raw_coal", "coke", "diesel", "gasoline", "natural_gas", "lpg", "heat", "electricity")

# --- data ---------------------------------------------------------------------------------------------------------------


def leaves() -> list[tuple[str, str, str, str]]:
    """Each of the 2,790 leaves with its ancestors, itself first."""
    return [(f"CN-{p:02}-{c:02}-{d}", f"CN-{p:02}-{c:02}", f"CN-{p:02}", "CN")
            for p in range(31) for c in range(10) for d in range(9)]


def chains() -> dict[str, tuple[str, ...]]:
    """Each of the 10,000 entities with its ancestors, itself first."""
    choose, below = random.Random(SEED), leaves()
    return {f"E{number:05}": (f"E{number:05}", *choose.choice(below)) for number in range(ENTITIES)}


#: gas -> carrier -> tonnes per unit for the whole country.
NATIONAL = {
    "CO2": {"raw_coal": "1.9003", "coke": "2.8604", "diesel": "3.0959", "gasoline": "2.9251", "natural_gas": "21.622",
            "lpg": "3.1013", "heat": "0.11", "electricity": "0.5366"},
    "CH4": {"raw_coal": "0.000020908", "natural_gas": "0.00038931", "diesel": "0.00012796"},
    "N2O": {"raw_coal": "0.000031362", "natural_gas": "0.000038931", "diesel": "0.00002559"},
}
#: (gas, carrier) -> level of the tree (0: leaf, 1: prefecture, 2: province), share of its nodes that have their own factors, days on which they change.
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
            for start, end in zip(days, days[1:], strict=False):
                yield gas, node, carrier, start, end, Fraction(NATIONAL[gas][carrier]) * Fraction(choose.randint(700, 1300), 1000)


def data_file(rows: int) -> Path:
    return DATA / f"readings-{rows}.parquet"


def make(rows: int) -> None:
    """Write the readings, a million at a time."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    DATA.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(SEED)
    schema = pa.schema([("entity", pa.string()), ("flow", pa.string()), ("carrier", pa.string()),
                        ("start", pa.timestamp("us")), ("value", pa.float64())])

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
            columns = [words(count, names), words(count, [FLOW]), words(count, list(CARRIERS)), pa.array(moments),
                       pa.array(np.round(draw.gamma(2.0, 5.0, count), 2))]
            writer.write_table(pa.table(columns, schema=schema), row_group_size=CHUNK)
    part.rename(data_file(rows))


# --- variants: each returns CO2 (and other gases) by measure, entity and year -------------------------------------------


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
        Measure(gas, f"t_{gas}", "benchmark",
                tuple(Coefficient(FLOW, carrier, value, entity=node, start=start, end=end)
                      for found, node, carrier, start, end, value in factors() if found == gas))
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


def resolved_table() -> Any:
    """The factors of CO2 by entity and carrier for those who do without the tree: a gift to the peers, not timed here."""
    import pyarrow.parquet as pq

    return pq.read_table(DATA / "factors.parquet")


def make_resolved() -> None:
    """(home, carrier, start, end, value) and (entity, home) for CO2, resolved with plain loops."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    DATA.mkdir(parents=True, exist_ok=True)
    own: dict[tuple[str, str], list[tuple[date, date, float]]] = {}
    for gas, node, carrier, start, end, value in factors():
        if gas == "CO2":
            own.setdefault((node, carrier), []).append((start, end, float(value)))
    homes = {entity: chain[1] for entity, chain in chains().items()}
    rows = []
    for chain in leaves():
        for carrier in CARRIERS:
            node = next(node for node in chain if (node, carrier) in own)
            rows += [(chain[0], carrier, start, end, value) for start, end, value in own[node, carrier]]
    names = ("home", "carrier", "start", "end", "factor")
    pq.write_table(pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))), DATA / "factors.parquet")
    pq.write_table(pa.table({"entity": list(homes), "home": list(homes.values())}), DATA / "homes.parquet")


def pandas_asof(rows: int) -> pa.Table:
    """pandas: merge_asof of every reading with the factor in force, multiply, group.

    Text is read as categories, and entity and carrier are joined into one integer key, which is what merge_asof is fastest
    with; the factors are already resolved to the leaves of the tree.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = ["entity", "carrier", "start", "value"]
    frame = pq.read_table(data_file(rows), columns=columns, read_dictionary=["entity", "carrier"]).unify_dictionaries().to_pandas()
    homes = pd.read_parquet(DATA / "homes.parquet").set_index("entity")["home"]
    factor = pd.read_parquet(DATA / "factors.parquet")
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


def _sql(rows: int, join: str) -> pa.Table:
    import duckdb

    return duckdb.connect().execute(f"""
        select 'CO2' as measure, entity, year(r.start) as year, sum(r.value * f.factor) as amount
        from read_parquet('{data_file(rows)}') r join read_parquet('{DATA / 'homes.parquet'}') h using (entity)
        {join} group by all""").to_arrow_table()


def sql_asof(rows: int) -> pa.Table:
    """The same engine with a hand-written ASOF join of every reading."""
    return _sql(rows, f"asof join read_parquet('{DATA / 'factors.parquet'}') f "
                      "on f.home = h.home and f.carrier = r.carrier and f.start <= r.start")


def sql_range(rows: int) -> pa.Table:
    """The same engine with a hand-written range join of every reading: the plain definition, hence the check."""
    return _sql(rows, f"join read_parquet('{DATA / 'factors.parquet'}') f "
                      "on f.home = h.home and f.carrier = r.carrier and f.start <= r.start and r.start < f.end")


GASES = ("CO2", "CH4", "N2O")
VARIANTS: dict[str, Callable[[int], pa.Table]] = {
    "bare scan": bare_scan,
    "dafeng, CO2": lambda rows: linear_map(rows, GASES[:1], False),
    "dafeng, CO2, flow column read": lambda rows: linear_map(rows, GASES[:1], True),
    "dafeng, CO2 + CH4 + N2O": lambda rows: linear_map(rows, GASES, False),
    "SQL ASOF join": sql_asof,
    "SQL range join": sql_range,
    "pandas merge_asof": pandas_asof,
}
DAFENG = [name for name in VARIANTS if name.startswith("dafeng")]
PEERS = ["SQL ASOF join", "SQL range join", "pandas merge_asof"]


def run_variant(name: str, rows: int) -> None:
    """In the child: count, keep the result, say the total and the CPU that was spent after the imports."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    result = VARIANTS[name](rows)
    said: dict[str, Any] = {"rows": result.num_rows}
    if "measure" in result.column_names:
        result = result.select(["measure", "entity", "year", "amount"])
        pq.write_table(result, answer(name, rows))
        said["total"] = pc.sum(result.filter(pc.equal(result["measure"], "CO2"))["amount"]).as_py()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    said["cpu"] = usage.ru_utime + usage.ru_stime
    print(json.dumps(said))


def answer(name: str, rows: int) -> Path:
    return DATA / f"answer-{rows}-{''.join(c if c.isalnum() else '-' for c in name)}.parquet"


def largest_difference(one: Path, other: Path) -> float:
    """Largest relative difference between two answers, over every entity and year of CO2; infinite if keys differ."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    def figures(path: Path) -> dict[tuple[str, int], float]:
        found = pq.read_table(path)
        found = found.filter(pc.equal(found["measure"], "CO2"))
        return dict(zip(zip(found["entity"].to_pylist(), found["year"].to_pylist(), strict=True),
                        found["amount"].to_pylist(), strict=True))

    a, b = figures(one), figures(other)
    return max(abs(a[k] - b[k]) / abs(b[k]) for k in b) if a.keys() == b.keys() else float("inf")


def compare(rows: int, repeat: int, names: list[str]) -> None:
    if not data_file(rows).exists():
        print(f"writing {rows:,} readings ...", file=sys.stderr, flush=True)
        make(rows)
    make_resolved()
    me = Path(__file__).resolve()
    costs = in_turns({name: [sys.executable, me, "--variant", name, "--rows", str(rows)] for name in names}, repeat)
    print(f"\n## {rows:,} readings ({data_file(rows).stat().st_size / 1e6:.0f} MB)\n")
    print(table(costs, "bare scan"))
    counted = [name for name in names if name != "bare scan"]
    print("\n| variant | total t CO2 | figures | largest relative difference to the range join |\n|---|---|---|---|")
    for name in counted:
        said = costs[name][-1].said
        off = f"{largest_difference(answer(name, rows), answer('SQL range join', rows)):.1e}" if "SQL range join" in names else "-"
        print(f"| {name} | {said['total']:.6f} | {said['rows']:,} | {off} |")
    if "pandas merge_asof" in names:
        factor = median(costs["pandas merge_asof"], "cpu") / median(costs["dafeng, CO2"], "cpu")
        print(f"\npandas merge_asof takes {factor:.1f} times the CPU of dafeng.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000_000, 100_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, help="default: all at up to 10 million rows, no peers above")
    parser.add_argument("--variant", choices=VARIANTS, help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help="leave the data files where they are")
    given = parser.parse_args()
    if given.variant:
        run_variant(given.variant, given.rows[0])
        return
    print(machine())
    for rows in given.rows:
        compare(rows, given.repeat, given.variants or ["bare scan", *DAFENG, *(PEERS if rows <= 10_000_000 else ["SQL range join"])])
    if not given.keep:
        for path in DATA.glob("*.parquet"):
            path.unlink()


if __name__ == "__main__":
    main()
