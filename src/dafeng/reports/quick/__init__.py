"""The quick plan that `dafeng run` makes: as data, as a page of its own, and as a card on the main page."""

from dafeng.reports.quick.data import SCHEMA, quick_data
from dafeng.reports.quick.page import PAGE, quick_card, quick_page, write_quick_page

__all__ = ["PAGE", "SCHEMA", "quick_card", "quick_data", "quick_page", "write_quick_page"]
