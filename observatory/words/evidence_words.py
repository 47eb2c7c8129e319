"""The evidence of the ledger of matching in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from observatory.words.catalogue import Lang, load_words
from observatory.words.numbers import is_known, number, signed, value_text
from observatory.words.remark_words import BETWEEN

#: What is compared, by the name of its text: its column, and that of its points.
_COMPARED = {
    "name": ("name_score", "name_points"),
    "street": ("street_score", "address_points"),
    "distance": ("distance_m", "distance_points"),
}
_SAME = ("same_siret", "same_phone", "same_upstream_id")


def evidence_text(row: Mapping[Any, Any], lang: Lang) -> str:
    """Return why two records were merged or not: a person's reason, or the evidence in words.

    Parameters
    ----------
    row
        A row of :data:`~observatory.tables.directory_tables.LEDGER`.
    lang
        ``fr`` or ``en``.
    """
    if isinstance(row["reason"], str):
        return row["reason"]
    words = load_words(lang, "remarks")
    score, needed = (value_text(row[name], lang) for name in ("score", "needed"))
    parts = [words("evidence.points", score=score, needed=needed)]
    for name, (value, points) in _COMPARED.items():
        if is_known(row[value]):
            given = {"value": number(row[value], lang), "points": signed(row[points], lang, 1)}
            parts.append(words(f"evidence.{name}", **given))
        else:
            parts.append(words(f"evidence.{name}_unknown"))
    parts += [words(f"evidence.{name}") for name in _SAME if row[name] is True]
    parts.append(words("evidence.other", points=signed(row["other_points"], lang, 1)))
    return BETWEEN[lang].join(parts)
