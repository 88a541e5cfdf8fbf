"""Targets of the plan and its overlays, and the status board that holds them against the accounts."""

from dafeng.targets.board import board, slope
from dafeng.targets.model import (
    OVERLAY_LAYER,
    PLAN_LAYER,
    PROVINCE_LAYER,
    STATES,
    BoardRow,
    Reading,
    Target,
    plan_targets,
    provincial_targets,
)

__all__ = [
    "OVERLAY_LAYER", "PLAN_LAYER", "PROVINCE_LAYER", "STATES", "BoardRow", "Reading", "Target", "board", "plan_targets",
    "provincial_targets", "slope",
]
