"""Planning model of the power system: a linear program of our own, solved, checked and certified.

The room knows nothing of files or of the web.
"""

from dafeng.pathway.acceptance import EXACT, Accuracy, Residuals, residuals, safe_bound
from dafeng.pathway.assembler import ABSENT, LinearProgram, RefusedModel
from dafeng.pathway.outcome import Attempt, Infeasible, Interrupted, NotSolved, Solution, Unbounded
from dafeng.pathway.ranges import Range, Ranges, ranges
from dafeng.pathway.recipes import RECIPES, Facts, Recipe, RefusedSolver, portfolio
from dafeng.pathway.solvers import Progress, Session, solve

__all__ = [
    "ABSENT",
    "EXACT",
    "RECIPES",
    "Accuracy",
    "Attempt",
    "Facts",
    "Infeasible",
    "Interrupted",
    "LinearProgram",
    "NotSolved",
    "Progress",
    "Range",
    "Ranges",
    "Recipe",
    "RefusedModel",
    "RefusedSolver",
    "Residuals",
    "Session",
    "Solution",
    "Unbounded",
    "portfolio",
    "ranges",
    "residuals",
    "safe_bound",
    "solve",
]
