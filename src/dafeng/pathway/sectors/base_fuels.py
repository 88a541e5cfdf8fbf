"""Statistics of the base year by province, sector and fuel, and where fuel that vehicles burn is booked.

Balances book gasoline and diesel where the owner of the vehicle is: with works, shops and households. In the model all
road vehicles are services of transport. So transport may use the pool of what vehicles burn in every sector, and what
it uses is booked to the sectors in proportion to what each has in the pool: the accounts stay those of the statistics.

Units: Mtce for fuels and heat, TWh for electricity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from dafeng.catalog import economy, economy_balance, power
from dafeng.catalog.economy_balance import BRANCHES, INDUSTRY, SECTOR_OF, Table
from dafeng.catalog.errors import UnknownName
from dafeng.catalog.package import resource
from dafeng.pathway.system import Array

TRANSPORT = "transport"
#: amounts of one province, (sector or `industry`, fuel) -> Mtce, TWh
Own = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Statistics:
    """Final energy of the base year of P provinces or regions, S sectors, F fuels.

    Attributes:
        amounts: (P, S, F) what the balance says. pool: (P, S, F) the part of it that vehicles of transport burn.
    """

    amounts: Array = field(repr=False)
    pool: Array = field(repr=False)

    @property
    def available(self) -> Array:
        """(P, S, F) what the services of a sector may use: of transport, the pool."""
        found = self.amounts.copy()
        found[:, place_of(TRANSPORT)] = np.where(
            self.pool.sum(axis=1) > 0, self.pool.sum(axis=1), found[:, place_of(TRANSPORT)]
        )
        return found

    @property
    def booking(self) -> Array:
        """(P, S, F) shares of the sectors in what services of transport use of a fuel; sums to 1 over sectors."""
        total = self.pool.sum(axis=1, keepdims=True)
        shares = np.divide(self.pool, total, out=np.zeros_like(self.pool), where=total > 0)
        shares[:, place_of(TRANSPORT)] += np.where(total[:, 0] > 0, 0.0, 1.0)
        return np.asarray(shares)


def place_of(sector: str) -> int:
    """The place of a sector on the axis S."""
    return tuple(economy.sectors()).index(sector)


@cache
def published() -> Statistics:
    """The embedded statistics of 31 provinces."""
    return statistics({})


def statistics(own: Mapping[str, Own]) -> Statistics:
    """The embedded statistics, of some provinces replaced by balances of their own.

    Args:
        own: province -> its balance. An industry line without branches is split as the embedded one is.

    Raises:
        UnknownName: no such province, sector or fuel.
    """
    table = economy_balance.balance()
    amounts = table.values.copy()
    for province, balance in own.items():
        if province not in table.places:
            raise UnknownName("entity", province, table.places)
        amounts[table.places.index(province)] = _replaced(table, province, balance)
    return Statistics(amounts, amounts * road_shares())


def _replaced(table: Table, province: str, balance: Own) -> Array:
    """(S, F) a balance of one's own."""
    found = np.zeros((len(table.rows), len(table.fuels)))
    shares = economy_balance.industry_shares()[table.places.index(province)]
    for (line, fuel), amount in balance.items():
        if fuel not in table.fuels:
            raise UnknownName("fuel", fuel, table.fuels)
        if line == INDUSTRY:
            for b, branch in enumerate(BRANCHES):
                found[table.rows.index(branch), table.fuels.index(fuel)] += amount * shares[b, table.fuels.index(fuel)]
        elif line in table.rows:
            found[table.rows.index(line), table.fuels.index(fuel)] += amount
        else:
            raise UnknownName("sector", line, (*table.rows, INDUSTRY))
    return found


@cache
def road_shares() -> Array:
    """(S, F) share of a sector's fuel that vehicles of transport burn; services by their two lines in the nation."""
    rows, fuels = tuple(economy.sectors()), tuple(economy.fuels())
    shares = np.zeros((len(rows), len(fuels)))
    lines = economy_balance.lines()
    known = {(row["line"], row["fuel"]): float(row["value"]) for row in resource(economy.PACKAGE, "road_fuel").rows}
    for fuel in dict.fromkeys(fuel for _, fuel in known):
        f = fuels.index(fuel)
        shares[rows.index(TRANSPORT), f] = 1.0
        for branch in BRANCHES:
            shares[rows.index(branch), f] = known.get((INDUSTRY, fuel), 0.0)
        for sector in dict.fromkeys(SECTOR_OF.values()):
            parts = {line for line, of in SECTOR_OF.items() if of == sector and (line, fuel) in known}
            if parts:
                weights = {line: float(lines.of(line, fuel).sum()) for line in parts}
                share = sum(weights[line] * known[line, fuel] for line in parts) / sum(weights.values())
                shares[rows.index(sector), f] = share
    return shares


def split_shares(service: str, of: Statistics) -> Array:
    """(31,) shares of the provinces in the national level of a service (table `service_splits`).

    They sum to 1 with the embedded statistics; a balance of one's own moves the share of its province only.

    Raises:
        UnknownName: no split for this service.
    """
    rows = [row for row in resource(economy.PACKAGE, "service_splits").rows if row["service"] == service]
    if not rows:
        known = dict.fromkeys(row["service"] for row in resource(economy.PACKAGE, "service_splits").rows)
        raise UnknownName("service", service, known)
    total = np.zeros(len(power.provinces()))
    for row in rows:
        total += row["value"] * _product(row["item"], of) / _product(row["item"], published()).sum()
    return total


def _product(item: str, of: Statistics) -> Array:
    return np.asarray(np.prod([_item(text, of) for text in item.split("*")], axis=0))


def _item(text: str, of: Statistics) -> Array:
    kind, _, rest = text.partition(":")
    fuels = tuple(economy.fuels())
    if kind == "balance":
        sector, _, fuel = rest.partition(".")
        return np.asarray(of.amounts[:, place_of(sector), fuels.index(fuel)])
    if text.startswith("road."):
        return np.asarray(of.pool.sum(axis=1)[:, fuels.index(text.removeprefix("road."))])
    if text == "rural_population":
        return economy_balance.provincial("population") - economy_balance.provincial("urban_population")
    return economy_balance.provincial(text)
