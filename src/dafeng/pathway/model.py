"""From a system to a linear program, and from its solution back to the system's own words."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.pathway import equations
from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations import Columns
from dafeng.pathway.system import Places, System


@dataclass(frozen=True)
class Model:
    """A system with its linear program.

    Attributes:
        columns: numbers of the columns by variable.
        balance: (n, T) rows of the nodes' balances.
        services: (m, Y) rows of the yearly services.
        limits: (limits,) rows of the limits.
    """

    system: System
    lp: LinearProgram
    columns: Columns
    balance: Places
    services: Places
    limits: Places


def build(system: System) -> Model:
    """The linear program of a system: all families of `pathway.equations`."""
    lp = LinearProgram(", ".join(system.steps.periods))
    columns = equations.make_columns(lp, system)
    equations.stock_balance(lp, system, columns)
    equations.bound_activity(lp, system, columns)
    balance = equations.balances(lp, system, columns)
    equations.storage_balance(lp, system, columns)
    equations.voltage_law(lp, system, columns)
    services = equations.yearly_services(lp, system, columns)
    equations.ramps(lp, system, columns)
    equations.reserves(lp, system, columns)
    limits = equations.limit_rows(lp, system, columns)
    return Model(system, lp, columns, balance, services, limits)
