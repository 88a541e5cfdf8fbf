"""What a workspace can be asked beyond its accounts: why, whether it has peaked, how it rates, where it leads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from dafeng import accounts, assessment
from dafeng.accounts import Account, Figure, Series
from dafeng.catalog import DafengError, entities, resource
from dafeng.targets import Target

ACTIVITY = "gdp_constant"  # what drives the emissions of a region


class Assessing(ABC):
    """The assessment of a workspace's regions; `Workspace` is one. Each method hands on to `dafeng.assessment`.

    `until` leaves out the figures after a year, so that a year is assessed with what is known of it and of the years
    before.
    """

    @property
    @abstractmethod
    def series(self) -> Series:
        """(entity, name) -> year -> figure."""

    @abstractmethod
    def books(self) -> Mapping[str, Account]:
        """Dataset -> its account."""

    @abstractmethod
    def targets_of(self, region: str, overlay: bool = False) -> list[Target]:
        """The targets of a region."""

    def until(self, year: int | None) -> Series:
        """`series` with the figures of `year` and before; None: all."""
        if year is None:
            return self.series
        cut = {key: {y: f for y, f in points.items() if y <= year} for key, points in self.series.items()}
        return {key: points for key, points in cut.items() if points}

    def co2(self, region: str, until: int | None = None) -> dict[int, Figure]:
        """The CO2 series of a region: of the measures that the peak target is read from, the first that there is, in
        its longest reading. An imported book may hold only a part of a region, so the statistics come first.

        Raises:
            UnknownName: no such region.
            DafengError: there is none.
        """
        entities()[region]
        rows = resource("measures", "target_figures").rows
        names = [row["figure"] for row in rows if row["indicator"] == "peak_year"]
        series = self.until(until)
        for name in names:
            found = accounts.readings(series, region, name)
            if found:
                longest: dict[int, Figure] = max(found, key=len)
                return longest
        raise DafengError("assess_no_co2", region=region, names=", ".join(names))

    def filled(
        self,
        region: str,
        identity: str = "kaya",
        years: Sequence[int] | None = None,
        *,
        until: int | None = None,
        mixed: bool = False,
    ) -> assessment.Filled:
        """An identity of the catalogue with the figures of a region.

        Args:
            years: default: the longest run of one edition of the statistics.
            mixed: take editions together where they differ along a series: `seams` says in which years.

        Raises:
            UnknownName: no such region or identity.
            NotComparable: editions differ within `years`, and `mixed` is not set.
            DafengError: the accounts have nothing for a variable, or not for these years; names it.
        """
        return assessment.fill(
            identity, self.until(until), region, years=years, account=self.books().values(), mixed=mixed
        )

    def seams(self, region: str, identity: str, years: Sequence[int]) -> list[int]:
        """The years in which a figure of an identity passes to another edition of the statistics: their change holds
        a revision."""
        rows = resource("assessment", "identity_terms").rows
        own = [row for row in rows if (row["identity"], row["kind"]) == (identity, "variable")]
        parts = [part.partition("=")[2] for row in own for part in row["parts"]]
        names = {name for row in own for name in row["figure"]} | {part.partition("/")[0] for part in parts}
        found = set()
        for name in names:
            points: dict[int, Figure] = max(accounts.readings(self.series, region, name), key=len, default={})
            both = [year for year in years[1:] if year in points and year - 1 in points]
            found |= {year for year in both if points[year].reading != points[year - 1].reading}
        return sorted(found)

    def decompose(
        self,
        region: str,
        identity: str = "kaya",
        start: int | None = None,
        end: int | None = None,
        *,
        method: str = "I",
        form: str = "additive",
        mixed: bool = False,
    ) -> assessment.Decomposition:
        """Why the total of an identity changed from `start` to `end`, year by year: chained LMDI.

        Args:
            start, end: both, or none: the longest run of one edition of the statistics.
            method, form: as `assessment.decompose`. mixed: as `filled`.

        Raises:
            DafengError: as `filled`, or a year that is not there.
        """
        years = None if start is None or end is None else range(start, end + 1)
        return assessment.decompose(self.filled(region, identity, years, mixed=mixed).cells, method, form)

    def peak(
        self, region: str, until: int | None = None, others: Mapping[str, Mapping[int, Figure]] | None = None
    ) -> assessment.PeakVerdict:
        """Whether the CO2 of a region has peaked, with GDP at constant prices as the activity where it is known.

        Args:
            others: the same quantity from other factor sets, for the sensitivity of the verdict.

        Raises:
            DafengError: no CO2 series, gaps, or too few years.
        """
        points = self.co2(region, until)
        grown = accounts.readings(self.until(until), region, ACTIVITY)
        activity = next((g for g in grown if points.keys() <= g.keys()), None)
        return assessment.peak_of(points, activity, others)

    def rating(
        self,
        region: str,
        year: int,
        goals: Mapping[str, float] | None = None,
        judged: Mapping[str, bool] | None = None,
        falsified: bool = False,
    ) -> assessment.Rating:
        """The "5+9" rating of a province and year, as far as the evidence goes.

        Args:
            goals: indicator (assessment/ratings_2026.csv) -> goal of the year, as `assessment.evidence_2026`.
            judged: indicator -> met or not, where the department in charge has judged it.

        Raises:
            UnknownName: no such region or indicator.
            DafengError: a goal that cannot be used.
        """
        evidence = assessment.evidence_2026(self.until(year), region, year, goals or {})
        return assessment.rate_2026({**evidence, **(judged or {})}, falsified)

    def outlook(self, region: str = "CN", overlay: bool = False, until: int | None = None) -> list[assessment.Outlook]:
        """Where the trend of the figures of each target leads."""
        return assessment.outlook(self.targets_of(region, overlay), self.until(until), region)
