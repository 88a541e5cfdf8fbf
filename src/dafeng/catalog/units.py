"""The one unit layer: exact conversion at the border, by the table vocabulary/units.csv.

A simple unit belongs to one quantity and has an exact factor to that quantity's base unit (a decimal or a
ratio such as 1/15). A compound unit is a quotient of simple ones: `t_CO2/1e4m3`, `gce/kWh`. Energy as coal
equivalent (tce) is a quantity of its own: turning MWh into tce takes a method (calorific or coal-equivalent),
never a unit conversion.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from dafeng.catalog.errors import DafengError, UnknownName
from dafeng.catalog.package import resource
from dafeng.catalog.words import pick


@dataclass(frozen=True)
class Unit:
    """A unit: its quantities (numerator, denominator) and the exact factor to their base units."""

    id: str
    quantity: tuple[str, ...]
    factor: Fraction


@cache
def _simple() -> dict[str, Unit]:
    return {
        row["id"]: Unit(row["id"], (row["quantity"],), Fraction(row["to_base"]))
        for row in resource("vocabulary", "units").rows
    }


@cache
def _aliases() -> dict[str, str]:
    table: dict[str, str] = {}
    for row in resource("vocabulary", "units").rows:
        for alias in (row["id"], row["symbol_zh"], row["symbol_ja"], row["symbol_en"], *row["aliases"]):
            table[_fold(alias)] = row["id"]
    return table


def _fold(text: str) -> str:
    return text.replace(" ", "").replace("（", "(").replace("）", ")").replace("·", "").casefold()


def unit(name: str) -> Unit:
    """The unit called `name`: an id such as `1e4t`, or a quotient such as `t_CO2/t`.

    Raises:
        UnknownName: no such unit; names the nearest.
    """
    simple = _simple()
    if name in simple:
        return simple[name]
    top, slash, bottom = name.partition("/")
    if slash and top in simple and bottom in simple:
        upper, lower = simple[top], simple[bottom]
        return Unit(name, (*upper.quantity, *lower.quantity), upper.factor / lower.factor)
    raise UnknownName("unit", name, simple)


def symbol(name: str, lang: str | None = None) -> str:
    """A unit as people read it: `1e8tce` -> 亿吨标准煤, `t_CO2/1e4CNY` -> t CO₂/10⁴ CNY."""
    rows = resource("vocabulary", "units").by("id")
    return "/".join(str(pick(rows[part], "symbol", lang)) if part in rows else part for part in name.split("/"))


def unit_from_label(label: str) -> str:
    """The unit id for a unit as people type it (万吨, 10^4 t, TWh).

    Raises:
        UnknownName: no such unit; names the nearest.
    """
    found = _aliases().get(_fold(label))
    if found is None:
        raise UnknownName("unit", label, {row["id"] for row in resource("vocabulary", "units").rows} | set(_aliases()))
    return found


def factor_between(source: str, target: str) -> Fraction:
    """Exact number by which a value in `source` is multiplied to be in `target`.

    Raises:
        DafengError: the units measure different quantities.
    """
    have, want = unit(source), unit(target)
    if have.quantity != want.quantity:
        raise DafengError(
            "units_differ", found=source, allowed=target, have="/".join(have.quantity), want="/".join(want.quantity)
        )
    return have.factor / want.factor


def convert(value: float, source: str, target: str) -> float:
    """`value` from unit `source` to unit `target`, rounded once (float64)."""
    return float(Fraction(value) * factor_between(source, target))
