"""The targets that a plan is held to: those of the nation, or of the part of it that plans alone.

A province has its own targets; of a group of provinces nothing binds, and targets of its members cannot be told apart
in it. What the power system is asked of every grid (T12) holds for each plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dafeng.catalog import LANGUAGES, resource, word
from dafeng.pathway.local_targets import local_treatments
from dafeng.pathway.power.exchange import complete
from dafeng.pathway.scenario import Scenario
from dafeng.pathway.scenario_targets import OUTSIDE, Treatment
from dafeng.pathway.sectors.plan_frame import frame_of_plan
from dafeng.pathway.sectors.planning import EconomyPlan
from dafeng.pathway.sectors.region_base import primary
from dafeng.pathway.sectors.target_limits import Frame, Local, seen_by

NATIONAL = "national"
"""Treatment of a national target in a plan of a part of the nation."""
RESPONSE = "T12"
"""Asked of every provincial grid."""
Texts = dict[str, str]


@dataclass(frozen=True)
class Held:
    """What a plan is held to.

    Attributes:
        scenario: as the plan sees it: of a province alone with its own targets and ceilings.
        targets: that are held against the plan. national: the others of the nation, where the plan is of a part of it.
        frame: every period of the plan as a year gone by. note: in words, whose targets these are; None: the nation's.
    """

    scenario: Scenario
    targets: Mapping[str, Treatment]
    national: Mapping[str, Treatment]
    frame: Frame
    note: Texts | None


def held(plan: EconomyPlan) -> Held:
    """What a plan of the nation, of a province or of a group of provinces is held to."""
    whole, frame = plan.scenario, frame_of_plan(plan)
    group = plan.power.stages[0].inputs.grouping
    if complete(group):
        return Held(whole, whole.targets, {}, frame, None)
    region = group.regions[0]
    frame = replace(frame, known=primary(plan.base, group))
    alone = seen_by(whole, group)
    if alone is None:
        own = {key: _outside(one, region) for key, one in _of_members(group.members[0]).items()}
        kind = "group"
    else:
        own = dict(alone.targets)
        frame = replace(frame, wanted=Local(frame.wanted, alone))
        kind = "province" if own else "province_none"
    targets = {**own, RESPONSE: whole.targets[RESPONSE]}
    national = {key: one for key, one in whole.targets.items() if key not in targets}
    return Held(alone or whole, targets, national, frame, _said(kind, region))


def national_reason(region: str) -> Texts:
    """Why a national target is not imposed on a plan of a part of the nation."""
    return _said("national", region)


def _of_members(members: tuple[str, ...]) -> dict[str, Treatment]:
    return {key: one for key, one in local_treatments().items() if one.target.region in members}


def _outside(one: Treatment, region: str) -> Treatment:
    return replace(one, how=OUTSIDE, kind="", price=None, price_unit="", reason=_said("member", region))


def _said(kind: str, region: str) -> Texts:
    row = resource("regions", "regions").by()[region]
    return {tag: word(f"economy.part.{kind}", tag, region=row[f"short_{tag}"]) for tag in LANGUAGES}
