"""Uncertainties of the lines of an inventory: those that the user gives, else the defaults of the catalogue.

The defaults (assessment/uncertainties.csv) are those of the 2006 IPCC Guidelines: of activity data by flow (volume 2,
1.5.2 and table 2.15), of the CO2 per heat of a fuel (table 1.4), and of its heat value (table 1.2), each as a 95 %
interval [low, high] around a value. A fuel that is counted in tonnes or cubic metres has both of the last two:

    u(carbon, heat value) = sqrt(u_carbon^2 + u_heat^2),   u = (high - low) / (2 value)

The ranges are those of the world: a factor set that was measured in the country is surer than they say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from dafeng.accounts import Inventory, InventoryLine
from dafeng.assessment.uncertainty import EXACT, Lines, Spread, product_half
from dafeng.catalog import DafengError, Row, UnknownName, carriers, flows, resource, unit_of

DEFAULT = "ipcc-2006"
Table = Mapping[str, Spread]


def inventory_lines(
    inventory: Inventory,
    activity: Table | None = None,
    coefficient: Table | None = None,
    share_coefficient: Callable[[InventoryLine], str] = lambda line: line.carrier,
    share_activity: Callable[[InventoryLine], str] = lambda _line: "",
    *,
    name: str = DEFAULT,
) -> Lines:
    """The lines of an inventory with their errors, for `approach_1` and `monte_carlo`.

    Args:
        activity, coefficient: carrier -> error; the key `*` for all others. Left out: the defaults of the catalogue.
        share_coefficient, share_activity: which lines share one error. Default: one coefficient per carrier, activities
            apart.
        name: set of defaults.

    Raises:
        UnknownName: a carrier of the inventory has no error in a table that was given and there is no `*`; or no such
            set.
        DafengError: the catalogue has no default for a line, or for what the inventory counts; names it.
    """
    rows = inventory.lines
    if coefficient is None and inventory.figure.unit != "t_CO2":
        raise DafengError("uncertainty_measure", measure=inventory.figure.name, unit=inventory.figure.unit)

    def of(table: Table, line: InventoryLine) -> Spread:
        if line.carrier not in table and "*" not in table:
            raise UnknownName("uncertainty", line.carrier, table)
        return table.get(line.carrier, table.get("*", EXACT))

    return Lines(
        tuple(r.line for r in rows),
        np.array([r.activity for r in rows]),
        np.array([r.coefficient for r in rows]),
        tuple(activity_default(r, name) if activity is None else of(activity, r) for r in rows),
        tuple(coefficient_default(r, name) if coefficient is None else of(coefficient, r) for r in rows),
        tuple(share_activity(r) for r in rows),
        tuple(share_coefficient(r) for r in rows),
    )


def activity_default(line: InventoryLine, name: str = DEFAULT) -> Spread:
    """The error of the activity of a line: of its flow, or of the nearest flow above it that has one.

    Raises:
        UnknownName: no such set. DafengError: there is none.
    """
    for flow in flows().ancestors(line.flow):
        for carrier in (line.carrier, ""):
            row = _rows(name).get(("activity", flow, carrier))
            if row:
                return _spread(row)
    raise DafengError("uncertainty_no_activity", set=name, line=line.line, flow=line.flow, carrier=line.carrier)


def coefficient_default(line: InventoryLine, name: str = DEFAULT) -> Spread:
    """The error of the coefficient of a line, in t CO2 per unit of its carrier.

    That of the carrier, or of the nearest carrier above it of the same phase.

    Raises:
        UnknownName: no such set. DafengError: there is none.
    """
    whole = _of_carrier("factor", line.carrier, name)
    if whole:
        return _spread(whole)
    parts = ["carbon"] if unit_of(line.flow, line.carrier) in ("tce", "GJ") else ["carbon", "heat_value"]
    rows = [_of_carrier(part, line.carrier, name) for part in parts]
    found = [_spread(row) for row in rows if row]
    if len(found) < len(parts):
        raise DafengError("uncertainty_no_coefficient", set=name, line=line.line, carrier=line.carrier)
    return Spread(product_half(*(spread.half for spread in found)), found[0].kind)


@cache
def _rows(name: str) -> dict[tuple[str, str, str], Row]:
    table = resource("assessment", "uncertainties").rows
    known = dict.fromkeys(row["set"] for row in table)
    if name not in known:
        raise UnknownName("uncertainty_set", name, known)
    return {(row["part"], row["flow"], row["carrier"]): row for row in table if row["set"] == name}


def _of_carrier(part: str, carrier: str, name: str) -> Row | None:
    tree = carriers()
    for above in tree.ancestors(carrier):
        row = _rows(name).get((part, "", above))
        if row and tree[above]["phase"] == tree[carrier]["phase"]:
            return row
    return None


def _spread(row: Row) -> Spread:
    low, high = row["low"] / row["value"] - 1, row["high"] / row["value"] - 1
    if row["distribution"] == "triangular":
        return Spread(kind="triangular", edges=(low, high))
    return Spread((high - low) / 2, row["distribution"])
