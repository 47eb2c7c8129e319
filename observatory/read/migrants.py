"""Immigrants and foreigners: countries by commune, counts by IRIS.

Two official layouts of the INSEE are read:

- the page of a commune, as the site gives it to download (``rp2022_td_img1B.csv``: immigrants by
  country of birth; ``rp2022_td_nat1.csv``: foreigners by nationality): titled blocks one below the
  other, quoted fields, ``;``. The block used is the grouped one, both sexes, column ``Ensemble``;
- the IRIS base ``base-ic-evol-struct-pop``: ``P.._POP``, ``P.._POP_IMM``, ``P.._POP_ETR``.

No real file was at hand: the readers were made from the public descriptions of these layouts and
from pages that show the tables, and were tested on small made files in the same layout.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from observatory import settings
from observatory.errors import CodeError, ColumnsError, ContractError, FileFormatError
from observatory.geo.codes import check_insee, fold_name
from observatory.model.languages_file import load_languages
from observatory.read.carried import carry, summed
from observatory.read.cut import cut
from observatory.read.readers import Communes, reader
from observatory.read.text_files import (
    FETCH,
    account,
    decimal,
    numbers,
    read_text,
    read_text_table,
    validate,
)
from observatory.tables import language_tables as tables
from observatory.tables.language_tables import Languages
from observatory.tables.provenance import Aside, Reading
from observatory.tables.toml_files import did_you_mean

Kind = Literal["immigrants", "foreigners"]
#: Title of the block in a commune's page, folded: IMG1B by birth, NAT1 by nationality.
BLOCKS: dict[str, Kind] = {
    "img1b pays de naissance regroupe sexe ensemble": "immigrants",
    "nat1 nationalite regroupee sexe ensemble": "foreigners",
}
FRENCH = ("francais de naissance", "francais par acquisition")
TOTAL = "ensemble"
BESIDE_IRIS = r"[PC]\d\d_\w+|REG|DEP|UU\d{4}|LIBCOM|TRIRIS|GRD_QUART|LIBIRIS|MODIF_IRIS"


@reader("birth_countries_2022", seen=False)
def read_birth_countries_2022(path: Path, communes: Communes = None) -> Reading:
    """Read the countries of birth (or nationalities) of each commune, by the project's table."""
    table = load_languages(settings.load().data / "languages.toml")
    return read_origins(path, table, communes)


def read_origins(path: Path, languages: Languages, communes: Communes = None) -> Reading:
    """Read countries of birth (IMG1B) or nationalities (NAT1) from the pages of communes.

    Parameters
    ----------
    path
        One page, or a folder of pages (folders in it too). A page's commune is said by its text,
        else by its folder (``93066/rp2022_td_img1B.csv``) or its name (``93066_td_img1B.csv``).
    languages
        The countries known, with the INSEE's labels.

    Returns
    -------
    Reading
        ``ORIGINS_COMMUNES``. A published zero is a zero; a blank or a mark is missing with its
        reason. The French of the NAT1 pages are set aside.

    Raises
    ------
    MissingInputError, FileFormatError
        No page; a page without the block; rows that do not sum to its total.
    CodeError
        A page whose commune is not said.
    ContractError
        A label that is no country of the table, or a value that is no number.
    """
    files = sorted(path.rglob("*.csv")) if path.is_dir() else [path]
    if not files:
        raise FileFormatError(
            str(path), expected="pages of communes (*.csv)", found="none", next_step=FETCH
        )
    labels = {fold_name(text): c.key for c in languages.countries.values() for text in c.insee}
    pages = [_page(file, labels) for file in files]
    every = pd.concat(pages, ignore_index=True)
    every, carried = carry(every, "commune", communes)
    raw, outside = cut(every, "commune", communes, str(path))
    french = raw["country"] == ""
    kept = raw[~french]
    out = Aside("French residents: no foreign country", int(french.sum()), ("Français",))
    whole = summed(kept, "commune", "status", "country")
    frame = validate(whole, tables.ORIGINS_COMMUNES, path)
    note = "; ".join(filter(None, (f"{len(files)} pages", carried)))
    return account(frame, len(every), out, *outside, kept=len(kept), note=note)


def _page(file: Path, labels: Mapping[str, str]) -> pd.DataFrame:
    text = read_text(file)
    lines = [[cell.strip() for cell in row] for row in _rows(text)]
    start, status = _find_block(file, lines)
    header, body, at = _block(file, lines, start)
    column = header.index(TOTAL)
    names = [fold_name(row[0]) for row in body]
    cells = [row[column] if column < len(row) else "" for row in body]
    values = pd.Series(cells, name="Ensemble", index=at)
    persons, why = decimal(values.str.replace(r"\s", "", regex=True), str(file))
    _check_total(file, names, persons)
    frame = pd.DataFrame({"label": names, "persons": persons.to_numpy(), "persons_why": why.array})
    frame = frame[frame["label"] != TOTAL]
    return frame.assign(
        commune=_commune(file, text),
        status=status,
        country=[_country(file, label, labels) for label in frame["label"]],
    ).drop(columns="label")


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def _find_block(file: Path, lines: list[list[str]]) -> tuple[int, Kind]:
    for place, row in enumerate(lines):
        status = BLOCKS.get(fold_name(row[0])) if row else None
        if status is not None:
            return place, status
    raise FileFormatError(
        str(file),
        expected="a block 'IMG1B - Pays de naissance regroupé - Sexe : Ensemble' or "
        "'NAT1 - Nationalité regroupée - Sexe : Ensemble'",
        found="no such title",
        next_step="download the page of the commune as CSV from the INSEE's site",
    )


def _block(
    file: Path, lines: list[list[str]], start: int
) -> tuple[list[str], list[list[str]], list[int]]:
    """Give the folded header of a block, its rows, the total last, and their lines in the file."""
    header: list[str] = []
    body: list[list[str]] = []
    at: list[int] = []
    for place, row in enumerate(lines[start + 1 :], start + 2):
        filled = any(row)
        if not filled and body:
            break
        if filled and not header:
            header = [fold_name(cell) for cell in row]
        elif filled:
            body.append(row)
            at.append(place)
        if body and fold_name(body[-1][0]) == TOTAL:
            break
    if TOTAL not in header or not body or fold_name(body[-1][0]) != TOTAL:
        raise FileFormatError(
            f"{file}, line {start + 1}",
            expected="a header with a column Ensemble, and rows down to the row Ensemble",
            found="a block cut short",
            next_step=FETCH,
        )
    return header, body, at


def _check_total(file: Path, names: list[str], persons: pd.Series[Any]) -> None:
    parts, total = persons.iloc[:-1], float(persons.iloc[-1])
    # Each cell is rounded on its own, so the sum may be off by half a person a row.
    if parts.notna().all() and abs(float(parts.sum()) - total) > 0.5 * len(names) + 0.5:
        raise FileFormatError(
            str(file),
            expected=f"rows that sum to the row Ensemble ({total:g})",
            found=f"{float(parts.sum()):g}",
            next_step=FETCH,
        )


def _commune(file: Path, text: str) -> str:
    coded = re.search(r"\((\d[\dAB]\d{3})\)", text)
    named = re.search(r"(?<![\dA-Z])(\d[\dAB]\d{3})(?![\dA-Z])", f"{file.parent.name} {file.stem}")
    found = coded or named
    if found is None:
        raise CodeError(
            str(file),
            expected="the commune's INSEE code in the page, its folder or its name",
            found="none",
            next_step="put the page into a folder named after the commune, such as 93066",
        )
    return check_insee(found.group(1))


def _country(file: Path, label: str, labels: Mapping[str, str]) -> str:
    if label in FRENCH:
        return ""
    if label not in labels:
        raise ContractError(
            str(file),
            expected="a country of data/languages.toml, as the INSEE writes it",
            found=f"{label!r}{did_you_mean(label, labels)}",
            next_step="add the label to its country in data/languages.toml",
        )
    return labels[label]


@reader("migrants_iris_2022", seen=False)
def read_migrants_iris(path: Path, communes: Communes = None) -> Reading:
    """Read the immigrants and foreigners of each IRIS (base-ic-evol-struct-pop, any vintage).

    The vintage is that of the columns: ``P22_POP``, ``P22_POP_IMM``, ``P22_POP_ETR``.
    """
    first = read_text(path).split("\n", 1)[0]
    vintage = re.search(r"\bP(\d\d)_POP_IMM\b", first)
    if vintage is None:
        raise ColumnsError(
            f"{path}, header",
            expected="IRIS;COM;TYP_IRIS;...;P22_POP;...;P22_POP_ETR;P22_POP_IMM (any vintage)",
            found=first[:120],
            next_step="take base-ic-evol-struct-pop, whose immigrants are since RP2006",
        )
    start = f"P{vintage.group(1)}_POP"
    figures = {start: "population", f"{start}_IMM": "immigrants", f"{start}_ETR": "foreigners"}
    raw = read_text_table(
        path,
        sep=";",
        columns=["IRIS", "COM", "TYP_IRIS", *figures],
        optional=["LAB_IRIS"],
        known=BESIDE_IRIS,
    )
    rows = len(raw)
    raw, carried = carry(raw, "IRIS", communes, "COM")
    raw, outside = cut(raw, "COM", communes, str(path))
    people = numbers(raw, figures, str(path))
    place = {"iris": raw["IRIS"], "commune": raw["COM"], "iris_type": raw["TYP_IRIS"]}
    whole = summed(pd.DataFrame({**place, **people}), "iris")
    told = "; ".join(filter(None, (f"census of 20{vintage.group(1)}", carried)))
    frame = validate(whole, tables.MIGRANTS_IRIS, path)
    return account(frame, rows, *outside, kept=len(raw), note=told)
