"""Where residents were born, the languages that may be theirs, and the languages places declare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.languages import get_territory_language_info

from observatory.errors import ChoiceError
from observatory.tables.columns import COMPUTED, count, flag, persons, remarks, text, why
from observatory.tables.keys import COMMUNE, IRIS, IRIS_TYPE
from observatory.tables.language_names import language_name
from observatory.tables.table import Table

#: ISO 639-2 for a language that cannot be told; it takes what a country's shares leave over.
UNDETERMINED = "und"
COUNTED = "counted"
SPREAD = "commune's countries, spread over its IRIS by their immigrants"
STATUSES = ("immigrants", "foreigners")

COUNTRY = text(
    "country",
    "Country, or the INSEE's group of countries, by its key in data/languages.toml.",
    pattern=r"[a-z_]+",
)
LANGUAGE = text(
    "language",
    "ISO 639-3 code (ISO 639-2 for a family of languages); und: not determined.",
    pattern=r"[a-z]{3}",
)
LANGUAGE_NAME = text("language_name", "French name of the language.")

ORIGINS_COMMUNES = Table(
    "origins_communes",
    "One commune and one country (or group of countries) of birth or nationality.",
    ("commune", "status", "country"),
    (
        COMMUNE,
        text(
            "status",
            "Immigrants by country of birth (IMG1B), or foreigners by nationality (NAT1).",
            among=STATUSES,
        ),
        COUNTRY,
        persons("persons", "Residents of every age, as the census counts them.", "see persons_why"),
        why("persons"),
    ),
    source=("birth_countries_2022",),
)
MIGRANTS_IRIS = Table(
    "migrants_iris",
    "One IRIS and its residents who are immigrants or foreigners.",
    ("iris",),
    (
        IRIS,
        COMMUNE,
        IRIS_TYPE,
        persons("population", "Residents."),
        persons("immigrants", "Born foreign in a foreign country."),
        persons("foreigners", "Not of French nationality."),
    ),
    source=("migrants_iris_2022",),
)
SPEAKERS = Table(
    "speakers",
    "One zone and one language: people who may best follow a training in it, were it not French.",
    ("zone", "language"),
    (
        text("zone", "Code of the zone."),
        LANGUAGE,
        LANGUAGE_NAME,
        persons("persons", "Central estimate.", "see persons_why", low=None),
        persons("low", "Lower end.", "see persons_why"),
        persons("high", "Upper end.", "see persons_why, or a country's count is not published"),
        why("persons"),
        flag("complete", "Whether every country that speaks it has a count here."),
        text("basis", "How the countries are known here.", among=(COUNTED, SPREAD)),
    ),
    source=(COMPUTED,),
)
OFFER = Table(
    "languages_offered",
    "One place and one language that it declares.",
    ("site", "language"),
    (
        text("site", "Identifier of the place."),
        COMMUNE,
        LANGUAGE,
        LANGUAGE_NAME,
        remarks("evidence", "What declares it, for a person to check.", family="studies"),
    ),
    source=(COMPUTED,),
)
MATCH = Table(
    "languages_match",
    "One commune and one language: who may speak it, and the places that declare it.",
    ("commune", "language"),
    (
        COMMUNE,
        LANGUAGE,
        LANGUAGE_NAME,
        persons("persons", "Central estimate.", "see why"),
        persons("low", "Lower end.", "see why"),
        persons("high", "Upper end.", "see why"),
        count(
            "sites",
            "Places that declare it.",
            "places",
            "no place of the commune says anything of languages",
        ),
        text(
            "verdict",
            "Whether the declared offer meets the language.",
            among=("declared", "not declared", "not known"),
        ),
        remarks("why", "What a reader must know.", family="studies"),
    ),
    source=(COMPUTED,),
)
STATUS = Table(
    "languages_status",
    "One commune and what is known of its residents' languages and of its places'.",
    ("cog", "code"),
    (
        text("cog", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        text("code", "Code of the commune."),
        text("name", "Name of the commune."),
        flag("need_known", "Whether countries of birth or nationality are known."),
        remarks("need_why", "Why not.", "known", family="studies"),
        remarks("need_file", "The file that would make it known.", "known", family="studies"),
        flag("iris_known", "Whether its IRIS can be estimated too."),
        remarks("iris_file", "The file that would allow it.", "known", family="studies"),
        count("sites", "Places of the commune.", "places"),
        count("sites_saying", "Places that say anything of languages.", "places"),
        flag("offer_known", "Whether any place says anything of languages."),
        remarks("offer_why", "Why not.", "known", family="studies"),
    ),
    source=(COMPUTED,),
)

Triple = tuple[float, float, float]
#: CLDR gives no bounds: an assumption, as wide as what is known of emigrants beside their country.
CLDR_BOUNDS = (0.85, 1.1)
CLDR = "Unicode CLDR, share of the country's people who speak it; bounds 0.85 and 1.1 times it"


@dataclass(frozen=True)
class Country:
    """A country, or one of the INSEE's groups of countries, and what its natives speak.

    Attributes
    ----------
    key, label
        Its key and its French name.
    insee
        How the census tables write it: as country of birth, as nationality.
    speaks
        Language -> share (low, central, high) of those born there; empty for a group.
    made_of
        Country -> share (low, central, high) of the group; empty for a country.
    source
        Where the shares come from, or why they are an assumption.
    """

    key: str
    label: str
    insee: tuple[str, ...]
    speaks: Mapping[str, Triple]
    made_of: Mapping[str, Triple]
    source: str


@dataclass(frozen=True)
class Languages:
    """The table of languages: names, the words that name them, and who speaks them."""

    names: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    countries: Mapping[str, Country]

    def name(self, code: str) -> str:
        """Return the French name of a language."""
        return self.names[code]


def parse_languages(tree: Mapping[str, Any], *, where: str) -> Languages:
    """Read the tables of ``languages.toml``.

    Raises
    ------
    ChoiceError
        An entry lacks a name or a source, names an unknown language or country, has shares out of
        order, or central shares that sum to more than one.
    """
    entries = tree.get("language", {})
    names = {code: str(entry.get("name", language_name(code))) for code, entry in entries.items()}
    words = {code: tuple(entry.get("words", ())) for code, entry in entries.items()}
    countries = {key: _country(key, e, where) for key, e in tree.get("country", {}).items()}
    table = Languages(names, words, countries)
    if UNDETERMINED not in names or not all(names.values()) or not countries:
        raise _refusal(where, "[language]", f"named languages, {UNDETERMINED} among them", "others")
    for country in countries.values():
        _check_country(country, table, where)
    return table


def _country(key: str, entry: Mapping[str, Any], where: str) -> Country:
    ways = [set(entry) & _FIELDS == way for way in ({"speaks"}, {"made_of"}, {"territory", "cldr"})]
    needed = {"label"} if "territory" in entry else {"label", "source"}
    if needed - set(entry) or set(entry) - _FIELDS - {"label", "source", "insee"} or not any(ways):
        raise _refusal(
            where,
            f"country.{key}",
            "label, source, and either speaks or made_of, or territory and cldr (insee where the "
            "census names it)",
            ", ".join(sorted(entry)),
        )
    if "territory" in entry:
        entry = {**entry, "speaks": _cldr(entry, where, key), "source": CLDR}
    triples = {
        field: {name: _triple(value, where, key) for name, value in entry.get(field, {}).items()}
        for field in ("speaks", "made_of")
    }
    return Country(
        key,
        str(entry["label"]),
        tuple(entry.get("insee", ())),
        triples["speaks"],
        triples["made_of"],
        str(entry["source"]),
    )


_FIELDS = {"speaks", "made_of", "territory", "cldr"}


def _cldr(entry: Mapping[str, Any], where: str, key: str) -> dict[str, Triple]:
    """Return the shares of a country's languages in CLDR, with bounds around them."""
    known = get_territory_language_info(str(entry["territory"]))
    lost = [code for code in entry["cldr"].values() if code not in known]
    if lost:
        raise _refusal(
            where, f"country.{key}", f"languages that CLDR has in {entry['territory']}", str(lost)
        )
    low, high = CLDR_BOUNDS
    found = {}
    for ours, code in entry["cldr"].items():
        part = float(known[code]["population_percent"] or 0.0) / 100
        found[ours] = (low * part, part, min(high * part, 1.0))
    return found


def _triple(value: Sequence[float], where: str, key: str) -> Triple:
    if len(value) == 3 and 0 <= value[0] <= value[1] <= value[2] <= 1:
        return (float(value[0]), float(value[1]), float(value[2]))
    raise _refusal(where, f"country.{key}", "[low, central, high] between 0 and 1", repr(value))


def _check_country(country: Country, table: Languages, where: str) -> None:
    known = table.countries if country.made_of else table.names
    shares = country.made_of or country.speaks
    strange = [name for name in shares if name not in known or name == UNDETERMINED]
    if not strange:
        strange = [name for name in country.made_of if table.countries[name].made_of]
    if strange:
        raise _refusal(
            where,
            f"country.{country.key}",
            "languages of the file, or countries of it that are no group",
            ", ".join(strange),
        )
    if sum(share[1] for share in shares.values()) > 1 + 1e-9:
        raise _refusal(
            where,
            f"country.{country.key}",
            "central shares that sum to one at most",
            f"{sum(share[1] for share in shares.values()):g}",
        )


def _refusal(where: str, name: str, expected: str, found: str) -> ChoiceError:
    return ChoiceError(
        f"{where}, {name}", expected=expected, found=found, next_step="mend the entry and try again"
    )
