"""What cannot be meant is refused before anything is built or solved, with part, field, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.pathway.small import limit, maker, solve, steps

from dafeng.catalog import LANGUAGES, DafengError
from dafeng.pathway.making import Maker
from dafeng.pathway.system import Limit, Reserve, Steps, Term

NOTHING = np.zeros(0, dtype=np.int64)
Change = Callable[[Maker], object]


def sound() -> Maker:
    """A system with one of everything; nothing in it is refused."""
    m = maker(length=2, blocks=2, periods=2, calendar=(((0, 1), (1, 1)), ((2, 1), (3, 1))))
    a, b = m.node("a", 10), m.node("b", 5)
    coal = m.stock("coal", existing=20, build_cost=1, build_upper=10, lower=1, upper=40)
    ccs = m.stock("ccs")
    m.process("coal", [(a, 1.0)], stock=coal, cost=10, minimum=0.1, available=0.9, ramp_up=0.5)
    line = m.stock("line", existing=30)
    m.process("a>b", [(b, 0.9)], source=a, stock=line)
    m.process("b>a", [(a, 0.9)], source=b, stock=line)
    m.process("backstop", [(b, 1.0)], cost=100)
    m.storage("cave", a, energy_stock=line, link="carry", loss=0.01)
    m.storage("battery", b, line, line, line, level_lower=0.1)
    m.line("wire", a, b, m.stock("wire", existing=1), impedance=1)
    m.departure("retrofit", coal, ccs, ratio=0.9, cost=2)
    m.limits.append(limit("CO2", ("activity", [0], [1.0]), upper=100))
    m.reserves.append(
        Reserve("spinning", np.array([a]), np.array([0]), np.ones(1), np.array([1]), np.array([3]), 0.1, 0.05)
    )
    return m


def made_with(change: Change) -> None:
    m = sound()
    change(m)
    m.system()


def test_a_sound_system_passes() -> None:
    """Every refusal below is of one change to this system."""
    assert solve(sound()).cost > 0


def stock(**given: object) -> Change:
    return lambda m: m.stock("new", **given)


def process(**given: object) -> Change:
    return lambda m: m.process("new", **({"sinks": [(0, 1.0)], "stock": 0} | given))


def storage(**given: object) -> Change:
    return lambda m: m.storage("new", **({"node": 0} | given))


def policy(*terms: tuple[str, list[int], object], **given: object) -> Change:
    return lambda m: m.limits.append(limit("new", *terms, **given))  # type: ignore[arg-type]


def reserve(**given: object) -> Change:
    return lambda m: m.reserves.append(replace(m.reserves[0], name="new", **given))


LENGTH: list[tuple[str, Change, object, object]] = [
    ("demand", lambda m: m.node("new", np.zeros(24)), 24, 8),
    ("demand", lambda m: m.node("new", np.zeros((2, 4))), (2, 4), 8),
    ("available", process(available=np.ones(7)), 7, 8),
    ("efficiency", process(sinks=[(0, np.ones(3))]), 3, 8),
    ("inflow", storage(inflow=np.ones(9)), 9, 8),
    ("existing", stock(existing=[1, 2, 3]), 3, 2),
    ("alive", stock(alive=np.ones((3, 3), dtype=bool)), (3, 3), (2, 2)),
    ("cost", lambda m: m.departure("new", 0, cost=[1, 2, 3]), 3, 2),
    ("coefficient (activity)", policy(("activity", [0, 1], [1.0])), (1,), "(2,) | (2, 8)"),
    ("coefficient (capacity)", policy(("capacity", [0], np.ones((1, 8)))), (1, 8), "(1,)"),
    ("credit", reserve(credit=np.ones(2)), (2,), (1,)),
]


@pytest.mark.parametrize(("field", "change", "found", "allowed"), LENGTH)
def test_wrong_length(field: str, change: Change, found: object, allowed: object) -> None:
    with pytest.raises(DafengError) as refused:
        made_with(change)
    assert refused.value.key == "pathway_length"
    assert refused.value.values == {"name": "new", "field": field, "found": found, "allowed": allowed}


VALUE: list[tuple[str, Change, object, object]] = [
    ("demand", lambda m: m.node("new", ["ten"]), ["ten"], "-inf < x < inf"),
    ("demand[3]", lambda m: m.node("new", [1, 2, 3, float("nan"), 5, 6, 7, 8]), "nan", "-inf < x < inf"),
    ("demand[0]", lambda m: m.node("new", np.inf), np.inf, "-inf < x < inf"),
    ("existing[2035]", stock(existing=[3, -1]), -1.0, "x >= 0"),
    ("build_cost[2030]", stock(build_cost=-1), -1.0, "x >= 0"),
    ("build_cost[2030]", stock(build_cost=np.inf), np.inf, "x >= 0"),
    ("keep_cost[2030]", stock(keep_cost=float("nan")), "nan", "-inf < x < inf"),
    ("upper[2030]", stock(upper=float("nan")), "nan", "x >= 0"),
    ("lower[2030]", stock(existing=9, lower=5, upper=4), "5", "<= 4"),
    ("lower[2035]", stock(existing=[3, 1], build_upper=2, lower=[0, 6]), "6", "<= 5"),
    ("upper[2030]", stock(existing=5, upper=4), "4", ">= 5"),
    ("upper[2035]", stock(build_upper=3, build_lower=3, upper=5), "5", ">= 6"),
    ("build_lower[2030]", stock(build_upper=2, build_lower=3), "3", "<= 2"),
    ("alive[2035]", stock(alive=np.ones((2, 2), dtype=bool)), "2030, 2035", ">= 2035"),
    ("alive[2030][2030]", stock(build_upper=1, alive=np.zeros((2, 2), dtype=bool)), False, True),
    ("least_load", stock(least_load=1.2), 1.2, "0 <= x <= 1"),
    ("sinks", process(sinks=[(7, 1.0)]), 7, "-1-1"),
    ("sinks", process(sinks=[]), "()", "0-1"),
    ("source", process(source=2), 2, "-1-1"),
    ("stock", process(stock=9), 9, "-1-3"),
    ("size", process(size=0), 0.0, "x > 0"),
    ("available[0]", process(available=-0.1, stock=1), -0.1, "x >= 0"),
    ("minimum[0]", process(minimum=0.6, available=0.5, stock=1), 0.6, "<= 0.5"),
    ("efficiency[0]", process(sinks=[(0, float("nan"))]), "nan", "-inf < x < inf"),
    ("ramp_up", process(ramp_up=-0.2), -0.2, "x >= 0"),
    ("node", storage(node=-1), -1, "0-1"),
    ("charge_efficiency", storage(charge_efficiency=0), 0.0, "0 < x <= 1"),
    ("discharge_efficiency", storage(discharge_efficiency=90), 90.0, "0 < x <= 1"),
    ("loss", storage(loss=1), 1.0, "0 <= x < 1"),
    ("energy_size", storage(energy_size=-4), -4.0, "x >= 0"),
    ("level_lower[0]", storage(energy_stock=1, level_lower=0.5, level_upper=0.4), 0.5, "<= 0.4"),
    ("link", storage(link="seasonal"), "seasonal", "cycle, chain, budget, carry"),
    ("end", lambda m: m.line("new", 0, 0, 1, 1.0), 0, "!= start"),
    ("end", lambda m: m.line("new", 0, 5, 1, 1.0), 5, "0-1"),
    ("stock", lambda m: m.line("new", 0, 1, -1, 1.0), -1, "0-3"),
    ("impedance", lambda m: m.line("new", 0, 1, 1, float("nan")), "nan", "-inf < x < inf"),
    ("target", lambda m: m.departure("new", 0, 0), 0, "!= source"),
    ("source", lambda m: m.departure("new", -1), -1, "0-3"),
    ("upper[2030]", lambda m: m.departure("new", 0, upper=-1), -1.0, "x >= 0"),
    (
        "quantity",
        policy(("emissions", [0], [1.0])),
        "emissions",
        "activity, capacity, build, charge, discharge, level_end, yearly",
    ),
    ("index (activity)", policy(("activity", [4], [1.0])), 4, "0-3"),
    ("index (activity)", policy(("activity", [1, 1], [1.0, 1.0])), "1, 1", "1"),
    ("index (level_end)", policy(("level_end", [0], [1.0])), "cave: link = carry", "cycle, chain"),
    ("coefficient (build)", policy(("build", [0], [float("nan")])), "nan", "-inf < x < inf"),
    ("period", policy(("build", [0], [1.0]), period=2), 2, "0-1"),
    ("upper", policy(("build", [0], [1.0]), upper=float("nan")), "nan", "-inf < x <= inf"),
    ("lower", policy(("build", [0], [1.0]), lower=3, upper=2), 3, "<= 2"),
    ("price", policy(("build", [0], [1.0]), upper=2, price=-1), -1, "0 <= x < inf"),
    ("price", policy(("build", [0], [1.0]), lower=1, upper=2, price=1), "1, 2", "lower | upper"),
    ("lower", policy(("capacity", [0, 3], [1.0, 1.0]), lower=32), "32", "<= 31"),
    ("lower", policy(("build", [0], [2.0]), lower=50, period=None), "50", "<= 40"),
    ("lower", policy(("activity", [1], [1.0]), lower=121), "121", "<= 120"),
    ("upper", policy(("capacity", [3], [1.0]), upper=0.5), "0.5", ">= 1"),
    ("nodes", reserve(nodes=np.array([0, 0])), [0, 0], [0]),
    ("processes", reserve(processes=np.array([3])), "backstop", "stock >= 0"),
    ("processes", reserve(processes=np.array([1])), "a>b", "a>b + b>a"),
    ("credit", reserve(credit=np.array([-1.0])), -1.0, "0 <= x < inf"),
    ("demand_share", reserve(demand_share=float("nan")), "nan", "0 <= x < inf"),
    ("nodes", reserve(nodes=np.array([2])), 2, "0-1"),
]


@pytest.mark.parametrize(("field", "change", "found", "allowed"), VALUE)
def test_wrong_value(field: str, change: Change, found: object, allowed: object) -> None:
    with pytest.raises(DafengError) as refused:
        made_with(change)
    assert refused.value.key == "pathway_value"
    values = refused.value.values
    assert (values["name"], values["field"], values["allowed"]) == ("new", field, allowed)
    assert str(values["found"]) == str(found)


IDLE: list[tuple[str, Change, str]] = [
    ("available", process(stock=-1, available=0.5), "stock = -1"),
    ("minimum", process(stock=-1, minimum=0.5), "stock = -1"),
    ("ramp_down", process(stock=-1, ramp_down=0.5), "stock = -1"),
    ("available", process(stock=2, available=0.5), "stock of a>b"),
    ("minimum", process(minimum=-np.inf), "stock >= 0"),
    ("charge_available", storage(charge_available=0.5), "charge_stock = -1"),
    ("discharge_available", storage(discharge_available=0), "discharge_stock = -1"),
    ("level_upper", storage(level_upper=0.5), "energy_stock = -1"),
    ("level_lower", storage(energy_stock=1, link="carry", level_lower=0.5), "link = carry"),
    ("initial", storage(initial=5), "link = cycle"),
    ("loss", storage(link="budget", loss=0.5), "link = budget"),
    ("spill_cost", storage(spill_cost=5), "spill = False"),
]


@pytest.mark.parametrize(("field", "change", "because"), IDLE)
def test_a_value_that_nothing_reads_is_refused(field: str, change: Change, because: str) -> None:
    """A profile given for a part that has no capacity would be ignored; the user would believe in it."""
    with pytest.raises(DafengError) as refused:
        made_with(change)
    assert refused.value.key == "pathway_idle"
    values = refused.value.values
    assert (values["name"], values["field"], values["because"]) == ("new", field, because)


TIME: list[tuple[str, dict[str, object]]] = [
    ("weight[5]", {"weight": np.array([1.0] * 5 + [float("nan")] + [1.0] * 2)}),
    ("hours[0]", {"hours": np.zeros(8)}),
    ("years[1]", {"years": np.array([5.0, 0.0])}),
    ("period[4]", {"period": np.array([0, 0, 1, 1, 0, 0, 1, 1])}),
    ("block[6]", {"block": np.array([0, 0, 1, 1, 2, 2, 1, 1])}),
    ("block[4]", {"block": np.array([0, 0, 1, 1, 1, 1, 2, 2])}),
    ("period", {"period": np.zeros(8, dtype=np.int64)}),
    ("period", {"period": np.array([0, 0, 0, 0, 1, 1, 2, 2])}),
    ("value", {"value": np.ones(7)}),
    ("years", {"years": np.ones(3)}),
    ("calendar", {"calendar": (((0, 1), (1, 1)),)}),
    ("block", {"calendar": (((0, 1), (1, 1)), ((2, 1), (1, 1)))}),
    ("times of block 0", {"calendar": (((0, 0), (1, 1)), ((2, 1), (3, 1)))}),
    ("hours of block 1", {"calendar": (((0, 1), (1, 2)), ((2, 1), (3, 1)))}),
    ("hours of block 3", {"calendar": (((0, 1), (1, 1)), ((2, 1),))}),
    ("calendar", {"calendar": ()}),
]


@pytest.mark.parametrize(("field", "change"), TIME)
def test_time_that_does_not_hold_together(field: str, change: dict[str, object]) -> None:
    m = sound()
    m.steps = replace(m.steps, **change)  # type: ignore[arg-type]
    with pytest.raises(DafengError) as refused:
        m.system()
    assert refused.value.values["field"] == field
    assert refused.value.values["found"] is not None


def test_no_time_at_all() -> None:
    none = np.zeros(0)
    with pytest.raises(DafengError) as refused:
        Maker(Steps((), none, none.astype(np.int64), none.astype(np.int64), none, none, none)).system()
    assert refused.value.values["field"] == "period"


@pytest.mark.parametrize(
    ("kind", "again"),
    [
        ("node", lambda m: m.node("a")),
        ("stock", lambda m: m.stock("coal")),
        ("limit", lambda m: m.limits.append(limit("CO2"))),
        ("reserve", lambda m: m.reserves.append(m.reserves[0])),
    ],
)
def test_a_name_is_used_once(kind: str, again: Change) -> None:
    with pytest.raises(DafengError) as refused:
        made_with(again)
    assert refused.value.key == "pathway_twice"
    assert refused.value.values["kind"] == kind


def test_a_name_that_is_not_there() -> None:
    """A missing province is named, with those that are near."""
    m = maker()
    for name in ("CN-HE electricity", "CN-HB electricity", "heat"):
        m.node(name)
    with pytest.raises(DafengError) as refused:
        m.number("node", "CN-HX electricity")
    assert refused.value.values["found"] == "CN-HX electricity"
    assert "CN-HE electricity" in str(refused.value.values["near"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_message_names_part_field_found_and_allowed(lang: str) -> None:
    m = maker()
    m.stock("CN-HE onwind", existing=-3)
    with pytest.raises(DafengError) as refused:
        m.system()
    text = refused.value.text(lang)
    assert all(part in text for part in ("CN-HE onwind", "existing[2030]", "-3", ">= 0"))


def test_nothing_is_refused_for_being_open() -> None:
    """Unbounded building, bounds at infinity, a limit without a bound (to be set later) and free exchange are meant."""
    m = Maker(steps())
    a = m.node("a", 1)
    m.process("plant", [(a, 1.0)], stock=m.stock("plant", build_upper=np.inf, build_cost=1))
    m.process("exchange", [(a, 1.0)], minimum=-np.inf, cost=0.5)
    m.limits.append(Limit("free", (Term("activity", np.array([0]), np.ones(1)),), period=0))
    assert solve(m).cost == pytest.approx(0.5)
