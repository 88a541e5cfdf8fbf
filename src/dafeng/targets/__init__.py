"""Targets of the plan and its overlays, the board that holds them against the accounts, and their split to parts."""

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
from dafeng.targets.split import PartTarget, Split, split
from dafeng.targets.split_dea import efficiency, zero_sum, zero_sum_efficiency
from dafeng.targets.split_entropy import entropy_weights
from dafeng.targets.split_frame import Frame, Part, Whole, amounts, framed, recombined
from dafeng.targets.split_principles import PRINCIPLES, Efforts, Principle, mix, zero_sum_dea
from dafeng.targets.split_regions import region_parts
from dafeng.targets.split_settle import settle
from dafeng.targets.split_words import Text, listed, named, plain, said, shown

__all__ = [
    "OVERLAY_LAYER",
    "PLAN_LAYER",
    "PRINCIPLES",
    "PROVINCE_LAYER",
    "STATES",
    "BoardRow",
    "Efforts",
    "Frame",
    "Part",
    "PartTarget",
    "Principle",
    "Reading",
    "Split",
    "Target",
    "Text",
    "Whole",
    "amounts",
    "board",
    "efficiency",
    "entropy_weights",
    "framed",
    "listed",
    "mix",
    "named",
    "plain",
    "plan_targets",
    "provincial_targets",
    "recombined",
    "region_parts",
    "said",
    "settle",
    "shown",
    "slope",
    "split",
    "zero_sum",
    "zero_sum_dea",
    "zero_sum_efficiency",
]
