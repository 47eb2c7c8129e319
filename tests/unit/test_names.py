"""Names that a person knows: accents and capitals, and what an IRIS lies near."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import worlds
from shapely import box

from observatory.errors import ChoiceError
from observatory.geo.geometry import METRIC, to_degrees
from observatory.model.iris_names import named_iris, own_name
from observatory.model.observed import load_facts
from observatory.model.proper_names import load_name_words, proper_name


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("cesaria evora", "Cesária Évora"),
        ("JEAN JAURES", "Jean Jaurès"),
        ("IRENE ET FREDERIC JOLIOT-CURIE", "Irène et Frédéric Joliot-Curie"),
        ("LYCEE POLYVALENT D ALEMBERT", "Lycée polyvalent d'Alembert"),
        ("ROGER MARTIN DU GARD", "Roger Martin du Gard"),
        ("ANTOINE DE SAINT-EXUPERY", "Antoine de Saint-Exupéry"),
        ("Emile Dubois", "Émile Dubois"),
        ("P v Couturier", "Paul Vaillant-Couturier"),
        ("CCAS DE BOIS-COLOMBES", "CCAS de Bois-Colombes"),
        ("ABC FORMATION", "ABC formation"),
        ("Médiathèque Jacques Prévert", "Médiathèque Jacques Prévert"),
        ("Konexio Paris", "Konexio Paris"),
        ("Quartier Politique De La Ville", "Quartier politique de la ville"),
        ("Centre Elargi", "Centre Élargi"),
        ("", ""),
    ],
)
def test_a_name_is_written_as_a_reader_writes_it(source: str, written: str) -> None:
    assert proper_name(source) == written
    assert proper_name(written) == written


def test_a_place_of_one_word_in_capitals_is_initials_and_a_school_is_not() -> None:
    assert proper_name("CASVP 17", lone_initials=True) == "CASVP 17"
    assert proper_name("BABEUF") == "Babeuf"


def test_a_file_of_names_without_its_lists_is_refused(tmp_path: Path) -> None:
    spoilt = tmp_path / "proper_names.toml"
    spoilt.write_text("written = []\n", encoding="utf-8")
    with pytest.raises(ChoiceError, match="the lists written"):
        load_name_words(spoilt)


def _zones(names: list[str], communes: list[str]) -> gpd.GeoDataFrame:
    """Return squares of 200 m, 1 km from each other, from west to east."""
    east = [650_000 + 1_000 * place for place in range(len(names))]
    return gpd.GeoDataFrame(
        {
            "iris": [f"{commune}{place:04d}" for place, commune in enumerate(communes, 1)],
            "iris_name": names,
            "commune": communes,
            "in_territory": True,
        },
        geometry=[box(x, 6_870_000, x + 200, 6_870_200) for x in east],
        crs=METRIC,
    )


def _schools(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    """Return schools: name, type, commune, metres to the east of the first zone's middle."""
    lon, lat = to_degrees(
        pd.Series([650_100 + east for *_, east in rows]).to_numpy(dtype=float),
        pd.Series([6_870_100.0] * len(rows)).to_numpy(dtype=float),
    )
    names, kinds, communes, _ = zip(*rows, strict=True)
    return pd.DataFrame(
        {"school_name": names, "school_type": kinds, "commune": communes, "lon": lon, "lat": lat}
    )


NO_QPV = gpd.GeoDataFrame(
    {"qpv_name": pd.Series(dtype="str"), "communes": pd.Series(dtype="str"),
     "outline_known": pd.Series(dtype=bool)}, geometry=gpd.GeoSeries([], crs=METRIC),
)  # fmt: skip
NO_SITE = pd.DataFrame(columns=["name", "commune", "located", "seat", "lon", "lat"]).astype(
    {"seat": bool, "lon": float, "lat": float}
)


def test_an_iris_that_says_little_is_named_after_what_it_lies_near() -> None:
    zones = _zones(["Iris 01", "Centre", "Robespierre", "Iris 4"], ["93031"] * 3 + ["93066"])
    schools = _schools(
        [
            ("Anne Frank", "nursery", "93031", 50),
            ("Jean Vigo", "college", "93031", 400),
            ("École élémentaire Georges Martin", "elementary", "93031", 1_100),
            ("Lycée polyvalent Suger lycée des métiers du son", "lycee", "93066", 3_000),
        ]
    )
    # The collège is known better than the nearer nursery; the last one's school is its commune's.
    assert named_iris(zones, schools, NO_QPV, NO_SITE)["iris_name"].tolist() == [
        "Iris 1, vers le collège Jean Vigo",
        "Centre, vers l'école Georges Martin",
        "Robespierre",
        "Iris 4, vers le lycée Suger",
    ]


def test_a_station_of_its_commune_is_as_well_known_as_a_college() -> None:
    zones = _zones(["Iris 01", "Centre", "Nord"], ["93031", "93031", "93066"])
    schools = _schools([("Jean Vigo", "college", "93031", 350)])
    middle = zones.geometry.centroid.to_crs(4326)
    stations = [
        ("Gare Épinay-sur-Seine", middle[0].x, middle[0].y),
        ("Tram Front Populaire", middle[1].x, middle[1].y),
        ("Métro Saint-Denis - Université", middle[2].x, middle[2].y),
    ]
    assert named_iris(zones, schools, NO_QPV, NO_SITE, stations)["iris_name"].tolist() == [
        "Iris 1, vers la gare Épinay-sur-Seine",
        "Centre, vers le collège Jean Vigo",
        "Nord, vers le métro Saint-Denis - Université",
    ]


def test_without_anything_near_a_name_stays_and_the_same_one_twice_has_its_number() -> None:
    far = _schools([("Jean Vigo", "college", "93031", 90_000)])
    zones = _zones(["Nord", "Nord", "Mairie"], ["93031"] * 3)
    names = named_iris(zones, far, NO_QPV, NO_SITE)["iris_name"].tolist()
    assert names == ["Nord (0001)", "Nord (0002)", "Mairie"]


def test_numbers_in_roman_letters_keep_their_capitals() -> None:
    zones = _zones(["Becon i", "Becon Ii", "Mairie Iv", "MAIRIE IX", "Rue du Roi"], ["92004"] * 5)
    far = _schools([("Jean Vigo", "college", "93031", 90_000)])
    names = named_iris(zones, far, NO_QPV, NO_SITE)["iris_name"].tolist()
    assert names == ["Becon I", "Becon II", "Mairie IV", "Mairie IX", "Rue du Roi"]


def test_the_names_of_the_edition_are_each_once_in_a_commune(edition_folder: Path) -> None:
    facts = load_facts(edition_folder)
    here = facts.iris[facts.iris["in_territory"]].set_index("iris")
    assert not here.duplicated(["commune", "iris_name"]).any()
    assert here.loc["930310601", "iris_name"] == "Iris 19, vers le collège Robespierre"
    assert own_name(str(here.loc["930310601", "iris_name"])) == "Iris 19"
    assert not here["iris_name"].str.fullmatch(r"(Iris|Secteur|Quartier) \d+").any()
    assert "Cesária Évora" in set(facts.sites["name"])
    schools = facts.schools.loc[facts.schools["in_territory"], "school_name"]
    assert not schools[schools.str.len() > 3].str.isupper().any()


def test_a_commune_without_any_school_has_names_all_the_same() -> None:
    known = worlds.facts()
    nobody = known.schools.iloc[:0]
    assert len(named_iris(known.iris, nobody, known.qpv, known.sites)) == len(known.iris)
