"""A published result stays what it was: it is kept with its coefficients, and a recount shows the difference first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dafeng.accounts.inventory import Inventory

FORMAT = "dafeng.publication/1"


@dataclass(frozen=True)
class LineChange:
    """One cell of a publication against the same cell counted anew (None: it was not there)."""

    line: str
    flow: str
    carrier: str
    activity_then: float | None
    activity_now: float | None
    coefficient_then: float | None
    coefficient_now: float | None
    amount_then: float
    amount_now: float


@dataclass(frozen=True)
class Recount:
    """A publication against the same account drawn up with today's ledger and factors."""

    then: Mapping[str, Any]
    now: Inventory
    changes: tuple[LineChange, ...]

    @property
    def same(self) -> bool:
        return not self.changes and self.then["factor_hash"] == self.now.figure.factor_hash


def published_form(inventory: Inventory, at: str, version: str) -> dict[str, Any]:
    """An inventory as plain values, with everything needed to show it again when factors have changed."""
    figure = inventory.figure
    return {
        "format": FORMAT,
        "published_at": at,
        "version": version,
        "entity": figure.entity,
        "year": figure.year,
        "measure": figure.name,
        "value": figure.value,
        "unit": figure.unit,
        "scope": figure.scope,
        "vintage": figure.vintage,
        "factor_set": figure.factor_set,
        "factor_hash": figure.factor_hash,
        "dataset": figure.dataset,
        "quality": figure.quality,
        "lines": [
            {
                "line": c.line,
                "flow": c.flow,
                "carrier": c.carrier,
                "activity": c.activity,
                "coefficient": c.coefficient,
                "amount": c.amount,
                "observation": c.observation,
            }
            for c in inventory.lines
        ],
    }


def recount(then: Mapping[str, Any], now: Inventory) -> Recount:
    """Compare a publication with an inventory drawn up now."""
    old = {(c["line"], c["flow"], c["carrier"]): c for c in then["lines"]}
    new = {(c.line, c.flow, c.carrier): c for c in now.lines}
    changes = []
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before and after and before["activity"] == after.activity and before["coefficient"] == after.coefficient:
            continue
        line, flow, carrier = key
        changes.append(
            LineChange(
                line,
                flow,
                carrier,
                before["activity"] if before else None,
                after.activity if after else None,
                before["coefficient"] if before else None,
                after.coefficient if after else None,
                before["amount"] if before else 0.0,
                after.amount if after else 0.0,
            )
        )
    return Recount(then, now, tuple(changes))
