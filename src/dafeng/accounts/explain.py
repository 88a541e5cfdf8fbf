"""Why a figure is what it is: formula with the numbers put in -> factors -> ledger lines -> file and cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dafeng.accounts.evaluate import Account
from dafeng.accounts.figure import Figure
from dafeng.accounts.linear_map import Coefficient, Term
from dafeng.catalog import carriers, entities, flows, pick, resource, word

SHOWN = 40  # ledger lines written out; the rest are counted and summed


@dataclass(frozen=True)
class Step:
    """One line of an explanation, indented by depth."""

    depth: int
    kind: str
    text: str


class Lines:
    """Ledger lines, found by id or by what they state."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.by_id: dict[str, Mapping[str, Any]] = {}
        self.by_statement: dict[tuple[str, int, str], list[Mapping[str, Any]]] = defaultdict(list)
        for row in rows:
            self.by_id[row["id"]] = row
            for name in (row["flow"], f"{row['flow']}.{row['carrier']}"):
                self.by_statement[row["entity"], row["end"].year - 1, name].append(row)


def datasets_of(figure: Figure) -> set[str]:
    """The datasets that a figure and all below it were counted from."""
    return {figure.dataset}.union(*(datasets_of(part) for part in figure.inputs))


def explain(figure: Figure, accounts: Mapping[str, Account], lines: Mapping[str, Lines], lang: str) -> list[Step]:
    """The chain below a figure.

    Args:
        accounts: dataset -> its account.
        lines: dataset -> the ledger lines that may be named.
        lang: zh, ja or en.
    """
    return list(_figure(figure, accounts, lines, lang, 0))


def number(value: float) -> str:
    """A number for people: exact where short, else six significant digits."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _figure(
    figure: Figure, accounts: Mapping[str, Account], lines: Mapping[str, Lines], lang: str, depth: int
) -> Iterator[Step]:
    account = accounts.get(figure.dataset)
    stated = lines.get(figure.dataset, Lines(()))
    title = title_of(figure.name, lang)
    where = pick(entities()[figure.entity], "short", lang)
    years = f"{figure.base_year}-{figure.year}" if figure.base_year else figure.year
    yield Step(depth, "figure", f"{title}, {where}, {years} = {number(figure.value)} {figure.unit}")
    yield Step(
        depth + 1,
        "reading",
        word(
            "explain.reading",
            lang,
            scope=figure.scope or "-",
            vintage=figure.vintage or "-",
            factors=figure.factor_set or "-",
            hash=figure.factor_hash or "-",
            quality=word(f"quality.{figure.quality}", lang),
        ),
    )
    if figure.inputs:
        yield Step(depth + 1, "formula", f"{_spelled(figure)} = {number(figure.value)} {figure.unit}")
        for part in figure.inputs:
            if part.name == figure.name == "gdp_constant":
                yield Step(depth + 1, "formula", word("explain.chained", lang))
                yield Step(depth + 1, "input", f"{part.id} = {number(part.value)} {part.unit}")
            else:
                yield from _figure(part, accounts, lines, lang, depth + 1)
    elif account and figure.name in account.measures:
        yield from _measure(figure, account, stated, lang, depth + 1)
    else:
        for line in stated.by_statement.get((figure.entity, figure.year, figure.name), ()):
            if line["value"] == figure.value and line["scope"] == figure.scope and line["vintage"] == figure.vintage:
                yield Step(depth + 1, "line", _line(line, lang))


def title_of(name: str, lang: str) -> str:
    """The title of a figure name; announced values have that of their flow."""
    for row in resource("measures", "figures").rows:
        if row["id"] == name:
            return pick(row, "title", lang)
    return pick(flows()[name], "name", lang) if name in flows() else name


def _spelled(figure: Figure) -> str:
    parts = iter(figure.inputs)
    return re.sub(r"\{[^}]+\}", lambda _: f"{number((part := next(parts)).value)} {part.unit}", figure.formula)


def _measure(figure: Figure, account: Account, lines: Lines, lang: str, depth: int) -> Iterator[Step]:
    measure = account.measures[figure.name]
    yield Step(depth, "method", word("explain.method", lang, method=measure.method or "-"))
    cells = account.by_total[figure.name, figure.entity, figure.year]
    chain = entities().ancestors(figure.entity)
    for cell in cells[:SHOWN]:
        period = account.periods[cell["bucket"]]
        shares = measure.at(chain, cell["flow"], cell["carrier"], period.start, period.end)
        flow, carrier = pick(flows()[cell["flow"]], "name", lang), pick(carriers()[cell["carrier"]], "name", lang)
        yield Step(
            depth,
            "cell",
            f"{flow} / {carrier}: {number(cell['value'])} x {number(cell['coefficient'])} = "
            f"{number(cell['amount'])} {measure.unit}",
        )
        for share, coefficient in shares:
            if coefficient.terms:
                part = "" if share == 1 else f"{float(share):.4f} x "
                yield Step(depth + 1, "factor", part + _factors(coefficient, lang))
        if cell["id"] in lines.by_id:
            yield Step(depth + 1, "line", _line(lines.by_id[cell["id"]], lang))
    if len(cells) > SHOWN:
        rest = sum(cell["amount"] for cell in cells[SHOWN:])
        yield Step(
            depth, "rest", word("explain.rest", lang, count=len(cells) - SHOWN, value=f"{number(rest)} {measure.unit}")
        )


def _factors(coefficient: Coefficient, lang: str) -> str:
    return "; ".join(_term(term, coefficient, lang) for term in coefficient.terms)


def _term(term: Term, coefficient: Coefficient, lang: str) -> str:
    if not term.place:
        return f"{term.symbol}"
    valid = "" if coefficient.start.year < 1950 else f", {coefficient.start} - {coefficient.end}"
    return (
        f"{term.symbol} = {number(float(term.value))} {term.unit} [{term.place}; {', '.join(term.source)}; "
        f"{word(f'quality.{term.quality}', lang)}{valid}]"
    )


def _line(line: Mapping[str, Any], lang: str) -> str:
    place = " ".join(str(line[part]) for part in ("file", "sheet", "cell") if line[part])
    note = f" ({line['note']})" if line["note"] else ""
    return (
        word(
            "explain.line",
            lang,
            id=line["id"],
            value=f"{number(float(str(line['value'])))} {line['unit']}",
            place=place,
            source=line["source"] or "-",
            status=word(f"status.{line['status']}", lang),
            quality=word(f"quality.{line['quality']}", lang),
        )
        + note
    )
