"""A territory that no list of places covers gets no build, and is told what to add."""

from __future__ import annotations

import pytest

from observatory.build.directory import MAP, refuse_no_list
from observatory.errors import MissingInputError


def test_a_territory_that_no_list_covers_is_refused_with_what_to_add() -> None:
    with pytest.raises(MissingInputError, match=r"none among the sources.*--places"):
        refuse_no_list(["iris_outlines", "rep_schools_2022"], [])


def test_one_list_is_enough_whoever_made_it() -> None:
    refuse_no_list(["iris_outlines", MAP], [])
    refuse_no_list(["iris_outlines"], ["my_places"])
