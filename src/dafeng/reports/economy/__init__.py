"""The reports of a plan of all sectors: counted out, as data, page, workbook, CSV files and the IAMC's table."""

from dafeng.reports.economy.acting import curve_data, wedge_data
from dafeng.reports.economy.alternatives import alternatives_data
from dafeng.reports.economy.compare import compare
from dafeng.reports.economy.count import UNITS, Counted, counted
from dafeng.reports.economy.data import SCHEMA, WHOLE, economy_data
from dafeng.reports.economy.excel import write_economy_excel
from dafeng.reports.economy.iamc import iamc_csv, iamc_rows
from dafeng.reports.economy.page import write_economy_page
from dafeng.reports.economy.roadmap import Step, roadmap
from dafeng.reports.economy.tables import economy_csv, write_economy_csv
from dafeng.reports.economy.terminal import (
    compare_columns,
    compare_rows,
    roadmap_columns,
    roadmap_rows,
    timetable_columns,
    timetable_rows,
)

__all__ = [
    "SCHEMA",
    "UNITS",
    "WHOLE",
    "Counted",
    "Step",
    "alternatives_data",
    "compare",
    "compare_columns",
    "compare_rows",
    "counted",
    "curve_data",
    "economy_csv",
    "economy_data",
    "iamc_csv",
    "iamc_rows",
    "roadmap",
    "roadmap_columns",
    "roadmap_rows",
    "timetable_columns",
    "timetable_rows",
    "wedge_data",
    "write_economy_csv",
    "write_economy_excel",
    "write_economy_page",
]
