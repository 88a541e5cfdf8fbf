"""Decompositions that others published.

LMDIR: M. K. Heun's R package, repository MatthewHeun/LMDIR, commit 9ffb045, tests/testthat/test_lmdi.R and test_util.R
(worked out there in a spreadsheet, data-raw/LMDI_testing.xlsx): a small table of two cells and three factors over four
years, additive and multiplicative; the eight cases of zeros of Ang, Zhang and Choi, Energy 23 (1998) 489, table 2; and
electricity of Ghana in 2003 and 2004, where electric heaters disappeared with the aluminium smelter.

PNNL: energy intensity indicators of the U.S. Department of Energy, personal vehicles 1998 to 2006, LMDI-II
multiplicative, chained, as the Pacific Northwest National Laboratory published them; repository
NREL/EnergyIntensityIndicators, commit 9c0340f, tests/pnnl_csvs/transportation, files input_data and
results/pnnl_Personal Vehicles.csv (delivered energy in trillion Btu, million passenger miles, indices of 1985 = 1).
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from dafeng.assessment.identity import parse_identity
from dafeng.assessment.lmdi import decompose, lmdi

#: year, cell, factor
SIMPLE = np.array(
    [
        [[1, 10, 2], [4, 5, 3]],
        [[4, 5, 3], [5, 6, 4]],
        [[8, 2, 4], [5, 7, 5]],
        [[10, 1, 5], [6, 8, 6]],
    ],
    dtype=float,
).transpose(2, 0, 1)
YEARS = (1971, 1972, 1973, 1974)
DV = [
    [0, 0, 0],
    [69.79006598, -9.455125793, 39.66505981],
    [42.96021467, -34.31902656, 50.3588119],
    [54.01064234, -9.021284671, 54.01064234],
]
D = [
    [1, 1, 1],
    [1.761117821, 0.926191306, 1.379410116],
    [1.229284572, 0.847970248, 1.273773912],
    [1.208140223, 0.968911503, 1.208140223],
]
Z = [
    [[50.47438029, -25.23719014, 14.76280986], [19.31568569, 15.78206435, 24.90224996]],
    [[42.96021467, -56.79031473, 17.83010006], [0, 22.47128816, 32.52871184]],
    [[12.6549815, -39.30996299, 12.6549815], [41.35566084, 30.28867832, 41.35566084]],
]


def test_lmdir_additive() -> None:
    found = lmdi(SIMPLE, YEARS)
    assert found.change.tolist() == [0, 100, 159, 258]
    assert found.effects == pytest.approx(np.cumsum(DV, axis=0), abs=2e-8)


def test_lmdir_multiplicative() -> None:
    found = lmdi(SIMPLE, YEARS, form="multiplicative")
    assert found.change == pytest.approx([1, 2.25, 2.25 * 1.327777778, 2.25 * 1.327777778 * 1.414225941], rel=2e-9)
    assert found.effects == pytest.approx(np.cumprod(D, axis=0), rel=2e-9)


@pytest.mark.parametrize("step", range(3))
def test_lmdir_by_cell(step: int) -> None:
    found = lmdi(SIMPLE, YEARS)
    assert pytest.approx(np.array(Z[step]), abs=6e-9) == found.cells_between(YEARS[step], YEARS[step + 1]).T


PN, ANS = 9999.0, 42.0
#: case, v0, vT, x0, xT, effect
ZEROS = [
    (1, 0, ANS, 0, PN, ANS),
    (2, ANS, 0, PN, 0, -ANS),
    (3, 0, PN, PN, PN, 0),
    (4, PN, 0, PN, PN, 0),
    (5, 0, 0, PN, PN, 0),
    (6, 0, 0, 0, 0, 0),
    (7, 0, 0, PN, 0, 0),
    (8, 0, 0, 0, PN, 0),
]


@pytest.mark.parametrize(("case", "v0", "v1", "x0", "x1", "effect"), ZEROS)
def test_eight_cases_of_zero(case: int, v0: float, v1: float, x0: float, x1: float, effect: float) -> None:
    """The factor of the case, and a second one that makes up the rest of the cell; beside it a cell without zeros."""
    rest = [v / x if x else (0.0 if case > 4 else PN) for v, x in ((v0, x0), (v1, x1))]
    found = lmdi([[[x0, 1], [x1, 1]], [[rest[0], 1], [rest[1], 1]]], (1, 2), [[v0, 1], [v1, 1]])
    assert found.by_cell[0, 0, 0] == effect
    assert found.effects[1].sum() == v1 - v0


def test_a_zero_in_the_first_year() -> None:
    """Cases 1 and 3: all of the appearing cell, 60, goes to the factor that was zero."""
    x = SIMPLE[:, :2].copy()
    x[0, 0, 0] = 0
    found = lmdi(x, YEARS[:2])
    assert pytest.approx(np.array([[60, 0, 0], Z[0][1]]), abs=6e-9) == found.by_cell[:, 0].T


def test_a_zero_in_the_last_year() -> None:
    """Cases 2 and 4: all of the vanishing cell, -60, goes to the factor that became zero."""
    x = SIMPLE[:, :2].copy()
    x[2, 1, 1] = 0
    found = lmdi(x, YEARS[:2])
    assert pytest.approx(np.array([Z[0][0], [0, 0, -60]]), abs=6e-9) == found.by_cell[:, 0].T


GHANA = {
    2003: [[7909.898576, 0.168054745, 0.521283202, 0.009258785], [7909.898576, 0.072489945, 0.078700891, 0.036152202]],
    2004: [[42, 42, 42, 0], [7962.921168, 0.101321321, 0.059104816, 0.036042366]],
}


@pytest.mark.parametrize("backwards", [False, True])
def test_ghana_lost_its_electric_heaters(backwards: bool) -> None:
    """Heaters of 600 degrees and fans: energy, efficiency, share of the kind, share in the kind."""
    x = np.array([GHANA[y] for y in (2003, 2004)]).transpose(2, 0, 1)
    sign = -1 if backwards else 1
    x = x[:, ::sign]
    found = lmdi(x, (2003, 2004))
    heaters, fans = found.by_cell[:, 0].T
    assert heaters == pytest.approx(sign * np.array([0, 0, 0, -6.415779079]), rel=1e-6)
    assert fans == pytest.approx(sign * np.array([0.011188553, 0.56076961, -0.479535332, -0.005095744]), abs=3e-8)
    assert found.change[1] == pytest.approx(sign * -6.328451992, rel=1e-6)
    effects = np.array([0.011188553, 0.56076961, -0.479535332, -6.420874823])
    assert found.effects[1] == pytest.approx(sign * effects, rel=2e-6)
    ratios = lmdi(x, (2003, 2004), form="multiplicative")
    assert ratios.change[1] == pytest.approx(0.213582281**sign, rel=1e-7)
    effects = np.array([1.002733012, 1.146589093, 0.889606884, 0.208820902])
    assert ratios.effects[1] == pytest.approx(effects**sign, rel=1e-6)


def test_pnnl_personal_vehicles() -> None:
    text = Path(__file__).with_name("pnnl_personal_vehicles.csv").read_text(encoding="utf-8")
    rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(text.splitlines())]
    kinds = ("cars", "light_trucks", "motorcycles")
    cells = parse_identity("E = sum_i A * A_i/A * E_i/A_i").cells(
        {
            "A_i": [[row[f"miles_{k}"] for k in kinds] for row in rows],
            "E_i": [[row[f"energy_{k}"] for k in kinds] for row in rows],
        },
        [int(row["year"]) for row in rows],
        {"i": kinds},
    )
    found = decompose(cells, method="II", form="multiplicative")
    published = np.array([[row[f"index_{k}"] for k in ("activity", "structure", "intensity")] for row in rows])
    assert found.effects == pytest.approx(published / published[0], rel=2e-9)
