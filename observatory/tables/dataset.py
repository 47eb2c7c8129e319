"""Many territories as one partitioned dataset, in a local folder or an object store.

Each table of a build is a folder of GeoParquet or Parquet files, partitioned the way of Hive::

    catalogue.parquet                                           a row a territory
    gaps.parquet                                                its need, help, access and gap
    iris/departement=93/territory=200057867/iris.parquet        the bytes that the build wrote
    manifest/departement=93/territory=200057867/manifest.json
    zone_draws/departement=93/territory=200057867/zone_draws.parquet    intervals and ranks
    history/departement=93/territory=200057867/2026-11-27-d55b0c1e/     a build kept, whole

DuckDB, pyarrow and geopandas read ``iris/`` in place. The files of a build are put first, its
manifest next and its row of the catalogue last: who opens a territory takes the build that the
catalogue names, verified, from its history where it is being renewed.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import pandas as pd

from observatory.errors import ChoiceError, FileFormatError, MissingInputError, ObservatoryError
from observatory.tables.catalogue_tables import CATALOGUE
from observatory.tables.check import check
from observatory.tables.draw_results import KEPT_DRAWS
from observatory.tables.facts import BUILT
from observatory.tables.history import FOLDER, KEPT, link
from observatory.tables.manifest import MANIFEST, Manifest, hash_file, read_manifest
from observatory.tables.object_store import Store
from observatory.tables.storage import write_table
from observatory.tables.table import Table

GAPS = next(table for table in BUILT if table.name == "gaps")
#: The tables about all territories, at the top of a dataset.
OVERVIEW: tuple[Table, ...] = (CATALOGUE, GAPS)
NEXT = "build it: observatory build --dataset URL --territory CODE --territory CODE"
#: Builds of a dataset that are kept on this machine, the last used ones.
MOST_HERE = 256


class Dataset(Store):
    """A dataset of territories, by its address."""

    def put(self, build: Path, departement: str) -> str:
        """Put a build in its place, and give the hash of its manifest.

        Tables that the former build of the territory had and this one has not are removed.
        """
        manifest = read_manifest(build)
        place = partition(departement, manifest.territory)
        standing = self.manifest(place)
        for name in manifest.tables:
            self.write(table_path(name, place), (build / f"{name}.parquet").read_bytes())
        for name in set(standing.tables if standing else ()) - set(manifest.tables):
            self.remove(table_path(name, place))
        content = (build / MANIFEST).read_bytes()
        self.write(f"manifest/{place}/{MANIFEST}", content)
        return hashlib.sha256(content).hexdigest()

    def manifest(self, place: str) -> Manifest | None:
        """Return the record of the build that stands in a place; ``None`` where none reads."""
        with tempfile.TemporaryDirectory() as folder:
            try:
                content = self.read(f"manifest/{place}/{MANIFEST}")
                Path(folder, MANIFEST).write_bytes(content)
                return read_manifest(Path(folder))
            except (FileNotFoundError, FileFormatError):
                return None

    def put_draws(self, rows: Mapping[str, pd.DataFrame], departement: str, territory: str) -> None:
        """Put what the draws say beside a build; its rows say what they were drawn from."""
        place = partition(departement, territory)
        for table in KEPT_DRAWS:
            self.write(table_path(table.name, place), _bytes(rows[table.name], table))

    def draws(self, territory: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
        """Return what the draws say of a row of the catalogue; nothing where it is not kept whole.

        What does not read is as good as not kept: it can be drawn again.
        """
        place = place_of(territory)
        try:
            return {
                table.name: check(
                    pd.read_parquet(io.BytesIO(self.read(table_path(table.name, place)))), table
                )
                for table in KEPT_DRAWS
            }
        except (OSError, ValueError, ObservatoryError):
            return {}

    def catalogue(self) -> gpd.GeoDataFrame:
        """Return the territories that there are (``CATALOGUE``), in order of their codes.

        Raises
        ------
        MissingInputError
            There is no dataset there.
        """
        rows: gpd.GeoDataFrame = self._overview(CATALOGUE)
        return rows

    def gaps(self) -> pd.DataFrame:
        """Return need, help, access and gap of each territory, as measured when it was built."""
        rows: pd.DataFrame = self._overview(GAPS)
        return rows

    def _overview(self, table: Table) -> Any:
        name = f"{table.name}.parquet"
        try:
            content = io.BytesIO(self.read(name))
        except FileNotFoundError as error:
            raise MissingInputError(
                f"dataset {self.name}",
                expected="a dataset of territories",
                found=f"no {name}",
                next_step=NEXT,
            ) from error
        rows = pd.read_parquet(content) if table.crs is None else gpd.read_parquet(content)
        since = [one.name for one in table.columns if one.missing and one.name not in rows]
        known = rows.assign(**dict.fromkeys(since))  # columns that an earlier version did not note
        return check(known, table, where=f"{self.name}/{name}")

    def record(self, rows: Mapping[str, Any]) -> None:
        """Add rows to the tables about all territories, in place of those of the same keys."""
        for table in OVERVIEW:
            new = rows[table.name]
            try:
                known = self._overview(table)
            except MissingInputError:
                known = new.iloc[:0]
            one = "territory" if table is CATALOGUE else "code"
            former = known[~known[one].isin(new[one])]
            whole = pd.concat([former, new]) if len(former) else new
            self.write(f"{table.name}.parquet", _bytes(whole, table))

    def entry(self, territory: str) -> Mapping[str, Any]:
        """Return the catalogue's row of a territory.

        Raises
        ------
        ChoiceError
            The dataset has no such territory.
        """
        return entry_of(self.catalogue(), territory, self.name)

    def open(self, territory: Mapping[str, Any], kept: Path) -> Path:
        """Return the folder of the build that a row of the catalogue names, fetched once.

        Parameters
        ----------
        territory
            As :meth:`entry` gives it.
        kept
            The folder of the builds fetched so far, each under its hash.

        Raises
        ------
        FileFormatError
            The build is not, or no longer, the one that the catalogue names.
        """
        target = kept / str(territory["hash"])
        if not target.is_dir():
            make_room(kept)
            with tempfile.TemporaryDirectory(dir=kept, prefix=".") as part:
                self._fetch(territory, Path(part) / "build")
                try:
                    (Path(part) / "build").rename(target)
                except OSError:  # another one fetched the same bytes meanwhile
                    if not target.is_dir():
                        raise
        os.utime(target)
        return target

    def _fetch(self, territory: Mapping[str, Any], folder: Path) -> None:
        """Fetch the build that stands in its place, else as its history holds it."""
        place, wanted = place_of(territory), str(territory["hash"])
        try:
            self.fetch_standing(place, folder, wanted)
        except FileFormatError:
            for one in self.kept_names(place):
                at = f"{FOLDER}/{place}/{one}"
                if hashlib.sha256(self.read(f"{at}/{MANIFEST}")).hexdigest() == wanted:
                    self.fetch(at, folder, f"{at}/{{}}.parquet".format, wanted)
                    return
            raise

    def fetch_standing(
        self, place: str, folder: Path, wanted: str = "", *, share: bool = False
    ) -> None:
        """Fetch the build that stands in a place, as :meth:`fetch` does."""
        at = f"manifest/{place}"
        self.fetch(at, folder, lambda name: table_path(name, place), wanted, share=share)

    def fetch(
        self,
        manifest: str,
        folder: Path,
        table: Callable[[str], str],
        wanted: str = "",
        *,
        share: bool = False,
    ) -> None:
        """Fetch a build into a folder that is not there yet, each file verified.

        Parameters
        ----------
        manifest
            Where its record is.
        table
            Gives the path of a table.
        wanted
            SHA-256 that the record must have; any by default.
        share
            Whether a local dataset shares its bytes; else they are copied.

        Raises
        ------
        FileFormatError
            A file is not the one wanted.
        """
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._take(f"{manifest}/{MANIFEST}", folder / MANIFEST, wanted, share=share)
        for name, digest in read_manifest(folder).tables.items():
            self._take(table(name), folder / f"{name}.parquet", digest, share=share)

    def _take(self, path: str, target: Path, wanted: str, *, share: bool) -> None:
        try:
            if share and self.folder is not None:
                link(self.folder / path, target)
            else:
                target.write_bytes(self.read(path))
            found = hash_file(target)
        except FileNotFoundError:
            found = "no such file"
        if found != (wanted or found) or not target.exists():
            raise FileFormatError(
                f"{self.name}/{path}",
                expected=f"SHA-256 {wanted[:12]}…" if wanted else "the record of a build",
                found=found[:12],
                next_step="try again in a minute if it is being built; else build it again",
            )

    def kept_names(self, place: str) -> list[str]:
        """Return the names of the builds that the history of a place holds whole."""
        return sorted(
            path.split("/")[-2]
            for path in self.files(f"{FOLDER}/{place}")
            if path.endswith(f"/{KEPT}") and not path.split("/")[-2].startswith(".")
        )


def entry_of(catalogue: gpd.GeoDataFrame, territory: str, where: str) -> Mapping[str, Any]:
    """Return the row of a territory in a catalogue.

    Raises
    ------
    ChoiceError
        The catalogue has no such territory.
    """
    rows = catalogue[catalogue["territory"] == territory]
    if len(rows):
        return {str(name): value for name, value in rows.iloc[0].items()}
    raise ChoiceError(
        f"territory {territory}",
        expected=f"one of the {len(catalogue)} territories of {where}",
        found="no such territory",
        next_step="look it up in the column territory of catalogue.parquet",
    )


def place_of(territory: Mapping[str, Any]) -> str:
    """Return the path, within each table, of a territory that a row of the catalogue names."""
    return partition(str(territory["departement"]), str(territory["territory"]))


def partition(departement: str, territory: str) -> str:
    """Return the path of a territory within each table."""
    return f"departement={quote(departement, safe='')}/territory={quote(territory, safe='')}"


def table_path(table: str, place: str) -> str:
    """Return the path of a table of a place."""
    return f"{table}/{place}/{table}.parquet"


def _bytes(rows: Any, table: Table) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_table(rows, table, Path(folder)).read_bytes()


def make_room(kept: Path, most: int = MOST_HERE) -> None:
    """Remove the folders that were not opened for longest, where there are too many."""
    kept.mkdir(parents=True, exist_ok=True)
    builds = [path for path in kept.iterdir() if path.is_dir() and not path.name.startswith(".")]
    oldest = sorted(builds, key=lambda one: one.stat().st_mtime)
    for path in oldest[: max(0, len(builds) + 1 - most)]:
        shutil.rmtree(path, ignore_errors=True)
