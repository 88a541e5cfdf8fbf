"""Runs past years through the power model and writes docs/power-calibration.md.

    python tools/calibration_page.py            2020, 2023 and 2024 on 31 provinces, about a quarter of a minute each

After a change of the power data, its parameters or the model.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from dafeng.catalog import entities, power
from dafeng.pathway.power.calibration import YEARS, Calibration, Compared, calibrate
from dafeng.pathway.power.parameters import parameters
from dafeng.pathway.replay import replay
from dafeng.pathway.system import System

PAGE = Path(__file__).resolve().parents[1] / "docs" / "power-calibration.md"
BOUNDS = {"generation": 0.03, "with_pumped": 0.03, "coal_use": 0.05, "coal_rate": 0.05, "co2": 0.05}
NAMES = {
    "with_pumped": "hydro and pumped storage",
    "coal_use": "coal burned for power",
    "coal_rate": "coal per kWh",
    "co2": "CO2 of coal power",
    "all_fuels": "power sector, all fuels",
}
GIVEN = {"figure": "given", "hours": "hours and capacity given", "": "computed"}
LARGE = 20.0
"""TWh; smaller provinces do not enter the mean error."""
FAR = 0.25
REASONED = 0.10
"""A province that misses by more in some year has its reason."""
OTHER_FAR, OTHER_LARGE = 0.05, 5.0
"""Share and TWh; what other sources of a province are listed for."""
SECTION = 4.0
"""GW each way, within contracts and beyond, tried on sections that the table has at 0."""
SECTIONS = ("CN-JS-CN-ZJ AC", "CN-SN-CN-NX AC", "CN-GX-CN-GZ AC", "CN-GZ-CN-YN AC")
"""Alternating current that is open on the ground and has no figure: the fault pf15."""

HEAD = """# Power model against the past

Written by `python tools/calibration_page.py`; do not edit. Method: `dafeng.pathway.power.calibration`. A test makes all
three years again and holds them to the bounds and to this page.

A past year is run hour by hour over 31 provinces, day after day, at least cost. What the model was given, and what it
computed:

- **given**: hourly load (shape of 2018, consumption of the year), capacity (mean of the year), efficiency of coal
  classes, fuel prices; generation of gas, biomass, by-product and nuclear plants and of pumped storage, because
  contracts, heat, fuel and the needs of the grid decide over them; hours of wind and sun as delivered, and water, by
  province: their generation tests only that capacity and hours agree with what was published, and that the model lets
  hardly any of it go.
- **computed**: coal power by province and class, its coal and CO2, corridors, curtailment, shortage.
- **in sample**: the share of a corridor that contracts fill (`used_share`) was fitted to the provincial balances of
  2020. Provinces of 2020 are therefore in sample; 2023 and 2024 use the same shares and are **out of sample**. The
  national figures do not hang on it.

**Hydropower** is published with pumped storage (`hydro and pumped storage`); the row `hydro` is without it, by the
estimate of the power data. Left to least cost, pumped storage gave 3 % (2020) to 36 % (2024) of what it really
gave, and the published figure was missed by 3 %: a grid pumps for reserve, frequency and voltage too, which a
dispatch without them does not need. So it is given what it gave: the published figure less the estimate without it
(1,060 to 1,100 h of its capacity), the same every day, at hours that the dispatch chooses. What it draws is part of
the published consumption of the whole society (37 TWh in 2020, 57 in ten months of 2023: `use` in the table
`targets`; by our round trip of 0.76 the model draws 43 and 71), so load is taken without it. The row now says no
more than that our estimates of the two parts fit.

**CO2 of coal power** is coal times 2.66 t per tce on both sides, for no statistic of it was found: the row tests
nothing that the row of coal does not.

**Power sector, all fuels** is held against the China Electricity Council (its rate per kWh of all power times its
generation, both recalled; 2020 and 2023 only) and is *not like with like*, so it has no bound. The model counts
plants of coal and of gas, with what they burn more for the space heat of networks in the north. The Council's
figure holds, as we infer from its rate, all heat of power plants, and by-product gas, oil and waste; the model has
no steam for industry (two thirds of the final heat of the provincial balances) and no fuel of other thermal plants,
which at the Council's 832 kg per MWh of thermal power would make 131 Mt in 2020. No figure was found that splits
off the heat.

**Losses.** Published consumption contains what lines lose (309 TWh in 2020); what corridors lose in the model comes
on top, and coal power covers it. Published sources do not add up either: see the fault pf45 of the power data.

Bounds: national generation by technology within 3 %, coal, coal per kWh and CO2 of coal power within 5 %. Many of the
statistics are recalled or computed by us (column *quality*); a published figure has the word `secondary`.
"""

WHY = {
    1: "**Cheap coal beside dear coal.** Least cost takes the coal power of neighbours where coal costs less by "
    "the table `fuel_prices` (an estimate of ours; CNY per tce of 2020: Hubei 808, Henan 726; Guangxi 815, "
    "Guizhou 670, Yunnan 677; Sichuan 774, Shaanxi 553; Gansu 636 and Qinghai 691, Ningxia 567, Xinjiang 332; "
    "Jilin 726, Heilongjiang 691), as far as the share of the corridor that contracts fill allows, which is "
    "one number for all seasons and hours. Units that run at the dear end for dry months, heat and the grid "
    "stand.",
    2: "**Gas plants run at the nation's hours.** They are given one share of capacity everywhere (2,250 to "
    "2,650 h a year). Six sevenths of Beijing's thermal capacity are gas plants that run for heat: by the "
    "statistic all of it ran 3,600 to 3,900 h.",
    3: "**Guessed sections.** Beijing-Hebei and Hebei-Tianjin have 25,000 MW each, a guess for many lines (fault "
    "pf12): Tianjin's coal units run for both neighbours.",
    4: "**Plants that belong to another grid by contract.** Anhui has units that sell to Shanghai, Jiangsu and "
    "Zhejiang, Fujian sells to Zhejiang. Coal costs about as much at both ends (Anhui, Fujian and Zhejiang "
    "746, Shanghai and Jiangsu 739), so least cost saves the losses and runs the units of the buyer.",
    5: "**Power that leaves on ways which the table of corridors has not.** The lines to Shandong start in Inner "
    "Mongolia (NM-SD-dc) and take its power alone: Jilin and Heilongjiang, which feed them too (recalled), "
    "have no section there (0 MW); plants of Shaanxi that feed the grids of Hebei and Shandong directly "
    "(recalled) have none either.",
    6: "**Contracts that grew after 2020.** `used_share` and all alternating-current capacity stay those of "
    "2020. The province was met within 10 % in 2020; later a buyer runs its own units too much, a seller too "
    "little.",
    7: "**Capacity that hardly runs.** What the fit leaves as other thermal power (330 MW in Tibet) runs at the "
    "nation's hours; there it is oil in reserve (recalled).",
    8: "**A small remainder beside large water.** Hydropower is four to seven times thermal power there: a few "
    "per cent of water, which is even within a month in the model, are tens of per cent of coal.",
}
"""Why provinces differ; facts in them are held to the catalogue by tests/published/test_power_calibration.py."""

WHY_OF = {
    "CN-BJ": (2,),
    "CN-TJ": (3,),
    "CN-SX": (6,),
    "CN-NM": (6,),
    "CN-JL": (1, 5),
    "CN-HL": (5,),
    "CN-SH": (4,),
    "CN-JS": (4, 6),
    "CN-ZJ": (4,),
    "CN-AH": (4,),
    "CN-FJ": (4,),
    "CN-SD": (6,),
    "CN-HB": (1,),
    "CN-HN": (6,),
    "CN-GX": (1,),
    "CN-GZ": (1,),
    "CN-SC": (1, 8),
    "CN-YN": (8,),
    "CN-XZ": (7,),
    "CN-SN": (5,),
    "CN-GS": (1,),
    "CN-QH": (1, 8),
}

REASONS = """Beside these, of all provinces:

- **Two statistics.** Provincial figures of 2020 are the yearbook's, which counts 3 % more thermal power than the China
  Electricity Council, on which the national figures rest; those of 2023 and 2024 are of plants above scale, which leave
  out small plants. A province that the model met exactly would show 1 to 3 % here.
- **Weather** is of 2020 in every year, load has the shape of 2018.
- **Plants that run for their own works** (captive coal in Xinjiang, Shandong, Inner Mongolia) run at least cost here.
- **Steam for industry**, which keeps units on line in Jiangsu and Zhejiang, is not in the data; heat of networks is.
"""

SHORT_HEAD = """## Electricity not served by province, GWh

Where nothing is named, everything was served. What would be otherwise says the second table; only the days that
lack something were run again:

- **Gas plants cannot follow the load: the cause.** Their generation of the year is given, the same in every hour,
  so in the hours that are short they give their mean (a quarter of capacity: 4 of 16 GW in Zhejiang, 2 of 8 in
  Shanghai). *Gas plants free*: up to what is available (0.92 of capacity). What then is left is Chongqing's, in
  January and September, when rivers are low and all that brings power is full.
- **The peaks of load are too high: it would not show without.** Load of 2018 is multiplied up by consumption; its
  highest hour lies above the reported one (faults pf23 and pf41). *Load at the reported peak*: all hours by one
  factor.
- **Missing sections: not the cause.** *Sections opened*: those at 0 MW that the fault pf15 names (Jiangsu-Zhejiang,
  Ningxia-Shaanxi, Guizhou-Guangxi, Guizhou-Yunnan), with 4 GW within contracts and 4 GW beyond them each way. What
  lies idle then is in central China and the north-west, behind direct-current lines that are full.

Chongqing's line from Xinjiang (8 GW) came in 2025 only.
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
        f"Corridors lose {sum(found.net_exports.values()):.0f} TWh.",
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


def reasons_of(years: Sequence[Calibration]) -> dict[str, tuple[int, ...]]:
    """Province -> numbers of its reasons, where it misses by more than `REASONED` in some year."""
    far = {row.subject for found in years for row in found.provinces if abs(row.error) > REASONED}
    return {entity: WHY_OF[entity] for entity in power.provinces() if entity in far}


def province_table(years: Sequence[Calibration]) -> list[str]:
    by_year = [{row.subject: row for row in found.provinces} for found in years]
    title = " | ".join(f"{found.year} model | statistic | error" for found in years)
    lines = [f"| province | {title} | why |", "|---|" + "---|---|---|" * len(years) + "---|"]
    why = reasons_of(years)
    for entity in dict.fromkeys(name for rows in by_year for name in rows):
        cells = [entities()[entity]["short_en"]]
        for rows in by_year:
            row = rows.get(entity)
            far = "**" if row and abs(row.error) > FAR and row.statistic >= LARGE else ""
            cells += (
                [f"{row.model:.1f}", f"{row.statistic:.1f}", f"{far}{percent(row.error)}{far}"] if row else ["", "", ""]
            )
        lines.append(f"| {' | '.join(cells)} | {', '.join(map(str, why.get(entity, ())))} |")
    return lines


def exchange_table(found: Calibration) -> list[str]:
    """What provinces with a reason sent out, net, beside the balance of the statistics, of a year that has them."""
    stated = dict(zip(power.provinces(), power.net_exports(found.year) / 1e6, strict=True))
    lines = ["| province | model | statistic |", "|---|---|---|"]
    for entity in WHY_OF:
        cells = (entities()[entity]["short_en"], f"{found.net_exports[entity]:.1f}", f"{stated[entity]:.1f}")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def other_lines(years: Sequence[Calibration]) -> list[str]:
    """Hydro, nuclear, wind and solar power by province: the worst of each year."""
    lines = []
    for found in years:
        rows = [row for row in found.others if row.statistic >= OTHER_LARGE]
        if not rows:
            continue
        far = sorted((r for r in rows if abs(r.error) > OTHER_FAR), key=lambda r: -abs(r.error))
        named = [f"{entities()[r.subject]['short_en']} {r.source} {percent(r.error)}" for r in far]
        lines.append(f"- {found.year}: {len(rows)} figures; " + (", ".join(named) or "none") + ".")
    return lines


def short_tables(years: Sequence[Calibration]) -> list[str]:
    title = " | ".join(f"{found.year} | hours" for found in years)
    lines = [f"| province | {title} |", "|---|" + "---|---|" * len(years)]
    names = [name for name in power.provinces() if any(name in found.short for found in years)]
    for entity in names:
        cells = [entities()[entity]["short_en"]]
        for found in years:
            hours = (_unserved(found)[entity] > 1e-3).sum()
            cells += [f"{found.short[entity]:,.0f}", str(hours)] if entity in found.short else ["", ""]
        lines.append(f"| {' | '.join(cells)} |")
    cells = [cell for found in years for cell in (f"{found.unserved:,.0f}", "")]
    lines += [f"| all | {' | '.join(cells)} |", ""]
    lines += [
        "| year | as it is | gas plants free | sections opened | load at the reported peak |",
        "|---|---|---|---|---|",
    ]
    for found in years:
        tried = [f"{value:,.0f}" for value in what_if(found)]
        lines.append(f"| {found.year} | {found.unserved:,.0f} | {' | '.join(tried)} |")
    return lines


def _unserved(found: Calibration) -> Mapping[str, np.ndarray]:
    """Region -> (8760,) GW not served."""
    names = found.replay.system.processes.names
    return {
        region: found.replay.activity[names.index(f"{region} unserved")]
        for region in (name.partition(" ")[0] for name in found.replay.system.nodes.names if "electricity" in name)
    }


def what_if(found: Calibration) -> list[float]:
    """GWh not served on the days that are short if one thing were otherwise: gas, sections, peak of load."""
    whole, p = found.replay.system, found.replay.system.processes
    lacking = sum(_unserved(found).values(), np.zeros(8760))
    days = np.flatnonzero(lacking.reshape(365, 24).sum(axis=1) > 1e-6).tolist()
    available = p.available.copy()
    gas = [i for i, name in enumerate(p.names) if name.endswith(" gas_chp")]
    available[gas] = parameters("available")["gas_chp"]
    free = replace(whole, processes=replace(p, available=available))
    stands = whole.stocks.existing.copy()
    for section in SECTIONS:
        shut = [i for i, name in enumerate(whole.stocks.names) if name.startswith(f"{section} to ")]
        if len(shut) != 4 or stands[shut].any():
            raise ValueError(f"{section} is no section of 0 MW in both directions")
        stands[shut] = SECTION
    opened = replace(whole, stocks=replace(whole.stocks, existing=stands))
    electric = np.array(["electricity" in name for name in whole.nodes.names])
    load = whole.nodes.demand
    peak = float(load[electric].sum(axis=0).max())
    share = min(power.targets(found.year)["peak_load", "all"]["value"] / peak, 1.0)
    lower = replace(whole, nodes=replace(whole.nodes, demand=np.where(electric[:, None], load * share, load)))
    return [_lacking(system, days) for system in (free, opened, lower)]


def _lacking(system: System, days: list[int]) -> float:
    run = replay(system, system.stocks.existing, np.zeros(len(system.limits)), some=days)
    names = enumerate(system.processes.names)
    return float(sum(run.activity[i].sum() for i, name in names if name.endswith(" unserved") and "heat" not in name))


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
    reasons = [
        textwrap.fill(f"{number}. {text}", 116, subsequent_indent="   ", break_on_hyphens=False)
        for number, text in WHY.items()
    ]
    parts += ["", *province_table(years), "", "## Why provinces differ\n"]
    parts += [
        f"Every province that misses by more than {100 * REASONED:.0f} % in one of the years has its reason by number.",
        "Why it is so is our reading; the facts in it stand in the tables of the package `power`.\n",
        *reasons,
        "",
        REASONS,
        f"### Net exports of {years[0].year}, TWh\n",
        "By the balances of the provinces (package `statistics`). Where the model sends too little out, thermal",
        "power of the province is too low by that much, and the other way round.\n",
        *exchange_table(years[0]),
        "",
        "### Hydro, nuclear, wind and solar power by province\n",
        "Published for all plants in 2020, of nuclear power in all years; of the others plants above scale only,",
        f"with which the model is not comparable. Figures of {OTHER_LARGE:.0f} TWh and more that miss by more than",
        f"{100 * OTHER_FAR:.0f} %; all are given by capacity and hours or water, nuclear power by the nation's:\n",
        *other_lines(years),
        "",
        SHORT_HEAD,
        *short_tables(years),
        "",
    ]
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
