"""A territory overseas, made of the small real files moved to La Réunion: metres, minutes, time.

Each commune of the cut takes the code of one of La Réunion, and its outlines and cells are moved by
whole metres from Lambert-93 to the projection of La Réunion: lengths stay what they are.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod
from screens import page_of, spaced, told
from sources import CUT, Sources

import observatory as obs
from observatory import settings
from observatory.app.pages import decider, donnees, fiabilite, fiche, methode, programmes
from observatory.build.steps import build
from observatory.cli import main
from observatory.files import WHOLE
from observatory.geo.geometry import metric_of, project_to_metres, to_degrees
from observatory.model.studies import STUDIES
from observatory.places.opening_hours import local
from observatory.places.search import named
from observatory.tables.integrity import build_problems
from observatory.tables.not_covered import GIVEN_BY
from observatory.tables.remarks import remark
from observatory.words.catalogue import LANGS
from observatory.words.remark_words import sentence

CODES = {"93059": "97410", "93066": "97411", "93079": "97418"}
NAMES = {"97410": "Saint-Benoît", "97411": "Saint-Denis", "97418": "Sainte-Marie"}
REUNION = 2975
#: From the middle of the cut in Lambert-93 to Saint-Denis de La Réunion, by whole cells.
EAST, NORTH = 338_800 - 653_000, 7_690_400 - 6_871_400
#: What is of the edition, of its département or of its region, and is said of no other place; EPT
#: stands where the territory is meant, not where the word tells one kind of body from others.
FOREIGN = re.compile(
    r"Plaine Commune|Seine-Saint-Denis|Francil|Pierrefitte|Épinay|Courneuve|[ÎI]le-de-France"
    r"|Val-d'Oise|Hauts-de-Seine|[Zz]one C\b|\b(?:le|du|the|of) 93\b|\b930\d\d\b|200057867"
    r"|(?:dans|de|à|in|of) (?:l'|the )EPT\b|\bEPT (?:et|and)\b"
)
#: Every page, with the parts that its tabs lead to.
PAGES = {
    "carte": [""],
    "fiche": fiche.PARTS,
    "comparer": [""],
    "trouver": [""],
    "decider": decider.PARTS,
    "priorites": [""],
    "programmes": programmes.PARTS,
    "fiabilite": fiabilite.PARTS,
    "methode": methode.PARTS,
    "donnees": donnees.PARTS,
    "changements": [""],
    "integrer": [""],
    "mentions": [""],
    "accessibilite": [""],
}
#: The counts that a build gives of what its sources cover.
COUNTS = {
    "schools": ("rep_schools", "rep_colleges"),
    "france_services": ("france_services",),
    "posts": ("host_structures", "counsellor_posts"),
}
#: Every command that reports on a build.
REPORTS = (
    *(["gaps", "--level", level] for level in ("iris", "commune", "ept")),
    ["gaps", "--format", "csv"],
    ["check"],
    ["status"],
    ["find", "--near", "Sainte-Marie"],
    ["programmes"],
    ["history"],
    ["siting", "--replay-2021"],
    *(["study", "method", *more] for more in ([], ["--english"])),
    *(["study", name] for name in STUDIES),
)
#: Midday of a public holiday of La Réunion.
NOON = datetime(2026, 12, 20, 8, tzinfo=UTC)
TABLES = (
    "iris/table_iris_insee_epci_2019_dept93.csv",
    "census/epidia_IRIS_population_RP2016_habitat_dept93.csv",
    "census/base-ic-activite-residents-2016_dept93.csv",
    "census/BASE_TD_FILO_IRIS_2021_DEC_dept93.csv",
    "census/cc_filosofi_2021_COM_dept93.csv",
    "fragility/d4g_scol_menage_demandeurEmplois_com_dept93.csv",
)
PLACES = "sites/liste-fs-20240801_dept93.csv"
HELPERS = "sites/aidants-connect_structures_2024-02_dept93.csv"


def _coded(text: str) -> str:
    """Return a text with the codes of La Réunion in place of those of the cut."""
    return re.sub("|".join(CODES), lambda found: CODES[found[0]], text)


def _moved(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    there = layer.set_geometry(layer.geometry.translate(EAST, NORTH)).set_crs(
        REUNION, allow_override=True
    )
    for name in there.columns.drop("geometry"):
        there[name] = there[name].map(lambda one: _coded(one) if isinstance(one, str) else one)
    return there


def _cells(file: Path) -> dict[str, Any]:
    """Return the cells of a commune, each at the centre of one of La Réunion."""
    given = json.loads(file.read_text(encoding="utf-8"))
    cells = np.array(given["p"], dtype=float)
    metres = project_to_metres(cells[:, 0], cells[:, 1]) + np.array([EAST, NORTH])
    frame = pd.DataFrame(np.floor(metres / 200) * 200 + 100, columns=["x", "y"])
    people = frame.assign(people=cells[:, 2]).groupby(["x", "y"], as_index=False)["people"].sum()
    lon, lat = to_degrees(people["x"].to_numpy(), people["y"].to_numpy())
    return given | {"c": CODES[given["c"]], "p": list(zip(lon, lat, people["people"], strict=True))}


#: What the files of the bare build do not cover: it has a list of helpers alone.
SILENT = tuple(what for what in GIVEN_BY if what != "aidants")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("reunion")
    for kind in ("communes", "iris"):
        (source,) = (CUT / kind).glob("*.shp")
        target = there / kind / source.name.replace("dept93", "dept974")
        target.parent.mkdir()
        _moved(gpd.read_file(source)).to_file(target)
    for name in TABLES:
        target = there / name.replace("dept93", "dept974")
        target.parent.mkdir(exist_ok=True)
        target.write_text(_coded((CUT / name).read_text(encoding="utf-8")), encoding="utf-8")
    cells = there / "census" / "filosofi2021_pop200m_4ronan"
    cells.mkdir()
    for file in (CUT / "census" / cells.name).glob("*.json"):
        text = json.dumps(_cells(file))
        (cells / f"{CODES[file.stem]}.json").write_text(text, encoding="utf-8")
    places = pd.read_csv(CUT / PLACES, dtype="str", keep_default_na=False)
    lon, lat = (places[name].astype(float) for name in ("longitude", "latitude"))
    moved = to_degrees(*(project_to_metres(lon, lat) + np.array([EAST, NORTH])).T)
    places["longitude"], places["latitude"] = (np.round(axis, 6).astype(str) for axis in moved)
    names = places["lib_fs"].str.replace("Pierrefitte", "Saint-Benoît")
    places = places.assign(insee_dep="974", code_postal="97400", lib_fs=names)
    places["insee_com"] = places["insee_com"].map(_coded)
    target = there / PLACES.replace("dept93", "dept974")
    target.parent.mkdir()
    places.to_csv(target, index=False)
    cog = there / "national" / "cog" / "communes.json"
    cog.parent.mkdir(parents=True)
    listed = [
        {"code": code, "nom": name, "type": "commune-actuelle", "codesPostaux": ["97400"]}
        | {"departement": "974", "region": "04", "population": 50_000}
        for code, name in NAMES.items()
    ]
    cog.write_text(json.dumps(listed), encoding="utf-8")
    return there


@pytest.fixture(scope="module")
def built(folder: Path, cut: Sources, tmp_path_factory: pytest.TempPathFactory) -> obs.Observatory:
    out = tmp_path_factory.mktemp("overseas") / "build"
    build(folder, "commune:" + ",".join(NAMES), cut.settings, out)
    assert build_problems(out) == []
    return obs.load(out)


def test_it_is_built_in_the_metres_of_its_place(built: obs.Observatory) -> None:
    facts = built.facts
    assert facts.departement == "974"
    for layer in (facts.iris, facts.communes, facts.ept, built.gaps("commune")):
        assert layer.crs.to_epsg() == REUNION
    points = facts.points
    assert metric_of(points[["x_m", "y_m"]]) == REUNION
    assert points["lon"].between(55.3, 55.6).all()
    assert points["lat"].between(-21, -20.7).all()
    assert points["point"].str.startswith("CRS2975RES200m").mean() > 0.9
    here = facts.communes.set_index("commune").area
    home = gpd.read_file(next((CUT / "communes").glob("*.shp"))).set_index("CODE_COM").area
    for own, code in CODES.items():
        assert here[code] == pytest.approx(home[own], rel=1e-2)


def test_minutes_are_those_of_the_ground(built: obs.Observatory) -> None:
    places = built.facts.sites
    assert (places["located"] == "point").all()
    lon, lat = 55.45, -20.88
    found = named.find_near(
        named.Directory(places), lon, lat, named.Request(limit=9), NOON, built.assumptions
    )
    _, _, metres = Geod(ellps="GRS80").inv(
        np.full(len(found), lon), np.full(len(found), lat), found["lon"], found["lat"]
    )
    assert found["distance_m"].to_numpy(dtype=float) == pytest.approx(metres, rel=1e-3, abs=1)
    detour, speed = (built.assumptions.number(f"walk.{n}") for n in ("detour", "speed_kmh"))
    walk = metres * detour / (speed * 1000 / 60)
    assert found["walk_min"].to_numpy(dtype=float) == pytest.approx(walk, rel=1e-3, abs=0.1)
    ept = built.gaps("ept").iloc[0]
    assert ept["help_h_per_week"] > 0
    assert 0 < ept["nearest_min"] < 60


def test_the_time_and_the_calendar_are_those_of_the_place(built: obs.Observatory) -> None:
    assert local(NOON, built.facts.departement) == datetime(2026, 12, 20, 12)
    found = built.find("Sainte-Marie", at=NOON)
    # The 20th of December is a public holiday of La Réunion alone.
    assert all(remark("search.public_holiday") in said for said in found["caveats"])
    monday = built.find("Sainte-Marie", at=datetime(2026, 11, 23, 6, tzinfo=UTC))
    at_ten = built.find("Sainte-Marie", at=datetime(2026, 11, 23, 10))
    assert monday["open_now"].tolist() == at_ten["open_now"].tolist()
    assert monday["open_now"].any()


@pytest.fixture(scope="module")
def bare(folder: Path, cut: Sources, tmp_path_factory: pytest.TempPathFactory) -> obs.Observatory:
    """Build the territory with one list of places and without cells: no school, no QPV and no list
    of posts are there either."""
    files = tmp_path_factory.mktemp("bare") / "files"
    shutil.copytree(folder, files)
    shutil.rmtree(files / "census" / "filosofi2021_pop200m_4ronan")
    (files / PLACES.replace("dept93", "dept974")).unlink()
    helpers = pd.read_csv(CUT / HELPERS, dtype="str", keep_default_na=False)
    helpers["City Insee Code"] = helpers["City Insee Code"].map(_coded)
    helpers = helpers[helpers["City Insee Code"].isin(NAMES)].assign(**{"Zip Code": "97400"})
    helpers.to_csv(files / HELPERS.replace("dept93", "dept974"), index=False)
    out = files.parent / "build"
    build(files, "commune:" + ",".join(NAMES), cut.settings, out)
    assert build_problems(out) == []
    return obs.load(out)


@pytest.mark.parametrize("what", SILENT)
def test_what_is_not_covered_is_said_wherever_figures_are_and_is_no_zero(
    bare: obs.Observatory,
    built: obs.Observatory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    what: str,
) -> None:
    assert set(bare.facts.not_covered) == set(SILENT)
    assert set(built.facts.not_covered) == {"schools", "qpv", "posts", "aidants"}
    assert obs.load(settings.load({}).edition).facts.not_covered == {}
    assert not {*COUNTS.get(what, ())} & set(bare.manifest.facts)
    said = sentence(bare.facts.not_covered[what], "fr")
    said = spaced(said[1:])  # the first letter may be a capital
    monkeypatch.setenv("OBSERVATORY_BUILD", str(bare.folder))
    for page, part in (("carte", ""), ("fiche", "schools"), ("fiche", "zones")):
        screen = page_of(page, commune="97411", **({"part": part} if part else {}))
        assert not screen.exception
        assert said in told(screen)
        assert "Aucune école" not in told(screen)
        assert "Aucun QPV" not in told(screen)
    here = ["--build", str(bare.folder)]
    assert main(["sheet", "--zone", "ept", "--format", "html", "--to", str(tmp_path), *here]) == 0
    (sheet,) = tmp_path.glob("*.html")
    text = spaced(html.unescape(re.sub(r"<[^>]+>", " ", sheet.read_text(encoding="utf-8"))))
    assert said in text
    assert "Aucune école" not in text
    capsys.readouterr()
    for command in (["gaps"], ["status"], ["status", "--format", "json"]):
        assert main([*command, *here]) == 0
        assert said in " ".join(capsys.readouterr().out.split())
    for form in ("csv", "xlsx"):
        bare.export(tmp_path / form, form)
        assert any(said in _read(path) for path in (tmp_path / form).iterdir())


def _foreign(text: str) -> list[str]:
    """Return what a text says of the edition's territory, each with what stands around it."""
    return [text[max(0, m.start() - 60) : m.end() + 60] for m in FOREIGN.finditer(text)]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("page", PAGES)
def test_its_pages_open_and_name_nothing_of_the_edition(
    built: obs.Observatory, monkeypatch: pytest.MonkeyPatch, page: str, lang: str
) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(built.folder))
    for part in PAGES[page] if lang == "fr" else PAGES[page][:1]:
        screen = page_of(page, lang=lang, **({"part": part} if part else {}))
        assert not screen.exception
        assert not screen.error
        heads = " ".join(item.value for item in (*screen.title, *screen.header))
        assert _foreign(f"{heads} {told(screen)}") == []


@pytest.mark.parametrize("command", REPORTS, ids=" ".join)
def test_its_reports_name_nothing_of_the_edition(
    built: obs.Observatory, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    code = main([*command, "--build", str(built.folder)])
    printed = capsys.readouterr()
    # What the sources do not give is refused, and said in four fields.
    assert code in (0, 2)
    assert not printed.err or code == 0 or "expected" in printed.err
    assert _foreign(printed.out + printed.err) == []


@pytest.mark.parametrize("lang", LANGS)
def test_its_sheets_name_nothing_of_the_edition(
    built: obs.Observatory, tmp_path: Path, lang: str
) -> None:
    for zone in ("ept", "97411"):
        asked = ["--zone", zone, "--lang", lang, "--format", "html", "--to", str(tmp_path)]
        assert main(["sheet", *asked, "--build", str(built.folder)]) == 0
    written = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")]
    assert len(written) == 2
    assert [_foreign(html.unescape(re.sub(r"<[^>]+>", " ", one))) for one in written] == [[], []]


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", *WHOLE])
def test_its_files_name_nothing_of_the_edition(
    built: obs.Observatory, tmp_path: Path, form: str
) -> None:
    level = "ept" if form in WHOLE else "commune"
    built.export(tmp_path, form, level)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 1
    assert {path.name: _foreign(_read(path)) for path in written} == {p.name: [] for p in written}


def _read(path: Path) -> str:
    """Return the texts of a file that is exported: of a workbook or GeoPackage, all its cells."""
    if path.suffix == ".xlsx":
        sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=str)
        return " ".join(one.to_csv() for one in sheets.values())
    return path.read_bytes().decode("utf-8", errors="replace")
