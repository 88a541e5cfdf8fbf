"""Runs past years through the power model and writes docs/power-calibration.md.

    python tools/calibration_page.py            2020, 2023 and 2024 on 31 provinces, about half a minute each

After a change of the power data, its parameters or the model.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from dafeng.catalog import entities
from dafeng.pathway.power.calibration import YEARS, Calibration, Compared, calibrate

PAGE = Path(__file__).resolve().parents[1] / "docs" / "power-calibration.md"
BOUNDS = {"generation": 0.03, "coal_use": 0.05, "coal_rate": 0.05, "co2": 0.05}
NAMES = {
    "with_pumped": "hydro and pumped storage",
    "coal_use": "coal burned for power",
    "coal_rate": "coal per kWh",
    "co2": "CO2 of coal power",
}
GIVEN = {"figure": "given", "hours": "hours and capacity given", "": "computed"}
LARGE = 20.0
"""TWh; smaller provinces do not enter the mean error."""
FAR = 0.25

HEAD = """# Power model against the past

Written by `python tools/calibration_page.py`; do not edit. Method: `dafeng.pathway.power.calibration`.

A past year is run hour by hour over 31 provinces, day after day, at least cost. What the model was given, and what it
computed:

- **given**: hourly load (shape of 2018, consumption of the year), capacity (mean of the year), efficiency of coal
  classes, fuel prices; generation of gas, biomass, by-product and nuclear plants, because contracts, heat and fuel
  decide over them; hours of wind and sun as delivered, and water, by province: their generation tests only that
  capacity and hours agree with what was published, and that the model lets hardly any of it go.
- **computed**: coal power by province and class, its coal and CO2, corridors, curtailment, shortage.
- **in sample**: the share of a corridor that contracts fill (`used_share`) was fitted to the provincial balances of
  2020. Provinces of 2020 are therefore in sample; 2023 and 2024 use the same shares and are **out of sample**. The
  national figures do not hang on it.

Hydropower is published with pumped storage. The row `hydro` is without it, by the estimate of the power data; the row
with it has no bound, because the model pumps only where that saves cost, and a real grid for more than that.

Bounds: national generation by technology within 3 %, coal, coal per kWh and CO2 of coal power within 5 %. Many of the
statistics are recalled or computed by us (column *quality*); a published figure has the word `secondary`.
"""

REASONS = """## Why provinces differ

- **Exchange is decided by contracts, not by cost.** Least-cost dispatch runs cheap coal in the north and lets dear coal
  stand. The shares that contracts fill were fitted in 2020 only as one number a corridor; what a corridor carries by
  season and hour is free. Provinces that mostly pass power on or draw on neighbours show the largest deviations, with
  opposite signs on the two ends of the same corridors.
- **Two statistics.** Provincial figures of 2020 are the yearbook's, which counts 3 % more thermal power than the China
  Electricity Council, on which the national figures rest; those of 2023 and 2024 are of plants above scale, which leave
  out small plants. A province that the model met exactly would show 1 to 3 % here.
- **Water and weather.** Hydropower is even within a month; a dry August is not in it beyond the month's share. Weather
  is of 2020 in every year.
- **Plants that run for their own works** (captive coal in Xinjiang, Shandong, Inner Mongolia) run at least cost here.
- **Steam for industry**, which keeps units on line in Jiangsu and Zhejiang, is not in the data; heat of networks is.
"""


def percent(value: float) -> str:
    return f"{100 * value:+.1f} %"


def nation_table(found: Calibration) -> list[str]:
    lines = [
        "| | model | statistic | unit | error | bound | the model was | quality |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in found.nation:
        name = row.subject if row.what == "generation" else NAMES[row.what]
        bound = BOUNDS.get(row.what)
        within = percent(row.error) + (" **outside**" if bound and abs(row.error) > bound else "")
        cells = (
            *(name.replace("_", " "), f"{row.model:,.1f}", f"{row.statistic:,.1f}", row.unit.replace("_", " ")),
            *(within, f"{100 * bound:.0f} %" if bound else "", GIVEN[row.given], row.quality),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def remarks(found: Calibration) -> list[str]:
    words = [
        f"Electricity not served: {found.unserved:,.0f} GWh; heat not served: {found.unheated:,.0f} GWh.",
        *(
            f"{source.capitalize()}: {100 * share:.1f} % curtailed on top of what the delivered hours leave out already"
            + (
                f"; reported utilisation {100 * found.utilisation[source]:.1f} %."
                if source in found.utilisation
                else "; no utilisation reported by province."
            )
            for source, share in found.curtailed.items()
        ),
    ]
    return [" ".join(words)]


def mean_error(rows: Sequence[Compared]) -> float:
    """Mean absolute error of the provinces above `LARGE`, weighted by generation."""
    large = [row for row in rows if row.statistic >= LARGE]
    return sum(abs(row.model - row.statistic) for row in large) / sum(row.statistic for row in large)


def province_table(years: Sequence[Calibration]) -> list[str]:
    by_year = [{row.subject: row for row in found.provinces} for found in years]
    title = " | ".join(f"{found.year} model | statistic | error" for found in years)
    lines = [f"| province | {title} |", "|---|" + "---|---|---|" * len(years)]
    for entity in dict.fromkeys(name for rows in by_year for name in rows):
        cells = [entities()[entity]["short_en"]]
        for rows in by_year:
            row = rows.get(entity)
            far = "**" if row and abs(row.error) > FAR and row.statistic >= LARGE else ""
            cells += (
                [f"{row.model:.1f}", f"{row.statistic:.1f}", f"{far}{percent(row.error)}{far}"] if row else ["", "", ""]
            )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def page(years: Sequence[Calibration]) -> str:
    parts = [HEAD]
    for found in years:
        parts += [f"## {found.year}\n", *nation_table(found), "", *remarks(found), ""]
    parts += ["## Thermal power by province, TWh\n"]
    for found in years:
        scope = found.provinces[0].scope
        kind = "in sample" if found.year == YEARS[0] else "out of sample"
        error = f"{100 * mean_error(found.provinces):.0f} %"
        parts.append(
            f"- {found.year} ({kind}; statistic: {scope}): mean absolute error {error} of generation, provinces above "
            f"{LARGE:.0f} TWh."
        )
    parts += ["", *province_table(years), "", REASONS]
    return "\n".join(parts)


def main() -> None:
    asked = [int(year) for year in sys.argv[1:]] or list(YEARS)
    found = []
    for year in asked:
        last = [-1]

        def tell(_stage: str, share: float, year: int = year, last: list[int] = last) -> None:
            if int(10 * share) > last[0]:
                last[0] = int(10 * share)
                print(f"\r{year}: {100 * share:3.0f} %", end="", file=sys.stderr, flush=True)

        found.append(calibrate(year, "provinces", tell))
        print(f"\r{year}: done ", file=sys.stderr, flush=True)
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
