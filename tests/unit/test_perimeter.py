"""Territories of the whole country by their codes, and the files of a folder that cover them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from observatory import settings
from observatory.build.scope import area_of
from observatory.errors import CodeError, ContractError
from observatory.geo.perimeter import body_of, find_perimeter, not_drawn, whole_cities
from observatory.places.french_communes import commune_table
from observatory.read.carried import carry, summed
from observatory.read.cut import OLDER, OUTSIDE, UNKNOWN, YOUNGER, cut, few_aside
from observatory.read.registry import load_registry
from observatory.read.source_files import candidates, chosen, departements_in

FRANCE = commune_table()


@pytest.mark.parametrize(
    ("code", "name", "kind", "communes", "departement"),
    [
        ("200057867", "Plaine Commune", "ept", 8, "93"),
        ("200057990", "Boucle Nord de Seine", "ept", 7, "92"),
        ("200054781", "Métropole du Grand Paris", "epci", 149, "94"),
        ("242010056", "CA du Pays Ajaccien", "epci", 10, "2A"),
        ("93", "Seine-Saint-Denis", "departement", 39, "93"),
        ("2B", "Haute-Corse", "departement", 236, "2B"),
        ("974", "La Réunion", "departement", 24, "974"),
        ("75", "Paris", "departement", 20, "75"),
        ("commune:75056", "Paris 1er Arrondissement, Paris 2e Arrondissement, "
         "Paris 3e Arrondissement, …", "communes", 20, "75"),
        ("commune:93059, 97411", "Saint-Denis", "communes", 2, "93"),
    ],
)  # fmt: skip
def test_a_territory_is_found_by_its_code(
    code: str, name: str, kind: str, communes: int, departement: str
) -> None:
    found = find_perimeter(code, FRANCE)
    assert (found.name, found.kind, found.departement) == (name, kind, departement)
    assert len(found.today) == communes


def test_a_commune_that_has_joined_another_is_of_its_territory() -> None:
    plaine = find_perimeter("200057867", FRANCE)
    assert plaine.communes["93059"] == plaine.communes["93066"] == "93066"
    # Paris had the numbers of its suburbs before 1968; no commune of today is taken in by them.
    assert not {"75056", "75118"} & set(plaine.communes)
    assert plaine.at_home("93005")
    assert not plaine.at_home("75118")


@pytest.mark.parametrize("code", ["200000000", "20", "commune:93999", "commune:", "Saint-Denis"])
def test_an_unknown_territory_is_refused(code: str) -> None:
    with pytest.raises(CodeError, match="option --territory"):
        find_perimeter(code, FRANCE)


def test_what_no_source_draws_is_named_and_a_city_is_its_parts() -> None:
    boucle = find_perimeter("commune:93066,93001", FRANCE)
    drawn = pd.DataFrame({"commune": ["93059", "75118"]})
    assert not_drawn(drawn, boucle) == ["93001"]
    paris = find_perimeter("75", FRANCE).today
    assert whole_cities(paris, FRANCE) == {"75056"}
    assert whole_cities(paris - {"75101"}, FRANCE) == frozenset()


def test_files_are_found_wherever_they_lie_and_cuts_come_before_the_country(
    tmp_path: Path,
) -> None:
    names = [
        "sites/list-2024_dept93.csv",
        "neighbours/sites/list-2024_dept75-92-95.csv",
        "national/sites/list-2024.csv",
        "sites/other-2024.csv",
        "sites/.incoming-1/trial/sites/list-2024.csv",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")

    def found(*wanted: str) -> list[str]:
        there = candidates(tmp_path, names[:1], ["sites/list-*.csv"])
        return [one.path.relative_to(tmp_path).as_posix() for one in chosen(there, wanted or None)]

    assert found("93") == names[:1]
    assert found("93", "92") == names[:2]
    assert found("92", "94") == [names[2], names[1]]
    assert found("2A") == [names[2]]
    assert set(found()) == set(names[:3])


@pytest.mark.parametrize(
    ("name", "areas"),
    [("a_dept93.csv", {"93"}), ("a_dept75-92-95.json", {"75", "92", "95"}), ("a.csv", set()),
     ("a_dept2A-974.csv", {"2A", "974"}), ("a_department.csv", set())],
)  # fmt: skip
def test_a_cut_says_its_departements(name: str, areas: set[str]) -> None:
    assert departements_in(name) == areas


def test_a_source_that_has_only_the_neighbours_does_not_cover_the_territory(
    tmp_path: Path,
) -> None:
    shapes = {"93001": box(0, 0, 1, 1), "92004": box(2, 0, 3, 1)}
    outlines = gpd.GeoDataFrame(
        {"commune": list(shapes), "commune_name": ["Aubervilliers", "Asnières-sur-Seine"]},
        geometry=list(shapes.values()),
        crs=2154,
    )
    area = area_of(outlines, find_perimeter("commune:93001", FRANCE), 5000.0)
    source = load_registry(settings.load({}).registry).source("france_services_2024")
    path = tmp_path / "sites" / "liste-fs-20240801_dept75-92-95.csv"
    path.parent.mkdir()
    path.write_text("")
    assert area.uncovered(source, tmp_path) == {"93"}
    path.rename(path.with_name("liste-fs-20250101_dept93.csv"))
    assert area.uncovered(source, tmp_path) == frozenset()


def test_rows_of_other_communes_are_counted_and_a_code_of_none_is_set_aside() -> None:
    codes = ["930010101", "930590101", "2A0040101", *["920040101"] * 197, "991230101"]
    raw = pd.DataFrame({"IRIS": codes})
    kept, asides = cut(raw, "IRIS", {"aubervilliers": "93001"}, "file")
    assert kept["IRIS"].tolist() == ["930010101"]
    assert {item.reason: item.rows for item in asides} == {
        OUTSIDE: 199,
        UNKNOWN: 1,
        OLDER: 0,
        YOUNGER: 0,
    }
    with pytest.raises(CodeError, match="991230101"):
        cut(raw.tail(1), "IRIS", {"aubervilliers": "93001"}, "file")


def test_things_and_counts_are_carried_to_the_commune_of_the_build_that_theirs_lies_in() -> None:
    raw = pd.DataFrame({"code": ["93059", "93066", "93001"], "people": [1.0, 2.0, 4.0]})
    names = {"saint denis": "93066"}
    moved, note = carry(raw, "code", names)
    assert moved["code"].tolist() == ["93066", "93001", "93066"]
    assert moved.index.tolist() == [1, 2, 0]
    assert note.startswith("1 rows")
    assert "93059 in 93066" in note
    assert cut(moved, "code", names, "file")[0]["people"].tolist() == [2.0, 1.0]
    whole = summed(moved, "code").set_index("code")["people"]
    assert whole.to_dict() == {"93066": 3.0, "93001": 4.0}
    # Outlines older than the file, or that have both: nothing moves, not even the order.
    for known in ({"pierrefitte": "93059"}, {**names, "pierrefitte": "93059"}, None):
        kept, note = carry(raw, "code", known)
        assert (kept["code"].tolist(), note) == (["93059", "93066", "93001"], "")


def test_a_count_missing_in_a_commune_that_joined_is_missing_in_the_whole_and_says_why() -> None:
    raw = pd.DataFrame(
        {
            "iris": ["930660000", "930660000", "930010000"],
            "people": [2.0, None, 4.0],
            "people_why": [None, "suppressed", None],
        }
    )
    whole = summed(raw, "iris").set_index("iris")
    assert whole["people"].isna().to_dict() == {"930660000": True, "930010000": False}
    assert whole.loc["930660000", "people_why"] == "suppressed"


def test_an_iris_is_carried_where_both_communes_are_undivided() -> None:
    names = {"tannay": "08439"}
    raw = pd.DataFrame({"IRIS": ["083000000", "084390000"], "COM": ["08300", "08439"]})
    moved, _ = carry(raw, "IRIS", names, "COM")
    assert moved.to_numpy().tolist() == [["084390000", "08439"], ["084390000", "08439"]]
    apart = pd.DataFrame({"IRIS": ["930590101", "930660101"], "COM": ["93059", "93066"]})
    for names in ({"saint denis": "93066"}, {"aubervilliers": "93001"}):
        kept, note = carry(apart, "IRIS", names, "COM")
        assert (kept["IRIS"].tolist(), note) == (["930590101", "930660101"], "")


def test_rows_of_a_commune_that_has_joined_one_of_the_build_are_told_apart() -> None:
    """Pierrefitte has joined Saint-Denis: its figures are not those of the commune of today."""
    raw = pd.DataFrame({"code": ["93059", "93066", "93001"]})
    kept, asides = cut(raw, "code", {"saint denis": "93066"}, "file")
    assert kept["code"].tolist() == ["93066"]
    found = {item.reason: item.examples for item in asides}
    assert (found[OLDER], found[OUTSIDE]) == (("93059",), ("93001",))
    both = {"saint denis": "93066", "pierrefitte": "93059"}
    kept, asides = cut(raw, "code", both, "file")
    assert kept["code"].tolist() == ["93059", "93066"]
    assert sum(item.rows for item in asides if item.reason == OLDER) == 0
    # Celles was a part of Neussargues until 2024: its rate is not that of the whole.
    kept, asides = cut(pd.DataFrame({"code": ["15031"]}), "code", {"neussargues": "15141"}, "file")
    assert kept.empty
    assert [item.reason for item in asides if item.rows] == [YOUNGER]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("200057867", "ept"),
        ("200054781", "metropole"),
        ("200054807", "metropole"),
        ("242010056", "ca"),
        ("200069193", "cc"),
        ("200067106", "ca"),
        ("974", "departement"),
        ("commune:97411,97418", "communes"),
    ],
)
def test_a_territory_is_what_it_is_in_law(code: str, body: str) -> None:
    assert body_of(code, FRANCE) == body


def test_every_epci_is_of_a_kind() -> None:
    first = FRANCE.dropna(subset=["epci"]).drop_duplicates("epci")
    counts = pd.Series([body_of(code, first) for code in first["epci"]]).value_counts().to_dict()
    assert counts == {"cc": 989, "ca": 230, "metropole": 22, "cu": 14}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [(1, 8), (3, 4), (3, 250), (4, 396), (10, 990)],
)
def test_a_few_wrong_rows_are_set_aside(wrong: int, right: int) -> None:
    raw = pd.DataFrame({"code": ["x"] * wrong + ["93200"] * right})
    kept, out = few_aside(raw, raw["code"] == "x", "no post code", "code", "five digits", "file")
    assert (len(kept), out.rows, out.examples) == (right, wrong, ("x",) * min(wrong, 5))


@pytest.mark.parametrize(("wrong", "right"), [(4, 395), (11, 990), (3, 3), (1, 1), (1, 0)])
def test_more_than_a_few_wrong_rows_refuse_the_file_and_the_limit_is_said(
    wrong: int, right: int
) -> None:
    raw = pd.DataFrame({"code": ["x"] * wrong + ["93200"] * right})
    with pytest.raises(ContractError, match="column code, line 0") as refused:
        few_aside(raw, raw["code"] == "x", "no post code", "code", "five digits", "file")
    assert "at most 3 wrong rows or 1 %" in refused.value.next_step
