"""The mathematics of the model: a file per family of constraints, with equation, dimensions and unit of its dual."""

from dafeng.pathway.equations.balance import balances
from dafeng.pathway.equations.bounds import bound_activity
from dafeng.pathway.equations.columns import Columns, make_columns
from dafeng.pathway.equations.limits import limit_rows
from dafeng.pathway.equations.network import cycles, voltage_law
from dafeng.pathway.equations.ramps import ramps
from dafeng.pathway.equations.reserves import reserves
from dafeng.pathway.equations.stocks import stock_balance
from dafeng.pathway.equations.storage import storage_balance
from dafeng.pathway.equations.yearly import yearly_services

__all__ = [
    "Columns",
    "balances",
    "bound_activity",
    "cycles",
    "limit_rows",
    "make_columns",
    "ramps",
    "reserves",
    "stock_balance",
    "storage_balance",
    "voltage_law",
    "yearly_services",
]
