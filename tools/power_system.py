"""How potentials, demand and flows of the `power` package were made; run by us after power_tables.py.

python tools/power_system.py ../shared/data
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from power_common import IDS, OURS, POWER, Row, Vector, rows, statistic, vector, write

# --- potentials ----------------------------------------------------------------------------------

#: Operating, being built and approved by August 2025; sites that are under protection (MW, recalled, rounded).
NUCLEAR = {
    "CN-LN": (11800, 30000),
    "CN-HE": (2400, 12000),
    "CN-SD": (13000, 45000),
    "CN-JS": (12200, 25000),
    "CN-ZJ": (21000, 45000),
    "CN-FJ": (21500, 45000),
    "CN-GD": (30800, 65000),
    "CN-GX": (9500, 25000),
    "CN-HI": (3800, 12000),
}
INLAND = {
    "CN-HN": 12000,
    "CN-HB": 12000,
    "CN-JX": 12000,
    "CN-AH": 10000,
    "CN-HA": 8000,
    "CN-SC": 8000,
    "CN-CQ": 4000,
    "CN-JL": 5000,
}
SUNNY = {"CN-QH", "CN-GS", "CN-XJ", "CN-NM", "CN-NX", "CN-XZ"}
PHS_PLANNED = 421_000.0  # MW: projects of the plan for 2021 to 2035, all of them (recalled)


def column(path: Path, name: str) -> Vector:
    return vector({OURS[r["province"]]: float(r[name] or 0) for r in rows(path) if r["province"] in OURS})


def installed(year: str, when: str, *technologies: str) -> Vector:
    total: dict[str, float] = defaultdict(float)
    for r in rows(POWER / "capacities.csv"):
        if (r["year"], r["when"]) == (year, when) and r["technology"] in technologies:
            total[r["entity"]] += float(r["value"])
    return vector(total)


def potentials(shared: Path) -> Iterable[Row]:
    """Three levels a province and technology, MW (biomass: MWh of fuel a year); never below what stands there."""
    yield from of_land(shared / "pypsa-china-thu")
    yield from of_sites(shared / "pypsa-china-thu")
    straw = column(shared / "pypsa-china-thu" / "biomass_potential.csv", "pypsa_potential_mwh_th")
    note = "crop residue that is burnt as waste, 19 GJ per t; half, all, twice"
    for level, share in (("low", 0.5), ("central", 1.0), ("high", 2.0)):
        for entity, value in zip(IDS, share * straw, strict=True):
            yield entry(
                entity, "biomass", level, float(value), "MWh", "pypsa-china-thu;power-estimate", note, "estimated"
            )


def of_land(thu: Path) -> Iterable[Row]:
    """Wind and solar power."""
    land, expert = thu / "potential_era5_land_mw.csv", thu / "potential_assumptions_2019_mw.csv"
    people = vector(statistic("provinces_economy", year="2020", flow="population", vintage="post-7th-census"))
    people_m = people / people.sum() * 1411.8  # million
    now_roof = installed("2025", "september", "solar_distributed")
    now_field = installed("2025", "september", "solar_utility")
    stands = {"onwind": installed("2024", "year_end", "onwind"), "offwind": installed("2024", "year_end", "offwind")}
    for name in ("onwind", "offwind", "solar"):
        a, b = column(land, f"{name}_mw"), column(expert, f"{name}_mw")
        if name == "offwind":  # 192 GW off Shanghai is the sea of its neighbours: at most twice the 2019 table there
            a = np.where(np.isin(IDS, ["CN-SH"]), np.minimum(a, 2 * b), a)
        least = stands.get(name, now_field)
        both = np.where((a > 0) & (b > 0), np.minimum(a, b), np.maximum(a, b))
        yield from levels(
            "solar_utility" if name == "solar" else name,
            (np.maximum(both, 1.2 * least), np.maximum(a, 1.5 * least), np.maximum(np.maximum(a, b), 1.5 * least)),
            "pypsa-china-thu;power-computed",
            "modelled land of ERA5 cells (central), the lower and the higher of it and an expert table of 2019; "
            "at least 1.2 or 1.5 times what stands",
        )
    roofs = tuple(
        np.maximum(kw * 1000 * people_m, factor * now_roof) for kw, factor in ((0.8, 1.3), (1.3, 1.6), (2.5, 2.0))
    )
    yield from levels(
        "solar_distributed",
        roofs,
        "power-estimate",
        "0.8, 1.3 or 2.5 kW per inhabitant; at least 1.3, 1.6 or 2 times what stands",
    )
    field = np.maximum(column(land, "solar_mw"), 0) * np.isin(IDS, list(SUNNY))
    yield from levels(
        "csp",
        (0.01 * field, 0.03 * field, 0.06 * field),
        "pypsa-china-thu;power-estimate",
        "1, 3 or 6 % of the land for photovoltaics in six sunny provinces",
    )


def of_sites(thu: Path) -> Iterable[Row]:
    """Hydropower, nuclear power and pumped storage."""
    water = np.maximum(
        column(thu / "potential_assumptions_2019_mw.csv", "hydro_mw"), installed("2024", "year_end", "hydro")
    )
    yield from levels(
        "hydro",
        (
            np.minimum(water, np.maximum(0.75 * water, installed("2024", "year_end", "hydro"))),
            np.minimum(water, 0.9 * water + 0.1 * installed("2024", "year_end", "hydro")),
            water,
        ),
        "pypsa-china-thu;power-estimate",
        "table of 2019 (694 GW); three quarters, nine tenths or all of what is left, at least what stands",
    )
    sites = tuple(vector({e: float(v[i]) for e, v in NUCLEAR.items()}) for i in (0, 1))
    yield from levels(
        "nuclear",
        (sites[0], sites[1], sites[1] + vector({e: float(v) for e, v in INLAND.items()})),
        "power-memory",
        "low: operating, being built, approved by August 2025; central: coastal sites; high: with inland sites",
        "recalled",
    )
    phs = installed("2024", "year_end", "phs")
    load = vector(statistic("provinces_power", year="2024", flow="power_consumption")) * ~np.isin(IDS, ["CN-SH"])
    rest = load / load.sum()
    yield from levels(
        "phs",
        tuple(phs + (total - phs.sum()) * rest for total in (120_000.0, 270_000.0, PHS_PLANNED)),
        "power-memory;power-estimate",
        "nation 120 GW (goal for 2030), 270 and 421 GW (projects of the plan to 2035, part and all); "
        "growth spread as consumption",
    )


def levels(
    technology: str, values: tuple[Vector, ...], source: str, note: str, quality: str = "estimated"
) -> Iterable[Row]:
    for level, amounts in zip(("low", "central", "high"), values, strict=True):
        for entity, value in zip(IDS, amounts, strict=True):
            if value > 0.5:
                yield entry(entity, technology, level, round(float(value)), "MW", source, note, quality)


def entry(
    entity: str, technology: str, level: str, value: float, unit: str, source: str, note: str, quality: str
) -> Row:
    return {
        "entity": entity,
        "technology": technology,
        "level": level,
        "value": value,
        "unit": unit,
        "source": source,
        "quality": quality,
        "note": note,
    }


# --- demand --------------------------------------------------------------------------------------


def demand(shared: Path) -> Iterable[Row]:
    """Consumption by province to 2060, TWh, in two scenarios.

    thu_rebased: the published scenario, moved to the statistics of 2024. Its column for 2025 is the statistics of 2024
    and lies above its column for 2030, so it is put aside; its own path from 2020 to 2030 gives 2024 by interpolation,
    and growth from there is put on the statistics. No province grows more than twice as much as the nation (Tibet).
    recent_growth: the national path of demand_national.csv, spread as the first.
    """
    actual = vector(statistic("provinces_power", year="2024", flow="power_consumption"))
    path = {
        OURS[r["province"]]: r
        for r in rows(shared / "pypsa-china-pik" / "electricity_demand_projection_twh.csv")
        if r["province"] in OURS
    }
    known = [2020, *range(2030, 2061, 5)]
    national = {int(r["year"]): float(r["value"]) for r in rows(POWER / "demand_national.csv")}
    for year in range(2025, 2061, 5):
        growth = np.array(
            [
                np.divide(*(np.interp(y, known, [float(path[e][str(k)]) for k in known]) for y in (year, 2024)))
                for e in IDS
            ]
        )
        nation = float((actual * growth).sum() / actual.sum())
        rebased = actual * np.minimum(growth, 1 + 2 * (nation - 1))
        for scenario, values, source in (
            ("thu_rebased", rebased, "pypsa-china-pik;stat-nea;power-computed"),
            ("recent_growth", rebased * national[year] / rebased.sum(), "power-memory;power-estimate;pypsa-china-pik"),
        ):
            for entity, value in zip(IDS, values, strict=True):
                yield {
                    "entity": entity,
                    "year": year,
                    "scenario": scenario,
                    "value": round(float(value), 3),
                    "unit": "TWh",
                    "source": source,
                    "quality": "estimated",
                }


# --- flows ---------------------------------------------------------------------------------------

GRIDS = {
    "North China": "north",
    "Northeast": "northeast",
    "East China": "east",
    "Central China": "central",
    "Huazhong": "central",
    "South": "south",
    "Northwest China": "northwest",
    "Northwest": "northwest",
    "Southwest China": "southwest",
}


def flows(shared: Path) -> Iterable[Row]:
    """Energy between the grids of the State Grid and the South in 2020 and 2021, TWh: sum of the months."""
    total: dict[tuple[int, str, str], list[float]] = defaultdict(list)
    for r in rows(shared / "crea-china-power-stats" / "peak_load_and_crossregion_by_grid.csv"):
        year = int(r["date"][:4])
        for name, cell in r.items():
            if year in (2020, 2021) and name.startswith("Cross-region") and cell:
                a, b = name.split(": ")[1].split(" [")[0].split(" → ")
                total[year, GRIDS[a], GRIDS[b]].append(float(cell))
    for (year, a, b), cells in sorted(total.items()):
        yield {
            "year": year,
            "from": a,
            "to": b,
            "value": round(sum(cells) / 1e5, 3),
            "unit": "TWh",
            "months": len(cells),
            "source": "stat-cec;stat-read-co2;power-computed",
            "quality": "secondary",
        }


def coal_use(shared: Path) -> Iterable[Row]:
    """Raw coal burnt for power by province, January to November, 10,000 t; Tibet has none, blank cells are left out."""
    for r in rows(shared / "crea-china-power-stats" / "coal_use_for_power_ytd_1e4t.csv"):
        if r["date"] in ("2020-11", "2021-11"):
            for name, entity in OURS.items():
                if r.get(name):
                    yield {
                        "entity": entity,
                        "year": int(r["date"][:4]),
                        "value": float(r[name]),
                        "unit": "1e4t",
                        "months": 11,
                        "source": "stat-cec;stat-read-co2",
                        "quality": "secondary",
                    }


def main(shared: Path) -> None:
    write("potentials.csv", potentials(shared))
    write("demand.csv", demand(shared))
    write("flows.csv", flows(shared))
    write("coal_use.csv", coal_use(shared))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
