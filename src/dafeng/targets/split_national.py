"""National targets split to provinces from the accounts: which figures stand for what is data (assessment/splits.csv).

intensity  CO2 or energy per GDP           total      energy, coal
share      non-fossil share of energy      addition   capacity
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dafeng.accounts import Series, weakest
from dafeng.catalog import DafengError, Row, UnknownName, convert, entities, resource
from dafeng.targets.model import plan_targets
from dafeng.targets.split import Split, split
from dafeng.targets.split_frame import Part, Whole
from dafeng.targets.split_principles import PRINCIPLES
from dafeng.targets.split_regions import cumulative, past_targets, region_parts


@dataclass(frozen=True)
class Goal:
    """A national target that can be split.

    Attributes:
        base_year: that of the target, where it is a change or a growth; None: a level, split from any base year.
    """

    id: str
    indicator: str
    value: float
    unit: str
    base_year: int | None
    due_year: int
    source: tuple[str, ...]
    quality: str


@dataclass(frozen=True)
class NationalParts:
    """The provinces as parts of a national target.

    Attributes:
        account: the row of assessment/splits.csv that it is split by.
        left_out, quality: as `NationalSplit`.
    """

    goal: Goal
    base_year: int
    account: Row
    whole: Whole
    parts: tuple[Part, ...]
    left_out: Mapping[str, tuple[str, ...]]
    quality: str


@dataclass(frozen=True)
class NationalSplit:
    """A national target split to provinces by several principles.

    Attributes:
        splits: principle -> split. refused: principle -> why it cannot be used here.
        left_out: region -> the figures that it lacks in the base year. They keep their share of the national amount
            where the target is a total or an addition, and stay outside of an intensity or a share.
        quality: the weakest of the base amounts.
    """

    goal: Goal
    base_year: int
    whole: Whole
    parts: tuple[Part, ...]
    splits: Mapping[str, Split]
    refused: Mapping[str, DafengError]
    left_out: Mapping[str, tuple[str, ...]]
    quality: str


def goals() -> dict[str, Goal]:
    """The national targets of the catalogue that have an account to split them by: the plan's, those of 2026, and the
    goals of past five-year plans (assessment/period_goals.csv)."""
    known = {row["indicator"] for row in resource("assessment", "splits").rows}
    found = {
        t.id: Goal(t.id, t.indicator, t.value, t.unit, t.base_year, t.due_year, t.source, t.quality)
        for t in plan_targets(overlay=True)
        if t.indicator in known and t.value is not None and t.due_year is not None and t.kind in ("change", "level")
    }
    for row in resource("assessment", "period_goals").rows:
        if row["indicator"] in known:
            found[row["id"]] = Goal(
                row["id"],
                row["indicator"],
                row["value"],
                row["unit"],
                row["base_year"],
                row["due_year"],
                row["source"],
                row["quality"],
            )
    return found


def goal(target: str) -> Goal:
    """The national target of this id.

    Raises:
        UnknownName: none of this id that can be split; names the nearest.
    """
    found = goals()
    if target not in found:
        raise UnknownName("target", target, found)
    return found[target]


def national_split(
    target: str,
    series: Series,
    *,
    growth: float | Mapping[str, float],
    base_year: int | None = None,
    regions: Sequence[str] | None = None,
    principles: Sequence[str] = tuple(PRINCIPLES),
    strength: float = 1.0,
    credit: float = 0.0,
    floor: float | None = None,
    cap: float | None = None,
) -> NationalSplit:
    """Split a national target of the catalogue to provinces, by each principle.

    Args:
        target: id of the target: T02, T03, 13fyp-energy ... (`goals`).
        series: of a workspace, with the estimates (`with_estimates`) that coal and non-fossil targets need.
        growth: yearly growth expected, in percent, of what the amount is per: of GDP for intensities and totals, of
            energy for shares, of power use for additions; one for all or by region (`trend_growth`).
        base_year: where the target does not state one. Must be that of the target where it does.
        regions: default: all provinces of the tree that have the figures; the others are named in `left_out`.
        strength, credit: as `split`. floor, cap: bounds of every province's target, in its unit.

    Raises:
        UnknownName: no such target or principle; a region that is not in the tree.
        DafengError: no base year, another one than the target's or one that has no data; a region that is not below
            the nation; nothing to split; bounds that no split can keep.
    """
    for name in principles:
        if name not in PRINCIPLES:
            raise UnknownName("principle", name, PRINCIPLES)
    facts = national_parts(target, series, growth=growth, base_year=base_year, regions=regions, floor=floor, cap=cap)
    splits: dict[str, Split] = {}
    refused: dict[str, DafengError] = {}
    for name in principles:
        try:
            splits[name] = split(facts.parts, facts.whole, name, strength, credit)
        except DafengError as error:
            if error.key not in ("split_attribute", "split_principle_kind"):
                raise
            refused[name] = error
    return NationalSplit(
        facts.goal, facts.base_year, facts.whole, facts.parts, splits, refused, facts.left_out, facts.quality
    )


def national_parts(
    target: str,
    series: Series,
    *,
    growth: float | Mapping[str, float],
    base_year: int | None = None,
    regions: Sequence[str] | None = None,
    floor: float | None = None,
    cap: float | None = None,
) -> NationalParts:
    """The whole and the parts of a national target, for `split` or `balance`.

    Args, Raises: as `national_split`.
    """
    aim = goal(target)
    row = resource("assessment", "splits").row(aim.indicator, "indicator")
    start = start_year(aim, base_year)
    chosen, lacking = regions_with(series, row, start, regions)
    rates = growth if isinstance(growth, Mapping) else dict.fromkeys(chosen, growth)
    parts = region_parts(
        series,
        chosen,
        start,
        aim.due_year,
        row["amount"],
        growth=rates,
        activity=row["activity"],
        floor=floor,
        cap=cap,
    )
    last = _last_common(series, chosen, row["responsibility"], start)
    parts = [_with_facts(part, series, aim, row, start, last) for part in parts]
    base = [series[region, row["amount"]][start] for region in chosen]
    whole = _whole(aim, series, row, start, base[0].unit)
    return NationalParts(aim, start, row, whole, tuple(parts), lacking, weakest([figure.quality for figure in base]))


def start_year(aim: Goal, given: int | None) -> int:
    """The base year of a split: that of the target, or the one given where it has none.

    Raises:
        DafengError: neither, two different ones, or one that is not before the due year.
    """
    if aim.base_year is None and given is None:
        raise DafengError("split_base_year", target=aim.id, found="-", allowed=f"< {aim.due_year}")
    if aim.base_year is not None and given not in (None, aim.base_year):
        raise DafengError("split_base_year", target=aim.id, found=given, allowed=aim.base_year)
    start = aim.base_year if given is None else given
    if start is None or start >= aim.due_year:
        raise DafengError("split_base_year", target=aim.id, found=start, allowed=f"< {aim.due_year}")
    return start


def regions_with(
    series: Series, row: Row, year: int, regions: Sequence[str] | None
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Regions that have what is needed, and the others with what they lack; regions asked for by name must have it.

    Raises:
        DafengError: no region has the figures of the base year; names them.
    """
    if regions is not None:
        return list(regions), {}
    needed = (row["amount"], row["activity"])
    tree = entities()
    known = {entity for entity, _ in series}
    provinces = [r for r in tree.below("CN") if tree[r]["kind"] == "province" and r in known]
    lacking = {
        region: tuple(name for name in needed if year not in series.get((region, name), {})) for region in provinces
    }
    chosen = [region for region in provinces if not lacking[region]]
    if not chosen:
        absent = sorted({name for names in lacking.values() for name in names})
        raise DafengError("split_no_data", figure=", ".join(absent) or ", ".join(needed), year=year, regions="CN")
    return chosen, {region: names for region, names in lacking.items() if names}


def _last_common(series: Series, regions: Sequence[str], figure: str, year: int) -> int | None:
    """The last year up to `year` in which all regions have a figure."""
    years = [set(series.get((region, figure), {})) for region in regions]
    return max((y for y in set.intersection(*years) if y <= year), default=None)


def _with_facts(part: Part, series: Series, aim: Goal, row: Row, year: int, last: int | None) -> Part:
    """The part with what principles ask for: responsibility up to `last`, potential, and the last target of its own,
    with how much it was beaten by."""
    facts = {name: value for name, value in part.attributes.items() if name != "cumulative"}
    so_far = None if last is None else cumulative(series, part.id, row["responsibility"], row["since"], last)
    if so_far is not None:
        facts["cumulative"] = so_far
    left = series.get((part.id, row["potential"]), {}).get(year)
    if row["kind"] == "share":
        facts["potential"] = max(part.activity_base - part.base, 0.0)
    elif left is not None:
        facts["potential"] = left.value
    asked, surplus = past_targets(series, aim.indicator, part.id, year)
    if asked is not None:
        facts["previous"] = abs(asked)
    return replace(part, attributes=facts, surplus=surplus)


def _whole(aim: Goal, series: Series, row: Row, year: int, unit: str) -> Whole:
    if row["kind"] in ("intensity", "share"):
        return Whole(row["kind"], aim.value, amount_unit=unit)
    national = series.get(("CN", row["national"]), {})
    if year not in national:
        raise DafengError("split_no_data", figure=row["national"], year=year, regions="CN")
    base = convert(national[year].value, national[year].unit, unit)
    return Whole(row["kind"], convert(aim.value, aim.unit, unit), unit, base, amount_unit=unit)
