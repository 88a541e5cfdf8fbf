"""Tables of a plan: what is energy is not counted as power."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from dafeng.pathway.power.technologies import STORES
from dafeng.reports.plan.outcome import UNITS, _Book, _capacities


def test_capacity_of_stores_is_energy_whatever_they_are_called() -> None:
    """500 GWh of a cavern in a table of GW would more than double what stands for hydrogen."""
    names = ("onwind", *STORES)
    departures = SimpleNamespace(names=("CN onwind>retired",))
    capacity, built = np.arange(1.0, 6.0)[:, None], np.arange(11.0, 16.0)[:, None]
    plan = SimpleNamespace(build=built, departed=np.array([[0.5]]))
    stage = SimpleNamespace(system=SimpleNamespace(departures=departures), plan=plan, capacity=capacity)
    told: Any = SimpleNamespace(stage=stage, first=0, stocks=[(k, "CN", name) for k, name in enumerate(names)])
    book = _Book(1)
    _capacities(told, book)
    assert dict(book.tables) == {
        "capacity": {"CN": {"onwind": [1.0]}},
        "built": {"CN": {"onwind": [11.0]}},
        "store": {"CN": {name: [2.0 + k] for k, name in enumerate(STORES)}},
        "store_built": {"CN": {name: [12.0 + k] for k, name in enumerate(STORES)}},
        "left": {"CN": {"onwind": [0.5]}},
    }
    assert UNITS["store"] == UNITS["store_built"] == "GWh"
