"""Provinces in groups: 31 provinces, seven grid regions, the nation, or one province alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dafeng.catalog import entities, power
from dafeng.catalog.errors import UnknownName
from dafeng.catalog.package import resource
from dafeng.pathway.system import Array

PROVINCES, GRIDS, NATION = "provinces", "grids", "nation"


@dataclass(frozen=True)
class Grouping:
    """Groups of provinces.

    Attributes:
        regions: ids of the groups. members: the provinces in each.
    """

    regions: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]

    @property
    def matrix(self) -> Array:
        """(R, 31) 1 where a province is in a group."""
        return np.array([[float(p in group) for p in power.provinces()] for group in self.members])

    def place(self, province: str) -> int | None:
        """The group that a province is in; None: in none."""
        return next((r for r, group in enumerate(self.members) if province in group), None)

    def sums(self, values: Array) -> Array:
        """(R, ...) sums of (31, ...) over the provinces of each group."""
        return np.asarray(np.tensordot(self.matrix, values, axes=1))

    def means(self, values: Array, weights: Array) -> Array:
        """(R, ...) means of (31, ...) with weights (31,); 0 where a group has no weight."""
        share = self.matrix * weights
        total = share.sum(axis=1, keepdims=True)
        share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
        return np.asarray(np.tensordot(share, values, axes=1))


def grouping(regions: str) -> Grouping:
    """The groups that a name stands for.

    Args:
        regions: `provinces`, `grids`, `nation`, or the id of one province or grid region, which then stands alone.

    Raises:
        UnknownName: none of these; names the nearest.
    """
    provinces = power.provinces()
    grids = _grid_regions(provinces)
    if regions == PROVINCES:
        return Grouping(provinces, tuple((p,) for p in provinces))
    if regions == GRIDS:
        return Grouping(tuple(grids), tuple(grids.values()))
    if regions in (NATION, "CN"):
        return Grouping(("CN",), (provinces,))
    if regions in grids:
        return Grouping((regions,), (grids[regions],))
    if regions in provinces:
        return Grouping((regions,), ((regions,),))
    raise UnknownName("regions", regions, (PROVINCES, GRIDS, NATION, *grids, *provinces))


def _grid_regions(provinces: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Grid region -> its provinces, latest membership, in the order of the catalogue."""
    latest = {
        row["region"]: row["grid_region"]
        for row in resource("regions", "grid_membership").rows
        if row["valid_to"] is None
    }
    return {
        grid: tuple(p for p in provinces if latest.get(p) == grid)
        for grid in entities()
        if grid in set(latest.values())
    }
