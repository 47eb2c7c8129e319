"""Make the small cut of the official sources that lies beside this file.

``python tests/data/make.py --from FOLDER`` reads the full files, laid out as ``data/registry.toml``
says, and keeps three communes of Plaine Commune: Pierrefitte-sur-Seine and Saint-Denis, which
merged in 2025, and Villetaneuse; and, of the files of the départements around,
Villeneuve-la-Garenne and Montmagny, of whose IRIS no source has the outlines. Rows are dropped; no
value is changed. Only sources under the Licence Ouverte that go into the compiled edition are cut.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "data"
COMMUNES = ("93059", "93066", "93079")
#: Kept of the files of the départements around.
AROUND = ("92078", "95427")
NAMES = ("pierrefittesurseine", "saintdenis", "villetaneuse")
POSTCODES = ("93200", "93210", "93380", "93430", "92390", "95360")
#: The name of the files that another commune around would need.
NOT_CUT = ("sarcelles",)
#: A commune of another département: the list of EPT has some, and a build sets them aside.
ELSEWHERE = "91027"
#: A DBF carries the day it was written: the same cut has the same bytes on any day.
WRITTEN_ON = "2026-11-24"
LIMIT_BYTES = 370_000


def fold(text: str) -> str:
    """Return the letters of a commune's name, small and without accents."""
    plain = text.lower().replace("é", "e").replace("ï", "i").replace("î", "i")
    return "".join(letter for letter in plain if letter.isalpha())


def in_communes(value: str) -> bool:
    """Return whether a code of a commune or of an IRIS lies in the communes kept."""
    return value.startswith(COMMUNES + AROUND)


def named(value: str) -> bool:
    """Return whether a name is that of one of the three communes."""
    return fold(value) in NAMES


#: For each table of text: its separator, the column that says where a row is, and what is kept.
Keep = Callable[[str], bool]
TABLES: dict[str, tuple[str, str, Keep]] = {
    "ept_communes": (",", "CODGEO", lambda v: in_communes(v) or v == ELSEWHERE),
    "iris_types": (",", "CODE_INSEE", in_communes),
    "ages_iris_2016": (",", "IRIS", in_communes),
    "households_iris_2016": (",", "IRIS", in_communes),
    "housing_iris_2016": (",", "IRIS", in_communes),
    "activity_iris_2016": (";", "IRIS", in_communes),
    "income_declared_iris_2021": (";", "IRIS", in_communes),
    "income_disposable_communes_2021": (";", "CODGEO", in_communes),
    "caf_iris_2021": (";", "iris_code", in_communes),
    "commune_diplomas": (",", "CODE_INSEE", in_communes),
    "fixed_coverage_communes": (",", "CODE_INSEE", in_communes),
    "mobile_coverage_communes": (",", "CODE_INSEE", in_communes),
    "rep_schools_2022": (";", "COMMUNE", named),
    "ips_ecoles_2022": (";", "code_insee_de_la_commune", in_communes),
    "ips_colleges_2022": (";", "code_insee_de_la_commune", in_communes),
    "ips_lycees_2022": (";", "code_insee_de_la_commune", in_communes),
    "lycees_2024": (";", "Code_commune", in_communes),
    "colleges_ms3e": (",", "city", named),
    "colleges_seed": (",", "Commune", named),
    "france_services_2024": (",", "insee_com", in_communes),
    "aidants_connect_2024": (",", "City Insee Code", in_communes),
    "host_structures_2023": (";", "Code commune INSEE", in_communes),
    "counsellor_acts_2023": (",", "CodePostal", lambda v: v in POSTCODES),
}


SECOND_ADDRESS = re.compile(r"\s*\bautre adresse\b[^\"]*", re.IGNORECASE)


def records(text: str) -> Iterator[str]:
    """Return each record of a CSV text with its line end; a quoted field may hold several lines."""
    held = ""
    for line in text.splitlines(keepends=True):
        held += line
        if held.count('"') % 2 == 0:
            yield held
            held = ""


def cut_table(source: Path, target: Path, separator: str, column: str, keep: Keep) -> None:
    """Keep the header and the records that lie in the three communes, as they are written.

    A second address, which may name a person, is left out.
    """
    header, *rows = records(source.read_bytes().decode("utf-8"))
    place = _fields(header.lstrip("\ufeff"), separator).index(column)
    kept = [row for row in rows if keep(_fields(row, separator)[place])]
    kept = [SECOND_ADDRESS.sub("", row) for row in kept]
    target.write_bytes("".join([header, *kept]).encode("utf-8"))


def _fields(record: str, separator: str) -> list[str]:
    return next(csv.reader(io.StringIO(record, newline=""), delimiter=separator))


def cut_situations(source: Path, target: Path, schools: set[str]) -> None:
    """Keep the schools that another file of the cut knows: this one says no commune."""
    header, *rows = records(source.read_bytes().decode("utf-8"))
    kept = [row for row in rows if row.split(";")[0] in schools]
    target.write_bytes("".join([header, *kept]).encode("utf-8"))


def cut_places(source: Path, target: Path) -> None:
    """Keep the places of the three communes of a list in JSON."""
    places = json.loads(source.read_text(encoding="utf-8"))
    kept = [place for place in places if place.get("code_postal") in POSTCODES]
    target.write_text(_compact(kept), encoding="utf-8")


def cut_communes(source: Path, target: Path) -> None:
    """Keep the communes of the département, delegated ones too, and one other.

    A build says whether it holds the whole département, which this cut does not.
    """
    every = json.loads(source.read_text(encoding="utf-8"))
    kept = [c for c in every if c.get("departement") == "93" or c["code"] == ELSEWHERE]
    target.write_text(_compact(kept), encoding="utf-8")


def cut_features(source: Path, target: Path, keep: Callable[[dict[str, Any]], bool]) -> None:
    """Keep some features of a GeoJSON."""
    layer = json.loads(source.read_text(encoding="utf-8"))
    layer["features"] = [item for item in layer["features"] if keep(item["properties"])]
    target.write_text(_compact(layer), encoding="utf-8")


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def cut_cells(source: Path, target: Path) -> None:
    """Keep the files of the cells of the communes kept, one to a commune."""
    target.mkdir(parents=True)
    for commune in COMMUNES + AROUND:
        if not (source / f"{commune}.json").exists():
            continue
        cells = json.loads((source / f"{commune}.json").read_text(encoding="utf-8"))
        (target / f"{commune}.json").write_text(_compact(cells), encoding="utf-8")


def cut_shapes(source: Path, target: Path, column: str) -> None:
    """Keep the outlines of the communes kept of a shapefile, or of a GeoJSON of communes."""
    if source.suffix == ".geojson":
        cut_features(source, target, lambda p: in_communes(p["code"]))
        return
    whole = gpd.read_file(source)
    kept = whole[whole[column].isin(COMMUNES + AROUND)]
    kept.to_file(target, engine="pyogrio", DBF_DATE_LAST_UPDATE=WRITTEN_ON)
    for end in (".prj", ".cpg"):
        part = target.with_suffix(end)
        part.write_text(part.read_text(encoding="ascii").rstrip() + "\n", encoding="ascii")


def qpv_codes(folder: Path, registry: dict[str, Any]) -> set[str]:
    """Return the QPV that the cut's list of QPV by commune names."""
    path = folder / registry["qpv_2024_by_commune"]["path"]
    rows = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {code.strip() for row in rows for code in row["properties"]["code_qp"].split(",")}


def school_codes(folder: Path, registry: dict[str, Any]) -> set[str]:
    """Return the codes of the schools that the cut's other files hold."""
    columns = {
        "rep_schools_2022": "NUMERO",
        "ips_ecoles_2022": "uai",
        "ips_colleges_2022": "uai",
        "ips_lycees_2022": "uai",
        "lycees_2024": "Identifiant_de_l_etablissement",
    }
    return {
        code
        for name, column in columns.items()
        for code in pd.read_csv(folder / registry[name]["path"], sep=";")[column]
    }


def cut_corrections(folder: Path, known: str, target: Path) -> None:
    """Keep the corrections of the project that name records of the cut; ``known`` is its text."""
    target.mkdir(exist_ok=True)
    header, *rows = (folder / "places.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    ids = [[record.partition(":")[2] for record in row.split(",")[1:3]] for row in rows]
    kept = [
        row
        for row, pair in zip(rows, ids, strict=True)
        if all(name.partition("-9")[0] in known for name in pair)
    ]
    (target / "places.csv").write_text("".join([header, *kept]), encoding="utf-8")


def copy_standard(source: Path, target: Path) -> None:
    """Write the national standard of places: its schema, closed lists and valid example."""
    for name in ("LaMednum_schema.json", "standard_enums.json"):
        known = json.loads((source / name).read_text(encoding="utf-8"))
        (target / name).write_text(_compact(known), encoding="utf-8")
    example = "LaMednum_exemple-valide.csv"
    with (source / example).open(encoding="utf-8", newline="") as read:
        rows = list(csv.reader(read))
    with (target / example).open("w", encoding="utf-8", newline="") as written:
        csv.writer(written, lineterminator="\n").writerows(rows)


def make(folder: Path, out: Path) -> None:
    """Cut every source of the edition into ``out``."""
    registry = tomllib.loads((DATA / "registry.toml").read_text(encoding="utf-8"))
    cut: dict[str, Callable[[Path, Path], None]] = {
        name: lambda s, t, how=how: cut_table(s, t, *how) for name, how in TABLES.items()
    }
    cut |= {
        "communes": lambda s, t: cut_shapes(s, t, "CODE_COM"),
        "iris_outlines": lambda s, t: cut_shapes(s, t, "CODE_COM"),
        "cells_population_2021": cut_cells,
        "qpv_2024_by_commune": lambda s, t: cut_features(
            s, t, lambda p: in_communes(p["insee_com"])
        ),
        "cog_communes_2026": cut_communes,
        "qpv_2024_outlines": lambda s, t: cut_features(
            s, t, lambda p: p["code_qp"] in qpv_codes(out, registry)
        ),
        "schools_directory_2025": lambda s, t: cut_features(
            s, t, lambda p: in_communes(p["code_commune"])
        ),
        "sites_cnfs_2022": cut_places,
        "sites_data_inclusion_2023": cut_places,
        "school_qpv_2024": lambda s, t: cut_situations(s, t, school_codes(out, registry)),
    }
    for old in {Path(node["path"]).parts[0] for node in registry.values() if "path" in node}:
        shutil.rmtree(out / old, ignore_errors=True)
    shutil.rmtree(out / "neighbours", ignore_errors=True)
    for name, how in cut.items():
        for path in (registry[name]["path"], *registry[name].get("also", ())):
            if Path(path).name.startswith(NOT_CUT):
                continue
            target = out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            how(folder / path, target)
    text = "".join(p.read_text(encoding="utf-8") for p in out.glob("[cs]*/*.[cj]s*"))
    cut_corrections(DATA / "corrections", text, out / "corrections")
    copy_standard(folder / "sites", out / "sites")
    size = sum(path.stat().st_size for path in out.glob("*/**/*") if path.is_file())
    if size > LIMIT_BYTES:
        raise SystemExit(f"the cut has {size} bytes, more than {LIMIT_BYTES}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=HERE)
    asked = parser.parse_args()
    make(asked.folder, asked.out)
