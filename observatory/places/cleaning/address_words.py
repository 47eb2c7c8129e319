"""The words of French addresses: street types and titles as abbreviated, and small words."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Street types as abbreviated in French addresses; a dot may follow.
STREETS = {
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "boul": "boulevard",
    "pl": "place",
    "all": "allée",
    "r": "rue",
    "rte": "route",
    "imp": "impasse",
    "sq": "square",
    "esp": "esplanade",
    "pass": "passage",
    "ch": "chemin",
    "che": "chemin",
    "chem": "chemin",
    "crs": "cours",
    "qu": "quai",
    "res": "résidence",
    "rés": "résidence",
    "fg": "faubourg",
    "fbg": "faubourg",
    "sent": "sente",
    "vla": "villa",
}
STREET_WORDS = frozenset(STREETS.values()) | {"allee", "residence", "quai", "mail", "parvis"}
#: Titles within a street's name, not at its head: ``AV DU PDT SALVADOR ALLENDE``.
TITLES = {
    "pdt": "président",
    "gal": "général",
    "gén": "général",
    "mal": "maréchal",
    "dr": "docteur",
    "pr": "professeur",
    "cdt": "commandant",
    "col": "colonel",
    "st": "saint",
    "ste": "sainte",
}
SMALL = _words(
    "de du des d la le les l et à au aux en sur sous bis ter quater rue ruelle avenue boulevard "
    "place allée impasse square esplanade passage chemin cours quai résidence faubourg sente villa "
    "route mail parvis"
)
