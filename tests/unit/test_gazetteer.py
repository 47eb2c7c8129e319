"""Names found without a network, on a handful of entries."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from observatory.places.search.gazetteer import build_gazetteer, search
from observatory.tables.check import check
from observatory.tables.directory_tables import GAZETTEER
from observatory.tables.remarks import remark
from observatory.words.remark_words import sentence


@pytest.fixture(scope="module")
def gazetteer() -> pd.DataFrame:
    names = ["Saint-Denis", "Stains", "L'Île-Saint-Denis", "Saint-Ouen-sur-Seine"]
    boxes = [box(x, 6_870_000, x + 900, 6_870_900) for x in range(652_000, 656_000, 1000)]
    communes = gpd.GeoDataFrame({"commune_name": names}, geometry=boxes, crs=2154)
    qpv = gpd.GeoDataFrame(
        {"qpv_name": ["Franc Moisin - Cosmonautes", "Sans contour"]},
        geometry=[boxes[0], None],
        crs=2154,
    )
    sites = pd.DataFrame(
        {
            "name": ["Mairie", "Bibliothèque Jules Verne", "Sans point"],
            "address": ["6 avenue Paul Vaillant-Couturier", None, "1 rue X"],
            "commune_name": ["Stains", "Saint-Denis", "Stains"],
            "lon": [2.38, 2.36, None],
            "lat": [48.95, 48.93, None],
        }
    )
    schools = pd.DataFrame(
        {
            "school_name": ["Collège Pablo Neruda"],
            "commune_name": ["Stains"],
            "lon": [2.39],
            "lat": [48.96],
        }
    )
    stations = pd.DataFrame({"name": ["Gare de Saint-Denis"], "lon": [2.34], "lat": [48.935]})
    return build_gazetteer(
        communes=communes, qpv=qpv, sites=sites, schools=schools, stations=stations
    )


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Stains", "Stains", "commune"),
        ("stain", "Stains", "commune"),
        ("st denis", "Saint-Denis", "commune"),
        ("ile saint denis", "L'Île-Saint-Denis", "commune"),
        ("saint ouen sur seine", "Saint-Ouen-sur-Seine", "commune"),
        ("francs moisins", "Franc Moisin", "qpv"),
        ("mairie de Stains", "Mairie", "place"),
        ("gare de saint-denis", "Gare de Saint-Denis", "station"),
        ("bibliotheque jules verne", "Bibliothèque Jules Verne", "place"),
        ("college pablo neruda", "Collège Pablo Neruda", "school"),
        ("6 av Paul Vaillant Couturier, Stains", "6 avenue Paul Vaillant-Couturier", "address"),
    ],
)
def test_names_are_found(gazetteer: pd.DataFrame, text: str, name: str, kind: str) -> None:
    found = search(text, gazetteer)
    assert (found["name"][0], found["kind"][0], found["note"][0]) == (name, kind, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12 rue Jean Jaurès Stains", "start.address_not_found"),
        ("gare de Stains", "start.place_not_found"),
    ],
)
def test_what_is_not_in_the_data_gives_the_communes_centre_with_a_note(
    gazetteer: pd.DataFrame, text: str, code: str
) -> None:
    found = search(text, gazetteer)
    assert found["name"].tolist() == ["Stains"]
    assert found["note"].tolist() == [remark(code, of_commune="Stains")]
    assert found["score"][0] <= 50


@pytest.mark.parametrize(
    ("commune", "text"),
    [
        ("Stains", "centre de Stains"),
        ("Épinay-sur-Seine", "centre d'Épinay-sur-Seine"),
        ("L'Île-Saint-Denis", "centre de L'Île-Saint-Denis"),
        ("La Courneuve", "centre de La Courneuve"),
        ("Le Bourget", "centre du Bourget"),
        ("Les Lilas", "centre des Lilas"),
    ],
)
def test_a_centre_is_written_in_good_french(commune: str, text: str) -> None:
    assert sentence(remark("start.centre", of_commune=commune), "fr") == text


@pytest.mark.parametrize("text", ["", "!!", "zzzzzz", "12 rue de nulle part", "x" * 10_000])
def test_nothing_is_found_of_nonsense(gazetteer: pd.DataFrame, text: str) -> None:
    assert search(text, gazetteer).empty


def test_the_gazetteer_keeps_its_contract(gazetteer: pd.DataFrame) -> None:
    table = check(gazetteer, GAZETTEER)
    assert "Sans contour" not in set(table["name"])
    assert "Sans point" not in set(table["name"])
    assert len(search("saint", gazetteer, limit=1)) <= 1
    assert search("Stains", build_gazetteer()).empty


@pytest.mark.parametrize(
    ("postcode", "asked"),
    [("35000", "Stains 35"), ("97400", "stains (974)"), ("93240", "Stains, 93")],
)
def test_the_number_of_the_departement_behind_a_commune_says_nothing(
    gazetteer: pd.DataFrame, postcode: str, asked: str
) -> None:
    code = gazetteer[gazetteer["name"] == "Stains"].assign(
        name=postcode, kind="postcode", folded=f"{postcode}@", in_territory=True
    )
    with_codes = pd.concat([gazetteer, code], ignore_index=True)
    first = search(asked, with_codes).iloc[0]
    assert (first["name"], first["kind"], first["score"]) == ("Stains", "commune", 100.0)
    assert search("Stains 12", with_codes).iloc[0]["score"] < 100.0
