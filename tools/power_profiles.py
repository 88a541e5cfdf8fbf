"""How the hourly series of the `power` package were made; run by us after power_tables.py, never by users.

    python tools/power_profiles.py ../shared/data

The model year has 8,760 hours in Beijing time; hour 0 is 1 January 00:00-01:00. Two calendars meet in it:
load is of 2018 (1 January was a Monday), weather of 2020 without 29 February. They are joined by day of the month, so
weekdays are those of 2018 and the weather of a day is not the one that the people of that load had.

Series are kept as whole numbers of 1/10,000: capacity factors as they are, load and heat as part of the year's highest
hour. Wind and solar are kept as modelled; the exponent or factor that brings each to reported hours is in
calibration.csv and is put on when a series is read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from power_common import IDS, OURS, POWER, Row, rows, write

HOURS, STEP = 8760, 1e-4
FLOOR = 1e-4
Series = NDArray[np.float64]


def hourly(path: Path) -> dict[str, Series]:
    """entity -> 8,760 values; 29 February is left out."""
    table = [r for r in rows(path) if not r["time_beijing"].startswith("2020-02-29")]
    found = {OURS[name]: np.array([float(r[name]) for r in table]) for name in table[0] if name in OURS}
    assert all(series.shape == (HOURS,) and np.isfinite(series).all() for series in found.values()), path
    return {entity: found[entity] for entity in IDS if entity in found}


def begun(solar: Mapping[str, Series]) -> dict[str, Series]:
    """Solar series of which the time is the end of the hour, moved to its beginning.

    Radiation of ERA5 is that of the hour before. As labelled, the middle of the day is 12.6 h in Shandong (118.5
    degrees east: the sun stands highest at 12.1 h) and 14.7 h in Xinjiang (86 degrees: 14.3 h).
    """
    return {entity: np.roll(values, -1) for entity, values in solar.items()}


def write_series(name: str, series: Mapping[str, Series]) -> None:
    columns = {entity: np.round(values / STEP).astype(np.uint16) for entity, values in series.items()}
    pq.write_table(
        pa.table(columns),
        POWER / f"{name}.parquet",
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        column_encoding="BYTE_STREAM_SPLIT",
        write_statistics=False,
        store_schema=False,
    )


def exponent(series: Series, hours: float) -> float:
    """k with sum(max(CF, 1e-4)^k) = hours, by bisection: keeps 0..1 and the order of the hours."""
    base, low, high = np.maximum(series, FLOOR), 0.01, 10.0
    for _ in range(100):
        k = (low + high) / 2
        low, high = (k, high) if np.sum(base**k) > hours else (low, k)
    return k


def factor(series: Series, hours: float) -> float:
    """f with sum(min(f CF, 1)) = hours, by bisection."""
    low, high = 0.1, 10.0
    for _ in range(100):
        f = (low + high) / 2
        low, high = (f, high) if np.sum(np.minimum(f * series, 1.0)) < hours else (low, f)
    return f


def reported(kind: str, basis: str) -> dict[str, float]:
    """Hours to be met. 2020, 2023, 2024: as delivered. new: mean of 2021-2023 before curtailment."""
    table = {(r["entity"], int(r["year"])): r for r in rows(POWER / "hours.csv") if r["technology"] == kind}
    if basis != "new":
        return {e: float(table[e, int(basis)]["value"]) for e in IDS}
    return {
        e: float(
            np.mean(
                [float(table[e, y]["value"]) / float(table[e, y]["utilisation_pct"]) * 100 for y in (2021, 2022, 2023)]
            )
        )
        for e in IDS
    }


def on_and_off(total: float, on: float, off: float, sea: float) -> tuple[float, float]:
    """Hours on land and at sea that give the reported hours of both: the sea as modelled where land stays plausible."""
    if not off:
        return total, sea
    land = total if not on else float(np.clip((total * (on + off) - sea * off) / on, 0.75 * total, 1.1 * total))
    return land, (total * (on + off) - land * on) / off


def calibration(
    onwind: Mapping[str, Series], offwind: Mapping[str, Series], solar: Mapping[str, Series]
) -> Iterable[Row]:
    fleet = {
        (r["entity"], r["year"], r["technology"]): float(r["value"])
        for r in rows(POWER / "capacities.csv")
        if r["when"] == "mean"
    }
    for basis in ("2020", "2023", "2024", "new"):
        year = "2023" if basis == "new" else basis
        wind, sun = reported("wind", basis), reported("solar", basis)
        for e in IDS:
            on, off = (fleet.get((e, year, t), 0.0) for t in ("onwind", "offwind"))
            model = float(offwind[e].sum()) if e in offwind else 0.0
            land, sea = on_and_off(wind[e], on, off if off >= 100 and e in offwind else 0.0, model)
            yield line(e, "onwind", basis, "power", exponent(onwind[e], land), onwind[e], land)
            if e in offwind:
                yield line(
                    e, "offwind", basis, "power", exponent(offwind[e], sea) if sea != model else 1.0, offwind[e], sea
                )
            yield line(e, "solar", basis, "factor", factor(solar[e], sun[e]), solar[e], sun[e])


def line(entity: str, series: str, basis: str, method: str, parameter: float, model: Series, hours: float) -> Row:
    return {
        "entity": entity,
        "series": series,
        "basis": basis,
        "method": method,
        "value": round(parameter, 6),
        "unit": "1",
        "model_hours": round(float(model.sum()), 1),
        "hours": round(hours, 1),
        "source": "pypsa-china-thu;stat-nea;stat-cec;stat-read-co2;power-computed",
        "quality": "estimated",
    }


def heat(shared: Path) -> Iterable[Row]:
    """District heat a year, TWh_th: space heat of networks in 2020."""
    for r in rows(shared / "pypsa-china-thu" / "space_heat_2020.csv"):
        if float(r["space_heat_central_twh"]) >= 0.05:
            yield {
                "entity": OURS[r["province"]],
                "year": 2020,
                "value": float(r["space_heat_central_twh"]),
                "unit": "TWh",
                "network_share": float(r["district_heating_share_2020"]),
                "source": "pypsa-china-thu",
                "quality": "secondary",
            }


def charging(shared: Path) -> Iterable[Row]:
    """Charging of electric vehicles through a week from Monday 00:00, as share of the week."""
    table = rows(shared / "pypsa-china-pik" / "ev_charging_profile_week.csv")
    total = {kind: sum(float(r[f"{kind}_share"]) for r in table) for kind in ("passenger", "freight")}
    for r in table:
        yield {
            "hour": 24 * int(r["day"]) + int(r["hour"]),
            **{k: round(float(r[f"{k}_share"]) / t, 8) for k, t in total.items()},
            "unit": "1",
            "source": "pypsa-china-pik",
            "quality": "secondary",
        }


def main(shared: Path) -> None:
    thu = shared / "pypsa-china-thu"
    load = hourly(thu / "load_hourly_mw_2018.csv")
    heating = hourly(thu / "heat_demand_2020_hourly_mwth.csv")
    onwind, offwind, solar = (hourly(thu / f"cf_{kind}_2020_hourly.csv") for kind in ("onwind", "offwind", "solar"))
    solar = begun(solar)
    for name, series in (("load", load), ("heat_load", heating)):
        write_series(name, {e: values / values.max() for e, values in series.items()})
    for name, series in (("onwind", onwind), ("offwind", offwind), ("solar", solar)):
        write_series(name, series)
    write("calibration.csv", calibration(onwind, offwind, solar))
    write("heat.csv", heat(shared))
    write("charging.csv", charging(shared))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
