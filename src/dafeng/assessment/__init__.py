"""Assessment: why, whether it has peaked, how sure, how it rates, and whether the parts make the whole."""

from dafeng.assessment.balance import Balance, Plan, PlanLine, balance
from dafeng.assessment.default_uncertainty import inventory_lines
from dafeng.assessment.identity import Cells, Identity, parse_identity
from dafeng.assessment.key_categories import KeyCategory, key_level, key_trend
from dafeng.assessment.lmdi import Decomposition, decompose, lmdi, log_mean
from dafeng.assessment.monte_carlo import MonteCarlo, Summary, monte_carlo
from dafeng.assessment.outlook import Outlook, outlook, through_board, without_outlook
from dafeng.assessment.peak import PeakRules, PeakVerdict, PeakYears, peak_rules, peak_verdict, peak_years
from dafeng.assessment.peak_figures import peak_of
from dafeng.assessment.projection import assumed_growth, projected
from dafeng.assessment.provinces import ProvincialPlans, provincial_balance, provincial_plans, read_plans
from dafeng.assessment.rating import Change, Duty, Evidence, Gap, Rating
from dafeng.assessment.rating_100 import rate_100
from dafeng.assessment.rating_2026 import rate_2026
from dafeng.assessment.rating_evidence import evidence_2026, paced_goals
from dafeng.assessment.ready import (
    Filled,
    LeftOut,
    ReadyIdentity,
    Span,
    fill,
    ready_identities,
    ready_identity,
    years_of_one_edition,
)
from dafeng.assessment.reconcile import Difference, approaches, both_approaches, reconcile
from dafeng.assessment.tapio import Decoupling, tapio
from dafeng.assessment.trend import Trend, hamed_rao, mann_kendall, sen_slope
from dafeng.assessment.uncertainty import (
    Lines,
    Propagated,
    Spread,
    TrendUncertainty,
    approach_1,
    combine,
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
    "Gap",
    "Identity",
    "KeyCategory",
    "LeftOut",
    "Lines",
    "MonteCarlo",
    "Outlook",
    "PeakRules",
    "PeakVerdict",
    "PeakYears",
    "Plan",
    "PlanLine",
    "Propagated",
    "ProvincialPlans",
    "Rating",
    "ReadyIdentity",
    "Span",
    "Spread",
    "Summary",
    "Trend",
    "TrendUncertainty",
    "approach_1",
    "approaches",
    "assumed_growth",
    "balance",
    "both_approaches",
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
    "paced_goals",
    "parse_identity",
    "peak_of",
    "peak_rules",
    "peak_verdict",
    "peak_years",
    "product_half",
    "projected",
    "provincial_balance",
    "provincial_plans",
    "rate_100",
    "rate_2026",
    "read_plans",
    "ready_identities",
    "ready_identity",
    "reconcile",
    "sen_slope",
    "sum_half",
    "tapio",
    "through_board",
    "trend_table",
    "without_outlook",
    "years_of_one_edition",
]
