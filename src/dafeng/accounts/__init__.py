"""Accounts: measures -> inventory -> indicators, and why each figure is what it is."""

from dafeng.accounts.ceads import ceads_account, ceads_measure, less_feedstock
from dafeng.accounts.energy import coal_rate
from dafeng.accounts.evaluate import Account, chains_of, evaluate, missing
from dafeng.accounts.explain import Lines, Step, datasets_of, explain, title_of
from dafeng.accounts.factors import FactorSet, factor_set
from dafeng.accounts.figure import Figure, change_percent, comparable, weakest
from dafeng.accounts.indicators import PRICE_YEAR, Series, key_of, names, readings, series_of, with_indicators
from dafeng.accounts.inventory import Inventory, InventoryLine, inventories
from dafeng.accounts.linear_map import (
    Bucket,
    Coefficient,
    Measure,
    Term,
    applied,
    by_epoch,
    by_period,
    epochs,
    resolved,
    summed,
)
from dafeng.accounts.publication import LineChange, Recount, published_form, recount
from dafeng.accounts.readings import passed_over
from dafeng.accounts.standard import Choice, balance_measures, statistical_measures
from dafeng.accounts.statistics import stated_figures

__all__ = [
    "PRICE_YEAR",
    "Account",
    "Bucket",
    "Choice",
    "Coefficient",
    "FactorSet",
    "Figure",
    "Inventory",
    "InventoryLine",
    "LineChange",
    "Lines",
    "Measure",
    "Recount",
    "Series",
    "Step",
    "Term",
    "applied",
    "balance_measures",
    "by_epoch",
    "by_period",
    "ceads_account",
    "ceads_measure",
    "chains_of",
    "change_percent",
    "coal_rate",
    "comparable",
    "datasets_of",
    "epochs",
    "evaluate",
    "explain",
    "factor_set",
    "inventories",
    "key_of",
    "less_feedstock",
    "missing",
    "names",
    "passed_over",
    "published_form",
    "readings",
    "recount",
    "resolved",
    "series_of",
    "stated_figures",
    "statistical_measures",
    "summed",
    "title_of",
    "weakest",
    "with_indicators",
]
