"""A linear program that has a bit of everything, for the tests of assembler and solvers."""

from __future__ import annotations

from typing import Any

import numpy as np

from dafeng.pathway.assembler import LinearProgram


def two_days(days: int = 2, hours: int = 4) -> tuple[LinearProgram, dict[str, Any]]:
    """Capacity expansion with storage that is level over each day, two regions and a line, a CO2 cap."""
    random = np.random.default_rng(7)
    t = days * hours
    data = {
        "load": random.uniform(40, 80, (2, t)),
        "sun": random.uniform(0, 1, (2, t)) * (np.arange(t) % hours > 0),
        "days": days,
        "hours": hours,
    }
    lp = LinearProgram("two days")
    sun, coal, cell = (
        lp.columns(f"capacity {k}", (2,), 0, 500.0, c) for k, c in (("sun", 20), ("coal", 60), ("cell", 9))
    )
    line = lp.columns("capacity line", (), 5.0, 40.0, 4.0)
    g = lp.columns("sun", (2, t))
    c = lp.columns("coal", (2, t), cost=3.0)
    fill, draw = (lp.columns(name, (2, t), upper=30.0) for name in ("fill", "draw"))
    level = lp.columns("level", (2, t))
    flow = lp.columns("flow", (t,), -np.inf)
    lp.rows("sun limit", (2, t), [(1.0, g), (-data["sun"], sun[:, None])], upper=0.0)
    lp.rows("coal limit", (2, t), [(1.0, c), (-1.0, coal[:, None])], upper=0.0)
    lp.rows("level limit", (2, t), [(1.0, level), (-4.0, cell[:, None])], upper=0.0)
    before = np.roll(level.reshape(2, days, hours), 1, axis=2).reshape(2, t)
    lp.rows("level", (2, t), [(1.0, level), (-1.0, before), (-0.9, fill), (1 / 0.9, draw)], 0.0, 0.0)
    lp.rows("flow up", (t,), [(1.0, flow), (-1.0, line)], upper=0.0)
    lp.rows("flow down", (t,), [(1.0, flow), (1.0, line)], lower=0.0)
    terms = [(1.0, g), (1.0, c), (1.0, draw), (-1.0, fill), (np.array([[-1.0], [1.0]]), flow)]
    lp.rows("balance", (2, t), terms, data["load"], data["load"])
    cap = lp.rows("co2", (), upper=20.0 * t)
    lp.add(cap, 0.8, c)
    return lp, data
