"""Indicators: ratios, sums and changes of measures and statistics, each with its scope.

What each indicator is made of stands in the catalogue (measures/figures.csv); this module holds the few operations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from dafeng.accounts.figure import Figure, weakest
from dafeng.catalog import Row, resource

PRICE_YEAR = 2020
#: (entity, name) -> year -> figure; names with several scopes are kept apart as `name|scope`.
Series = dict[tuple[str, str], dict[int, Figure]]


def key_of(name: str, *parts: str) -> str:
    return "|".join((name, *(part for part in parts if part)))


def series_of(figures: Iterable[Figure]) -> Series:
    """Figures by entity and name.

    A statistic that comes in several scopes has its longest series under its plain name and the others under
    `name|scope`; changes that were announced are kept apart by scope and base year (`annual` for the year before).
    """
    grouped: dict[tuple[str, str], dict[str, dict[int, Figure]]] = defaultdict(lambda: defaultdict(dict))
    for figure in figures:
        base = (
            ""
            if figure.base_year is None
            else "annual"
            if figure.base_year == figure.year - 1
            else str(figure.base_year)
        )
        grouped[figure.entity, figure.name][key_of(figure.scope, base)][figure.year] = figure
    table: Series = defaultdict(dict)
    for (entity, name), readings in grouped.items():
        longest = max(readings, key=lambda reading: (len(readings[reading]), reading))
        for reading, years in readings.items():
            plain = reading == longest and not name.startswith("announced.")
            table[entity, name if plain else key_of(name, reading)] = dict(sorted(years.items()))
    return table


def with_indicators(series: Series) -> Series:
    """The series and every indicator that they allow."""
    result: Series = defaultdict(dict, {k: dict(v) for k, v in series.items()})
    for entity in sorted({entity for entity, _ in series}):
        _chain_gdp(result, entity)
        _chain_announced(result, entity)
        for row in resource("measures", "figures").rows:
            if row["kind"] == "indicator" and row["id"] != "gdp_constant":
                _combine(result, entity, row)
    return result


def _chain_gdp(series: Series, entity: str) -> None:
    """GDP at the prices of PRICE_YEAR: its current value in that year, chained by real growth in both directions.

    GDP(t) = GDP(t-1) * (1 + g(t) / 100);  GDP(t-1) = GDP(t) / (1 + g(t) / 100)
    """
    current, growth = series.get((entity, "gdp_current"), {}), series.get((entity, "gdp_growth"), {})
    if PRICE_YEAR not in current:
        return
    base = current[PRICE_YEAR]
    found = {PRICE_YEAR: _gdp(base, PRICE_YEAR, base.value, "{gdp_current}", (base,))}
    for year in range(PRICE_YEAR + 1, max(growth, default=PRICE_YEAR) + 1):
        if year not in growth:
            break
        before = found[year - 1]
        found[year] = _gdp(
            base,
            year,
            before.value * (1 + growth[year].value / 100),
            "{gdp_constant} * (1 + {gdp_growth} / 100)",
            (before, growth[year]),
        )
    for year in range(PRICE_YEAR - 1, min(growth, default=PRICE_YEAR) - 2, -1):
        if year + 1 not in growth:
            break
        after = found[year + 1]
        found[year] = _gdp(
            base,
            year,
            after.value / (1 + growth[year + 1].value / 100),
            "{gdp_constant} / (1 + {gdp_growth} / 100)",
            (after, growth[year + 1]),
        )
    series[entity, "gdp_constant"] = dict(sorted(found.items()))


def _gdp(base: Figure, year: int, value: float, formula: str, inputs: tuple[Figure, ...]) -> Figure:
    return Figure(
        base.entity,
        year,
        "gdp_constant",
        value,
        "CNY",
        f"base-{PRICE_YEAR}",
        base.vintage,
        dataset=base.dataset,
        quality=weakest([f.quality for f in inputs]),
        formula=formula,
        inputs=inputs,
    )


#: Base years for which yearly announced changes are chained: those of the plan's targets and of the 2026 layer.
BASE_YEARS = (2005, 2010, 2015, 2020, 2025)


def _chain_announced(series: Series, entity: str) -> None:
    """Changes announced year by year, chained from a base year: after the last cumulative announcement, if any.

    c(b, t) = (1 + c(b, t-1) / 100) * (1 + c(t-1, t) / 100) - 1, in percent; marked as an estimate of ours.
    """
    for owner, key in [k for k in series if k[0] == entity and k[1].endswith("|annual")]:
        annual = series[owner, key]
        for base in BASE_YEARS:
            name = key.removesuffix("annual") + str(base)
            years = dict(series.get((owner, name), {}))
            if not years and base + 1 in annual:
                years[base + 1] = annual[base + 1]
            while years and (last := max(years)) + 1 in annual:
                years[last + 1] = _chained(years[last], annual[last + 1])
            if years:
                series[owner, name] = years


def _chained(before: Figure, step: Figure) -> Figure:
    value = 100 * ((1 + before.value / 100) * (1 + step.value / 100) - 1)
    return replace(
        before,
        year=step.year,
        value=value,
        vintage=f"{before.vintage.split(' + ')[0]} + {step.vintage}",
        quality="estimated",
        formula="100 * ((1 + {before} / 100) * (1 + {step} / 100) - 1)",
        inputs=(before, step),
    )


Operation = tuple[Callable[[float, float, float], float], str]
RATIO: Operation = (lambda a, b, scale: scale * a / b, "{scale} * {%s} / {%s}")
OPERATIONS: Mapping[str, Operation] = {
    "wind_solar_capacity": (lambda a, b, _: a + b, "{%s} + {%s}"),
    "co2_energy_process": (lambda a, b, _: a + b, "{%s} + {%s}"),
    "hydro_conventional": (lambda a, b, _: a - b, "{%s} - {%s}"),
    **{
        f"value_added_constant.{industry}": (lambda a, b, scale: scale * a * b, "{scale} * {%s} * {%s}")
        for industry in ("primary", "secondary", "tertiary")
    },
}


def _combine(series: Series, entity: str, row: Row) -> None:
    scoped = key_of(row["numerator"], row["scope"])
    upper = series.get((entity, row["numerator"])) or series.get((entity, scoped), {})
    lower = series.get((entity, row["denominator"]), {})
    operation, pattern = OPERATIONS.get(row["id"], RATIO)
    formula = (pattern % (row["numerator"], row["denominator"])).replace(
        "{scale} * ", f"{row['scale']:g} * " if row["scale"] != 1 else ""
    )
    for year in sorted(upper.keys() & lower.keys()):
        top, bottom = upper[year], lower[year]
        if bottom.value == 0 and operation is RATIO[0]:
            continue
        series[entity, key_of(row["id"], row["scope"])][year] = Figure(
            entity,
            year,
            row["id"],
            operation(top.value, bottom.value, row["scale"]),
            row["unit"],
            row["scope"],
            top.vintage or bottom.vintage,
            _both(top.factor_set, bottom.factor_set),
            _both(top.factor_hash, bottom.factor_hash),
            top.dataset,
            weakest([top.quality, bottom.quality]),
            formula=formula,
            inputs=(top, bottom),
        )


def _both(first: str, second: str) -> str:
    return " + ".join(dict.fromkeys(part for part in (first, second) if part))


def readings(series: Series, entity: str, name: str) -> list[dict[int, Figure]]:
    """Every series of a name for an entity: one per scope and, for announced changes, per base year."""
    return [
        years
        for (owner, key), years in sorted(series.items())
        if owner == entity and key.split("|")[0] == name and years
    ]


def names(series: Series, entity: str) -> Sequence[str]:
    """The figure names that an entity has."""
    return sorted({key.split("|")[0] for owner, key in series if owner == entity})
