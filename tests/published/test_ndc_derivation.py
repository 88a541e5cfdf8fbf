"""China's pledge to cut CO2 per unit of GDP by 60 to 65 % from 2005 to 2030, as others have turned it into emissions.

Source: NDCmitiQ v1.0.0, Guenther, Guetschow and Jeffery (2021), Geoscientific Model Development 14, 5695-5730,
https://doi.org/10.5194/gmd-14-5695-2021; its calculation sheets of each country, public repository
AnnGuenther/ndc_quantifications, folder data/output/output_for_paper. ndcmitiq_targets.csv holds the figures of seven
such sheets (China, India, Uzbekistan) with file and commit: emissions of 2005 and the share that the pledge covers, GDP
of both years (international dollars of 2011) and the emissions of the target year.

    target = (1 + change / 100) * GDP growth * covered base emissions + land use of the base year + not covered

Read backwards, the covered part of the target emissions over GDP, against base emissions over GDP, must give the
pledge: through Dafeng's indicator, `change_percent` and the status board. Changes do not depend on the currency.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from dafeng.accounts import Figure, Series, change_percent, series_of, with_indicators
from dafeng.catalog import convert
from dafeng.targets import Target, board, plan_targets

SCOPE = "fossil-incl-nonenergy"


@dataclass(frozen=True)
class Sheet:
    """One published calculation; emissions in Mt."""

    country: str
    scenario: str
    base: int
    year: int
    change: float
    base_emissions: float
    share: float
    covered: float
    not_covered: float
    land_use: float
    gdp: tuple[float, float]
    target: float

    @property
    def target_covered(self) -> float:
        """What of the target emissions the pledge is about."""
        return self.target - self.land_use - self.not_covered

    def series(self, factor: float = 1.0) -> Series:
        """Base and target year as figures; `factor` scales the emissions of the target year."""
        figures = []
        for year, emissions, gdp in (
            (self.base, self.covered, self.gdp[0]),
            (self.year, self.target_covered * factor, self.gdp[1]),
        ):
            tons = convert(emissions, "Mt_CO2", "t_CO2")
            figures.append(Figure("CN", year, "co2_topdown", tons, "t_CO2", SCOPE))
            figures.append(Figure("CN", year, "gdp_constant", gdp, "CNY"))
        return with_indicators(series_of(figures))


def sheets() -> list[Sheet]:
    with (Path(__file__).parent / "ndcmitiq_targets.csv").open(encoding="utf-8", newline="") as stream:
        return [
            Sheet(
                r["country"],
                r["scenario"],
                int(r["base_year"]),
                int(r["target_year"]),
                float(r["change_percent"]),
                float(r["base_emissions_mt"]),
                float(r["base_covered_share"]),
                float(r["base_covered_mt"]),
                float(r["target_not_covered_mt"]),
                float(r["base_land_use_mt"]),
                (float(r["base_gdp"]), float(r["target_gdp"])),
                float(r["target_emissions_mt"]),
            )
            for r in csv.DictReader(stream)
        ]


def named(sheet: Sheet) -> str:
    return f"{sheet.country}{sheet.change:g}-{sheet.scenario}"


CHINA = [sheet for sheet in sheets() if sheet.country == "CHN"]
each_sheet = pytest.mark.parametrize("sheet", sheets(), ids=named)


@each_sheet
def test_published_sheets_are_consistent(sheet: Sheet) -> None:
    """The figures as copied satisfy the published equation: a slip in copying would show here."""
    growth = sheet.gdp[1] / sheet.gdp[0]
    assert sheet.base_emissions * sheet.share == pytest.approx(sheet.covered, rel=1e-12)
    target = (1 + sheet.change / 100) * growth * sheet.covered + sheet.land_use + sheet.not_covered
    assert target == pytest.approx(sheet.target, rel=1e-12)


@each_sheet
def test_intensity_of_the_target_emissions_is_the_pledge(sheet: Sheet) -> None:
    points = sheet.series()["CN", f"carbon_intensity|{SCOPE}"]
    assert change_percent(points[sheet.year], points[sheet.base]) == pytest.approx(sheet.change, abs=1e-9)


def pledge() -> Target:
    return next(t for t in plan_targets() if t.indicator == "carbon_intensity" and t.base_year == 2005)


@pytest.mark.parametrize("sheet", CHINA, ids=named)
def test_the_board_draws_the_line_at_the_published_emissions(sheet: Sheet) -> None:
    """T05, at least 65 %: met a millionth below the published emissions for -65 %, missed a millionth above."""
    target = pledge()
    assert (target.value, target.due_year, target.comparator) == (-65.0, 2030, "at_least")
    for factor in (1 - 1e-6, 1 + 1e-6):
        reading = board([target], sheet.series(factor), "CN", 2031)[0].readings[0]
        assert reading.current == pytest.approx(sheet.change, abs=1e-4)
        assert reading.state == ("met" if sheet.change == -65 and factor < 1 else "missed")


def test_the_two_ends_of_the_pledge_are_one_eighth_of_emissions_apart() -> None:
    """0.40 or 0.35 of base intensity: 12.5 % less CO2 for the same GDP, in every scenario."""
    for scenario in {s.scenario for s in CHINA}:
        worst, best = (next(s for s in CHINA if (s.scenario, s.change) == (scenario, c)) for c in (-60, -65))
        assert best.target_covered / worst.target_covered == pytest.approx(0.875, rel=1e-12)
