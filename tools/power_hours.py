"""How full-load hours and hydropower of the `power` package were made; run by us, first of five, never by users.

python tools/power_hours.py ../shared/data

Then power_tables.py, power_profiles.py, power_corridors.py, power_system.py.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from power_common import CATALOGUE, IDS, OURS, YEARS, Row, Vector, generation, rows, write
from power_tables import official, pumped

# --- hours and hydropower ------------------------------------------------------------------------


def hours(shared: Path) -> Iterable[Row]:
    """Full-load hours of wind and solar as reported, and what was not curtailed.

    Where December is missing, November year to date is extended by the share of January to November in the modelled
    hours of 2020; where November is missing too, the row before it in time is not made up but left out.
    """
    ytd = {
        (OURS[r["province"]], r["date"], r["tech"]): float(r["ytd_hours"])
        for r in rows(shared / "crea-china-power-stats" / "wind_solar_utilisation_hours_ytd.csv")
        if r["province"] in OURS
    }
    rate: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for r in rows(shared / "crea-china-power-stats" / "wind_solar_utilisation_rate_pct.csv"):
        name = r["province"].split("_")[0]
        if name in OURS:
            rate[OURS[name], r["date"][:4], r["tech"]].append(float(r["utilisation_rate_pct"]))
    share = {tech: january_to_november(shared, file) for tech, file in (("wind", "onwind"), ("solar", "solar"))}
    for tech in ("wind", "solar"):
        for entity in IDS:
            for year in range(2018, 2025):
                whole, part = ytd.get((entity, f"{year}-12", tech)), ytd.get((entity, f"{year}-11", tech))
                if whole is None and part is None:
                    continue
                used = rate.get((entity, str(year), tech))
                yield {
                    "entity": entity,
                    "year": year,
                    "technology": tech,
                    "value": round(whole if whole is not None else part / share[tech][entity]),
                    "unit": "h",
                    "basis": "december" if whole is not None else "november",
                    "utilisation_pct": round(float(np.mean(used)), 2) if used else "",
                    "source": "stat-nea;stat-cec;stat-read-co2" + ("" if whole is not None else ";power-computed"),
                    "quality": "secondary" if whole is not None else "estimated",
                }


def january_to_november(shared: Path, file: str) -> dict[str, float]:
    """Share of the modelled year 2020 that falls before December, by province."""
    found = rows(shared / "pypsa-china-thu" / f"cf_{file}_2020_hourly.csv")
    last = next(i for i, r in enumerate(found) if r["time_beijing"].startswith("2020-12"))
    share = {}
    for name, entity in OURS.items():
        series = np.array([float(r[name]) for r in found])
        share[entity] = float(series[:last].sum() / series.sum())
    return share


PHS_HOURS = 1080.0  # generation of pumped storage per MW: 33.5 TWh in 2020 (split_weights.csv) on 31 GW
MOST_HOURS = 5400.0  # Gansu and Ningxia in 2020 had 5,340; what lies above is taken as pumped storage


def hydro(shared: Path) -> Iterable[Row]:
    """Conventional hydropower by province and year: published generation less that of pumped storage."""
    table = official(shared)
    power = rows(CATALOGUE / "statistics" / "provinces_power.csv")
    energy = {
        (r["entity"], int(r["year"]), r["scope"]): float(r["value"])
        for r in power
        if (r["flow"], r["carrier"]) == ("power_generation", "hydro")
    }
    for year in range(2019, 2025):
        phs = (pumped(shared, table, year) + pumped(shared, table, year - 1)) / 2
        mean = (table[year, "hydro"] + table[year - 1, "hydro"]) / 2 - phs
        whole = np.array([energy.get((e, year, "all-plants"), 0.0) for e in IDS])
        basis, quality = "yearbook", "secondary"
        if year > 2022:  # above-scale plants, raised as in the latest year that has both, then to the national figure
            whole = np.array([raised(energy, e, year) for e in IDS])
            whole *= generation(year, "hydro") / whole.sum()
            basis, quality = "above_scale_raised", "estimated"
        for entity, total, pump, mw in zip(IDS, whole, phs * PHS_HOURS / 1e6, mean, strict=True):
            own = min(max(total - pump, 0.15 * total), mw * MOST_HOURS / 1e6)
            if own > 0.005 and mw > 5:
                yield {
                    "entity": entity,
                    "year": year,
                    "generation": total,
                    "pumped": total - own,
                    "value": own,
                    "unit": "TWh",
                    "mean_mw": mw,
                    "hours": own * 1e6 / mw,
                    "basis": basis,
                    "source": "stat-nbs-cesy;stat-nbs-monthly;stat-read-st;power-computed",
                    "quality": "estimated" if pump > 0.001 else quality,
                }


def raised(energy: Mapping[tuple[str, int, str], float], entity: str, year: int) -> float:
    above = energy.get((entity, year, "above-scale"), 0.0)
    base = energy.get((entity, 2022, "above-scale"), 0.0)
    return above * (energy.get((entity, 2022, "all-plants"), base) / base if base else 1.0)


def hydro_months(shared: Path) -> Iterable[Row]:
    """Share of each month in a year's generation; revisions that made a month negative count as 0."""
    found: dict[tuple[str, int], Vector] = defaultdict(lambda: np.zeros(12))
    for r in rows(shared / "power31-base" / "hydro_generation_monthly_gwh.csv"):
        if r["gwh"]:
            found[OURS[r["province"]], int(r["year"])][int(r["month"]) - 1] = max(float(r["gwh"]), 0.0)
    for entity in IDS:
        years = {y: v / v.sum() for (e, y), v in found.items() if e == entity and v.sum() > 0 and y >= 2016}
        if not years:
            continue
        for basis, share in {
            **{str(y): years[y] for y in YEARS if y in years},
            "mean": np.mean(list(years.values()), axis=0),
        }.items():
            for month, value in enumerate(share / share.sum(), 1):
                yield {
                    "entity": entity,
                    "basis": basis,
                    "month": month,
                    "value": round(float(value), 6),
                    "unit": "1",
                    "source": "stat-nbs-monthly;stat-read-co2;power-computed",
                    "quality": "secondary",
                }


def reservoirs(shared: Path) -> Iterable[Row]:
    """Large dams whose usable storage is worth a week of full output or more."""
    for r in rows(shared / "pypsa-china-thu" / "hydro_dams_large.csv"):
        energy = float(r["reservoir_effective_m3"]) / float(r["water_factor_m3_per_kwh_avg"]) / 1000
        yield {
            "id": r["dam"],
            "entity": OURS[r["province"]],
            "river": r["river"],
            "mw": float(r["capacity_mw"]),
            "storage_mwh": round(energy),
            "kind": "reservoir" if energy >= 168 * float(r["capacity_mw"]) else "run_of_river",
            "source": "pypsa-china-thu;power-computed",
            "quality": "secondary",
        }


def main(shared: Path) -> None:
    write("hours.csv", hours(shared))
    write("hydro.csv", hydro(shared))
    write("hydro_months.csv", hydro_months(shared))
    write("reservoirs.csv", reservoirs(shared))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
