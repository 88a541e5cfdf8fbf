"""Which limits clash, how far each would have to give and the cheapest way out: by hand, and against all subsets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from tests.pathway.power.nation import nation, system_of
from tests.pathway.small import limit, maker

from dafeng.catalog import DafengError, UnknownName
from dafeng.pathway.clash import LOWER, UPPER, Clash, clash
from dafeng.pathway.elastic_members import DEMAND, POTENTIAL
from dafeng.pathway.making import Maker
from dafeng.pathway.model import Model, build
from dafeng.pathway.outcome import Infeasible
from dafeng.pathway.recipes import DUAL_SIMPLEX, IPX, Recipe
from dafeng.pathway.solvers import Session
from dafeng.pathway.system import Limit


def near(value: float) -> float:
    """Equal as far as the solvers promise."""
    return pytest.approx(value, rel=1e-6, abs=1e-6)  # type: ignore[no-any-return]


RECIPES = [(DUAL_SIMPLEX,), (IPX,)]
A, B = 0, 1


def coal_and_gas() -> Maker:
    """1,000 MWh, from coal or, dearer, from gas."""
    m = maker(weight=100)
    node = m.node("a", 10)
    m.process("coal", [(node, 1.0)], cost=10)
    m.process("gas", [(node, 1.0)], cost=30)
    return m


def plants(count: int = 1, demand: float = 5.0) -> Maker:
    """Plants of up to 100 MW each at one node with a demand of 5 MW for an hour."""
    m = maker()
    node = m.node("a", demand)
    for name in "AB"[:count]:
        stock = m.stock(name, build_cost=[1.0], alive=[[True]], build_upper=100.0)
        m.process(name, [(node, 1.0)], stock=stock)
    return m


def of(m: Maker, *limits: Limit) -> Model:
    m.limits.extend(limits)
    return build(m.system())


def capacity(name: str, *stocks: int, **bounds: float) -> Limit:
    return limit(name, ("capacity", list(stocks), np.ones(len(stocks))), **bounds)


def names(found: Clash) -> list[list[str]]:
    return [[member.name for member in conflict.members] for conflict in found.conflicts]


def alone(found: Clash, number: int = 0) -> list[tuple[str, float, float] | None]:
    """What each member of a clash alone must give: side, amount, the number with which it would do."""
    return [give and (give.side, near(give.amount), near(give.target)) for give in found.conflicts[number].alone]


def softened(found: Clash) -> list[tuple[str, float]]:
    return [(give.member.name, near(give.target)) for give in found.softening]


@pytest.mark.parametrize("recipes", RECIPES, ids=lambda chosen: chosen[0].name)
class TestByHand:
    """The same answer whatever solves the questions."""

    def test_a_cap_below_a_floor(self, recipes: tuple[Recipe, ...]) -> None:
        """At most 10 and at least 12 MW: either gives 2; the floor by 2 / 12, which is less than 2 / 10."""
        found = clash(of(plants(), capacity("cap", A, upper=10), capacity("floor", A, lower=12)), recipes=recipes)
        assert names(found) == [["cap", "floor"]]
        assert alone(found) == [(UPPER, 2, 12), (LOWER, 2, 10)]
        assert softened(found) == [("floor", 10)]
        assert found.cost == near(2 / 12)
        assert (found.limits_alone, found.more, found.conflicts[0].smallest) == (True, False, True)

    def test_three_that_only_clash_together(self, recipes: tuple[Recipe, ...]) -> None:
        """A <= 4, B <= 4, A + B >= 10: any two can be kept. Each alone gives 2; the sum by 2 / 10, the caps by 2 / 4."""
        limits = capacity("A", A, upper=4), capacity("B", B, upper=4), capacity("both", A, B, lower=10)
        found = clash(of(plants(2), *limits, capacity("loose", A, upper=90)), recipes=recipes)
        assert names(found) == [["A", "B", "both"]]
        assert alone(found) == [(UPPER, 2, 6), (UPPER, 2, 6), (LOWER, 2, 8)]
        assert softened(found) == [("both", 8)]

    def test_the_smaller_of_two_that_share_a_member(self, recipes: tuple[Recipe, ...]) -> None:
        """A <= 4 clashes with A >= 5, and with B <= 4 and A + B >= 10; the smaller set is named, as a whole is softened.

        If all others hold A may rise to 6, and nothing that the floor gives is enough. Cheapest: A <= 5 (1 / 4) and
        A + B >= 9 (1 / 10); A >= 4 and A + B >= 8 would be 1 / 5 + 2 / 10.
        """
        limits = [
            capacity("B", B, upper=4),
            capacity("both", A, B, lower=10),
            capacity("A", A, upper=4),
            capacity("least", A, lower=5),
        ]
        found = clash(of(plants(2), *limits), recipes=recipes)
        assert names(found) == [["A", "least"]]
        assert alone(found) == [(UPPER, 2, 6), None]
        assert softened(found) == [("both", 9), ("A", 5)]
        assert found.cost == near(0.35)

    def test_two_that_have_nothing_in_common(self, recipes: tuple[Recipe, ...]) -> None:
        """A clashes with itself by 1 and B by 3: both are named, and each as if the other were not."""
        limits = [
            capacity("A most", A, upper=4),
            capacity("A least", A, lower=5),
            capacity("B most", B, upper=4),
            capacity("B least", B, lower=7),
        ]
        found = clash(of(plants(2), *limits), recipes=recipes)
        assert names(found) == [["A most", "A least"], ["B most", "B least"]]
        assert alone(found, 0) == [(UPPER, 1, 5), (LOWER, 1, 4)]
        assert alone(found, 1) == [(UPPER, 3, 7), (LOWER, 3, 4)]
        assert softened(found) == [("A least", 4), ("B least", 4)]
        assert not found.more

    def test_a_limit_that_nothing_can_keep(self, recipes: tuple[Recipe, ...]) -> None:
        """10 MW wanted, 5 of coal cannot be turned down: gas can give 5, whatever else holds, and not 8."""
        m = maker()
        node = m.node("a", 10.0)
        stock = m.stock("coal", existing=[5.0])
        m.process("coal", [(node, 1.0)], stock=stock, minimum=1.0)
        m.process("gas", [(node, 1.0)])
        gas = limit("gas", ("activity", [B], [1.0]), lower=8)
        found = clash(of(m, gas, limit("coal", ("activity", [A], [1.0]), upper=9)), recipes=recipes)
        assert names(found) == [["gas"]]
        assert alone(found) == [(LOWER, 3, 5)]

    def test_a_share_is_told_as_a_share(self, recipes: tuple[Recipe, ...]) -> None:
        """40 % gas of 1,000 MWh and at most 300 of it: 0.6 x 300 - 0.4 x 700 is 100 below 0: 30 %, or 400 MWh of gas.

        To miss the share by 100 is to miss it by ten points; to raise the gas by 100 is a third of it.
        """
        m = coal_and_gas()
        share = limit("share", ("activity", [0, 1], [-0.4, 0.6]), lower=0)
        found = clash(of(m, share, limit("gas", ("activity", [1], [1.0]), upper=300)), recipes=recipes)
        assert names(found) == [["share", "gas"]]
        (missed, more) = found.conflicts[0].alone
        assert missed is not None
        assert missed.share is None
        assert (missed.member.asked, missed.amount, missed.reached) == (near(0.4), near(100), near(0.3))
        assert more is not None
        assert (more.target, more.reached) == (near(400), None)
        assert [give.member.name for give in found.softening] == ["share"]
        assert found.cost == near(0.1)

    def test_a_ceiling_of_a_share_too(self, recipes: tuple[Recipe, ...]) -> None:
        """At most 40 % gas of 1,000 MWh and at least 500 of it: 0.6 x 500 - 0.4 x 500 is 100 above 0: 50 %."""
        m = coal_and_gas()
        share = limit("share", ("activity", [0, 1], [-0.4, 0.6]), upper=0)
        found = clash(of(m, share, limit("gas", ("activity", [1], [1.0]), lower=500)), recipes=recipes)
        missed = found.conflicts[0].alone[0]
        assert missed is not None
        assert (missed.member.asked, missed.side) == (near(0.4), UPPER)
        assert (missed.amount, missed.reached) == (near(100), near(0.5))

    def test_demand_that_nothing_can_serve(self, recipes: tuple[Recipe, ...]) -> None:
        """10 MW wanted, 4 stand and 3 may be built: no limit is to blame; 3 less, or 3 more to build."""
        m = maker()
        node = m.node("a", 10.0)
        stock = m.stock("A", existing=[4.0], build_cost=[1.0], alive=[[True]], build_upper=3.0)
        m.process("A", [(node, 1.0)], stock=stock)
        found = clash(of(m, capacity("loose", A, lower=1)), recipes=recipes)
        assert not found.limits_alone
        (conflict,) = found.conflicts
        assert [member.kind for member in conflict.members] == [POTENTIAL, DEMAND]
        assert alone(found) == [(UPPER, 3, 6), (LOWER, 3, 7)]
        assert [(give.member.kind, near(give.amount)) for give in found.softening] == [(DEMAND, 3)]

    def test_demand_without_any_supply(self, recipes: tuple[Recipe, ...]) -> None:
        """Nothing gives to the node: the demand is the whole clash."""
        m = maker(weight=2)
        m.node("a", 10.0)
        found = clash(of(m), recipes=recipes)
        assert [member.kind for member in found.conflicts[0].members] == [DEMAND]
        assert alone(found) == [(LOWER, 20, 0)]

    def test_alone_a_limit_gives_however_much_it_takes(self, recipes: tuple[Recipe, ...]) -> None:
        """A cap of 1 kW below a floor of 12 MW: it would have to rise twelve thousandfold, and can."""
        model = of(plants(demand=0.0), capacity("cap", A, upper=0.001), capacity("floor", A, lower=12))
        found = clash(model, recipes=recipes)
        assert alone(found) == [(UPPER, 11.999, 12), (LOWER, 11.999, 0.001)]

    def test_prices_choose_what_gives(self, recipes: tuple[Recipe, ...]) -> None:
        """A MW more under the cap at 1, a MW less of the floor at 10: the cap gives 2 for 2. What has no price holds."""
        model = of(plants(), capacity("cap", A, upper=10), capacity("floor", A, lower=12))
        found = clash(model, {"cap": 1.0, "floor": 10.0}, recipes=recipes)
        assert softened(found) == [("cap", 12)]
        assert (found.priced, found.cost) == (True, near(2))
        assert softened(clash(model, {"floor": 10.0}, recipes=recipes)) == [("floor", 10)]

    def test_what_has_a_price_may_not_be_enough(self, recipes: tuple[Recipe, ...]) -> None:
        model = of(plants(2), capacity("cap", A, upper=10), capacity("floor", A, lower=12), capacity("B", B, upper=9))
        found = clash(model, {"B": 1.0}, recipes=recipes)
        assert found.softening == ()
        assert names(found) == [["cap", "floor"]]


@pytest.mark.parametrize("recipes", RECIPES, ids=lambda chosen: chosen[0].name)
def test_a_power_plan_of_the_nation(recipes: tuple[Recipe, ...]) -> None:
    """Nuclear power can grow by its building rate only: 150 GW in 2030 is out of reach; nothing else is to blame.

    Against the rows that a solver names (a hundred or so), two limits; what they give is the same number of GW.
    """
    asked = {"capacity_floor": {("nuclear", 2030): 150.0}, "capacity_ceiling": {("onwind", 2030): 600.0}}
    model = build(system_of(nation(co2_cap={2030: 3000.0}, **asked)))
    found = clash(model, recipes=recipes)
    assert names(found) == [["nuclear floor 2030", "build_rate nuclear 2030"]]
    floor, rate = found.conflicts[0].alone
    assert floor is not None
    assert rate is not None
    assert floor.amount == pytest.approx(rate.amount, rel=1e-5)
    assert [give.member.name for give in found.softening] == ["nuclear floor 2030"]
    mended = {**asked, "capacity_floor": {("nuclear", 2030): floor.target - 1e-6}}
    with pytest.raises(DafengError, match="nothing clashes"):
        clash(build(system_of(nation(co2_cap={2030: 3000.0}, **mended))), recipes=recipes)


def test_a_limit_with_a_price_is_no_member() -> None:
    """It may be missed anyhow: the two others clash without it."""
    limits = [
        capacity("cap", A, upper=10),
        capacity("floor", A, lower=12),
        limit("soft", ("capacity", [A], [1.0]), lower=50, price=1.0),
    ]
    assert names(clash(of(plants(), *limits))) == [["cap", "floor"]]


def test_what_is_refused() -> None:
    model = of(plants(), capacity("cap", A, upper=10), capacity("floor", A, lower=12))
    with pytest.raises(UnknownName, match="cap"):
        clash(model, {"capp": 1.0})
    for price in (-1.0, np.nan, np.inf):
        with pytest.raises(DafengError, match="cap"):
            clash(model, {"cap": price})
    with pytest.raises(DafengError) as none:
        clash(of(plants(), capacity("cap", A, upper=10)))
    assert none.value.key == "clash_none"


def test_what_no_limit_bound_or_demand_can_mend_names_rows() -> None:
    """5 MW flow into a store that gives 1 MW at most and may let nothing go."""
    m = plants()
    m.storage("store", 0, discharge_stock=m.stock("valve", existing=[1.0]), inflow=5.0)
    with pytest.raises(DafengError, match="store") as rows:
        clash(of(m, capacity("loose", A, upper=90)))
    assert rows.value.key == "clash_elsewhere"


def test_the_model_is_not_changed() -> None:
    """What had no solution has none after it was asked why, and the program has the rows that it had."""
    model = of(plants(), capacity("cap", A, upper=10), capacity("floor", A, lower=12))
    shape = model.lp.shape
    clash(model)
    assert model.lp.shape == shape
    with pytest.raises(Infeasible):
        Session(model.lp).solve()


def test_what_listens_can_stop_it() -> None:
    class Stop(Exception):
        pass

    def tell(_stage: str, _share: float) -> None:
        raise Stop

    model = of(plants(), capacity("cap", A, upper=10), capacity("floor", A, lower=12))
    with pytest.raises(Stop):
        clash(model, tell=tell)


def holds(limits: list[Limit]) -> bool:
    try:
        Session(of(plants(2), *limits).lp).solve()
    except Infeasible:
        return False
    return True


@pytest.mark.parametrize("seed", range(6))
def test_no_smaller_set_clashes(seed: int) -> None:
    """Random floors and caps of two plants and of their sum, held against every subset of them."""
    random = np.random.default_rng(seed)
    limits = []
    for number in range(7):
        stocks = [[A], [B], [A, B]][random.integers(3)]
        middle = 30.0 * len(stocks)
        side = (
            {"lower": middle + 5 * random.random()}
            if random.random() < 0.5
            else {"upper": middle + 5 * random.random()}
        )
        limits.append(capacity(f"limit {number}", *stocks, **side))
    smallest = next(
        (size for size in range(1, 5) for part in combinations(limits, size) if not holds(list(part))), None
    )
    if smallest is None:
        with pytest.raises(DafengError, match="nothing clashes"):
            clash(of(plants(2), *limits))
        return
    found = {recipes: clash(of(plants(2), *limits), recipes=recipes) for recipes in RECIPES}
    for one in found.values():
        first = one.conflicts[0]
        assert len(first.members) == smallest
        assert first.smallest
        assert not holds([limit for limit in limits if limit.name in names(one)[0]])
        for left in first.members:
            assert holds([own for own in limits if own.name in names(one)[0] and own.name != left.name])
        eased = {give.member.name: give for give in one.softening}
        mended = [
            limit
            if limit.name not in eased
            else capacity(limit.name, *map(int, limit.terms[0].index), **mend(limit, eased[limit.name].target))
            for limit in limits
        ]
        assert holds(mended), "the softening makes room"
    assert names(found[RECIPES[0]]) == names(found[RECIPES[1]])


def mend(limit: Limit, target: float) -> dict[str, float]:
    """The bound of a limit that gave, a hair wider than it had to."""
    return {"lower": target - 1e-6} if np.isfinite(limit.lower) else {"upper": target + 1e-6}
