"""INSEE, IRIS, QPV, UAI and SIRET codes as validated text, and commune mergers by vintage.

Codes are text: a number loses leading zeros and Corsican letters. Each ``check_*`` gives the code
back or raises :class:`~observatory.errors.CodeError` saying what is wrong with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal

from rapidfuzz import fuzz, process

from observatory.errors import CodeError
from observatory.geo.mergers import today_of

Cog = Literal["cog_2024", "cog_2025"]
COGS: tuple[Cog, ...] = ("cog_2024", "cog_2025")

#: Cities whose arrondissements stand as communes, so that the city itself does not: Marseille,
#: Lyon and Paris.
IN_PARTS = frozenset({"13055", "69123", "75056"})

#: Letters of a UAI check character (INSEE's modulo 23, without I, O and Q).
_UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
#: La Poste's establishments share one SIREN and follow another rule than Luhn's.
_LA_POSTE = "356000000"

_SHAPES: dict[str, tuple[re.Pattern[str], str]] = {
    "INSEE": (re.compile(r"(?:\d{2}|2A|2B)\d{3}"), "five characters such as 93066 or 2A004"),
    "IRIS": (re.compile(r"(?:\d{2}|2A|2B)\d{7}"), "nine characters such as 930660101"),
    "QPV": (re.compile(r"QP\d{6}|QN\d{2}[\dAB]\d{2}[A-Z]"), "QP093028 (2015) or QN09328M (2024)"),
    "UAI": (re.compile(r"\d{7}[A-Z]"), "seven digits and a letter such as 0932030B"),
    "SIRET": (re.compile(r"\d{14}"), "fourteen digits"),
}


def _shaped(code: object, kind: str) -> str:
    pattern, expected = _SHAPES[kind]
    if not isinstance(code, str):
        raise CodeError(
            f"{kind} code",
            expected=f"text: {expected}",
            found=f"{code!r}, a {type(code).__name__}",
            next_step="read the column as text, never as a number",
        )
    if not pattern.fullmatch(code):
        raise CodeError(
            f"{kind} code",
            expected=expected,
            found=repr(code),
            next_step="mend the code at its source",
        )
    return code


def check_insee(code: object) -> str:
    """Return a commune's INSEE code, checked."""
    return _shaped(code, "INSEE")


def departement_of(commune: str) -> str:
    """Return the département of a commune or IRIS, by the code it begins with."""
    return commune[:3] if commune.startswith(("97", "98")) else commune[:2]


def postcode_starts(communes: Iterable[str]) -> tuple[str, ...]:
    """Return how the post codes of some communes begin: as their département's code, mostly.

    Those of Corsica begin with 20; overseas those of Saint-Barthélemy and Saint-Martin with 971.
    """
    areas = {departement_of(code) for code in communes}
    other = {"2A": "20", "2B": "20", "977": "971", "978": "971"}
    return tuple(sorted({other.get(area, area) for area in areas}))


def arrondissement(name: str, postcode: str) -> str | None:
    """Return the code of the arrondissement of Paris that an address lies in, by its post code.

    ``Paris``, ``PARIS 18`` and ``Paris 18e Arrondissement`` at 75018 are 75118; 75116 is a post
    code of the 16th.
    """
    there = re.fullmatch(r"75[01](0[1-9]|1\d|20)", postcode)
    if there is None or not re.match(r"paris\b", fold_name(name)):
        return None
    return f"751{there[1]}"


def check_qpv(code: object, *, vintage: Literal[2015, 2024] | None = None) -> str:
    """Return a QPV code, checked; with ``vintage``, refuse the codes of the other perimeters."""
    text = _shaped(code, "QPV")
    found = qpv_vintage(text)
    if vintage is not None and found != vintage:
        raise CodeError(
            "QPV code",
            expected=f"a code of the {vintage} perimeters",
            found=f"{text}, of {found}",
            next_step="never mix 2015 and 2024 QPV: read the layer of the vintage asked for",
        )
    return text


def qpv_vintage(code: str) -> Literal[2015, 2024]:
    """Return the year of the perimeters a QPV code belongs to: QP... is 2015, QN... is 2024."""
    return 2015 if _shaped(code, "QPV").startswith("QP") else 2024


def uai_letter(digits: str) -> str:
    """Return the check letter of a UAI's seven digits (their number modulo 23)."""
    return _UAI_LETTERS[int(digits) % 23]


def check_uai(code: object) -> str:
    """Return a school's UAI after verifying its check letter."""
    text = _shaped(code, "UAI")
    wanted = uai_letter(text[:7])
    if text[7] != wanted:
        raise CodeError(
            "UAI code",
            expected=f"check letter {wanted}",
            found=text,
            next_step="look the school up in the national directory",
        )
    return text


def _luhn(digits: str) -> int:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled)


def check_siret(code: object) -> str:
    """Return a SIRET after verifying its check digit.

    The rule is Luhn's; establishments of La Poste may instead have digits that sum to a multiple
    of five.
    """
    text = _shaped(code, "SIRET")
    poste = text.startswith(_LA_POSTE) and sum(map(int, text)) % 5 == 0
    if (_luhn(text) % 10 and not poste) or not int(text):
        raise CodeError(
            "SIRET code",
            expected="a valid check digit",
            found=text,
            next_step="look the structure up in the Sirene register",
        )
    return text


def is_siret(code: object) -> bool:
    """Return whether a value is a valid SIRET."""
    try:
        check_siret(code)
    except CodeError:
        return False
    return True


def check_cog(name: object) -> Cog:
    """Return the name of a geography, ``cog_2024`` or ``cog_2025``."""
    for cog in COGS:
        if name == cog:
            return cog
    raise CodeError(
        "geography",
        expected=" or ".join(COGS),
        found=repr(name),
        next_step="cog_2024 has apart the communes that joined others, cog_2025 has them joined",
    )


def in_cog(commune: str, cog: Cog) -> str:
    """Return the code of a commune in a geography.

    ``cog_2025`` has that of today, of the one that it has joined since; ``cog_2024`` its own.
    """
    check_insee(commune)
    return today_of(commune) if check_cog(cog) == "cog_2025" else commune


def fold_name(name: str) -> str:
    """Return a commune's name without accents, case, punctuation or abbreviations, to compare.

    ``ST OUEN-SUR-SEINE``, ``Saint Ouen Sur Seine`` and ``SAINT-OUEN-SUR-SEINE`` fold alike.
    """
    joined = name.translate({ord("œ"): "oe", ord("Œ"): "OE", ord("æ"): "ae", ord("Æ"): "AE"})
    plain = unicodedata.normalize("NFKD", joined).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", " ", plain.replace("'", " ")).split()
    swap = {"st": "saint", "ste": "sainte", "s": "sur"}
    return " ".join(swap.get(word, word) for word in words)


def commune_index(communes: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Index communes by folded name, with the usual short forms that stay unambiguous.

    Parameters
    ----------
    communes
        Pairs of INSEE code and official name.

    Returns
    -------
    dict
        Folded name -> code; also without a leading article, without the ``sur ...`` ending
        (``SAINT-OUEN``), and an arrondissement by its number (``PARIS 18``), where only one
        commune of the list has that short form. A name that two communes of the list have is left
        out, as alone it tells neither: these are there by their codes.
    """
    full: dict[str, set[str]] = {}
    short: dict[str, set[str]] = {}
    begun: dict[str, set[str]] = {}
    for code, name in communes:
        folded = fold_name(name)
        full.setdefault(folded, set()).add(check_insee(code))
        for form in {
            re.sub(r"^(?:l|la|le|les) ", "", folded),
            re.sub(r" (?:sur|sous|en) .*$", "", folded),
            folded.replace(" ", ""),
            re.sub(r" (\d+)(?:er?) arrondissement$", r" \1", folded),
        }:
            short.setdefault(form, set()).add(code)
        words = folded.split()
        for end in range(1, len(words)):
            begun.setdefault(" ".join(words[:end]), set()).add(code)
    named = {name: next(iter(codes)) for name, codes in full.items() if len(codes) == 1}
    for form, codes in short.items():
        if form not in full and len(codes | begun.get(form, set())) == 1:
            named[form] = next(iter(codes))
    # The communes of a name that tells neither are in the index all the same: by their codes.
    lacking = set().union(*full.values()) - set(named.values())
    return named | {code: code for code in sorted(lacking)}


def without_head(folded: str) -> str:
    """Return a folded name without the ``commune de``, ``ville de`` or ``mairie de`` before it."""
    return re.sub(r"^(?:commune|ville|mairie) (?:de |d |du |des )?", "", folded)


def find_commune(name: str, index: Mapping[str, str]) -> str | None:
    """Return the code of a commune named any usual way, or ``None``.

    Forms such as ``COMMUNE DE ST OUEN-SUR-SEINE`` and ``L ILE ST DENIS`` are understood.
    """
    whole = fold_name(name)
    folded = without_head(whole)
    for form in (whole, folded, re.sub(r"^(?:l|la|le|les) ", "", folded), folded.replace(" ", "")):
        if form in index:
            return index[form]
    return None


def nearest_commune(name: str, communes: Mapping[str, str]) -> tuple[str, str, float] | None:
    """Return the known name nearest to a commune's name, its code and the likeness in 0-100."""
    best = process.extractOne(fold_name(name), list(communes), scorer=fuzz.ratio)
    return None if best is None else (best[0], communes[best[0]], float(best[1]))
