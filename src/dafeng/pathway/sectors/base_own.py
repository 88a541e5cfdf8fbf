"""A province's own energy balance, as it stands in a ledger, by the sectors and fuels of the plan.

Lines are added up to sectors and carriers to fuels, in coal equivalent by the coefficients of the energy account. Gas
of blast furnaces and converters is left out, as in the embedded balances: the coke that it comes from is counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from dafeng.accounts.energy import standard_coal
from dafeng.accounts.factors import factor_set
from dafeng.accounts.standard import Choice
from dafeng.catalog import DafengError, carriers, economy, economy_balance
from dafeng.catalog.economy_balance import INDUSTRY

MILLION = 1e6
FINAL = "final"
INDUSTRIES, HOMES = "final.industry", "final.residential"
#: line of the balance -> sector, of lines that stand for more than one of the plan's flows
SECTORS = {"final.commerce": "services", "final.other": "services"}
#: gas of furnaces that burn coke
LEFT_OUT = ("blast_furnace_gas", "converter_gas", "other_gas", "carbide_furnace_gas")


def own_balance(observed: Iterable[tuple[str, str, float]], province: str) -> dict[tuple[str, str], float]:
    """The final consumption of one balance as `base_year` takes it.

    Args:
        observed: (flow, carrier, value in canonical units) of one year and one dataset of the ledger; flows other than
            final consumption are passed over.
        province: by whose embedded shares an industry line without branches, or homes without town and country, is
            split.

    Returns:
        (sector or `industry`, fuel) -> Mtce, electricity TWh.

    Raises:
        DafengError: there is no final consumption.
    """
    by_carrier: dict[str, dict[str, float]] = defaultdict(dict)
    for flow, carrier, value in observed:
        if flow.startswith(f"{FINAL}.") and carrier not in LEFT_OUT and fuel_of_carrier(carrier) is not None:
            by_carrier[carrier][flow] = by_carrier[carrier].get(flow, 0.0) + value
    if not by_carrier:
        raise DafengError("base_balance_empty", entity=province)
    found: dict[tuple[str, str], float] = defaultdict(float)
    for carrier, lines in by_carrier.items():
        fuel = str(fuel_of_carrier(carrier))
        for sector, amount in _by_sector(lines, fuel, province).items():
            found[sector, fuel] += amount * per_unit(carrier)
    return {key: amount for key, amount in found.items() if amount}


def _by_sector(lines: Mapping[str, float], fuel: str, province: str) -> dict[str, float]:
    """Lines of one carrier by sector; what a total has beyond its parts is its own."""
    found: dict[str, float] = defaultdict(float)
    of_flow = {sector.flow: sector.id for sector in economy.sectors().values()} | SECTORS
    for flow, amount in lines.items():
        if flow not in (INDUSTRIES, HOMES):
            sector = of_flow.get(flow, "other_industry" if flow.startswith(f"{INDUSTRIES}.") else None)
            if sector is not None:
                found[sector] += amount
    beyond = {total: lines.get(total, 0.0) - _parts(lines, total) for total in (INDUSTRIES, HOMES)}
    if beyond[INDUSTRIES] > 0:
        found["other_industry" if _parts(lines, INDUSTRIES) else INDUSTRY] += beyond[INDUSTRIES]
    if beyond[HOMES] > 0:
        for sector, share in _homes(fuel, province).items():
            found[sector] += beyond[HOMES] * share
    return found


def _parts(lines: Mapping[str, float], total: str) -> float:
    return sum(amount for flow, amount in lines.items() if flow.startswith(f"{total}."))


def _homes(fuel: str, province: str) -> dict[str, float]:
    """Shares of town and country in what the embedded balance has; half each where it has nothing."""
    table = economy_balance.balance()
    place = table.places.index(province)
    own = {name: float(table.of(name, fuel)[place]) for name in ("urban_households", "rural_households")}
    total = sum(own.values())
    return {name: amount / total if total else 0.5 for name, amount in own.items()}


@cache
def fuel_of_carrier(carrier: str) -> str | None:
    """The fuel of the plan that a carrier, or what it is a kind of, is added up to; None: none, such as a total."""
    known = {name: fuel.id for fuel in economy.fuels().values() for name in fuel.carriers}
    return next((known[name] for name in carriers().ancestors(carrier) if name in known), None)


@cache
def per_unit(carrier: str) -> float:
    """Mtce (electricity TWh) per canonical unit; of a kind without a coefficient, that of what it is a kind of."""
    if carrier == "electricity":
        return 1.0 / MILLION
    if carriers()[carrier]["unit"] == "tce":
        return 1.0 / MILLION
    name = Choice().standard_coal
    of = next(c for c in carriers().ancestors(carrier) if factor_set(name).find("standard_coal", c))
    return float(standard_coal(of, name)[0]) / MILLION
