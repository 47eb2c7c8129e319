"""The points of evidence by which records are matched, and the words that say little."""

from __future__ import annotations

import re
from dataclasses import dataclass

Curve = tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True)
class Rules:
    """The points of evidence. They are choices, set by hand on the labelled pairs of the 93.

    Attributes
    ----------
    needed, needed_within
        Points from which records of two sources, or of one source, are merged. One source seldom
        names a place twice, so more is asked of its records.
    slack
        How far below that a group's records may be on average when a record joins it: the guard
        against chains (A like B, B like C, A unlike C).
    name
        Likeness of names (0-100) -> points, straight between. Generic words (France services,
        maison, commune's name) are left out first.
    generic_name
        Points where one name has only generic words: it says nothing against.
    same_door, same_street, no_number, next_door, other_number, other_street
        Points of addresses: same street and number; same street without a number on either side;
        on one side; numbers at most two apart; further apart; another street.
    distance
        Metres -> points, straight between; nothing where a coordinate is missing.
    siret, siret_public, establishment, other_siret
        Equal SIRET; equal SIRET of a public body (one for many places); equal SIRET of another
        body and the same door: one establishment by definition; two SIRETs.
    phone, email, website, upstream, programme
        Equal phone, e-mail, site; equal long identifier; a programme of one place a commune (France
        Services) on both sides of two sources.
    one_at_a_door
        The least points of names of two bodies of a kind of which one stands at a door, there.
    two_bodies
        A town hall and a CCAS, each with its own SIRET or none: two bodies, often at one door.
    two_services
        Two France Services with unlike names of their own in one source, which lists each once.
    contacts_elsewhere
        The most points of equal phone, e-mail and site together at two doors of different streets:
        there they are the organisation's.
    roaming
        Two that move in one city, one of them without a fixed address: nothing else can be alike
        but their names. The arrondissements of a city are the city then.
    moving, other_commune
        A bus against a fixed place (decisive: they share phone, mail and address by nature, but
        not the door); two communes whose addresses say that they may be one: one post code, the
        other's name in the address, or communes that have merged since.
    across
        Two communes otherwise (decisive: a street of one name stands in both).
    near_m
        Radius of the blocks by distance.
    largest_block, neighbours
        Above as many records, each of a block is compared with as many neighbours by street,
        number and name on either side only, and a note says so.
    largest_group
        Above as many records that hang together, averages are over the pairs that were candidates,
        no longer over every pair: clusters join where these are at least half, and a note says so.
    """

    needed: float = 4.0
    needed_within: float = 5.0
    slack: float = 1.0
    name: Curve = ((0, 40, 60, 75, 90, 100), (-2.0, -2.0, -0.5, 1.5, 3.0, 3.5))
    generic_name: float = 0.5
    same_door: float = 3.5
    same_street: float = 2.0
    no_number: float = 1.5
    next_door: float = 0.5
    other_number: float = -2.0
    other_street: float = -3.0
    distance: Curve = ((0, 30, 100, 300, 600, 1500), (2.0, 2.0, 1.0, 0.0, -1.5, -3.0))
    siret: float = 1.0
    siret_public: float = 0.5
    establishment: float = 3.0
    other_siret: float = -0.5
    phone: float = 2.5
    email: float = 1.5
    website: float = 0.5
    upstream: float = 6.0
    programme: float = 0.5
    one_at_a_door: float = 2.0
    two_bodies: float = -4.0
    two_services: float = -4.0
    contacts_elsewhere: float = 2.0
    roaming: float = 1.0
    moving: float = -12.0
    other_commune: float = -2.0
    across: float = -12.0
    near_m: float = 150.0
    largest_block: int = 1000
    neighbours: int = 49
    largest_group: int = 500


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Ways of writing one thing, folded: longest first.
_SAME = (
    ("centre intercommunal d action sociale", "cias"),
    ("centre communal d action sociale", "ccas"),
    ("centre communal action sociale", "ccas"),
    ("centre d action sociale", "ccas"),
    ("casvp", "ccas"),
    # The town named after its CCAS is not the town hall.
    ("ccas de la ville", "ccas"),
    ("ccas de la commune", "ccas"),
    ("maison de quartier et de la citoyennete", "mqc"),
    ("maison des services publics", "france services"),
    ("maison des projets", "maison du projet"),
    ("hotel de ville", "mairie"),
    ("commune de", "mairie"),
    ("commune d", "mairie"),
    ("ville de", "mairie"),
    ("ville des", "mairie"),
    ("ville d", "mairie"),
    ("centre socioculturel", "centre social"),
    ("centre socio culturel", "centre social"),
    ("centre social et culturel", "centre social"),
    ("france service", "france services"),
    ("fs", "france services"),
)
SAME_PATTERNS = tuple((re.compile(rf"\b{old}\b"), new) for old, new in _SAME)
#: Whether any of them stands in a text: most names have none.
SAME = re.compile("|".join(rf"\b{old}\b" for old, _ in _SAME))
#: Bodies of which one stands at a door: two of one kind there are one.
ONE_AT_A_DOOR = _words("ccas cias pimms")
#: The town hall, and the social centres of the communes: bodies apart from it, often at its door.
TOWN_HALL, SOCIAL = _words("mairie"), _words("ccas cias")
FRANCE_SERVICES = "france services"
#: Words that many places of one commune share; fixed, so that a pair's score never depends on
#: the other records.
GENERIC = _words(
    "france services service espace maison quartier centre social municipal municipale numerique "
    "structure association point accueil site antenne multisites multisite mediation msp groupe "
    "de du des d la le les l et a au aux en sur sous dans pour par un une"
)
#: What stands in place of an address where there is none.
NO_STREET = _words("variable variables divers diverses itinerant itinerante")
STREET_TYPES = _words(
    "rue avenue boulevard place allee impasse square esplanade passage chemin cours quai residence "
    "faubourg sente villa route mail parvis de du des d la le les l et a au aux en"
)
