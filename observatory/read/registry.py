"""The registry of official sources: every source, and every file to download."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from observatory.errors import ChoiceError
from observatory.read.text_files import LOCAL
from observatory.tables.provenance import OPEN_LICENCE
from observatory.tables.toml_files import did_you_mean, read_entry, read_toml, wrong_entry

LICENCES = (OPEN_LICENCE, "ODbL 1.0", "unconfirmed")
ENVELOPES = ("csv", "json", "zip")
SHA256 = r"[0-9a-f]{64}"
PAGES = ("", "wfs", "explore")
#: Code of a département or commune.
CODE = r"\d[\dAB]\d?|\d[\dAB]\d{3}"


@dataclass(frozen=True)
class Source:
    """One official source, as the registry describes it.

    Attributes
    ----------
    id
        Its name in the observatory; its reader is registered under it.
    title, publisher, licence, vintage, url
        What every screen and export says of it.
    covers
        What places or people it speaks of: of any other it says nothing, which is not zero.
    as_of
        ISO date that the data speak of.
    path
        The file, or the folder, relative to the folder of source files.
    sha256
        Of the bytes that the readers were tested with (see :func:`digest`); empty where no file
        was at hand, which the edition does not take.
    read_on
        ISO date on which those bytes were read.
    in_edition
        Whether it goes into the compiled edition: Licence Ouverte only.
    stale_after_months
        Age of the data after which screens say that they are stale.
    beside
        Further files that the reader needs, in the same folder.
    also
        Further files of the same source, each read like the first and added to it: the other side
        of the border. One that is not in the folder is left out, and is not covered then.
    also_covers
        What these add to ``covers``.
    also_sha256
        Of their bytes, all together (see :func:`digest_all`).
    pattern
        How the paths of the source's files end: other cuts, the file of the whole country, later
        editions.
    instead
        The same for files of another kind, which are read only where none of those is there.
    by_hand
        Why no entry of ``download`` brings it: what is known of its address and of what to fetch,
        for whoever does; empty where one does, or where ``given_by`` stands.
    given_by
        What gives today what it gave, so that nobody has to fetch it; empty where nothing does.
    envelope, at_hand_kb, changes_every
        Of a source that no download brings: how it is served, the size of the largest file of it at
        hand, and the days within which its publisher renews it (0: one vintage, or not known).
    """

    id: str
    title: str
    publisher: str
    licence: str
    vintage: str
    covers: str
    as_of: str
    url: str
    path: str
    sha256: str
    read_on: str
    in_edition: bool
    stale_after_months: int
    beside: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    also_covers: str = ""
    also_sha256: str = ""
    pattern: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    by_hand: str = ""
    given_by: str = ""
    envelope: str = ""
    at_hand_kb: int = 0
    changes_every: int = 0


@dataclass(frozen=True)
class Download:
    """One official file as its publisher serves it now.

    Where ``url`` and ``path`` hold ``{departement}``, ``{departement3}`` (three digits) or
    ``{commune}``, the entry is one file for each of them.

    Attributes
    ----------
    envelope
        How the file is served: ``zip``, ``csv`` or ``json``.
    entry
        Name of the file inside the zip, case ignored; ``*`` stands for any text.
    path
        Where it goes, relative to the folder of source files.
    sha256
        Of the served bytes; empty where the publisher changes them.
    size_mb
        About how large it is.
    limit_mb
        More than this is refused.
    changes_every
        Days within which its publisher renews it at this address, or under this title; 0 where it
        is of one vintage, or where that is not known.
    late_after
        Days without a change after which it is late, and said to be.
    as_of
        The year, month or day that a file of one vintage speaks of; empty where each publication
        speaks of its own day.
    dataset, resource
        Title of the data set on data.gouv.fr, and what the title of the resource is like (a regular
        expression): the newest of these is the file, and ``url`` is that of the catalogue.
    fallback
        Name of the entry that an update fetches where no resource has such a title: the same
        records in another envelope; empty for none.
    pages
        ``wfs`` or ``explore`` where the service gives the file page by page.
    kept_zipped
        Whether the zip is kept as it is: its reader takes what it needs out of it.
    """

    id: str
    title: str
    publisher: str
    licence: str
    vintage: str
    url: str
    envelope: str
    path: str
    entry: str = ""
    sha256: str = ""
    size_mb: int = 0
    limit_mb: int = 200
    changes_every: int = 0
    late_after: int = 0
    as_of: str = ""
    dataset: str = ""
    resource: str = ""
    fallback: str = ""
    pages: str = ""
    kept_zipped: bool = False

    @property
    def area(self) -> str:
        """What the entry is one file of each of: ``departement``, ``commune``, or nothing."""
        named = re.search(r"\{(departement|commune)3?\}", self.path)
        return named[1] if named else ""

    def of_area(self, code: str) -> Download:
        """Return the file of one département or commune."""
        codes = {"{departement}": code, "{departement3}": code.zfill(3), "{commune}": code}
        url, path = self.url, self.path
        for mark, text in codes.items():
            url, path = url.replace(mark, text), path.replace(mark, text)
        return replace(self, id=f"{self.id}_{code}", url=url, path=path)


@dataclass(frozen=True)
class Registry:
    """Every official source, and every file to download, by id and in the file's order."""

    sources: Mapping[str, Source]
    downloads: Mapping[str, Download]

    def source(self, source_id: str) -> Source:
        """Return one source, or raise :class:`ChoiceError` with the closest name."""
        found: Source = _pick(self.sources, source_id, "source")
        return found

    def download(self, download_id: str) -> Download:
        """Return one download, or raise :class:`ChoiceError` with the closest name.

        That of one département or commune is called by the entry's name and the code: ``iris_93``.
        """
        name, _, code = download_id.rpartition("_")
        if name in self.downloads and self.downloads[name].area and re.fullmatch(CODE, code):
            return self.downloads[name].of_area(code)
        found: Download = _pick(self.downloads, download_id, "download")
        if found.area:
            raise ChoiceError(
                f"download {download_id}",
                expected=f"the code of a {found.area} too, such as {download_id}_"
                + ("93066" if found.area == "commune" else "93"),
                found=repr(download_id),
                next_step="name the file of one of them; observatory update fetches those of a "
                "territory",
            )
        return found


def _pick(items: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in items:
        raise ChoiceError(
            f"{kind} {name}",
            expected="one of " + ", ".join(items),
            found=repr(name) + did_you_mean(name, items),
            next_step="see data/registry.toml for the names",
        )
    return items[name]


def load_registry(path: Path) -> Registry:
    """Read ``registry.toml``: a table for each source, and ``[download.<id>]`` for each download.

    Raises
    ------
    MissingInputError, FileFormatError
        No file, or not TOML.
    ChoiceError
        An entry lacks a field, has an unknown one, or a value that is not allowed.
    """
    tree = read_toml(path, "the registry of sources")
    downloads = tree.pop("download", {})
    files = {name: _download(name, node, path) for name, node in downloads.items()}
    for name, one in files.items():
        if one.fallback and one.fallback not in {*files} - {name}:
            wanted = "the name of another entry of download"
            raise wrong_entry(f"{path}, [download.{name}], fallback", wanted, repr(one.fallback))
    return Registry({name: _source(name, node, path) for name, node in tree.items()}, files)


def _source(name: str, node: Any, path: Path) -> Source:
    here = f"{path}, [{name}]"
    source = Source(id=name, **read_entry(Source, node, here))
    _common(source, here)
    if not source.covers.strip():
        raise wrong_entry(f"{here}, covers", "what the source covers", "nothing")
    _check_also(source, here)
    if source.by_hand and source.given_by:
        raise wrong_entry(f"{here}, given_by", "nothing where by_hand stands", source.given_by)
    unpinned = not source.sha256 and not source.in_edition
    if not unpinned and not re.fullmatch(SHA256, source.sha256):
        raise wrong_entry(f"{here}, sha256", "64 hexadecimal digits", repr(source.sha256))
    for key in ("as_of",) if unpinned else ("as_of", "read_on"):
        try:
            dt.date.fromisoformat(getattr(source, key))
        except ValueError:
            raise wrong_entry(
                f"{here}, {key}", "a date such as 2024-08-01", repr(getattr(source, key))
            ) from None
    if source.in_edition and source.licence != OPEN_LICENCE:
        raise wrong_entry(
            f"{here}, in_edition", f"false unless the licence is {OPEN_LICENCE}", source.licence
        )
    return source


def _check_also(source: Source, here: str) -> None:
    for path in source.also:
        _check_path(path, f"{here}, also")
    if bool(source.also) != bool(source.also_covers.strip()):
        raise wrong_entry(f"{here}, also_covers", "what the files of also cover, only there", "")
    if source.also and not re.fullmatch(SHA256, source.also_sha256):
        wanted = "64 hexadecimal digits"
        raise wrong_entry(f"{here}, also_sha256", wanted, repr(source.also_sha256))


def _download(name: str, node: Any, path: Path) -> Download:
    here = f"{path}, [download.{name}]"
    download = Download(id=name, **read_entry(Download, node, here))
    _common(download, here)
    if download.envelope not in ENVELOPES:
        raise wrong_entry(f"{here}, envelope", " or ".join(ENVELOPES), repr(download.envelope))
    if (download.envelope == "zip") != bool(download.entry):
        raise wrong_entry(
            f"{here}, entry", "the file's name inside a zip, only there", download.entry
        )
    if download.pages not in PAGES or (download.pages and download.envelope != "json"):
        wanted = "wfs or explore, of a json file"
        raise wrong_entry(f"{here}, pages", wanted, repr(download.pages))
    if bool(download.dataset) != bool(download.resource):
        both = "both titles, dataset and resource, or neither"
        raise wrong_entry(f"{here}, resource", both, repr(download.resource))
    if download.late_after < download.changes_every or (
        bool(download.late_after) != bool(download.changes_every)
    ):
        wanted = "more days than changes_every, only where it is there"
        raise wrong_entry(f"{here}, late_after", wanted, str(download.late_after))
    if not re.fullmatch(r"(20\d\d(-\d\d(-\d\d)?)?)?", download.as_of):
        wanted = "a year, a month or a day, such as 2022"
        raise wrong_entry(f"{here}, as_of", wanted, repr(download.as_of))
    return download


def _common(item: Source | Download, here: str) -> None:
    if item.licence not in LICENCES:
        raise wrong_entry(f"{here}, licence", " or ".join(LICENCES), repr(item.licence))
    if not item.url.startswith("https://") and urlsplit(item.url).hostname not in LOCAL:
        raise wrong_entry(f"{here}, url", "an address that begins with https://", repr(item.url))
    _check_path(item.path, f"{here}, path")
    for field in ("pattern", "instead"):
        for pattern in getattr(item, field, ()):
            _check_path(pattern, f"{here}, {field}")


def _check_path(path: str, where: str) -> None:
    if Path(path).is_absolute() or ".." in Path(path).parts:
        raise wrong_entry(where, "a path inside the folder of source files", path)


def sources_of(registry: Registry, item: Download) -> tuple[Source, ...]:
    """Return the sources that read a downloaded file; none where no reader knows it yet."""
    return tuple(source for source in registry.sources.values() if _reads(source, item.path))


def _reads(source: Source, path: str) -> bool:
    named = PurePosixPath(path)
    if path in (source.path, *source.also) or PurePosixPath(source.path) in named.parents:
        return True
    return any(named.match(pattern) for pattern in (*source.pattern, *source.instead))
