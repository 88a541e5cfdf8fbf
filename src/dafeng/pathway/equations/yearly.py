"""Services of a year: somebody gives what is wanted, within the capacity that stands for it."""

from __future__ import annotations

import numpy as np

from dafeng.pathway.assembler import LinearProgram
from dafeng.pathway.equations.columns import Columns
from dafeng.pathway.system import NONE, Places, System


def yearly_services(lp: LinearProgram, system: System, columns: Columns) -> Places:
    """Balance of every service (m, Y), and capacity behind yearly activities (stocks, Y).

        sum(k of m) given[k,y] a[giver[k],y] = demand[m,y]
        sum(a of s) size[a] a[a,y] <= K[s,y]

    Dual of the balance: M per unit of the service, present value; of the capacity: M per P.

    Returns:
        (m, Y) numbers of the rows of the services.
    """
    y, periods = system.yearly, system.steps.periods
    services = lp.rows("service", y.demand.shape, [], lower=y.demand, upper=y.demand, axes=(y.services, periods))
    lp.add(services[y.service], y.given, columns.yearly[y.giver])
    bound = np.flatnonzero(y.stock != NONE)
    stocks, place = np.unique(y.stock[bound], return_inverse=True)
    rows = lp.rows(
        "fleet",
        (len(stocks), len(periods)),
        [(-1.0, columns.capacity[stocks])],
        upper=np.where(columns.capacity[stocks] == NONE, columns.fixed[stocks], 0.0),
        axes=([system.stocks.names[s] for s in stocks], periods),
    )
    lp.add(rows[place], y.size[bound][:, None], columns.yearly[bound])
    return services
