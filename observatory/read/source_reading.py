"""Read one source of a folder into its contracted table, with its provenance."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from observatory import settings
from observatory.read.digests import day_read, digest, digest_all
from observatory.read.readers import readers
from observatory.read.registry import Registry, Source, load_registry
from observatory.read.side_by_side import together
from observatory.read.source_files import chosen, departements_in, located
from observatory.read.zipped import zip_beside
from observatory.tables.provenance import Provenance, Reading

#: What a file without any département in its name speaks of.
WHOLE = "la France entière"


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
