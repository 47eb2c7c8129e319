"""What stands around every page: the title of the browser's tab, the head, the foot."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from observatory import __version__, settings
from observatory.app import assumption_state, cache, territory
from observatory.app.selection import Selection, level_of_zone
from observatory.words.catalogue import Words
from observatory.words.markup import plain
from observatory.words.remark_words import listed

#: In the session: whether a page of this visit has been shown whole.
OPENED = "opened"
#: The page on which a territory of a dataset is chosen.
CHOOSER = "territoires"
#: The pages that the foot leads to, with what the link says.
FOOT = (
    ("accessibilite", "frame.accessibility"),
    ("mentions", "frame.legal"),
    ("donnees", "frame.sources"),
    ("methode", "frame.method"),
)


def browser_title(page: str, zone: str, words: Words) -> str:
    """Return what the browser's tab says: the page, the zone looked at, the product."""
    return " – ".join(part for part in (page, zone, words("app.name")) if part)


def waiting(words: Words) -> DeltaGenerator:
    """Show a word and the outline of a page while a visitor's first page is made.

    Returns
    -------
    DeltaGenerator
        Where they stand, for :func:`headed` and :func:`opened`. It is there on later pages too,
        empty: without it all that follows would be another element, and the map drawn anew.
    """
    place = st.empty()
    if not st.session_state.get(OPENED):
        bars = "<i></i>" * 5
        place.html(_wait(words) + f'<div class="obs-skeleton" aria-hidden="true">{bars}</div>')
    return place


def headed(place: DeltaGenerator, words: Words) -> None:
    """Leave the word alone: the page itself begins to stand below."""
    if not st.session_state.get(OPENED):
        place.html(_wait(words))


def opened(place: DeltaGenerator) -> None:
    """Take the word away: the page is there."""
    if not st.session_state.get(OPENED):
        st.session_state[OPENED] = True
        place.empty()


def _wait(words: Words) -> str:
    return f'<p class="obs-wait" role="status">{plain(words("frame.wait"))}</p>'


def zone_name(build: cache.Build, shown: Selection) -> str:
    """Return the name of the zone looked at, or that of the territory."""
    if shown.zone:
        return cache.zone_names(build, level_of_zone(shown.zone), shown.cog, shown.lang).get(
            shown.zone, ""
        )
    communes = cache.communes(build, shown.cog)
    return communes.get(shown.commune) or cache.manifest(build).territory_name


def head(build: cache.Build, words: Words) -> None:
    """Say what this is, for which territory, who keeps it, and which assumptions were changed."""
    masthead(cache.manifest(build).territory_name, words, _choice(words))
    if silent := cache.facts(build).not_covered:
        st.html(f'<p class="obs-note obs-silent">{plain(listed(silent.values(), words.lang))}</p>')
    state = build.assumption_state
    if state.changed:
        changed = assumption_state.wording(state, cache.assumptions_file(build), words)
        st.html(
            f'<p class="obs-banner" role="status" data-assumptions="changed"><strong>'
            f"{plain(words('assumptions.changed'))}</strong> {plain(changed)}. "
            f"{plain(words('assumptions.carried'))}</p>"
        )


def _choice(words: Words) -> str:
    """Return the link to the choice of another territory, where there are several."""
    if not settings.load().dataset:
        return ""
    address = f"{CHOOSER}?{urlencode({'lang': words.lang})}"
    return f' <a href="{address}" target="_self">{plain(words("territories.other"))}</a>'


def masthead(name: str, words: Words, more: str = "") -> None:
    """Say what this is, for which territory, and who keeps it."""
    st.html(
        f'<div class="obs-head"><a href="{_address("", words)}" target="_self">'
        f"{plain(words('app.name'))}</a>"
        f"<span>{plain(name)}{more}</span>"
        f"<span>{plain(words('frame.kept_by', owner=owner(words)))}</span>"
        f"{copy_button(words)}</div>"
    )


def copy_button(words: Words) -> str:
    """Return the button that copies the link of the view (``copy_link.js``), and what it says."""
    return (
        f'<button type="button" class="obs-copy" data-done="{plain(words("frame.copied"))}">'
        f"{plain(words('frame.copy'))}</button>"
        '<output class="obs-copied" aria-live="polite"></output>'
    )


def owner(words: Words) -> str:
    """Return who keeps this service: as the deployment says, else those who make it."""
    return settings.load().owner or words("frame.contributors")


def foot(edition: str, words: Words) -> None:
    """Lead to what a public service says of itself, and say which version this is."""
    links = "".join(
        f'<li><a href="{_address(page, words)}" target="_self">{plain(words(name))}</a></li>'
        for page, name in FOOT
    )
    version = words("frame.edition", version=__version__, edition=edition)
    st.html(
        '<footer class="obs-foot" role="contentinfo">'
        f'<nav aria-label="{plain(words("frame.foot"))}"><ul>{links}</ul></nav>'
        f"<p>{plain(version)}</p></footer>"
    )


def _address(page: str, words: Words) -> str:
    """Return the link to a page, relative so that it holds under a base path."""
    said = territory.in_links() | ({} if words.lang == "fr" else {"lang": words.lang})
    return f"{page or './'}" + (f"?{urlencode(said)}" if said else "")
