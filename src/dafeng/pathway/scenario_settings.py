"""The tables of a scenario that are no levers and no targets: drivers, prices, limits, settings of the power system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dafeng.catalog import economy
from dafeng.pathway.power.case import FIRST as FIRST_PERIOD
from dafeng.pathway.power.case import FORESIGHTS, STEP
from dafeng.pathway.power.case import LAST as LAST_PERIOD
from dafeng.pathway.scenario_names import fuels
from dafeng.pathway.scenario_values import CO2_PRICE, SHARE, Course, Place, amount, by_name, checked_keys, course

SET = "set"
CENTRAL = "central"
LIMITED = {"co2": "Mt_CO2", "coal": "Mtce", "oil": "Mtce", "gas": "Mtce", "energy": "Mtce"}


def read_drivers(place: Place, found: object) -> tuple[str, dict[str, Course]]:
    """The set of drivers, and courses of single ones in their units.

    Raises:
        DafengError: an unknown set or driver, a wrong unit, a value that is not above zero.
    """
    table = place.table(found)
    chosen = table.get(SET, CENTRAL)
    if not isinstance(chosen, str):
        raise (place / SET).refuse("type", found=repr(chosen), allowed='"..."')
    (place / SET).known("set of drivers", chosen, economy.driver_sets())
    units = economy.driver_units()
    return chosen, {
        place.known("driver", key, units): course(
            place / key,
            value,
            lambda at, text, key=key: amount(at, text, units[key], 1e-9),  # type: ignore[misc]
        )
        for key, value in table.items()
        if key != SET
    }


def read_prices(place: Place, found: object) -> tuple[Course | None, dict[str, Course]]:
    """The price of CO2 in CNY/t, and factors on the prices of fuels.

    Raises:
        DafengError: an unknown key or fuel, a wrong unit, a negative price.
    """
    table = checked_keys(place, found, ("co2", "fuels"))
    co2 = None
    if "co2" in table:
        co2 = course(place / "co2", table["co2"], lambda at, text: amount(at, text, CO2_PRICE, 0.0))

    def factors(at: Place, value: object) -> Course:
        return course(at, value, lambda where, text: 1.0 + amount(where, text, SHARE, -1.0, 100.0))

    return co2, by_name(place / "fuels", table.get("fuels", {}), "fuel", fuels(), factors)


def read_limits(place: Place, found: object) -> dict[str, Course]:
    """Ceilings of the whole economy: CO2 in Mt, fuels and energy in Mtce.

    Raises:
        DafengError: an unknown key, a wrong unit, a negative value.
    """
    table = checked_keys(place, found, LIMITED)
    return {
        key: course(place / key, value, lambda at, text, key=key: amount(at, text, LIMITED[key], 0.0))  # type: ignore[misc]
        for key, value in table.items()
    }


def _text(place: Place, found: object) -> str:
    if not isinstance(found, str):
        raise place.refuse("type", found=repr(found), allowed='"..."')
    return found


def _foresight(place: Place, found: object) -> str:
    return place.known("foresight", _text(place, found), FORESIGHTS)


def _switch(place: Place, found: object) -> bool:
    if not isinstance(found, bool):
        raise place.refuse("type", found=repr(found), allowed="true, false")
    return found


def _days(place: Place, found: object) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= 365:
        raise place.refuse("range", found=found, allowed="1 - 365")
    return found


def _periods(place: Place, found: object) -> tuple[int, ...]:
    allowed = range(FIRST_PERIOD, LAST_PERIOD + 1, STEP)
    if not isinstance(found, list) or not found or found != sorted(set(found)) or not set(found) <= set(allowed):
        raise place.refuse("year", found=found, allowed=f"[{', '.join(map(str, allowed))}]")
    return tuple(found)


def _share(place: Place, found: object) -> float:
    return amount(place, found, SHARE, 0.0, 1.0)


def _shares(place: Place, found: object) -> Course:
    return course(place, found, _share)


SETTINGS: Mapping[str, Callable[[Place, object], Any]] = {
    "regions": _text,
    "periods": _periods,
    "days": _days,
    "foresight": _foresight,
    "demand": _text,
    "peak_response": _shares,
    "corridor_renewables": _share,
    "discount_rate": _share,
    "interest_rate": _share,
    **dict.fromkeys(("new_coal", "heat", "hydrogen", "commitment", "reserves"), _switch),
}


def read_power(place: Place, found: object) -> dict[str, Any]:
    """Fields of `power.case.Case`; shares by year stay courses until the periods are known.

    Raises:
        DafengError: an unknown setting, a wrong type or value.
    """
    table = checked_keys(place, found, SETTINGS)
    return {key: SETTINGS[key](place / key, value) for key, value in table.items()}
