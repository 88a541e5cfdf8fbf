"""Compares Dafeng's provincial CO2 estimate with the CEADs inventories and writes docs/estimate-check.md.

After a change of statistics, factors or rule, from the repository root: `python -m tests.published.estimate_page`.
No figure of CEADs is written, only deviations from it.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles
from textwrap import fill

import dafeng
from dafeng import Workspace
from dafeng.accounts import Account, evaluate, statistical_measures
from dafeng.catalog import entities

from .ceads_data import CO2, Counted, count, province, read

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "estimate-check.md"
YEARS = range(2003, 2022)
SPANS = ((2005, 2010), (2010, 2015), (2015, 2020))
#: Where a deviation comes from; the parts add up to it. See `_parts`.
PARTS = ("furnace gases", "other fuels", "mean factors", "feedstock", "thermal power", "heat", "rest")
Place = tuple[str, int]
Parts = dict[str, float]
Cells = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Check:
    """CO2 of fuels by province and year, t: estimate, inventory, and the difference taken apart (2014 to 2021)."""

    estimate: Mapping[Place, float]
    inventory: Mapping[Place, float]
    parts: Mapping[Place, Parts]

    @cached_property
    def both(self) -> list[Place]:
        return sorted(place for place in self.estimate.keys() & self.inventory.keys() if place[1] in YEARS)

    @cached_property
    def missing(self) -> list[Place]:
        return sorted(place for place in self.inventory if place[1] in YEARS and place not in self.estimate)

    @cached_property
    def off(self) -> dict[Place, float]:
        """Deviation in percent."""
        return {place: 100 * (self.estimate[place] / self.inventory[place] - 1) for place in self.both}

    def of_year(self, year: int) -> list[Place]:
        return [place for place in self.both if place[1] == year]

    def of_province(self, entity: str) -> list[float]:
        return [self.off[place] for place in self.both if place[0] == entity]

    def sum_off(self, year: int) -> float:
        """Deviation of the sum of the provinces, in percent."""
        mine, theirs = (sum(values[p] for p in self.of_year(year)) for values in (self.estimate, self.inventory))
        return 100 * (mine / theirs - 1)

    def parts_of(self, places: Iterable[Place]) -> Parts:
        """The parts of the deviation of a sum over places, in percent of the inventory."""
        known = [place for place in places if place in self.parts]
        whole = sum(self.inventory[place] for place in known)
        return {part: 100 * sum(self.parts[place][part] for place in known) / whole for part in PARTS}

    def change_gaps(self, first: int, last: int) -> dict[str, float]:
        """Change from one year to another: the estimate's less the inventory's, in percentage points."""
        names = sorted({e for e, y in self.both if y == first} & {e for e, y in self.both if y == last})
        mine, theirs = ({e: 100 * v[e, last] / v[e, first] for e in names} for v in (self.estimate, self.inventory))
        return {e: mine[e] - theirs[e] for e in names}


def compare(workspace: Workspace, ceads: Counted, shared: Path) -> Check:
    """The estimate by the statistics of the workspace, the inventories from ../shared/data."""
    measure = next(m for m in statistical_measures(workspace.choice) if m.id == "co2_estimate")
    account = evaluate(workspace.ledger, [measure], "statistics")
    estimate = {(f.entity, f.year): f.value for f in account.figures()}
    inventory = {
        (province(row["adcode"]), int(row["year"])): (float(row["Scope_1_Total"]) - float(row["Process"])) * 1e6
        for row in read(shared / CO2)
        if row["sector"] == "Total Emissions"
    }
    mean = {c.carrier: float(c.value) for c in measure.coefficients if c.flow == "final"}
    mine, theirs = _by_place(account), _by_place(ceads.account)
    both = [place for place in sorted(theirs.keys() & estimate.keys()) if place in inventory]
    parts = {place: _parts(mine[place], theirs[place], mean) for place in both}
    for place, found in parts.items():
        found["rest"] = estimate[place] - inventory[place] - sum(found.values())
    return Check(estimate, inventory, parts)


def _by_place(account: Account) -> dict[Place, list[dict[str, object]]]:
    found: dict[Place, list[dict[str, object]]] = defaultdict(list)
    for cell in account.cells.to_pylist():
        found[cell["entity"], account.periods[cell["bucket"]].year].append(cell)
    return found


def _parts(mine: Cells, theirs: Cells, mean: Mapping[str, float]) -> Parts:
    """Estimate less inventory, step by step from the one to the other.

    furnace gases: other gas of the statistics against other gas of the inventory with blast furnace and converter gas;
    other fuels: the same for every other fuel; mean factors: one factor for all sectors; feedstock: not taken off;
    thermal power, heat: generation and heat by national means against the fuel put in.
    """

    def total(cells: Cells, column: str, flow: str, *fuels: str) -> float:
        return sum(
            float(str(c[column]))
            for c in cells
            if str(c["flow"]).startswith(flow) and (not fuels or c["carrier"] in fuels)
        )

    def plants(flow: str) -> float:
        return total(theirs, "amount", f"transformation.{flow}")

    fuels = {fuel: k for fuel, k in mean.items() if fuel != "heat"}
    final = {
        fuel: k * (total(mine, "value", "final", fuel) - total(theirs, "value", "final.", fuel))
        for fuel, k in fuels.items()
    }
    by_mean = sum(k * total(theirs, "value", "final.", fuel) for fuel, k in fuels.items())
    gases = final.pop("other_gas")
    return {
        "furnace gases": gases,
        "other fuels": sum(final.values()),
        "mean factors": by_mean - total(theirs, "amount", "final."),
        "feedstock": -total(theirs, "amount", "non_energy"),
        "thermal power": total(mine, "amount", "power_generation") - plants("thermal_power"),
        "heat": total(mine, "amount", "final", "heat") - plants("heating"),
    }


# --- the page --------------------------------------------------------------------------------------------------------


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _short(entity: str) -> str:
    return str(entities()[entity]["short_en"])


def _signed(value: float) -> str:
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def _years(check: Check) -> str:
    rows = []
    for year in YEARS:
        places = check.of_year(year)
        size = [abs(check.off[place]) for place in places]
        worst = max(places, key=lambda place: abs(check.off[place]))
        rows.append(
            [
                year,
                len(places),
                _signed(check.sum_off(year)),
                _signed(median(check.off[p] for p in places)),
                f"{median(size):.1f}",
                f"{quantiles(size, n=10)[-1]:.1f}",
                f"{_short(worst[0])} {_signed(check.off[worst])}",
            ]
        )
    return _table(("year", "provinces", "sum", "median", "median size", "nine in ten within", "worst"), rows)


def _parts_by_year(check: Check) -> str:
    years = sorted({year for _, year in check.parts})
    rows = []
    for year in years:
        found = check.parts_of(check.of_year(year))
        rows.append([year, _signed(check.sum_off(year)), *(_signed(found[part]) for part in PARTS)])
    return _table(("year", "sum", *PARTS), rows)


def _provinces(check: Check) -> str:
    names = sorted({entity for entity, _ in check.both}, key=lambda e: median(check.of_province(e)))
    rows = []
    for name in names:
        values = check.of_province(name)
        found = check.parts_of(place for place in check.both if place[0] == name)
        rows.append(
            [
                _short(name),
                len(values),
                *map(_signed, (median(values), min(values), max(values))),
                *(_signed(found[part]) for part in PARTS[:-1]),
            ]
        )
    return _table(("province", "years", "median", "lowest", "highest", *PARTS[:-1]), rows)


def _changes(check: Check) -> str:
    rows = []
    for first, last in SPANS:
        gaps = check.change_gaps(first, last)
        far = max(gaps, key=lambda e: abs(gaps[e]))
        rows.append(
            [
                f"{first}-{last}",
                len(gaps),
                f"{median(map(abs, gaps.values())):.1f}",
                f"{_short(far)} {_signed(gaps[far])}",
            ]
        )
    return _table(("years", "provinces", "median size", "worst"), rows)


def _worst(check: Check, number: int = 20) -> str:
    places = sorted(check.off, key=lambda place: -abs(check.off[place]))[:number]
    return _table(("province", "year", "deviation"), [(_short(e), y, _signed(check.off[e, y])) for e, y in places])


def page(check: Check) -> str:
    """The page as Markdown."""
    size = [abs(value) for value in check.off.values()]
    sums = [check.sum_off(year) for year in YEARS]
    recent = check.parts_of(check.both)
    lacking = fill(", ".join(f"{_short(e)} {y}" for e, y in check.missing), 116, subsequent_indent="  ")
    short = f"""\
- {len(check.both)} province-years. Half of them deviate by less than {median(size):.1f} %, nine in ten by less than
  {quantiles(size, n=10)[-1]:.1f} %, the worst by {max(size):.1f} %.
- The sum of the provinces is between {_signed(min(sums))} and {_signed(max(sums))} % off, depending on the year.
- **The good sum owes something to chance.** Over 2014 to 2021 the blast furnace and converter gas that the inventories
  count, and the statistics held here do not have, takes off {-recent["furnace gases"]:.1f} %. Feedstock that is not
  taken off adds {recent["feedstock"]:.1f} %, thermal power by the national coal rate {recent["thermal power"]:.1f} %,
  heat by the default {recent["heat"]:.1f} %. In a single province these do not cancel.
- The step between 2009 and 2010 goes with a change in the statistics: other gas falls to a tenth of what it was when
  the energy balance began to show furnace gases in columns of their own.
- As far as their rule shows, the inventories count the coke of blast furnaces in full and the gas made from it once
  more. That the estimate lacks this gas is a difference between two accounts, not simply a gap in one.
- Power from gas counts here as if made from coal. Beijing is therefore the worst case, and got worse as gas replaced
  coal there.
- Use it for the order of size, and for changes over five years with the gaps shown below; not for ranking provinces
  that lie close together, not for a target that hangs on a few percent, and never by sector.
- There is no estimate, as a needed input is missing, for
  {lacking}."""
    return f"""# How good is the provincial CO2 estimate?

Dafeng estimates the energy CO2 of a province from the general statistics alone (`co2_estimate`): final use of each fuel
by one factor for all sectors (set `ceads-implied-2022`), thermal power as if made from coal at the nation's supply coal
rate of the year, and heat by the default for bought heat. It is marked as an estimate wherever it appears. Here it is
held against the CO2 of fuels in the CEADs provincial inventories (without processes), {YEARS[0]} to {YEARS[-1]},
30 provinces; none covers Tibet. The inventories are an account by researchers, not a measurement: agreement means that
two accounts agree. All figures are deviations of the estimate in percent of the inventory; none of the inventory's own
figures is repeated. The page is written by `tests/published/estimate_page.py` and checked by
`tests/published/test_provincial_estimate.py`.

## In short

{short}

## By year

{_years(check)}

## Where it comes from

For 2014 to 2021 the energy inventories are known too, and the difference can be taken apart; the parts add up to the
deviation of the sum.

{_parts_by_year(check)}

Furnace gases: other gas in the statistics against other gas in the inventory, which holds blast furnace and converter
gas. Other fuels: the same for every other fuel. Mean factors: one factor for all sectors. Feedstock: not taken off
here. Thermal power and heat: national means against the fuel put in. Rest: what the rule of the inventories does not
reproduce.

## By province

Median, lowest and highest over all years; parts over 2014 to 2021.

{_provinces(check)}

## The twenty worst

{_worst(check)}

## Changes over five years

Change of the estimate less change of the inventory, in percentage points of the first year.

{_changes(check)}

## Sources

Inventories: CEADs, Shan et al. (2018, 2020), Guan et al. (2021), Xu et al. (2024), www.ceads.net; read beside the
checkout, not part of Dafeng. Known holes there (Ningxia to 2003, Yunnan 2004) fall on years without an estimate.
Statistics and factors: the catalogue, each row with its source and quality.
"""


def main(shared: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        counted = count(shared, Path(folder) / "ceads")
        with dafeng.init(Path(folder) / "workspace") as workspace:
            workspace.load_statistics()
            PAGE.write_text(page(compare(workspace, counted, shared)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY.parent / "shared" / "data")
