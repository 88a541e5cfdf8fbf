"""Two places over three periods, with a CO2 cap that binds: for the tests of certificate and replay."""

from __future__ import annotations

from functools import cache

import numpy as np

from dafeng.pathway.days import DAY, Days, every_day, hardest_days, matched, steps_of, typical_days
from dafeng.pathway.finance import Horizon
from dafeng.pathway.making import Maker
from dafeng.pathway.system import Array, Limit, System, Term

HORIZON = Horizon((2025, 2030, 2035), 2040, base=2025, rate=0.05)
GROWTH = (1.0, 1.2, 1.4)
CAPS = (30e3, 20e3, 10e3)
PLACES = ("a", "b")
HOURS = np.arange(8760)


@cache
def profiles() -> tuple[Array, Array, Array]:
    """(2, 8760) wind, sun and load of two places; the same in every test."""
    random = np.random.default_rng(0)
    wind = np.clip(random.weibull(2, (2, 365)).repeat(DAY, 1) * 0.3, 0, 1)
    arc = np.clip(np.sin((HOURS % DAY - 6) / 12 * np.pi), 0, 1).round(6)
    sun = arc * random.uniform(0.3, 1, (2, 365)).repeat(DAY, 1)
    load = 1 + 0.3 * np.sin(HOURS / DAY * 2 * np.pi) + 0.2 * np.cos(HOURS / 8760 * 2 * np.pi)
    return wind, sun, np.stack([load, load])


def some_days(count: int) -> Days:
    """Typical days of both places, the hardest among them; 365: every day."""
    wind, sun, load = profiles()
    if count >= 365:
        return every_day()
    return typical_days(np.concatenate([wind, load, sun]), count, hardest_days(load.sum(0), (wind + sun).sum(0)))


def system(days: Days, caps: tuple[float, ...] = CAPS, hydrogen: bool = True, horizon: Horizon = HORIZON) -> System:
    """Coal, wind, sun, batteries and (on request) hydrogen at two places, a line between them, a CO2 cap a period."""
    wind, sun, load = profiles()
    count = len(horizon.starts)
    maker = Maker(steps_of(days, [str(y) for y in horizon.starts], horizon.years, horizon.worth, carrying=hydrogen))
    gusts, rays, needs = matched(wind, days, 1.0), matched(sun, days, 1.0), matched(load, days)

    def stock(name: str, investment: float, life: float, existing: tuple[float, ...] = (0.0,) * 3) -> int:
        return maker.stock(
            name,
            existing=existing[:count],
            build_cost=horizon.build_cost(np.full((1, count), investment), [life], 0.08)[0],
            keep_cost=0.01 * horizon.worth,
            alive=horizon.alive([life])[0],
            build_upper=100.0,
        )

    for place, name in enumerate(PLACES):
        node = maker.node(name, np.concatenate([10.0 * growth * needs[place] for growth in GROWTH[:count]]))
        coal = stock(f"{name} coal", 4.0, 30, (8.0, 7.0, 5.0))
        maker.process(f"{name} coal", [(node, 1.0)], stock=coal, cost=3e-4)
        for kind, profile, investment in (("wind", gusts, 6.0), ("sun", rays, 3.0)):
            available = np.tile(profile[place], count)
            maker.process(
                f"{name} {kind}", [(node, 1.0)], stock=stock(f"{name} {kind}", investment, 20), available=available
            )
        battery = stock(f"{name} battery", 2.0, 15)
        maker.storage(
            f"{name} battery",
            node,
            *(battery, battery, battery),
            energy_size=4.0,
            charge_efficiency=0.95,
            discharge_efficiency=0.95,
        )
        if hydrogen:
            store = stock(f"{name} hydrogen", 6.0, 15)
            maker.storage(
                f"{name} hydrogen",
                node,
                *(store, store, store),
                energy_size=168.0,
                charge_efficiency=0.65,
                discharge_efficiency=0.6,
                link="carry",
            )
        maker.process(f"{name} shed", [(node, 1.0)], cost=0.02)
    line = stock("a-b", 1.0, 40, (2.0, 2.0, 2.0))
    maker.process("a>b", [(1, 0.97)], source=0, stock=line)
    maker.process("b>a", [(0, 0.97)], source=1, stock=line)
    burning = np.array([maker.number("process", f"{name} coal") for name in PLACES])
    for y in range(count):
        term = Term("activity", burning, np.full(len(burning), 0.8))
        maker.limits.append(Limit(f"co2 {horizon.starts[y]}", (term,), upper=caps[y], period=y))
    return maker.system()
