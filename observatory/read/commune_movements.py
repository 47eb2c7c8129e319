"""Movements of communes: from vintages of the list of communes, or from the INSEE's own file.

Two ways give the same rows (:class:`~observatory.geo.mergers.Merger`, not yet chained): the list
``communes.json`` of several vintages, compared one with the next, with the history that the older
ones carry; and ``v_mvt_commune_20YY.csv``, whose layout is published and of which no real file was
at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ContractError, FileFormatError
from observatory.geo.mergers import JOINED, PARTED, RECODED, Merger
from observatory.read.text_files import FETCH, read_json, read_text_table

#: What the file of movements calls them (``MOD``): simple merger, commune nouvelle, merger with
#: associated communes; a change of code; a commune re-established.
_MOD = {
    "31": JOINED, "32": JOINED, "33": JOINED, "41": RECODED, "50": RECODED, "21": PARTED,
}  # fmt: skip
#: Movements that change no commune's land or code: names, what is associated or delegated, and
#: creations and suppressions, after which no commune of before says where the people are.
_OTHER = frozenset({"10", "20", "30", "34", "35", "70", "71"})
_COMMUNE = "COM"
_CHANGED_CODE = "changement de département"
_CURRENT = "commune-actuelle"
_PARTS = ("commune-deleguee", "commune-associee")


def read_movements(path: Path) -> list[Merger]:
    """Read ``v_mvt_commune_20YY.csv``, each movement with its day.

    Raises
    ------
    MissingInputError, ColumnsError
        No such file, or without its columns.
    ContractError
        A movement of an unknown kind, or a day or code that is none; its line is said.
    """
    columns = ("MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "LIBELLE_AV",
               "TYPECOM_AP", "COM_AP", "LIBELLE_AP")  # fmt: skip
    raw = read_text_table(path, columns=columns, known=r"T?NCC(?:ENR)?_A[VP]")
    kinds = frozenset(_MOD) | _OTHER
    _each(raw, "MOD", raw["MOD"].isin(kinds), f"one of {', '.join(sorted(kinds))}", path)
    days = pd.to_datetime(raw["DATE_EFF"], format="%Y-%m-%d", errors="coerce")
    _each(raw, "DATE_EFF", days.notna(), "a day such as 2025-01-01", path)
    for name in ("COM_AV", "COM_AP"):
        right = raw[name].str.fullmatch(r"\d[\dAB]\d{3}")
        _each(raw, name, right, "a code such as 93066 or 2A004", path)
    whole = (raw["TYPECOM_AV"] == _COMMUNE) & (raw["TYPECOM_AP"] == _COMMUNE)
    moved = raw[whole & raw["MOD"].isin(list(_MOD)) & (raw["COM_AV"] != raw["COM_AP"])]
    return [
        Merger(
            row["COM_AV"], row["LIBELLE_AV"], row["COM_AP"], row["LIBELLE_AP"],
            _MOD[row["MOD"]], vintage_of(row["DATE_EFF"]), row["DATE_EFF"],
        )
        for row in moved.sort_values("DATE_EFF", kind="stable").to_dict("records")
    ]  # fmt: skip


def _each(raw: pd.DataFrame, column: str, right: Any, expected: str, path: Path) -> None:
    wrong = raw.loc[~right.astype(bool), column]
    if len(wrong):
        raise ContractError(
            f"{path}, column {column}, line {wrong.index[0]}",
            expected=expected,
            found=f"{wrong.iloc[0]!r} ({len(wrong)} values in all)",
            next_step="take the movements of communes of the code officiel géographique: " + FETCH,
        )


def vintage_of(day: str) -> str:
    """Return the year of the first 1 January that a day is not after."""
    year = int(day[:4])
    return str(year if day[4:] == "-01-01" else year + 1)


def read_history(path: Path) -> list[Merger]:
    """Read ``historique-communes.json``: what became of each commune, with its day.

    Raises
    ------
    MissingInputError, FileFormatError
        No such file, or one without what becomes of communes.
    """
    items = {str(one["id"]): one for one in _listed(path, {"id", "code", "nom", "type"})}
    return [
        Merger(
            one["code"], one["nom"], after["code"], after["nom"], _kind(one),
            vintage_of(one["dateFin"]), one["dateFin"],
        )
        for one in items.values()
        if one["type"] == _COMMUNE and "dateFin" in one
        for after in _after(one, items)
        if after["code"] != one["code"]
    ]  # fmt: skip


def _kind(one: Mapping[str, Any]) -> str:
    return RECODED if one["raisonFin"] == _CHANGED_CODE else JOINED


def _after(one: Mapping[str, Any], items: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the commune that one became or became a part of; none where nothing says it."""
    following = items.get(one.get("successeur", ""))
    seen = 0
    while following is not None and following["type"] != _COMMUNE and seen < len(items):
        following, seen = items.get(following.get("pole", "")), seen + 1
    if following is not None:
        yield following


def read_vintages(lists: Mapping[int, Path]) -> list[Merger]:
    """Compare the communes of vintages, each with the next one.

    No day is known: a movement is of the later vintage's 1 January at the latest.

    Parameters
    ----------
    lists
        Year of each vintage -> its ``communes.json``.

    Raises
    ------
    ContractError
        A commune that is gone, and whose code no later one or more than one has had.
    """
    years = sorted(lists)
    found: list[Merger] = []
    before = _listed(lists[years[0]], {"code", "nom", "type"})
    for year in years[1:]:
        after = _listed(lists[year], {"code", "nom", "type"})
        found += _moved(before, after, str(year), lists[year])
        before = after
    return found


def _moved(before: Any, after: Any, year: str, path: Path) -> Iterator[Merger]:
    old, new = _names(before), _names(after)
    holders: dict[str, set[str]] = {}
    for one in after:
        if one["type"] == _CURRENT:
            for former in one.get("anciensCodes", ()):
                holders.setdefault(former, set()).add(one["code"])
    into = {code: holders.get(code, set()) for code in sorted(old.keys() - new.keys())}
    for code, there in into.items():
        if len(there) != 1:
            raise ContractError(
                f"{path}, commune {code}",
                expected=f"one commune of {year} that has {code} among its former codes",
                found=", ".join(sorted(there)) or "none",
                next_step="compare the vintages of the list of communes",
            )
    whole = [next(iter(there)) for there in into.values()]
    for code, target in zip(into, whole, strict=True):
        # A code that no commune had before, of one commune that is gone: the code alone changed.
        kind = RECODED if target not in old and whole.count(target) == 1 else JOINED
        yield Merger(code, old[code], target, new[target], kind, year, "")
    parts = {one["code"]: one["chefLieu"] for one in before if one["type"] in _PARTS}
    for code in sorted(new.keys() - old.keys() - {*whole}):
        if code in parts:
            yield Merger(parts[code], old[parts[code]], code, new[code], PARTED, year, "")


def _names(items: Any) -> dict[str, str]:
    return {one["code"]: one["nom"] for one in items if one["type"] == _CURRENT}


def _listed(path: Path, needed: set[str]) -> Any:
    tree = read_json(path)
    right = isinstance(tree, list) and tree
    if not right or not all(isinstance(one, dict) and needed <= one.keys() for one in tree):
        raise FileFormatError(
            str(path),
            expected=f"a list of communes, each with {', '.join(sorted(needed))}",
            found="something else",
            next_step="unpack the package of the list of communes",
        )
    return tree
