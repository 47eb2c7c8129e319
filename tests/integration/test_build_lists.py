"""Lists of places added to a build of one's own: a planner's, and the Hub Francil'in's export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from observatory import settings
from observatory.contracts.built import SITES
from observatory.errors import ChoiceError
from observatory.exports.notes import licence_text
from observatory.pipeline.build import build
from observatory.pipeline.lists import OwnList
from observatory.store.integrity import build_problems
from observatory.store.manifest import read_manifest
from observatory.store.tables import read_table

pytestmark = [pytest.mark.real_files, pytest.mark.xdist_group("build")]
PLAINE_COMMUNE = "200057867"
HEADER = (
    "id,pivot,nom,commune,code_postal,code_insee,adresse,latitude,longitude,services,date_maj,"
    "telephone\n"
)
NEW = (
    "n1,00000000000000,Tiers-lieu du Canal,Saint-Denis,93200,93066,12 quai du Square,48.9301,"
    "2.3502,Accès internet et matériel informatique,2026-10-01,+33148000000\n"
)
#: The France Services of Stains under the name a planner would give it.
KNOWN = (
    "n2,00000000000000,France services Stains APCIS,STAINS,93240,93072,10 rue Guillaume "
    "Apollinaire,,,Utilisation sécurisée du numérique,2026-10-01,+33148224795\n"
)
BAD = "n3,00000000000000,Nulle part,Aubervillier,93300,,1 rue X,,,,2026-10-01,\n"


def hub(name: str, **changes: Any) -> dict[str, Any]:
    properties = {
        "francilin_id": "f1",
        "lieu_nom": name,
        "commune": "Villetaneuse",
        "code_postal": "93430",
        "adresse": "9 avenue de l'Université",
        "mise_a_jour": "2026-03-04",
        "services": ["209"],
    }
    point = {"type": "Point", "coordinates": [2.342, 48.957]}
    return {"type": "Feature", "geometry": point, "properties": properties | changes}


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[OwnList]:
    folder = tmp_path_factory.mktemp("lists")
    mine, export = folder / "Nos lieux.csv", folder / "structures.geojson"
    mine.write_text(HEADER + NEW + KNOWN + BAD, encoding="utf-8")
    features = [hub("Médiathèque de l'Université"), hub("Ailleurs", commune="Lyon")]
    features[1]["properties"]["francilin_id"] = "f2"
    export.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return [OwnList(mine), OwnList(export, francilin=True)]


@pytest.fixture(scope="module")
def built(
    source_folder: Path, lists: list[OwnList], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("own") / "tables"
    build(source_folder, PLAINE_COMMUNE, settings.load({}), out, lists=lists)
    return out


@pytest.fixture(scope="module")
def sites(built: Path) -> pd.DataFrame:
    return read_table(SITES, built).set_index("name")


def test_a_new_place_enters_the_directory(sites: pd.DataFrame) -> None:
    place = sites.loc["Tiers-lieu du Canal"]
    assert (place["commune"], place["located"], place["seat"]) == ("93066", "point", False)
    assert place["sources"] == "liste_nos_lieux"
    hub_place = sites.loc["Médiathèque de l'Université"]
    assert (hub_place["sources"], hub_place["commune"]) == ("francilin", "93079")


def test_a_known_place_keeps_its_identifier_and_learns(
    sites: pd.DataFrame, edition_folder: Path
) -> None:
    before = read_table(SITES, edition_folder).set_index("site")
    apcis = before.index[before["source_ids"].str.contains("1870")][0]
    after = sites.reset_index().set_index("site").loc[apcis]
    assert "liste_nos_lieux" in after["sources"].split("|")
    assert "Utilisation sécurisée du numérique" in after["services"].split("|")
    assert after["confirmed_on"] == "2026-10-01"
    assert set(before.index) <= set(sites["site"])


def test_every_line_is_told_and_the_build_keeps_its_promises(
    built: Path, lists: list[OwnList]
) -> None:
    manifest = read_manifest(built)
    records = {source.id: source for source in manifest.sources}
    mine, export = records["liste_nos_lieux"], records["francilin"]
    assert (mine.rows_in, mine.rows_out, mine.rows_aside) == (3, 2, 1)
    assert mine.aside[0].examples == ("line 4: commune",)
    assert mine.licence == export.licence == "unconfirmed"
    assert mine.path == "Nos lieux.csv"
    assert (export.rows_in, export.rows_aside) == (2, 1)
    assert export.publisher == "Hub Francil'in"
    assert build_problems(built) == []


def test_the_edition_takes_no_list_of_ones_own(
    source_folder: Path, lists: list[OwnList], tmp_path: Path
) -> None:
    here = settings.load({})
    kept = (here.edition / "manifest.json").read_bytes()
    with pytest.raises(ChoiceError, match="open licence"):
        build(source_folder, PLAINE_COMMUNE, here, here.edition, lists=lists)
    assert (here.edition / "manifest.json").read_bytes() == kept
    with pytest.raises(ChoiceError, match="different names"):
        build(source_folder, PLAINE_COMMUNE, here, tmp_path / "x", lists=[lists[0], lists[0]])


def test_exports_do_not_license_what_is_not_ours(built: Path, edition_folder: Path) -> None:
    mixed, open_only = (licence_text(read_manifest(folder)) for folder in (built, edition_folder))
    after = mixed.split("dont la licence n'est pas confirmée")[1]
    assert "Nos lieux.csv" in after
    assert "Hub Francil'in" in after
    assert "n'est pas confirmée" not in open_only
