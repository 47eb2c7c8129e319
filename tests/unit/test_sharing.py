"""Places sent from the person's own device: what the links hold, and what they never do."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from worlds import HOSTILE_TEXTS, found_rows

from observatory.app.find.find_state import MOST_KEPT, Search, from_params, to_params
from observatory.app.find.sharing import geo_address, map_address, message, share_part
from observatory.places.rounds import RoundStop
from observatory.words.catalogue import load_words

FRENCH = load_words("fr")


def row(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "name": "Mairie", "address": "1 rue A & B", "postcode": "93240", "commune_name": "Stains",
        "phone": "+33149711234", "hours": "Mo 09:00-12:00", "lat": 48.95, "lon": 2.38,
        "walk_min": 12.0,
    }  # fmt: skip
    return found_rows({}).iloc[0].to_dict() | given | changes


def test_the_message_names_the_place_and_nothing_of_the_way_there() -> None:
    text = message([row()], FRENCH)
    assert text.splitlines()[:3] == ["Mairie", "1 rue A & B, 93240 Stains", "01 49 71 12 34"]
    assert "https://www.openstreetmap.org/?mlat=48.95&mlon=2.38" in text
    assert "12 min" not in text
    assert geo_address(row()) == "geo:48.95,2.38?q=48.95,2.38"


def test_each_link_opens_a_message_of_the_device_with_that_text() -> None:
    found = re.findall(r'href="([^"]+)"', share_part(row(), FRENCH))
    links = {urlsplit(one).scheme: one.replace("&amp;", "&") for one in found}
    assert set(links) == {"https", "sms", "mailto"}
    for one in (links["sms"], links["mailto"]):
        assert parse_qs(urlsplit(one).query)["body"][0] == message([row()], FRENCH)
    assert "wa.me/?text=Mairie" in links["https"]


def test_a_place_without_a_point_has_no_map() -> None:
    bare = row(walk_min=None, lat=None, lon=None)
    assert (map_address(bare), geo_address(bare)) == ("", "")
    assert "openstreetmap" not in message([bare], FRENCH)


def test_the_stops_of_a_place_that_moves_are_in_the_message() -> None:
    stop = RoundStop((1,), "9h-12h", "gare", 2.38, 48.95)
    text = message([row(round=(stop,), round_stop=stop)], FRENCH)
    assert "mardi 9h-12h: gare" in text
    assert "Carte (mardi 9h-12h): https://" in text


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_is_only_text_in_a_link(text: str) -> None:
    shown = share_part(row(name=text, address=text), FRENCH)
    assert set(re.findall(r"<(\w+)", shown)) == {"details", "summary", "p", "a"}
    for address in re.findall(r'href="([^"]*)"', shown):
        assert re.match(
            r"sms:\?&amp;body=|https://(?:wa\.me|www\.openstreetmap)|mailto:\?", address
        )


def test_ones_own_list_lives_in_the_link_and_forged_names_are_refused() -> None:
    search, refused = from_params({"liste": "L12,<script>,L34,L12"})
    assert search.kept == ("L12", "L34")
    assert [one.value for one in refused] == ["<script>"]
    assert to_params(search) == {"liste": "L12,L34"}
    many, _ = from_params({"liste": ",".join(f"L{n}" for n in range(99))})
    assert len(many.kept) == MOST_KEPT
    assert Search(kept=("a",), free=True, slow=True).unfiltered() == Search(kept=("a",), slow=True)
