"""Dafeng: China's carbon peaking plan as software.

import dafeng as df
ws = df.init("my-workspace")
ws.load_statistics()
ws.board("CN")
ws.inventory("CN-HE", 2020)
ws.explain("CN/2024/non_fossil_share")
"""

from dafeng.accounts import Figure
from dafeng.catalog import DafengError, MissingFactor, NotComparable, RefusedInput, UnknownName, WorkspaceBusy
from dafeng.version import __version__
from dafeng.workspace import Workspace, init, open

__all__ = [
    "DafengError",
    "Figure",
    "MissingFactor",
    "NotComparable",
    "RefusedInput",
    "UnknownName",
    "Workspace",
    "WorkspaceBusy",
    "__version__",
    "init",
    "open",
]
