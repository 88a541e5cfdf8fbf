"""What a plan is worth, for the terminal: does it hold, what does it miss, how far from the cheapest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from dafeng.catalog import language, word


def show_verdict(console: Console, data: Mapping[str, Any]) -> None:
    """Print it.

    Args:
        data: of a plan of power or of all sectors.
    """
    from dafeng.reports.wording import rounded_up  # loaded only where something was planned

    verdict, tag = data["verdict"], language()
    look = "bold green" if verdict["holds"] else "bold red"
    console.print(verdict["state"][tag], style=look, markup=False, soft_wrap=True)
    for reason in verdict["reasons"]:
        console.print(f"  {reason[tag]}", style="red", markup=False, soft_wrap=True)
    for said in (*verdict["within"], *verdict["added"]):
        console.print(f"  {said[tag]}", markup=False, soft_wrap=True)
    facts = {"cost": f"{verdict['cost']:,.1f}", "year": verdict["money_year"], "base": verdict["worth_year"]}
    console.print(word("plan.cli.cost", **facts), markup=False, soft_wrap=True)
    console.print(word("plan.estimates"), markup=False, soft_wrap=True)
    if verdict["gap"] is not None:
        gap = word(f"plan.gap.{verdict['foresight']}", gap=f"{rounded_up(verdict['gap']):.1e}")
        console.print(gap, markup=False, soft_wrap=True)
    for said in verdict["drawn"]:
        console.print(said[tag], markup=False, soft_wrap=True)
