"""A place where files are kept by their path: a local folder, or an object store."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from observatory.errors import ChoiceError, ObservatoryError, StoreError
from observatory.tables.atomic import alone, write_whole

#: The user and password, or the query, that an address may hold.
_SECRET = re.compile(r"(?<=://)[^/@]*@|\?.*$")


@dataclass(frozen=True)
class Store:
    """A folder, or what fsspec opens at an address.

    Attributes
    ----------
    url
        A folder, or an address that fsspec knows (``s3://bucket/france``, ``memory://france``).
    """

    url: str

    @property
    def name(self) -> str:
        """Its address as it may be said: without the user and password that it may hold."""
        return _SECRET.sub("", self.url)

    @cached_property
    def store(self) -> tuple[Any, str]:
        """The file system of the address, and the path there."""
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise ChoiceError(
                f"dataset {self.name}",
                expected="the package fsspec, of the extra 'national'",
                found="it is not installed",
                next_step="pip install 'observatoire-plaine-connexion[national]'",
            ) from error
        try:
            found, root = url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise ChoiceError(
                f"dataset {self.name}",
                expected="a folder, or an address that fsspec can open",
                found=str(error).replace(self.url, self.name),
                next_step="install what fsspec asks for, such as s3fs, or name a folder",
            ) from error
        return found, str(root).rstrip("/")

    @property
    def folder(self) -> Path | None:
        """The folder of a dataset of this machine; ``None`` for one in an object store."""
        found, root = self.store
        local = found.protocol if isinstance(found.protocol, tuple) else (found.protocol,)
        return Path(root) if "file" in local else None

    @contextmanager
    def written(self) -> Iterator[None]:
        """Hold a local folder for one writer; an object store has no lock.

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

    def files(self, below: str) -> list[str]:
        """Return the paths of the files below a path of the dataset, as they are now."""
        found, root = self.store
        with self._answering():
            found.invalidate_cache(f"{root}/{below}")
            return [path[len(root) + 1 :] for path in sorted(found.find(f"{root}/{below}"))]

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of the dataset.

        Raises
        ------
        FileNotFoundError
            There is none.
        StoreError
            The object store does not answer.
        """
        found, root = self.store
        with self._answering():
            return bytes(found.cat_file(f"{root}/{path}"))

    def modified(self, path: str) -> datetime | None:
        """Return when a file was last written; ``None`` where there is none."""
        found, root = self.store
        with self._answering():
            try:
                moment: datetime = found.modified(f"{root}/{path}")
            except FileNotFoundError:
                return None
            except NotImplementedError:  # the store does not say: it was before now
                return datetime.now(UTC) if found.exists(f"{root}/{path}") else None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def write(self, path: str, content: bytes) -> None:
        """Write a file in one step: a rename in a folder, one PUT in an object store."""
        if self.folder is not None:
            write_whole(self.folder / path, content)
            return
        found, root = self.store
        with self._answering():
            found.makedirs(f"{root}/{path}".rpartition("/")[0], exist_ok=True)
            found.pipe_file(f"{root}/{path}", content)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        found, root = self.store
        with self._answering(), suppress(FileNotFoundError):
            found.rm_file(f"{root}/{path}")

    def read_all(self, paths: Collection[str]) -> dict[str, bytes]:
        """Return the bytes of several files, asked for at once; one that is not there is left out.

        Raises
        ------
        StoreError
            The object store does not answer.
        """
        found, root = self.store
        if not paths:
            return {}
        with self._answering():
            came = found.cat([f"{root}/{path}" for path in paths], on_error="return")
            for content in came.values():
                if isinstance(content, Exception) and not isinstance(content, FileNotFoundError):
                    raise content
        return {
            path[len(root) + 1 :]: bytes(content)
            for path, content in came.items()
            if not isinstance(content, Exception)
        }

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Say in words what an object store answers wrong."""
        try:
            yield
        except (FileNotFoundError, ObservatoryError):
            raise
        except Exception as error:
            if self.folder is not None:
                raise
            raise StoreError(
                f"dataset {self.name}",
                expected="an object store that answers",
                found=f"{type(error).__name__}: {error}".replace(self.url, self.name)[:300],
                next_step="try again; its address, endpoint and keys are those of fsspec "
                "(FSSPEC_S3_ENDPOINT_URL, FSSPEC_S3_KEY, FSSPEC_S3_SECRET)",
            ) from error
