"""How the balances and provincial figures of the `economy` package were made; run by us, never by users.

    python tools/economy_tables.py ../shared/data

The lines of the regional energy balance are read where somebody else repeats them, turned to coal equivalent by the
coefficients `nbs-balance` and added up to the fuels of the plan. Tables typed by hand (drivers, prices, rests, splits,
sources ...) are not touched; of `provinces`, rows that are not made here are kept.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from power_common import CATALOGUE, plain, rows

ECONOMY = CATALOGUE / "economy"
YEAR, TIBET, LIKE_TIBET = "2020", "CN-XZ", "CN-QH"
LINES = (
    "agriculture", "industry", "construction", "transport", "commerce", "other", "urban_households", "rural_households",
)  # fmt: skip
LINE_OF = {2: "agriculture", 43: "construction", 44: "transport", 45: "commerce", 46: "other"} | {
    47: "urban_households",
    48: "rural_households",
    **dict.fromkeys(range(3, 43), "industry"),
}
#: column -> carrier; "Other_Gas" is left out: gas of blast furnaces, whose coke is counted
CARRIER = {
    "Raw_Coal": "raw_coal", "Cleaned_Coal": "cleaned_coal", "Other_Washed_Coal": "other_washed_coal",
    "Briquettes": "briquettes", "Coke": "coke", "Coke_Oven_Gas": "coke_oven_gas",
    "Other_Coking_Products": "other_coking",
    "Crude_Oil": "crude_oil", "Gasoline": "gasoline", "Kerosene": "kerosene", "Diesel_Oil": "diesel",
    "Fuel_Oil": "fuel_oil", "LPG": "lpg", "Refinery_Gas": "refinery_gas", "Other_Petroleum_Products": "other_petroleum",
    "Natural_Gas": "natural_gas", "Heat": "heat", "Electricity": "electricity", "Other_Energy": "other_energy",
}  # fmt: skip
TRANSFORMATION = {"heating": 51, "refining": 54, "non_energy": 61}
OUTPUTS = ("crude_steel", "pig_iron", "cement", "flat_glass", "nonferrous10")
MADE = ("heating.", "non_energy.", "crude_processed", "population", "urban_population", *OUTPUTS)
WEIGHT_CASE = 50e-9
"""Mt a weight case of flat glass."""
TIBET_POWER, TIBET_LOSS, TIBET_INDUSTRY = 8.2, 0.06, 0.45
"""TWh of power consumption; lost; share of industry."""
TIBET_WORKS = {"coal": 0.55, "diesel": 0.06, "other_oil": 0.02}
"""Mtce of industry: 10.9 Mt of cement."""
TIBET_TOWNS = 0.3573
"""Share of people in towns, census of 2020, recalled: the repeated table has no Tibet."""
Amounts = dict[tuple[str, str, str], float]


def fuels() -> dict[str, str]:
    """Carrier -> fuel of the plan."""
    return {carrier: r["id"] for r in rows(ECONOMY / "fuels.csv") for carrier in r["carriers"].split(";")}


def coefficients() -> dict[str, float]:
    """Carrier -> Mtce (electricity TWh) per unit of the inventories: 1e4 t, 1e8 m3, 1e10 kJ, 1e8 kWh, 1e4 tce."""
    found = {
        r["carrier"]: float(r["value"]) / 100
        for r in rows(CATALOGUE / "factors" / "fuels.csv")
        if (r["set"], r["parameter"]) == ("nbs-balance", "standard_coal")
    }
    return {**found, "electricity": 0.1, "other_energy": 0.01}


def provinces() -> dict[str, str]:
    """Adcode -> id."""
    return {r["adcode"]: r["id"] for r in rows(CATALOGUE / "regions" / "regions.csv")}


def inventories(shared: Path) -> tuple[Amounts, Amounts]:
    """(province, line, fuel) of final use, and (province, transformation, fuel); crude oil to refining in Mt."""
    ids, fuel_of, per_unit = provinces(), fuels(), coefficients()
    final: Amounts = defaultdict(float)
    other: Amounts = defaultdict(float)
    for r in rows(shared / "ceads-provincial-energy" / "ceads_provincial_energy_2014_2022.csv"):
        if r["year"] != YEAR:
            continue
        entity, at = ids[r["adcode"]], int(r["line"])
        for column, carrier in CARRIER.items():
            amount = float(r[column] or 0) * per_unit[carrier]
            if at in LINE_OF:
                final[entity, LINE_OF[at], fuel_of[carrier]] += amount
            for name, number in TRANSFORMATION.items():
                if at == number:
                    other[entity, name, fuel_of[carrier]] += amount
        if at == TRANSFORMATION["refining"]:
            other[entity, "crude", ""] = float(r["Crude_Oil"] or 0) / 100
    return final, other


def tibet(final: Amounts, people: dict[str, float]) -> Iterable[tuple[str, str, float, str]]:
    """Lines of Tibet: use per head as in Qinghai, electricity by its power consumption, industry by its cement."""
    scale = people[TIBET] / people[LIKE_TIBET]
    power = TIBET_POWER / (1 + TIBET_LOSS)
    like = {line: final[LIKE_TIBET, line, "electricity"] for line in LINES if line != "industry"}
    for line in LINES:
        for fuel in dict.fromkeys(fuels().values()):
            if line == "industry":
                amount = TIBET_INDUSTRY * power if fuel == "electricity" else TIBET_WORKS.get(fuel, 0.0)
                note = "estimate for Tibet: coal of 10.9 Mt of cement, 45 % of the electricity"
            elif fuel == "electricity":
                amount = (1 - TIBET_INDUSTRY) * power * like[line] / sum(like.values())
                note = "estimate for Tibet: 55 % of its power consumption less losses, by lines as in Qinghai"
            else:
                amount = 0.0 if fuel in ("gas", "coke", "heat", "biomass") else final[LIKE_TIBET, line, fuel] * scale
                note = "no balance is published for Tibet: use per head as in Qinghai"
            yield line, fuel, amount, note


def balance(final: Amounts, people: dict[str, float]) -> list[dict[str, object]]:
    """Table `balance`."""
    order = list(dict.fromkeys(fuels().values()))
    found = [
        (e, line, fuel, v, "stat-nbs-cesy;stat-read-st;eco-dafeng", "secondary", "")
        for (e, line, fuel), v in final.items()
    ]
    found += [(TIBET, line, fuel, v, "eco-dafeng", "estimated", note) for line, fuel, v, note in tibet(final, people)]
    found = sorted((r for r in found if r[3] > 5e-7), key=lambda r: (r[0], LINES.index(r[1]), order.index(r[2])))
    return [
        {"entity": e, "line": line, "fuel": fuel, "value": v, "unit": "TWh" if fuel == "electricity" else "Mtce"}
        | {"source": source, "quality": quality, "note": note}
        for e, line, fuel, v, source, quality, note in found
    ]


def figures(shared: Path, other: Amounts, people: dict[str, float]) -> list[dict[str, object]]:
    """Table `provinces`: what is made here, and the rows that are typed."""
    ids = provinces()
    found = [r for r in rows(ECONOMY / "provinces.csv") if not r["item"].startswith(MADE)]
    balance_source, output_source = "stat-nbs-cesy;stat-read-st", "stat-nbs-monthly;stat-read-co2"

    def row(
        entity: str, item: str, value: float, unit: str, source: str, note: str = "", quality: str = "secondary"
    ) -> None:
        cells = (entity, item, value, unit, source, quality, note)
        found.append(dict(zip(("entity", "item", "value", "unit", "source", "quality", "note"), cells, strict=True)))

    for r in rows(shared / "crea-china-tracker" / "provincial_annual_1952_2024.csv"):
        if r["year"] == YEAR and r["variable"] in OUTPUTS and float(r["value"]) > 0:
            glass = r["variable"] == "flat_glass"
            value = float(r["value"]) * (WEIGHT_CASE if glass else 1.0)
            row(ids[r["adcode"]], r["variable"], value, "Mt", output_source, "50 kg a weight case" if glass else "")
    for (entity, name, fuel), value in other.items():
        if name == "crude" and value > 0:
            row(entity, "crude_processed", value, "Mt", balance_source, "crude oil to refining, of the balance")
        elif name == "non_energy" and value > 5e-5:
            row(entity, f"non_energy.{fuel}", value, "Mtce", balance_source, "used as raw material, of the balance")
        elif name == "heating" and fuel in ("coal", "gas") and value > 5e-5:
            row(entity, f"heating.{fuel}", value, "Mtce", balance_source, "fuel of heating plants, of the balance")
    urban = "population x urban share of the census of 2020"
    for r in rows(shared / "nbs-provincial-economy" / "gdp_real_index_shares_urbanisation_2015_2022.csv"):
        if (r["year"], r["variable"]) == (YEAR, "urbanisation_share"):
            entity = ids[r["adcode"]]
            row(
                entity,
                "urban_population",
                float(r["value"]) * people[entity],
                "1e4person",
                "stat-nbs-csy;stat-read-st",
                urban,
            )
    towns = TIBET_TOWNS * people[TIBET]
    row(TIBET, "urban_population", towns, "1e4person", "stat-nbs-csy", urban, "recalled")
    for entity, value in people.items():
        row(
            entity,
            "population",
            value,
            "1e4person",
            "stat-nbs-csy;stat-read-pik",
            "as statistics/provinces_economy.csv",
        )
    return sorted(found, key=lambda r: (str(r["entity"]), str(r["item"])))


def write(name: str, lines: list[dict[str, object]]) -> None:
    with (ECONOMY / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, lines[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: plain(v) for k, v in line.items()} for line in lines)


def main(shared: Path) -> None:
    people = {
        r["entity"]: float(r["value"])
        for r in rows(CATALOGUE / "statistics" / "provinces_economy.csv")
        if (r["flow"], r["year"]) == ("population", YEAR)
    }
    final, other = inventories(shared)
    write("balance.csv", balance(final, people))
    write("provinces.csv", figures(shared, other, people))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
