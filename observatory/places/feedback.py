"""What counsellors learn of places by calling or going there: confirmed, or wrong, on a day.

One line a note, in a local file that ``OBSERVATORY_FEEDBACK`` names: nothing is sent anywhere, and
nothing of the person helped or of the counsellor is written. The page on quality exports it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from observatory.errors import ChoiceError
from observatory.tables.atomic import write_whole
from observatory.tables.plain_text import visible

CONFIRMED, WRONG = "confirmed", "wrong"
VERDICTS = (CONFIRMED, WRONG)
#: Notes that a file may hold, characters of a text, seconds to wait for another writer.
MOST, LONGEST, PATIENCE = 5000, 200, 5.0


@dataclass(frozen=True)
class Note:
    """What was learnt of a place.

    Attributes
    ----------
    site, name
        The place, as the build in use names it.
    verdict
        One of :data:`VERDICTS`.
    day
        The day it was learnt, ISO.
    text
        What is wrong, at most :data:`LONGEST` characters; may be empty.
    """

    site: str
    name: str
    verdict: str
    day: str
    text: str = ""


def read_notes(path: Path | None) -> tuple[Note, ...]:
    """Return the notes of a file, the oldest first; none without a file. Spoilt lines are left."""
    if path is None or not path.exists():
        return ()
    return tuple(_read(path.read_text(encoding="utf-8", errors="replace")))


def _read(text: str) -> Iterator[Note]:
    for line in text.splitlines()[:MOST]:
        try:
            note = Note(**{name: str(value) for name, value in json.loads(line).items()})
            date.fromisoformat(note.day)
        except (ValueError, TypeError, AttributeError):
            continue
        if note.verdict in VERDICTS:
            yield note


def write_note(path: Path, note: Note) -> None:
    """Add a note to a file, in one step; it takes the place of that day's note on the same place.

    Raises
    ------
    ChoiceError
        The file is full, held by another writer, or cannot be written.
    """
    clean = Note(
        note.site[:40],
        visible(note.name)[:LONGEST],
        note.verdict,
        note.day,
        visible(note.text)[:LONGEST],
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=PATIENCE):
            others = [
                one for one in read_notes(path) if (one.site, one.day) != (clean.site, clean.day)
            ]
            if len(others) >= MOST:
                raise _refused(path, f"{MOST} notes already")
            lines = [json.dumps(asdict(one), ensure_ascii=False) for one in (*others, clean)]
            write_whole(path, ("\n".join(lines) + "\n").encode())
    except (Timeout, OSError) as error:
        raise _refused(path, type(error).__name__) from error


def _refused(path: Path, found: str) -> ChoiceError:
    return ChoiceError(
        f"notes on places {path}",
        expected=f"a file that can be written, of fewer than {MOST} notes",
        found=found,
        next_step="export the notes, then name a new file in OBSERVATORY_FEEDBACK",
    )


def notes_table(notes: tuple[Note, ...], sites: pd.DataFrame) -> pd.DataFrame:
    """Return the notes as a hub of digital inclusion takes them: each with its place's records."""
    table = pd.DataFrame([asdict(one) for one in notes], columns=list(Note.__dataclass_fields__))
    known = sites[["site", "commune_name", "address", "sources", "source_ids"]]
    return table.merge(known, on="site", how="left")


def with_notes(sites: pd.DataFrame, notes: tuple[Note, ...]) -> pd.DataFrame:
    """Return places with what was learnt of them: a confirmation counts as one of the record.

    ``reported`` is the day of the last note where that says that something is wrong.
    """
    last = {note.site: note for note in sorted(notes, key=lambda one: one.day)}
    confirmed = {site: one.day for site, one in last.items() if one.verdict == CONFIRMED}
    wrong = {site: one.day for site, one in last.items() if one.verdict == WRONG}
    known = sites["site"].map(confirmed).astype(object)
    later = known.notna() & ~(sites["confirmed_on"].fillna("") > known.fillna(""))
    return sites.assign(
        confirmed_on=sites["confirmed_on"].where(~later, known),
        reported=sites["site"].map(wrong).astype(object),
    )
