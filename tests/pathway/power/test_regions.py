"""Provinces in groups: nothing is lost and nothing counted twice."""

from __future__ import annotations

import numpy as np
import pytest
from tests.pathway.small import near

from dafeng.catalog import power
from dafeng.catalog.errors import UnknownName
from dafeng.pathway.power.regions import grouping


@pytest.mark.parametrize("regions", ["provinces", "grids", "nation"])
def test_groups_are_a_partition_of_the_nation(regions: str) -> None:
    found = grouping(regions)
    members = [p for group in found.members for p in group]
    assert sorted(members) == sorted(power.provinces())
    assert len(members) == 31
    assert found.matrix.sum(axis=0) == near(np.ones(31))
    assert len(found.regions) == {"provinces": 31, "grids": 7, "nation": 1}[regions]


def test_sums_and_means() -> None:
    """Sums of all groups are the nation's; a mean lies among its members and is that of one where one has all weight."""
    values, weights = np.arange(31.0), np.r_[np.zeros(30), 5.0]
    grids = grouping("grids")
    assert grids.sums(values).sum() == near(values.sum())
    assert grids.sums(np.ones((31, 4))).sum(axis=0) == near(np.full(4, 31.0))
    place = grids.place(power.provinces()[30])
    means = grids.means(values, weights)
    assert place is not None
    assert means[place] == near(30.0)
    assert np.delete(means, place) == near(np.zeros(6)), "a group without weight has nothing"


def test_one_province_or_grid_alone() -> None:
    assert grouping("CN-HE").members == (("CN-HE",),)
    assert grouping("CN-HE").place("CN-SX") is None
    grid = grouping("grids").regions[0]
    assert grouping(grid).members == (grouping("grids").members[0],)


def test_unknown_regions_name_the_nearest() -> None:
    with pytest.raises(UnknownName) as refused:
        grouping("CN-HX")
    assert "CN-H" in str(refused.value)
    with pytest.raises(UnknownName):
        grouping("province")
