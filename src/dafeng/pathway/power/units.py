"""The units of the power system's costs: 1e9 CNY for GW and GWh."""

from __future__ import annotations

PER_GW = 1e-3
"""1e9 CNY per GW of 1 CNY/kW (per GWh of 1 CNY/kWh)."""
PER_GWH = 1e-6
"""1e9 CNY per GWh of 1 CNY/MWh."""
