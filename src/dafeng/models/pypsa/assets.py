"""Capacity of PyPSA's assets: when they stand, what they cost, which stock they are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dafeng.models.pypsa.network import Component, Network
from dafeng.models.refusals import not_covered, wrong_value
from dafeng.pathway.making import Maker
from dafeng.pathway.system import NONE, Array, Flags

HOURS_PER_YEAR = 8760.0
NOMINAL = {
    "generators": "p_nom",
    "links": "p_nom",
    "processes": "p_nom",
    "lines": "s_nom",
    "transformers": "s_nom",
    "storage_units": "p_nom",
    "stores": "e_nom",
}
LABEL = {
    "generators": "Generator",
    "links": "Link",
    "processes": "Process",
    "lines": "Line",
    "transformers": "Transformer",
    "storage_units": "StorageUnit",
    "stores": "Store",
}


def label(component: Component, number: int) -> str:
    """Name of a part within the system: "Generator wind". Names are unique within a component of PyPSA only."""
    return f"{LABEL[component.kind]} {component.names[number]}"


def standing(network: Network, component: Component) -> Flags:
    """(k, Y) when an asset stands: build_year <= period < build_year + lifetime, where there are periods."""
    active = component.flag("active")
    if not network.starts:
        return active[:, None]
    built, life = component.number("build_year")[:, None], component.number("lifetime")[:, None]
    starts = np.array(network.starts, dtype=np.float64)
    return np.asarray(active[:, None] & (built <= starts) & (starts < built + life))


def annuity(rate: float, life: float) -> float:
    """PyPSA's annuity factor (pypsa.costs): r / (1 - (1 + r)^-n); 1/n at r = 0; max(r, 0) for an endless life."""
    if np.isinf(life):
        return max(rate, 0.0)
    return float(1.0 / life if rate == 0 else rate / (1.0 - (1.0 + rate) ** -life))


def periodized(network: Network, component: Component) -> tuple[Array, Array]:
    """Cost of a unit of capacity for a period (k,), with and without fixed operation and maintenance.

    An `overnight_cost` becomes an annuity times the years that the snapshots stand for; else it is `capital_cost`.
    """
    capital, overnight = component.number("capital_cost").copy(), component.number("overnight_cost")
    rate, life = component.number("discount_rate"), component.number("lifetime")
    given = np.flatnonzero(~np.isnan(overnight))
    if given.size:
        hours = np.bincount(network.period, weights=network.objective, minlength=len(network.periods))
        if np.ptp(hours) > 1e-9 * hours.max():
            raise not_covered(component.place(int(given[0])), "overnight_cost", "periods of different length")
        for k in given:
            if np.isnan(rate[k]):
                raise wrong_value(component.place(int(k)), "discount_rate", "NaN", "number")
            capital[k] = overnight[k] * annuity(float(rate[k]), float(life[k])) * hours[0] / HOURS_PER_YEAR
    return capital + component.number("fom_cost"), capital


@dataclass
class Assets:
    """The assets of one kind as stocks.

    Attributes:
        component: the parts.
        stands: (k, Y).
        stock: (k,) number of the stock; NONE where there is none (unlimited, or never there).
        extendable: (k,).
        cost: (k,) periodized cost without fixed operation and maintenance.
        constant: cost of the capacity that extendable assets had before, as PyPSA counts it.
    """

    component: Component
    stands: Flags
    extendable: Flags
    cost: Array
    stock: list[int] = field(default_factory=list)
    constant: float = 0.0

    def used(self) -> list[int]:
        """The parts that stand in some period."""
        return [int(k) for k in np.flatnonzero(self.stands.any(axis=1))]


def make_assets(network: Network, maker: Maker, kind: str) -> Assets:
    """Stocks for all assets of a kind.

    A fixed asset is inherited and free. An extendable one is built once, before its first period, and costs its
    periodized cost in every period that it stands in.
    """
    component, nominal = network[kind], NOMINAL[kind]
    full, capital = periodized(network, component)
    assets = Assets(component, standing(network, component), component.flag(f"{nominal}_extendable"), capital)
    size, least, most = (component.number(f"{nominal}{end}") for end in ("", "_min", "_max"))
    fixed = component.number(f"{nominal}_set")
    for k in range(len(component.names)):
        stands = assets.stands[k]
        if not stands.any() or (np.isinf(size[k]) and not assets.extendable[k]):
            if stands.any() and not stands.all():
                raise not_covered(component.place(k), nominal, "inf, lifetime")
            assets.stock.append(NONE)
            continue
        name = label(component, k)
        if not assets.extendable[k]:
            assets.stock.append(maker.stock(name, existing=np.where(stands, size[k], 0.0)))
            continue
        lower, upper = (least[k], most[k]) if np.isnan(fixed[k]) else (fixed[k], fixed[k])
        first = np.arange(len(stands)) == np.argmax(stands)
        cost = float(full[k] * (network.worth * stands).sum())
        assets.constant += cost * float(size[k])
        alive = np.zeros((len(stands), len(stands)), dtype=bool)
        alive[np.argmax(stands)] = stands
        assets.stock.append(
            maker.stock(
                name,
                build_cost=np.where(first, cost, 0.0),
                alive=alive,
                build_lower=np.where(first, lower, 0.0),
                build_upper=np.where(first, upper, 0.0),
            )
        )
    return assets
