"""Read one source of a folder into its contracted table, with its provenance."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from observatory import settings
from observatory.geo.codes import departement_of
from observatory.read.digests import day_read, digest, digest_all, read_record
from observatory.read.file_dates import own_day, unchanged_since
from observatory.read.kept_readings import KeptReadings
from observatory.read.readers import readers
from observatory.read.registry import Registry, Source, load_registry
from observatory.read.side_by_side import together
from observatory.read.source_files import (
    Candidate,
    candidates,
    chosen,
    departements_in,
    located,
    refuse_packed,
)
from observatory.read.zipped import zip_beside
from observatory.tables.provenance import Provenance, Reading

#: What a file without any département in its name speaks of.
WHOLE = "la France entière"
#: What a file covers of which nothing else is known.
ITS_OWN = "ce que le fichier contient"


def files_of(
    source: Source, folder: Path, departements: Collection[str] | None = None
) -> list[Path]:
    """Return the files of a source in a folder, the best first; none where it is not there.

    Parameters
    ----------
    departements
        Codes of those to cover: each is read in the newest file that covers it
        (:func:`~observatory.read.source_files.chosen`).
    """
    found = chosen(_candidates(source, folder, departements), departements)
    return [one.path for one in found]


def _candidates(
    source: Source, folder: Path, departements: Collection[str] | None
) -> list[Candidate]:
    """Return the files of a source, those of another kind only where none of its own covers."""
    first = located(folder / source.path).relative_to(folder).as_posix()
    own = candidates(folder, (first, *source.also), source.pattern, source.as_of)
    covered = all(any(one.covers(area) for one in own) for area in (departements or ("",)))
    if source.instead and not (own and covered):
        own += candidates(folder, (), source.instead, source.as_of)
    if not own:
        refuse_packed(folder, (source.path, *source.pattern, *source.instead))
    return own


def read_source(
    source_id: str,
    folder: Path,
    communes: Mapping[str, str] | None = None,
    *,
    around: Mapping[str, str] | None = None,
    registry: Registry | None = None,
    departements: Collection[str] | None = None,
    home: Collection[str] = (),
    kept: KeptReadings | None = None,
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
    home
        Codes of those of the territory: what a file of others alone covers is told by their codes,
        since the registry tells it as seen from where the file was cut.
    kept
        The readings of earlier builds; each file is read anew by default.

    Returns
    -------
    tuple
        The reading, and its provenance: ``read_on`` is the registry's date where the bytes are
        the pinned ones, else the date in the sidecar, else the file's date; a downloaded file is
        called what its record calls it; the note says when the bytes are not the pinned ones, and
        which older file was left.

    Raises
    ------
    ChoiceError
        No such source.
    MissingInputError
        Its file is not there.
    """
    known = registry or load_registry(settings.load().registry)
    source = known.source(source_id)
    there = _candidates(source, folder, departements)
    picked = chosen(there, departements)
    files = [one.path for one in picked] or [located(folder / source.path)]
    read = readers()[source_id]
    wide = communes if around is None or not source.also else around
    own = files[0] == located(folder / source.path)
    cuts = [_not_newer(picked, n, communes if own and not n else wide) for n in range(len(files))]
    pairs = zip(files, cuts, strict=True)
    if kept is None:
        reading = together([read(*pair) for pair in pairs])
    else:
        reading = together([kept.read(read, source, *pair) for pair in pairs])
    found, others = digest(files[0], source.beside), digest_all(files[1:]) if files[1:] else ""
    names = [path.relative_to(folder).as_posix() for path in files]
    pinned = own and found == source.sha256
    pinned &= names[1:] in ([], list(source.also)) and others in ("", source.also_sha256)
    whole = hashlib.sha256((found + others).encode()).hexdigest() if others else found
    notes = (*_notes(source, names, pinned), *_left(there, picked, folder), reading.note)
    provenance = Provenance(
        id=source.id,
        covers=_covers(source, names, home, pinned=pinned),
        path=names[0],
        sha256=whole,
        read_on=source.read_on if pinned else max(map(day_read, files)),
        rows_in=reading.rows_in,
        rows_out=reading.rows_in - reading.rows_aside,
        rows_aside=reading.rows_aside,
        aside=reading.aside,
        note="; ".join(part for part in notes if part),
        **_called(source, files[0], pinned),
    )
    return reading, provenance


def _called(source: Source, file: Path, pinned: bool) -> dict[str, Any]:
    """Return what a file is called, by its record where it was downloaded, and how it changes."""
    names = ("title", "publisher", "licence", "vintage", "url")
    record = {} if pinned else read_record(file)
    called = {name: str(record.get(name) or getattr(source, name)) for name in names}
    late_after = record.get("late_after") or 0
    since, day = unchanged_since(file) if record else None, own_day(file)
    return {
        **called,
        "changed_on": "" if since is None else since.isoformat(),
        "late_after": late_after if isinstance(late_after, int) else 0,
        "as_of": "" if pinned or day == source.as_of else day,
    }


def _not_newer(
    picked: Sequence[Candidate], n: int, names: Mapping[str, str] | None
) -> Mapping[str, str] | None:
    """Return the communes of a file without those of which a newer one is read."""
    newer = [one.areas for one in picked if one.day > picked[n].day] if picked else []
    if names is None or not newer:
        return names
    theirs = frozenset[str]().union(*newer)
    return {name: code for name, code in names.items() if departement_of(code) not in theirs}


def _left(there: Sequence[Candidate], picked: Sequence[Candidate], folder: Path) -> Iterator[str]:
    """Yield which older files were left for the newest that covers."""
    if not picked:
        return
    day = picked[0].day
    older = [one for one in there if one not in picked and one.day < day]
    if older:
        names = (f"{one.path.relative_to(folder).as_posix()} of {one.day}" for one in older)
        yield f"the newest file that covers the territory, of {day}, in place of {', '.join(names)}"


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


def _covers(source: Source, names: Sequence[str], home: Collection[str], *, pinned: bool) -> str:
    """Return what the files read speak of, as the registry says it of those that it names.

    A file whose name says no département may be that of another territory: the registry speaks of
    its own bytes alone.
    """
    areas = [departements_in(name) for name in names]
    if home and all(areas) and areas[0].isdisjoint(home):
        return _these(areas)
    if len(names) == 1 and names[0] in (source.path, zip_beside(Path(source.path)).as_posix()):
        return source.covers if pinned or departements_in(names[0]) else ITS_OWN
    if [*names] == [source.path, *source.also]:
        return f"{source.covers} ; {source.also_covers}"
    if not all(areas):
        return source.covers if source.path in names else WHOLE
    return _these(areas)


def _these(areas: Iterable[frozenset[str]]) -> str:
    """Return what files of some départements cover, in French."""
    codes = sorted(frozenset[str]().union(*areas))
    many = len(codes) > 1
    return f"{'les départements' if many else 'le département'} {', '.join(codes)} seulement"
