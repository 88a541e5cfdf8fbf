"""What a plan's verdict says: a small miss is named as well as a large one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dafeng.catalog import LANGUAGES
from dafeng.pathway.power.proving import GAP
from dafeng.pathway.power.stage import MISSED, UNSERVED
from dafeng.reports.plan.holding import holding

LOAD = 1e6


def stage(lost: float, cuts: bool = False, **added: float) -> Any:
    """A year with 1e6 GWh of load, of which some is not served, and what was added to the plan."""
    run = SimpleNamespace(system=SimpleNamespace(nodes=SimpleNamespace(demand=None)), energy=lambda _: np.array([LOAD]))
    proved = SimpleNamespace(gap=1e-5, holds=True)
    own = SimpleNamespace(limits=())
    return SimpleNamespace(
        year=2030, replay=run, unserved=np.array([lost]), added=added, cuts=cuts, certificate=proved, system=own
    )


def cap(broken: float, missed: bool) -> dict[str, Any]:
    return {"broken": broken, "certificate_broken": 0.0, "missed": missed, "unit": "Mt_CO2", "year": 2030}


def said(lost: float = 0.0, broken: float = 0.0, missed: bool = False, holds: bool = True) -> dict[str, Any]:
    return holding([stage(lost)], [cap(broken, missed)], lambda _: dict.fromkeys(LANGUAGES, "CAP"), holds)


def test_a_plan_that_misses_nothing_keeps_every_limit() -> None:
    verdict = said()
    assert verdict["within"] == verdict["reasons"] == []
    assert "every limit" in verdict["state"]["en"]


@pytest.mark.parametrize(
    ("given", "named"), [({"broken": 2.14}, "2.14"), ({"lost": 0.5 * UNSERVED * LOAD}, "5")], ids=["cap", "load"]
)
def test_a_miss_within_the_tolerance_is_named_with_the_tolerance(given: dict[str, float], named: str) -> None:
    """2,502.14 Mt under a cap of 2,500 is no kept limit: who reads "every limit" would be misled."""
    verdict = said(**given)
    assert verdict["holds"]
    assert verdict["reasons"] == []
    for tag in LANGUAGES:
        assert f"{100 * MISSED:g}" in verdict["state"][tag]
        assert f"{100 * UNSERVED:g}" in verdict["state"][tag]
        assert named in verdict["within"][0][tag]
    assert "every limit" not in verdict["state"]["en"]


def test_what_is_missed_beyond_it_is_a_reason() -> None:
    verdict = said(lost=2 * UNSERVED * LOAD, broken=30.0, missed=True, holds=False)
    assert len(verdict["reasons"]) == 2
    assert verdict["within"] == []
    assert "NOT" in verdict["state"]["en"]


def test_dust_is_nothing() -> None:
    assert said(lost=1e-6)["within"] == []
    assert said(broken=4.5e-13)["within"] == []
    assert "every limit" in said(broken=4.5e-13)["state"]["en"]


def test_capacity_that_was_added_is_named_with_its_place_and_unit() -> None:
    """What the plan itself did not choose is told apart, the most first; of stores in energy."""
    more = stage(0.0, **{"CN-FJ gas_ocgt": 1.5, "CN-GD battery_store": 4.0})
    (said_of,) = holding([more, stage(0.0)], [], lambda _: {}, True)["added"]
    assert said_of["en"].startswith("2030: ")
    assert said_of["en"].index("4.00 GWh") < said_of["en"].index("1.50 GW")
    for tag, place in (("en", "Fujian"), ("zh", "福建"), ("ja", "福建")):
        assert place in said_of[tag]
        assert "gas_ocgt" not in said_of[tag]


def test_a_plan_that_only_cuts_load_says_so_first() -> None:
    found = holding([stage(0.1 * LOAD, cuts=True)], [], lambda _: {}, holds=False)
    first, second = (reason["en"] for reason in found["reasons"])
    assert "only by cutting load" in first
    assert "is not served" in second


def test_a_cost_that_is_not_proved_is_a_reason() -> None:
    """A plan that may be dearer than the cheapest by more than is allowed is no plan that holds."""
    poor = stage(0.0)
    poor.certificate.gap = 2.4e-3
    (reason,) = holding([poor, stage(0.0)], [], lambda _: {}, holds=False)["reasons"]
    for tag in LANGUAGES:
        assert "2.4e-03" in reason[tag]
        assert f"{GAP:g}" in reason[tag]


def test_a_plan_of_limits_drawn_in_says_how_far_it_is_from_the_limits_as_asked() -> None:
    drawn = stage(0.0)
    drawn.system.limits = (SimpleNamespace(tightened=0.0), SimpleNamespace(tightened=69.0))
    drawn.certificate.gap_as_asked = 7.3e-3
    (told,) = holding([stage(0.0), drawn], [], lambda _: {}, holds=True)["drawn"]
    assert all("0.73%" in told[tag] for tag in LANGUAGES)
    drawn.certificate.gap_as_asked = 1.0004e-2
    (told,) = holding([drawn], [], lambda _: {}, holds=True)["drawn"]
    assert all("1.1%" in told[tag] for tag in LANGUAGES), "at most 1 % would be said of more"
    assert holding([stage(0.0)], [], lambda _: {}, holds=True)["drawn"] == []
