"""The choice of a territory, where many are served: by its name, on a map of all, in a table."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import geopandas as gpd
import pandas as pd
import streamlit as st

from observatory import files, settings
from observatory.app import cache, territory
from observatory.app.maps import images
from observatory.app.maps.national_map import RATES, national_map
from observatory.app.pages import (
    download_button,
    frame,
    map_downloads,
    shell,
    table_downloads,
)
from observatory.app.pages.download_button import Download
from observatory.app.selection import Selection
from observatory.geo.codes import fold_name
from observatory.model.assumptions_file import load_assumptions
from observatory.model.measures import MEASURES
from observatory.sheets.map_image_content import MapImage, MapTexts
from observatory.tables.catalogue_tables import SEPARATOR
from observatory.tables.gap_results import GAPS
from observatory.tables.not_covered import OUTLINES
from observatory.words.catalogue import Lang, Words, load_words
from observatory.words.markup import marked_table, plain
from observatory.words.numbers import day_text, number

HERE = Path(__file__).parent.parent
MAP_HEIGHT = 560
#: Name in the link of what colours the map.
COLOUR = "colour"
HOME = "carte"


def show() -> None:
    """Draw the page."""
    words = shell.language()
    st.html(HERE / "theme.css")
    head, content = st.container(key="obs_banner"), st.container(key="obs_main")
    with shell.in_plain_words(words):
        with head:
            shell.language_switch(words)
            frame.masthead(words("territories.head"), words)
        with content:
            st.title(words("page.territoires.title"), anchor=False)
            dataset = settings.load().dataset
            if not dataset:
                st.html(f'<p class="obs-answer">{plain(words("territories.one"))}</p>')
                shell.link_to(HOME, words("page.carte.title"))
                return
            rows = named_rows(dataset, words)
            _draw(dataset, rows, words)
        frame.foot(_stamp(rows), words)
        shell.joined(words, Selection(lang=words.lang), _chosen)
        _go(set(rows["code"]))


def _draw(dataset: str, rows: gpd.GeoDataFrame, words: Words) -> None:
    known = dict(zip(rows["code"], _labels(rows), strict=True))
    _say_unknown(known, words)
    said = _counted(("territories.answer", "territories.answer_nested"), rows, words)
    st.html(f'<p class="obs-answer">{plain(said)}</p>')
    _choose(known, words)
    colour = _colour(words)
    html = _map(dataset, _stamp(rows), colour, words.lang)
    with st.container(key="obs_map"):
        st.iframe(html, height=MAP_HEIGHT, alt=words("territories.aria"))
    map_downloads.offer(words, f"territoires_{colour}", lambda: _image(rows, colour, words))
    _take(territory.measured(dataset), words)
    notes = [words(f"measure.{colour}.help"), words("territories.alone"), *_other(rows, words)]
    st.html(f'<p class="obs-note">{plain(" ".join(notes))}</p>')
    if st.checkbox(words("territories.as_table"), key="territories_table"):
        st.html(_table(dataset, _stamp(rows), words.lang))


def _counted(texts: tuple[str, str], rows: gpd.GeoDataFrame, words: Words) -> str:
    """Say how many territories there are, and their residents where none holds another.

    ``texts`` are the one where none does, and the one where some do.
    """
    count = number(len(rows), words.lang)
    if nested(rows):
        return words(texts[1], count=count)
    return words(texts[0], count=count, people=number(rows["population"].sum(), words.lang))


def nested(rows: gpd.GeoDataFrame) -> bool:
    """Return whether a territory lies in another: their residents would count twice."""
    inside, _ = rows.sindex.query(rows.representative_point(), predicate="within")
    return len(inside) > len(rows)


def named_rows(dataset: str, words: Words) -> gpd.GeoDataFrame:
    """Return the territories, those named as parts of which the build holds a part."""
    rows = territory.measured(dataset)
    silent = rows["not_covered"].fillna("").str.split(SEPARATOR, regex=False)
    partly = silent.map(lambda sources: OUTLINES in sources).astype(bool)
    parts = [
        words("territories.in_part", name=name, count=number(count, words.lang)) if part else name
        for name, count, part in zip(rows["name"], rows["communes"], partly, strict=True)
    ]
    return rows.assign(name=parts)


def _labels(rows: gpd.GeoDataFrame) -> list[str]:
    """Return the name of each territory, with its département where two have one name."""
    twice = rows["name"].duplicated(keep=False)
    return [
        f"{name} ({area})" if both else str(name)
        for name, area, both in zip(rows["name"], rows["departement"], twice, strict=True)
    ]


def _say_unknown(known: dict[str, str], words: Words) -> None:
    asked = territory.asked_for()
    if asked and asked not in known:
        shell.say_refused(territory.NAME, asked, words)


def _choose(known: dict[str, str], words: Words) -> None:
    order = sorted(known, key=lambda code: fold_name(known[code]))
    st.selectbox(
        words("territories.choose"),
        order,
        index=None,
        format_func=known.__getitem__,
        placeholder=words("territories.begin"),
        key="territories_chosen",
    )


def _colour(words: Words) -> str:
    asked = st.query_params.get(COLOUR)
    if asked not in RATES:
        asked = RATES[0]
    st.session_state["territories_colour"] = asked

    def take() -> None:
        st.query_params[COLOUR] = st.session_state["territories_colour"]

    st.selectbox(
        words("carte.colour"),
        RATES,
        format_func=lambda name: words(f"measure.{name}.label"),
        key="territories_colour",
        on_change=take,
        label_visibility="collapsed",
    )
    return str(asked)


def _chosen() -> None:
    """Take the territory clicked on the map."""
    code = getattr(st.session_state[shell.BRIDGE], "chosen", None)
    st.session_state["territories_clicked"] = code


def _go(known: set[str]) -> None:
    """Open the territory that was chosen, in the list or on the map."""
    picked = st.session_state.pop("territories_clicked", None)
    code = picked or st.session_state.get("territories_chosen")
    pages = st.session_state.get(shell.PAGES, {})
    if code not in known or HOME not in pages:
        return
    lang = {} if "lang" not in st.query_params else {"lang": st.query_params["lang"]}
    st.switch_page(pages[HOME], query_params={territory.NAME: str(code), **lang})


def _other(rows: gpd.GeoDataFrame, words: Words) -> list[str]:
    """Say how many territories were measured with other assumptions than the project's."""
    now = load_assumptions(settings.load().assumptions).digest
    former = int((rows["assumptions"] != now).sum())
    return [words("territories.former", count=number(former, words.lang))] if former else []


def _stamp(rows: gpd.GeoDataFrame) -> str:
    """Return a name for the state of a dataset: its day, and a hash of what it holds."""
    told = pd.util.hash_pandas_object(rows["edition"].astype(str) + rows["code"], index=False)
    return f"{rows['read_on'].max()}-{int(told.sum()) & 0xFFFFFFFF:08x}"


@cache.made_once
def _map(dataset: str, stamp: str, colour: str, lang: Lang) -> str:
    words = load_words(lang)
    return national_map(named_rows(dataset, words), colour, words)


def _take(rows: gpd.GeoDataFrame, words: Words) -> None:
    """Offer the territories with their gaps, as tables and as a map."""
    names = [name for name in GAPS.names if name in rows]

    def made(form: str) -> bytes:
        kept = rows[[*names, "geometry"]] if form in table_downloads.MAPS else rows[names]
        return files.content(kept, form, "territoires", GAPS)

    downloads = [
        Download(
            form,
            words(f"carte.{form}"),
            f"territoires.{files.EXTENSIONS[form]}",
            partial(made, form),
        )
        for form in (*table_downloads.FLAT, *table_downloads.MAPS)
    ]
    download_button.row(downloads, words("take.gaps_hold"), "take_gaps")


def _image(rows: gpd.GeoDataFrame, colour: str, words: Words) -> MapImage:
    """Return the map as an image."""
    day = day_text(str(rows["read_on"].max()), words.lang)
    texts = MapTexts(
        words("map_image.national", measure=words(f"measure.{colour}.label")),
        _counted(("map_image.territories", "map_image.territories_nested"), rows, words),
        (words("map_image.national_source", product=words("app.name"), day=day),),
    )
    return images.national(rows, colour, texts, words)


@cache.made_once
def _table(dataset: str, stamp: str, lang: Lang) -> str:
    words = load_words(lang)
    rows = named_rows(dataset, words).sort_values("name", kind="stable")
    headers = [words(f"territories.column.{name}") for name in ("name", "area", "people")]
    headers += [words(f"measure.{name}.label") for name in RATES]
    headers += [words("territories.column.places"), words("territories.column.silent")]
    rates = {name: MEASURES[name].values(rows).tolist() for name in RATES}
    cells = [
        [
            _link(row["code"], row["name"], lang),
            plain(row["departement"]),
            number(row["population"], lang),
            *(number(rates[name][place], lang, MEASURES[name].decimals) for name in RATES),
            number(row["places"], lang),
            number(_silent(row["not_covered"]), lang),
        ]
        for place, row in enumerate(rows.drop(columns="geometry").to_dict("records"))
    ]
    named = [plain(text) for text in headers]
    return marked_table(words("territories.caption"), named, cells, range(2, 99))


def _link(code: str, name: str, lang: Lang) -> str:
    said = {territory.NAME: code} | ({} if lang == "fr" else {"lang": lang})
    return f'<a href="./?{plain(urlencode(said))}" target="_self">{plain(name)}</a>'


def _silent(sources: object) -> int:
    """Return how many sources say nothing of a part of a territory."""
    return len(sources.split(SEPARATOR)) if isinstance(sources, str) else 0
