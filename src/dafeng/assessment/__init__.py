"""Assessment: why, whether it has peaked, how sure, how it rates, and whether the parts make the whole."""

from dafeng.assessment.balance import Balance, Plan, PlanLine, balance
from dafeng.assessment.identity import Cells, Identity, parse_identity
from dafeng.assessment.key_categories import KeyCategory, key_level, key_trend
from dafeng.assessment.lmdi import Decomposition, decompose, lmdi, log_mean
from dafeng.assessment.monte_carlo import MonteCarlo, Summary, monte_carlo
from dafeng.assessment.outlook import Outlook, outlook, through_board
from dafeng.assessment.peak import PeakRules, PeakVerdict, PeakYears, peak_rules, peak_verdict, peak_years
from dafeng.assessment.rating import Change, Duty, Evidence, Rating
from dafeng.assessment.rating_100 import rate_100
from dafeng.assessment.rating_2026 import rate_2026
from dafeng.assessment.rating_evidence import evidence_2026
from dafeng.assessment.ready import Filled, ReadyIdentity, fill, ready_identities, ready_identity
from dafeng.assessment.reconcile import Difference, approaches, reconcile
from dafeng.assessment.tapio import Decoupling, tapio
from dafeng.assessment.trend import Trend, hamed_rao, mann_kendall, sen_slope
from dafeng.assessment.uncertainty import (
    Lines,
    Propagated,
    Spread,
    TrendUncertainty,
    approach_1,
    combine,
    inventory_lines,
    product_half,
    sum_half,
    trend_table,
)

__all__ = [
    "Balance",
    "Cells",
    "Change",
    "Decomposition",
    "Decoupling",
    "Difference",
    "Duty",
    "Evidence",
    "Filled",
    "Identity",
    "KeyCategory",
    "Lines",
    "MonteCarlo",
    "Outlook",
    "PeakRules",
    "PeakVerdict",
    "PeakYears",
    "Plan",
    "PlanLine",
    "Propagated",
    "Rating",
    "ReadyIdentity",
    "Spread",
    "Summary",
    "Trend",
    "TrendUncertainty",
    "approach_1",
    "approaches",
    "balance",
    "combine",
    "decompose",
    "evidence_2026",
    "fill",
    "hamed_rao",
    "inventory_lines",
    "key_level",
    "key_trend",
    "lmdi",
    "log_mean",
    "mann_kendall",
    "monte_carlo",
    "outlook",
    "parse_identity",
    "peak_rules",
    "peak_verdict",
    "peak_years",
    "product_half",
    "rate_100",
    "rate_2026",
    "ready_identities",
    "ready_identity",
    "reconcile",
    "sen_slope",
    "sum_half",
    "tapio",
    "through_board",
    "trend_table",
]
