"""`dafeng plan ensemble`: plans over what nobody knows."""

# ruff: noqa: ARG001 (`lang` is read by `main` before the commands are made)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from dafeng.catalog import language, symbol, word
from dafeng.catalog.words import all_words
from dafeng.cli import stopping
from dafeng.cli.options import DEFAULT, Folder, Form, Lang, option
from dafeng.cli.periods import read_periods
from dafeng.cli.show import Format, emit, messages
from dafeng.cli.watch import watching

if TYPE_CHECKING:
    from dafeng.ensembles import KeptEnsemble
    from dafeng.pathway.sectors.ensemble import Ensemble

QUANTILES = ("p05", "p25", "p50", "p75", "p95")
COLUMNS = ("what", "item", "year", "share", *QUANTILES, "rank", "unit")
BY_YEAR = {"co2": "Mt_CO2", "co2_energy": "Mt_CO2", "cost": "1e9CNY"}
ROBUST = 0.9
SHOWN = 20  # lines of a kind in the table for people
PERIODS, DAYS_OF_A_RUN = "2025,2030,2035", 8

Scenarios = Annotated[str, option("--scenario", "-s", text="ensemble.cli.scenario")]
Regions = Annotated[str, option("--regions", "-r", text="plan.cli.regions")]
Periods = Annotated[str, option("--periods", text="ensemble.cli.periods")]
Days = Annotated[int, option("--days", text="ensemble.cli.days")]


def ensemble(
    *,
    scenario: Scenarios,
    runs: Annotated[int, option("--runs", "-n", text="ensemble.cli.runs")] = 100,
    seed: Annotated[int, option("--seed", text="ensemble.cli.seed")] = 1,
    regions: Regions = "grids",
    periods: Periods = PERIODS,
    days: Days = DAYS_OF_A_RUN,
    hours: Annotated[int, option("--hours", text="ensemble.cli.hours", min=1, max=3)] = 2,
    workers: Annotated[int, option("--workers", text="ensemble.cli.workers", min=1)] = 2,
    uncertain: Annotated[Path | None, option("--uncertain", "-u", text="ensemble.cli.uncertain")] = None,
    name: Annotated[str, option("--name", text="ensemble.cli.name")] = "",
    workspace: Folder = DEFAULT,
    form: Form = Format.table,
    lang: Lang = None,
) -> None:
    from dafeng.ensembles import read_ranges, run_ensemble  # the engine is loaded only where something is planned
    from dafeng.pathway.power.case import Case
    from dafeng.pathway.scenario import read

    wanted = read(scenario)
    case = Case(regions=regions, periods=read_periods(periods), days=days)
    ranges = None if uncertain is None else read_ranges(uncertain)
    with watching() as bar:

        def tell(stage: str, share: float) -> None:
            stopping.check()
            bar(stage, share)

        kept = run_ensemble(
            workspace, wanted, runs, case, ranges=ranges, seed=seed, hours=hours, name=name, workers=workers, tell=tell
        )
    _show(kept, form, regions)


def _show(kept: KeptEnsemble, form: Format, regions: str) -> None:
    from dafeng.pathway.power.exchange import complete
    from dafeng.pathway.power.regions import grouping

    made = kept.ensemble
    states = made.states
    rows = summary_rows(made, whole=complete(grouping(regions)))
    extra = {
        "scenario": made.name,
        "count": made.count,
        "seed": made.seed,
        "states": states,
        "found": kept.found,
        "years": list(made.years),
        "ranges": [{"kind": r.kind, "name": r.name, "low": r.low, "high": r.high} for r in made.ranges],
        "folder": str(kept.folder),
        "runs": str(kept.runs),
    }
    shown = list(_for_people(rows)) if form is Format.table else rows
    headings = {key: word(f"ensemble.column.{key}") for key in COLUMNS}
    if form is Format.table:
        headings = {"what_text": headings["what"], "item_text": headings["item"]} | {
            key: text for key, text in headings.items() if key not in ("what", "item")
        }
    failed = made.count - states["done"]
    title = word("ensemble.cli.title", scenario=made.name, done=states["done"], count=made.count, failed=failed)
    emit(form, "dafeng.ensemble-summary/1", headings, shown, title, extra=extra, wide=("p25", "p75"))
    console = messages()
    if kept.found:
        console.print(word("ensemble.cli.found", found=kept.found), markup=False)
    if not made.solved:
        console.print(word("ensemble.cli.none", folder=kept.folder / "runs"), style="red", markup=False, soft_wrap=True)
    console.print(word("ensemble.cli.folder", folder=kept.folder), markup=False, soft_wrap=True)


def summary_rows(made: Ensemble, whole: bool = False) -> list[dict[str, Any]]:
    """Peak periods, quantiles by year, what is built in nearly all runs or in some, what moves the peak level.

    Args:
        whole: the runs are of the whole nation, so that the statistics go before them.
    """
    empty = dict.fromkeys(("year", "share", *QUANTILES, "rank", "unit"))
    rows: list[dict[str, Any]] = []

    def add(what: str, item: str, item_text: str, **values: Any) -> None:
        rows.append({"what": what, "what_text": _what(what), "item": item, "item_text": item_text, **empty, **values})

    if whole:
        from dafeng.reports.economy.summary import history

        past = {int(year): value for year, value in history()["co2_energy"]}
        for year, share in made.peak_years(past).items():
            add("peak_year_energy", "", "", year=year, share=100 * share)
    for year, share in made.peak_years().items():
        add("peak_year", "", "", year=year, share=100 * share)
    for quantity, unit in BY_YEAR.items():
        table = made.quantiles(quantity)
        for y, year in enumerate(made.years):
            add(quantity, "", "", year=year, unit=unit, **_quantiles(table[:, y]))
    robust = made.robust(ROBUST)
    for spread in sorted(made.spreads(), key=lambda one: (one.name not in robust, _order(one.name), -one.quantiles[2])):
        what = "robust" if spread.name in robust else "built"
        values = {"share": 100 * spread.share, "unit": unit_of(spread.name), **_quantiles(spread.quantiles)}
        add(what, spread.name, called(spread.name), **values)
    for key, rank in made.influence().items():
        add("influence", key, _range_text(key), rank=rank)
    return rows


def _order(name: str) -> tuple[bool, str]:
    """Power first, then by service."""
    from dafeng.pathway.scenario_names import options

    return name in options(), options()[name].service if name in options() else ""


def _what(what: str) -> str:
    return word(f"ensemble.what.{what}")


def _quantiles(values: Any) -> dict[str, float]:
    return {key: float(value) for key, value in zip(QUANTILES, values, strict=True)}


def _for_people(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Without what only some runs build, and the weightiest of each kind only."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["what"]] = counts.get(row["what"], 0) + 1
        if row["what"] != "built" and counts[row["what"]] <= SHOWN:
            year = "" if row["year"] is None else str(row["year"])
            yield {**row, "year": year, "unit": symbol(row["unit"]) if row["unit"] else ""}


def _range_text(key: str) -> str:
    from dafeng.catalog import economy

    kind, _, name = key.partition(":")
    if kind == "driver":
        text = economy.driver_names()[name][language()]
    elif kind == "fuel":
        text = economy.fuels()[name].names[language()]
    else:
        text = called(name) if name else ""
    return word(f"ensemble.kind.{kind}", name=text)


def called(name: str) -> str:
    """What an option or technology, also one that the model adds to the catalogue, is called in the language in use."""
    from dafeng.pathway.scenario_lines import named

    keys = [key for key in (f"plan.tech.{name}", f"ensemble.tech.{name}") if key in all_words()]
    return word(keys[0]) if keys else named(name)


def unit_of(name: str) -> str:
    """The unit in which capacity of an option or technology is counted."""
    from dafeng.catalog import sectors
    from dafeng.pathway.power.technologies import capacity_unit
    from dafeng.pathway.scenario_names import options

    if name in options():
        return sectors.services()[options()[name].service].unit
    return capacity_unit(name)


__all__ = ["called", "ensemble", "summary_rows", "unit_of"]
