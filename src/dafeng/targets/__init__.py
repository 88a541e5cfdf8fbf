"""Targets of the plan and its overlays, the board that holds them against the accounts, and their split to parts."""

from dafeng.targets.board import board, slope
from dafeng.targets.estimates import fuel_estimates, non_fossil_estimate, with_estimates
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
from dafeng.targets.split_national import (
    Goal,
    NationalParts,
    NationalSplit,
    goal,
    goals,
    national_parts,
    national_split,
    regions_with,
    start_year,
)
from dafeng.targets.split_principles import PRINCIPLES, Efforts, Principle, mix, zero_sum_dea
from dafeng.targets.split_regions import cumulative, past_targets, region_parts, trend_growth
from dafeng.targets.split_settle import settle
from dafeng.targets.split_table import Table, read_parts, read_table
from dafeng.targets.split_words import Text, listed, named, part_text, plain, said, shown, unit_text

__all__ = [
    "OVERLAY_LAYER",
    "PLAN_LAYER",
    "PRINCIPLES",
    "PROVINCE_LAYER",
    "STATES",
    "BoardRow",
    "Efforts",
    "Frame",
    "Goal",
    "NationalParts",
    "NationalSplit",
    "Part",
    "PartTarget",
    "Principle",
    "Reading",
    "Split",
    "Table",
    "Target",
    "Text",
    "Whole",
    "amounts",
    "board",
    "cumulative",
    "efficiency",
    "entropy_weights",
    "framed",
    "fuel_estimates",
    "goal",
    "goals",
    "listed",
    "mix",
    "named",
    "national_parts",
    "national_split",
    "non_fossil_estimate",
    "part_text",
    "past_targets",
    "plain",
    "plan_targets",
    "provincial_targets",
    "read_parts",
    "read_table",
    "recombined",
    "region_parts",
    "regions_with",
    "said",
    "settle",
    "shown",
    "slope",
    "split",
    "start_year",
    "trend_growth",
    "unit_text",
    "with_estimates",
    "zero_sum",
    "zero_sum_dea",
    "zero_sum_efficiency",
]
