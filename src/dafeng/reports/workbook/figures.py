"""The sheets of results: the nation, and the provinces measure by measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dafeng.catalog import resource
from dafeng.reports.wording import definition, sign
from dafeng.reports.workbook.cells import BLOCK, HEAD, HUGE, Book, Formula, Place, Sheet, factor_text
from dafeng.reports.workbook.ledger import ALL_YEARS, Ground, entity_name, figure_title, terms

Figure = Mapping[str, Any]
BASE_YEARS = (2005, 2020)
ENTERED = ("statistic", "announced")
CHANGES = ("co2_topdown", "energy_total", "carbon_intensity", "energy_intensity")


@dataclass
class Placed:
    """Where every figure stands: series -> year -> cell. Two series may bear one id; their vintage tells them apart."""

    cells: dict[tuple[Any, ...], dict[int, Place]] = field(default_factory=dict)

    def of(self, figure: Figure) -> dict[int, Place]:
        return self.cells.setdefault(
            tuple(figure.get(part) for part in ("id", "scope", "vintage", "factor_set", "base_year")), {}
        )


def relations() -> dict[tuple[str, str], tuple[str, str]]:
    """(figure name, scope) -> the two figures it is made of; scope "" where the catalogue states one for all scopes."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for row in resource("measures", "figures").rows:
        if row["numerator"] and row["denominator"]:
            found[(row["id"], row["scope"])] = (row["numerator"], row["denominator"])
            found.setdefault((row["id"], ""), (row["numerator"], row["denominator"]))
    return found


def by_name(figures: Sequence[Figure]) -> dict[tuple[str, str], list[Figure]]:
    """(entity, name) -> its series."""
    table: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        if figure["points"]:
            table.setdefault((figure["entity"], figure["name"]), []).append(figure)
    return table


def in_order(figures: Sequence[Figure]) -> list[Figure]:
    """Parts before what is made of them, so that a formula finds its cells written."""
    made = {name: parts for (name, _), parts in relations().items()}

    def depth(name: str, path: tuple[str, ...] = ()) -> int:
        if name not in made or name in path:
            return 0
        return 1 + max(depth(part, (*path, name)) for part in made[name])

    return sorted((figure for figure in figures if figure["points"]), key=lambda figure: depth(figure["name"]))


class Writer:
    """Writes series of figures as rows of formulas."""

    def __init__(self, book: Book, data: Mapping[str, Any], ground: Ground, placed: Placed) -> None:
        self.book, self.data, self.ground, self.placed = book, data, ground, placed
        self.relations = relations()
        self.series = by_name(data["figures"])

    def row(self, sheet: Sheet, row: int, columns: Mapping[int, int], figure: Figure) -> None:
        """Write the years of a figure, each as the first formula that comes to its value."""
        for year, value, quality in figure["points"]:
            shown = value * figure["scale"]
            place = sheet.result(
                row,
                columns[year],
                shown,
                self.candidates(sheet, figure, year, value),
                decimals=figure["decimals"],
                quality=quality,
                entered=figure["kind"] in ENTERED,
            )
            self.placed.of(figure)[year] = place

    def candidates(self, sheet: Sheet, figure: Figure, year: int, value: float) -> Iterator[Formula]:
        """The formulas a value may come from: products of the ledger, a ledger line, or other figures."""
        scale = figure["scale"]
        times = "" if scale == 1 else f"*{factor_text(scale)}"
        total = self.ground.sums.get((figure["name"], figure["entity"], year))
        if total:
            yield Formula(total.text + times, total.value * scale)
        parts = self.relations.get((figure["name"], figure["scope"])) or self.relations.get((figure["name"], ""))
        if parts:
            yield from self._made_of(sheet, figure, year, parts)
        if figure["name"] == "gdp_constant":
            yield from self._chained(sheet, figure, year)
        stated = self.ground.stated(figure["entity"], year, value)
        if stated:
            yield Formula(stated.seen_from(sheet.title) + times, stated.value * scale)

    def _parts(self, figure: Figure, name: str, year: int) -> Iterator[tuple[Figure, Place]]:
        for part in self.series.get((figure["entity"], name), []):
            place = self.placed.of(part).get(year)
            if place:
                yield part, place

    def _made_of(self, sheet: Sheet, figure: Figure, year: int, parts: tuple[str, str]) -> Iterator[Formula]:
        for upper, top in self._parts(figure, parts[0], year):
            for lower, bottom in self._parts(figure, parts[1], year):
                first, second = top.seen_from(sheet.title), bottom.seen_from(sheet.title)
                if upper["scale"] == lower["scale"] == figure["scale"]:
                    yield Formula(f"{first}+{second}", top.value + bottom.value)
                    yield Formula(f"{first}-{second}", top.value - bottom.value)
                if bottom.value:
                    for power in (1.0, 100.0, 1e4):
                        factor = float(f"{lower['scale'] / upper['scale'] * figure['scale'] * power:.12g}")
                        text = f"{first}/{second}" + ("" if factor == 1 else f"*{factor_text(factor)}")
                        yield Formula(text, top.value / bottom.value * factor)

    def _chained(self, sheet: Sheet, figure: Figure, year: int) -> Iterator[Formula]:
        """GDP at constant prices: the base year at current prices, the others chained by real growth."""
        for part, place in self._parts(figure, "gdp_current", year):
            if part["scale"] == figure["scale"]:
                yield Formula(place.seen_from(sheet.title), place.value)
        own = self.placed.of(figure)
        for step, form in ((-1, "{near}*(1+{growth}/100)"), (1, "{near}/(1+{growth}/100)")):
            near = own.get(year + step)
            for _, growth in self._parts(figure, "gdp_growth", max(year, year + step)):
                if near:
                    rate = 1 + growth.value / 100
                    text = form.format(near=near.seen_from(sheet.title), growth=growth.seen_from(sheet.title))
                    yield Formula(text, near.value * rate if step < 0 else near.value / rate)

    def chained_row(self, sheet: Sheet, row: int, columns: Mapping[int, int], figure: Figure) -> None:
        """Like `row`, outwards from the base year, so that each year finds its neighbour."""
        points = sorted(figure["points"], key=lambda point: (abs(point[0] - 2020), point[0]))
        self.row(sheet, row, columns, {**figure, "points": points})


def _years(figures: Sequence[Figure]) -> list[int]:
    years = {point[0] for figure in figures for point in figure["points"]}
    return list(range(min(years), max(years) + 1)) if years else []


def write_nation(book: Book, data: Mapping[str, Any], ground: Ground, placed: Placed) -> None:
    """The nation year by year: inputs, coefficients, accounts, statistics, indicators, changes."""
    nation = next((entity["id"] for entity in data["entities"] if entity["kind"] == "nation"), "CN")
    figures = in_order([figure for figure in data["figures"] if figure["entity"] == nation])
    sheet = Sheet(book, "nation", (1, 3))
    years = _years([*figures, *[line for line in data["inputs"] if line["entity"] == nation]])
    columns = {year: 3 + index for index, year in enumerate(years)}
    sheet.head(0, ("figure", "definition", "unit"))
    for year in years:
        sheet.year(0, columns[year], year, **HEAD)
    row = _nation_ground(data, ground, sheet, nation, columns)
    writer = Writer(book, data, ground, placed)
    for block, kinds in (("accounts", ("measure",)), ("statistics", ENTERED), ("indicators", ("indicator",))):
        chosen = [figure for figure in figures if figure["kind"] in kinds]
        row = _block(sheet, row, f"report.xl.block.{block}")
        for figure in chosen:
            sheet.text(row, 0, figure_title(data, figure["name"], book.lang))
            sheet.text(row, 1, definition(data, figure, book.lang))
            sheet.text(row, 2, sign(figure["show_unit"], book.lang))
            (writer.chained_row if figure["name"] == "gdp_constant" else writer.row)(sheet, row, columns, figure)
            row += 1
    _changes(data, sheet, _block(sheet, row, "report.xl.block.change"), columns, figures, placed=placed)
    sheet.finish({1: 44, **dict.fromkeys(columns.values(), 13)})


def _block(sheet: Sheet, row: int, key: str) -> int:
    sheet.sheet.write_string(row + 1, 0, sheet.book.word(key), sheet.book.format(**BLOCK))
    return row + 2


def _nation_ground(
    data: Mapping[str, Any], ground: Ground, sheet: Sheet, nation: str, columns: Mapping[int, int]
) -> int:
    """Inputs and coefficients of the nation, linked to their own sheets; then its sums over them."""
    book = sheet.book
    row = _block(sheet, 0, "report.xl.block.inputs")
    here: dict[tuple[str, str, str], dict[int, Place]] = {}
    for line in data["inputs"]:
        if line["entity"] != nation:
            continue
        key = (nation, line["flow"], line["carrier"])
        sheet.text(row, 0, line["name"][book.lang])
        sheet.text(row, 2, sign(line["unit"], book.lang))
        for year, _, quality, *_rest in line["points"]:
            source = ground.inputs[key][year]
            here.setdefault(key, {})[year] = sheet.formula(
                row,
                columns[year],
                Formula(source.seen_from(sheet.title), source.value),
                source.value,
                decimals=HUGE if abs(source.value) >= 1e12 else 0 if abs(source.value) >= 1000 else 2,
                quality=quality,
            )
        row += 1
    row = _block(sheet, row, "report.xl.block.coefficients")
    linked: dict[Place, dict[int, Place]] = {}
    for line in data["coefficients"]:
        cells = ground.coefficients[(line["measure"], line["entity"])][(line["flow"], line["carrier"])]
        given = here.get((nation, line["flow"], line["carrier"]), {})
        if line["entity"] != nation or not given:
            continue
        sheet.text(
            row,
            0,
            f"{figure_title(data, line['measure'], book.lang)}: {line.get('name', {}).get(book.lang, line['carrier'])}",
        )
        sheet.text(row, 2, sign(line["unit"], book.lang))
        for year in given:
            stated = cells.get(year) or cells.get(ALL_YEARS)
            if stated:
                linked.setdefault(stated, {})[year] = sheet.formula(
                    row, columns[year], Formula(stated.seen_from(sheet.title), stated.value), stated.value, decimals=4
                )
        row += 1
    # The sums are written out on this sheet: input x coefficient + input x coefficient ...
    for figure in data["figures"]:
        if figure["entity"] != nation:
            continue
        for year, value, _quality in figure["points"]:
            parts = [
                (here[line][year], linked.get(chosen, {}).get(year))
                for line, _, chosen in terms(data, ground, figure["name"], nation, year)
            ]
            if parts and all(second for _, second in parts) and (figure["name"], nation, year) in ground.sums:
                text = "+".join(f"{a.seen_from(sheet.title)}*{b.seen_from(sheet.title)}" for a, b in parts if b)
                ground.sums[(figure["name"], nation, year)] = Formula(f"({text})", value)
    return row


def _changes(
    data: Mapping[str, Any],
    sheet: Sheet,
    row: int,
    columns: Mapping[int, int],
    figures: Sequence[Figure],
    *,
    placed: Placed,
) -> None:
    book = sheet.book
    for figure in figures:
        cells = placed.of(figure)
        for base in BASE_YEARS:
            if figure["name"] not in CHANGES or base not in cells:
                continue
            sheet.text(
                row, 0, f"{figure_title(data, figure['name'], book.lang)} ({book.word('report.base', year=base)})"
            )
            sheet.text(row, 1, definition(data, figure, book.lang))
            sheet.text(row, 2, "%")
            start = cells[base]
            for year, place in cells.items():
                change = (place.value / start.value - 1) * 100
                formula = Formula(f"({place.seen_from(sheet.title)}/{start.seen_from(sheet.title)}-1)*100", change)
                sheet.formula(row, columns[year], formula, change, decimals=2)
            row += 1


def write_provinces(book: Book, data: Mapping[str, Any], ground: Ground, placed: Placed) -> None:
    """A block for each figure: provinces down, years across."""
    provinces = [entity["id"] for entity in data["entities"] if entity["kind"] == "province"]
    figures = [figure for figure in in_order(data["figures"]) if figure["entity"] in set(provinces)]
    sheet = Sheet(book, "provinces", (1, 3))
    columns = {year: 3 + index for index, year in enumerate(_years(figures))}
    sheet.head(0, ("region", "definition", "unit"))
    for year, column in columns.items():
        sheet.year(0, column, year, **HEAD)
    writer = Writer(book, data, ground, placed)
    row = 1
    for name in dict.fromkeys(figure["name"] for figure in figures):
        sheet.sheet.write_string(row + 1, 0, figure_title(data, name, book.lang), book.format(**BLOCK))
        row += 2
        for figure in sorted((f for f in figures if f["name"] == name), key=lambda f: provinces.index(f["entity"])):
            sheet.text(row, 0, entity_name(data, figure["entity"], book.lang))
            sheet.text(row, 1, definition(data, figure, book.lang))
            sheet.text(row, 2, sign(figure["show_unit"], book.lang))
            (writer.chained_row if name == "gdp_constant" else writer.row)(sheet, row, columns, figure)
            row += 1
    sheet.finish({1: 36, **dict.fromkeys(columns.values(), 11)})
