"""Reports of a run: a page for the browser and a workbook, in Chinese, Japanese and English."""

from dafeng.reports.html import render_html, write_html

__all__ = ["render_html", "write_html"]
