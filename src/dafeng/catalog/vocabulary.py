"""The trees that flows, carriers and entities form, and the canonical unit of a flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from dafeng.catalog.errors import UnknownName
from dafeng.catalog.package import Resource, Row, resource


class Tree:
    """Catalogue rows that name their parent."""

    def __init__(self, table: Resource) -> None:
        self.name = table.name
        self.rows: Mapping[str, Row] = table.by("id")
        self._children: dict[str, list[str]] = {}
        for row in table.rows:
            self._children.setdefault(row["parent"], []).append(row["id"])

    def __contains__(self, node: object) -> bool:
        return node in self.rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __getitem__(self, node: str) -> Row:
        """The row of `node`.

        Raises:
            UnknownName: no such node; names the nearest.
        """
        if node not in self.rows:
            raise UnknownName(self.name, node, self.rows)
        return self.rows[node]

    def ancestors(self, node: str) -> list[str]:
        """`node`, its parent, ... up to the root."""
        chain = []
        while node:
            chain.append(node)
            node = self[node]["parent"]
        return chain

    def children(self, node: str) -> list[str]:
        return list(self._children.get(node, ()))

    def below(self, node: str) -> list[str]:
        """`node` and everything under it, in catalogue order."""
        self[node]
        found = [node]
        for child in self.children(node):
            found += self.below(child)
        return found

    def leaves(self, node: str) -> list[str]:
        return [n for n in self.below(node) if not self._children.get(n)]


@cache
def carriers() -> Tree:
    return Tree(resource("vocabulary", "carriers"))


@cache
def flows() -> Tree:
    return Tree(resource("vocabulary", "flows"))


@cache
def entities() -> Tree:
    """Nation, grid regions and provinces."""
    return Tree(resource("regions", "regions"))


def unit_of(flow: str, carrier: str) -> str:
    """The canonical unit in which the ledger keeps this flow of this carrier.

    Raises:
        UnknownName: no such flow or carrier.
    """
    own = str(flows()[flow]["unit"])
    return str(carriers()[carrier]["unit"]) if own == "carrier" else own
