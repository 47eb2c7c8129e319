"""The official files as their publishers serve them, made from the cut's own rows.

Columns, separators, envelopes and pages are those of today's editions; rows are the cut's
(Pierrefitte, Saint-Denis, Villetaneuse, and Villeneuve-la-Garenne across the border).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import pandas as pd
from file_server import Answer, Server, body
from sources import CUT

from observatory.geo.codes import departement_of, uai_letter
from observatory.places.standard import write_csv, write_json
from observatory.places.standard.upgrading import upgrade
from observatory.read.cells import read_cells_population_2021
from observatory.read.registry import Download

#: Where the cut's files of the other side of the border lie, and how their names end.
NEAR = "neighbours/"
HOME, AWAY = "_dept93", "_dept75-92-95"
JSON, ZIP = "application/json", "application/zip"


def table(path: str, sep: str) -> pd.DataFrame:
    """Return a table of the cut, that of the other side of the border below it."""
    near = CUT / (NEAR + path.replace(HOME, AWAY))
    files = [CUT / path, *([near] if near.exists() else [])]
    read = [
        pd.read_csv(f, sep=sep, dtype="str", encoding="utf-8-sig", na_filter=False) for f in files
    ]
    return pd.concat(read, ignore_index=True)


def csv_of(frame: pd.DataFrame, sep: str = ";") -> bytes:
    return frame.to_csv(sep=sep, index=False).encode()


def zip_of(**members: bytes) -> bytes:
    """Return a zip of files, each name's double underscore standing for a folder."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in members.items():
            box.writestr(name, content)
    return sink.getvalue()


@cache
def _types() -> pd.DataFrame:
    return table(f"iris/table_iris_insee_epci_2019{HOME}.csv", ",")


def _base_ic(path: str, sep: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return a census table of the cut under the labels and names of RP2022."""
    found = table(path, sep).rename(columns=names)
    codes = found["IRIS"]
    labels = {"IRIS": codes, "COM": codes.str[:5], "TYP_IRIS": found["TYP_IRIS"], "LAB_IRIS": "1"}
    return pd.DataFrame({**labels, **{name: found[name] for name in names.values()}})


def _census(name: str, frame: pd.DataFrame) -> bytes:
    meta = b"COD_VAR;LIB_VAR\nIRIS;Code\n"
    return zip_of(**{f"{name}.CSV": csv_of(frame), f"meta_{name}.CSV": meta})


def population() -> bytes:
    bands = ("0014", "1529", "3044", "4559", "6074", "75P")
    names = {f"P16_POP{band}": f"P22_POP{band}" for band in bands}
    groups = {f"C16_POP15P_CS{n}": f"C22_POP15P_STAT_GSEC1{n}_2{n}" for n in range(1, 7)}
    frame = _base_ic(f"census/epidia_IRIS_population_RP2016_habitat{HOME}.csv", ",", names | groups)
    people = {"P22_POP": "1000", "P22_POP_ETR": "200", "P22_POP_IMM": "300"}
    return _census("base-ic-evol-struct-pop-2022", frame.assign(**people))


def households() -> bytes:
    columns = ("PMEN_MENHSEUL", "PMEN_MENFSEUL", "PMEN_MENFAMMONO")
    names = {f"C16_{name}": f"C22_{name}" for name in columns}
    frame = _base_ic(f"census/epidia_IRIS_household_RP2016_habitat{HOME}.csv", ",", names)
    return _census("base-ic-couples-familles-menages-2022", frame)


def housing() -> bytes:
    names = {f"P16_{name}": f"P22_{name}" for name in ("RPMAISON", "RPAPPART")}
    frame = _base_ic(f"census/epidia_IRIS_housing_RP2016_habitat{HOME}.csv", ",", names)
    return _census("base-ic-logement-2022", frame.assign(P22_RP="1000"))


def activity() -> bytes:
    names = {f"P16_{name}": f"P22_{name}" for name in ("POP1564", "ACT1564", "CHOM1564")}
    frame = _base_ic(f"census/base-ic-activite-residents-2016{HOME}.csv", ";", names)
    return _census("base-ic-activite-residents-2022", frame)


def diplomas() -> bytes:
    known = table(f"fragility/d4g_scol_menage_demandeurEmplois_com{HOME}.csv", ",")
    shares = known[known["TX_NSCOL15P"] != ""].set_index("CODE_INSEE")["TX_NSCOL15P"].astype(float)
    iris = _types()
    share = iris["CODE_INSEE"].map(shares)
    frame = pd.DataFrame(
        {
            "IRIS": iris["CODE_IRIS"],
            "COM": iris["CODE_INSEE"],
            "TYP_IRIS": iris["TYP_IRIS"],
            "LAB_IRIS": "1",
            "P22_NSCOL15P": 1000,
            "P22_NSCOL15P_DIPLMIN": 5 * share,
            "P22_NSCOL15P_BEPC": 2 * share,
            "P22_NSCOL15P_CAPBEP": 3 * share,
            "P22_NSCOL15P_BAC": 1000 - 10 * share,
        }
    )
    return _census("base-ic-diplomes-formation-2022", frame)


def incomes(path: str, name: str) -> bytes:
    content = csv_of(table(f"census/{path}{HOME}.csv", ";"))
    return zip_of(**{name: content, f"meta_{name}": b"COD_VAR;LIB_VAR\n"})


def disposable() -> bytes:
    """Return the zip of disposable incomes: all columns of the publisher, figures of the declared.

    Two IRIS have none: one is said too small (``ns``), one has no household (``so``).
    """
    known = table(f"census/BASE_TD_FILO_IRIS_2021_DEC{HOME}.csv", ";")
    columns = ["IRIS", *(f"DISP_{name}21" for name in DISPOSABLE)]
    shared = {name: name.replace("DISP_", "DEC_") for name in columns}
    frame = pd.DataFrame({n: known.get(o, "1,5") for n, o in shared.items()})
    frame.iloc[0, 1:] = "ns"
    frame.iloc[1, 1:] = "so"
    name = "BASE_TD_FILO_IRIS_2021_DISP.csv"
    return zip_of(**{name: csv_of(frame), f"meta_{name}": b"COD_VAR;LIB_VAR\n"})


#: Middles of the names of the columns of ``BASE_TD_FILO_IRIS_2021_DISP.csv``, in its order.
DISPOSABLE = (
    *("TP60", "INCERT", "Q1", "MED", "Q3", "EQ", "D1", "D2", "D3", "D4", "D6", "D7", "D8", "D9"),
    *("RD", "S80S20", "GI", "PACT", "PTSA", "PCHO", "PBEN", "PPEN", "PPAT", "PPSOC", "PPFAM"),
    *("PPMINI", "PPLOGT", "PIMPOT", "NOTE"),
)


def cells() -> bytes:
    """Return the zip of the 200 m cells, with the islands and a cell of elsewhere."""
    folders = ("census/filosofi2021_pop200m_4ronan", NEAR + "census/filosofi2021_pop200m_4ronan")
    found = pd.concat([read_cells_population_2021(CUT / folder).frame for folder in folders])
    frame = pd.DataFrame(
        {
            "idcar_200m": found["cell"],
            "idcar_1km": "CRS3035RES1000mN2894000E3762000",
            "i_est_200": 0,
            "lcog_geo": found["commune"] + ", 75118",
            "ind": found["residents"],
            "men": 1.0,
        }
    )
    frame.loc[len(frame)] = ["CRS3035RES200mN2000000E3900000", "", 0, "01004", 12.5, 5.0]
    islands = csv_of(frame.iloc[:0], ",")
    files = {f"carreaux_200m_{name}.csv": islands for name in ("mart", "reun")}
    return zip_of(**files, **{"carreaux_200m_met.csv": csv_of(frame, ",")})


@cache
def iris(departement: str) -> tuple[dict[str, Any], ...]:
    """Return the features of the Géoplateforme for a département."""
    drawn = [
        gpd.read_file(CUT / f"iris/grasland_map_iris{HOME}.shp"),
        gpd.read_file(CUT / f"{NEAR}iris/grasland_map_iris{AWAY}.shp"),
    ]
    types = _types().set_index("CODE_IRIS")["TYP_IRIS"]
    whole = pd.concat([one.set_crs(2154, allow_override=True) for one in drawn])
    mine = whole[whole["CODE_COM"].map(departement_of) == departement]
    layer = gpd.GeoDataFrame(
        {
            "cleabs": "IRIS____" + mine["CODE_IRIS"],
            "code_insee": mine["CODE_COM"],
            "nom_commune": mine["NOM_COM"],
            "iris": mine["CODE_IRIS"].str[5:],
            "code_iris": mine["CODE_IRIS"],
            "nom_iris": mine["NOM_IRIS"],
            "type_iris": mine["CODE_IRIS"].map(types),
        },
        geometry=mine.geometry,
        crs=2154,
    )
    return tuple(json.loads(layer.to_json())["features"])


def wfs(features: Sequence[Any], most: int = 20, matched: int | None = None) -> Answer:
    """Answer pages of features, never more than the server's own limit at a time."""

    def page(asked: Mapping[str, list[str]]) -> dict[str, Any]:
        start, count = int(asked["startIndex"][0]), min(int(asked["count"][0]), most)
        rows = features[start : start + count]
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
        return {
            "type": "FeatureCollection",
            "features": rows,
            "numberMatched": len(features) if matched is None else matched,
            "numberReturned": len(rows),
            "timeStamp": "2026-11-27T00:00:00Z",
            "crs": crs,
        }

    return _paged(page)


def explore(records: Sequence[Any]) -> Answer:
    def page(asked: Mapping[str, list[str]]) -> dict[str, Any]:
        start, count = int(asked["offset"][0]), int(asked["limit"][0])
        return {"total_count": len(records), "results": records[start : start + count]}

    return _paged(page)


def _paged(page: Callable[[Mapping[str, list[str]]], dict[str, Any]]) -> Answer:
    def answer(request: BaseHTTPRequestHandler, time: int) -> None:
        asked = parse_qs(urlsplit(request.path).query)
        body(json.dumps(page(asked)).encode(), kind=JSON)(request, time)

    return answer


def qpv() -> bytes:
    drawn = json.loads((CUT / "qpv/anct_qpv2024_plaine-commune_simplified5m.geojson").read_text())
    named = json.loads((CUT / f"qpv/anct2026_qpv2024_par_commune{HOME}.geojson").read_text())
    homes: dict[str, list[str]] = {}
    for one in (feature["properties"] for feature in named["features"]):
        for code in one["code_qp"].split(","):
            homes.setdefault(code.strip(), []).append(one["insee_com"])
    for feature in drawn["features"]:
        own = feature["properties"]
        own |= {"insee_reg": "11", "insee_dep": "93", "lib_com": "Saint-Denis"}
        own["insee_com"] = ", ".join(homes.get(own["code_qp"], ["93066"]))
    corsican = {**drawn["features"][0]["properties"], "code_qp": "QN02A02M", "insee_com": "2A004"}
    drawn["features"].append({**drawn["features"][0], "properties": corsican})
    inside = "GEOJSON/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson"
    return zip_of(**{inside: json.dumps(drawn).encode(), "GEOJSON/lisezmoi.txt": b"ANCT"})


def communes_today() -> bytes:
    listed = json.loads((CUT / "national/cog/communes.json").read_text(encoding="utf-8"))
    current = ("commune-actuelle", "arrondissement-municipal")
    names = ("code", "nom", "codesPostaux", "population")
    rows = [{n: one.get(n) for n in names} for one in listed if one["type"] in current]
    return json.dumps(rows).encode()


def speeds() -> bytes:
    known = table(f"fragility/d4g_taux_couverture_THD_com{HOME}.csv", ",")
    known = known[known["TAUX_COUVERTURE_THD"] != ""]
    reached = (1000 - 10 * known["TAUX_COUVERTURE_THD"].astype(float)).round().astype(int)
    rows = pd.DataFrame(
        {"code_insee": known["CODE_INSEE"], "nbr": 1000, "type": "all", "elig_thd30": reached}
    )
    return csv_of(pd.concat([rows, rows.assign(type="lgt")]))


def rep() -> bytes:
    known = table(f"schools/rep_rentree2022{HOME}.csv", ";")
    natures = {
        "ECOLE MATERNELLE": "ECOLE MATERNELLE",
        "ECOLE ELEMENTAIRE OU PRIMAIRE": "ECOLE DE NIVEAU ELEMENTAIRE",
        "COLLEGE": "COLLEGE",
    }
    homes = {"SAINT-DENIS": "93066", "VILLETANEUSE": "93079"}
    rows = pd.DataFrame(
        {
            "uai": known["NUMERO"],
            "ep_2022_2023": known["EP"],
            "ep_2025_2026": known["EP"],
            "nom_etablissement": known["NOM DE L'ETABLISSEMENT"],
            "uai_tete_de_reseau": known["UAI tête de réseau"],
            "code_commune": known["COMMUNE"].map(homes).fillna("93059"),
            "libelle_nature": known["TYPE_DETABLISSEMENT"].map(natures),
        }
    )
    other = rows.iloc[[0]].assign(uai="0930116W", ep_2025_2026="HORS EP")
    return csv_of(pd.concat([rows, rows.iloc[[0]], other]))


def ips(name: str) -> bytes:
    known = table(f"schools/ips-{name}-ap2022_2022-23{HOME}.csv", ";")
    newer = known.rename(columns={"nom_de_l_etablissment": "nom_de_l_etablissement"})
    years = [newer.assign(rentree_scolaire=f"{year}-{year + 1}") for year in (2023, 2024)]
    return csv_of(pd.concat(years))


def holidays() -> bytes:
    """Return the export of the school calendar: a row an académie, instants in UTC."""
    rows = [
        ("Versailles", "Zone C", "-", "Vacances de la Toussaint", "2026-10-16T22", "2026-11-01T23"),
        ("Créteil", "Zone C", "-", "Vacances de la Toussaint", "2026-10-16T22", "2026-11-01T23"),
        ("Réunion", "Réunion", "-", "Première période", "2026-10-08T22", "2026-10-25T23"),
    ]
    names = ("location", "zones", "population", "description", "start_date", "end_date")
    made = [dict(zip(names, row, strict=True)) for row in rows]
    for one in made:
        one |= {name: f"{one[name]}:00:00+00:00" for name in names[4:]}
    return json.dumps([one | {"annee_scolaire": "2026-2027"} for one in made]).encode()


@cache
def schools(departement: str) -> tuple[dict[str, Any], ...]:
    path = CUT / f"schools/d4g_annuaire_ecoles_2025{HOME}.geojson"
    rows = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        beside = {"statut_public_prive": "Public", "code_postal": "93200", "nombre_d_eleves": 200,
                  "latitude": lat, "longitude": lon, "etat": "OUVERT",
                  "code_departement": "093"}  # fmt: skip
        rows.append({**feature["properties"], **beside})
    if departement == "92":
        rows = [
            {
                **rows[0],
                "identifiant_de_l_etablissement": "0920131" + uai_letter("0920131"),
                "code_commune": "92078",
            }
        ]
    return tuple(rows)


def national_map(write: Callable[[Iterable[Any]], bytes] = write_csv) -> bytes:
    """Return the counsellors' places as the map gives them, upgraded, in CSV or JSON."""
    files = (
        f"sites/mednumcli_cnfs_2022-12{HOME}.json",
        f"{NEAR}sites/mednumcli_cnfs_2022-12{AWAY}.json",
    )
    rows = [row for f in files for row in json.loads((CUT / f).read_text(encoding="utf-8"))]
    return write(upgrade(row)[0] for row in rows)


def france_services() -> bytes:
    return csv_of(table(f"sites/liste-fs-20240801{HOME}.csv", ","), ",")


def stops() -> bytes:
    """Return the stop areas as the service exports them with labels: one near, one far."""
    head = (
        "ZdAId;ZdAVersion;ZdACreated;ZdAChanged;ZdAName;ZdAXEpsg2154;ZdAYEpsg2154;ZdCId;ZdAType;"
        "ZdAPostalRegion;ZdATown"
    )
    day = "2014-12-29T00:00:00+01:00"
    near = f"1;v;{day};{day};Basilique;652906;6870750;7;metroStation;93066;Saint-Denis"
    far = f"2;v;{day};{day};Melun;675000;6826000;8;railStation;77288;Melun"
    return "\n".join(("\ufeff" + head, near, far)).encode() + b"\n"


def stop_lines() -> bytes:
    """Return the stations by line as the service exports them by the names of its fields."""
    head = (
        "geo_point_2d;geo_shape;id_gares;nom_gares;nom_so_gar;nom_su_gar;id_ref_zdc;nom_zdc;"
        "id_ref_zda;nom_zda;idrefliga;idrefligc;res_com;indice_lig;mode;tertrain;terrer;termetro;"
        "tertram;terval;exploitant;idf;principal;x;y;picto;nom_iv"
    )
    row = (
        "48.93, 2.35;;9;Basilique;;;7;Basilique;1;Basilique;A1;C1;METRO 13;13;METRO;0;0;0;0;0;RATP;"
        "1;0;652906;6870750;https://x.invalid/13;Basilique"
    )
    return f"{head}\n{row}\n".encode()


def births() -> bytes:
    rows = (
        '"IMG1B - Pays de naissance regroupé - Sexe : Ensemble"',
        '"";"Moins de 15 ans";"Ensemble"',
        '"Portugal";10;100',
        '"Ensemble";10;100',
    )
    return "\n".join(rows).encode() + b"\n"


def catalogue(item: Download, file_url: str, sha256: str = "") -> bytes:
    """Return what data.gouv.fr answers for a data set: this file, an older one, and others."""
    kind, another = (item.envelope, "json" if item.envelope == "csv" else "csv")
    title = f"20261126-la-cartographie-nationale-lieux-de-mediation-numeriques-national.{kind}"
    check = {"type": "sha256", "value": sha256} if sha256 else None
    newest = {
        "title": title,
        "url": file_url,
        "last_modified": "2026-11-26T04:00:00",
        "checksum": check,
    }
    older = {**newest, "title": title.replace("20261126", "20260901"), "url": "https://x.invalid/"}
    other = {**newest, "title": title.replace(kind, another), "url": "https://x.invalid/"}
    wanted = {"title": item.dataset, "resources": [older, newest, other]}
    near = {"title": item.dataset + " (archives)", "resources": []}
    return json.dumps({"data": [near, wanted], "total": 2}).encode()


def answers(server: Server, item: Download, code: str = "") -> dict[str, Answer]:
    """Return the answers of a server to what is asked for an entry, by the path of its address."""
    path = f"/{item.id}" + (f"_{code}" if code else "")
    if item.pages == "wfs":
        return {path: wfs(iris(code))}
    if item.pages == "explore":
        return {path: explore(schools(code))}
    content = CONTENT[item.id]()
    kind = {"zip": ZIP, "json": JSON}.get(item.envelope, "text/csv")
    if item.dataset:
        there = server.url(f"{path}/file.{item.envelope}", body(content, kind=kind))
        return {path: body(catalogue(item, there), kind=JSON)}
    return {path: body(content, kind=kind)}


CONTENT: Mapping[str, Callable[[], bytes]] = {
    "qpv_2024": qpv,
    "cells_200m_2021": cells,
    "census_population_2022": population,
    "census_diplomas_2022": diplomas,
    "census_households_2022": households,
    "census_housing_2022": housing,
    "census_activity_2022": activity,
    "income_declared_iris_2021": lambda: incomes(
        "BASE_TD_FILO_IRIS_2021_DEC", "BASE_TD_FILO_IRIS_2021_DEC.csv"
    ),
    "income_disposable_iris_2021": disposable,
    "income_communes_2021": lambda: incomes("cc_filosofi_2021_COM", "cc_filosofi_2021_COM.csv"),
    "communes_today": communes_today,
    "fixed_coverage": speeds,
    "rep_schools": rep,
    "ips_ecoles": lambda: ips("ecoles"),
    "ips_colleges": lambda: ips("colleges"),
    "ips_lycees": lambda: ips("lycees"),
    "school_holidays": holidays,
    "national_map": national_map,
    "national_map_json": lambda: national_map(write_json),
    "france_services": france_services,
    "transit_stops": stops,
    "transit_lines": stop_lines,
    "birth_countries_2022": births,
}
