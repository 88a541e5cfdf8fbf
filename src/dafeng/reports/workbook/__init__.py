"""The parts of the workbook; `dafeng.reports.write_excel` puts them together."""

from dafeng.reports.workbook.board import write_board
from dafeng.reports.workbook.cells import Book, Sheet
from dafeng.reports.workbook.figures import Placed, write_nation, write_provinces
from dafeng.reports.workbook.ledger import Ground, write_factors, write_inputs, write_workings
from dafeng.reports.workbook.readme import write_readme, write_sources

__all__ = [
    "Book",
    "Ground",
    "Placed",
    "Sheet",
    "write_board",
    "write_factors",
    "write_inputs",
    "write_nation",
    "write_provinces",
    "write_readme",
    "write_sources",
    "write_workings",
]
