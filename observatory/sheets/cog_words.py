"""How the communes of a territory are counted: before or since some of them were joined."""

from __future__ import annotations

from observatory.geo.codes import MERGED_2025, Cog, in_cog
from observatory.model.observed import Facts
from observatory.words.catalogue import Words


def merged(facts: Facts) -> bool:
    """Return whether communes of the territory were joined between the two geographies."""
    inside = facts.communes["in_territory"]
    return bool((facts.communes["commune"].isin(list(MERGED_2025)) & inside).any())


def cog_words(facts: Facts, cog: Cog, words: Words) -> str:
    """Return the number of communes of the territory in a geography, and which one it is."""
    codes = facts.communes.loc[facts.communes["in_territory"], "commune"]
    count = codes.map(lambda code: in_cog(code, cog)).nunique()
    return words(f"cog.{cog}" if merged(facts) else "cog.same", count=count)
