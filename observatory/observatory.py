"""The product as one object: a build, the assumptions, and what is computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from observatory import settings
from observatory.errors import MissingInputError
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.tables.manifest import Manifest, read_manifest

if TYPE_CHECKING:
    import geopandas as gpd

    from observatory.geo.codes import Cog
    from observatory.model.levels import Level
    from observatory.model.model import Model


@dataclass(frozen=True)
class Observatory:
    """A build and the assumptions to compute with.

    Parameters
    ----------
    folder : Path
        Folder of the build.
    assumptions : Assumptions
        The assumptions to compute with.

    See Also
    --------
    load : Open the edition or a build.
    """

    folder: Path
    assumptions: Assumptions

    @cached_property
    def model(self) -> Model:
        """The territory measured under the assumptions."""
        from observatory.model.model import Model
        from observatory.model.observed import load_facts

        return Model(load_facts(self.folder), self.assumptions)

    @cached_property
    def manifest(self) -> Manifest:
        """What the build is made of: sources, dates, counts."""
        return read_manifest(self.folder)

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
            Unknown name, or a value that the assumption cannot have.
        """
        return replace(self, assumptions=self.assumptions.changed(values))

    def gaps(self, level: Level = "commune", cog: Cog = "cog_2024") -> gpd.GeoDataFrame:
        """Return need, help and missing hours of each zone, with its outline.

        Parameters
        ----------
        level : str, default "commune"
            One of ``iris``, ``qpv``, ``commune``, ``ept``.
        cog : str, default "cog_2024"
            Communes before (``cog_2024``) or since (``cog_2025``) Pierrefitte-sur-Seine joined
            Saint-Denis.

        Returns
        -------
        geopandas.GeoDataFrame
            One row a zone, in EPSG:2154.
        """
        from observatory.files import layer

        return layer(self.model.gaps(level, cog), self.model.facts)


def load(folder: str | Path | None = None) -> Observatory:
    """Return the build in use, ready to compute.

    Parameters
    ----------
    folder : str or Path, optional
        Folder of a build. By default the user's own build where there is one, else the compiled
        edition, which needs no network.

    Returns
    -------
    Observatory
        The build under the project's assumptions.

    Raises
    ------
    MissingInputError
        There is no such folder.

    Examples
    --------
    >>> import observatory as obs
    >>> obs.load().gaps("commune").shape[0]
    9
    """
    where = settings.load()
    build = where.current if folder is None else Path(folder)
    if not build.is_dir():
        raise MissingInputError(
            str(build),
            expected="a build",
            found="no such folder",
            next_step="give no folder for the compiled edition, or run observatory build",
        )
    return Observatory(build, load_assumptions(where.assumptions))
