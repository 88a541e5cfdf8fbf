"""How a linear program may be solved: recipes as data, and which are tried in which order.

`ipm` is never asked for: what it means depends on whether highspy-extras is installed. `choose` is never asked for
either: a recipe says what is run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from dafeng.catalog.errors import DafengError, nearest
from dafeng.pathway.acceptance import EXACT, Accuracy

Option = bool | int | float | str


class RefusedSolver(DafengError):
    """A recipe that this installation cannot run as it says."""


@dataclass(frozen=True)
class Recipe:
    """A way to solve: a name, options (of HiGHS, but for our own method), and the counters that must stay at zero if
    nothing else took over.

    `interrupted_by_log`: the algorithm asks nobody whether it should stop and is stopped where it writes to its log.
    `silent`: it prints past HiGHS' log, so that the log is off and it ends by its time limit only.
    """

    name: str
    options: tuple[tuple[str, Option], ...]
    foreign_counters: tuple[str, ...] = ()
    interrupted_by_log: bool = False
    silent: bool = False

    @property
    def algorithm(self) -> str:
        return str(dict(self.options)["solver"])

    def text(self) -> str:
        return f"{self.name}: " + ", ".join(f"{name}={value}" for name, value in self.options)

    def with_options(self, **options: Option) -> Recipe:
        """The same recipe with other or further options."""
        return replace(self, options=tuple({**dict(self.options), **options}.items()))


_SIMPLEX = ("simplex_iteration_count", "crossover_iteration_count")
_INTERIOR = ("ipm_iteration_count",)
_FIRST_ORDER = ("pdlp_iteration_count",)
_PLAIN: tuple[tuple[str, Option], ...] = (("threads", 1), ("parallel", "off"))


def _recipe(name: str, foreign: tuple[str, ...], /, **options: Option) -> Recipe:
    return Recipe(name, (*options.items(), *_PLAIN), foreign)


DUAL_SIMPLEX = _recipe("dual simplex", _INTERIOR + _FIRST_ORDER, solver="simplex", simplex_strategy=1)
PRIMAL_SIMPLEX = _recipe("primal simplex", _INTERIOR + _FIRST_ORDER, solver="simplex", simplex_strategy=4)
IPX = _recipe("ipx", _SIMPLEX + _FIRST_ORDER, solver="ipx", run_crossover="off")
IPX_CROSSOVER = _recipe("ipx with crossover", _FIRST_ORDER, solver="ipx", run_crossover="on")
# left to choose, HiPO spends most of its time on the choice of system and ordering
HIPO = _recipe(
    "hipo", _SIMPLEX + _FIRST_ORDER, solver="hipo", run_crossover="off", hipo_system="augmented", hipo_ordering="amd"
)
_DEPENDENT_EQUATIONS, _PARALLEL_ROWS_AND_COLUMNS = 10, 13
"""Rules of HiGHS' presolve, by their places in `presolve_rule_off`."""
_HIPDLP = replace(
    _recipe(
        "hipdlp",
        _SIMPLEX + _INTERIOR,
        solver="hipdlp",
        run_crossover="off",
        # these two take half of presolve and find next to nothing here
        presolve_rule_off=2**_DEPENDENT_EQUATIONS + 2**_PARALLEL_ROWS_AND_COLUMNS,
    ),
    interrupted_by_log=True,
)
HIPDLP_ROUGH = replace(_HIPDLP.with_options(kkt_tolerance=8e-5, pdlp_iteration_limit=40_000), name="hipdlp 8e-5")
"""At 1e-4 it ends a twentieth sooner, but 20 days of 31 provinces are then proved to 6e-4 only."""
HIPDLP_5 = replace(_HIPDLP.with_options(kkt_tolerance=1e-5, pdlp_iteration_limit=80_000), name="hipdlp 1e-5")
HIPDLP_6 = replace(_HIPDLP.with_options(kkt_tolerance=1e-6, pdlp_iteration_limit=200_000), name="hipdlp 1e-6")
PDLP = replace(
    _recipe("pdlp", _SIMPLEX + _INTERIOR, solver="pdlp", run_crossover="off", kkt_tolerance=1e-4), silent=True
)

STRUCTURED_INTERIOR = _recipe("structured_interior", (), solver="structured_interior", ipm_optimality_tolerance=5e-6)
"""Ours (`pathway.interior`); its certified gap is at most twice the tolerance."""

MPAX = Recipe("mpax", (("solver", "mpax"), ("method", "raPDHG"), ("kkt_tolerance", 1e-5), ("iteration_limit", 400_000)))
"""First-order, on a GPU where JAX finds one (`pathway.gpu`, extra `gpu`); in no portfolio."""

_ALL = (
    DUAL_SIMPLEX,
    PRIMAL_SIMPLEX,
    IPX,
    IPX_CROSSOVER,
    HIPO,
    HIPDLP_ROUGH,
    HIPDLP_5,
    HIPDLP_6,
    PDLP,
    STRUCTURED_INTERIOR,
)
RECIPES = {recipe.name: recipe for recipe in (*_ALL, MPAX)}

SMALL = 60_000
"""Columns up to which dual simplex comes before interior points: model-energy (29 thousand) takes 8 s against 10 s,
31 regions x 168 hours (84 thousand) more than 140 s against 42 s."""

NARROW = 15_000
"""Columns of a block up to which the structured interior point comes first. A day of 7 regions has 8 thousand: one
period takes 5 s to 1e-6 (hipdlp 7 s to 1e-4); eight periods at once stand in benchmarks/RESULTS.md."""
WIDE, NEAR = 25_000, 2e-4
"""Columns of a block from which it comes first again, with 35 thousand in a day of 31 provinces; it ends at `NEAR`
there, a tenth sooner, with certified gaps of less than half of that. hipdlp takes 3 s with days of 18 thousand (PyPSA's
network of the provinces) and gives nothing in minutes with all sectors or several periods at once. With power of one
period it was faster until hydrogen had levels within days; now it takes 40 to more than 150 s for 8 days, and gave
nothing for 20 in 126 s (2026-11-29)."""


@dataclass(frozen=True)
class Facts:
    """What the choice of a solver depends on.

    `day_structured`: days are blocks that only a few columns and rows join; False where a storage level runs from hour
    to hour over the whole year, which defeats first-order methods.
    `block_columns`: columns of the widest of these blocks; 0: not known.
    """

    rows: int
    columns: int
    nonzeros: int
    day_structured: bool = False
    block_columns: int = 0


def portfolio(facts: Facts, accuracy: Accuracy = EXACT) -> tuple[Recipe, ...]:
    """Recipes in the order in which they are tried, by structure, size and the accuracy that is wanted."""
    if facts.columns <= SMALL:
        return DUAL_SIMPLEX, IPX, PRIMAL_SIMPLEX
    general: tuple[Recipe, ...] = (IPX, DUAL_SIMPLEX, IPX_CROSSOVER)
    rough = facts.day_structured and accuracy.gap >= 1e-4
    if rough:
        general = (HIPDLP_ROUGH, HIPDLP_5, IPX, DUAL_SIMPLEX)
    if 0 < facts.block_columns <= NARROW:
        return STRUCTURED_INTERIOR, *general
    near = STRUCTURED_INTERIOR.with_options(ipm_optimality_tolerance=NEAR)
    if facts.block_columns > WIDE:
        return near, *general
    if facts.block_columns and rough:
        return HIPDLP_ROUGH, near, *general[1:]
    return general


def check_installed(recipe: Recipe) -> None:
    """Refuse HiPO where HiGHS would silently run something else, and what an extra that is not installed would run.

    Raises:
        RefusedSolver: highspy-extras is missing, or of another version than highspy; the extra `gpu` is missing.
    """
    if recipe.algorithm == MPAX.algorithm and not (find_spec("mpax") and find_spec("jax")):
        raise RefusedSolver("solver_gpu_missing", recipe=recipe.name)
    if recipe.algorithm != "hipo":
        return
    highspy_version = version("highspy")
    try:
        extras_version = version("highspy-extras")
    except PackageNotFoundError:
        raise RefusedSolver("solver_extras_missing", recipe=recipe.name, allowed=highspy_version) from None
    if extras_version != highspy_version:
        raise RefusedSolver("solver_extras_differ", recipe=recipe.name, found=extras_version, allowed=highspy_version)


def installed(recipe: Recipe) -> bool:
    """Can this installation run the recipe as it says."""
    try:
        check_installed(recipe)
    except RefusedSolver:
        return False
    return True


def named(name: str) -> Recipe:
    """The recipe of a name; `-` and `_` stand for blanks too.

    Raises:
        RefusedSolver: there is none (says which are near and which can be run here), or it is not installed.
    """

    def plain(text: str) -> str:
        return text.casefold().replace("_", " ").replace("-", " ")

    found = {plain(one): recipe for one, recipe in RECIPES.items()}.get(plain(name))
    if found is None:
        here = sorted(one for one, recipe in RECIPES.items() if installed(recipe))
        raise RefusedSolver("solver_unknown", found=name, near=nearest(name, here), allowed=", ".join(here))
    check_installed(found)
    return found
