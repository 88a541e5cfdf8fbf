"""A workspace: a folder that holds one user's ledger, published results and reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import TracebackType

import pyarrow as pa

from dafeng import accounts, exports, ledger, targets
from dafeng.accounts import Account, Choice, Figure, Inventory, Series
from dafeng.assessing import Assessing
from dafeng.catalog import DafengError, RefusedInput, UnknownName, entities, language
from dafeng.ledger import ImportOptions, ImportRecord, Ledger, Verdict
from dafeng.version import __version__

FORMAT = 1
STATISTICS = "statistics"
MAX_FILE_MB = 512


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or with `dry_run` would do."""

    layout: str
    dataset: str
    verdict: Verdict
    skipped: tuple[str, ...]
    record: ImportRecord | None


class Workspace(Assessing):
    """One user's folder. Open it with `dafeng.open` or make it with `dafeng.init`.

    A workspace is opened for reading unless `write=True`; one process at a time can write, others can read meanwhile.

    Attributes:
        choice: the factor sets in use.
        left_out: datasets that `series` and the boards do not count, with the reason, for instance a missing factor.
    """

    def __init__(self, folder: Path, write: bool = False, choice: Choice | None = None) -> None:
        marker = folder / "workspace.json"
        if not marker.is_file():
            raise DafengError("no_workspace", folder=folder)
        try:
            found = json.loads(marker.read_text(encoding="utf-8"))["format"]
        except (ValueError, LookupError, TypeError):
            found = "?"
        if found != FORMAT:
            raise DafengError("workspace_version", folder=folder, found=found, allowed=FORMAT)
        self.folder = folder
        self.choice = choice or Choice()
        self.ledger = Ledger(folder / "ledger", write)
        self.left_out: dict[str, DafengError] = {}

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the lock on the folder."""
        self.ledger.close()

    # --- what comes in -----------------------------------------------------------------------------------------------

    def load_statistics(self) -> ImportReport:
        """Bring the ledger up to the statistics of the catalogue; a figure that changed replaces the old line."""
        return self._enter(
            "statistics", "catalogue", STATISTICS, ledger.embedded_statistics(), (), "", ("jump",), True, False, ()
        )

    def import_file(
        self,
        path: Path | str,
        layout: str | None = None,
        options: ImportOptions | None = None,
        accept: Sequence[str] = (),
        revise: bool = False,
        dry_run: bool = False,
    ) -> ImportReport:
        """Import a file whole, or refuse it whole.

        Args:
            layout: one of `dafeng.ledger.LAYOUTS`; None: recognised from the file.
            accept: waivable rules (`balance`, `jump`) that you have looked at and accept.
            revise: lines that differ from known ones replace them instead of being refused.
            dry_run: show what would enter and write nothing.

        Raises:
            RefusedInput: with every problem found; nothing was written.
        """
        file = Path(path)
        if not file.is_file():
            raise DafengError("no_file", file=file)
        size = file.stat().st_size / 1e6
        if size > MAX_FILE_MB:
            raise DafengError("file_too_large", file=file, size=f"{size:.0f}", limit=MAX_FILE_MB)
        for rule in accept:
            if rule not in ledger.WAIVABLE:
                raise UnknownName("rule", rule, ledger.WAIVABLE)
        chosen = options or ImportOptions()
        draft = ledger.read_file(file, layout, chosen)
        dataset = chosen.dataset or file.stem
        return self._enter(
            file.name,
            draft.layout,
            dataset,
            draft.observations,
            draft.problems,
            sha256(file.read_bytes()).hexdigest(),
            accept,
            revise,
            dry_run,
            draft.skipped,
        )

    def enter(
        self, observations: Sequence[ledger.Observation], name: str, dataset: str, revise: bool = False
    ) -> ImportReport:
        """Enter observations that a part of Dafeng made, for instance the results of a plan: all or none.

        Raises:
            RefusedInput: with every problem found; nothing was written.
        """
        return self._enter(name, "plan", dataset, observations, (), "", (), revise, False, ())

    def _enter(
        self,
        name: str,
        layout: str,
        dataset: str,
        observations: Sequence[ledger.Observation],
        problems: Sequence[object],
        digest: str,
        accept: Sequence[str],
        revise: bool,
        dry_run: bool,
        skipped: tuple[str, ...],
    ) -> ImportReport:
        verdict = ledger.judge(self.ledger, observations, problems, accept, revise)  # type: ignore[arg-type]
        if verdict.refused and not dry_run:
            raise RefusedInput(name, verdict.refused)
        record = None
        if verdict.new and not dry_run:
            record = self.ledger.append(verdict.new, name, layout, dataset, digest, accept, verdict.known)
            self._forget()
        return ImportReport(layout, dataset, verdict, skipped, record)

    def _forget(self) -> None:
        self.left_out.clear()
        for name in ("_books", "series", "_lines"):
            self.__dict__.pop(name, None)

    # --- accounts ----------------------------------------------------------------------------------------------------

    def books(self) -> Mapping[str, Account]:
        """The account of every dataset, the statistics first; a book that cannot be counted is in `left_out`."""
        return self._books

    @cached_property
    def _books(self) -> dict[str, Account]:
        found = {STATISTICS: self._account(STATISTICS)}
        for book in self.datasets():
            if book != STATISTICS:
                try:
                    found[book] = self._account(book)
                except DafengError as error:
                    self.left_out[book] = error
        return found

    @cached_property
    def series(self) -> Series:
        """Figures and indicators of every entity: (entity, name) -> year -> figure.

        The statistics come first; what other datasets count in addition stands beside them, and where two datasets
        count the same thing, each of the later ones under `name|dataset`.
        """
        stated = accounts.stated_figures(self.ledger, STATISTICS)
        found = accounts.series_of([*self._books[STATISTICS].figures(), *stated])
        for book, account in self._books.items():
            if book != STATISTICS:
                for (entity, name), points in accounts.series_of(account.figures()).items():
                    key = (entity, name if (entity, name) not in found else accounts.key_of(name, book))
                    found[key] = points
        return accounts.with_indicators(found)

    def datasets(self) -> list[str]:
        """The books that the ledger holds."""
        table = self.ledger.observations()
        return sorted(self.ledger.run(table.select("dataset").distinct())["dataset"].to_pylist())

    def inventory(
        self, entity: str, year: int, measure: str | None = None, dataset: str | None = None
    ) -> list[Inventory]:
        """The inventories of an entity for a year.

        Args:
            measure: only this one, e.g. `co2_fuel`; default: all that the data allow.
            dataset: the book to count from; needed where a measure can be counted from several.

        Raises:
            UnknownName: no such entity.
            DafengError: a measure is in several datasets and none was named; or there are no data.
        """
        entities()[entity]
        found: dict[str, list[Inventory]] = {}
        for book in [dataset] if dataset else self.datasets():
            for inventory in accounts.inventories(self._account(book, entity, (year, year), measure)):
                found.setdefault(inventory.figure.name, []).append(inventory)
        for name, several in found.items():
            if len(several) > 1:
                raise DafengError(
                    "which_dataset",
                    entity=entity,
                    year=year,
                    measure=name,
                    datasets=", ".join(i.figure.dataset for i in several),
                )
        if not found:
            raise DafengError("no_figure", figure=f"{entity}/{year}/{measure or '*'}", have=self._years_of(entity))
        return [several[0] for several in found.values()]

    def _account(
        self,
        dataset: str,
        entity: str | None = None,
        years: tuple[int, int] | None = None,
        measure: str | None = None,
    ) -> Account:
        build = accounts.statistical_measures if dataset == STATISTICS else accounts.balance_measures
        wanted = [m for m in build(self.choice) if measure in (None, m.id)]
        return accounts.evaluate(self.ledger, wanted, dataset, entity=entity, years=years)

    def _years_of(self, entity: str) -> str:
        years = sorted({year for (owner, _), points in self.series.items() if owner == entity for year in points})
        return f"{entity}: {years[0]}-{years[-1]}" if years else f"{entity}: -"

    def figure(self, entity: str, name: str, year: int | None = None, scope: str | None = None) -> Figure:
        """One figure; the latest where no year is named, the first reading where no scope is.

        Raises:
            UnknownName: no such entity or figure name.
            DafengError: no data for that year.
        """
        entities()[entity]
        readings = [
            r for r in accounts.readings(self.series, entity, name) if scope in (None, next(iter(r.values())).scope)
        ]
        if not readings:
            raise UnknownName(
                "figure", f"{entity}/{name}", [f"{entity}/{n}" for n in accounts.names(self.series, entity)]
            )
        points = readings[0] if year is None else next((r for r in readings if year in r), readings[0])
        chosen = max(points) if year is None else year
        if chosen not in points:
            raise DafengError("no_figure", figure=f"{entity}/{chosen}/{name}", have=f"{min(points)}-{max(points)}")
        return points[chosen]

    def comparison(self, entity: str, name: str) -> list[dict[int, Figure]]:
        """The same indicator under every scope, side by side: a table to look at, not a comparison."""
        entities()[entity]
        return accounts.readings(self.series, entity, name)

    def compare(
        self, sets: Sequence[str], entity: str, year: int, dataset: str | None = None, measure: str = "co2_fuel"
    ) -> list[Inventory]:
        """One measure under several sets of fuel factors, side by side; each result names its set."""
        found = []
        for name in sets:
            other = Workspace(self.folder, choice=Choice(**{**asdict(self.choice), "fuels": name}))
            found += other.inventory(entity, year, measure, dataset)
        return found

    def recounted(self, region: str, measure: str, choice: Choice) -> dict[int, Figure]:
        """A measure of the statistics in every year, counted with other factor sets; empty where there are no data.

        Raises:
            MissingFactor: the sets lack a factor.
        """
        wanted = [one for one in accounts.statistical_measures(choice) if one.id == measure]
        account = accounts.evaluate(self.ledger, wanted, STATISTICS, entity=region)
        return {figure.year: figure for figure in account.figures()}

    # --- publication -------------------------------------------------------------------------------------------------

    def publish(self, entity: str, year: int, measure: str, dataset: str | None = None) -> Path:
        """Keep an inventory as it is now, with its coefficients, under `published/`; earlier publications stay.

        Raises:
            DafengError: the workspace is open for reading.
        """
        if not self.ledger.writable:
            raise DafengError("read_only", folder=self.folder)
        inventory = self.inventory(entity, year, measure, dataset)[0]
        now = datetime.now(UTC)
        folder = self.folder / "published"
        folder.mkdir(exist_ok=True)
        path = folder / f"{entity}-{year}-{measure}-{now:%Y%m%dT%H%M%S%f}.json"
        ledger.write_whole(
            path, json.dumps(accounts.published_form(inventory, now.isoformat(), __version__), indent=1).encode()
        )
        return path

    def publications(self) -> list[Path]:
        """The published results, oldest first."""
        return sorted((self.folder / "published").glob("*.json"))

    def recompute(self, publication: Path | str) -> accounts.Recount:
        """Draw a published account up anew with today's ledger and factors and show the difference. Nothing is
        changed.
        """
        path = self.folder / "published" / Path(publication).name
        if not path.is_file():
            raise UnknownName("publication", Path(publication).name, [p.name for p in self.publications()])
        then = json.loads(path.read_text(encoding="utf-8"))
        now = self.inventory(then["entity"], then["year"], then["measure"], then["dataset"])[0]
        return accounts.recount(then, now)

    # --- why ---------------------------------------------------------------------------------------------------------

    def explain(self, address: str, lang: str | None = None) -> list[accounts.Step]:
        """Why a figure is what it is: `CN-HE/2020/energy_intensity`, or `CN/2024/carbon_intensity|scope`.

        Raises:
            DafengError: the address has not the form REGION/YEAR/NAME, or there are no data.
        """
        parts = address.split("/")
        if len(parts) != 3 or not parts[1].isdigit():
            raise DafengError("figure_form", found=address)
        entity, year, name = parts[0], int(parts[1]), parts[2]
        plain, _, scope = name.partition("|")
        try:
            figure = self.figure(entity, plain, year, scope or None)
        except (UnknownName, DafengError):
            return self._explain_inventory(entity, year, plain, lang)
        return self.explain_figure(figure, lang)

    def explain_figure(self, figure: Figure, lang: str | None = None) -> list[accounts.Step]:
        """The chain below a figure of `series`."""
        books = {book: self._books[book] for book in sorted(accounts.datasets_of(figure)) if book in self._books}
        lines = {book: self._lines_of(book, figure.entity) for book in books}
        return accounts.explain(figure, books, lines, lang or language())

    def _explain_inventory(self, entity: str, year: int, measure: str, lang: str | None) -> list[accounts.Step]:
        inventory = self.inventory(entity, year, measure)[0]
        book = inventory.figure.dataset
        account = self._account(book, entity, (year, year), measure)
        return accounts.explain(
            inventory.figure, {book: account}, {book: self._lines_of(book, entity)}, lang or language()
        )

    @cached_property
    def _lines(self) -> dict[tuple[str, str], accounts.Lines]:
        return {}

    def _lines_of(self, dataset: str, entity: str) -> accounts.Lines:
        """The ledger lines of an entity in a dataset; of the small statistics those of all entities at once."""
        key = (dataset, "" if dataset == STATISTICS else entity)
        if key not in self._lines:
            table = self.ledger.observations()
            table = table.filter(table.dataset == dataset)
            if key[1]:
                table = table.filter(table.entity == entity)
            self._lines[key] = accounts.Lines(self.ledger.run(table).to_pylist())
        return self._lines[key]

    # --- what goes out -----------------------------------------------------------------------------------------------

    def export(self, path: Path | str, what: str = "ledger", overwrite: bool = False) -> int:
        """Write the ledger, the figures or the board to a file; the rows written.

        Args:
            path: `.csv` or `.parquet`; the ledger in this form can be imported again.
            what: `ledger`, `figures` or `board`.

        Raises:
            UnknownName: another `what` or another kind of file.
            DafengError: the file exists and `overwrite` is not set.
        """
        tables: dict[str, Callable[[], pa.Table]] = {
            "ledger": lambda: exports.ledger_table(self.ledger),
            "figures": lambda: exports.figures_table(self.series),
            "board": lambda: exports.board_table({r: self.board(r, overlay=True) for r in self.regions()}),
        }
        if what not in tables:
            raise UnknownName("export", what, tables)
        exports.check_path(Path(path), overwrite)
        return exports.write_table(tables[what](), Path(path))

    # --- targets -----------------------------------------------------------------------------------------------------

    def regions(self) -> list[str]:
        """The nation and the provinces for which there are figures, in catalogue order."""
        known = {entity for entity, _ in self.series}
        return [e for e in entities() if e in known and entities()[e]["kind"] in ("nation", "province")]

    def targets_of(self, region: str = "CN", overlay: bool = False) -> list[targets.Target]:
        """The targets of a region: for the nation the plan's (and the 2026 layer), for a province its own."""
        entities()[region]
        return targets.plan_targets(overlay) if region == "CN" else targets.provincial_targets(region)

    def board(
        self, region: str = "CN", overlay: bool = False, today: int | None = None, until: int | None = None
    ) -> list[targets.BoardRow]:
        """The status board: for the nation the plan's targets (and the 2026 layer), for a province its own.

        Args:
            overlay: switch the 2026 layer on.
            today: the year in which the board is read; default: this one.
            until: figures after this year are left out; default: none.
        """
        wanted = self.targets_of(region, overlay)
        return targets.board(wanted, self.until(until), region, today or datetime.now(UTC).year)


def init(folder: Path | str, exist_ok: bool = False) -> Workspace:
    """Make a workspace in `folder` and open it for writing.

    Raises:
        DafengError: there is one already and `exist_ok` is False.
    """
    path = Path(folder)
    marker = path / "workspace.json"
    if marker.is_file():
        if not exist_ok:
            raise DafengError("workspace_exists", folder=path)
        return Workspace(path, write=True)
    path.mkdir(parents=True, exist_ok=True)
    ledger.write_whole(marker, json.dumps({"format": FORMAT, "made": datetime.now(UTC).isoformat()}).encode())
    return Workspace(path, write=True)


def open(folder: Path | str, write: bool = False, choice: Choice | None = None) -> Workspace:
    """Open a workspace, for reading unless `write` is set.

    Raises:
        DafengError: the folder holds no workspace.
        WorkspaceBusy: another process has it open for writing.
    """
    return Workspace(Path(folder), write, choice)
