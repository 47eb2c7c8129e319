"""Counsellors' posts by host structure, and people helped by post code."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ContractError, ObservatoryError
from observatory.geo.codes import check_insee, departement_of, fold_name, is_siret, postcode_starts
from observatory.geo.perimeter import bodies_of
from observatory.places.french_communes import commune_table
from observatory.read.carried import carry
from observatory.read.code_columns import checked
from observatory.read.cut import few_aside, refused, too_many
from observatory.read.readers import Communes, reader
from observatory.read.text_files import account, aside, read_text_table
from observatory.tables.check import check
from observatory.tables.place_tables import COUNSELLOR_ACTS, HOST_STRUCTURES
from observatory.tables.provenance import Aside, Reading

_POSTS = "Nombre de conseillers validés par le COSELEC"
_APPROVED = "Date de validation en comité de sélection"
_YES_NO = {"oui": True, "non": False}
#: The ages that the people helped are counted by; their statuses are counted apart.
_AGES = ("Moins12ans", "De12a18ans", "De18a35ans", "De35a60ans", "Plus60ans")


@reader("host_structures_2023")
def read_host_structures_2023(path: Path, communes: Communes = None) -> Reading:
    """Read the structures that host conseillers numériques, April 2023 (``HOST_STRUCTURES``).

    The commune's code decides where a structure stands: the list holds head offices of other
    départements, and a commune of La Réunion of the same name as one of the 93.

    Parameters
    ----------
    path
        The file.
    communes
        Folded name -> INSEE code; the structures of other communes are set aside. Without it, those
        of another département than their line's are.

    Raises
    ------
    ContractError
        Posts or a date that cannot be read, with the line.
    """
    raw = read_text_table(
        path,
        sep=";",
        columns=(
            "Raison sociale",
            "Commune INSEE",
            _POSTS,
            _APPROVED,
            "SIRET",
            "Code département",
            "Adresse",
            "Code commune INSEE",
            "Code postal",
            "France services",
        ),
        known="Département|Région|ZRR|QPV|Type|Investissement .*",
    )
    where, rows = str(path), len(raw)
    for column in ("Code commune INSEE", "Code postal"):
        # The country's file was once a table of numbers: the first zero of some codes is lost.
        raw[column] = raw[column].where(~raw[column].str.fullmatch(r"\d{4}"), "0" + raw[column])
    raw["label"] = raw["Raison sociale"] + " (" + raw["Code commune INSEE"] + ")"
    raw, odd = _unreadable(raw, where)
    raw, carried = carry(raw, "Code commune INSEE", communes)
    raw, outside = aside(
        raw, _outside(raw, communes), "outside the département, by its commune's code", "label"
    )
    frame, added = _summed(_structures(raw, where))
    checked = check(frame, HOST_STRUCTURES, where=where)
    return account(checked, rows, odd, outside, added, note=carried)


def _unreadable(raw: pd.DataFrame, where: str) -> tuple[pd.DataFrame, Aside]:
    """Set aside the few lines without a commune, a number of posts or a day that can be one."""
    try:
        checked(raw["Code commune INSEE"], check_insee, where)
        _whole(raw[_POSTS], where)
        _days(raw[_APPROVED], where)
    except ObservatoryError as error:
        wrong = ~(_is_day(raw[_APPROVED]) & raw[_POSTS].str.fullmatch(r"\d+"))
        wrong |= ~raw["Code commune INSEE"].str.fullmatch(r"(?:\d{2}|2A|2B)\d{3}")
        if too_many(int(wrong.sum()), len(raw)):
            raise refused(error) from error
        return aside(raw, wrong, "no commune, number of posts or day that can be one", "label")
    return raw, Aside("", 0)


def _is_day(values: pd.Series[Any]) -> pd.Series[Any]:
    days = pd.to_datetime(values, format="%d/%m/%Y", errors="coerce")
    return days.notna() | (values == "")


def _summed(hosts: pd.DataFrame) -> tuple[pd.DataFrame, Aside]:
    """Return one row a structure: posts approved by several decisions are all its own.

    Two equal lines are two decisions of one day: the State's total of the list, 3 925 posts, counts
    both.
    """
    of_one = hosts.groupby("structure")
    whole = hosts.assign(
        posts=of_one["posts"].transform("sum"), approved_on=of_one["approved_on"].transform("max")
    )
    why = "another decision for a structure, its posts added to it"
    return aside(whole, whole.duplicated("structure"), why, "name")


def _outside(raw: pd.DataFrame, communes: Communes) -> pd.Series[Any]:
    codes = raw["Code commune INSEE"]
    if communes:
        return ~codes.isin(set(communes.values()))
    pairs = zip(codes, raw["Code département"], strict=True)
    return pd.Series([not code.startswith(dep) for code, dep in pairs], index=raw.index)


def _structures(raw: pd.DataFrame, where: str) -> pd.DataFrame:
    valid = raw["SIRET"].map(is_siret).astype(bool)
    siret = raw["SIRET"].where(valid)
    key = siret.fillna(raw["Raison sociale"].map(fold_name).str.replace(" ", "-"))
    bodies = bodies_of(commune_table())
    serves = [
        _serves(name, siren, code, bodies)
        for name, siren, code in zip(
            raw["Raison sociale"], raw["SIRET"].str[:9], raw["Code commune INSEE"], strict=True
        )
    ]
    return pd.DataFrame(
        {
            "structure": key + "-" + raw["Code postal"],
            "name": raw["Raison sociale"],
            "siret": siret,
            "commune": raw["Code commune INSEE"],
            "commune_name": raw["Commune INSEE"],
            "address": _blank(raw["Adresse"]),
            "postcode": _blank(raw["Code postal"]),
            "posts": _whole(raw[_POSTS], where),
            "approved_on": _days(raw[_APPROVED], where),
            "serves": [kind for kind, _ in serves],
            "area": [area for _, area in serves],
            "france_services": raw["France services"].map(_YES_NO),
        },
        index=raw.index,
    )


def _serves(name: str, siren: str, commune: str, bodies: Collection[str]) -> tuple[str, str]:
    if siren in bodies:
        return "ept", siren
    # SIREN of départements begin with 22 and their number; the name keeps out their dependencies.
    if siren.startswith("22") and fold_name(name).startswith("departement"):
        return "departement", departement_of(commune)
    return "commune", commune


def _blank(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.where(values != "")


def _whole(values: pd.Series[Any], where: str) -> pd.Series[Any]:
    _refuse(values, values.str.fullmatch(r"\d+"), "a whole number of people", where)
    return values.astype("int64")


def _days(values: pd.Series[Any], where: str) -> pd.Series[Any]:
    days = pd.to_datetime(values, format="%d/%m/%Y", errors="coerce")
    _refuse(values, _is_day(values), "a day as dd/mm/yyyy", where)
    return days.dt.strftime("%Y-%m-%d")


def _refuse(values: pd.Series[Any], good: pd.Series[Any], expected: str, where: str) -> None:
    wrong = values[~good.astype(bool)]
    if len(wrong):
        raise ContractError(
            f"{where}, column {values.name}, line {wrong.index[0]}",
            expected=expected,
            found=f"{wrong.iloc[0]!r} ({len(wrong)} values in all)",
            next_step="mend the value at its source, or correct it in data/corrections",
        )


def _refuse_many(values: pd.Series[Any], where: str) -> None:
    try:
        _whole(values, where)
    except ContractError as error:
        raise refused(error) from error


@reader("counsellor_acts_2023")
def read_counsellor_acts_2023(path: Path, communes: Communes = None) -> Reading:
    """Read the people helped by counsellors by post code, to July 2023 (``COUNSELLOR_ACTS``).

    ``people_helped`` is the sum of the ages: statuses, counted apart, do not add up to the same.
    Post codes of another département than the communes known are set aside.
    """
    names = [f"Somme de {age}" for age in _AGES]
    raw = read_text_table(path, columns=("CodePostal", *names), known="Somme de .*")
    where, rows = str(path), len(raw)
    wrong = ~raw["CodePostal"].str.fullmatch(r"\d{5}")
    raw, no_code = few_aside(raw, wrong, "no post code", "CodePostal", "five digits", where)
    codes = raw["CodePostal"]
    starts = postcode_starts((communes or {}).values()) or ("",)
    raw, outside = aside(
        raw,
        ~codes.str.startswith(starts),
        "outside the département, by its post code",
        "CodePostal",
    )
    wrong = ~pd.DataFrame({name: raw[name].str.fullmatch(r"\d+") for name in names}).all(axis=1)
    if too_many(int(wrong.sum()), rows):
        for name in names:
            _refuse_many(raw[name], where)
    raw, odd = aside(raw, wrong, "a number of people that is not one", "CodePostal")
    counts = pd.DataFrame({name: _whole(raw[name], where) for name in names})
    frame = pd.DataFrame({"postcode": raw["CodePostal"], "people_helped": counts.sum(axis=1)})
    return account(check(frame, COUNSELLOR_ACTS, where=where), rows, outside, no_code, odd)
