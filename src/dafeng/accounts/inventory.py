"""The inventory of one entity and year: derived, never edited, and pinned when it is published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dafeng.accounts.evaluate import Account
from dafeng.accounts.figure import Figure


@dataclass(frozen=True)
class InventoryLine:
    """One line of an inventory: activity of a carrier in a flow, its coefficient and the result."""

    line: str
    flow: str
    carrier: str
    activity: float
    coefficient: float
    amount: float
    unit: str
    observation: str


@dataclass(frozen=True)
class Inventory:
    """What one measure says of one entity in one year.

    Attributes:
        figure: the total, with scope, factor set and hash.
        lines: the cells it is the sum of, each with the ledger line it is from.
    """

    figure: Figure
    lines: tuple[InventoryLine, ...]

    @property
    def total(self) -> float:
        return self.figure.value

    def by_line(self) -> dict[str, float]:
        """The result by line of the inventory."""
        sums: dict[str, float] = defaultdict(float)
        for line in self.lines:
            sums[line.line] += line.amount
        return dict(sums)


def inventories(account: Account) -> list[Inventory]:
    """Every complete total of an account with its cells."""
    return [
        Inventory(
            figure,
            tuple(
                InventoryLine(
                    cell["line"],
                    cell["flow"],
                    cell["carrier"],
                    cell["value"],
                    cell["coefficient"],
                    cell["amount"],
                    figure.unit,
                    cell["id"],
                )
                for cell in sorted(
                    account.by_total[figure.name, figure.entity, figure.year],
                    key=lambda cell: (cell["line"], cell["flow"], cell["carrier"]),
                )
            ),
        )
        for figure in account.figures()
    ]
