"""How close does each principle of sharing come to the official splits of the 12th and 13th five-year plan?

    python benchmarks/backtest_split.py            prints the tables
    python benchmarks/backtest_split.py --write    writes docs/split-backtest.md

Only what was known in the base year is used: base amounts, GDP, people and cumulative amounts up to it, and one growth
rate for all provinces. What is taken from the official split itself (its range, a strength fitted to it) is named so.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import dafeng
from dafeng.accounts import Series
from dafeng.catalog import entities, pick, resource
from dafeng.targets import Part, Principle, Whole, mix, recombined, region_parts, split

PAGE = Path(__file__).resolve().parents[1] / "docs" / "split-backtest.md"
QUANTITY = {"energy_intensity": "energy_total", "carbon_intensity": "co2_estimate"}
TITLE = {"energy_intensity": "Energy intensity", "carbon_intensity": "Carbon intensity"}
SINCE = 2006  # first year of the cumulative amounts: the estimate of CO2 covers all provinces from here
GROWTH = 8.0  # percent a year, one for all: its size does not matter, only that it is the same
PRINCIPLES = ("equal_rate", "capability", "responsibility", "potential", "zero_sum_dea", "entropy_mix")
SPECIAL = ("CN-HI", "CN-XZ", "CN-QH", "CN-XJ")  # set apart by the official splits, lowest in every one of them
STRENGTHS = [round(0.05 * i, 2) for i in range(21)]


@dataclass(frozen=True)
class Case:
    """One official split, with the facts of its provinces."""

    indicator: str
    period: str
    base: int
    due: int
    goal: float
    parts: tuple[Part, ...]
    official: Mapping[str, float]
    left_out: tuple[str, ...]

    @property
    def whole(self) -> Whole:
        return Whole("intensity", self.goal)

    @property
    def answers(self) -> np.ndarray:
        return np.array([self.official[p.id] for p in self.parts])


@dataclass(frozen=True)
class Score:
    """How close a split comes to the official one, in percentage points of the targets.

    Attributes:
        difference, worst: mean and largest absolute difference. usual: the mean without the provinces set apart.
        rank: Spearman's rank correlation; None where all targets are equal.
        low, high: range of the targets.
    """

    name: str
    difference: float
    usual: float
    worst: float
    worst_part: str
    rank: float | None
    low: float
    high: float


def cases(series: Series) -> list[Case]:
    """The four official splits that the catalogue holds."""
    found = []
    for goal in resource("assessment", "period_goals").rows:
        if goal["indicator"] not in QUANTITY or goal["period"] not in ("12FYP", "13FYP"):
            continue
        rows = [
            r
            for r in resource("statistics", "provincial_targets").rows
            if (r["indicator"], r["period"]) == (goal["indicator"], goal["period"])
        ]
        quantity, years = QUANTITY[goal["indicator"]], range(SINCE, goal["base_year"] + 1)
        known = [r["region"] for r in rows if all(y in series.get((r["region"], quantity), {}) for y in years)]
        known.sort(key=list(entities()).index)
        parts = region_parts(series, known, goal["base_year"], goal["due_year"], quantity, growth=GROWTH, since=SINCE)
        official = {r["region"]: r["value"] for r in rows}
        found.append(
            Case(
                goal["indicator"],
                goal["period"],
                goal["base_year"],
                goal["due_year"],
                goal["value"],
                tuple(parts),
                official,
                tuple(sorted(set(official) - set(known))),
            )
        )
    return found


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties at their mean."""
    return np.array([(values < v).sum() + ((values == v).sum() + 1) / 2 for v in values])


def score(case: Case, name: str, values: np.ndarray) -> Score:
    apart = np.abs(values - case.answers)
    usual = np.array([p.id not in SPECIAL for p in case.parts])
    flat = np.ptp(np.round(values, 9)) == 0
    rank = None if flat else float(np.corrcoef(ranks(np.round(values, 9)), ranks(case.answers))[0, 1])
    worst = int(apart.argmax())
    return Score(
        name,
        float(apart.mean()),
        float(apart[usual].mean()),
        float(apart[worst]),
        case.parts[worst].id,
        rank,
        float(values.max()),
        float(values.min()),
    )


def made(case: Case, principle: str | Principle, strength: float = 1.0, bounded: bool = False) -> np.ndarray:
    parts: Sequence[Part] = case.parts
    if bounded:
        low, high = min(case.answers), max(case.answers)
        parts = [replace(p, floor=float(low), cap=float(high)) for p in parts]
    return np.array([t.value for t in split(parts, case.whole, principle, strength).targets])


def fitted(case: Case, principle: str) -> float:
    """The strength with the least mean difference from the official split of this case."""
    return min(STRENGTHS, key=lambda s: (round(score(case, "", made(case, principle, s)).difference, 9), s))


def fitted_mix(case: Case) -> tuple[dict[str, float], float]:
    """Weights of three principles, in fifths, and the strength, with the least difference from the official split."""
    best: tuple[float, dict[str, float], float] | None = None
    for a in range(6):
        for b in range(6 - a):
            weights = {"capability": a / 5, "responsibility": b / 5, "potential": (5 - a - b) / 5}
            for strength in STRENGTHS[::2]:
                found = score(case, "", made(case, mix(weights), strength)).difference
                if best is None or found < best[0] - 1e-9:
                    best = (found, weights, strength)
    assert best is not None
    return best[1], best[2]


def last_time(case: Case, before: Case) -> np.ndarray:
    """The official split of the period before as a precedent."""
    parts = [replace(p, attributes={**p.attributes, "previous": -before.official[p.id]}) for p in case.parts]
    return np.array([t.value for t in split(parts, case.whole, "precedent").targets])


Key = tuple[str, str]
Try = tuple[str, str, Score | None, Score]


@dataclass(frozen=True)
class Found:
    """Everything that the page shows, by (indicator, period); `outside` by indicator."""

    cases: Mapping[Key, Case]
    plain: Mapping[Key, Sequence[Score]]
    bounded: Mapping[Key, Sequence[Score]]
    outside: Mapping[str, Sequence[Try]]
    sums: Mapping[Key, tuple[float, float, float]]


def tables(series: Series) -> Found:
    """The back-test."""
    known = {(c.indicator, c.period): c for c in cases(series)}
    return Found(
        known,
        {key: [score(case, p, made(case, p)) for p in PRINCIPLES] for key, case in known.items()},
        {key: [score(case, p, made(case, p, bounded=True)) for p in PRINCIPLES] for key, case in known.items()},
        {indicator: _tried(known[indicator, "12FYP"], known[indicator, "13FYP"]) for indicator in QUANTITY},
        {key: _official_sums(series, case) for key, case in known.items()},
    )


def _tried(first: Case, second: Case) -> list[Try]:
    rows: list[Try] = []
    for principle in PRINCIPLES[1:]:
        strength = fitted(first, principle)
        rows.append(
            (
                principle,
                f"{strength:g}",
                score(first, principle, made(first, principle, strength)),
                score(second, principle, made(second, principle, strength)),
            )
        )
    weights, strength = fitted_mix(first)
    shown = "mix: " + ", ".join(f"{w:.0%} {n}" for n, w in weights.items() if w)
    rows.append(
        (
            shown,
            f"{strength:g}",
            score(first, shown, made(first, mix(weights), strength)),
            score(second, shown, made(second, mix(weights), strength)),
        )
    )
    rows.append(
        (
            "equal_rate",
            "",
            score(first, "equal_rate", made(first, "equal_rate")),
            score(second, "equal_rate", made(second, "equal_rate")),
        )
    )
    rows.append(("precedent: the split of 2010-2015", "", None, score(second, "precedent", last_time(second, first))))
    return rows


def _official_sums(series: Series, case: Case) -> tuple[float, float, float]:
    """What the official targets add up to: plain mean; by the account, with equal growth and with that which came."""
    targets = case.answers.tolist()
    came = [replace(p, activity_due=series[p.id, "gdp_constant"][case.due].value) for p in case.parts]
    return float(np.mean(targets)), recombined(case.parts, case.whole, targets), recombined(came, case.whole, targets)


HEAD = """\
# How close do the principles come to the official splits?

Dafeng splits a national target to provinces by a principle. Before such a split is offered for the coming plan
period, it is held against the splits that the State Council made for 2010-2015 and 2015-2020. The page is written
by `python benchmarks/backtest_split.py --write` and checked by `tests/published/test_split_backtest.py`.

What is used is what was known in the base year: base amounts, GDP, people, cumulative amounts since 2006, and one
growth rate for all provinces. The official targets of energy intensity for 2010-2015 were read in a secondary
source, the other three splits are recalled and not yet read at a source; the CO2 of provinces is our estimate.
Tibet has no energy statistics and is left out, and so is a province whose estimate lacks a year.

All differences are percentage points of the target. *Usual* leaves out Hainan, Tibet, Qinghai and Xinjiang, which
every official split sets apart. *Rank* is Spearman's correlation over the provinces. The targets are negative: a
range of -10 to -18 means cuts of 10 to 18 percent.

## In short
"""
FOLLOWS = """\
What follows: no principle reproduces an official split. The official splits are nearly equal rates: steps of a
point or two by level of development, and four provinces set apart for reasons that none of these figures holds.
Their order goes with GDP per head, hardly with cumulative amounts, and against intensity: the provinces with the
most to gain by our measure of potential were asked for less, not more. Zero-sum DEA in full is no proposal that
could be made: it would have the most intensive provinces cut two thirds. So a split that is meant to be close to
practice takes capability at a low strength, or starts from the last split (`precedent`); everything else is a
different idea of fairness, and should be argued as such. Two plan periods are few, and the second was plainly made
from the first.
"""
BOUNDED = """\
## The same within the range of the official split

Floor and cap of every province are the lowest and highest official target. That range was not known before: this
shows the order that a principle gives, not that it finds the range.
"""
FITTED = """\
## Damped by a strength fitted to 2010-2015, tried on 2015-2020

Target of a province = mean effort x (1 + strength x (its principle's ratio - 1)). The strength, and of the mix the
weights, are those with the least mean difference for 2010-2015; 2015-2020 is out of sample. A strength of 0 says
that the principle makes it worse than an equal rate, however little of it is taken.
"""
SUMS = """\
## What the official targets add up to

The account weighs each province by its emissions or energy and by its growth. The official splits ask for a little
more than the nation needs: a margin. The provinces are those of the tables above.

| split | national target | plain mean | by the account, equal growth | by the account, growth that came |
| --- | --- | --- | --- | --- |"""


def page(found: Found) -> str:
    """The page in Markdown."""
    out = [HEAD, _short(found), FOLLOWS, "## Each principle in full, without bounds\n"]
    out += [_table(found.cases[key], rows) for key, rows in found.plain.items()]
    out.append(BOUNDED)
    out += [_table(found.cases[key], rows) for key, rows in found.bounded.items()]
    out.append(FITTED)
    for indicator, tries in found.outside.items():
        out.append(
            f"### {TITLE[indicator]}\n\n"
            "| principle | strength | 2010-2015 (fitted) | 2015-2020 (tried) | rank 2015-2020 |\n"
            "| --- | --- | --- | --- | --- |"
        )
        for name, strength, first, second in tries:
            out.append(
                f"| {name} | {strength or '-'} | {'-' if first is None else f'{first.difference:.2f}'} | "
                f"{second.difference:.2f} | {_rank(second.rank)} |"
            )
        out.append("")
    out.append(SUMS)
    for key, (mean, equal, came) in found.sums.items():
        case = found.cases[key]
        name = f"{TITLE[key[0]]} {case.base}-{case.due}"
        out.append(f"| {name} | {case.goal:g} | {mean:.2f} | {equal:.2f} | {came:.2f} |")
    return "\n".join(out).rstrip() + "\n"


def _short(found: Found) -> str:
    lines = []
    for key, rows in found.plain.items():
        case, best = found.cases[key], min(rows, key=lambda s: s.difference)
        order = max((s for s in rows if s.rank is not None), key=lambda s: s.rank or -1)
        lines.append(
            f"- {TITLE[key[0]]} {case.base}-{case.due}: closest in full is `{best.name}` "
            f"({best.difference:.2f} points on average);\n"
            f"  closest in order is `{order.name}` (rank correlation {_rank(order.rank)})."
        )
    for indicator, tries in found.outside.items():
        tried = min((t for t in tries if t[2] is not None), key=lambda t: t[3].difference)
        lines.append(
            f"- {TITLE[indicator]} 2015-2020, with what was learnt from 2010-2015: `{tried[0]}` at "
            f"{tried[3].difference:.2f} points;\n  the last split as `precedent` at "
            f"{tries[-1][3].difference:.2f}."
        )
    return "\n".join(lines) + "\n"


def _rank(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"


def _table(case: Case, rows: Sequence[Score]) -> str:
    low, high = max(case.answers), min(case.answers)
    names = {e: pick(entities()[e], "short", "en") for e in (*(p.id for p in case.parts), *case.left_out)}
    lines = [
        f"### {TITLE[case.indicator]}, {case.base}-{case.due}: nation {case.goal:g} percent, "
        f"official range {low:g} to {high:g}\n",
        f"{len(case.parts)} provinces; left out: {', '.join(names[e] for e in case.left_out) or 'none'}.\n",
        "| principle | mean difference | usual | worst | rank | range |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {s.name} | {s.difference:.2f} | {s.usual:.2f} | {s.worst:.1f} ({names[s.worst_part]}) | "
        f"{_rank(s.rank)} | {s.low:.1f} to {s.high:.1f} |"
        for s in rows
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write docs/split-backtest.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, dafeng.init(Path(folder) / "ws") as workspace:
        workspace.load_statistics()
        text = page(tables(workspace.series))
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
