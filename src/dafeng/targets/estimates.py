"""What the provincial statistics do not state and a split or a rating needs, as estimates of ours.

    coal        final coal and coal products in tce  +  final heat in tce  +  thermal generation x supply coal rate
    oil         final oil products in tce
    non-fossil  own generation but thermal, less its share of what is sent out, plus the share of non-fossil power in
                the pool of all that is sent out times what is drawn in; x supply coal rate; scaled so that the
                provinces add up to the nation

The first takes all thermal power and heat for coal, so provinces that burn gas are put too high; the second leaves out
what refineries use themselves; the third knows no contract between two provinces and no direct use of heat. How close
they come to the figures of the nation and to the order of the official targets is held in tests/targets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from dafeng.accounts import Choice, Coefficient, Figure, Measure, Series, evaluate, factor_set, series_of
from dafeng.catalog import carriers, entities, factor_between, resource
from dafeng.ledger import Ledger

NON_FOSSIL, COAL, OIL = "non_fossil_estimate", "coal_estimate", "oil_estimate"
NON_FOSSIL_SHARE, NON_THERMAL_SHARE = "non_fossil_share_estimate", "non_thermal_share_estimate"
ALL_PLANTS = "all-plants"  # the power statistics of smaller plants included
STATISTICS = "statistics"


def with_estimates(series: Series, ledger: Ledger | None = None) -> Series:
    """The series with the estimates of provinces: `non_fossil_estimate` in tce, `non_fossil_share_estimate` and
    `non_thermal_share_estimate` in percent and, if a ledger is given, `coal_estimate` and `oil_estimate` in tce.

    Args:
        series: of a workspace, all provinces in it; left as it is.
        ledger: of the same workspace: coal and oil stand in no series and are counted from its lines.
    """
    found: Series = {**series, **non_fossil_estimate(series)}
    for region in {entity for entity, _ in series}:
        own = {name: found.get((region, name), {}) for name in (NON_FOSSIL, "energy_total")}
        shares = _ratios(own[NON_FOSSIL], own["energy_total"], NON_FOSSIL_SHARE, "100 * {%s} / {%s}", 0.0)
        made = {name: series.get((region, f"power_generation.{name}"), {}) for name in ("thermal", "all")}
        clean = _ratios(made["thermal"], made["all"], NON_THERMAL_SHARE, "100 - 100 * {%s} / {%s}", 100.0)
        found |= {(region, points[max(points)].name): points for points in (shares, clean) if points}
    return found if ledger is None else {**found, **fuel_estimates(ledger)}


def _ratios(
    upper: Mapping[int, Figure], lower: Mapping[int, Figure], name: str, pattern: str, less: float
) -> dict[int, Figure]:
    """A share in percent by year, or what it leaves of `less`; of power only where both are of all plants."""
    found = {}
    for year in upper.keys() & lower.keys():
        top, bottom = upper[year], lower[year]
        if bottom.value > 0 and (not less or top.scope == bottom.scope == ALL_PLANTS):
            share = 100 * top.value / bottom.value
            found[year] = replace(
                top,
                name=name,
                value=less - share if less else share,
                unit="%",
                quality="estimated",
                formula=pattern % (top.name, bottom.name),
                inputs=(top, bottom),
            )
    return found


def coal_rates(edition: str = Choice.coal_rate) -> dict[int, float]:
    """Coal that thermal plants took to supply a megawatt-hour, by year, in tce."""
    return {
        row["valid_from"].year: row["value"] * float(factor_between(row["unit"], "tce/MWh"))
        for row in resource("factors", "power_coal_rate").rows
        if row["kind"] == "supply" and row["edition"] == edition
    }


def fuel_estimates(ledger: Ledger, choice: Choice | None = None, dataset: str = STATISTICS) -> Series:
    """Coal and oil consumption of provinces in tce, by the formulas above, from the general statistics.

    Raises:
        MissingFactor: a coal product without a standard-coal coefficient.
    """
    used = choice or Choice()
    coal = [*_final(used, [*carriers().below("coal"), "heat"]), *_thermal(used)]
    measures = [
        Measure(
            COAL,
            "tce",
            "coal-equivalent-estimate",
            tuple(coal),
            used.standard_coal,
            (("final", ("raw_coal",)), ("power_generation", ("thermal",))),
            "Dafeng: final coal and heat in tce + thermal power x supply coal rate",
        ),
        Measure(
            OIL,
            "tce",
            "final-oil-estimate",
            tuple(_final(used, carriers().below("oil"))),
            used.standard_coal,
            (("final", ("diesel",)), ("final", ("gasoline",))),
            "Dafeng: final oil products in tce",
        ),
    ]
    return series_of(evaluate(ledger, measures, dataset).figures())


def _final(choice: Choice, names: Iterable[str]) -> Iterable[Coefficient]:
    """Final use of carriers in tce, as far as the set has a standard-coal coefficient for them."""
    known = factor_set(choice.standard_coal)
    for name in names:
        factor = known.find("standard_coal", name)
        if factor is not None and carriers()[name]["unit"] != "tce":
            per_unit = factor.value * factor_between(factor.unit, f"tce/{carriers()[name]['unit']}")
            yield Coefficient("final", name, per_unit, (factor,))


def _thermal(choice: Choice) -> Iterable[Coefficient]:
    """Thermal generation as if by coal, at the supply coal rate of the year."""
    for year, rate in coal_rates(choice.coal_rate).items():
        value, start, end = Fraction(str(round(rate, 9))), date(year, 1, 1), date(year + 1, 1, 1)
        yield Coefficient("power_generation", "thermal", value, start=start, end=end)


def non_fossil_estimate(series: Series, whole: str = "CN") -> Series:
    """Non-fossil energy that provinces use, in tce, by the formula above.

    g own generation, n what of it is not thermal, u power used, r the coal rate of the year, N the nation's figure:

        out = max(g - u, 0);  in = max(u - g, 0);  pool = sum(out n / g) / sum(out)
        x = r (n (1 - out / g) + in pool);  result = x N / sum(x)

    Returns:
        For years in which all provinces that have any power statistics have generation, thermal power and use.
    """
    tree, rates = entities(), coal_rates()
    national = series.get((whole, "non_fossil_total"), {})
    power = {
        region: found
        for region in tree.below(whole)
        if tree[region]["kind"] == "province" and (found := _power(series, region))
    }
    result: Series = {}
    for year in sorted(set(rates) & set(national) & set(_common(power.values()))):
        used = {r: value * rates[year] for r, value in _used({r: p[year] for r, p in power.items()}).items()}
        scale = national[year].value / math.fsum(used.values())
        for region, amount in used.items():
            use = series[region, "power_consumption"][year]
            result.setdefault((region, NON_FOSSIL), {})[year] = Figure(
                region,
                year,
                NON_FOSSIL,
                amount * scale,
                "tce",
                "pooled-power-estimate",
                use.vintage,
                dataset=use.dataset,
                quality="estimated",
            )
    return result


def _power(series: Series, region: str) -> dict[int, tuple[float, float, float]]:
    """Year -> generation, thermal generation, use in MWh, where all three are known of all plants."""
    made, thermal, used = (
        series.get((region, name), {})
        for name in ("power_generation.all", "power_generation.thermal", "power_consumption")
    )
    return {
        year: (made[year].value, thermal[year].value, used[year].value)
        for year in made.keys() & thermal.keys() & used.keys()
        if made[year].scope == thermal[year].scope == ALL_PLANTS
    }


def _common(power: Iterable[Mapping[int, object]]) -> set[int]:
    years = [set(points) for points in power]
    return set.intersection(*years) if years else set()


def _used(power: Mapping[str, tuple[float, float, float]]) -> dict[str, float]:
    """Non-fossil power that each region uses, in MWh."""
    out = {region: max(g - u, 0.0) for region, (g, _, u) in power.items()}
    sent = math.fsum(out.values())
    clean = math.fsum(out[region] * (g - t) / g for region, (g, t, _) in power.items())
    pool = clean / sent if sent > 0 else 0.0
    return {region: (g - t) * (1 - out[region] / g) + max(u - g, 0.0) * pool for region, (g, t, u) in power.items()}
