"""The reports of a power plan: counted out, as data, page and workbook."""

from dafeng.reports.plan.clash import clash_data, clash_rows, clash_sentences
from dafeng.reports.plan.data import SCHEMA, WHOLE, limit_texts, plan_data
from dafeng.reports.plan.excel import write_plan_excel
from dafeng.reports.plan.outcome import UNITS, Flow, Outcome, outcome
from dafeng.reports.plan.page import write_plan_page

__all__ = [
    "SCHEMA",
    "UNITS",
    "WHOLE",
    "Flow",
    "Outcome",
    "clash_data",
    "clash_rows",
    "clash_sentences",
    "limit_texts",
    "outcome",
    "plan_data",
    "write_plan_excel",
    "write_plan_page",
]
