"""Decoupling of a pressure from its driver: Tapio's elasticity and its eight states.

    e = (dC / C0) / (dG / G0)

Source: Tapio, Transport Policy 12 (2005) 137, figure 1; the bands 0.8 and 1.2 are Tapio's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dafeng.assessment.series import checked
from dafeng.catalog import DafengError
from dafeng.targets import Text, said

LOW, HIGH = 0.8, 1.2
GROWING = ("strong_decoupling", "weak_decoupling", "expansive_coupling", "expansive_negative_decoupling")
SHRINKING = ("strong_negative_decoupling", "weak_negative_decoupling", "recessive_coupling", "recessive_decoupling")
UNDEFINED = "undefined"
STATES = (*GROWING, *SHRINKING)


@dataclass(frozen=True)
class Decoupling:
    """What happened between two years.

    Attributes:
        pressure, driver: relative changes, e.g. of CO2 and of GDP (0.05: five percent more).
        elasticity: their ratio; None where the driver did not change.
        state: one of STATES, or `undefined` where the driver did not change.
    """

    start: int
    end: int
    pressure: float
    driver: float
    elasticity: float | None
    state: str

    @property
    def text(self) -> Text:
        """The state in words."""
        return said(f"tapio.{self.state}")


def state_of(pressure: float, driver: float, low: float = LOW, high: float = HIGH) -> tuple[float | None, str]:
    """Elasticity and state of two relative changes; `low` and `high` bound what counts as coupled, both included."""
    if driver == 0:
        return None, UNDEFINED
    elasticity = pressure / driver
    names = GROWING if driver > 0 else SHRINKING
    if elasticity < 0:
        return elasticity, names[0]
    return elasticity, names[1 if elasticity < low else 2 if elasticity <= high else 3]


def tapio(
    pressure: Mapping[int, float],
    driver: Mapping[int, float],
    span: int = 1,
    low: float = LOW,
    high: float = HIGH,
) -> list[Decoupling]:
    """Decoupling over every span of years that both series have.

    Args:
        pressure, driver: year -> value, e.g. CO2 and GDP at constant prices; positive.
        span: years between start and end.

    Raises:
        DafengError: fewer than two common years, a gap, a negative value, a start at zero, or a span below one.
    """
    if span < 1:
        raise DafengError("tapio_span", found=span)
    common = sorted(pressure.keys() & driver.keys())
    years, above = checked({y: pressure[y] for y in common}, "pressure")
    _, below = checked({y: driver[y] for y in common}, "driver")
    if len(years) <= span:
        raise DafengError("series_short", series="pressure, driver", count=len(years), least=span + 1)
    found = []
    for i, (start, end) in enumerate(zip(years, years[span:], strict=False)):
        for name, values in (("pressure", above), ("driver", below)):
            if values[i] == 0:
                raise DafengError("series_zero", series=name, year=start)
        change = float(above[i + span] / above[i] - 1), float(below[i + span] / below[i] - 1)
        found.append(Decoupling(start, end, *change, *state_of(*change, low, high)))
    return found
