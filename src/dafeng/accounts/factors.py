"""Factors of one set, exact, with their place in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from dafeng.accounts.linear_map import ALWAYS, Term
from dafeng.catalog import MissingFactor, Row, carriers, flows, resource

CARBON_TO_CO2 = Term("44/12", Fraction(44, 12), "1")


@dataclass(frozen=True)
class FactorSet:
    """The fuel factors of one set of the catalogue, or of several that a person put in order: `first+second`.

    A factor for a flow is the one given for that flow or, failing that, for its nearest ancestor or for all uses. A set
    that was not named is never taken in its stead.
    """

    id: str

    @property
    def parts(self) -> list[str]:
        return self.id.split("+")

    def find(self, parameter: str, carrier: str, flow: str = "") -> Term | None:
        """The factor `parameter` of `carrier` for `flow`, or None."""
        for part in self.parts:
            by_use = {row["use"]: row for row in _by_parameter(part).get((parameter, carrier), ())}
            for use in (*(flows().ancestors(flow) if flow else ()), ""):
                if use in by_use:
                    return term(by_use[use], "factors/fuels.csv", parameter)
        return None

    def each(self) -> list[FactorSet]:
        """The sets one by one, in order."""
        return [FactorSet(part) for part in self.parts]

    def need(self, parameter: str, carrier: str, flow: str = "") -> Term:
        """As `find`.

        Raises:
            MissingFactor: the set has none; lists the sets that do.
        """
        found = self.find(parameter, carrier, flow)
        if found is None:
            raise MissingFactor(
                "missing_factor",
                measure=parameter,
                flow=flow or "-",
                carrier=carriers()[carrier]["id"],
                entity="-",
                period="-",
                factor_set=self.id,
                candidates=", ".join(sets_with(carrier, parameter)) or "-",
            )
        return found


def sets_with(carrier: str, *parameters: str) -> list[str]:
    """The factor sets that know one of these parameters of a carrier (default: any)."""
    return sorted(
        {
            row["set"]
            for row in resource("factors", "fuels").rows
            if row["carrier"] == carrier and (not parameters or row["parameter"] in parameters)
        }
    )


def factor_set(name: str) -> FactorSet:
    """The factor set `name`, or several in order: `first+second`.

    Raises:
        UnknownName: there is none; names the nearest.
    """
    chosen = FactorSet(name)
    for part in chosen.parts:
        resource("factors", "sets").row(part)
    return chosen


@cache
def _by_parameter(name: str) -> dict[tuple[str, str], tuple[Row, ...]]:
    table: dict[tuple[str, str], tuple[Row, ...]] = {}
    for row in resource("factors", "fuels").rows:
        if row["set"] == name:
            key = (row["parameter"], row["carrier"])
            table[key] = (*table.get(key, ()), row)
    return table


def exact(value: float) -> Fraction:
    """The number as published: the shortest decimal that reads back as `value`."""
    return Fraction(repr(value))


def term(row: Row, file: str, symbol: str) -> Term:
    """A catalogue row as a term of a formula."""
    return Term(symbol, exact(row["value"]), row["unit"], f"{file}#{row['id']}", row["source"], row["quality"])


def validity(row: Row) -> tuple[date, date]:
    """The time a dated factor is for."""
    return row["valid_from"] or ALWAYS[0], row["valid_to"] or ALWAYS[1]
