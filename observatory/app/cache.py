"""Cached reads for the pages: each function gives what its arguments say, and nothing else.

``stamp`` names the build and the assumptions by their bytes' dates and sizes, so that a new build
is seen at the next run of a page without restarting the app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import geopandas as gpd
import pandas as pd
import streamlit as st

from observatory import files, settings
from observatory.app import profile as profiles
from observatory.app import territory
from observatory.app.assumption_state import DEFAULT, AssumptionState, to_params
from observatory.app.find.answer import unfilled as unfilled_of
from observatory.app.find.found_map import backdrop as backdrop_of
from observatory.app.find.found_sheet import commune_outlines as outlines_of
from observatory.app.maps.leaflet import page, zone_map
from observatory.app.maps.legend import legend_html
from observatory.app.selection import Selection
from observatory.geo.codes import Cog, in_cog
from observatory.geo.territories import idle_levels
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.ground import Ground
from observatory.model.levels import Level, zones
from observatory.model.map_zones import commune_names, named_zones
from observatory.model.measures import MEASURES
from observatory.model.model import Measured, Model
from observatory.model.norms import SHARES, norm_of
from observatory.model.observed import Facts, load_facts
from observatory.model.to_move import as_missing
from observatory.places.feedback import read_notes, with_notes
from observatory.places.geocoder import Geocoder
from observatory.places.search import Directory
from observatory.places.search.named import directory_of, gazetteer_of, load_stops, load_streets
from observatory.sheets import Outline, map_content
from observatory.sheets.hatching import remarked
from observatory.sheets.map_image import ImageForm, map_bytes, territory_image
from observatory.sheets.overlays import Overlays
from observatory.tables.manifest import MANIFEST, Manifest, open_build
from observatory.tables.vintages import Vintage, load_vintages
from observatory.words.assumption_texts import AssumptionText, assumption_texts
from observatory.words.catalogue import Lang, Place, load_words
from observatory.words.glossary import Entry, read_glossary
from observatory.words.numbers import quarter_name
from observatory.words.place_names import place_of

Value = TypeVar("Value")
Made = TypeVar("Made", bound=Callable[..., "str | bytes"])
KEEP = 64
#: Builds whose tables are kept: a build and the one that takes its place; territories of a dataset.
BUILDS, TERRITORIES = 2, 16


def made_once(function: Made) -> Made:
    """Keep the text or file made for a view, one for all who look at it.

    Text and bytes cannot be changed, so that they need not be copied for each visitor as
    ``st.cache_data`` does.
    """
    return cast("Made", st.cache_resource(max_entries=KEEP, show_spinner=False)(function))


def read_once(function: Callable[[Build], Value]) -> Callable[[Build], Value]:
    """Keep what depends on the files of a build alone, whatever a visitor assumes; shared."""
    kept: Callable[[Build], Value] = st.cache_resource(
        max_entries=TERRITORIES if settings.load().dataset else BUILDS,
        show_spinner=False,
        hash_funcs={Build: lambda build: build.files},
    )(function)
    return kept


@dataclass(frozen=True)
class Build:
    """The build in use: its folder, the file of assumptions, and what names their state.

    ``assumption_state`` holds those that the visitor changed: what is computed with them is kept
    apart, what is read is shared.
    """

    folder: str
    assumptions: str
    stamp: str
    assumption_state: AssumptionState = DEFAULT

    @property
    def files(self) -> tuple[str, str, str]:
        """What names the build's files and their state, without the visitor's assumptions."""
        return self.folder, self.assumptions, self.stamp


def current() -> Build:
    """Find the build in use, or that of the territory asked for; never cached."""
    found = settings.load()
    folder = territory.folder(found)
    tables = sorted(folder.glob("*.parquet"))
    watched = (folder / MANIFEST, found.assumptions, found.registry, *tables)
    stamp = "|".join(_state(path) for path in watched)
    return Build(str(folder), str(found.assumptions), stamp)


def _state(path: Path) -> str:
    if not path.exists():
        return "absent"
    state = path.stat()
    return f"{state.st_mtime_ns}-{state.st_size}"


def option_of(build: Build) -> str:
    """Return what names the build on the command line."""
    own = Path(build.folder) != settings.load().edition
    return build.folder if own else settings.EDITION


@read_once
def manifest(build: Build) -> Manifest:
    """Return what the build was made from."""
    return open_build(Path(build.folder))


@read_once
def assumptions_file(build: Build) -> Assumptions:
    """Return the assumptions as the project's file has them, but those of other places."""
    known = load_assumptions(Path(build.assumptions))
    return known.without(idle_levels(facts(build).departement))


@read_once
def vintages(build: Build) -> Mapping[str, Vintage]:
    """Return how old each source is, by its file in the build, else by the registry."""
    return load_vintages(settings.load().registry, manifest(build).sources)


def assumptions(build: Build) -> Assumptions:
    """Return the file's assumptions, with those of the visitor's that differ."""
    return assumptions_file(build).changed(build.assumption_state.changes())


@st.cache_resource(max_entries=8, show_spinner=False)
def assumed(build: Build, lang: Lang) -> tuple[AssumptionText, ...]:
    """Return the assumptions in use in the words of a language."""
    return assumption_texts(assumptions(build), lang)


@read_once
def facts(build: Build) -> Facts:
    """Return the stored tables; shared between visitors, never to be changed."""
    manifest(build)
    return load_facts(Path(build.folder))


@read_once
def ground(build: Build) -> Ground:
    """Return what the facts alone say: distances, and who lies where."""
    return Ground(facts(build))


@st.cache_resource(max_entries=16, show_spinner=False)
def model(build: Build) -> Model:
    """Return the territory measured under the visitor's assumptions."""
    used, usual = assumptions(build), not build.assumption_state.changed
    kept = territory.kept_draws(Path(build.folder), used) if usual else None
    return Model(facts(build), used, ground=ground(build), kept=kept)


def measured(build: Build) -> Measured:
    """Return every point with its need, access and shortfall."""
    return model(build).measured


@st.cache_data(max_entries=KEEP, show_spinner=False)
def published_gaps(build: Build, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the gap table of a level in a geography, as its downloads have it."""
    return model(build).gaps(level, cog)


def gaps(build: Build, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the gap table for the screens: what lacks to the norm in the columns ``missing_*``.

    Under a norm that is a share, what lacks is to move; the words of the screen say which.
    """
    table = published_gaps(build, level, cog)
    return as_missing(table)


def place(build: Build) -> Place:
    """Return the names that the texts take from the build."""
    return place_of(facts(build).departement)


def to_move(build: Build) -> bool:
    """Return whether what lacks to the norm is to move, not missing."""
    return norm_of(assumptions(build).text("gap.norm")) in SHARES


@st.cache_data(max_entries=KEEP, show_spinner=False)
def communes(build: Build, cog: Cog) -> dict[str, str]:
    """Return code -> name of the territory's communes, in order of name."""
    return commune_names(zones(facts(build), "commune", cog))


@read_once
def fine_zones(build: Build) -> dict[str, str]:
    """Return the IRIS and QPV of the territory that can be chosen, each with its commune."""
    known = facts(build)
    iris = known.iris[known.iris["in_territory"]]
    first = known.qpv["communes"].str.split("|").str[0]
    return {
        **dict(zip(iris["iris"], iris["commune"], strict=True)),
        **dict(zip(known.qpv["qpv"], first, strict=True)),
    }


def commune_of_zones(build: Build, codes: Iterable[str], cog: Cog) -> list[str] | None:
    """Return the name of the commune of each IRIS or QPV; ``None`` for communes."""
    names, fine = communes(build, cog), fine_zones(build)
    found = [fine.get(code) for code in codes]
    if None in found:
        return None
    return [names.get(in_cog(str(code), cog), "") for code in found]


@st.cache_data(max_entries=KEEP, show_spinner=False)
def zone_names(
    build: Build, level: Level, cog: Cog = "cog_2024", lang: Lang = "fr"
) -> dict[str, str]:
    """Return code -> name of the zones of a level, an IRIS or a QPV with its communes."""
    names = named_zones(facts(build), level, cog)
    return {code: quarter_name(name, lang) for code, name in names.items()}


def zone_table_of(build: Build, level: Level, cog: Cog) -> gpd.GeoDataFrame:
    """Return the outlines of a level with their figures; never to be changed."""
    return map_content.drawn_zones(facts(build), gaps(build, level, cog), level, cog)


@made_once
def map_view(build: Build, shown: Selection, tiles: bool) -> str:
    """Draw the map of a selection; what is chosen takes no part, so that it can change.

    The same arguments give the same bytes, and the browser then keeps its page as it is.
    """
    words = load_words(shown.lang, to_move=to_move(build))
    measure, drawn = MEASURES[shown.colour], zone_table_of(build, level_of(shown), shown.cog)
    over = overlays(build, shown)
    counts = {name: layer_counts(build)[name] for name in shown.layers}
    legend = legend_html(measure, words, counts, **remarked(drawn, measure, over))
    communes = zone_table_of(build, "commune", shown.cog)
    whole = zone_map(drawn, communes, measure, words, over, legend=legend, tiles=tiles)
    return page(whole, words, tiles=tiles)


def overlays(build: Build, shown: Selection) -> Overlays:
    """Return what lies over and behind the zones of a selection."""
    return map_content.overlays(facts(build), shown.layers, shown.cog)


def bare(shown: Selection) -> Selection:
    """Return a selection without what is chosen in it: what is drawn for all visitors alike."""
    return shown.changed(commune="", versus="", zone="")


def level_of(shown: Selection) -> Level:
    """Return the selection's level as the computation names it."""
    return "qpv" if shown.level == "qpv" else "iris" if shown.level == "iris" else "commune"


@st.cache_data(max_entries=KEEP, show_spinner=False)
def layer_counts(build: Build) -> dict[str, tuple[int, int]]:
    """Give, for each layer, how many of its things have a known place, and how many there are."""
    return map_content.layer_counts(facts(build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def profile(build: Build, commune: str, cog: Cog) -> pd.DataFrame:
    """Return a commune's figures against its EPT and its département."""
    table = gaps(build, "commune", cog)
    return profiles.profile(facts(build), measured(build).points, table, commune, cog)


@made_once
def gaps_csv(build: Build, level: Level, cog: Cog) -> bytes:
    """Return the gap table as the command line writes it, byte for byte.

    With other assumptions than the file's, a last column says which.
    """
    return files.csv_bytes(marked(files.headline(published_gaps(build, level, cog)), build))


@made_once
def gaps_file(build: Build, level: Level, cog: Cog, form: str) -> bytes:
    """Return the gap table with its outlines in a format of :data:`files.EXTENSIONS`."""
    name, table, columns = files.gaps_layer(published_gaps(build, level, cog), facts(build))
    used = assumptions(build)
    asked = {"level": level, "cog": cog, "norm": used.text("gap.norm")}
    notes = files.Notes(manifest(build), used, asked)
    return files.content(marked(table, build), form, name, columns, notes)


@made_once
def map_file(build: Build, shown: Selection, form: ImageForm) -> bytes:
    """Return the map of a selection as an image, ``svg`` or ``png``, with what is chosen on it."""
    image = territory_image(
        model(build),
        manifest(build),
        load_words(shown.lang, to_move=to_move(build)),
        level=level_of(shown),
        cog=shown.cog,
        colour=shown.colour,
        layers=shown.layers,
        chosen=chosen_of(shown),
    )
    return map_bytes(image, form)


def chosen_of(shown: Selection) -> str:
    """Return the zone of the map that is chosen, else the commune, else an empty text."""
    fine = shown.zone and shown.zone.startswith("QN") == (shown.level == "qpv")
    return shown.zone if shown.level != "commune" and fine else shown.commune


def marked(table: pd.DataFrame, build: Build) -> pd.DataFrame:
    """Add a column that says the assumptions of a table made with others than the file's."""
    if not build.assumption_state.changed:
        return table
    changes = " ; ".join(
        f"{name}={value}" for name, value in to_params(build.assumption_state).items()
    )
    return table.assign(hypotheses=changes)


def iris_of(build: Build, commune: str, cog: Cog) -> pd.DataFrame:
    """Return the gaps of a commune's IRIS."""
    table = gaps(build, "iris", cog)
    codes = profiles.members(commune, cog)
    return table[table["code"].str[:5].isin(codes)].reset_index(drop=True)


@read_once
def gazetteer(build: Build) -> pd.DataFrame:
    """Return the names that can be found without a network."""
    return gazetteer_of(facts(build), stops(build), load_streets(Path(build.folder)))


@read_once
def stops(build: Build) -> pd.DataFrame | None:
    """Return the transit stops, or ``None`` where the build has none; never to be changed."""
    return load_stops(Path(build.folder))


def places(build: Build) -> Directory:
    """Return the places made ready to be searched, with what counsellors learnt of them."""
    path = settings.load().feedback
    return _places(build, "" if path is None else f"{path} {_state(path)}")


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Build: lambda build: build.files})
def _places(build: Build, feedback: str) -> Directory:
    known = facts(build)
    sites = with_notes(known.sites, read_notes(settings.load().feedback))
    return directory_of(known, sites)


@read_once
def unfilled(build: Build) -> dict[str, tuple[str, ...]]:
    """Return the words of each filter of the search that no place answers."""
    return unfilled_of(places(build))


@st.cache_data(max_entries=2, show_spinner=False)
def located(build: Build) -> pd.DataFrame:
    """Return the places with a point, as a search would."""
    sites = places(build).sites
    return sites[sites["located"] == "point"].rename(columns={"site": "id"}).reset_index(drop=True)


@read_once
def backdrop(build: Build) -> list[dict[str, Any]]:
    """Return the communes' outlines for the map of the places found; never to be changed."""
    return backdrop_of(facts(build).communes)


@read_once
def commune_outlines(build: Build) -> dict[str, Outline]:
    """Return the communes' outlines for the sheet to print, by name."""
    return outlines_of(facts(build).communes)


@st.cache_resource(show_spinner=False)
def glossary() -> dict[str, Entry]:
    """Return the field's terms; read once a process."""
    return read_glossary(settings.PROJECT)


@st.cache_resource(show_spinner=False)
def geocoder() -> Geocoder:
    """Return the address search: its answers stay in this process's memory."""
    return Geocoder()
