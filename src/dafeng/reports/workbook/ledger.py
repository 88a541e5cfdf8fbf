"""The sheets below the results: ledger lines, coefficients, and their products line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dafeng.reports.wording import sign
from dafeng.reports.workbook.cells import HEAD, Book, Formula, Place, Sheet, close, column_name, quoted

ALL_YEARS = 0
Key = tuple[str, str, str]  # entity, flow, carrier


@dataclass
class Ground:
    """Where inputs, coefficients and products stand, for the formulas of the sheets above.

    Attributes:
        inputs: (entity, flow, carrier) -> year -> cell.
        coefficients: (measure, entity) -> (flow, carrier) -> year -> cell; year 0 stands for every year.
        sums: (measure, entity, year) -> the sum of the products.
        by_value: (entity, year) -> value -> the input cells that hold it.
    """

    inputs: dict[Key, dict[int, Place]] = field(default_factory=dict)
    coefficients: dict[tuple[str, str], dict[tuple[str, str], dict[int, Place]]] = field(default_factory=dict)
    sums: dict[tuple[str, str, int], Formula] = field(default_factory=dict)
    by_value: dict[tuple[str, int], dict[float, list[Place]]] = field(default_factory=dict)

    def stated(self, entity: str, year: int, value: float) -> Place | None:
        """The one input cell that holds exactly this value."""
        found = self.by_value.get((entity, year), {}).get(value, [])
        return found[0] if len(found) == 1 and value else None


def entity_name(data: Mapping[str, Any], identifier: str, lang: str) -> str:
    for entity in data["entities"]:
        if entity["id"] == identifier:
            return str(entity["short"][lang])
    return identifier


def figure_title(data: Mapping[str, Any], name: str, lang: str) -> str:
    entry = data["names"].get(name)
    return str(entry["title"][lang]) if entry else name


def ancestors(data: Mapping[str, Any], identifier: str) -> list[str]:
    """An entity and those above it, nearest first."""
    parents = {entity["id"]: entity["parent"] for entity in data["entities"]}
    chain = [identifier]
    while parents.get(chain[-1]):
        chain.append(parents[chain[-1]])
    return chain


def write_inputs(book: Book, data: Mapping[str, Any], ground: Ground) -> None:
    """Every ledger line with its quality, source and place."""
    sheet = Sheet(book, "inputs", (1, 2))
    sheet.head(0, ("region", "name", "flow", "carrier", "year", "input", "unit", "quality", "source", "place"))
    row = 1
    for line in data["inputs"]:
        region = entity_name(data, line["entity"], book.lang)
        unit = sign(line["unit"], book.lang)
        for year, value, quality, source, place in line["points"]:
            for column, text in enumerate((region, line["name"][book.lang], line["flow"], line["carrier"])):
                sheet.text(row, column, text)
            sheet.year(row, 4, year)
            cell = sheet.number(row, 5, value, decimals=_decimals(value), quality=quality)
            for column, text in ((6, unit), (7, book.word(f"quality.{quality}")), (8, source), (9, place)):
                sheet.text(row, column, text)
            ground.inputs.setdefault((line["entity"], line["flow"], line["carrier"]), {})[year] = cell
            ground.by_value.setdefault((line["entity"], year), {}).setdefault(value, []).append(cell)
            row += 1
    sheet.rule_lines(row - 1, 9)
    sheet.sheet.autofilter(0, 0, max(row - 1, 1), 9)
    sheet.finish({5: 22})


def write_factors(book: Book, data: Mapping[str, Any], ground: Ground) -> None:
    """Every coefficient by year; a coefficient for all years stands in the first column of numbers."""
    sheet = Sheet(book, "factors", (1, 3))
    years = sorted({point[0] for line in data["coefficients"] for point in line["points"]} - {ALL_YEARS})
    sheet.head(0, ("measure", "region", "name", "unit", "formula", "source"))
    sheet.text(0, 6, book.word("report.all"), **HEAD)
    columns = {ALL_YEARS: 6, **{year: 7 + index for index, year in enumerate(years)}}
    for year in years:
        sheet.year(0, columns[year], year, **HEAD)
    for row, line in enumerate(data["coefficients"], start=1):
        texts = (
            figure_title(data, line["measure"], book.lang),
            entity_name(data, line["entity"], book.lang),
            line["name"][book.lang] if "name" in line else f"{line['flow']} / {line['carrier']}",
            sign(line["unit"], book.lang),
            line["formula"],
            line["source"],
        )
        for column, text in enumerate(texts):
            sheet.text(row, column, text)
        cells = {year: sheet.number(row, columns[year], value, num_format="General") for year, value in line["points"]}
        ground.coefficients.setdefault((line["measure"], line["entity"]), {})[(line["flow"], line["carrier"])] = cells
    sheet.finish({4: 30, 5: 24, **dict.fromkeys(columns.values(), 12)})


def _decimals(value: float) -> int:
    return 0 if abs(value) >= 1e4 else 2 if abs(value) >= 1 else 6


def terms(
    data: Mapping[str, Any], ground: Ground, measure: str, entity: str, year: int
) -> Iterator[tuple[Key, Place, Place]]:
    """The inputs of a measure with their coefficients; the nearest entity's coefficient counts."""
    seen: set[tuple[str, str]] = set()
    for owner in ancestors(data, entity):
        for what, cells in ground.coefficients.get((measure, owner), {}).items():
            line = (entity, *what)
            given = ground.inputs.get(line, {}).get(year)
            if what in seen or given is None:
                continue
            earlier = [one for one in cells if one not in (ALL_YEARS, year) and one < year]
            chosen = cells.get(year) or cells.get(ALL_YEARS) or (cells[max(earlier)] if earlier else None)
            if chosen is not None:
                seen.add(what)
                yield line, given, chosen


def write_workings(book: Book, data: Mapping[str, Any], ground: Ground, figures: Sequence[Mapping[str, Any]]) -> None:
    """Input times coefficient, line by line, for every figure that they add up to."""
    sheet = Sheet(book, "accounts", (1, 3))
    sheet.head(0, ("measure", "region", "year", "name", "input", "coefficient", "product", "unit"))
    names = {(line["entity"], line["flow"], line["carrier"]): line["name"][book.lang] for line in data["inputs"]}
    row = 1
    for figure in figures:
        title = figure_title(data, figure["name"], book.lang)
        region = entity_name(data, figure["entity"], book.lang)
        unit = sign(figure["unit"], book.lang)
        for year, value, _quality in figure["points"]:
            parts = list(terms(data, ground, figure["name"], figure["entity"], year))
            if not parts or not close(sum(given.value * chosen.value for _, given, chosen in parts), value):
                continue
            first = row
            for line, given, chosen in parts:
                sheet.text(row, 0, title)
                sheet.text(row, 1, region)
                sheet.year(row, 2, year)
                sheet.text(row, 3, names[line])
                put = [
                    sheet.formula(
                        row, column, Formula(place.seen_from(sheet.title), place.value), place.value, decimals=places
                    )
                    for column, place, places in ((4, given, _decimals(given.value)), (5, chosen, 6))
                ]
                product = put[0].value * put[1].value
                text = "*".join(place.seen_from(sheet.title) for place in put)
                sheet.formula(row, 6, Formula(text, product), product, decimals=_decimals(product))
                sheet.text(row, 7, unit)
                row += 1
            name = column_name(6)
            ground.sums[(figure["name"], figure["entity"], year)] = Formula(
                f"SUM({quoted(sheet.title)}!{name}{first + 1}:{name}{row})", value
            )
    sheet.sheet.autofilter(0, 0, max(row - 1, 1), 7)
    sheet.finish({4: 20, 5: 14, 6: 22})
