"""Whatever stands in a URL, a search comes out; whatever the search, its link gives it back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from observatory.app.find.answer import understood
from observatory.app.find.find_state import (
    AUDIENCES,
    CARES,
    COMING,
    NAMES,
    NEED_KEYS,
    WHENS,
    Search,
    from_params,
    to_params,
    to_request,
)
from observatory.places.search.request import APPOINTMENTS
from observatory.tables.person_needs import SPOKEN


def _some(words: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    chosen = st.sets(st.sampled_from(words), max_size=4)
    return chosen.map(lambda kept: tuple(word for word in words if word in kept))


SEARCHES = st.builds(
    Search,
    near=st.text(max_size=60).map(str.strip),
    needs=_some(NEED_KEYS),
    when=st.sampled_from(WHENS),
    audiences=_some(tuple(AUDIENCES)),
    cares=_some(tuple(CARES)),
    languages=_some(SPOKEN),
    coming=_some(tuple(COMING)),
    appointments=_some(APPOINTMENTS),
    free=st.booleans(),
    women=st.booleans(),
    sure=st.booleans(),
)


@given(SEARCHES)
def test_a_link_gives_the_search_back(search: Search) -> None:
    assert from_params(to_params(search)) == (search, ())


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=80)))
def test_any_url_gives_a_search_that_can_be_asked(params: dict[str, str]) -> None:
    search, refused = from_params(params)
    again, none = from_params(to_params(search))
    assert again == search
    assert none == ()
    assert len(refused) <= 5
    assert to_request(search, 3).limit == 3


@given(st.lists(st.text(max_size=40), max_size=3))
def test_any_words_give_needs_that_are_known_or_are_said_not_to_be(words: list[str]) -> None:
    keys, unknown = understood(words)
    assert set(keys) <= set(NEED_KEYS)
    assert set(unknown) <= set(words)
    assert bool(words) == bool(keys or unknown)
