"""CAF beneficiaries by IRIS, and commune indicators of 2017-20.

Every reader takes the file (or folder) and, where it can use it, the index of communes by folded
name; it gives a contracted table with an account of its rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ContractError
from observatory.read.base_ic import commune_names
from observatory.read.carried import carry, summed
from observatory.read.census import with_why
from observatory.read.cut import cut, readable
from observatory.read.readers import Communes, reader
from observatory.read.text_files import (
    account,
    aside,
    numbers,
    read_text_table,
    validate,
)
from observatory.tables import fragility_tables as tables
from observatory.tables.provenance import Reading
from observatory.tables.table import Table

PLACE = {"CODE_INSEE": "commune", "LIBCOM": "commune_name"}
#: Columns that the commune files carry beside code, name and figure; the first has no name.
BESIDE = r"(?:DEP)?"


@reader("caf_iris_2021")
def read_caf_iris_2021(path: Path, communes: Communes = None) -> Reading:
    """Read the households of each IRIS by what the CAF pays; a blank is suppressed, never zero."""
    names = {
        "arsas": "caf_rsa",
        "aaah": "caf_aah",
        "appa": "caf_ppa",
        "am": "caf_single_parents",
    }
    raw = read_text_table(
        path, sep=";", columns=["iris_code", *names], known=r"note|[ap]\w*|enf\w*"
    )
    rows = len(raw)
    raw, carried = carry(raw, "iris_code", communes)
    raw, outside = cut(raw, "iris_code", communes, str(path))
    raw, odd = readable(raw, list(names), "iris_code", str(path))
    outside = (*outside, odd)
    figures = with_why(raw, names, path, blank="suppressed")
    frame = summed(pd.DataFrame({"iris": raw["iris_code"], **figures}), "iris")
    note = f"RSA suppressed in {int(frame['caf_rsa'].isna().sum())} IRIS"
    told = "; ".join(filter(None, (note, carried)))
    checked = validate(frame, tables.CAF_IRIS_2021, path)
    return account(checked, rows, *outside, kept=len(raw), note=told)


@reader("commune_diplomas")
def read_commune_diplomas(path: Path, communes: Communes = None) -> Reading:
    """Read diplomas and older people by commune; each commune stands twice, once blank."""
    names = {
        "TX_NSCOL15P": "low_diploma_pct",
        "TX_65ETPLUS": "pop_65p_pct",
    }
    raw = read_text_table(path, columns=[*PLACE, *names], known=r"(?:DEP|TX_\w+)?")
    rows = len(raw)
    raw, outside = cut(raw, "CODE_INSEE", communes, str(path))
    raw, odd = readable(raw, list(names), "CODE_INSEE", str(path))
    outside = (*outside, odd)
    blank = (raw[list(names)] == "").all(axis=1)
    # Only a blank line whose commune has a filled one is a repetition; else it says "not known".
    filled = raw["CODE_INSEE"].isin(raw.loc[~blank, "CODE_INSEE"])
    reason = "second line of a commune, without any figure"
    kept, out = aside(raw, blank & filled, reason, "CODE_INSEE")
    frame = pd.DataFrame({**_place(kept), **with_why(kept, names, path)})
    checked = validate(frame, tables.COMMUNE_DIPLOMAS, path)
    note = "the jobseekers' column of the source is blank throughout"
    return account(checked, rows, *outside, out, note=note)


def _place(raw: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    return {ours: raw[theirs] for theirs, ours in PLACE.items()}


def _one_share(
    path: Path, communes: Communes, theirs: str, ours: str, table: Table, note: str = ""
) -> Reading:
    raw = read_text_table(path, columns=[*PLACE, theirs], known=BESIDE)
    rows = len(raw)
    raw, outside = cut(raw, "CODE_INSEE", communes, str(path))
    raw, odd = readable(raw, [theirs], "CODE_INSEE", str(path))
    outside = (*outside, odd)
    frame = pd.DataFrame({**_place(raw), **with_why(raw, {theirs: ours}, path)})
    blank = int(frame[ours].isna().sum())
    blanks = f"{blank} communes without a figure" if blank else ""
    checked = validate(frame, table, path)
    return account(checked, rows, *outside, note="; ".join(filter(None, (note, blanks))))


@reader("fixed_coverage_communes")
def read_fixed_coverage_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the share of premises without 30 Mbit/s; the source's column says the contrary."""
    note = "the column named TAUX_COUVERTURE_THD is the share WITHOUT 30 Mbit/s"
    return _one_share(
        path,
        communes,
        "TAUX_COUVERTURE_THD",
        "no_thd_pct",
        tables.FIXED_COVERAGE_COMMUNES,
        note,
    )


@reader("mobile_coverage_communes")
def read_mobile_coverage_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the mobile coverage of each commune, a share of one in the source, here in per cent."""
    raw = read_text_table(path, columns=[*PLACE, "COUVERTURE_MOBILE"], known=BESIDE)
    rows = len(raw)
    raw, outside = cut(raw, "CODE_INSEE", communes, str(path))
    raw, odd = readable(raw, ["COUVERTURE_MOBILE"], "CODE_INSEE", str(path))
    outside = (*outside, odd)
    figures = with_why(raw, {"COUVERTURE_MOBILE": "mobile_coverage_pct"}, path)
    figures["mobile_coverage_pct"] = 100 * figures["mobile_coverage_pct"]
    frame = pd.DataFrame({**_place(raw), **figures})
    return account(validate(frame, tables.MOBILE_COVERAGE_COMMUNES, path), rows, *outside)


@reader(
    "fixed_coverage_communes", "commune_debit, Ma connexion internet", "elig_thd30", "nbr",
    seen=False,
)  # fmt: skip
def read_speeds(path: Path, communes: Communes = None) -> Reading:
    """Read the share of premises without 30 Mbit/s from the counts of the Arcep's speeds.

    A commune has a line for each kind of premises; the one of them ``all`` is used.

    Raises
    ------
    ContractError
        More premises within reach than there are: the figures are not counts.
    """
    where = str(path)
    raw = read_text_table(
        path,
        sep=";",
        columns=["code_insee", "nbr", "type", "elig_thd30"],
        known=r"[a-z_0-9]+",
    )
    rows = len(raw)
    raw, kinds = aside(raw, raw["type"] != "all", "a line of one kind of premises", "code_insee")
    # The country's file was once a table of numbers: the first zero of some codes is lost.
    raw = raw.assign(code_insee=raw["code_insee"].str.zfill(5))
    raw, outside = cut(raw, "code_insee", communes, where)
    raw, odd = readable(raw, ["nbr", "elig_thd30"], "code_insee", where)
    counts = numbers(raw, {"nbr": "premises", "elig_thd30": "reached"}, where)
    if (counts["reached"] > counts["premises"]).any():
        raise ContractError(
            f"{where}, column elig_thd30, line {(counts['reached'] > counts['premises']).idxmax()}",
            expected="a count of premises, of those of column nbr",
            found="more than there are",
            next_step="check the file's description: its figures may be shares now",
        )
    share = 100 * (1 - counts["reached"] / counts["premises"].where(counts["premises"] > 0))
    frame = pd.DataFrame(
        {
            "commune": raw["code_insee"],
            "commune_name": commune_names(raw["code_insee"]),
            "no_thd_pct": share,
            "no_thd_pct_why": share.isna().map({True: "not published", False: None}),
        }
    )
    checked = validate(frame, tables.FIXED_COVERAGE_COMMUNES, path)
    return account(checked, rows, kinds, *outside, odd, note="premises without 30 Mbit/s")
