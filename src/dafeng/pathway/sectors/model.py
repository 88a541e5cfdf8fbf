"""The planning model of all sectors: power, services, targets, as a system that `power.planning` solves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dafeng.pathway.days import Days
from dafeng.pathway.power.build import PowerBuilder
from dafeng.pathway.power.case import Case
from dafeng.pathway.power.exchange import owed
from dafeng.pathway.power.firm import Peak
from dafeng.pathway.power.inherited import Inherited
from dafeng.pathway.power.inputs import Inputs
from dafeng.pathway.power.policies import add_policies
from dafeng.pathway.sectors.build import Economy, SectorBuilder
from dafeng.pathway.sectors.counting import Counting
from dafeng.pathway.sectors.power_counting import count_power
from dafeng.pathway.sectors.target_limits import add_targets
from dafeng.pathway.system import YEARLY, System, Term


class EconomyModel:
    """Makes the system of some periods and days, and keeps what its variables count for.

    The numbering of the parts does not depend on the days, so what was counted on typical days counts all hours too.

    Attributes:
        books: of the system made last: ledger flows, fuels by sector, output by service and option.
    """

    books: tuple[Counting, Counting, Counting]

    def __init__(self, wanted: Economy) -> None:
        self.wanted = wanted

    def __call__(self, case: Case, inputs: Inputs, days: Days, inherited: Inherited) -> System:
        """The system, checked."""
        plants = PowerBuilder(case, inputs, days, inherited, loaded=False)
        plants.add()
        builder = SectorBuilder(plants, self.wanted, inputs, days)
        builder.add()
        regions = range(len(inputs.grouping.regions))
        whole = [self._peak(builder, case, hour, regions) for hour in peak_hours(inputs, regions)]
        own = [[self._peak(builder, case, hour, [r]) for hour in peak_hours(inputs, [r])] for r in regions]
        add_policies(plants.maker, case, inputs, whole, own)
        count_power(builder.counting, plants.maker, inputs, dict(self.wanted.base.closing))
        add_targets(builder)
        self.books = builder.counting, builder.uses, builder.output
        return plants.maker.system()

    @staticmethod
    def _peak(builder: SectorBuilder, case: Case, hour: int, regions: Sequence[int]) -> Peak:
        """The load of some regions in an hour, GW: what activities draw from electricity in it and is owed outside."""
        supplies = [(n, name) for n, name in enumerate(builder.maker.names("yearly")) if name.endswith(" supply")]
        index, each = [], []
        for number, name in supplies:
            region, network, kind, _ = name.split(" ")
            place = builder.inputs.grouping.regions.index(region)
            if network == "electricity" and place in regions:
                index.append(number)
                each.append(float(builder.profile(place, kind)[hour]) * builder.drawn(place, "electricity"))
        term = Term(YEARLY, np.array(index, dtype=np.int64), np.array(each))
        leaves = float(owed(builder.inputs, case.exchange, hour)[list(regions)].sum(axis=0).max())
        return Peak(f" at {hour}", leaves, (term,))


def peak_hours(inputs: Inputs, regions: Sequence[int]) -> list[int]:
    """The hours of highest load of some regions together, of the cold and of the warm half of the year."""
    load = inputs.load.mean(axis=1)[list(regions)].sum(axis=0)
    warm = np.zeros(len(load), dtype=bool)
    warm[len(load) // 4 : 3 * len(load) // 4] = True
    return [int(np.where(warm, load, -np.inf).argmax()), int(np.where(warm, -np.inf, load).argmax())]
