"""Reports of a run: a page for the browser and a workbook, in Chinese, Japanese and English."""

from dafeng.reports.excel import write_excel
from dafeng.reports.html import render_html, write_html
from dafeng.reports.outlines import read_outlines

__all__ = ["read_outlines", "render_html", "write_excel", "write_html"]
