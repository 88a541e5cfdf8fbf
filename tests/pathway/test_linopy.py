"""The same model built by linopy is the same linear program: every coefficient, cost and bound in its place.

linopy (https://linopy.readthedocs.io) is the reference: once for the assembler alone, once for a system with all that
`model.build` makes of it. Its models are written out here from the equations, not made from ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.pathway.small import limit, maker, rows
from tests.pathway.two_days import two_days

from dafeng.pathway.assembler import Block, LinearProgram
from dafeng.pathway.model import Model, build
from dafeng.pathway.solvers import solve
from dafeng.pathway.system import Array, Places

linopy = pytest.importorskip("linopy", reason="needs linopy, the reference for linear programs (extra: test)")
xr = pytest.importorskip("xarray")


def differences(lp: LinearProgram, theirs: Any, columns: Mapping[str, Places], kept: Mapping[str, Places]) -> list[str]:
    """In what a program differs from a linopy model.

    Args:
        columns: variable of the model -> our numbers of it. kept: constraint -> our numbers; both in the model's shape.
    """
    matrices = theirs.matrices
    column = _ours(matrices.vlabels, {name: theirs.variables[name].labels.values for name in columns}, columns)
    row = _ours(matrices.clabels, {name: theirs.constraints[name].labels.values for name in kept}, kept)
    assert sorted(column) == list(range(lp.shape[1])), "every column of ours, once"
    assert sorted(row) == list(range(lp.shape[0])), "every row of ours, once"
    least = np.where(matrices.sense == "<", -np.inf, matrices.b)
    most = np.where(matrices.sense == ">", np.inf, matrices.b)
    pairs = {
        "coefficients": (lp.matrix().tocsr()[row][:, column].toarray(), csr_array(matrices.A).toarray()),
        "costs": (lp.cost[column], matrices.c),
        "lower bounds": (lp.lower[column], matrices.lb),
        "upper bounds": (lp.upper[column], matrices.ub),
        "left sides": (lp.row_lower[row], least),
        "right sides": (lp.row_upper[row], most),
    }
    return [what for what, (mine, other) in pairs.items() if not np.allclose(mine, other, rtol=1e-12, atol=1e-12)]


def _ours(labels: Places, theirs: Mapping[str, Places], numbers: Mapping[str, Places]) -> Places:
    """Our number of each label of the model, in the model's order."""
    place = {
        int(label): int(number)
        for name in numbers
        for label, number in zip(np.ravel(theirs[name]), np.ravel(numbers[name]), strict=True)
    }
    return np.array([place[int(label)] for label in labels])


# -- the assembler alone ----------------------------------------------------------------------------------------------


def numbers(blocks: Iterable[Block], name: str) -> Places:
    """Of a block of columns or of rows."""
    return next(block.numbers for block in blocks if block.name == name)


def ours(lp: LinearProgram, days: int, hours: int) -> tuple[dict[str, Places], dict[str, Places]]:
    """Variable and constraint of the linopy model below -> our numbers of it."""
    names = {f"K{k}": f"capacity {k}" for k in ("sun", "coal", "cell", "line")}
    names |= {"g": "sun", "c": "coal", "l": "level", "f": "fill", "d": "draw", "flow": "flow"}
    columns = {theirs: numbers(lp.column_blocks(), mine) for theirs, mine in names.items()}
    families = {"1": "sun limit", "2": "coal limit", "3": "level limit", "5": "flow up", "6": "flow down"}
    families |= {"7": "balance", "8": "co2"}
    kept = {theirs: numbers(lp.row_blocks(), mine) for theirs, mine in families.items()}
    level = numbers(lp.row_blocks(), "level")
    return columns, kept | {f"4{d}": level[:, d * hours : (d + 1) * hours] for d in range(days)}


def linopy_two_days(data: Mapping[str, Any]) -> Any:
    days, hours = data["days"], data["hours"]
    m, n = linopy.Model(), {"n": [0, 1]}
    nt = {"n": [0, 1], "t": list(range(days * hours))}
    load, shine = (xr.DataArray(data[key], coords=nt, dims=("n", "t")) for key in ("load", "sun"))
    sun, coal, cell = (m.add_variables(0, 500, coords=n, dims=["n"], name=f"K{k}") for k in ("sun", "coal", "cell"))
    line = m.add_variables(5, 40, name="Kline")
    g, c, level = (m.add_variables(0, coords=nt, dims=["n", "t"], name=k) for k in "gcl")
    fill, draw = (m.add_variables(0, 30, coords=nt, dims=["n", "t"], name=k) for k in "fd")
    flow = m.add_variables(coords={"t": nt["t"]}, dims=["t"], name="flow")
    m.add_constraints(g - shine * sun <= 0, name="1")
    m.add_constraints(c - coal <= 0, name="2")
    m.add_constraints(level - 4 * cell <= 0, name="3")
    for d in range(days):
        part = slice(d * hours, (d + 1) * hours)
        now = 1 * level.isel(t=part) - 0.9 * fill.isel(t=part) + (1 / 0.9) * draw.isel(t=part)
        before = level.isel(t=part).roll(t=1).assign_coords(t=now.coords["t"])
        m.add_constraints(now - before == 0, name=f"4{d}")
    m.add_constraints(flow - line <= 0, name="5")
    m.add_constraints(flow + line >= 0, name="6")
    sign = xr.DataArray([-1.0, 1.0], coords=n, dims="n")
    m.add_constraints(g + c + draw - fill + sign * flow == load, name="7")
    m.add_constraints((0.8 * c).sum() <= 20 * days * hours, name="8")
    m.add_objective((20 * sun + 60 * coal + 9 * cell).sum() + 4 * line + (3 * c).sum())
    return m


def test_what_the_assembler_builds_is_what_linopy_builds() -> None:
    lp, data = two_days()
    columns, kept = ours(lp, data["days"], data["hours"])
    reference = linopy_two_days(data)
    assert differences(lp, reference, columns, kept) == []
    highs = reference.to_highspy(set_names=False)
    highs.setOptionValue("output_flag", False)
    highs.run()
    assert solve(lp).objective == pytest.approx(highs.getInfo().objective_function_value, rel=1e-9)


def test_a_bound_or_a_coefficient_that_differs_is_found() -> None:
    """What only the sums of a program would not show: another bound of a capacity, two rows with their entries swapped."""
    lp, data = two_days()
    columns, kept = ours(lp, data["days"], data["hours"])
    reference = linopy_two_days(data)
    lp.set_bounds(columns["Ksun"], upper=600.0)
    assert differences(lp, reference, columns, kept) == ["upper bounds"]
    lp.set_bounds(columns["Ksun"], upper=500.0)
    assert differences(lp, reference, columns, {**kept, "1": kept["1"][::-1]}) == ["coefficients"]


# -- a system -----------------------------------------------------------------------------------------------------------

PERIODS, BLOCKS, LENGTH = 2, 2, 4
TIME = PERIODS * BLOCKS * LENGTH
EXISTING = {"coal": (50.0, 30.0), "sun": (0.0, 0.0), "cell": (5.0, 5.0), "line": (20.0, 20.0)}
BUILD = {"coal": (60.0, 50.0), "sun": (30.0, 20.0), "cell": (9.0, 6.0), "line": (4.0, 4.0)}
KEEP = {"coal": (2.0, 1.6), "sun": (1.0, 0.8), "cell": (0.5, 0.4), "line": (0.0, 0.0)}
STOCKS = tuple(EXISTING)
ALIVE = np.array([[True, False], [False, True]])
"""What is built in the first period is gone in the second."""
WEIGHT = np.array([100.0, 265.0])
WORTH = np.array([1.0, 0.8])
LOSS, IN, OUT, ENERGY = 0.01, 0.95, 0.9, 4.0


def profiles() -> dict[str, Array]:
    random = np.random.default_rng(3)
    return {"load": random.uniform(40, 80, (2, TIME)), "sun": random.uniform(0, 1, TIME)}


def our_system(given: Mapping[str, Array]) -> Model:
    """Two nodes and a line between them; coal and a battery here, sun there; CO2 capped in one period and over both."""
    part = maker(
        length=LENGTH,
        blocks=BLOCKS,
        periods=PERIODS,
        weight=np.tile(WEIGHT[:, None], (PERIODS, 1, LENGTH)),
        worth=WORTH,
    )
    here, there = (part.node(name, load) for name, load in zip(("here", "there"), given["load"], strict=True))
    coal, sun, cell, wire = (
        part.stock(name, EXISTING[name], BUILD[name], KEEP[name], ALIVE, build_upper=100.0, upper=500.0)
        for name in STOCKS
    )
    burnt = part.process("coal", [(here, 1.0)], stock=coal, cost=3.0)
    part.process("sun", [(there, 1.0)], stock=sun, available=given["sun"])
    for name, node in (("here", here), ("there", there)):
        part.process(f"{name} unserved", [(node, 1.0)], cost=1e3)
    part.storage(
        "battery", here, cell, cell, cell, 1.0, 1.0, ENERGY, charge_efficiency=IN, discharge_efficiency=OUT, loss=LOSS
    )
    part.line("line", here, there, wire, impedance=1.0)
    part.limits.append(limit("cap", ("activity", [burnt], [0.8]), upper=9e3))
    part.limits.append(limit("budget", ("activity", [burnt], [0.8]), upper=2e4, period=None))
    return build(part.system())


def linopy_system(given: Mapping[str, Array]) -> Any:
    m = linopy.Model()
    time, years = {"t": list(range(TIME))}, {"y": list(range(PERIODS))}
    period = xr.DataArray(np.arange(TIME) // (BLOCKS * LENGTH), coords=time, dims="t")
    often = xr.DataArray(np.tile(np.repeat(WEIGHT, LENGTH), PERIODS), coords=time, dims="t")
    worth = xr.DataArray(WORTH[period.values], coords=time, dims="t") * often
    capacity = {s: m.add_variables(0, 500, coords=years, dims=["y"], name=f"K{s}") for s in STOCKS}
    built = {s: m.add_variables(0, 100, coords=years, dims=["y"], name=f"n{s}") for s in STOCKS}
    for s in STOCKS:
        stands = xr.DataArray(np.array(EXISTING[s]), coords=years, dims="y")
        m.add_constraints(capacity[s] - built[s] == stands, name=f"stock {s}")
    names = ("coal", "sun", "lost here", "lost there", "charge", "discharge", "level")
    coal, sun, lost_here, lost_there, charge, discharge, level = (
        m.add_variables(0, coords=time, dims=["t"], name=name) for name in names
    )
    flow = m.add_variables(coords=time, dims=["t"], name="flow")
    now = {s: capacity[s].sel(y=period) for s in STOCKS}
    shine = xr.DataArray(given["sun"], coords=time, dims="t")
    m.add_constraints(coal - now["coal"] <= 0, name="coal stands")
    m.add_constraints(sun - shine * now["sun"] <= 0, name="sun stands")
    m.add_constraints(charge - now["cell"] <= 0, name="charge stands")
    m.add_constraints(discharge - now["cell"] <= 0, name="discharge stands")
    m.add_constraints(level - ENERGY * now["cell"] <= 0, name="level stands")
    m.add_constraints(flow - now["line"] <= 0, name="flow stands")
    m.add_constraints(flow + now["line"] >= 0, name="flow stands back")
    load = [xr.DataArray(each, coords=time, dims="t") for each in given["load"]]
    m.add_constraints(coal + lost_here + discharge - charge - flow == load[0], name="here")
    m.add_constraints(sun + lost_there + flow == load[1], name="there")
    for b in range(PERIODS * BLOCKS):
        part = slice(b * LENGTH, (b + 1) * LENGTH)
        after = level.isel(t=part) - IN * charge.isel(t=part) + (1 / OUT) * discharge.isel(t=part)
        before = level.isel(t=part).roll(t=1).assign_coords(t=after.coords["t"])
        m.add_constraints(after - (1 - LOSS) * before == 0, name=f"store {b}")
    emitted = 0.8 * often * coal
    m.add_constraints(emitted.isel(t=slice(0, BLOCKS * LENGTH)).sum() <= 9e3, name="cap")
    m.add_constraints(emitted.sum() <= 2e4, name="budget")
    priced = (3 * worth * coal + 1e3 * worth * lost_here + 1e3 * worth * lost_there).sum()
    for s in STOCKS:
        keep, cost = (xr.DataArray(np.array(each[s]), coords=years, dims="y") for each in (KEEP, BUILD))
        priced = priced + (keep * capacity[s]).sum() + (cost * built[s]).sum()
    m.add_objective(priced)
    return m


def test_what_is_built_of_a_system_is_what_linopy_builds() -> None:
    model, reference = our_system(profiles()), linopy_system(profiles())
    c = model.columns
    columns = {f"K{s}": c.capacity[k] for k, s in enumerate(STOCKS)}
    columns |= {f"n{s}": c.build[k] for k, s in enumerate(STOCKS)}
    columns |= dict(zip(("coal", "sun", "lost here", "lost there"), c.activity, strict=True))
    columns |= {"charge": c.charge[0], "discharge": c.discharge[0], "level": c.level[0], "flow": c.flow[0]}
    stock, stands, store = (rows(model, name) for name in ("stock", "available", "storage"))
    kept = {f"stock {s}": stock[k] for k, s in enumerate(STOCKS)}
    kept |= {"coal stands": stands[0], "sun stands": stands[1]}
    kept |= {f"{name} stands": rows(model, name) for name in ("charge", "discharge", "level", "flow")}
    kept |= {"flow stands back": rows(model, "flow_back"), "here": model.balance[0], "there": model.balance[1]}
    kept |= {f"store {b}": store[0, b * LENGTH : (b + 1) * LENGTH] for b in range(PERIODS * BLOCKS)}
    kept |= {"cap": model.limits[0], "budget": model.limits[1]}
    assert differences(model.lp, reference, columns, kept) == []
