"""Time and money of a SWITCH folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from dafeng.models.csvs import Line, read_lines, unique
from dafeng.models.refusals import no_file, no_such, not_covered, wrong_value
from dafeng.pathway.system import Array, Steps

HOURS_PER_YEAR = 8766.0

COVERED = {
    "switch_model",
    "timescales",
    "financials",
    "reporting",
    "balancing.load_zones",
    "energy_sources.properties",
    "energy_sources.properties.properties",
    "energy_sources.fuel_costs.simple",
    "energy_sources.fuel_costs.markets",
    "generators.core",
    "generators.core.build",
    "generators.core.dispatch",
    "generators.core.no_commit",
    "generators.extensions.storage",
    "generators.extensions.hydro_simple",
    "transmission.local_td",
    "transmission.transport",
    "transmission.transport.build",
    "transmission.transport.dispatch",
    "policies.carbon_policies",
    "policies.rps_simple",
}

FOREIGN = {
    "gen_inc_heat_rates.csv": "generators.core.commit.fuel_use",
    "gen_timepoint_commit_bounds.csv": "generators.core.commit.operate",
    "hydro_generation_projects.csv": "generators.extensions.hydro_system",
    "planning_reserve_requirements.csv": "balancing.planning_reserves",
    "spinning_reserve_params.csv": "balancing.operating_reserves.spinning_reserves_advanced",
    "rfm_supply_tiers_expansion.csv": "energy_sources.fuel_costs.markets_expansion",
    "fuel_cost_per_timepoint.csv": "energy_sources.fuel_costs.simple_per_timepoint",
    "gen_retrofits.csv": "generators.extensions.retrofit",
}
"""Files by which modules are known that are not covered."""


def annuity(rate: float, years: float) -> float:
    """Capital recovery factor: r / (1 - (1 + r)^-n); 1/n at r = 0."""
    return 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** -years)


@dataclass(frozen=True)
class Frame:
    """Periods, time points and present values.

    Attributes:
        modules: names of the modules in use, without "switch_model."; None: the files decide.
        periods, starts, lengths: (Y,) names, first years, lengths in years.
        points: (T,) identifiers of the time points, in the order of the steps.
        series: (T,) the time series of each.
        steps: weight: hours of a year; value: present value of one currency unit an hour.
        annual: (Y,) present value of one currency unit a year, paid in every year of the period.
        interest: rate of the annuities of capital.
    """

    folder: Path
    modules: frozenset[str] | None
    periods: tuple[str, ...]
    starts: Array
    lengths: Array
    points: tuple[str, ...]
    series: tuple[str, ...]
    steps: Steps
    annual: Array
    interest: float

    def uses(self, module: str, *files: str) -> bool:
        """Is a module in use: by modules.txt, else by its files."""
        if self.modules is not None:
            return module in self.modules
        return all((self.folder / name).is_file() for name in files)

    @cached_property
    def point(self) -> dict[str, int]:
        """The step of each time point."""
        return {name: step for step, name in enumerate(self.points)}

    def period(self, line: Line, column: str) -> int:
        """The period that a line names."""
        found = str(line.year(column))
        if found not in self.periods:
            raise no_such(line.place, column, found, self.periods)
        return self.periods.index(found)

    def step(self, line: Line, column: str) -> int:
        """The step that a line names."""
        found = line.text(column)
        if found not in self.point:
            raise no_such(line.place, column, found, self.point)
        return self.point[found]


def read_frame(folder: Path) -> Frame:
    """Time scales and financials.

    Raises:
        RefusedFile: no such folder, a module that is not covered, weights that do not fill the years of a period
            within 1 %, periods that do not follow each other.
    """
    if not folder.is_dir():
        raise no_file(folder)
    modules = _modules(folder)
    periods = unique(
        read_lines(folder, "periods.csv", ("INVESTMENT_PERIOD", "period_start", "period_end")), "INVESTMENT_PERIOD"
    )
    names = tuple(str(line.year("INVESTMENT_PERIOD")) for line in periods.values())
    starts = np.array([line.number("period_start") for line in periods.values()])
    ends = np.array([line.number("period_end") for line in periods.values()])
    series = unique(
        read_lines(
            folder,
            "timeseries.csv",
            ("TIMESERIES", "ts_period", "ts_duration_of_tp", "ts_num_tps", "ts_scale_to_period"),
        ),
        "TIMESERIES",
    )
    order = sorted(series, key=lambda key: _place(series[key], names))
    points = _points(folder, series, order)
    of = [series[(line.text("timeseries"),)] for line in points]
    period = np.array([_place(line, names) for line in of], dtype=np.int64)
    hours = np.array([line.number("ts_duration_of_tp", least=0.0) for line in of])
    weight = hours * np.array([line.number("ts_scale_to_period", least=0.0) for line in of])
    filled = np.bincount(period, weights=weight, minlength=len(names)).astype(np.float64)
    lengths = _lengths(starts, ends, filled)
    _check_years(names, starts, lengths, filled)
    base, interest, discount = _financials(folder)
    stream = lengths if discount == 0 else (1.0 - (1.0 + discount) ** -lengths) / discount
    annual = stream * (1.0 + discount) ** -(starts - base)
    yearly = weight / lengths[period]
    return Frame(
        folder=folder,
        modules=modules,
        periods=names,
        starts=starts,
        lengths=lengths,
        points=tuple(line.text("timepoint_id") for line in points),
        series=tuple(line.text("timeseries") for line in points),
        steps=Steps(
            periods=names,
            years=lengths,
            period=period,
            block=np.array([order.index((line.text("timeseries"),)) for line in points], dtype=np.int64),
            hours=hours,
            weight=yearly,
            value=yearly * annual[period],
        ),
        annual=annual,
        interest=interest,
    )


def _modules(folder: Path) -> frozenset[str] | None:
    """Modules of modules.txt; without it, files of other modules are refused."""
    path = folder / "modules.txt"
    if not path.is_file():
        for name, module in FOREIGN.items():
            if (folder / name).is_file():
                raise not_covered(name, "module", module)
        return None
    lines = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    found = frozenset(line.removeprefix("switch_model.") for line in lines if line)
    for module in sorted(found - COVERED):
        raise not_covered("modules.txt", "module", module)
    return found


def _place(line: Line, periods: tuple[str, ...]) -> int:
    found = str(line.year("ts_period"))
    if found not in periods:
        raise no_such(line.place, "ts_period", found, periods)
    return periods.index(found)


def _points(folder: Path, series: dict[tuple[str, ...], Line], order: list[tuple[str, ...]]) -> list[Line]:
    """Time points by period and time series, in the order of the file within one."""
    points = list(unique(read_lines(folder, "timepoints.csv", ("timepoint_id", "timeseries")), "timepoint_id").values())
    for line in points:
        if (line.text("timeseries"),) not in series:
            raise no_such(line.place, "timeseries", line.text("timeseries"), [key[0] for key in series])
    for key, line in series.items():
        count = sum(point.text("timeseries") == key[0] for point in points)
        if count != line.number("ts_num_tps"):
            raise wrong_value(line.place, "ts_num_tps", line.cells["ts_num_tps"], count)
    return sorted(points, key=lambda line: order.index((line.text("timeseries"),)))


def _lengths(starts: Array, ends: Array, filled: Array) -> Array:
    """Years of the periods; one is added to the ends where the weights of the time points fit that better."""
    plain = abs(((ends - starts) * HOURS_PER_YEAR - filled).sum())
    added = abs(((ends + 1 - starts) * HOURS_PER_YEAR - filled).sum())
    return ends - starts + (1.0 if added < plain else 0.0)


def _check_years(names: tuple[str, ...], starts: Array, lengths: Array, filled: Array) -> None:
    for y, name in enumerate(names):
        if abs(filled[y] / (lengths[y] * HOURS_PER_YEAR) - 1.0) > 0.01:
            raise wrong_value(
                f"timeseries.csv {name}", "ts_scale_to_period", f"{filled[y]:g} h", f"{lengths[y] * HOURS_PER_YEAR:g} h"
            )
        if y and abs(starts[y] - starts[y - 1] - lengths[y - 1]) > 0.01:
            raise wrong_value(f"periods.csv {name}", "period_start", starts[y], starts[y - 1] + lengths[y - 1])


def _financials(folder: Path) -> tuple[float, float, float]:
    lines = read_lines(folder, "financials.csv", ("base_financial_year", "interest_rate"))
    if len(lines) != 1:
        raise wrong_value("financials.csv", "lines", len(lines), 1)
    interest = lines[0].number("interest_rate", least=0.0)
    return lines[0].number("base_financial_year"), interest, lines[0].number("discount_rate", interest, least=0.0)
