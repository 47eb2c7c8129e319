"""Many territories on one server: each opened by its link, never mixed, chosen on a page of all."""

from __future__ import annotations

import io
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import streamlit as st
from datasets import AWAY, HERE, put, write_dataset
from screens import page_of, spaced, told
from streamlit.testing.v1 import AppTest
from worlds import data_without_edition, world_of, write_build

from observatory import settings
from observatory.app import cache, feed, territory
from observatory.app.maps.national_map import MOST_VERTICES, RATES, at_level, national_map
from observatory.app.pages import download_button, territoires
from observatory.app.pages.download_button import Download
from observatory.cli import main
from observatory.model.measures import MEASURES
from observatory.model.observed import load_facts
from observatory.sheets.map_classes import colour_of
from observatory.tables.dataset import Dataset, partition
from observatory.words.catalogue import load_words
from observatory.words.numbers import number

pytest.importorskip("fsspec", reason="did not run: the extra national is not installed")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return write_dataset(tmp_path_factory.mktemp("dataset"))


@pytest.fixture
def served(dataset: Dataset, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Dataset:
    """Point the app at the dataset, nothing of it on this machine yet."""
    monkeypatch.setenv("OBSERVATORY_DATASET", dataset.url)
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    territory.catalogue.clear()
    territory.measured.clear()
    return dataset


def _app(**params: str) -> AppTest:
    screen = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def _named(screen: AppTest) -> str:
    """Return the territory that the head of a page names."""
    markup = " ".join(str(block.proto.body) for block in screen.get("html"))
    found = re.search(r"</a><span>([^<]+) <a", markup)
    assert found is not None
    return found[1]


def test_sessions_of_different_territories_never_mix(served: Dataset) -> None:
    here, away = _app(territory=HERE, commune="93066"), _app(territory=AWAY)
    for _ in range(2):
        assert (_named(here), _named(away)) == ("Plaine Commune", "Ailleurs")
        assert here.title[0].value != away.title[0].value
        away.run(), here.run()
    assert here.query_params["territory"] in (HERE, [HERE])
    # One session that goes from one to the other leaves what it chose behind.
    here.query_params["territory"] = AWAY
    del here.query_params["commune"]
    here.run()
    assert not here.exception
    assert not here.error
    assert _named(here) == "Ailleurs"
    assert here.title[0].value == away.title[0].value
    assert "commune" not in here.query_params


def test_residents_of_territories_that_hold_others_are_not_added_up() -> None:
    parts = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(0, 0, 3, 3)]
    rows = gpd.GeoDataFrame({"code": ["a", "b", "whole"]}, geometry=parts, crs=4326)
    assert territoires.nested(rows)
    assert not territoires.nested(rows.iloc[:2])
    # The one that holds them is drawn below them: each can be clicked.
    assert list(at_level(rows)["code"]) == ["whole", "a", "b"]


def test_a_territory_that_was_never_opened_here_comes_whole(
    served: Dataset, tmp_path: Path
) -> None:
    known = Dataset(served.url)
    build = known.open(known.entry(HERE), tmp_path / "nothing yet")
    assert build.is_relative_to(tmp_path)
    assert len(load_facts(build).points) > 500


def test_the_first_page_reads_the_draws_kept_with_the_build_and_no_others(served: Dataset) -> None:
    entry, where = served.entry(HERE), (served.entry(HERE)["departement"], HERE)
    kept = served.draws(entry)
    wider = {**kept, "zone_draws": kept["zone_draws"].assign(missing_high=9_999.0)}
    strange = {name: rows.assign(drawn_from="0" * 64) for name, rows in wider.items()}

    def first_page(rows: dict[str, pd.DataFrame]) -> str:
        served.put_draws(rows, *where)
        st.cache_resource.clear(), st.cache_data.clear()
        return told(_app(territory=HERE))

    try:
        assert "9 999 h" in first_page(wider)
        drawn = first_page(strange)
        assert "9 999" not in drawn
        # Half a file is as good as none.
        Path(served.url, "zone_draws", partition(*where), "zone_draws.parquet").write_bytes(b"half")
        assert served.draws(entry) == {}
    finally:
        assert first_page(kept) == drawn


def test_without_a_territory_every_page_is_the_choice(served: Dataset) -> None:
    for screen in (_app(), _app(territory="none<b>", lang="fr")):
        assert not screen.exception
        assert [one.value for one in screen.title] == [load_words("fr")("page.territoires.title")]
    assert "« none<b> »" in told(screen)


def _chooser() -> None:
    from observatory.app.pages import territoires

    territoires.show()


def test_the_choice_names_them_and_links_to_each(served: Dataset) -> None:
    screen = AppTest.from_function(_chooser, default_timeout=120).run()
    assert screen.selectbox(key="territories_chosen").options == ["Ailleurs", "Plaine Commune"]
    screen.checkbox(key="territories_table").check().run()
    markup = " ".join(str(block.proto.body) for block in screen.get("html"))
    assert re.findall(r"\./\?territory=(\d+)", markup) == [AWAY, HERE]
    rate = served.gaps().set_index("code").loc[HERE, "missing_h_per_100"]
    assert f"{rate:.2f}".replace(".", ",") in told(screen)


def test_the_map_has_the_classes_of_the_map_of_a_territory(served: Dataset) -> None:
    rows = territory.measured(served.url)
    for colour in RATES:
        page = national_map(rows, colour, load_words("fr"))
        value = MEASURES[colour].values(rows[rows["code"] == HERE]).iloc[0]
        wanted = colour_of(value, MEASURES[colour])
        rank = re.search(rf'"{HERE}", "Plaine Commune", (\d)', page)
        assert rank is not None
        assert MEASURES[colour].colours[int(rank[1])] == wanted


def test_the_map_of_a_country_is_light(served: Dataset) -> None:
    draw = np.random.default_rng(1)
    one = territory.measured(served.url).query("code == @HERE")
    many = pd.concat([one] * 1255, ignore_index=True)
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    places = np.arange(1255)
    x, y = places % 36 * 0.35 - 4, places // 36 * 0.25 + 42
    radius = 0.1 + 0.03 * draw.random((1255, 200))
    rings = np.stack(
        [x[:, None] + radius * np.cos(angles), y[:, None] + radius * np.sin(angles)], axis=-1
    )
    shapes = gpd.GeoSeries(shapely.polygons(rings), crs=4326)
    country = gpd.GeoDataFrame(many, geometry=shapes, crs=4326).assign(
        code=[f"2000{place:05d}" for place in places], name="CC Portes de la Creuse en Marche"
    )
    drawn = at_level(country)
    assert shapely.get_num_coordinates(drawn.geometry.array).sum() <= MOST_VERTICES
    assert shapely.get_num_coordinates(at_level(one).geometry.array).sum() > 30
    size = len(national_map(country, "missing_rate", load_words("fr")).encode())
    assert size < 300_000


def test_a_service_of_one_territory_has_nothing_to_choose(edition: cache.Build) -> None:
    screen = AppTest.from_function(_chooser, default_timeout=60).run()
    assert spaced(load_words("fr")("territories.one")) in told(screen)
    assert territoires.territory.in_links() == {}


def test_the_command_of_a_territory_gives_its_figures(
    served: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = _app(territory=AWAY, norm="5", lang="en")
    assert not screen.exception
    (command,) = (block.value for block in screen.code if "observatory gaps" in block.value)
    assert main(shlex.split(command)[1:]) == 0
    printed = pd.read_csv(io.StringIO(capsys.readouterr().out))
    build = screen.session_state["observatory_assumptions"]
    assert build.norm == "5"
    shown = told(screen)
    for name in printed["name"]:
        assert name in shown
    assert (printed["norm_h_per_100"] == 5).all()
    rate = printed.sort_values("missing_h_per_100", ascending=False)["missing_h_per_100"].iloc[0]
    assert number(rate, "en", 2) in shown


def test_the_territories_are_taken_away_as_tables_and_as_maps(
    served: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: dict[str, list[Download]] = {}
    monkeypatch.setattr(
        download_button, "row", lambda files, _, key: offered.update({key: list(files)})
    )
    screen = _app()
    assert not screen.exception
    made = {one.form: one.make() for files in offered.values() for one in files}
    assert set(made) == {"xlsx", "csv-fr", "csv", "gpkg", "geojson", "png", "svg"}
    rows = pd.read_csv(io.BytesIO(made["csv"]))
    assert sorted(rows["code"].astype(str)) == sorted([HERE, AWAY])
    for form in ("gpkg", "geojson"):
        drawn = gpd.read_file(io.BytesIO(made[form]), layer=0)
        assert drawn["missing_h_per_100"].tolist() == pytest.approx(rows["missing_h_per_100"])
    assert made["svg"].count(b'fill-opacity="0.9"') == len(rows)


@pytest.fixture
def renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Serve a dataset whose one territory was built twice; give its address."""
    whole = Dataset(str(tmp_path / "twice"))
    for month in (1, 2):
        made = write_build(tmp_path / f"month-{month}", world=world_of(month))
        put(whole, made, "93", datetime(2026, month, 1, 9, tzinfo=UTC))
    monkeypatch.setenv("OBSERVATORY_DATASET", whole.url)
    monkeypatch.setenv("OBSERVATORY_DATA", str(data_without_edition(tmp_path)))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for kept in (
        territory.catalogue,
        territory.measured,
        territory.with_former,
        territory.count_kept,
    ):
        kept.clear()
    return whole.url


def test_what_changed_in_a_territory_is_on_its_pages_and_in_its_feed(
    renewed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offered: dict[str, list[Download]] = {}
    monkeypatch.setattr(
        download_button, "row", lambda files, _, key: offered.update({key: list(files)})
    )
    link = {"territory": HERE, "before": "2026-01-01"}
    screen = page_of("changements", **link)
    assert not screen.exception
    assert "1 lieu fermé" in told(screen)
    (taken,) = (one for one in offered["take_place_changes"] if one.form == "csv")
    capsys.readouterr()
    command = next(block.value for block in screen.code if "--only places" in block.value)
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out.encode() == taken.make()
    zone = page_of("fiche", territory=HERE, commune="93066")
    assert not zone.exception
    assert "Au fil des versions" in [head.value for head in zone.header]

    words = load_words("en")
    assert f"changements.atom?territory={HERE}&amp;lang=en" in feed.link(words, HERE)
    made = feed.current("https://here.fr", "en", HERE)
    assert made is not None
    assert b"1 place closed" in made
    assert f"https://here.fr/changements?territory={HERE}&amp;lang=en".encode() in made
    for other in ("", "none<b>", AWAY):
        assert feed.link(words, other) == ""
        assert feed.current("https://here.fr", "en", other) is None


def test_a_territory_built_once_says_which_command_builds_it_again(served: Dataset) -> None:
    screen = page_of("changements", territory=AWAY)
    assert not screen.exception
    assert "Il n'y a qu'une version des données" in told(screen)
    asked = f"observatory update --dataset {served.url} --territory {AWAY}"
    assert [block.value for block in screen.code] == [asked]
