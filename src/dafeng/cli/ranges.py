"""The coefficient ranges of a plan, printed at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from dafeng.cli.show import messages

if TYPE_CHECKING:
    from dafeng.pathway.ranges import Ranges


class HasRanges(Protocol):
    """What came of a linear program whose ranges were measured."""

    @property
    def ranges(self) -> Ranges: ...


def ranges_data(stages: Sequence[HasRanges]) -> dict[str, Any]:
    """Of all programs together, as in `stages[].ranges` of dafeng.plan/1."""
    from dafeng.pathway.ranges import together  # the engine is loaded only where something is planned
    from dafeng.reports.plan.ranges import ranges_of

    return ranges_of(together([stage.ranges for stage in stages]))


def show_ranges(stages: Sequence[HasRanges]) -> None:
    """One line for all programs; a warning for each part that is too wide."""
    from dafeng.pathway.ranges import together

    found = together([stage.ranges for stage in stages])
    messages().print(found.line(), markup=False, soft_wrap=True)
    for warning in found.warnings():
        messages().print(warning, style="yellow", markup=False, soft_wrap=True)
