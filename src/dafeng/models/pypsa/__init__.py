"""PyPSA: netCDF in and out.

Every file that PyPSA 1.x writes is read whose model is linear and deterministic: snapshots and their three weightings,
investment periods, generators, loads, links and processes with any number of ports, lines and transformers with
Kirchhoff's voltage law, storage units, stores, and the global constraints of PyPSA itself. Refused, with part and
attribute: unit commitment, modules, maintenance, quadratic and piecewise costs, fixed set points, delays, phase shifts,
scenarios.

The objective is `n.objective + n.objective_constant`: PyPSA takes the cost of the capacity that extendable assets had
before (`p_nom`) off its objective; we do not. The constant is in `System.notes["objective_constant"]`. A file with
investment periods is read as `n.optimize(multi_investment_periods=True)` reads it.
"""

from dafeng.models.pypsa.importer import read_pypsa
from dafeng.models.pypsa.writer import write_netcdf

__all__ = ["read_pypsa", "write_netcdf"]
