"""Many territories as one partitioned dataset, in a local folder or an object store.

Each table of a build is a folder of GeoParquet or Parquet files, partitioned the way of Hive::

    catalogue.parquet                                           a row a territory
    gaps.parquet                                                its need, help, access and gap
    iris/departement=93/territory=200057867/iris.parquet        the bytes that the build wrote
    manifest/departement=93/territory=200057867/manifest.json
    zone_draws/departement=93/territory=200057867/zone_draws.parquet    intervals and ranks

DuckDB, pyarrow and geopandas read ``iris/`` in place. The files of a build are put first, its
manifest next and its row of the catalogue last: who opens a territory takes the build that the
catalogue names, verified, or is told that it is being renewed.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import pandas as pd

from observatory.errors import ChoiceError, FileFormatError, InputError, MissingInputError
from observatory.tables.atomic import alone, write_whole
from observatory.tables.catalogue_tables import CATALOGUE
from observatory.tables.check import check
from observatory.tables.draw_results import KEPT_DRAWS
from observatory.tables.facts import BUILT
from observatory.tables.manifest import MANIFEST, hash_file, is_build, read_manifest
from observatory.tables.storage import write_table
from observatory.tables.table import Table

GAPS = next(table for table in BUILT if table.name == "gaps")
#: The tables about all territories, at the top of a dataset.
OVERVIEW: tuple[Table, ...] = (CATALOGUE, GAPS)
NEXT = "build it: observatory build --dataset URL --territory CODE --territory CODE"
#: Builds that are kept on this machine beside the dataset, the last used ones.
KEPT = 256


@dataclass(frozen=True)
class Dataset:
    """A dataset of territories.

    Attributes
    ----------
    url
        A folder, or an address that fsspec knows (``s3://bucket/france``, ``memory://france``).
    """

    url: str

    @cached_property
    def _store(self) -> tuple[Any, str]:
        """The file system of the address, and the path there."""
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise ChoiceError(
                f"dataset {self.url}",
                expected="the package fsspec, of the extra 'national'",
                found="it is not installed",
                next_step="pip install 'observatoire-plaine-connexion[national]'",
            ) from error
        try:
            found, root = url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise ChoiceError(
                f"dataset {self.url}",
                expected="a folder, or an address that fsspec can open",
                found=str(error),
                next_step="install what fsspec asks for, such as s3fs, or name a folder",
            ) from error
        return found, str(root).rstrip("/")

    @property
    def folder(self) -> Path | None:
        """The folder of a dataset of this machine; ``None`` for one in an object store."""
        found, root = self._store
        local = found.protocol if isinstance(found.protocol, tuple) else (found.protocol,)
        return Path(root) if "file" in local else None

    @contextmanager
    def written(self) -> Iterator[None]:
        """Hold a local dataset for one writer; an object store has no lock.

        Raises
        ------
        ChoiceError
            Another one is writing there.
        """
        if self.folder is None:
            yield
            return
        with alone(self.folder):
            yield

    def put(self, build: Path, departement: str) -> str:
        """Put a build in its place, and give the hash of its manifest.

        Tables that the former build of the territory had and this one has not are removed.
        """
        manifest = read_manifest(build)
        place = partition(departement, manifest.territory)
        former = self._tables_at(place)
        for name in manifest.tables:
            self._write(_path(name, place), (build / f"{name}.parquet").read_bytes())
        for name in former - set(manifest.tables):
            found, root = self._store
            if found.exists(f"{root}/{_path(name, place)}"):
                found.rm_file(f"{root}/{_path(name, place)}")
        content = (build / MANIFEST).read_bytes()
        self._write(f"manifest/{place}/{MANIFEST}", content)
        return hashlib.sha256(content).hexdigest()

    def _tables_at(self, place: str) -> set[str]:
        """Return the tables that the manifest of a place names."""
        found, root = self._store
        if not found.exists(f"{root}/manifest/{place}/{MANIFEST}"):
            return set()
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, MANIFEST).write_bytes(self._read(f"manifest/{place}/{MANIFEST}"))
            known = Path(folder)
            return set(read_manifest(known).tables) if is_build(known) else set()

    def put_draws(self, rows: Mapping[str, pd.DataFrame], departement: str, territory: str) -> None:
        """Put what the draws say beside a build; its rows say what they were drawn from."""
        place = partition(departement, territory)
        for table in KEPT_DRAWS:
            self._write(_path(table.name, place), _bytes(rows[table.name], table))

    def draws(self, territory: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
        """Return what the draws say of a row of the catalogue; nothing where it is not kept whole.

        What does not read is as good as not kept: it can be drawn again.
        """
        place = partition(str(territory["departement"]), str(territory["territory"]))
        try:
            return {
                table.name: check(
                    pd.read_parquet(io.BytesIO(self._read(_path(table.name, place)))), table
                )
                for table in KEPT_DRAWS
            }
        except (OSError, ValueError, InputError):
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
        found, root = self._store
        if not found.exists(f"{root}/{name}"):
            raise MissingInputError(
                f"dataset {self.url}",
                expected="a dataset of territories",
                found=f"no {name}",
                next_step=NEXT,
            )
        content = io.BytesIO(self._read(name))
        rows = pd.read_parquet(content) if table.crs is None else gpd.read_parquet(content)
        return check(rows, table, where=f"{self.url}/{name}")

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
            self._write(f"{table.name}.parquet", _bytes(whole, table))

    def entry(self, territory: str) -> Mapping[str, Any]:
        """Return the catalogue's row of a territory.

        Raises
        ------
        ChoiceError
            The dataset has no such territory.
        """
        return entry_of(self.catalogue(), territory, self.url)

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
            _make_room(kept)
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
        folder.mkdir()
        place = partition(str(territory["departement"]), str(territory["territory"]))
        self._take(f"manifest/{place}/{MANIFEST}", folder / MANIFEST, str(territory["hash"]))
        for name, wanted in read_manifest(folder).tables.items():
            self._take(_path(name, place), folder / f"{name}.parquet", wanted)

    def _take(self, path: str, target: Path, wanted: str) -> None:
        try:
            target.write_bytes(self._read(path))
            found = hash_file(target)
        except FileNotFoundError:
            found = "no such file"
        if found != wanted:
            raise FileFormatError(
                f"{self.url}/{path}",
                expected=f"SHA-256 {wanted[:12]}…",
                found=found[:12],
                next_step="try again in a minute if it is being built; else build it again",
            )

    def _read(self, path: str) -> bytes:
        found, root = self._store
        return bytes(found.cat_file(f"{root}/{path}"))

    def _write(self, path: str, content: bytes) -> None:
        """Write a file in one step: a rename in a folder, one PUT in an object store."""
        if self.folder is not None:
            write_whole(self.folder / path, content)
            return
        found, root = self._store
        found.makedirs(f"{root}/{path}".rpartition("/")[0], exist_ok=True)
        found.pipe_file(f"{root}/{path}", content)


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


def partition(departement: str, territory: str) -> str:
    """Return the path of a territory within each table."""
    return f"departement={quote(departement, safe='')}/territory={quote(territory, safe='')}"


def _path(table: str, place: str) -> str:
    return f"{table}/{place}/{table}.parquet"


def _bytes(rows: Any, table: Table) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_table(rows, table, Path(folder)).read_bytes()


def _make_room(kept: Path) -> None:
    """Remove the builds that were not opened for longest, where there are too many."""
    kept.mkdir(parents=True, exist_ok=True)
    builds = [path for path in kept.iterdir() if path.is_dir() and not path.name.startswith(".")]
    oldest = sorted(builds, key=lambda one: one.stat().st_mtime)
    for path in oldest[: max(0, len(builds) + 1 - KEPT)]:
        shutil.rmtree(path, ignore_errors=True)
