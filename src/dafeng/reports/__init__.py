"""Reports in Chinese, Japanese and English: the run and the yearly self-assessment, as pages and workbooks."""

from dafeng.reports.assess import assess_data
from dafeng.reports.assess_excel import write_assessment
from dafeng.reports.assessment import Assessment, write_pack
from dafeng.reports.evidence import NOTHING, Given, read_evidence
from dafeng.reports.excel import write_excel
from dafeng.reports.html import render_html, write_html
from dafeng.reports.outlines import read_outlines

__all__ = [
    "NOTHING",
    "Assessment",
    "Given",
    "assess_data",
    "read_evidence",
    "read_outlines",
    "render_html",
    "write_assessment",
    "write_excel",
    "write_html",
    "write_pack",
]
