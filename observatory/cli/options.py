"""The options that commands share, and what they come to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from observatory import settings
from observatory.errors import ChoiceError, MissingInputError


class Level(StrEnum):
    """The zones that gaps are summed by."""

    IRIS = "iris"
    QPV = "qpv"
    COMMUNE = "commune"
    EPT = "ept"


class Cog(StrEnum):
    """The geographies of communes: as the outlines have them, and those of today."""

    BEFORE = "cog_2024"
    SINCE = "cog_2025"


class GapFormat(StrEnum):
    """How to print gaps."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class TextFormat(StrEnum):
    """How to print a state or a list."""

    TABLE = "table"
    JSON = "json"


class ReportFormat(StrEnum):
    """How to print the report of a build."""

    TABLE = "table"
    MARKDOWN = "markdown"


class FileFormat(StrEnum):
    """The formats of an export; the last two hold everything."""

    CSV = "csv"
    CSV_FR = "csv-fr"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    GEOPARQUET = "geoparquet"
    XLSX = "xlsx"
    DATAPACKAGE = "datapackage"
    GEOPACKAGE_ALL = "geopackage-all"
    DATAPACKAGE_ALL = "datapackage-all"


#: The norm where none is asked for.
DEFAULT_NORM = "france"
TerritoryOption = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="SIREN of an EPT or EPCI, a département such as 93, or commune:CODE,CODE. "
        "[default: that of the compiled edition]",
    ),
]
AroundOption = Annotated[
    float | None,
    typer.Option(
        metavar="KM",
        min=0,
        max=50,
        help="How far communes of other départements are taken in. "
        "[default: edition.around_m of the assumptions]",
    ),
]
ManyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--territory",
        metavar="CODE",
        help="SIREN of an EPT or EPCI, a département such as 93, or commune:CODE,CODE; with "
        "--dataset it can be repeated, and france:ept or 93:epci are all of a kind. "
        "[default: that of the build to replace, else of the compiled edition]",
    ),
]
CodesOption = Annotated[
    Path | None,
    typer.Option("--territories", metavar="FILE", help="Codes for --dataset, one a line."),
]
SchedulerOption = Annotated[
    str,
    typer.Option(metavar="tcp://HOST:PORT", help="With --dataset: build on this Dask cluster."),
]
WorkersOption = Annotated[
    int, typer.Option(min=1, help="With --dataset: workers of this machine (Dask).")
]
RetriesOption = Annotated[
    int, typer.Option(min=0, help="With --dataset: how often a failed task is tried again.")
]
BuildOption = Annotated[
    Path | None,
    typer.Option(
        "--build",
        metavar="DIR|edition",
        help="Use this build instead of the current one; edition is the one that the observatory "
        "comes with.",
    ),
]
CogOption = Annotated[
    Cog,
    typer.Option(
        help="Communes as the outlines have them (cog_2024), or with those that have joined added "
        "up (cog_2025)."
    ),
]
NormOption = Annotated[
    str,
    typer.Option(
        metavar="france|promise|service|share|departement|NUMBER",
        help="What help is set against: what people have within reach on average in France; what "
        "the posts promised to the département would give; so many hours a year for each person; "
        "a number of hours a week per 100 people in digital difficulty; or, for hours to move and "
        "none missing, an equal share of the help of the territory or of the département.",
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Change an assumption of data/assumptions.toml for this run; can be repeated.",
    ),
]


@dataclass(frozen=True)
class Asked:
    """What a command computes with: the build's folder, and the changes of assumptions asked for.

    Attributes
    ----------
    folder
        The build.
    norm
        The norm, as the option takes it.
    changes
        ``NAME=VALUE`` texts.
    """

    folder: Path
    norm: str
    changes: tuple[str, ...]

    @classmethod
    def of(
        cls, build: Path | None, norm: str = DEFAULT_NORM, changes: list[str] | None = None
    ) -> Asked:
        """Return what the options ask for."""
        from observatory.tables.manifest import open_build

        folder = current(build)
        open_build(folder)
        return cls(folder, norm, tuple(changes or ()))

    def assumptions(self) -> Any:
        """Return the project's assumptions with the changes asked for."""
        from observatory.model.assumptions_file import load_assumptions

        base = load_assumptions(settings.load().assumptions)
        changes: dict[str, float | str] = {"gap.norm": _norm(self.norm)}
        for pair in self.changes:
            name, sign, text = pair.partition("=")
            if not sign:
                raise wrong("--set", "NAME=VALUE, such as walk.speed_kmh=4", pair)
            is_text = isinstance(base[name].value, str)
            changes[name] = text if is_text else _number(text, f"--set {name}", "a number")
        return base.changed(changes)

    def model(self, shown: frozenset[str] | None = None, what: str = "the gap") -> Any:
        """Return the build measured under the assumptions asked for.

        Parameters
        ----------
        shown
            What an assumption must act on to change what the command shows; the gap by default.
        what
            The name of it, for an error.

        Raises
        ------
        ChoiceError
            ``--set`` names an assumption that changes nothing of it.
        """
        from observatory.model.assumptions import GAP
        from observatory.model.model import Model
        from observatory.model.observed import load_facts

        assumptions = self.assumptions()
        named = [pair.partition("=")[0] for pair in self.changes]
        assumptions.refuse_idle(named, GAP if shown is None else shown, what)
        model = Model(load_facts(self.folder), assumptions)
        for name in named:
            _ = model.assumptions[name]  # one of a level that another place has is refused
        return model


def _norm(text: str) -> str:
    from observatory.errors import ChoiceError
    from observatory.model.norms import NAMED, norm_of, number

    try:
        found = norm_of(text)
    except ChoiceError as error:
        raise wrong("--norm", f"{', '.join(NAMED)} or a number of 0 or more", text) from error
    return str(number(text)) if found == "number" else found


def _number(text: str, option: str, expected: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise wrong(option, expected, text)
    return value


def wrong(option: str, expected: str, found: str) -> ChoiceError:
    """Return the error of an option that cannot be used."""
    return ChoiceError(
        f"option {option}", expected=expected, found=repr(found), next_step="see --help"
    )


def current(build: Path | None, *, named: bool = False) -> Path:
    """Return the folder of the build to use.

    Parameters
    ----------
    named
        Whether a build that the environment names has to be there: the edition does not stand in.

    Raises
    ------
    MissingInputError
        There is no such folder.
    """
    from observatory.tables.atomic import recover

    where = settings.load()
    recover(where.build)
    folder = build or where.current
    if str(folder) == settings.EDITION and not folder.is_dir():
        folder = where.edition
    if build is None and named and where.named and folder != where.build:
        raise MissingInputError(
            f"OBSERVATORY_BUILD, {where.build}",
            expected="a build",
            found="no manifest.json" if where.build.is_dir() else "no such folder",
            next_step="build it: observatory build --from FOLDER --territory CODE; or name another",
        )
    if build is None:
        _say_unused(where, folder)
    if not folder.is_dir():
        raise MissingInputError(
            str(folder),
            expected="a build",
            found="no such folder",
            next_step="build it: observatory build --from FOLDER --territory CODE",
        )
    return folder


def _say_unused(where: settings.Settings, folder: Path) -> None:
    """Say that the build named in the environment is not there, and whose figures come instead."""
    if where.named and folder != where.build:
        typer.echo(f"no build in {where.build} (OBSERVATORY_BUILD): using {folder}", err=True)


def territory_of(asked: str | None, *builds: Path) -> str:
    """Return the territory asked for, or that of the first of some folders that is a build.

    Raises
    ------
    ChoiceError
        None is asked for, and no folder is a build; or an empty text is, as of a variable that
        a service was not given: no other territory is taken for it.
    """
    from observatory.tables.manifest import is_build, read_manifest

    codes = "the SIREN of an EPT or EPCI, a département, or commune:CODE,CODE"
    if asked is not None and not asked.strip():
        raise wrong("--territory", codes, "an empty text")
    if asked:
        return asked
    for folder in filter(is_build, builds):
        return read_manifest(folder).territory
    raise wrong("--territory", f"{codes}: no build says which", "none")
