"""Why a model has no solution: the smallest sets of limits that clash, how far each would have to give, the way out.

Let F be what nobody gave (balances, storage, ageing ...) and M the limits; where the limits alone cannot be blamed, M
is the limits with the bounds of building and keeping and the demand (`elastic.KINDS`).

    clash       the smallest C in M such that F and C have no common point: without any one of them there is one
    alone       the least that one member of a clash must give if all the others of M hold
    softening   the least weighted sum that members of M must give so that all of M holds

The smallest set comes from its dual (Ignatiev, Previti, Liffiton and Marques-Silva 2015, "Smallest MUS extraction with
minimal hitting set dualization", https://doi.org/10.1007/978-3-319-23219-5_13): every set whose giving restores a
solution (a correction) has a member in every clash. H, the smallest set that meets all corrections known, is a clash if
it has no solution, and then there is no smaller one; else what else must give while H holds is a correction more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from dafeng.catalog import DafengError, UnknownName
from dafeng.pathway.elastic import Elastic, Strain
from dafeng.pathway.elastic_members import LIMIT, Member
from dafeng.pathway.model import Model
from dafeng.pathway.outcome import Infeasible, Interrupted, NotSolved
from dafeng.pathway.recipes import Recipe
from dafeng.pathway.telling import Tell, tell_nobody

MOST_CLASHES = 5
"""Clashes that have nothing in common are looked for up to this number."""
DEAR = 1e3
"""Share for share, what something gives that is asked only if nothing else will do."""
MOST_CORRECTIONS = 60
"""Corrections after which the set found is made irreducible and is no longer the smallest for certain."""

UPPER, LOWER = "upper", "lower"


@dataclass(frozen=True)
class Give:
    """By how much a number would have to give.

    Attributes:
        member: whose number. side: `upper`, which would have to rise, or `lower`, which would have to fall.
        amount: in the unit of the number, > 0. cost: share of the scale of the member, or M where it has a price.
        reached: the share that would do, of a limit that asks for one (`Member.asked`). figure: the figure that would
            do, of a limit that comes from one (`Member.reading`).
    """

    member: Member
    side: str
    amount: float
    cost: float
    reached: float | None = None
    figure: float | None = None

    @property
    def number(self) -> float:
        """The number as it was given."""
        return self.member.upper if self.side == UPPER else self.member.lower

    @property
    def target(self) -> float:
        """The number with which it would do."""
        return self.number + self.amount if self.side == UPPER else self.number - self.amount

    @property
    def share(self) -> float | None:
        """Of the number; None: the number is 0."""
        return self.amount / abs(self.number) if self.number else None


@dataclass(frozen=True)
class Conflict:
    """Members that cannot all be kept, though any of them could be left out for the others to hold.

    Attributes:
        members: in the order of the system.
        alone: for each, how far it alone would have to give; None: it cannot alone.
        smallest: is it proved that no smaller set clashes.
    """

    members: tuple[Member, ...]
    alone: tuple[Give | None, ...]
    smallest: bool


@dataclass(frozen=True)
class Clash:
    """Why a model has no solution.

    Attributes:
        limits_alone: can the limits without price, by giving, restore a solution; else bounds and demand are involved.
        conflicts: clashes that have no member in common, the smallest first found.
        more: are there further clashes among the rest.
        softening: the cheapest set of numbers that give so that everything else holds; (): what has a price is not
            enough.
        priced: were prices given; else cost is the sum of shares of each limit's own number.
        cost: of the softening: M, present value, or the sum of shares.
        power_unit, money_unit: of the system.
    """

    limits_alone: bool
    conflicts: tuple[Conflict, ...]
    more: bool
    softening: tuple[Give, ...]
    priced: bool
    cost: float
    power_unit: str
    money_unit: str


def clash(
    model: Model,
    prices: Mapping[str, float] | None = None,
    tell: Tell = tell_nobody,
    recipes: Sequence[Recipe] | None = None,
) -> Clash:
    """Say why a model has no solution.

    Args:
        model: without a solution; it is not changed. Its limits that have a price of their own may be missed anyhow.
        prices: limit -> M (present value) per unit by which it gives, for the softening; only these give. Without
            prices every member gives, at the share of its own number; where that is 0, of the demand of its period.
        tell: told how far it is; what it raises ends the run.
        recipes: with which the questions are solved, in the order to be tried; None: by size. They must reach 1e-6.

    Raises:
        DafengError: `clash_none`: the model has solutions. `clash_elsewhere`: it has none even if every limit, bound
            and demand gives; names rows. `clash_price`: a price that is no number from 0.
        NotSolved: no recipe could answer.
        UnknownName: a price for a limit that there is not.
    """
    elastic = Elastic(model, tell, recipes)
    weight = _weights(elastic, prices)
    everything = range(len(elastic.members))
    limits = frozenset(k for k in everything if elastic.members[k].kind == LIMIT)
    try:
        enough = bool(limits) and elastic.rather(limits, everything, DEAR).value < np.inf
        members = limits if enough else frozenset(everything)
        if elastic.least(members).value == 0:
            raise DafengError("clash_none", model=model.lp.name)
    except Infeasible as error:
        raise DafengError("clash_elsewhere", model=model.lp.name, rows=", ".join(error.rows[:12]) or "-") from error
    found, more = _conflicts(elastic, members)
    conflicts = tuple(_conflict(elastic, own, members, found, more, smallest) for own, smallest in found)
    softening = _softening(elastic, members, weight)
    return Clash(
        limits_alone=enough,
        conflicts=conflicts,
        more=more,
        softening=softening,
        priced=weight is not None,
        cost=sum(give.cost for give in softening),
        power_unit=model.system.power_unit,
        money_unit=model.system.money_unit,
    )


def limits_clash(model: Model, tell: Tell = tell_nobody) -> Infeasible | None:
    """Are its limits, and they alone, the reason why a model has no solution: told by what they must give at least.

    A question of this kind always has a solution, with multipliers that are checked; so it answers where no solver ends
    a run on the model itself with a ray that proves anything.

    Returns:
        the refusal, which carries the model and names the limits; None: the limits can be kept, or are not enough.
    """
    elastic = Elastic(model, tell)
    everything = range(len(elastic.members))
    limits = frozenset(k for k in everything if elastic.members[k].kind == LIMIT)
    try:
        strain = elastic.rather(limits, everything, DEAR)
    except Interrupted:
        raise
    except (Infeasible, NotSolved):
        return None
    if not 0 < strain.value < np.inf:
        return None
    error = Infeasible(model.lp, [elastic.members[k].name for k in sorted(limits) if strain.pressed[k]])
    error.model = model
    return error


def _weights(elastic: Elastic, prices: Mapping[str, float] | None) -> Mapping[int, float] | None:
    """Member -> M per share of its scale."""
    if prices is None:
        return None
    numbers = {member.name: k for k, member in enumerate(elastic.members) if member.kind == LIMIT}
    for name, price in prices.items():
        if name not in numbers:
            raise UnknownName("limit", name, numbers)
        if not 0 <= price < np.inf:
            raise DafengError("clash_price", name=name, found=price)
    return {numbers[name]: price * elastic.scale[numbers[name]] for name, price in prices.items()}


# -- clashes ----------------------------------------------------------------------------------------------------------

Found = tuple[frozenset[int], bool]


def _conflicts(elastic: Elastic, members: Set[int]) -> tuple[list[Found], bool]:
    """Clashes that have nothing in common, and whether there are more."""
    found: list[Found] = []
    rest = frozenset(members)
    while len(found) < MOST_CLASHES:
        found.append(_smallest(elastic, rest, frozenset(members) - rest))
        rest -= found[-1][0]
        if not _clashes(elastic, rest, frozenset(members) - rest):
            return found, False
    return found, True


def _clashes(elastic: Elastic, held: Set[int], free: Set[int]) -> bool:
    """Have these members no common solution, if `free` ones give for nothing and nothing else gives."""
    return bool(held) and elastic.least(held, free=free).value > 0


def _smallest(elastic: Elastic, members: Set[int], left: Set[int]) -> Found:
    """The smallest clash among members that have no common solution, and whether it is proved to be the smallest.

    Args:
        left: members of other clashes, left out.
    """
    corrections: list[Set[int]] = []
    for _ in range(MOST_CORRECTIONS):
        held = _hitting(corrections, len(elastic.members))
        if _clashes(elastic, held, left | (members - held)):
            return frozenset(held), True
        given = elastic.least(members - held, free=left).gives
        correction = {k for k in members - held if given[k] > 0}
        if not correction:
            break
        corrections.append(correction)
    return _irreducible(elastic, members, left), False


def _hitting(sets: Sequence[Set[int]], count: int) -> Set[int]:
    """A smallest set that has a member in every one of the sets; of several, the one with earlier members.

    What a member costs does not depend on the sets, so that every solver ends at the same clash.
    """
    names = sorted(set().union(*sets))
    if not names:
        return set()
    meets = np.array([[float(name in one) for name in names] for one in sets])
    cost = 1.0 + np.sqrt(np.array(names) + 2.0) / (2.0 * (count + 2.0) ** 1.5)
    meeting, whole = LinearConstraint(meets, lb=1.0), np.ones(len(names))
    chosen = milp(cost, constraints=meeting, bounds=Bounds(0, 1), integrality=whole, options={"mip_rel_gap": 0.0})
    return {name for name, value in zip(names, chosen.x, strict=True) if value > 0.5}


def _irreducible(elastic: Elastic, members: Set[int], left: Set[int]) -> frozenset[int]:
    """A clash among members: each is left out in turn, and stays out if the others still clash (deletion filter)."""
    kept = set(members)
    for member in sorted(members, reverse=True):
        if _clashes(elastic, kept - {member}, left | (members - kept) | {member}):
            kept.remove(member)
    return frozenset(kept)


# -- giving -----------------------------------------------------------------------------------------------------------


def _conflict(
    elastic: Elastic, own: Set[int], members: Set[int], found: Sequence[Found], more: bool, smallest: bool
) -> Conflict:
    """A clash with what each member alone would have to give; members of the other clashes are left out meanwhile.

    With clashes that were not looked for, only the clash itself is held.
    """
    aside = members - own if more else frozenset().union(*(other for other, _ in found)) - own
    order = sorted(own)
    alone: list[Give | None] = []
    for member in order:
        strain = elastic.rather({member}, members - aside, DEAR, free=aside)
        gives = _gives(elastic, strain, {member}, None) if strain.value < np.inf else ()
        alone.append(max(gives, key=lambda give: give.amount, default=None))
    return Conflict(tuple(elastic.members[k] for k in order), tuple(alone), smallest)


def _softening(elastic: Elastic, members: Set[int], weight: Mapping[int, float] | None) -> tuple[Give, ...]:
    """The cheapest set of numbers that give."""
    if weight is None:
        return _gives(elastic, elastic.least(members), members, None)
    if _clashes(elastic, members - weight.keys(), weight.keys()):
        return ()
    costs = np.zeros(len(elastic.members))
    costs[list(weight)] = list(weight.values())
    return _gives(elastic, elastic.least(weight.keys(), weight=costs), weight.keys(), weight)


def _gives(elastic: Elastic, strain: Strain, members: Set[int], weight: Mapping[int, float] | None) -> tuple[Give, ...]:
    found = []
    for k in sorted(members):
        for side, amount in ((UPPER, strain.up[k]), (LOWER, strain.down[k])):
            if amount > 0:
                share = float(amount / elastic.scale[k])
                cost = share if weight is None else share * weight[k]
                reached = None if np.isnan(strain.reached[k]) else float(strain.reached[k])
                member = elastic.members[k]
                figures = (reached, None) if member.reading is None else (None, reached)
                found.append(Give(member, side, float(amount), cost, *figures))
    return tuple(found)
