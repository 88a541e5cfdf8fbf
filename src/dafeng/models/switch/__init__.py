"""SWITCH 2: a folder of CSV inputs.

Modules covered: timescales, financials, load_zones, generators.core (build, dispatch, no_commit), storage,
hydro_simple, fuel costs (simple or markets with supply curves), local_td, transmission.transport, carbon_policies and
rps_simple. Where the folder has `modules.txt` it decides; else the files do: a module is there where its file is.

Conventions kept (switch_model 2.0.9): a time point stands for duration x ts_scale_to_period hours of its period; costs
of a year are counted as annuities for every year of the period, discounted to the base year as if paid at the ends of
the years; capital is annualised over the life of the plant at the interest rate and paid while the plant runs; a plant
runs in every period that begins before it is too old; `zone_fuel_cost_diff.csv` has no influence on the cost (SWITCH
reads it and does not use it).
"""

from dafeng.models.switch.importer import read_switch

__all__ = ["read_switch"]
