"""The base year of the plan of all sectors: services, what gives them today, and its closure on the energy balances.

A service of the nation is split to provinces, and each province's part to the options of today so that the national
shares hold and fuels that a province has are preferred. What options of today then use of a fuel is scaled to the
statistics of the sector: never more than they say, at most `MOST` times the catalogue; the rest is shown as `rest`.

    multiplier = min(max(a - n, 0), MOST x) / x      rest = a - n - multiplier x
    a: statistics (of transport: of all road vehicles), x: use of options `as_today` by the catalogue, n: of the others

Units: Mtce for fuels and heat, TWh for electricity; services and outputs as the catalogue of sectors counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from dafeng.catalog import economy, power, sectors
from dafeng.catalog.economy_balance import ras
from dafeng.pathway.power.policies import TCE_PER_MWH
from dafeng.pathway.power.regions import Grouping
from dafeng.pathway.sectors.base_fuels import Own, Statistics, place_of, published, split_shares, statistics
from dafeng.pathway.sectors.closing import national_closing
from dafeng.pathway.system import Array

BASE_YEAR = 2020
GJ_PER_TCE = power.GJ_PER_TCE
TODAY = "as_today"
#: how far above the catalogue today's plants may be in a sector; 1 in the others, whose services are useful energy
MOST = dict.fromkeys(("steel", "building_materials", "nonferrous", "chemicals", "refining", "transport"), 1.3)
#: a balance shows little of the biomass that homes burn: what services use beyond it stays outside of the closure
BIOMASS = "biomass"
#: least weight of an option whose fuel a province does not have
LEAST_WEIGHT = 1e-3
#: options are moved to provinces that have their fuel until no multiplier need be lower, in so many rounds
LEAST_MULTIPLIER, FITTING = 0.7, 30
NOTHING = 1e-9


@dataclass(frozen=True)
class BaseYear:
    """The base year of R regions; S services, O options, K sectors, F fuels.

    Attributes:
        regions: ids. service_names, option_names: of the catalogue.
        services: (R, S), outputs: (R, O) units of the service.
        amounts: (R, K, F) statistics. multipliers: (R, K, F) on the inputs of options `as_today`.
        rest: (R, K, F) statistics less what options explain. booking: (R, K, F) shares of sectors in what services of
            transport use. beyond: (R, K) biomass of services that is not in the balance.
        closing: coal, oil, gas, primary_electricity -> national primary consumption over what is counted.
        grid_loss: (R,) of electricity, over what is finally used.
    """

    regions: tuple[str, ...]
    service_names: tuple[str, ...]
    option_names: tuple[str, ...]
    services: Array = field(repr=False)
    outputs: Array = field(repr=False)
    amounts: Array = field(repr=False)
    multipliers: Array = field(repr=False)
    rest: Array = field(repr=False)
    booking: Array = field(repr=False)
    beyond: Array = field(repr=False)
    closing: Mapping[str, float] = field(repr=False)
    grid_loss: Array = field(repr=False)

    def option_output(self, option: str) -> Array:
        """(R,) units of its service that an option gave; 0 of one that did not exist."""
        if option not in self.option_names:
            return np.zeros(len(self.regions))
        return np.asarray(self.outputs[:, self.option_names.index(option)])

    def multiplier_of(self, place: int, sector: str, fuel: str) -> float:
        """What scales a fuel of the sector's options `as_today` in a region."""
        return float(self.multipliers[place, place_of(sector), _fuel(fuel)])

    def booked(self, place: int, sector: str, fuel: str) -> dict[str, float]:
        """Sector -> share of what services of a sector use of a fuel; only road fuels are booked with their owners."""
        if sector != "transport":
            return {sector: 1.0}
        shares = self.booking[place, :, _fuel(fuel)]
        return {name: float(share) for name, share in zip(economy.sectors(), shares, strict=True) if share}

    def rest_of(self, place: int, sector: str) -> dict[str, float]:
        """Fuel -> amount of a sector that no service explains: Mtce, electricity TWh, heat PJ."""
        found = {}
        for f, fuel in enumerate(economy.fuels()):
            amount = float(self.rest[place, place_of(sector), f])
            if amount > NOTHING:
                found[fuel] = amount * (GJ_PER_TCE if fuel in IN_PJ else 1.0)
        return found

    def final(self, flow: str, carrier: str) -> Array:
        """(R,) final use booked on a ledger flow, of a carrier as a plan counts it: Mtce, TWh, PJ.

        Biomass is not counted; 0 of flows and carriers that no sector has.
        """
        total = np.zeros(len(self.regions))
        for sector in (sector for sector in economy.sectors().values() if sector.flow == flow):
            for fuel in economy.fuels().values():
                if fuel.carrier == carrier and fuel.id != BIOMASS:
                    scale = GJ_PER_TCE if fuel.id in IN_PJ else 1.0
                    total += self.amounts[:, place_of(sector.id), _fuel(fuel.id)] * scale
        return total

    def of(self, place: int, sector: str, fuel: str) -> float:
        """Statistics of a sector and fuel: Mtce, electricity TWh."""
        return float(self.amounts[place, place_of(sector), _fuel(fuel)])


IN_PJ = ("heat", "hydrogen")


def _fuel(fuel: str) -> int:
    return tuple(economy.fuels()).index(fuel)


def base_year(grouping: Grouping, own: Mapping[str, Own] | None = None) -> BaseYear:
    """The base year of some regions.

    Args:
        own: province -> its own energy balance, (sector or `industry`, fuel) -> Mtce, electricity TWh, in place of the
            embedded one; `base_own.own_balance` makes it of ledger lines.

    Raises:
        UnknownName: no such province, sector or fuel.
    """
    of = statistics(own) if own else published()
    whole = Provinces.of(of) if own else _embedded()
    uses = whole.uses()
    sums = grouping.sums
    today, explained = sums(uses.today), sums(uses.explained)
    final = sums(of.amounts)
    return BaseYear(
        regions=grouping.regions,
        service_names=whole.services,
        option_names=whole.options,
        services=sums(whole.levels),
        outputs=sums(whole.outputs),
        amounts=final,
        multipliers=np.divide(explained, today, out=np.ones_like(today), where=today > 0),
        rest=sums(uses.rest),
        booking=_shares(sums(uses.booked), sums(of.pool)),
        beyond=sums(uses.beyond),
        closing=national_closing(),
        grid_loss=_grid_loss(grouping, final[:, :, _fuel("electricity")].sum(axis=1)),
    )


def _shares(booked: Array, pool: Array) -> Array:
    """(R, K, F) shares of sectors in what services of transport use; where they use none, in the pool."""
    found = np.where(booked.sum(axis=1, keepdims=True) > 0, booked, pool)
    total = found.sum(axis=1, keepdims=True)
    shares = np.divide(found, total, out=np.zeros_like(found), where=total > 0)
    shares[:, place_of("transport")] += np.where(total[:, 0] > 0, 0.0, 1.0)
    return np.asarray(shares)


def _grid_loss(grouping: Grouping, final: Array) -> Array:
    """(R,) electricity that the whole society used over what sectors finally used, less 1; at least 0."""
    used = grouping.sums(power.consumption(BASE_YEAR)) * 1e-6
    ratio = np.divide(used, final, out=np.ones_like(used), where=final > 0)
    return np.asarray(np.maximum(ratio - 1.0, 0.0))


@cache
def _embedded() -> Provinces:
    return Provinces.of(published())


@dataclass(frozen=True)
class Uses:
    """What services use in P provinces by sector and fuel, before booking.

    Attributes:
        today: (P, K, F) options `as_today` by the catalogue. explained: (P, K, F) the same as the statistics have it.
        booked: (P, K, F) what services of transport use, by the sector that it is booked to.
        rest: (P, K, F) statistics less explained and others, as booked. beyond: (P, K) biomass outside the balance.
    """

    today: Array
    explained: Array
    booked: Array
    rest: Array
    beyond: Array


@dataclass(frozen=True)
class Provinces:
    """Services and options of 31 provinces.

    Attributes:
        levels: (P, S). outputs: (P, O).
    """

    statistics: Statistics
    services: tuple[str, ...]
    options: tuple[str, ...]
    levels: Array
    outputs: Array

    @classmethod
    def of(cls, statistics: Statistics) -> Provinces:
        """Split to provinces and options; what new options use never exceeds the statistics."""
        services = tuple(sectors.services())
        options = tuple(option for service in services for option in sectors.options(service))
        weights = np.ones(statistics.amounts.shape)
        for _ in range(FITTING):
            made = cls._with(statistics, services, options, weights)
            weights = weights * np.minimum(made._room() / LEAST_MULTIPLIER, 1.0)
        return cls(statistics, services, options, made.levels, made._within())

    @classmethod
    def _with(
        cls, statistics: Statistics, services: tuple[str, ...], options: tuple[str, ...], weights: Array
    ) -> Provinces:
        """Split with weights (P, K, F) on options by the fuel that they use most of."""
        levels, columns = [], []
        for service in services:
            levels.append(sectors.services()[service].level_2020 * split_shares(service, statistics))
            columns.append(_by_option(service, levels[-1], statistics, weights))
        return cls(statistics, services, options, np.stack(levels, axis=1), np.concatenate(columns, axis=1))

    def _room(self) -> Array:
        """(P, K, F) statistics over what options `as_today` would use; 1 where there is enough."""
        left = np.maximum(self.statistics.available - self._used(today=False), 0.0)
        today = self._used(today=True)
        room = np.divide(left, today, out=np.ones_like(today), where=today > NOTHING)
        room[:, :, _fuel(BIOMASS)] = 1.0
        return room

    def _within(self) -> Array:
        """(P, O) outputs with new options cut where they would use more of a fuel than there is."""
        available = self.statistics.available
        fixed = self._used(today=False)
        ratio = np.divide(available, fixed, out=np.ones_like(fixed), where=fixed > available + NOTHING)
        ratio[:, :, _fuel(BIOMASS)] = 1.0
        outputs = self.outputs.copy()
        for o, option in enumerate(self.options):
            of, inputs = sectors.option(option), input_vector(option)
            if of.kind == TODAY or not inputs.any() or not outputs[:, o].any():
                continue
            k = place_of(sectors.services()[of.service].sector)
            cut = outputs[:, o] * (1.0 - ratio[:, k][:, inputs > 0].min(axis=1))
            rivals = [self.options.index(n) for n, r in sectors.options(of.service).items() if r.kind == TODAY]
            total = outputs[:, rivals].sum(axis=1, keepdims=True)
            given = np.divide(outputs[:, rivals], total, out=np.zeros_like(outputs[:, rivals]), where=total > 0)
            cut = np.where(total[:, 0] > 0, cut, 0.0)
            outputs[:, o] -= cut
            outputs[:, rivals] += given * cut[:, None]
        return outputs

    def _used(self, today: bool) -> Array:
        """(P, K, F) by the catalogue's inputs, of options `as_today` or of the others."""
        total = np.zeros(self.statistics.amounts.shape)
        for o, option in enumerate(self.options):
            if (sectors.option(option).kind == TODAY) == today:
                k = place_of(sectors.services()[sectors.option(option).service].sector)
                total[:, k] += self.outputs[:, o, None] * input_vector(option)
        return total

    def uses(self) -> Uses:
        """What the services use, held against the statistics."""
        available = self.statistics.available
        today, others = self._used(today=True), self._used(today=False)
        most = np.array([MOST.get(sector, 1.0) for sector in economy.sectors()])
        explained = np.minimum(np.maximum(available - others, 0.0), most[:, None] * today)
        b = _fuel(BIOMASS)
        explained[:, :, b] = today[:, :, b]
        inside = explained + others
        beyond = np.maximum(inside[:, :, b] - available[:, :, b], 0.0)
        inside[:, :, b] -= beyond
        of_transport = inside[:, place_of("transport")].copy()
        inside[:, place_of("transport")] = 0.0
        booked = self.statistics.booking * of_transport[:, None]
        rest = np.maximum(self.statistics.amounts - inside - booked, 0.0)
        return Uses(today, explained, booked, rest, beyond)


def _by_option(service: str, level: Array, of: Statistics, fitted: Array) -> Array:
    """(P, options) a service's level by option: the nation's shares, nearer to the fuels that a province has.

    Args:
        fitted: (P, K, F) weights on options by the fuel that they use most of.
    """
    options = sectors.options(service)
    share = np.array([option.share_2020 for option in options.values()])
    weights = np.ones((len(level), len(options)))
    k = place_of(sectors.services()[service].sector)
    mains = [_main(name) for name in options]
    energy = of.available[:, k] * calorific()
    whole = energy[:, sorted({main for main in mains if main is not None})].sum(axis=1)
    for o, main in enumerate(mains):
        if main is not None and main != _fuel(BIOMASS):
            found = np.divide(energy[:, main], whole, out=np.ones_like(whole), where=whole > 0)
            weights[:, o] = np.maximum(found, LEAST_WEIGHT) * fitted[:, k, main]
    return ras(weights * share, level, share / share.sum() * level.sum())


def _main(option: str) -> int | None:
    """The fuel that an option uses most of; None: it uses none."""
    used = input_vector(option) * calorific()
    return int(used.argmax()) if used.any() else None


@cache
def calorific() -> Array:
    """(F,) Mtce per unit of a fuel: 1, of electricity by its heat per TWh."""
    return np.array([TCE_PER_MWH if fuel == "electricity" else 1.0 for fuel in economy.fuels()])


@cache
def input_vector(option: str) -> Array:
    """(F,) what an option uses per unit of its service in the base year: Mtce, electricity TWh."""
    table = sectors.inputs(option, BASE_YEAR)
    scale = dict.fromkeys(IN_PJ, 1.0 / GJ_PER_TCE)
    return np.array([table.get(fuel, 0.0) * scale.get(fuel, 1.0) for fuel in economy.fuels()])


# --- closure ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closing:
    """One line of the closure: Mtce, electricity TWh.

    Attributes:
        statistics: of the balance. services: what options use, by the catalogue, multipliers and booking.
        rest: what no service explains. difference: of services and rest from the statistics, %.
    """

    sector: str
    fuel: str
    statistics: float
    services: float
    rest: float

    @property
    def difference(self) -> float:
        return 100.0 * ((self.services + self.rest) / self.statistics - 1.0) if self.statistics else 0.0


def modelled(base: BaseYear) -> Array:
    """(R, K, F) what services use as a plan counts it: outputs x inputs x multipliers, booked; without what is beyond.

    It takes nothing from the statistics but the multipliers, as `build.SectorBuilder` does.
    """
    total = np.zeros(base.amounts.shape)
    for o, name in enumerate(base.option_names):
        option = sectors.option(name)
        sector = sectors.services()[option.service].sector
        scale = base.multipliers[:, place_of(sector)] if option.kind == TODAY else 1.0
        used = base.outputs[:, o, None] * input_vector(name) * scale
        if sector == "transport":
            total += base.booking * used[:, None]
        else:
            total[:, place_of(sector)] += used
    total[:, :, _fuel(BIOMASS)] -= base.beyond
    return total


def closure(base: BaseYear, place: int | None = None) -> tuple[Closing, ...]:
    """Statistics against the model by sector and fuel, of one region or of all together; without empty lines."""
    tables = (base.amounts, modelled(base), base.rest)
    amounts, services, rest = (table.sum(axis=0) if place is None else table[place] for table in tables)
    return tuple(
        Closing(sector, fuel, float(amounts[k, f]), float(services[k, f]), float(rest[k, f]))
        for k, sector in enumerate(economy.sectors())
        for f, fuel in enumerate(economy.fuels())
        if amounts[k, f] or services[k, f] > NOTHING
    )
