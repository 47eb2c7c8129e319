"""Which territory of a dataset a visitor looks at; where there is no dataset, the one build.

The code stands in the link (``territory=200057867``) and in the session. A session that changes to
another territory forgets what it kept of the former one; what is computed is kept by build, whose
folder is the hash of its bytes.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import geopandas as gpd
import pandas as pd
import streamlit as st

from observatory import settings
from observatory.model.assumptions import Assumptions
from observatory.model.zone_draws import KeptDraws
from observatory.tables.dataset import Dataset, entry_of, place_of
from observatory.tables.dataset_history import opened

#: Name in the link and in the session.
NAME = "territory"
#: Seconds after which a dataset that was written to is seen.
SEEN_AFTER_S = 60


@st.cache_resource(ttl=SEEN_AFTER_S, max_entries=4, show_spinner=False)
def catalogue(url: str) -> gpd.GeoDataFrame:
    """Return the territories of a dataset; shared, never to be changed."""
    return Dataset(url).catalogue()


@st.cache_resource(ttl=SEEN_AFTER_S, max_entries=4, show_spinner=False)
def measured(url: str) -> gpd.GeoDataFrame:
    """Return the gap table of the territories with their outlines; never to be changed."""
    rows, gaps = catalogue(url), Dataset(url).gaps()
    named = rows.rename(columns={"territory": "code"})
    more = ["code", "kind", "departement", "places", "assumptions"]
    more += ["communes", "not_covered", "geometry"]
    whole = pd.DataFrame(named)[more].merge(gaps, on="code")
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=rows.crs)


def settle() -> str:
    """Return the territory asked for, and put it into the link and the session.

    Returns
    -------
    str
        Its code; empty where none is asked for, or one that the dataset does not have.
    """
    asked = asked_for()
    if not asked or asked not in set(catalogue(settings.load().dataset)["territory"]):
        return ""
    if st.session_state.get(NAME) not in (None, asked):
        forget()
    st.session_state[NAME] = asked
    st.query_params[NAME] = asked
    return asked


def asked_for() -> str:
    """Return the code in the link, else that of the session, else nothing."""
    return str(st.query_params.get(NAME) or st.session_state.get(NAME) or "")


def forget() -> None:
    """Forget what the session kept of a territory: places found, choices, scenarios."""
    for name in list(st.session_state):
        del st.session_state[name]


def in_links() -> dict[str, str]:
    """Return what a link to another page says of the territory."""
    code = asked_for() if settings.load().dataset else ""
    return {NAME: code} if code else {}


def option() -> str:
    """Return what names the dataset on the command line; nothing where there is none."""
    url = settings.load().dataset
    return f" --dataset {shlex.quote(Dataset(url).name)}" if url else ""


def folder(where: settings.Settings) -> Path:
    """Return the folder of the build to show: of the territory asked for, else the one in use."""
    if not where.dataset:
        return where.current
    entry = entry_of(catalogue(where.dataset), asked_for(), Dataset(where.dataset).name)
    return Dataset(where.dataset).open(entry, where.kept)


@st.cache_resource(ttl=SEEN_AFTER_S, max_entries=64, show_spinner=False)
def with_former(url: str, code: str) -> settings.Settings:
    """Return the settings with a territory of the dataset as the build, its former builds at hand.

    Raises
    ------
    ObservatoryError
        There is no such territory, or its build cannot be had.
    """
    entry = entry_of(catalogue(url), code, Dataset(url).name)
    return opened(settings.load(), Dataset(url), entry)


@st.cache_resource(ttl=SEEN_AFTER_S, max_entries=1024, show_spinner=False)
def count_kept(url: str, code: str) -> int:
    """Return how many builds the history of a territory has; none of one that there is not."""
    if code not in set(catalogue(url)["territory"]):
        return 0
    dataset = Dataset(url)
    return len(dataset.kept_names(place_of(entry_of(catalogue(url), code, dataset.name))))


def kept_draws(build: Path, assumptions: Assumptions) -> KeptDraws | None:
    """Return what the dataset keeps of a build's draws; nothing where it is of something else."""
    where = settings.load()
    if not where.dataset:
        return None
    rows = Dataset(where.dataset).draws(
        entry_of(catalogue(where.dataset), asked_for(), Dataset(where.dataset).name)
    )
    return KeptDraws.read(rows, build.name, assumptions)
