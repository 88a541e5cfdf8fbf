"""Near-optimal alternatives of a plan of all sectors: searched with it, or added to a plan that a workspace keeps.

    asked = Asked(("onwind", "nuclear"), 2030, 0.02)
    near = alternatives_of(scenario, case, asked)
    keep_economy(ws, plan, "peak", alternatives=near.data())
    add_alternatives(ws, "peak", asked)

They are searched on sketches (`pathway.sectors.alternatives`): the regions of the plan, of 31 provinces the seven grid
regions, and at most four of its days: a technology takes half a minute there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dafeng.catalog import UnknownName
from dafeng.economy import write_reports
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.exchange import courses_of
from dafeng.pathway.power.regions import GRIDS, grouping
from dafeng.pathway.scenario import Scenario, parse
from dafeng.pathway.sectors.alternatives import Alternative, alternatives
from dafeng.pathway.sectors.sketch import Sketchbook
from dafeng.pathway.telling import Tell, tell_nobody
from dafeng.planning import FOLDER, put_whole
from dafeng.reports.economy import alternatives_data
from dafeng.workspace import Workspace

MOST_REGIONS, MOST_DAYS = 7, 4


@dataclass(frozen=True)
class Asked:
    """What is searched for.

    Attributes:
        technologies: of power, or options of services. year: a period of the plan. slack: 0.02 for 2 % more cost.
    """

    technologies: tuple[str, ...]
    year: int = 2030
    slack: float = 0.02


@dataclass(frozen=True)
class Near:
    """What was found, and on which sketches.

    Attributes:
        case: regions, periods up to the year, days.
    """

    asked: Asked
    case: Case
    found: tuple[Alternative, ...]

    def data(self) -> dict[str, Any]:
        """As the reports show it."""
        return alternatives_data(self.found, self.case, self.asked.year, self.asked.slack)


def alternatives_of(scenario: Scenario, case: Case, asked: Asked, tell: Tell = tell_nobody) -> Near:
    """The least and the most of some technologies that a plan of this scenario and case can have.

    Raises:
        DafengError, UnknownName, Infeasible, NotSolved: as `pathway.sectors.alternatives.alternatives`.
    """
    own = search_case(case)
    found = alternatives(Sketchbook.of(own), scenario, asked.year, asked.technologies, asked.slack, tell)
    return Near(asked, own, found)


def search_case(case: Case) -> Case:
    """Regions, periods and days on which the alternatives of a plan are searched."""
    few = len(grouping(case.regions).regions) <= MOST_REGIONS
    return Case(
        regions=case.regions if few else GRIDS,
        periods=case.periods,
        days=min(case.days, MOST_DAYS),
        demand=case.demand,
        exchange=case.exchange if few else {},
    )


def add_alternatives(
    workspace: Workspace, name: str, asked: Asked, tell: Tell = tell_nobody
) -> tuple[Near, Mapping[str, Any], Path]:
    """Search for the alternatives of a plan that is kept, and write its reports anew with them.

    Returns:
        What was found, the data of the reports, and the folder.

    Raises:
        UnknownName: no such plan. And what `alternatives_of` raises; nothing was written then.
    """
    folder = workspace.folder / FOLDER / name
    known = sorted(path.parent.name for path in (workspace.folder / FOLDER).glob("*/economy.json"))
    if name not in known:
        raise UnknownName("plan", name, known)
    data: dict[str, Any] = json.loads((folder / "economy.json").read_text(encoding="utf-8"))
    scenario = parse((folder / "scenario.toml").read_text(encoding="utf-8"), data["scenario"]["name"])
    near = alternatives_of(scenario, _case_of(data["case"]), asked, tell)
    data["alternatives"] = near.data()

    def write(part: Path) -> None:
        shutil.copytree(folder, part, dirs_exist_ok=True)
        write_reports(data, part)

    put_whole(workspace, name, write, None, replace=True)
    return near, data, folder


def _case_of(said: Mapping[str, Any]) -> Case:
    """Regions, periods, days and exchange of a plan from its data."""
    exchange = {
        region: {int(year): twh for year, twh in years.items()} for region, years in said.get("exchange", {}).items()
    }
    return Case(
        regions=said["regions"],
        periods=tuple(said["periods"]),
        days=said["days"],
        demand=said["demand"],
        exchange=courses_of(grouping(said["regions"]), exchange),
    )


__all__ = ["Asked", "Near", "add_alternatives", "alternatives_of", "search_case"]
