"""Unit conversion against Pint, an independent implementation, in exact rational arithmetic.

Source of the definitions on Pint's side: its own registry (SI Brochure, 9th edition, BIPM 2019: tonne, hectare, hour,
watt, joule and the prefixes). What Pint does not know is defined below as a quantity of its own: coal equivalent,
substances, money, people. Only the reading of our unit names ("1e4t" is 10,000 tonnes) is ours; no factor is copied
from the table under test.
"""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from functools import cache

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.catalog import DafengError, convert, descriptor, factor_between, package_names, resource, unit

#: Names of ours that Pint spells otherwise. A unit "kt_CO2" is kilotonne * CO2, "1e4m3" is 10000 * meter ** 3.
SPELLED = {
    "t": "tonne",
    "kt": "kilotonne",
    "Mt": "megatonne",
    "Gt": "gigatonne",
    "kg": "kilogram",
    "tC": "tonne*C",
    "m3": "meter**3",
    "m2": "meter**2",
    "L": "liter",
    "km": "kilometer",
    "gce": "microtce",
    "kgce": "millitce",
    "ktce": "kilotce",
    "Mtce": "megatce",
    "%": "percent",
    "1": "dimensionless",
    "ha": "hectare",
    "h": "hour",
    "count": "item",
}
OWN = ("tce", "CNY", "person", "pp", "item", "tkm", "pkm")
SUBSTANCES = ("CO2", "C", "CF4", "C2F6", "N2O", "HFC23", "SF6")
#: Pint turns these into one another; Dafeng keeps them apart: a year of account is no number of hours.
APART = {frozenset(("year", "h"))}
ALL = [str(row["id"]) for row in resource("vocabulary", "units").rows]
NUMBER = re.compile(r"1e\d+|100(?=km)")


@cache
def registry() -> pint.UnitRegistry[Fraction]:
    found: pint.UnitRegistry[Fraction] = pint.UnitRegistry(non_int_type=Fraction)
    for name in (*OWN, *SUBSTANCES):
        if name in found:  # C is the coulomb: what is taken stands apart under a name of ours
            found.define(f"our_{name} = [our_{name}]")
        else:
            found.define(f"{name} = [{name}]")
    return found


def ours(name: str) -> str:
    return f"our_{name}" if f"our_{name}" in registry() else name


@cache
def oracle(name: str) -> pint.Quantity[Fraction]:
    """The unit as Pint understands it."""
    if name in ALL:
        number = NUMBER.match(name)
        rest = name[number.end() :] if number else name
        base, _, substance = rest.partition("_")
        factors = [*SPELLED.get(base, base).replace("**", "^").split("*"), *([substance] if substance else [])]
        text = " * ".join(ours(part) if part in (*OWN, *SUBSTANCES) else part for part in factors)
        quantity: pint.Quantity[Fraction] = registry().Quantity(Fraction(number.group() if number else 1), text)
        return quantity
    top, _, bottom = name.partition("/")
    quotient: pint.Quantity[Fraction] = oracle(top) / oracle(bottom)
    return quotient


def expected(source: str, target: str) -> Fraction:
    return Fraction((oracle(source) / oracle(target)).to("dimensionless").magnitude)


@pytest.mark.parametrize("source", ALL)
def test_simple_units(source: str) -> None:
    """Every unit into every other: the same exact factor where Pint converts, a refusal where it does not."""
    for target in ALL:
        alike = oracle(source).dimensionality == oracle(target).dimensionality
        if alike and frozenset((source, target)) not in APART:
            assert factor_between(source, target) == expected(source, target), target
            assert factor_between(source, target) * factor_between(target, source) == 1
        else:
            with pytest.raises(DafengError):
                factor_between(source, target)


def in_use() -> list[str]:
    """Every unit that a table of the catalogue or a canonical unit names."""
    found: set[str] = set()
    for package in package_names():
        for table in descriptor(package)["resources"]:
            fields = {field["name"] for field in table["schema"]["fields"]} & {"unit", "show_unit"}
            if fields:
                found |= {row[field] for row in resource(package, table["name"]).rows for field in fields if row[field]}
    return sorted(name for name in found if "/" in name and _known(name))


def _known(name: str) -> bool:
    try:
        unit(name)
    except DafengError:
        return False
    return True


def test_compound_units_in_use() -> None:
    """Every quotient that the catalogue uses, into every other of its kind."""
    names = in_use()
    assert {"t_CO2/1e4m3", "gce/kWh", "tC/TJ", "t_CO2/MWh", "tce/1e4CNY"} <= set(names)
    pairs = 0
    for source, target in itertools.product(names, repeat=2):
        if unit(source).quantity == unit(target).quantity:
            assert factor_between(source, target) == expected(source, target), (source, target)
            pairs += 1
    assert pairs > len(names) > 20


KINDS: dict[tuple[str, ...], list[str]] = {}
for _name in ALL:
    KINDS.setdefault(unit(_name).quantity, []).append(_name)
kind = st.sampled_from(sorted(KINDS))


@given(data=st.data(), top=kind, bottom=kind)
def test_any_quotient(data: st.DataObject, top: tuple[str, ...], bottom: tuple[str, ...]) -> None:
    """Any quotient of simple units into any other of its kind, and back: exact both ways."""
    source, target = ("/".join(data.draw(st.sampled_from(KINDS[kind])) for kind in (top, bottom)) for _ in range(2))
    assert factor_between(source, target) == expected(source, target)
    assert factor_between(source, target) * factor_between(target, source) == 1


@given(data=st.data(), chosen=kind, value=st.floats(min_value=-1e15, max_value=1e15))
def test_values_are_rounded_once(data: st.DataObject, chosen: tuple[str, ...], value: float) -> None:
    """A converted value is the float next to the exact one; the way back ends within two units of the last place."""
    source, target = (data.draw(st.sampled_from(KINDS[chosen])) for _ in range(2))
    there = convert(value, source, target)
    assert there == float(Fraction(value) * expected(source, target))
    if abs(there) > 1e-290:
        assert convert(there, target, source) == pytest.approx(value, rel=4.5e-16, abs=1e-300)


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (1, "kWh", "kJ", 3600),
        (12, "1e8kWh", "MWh", 1_200_000),
        (1, "TWh", "1e8kWh", 10),
        (1, "PJ", "1e10kJ", 100),
        (305.5, "gce/kWh", "tce/MWh", 0.3055),
        (20.908, "GJ/t", "kJ/kg", 20908),
        (389.31, "GJ/1e4m3", "kJ/m3", 38931),
        (0.5366, "kg_CO2/kWh", "t_CO2/MWh", 0.5366),
        (15.3, "tC/TJ", "tC/GJ", 0.0153),
        (1.7, "1e8tce", "1e4tce", 17000),
        (1034867.6, "1e8CNY", "1e12CNY", 103.48676),
        (8.5, "1e8ha", "ha", 8.5e8),
        (1, "1", "%", 100),
    ],
)
def test_by_hand(value: float, source: str, target: str, result: float) -> None:
    """The float next to the result, or its neighbour: 15.3 itself is no exact number."""
    assert convert(value, source, target) == pytest.approx(result, rel=2.3e-16)


@pytest.mark.parametrize(
    ("source", "target"), [("MWh", "tce"), ("t", "t_CO2"), ("tC", "t_CO2"), ("%", "pp"), ("t/m3", "m3/t")]
)
def test_a_method_is_no_unit_conversion(source: str, target: str) -> None:
    """Power into coal equivalent, fuel or carbon into CO2: these take a factor with a source, never a unit."""
    with pytest.raises(DafengError):
        factor_between(source, target)
