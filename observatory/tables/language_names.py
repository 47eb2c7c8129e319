"""What languages are called, by CLDR, which Babel carries; our own names only where it has none."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.core import get_global


@lru_cache(maxsize=512)
def language_name(code: str, lang: str = "fr") -> str:
    """Return the name of a language, or the empty text where CLDR has none.

    Parameters
    ----------
    code
        ISO 639-1, 639-2 or 639-3: ``ar`` and ``ara`` are one.
    lang
        The language to name it in.
    """
    known = get_global("language_aliases").get(code, code)
    return str(Locale(lang).languages.get(known, ""))
