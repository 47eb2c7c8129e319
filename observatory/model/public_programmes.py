"""Public programmes: the territories' own files of who promised, funded and delivered what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ChoiceError
from observatory.geo import territories
from observatory.tables.check import check
from observatory.tables.programme_tables import (
    EXACT,
    FOUND_ITEMS,
    RECORDS,
)
from observatory.tables.toml_files import read_entry, read_toml, wrong_entry

FILE = "programmes.toml"
LISTS = ("funders", "partners", "sum_of", "found_by")


@dataclass(frozen=True)
class Record:
    """One record as the file has it; the columns of :data:`RECORDS`, lists as tuples."""

    id: str
    programme: str
    actor: str
    says: str
    status: str
    date: str
    source: str
    evidence: str
    programme_en: str | None = None
    says_en: str | None = None
    funders: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    kind: str | None = None
    amount_eur: int | float | None = None
    amount_is: str | None = None
    quantity: int | float | None = None
    quantity_is: str | None = None
    unit: str | None = None
    public: str | None = None
    territory: str | None = None
    until: str | None = None
    part_of: str | None = None
    sum_of: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()
    url: str | None = None


def load_records(paths: Iterable[Path] | None = None) -> pd.DataFrame:
    """Read the records of some files, in their order (``RECORDS``).

    Parameters
    ----------
    paths
        The files; those of every territory of the project's data folder by default.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such file, or it is not valid TOML in UTF-8.
    ChoiceError
        A record lacks a field, has an unknown one, or names a record of its file or a thing that
        is not; or two files have one of the same name.
    ContractError
        A value that the table cannot hold.
    """
    chosen = territories.files(FILE) if paths is None else tuple(paths)
    found = [one for path in chosen for one in _read(path)]
    return record_table([asdict(one) for one in found], ", ".join(map(str, chosen)))


def _read(path: Path) -> list[Record]:
    tree = read_toml(path, "a file of public programmes")
    found = [
        Record(id=name, **read_entry(Record, entry, f"{path}, {name}"))
        for name, entry in tree.items()
    ]
    _refuse_unknown(found, path)
    return found


def record_table(rows: list[dict[str, Any]], where: str) -> pd.DataFrame:
    """Return records as their table, checked: lists joined by ``|``, figures exact unless said."""
    frame = pd.DataFrame([_plain(row) for row in rows], columns=RECORDS.names)
    for name, of in (("amount_is", "amount_eur"), ("quantity_is", "quantity")):
        stated = frame[of].notna()
        frame[name] = frame[name].where(frame[name].notna(), EXACT).where(stated, None)
    frame = frame.astype({"amount_eur": float, "quantity": float})
    lost = frame["quantity"].notna() != frame["unit"].notna()
    if lost.any():
        raise wrong_entry(
            f"{where}, {frame.loc[lost, 'id'].iloc[0]}",
            "a quantity with its unit, or neither",
            "one without the other",
        )
    return pd.DataFrame(check(frame, RECORDS, where=where))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    joined = {name: "|".join(row.get(name) or ()) or None for name in LISTS}
    return {**row, **joined}


def _refuse_unknown(records: list[Record], path: Path) -> None:
    """Refuse a record that names another one, or a thing found, that does not exist."""
    known = {one.id for one in records}
    for one in records:
        named = {*one.sum_of, *([one.part_of] if one.part_of else [])}
        for name in sorted(named - known | ({one.id} & named)):
            raise _unknown(path, one.id, "the name of another record", name)
        for name in one.found_by:
            if name not in FOUND_ITEMS:
                raise _unknown(path, one.id, "one of " + ", ".join(FOUND_ITEMS), name)


def _unknown(path: Path, record: str, expected: str, found: str) -> ChoiceError:
    return wrong_entry(f"{path}, {record}", expected, repr(found))
