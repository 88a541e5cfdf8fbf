"""OSeMOSYS: GMPL data files, as its GNU MathProg code and otoole read and write them.

Covered: capacity and activity with modes, residual capacity, availability, all capacity, investment and activity
limits, specified and accumulated demand, emissions with limits and penalties, reserve margin, renewable target, capital
cost with salvage value (both methods of depreciation), discounting of running costs to the middle of the year. Refused:
trade between regions, units of fixed size, storage that can be charged (`StorageMaxChargeRate` > 0: OSeMOSYS orders its
levels by season, day type and bracket, which our levels do not follow); storage that cannot be charged closes the modes
that would use it, as there.

A limit of 99999 or more means none, as does -1.
"""

from dafeng.models.osemosys.importer import read_osemosys

__all__ = ["read_osemosys"]
