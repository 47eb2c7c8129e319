"""The Hub Francil'in's export, on small made files in its published shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from observatory import settings
from observatory.errors import ColumnsError, FileFormatError
from observatory.geo.codes import commune_index
from observatory.read.francilin import _APART, _FAMILIES, read_francilin
from observatory.read.registry import load_registry
from observatory.tables.place_tables import CLOSED
from observatory.tables.remarks import remark, remarks_of

COMMUNES = commune_index([("93066", "Saint-Denis"), ("93072", "Stains")])


def feature(**changes: Any) -> dict[str, Any]:
    point = changes.pop("point", [2.36, 48.93])
    properties = {
        "francilin_id": "f1",
        "lieu_nom": "Médiathèque du Centre",
        "commune": "SAINT DENIS",
        "code_postal": 93200,
        "adresse": "4 place de la Légion d'honneur",
        "telephone": "01 49 33 92 40",
        "e_mail": "a@b.fr",
        "site_web": "https://b.fr",
        "mise_a_jour": "2026-03-04T10:00:00Z",
        "label": ["3", "7"],
        "aide": ["1", 4],
        "services": ["114", "209", "606"],
        "horaires": "Mo-Fr 09:00-12:00",
    }
    geometry = None if point is None else {"type": "Point", "coordinates": point}
    return {"type": "Feature", "geometry": geometry, "properties": properties | changes}


def write(folder: Path, content: Any) -> Path:
    path = folder / "structures.geojson"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def test_a_feature_becomes_a_record_of_the_standard(tmp_path: Path) -> None:
    reading = read_francilin(write(tmp_path, collection(feature())), COMMUNES)
    row = reading.frame.iloc[0]
    assert (row["source_id"], row["id"], row["code_insee"]) == ("francilin", "f1", "93066")
    assert (row["latitude"], row["longitude"]) == (48.93, 2.36)
    assert row["telephone"] == "+33149339240"
    assert row["date_maj"] == "2026-03-04"
    assert row["code_postal"] == "93200"
    assert row["services"] == (
        "Insertion professionnelle via le numérique|Aide aux démarches administratives|"
        "Parentalité et éducation avec le numérique"
    )
    assert row["dispositif_programmes_nationaux"] == "Conseillers numériques"
    assert row["autres_formations_labels"] == "NetPublic"
    assert row["modalites_accompagnement"] == "En autonomie|Dans un atelier collectif"
    assert row[["frais_a_charge", "publics_specifiquement_adresses", "typologie"]].isna().all()
    assert row["open_h_per_week"] == 15


def test_a_list_of_places_reads_as_the_geojson_does(tmp_path: Path) -> None:
    one = feature()
    flat = {**one["properties"], "latitude": "48,93", "longitude": "2.36"}
    flat["services"] = "114;209;606"
    from_list = read_francilin(write(tmp_path, [flat]), COMMUNES).frame
    from_map = read_francilin(write(tmp_path, collection(one)), COMMUNES).frame
    assert from_list.equals(from_map)


def test_a_list_in_the_standard_s_own_names_is_read(tmp_path: Path) -> None:
    place = {"id": "a", "nom": "Maison", "commune": "Stains", "services": "Accéder à du matériel"}
    row = read_francilin(write(tmp_path, [place]), COMMUNES).frame.iloc[0]
    assert row["services"] == "Accès internet et matériel informatique"
    assert row["source"] == "Hub Francil'in"


def test_codes_that_nobody_knows_are_noted_never_guessed(tmp_path: Path) -> None:
    strange = feature(services=["999", "301"], label=["5"], aide=["9"])
    row = read_francilin(write(tmp_path, collection(strange)), COMMUNES).frame.iloc[0]
    assert row["services"] == "Maîtrise des outils numériques du quotidien"
    unknown = {"services": "999", "label": "5", "aide": "9"}
    assert set(remarks_of(row["note"])) == {
        remark("cleaning.unknown_code", column=column, text=text)
        for column, text in unknown.items()
    }


def test_places_elsewhere_are_set_aside_and_a_missing_point_stays_missing(tmp_path: Path) -> None:
    paris = feature(francilin_id="p", commune="Paris", code_postal="75011")
    nowhere = feature(francilin_id="n", point=None)
    reading = read_francilin(write(tmp_path, collection(feature(), paris, nowhere)), COMMUNES)
    assert reading.rows_in == 3
    assert len(reading.frame) + reading.rows_aside == 3
    assert reading.frame.set_index("id").loc["n", ["latitude", "longitude"]].isna().all()


def test_the_catalogue_leads_to_seven_of_the_nine_services() -> None:
    reached = {*_FAMILIES.values(), *(s for services in _APART.values() for s in services)}
    assert reached <= set(CLOSED["services"])
    assert set(CLOSED["services"]) - reached == {
        "Accès internet et matériel informatique",
        "Acquisition de matériel informatique à prix solidaire",
    }


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ({"type": "FeatureCollection", "features": []}, FileFormatError, "without places"),
        ({"places": 1}, FileFormatError, "JSON dict"),
        ([1, 2], FileFormatError, "JSON list"),
        ([{"francilin_id": "a", "lieu_nom": "b"}], ColumnsError, "without commune"),
        (collection(feature(couleur="x")), ColumnsError, "unknown couleur"),
    ],
)
def test_another_shape_is_refused(
    tmp_path: Path, content: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        read_francilin(write(tmp_path, content), COMMUNES)


def test_the_address_of_the_export_is_in_the_registry() -> None:
    download = load_registry(settings.load({}).registry).download("francilin")
    assert download.licence == "unconfirmed"
    assert download.envelope == "json"
