"""The unit layer: exact factors, quotients of units, and no way from heat to coal equivalent without a method."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.catalog import (
    DafengError,
    UnknownName,
    carriers,
    convert,
    factor_between,
    flows,
    resource,
    symbol,
    unit,
    unit_from_label,
    unit_of,
)

IDS = [row["id"] for row in resource("vocabulary", "units").rows]
PAIRS = [(a, b) for a in IDS for b in IDS if unit(a).quantity == unit(b).quantity]


@pytest.mark.parametrize(
    ("value", "have", "want", "expected"),
    [
        (1, "1e8tce", "tce", 1e8),
        (1, "Mtce", "1e4tce", 100),
        (29.3076, "GJ", "MJ", 29307.6),
        (1, "MWh", "GJ", 3.6),
        (1, "1e8kWh", "GWh", 100),
        (1, "TWh", "1e8kWh", 10),
        (1, "1e8m3", "1e4m3", 1e4),
        (1, "kg_CO2/kWh", "t_CO2/MWh", 1),
        (300, "gce/kWh", "tce/MWh", 0.3),
        (26, "tC/TJ", "tC/GJ", 0.026),
        (389.31, "GJ/1e4m3", "kJ/m3", 38931),
        (20908, "kJ/kg", "GJ/t", 20.908),
        (1, "1e4kW", "MW", 10),
        (1, "1e4person", "person", 1e4),
        (0.94, "1", "%", 94),
        (1, "1e10kJ", "GJ", 1e4),
        (1.2143, "tce/1e4m3", "kgce/m3", 0.12143),
    ],
)
def test_conversions_that_people_get_wrong(value: float, have: str, want: str, expected: float) -> None:
    assert convert(value, have, want) == pytest.approx(expected, rel=1e-15)


@given(st.sampled_from(PAIRS), st.floats(-1e12, 1e12))
def test_there_and_back(pair: tuple[str, str], value: float) -> None:
    have, want = pair
    assert factor_between(have, want) * factor_between(want, have) == 1, "factors are exact, not nearly so"
    assert convert(convert(value, have, want), want, have) == pytest.approx(value, rel=1e-15)


@given(st.sampled_from(PAIRS), st.sampled_from(PAIRS))
def test_a_quotient_is_converted_as_its_parts_are(top: tuple[str, str], bottom: tuple[str, str]) -> None:
    found = factor_between(f"{top[0]}/{bottom[0]}", f"{top[1]}/{bottom[1]}")
    assert found == factor_between(*top) / factor_between(*bottom)


@pytest.mark.parametrize(
    ("have", "want"),
    [
        ("MWh", "tce"),  # takes a method: 0.1229 or the coal rate of the year
        ("tC", "t_CO2"),  # takes 44/12
        ("t", "m3"),
        ("t_CO2/t", "t_CO2/1e4m3"),
        ("t_CO2/tce", "t_CO2/GJ"),
        ("%", "pp"),
        ("GJ", "GJ/t"),
        ("kW", "kWh"),
    ],
)
def test_different_quantities_are_never_converted(have: str, want: str) -> None:
    with pytest.raises(DafengError) as caught:
        convert(1, have, want)
    assert have in caught.value.text("zh")
    assert want in caught.value.text("zh")


def test_unknown_unit_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        unit("GWH")
    assert "GWh" in str(caught.value.values["near"])


def test_factors_are_rationals() -> None:
    assert unit("MWh").factor == Fraction(18, 5)
    assert all(isinstance(unit(name).factor, Fraction) for name in IDS)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("万吨", "1e4t"),
        ("亿立方米", "1e8m3"),
        ("亿千瓦时", "1e8kWh"),
        ("万吨标准煤", "1e4tce"),
        (" 亿 吨 ", "1e8t"),
        ("twh", "TWh"),
    ],
)
def test_units_as_people_type_them(label: str, expected: str) -> None:
    assert unit_from_label(label) == expected


def test_no_label_means_two_units() -> None:
    """`t` must not be tonne in one row and something else in another: the later row would win silently."""
    meant: dict[str, set[str]] = {}
    for row in resource("vocabulary", "units").rows:
        for label in (row["id"], row["symbol_zh"], row["symbol_ja"], row["symbol_en"], *row["aliases"]):
            meant.setdefault(label.replace(" ", "").casefold(), set()).add(row["id"])
    assert {label: ids for label, ids in meant.items() if len(ids) > 1} == {}


def test_symbols_of_quotients() -> None:
    assert symbol("1e8tce", "zh") == "亿吨标准煤"
    assert symbol("t_CO2/t", "en").count("/") == 1
    assert symbol("%/year", "ja").startswith("%/")


def test_every_flow_and_carrier_has_a_canonical_unit_of_factor_one() -> None:
    """The ledger holds base units (and MWh, the one exception): a sum over lines needs no conversion."""
    found = {row["unit"] for row in resource("vocabulary", "carriers").rows} | {
        row["unit"] for row in flows().rows.values()
    }
    simple = found - {"carrier", ""}
    assert {u for u in simple if unit(u).factor != 1} == {"MWh", "tce/1e4CNY"}
    assert unit_of("final", "electricity") == "MWh"
    assert unit_of("power_generation", "thermal") == "MWh"
    assert unit_of("reported_co2", "raw_coal") == "t_CO2"
    assert carriers()["natural_gas"]["unit"] == unit_of("supply.import", "natural_gas") == "m3"
