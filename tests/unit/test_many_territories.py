"""All territories of a kind, or those of a list."""

from __future__ import annotations

import pytest

from observatory.errors import CodeError
from observatory.geo.many_territories import codes_in, many_territories
from observatory.places.french_communes import commune_table

FRANCE = commune_table()


def test_all_of_a_kind_each_once() -> None:
    epts = many_territories(["200057867", "france:ept"], FRANCE)
    assert (len(epts), epts[0]) == (11, "200057867")
    assert many_territories(["93:ept"], FRANCE) == (
        "200057867",
        "200057875",
        "200058097",
        "200058790",
    )
    assert len(many_territories(["france:epci"], FRANCE)) > 1200
    # Argenteuil is of the 95, most of Boucle Nord de Seine of the 92.
    assert "200057990" in many_territories(["92:ept"], FRANCE)


def test_a_list_and_what_no_territory_is() -> None:
    assert codes_in("# the 93\n200057867 # Plaine Commune\n\n75\n") == ("200057867", "75")
    with pytest.raises(CodeError, match="has an EPT"):
        many_territories(["2A:ept"], FRANCE)
    with pytest.raises(CodeError, match="SIREN"):
        many_territories(["75", "123456789"], FRANCE)
