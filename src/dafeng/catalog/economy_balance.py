"""Final energy of the provinces in the base year by sector and fuel, and how the industry line is split to branches.

The eight lines of the regional energy balance are statistics. The branches of industry are an estimate of ours: for
each fuel, national shares times what provinces make, fitted to every province's industry line by iterative proportional
fitting (RAS; Deming and Stephan 1940), so that both the lines of the provinces and the national shares are met.

Units: Mtce for fuels and heat, TWh for electricity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from dafeng.catalog.economy import PACKAGE, fuels, sectors
from dafeng.catalog.package import resource
from dafeng.catalog.power_statistics import fixed, one_of, provinces
from dafeng.catalog.profiles import Vector

INDUSTRY = "industry"
FEEDSTOCK = "non_energy."
BRANCHES = ("steel", "building_materials", "nonferrous", "chemicals", "refining", "other_industry")
#: line of the balance -> sector, of lines that are not industry
SECTOR_OF = {
    "agriculture": "agriculture",
    "construction": "construction",
    "transport": "transport",
    "commerce": "services",
    "other": "services",
    "urban_households": "urban_households",
    "rural_households": "rural_households",
}
LINES = ("agriculture", INDUSTRY, *(line for line in SECTOR_OF if line != "agriculture"))
FITTED, ROUNDS = 1e-10, 500


@dataclass(frozen=True)
class Table:
    """Energy by province (or region), sector or line, and fuel.

    Attributes:
        places, rows, fuels: what the axes of `values` (P, S, F) stand for.
    """

    places: tuple[str, ...]
    rows: tuple[str, ...]
    fuels: tuple[str, ...]
    values: Vector = field(repr=False)

    def of(self, row: str, fuel: str) -> Vector:
        """(P,) amounts of a sector or line and fuel.

        Raises:
            UnknownName: no such row or fuel.
        """
        one_of("sector", row, self.rows)
        one_of("fuel", fuel, self.fuels)
        amount: Vector = self.values[:, self.rows.index(row), self.fuels.index(fuel)]
        return amount


@cache
def lines() -> Table:
    """The lines of the regional balances of 2020, 31 provinces."""
    names = tuple(fuels())
    values = np.zeros((len(provinces()), len(LINES), len(names)))
    for row in resource(PACKAGE, "balance").rows:
        values[provinces().index(row["entity"]), LINES.index(row["line"]), names.index(row["fuel"])] = row["value"]
    return Table(provinces(), LINES, names, fixed(values))


@cache
def balance() -> Table:
    """Final energy of 2020 by sector and fuel, 31 provinces; sums over sectors are those of `lines`."""
    of_lines, names = lines(), tuple(sectors())
    values = np.zeros((len(provinces()), len(names), len(of_lines.fuels)))
    for line, sector in SECTOR_OF.items():
        values[:, names.index(sector)] += of_lines.values[:, LINES.index(line)]
    shares = industry_shares()
    for branch in BRANCHES:
        values[:, names.index(branch)] = of_lines.values[:, LINES.index(INDUSTRY)] * shares[:, BRANCHES.index(branch)]
    return Table(provinces(), names, of_lines.fuels, fixed(values))


@cache
def industry_shares() -> Vector:
    """(31, branches, fuels) shares of each branch in a province's industry line; sums to 1 over branches."""
    names = tuple(fuels())
    own = lines().values[:, LINES.index(INDUSTRY)]
    national = {(row["fuel"], row["sector"]): row["value"] for row in resource(PACKAGE, "industry_split").rows}
    shares = np.zeros((len(provinces()), len(BRANCHES), len(names)))
    for f, fuel in enumerate(names):
        wanted = np.array([national.get((fuel, branch), 0.0) for branch in BRANCHES])
        if not wanted.any():
            shares[:, -1, f] = 1.0
            continue
        weights = np.stack([branch_weights(fuel)[branch] for branch in BRANCHES], axis=1)
        fitted = ras(weights * wanted, own[:, f], wanted * own[:, f].sum())
        total = fitted.sum(axis=1, keepdims=True)
        shares[:, :, f] = np.divide(fitted, total, out=np.tile(wanted, (len(own), 1)), where=total > 0)
    return fixed(shares)


def branch_weights(fuel: str) -> Mapping[str, Vector]:
    """Branch -> (31,) share of the nation that a province makes: by output, feedstock or electricity of industry.

    Chemicals: by feedstock of all kinds and, with twice the weight, of the fuel itself.
    """
    electricity = _share(lines().of(INDUSTRY, "electricity"))
    kinds = [item for item in _items() if item.startswith(FEEDSTOCK)]
    own = [item for item in kinds if item == FEEDSTOCK + fuel] or kinds
    feedstock, of_fuel = (np.sum([provincial(item) for item in items], axis=0) for items in (kinds, own))
    found = {
        "steel": provincial("crude_steel"),
        "building_materials": 0.8 * _share(provincial("cement")) + 0.2 * _share(provincial("flat_glass")),
        "nonferrous": provincial("nonferrous10"),
        "chemicals": _share(feedstock) + 2 * _share(of_fuel) + 0.05 * electricity,
        "refining": _share(provincial("crude_processed")) + 0.2 * _share(provincial("pig_iron")),
        "other_industry": electricity,
    }
    return {branch: _share(values) for branch, values in found.items()}


def provincial(item: str) -> Vector:
    """(31,) an item of table `provinces`: output in Mt, feedstock in Mtce, people in 1e4; 0 where there is none.

    Raises:
        UnknownName: no such item.
    """
    one_of("item", item, _items())
    found = {row["entity"]: row["value"] for row in resource(PACKAGE, "provinces").rows if row["item"] == item}
    return np.array([found.get(entity, 0.0) for entity in provinces()])


@cache
def _items() -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["item"] for row in resource(PACKAGE, "provinces").rows))


def _share(values: Vector) -> Vector:
    return np.asarray(values / values.sum(), dtype=np.float64)


def ras(seed: Vector, rows: Vector, columns: Vector) -> Vector:
    """A table near a seed whose rows and columns have given sums (iterative proportional fitting).

    Rows are met to rounding. Columns are met where zeros of the seed leave that possible; a row whose seed is all zero
    takes the shares of the columns.

    Args:
        seed: (n, m) >= 0. rows: (n,) >= 0. columns: (m,) >= 0, of the same sum.
    """
    empty = seed.sum(axis=1) == 0
    table = np.where(empty[:, None], columns, seed).astype(np.float64)
    for _ in range(ROUNDS):
        table = table * _ratio(columns, table.sum(axis=0))
        factor = _ratio(rows, table.sum(axis=1))
        table = table * factor[:, None]
        if np.allclose(table.sum(axis=0), columns, rtol=FITTED, atol=FITTED):
            break
    return table


def _ratio(wanted: Vector, found: Vector) -> Vector:
    return np.divide(wanted, found, out=np.zeros_like(found), where=found > 0)
