"""The tables of départements and of what a territory has of its own agree with the other tables."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from pyproj import CRS

from observatory import settings
from observatory.errors import ChoiceError, CodeError
from observatory.geo import departements, territories
from observatory.geo.codes import departement_of
from observatory.model.assumptions_file import load_assumptions
from observatory.places.french_communes import commune_table
from observatory.tables.table import METRES
from observatory.words.assumption_texts import assumption_texts
from observatory.words.catalogue import LANGS, Lang, load_words
from observatory.words.place_names import place_of

DATA = settings.PROJECT / "data"


def test_every_commune_of_the_country_has_its_departement_and_region() -> None:
    france = commune_table()
    known = departements.departements()
    listed = france.assign(home=france["commune"].map(departement_of)).drop_duplicates("home")
    for row in listed.itertuples():
        one = known[row.home]
        assert (one.name, one.region) == (row.departement_name, row.region)
        assert one.of_name.endswith(one.name)


def test_zones_times_holidays_and_projections_exist() -> None:
    for one in departements.departements().values():
        assert one.school_zone in ("A", "B", "C", "")
        assert ZoneInfo(one.time_zone)
        assert not one.holidays or one.holidays in holidays.country_holidays("FR").subdivisions
        assert not one.epsg or (int(one.epsg) in METRES and CRS.from_epsg(int(one.epsg)))
        assert bool(one.epsg) == (one.code not in ("984", "986", "987", "988", "989"))


def test_what_is_no_departement_is_refused() -> None:
    with pytest.raises(CodeError, match="begins with that of a département"):
        departements.home_of("99101")


def test_each_file_is_of_a_place_and_its_level_is_an_assumption() -> None:
    assumed = load_assumptions(DATA / "assumptions.toml")
    known = departements.departements()
    paths = territories.files(territories.PLACE, DATA)
    assert paths
    for code in (path.parent.name for path in paths):
        region = code.removeprefix(territories.OF_REGION)
        is_region = region != code
        own = territories.of_region(region) if is_region else territories.of_departement(code)
        assert region in {one.region for one in known.values()} if is_region else code in known
        assert own.level is not None
        assert assumed.number(own.level.assumption) == own.level.published_pct


@pytest.mark.parametrize(
    ("departement", "idle", "hub"),
    [("93", 0, "Hub Francil'in"), ("92", 0, "Hub Francil'in"), ("35", 2, ""), ("974", 2, "")],
)
def test_a_level_is_idle_where_no_place_of_the_region_has_it(
    departement: str, idle: int, hub: str
) -> None:
    assert len(territories.idle_levels(departement)) == idle
    assert territories.hub_of(departement) == hub


@pytest.mark.parametrize("lang", LANGS)
def test_texts_take_the_names_of_the_place_or_say_what_it_is(lang: str) -> None:
    name = "quality.asks_note"
    here = load_words(lang, place=place_of("93"))  # type: ignore[arg-type]  # a language
    there = load_words(lang, place=place_of("35"))  # type: ignore[arg-type]  # a language
    assert "Hub Francil'in" in here(name)
    assert "hub" in there(name)
    assert "Francil" not in there(name)
    where = load_words(lang, "validation", place=place_of("69"))  # type: ignore[arg-type]  # a language
    assert "Rhône" in where("where.iris.departement")
    assert "{" not in where("where.region.region") + there(name)


@pytest.mark.parametrize("lang", LANGS)
def test_a_level_is_called_by_the_place_that_has_it(lang: Lang) -> None:
    named = territories.level_places()
    assert named == {
        "need.level_departement_pct": "Seine-Saint-Denis",
        "need.level_region_pct": "Île-de-France",
    }
    texts = assumption_texts(load_assumptions(DATA / "assumptions.toml"), lang)
    labels = {one.item.name: one.label for one in texts}
    assert all(place in labels[name] for name, place in named.items())
    assert not any("{" in label for label in labels.values())


def test_a_file_that_is_wrong_is_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / territories.FOLDER / "35"
    folder.mkdir(parents=True)
    (folder / territories.PLACE).write_text('hubb = "x"\n', encoding="utf-8")
    with pytest.raises(ChoiceError, match=r"35.place\.toml.*did you mean 'hub'"):
        territories.of_departement("35", tmp_path)
