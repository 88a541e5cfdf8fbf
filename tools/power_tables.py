"""How capacity and coal units of the `power` package were made; run by us after power_hours.py, never by users.

    python tools/power_tables.py ../shared/data

Every step is one function; the notes of the rows and docs/power-data.md say the same in words. Tables typed by hand
(technologies, technology_costs, lines, faults, split_weights ...) are not touched.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from power_common import (
    IDS,
    OURS,
    POWER,
    YEARS,
    Row,
    Vector,
    generation,
    hours_table,
    national,
    rows,
    statistic,
    vector,
    write,
)


def weights(year: int, technology: str) -> dict[str, float]:
    """Recalled figures of split_weights.csv; gas of a year between two is interpolated."""
    table = rows(POWER / "split_weights.csv")
    by_year: dict[int, dict[str, float]] = defaultdict(dict)
    for r in table:
        if r["technology"] == technology:
            by_year[int(r["year"])][r["entity"]] = float(r["value"])
    if year in by_year:
        return by_year[year]
    (first, low), (last, high) = sorted(by_year.items())
    share = (year - first) / (last - first)
    return {e: low[e] * (1 - share) + high[e] * share for e in low}


def balanced(seed: Vector, row_sums: Vector, column_sums: Vector) -> Vector:
    """Biproportional fit (RAS; Stone 1961, Deming and Stephan 1940): the table nearest to `seed` with these margins."""
    table = seed.astype(float).copy()
    for _ in range(2000):
        table *= (column_sums / table.sum(axis=0))[None, :]
        table *= (row_sums / np.where(table.sum(axis=1) > 0, table.sum(axis=1), 1))[:, None]
    return table


# --- installed capacity -------------------------------------------------------------------------


def official(shared: Path) -> dict[tuple[int, str], Vector]:
    """Year-end capacity, MW, of every year and official kind, in the order of the provinces."""
    found: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    for r in rows(shared / "power31-base" / "capacity_2015_2024_mw.csv"):
        if r["mw"]:
            found[int(r["year"]), r["tech"]][OURS[r["province"]]] = float(r["mw"])
    table = {key: vector(values) for key, values in found.items()}
    # Province figures of wind for 2024 are of November and plants >= 6 MW: what is missing to the national figure
    # of December is spread as the growth of the year.
    grown = np.maximum(table[2024, "wind"] - table[2023, "wind"], 0)
    table[2024, "wind"] += grown * (national(2024, "wind") - table[2024, "wind"].sum()) / grown.sum()
    return table


def coal_seed(shared: Path, year: int) -> Vector:
    """Operating coal units of at least 30 MW, MW (Global Energy Monitor)."""
    total = dict.fromkeys(IDS, 0.0)
    for unit in coal_units(shared):
        if alive(unit, year):
            total[unit["entity"]] += float(unit["mw"])
    return vector(total)


def biomass_seed(shared: Path, year: int) -> Vector:
    """National biomass capacity, MW, seven tenths as people (waste), three tenths as crop residue."""
    people = vector(statistic("provinces_economy", year="2020", flow="population", vintage="post-7th-census"))
    residue = vector(
        {
            OURS[r["province"]]: float(r["pypsa_potential_mwh_th"])
            for r in rows(shared / "pypsa-china-thu" / "biomass_potential.csv")
        }
    )
    total = weights(2020, "biomass")["CN"] if year == 2020 else national(year, "biomass")
    return total * (0.7 * people / people.sum() + 0.3 * residue / residue.sum())


def thermal(shared: Path, table: Mapping[tuple[int, str], Vector], year: int) -> dict[str, Vector]:
    """Coal, gas, biomass and other thermal capacity by province: both margins are official (RAS).

    Other thermal power (by-product gas, waste heat, oil) starts from what the first three left in 2020.
    """
    seeds = {y: (coal_seed(shared, y), vector(weights(y, "gas")), biomass_seed(shared, y)) for y in {2020, year}}
    other = np.maximum(table[2020, "thermal"] - np.sum(seeds[2020], axis=0), 0.005 * table[2020, "thermal"])
    whole = table[year, "thermal"]
    totals = np.array([national(year, "coal"), national(year, "gas"), seeds[year][2].sum()])
    fitted = balanced(np.stack([*seeds[year], other], axis=1), whole, np.append(totals, whole.sum() - totals.sum()))
    return dict(zip(("coal", "gas", "biomass", "other_thermal"), fitted.T, strict=True))


#: Provinces whose new hydropower after 2021 is conventional; elsewhere it is taken as pumped storage.
CONVENTIONAL = {"CN-SC", "CN-YN", "CN-XZ", "CN-QH", "CN-GS", "CN-GZ", "CN-GX", "CN-HB", "CN-HN"}


def pumped(shared: Path, table: Mapping[tuple[int, str], Vector], year: int) -> Vector:
    """Pumped storage, MW: the provinces' figures of the end of 2021, moved to the national figure of the year."""
    base = vector(
        {
            OURS[r["province"]]: float(r["phs_mw"])
            for r in rows(shared / "pypsa-china-thu" / "hydro_phs_capacity_mw.csv")
        }
    )
    whole, total = table[year, "hydro"], national(year, "pumped_storage")
    if year <= 2021:  # what came in 2021 is taken off where hydropower grew in 2021
        grown = np.where(np.isin(IDS, list(CONVENTIONAL)), 0, np.maximum(table[2021, "hydro"] - whole, 0))
        change = -np.minimum(grown, base)
    else:
        change = np.where(np.isin(IDS, list(CONVENTIONAL)), 0, np.maximum(whole - table[2021, "hydro"], 0))
    change = change * ((total - base.sum()) / change.sum() if change.any() else 0)
    found = np.minimum(base + change, whole)
    for _ in range(50):  # what does not fit below the hydropower of a province goes to the others
        found = np.minimum(found * total / found.sum(), whole)
    return found


def shifted(share: Vector, amount: Vector, total: float) -> Vector:
    """Shares of which the odds are all multiplied by one number (RAS of two columns) so that the sum fits; MW."""
    low, high = 1e-6, 1e6
    for _ in range(200):
        a = (low * high) ** 0.5
        value = amount * a * share / (1 - share + a * share)
        low, high = (a, high) if value.sum() < total else (low, a)
    return value


def batteries(table: Mapping[tuple[int, str], Vector], year: int) -> Vector:
    """New-type storage, MW: recalled leaders, the rest of the national figure as wind and solar power."""
    total = weights(2020, "battery")["CN"] if year == 2020 else national(year, "new_storage")
    known = vector({k: v for k, v in weights(year, "battery").items() if k != "CN"})
    size = np.where(known > 0, 0, table[year, "wind"] + table[year, "solar"])
    return known + (total - known.sum()) * size / size.sum()


COAST = {f"CN-{p}" for p in ("TJ", "HE", "LN", "SH", "JS", "ZJ", "FJ", "SD", "GD", "GX", "HI")}


def year_end(shared: Path, table: Mapping[tuple[int, str], Vector], year: int) -> dict[str, tuple[Vector, str]]:
    """technology -> (MW by province, basis)."""
    found: dict[str, tuple[Vector, str]] = {k: (v, "fit") for k, v in thermal(shared, table, year).items()}
    phs = pumped(shared, table, year)
    found["hydro"] = (table[year, "hydro"] - phs, "fit")
    found["phs"] = (phs, "fit")
    found["nuclear"] = (table[year, "nuclear"] * national(year, "nuclear") / table[year, "nuclear"].sum(), "official")
    wind = table[year, "wind"] * national(year, "wind") / table[year, "wind"].sum()
    seed = table[min(year, 2022), "offwind_gem_of_which"] * np.isin(IDS, list(COAST))
    sea = seed * weights(year, "offwind")["CN"] / seed.sum()
    for _ in range(50):
        sea = np.minimum(sea * weights(year, "offwind")["CN"] / sea.sum(), 0.95 * wind)
    found["onwind"], found["offwind"] = (wind - sea, "fit"), (sea, "fit")
    solar = table[year, "solar"] * national(year, "solar") / table[year, "solar"].sum()
    found |= solar_split(solar, year, year)
    found["battery"] = (batteries(table, year), "downscaled")
    return found


def solar_split(solar: Vector, year: int, csp_year: int) -> dict[str, tuple[Vector, str]]:
    csp = vector(weights(csp_year, "csp"))
    roof = shifted(
        vector({k: v for k, v in weights(2023, "solar_distributed").items() if k != "CN"}),
        solar - csp,
        national_roof(year),
    )
    return {
        "solar_utility": (solar - csp - roof, "fit"),
        "solar_distributed": (roof, "fit"),
        "csp": (csp, "recalled"),
    }


def national_roof(year: int) -> float:
    return next(
        float(r["value"])
        for r in rows(POWER / "split_weights.csv")
        if (r["entity"], r["year"], r["technology"]) == ("CN", str(year), "solar_distributed")
    )


def in_service(
    table: Mapping[tuple[int, str], Vector], ends: Mapping[str, tuple[Vector, str]], year: int
) -> dict[str, tuple[Vector, str]]:
    """Capacity that served on average through the year: what the official hours are counted on.

    Thermal, hydro, nuclear: mean of two year-ends. Wind and solar: generation over hours, because most of a year's
    additions come in December.
    """
    found: dict[str, tuple[Vector, str]] = {}
    parts = {"thermal": ("coal", "gas", "biomass", "other_thermal"), "hydro": ("hydro", "phs"), "nuclear": ("nuclear",)}
    for kind, names in parts.items():
        ratio = ratio_of(table[year - 1, kind], table[year, kind])
        found |= {name: (ends[name][0] * ratio, "mean") for name in names}
    wind_solar = {"wind": ("onwind", "offwind"), "solar": ("solar_utility", "solar_distributed", "csp")}
    for kind, names in wind_solar.items():
        served = wind_or_solar(table, year, kind) / np.maximum(table[year, kind], 1e-9)
        found |= {name: (ends[name][0] * served, "mean") for name in names}
    before = weights(year - 1, "battery")["CN"] if year == 2020 else national(year - 1, "new_storage")
    found["battery"] = (ends["battery"][0] * (1 + before / ends["battery"][0].sum()) / 2, "mean")
    return found


def wind_or_solar(table: Mapping[tuple[int, str], Vector], year: int, kind: str) -> Vector:
    """MW that served: generation over hours, of the province where published (2020), else spread from the nation."""
    hours = hours_table()
    full = vector({e: hours[e, year, kind] for e in IDS})
    wanted = {"year": str(year), "flow": "power_generation", "carrier": kind, "scope": "all-plants"}
    energy = vector(statistic("provinces_power", **wanted))
    if not energy.any():
        energy = table[year, kind] * ratio_of(table[year - 1, kind], table[year, kind]) * full / 1e6
    served = np.minimum(energy * 1e6 / full, 1.05 * table[year, kind])
    return served * generation(year, kind) / (served @ full / 1e6)


def ratio_of(before: Vector, after: Vector) -> Vector:
    return np.where(after > 0, (before + after) / 2 / np.maximum(after, 1e-9), 0.0)


SOURCES = {
    "official": ("stat-cec;stat-nea;stat-read-co2", "secondary"),
    "fit": (
        "stat-cec;stat-nea;stat-read-co2;gem-coal-2023;gem-wind-2023;pypsa-china-thu;power-memory;power-computed",
        "estimated",
    ),
    "downscaled": ("stat-nea;power-memory;power-computed", "estimated"),
    "residual": ("stat-cec;stat-nea;stat-read-co2;power-memory;power-computed", "estimated"),
    "recalled": ("power-memory", "recalled"),
    "mean": ("stat-cec;stat-nea;stat-read-co2;power-computed", "estimated"),
}


#: Nuclear power of two provinces, for which no figure was read: the plant that stands there is recalled (Hainan), and
#: what the other provinces leave of the nation's figure (Shandong).
UNREAD = {("nuclear", "CN-HI"): "recalled", ("nuclear", "CN-SD"): "residual"}


def capacities(shared: Path) -> Iterable[Row]:
    table = official(shared)
    for year in YEARS:
        ends = year_end(shared, table, year)
        for when, values in (("year_end", ends), ("mean", in_service(table, ends, year))):
            yield from stock(year, when, values)
    solar = vector(
        {
            OURS[r["province"]]: float(r["solar_mw_2025_09"])
            for r in rows(shared / "pypsa-china-thu" / "solar_capacity_2025-09_nea_mw.csv")
        }
    )
    yield from stock(2025, "september", solar_split(solar, 2025, 2024))


def stock(year: int, when: str, values: Mapping[str, tuple[Vector, str]]) -> Iterable[Row]:
    for technology, (mw, of_all) in values.items():
        for entity, value in zip(IDS, mw, strict=True):
            basis = UNREAD.get((technology, entity), of_all) if of_all == "official" else of_all
            source, quality = SOURCES[basis]
            if value > 0.5:
                yield {
                    "entity": entity,
                    "year": year,
                    "when": when,
                    "technology": technology,
                    "value": round(float(value), 1),
                    "unit": "MW",
                    "basis": basis,
                    "source": source,
                    "quality": quality,
                }


# --- coal ----------------------------------------------------------------------------------------

CLASSES = {
    "subcritical": "coal_subcritical",
    "cfb": "coal_subcritical",
    "unknown": "coal_subcritical",
    "supercritical": "coal_supercritical",
    "ultra-supercritical": "coal_usc",
    "igcc": "coal_usc",
    "igcc/ccs": "coal_usc",
    "unknown/ccs": "coal_subcritical",
}
BUILDING = {"construction", "permitted"}


def coal_units(shared: Path) -> list[dict[str, str]]:
    found = rows(shared / "gem-coal-wind-trackers" / "coal_units_china_2023-07.csv")
    return [{**u, "entity": OURS[u["province"]]} for u in found if u["province"] in OURS]


def first_year(unit: Mapping[str, str]) -> int:
    return int(float(unit["start_year"])) if unit["start_year"] else 2005


def alive(unit: Mapping[str, str], year: int) -> bool:
    """Whether a unit stands at the end of the year; those being built count from their announced year."""
    end = int(float(unit["retired_year"])) if unit["retired_year"] else 9999
    built = unit["status"] in ("operating", "mothballed", "retired") or (
        unit["status"] == "construction" and year > 2023
    )
    known = unit["status"] != "retired" or unit["retired_year"]
    return bool(built and known and first_year(unit) <= year < end)


def coal_fleet(shared: Path) -> Iterable[Row]:
    """Capacity by province, class, heat supply and five-year vintage, scaled to the coal capacity of capacities.csv."""
    target = {
        (r["entity"], int(r["year"])): float(r["value"])
        for r in rows(POWER / "capacities.csv")
        if (r["technology"], r["when"]) == ("coal", "year_end")
    }
    for year in YEARS:
        group: dict[tuple[str, str, str, int], float] = defaultdict(float)
        for unit in coal_units(shared):
            if alive(unit, year):
                chp = "true" if unit["chp_flag_zhou"] == "Y" else "false"
                vintage = max(1970, first_year(unit) // 5 * 5)
                group[unit["entity"], CLASSES[unit["technology"]], chp, vintage] += float(unit["mw"])
        seen: dict[str, float] = defaultdict(float)
        for key, mw in group.items():
            seen[key[0]] += mw
        for key in sorted(group):
            if (key[0], year) in target:
                value = group[key] * target[key[0], year] / seen[key[0]]
                yield {
                    "entity": key[0],
                    "year": year,
                    "technology": key[1],
                    "chp": key[2],
                    "vintage": key[3],
                    "value": value,
                    "unit": "MW",
                    "gem_mw": group[key],
                    "source": "gem-coal-2023;power-computed",
                    "quality": "estimated",
                }


def coal_list(shared: Path) -> Iterable[Row]:
    for u in sorted(coal_units(shared), key=lambda u: (IDS.index(u["entity"]), u["gem_unit_id"])):
        if u["status"] in ("operating", "mothballed", *BUILDING):
            yield {
                "id": u["gem_unit_id"],
                "name": u["plant_zh"] or u["plant"],
                "unit_name": u["unit"].replace("Phase ", "P").replace("Unit ", "U"),
                "entity": u["entity"],
                "mw": float(u["mw"]),
                "start_year": u["start_year"].removesuffix(".0"),
                "technology": CLASSES[u["technology"]],
                "chp": "true" if u["chp_flag_zhou"] == "Y" else "false",
                "status": u["status"],
            }


PLANNED = ("construction", "pre-construction", "announced")


def wind_phases(shared: Path) -> Iterable[Row]:
    """Phases of wind farms that are being built or are planned."""
    found = rows(shared / "gem-coal-wind-trackers" / "wind_farms_china_2023-05.csv")
    own = [{**u, "entity": OURS[u["province"]]} for u in found if u["province"] in OURS and u["status"] in PLANNED]
    for u in sorted(own, key=lambda u: (IDS.index(u["entity"]), u["gem_phase_id"])):
        yield {
            "id": u["gem_phase_id"],
            "name": u["project"],
            "unit_name": u["phase"],
            "entity": u["entity"],
            "mw": float(u["mw"]),
            "start_year": u["start_year"].removesuffix(".0"),
            "technology": "onwind" if u["installation_type"] == "onshore" else "offwind",
            "status": u["status"],
        }


def main(shared: Path) -> None:
    write("capacities.csv", capacities(shared))
    write("coal_fleet.csv", coal_fleet(shared))
    write("coal_units.csv", coal_list(shared))
    write("wind_phases.csv", wind_phases(shared))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
