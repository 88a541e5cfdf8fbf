"""Balance of the parts: do the plans add up to the national target, when does their sum peak, who rushes or lags?

Two questions, two accounts. The targets of the plans are recombined by the account of the split
(`targets.recombined`: weights by GDP and emissions, never a plain mean). The paths of the plans are added year by
year, in the years that every plan has.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dafeng.catalog import DafengError, UnknownName
from dafeng.targets import (
    Part,
    Split,
    Text,
    Whole,
    framed,
    listed,
    part_text,
    recombined,
    said,
    settle,
    split,
    unit_text,
)

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Plan:
    """What one part has planned.

    Attributes:
        target: its own target, in the unit of the whole's; None: the plan names none.
        path: year -> amount, in one unit for all plans; empty: the plan has none.
        peak_year: the year of the peak as the plan states it; None: none stated.
        quality: of the path: `estimated` where Dafeng drew it. basis: how, in words.
    """

    part: str
    target: float | None = None
    path: Mapping[int, float] = field(default_factory=dict)
    peak_year: int | None = None
    quality: str = "user"
    basis: Text | None = None


@dataclass(frozen=True)
class PlanLine:
    """One plan in the balance sheet.

    Attributes:
        fair: the target that a split by the chosen principle gives. difference: how much more effort the plan makes
            than that, in the unit of the target; negative: less.
        path_peak: year of the highest value of its path; the first of several.
        verdict: in_line, rush (more than the tolerance above the fair share), lag (as much below), or missing.
        proposal: target that would make the whole come out; None where the plan can stand.
    """

    part: str
    target: float | None
    fair: float
    difference: float | None
    path_peak: int | None
    peak_year: int | None
    verdict: str
    proposal: float | None
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class Balance:
    """The balance sheet of a whole.

    Attributes:
        planned: what the plans' targets recombine to, in the unit of the whole; None where some plan has no target.
        at_fair_share: the same with the fair share in place of targets that are missing.
        gap: amount in the due year by which the plans exceed (or, of shares and additions, fall short of) the
            target; negative: to spare. By `at_fair_share`.
        sums: year -> sum of the paths, in the years that every plan has.
        partial: year -> parts without a value in it.
        peak_year: of the sum; None without paths. still_rising: the highest value is that of the last year.
        before_2030: both readings of "before 2030", latest peak 2029 and 2030; None: not decided by these years.
    """

    whole: Whole
    fair: Split
    lines: tuple[PlanLine, ...]
    planned: float | None
    at_fair_share: float
    gap: float
    sums: Mapping[int, float]
    partial: Mapping[int, tuple[str, ...]]
    peak_year: int | None
    still_rising: bool
    before_2030: Mapping[int, bool | None]
    findings: tuple[Text, ...]

    def __getitem__(self, part: str) -> PlanLine:
        """The line of a part.

        Raises:
            UnknownName: no such part.
        """
        for line in self.lines:
            if line.part == part:
                return line
        raise UnknownName("split_part", part, [line.part for line in self.lines])


def balance(
    parts: Sequence[Part],
    whole: Whole,
    plans: Sequence[Plan],
    *,
    principle: str = "capability",
    strength: float = 0.1,
    tolerance: float = 2.0,
) -> Balance:
    """Draw up the balance sheet of plans.

    Args:
        parts: the facts of the parts (`targets.region_parts`), with their floors and caps.
        whole: the target that the plans should add up to.
        plans: at most one for each part; parts without one are named as missing.
        principle, strength: how the fair share is found: what a plan is held against. The choice is political: the
            sheet names it. The default is what came closest to past official splits (docs/split-backtest.md).
        tolerance: difference from the fair share within which a plan is in line: in points of an intensity or a
            share, in percent of the fair share of a total or an addition.

    Raises:
        DafengError: a plan for no part, two for one part, a value that is no finite number or a path with negative
            amounts; or as `targets.split`.
    """
    own = _checked(parts, plans)
    fair = split(parts, whole, principle, strength)
    shares = {t.part: t.value for t in fair.targets}
    targets = [own[p.id].target if p.id in own else None for p in parts]
    filled = [shares[p.id] if t is None else t for p, t in zip(parts, targets, strict=True)]
    planned = recombined(parts, whole, filled) if None not in targets else None
    at_fair = recombined(parts, whole, filled)
    frame = framed(parts, whole)
    gap = frame.sign * (frame.total - math.fsum(frame.scale * np.array(filled)))
    proposals = _proposals(parts, whole, filled, [shares[p.id] for p in parts], gap)
    sums, partial = _sums(parts, own)
    lines = tuple(
        _line(
            part.id,
            own.get(part.id),
            whole,
            fair=shares[part.id],
            proposal=proposal,
            sign=frame.sign,
            tolerance=tolerance,
        )
        for part, proposal in zip(parts, proposals, strict=True)
    )
    peak = max(sums, key=lambda year: (sums[year], -year)) if sums else None
    rising = peak is not None and peak == max(sums)
    readings = {latest: _before(sums, peak, latest) for latest in (2029, 2030)}
    sheet = Balance(whole, fair, lines, planned, at_fair, gap, sums, partial, peak, rising, readings, ())
    estimated = sum(plan.quality == "estimated" and bool(plan.path) for plan in plans)
    marked = [said("balance.estimated", count=estimated)] if estimated else []
    return replace(sheet, findings=(*_findings(sheet), *marked))


def _checked(parts: Sequence[Part], plans: Sequence[Plan]) -> dict[str, Plan]:
    own: dict[str, Plan] = {}
    names = [part.id for part in parts]
    for plan in plans:
        if plan.part not in names:
            raise UnknownName("split_part", plan.part, names)
        if plan.part in own:
            raise DafengError("split_twice", part=plan.part)
        if plan.target is not None and not math.isfinite(plan.target):
            raise DafengError("split_number", part=plan.part, field="target", found=plan.target)
        for year, amount in plan.path.items():
            if not math.isfinite(amount) or amount < 0:
                raise DafengError("split_number", part=plan.part, field=f"path {year}", found=amount)
        own[plan.part] = plan
    return own


def _sums(parts: Sequence[Part], own: Mapping[str, Plan]) -> tuple[dict[int, float], dict[int, tuple[str, ...]]]:
    """The sum of all paths by year, and the years that some plan lacks with the parts that lack them."""
    years = sorted({year for plan in own.values() for year in plan.path})
    lacking = {y: tuple(p.id for p in parts if p.id not in own or y not in own[p.id].path) for y in years}
    sums = {y: math.fsum(own[p.id].path[y] for p in parts) for y in years if not lacking[y]}
    return sums, {y: parts_without for y, parts_without in lacking.items() if parts_without}


def _before(sums: Mapping[int, float], peak: int | None, latest: int) -> bool | None:
    if peak is None:
        return None
    if peak > latest:
        return False
    return True if max(sums) > latest else None


def _proposals(
    parts: Sequence[Part],
    whole: Whole,
    planned: Sequence[float],
    fair: Sequence[float],
    gap: float,
) -> list[float | None]:
    """Targets that close a gap: those below their fair share close one fraction of their distance to it; if that is
    not enough, they go all the way and every part moves by a common shift, within its floor and cap.

    fraction = gap / sum over the laggards of scale_i |fair_i - planned_i|
    """
    frame = framed(parts, whole)
    now, share = np.array(planned, float), np.array(fair, float)
    if gap <= TOLERANCE * max(1.0, abs(frame.total)):
        return [None] * len(parts)
    behind = np.maximum(frame.sign * (share - now), 0.0)
    reach = math.fsum(frame.scale * behind)
    moved = now + frame.sign * behind * min(1.0, gap / reach if reach > 0 else 1.0)
    low = np.array([-math.inf if part.floor is None else part.floor for part in parts])
    high = np.array([math.inf if part.cap is None else part.cap for part in parts])
    low, high = np.minimum(low, now), np.maximum(high, now)
    settled = settle(moved, frame.sign * frame.size / frame.scale, frame.scale, frame.total, low=low, high=high)
    if settled is None:
        return [None] * len(parts)
    return [
        float(v) if abs(v - n) > TOLERANCE * max(1.0, abs(n)) else None for v, n in zip(settled[0], now, strict=True)
    ]


def _verdict(difference: float | None, tolerance: float) -> str:
    if difference is None:
        return "missing"
    room = tolerance + TOLERANCE * max(1.0, tolerance)
    return "rush" if difference > room else "lag" if difference < -room else "in_line"


def _line(
    part: str,
    plan: Plan | None,
    whole: Whole,
    *,
    fair: float,
    proposal: float | None,
    sign: float,
    tolerance: float,
) -> PlanLine:
    target = plan.target if plan is not None else None
    difference = None if target is None else sign * (target - fair)
    points = whole.kind in ("intensity", "share")
    verdict = _verdict(difference, tolerance if points else tolerance / 100 * abs(fair))
    path = plan.path if plan is not None else {}
    top = max(path, key=lambda year: (path[year], -year)) if path else None
    stated = plan.peak_year if plan is not None else None
    notes = [
        said(
            f"balance.verdict.{verdict}",
            target="-" if target is None else target,
            fair=fair,
            unit=unit_text(whole.unit),
            difference="-" if difference is None else difference,
        )
    ]
    if plan is not None and plan.basis is not None:
        notes.append(plan.basis)
    if plan is None or not plan.path:
        notes.append(said("balance.note.no_path"))
    elif stated is not None and top is not None and top != stated:
        notes.append(said("balance.note.peak_differs", stated=stated, path=top))
    if proposal is not None:
        notes.append(said("balance.note.proposal", proposal=proposal, unit=unit_text(whole.unit)))
    return PlanLine(part, target, fair, difference, top, stated, verdict, proposal, tuple(notes))


def _findings(sheet: Balance) -> list[Text]:
    unit = unit_text(sheet.whole.unit)
    found = [said("balance.basis", principle=said(f"split.principle.{sheet.fair.principle}"))]
    key = "balance.short" if sheet.gap > TOLERANCE * max(1.0, abs(sheet.at_fair_share)) else "balance.met"
    found.append(
        said(
            key,
            planned=sheet.at_fair_share,
            target=sheet.whole.value,
            unit=unit,
            gap=abs(sheet.gap),
            points=abs(sheet.at_fair_share - sheet.whole.value),
            amount_unit=unit_text(sheet.whole.amount_unit),
        )
    )
    for verdict in ("missing", "lag", "rush"):
        names = [part_text(line.part) for line in sheet.lines if line.verdict == verdict]
        if names:
            found.append(said(f"balance.{verdict}", count=len(names), names=listed(names)))
    if sheet.peak_year is not None:
        found.append(said("balance.rising" if sheet.still_rising else "balance.peak", year=sheet.peak_year))
    own = [line.path_peak for line in sheet.lines if line.path_peak is not None]
    late = [part_text(line.part) for line in sheet.lines if (line.peak_year or line.path_peak or 0) > 2030]
    if len(set(own)) > 1 and sheet.peak_year is not None:
        found.append(said("balance.spread", first=min(own), last=max(own)))
    if late:
        found.append(said("balance.late", count=len(late), names=listed(late)))
    if sheet.partial:
        years = sorted(sheet.partial)
        lacking = sorted({name for without in sheet.partial.values() for name in without})
        found.append(said("balance.partial", first=years[0], last=years[-1], names=listed(map(part_text, lacking))))
    if any(line.proposal is not None for line in sheet.lines):
        found.append(said("balance.proposals", count=sum(line.proposal is not None for line in sheet.lines)))
    elif key == "balance.short":
        found.append(said("balance.no_way"))
    return found
