"""Power planning against PyPSA: building, solving and certifying, and whole plans against the clock.

    python benchmarks/planning.py              the same model built and solved by both, and our own way beside it
    python benchmarks/planning.py --plans      whole plans: 20 days of 2030, eight periods one by one and all at once
    python benchmarks/planning.py --solved     eight periods of the provinces one by one, solved and certified only
    python benchmarks/planning.py --interior   our interior point against the recipes of HiGHS, eight periods at once
    python benchmarks/planning.py --provinces  perfect foresight for the provinces too

One netCDF file of 31 provinces (`planning_network.py`) is read by both. That the linear programs are the same model is
checked on two days, where both are solved exactly. Each variant runs once, on one thread (whole plans on all cores), in
a process of its own; CPU seconds by step are its own, without interpreter and imports; peak memory is that of the
process.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from harness import DATA, Cost, cost_of, machine

FOLDER = DATA / "planning"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
CHECKED, SOLVED, BUILT = 2, 8, (8, 20, 365)
OURS, PEER = "dafeng", "pypsa"
SAME = 1e-6
CO2_CAPS = {
    2025: 4500.0,
    2030: 4000.0,
    2035: 3300.0,
    2040: 2400.0,
    2045: 1600.0,
    2050: 1000.0,
    2055: 500.0,
    2060: 200.0,
}
"""Mt CO2 of the power sector: an example of a path, not a forecast."""
EIGHT = tuple(CO2_CAPS)
PLANS: dict[str, dict[str, Any]] = {
    "31 provinces, 2030, 20 days": {"regions": "provinces", "periods": (2030,), "days": 20},
    "31 provinces, 8 periods x 8 days, myopic": {"regions": "provinces", "periods": EIGHT, "days": 8},
    "7 grid regions, 8 periods x 8 days, perfect foresight": {
        "regions": "grids",
        "periods": EIGHT,
        "days": 8,
        "foresight": "perfect",
    },
    "31 provinces, 8 periods x 8 days, perfect foresight": {
        "regions": "provinces",
        "periods": EIGHT,
        "days": 8,
        "foresight": "perfect",
    },
}
MINUTES = dict(zip(PLANS, (2, 5, 15, 15), strict=True))
LAST_PLAN = list(PLANS)[-1]
FORESIGHT = ("structured_interior", "hipdlp 8e-5", "ipx", "hipo")
LONGEST = 400.0
"""Seconds that one recipe of HiGHS may take for the periods that are planned together."""


# --- in a child ------------------------------------------------------------------------------------------------------


@dataclass
class Said:
    """What a child says of itself: CPU seconds by step, and results."""

    steps: dict[str, float] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.process_time()
        try:
            yield
        finally:
            self.steps[name] = time.process_time() - start

    def text(self) -> str:
        return json.dumps({"steps": self.steps, **self.found})


def ours(path: Path, recipe: str | None) -> Said:
    """Read, build, hand over; with a recipe, solve and read the plan."""
    from dafeng.catalog import DafengError
    from dafeng.models.pypsa import read_pypsa
    from dafeng.pathway.acceptance import Accuracy
    from dafeng.pathway.highs import Live
    from dafeng.pathway.model import build
    from dafeng.pathway.plan import read
    from dafeng.pathway.recipes import RECIPES
    from dafeng.pathway.solvers import Session

    said = Said()
    with said.step("read"):
        system = read_pypsa(path)
    with said.step("build"):
        model = build(system)
        nonzeros = model.lp.matrix().nnz
    rows, columns = model.lp.shape
    said.found |= {"rows": rows, "columns": columns, "nonzeros": nonzeros}
    if recipe is None:
        with said.step("hand over"):
            Live(model.lp).follow()
        return said
    session = Session(model.lp)
    said.found["options"] = RECIPES[recipe].text()
    # what the options ask of the solver, the peer accepts unseen; our own check of it is part of the time
    accuracy = Accuracy(primal=0.05, dual=0.05, gap=1e-3)
    try:
        with said.step("solve"):
            found = session.solve((RECIPES[recipe],), accuracy=accuracy, bound=False)
            read(model, found.x, found.y)
    except DafengError as error:
        said.found["failed"] = str(error)
    else:
        said.found["objective"] = found.objective
    return said


def peer(path: Path, recipe: str | None) -> Said:
    """The same with PyPSA: read, build, hand over; with a recipe, solve with its options and take the results over."""
    warnings.simplefilter("ignore")
    import linopy
    import pypsa

    from dafeng.pathway.recipes import RECIPES

    said = Said()
    with said.step("read"):
        network = pypsa.Network(path)
    if recipe is None:
        with said.step("build"):
            model = network.optimize.create_model()
        with said.step("hand over"):
            highs = linopy.io.to_highspy(model, set_names=False)
        said.found |= {"rows": highs.getNumRow(), "columns": highs.getNumCol(), "nonzeros": highs.getNumNz()}
        return said
    options = {**dict(RECIPES[recipe].options), "output_flag": False}
    with said.step("build"):
        network.optimize.create_model()
    with said.step("solve"):
        status = network.optimize.solve_model(solver_name="highs", io_api="direct", **options)
    said.found |= {"status": list(status), "objective": network.objective + network.objective_constant}
    return said


def apart(path: Path) -> Said:
    """Our own way with the peer's network: its days as days, solved and certified.

    Hydrogen is carried from day to day, the inflow of a reservoir is used on its day, other storage ends as it began.
    """
    import numpy as np

    from dafeng.models.pypsa import read_pypsa
    from dafeng.pathway.model import build
    from dafeng.pathway.power import proving
    from dafeng.pathway.system import BUDGET, CARRY
    from dafeng.pathway.telling import tell_nobody

    said = Said()
    with said.step("read"):
        whole = read_pypsa(path)
    with said.step("build"):
        days = np.arange(whole.steps.count) // 24
        in_order = (tuple((int(day), 1) for day in np.unique(days)),)
        store = whole.storages
        ways = {"hydrogen": CARRY, "reservoir": BUDGET}
        link = tuple(ways.get(name.rpartition(" ")[2], way) for name, way in zip(store.names, store.link, strict=True))
        system = replace(
            whole, steps=replace(whole.steps, block=days, calendar=in_order), storages=replace(store, link=link)
        )
        model = build(system)
        nonzeros = model.lp.matrix().nnz
    clock = proving.Clock()
    solution, certificate = proving.certified(model, tell_nobody, clock)
    rows, columns = model.lp.shape
    said.steps |= {"solve": clock.seconds["solve"], "certify": clock.seconds["certify"]}
    said.found |= {"rows": rows, "columns": columns, "nonzeros": nonzeros, "gap": certificate.gap}
    said.found |= {"objective": certificate.cost, "holds": certificate.holds}
    said.found["limits"] = {
        limit.name: float(price) for limit, price in zip(system.limits, certificate.prices, strict=True)
    }
    said.found["options"] = attempts_of(solution)
    return said


def attempts_of(solution: Any) -> str:
    return "; ".join(f"{attempt.recipe.text()} {attempt.iterations}" for attempt in solution.attempts)


def default(comparable: bool) -> Said:
    """Our own way on days of the same year: system, build, solve, certify."""
    from dafeng.pathway.days import typical_days
    from dafeng.pathway.model import build
    from dafeng.pathway.power import proving
    from dafeng.pathway.power.build import power_system
    from dafeng.pathway.power.case import Case
    from dafeng.pathway.power.inputs import planned
    from dafeng.pathway.power.modelled_days import features, hardest
    from dafeng.pathway.power.regions import grouping
    from dafeng.pathway.telling import tell_nobody

    plain: dict[str, Any] = {"heat": False, "commitment": False, "reserves": False} if comparable else {}
    case = Case(regions="provinces", periods=(2030,), days=SOLVED, co2_cap={2030: 4000}, **plain)
    said = Said()
    with said.step("read"):
        inputs = planned(grouping(case.regions), case.periods, case.demand)
        days = typical_days(features(inputs), case.days, hardest(inputs))
    with said.step("build"):
        model = build(power_system(case, inputs, days))
        nonzeros = model.lp.matrix().nnz
    with said.step("solve"):
        clock = proving.Clock()
        solution, certificate = proving.certified(model, tell_nobody, clock)
    said.steps |= {"solve": clock.seconds["solve"], "certify": clock.seconds["certify"]}
    rows, columns = model.lp.shape
    said.found |= {"rows": rows, "columns": columns, "nonzeros": nonzeros, "gap": certificate.gap}
    said.found |= {"objective": certificate.cost, "holds": certificate.holds}
    said.found["options"] = attempts_of(solution)
    return said


def timed(module: Any, name: str) -> list[float]:
    """Seconds by the wall of each call of a function of a module from now on."""
    work, taken = getattr(module, name), []

    def again(*given: Any) -> Any:
        start = time.perf_counter()
        try:
            return work(*given)
        finally:
            taken.append(time.perf_counter() - start)

    setattr(module, name, again)
    return taken


def plan(name: str) -> Said:
    """A whole plan with certificate and replay."""
    from dafeng.catalog import DafengError
    from dafeng.pathway.power import rounds
    from dafeng.pathway.power.case import Case
    from dafeng.pathway.power.planning import plan_power

    given = PLANS[name]
    caps = {year: CO2_CAPS[year] for year in given["periods"]}
    said = Said()
    replays = timed(rounds, "_replayed")
    try:
        with said.step("plan"):
            made = plan_power(Case(**given, co2_cap=caps))
    except DafengError as error:
        said.found["failed"] = str(error)
        return said
    first = made.stages[0]
    said.found |= {
        "rows": max(stage.rows for stage in made.stages),
        "columns": max(stage.columns for stage in made.stages),
        "nonzeros": max(stage.nonzeros for stage in made.stages),
        "gap": made.gap,
        "holds": made.holds,
        "mends": [stage.mends for stage in made.stages],
        "options": "; ".join(f"{attempt.recipe.text()} {attempt.iterations}" for attempt in first.attempts),
        "seconds": [dict(stage.seconds) for stage in made.stages],
        "replays": sum(replays),
        "unserved GWh": [float(stage.unserved.sum()) for stage in made.stages],
    }
    return said


def one_by_one() -> Said:
    """Eight periods of eight days of the provinces one after the other, each solved and certified, no more."""
    from types import SimpleNamespace

    import numpy as np

    from dafeng.pathway.power import rounds, stages
    from dafeng.pathway.power.case import Case
    from dafeng.pathway.power.planning import plan_power

    def nothing(every: Any, *_rest: Any) -> Any:
        none = np.zeros(len(every.limits))
        empty = np.zeros((len(every.processes.names), every.steps.count))
        found = {"limits": every.limits, "counted": none, "broken": none, "sizes": none, "activity": empty}
        price = np.ones((len(every.nodes.names), 1))
        return SimpleNamespace(system=every, energy=lambda _power: np.ones((1, 1)), price=price, **found)

    stages.MENDS = 0
    rounds._replayed = nothing  # type: ignore[assignment]
    said, start = Said(), time.perf_counter()
    with said.step("plan"):
        made = plan_power(Case(regions="provinces", periods=EIGHT, days=SOLVED, co2_cap=CO2_CAPS))
    said.found |= {"wall": time.perf_counter() - start, "gap": made.gap}
    said.found["seconds"] = [dict(stage.seconds) for stage in made.stages]
    said.found["iterations"] = [stage.attempts[-1].iterations for stage in made.stages]
    return said


def foresight(regions: str, recipe: str | None = None) -> Said:
    """Eight periods of eight days at once, solved with one recipe, or with those chosen by default, and certified."""
    import numpy as np

    from dafeng.catalog import DafengError
    from dafeng.pathway.certificate import certify
    from dafeng.pathway.days import typical_days
    from dafeng.pathway.interior import block_of_columns
    from dafeng.pathway.model import build
    from dafeng.pathway.power import proving
    from dafeng.pathway.power.build import power_system
    from dafeng.pathway.power.case import Case
    from dafeng.pathway.power.inputs import planned
    from dafeng.pathway.power.modelled_days import features, hardest
    from dafeng.pathway.power.regions import grouping
    from dafeng.pathway.recipes import RECIPES, STRUCTURED_INTERIOR, portfolio
    from dafeng.pathway.solvers import Session

    case = Case(regions=regions, periods=EIGHT, days=SOLVED, foresight="perfect", co2_cap=CO2_CAPS)
    said = Said()
    with said.step("read"):
        inputs = planned(grouping(case.regions), case.periods, case.demand)
        days = typical_days(features(inputs), case.days, hardest(inputs))
    with said.step("build"):
        model = build(power_system(case, inputs, days))
        nonzeros = model.lp.matrix().nnz
    rows, columns = model.lp.shape
    session = Session(model.lp, block_of_columns(model))
    recipes = (RECIPES[recipe],) if recipe else portfolio(session.facts(), proving.ROUGH)
    said.found |= {"rows": rows, "columns": columns, "nonzeros": nonzeros, "options": recipes[0].text()}
    longest = np.inf if recipe in (None, STRUCTURED_INTERIOR.name) else LONGEST
    try:
        with said.step("solve"):
            solution = session.solve(recipes, accuracy=proving.ROUGH, time_limit=longest)
        with said.step("certify"):
            certificate = certify(model, solution)
    except DafengError as error:
        said.found["failed"] = str(error).splitlines()[0]
        return said
    said.found |= {"objective": certificate.cost, "gap": certificate.gap, "holds": certificate.holds}
    said.found["iterations"] = solution.attempts[-1].iterations
    return said


def network(days: int) -> Said:
    """Write the network that both read."""
    warnings.simplefilter("ignore")
    from planning_network import write_network

    write_network(file_of(days), days)
    return Said()


# --- in the parent ---------------------------------------------------------------------------------------------------


def file_of(days: int) -> Path:
    return FOLDER / f"network-{days}-days.nc"


def child(*given: object) -> Cost:
    cost = cost_of([sys.executable, Path(__file__).resolve(), "--child", *map(str, given)])
    done = f"CPU {cost.cpu:.1f} s, wall {cost.wall:.1f} s, peak {cost.peak_mb:.0f} MB"
    print(f"  {' '.join(map(str, given))}: {done}", file=sys.stderr, flush=True)
    return cost


def check() -> str:
    """Both solve two days exactly: the same optimum, or the comparison is void."""
    found = {who: child(who, CHECKED, "ipx with crossover").said["objective"] for who in (OURS, PEER)}
    off = abs(found[OURS] / found[PEER] - 1)
    if off > SAME:
        raise SystemExit(f"not the same model: objectives {found}")
    return f"{CHECKED} days, both solved exactly: {found[OURS]:.6f} and {found[PEER]:.6f} M CNY, {off:.0e} apart."


def line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def size(said: dict[str, Any]) -> str:
    return f"{said['rows']:,} x {said['columns']:,}, {said['nonzeros']:,}" if "rows" in said else "-"


def head(*names: str) -> list[str]:
    return [line(*names), line(*["---"] * len(names))]


def seconds(said: dict[str, Any], *names: str) -> str:
    return f"{sum(said['steps'].get(name, 0.0) for name in names):.2f}"


def building() -> list[str]:
    rows = head("days", "who", "rows x columns, entries", "read s", "build s", "hand over s", "process s", "peak MB")
    for days in BUILT:
        both = {who: child(who, days) for who in (OURS, PEER)}
        for who, cost in both.items():
            steps = [seconds(cost.said, name) for name in ("read", "build", "hand over")]
            rows.append(line(days, who, size(cost.said), *steps, f"{cost.cpu:.2f}", f"{cost.peak_mb:.0f}"))
        taken = {who: float(seconds(cost.said, "build", "hand over")) for who, cost in both.items()}
        ratios = (taken[PEER] / taken[OURS], both[PEER].cpu / both[OURS].cpu, both[OURS].peak_mb / both[PEER].peak_mb)
        note = "build and hand over {:.1f} times, process {:.1f} times less CPU; memory {:.0%}".format(*ratios)
        rows.append(line(days, note, *["-"] * 6))
    return rows


def solving() -> list[str]:
    """The identical chronological program with identical options, and our own way on days beside the peer's."""
    rows = head(
        "model", "who", "read s", "build s", "solve s", "certify s", "all s", "process s", "peak MB", "objective"
    )

    def row(model: str, who: str, cost: Cost) -> float:
        said = cost.said
        steps = [seconds(said, name) for name in ("read", "build", "solve", "certify")]
        whole = float(sum(said["steps"].values()))
        shown = f"{said['objective']:.3f}" if "objective" in said else f"failed: {said['failed']}"
        shown += f", gap {said['gap']:.1e}" if "gap" in said else ""
        rows.append(line(model, who, *steps, f"{whole:.2f}", f"{cost.cpu:.2f}", f"{cost.peak_mb:.0f}", shown))
        return whole

    def ratio(model: str, of: float, to: float) -> None:
        rows.append(line(model, f"{of / to:.1f} times less CPU", *["-"] * 8))

    options = []
    against = 0.0
    for recipe in ("hipdlp 8e-5", "ipx"):
        model = f"{SOLVED} days on end, {recipe}"
        costs = {who: child(who, SOLVED, recipe) for who in (OURS, PEER)}
        taken = {who: row(model, who, cost) for who, cost in costs.items()}
        ratio(model, taken[PEER], taken[OURS])
        options.append(costs[OURS].said["options"])
        against = against or taken[PEER]
    for name, given in (("apart", (SOLVED,)), ("comparable", ()), ("default", ())):
        cost = child(name, *given)
        model = f"{SOLVED} days apart, {name}"
        ratio(f"{model}, against pypsa with hipdlp", against, row(model, OURS, cost))
        options.append(f"{name}: {cost.said['options']}")
    return [*rows, "", *(f"- `{text}`" for text in options)]


def planning(names: list[str]) -> list[str]:
    rows = head(
        "plan", "rows x columns, entries", "wall s", "replays", "of s", "CPU s", "peak MB", "gap", "holds", "made anew"
    )
    for name in names:
        cost = child("plan", name)
        said = cost.said
        rows.append(
            line(
                name,
                size(said),
                f"{cost.wall:.0f}",
                f"{said['replays']:.0f}" if "replays" in said else "-",
                60 * MINUTES[name],
                f"{cost.cpu:.0f}",
                f"{cost.peak_mb:.0f}",
                f"{said['gap']:.1e}" if "gap" in said else f"failed: {said['failed']}",
                said.get("holds", "-"),
                " ".join(map(str, said.get("mends", "-"))),
            )
        )
    return rows


def interior() -> list[str]:
    """Our interior point over blocks against the recipes of HiGHS, eight periods planned together."""
    rows = head("recipe", "rows x columns, entries", "build s", "solve s", "certify s", "peak MB", "gap", "iterations")
    options = []
    for recipe in FORESIGHT:
        cost = child("foresight", "grids", recipe)
        said = cost.said
        steps = [seconds(said, name) for name in ("build", "solve", "certify")]
        gap = f"{said['gap']:.1e}" if "gap" in said else f"failed: {said['failed']}"
        rows.append(line(recipe, size(said), *steps, f"{cost.peak_mb:.0f}", gap, said.get("iterations", "-")))
        options.append(said["options"])
    return [*rows, "", *(f"- `{text}`" for text in options)]


CHILDREN: dict[str, Callable[[list[str]], Said]] = {
    OURS: lambda given: ours(file_of(int(given[0])), given[1] if given[1:] else None),
    PEER: lambda given: peer(file_of(int(given[0])), given[1] if given[1:] else None),
    "apart": lambda given: apart(file_of(int(given[0]))),
    "comparable": lambda _: default(True),
    "default": lambda _: default(False),
    "one by one": lambda _: one_by_one(),
    "foresight": lambda given: foresight(*given),
    "plan": lambda given: plan(given[0]),
    "network": lambda given: network(int(given[0])),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", action="store_true", help="whole plans instead")
    parser.add_argument("--plan", choices=PLANS, help="one whole plan instead")
    parser.add_argument("--solved", action="store_true", help="eight periods one by one, solved and certified, instead")
    parser.add_argument("--interior", action="store_true", help="our interior point against HiGHS instead")
    parser.add_argument("--provinces", action="store_true", help="with perfect foresight for the provinces")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        print(CHILDREN[chosen.child[0]](chosen.child[1:]).text())
        return
    if not (chosen.solved or chosen.plan or chosen.plans or chosen.provinces):
        os.environ |= dict.fromkeys(THREADS, "1")
    print(f"{machine()}, highspy {version('highspy')}, pypsa {version('pypsa')}, linopy {version('linopy')}\n")
    if chosen.interior:
        print("\n".join(interior()))
        return
    if chosen.solved:
        cost = child("one by one")
        print(f"one by one, not replayed: wall {cost.wall:.0f} s, CPU {cost.cpu:.0f} s, peak {cost.peak_mb:.0f} MB")
        print(json.dumps(cost.said, indent=1))
        return
    if chosen.plan:
        print("\n".join(planning([chosen.plan])))
        return
    if chosen.plans or chosen.provinces:
        names = [name for name in PLANS if chosen.provinces or name != LAST_PLAN]
        print("\n".join(planning(names)))
        return
    for days in sorted({CHECKED, SOLVED, *BUILT}):
        child("network", days)
    print(f"{check()}\n")
    print("\n".join(building()))
    print()
    print("\n".join(solving()))


if __name__ == "__main__":
    main()
