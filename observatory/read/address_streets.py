"""Streets of the Base adresse nationale: its file of a département, one row an address.

The file is read in parts and twice: once for the middle of each street's numbers, once for the
number nearest to it. What is kept at any moment is a part and one row a street, however many
addresses there are.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from observatory.errors import ColumnsError, FileFormatError, InputError, MissingInputError
from observatory.tables.provenance import Aside

#: Addresses read at a time.
PART = 50_000
#: The commune of today, and the one that it took in, which a build may still hold apart.
_COMMUNE, _FORMER = "code_insee", "code_insee_ancienne_commune"
_COLUMNS = (_COMMUNE, "nom_voie", "code_postal", "lon", "lat")
_KEY, _POINT = ["commune", "name"], ["lon", "lat"]
_EXPECTED = "addresses of the Base adresse nationale (adresses-93.csv.gz, in the format csv)"
NEXT = "fetch the file again from https://adresse.data.gouv.fr/data/ban/adresses/latest/csv/"
_REASONS = {
    "outside": "outside the communes of the build",
    "nameless": "no name of a street",
    "pointless": "no position in metropolitan France",
}


@dataclass(frozen=True)
class AddressStreets:
    """The streets of a file of addresses.

    Attributes
    ----------
    streets
        ``commune``, ``name``, ``postcode`` (that of most of its numbers, missing where none is
        given), ``lon`` and ``lat`` of the number nearest to the middle of all: a row a street.
    rows_in
        Addresses of the file.
    aside
        Those that give no street, with the reason.
    """

    streets: pd.DataFrame
    rows_in: int
    aside: tuple[Aside, ...]


def read_address_streets(
    path: Path, communes: Collection[str], *, part: int = PART
) -> AddressStreets:
    """Read the streets of a file of the Base adresse nationale, as it is or packed (``.gz``).

    Parameters
    ----------
    path
        The file.
    communes
        INSEE codes of the communes whose streets are kept.
    part
        Addresses read at a time.

    Raises
    ------
    MissingInputError
        The file is not there.
    ColumnsError
        A column lacks.
    FileFormatError
        It is empty, cut short, of another format, or holds no street of the communes.
    """
    if not path.is_file():
        raise MissingInputError(str(path), expected=_EXPECTED, found="no such file", next_step=NEXT)
    rows, asides = 0, dict.fromkeys(_REASONS.values(), 0)
    sums, codes = pd.DataFrame(), pd.DataFrame()
    for found in _parts(path, communes, part):
        rows += len(found)
        for reason in asides:
            asides[reason] += int((found["aside"] == reason).sum())
        kept = found[found["aside"] == ""].assign(numbers=1)
        sums = _summed([sums, kept[[*_KEY, *_POINT, "numbers"]]], _KEY)
        codes = _summed([codes, kept[[*_KEY, "postcode", "numbers"]]], [*_KEY, "postcode"])
    if sums.empty:
        none = f"{rows} addresses, none of a street of these communes with a position"
        raise FileFormatError(str(path), expected=_EXPECTED, found=none, next_step=NEXT)
    middles = sums.set_index(_KEY)
    middles = middles[_POINT].div(middles["numbers"], axis=0)
    streets = _nearest(_parts(path, communes, part), middles).join(_postcodes(codes))
    counted = tuple(Aside(reason, count) for reason, count in asides.items() if count)
    return AddressStreets(streets.reset_index(), rows, counted)


def _parts(path: Path, communes: Collection[str], part: int) -> Iterator[pd.DataFrame]:
    """Give the addresses of a file a part at a time, each with why it is set aside, or nothing."""
    try:
        with pd.read_csv(
            path,
            sep=";",
            dtype="str",
            keep_default_na=False,
            encoding="utf-8-sig",
            chunksize=part,
            usecols=lambda name: name in {*_COLUMNS, _FORMER},
        ) as parts:
            for found in parts:
                yield _read(_whole(found, path), set(communes))
    except InputError:
        raise
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise FileFormatError(
            str(path),
            expected=_EXPECTED,
            found=f"a file cut short or spoilt ({error})",
            next_step=NEXT,
        ) from error


def _whole(found: pd.DataFrame, path: Path) -> pd.DataFrame:
    if lost := [name for name in _COLUMNS if name not in found]:
        raise ColumnsError(
            f"{path}, header",
            expected="the columns " + ", ".join(_COLUMNS),
            found="without " + ", ".join(lost),
            next_step=NEXT,
        )
    return found


def _read(found: pd.DataFrame, communes: set[str]) -> pd.DataFrame:
    """Return addresses under our names, each in the commune that the build holds."""
    texts = found.drop(columns=_POINT).fillna("").apply(lambda column: column.str.strip())
    today = texts[_COMMUNE]
    former = texts.get(_FORMER, today)
    commune = former.where(former.isin(communes), today)
    lon, lat = (pd.to_numeric(found[name], errors="coerce") for name in _POINT)
    name = texts["nom_voie"]
    there = lat.between(41, 51.5) & lon.between(-5.5, 10)
    why = np.select(
        [~commune.isin(communes), name == "", ~there], list(_REASONS.values()), default=""
    )
    return pd.DataFrame(
        {
            "commune": commune,
            "name": name,
            "postcode": texts["code_postal"],
            "lon": lon,
            "lat": lat,
            "aside": why,
        }
    )


def _summed(frames: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).groupby(keys, as_index=False).sum()


def _nearest(parts: Iterator[pd.DataFrame], middles: pd.DataFrame) -> pd.DataFrame:
    """Return the number of each street nearest to the middle of all, the first of equals."""
    best = pd.DataFrame()
    for found in parts:
        kept = found.loc[found["aside"] == "", [*_KEY, *_POINT]]
        middle = middles.loc[pd.MultiIndex.from_frame(kept[_KEY])].to_numpy()
        east, north = (kept[_POINT].to_numpy() - middle).T
        away = np.hypot(east * np.cos(np.radians(kept["lat"])), north)
        kept = kept.assign(away=away.round(9))  # a ten thousandth of a metre: no tie by rounding
        order = pd.concat([best, kept]).sort_values([*_KEY, "away", *_POINT])
        best = order.drop_duplicates(_KEY)
    return best.set_index(_KEY)[_POINT]


def _postcodes(codes: pd.DataFrame) -> pd.Series[str]:
    """Return the post code of most of the numbers of each street."""
    given = codes[codes["postcode"].str.fullmatch(r"\d{5}")]
    order = given.sort_values([*_KEY, "numbers", "postcode"], ascending=[True, True, False, True])
    first: pd.Series[str] = order.drop_duplicates(_KEY).set_index(_KEY)["postcode"]
    return first
