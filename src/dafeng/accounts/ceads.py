"""CO2 of fuels as the provincial inventories of CEADs count it.

Shan et al. (2018), Scientific Data 5, 170201; Guan et al. (2021), Earth's Future 9, e2021EF002241; Xu et al. (2024),
Applied Energy, "China carbon emission accounts 2020-2021". The papers give the outline (fuel x heating value x carbon x
oxidation, by sector). The rule in its detail was inferred by Dafeng from the published inventories, and
tests/published/test_ceads.py holds it against every cell of 2014 to 2021.

With A(l, f) the final use of fuel f in line l, N(f) its non-energy use and k(l, f) the factors of the set:

    ordinary line l           E(l, f) = k(l, f) * A(l, f)
    power and heat p          E(p, f) = k(p, f) * (A(p, f) + thermal power + heating supply)
    five chemical lines l     E(l, f) = k(l, f) * A(l, f) * max(0, 1 - N(f) / S(f)),     S(f) = sum of A over the five

Feedstock is taken off the chemical lines only, in proportion to their use; what exceeds their use is dropped. Other
petroleum products count in thermal power and heating alone: the set's factor for their final use is zero. Coal washing,
coking, refining, gas works, losses and bunkers count nowhere. A final use that is stated as negative counts as none.

The third line is not linear. So the measure is the linear part, with feedstock as a negative line of its own, and
`less_feedstock` is the one step after it. Where no more feedstock is stated than the chemical lines use, N <= S, the
linear total is already the right one and the step only spreads it over the lines.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from dafeng.accounts.combustion import co2_per_unit, fuels
from dafeng.accounts.evaluate import Account, evaluate
from dafeng.accounts.linear_map import Coefficient, Measure
from dafeng.catalog import flows
from dafeng.ledger import HISTORY, Ledger

CO2_CEADS, FACTORS = "co2_ceads", "ceads-implied-2022"
METHOD = (
    "Shan et al. 2018; Guan et al. 2021; Xu et al. 2024; "
    "feedstock, power and heat as inferred by Dafeng from the published inventories"
)
POWER_HEAT = "final.industry.power_heat"
PLANTS = ("transformation.thermal_power", "transformation.heating")
CHEMICAL = tuple(f"final.industry.{line}" for line in ("chemicals", "medicine", "chemical_fibre", "rubber", "plastics"))
FEEDSTOCK = "non_energy"
#: Totals that hide the sectors: the rule cannot be applied to them, so activity there is refused.
UNSPLIT = ("final.industry", "final.industry.other_branches", "final.residential")
_PLACE = ["entity", "bucket", "carrier"]
_ORDER = (*_PLACE, "line", "id")


def ceads_measure(name: str = FACTORS) -> Measure:
    """The linear part of the rule, t CO2 by line: plants booked to power and heat, feedstock negative.

    Args:
        name: factor set, or several in order. The default knows the 17 fuels of the inventories, and activity in any
            other fuel is refused; `ceads-implied-2022+ndrc-sector-2013` counts it by the second set.

    Raises:
        UnknownName: no such set.

    Source: see the module.
    """
    rows: list[Coefficient] = []
    gaps = {(flow, carrier) for flow in UNSPLIT for carrier in fuels()}
    lines = (flow for flow in flows().leaves("final") if flow not in UNSPLIT)
    for flow in (*lines, *PLANTS, FEEDSTOCK):
        line = POWER_HEAT if flow in PLANTS else ""
        for carrier in fuels():
            found = co2_per_unit(name, carrier, CHEMICAL[0] if flow == FEEDSTOCK else flow)
            if found is None:
                gaps.add((flow, carrier))
            else:
                value, terms = found
                rows.append(Coefficient(flow, carrier, -value if flow == FEEDSTOCK else value, terms, line))
    return Measure(CO2_CEADS, "t_CO2", "energy-use-ceads", tuple(rows), name, method=METHOD, gaps=frozenset(gaps))


def less_feedstock(account: Account) -> Account:
    """The account with its feedstock cells spread over the chemical lines, at most to zero, and no negative final use.

    A feedstock observation of n units becomes one cell for each chemical line l that used the fuel:

        value = n * A(l) / S * min(1, S / N)        amount = -k(l) * value        N = sum of n

    with the id of that observation: every ton taken off leads back to the ledger line that says so. Where the chemical
    lines used none of the fuel, S = 0, feedstock takes off nothing and has no cell.

    Args:
        account: with cells of `ceads_measure`; cells of other measures stay as they are.
    """
    cells = account.cells
    ours = pc.equal(cells["measure"], CO2_CEADS)
    below_zero = pc.and_(pc.starts_with(cells["flow"], "final."), pc.less(cells["value"], 0.0))
    cells = cells.filter(pc.invert(pc.and_(ours, below_zero)))
    ours = pc.equal(cells["measure"], CO2_CEADS)
    is_feedstock = pc.and_(ours, pc.equal(cells["flow"], FEEDSTOCK))
    is_chemical = pc.and_(ours, pc.is_in(cells["flow"], pa.array(CHEMICAL)))
    rest = cells.filter(pc.invert(is_feedstock))
    taken = _spread(cells.filter(is_feedstock), cells.filter(is_chemical))
    taken = taken.select(rest.column_names).cast(rest.schema)
    return replace(account, cells=pa.concat_tables([rest, taken.sort_by([(name, "ascending") for name in _ORDER])]))


def _spread(feedstock: pa.Table, chemical: pa.Table) -> pa.Table:
    """One row for each feedstock cell and chemical cell of the same entity, period and fuel."""
    used, stated = _total(chemical, "used"), _total(feedstock, "stated")
    lines = chemical.select([*_PLACE, "line", "value", "coefficient"]).rename_columns([*_PLACE, "line", "own", "k"])
    pairs = feedstock.drop_columns(["line", "coefficient", "amount"])
    for table in (used, stated, lines):
        pairs = pairs.join(table, _PLACE, join_type="inner")
    pairs = pairs.filter(pc.and_(pc.greater(pairs["stated"], 0.0), pc.greater(pairs["used"], 0.0)))
    most = pc.min_element_wise(1.0, pc.divide(pairs["used"], pairs["stated"]))
    value = pc.multiply(pc.multiply(pairs["value"], pc.divide(pairs["own"], pairs["used"])), most)
    pairs = pairs.drop_columns(["value"]).append_column("value", value)
    pairs = pairs.append_column("coefficient", pc.negate(pairs["k"]))
    return pairs.append_column("amount", pc.multiply(pairs["value"], pairs["coefficient"]))


def _total(cells: pa.Table, name: str) -> pa.Table:
    """Activity by entity, period and fuel, added up in a fixed order: the same input gives the same last digit."""
    ordered = cells.sort_by([(key, "ascending") for key in _ORDER]).group_by(_PLACE, use_threads=False)
    return ordered.aggregate([("value", "sum")]).rename_columns([*_PLACE, name])


def ceads_account(
    ledger: Ledger,
    dataset: str,
    name: str = FACTORS,
    *,
    scenario: str = HISTORY,
    entity: str | None = None,
    years: tuple[int, int] | None = None,
) -> Account:
    """CO2 of fuels of one dataset by the rule of the CEADs inventories (measure `co2_ceads`).

    Args:
        dataset: a book with final use by sector, transformation and non-energy use.
        name: factor set, as for `ceads_measure`.
        scenario, entity, years: as for `evaluate`.

    Raises:
        MissingFactor: activity in a fuel that the set does not know, or in industry or households as a whole.
        DafengError: a line has two readings and the catalogue does not say which counts.
    """
    return less_feedstock(evaluate(ledger, [ceads_measure(name)], dataset, scenario, entity, years))
