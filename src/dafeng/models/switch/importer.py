"""From a SWITCH folder to a system."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dafeng.models.csvs import Line, read_lines, unique
from dafeng.models.refusals import no_such, not_covered, wrong_value
from dafeng.models.switch.frame import Frame, annuity, read_frame
from dafeng.models.switch.fuels import read_fuels
from dafeng.models.switch.plants import Plants, read_plants
from dafeng.pathway.making import Maker
from dafeng.pathway.system import ACTIVITY, CAPACITY, DISCHARGE, Array, Limit, System, Term

LOSS = 0.053
"""SWITCH's default of local_td_loss_rate."""


def read_switch(folder: str | Path, relax_minimum_builds: bool = False) -> System:
    """The system of a SWITCH folder, in MW and the currency of the folder.

    Args:
        relax_minimum_builds: `gen_min_build_capacity` ("nothing, or at least that much") is no linear program. False:
            refused. True: left out, and named in `System.notes["relaxed"]`; the optimum is that of SWITCH if each of
            these builds is zero or at least its minimum.

    Raises:
        RefusedFile: what the folder has and we do not cover, or what it says wrongly, with file, line and column.
        DafengError: `pathway_*`, a number that cannot be meant.
    """
    frame = read_frame(Path(folder))
    maker = Maker(frame.steps, "MW", "currency")
    zones = unique(read_lines(frame.folder, "load_zones.csv", ("LOAD_ZONE",)), "LOAD_ZONE")
    names = [key[0] for key in zones]
    demand = _demand(frame, names)
    local = _local_grid(frame, maker, zones, demand)
    fuels = read_fuels(frame, maker, names)
    cap, price = _carbon(frame)
    plants = read_plants(frame, maker, fuels, local, price)
    _lines(frame, maker, names)
    maker.stock("decided plants", existing=1.0, keep_cost=plants.sunk * frame.annual)
    _cap_carbon(frame, plants, cap)
    _renewables(frame, plants, demand)
    maker.notes["format"] = "SWITCH 2"
    for name, least in plants.minimum.items():
        if not relax_minimum_builds:
            raise not_covered(f"gen_info.csv {name}", "gen_min_build_capacity", f"{least:g}")
        maker.notes["relaxed"] = ", ".join(f"{plant} {size:g}" for plant, size in plants.minimum.items())
    return maker.system()


def _demand(frame: Frame, zones: list[str]) -> dict[str, Array]:
    found = {zone: np.full(frame.steps.count, np.nan) for zone in zones}
    for line in read_lines(frame.folder, "loads.csv", ("LOAD_ZONE", "TIMEPOINT", "zone_demand_mw")):
        zone = line.text("LOAD_ZONE")
        if zone not in found:
            raise no_such(line.place, "LOAD_ZONE", zone, zones)
        found[zone][frame.step(line, "TIMEPOINT")] = line.number("zone_demand_mw", least=0.0)
    for zone, values in found.items():
        if np.isnan(values).any():
            point = frame.points[int(np.argmax(np.isnan(values)))]
            raise wrong_value(f"loads.csv {zone}", f"zone_demand_mw[{point}]", "-", "number")
    return found


def _local_grid(
    frame: Frame, maker: Maker, zones: dict[tuple[str, ...], Line], demand: dict[str, Array]
) -> dict[str, int]:
    """Nodes of the zones, and behind them the local grid with its losses, sized for the peak."""
    if frame.modules is None:
        used = all("local_td_annual_cost_per_mw" in line.cells for line in zones.values())
    else:
        used = "transmission.local_td" in frame.modules
    if not used:
        return {zone: maker.node(zone, values) for zone, values in demand.items()}
    found = {}
    peaks = _peaks(frame, list(demand))
    for (zone,), line in zones.items():
        central, found[zone] = maker.node(zone), maker.node(f"{zone} local", demand[zone])
        kept = 1.0 - line.number("local_td_loss_rate", LOSS, least=0.0, most=1.0)
        stock = maker.stock(
            f"{zone} local grid",
            existing=line.number("existing_local_td", 0.0, least=0.0),
            keep_cost=frame.annual * line.number("local_td_annual_cost_per_mw", 0.0, least=0.0),
            build_upper=np.inf,
            lower=peaks[zone] / kept,
        )
        maker.process(f"{zone} local grid", [(found[zone], kept)], source=central, stock=stock)
    return found


def _peaks(frame: Frame, zones: list[str]) -> dict[str, Array]:
    found = {zone: np.zeros(len(frame.periods)) for zone in zones}
    columns = ("LOAD_ZONE", "PERIOD", "zone_expected_coincident_peak_demand")
    for line in read_lines(frame.folder, "zone_coincident_peak_demand.csv", columns, optional=True):
        zone = line.text("LOAD_ZONE")
        if zone not in found:
            raise no_such(line.place, "LOAD_ZONE", zone, zones)
        found[zone][frame.period(line, "PERIOD")] = line.number(columns[2], least=0.0)
    return found


def _lines(frame: Frame, maker: Maker, zones: list[str]) -> None:
    """Corridors: each direction may use the whole capacity, so each has a stock; the second follows the first."""
    if not frame.uses("transmission.transport.build", "transmission_lines.csv"):
        return
    given = read_lines(frame.folder, "trans_params.csv", (), optional=True)
    general = given[0] if given else Line("trans_params.csv", 2, {})
    price = general.number("trans_capital_cost_per_mw_km", 1000.0, least=0.0)
    share = annuity(frame.interest, general.number("trans_lifetime_yrs", 20.0, least=1.0))
    share += general.number("trans_fixed_om_fraction", 0.03, least=0.0)
    columns = (
        "TRANSMISSION_LINE",
        "trans_lz1",
        "trans_lz2",
        "trans_length_km",
        "trans_efficiency",
        "existing_trans_cap",
    )
    for (name,), line in unique(
        read_lines(frame.folder, "transmission_lines.csv", columns), "TRANSMISSION_LINE"
    ).items():
        ends = [line.text("trans_lz1"), line.text("trans_lz2")]
        for column, zone in zip(("trans_lz1", "trans_lz2"), ends, strict=True):
            if zone not in zones:
                raise no_such(line.place, column, zone, zones)
        length = line.number("trans_length_km", least=0.0) * line.number("trans_terrain_multiplier", 1.0, least=0.0)
        open_ = line.number("trans_new_build_allowed", 1.0) != 0
        annual = price * length * share
        stocks = [
            maker.stock(
                f"{name} {a}-{b}",
                existing=line.number("existing_trans_cap", least=0.0),
                keep_cost=frame.annual * annual if first else 0.0,
                build_upper=np.inf if open_ else 0.0,
            )
            for first, (a, b) in ((True, ends), (False, ends[::-1]))
        ]
        for (a, b), stock in zip((ends, ends[::-1]), stocks, strict=True):
            maker.process(
                f"{name} {a}-{b}",
                [(maker.number("node", b), line.number("trans_efficiency", least=0.0, most=1.0))],
                source=maker.number("node", a),
                stock=stock,
                available=line.number("trans_derating_factor", 1.0, least=0.0, most=1.0),
            )
        if open_:
            same = Term(CAPACITY, np.array(stocks), np.array([1.0, -1.0]))
            for y, period in enumerate(frame.periods):
                maker.limits.append(Limit(f"{name} both ways {period}", (same,), 0.0, 0.0, period=y))


def _carbon(frame: Frame) -> tuple[Array, Array]:
    """Cap (Y,) on the emissions of a year, in t, and price (Y,) per t."""
    cap, price = np.full(len(frame.periods), np.inf), np.zeros(len(frame.periods))
    if frame.uses("policies.carbon_policies", "carbon_policies.csv"):
        for line in unique(read_lines(frame.folder, "carbon_policies.csv", ("PERIOD",)), "PERIOD").values():
            y = frame.period(line, "PERIOD")
            cap[y] = line.number("carbon_cap_tco2_per_yr", np.inf, least=0.0)
            price[y] = line.number("carbon_cost_dollar_per_tco2", 0.0, least=0.0)
    return cap, price


def _cap_carbon(frame: Frame, plants: Plants, cap: Array) -> None:
    numbers = np.array(sorted(plants.emission), dtype=np.int64)
    term = Term(ACTIVITY, numbers, np.array([plants.emission[k] for k in numbers.tolist()]))
    for y in np.flatnonzero(np.isfinite(cap)):
        plants.maker.limits.append(Limit(f"carbon cap {frame.periods[y]}", (term,), upper=float(cap[y]), period=int(y)))


def _renewables(frame: Frame, plants: Plants, demand: dict[str, Array]) -> None:
    """Renewable output of a period: at least a share of the demand behind the local grids."""
    if not frame.uses("policies.rps_simple", "rps_targets.csv"):
        return
    steps = frame.steps
    terms = [Term(ACTIVITY, np.array(plants.renewable, dtype=np.int64), np.ones(len(plants.renewable)))]
    if plants.renewable_storages:
        storages = np.array(plants.renewable_storages)
        terms.append(Term(DISCHARGE, storages, np.ones(len(storages))))
    total = np.bincount(steps.period, weights=sum(demand.values()) * steps.weight, minlength=len(frame.periods))
    for line in unique(read_lines(frame.folder, "rps_targets.csv", ("PERIOD", "rps_target")), "PERIOD").values():
        y = frame.period(line, "PERIOD")
        share = line.number("rps_target", least=0.0, most=1.0)
        name = f"renewable share {frame.periods[y]}"
        plants.maker.limits.append(Limit(name, tuple(terms), lower=share * float(total[y]), period=y))
