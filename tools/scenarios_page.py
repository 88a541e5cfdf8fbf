"""Writes the last table of docs/scenarios.md, how each target is treated, from the catalogue: run it after a change.

tests/pathway/test_scenarios_page.py says whether the committed page is up to date.
"""

from __future__ import annotations

from pathlib import Path

from dafeng.catalog import use, word
from dafeng.pathway.scenario_targets import Treatment, treatments

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scenarios.md"
MARK = "## How each target is treated\n"
HEAD = """
Written by `tools/scenarios_page.py` from `scenarios/target_treatment.csv`, where the reasons also stand in Chinese and
Japanese.

| target | | treatment | limit | counted | unit | how it is read, or why it is no limit |
|---|---|---|---|---|---|---|
"""


def page(before: str) -> str:
    """The page with its table as it should be."""
    with use("en"):
        rows = "".join(_row(one) for one in treatments().values())
    return before.partition(MARK)[0] + MARK + HEAD + rows


def _row(one: Treatment) -> str:
    counted = ", ".join(f"`{text}`" for text in one.counts)
    over = f" / {', '.join(f'`{text}`' for text in one.over)}" if one.over else ""
    read = word(f"scenario.reading.{one.reading}") if one.limits else ""
    text = ". ".join(part[0].upper() + part[1:].rstrip(".") for part in (read, one.reason["en"]) if part)
    price = f", {one.price:g} CNY/{one.price_unit}" if one.price is not None else ""
    cells = (
        one.target.id,
        one.target.name["en"],
        word(f"scenario.treatment.{one.how}") + price,
        one.kind,
        counted + over,
        one.unit,
        text,
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
