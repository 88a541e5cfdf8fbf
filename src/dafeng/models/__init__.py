"""Models of others, read into systems that `pathway` solves: PyPSA netCDF, SWITCH folders of CSV, OSeMOSYS GMPL data.
And plans as PyPSA netCDF.

Reader and meaning of a format live together in one room above `pathway`, because what a column means can only be said
where it is turned into the system; `pathway` itself still knows nothing of files.

Every importer keeps the objective of the tool that it reads. What it does not cover is refused, with the part and the
attribute: nothing that changes the answer is left out silently.
"""

from dafeng.models.osemosys import read_osemosys
from dafeng.models.pypsa import read_pypsa, write_netcdf
from dafeng.models.switch import read_switch

__all__ = ["read_osemosys", "read_pypsa", "read_switch", "write_netcdf"]
