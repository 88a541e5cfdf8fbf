"""Writes the tables of docs/base-year.md from the catalogue: run it after a change.

tests/pathway/sectors/test_base_year_page.py says whether the committed page is up to date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from dafeng.catalog import economy, economy_balance, power, resource
from dafeng.pathway.power.regions import grouping
from dafeng.pathway.sectors.base_year import BASE_YEAR, BaseYear, Closing, base_year, calorific, closure
from dafeng.pathway.sectors.closing import clean, final, national_closing, networks, plants
from dafeng.pathway.sectors.history import stated

PAGE = Path(__file__).resolve().parents[1] / "docs" / "base-year.md"
MARK = "## The closure, nation 2020\n"
WRITTEN = "\nFrom here on written by `tools/base_year_page.py`.\n"


def page(before: str) -> str:
    """The page with its tables as they should be."""
    nation, provinces = (base_year(grouping(name)) for name in ("nation", "provinces"))
    parts = (MARK + WRITTEN, closed(nation), residuals(nation), spread(provinces), totals(), differences(), kinds())
    return before.partition(MARK)[0] + "".join(parts)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    names = list(head)
    lines = [names, ["---"] + ["---:"] * (len(names) - 1), *map(list, rows)]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def closed(base: BaseYear) -> str:
    """Sector by sector: statistics, services, rest, difference."""
    text = """
Fuels and heat in Mtce, electricity in TWh. Services: what options use by catalogue and multiplier. Rest: what no
service explains. The difference is that of services and rest from the statistics.
"""
    rows = [line for line in closure(base) if line.statistics >= 0.05]
    return text + table(
        ("sector", "fuel", "statistics", "services", "rest", "difference, %", "multiplier"),
        ([_sector(line), _fuel(line), *_numbers(line), _multiplier(base, line)] for line in rows),
    )


def _sector(line: Closing) -> str:
    return economy.sectors()[line.sector].names["en"]


def _fuel(line: Closing) -> str:
    return economy.fuels()[line.fuel].names["en"]


def _numbers(line: Closing) -> list[str]:
    amounts = [f"{value:.1f}" for value in (line.statistics, line.services, line.rest)]
    return [*amounts, f"{abs(line.difference):.2f}"]


def _multiplier(base: BaseYear, line: Closing) -> str:
    value = base.multiplier_of(0, line.sector, line.fuel)
    return f"{value:.2f}" if line.services > 0.05 and value != 1.0 else ""


def residuals(base: BaseYear) -> str:
    """Share of each sector's and each fuel's energy that no service explains."""
    weight = calorific()
    amounts, rest = base.amounts[0] * weight, base.rest[0] * weight
    sectors = [(one.names["en"], amounts[k].sum(), rest[k].sum()) for k, one in enumerate(economy.sectors().values())]
    fuels = [(one.names["en"], amounts[:, f].sum(), rest[:, f].sum()) for f, one in enumerate(economy.fuels().values())]
    text = "\n## What no service explains\n\nMtce, electricity by its heat.\n"
    for kind, found in (("sector", sectors), ("fuel", fuels)):
        rows = [(name, f"{a:.1f}", f"{r:.1f}", f"{100 * r / a:.0f}") for name, a, r in found if a > 0]
        whole = (sum(a for _, a, _ in found), sum(r for _, _, r in found))
        rows.append(("all", f"{whole[0]:.1f}", f"{whole[1]:.1f}", f"{100 * whole[1] / whole[0]:.0f}"))
        text += table((kind, "statistics", "rest", "share, %"), rows)
    return text


def spread(base: BaseYear) -> str:
    """Multipliers over provinces, of the fuels that matter."""
    text = """
## Multipliers by province

By the statistics: provinces with a tenth, half and nine tenths of the fuel are at or below.
"""
    wanted = (
        ("steel", "coke"), ("steel", "coal"), ("steel", "electricity"), ("building_materials", "coal"),
        ("nonferrous", "electricity"), ("chemicals", "coal"), ("chemicals", "other_oil"), ("other_industry", "coal"),
        ("transport", "gasoline"), ("transport", "diesel"), ("urban_households", "heat"), ("urban_households", "gas"),
        ("rural_households", "coal"), ("services", "heat"),
    )  # fmt: skip
    rows = []
    for sector, fuel in wanted:
        k, f = list(economy.sectors()).index(sector), list(economy.fuels()).index(fuel)
        amounts, values = base.amounts[:, k, f], base.multipliers[:, k, f]
        order = np.argsort(values)
        share = np.cumsum(amounts[order]) / amounts.sum()
        marks = [float(values[order][np.searchsorted(share, level)]) for level in (0.1, 0.5, 0.9)]
        names = economy.sectors()[sector].names["en"], economy.fuels()[fuel].names["en"]
        rows.append((f"{names[0]}: {names[1].lower()}", *(f"{mark:.2f}" for mark in marks)))
    return text + table(("", "10 %", "50 %", "90 %"), rows)


def totals() -> str:
    """Primary consumption: statistics over what is counted."""
    text = """
## Primary consumption of the nation, 2020

Mtce. Counted: final use, plants and heat networks as the model counts them; closing is the statistics over it, kept in
later years. Primary electricity counts at the coal that plants burn per kWh.
"""
    rows = []
    for carrier, factor in national_closing().items():
        parts = (final(carrier), plants(carrier), networks(carrier)) if carrier != "primary_electricity" else ()
        shown = [f"{part:.1f}" for part in parts] or ["", f"{clean():.0f} TWh", ""]
        own = stated("primary_consumption", carrier)[BASE_YEAR]
        rows.append((carrier.replace("_", " "), *shown, f"{own / factor:.1f}", f"{own:.1f}", f"{factor:.3f}"))
    head = ("carrier", "final use", "plants", "heat networks", "counted", "statistics", "closing")
    return text + table(head, rows)


def differences() -> str:
    """Sums of the lines against other statistics."""
    table_ = economy_balance.balance()
    electricity = sum(float(table_.of(sector, "electricity").sum()) for sector in table_.rows)
    society = float(power.consumption(BASE_YEAR).sum()) * 1e-6
    weight = calorific()
    whole = float((table_.values * weight).sum())
    primary = sum(stated("primary_consumption", c)[BASE_YEAR] for c in ("coal", "oil", "gas", "primary_electricity"))
    return f"""
## Against other statistics

| | |
|---|---:|
| electricity of all lines, TWh | {electricity:.0f} |
| power consumption of the whole society, TWh | {society:.0f} |
| final energy of all lines, electricity by its heat, Mtce | {whole:.0f} |
| primary consumption of the nation, Mtce | {primary:.0f} |
"""


def kinds() -> str:
    """How every table of the package is known."""
    names = (
        "drivers",
        "fuel_prices",
        "rests",
        "rest_trends",
        "balance",
        "industry_split",
        "provinces",
        "service_splits",
    )
    marks = ("official", "secondary", "recalled", "estimated")
    rows = []
    for name in names:
        counts = Counter(row["quality"] for row in resource(economy.PACKAGE, name).rows)
        rows.append((name, *(str(counts[mark] or "") for mark in marks)))
    return "\n## How the figures are known\n\nRows by quality.\n" + table(("table", *marks), rows)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
