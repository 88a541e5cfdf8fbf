"""Writes docs/economy-calibration.md: the first period of the model of all sectors against the statistics.

    python tools/economy_calibration.py

tests/pathway/sectors/test_economy_calibration.py says whether the committed page is up to date and the bands are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dafeng.catalog import resource, sectors
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.policies import emission_factor
from dafeng.pathway.scenario import read
from dafeng.pathway.sectors.base_year import BASE_YEAR
from dafeng.pathway.sectors.history import stated
from dafeng.pathway.sectors.sketch import Sketch, Sketchbook
from dafeng.pathway.sectors.wedges import CO2_ENERGY, co2

PAGE = Path(__file__).resolve().parents[1] / "docs" / "economy-calibration.md"
BEFORE, FIRST, PERIODS, DAYS = 2024, 2025, (2025, 2030, 2035), 4
TREND, PLAN = "current-trend", "action-plan"
CO2_BAND = 2.5
"""% by which CO2 of energy in 2025 may differ from that of the statistics of 2024."""
ASKED = 3.0
"""% from which a difference needs a reason."""
FACTORS = {"coal": "raw_coal", "oil": "oil", "gas": "natural_gas"}
#: class of power consumption -> sectors of the model
CLASSES = {
    "primary": ("agriculture",),
    "secondary": (
        "steel", "building_materials", "nonferrous", "chemicals", "refining", "other_industry", "construction",
    ),
    "tertiary": ("transport", "services"),
    "residential": ("urban_households", "rural_households"),
}  # fmt: skip
NAMES = {
    ("primary_consumption", "coal"): "coal",
    ("primary_consumption", "oil"): "oil",
    ("primary_consumption", "gas"): "gas",
    ("primary_consumption", "primary_electricity"): "primary electricity",
    ("primary_consumption", "energy"): "all energy",
    ("power_consumption", "electricity"): "whole society",
    ("power_consumption.primary", "electricity"): "primary industry",
    ("power_consumption.secondary", "electricity"): "secondary industry",
    ("power_consumption.tertiary", "electricity"): "tertiary industry",
    ("power_consumption.residential", "electricity"): "homes",
    ("power_generation", "thermal"): "thermal",
    ("power_generation", "hydro"): "hydro and pumped storage",
    ("power_generation", "nuclear"): "nuclear",
    ("power_generation", "wind"): "wind",
    ("power_generation", "solar"): "solar",
}
REASONS = {
    (
        "primary_consumption",
        "coal",
    ): "use of works and losses of washing, coking and coal gas grew faster than what the "
    "model counts and closes with the factor of 2020",
    (
        "primary_consumption",
        "primary_electricity",
    ): "more wind and sun, as below; a kWh counts at 0.304 tce, in the statistics of 2024 at 0.301",
    ("primary_consumption", "oil"): "feedstock of chemicals grows with ethylene",
    ("power_generation", "wind"): "hours between those of 2024 (2,127) and of 2025 (1,979, recalled)",
    ("power_generation", "solar"): "the plants of September 2025 run all the year",
    ("power_generation", "hydro"): "water of a mean year; pumped storage runs only where it saves cost",
    ("power_generation", "thermal"): "the communique counts 2 % more generation than consumption; more wind and sun",
}
Key = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One figure of the first period: Mtce or TWh.

    Attributes:
        base, before: statistics of 2020 and 2024. announced: of the first period, with range, band in % and quality.
    """

    key: Key
    base: float
    before: float
    announced: float
    low: float
    high: float
    band: float
    quality: str
    model: float

    @property
    def difference(self) -> float:
        """The model over what was announced, %."""
        return 100.0 * (self.model / self.announced - 1.0)

    @property
    def holds(self) -> bool:
        return abs(self.difference) <= self.band


def sketches() -> dict[str, Sketch]:
    """The trend and the Action Plan, on the nation."""
    book = Sketchbook.of(Case(regions="nation", periods=PERIODS, days=DAYS))
    return {name: book.sketch(read(name)) for name in (TREND, PLAN)}


def lines(sketch: Sketch) -> list[Line]:
    """Every yardstick of the catalogue with what the model has."""
    return [
        Line(
            key := (row["flow"], row["carrier"]), statistics(key, BASE_YEAR), statistics(key, BEFORE), row["value"],
            row["low"], row["high"], row["band_pct"], row["quality"], modelled(sketch, key),
        )
        for row in resource("economy", "yardsticks").rows
    ]  # fmt: skip


def statistics(key: Key, year: int) -> float:
    """Mtce or TWh of a year."""
    flow, carrier = key
    _, _, branch = flow.partition(".")
    if not branch:
        return float(stated(flow, carrier)[year])
    rows = resource("statistics", "industries").rows
    found = {row["flow"]: float(row["value"]) for row in rows if row["year"] == year and row["unit"] == "TWh"}
    whole = stated("power_consumption", "electricity")[year]
    classes = [f"power_consumption.{name}" for name in ("primary", "secondary", "tertiary")]
    return found[flow] if flow in found else whole - sum(found[name] for name in classes)


def modelled(sketch: Sketch, key: Key) -> float:
    """Mtce or TWh of the first period.

    Classes of electricity: the statistics of 2020 grown as the sectors grow; balances draw their lines elsewhere.
    """
    flow, carrier = key
    branch = flow.partition(".")[2]
    if not branch:
        return float(sketch.amount(flow, carrier)[:, 0].sum())
    uses, base = sketch.periods[0].uses, sketch.base
    now = sum(float(uses[sector, carrier].sum()) for sector in CLASSES[branch])
    then = sum(base.of(place, s, carrier) for s in CLASSES[branch] for place in range(len(base.regions)))
    return statistics(key, BASE_YEAR) * now / then


def co2_of(year: int) -> float:
    """Mt CO2 of energy by the statistics of a year."""
    fuels = {carrier: stated("primary_consumption", carrier)[year] for carrier in FACTORS}
    return sum(amount * emission_factor(FACTORS[carrier]) for carrier, amount in fuels.items())


# --- the page --------------------------------------------------------------------------------------------------------

MARK = "## The first period\n"
WRITTEN = "\nFrom here on written by `tools/economy_calibration.py`.\n"


def page(before: str, found: dict[str, Sketch]) -> str:
    """The page with its tables as they should be."""
    trend = found[TREND]
    known = lines(trend)
    parts = [before.partition(MARK)[0], MARK, WRITTEN]
    for title, flow in (
        ("Primary energy, Mtce", "primary_consumption"),
        ("Electricity used, TWh", "power_consumption"),
        ("Generation, TWh", "power_generation"),
    ):
        parts.append(f"\n### {title}\n\n" + first_period(line for line in known if line.key[0].startswith(flow)))
    return "".join((*parts, why(known), carbon(trend), course(found)))


def why(known: Iterable[Line]) -> str:
    """The reasons of what differs by more than `ASKED`."""
    told = [
        f"- {NAMES[line.key]} ({line.difference:+.0f} %): {REASONS[line.key]}.\n"
        for line in known
        if abs(line.difference) > ASKED
    ]
    return "\n### Why some differ\n\n" + "".join(told)


def processes_2020(trend: Sketch) -> float:
    """Mt CO2 of processes in the base year, as the model counts them."""
    base = trend.base
    return float(sum(base.option_output(name).sum() * sectors.option(name).process_co2 for name in base.option_names))


def account_2020() -> float:
    """Mt CO2 of cement in the base year by the factor of the account."""
    factor = resource("factors", "process").row("ceads-implied-2022.cement.co2")["value"]
    return float(factor) * stated("output", "cement")[BASE_YEAR]


def stated_as(value: float) -> str:
    """A figure of the statistics."""
    return f"{value:,.0f}"


def digits(value: float) -> str:
    """A figure of the model: to three digits, from 10,000 on to four; more is not the model's."""
    return f"{float(f'{value:.{4 if value >= 1e4 else 3}g}'):,.0f}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    names = list(head)
    all_rows = [names, ["---"] + ["---:"] * (len(names) - 1), *map(list, rows)]
    return "".join(f"| {' | '.join(row)} |\n" for row in all_rows)


def first_period(found: Iterable[Line]) -> str:
    """2020, 2024, announced 2025, model 2025."""
    return table(
        ("", "2020", "2024", "2025 announced", "range", "quality", "2025 model", "difference", "band"),
        (
            [
                NAMES[line.key], *map(stated_as, (line.base, line.before, line.announced)),
                f"{stated_as(line.low)}-{stated_as(line.high)}", line.quality, digits(line.model),
                f"{line.difference:+.0f} %", f"{line.band:g} %",
            ]
            for line in found
        ),
    )  # fmt: skip


def carbon(trend: Sketch) -> str:
    """CO2 of energy by the same factors."""
    base, before, now = co2_of(BASE_YEAR), co2_of(BEFORE), float(co2(trend, CO2_ENERGY)[0])
    rows = [
        ["energy", *map(stated_as, (base, before)), digits(now), f"{100 * (now / before - 1):+.1f} %", f"{CO2_BAND} %"],
        [
            "processes",
            digits(processes_2020(trend)),
            "",
            digits(float((co2(trend) - co2(trend, CO2_ENERGY))[0])),
            "",
            "",
        ],
    ]
    text = (
        "\n### CO2, Mt\n\nOf energy by the factors of the top-down account (`topdown-netted`), on the rows above.\n\n"
    )
    return text + table(("", "2020", "2024", "2025 model", "2025 over 2024", "band"), rows)


def course(found: dict[str, Sketch]) -> str:
    """What comes after: to look at, not to fit."""
    rows = []
    for name, sketch in found.items():
        energy, coal = co2(sketch, CO2_ENERGY), sketch.amount("primary_consumption", "coal").sum(axis=0)
        used = sketch.amount("power_consumption", "electricity").sum(axis=0)
        sun = sum(1e3 * sketch.amount("power_capacity", kind).sum(axis=0) for kind in ("wind", "solar"))
        for y, year in enumerate(sketch.years):
            rows.append([f"`{name}` {year}", *(digits(float(x[y])) for x in (energy, coal, used, sun))])
    text = "\n## The course after it\n\nWhat drivers and pace of building make of it; no level of CO2 was aimed at.\n\n"
    head = ("", "CO2 of energy, Mt", "coal, Mtce", "electricity, TWh", "wind and sun, GW")
    return text + table(head, rows)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), sketches()), encoding="utf-8")
