"""How the communes of a territory are counted: before or since some of them were joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from babel.lists import format_list

from observatory.geo.codes import Cog, in_cog
from observatory.geo.mergers import Merger, among
from observatory.model.observed import Facts
from observatory.words.catalogue import Words
from observatory.words.numbers import day_text


def joined(facts: Facts) -> tuple[Merger, ...]:
    """Return the communes of the territory that were joined between the two geographies."""
    return among(facts.communes.loc[facts.communes["in_territory"], "commune"])


def cog_words(facts: Facts, cog: Cog, words: Words) -> str:
    """Return the number of communes of the territory in a geography, and which one it is."""
    codes = facts.communes.loc[facts.communes["in_territory"], "commune"]
    count = codes.map(lambda code: in_cog(code, cog)).nunique()
    return words(f"cog.{cog}" if joined(facts) else "cog.same", count=count)


def cog_note(name: str, found: Iterable[Merger], words: Words) -> str:
    """Return what there is to say of mergers, one sentence a commune that others have joined.

    Parameters
    ----------
    name
        A text of the group ``cog``, for one commune that has joined; with ``_many``, for several;
        with ``_by``, where the day is only known to be that one at the latest.
    """
    return " ".join(_notes(name, found, words))


def _notes(name: str, found: Iterable[Merger], words: Words) -> Iterator[str]:
    into: dict[tuple[str, str, str], list[Merger]] = {}
    for one in found:
        into.setdefault((one.commune, one.by, one.since), []).append(one)
    for each in into.values():
        several, latest = "_many" * (len(each) > 1), "_by" * (not each[0].since)
        yield words(
            f"cog.{name}{several}{latest}",
            former=format_list([one.former_name for one in each], locale=words.lang),
            commune=each[0].commune_name,
            day=day_text(each[0].by, words.lang),
        )
