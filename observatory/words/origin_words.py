"""Where the figures of a text come from, in one line: norm, edition, census, communes, day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from observatory.words.catalogue import Lang, load_words
from observatory.words.numbers import day_text, number


def origin_line(told: Mapping[str, Any], lang: Lang) -> str:
    """Return the line that ends a report; what is not known of a build is left out.

    Parameters
    ----------
    told
        ``norm``, ``norm_h_per_100``, ``edition``, ``vintage``, ``cog`` and ``read_on``, any of them
        missing.
    """
    words = load_words(lang, "validation")
    known = {name: value for name, value in told.items() if pd.notna(value)}
    parts = []
    if "edition" in known:
        parts.append(words("origin.edition", edition=known["edition"]))
    if "read_on" in known:
        parts.append(words("origin.read_on", day=day_text(str(known["read_on"]), lang)))
    if "vintage" in known:
        parts.append(words("origin.vintage", vintage=known["vintage"]))
    if "cog" in known:
        parts.append(words(f"origin.{known['cog']}"))
    if {"norm", "norm_h_per_100"} <= known.keys():
        hours = number(float(known["norm_h_per_100"]), lang, 2)
        parts.append(words("origin.norm", norm=words(f"norm.{known['norm']}"), hours=hours))
    return words("origin.line", parts=words("origin.between").join(parts)) if parts else ""
