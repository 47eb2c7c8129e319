"""The product as one object: a build, the assumptions, and what is computed from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from observatory import settings
from observatory.errors import ChoiceError, MissingInputError
from observatory.model.assumptions import COMPUTED, Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.tables.manifest import Manifest, open_build

if TYPE_CHECKING:
    from datetime import date, datetime

    import geopandas as gpd
    import pandas as pd

    from observatory.geo.codes import Cog
    from observatory.model.levels import Level
    from observatory.model.model import Model
    from observatory.model.observed import Facts
    from observatory.model.scenario import Scenario
    from observatory.model.siting import Siting
    from observatory.model.siting_solve import Progress
    from observatory.words.catalogue import Lang


@dataclass(frozen=True)
class Observatory:
    """A build and the assumptions to compute with.

    Parameters
    ----------
    folder : Path
        Folder of the build.
    assumptions : Assumptions
        The assumptions to compute with.
    kept_draws : mapping of str to pandas.DataFrame, optional
        What a dataset keeps of the usual draws, by table. It is used where the same code, build
        and assumptions would draw the same; else everything is drawn.

    See Also
    --------
    load : Open the edition or a build.
    """

    folder: Path
    assumptions: Assumptions
    kept_draws: Mapping[str, pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def facts(self) -> Facts:
        """The stored tables of the build: what was observed, no result of an assumption."""
        from observatory.model.observed import load_facts

        return load_facts(self.folder)

    @cached_property
    def model(self) -> Model:
        """The territory measured under the assumptions."""
        from observatory.model.model import Model
        from observatory.model.zone_draws import KeptDraws

        drawing = Model(self.facts, self.assumptions)
        kept = KeptDraws.read(self.kept_draws, self.folder.name, drawing.assumptions)
        if kept is None:
            return drawing
        return Model(self.facts, self.assumptions, ground=drawing.ground, kept=kept)

    @cached_property
    def sources(self) -> pd.DataFrame:
        """The sources of the build: publisher, licence, vintage and rows, one row each."""
        import pandas as pd

        names = ["id", "title", "publisher", "licence", "vintage", "covers", "url"]
        names += ["rows_in", "rows_out", "rows_aside", "read_on"]
        rows = [source.as_dict() for source in self.manifest.sources]
        return pd.DataFrame(rows, columns=names)

    @cached_property
    def manifest(self) -> Manifest:
        """What the build is made of: sources, dates, counts."""
        return open_build(self.folder)

    def with_assumptions(self, values: Mapping[str, float | str]) -> Observatory:
        """Return the same build under other assumptions.

        Parameters
        ----------
        values : mapping of str to float or str
            New values by name, as in ``data/assumptions.toml``.

        Returns
        -------
        Observatory
            The same build; this one is not changed.

        Raises
        ------
        ChoiceError
            Unknown name, a value that the assumption cannot have, or one that acts on a build
            alone.
        """
        self.model.assumptions.refuse_idle(values, COMPUTED, "what is computed from a build")
        return replace(self, assumptions=self.assumptions.changed(values))

    def gaps(self, level: Level = "commune", cog: Cog = "cog_2024") -> gpd.GeoDataFrame:
        """Return need, help and missing hours of each zone, with its outline.

        Parameters
        ----------
        level : str, default "commune"
            One of ``iris``, ``qpv``, ``commune``, ``ept``.
        cog : str, default "cog_2024"
            Communes before (``cog_2024``) or since (``cog_2025``) the mergers of 2025-01-01.

        Returns
        -------
        geopandas.GeoDataFrame
            One row a zone, in metres of the official projection (EPSG:2154, or one overseas).
        """
        from observatory.files import layer

        return layer(self.model.gaps(level, cog), self.model.facts)

    def study(self, name: str, **options: Any) -> pd.DataFrame:
        """Return the table of a study, as ``observatory study`` prints it.

        Parameters
        ----------
        name : str
            One of ``observatory.model.studies.STUDIES``: ``ranks``, ``tornado``, ``equity``...
        **options
            Options of the study, such as ``level``, ``cog``, ``draws`` and ``seed``.

        Returns
        -------
        pandas.DataFrame
            Columns of the study's table.

        Raises
        ------
        ChoiceError
            No such study, or an option that it cannot take.
        """
        from observatory.model.studies import STUDIES

        if name not in STUDIES or not set(options) <= set(STUDIES[name].options):
            raise ChoiceError(
                f"study {name}",
                expected=", ".join(f"{n}({', '.join(s.options)})" for n, s in STUDIES.items()),
                found=f"{name}({', '.join(options)})",
                next_step="choose a study and its options from this list",
            )
        return STUDIES[name].of(self.model, **options)

    def scenario(self, file: str | Path | None = None, *, anyway: bool = False) -> Scenario:
        """Return what would change if places opened, moved or closed.

        Parameters
        ----------
        file : str or Path, optional
            A scenario saved by :meth:`save_scenario`, replayed under the assumptions that it
            names; by default nothing changes to begin with.
        anyway : bool, default False
            Whether to replay it where its build or its assumptions are others now.

        Returns
        -------
        Scenario
            ``obs.load().scenario().open(lat=48.95, lon=2.38, posts=0.5).compare("commune")``.

        Raises
        ------
        InputError
            A file that is none, whose base is another one, or a change that cannot be made.
        """
        from observatory.model.scenario import Scenario

        if file is None:
            return Scenario(self.model)
        from observatory.model.scenario_file import read

        written = read(Path(file))
        model = self.model.under(self._project.changed(written.values))
        return written.on(model, anyway=anyway)

    def save_scenario(self, scenario: Scenario, to: str | Path) -> Path:
        """Write a scenario to a file that people can read.

        Parameters
        ----------
        scenario : Scenario
            The scenario.
        to : str or Path
            The file, TOML.

        Returns
        -------
        Path
            The file.
        """
        from observatory.model.scenario_file import write
        from observatory.tables.atomic import write_whole

        write_whole(Path(to), write(scenario, self._project).encode())
        return Path(to)

    @property
    def _project(self) -> Assumptions:
        return load_assumptions(settings.load().assumptions)

    def siting(
        self,
        posts: float | None = None,
        *,
        progress: Progress | None = None,
        cancel: Callable[[], bool] | None = None,
        **asked: Any,
    ) -> Siting:
        """Return where new counsellors' posts would help most.

        Parameters
        ----------
        posts : float, optional
            How many posts, in halves; or ``budget_eur``.
        progress : callable, optional
            Called with the step, the gain and the bound so far.
        cancel : callable, optional
            Returns whether to stop; the answer is then the best so far.
        **asked
            What else can be asked (``model.siting_request.Request``): ``budget_eur``, ``aim``,
            ``kinds``, ``own``, ``fixed``, ``forbidden``, ``qpv_share``, ``at_most``, ``seconds``.

        Returns
        -------
        Siting
            The places and for whom (``.table``), the gain, the most that could be gained, and
            whether the answer is proved the best.

        Raises
        ------
        ChoiceError
            A request that cannot be met, such as posts that are not halves.
        """
        from observatory.model.siting import Request, siting

        request = Request(posts=posts, **asked)
        return siting(self.model, request, stops=self._stops, progress=progress, cancel=cancel)

    def siting_curve(
        self,
        posts: float | None = None,
        *,
        progress: Callable[[float], None] | None = None,
        cancel: Callable[[], bool] | None = None,
        **asked: Any,
    ) -> pd.DataFrame:
        """Return the hours missing that each number of well-placed posts leaves.

        Parameters
        ----------
        posts : float, optional
            The most posts, in halves; or ``budget_eur``.
        progress : callable, optional
            Called with the part done, from 0 to 1.
        cancel : callable, optional
            Returns whether to stop; the rows are then those of the posts reached.
        **asked
            As for :meth:`siting`.

        Returns
        -------
        pandas.DataFrame
            One row each half post (``tables.siting_results.CURVE``).
        """
        from observatory.model.siting import Request
        from observatory.model.siting_curve import curve

        request = Request(posts=posts, **asked)
        return curve(self.model, request, stops=self._stops, progress=progress, cancel=cancel)

    def siting_draws(
        self,
        posts: float | None = None,
        *,
        draws: int = 100,
        progress: Callable[[float], None] | None = None,
        cancel: Callable[[], bool] | None = None,
        **asked: Any,
    ) -> pd.DataFrame:
        """Return how often each place is chosen where the assumptions are drawn.

        Parameters
        ----------
        posts : float, optional
            How many posts, in halves; or ``budget_eur``.
        draws : int, default 100
            How many draws, of the series that every interval comes from.
        progress : callable, optional
            Called with the part done, from 0 to 1.
        cancel : callable, optional
            Returns whether to stop; the table is then of the draws done.
        **asked
            As for :meth:`siting`.

        Returns
        -------
        pandas.DataFrame
            One row a place chosen at least once (``tables.siting_results.CHOSEN``).
        """
        from observatory.model.siting import Request
        from observatory.model.siting_draws import chosen_over_draws

        request = Request(posts=posts, **asked)
        return chosen_over_draws(
            self.model, request, draws, stops=self._stops, progress=progress, cancel=cancel
        )

    @cached_property
    def _stops(self) -> pd.DataFrame | None:
        from observatory.tables.storage import read_optional
        from observatory.tables.transit_tables import STOPS

        return read_optional(STOPS, self.folder)

    def sheet(
        self,
        zone: str = "ept",
        form: str = "pdf",
        *,
        lang: Lang = "fr",
        cog: Cog = "cog_2024",
        day: date | None = None,
        address: str | None = None,
        scenario: Scenario | None = None,
    ) -> bytes:
        """Return the sheet of a territory, to hand to who decides: one page and two of detail.

        Parameters
        ----------
        zone : str, default "ept"
            Code of a commune or a QPV, or ``ept``.
        form : str, default "pdf"
            ``pdf`` or ``html``.
        lang : str, default "fr"
            ``fr`` or ``en``.
        cog : str, default "cog_2024"
            As for :meth:`gaps`.
        day : datetime.date, optional
            The day printed; today by default.
        address : str, optional
            Where the app is served, for the code to scan; ``OBSERVATORY_ADDRESS`` by default.
        scenario : Scenario, optional
            What would change, to be said too.

        Returns
        -------
        bytes
            The file. The same build, assumptions and day give the same bytes.

        Raises
        ------
        ChoiceError
            Unknown zone, format, language or geography.
        """
        from datetime import UTC, datetime

        from observatory.sheets.territory_content import territory_content
        from observatory.sheets.territory_files import sheet_bytes
        from observatory.sheets.territory_zones import Territory

        territory = Territory(self.model, self.manifest.sources, self._project, cog)
        content = territory_content(
            territory,
            territory.zone(zone),
            day or datetime.now(tz=UTC).date(),
            lang,
            address=settings.load().address if address is None else address,
            scenario=scenario,
        )
        return sheet_bytes(content, form)

    def find(
        self, near: str, need: str = "", limit: int = 5, at: datetime | None = None
    ) -> pd.DataFrame:
        """Return the nearest places that suit a person, by walking minutes.

        Parameters
        ----------
        near : str
            Name of a commune, a QPV, an IRIS, a school or a place of the build.
        need : str, default ""
            What the person needs, in a word or two.
        limit : int, default 5
            How many places at most.
        at : datetime, optional
            The moment that ages and holidays are told for; now by default.

        Returns
        -------
        pandas.DataFrame
            One row a place, the nearest first. ``why`` and ``caveats`` are remarks, codes with
            values: ``observatory.words.remark_words.sentences`` puts them into words.

        Raises
        ------
        ChoiceError
            Nothing has that name, or nobody understands that need.
        """
        from observatory.places.opening_hours import local
        from observatory.places.search import named

        entries = named.named(near, named.gazetteer_of(self.facts))
        if entries.empty or not entries["sure"].iloc[0]:
            among = "; ".join(dict.fromkeys(entries.get("name", ())))
            raise ChoiceError(
                "near",
                expected="a name of the build that means one place",
                found=repr(near),
                next_step=f"say which: {among}" if among else "try a commune, a school or a place",
            )
        start = entries.iloc[0]
        request = named.Request(need=need, limit=limit)
        where = float(start["lon"]), float(start["lat"])
        moment = local(at or named.now(), self.facts.departement)
        places = named.directory_of(self.facts)
        return named.find_near(places, *where, request, moment, self.assumptions)

    def dictionary(self, table: str = "gaps") -> pd.DataFrame:
        """Return what each column of a table means: unit, source, meaning of missing.

        Parameters
        ----------
        table : str, default "gaps"
            ``gaps``, a stored table such as ``iris`` or ``sites``, a study, ``scenario``,
            ``scenario_totals``, ``scenario_schools``, ``scenario_offers``,
            ``scenario_solidarity``, ``siting``,
            ``siting_curve`` or ``siting_draws``.

        Returns
        -------
        pandas.DataFrame
            One row a column.

        Raises
        ------
        ChoiceError
            No such table.
        """
        from observatory.files import dictionary
        from observatory.model.studies import STUDIES
        from observatory.tables.decision_results import SCENARIO
        from observatory.tables.facts import BUILT
        from observatory.tables.siting_results import CHOSEN, CURVE, SITING

        known = {one.name: one for one in (*BUILT, *SCENARIO, SITING, CURVE, CHOSEN)}
        known |= {name: study.table for name, study in STUDIES.items()}
        if table not in known:
            raise ChoiceError(
                "table",
                expected=", ".join(known),
                found=repr(table),
                next_step="choose one of these tables",
            )
        return dictionary(known[table], self.manifest.sources)

    def export(
        self, to: str | Path, form: str = "csv", level: Level = "commune", cog: Cog = "cog_2024"
    ) -> tuple[Path, ...]:
        """Write the gaps of a level, or everything, with dictionary, licences and method beside.

        Parameters
        ----------
        to : str or Path
            Folder to write in.
        form : str, default "csv"
            ``csv``, ``csv-fr``, ``geojson``, ``gpkg``, ``geoparquet``, ``xlsx`` or
            ``datapackage`` for one level; ``geopackage-all`` or ``datapackage-all`` for every
            level, the places, the help, the schools and the cells together.
        level : str, default "commune"
            As for :meth:`gaps`; nothing with the last two forms.
        cog : str, default "cog_2024"
            As for :meth:`gaps`.

        Returns
        -------
        tuple of Path
            The files written, the data first.

        Raises
        ------
        ChoiceError
            Unknown format, level or geography.
        """
        from observatory.files import WHOLE, Notes, export_gaps, export_whole

        of = "all" if form in WHOLE else level
        asked = {"level": of, "cog": cog, "norm": self.assumptions.text("gap.norm")}
        notes = Notes(self.manifest, self.model.assumptions, asked)
        if form in WHOLE:
            return export_whole(self.model, Path(to), form, notes, cog)
        return export_gaps(self.model.gaps(level, cog), self.facts, Path(to), form, notes)


def load(folder: str | Path | None = None, *, territory: str | None = None) -> Observatory:
    """Return the build in use, ready to compute.

    Parameters
    ----------
    folder : str or Path, optional
        Folder of a build. By default the user's own build where there is one, else the compiled
        edition, which needs no network. With ``territory``, the folder or address of a dataset
        of many territories (``observatory build --dataset``); by default that of
        ``OBSERVATORY_DATASET``.
    territory : str, optional
        Code of a territory of a dataset.

    Returns
    -------
    Observatory
        The build under the project's assumptions.

    Raises
    ------
    MissingInputError
        There is no such folder.
    ChoiceError
        The dataset has no such territory.

    Examples
    --------
    >>> import observatory as obs
    >>> obs.load().gaps("commune").shape[0]
    9
    """
    where = settings.load()
    if territory is not None:
        from observatory.tables.dataset import Dataset

        dataset = Dataset(str(folder or where.dataset))
        entry = dataset.entry(territory)
        opened = dataset.open(entry, where.kept)
        return Observatory(opened, load_assumptions(where.assumptions), dataset.draws(entry))
    build = where.current if folder is None else Path(folder)
    if not build.is_dir():
        raise MissingInputError(
            str(build),
            expected="a build",
            found="no such folder",
            next_step="give no folder for the compiled edition, or run observatory build",
        )
    return Observatory(build, load_assumptions(where.assumptions))
