"""The reports of a plan of all sectors: counted out, as data, page, workbook, CSV and IAMC table."""
