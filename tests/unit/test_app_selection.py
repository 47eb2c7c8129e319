"""The state of a page survives its trip through the URL, whatever the URL holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from observatory.app.selection import (
    CHOICES,
    DEFAULT,
    LAYERS,
    MOST_FAMILIES,
    Selection,
    from_params,
    to_params,
    with_cog,
)

KNOWN = ("93031", "93059", "93066")
LIVE = {"cog_2024": ("", *KNOWN), "cog_2025": ("", "93031", "93066")}


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    values = {name: draw(st.sampled_from(allowed)) for name, allowed in CHOICES.items()}
    chosen = draw(st.sets(st.sampled_from(LAYERS)))
    return Selection(
        **values,
        layers=tuple(layer for layer in LAYERS if layer in chosen),
        commune=draw(st.sampled_from(LIVE[values["cog"]])),
        versus=draw(st.sampled_from(LIVE[values["cog"]])),
        families=draw(st.integers(1, MOST_FAMILIES)),
    )


@given(selections())
def test_a_selection_comes_back_from_its_url(shown: Selection) -> None:
    assert from_params(to_params(shown), KNOWN) == (shown, ())


@given(
    st.dictionaries(
        st.sampled_from([*CHOICES, "layers", "commune", "versus", "families", "other"]), st.text()
    )
)
def test_any_url_gives_a_valid_selection_and_says_what_it_refused(params: dict[str, str]) -> None:
    shown, refused = from_params(params, KNOWN)
    for name, allowed in CHOICES.items():
        assert getattr(shown, name) in allowed
        assert name not in params or params[name] in allowed or name in {r.name for r in refused}
    assert set(shown.layers) <= set(LAYERS)
    assert 1 <= shown.families <= MOST_FAMILIES
    assert ("families", "0") not in params.items() or "families" in {r.name for r in refused}
    assert {shown.commune, shown.versus} <= {"", *KNOWN}
    assert all(len(item.value) <= 41 for item in refused)


def test_defaults_leave_the_url_empty() -> None:
    assert to_params(DEFAULT) == {}


def test_no_layer_at_all_is_not_the_default_layers() -> None:
    assert to_params(DEFAULT.changed(layers=())) == {"layers": "none"}
    assert from_params({"layers": "none"}, KNOWN)[0].layers == ()


def test_a_merged_commune_is_followed_into_the_new_one() -> None:
    shown, refused = from_params({"cog": "cog_2025", "commune": "93059"}, KNOWN)
    assert (shown.commune, refused) == ("93066", ())
    assert with_cog(Selection(commune="93059"), "cog_2025").commune == "93066"
    assert with_cog(Selection(versus="93059"), "cog_2025").versus == "93066"
    assert with_cog(Selection(commune="93031"), "cog_2025").commune == "93031"


def test_a_link_never_turns_the_background_tiles_on() -> None:
    assert not any("tile" in name for name in to_params(DEFAULT.changed(lang="en", cog="cog_2025")))
    assert from_params({"tiles": "1"}, KNOWN) == (DEFAULT, ())


def test_a_zone_of_the_url_is_one_that_is_known() -> None:
    zones = ["930660101", "QN09328M"]
    shown = DEFAULT.changed(level="iris", commune="93066", zone="930660101")
    assert from_params(to_params(shown), KNOWN, zones) == (shown, ())
    found, refused = from_params({"zone": "930669999"}, KNOWN, zones)
    assert (found, [item.name for item in refused]) == (DEFAULT, ["zone"])
