"""The languages that places declare, read from their fields and their free text."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pandas as pd

from observatory.tables.check import check
from observatory.tables.language_tables import OFFER, UNDETERMINED, Languages
from observatory.tables.remarks import Remark, remark, stored

ENGLISH = "Langues étrangères (anglais)"
OTHERS = "Langues étrangères (autres)"
CARE = {ENGLISH: "eng", OTHERS: UNDETERMINED}


def offer(sites: pd.DataFrame, table: Languages) -> pd.DataFrame:
    """Return the languages that places declare.

    Two ways: the national standard's ``prise_en_charge_specifique`` (``care``): English, other
    foreign languages (which, it does not say: ``und``); and any language that the free text
    (``comment``) names, French sign language too. French is not looked for.

    Parameters
    ----------
    sites
        ``site``, ``commune``, ``care`` (values separated by ``|``) and ``comment``, each may be
        missing.

    Returns
    -------
    DataFrame
        ``OFFER``: one row a place and language; ``evidence`` quotes what declares it, for free
        text can mislead ("pas de turc").
    """
    patterns = {
        code: re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")s?\b")
        for code, words in table.words.items()
        if words
    }
    rows = []
    for place in sites[["site", "commune", "care", "comment"]].itertuples(index=False):
        for code, evidence in _declared(place.care, place.comment, patterns).items():
            rows.append((place.site, place.commune, code, table.names[code], stored([evidence])))
    frame = pd.DataFrame(rows, columns=OFFER.names, dtype="str")
    return pd.DataFrame(check(frame.sort_values(["site", "language"]), OFFER))


def _declared(care: Any, comment: Any, patterns: dict[str, re.Pattern[str]]) -> dict[str, Remark]:
    found: dict[str, Remark] = {}
    if isinstance(comment, str):
        text = _plain(comment)
        for code, pattern in patterns.items():
            hit = pattern.search(text)
            if hit:
                found[code] = remark("studies.declared_in_comment", text=hit.group())
    if isinstance(care, str):
        for value in care.split("|"):
            if value.strip() in CARE:
                found[CARE[value.strip()]] = remark(
                    "studies.declared_in_care", values=(value.strip(),)
                )
    return found


def _plain(text: str) -> str:
    """Return a text without accents, case or punctuation; its length may change, its words not."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", flat)


def says_anything(sites: pd.DataFrame, offered: pd.DataFrame) -> pd.Series[Any]:
    """Return which places say anything of languages: specific care is filled, or text names one.

    A place that fills its specific care had the foreign languages before its eyes in that list.
    """
    return sites["care"].notna() | sites["site"].isin(offered["site"])
