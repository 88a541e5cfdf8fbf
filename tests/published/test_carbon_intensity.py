"""The nation's officially announced changes of carbon and energy intensity, reproduced from the general statistics.

Sources of what was announced: statistical communiques of the National Bureau of Statistics (2020 to 2024), reports of
the Ministry of Ecology and Environment (2018 to 2022) and of the NDRC, each with its source and quality in
statistics/announcements.csv; 2016 and 2019 are there from memory. Dafeng's side: coal, oil and gas of the energy
balance (shares of one decimal) by 2.64 / 2.08 / 1.63 t CO2 per tce (yearly carbon-intensity assessment, NDRC Climate
[2014] 1828), over GDP chained by growth at constant prices. Tolerances are those found when the series was collected;
they are stated with each test. An announced figure is rounded to 0.1, so it stands for an interval of half a tenth
either side.

Two editions of GDP growth are used side by side: the one current when the changes up to 2023 were announced
(pre-5th-census) and today's (post-5th-census, which added 0.1 to 0.2 points to the growth of 2019 to 2023). For 2016 to
2018 and 2024 the catalogue holds one edition only.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from dafeng import Workspace
from dafeng.accounts import Figure, Series, change_percent, with_indicators

SCOPE = "fossil-incl-nonenergy"
INTENSITY = ("CN", f"carbon_intensity|{SCOPE}")
ANNUAL = ("CN", f"announced.carbon_intensity_change|{SCOPE}|annual")
EDITIONS = ("pre-5th-census", "post-5th-census")
YEARS = range(2016, 2025)


@dataclass(frozen=True)
class Row:
    year: int
    announced: float
    quality: str
    computed: dict[str, float]

    def off(self, edition: str) -> float:
        """Distance from the interval that the rounded announcement stands for."""
        return max(0.0, abs(self.computed[edition] - self.announced) - 0.05)


def with_growth_of(workspace: Workspace, edition: str) -> Series:
    """The nation's indicators with GDP growth of one edition, where the catalogue has it."""
    table = workspace.ledger.observations()
    table = table.filter((table.entity == "CN") & (table.flow == "gdp_growth") & (table.vintage == edition))
    measured = {
        key: dict(points)
        for key, points in workspace.series.items()
        if key[0] == "CN" and key[1] in ("co2_topdown", "gdp_current", "gdp_growth")
    }
    lines = workspace.ledger.run(table).to_pylist()
    assert lines
    for line in lines:
        year = line["start"].year
        growth = Figure("CN", year, "gdp_growth", line["value"], "%", line["scope"], edition)
        measured["CN", "gdp_growth"][year] = growth
    return with_indicators(measured)


@pytest.fixture(scope="module")
def yearly(statistics: Workspace) -> list[Row]:
    announced = statistics.series[ANNUAL]
    assert list(announced) == list(YEARS)
    computed = {edition: with_growth_of(statistics, edition)[INTENSITY] for edition in EDITIONS}
    assert computed[EDITIONS[1]][2023].value == statistics.series[INTENSITY][2023].value
    return [
        Row(
            year,
            announced[year].value,
            announced[year].quality,
            {e: change_percent(computed[e][year], computed[e][year - 1]) for e in EDITIONS},
        )
        for year in YEARS
    ]


def test_yearly_changes_within_half_a_point(yearly: list[Row]) -> None:
    """Every year 2016 to 2024, with either edition of GDP growth."""
    print("year  announced  growth of then  growth of today   (% a year)")
    for row in yearly:
        then, today = (row.computed[e] for e in EDITIONS)
        print(f"{row.year}  {row.announced:9.1f}  {then:14.2f}  {today:15.2f}   {row.quality}")
    assert {row.year: row.off(e) for row in yearly for e in EDITIONS if row.off(e) > 0.5} == {}


def test_since_2021_within_three_tenths_by_the_growth_of_the_time(yearly: list[Row]) -> None:
    """By the edition that the announcement itself could use."""
    recent = [row for row in yearly if row.year >= 2021]
    assert max(abs(row.computed["pre-5th-census"] - row.announced) for row in recent) <= 0.3


def test_the_later_edition_of_growth_lowers_every_change(yearly: list[Row]) -> None:
    """GDP was revised upwards: the two editions must not be mixed within one change."""
    for row in yearly:
        gap = row.computed["pre-5th-census"] - row.computed["post-5th-census"]
        assert gap == pytest.approx(0.0, abs=1e-9) if row.year in (2016, 2017, 2018, 2024) else 0.05 < gap < 0.25


CUMULATIVE = [
    # announced figure, scope, base year, year, announced %, tolerance in points
    ("carbon_intensity", SCOPE, 2015, 2020, -18.8, 0.6),
    ("carbon_intensity", SCOPE, 2005, 2019, -48.1, 1.5),
    ("carbon_intensity", SCOPE, 2005, 2020, -48.4, 1.5),
    ("carbon_intensity", SCOPE, 2005, 2021, -50.8, 1.5),
    ("energy_intensity", "undeducted", 2012, 2021, -26.4, 0.5),
    ("energy_intensity", "undeducted", 2005, 2010, -19.1, 0.7),
    ("energy_intensity", "undeducted", 2010, 2015, -18.4, 0.7),
    ("energy_intensity", "undeducted", 2015, 2020, -13.2, 0.7),
]


@pytest.mark.parametrize("stated", CUMULATIVE, ids=lambda s: f"{s[0]}-{s[2]}-{s[3]}")
def test_cumulative_changes(statistics: Workspace, stated: tuple[str, str, int, int, float, float]) -> None:
    """Over several years; from 2005 on they come out 0.8 to 1.2 points deeper: censuses revised 2005 energy and GDP."""
    name, scope, base, year, value, tolerance = stated
    announced = statistics.series["CN", f"announced.{name}_change|{scope}|{base}"][year]
    assert (announced.value, announced.scope) == (value, scope)
    points = statistics.series["CN", f"{name}|{scope}"]
    computed = change_percent(points[year], points[base])
    print(f"{name} {base}-{year}: announced {value} %, computed {computed:.2f} %, tolerance {tolerance}")
    assert abs(computed - value) <= tolerance


def test_2017_and_2018_are_of_two_editions(statistics: Workspace) -> None:
    """From 2005: -46.0 to 2017, then -45.8 to 2018, although 2018 itself fell by 4.0. Chaining across is wrong."""
    announced = statistics.series["CN", f"announced.carbon_intensity_change|{SCOPE}|2005"]
    implied = 100 * ((1 + announced[2018].value / 100) / (1 + announced[2017].value / 100) - 1)
    assert implied > 0 > statistics.series[ANNUAL][2018].value
    points = statistics.series[INTENSITY]
    assert change_percent(points[2017], points[2005]) == pytest.approx(-46.0, abs=1.5)
    assert change_percent(points[2018], points[2005]) == pytest.approx(-45.8, abs=1.5)


def test_the_figure_for_2010_to_2015_cannot_be_reproduced(statistics: Workspace) -> None:
    """-16.3 as stated in 2021, against some -21 from the series (and over -20 as first stated): no check but a warning.

    The statements of 2021 for 2005-2020 (-48.4) and 2015-2020 (-18.8), which leave -36.5 for 2005-2015, do agree.
    """
    points = statistics.series[INTENSITY]
    announced = statistics.series["CN", f"announced.carbon_intensity_change|{SCOPE}|2010"][2015]
    assert announced.value == -16.3
    assert change_percent(points[2015], points[2010]) == pytest.approx(-21.2, abs=0.1)
    left = 100 * ((1 - 0.484) / (1 - 0.188) - 1)
    assert change_percent(points[2015], points[2005]) == pytest.approx(left, abs=2.0)


@pytest.mark.parametrize("year", range(2018, 2025))
def test_non_fossil_share(statistics: Workspace, year: int) -> None:
    """Announced each year; series within 0.2 points."""
    announced = statistics.series["CN", "announced.non_fossil_share|coal-equivalent"][year]
    computed = statistics.series["CN", "non_fossil_share|coal-equivalent"][year]
    assert abs(computed.value - announced.value) <= 0.2 + 1e-9


@pytest.mark.shared
def test_energy_co2_against_the_energy_institute(statistics: Workspace, shared_data: Path) -> None:
    """Energy Institute, Statistical Review of World Energy 2024, CO2 from energy, China; read from ../shared/data.

    Within 0.7 % in 2010 to 2013 and 2019 to 2021, 2 % in 2014, 2018, 2022 and 2023, 4.3 % in 2015 to 2017.
    """
    tolerance = dict.fromkeys((*range(2010, 2014), *range(2019, 2022)), 0.7)
    tolerance |= dict.fromkeys((2014, 2018, 2022, 2023), 2.0) | dict.fromkeys(range(2015, 2018), 4.3)
    path = shared_data / "energy-institute-2024" / "ei_statistical_review_2024_selected.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        review = {
            int(r["year"]): float(r["value"])
            for r in csv.DictReader(stream)
            if (r["iso3"], r["variable"]) == ("CHN", "co2_energy")
        }
    points = statistics.series["CN", "co2_topdown"]
    off = {year: 100 * (points[year].value / 1e6 / review[year] - 1) for year in tolerance}
    print({year: round(value, 2) for year, value in sorted(off.items())})
    assert {year: value for year, value in off.items() if abs(value) > tolerance[year]} == {}
