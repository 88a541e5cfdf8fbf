"""GB/T 2589: the coefficients of coal equivalent against the calorific values beside them, and CO2 of the same fuels.

Sources:
- GB/T 2589-2020 and GB/T 2589-2008, "General rules for calculation of the comprehensive energy consumption", tables of
  calorific values and coefficients, as held in factors/fuels.csv (each row with its quality: most of them from memory
  or secondary renderings). 1 kgce is 29,307.6 kJ: 7,000 kcal of 4.1868 kJ, as the edition of 2020 prints its values.
- The values of 2008 are those of the statistical yearbook, round numbers of the calorie at 20 degrees (4.1816 kJ):
  there the coefficient is value / (7,000 x 4.1816 kJ), and value / 29,307.6 kJ misses it by 0.12 %.
- "Reference coefficients of coal equivalent and CO2 of energy", a table in wide use in China (2008 values x carbon x
  oxidation x 44/12), read at https://max.book118.com/html/2020/1123/8133103033003020.shtm.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from dafeng.accounts import FactorSet, ceads_measure, factor_set
from dafeng.accounts.combustion import co2_per_unit
from dafeng.catalog import Row, carriers, convert, resource

CALORIE = {"gbt-2589-2020": Fraction("4.1868"), "gbt-2589-2008": Fraction("4.1816")}
#: Values of 2008 that are round in the calorie of 4.1868 kJ.
OLD_CALORIE = {("gbt-2589-2008", "refinery_gas"), ("gbt-2589-2008", "gangue")}
#: Half a unit of the last digit: 0.7143 kgce/kg and 0.1286 kgce/m3 as printed; half a kJ of the calorific value.
HALF_DIGIT = {"tce/t": 0.5e-4, "tce/1e4m3": 0.5e-3}
HALF_KJ = {"GJ/t": 0.5e-3, "GJ/1e4m3": 0.5e-2}


def rows_of(name: str) -> list[tuple[str, Row, Row]]:
    """(fuel, calorific value, coefficient) of one set, where it states both."""
    table: dict[str, dict[str, Row]] = {}
    for row in resource("factors", "fuels").rows:
        if row["set"] == name and not row["use"]:
            table.setdefault(row["carrier"], {})[row["parameter"]] = row
    return [(c, r["ncv"], r["standard_coal"]) for c, r in table.items() if {"ncv", "standard_coal"} <= r.keys()]


CASES = [(name, *found) for name in CALORIE for found in rows_of(name)]


def test_both_editions_are_there() -> None:
    assert len([c for c in CASES if c[0] == "gbt-2589-2020"]) >= 15
    assert len([c for c in CASES if c[0] == "gbt-2589-2008"]) >= 12


@pytest.mark.parametrize(("name", "fuel", "ncv", "coefficient"), CASES, ids=[f"{n}-{c}" for n, c, _, _ in CASES])
def test_coefficient_is_calorific_value_over_7000_kcal(name: str, fuel: str, ncv: Row, coefficient: Row) -> None:
    """Within half a digit of the coefficient and half a kJ of the calorific value."""
    calorie = Fraction("4.1868") if (name, fuel) in OLD_CALORIE else CALORIE[name]
    gj_per_tce = float(7 * calorie)
    assert ncv["unit"].split("/")[1] == coefficient["unit"].split("/")[1]
    tolerance = HALF_DIGIT[coefficient["unit"]] + HALF_KJ[ncv["unit"]] / gj_per_tce
    assert coefficient["value"] == pytest.approx(ncv["value"] / gj_per_tce, abs=tolerance)


@pytest.mark.parametrize(
    ("fuel", "ncv", "coefficient"), rows_of("gbt-2589-2008"), ids=[c for c, _, _ in rows_of("gbt-2589-2008")]
)
def test_values_of_2008_over_29307_kj_miss_by_an_eighth_of_a_percent(fuel: str, ncv: Row, coefficient: Row) -> None:
    """Why an account must not mix the values of one edition with the coefficients of another."""
    off = ncv["value"] / 29.3076 / coefficient["value"] - 1
    expected = 0.0 if ("gbt-2589-2008", fuel) in OLD_CALORIE else 4.1816 / 4.1868 - 1
    assert off == pytest.approx(expected, abs=1e-4)


def test_heat_and_power_by_definition() -> None:
    """0.03412 kgce per MJ is 1 / 29.3076; 0.1229 kgce per kWh is 860 kcal of 7,000, not 3.6 / 29.3076."""
    for name in CALORIE:
        heat, power = (factor_set(name).need("standard_coal", carrier) for carrier in ("heat", "electricity"))
        assert (heat.unit, power.unit) == ("tce/GJ", "tce/1e4kWh")
        assert float(heat.value) == pytest.approx(1 / 29.3076, abs=0.5e-5)
        assert float(power.value) == round(10 * 860 / 7000, 3) == 1.229


#: kJ/kg (gas kJ/m3), coal equivalent, t C/TJ, oxidation, kg CO2 per kg (gas per m3), as published
PUBLISHED = {
    "raw_coal": (20908, 0.7143, 26.37, 0.94, 1.9003),
    "coke": (28435, 0.9714, 29.5, 0.93, 2.8604),
    "crude_oil": (41816, 1.4286, 20.1, 0.98, 3.0202),
    "fuel_oil": (41816, 1.4286, 21.1, 0.98, 3.1705),
    "gasoline": (43070, 1.4714, 18.9, 0.98, 2.9251),
    "kerosene": (43070, 1.4714, 19.5, 0.98, 3.0179),
    "diesel": (42652, 1.4571, 20.2, 0.98, 3.0959),
    "lpg": (50179, 1.7143, 17.2, 0.98, 3.1013),
    "refinery_gas": (46055, 1.5714, 18.2, 0.98, 3.0119),
    "natural_gas": (38931, 1.3300, 15.3, 0.99, 2.1622),
}


@pytest.mark.parametrize("fuel", PUBLISHED)
def test_published_co2_coefficients(fuel: str) -> None:
    """Ours, by the 2008 values and the guideline of 2011, wherever heating value, carbon and oxidation are the same."""
    ncv, coal, carbon, oxidation, co2 = PUBLISHED[fuel]
    published = ncv * carbon * oxidation * 44 / 12 / 1e6
    assert published == pytest.approx(co2, abs=6e-5)
    edition = FactorSet("gbt-2589-2008")
    if edition.find("standard_coal", fuel):
        assert float(edition.need("standard_coal", fuel).value) == coal
        assert float(edition.need("ncv", fuel).value) == ncv / 1000
    agreeing = [name for name in OURS if _states(name, fuel, ncv / 1000, carbon, oxidation)]
    for name in agreeing:
        found = co2_per_unit(name, fuel)
        assert found is not None
        per_kg = float(found[0]) * (1000 if carriers()[fuel]["unit"] == "m3" else 1)
        assert per_kg == pytest.approx(co2, abs=6e-5)
    assert agreeing or fuel not in SAME


OURS = ("ndrc-provincial-2011", "ndrc-sector-2013", "ets-2024")
#: Fuels for which one of our sets states the very same three numbers.
SAME = ("gasoline", "diesel", "fuel_oil", "lpg", "natural_gas")


def _states(name: str, fuel: str, ncv: float, carbon: float, oxidation: float) -> bool:
    """Whether a set has these three values: MJ per kg or m3, t C per TJ, share."""
    per = "1e4m3" if fuel == "natural_gas" else "t"
    wanted = {
        "ncv": (ncv * (10 if per == "1e4m3" else 1), f"GJ/{per}"),
        "carbon_content": (carbon, "tC/TJ"),
        "oxidation": (oxidation, "1"),
    }
    for parameter, (value, unit) in wanted.items():
        found = factor_set(name).find(parameter, fuel)
        if found is None or convert(float(found.value), found.unit, unit) != pytest.approx(value, rel=1e-9):
            return False
    return True


LIQUIDS = {"gasoline": 2.927, "kerosene": 3.035, "diesel": 3.094, "fuel_oil": 3.168}


@pytest.mark.parametrize("fuel", LIQUIDS)
def test_liquids_of_the_ceads_inventories(fuel: str) -> None:
    """Implied by the CEADs inventories: within 0.1 % of the 2008 values x carbon of the 2011 guideline x 0.98 x 44/12.

    What remains is the molar ratio (44.0095/12.0107 there, 0.07 % below 44/12) and the calorie of petrol and kerosene.
    """
    coefficients = {(c.flow, c.carrier): float(c.value) for c in ceads_measure().coefficients}
    implied = coefficients["final.transport", fuel]
    assert implied == pytest.approx(LIQUIDS[fuel], abs=5e-4)
    found = co2_per_unit("ndrc-provincial-2011", fuel)
    assert found
    assert [term.symbol for term in found[1]] == ["ncv", "carbon_content", "oxidation", "44/12"]
    assert float(found[1][2].value) == 0.98
    assert float(found[0]) == pytest.approx(implied, rel=1e-3)
