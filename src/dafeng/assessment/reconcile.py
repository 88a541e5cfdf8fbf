"""Reconciliation: do the provinces add up to the nation, and the sectors to the reference approach?

The pairs and the differences that need no explanation are rows of assessment/reconciliation.csv. These are
differences between figures of different accounts, put side by side to be explained: not comparisons of one series
with another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dafeng.accounts import Figure, Series
from dafeng.catalog import DafengError, entities, resource
from dafeng.targets import Text, listed, named, part_text, said


@dataclass(frozen=True)
class Difference:
    """The sum of parts beside the figure of the whole, in one year.

    Attributes:
        total: sum of the parts that have a figure. whole: the figure of the whole. unit: of both.
        percent: 100 * (total / whole - 1). missing: parts without a figure in this year; missing_share: their share
            of the population, in percent; None: not known.
        state: agrees (within the tolerance), differs, or incomplete: the missing parts may weigh more than half the
            tolerance, so that the difference is not one of accounts.
    """

    pair: str
    year: int
    total: float
    whole: float
    unit: str
    percent: float
    tolerance: float
    missing: tuple[str, ...]
    missing_share: float | None
    state: str
    why: Text


def reconcile(series: Series, pair: str, whole: str = "CN", parts: Sequence[str] | None = None) -> list[Difference]:
    """Parts against the whole in every year that has figures of both.

    Args:
        pair: id in assessment/reconciliation.csv: energy, co2, gdp, generation, people, wind_solar; coal and oil with
            the estimates of provinces (`targets.with_estimates`).
        parts: regions that make up the whole; default: the provinces below it for which there are any figures.

    Raises:
        UnknownName: no such pair or region.
        DafengError: a part that is not below the whole; no year with figures of both; figures in different units.
    """
    row, tree = resource("assessment", "reconciliation").row(pair), entities()
    below = set(tree.below(whole)) - {whole}
    known = sorted({entity for entity, _ in series})
    chosen = [e for e in known if e in below and tree[e]["kind"] == "province"] if parts is None else list(parts)
    for part in chosen:
        tree[part]
        if part not in below:
            raise DafengError("split_not_below", region=part, whole=whole)
    one = series.get((whole, row["whole"]), {})
    many = {part: series.get((part, row["parts"]), {}) for part in chosen}
    years = sorted(year for year in one if any(year in points for points in many.values()))
    if not years:
        raise DafengError("reconcile_nothing", pair=pair, whole=whole, parts=row["parts"], name=row["whole"])
    found = []
    for year in years:
        here = {part: points[year] for part, points in many.items() if year in points}
        units = {figure.unit for figure in here.values()} | {one[year].unit}
        if len(units) > 1:
            raise DafengError("reconcile_units", pair=pair, year=year, units=", ".join(sorted(units)))
        missing = tuple(part for part in chosen if part not in here)
        total = math.fsum(figure.value for figure in here.values())
        found.append(_difference(pair, one[year], total, missing, _weight(series, whole, missing, year)))
    return found


def _weight(series: Series, whole: str, missing: Sequence[str], year: int) -> float | None:
    """The share of the population that lives in the missing parts, in percent."""
    people = [series.get((entity, "population"), {}).get(year) for entity in (whole, *missing)]
    known = [figure.value for figure in people if figure is not None]
    return 100 * math.fsum(known[1:]) / known[0] if len(known) == len(people) and known[0] > 0 else None


def approaches(sectoral: Figure, reference: Figure) -> Difference:
    """CO2 by sectors beside CO2 by the reference approach, of one entity and year.

    Raises:
        DafengError: they are of different entity, year or unit.
    """
    if (sectoral.entity, sectoral.year, sectoral.unit) != (reference.entity, reference.year, reference.unit):
        raise DafengError(
            "reconcile_pair", first=f"{sectoral.id} [{sectoral.unit}]", second=f"{reference.id} [{reference.unit}]"
        )
    return _difference("approaches", reference, sectoral.value, (), 0.0)


def both_approaches(series: Series, entity: str) -> list[Difference]:
    """Sectoral against reference approach in every year for which an energy balance of the entity gives both.

    General statistics have no balance. What they allow is the pair `co2` of `reconcile`: the provinces by use of their
    fuels against the nation by its totals of coal, oil and gas.

    Raises:
        UnknownName: no such entity.
        DafengError: no year has both: no energy balance with sectors and supply was brought in.
    """
    entities()[entity]
    row = resource("assessment", "reconciliation").row("approaches")
    sectoral, reference = (series.get((entity, row[name]), {}) for name in ("parts", "whole"))
    years = sorted(sectoral.keys() & reference.keys())
    if not years:
        raise DafengError("reconcile_no_balance", entity=entity, parts=row["parts"], whole=row["whole"])
    return [approaches(sectoral[year], reference[year]) for year in years]


def _difference(
    pair: str,
    figure: Figure,
    total: float,
    missing: tuple[str, ...],
    weight: float | None,
) -> Difference:
    row, year, whole = resource("assessment", "reconciliation").row(pair), figure.year, figure.value
    if not (math.isfinite(total) and math.isfinite(whole)) or whole <= 0 or total < 0:
        raise DafengError("reconcile_number", pair=pair, year=year, total=total, whole=whole)
    percent = 100 * (total / whole - 1)
    heavy = weight is None or weight > row["tolerance"] / 2
    state = "incomplete" if missing and heavy else "agrees" if abs(percent) <= row["tolerance"] else "differs"
    names = listed(part_text(part) for part in missing)
    why = said(
        f"reconcile.why.{state}",
        title=named(row, "title"),
        year=year,
        percent=f"{percent:+.1f}",
        tolerance=row["tolerance"],
        reason=named(row, "why"),
        missing=names,
    )
    return Difference(pair, year, total, whole, figure.unit, percent, row["tolerance"], missing, weight, state, why)
