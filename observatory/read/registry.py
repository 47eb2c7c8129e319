"""The registry of official sources, and reading one of them with its provenance."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from observatory import settings
from observatory.errors import ChoiceError, MissingInputError
from observatory.read.readers import readers
from observatory.read.side_by_side import together
from observatory.read.source_files import chosen, departements_in, located
from observatory.read.text_files import FETCH, LOCAL
from observatory.read.zipped import zip_beside
from observatory.tables.provenance import OPEN_LICENCE, Provenance, Reading
from observatory.tables.toml_files import did_you_mean, read_entry, read_toml, wrong_entry

LICENCES = (OPEN_LICENCE, "ODbL 1.0", "unconfirmed")
ENVELOPES = ("csv", "json", "zip")
SIDECAR = ".provenance.json"
#: What a file without any département in its name speaks of.
WHOLE = "la France entière"
SHA256 = r"[0-9a-f]{64}"


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
        How the paths of the source's files end: other cuts, the file of the whole country.
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


@dataclass(frozen=True)
class Download:
    """One official file as its publisher serves it now.

    Attributes
    ----------
    envelope
        How the file is served: ``zip``, ``csv`` or ``json``.
    entry
        Name of the file inside the zip, case ignored.
    path
        Where it goes, relative to the folder of source files.
    sha256
        Of the served bytes; empty where the publisher changes them.
    limit_mb
        More than this is refused.
    every_days
        Days within which its publisher renews it at this address; one that has not changed for
        longer is late. 0 where it is of one vintage, or where that is not known.
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
    limit_mb: int = 200
    every_days: int = 0


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
        """Return one download, or raise :class:`ChoiceError` with the closest name."""
        found: Download = _pick(self.downloads, download_id, "download")
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
    return Registry(
        {name: _source(name, node, path) for name, node in tree.items()},
        {name: _download(name, node, path) for name, node in downloads.items()},
    )


def _source(name: str, node: Any, path: Path) -> Source:
    here = f"{path}, [{name}]"
    source = Source(id=name, **read_entry(Source, node, here))
    _common(source, here)
    if not source.covers.strip():
        raise wrong_entry(f"{here}, covers", "what the source covers", "nothing")
    _check_also(source, here)
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
    return download


def _common(item: Source | Download, here: str) -> None:
    if item.licence not in LICENCES:
        raise wrong_entry(f"{here}, licence", " or ".join(LICENCES), repr(item.licence))
    if not item.url.startswith("https://") and urlsplit(item.url).hostname not in LOCAL:
        raise wrong_entry(f"{here}, url", "an address that begins with https://", repr(item.url))
    _check_path(item.path, f"{here}, path")
    for pattern in getattr(item, "pattern", ()):
        _check_path(pattern, f"{here}, pattern")


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
    return any(named.match(pattern) for pattern in source.pattern)


def digest(path: Path, beside: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 of a source's bytes.

    Of a single file, it is that of its bytes. Of a folder, a shapefile or a file with others
    beside it, each file counts with its name, in the order of names.

    Raises
    ------
    MissingInputError
        The file or folder is not there.
    """
    parts = [part for part in _parts(path, beside) if not part.name.endswith(SIDECAR)]
    if not parts:
        raise MissingInputError(
            str(path),
            expected="a source file or folder",
            found="nothing there" if not path.exists() else "an empty folder",
            next_step="check the folder given with --from, or " + FETCH,
        )
    total = hashlib.sha256()
    for part in parts:
        if len(parts) > 1:
            name = part.relative_to(path).as_posix() if path.is_dir() else part.name
            total.update(name.encode())
        total.update(part.read_bytes())
    return total.hexdigest()


def digest_all(paths: Sequence[Path]) -> str:
    """Return the SHA-256 of several files or folders: of their own, one after the other."""
    return hashlib.sha256("".join(map(digest, paths)).encode()).hexdigest()


def _parts(path: Path, beside: tuple[str, ...]) -> list[Path]:
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    if not path.is_file():
        return []
    if path.suffix == ".shp":
        return sorted(p for p in path.parent.iterdir() if p.stem == path.stem and p.is_file())
    extra = [path.with_name(name) for name in beside]
    return sorted([path, *(part for part in extra if part.is_file())])


def files_of(
    source: Source, folder: Path, departements: Collection[str] | None = None
) -> list[Path]:
    """Return the files of a source in a folder, the best first; none where it is not there.

    Parameters
    ----------
    departements
        Codes of those to cover: cuts of others are left out, and the file of the country where
        cuts cover them all.
    """
    first = located(folder / source.path).relative_to(folder).as_posix()
    return chosen(folder, (first, *source.also), source.pattern, departements)


def read_source(
    source_id: str,
    folder: Path,
    communes: Mapping[str, str] | None = None,
    *,
    around: Mapping[str, str] | None = None,
    registry: Registry | None = None,
    departements: Collection[str] | None = None,
) -> tuple[Reading, Provenance]:
    """Read one source of a folder into its contracted table, with its provenance.

    Parameters
    ----------
    folder
        The folder of source files: each is found by the registry's path or pattern.
    communes
        Folded name -> INSEE code (:func:`observatory.geo.codes.commune_index`).
    around
        The same for the files of ``also``, whose communes are others; ``communes`` by default.
    registry
        The registry; the project's own by default.
    departements
        Codes of those to cover (:func:`files_of`); all that is there by default.

    Returns
    -------
    tuple
        The reading, and its provenance: ``read_on`` is the registry's date where the bytes are
        the pinned ones, else the date in the sidecar, else the file's date; the note says when
        the bytes are not the pinned ones.

    Raises
    ------
    ChoiceError
        No such source.
    MissingInputError
        Its file is not there.
    """
    known = registry or load_registry(settings.load().registry)
    source = known.source(source_id)
    files = files_of(source, folder, departements) or [located(folder / source.path)]
    read = readers()[source_id]
    wide = communes if around is None or not source.also else around
    own = files[0] == located(folder / source.path)
    reading = together(
        [read(file, communes if own and not n else wide) for n, file in enumerate(files)]
    )
    found, others = digest(files[0], source.beside), digest_all(files[1:]) if files[1:] else ""
    names = [path.relative_to(folder).as_posix() for path in files]
    pinned = own and found == source.sha256
    pinned &= names[1:] in ([], list(source.also)) and others in ("", source.also_sha256)
    whole = hashlib.sha256((found + others).encode()).hexdigest() if others else found
    provenance = Provenance(
        id=source.id,
        title=source.title,
        publisher=source.publisher,
        licence=source.licence,
        vintage=source.vintage,
        covers=_covers(source, names),
        url=source.url,
        path=names[0],
        sha256=whole,
        read_on=source.read_on if pinned else max(map(day_read, files)),
        rows_in=reading.rows_in,
        rows_out=reading.rows_in - reading.rows_aside,
        rows_aside=reading.rows_aside,
        aside=reading.aside,
        note="; ".join(part for part in (*_notes(source, names, pinned), reading.note) if part),
    )
    return reading, provenance


def _notes(source: Source, names: Sequence[str], pinned: bool) -> Iterator[str]:
    """Yield what is to know of the files read: other bytes, others missing, others beside."""
    other = "other bytes than those pinned: the vintage may be another"
    if not pinned:
        yield other if source.sha256 else "no bytes are pinned to compare with"
    lacking = [path for path in source.also if path not in names]
    if lacking and names[0] == source.path and len(names) > 1:
        yield f"without {', '.join(lacking)}"
    beside = [path for path in names[1:] if path not in source.also]
    if beside:
        yield f"with {', '.join(beside)}"


def _covers(source: Source, names: Sequence[str]) -> str:
    """Return what the files read speak of, as the registry says it of those that it names."""
    if len(names) == 1 and names[0] in (source.path, zip_beside(Path(source.path)).as_posix()):
        return source.covers
    if [*names] == [source.path, *source.also]:
        return f"{source.covers} ; {source.also_covers}"
    areas = [departements_in(name) for name in names]
    if not all(areas):
        return source.covers if source.path in names else WHOLE
    return f"départements {', '.join(sorted(frozenset[str]().union(*areas)))}"


def sidecar(path: Path) -> Path:
    """Return the path of the record that lies beside a downloaded file."""
    return path.with_name(path.name + SIDECAR)


def day_read(path: Path) -> str:
    """Return the day a file was fetched, by the record beside it, else the day it last changed."""
    record = sidecar(path)
    if record.is_file():
        return str(json.loads(record.read_text(encoding="utf-8"))["read_on"])
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
    return changed.date().isoformat()
