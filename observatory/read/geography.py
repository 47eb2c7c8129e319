"""Outlines and codes: communes, EPT, IRIS and QPV.

Every reader takes the file (or folder) and, where it can use it, the index of communes by folded
name; it gives a contracted table with an account of its rows.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from observatory.errors import ContractError
from observatory.geo.geometry import declare, epsg_of
from observatory.read.cut import cut
from observatory.read.layers import outlines, read_layer
from observatory.read.readers import Communes, reader
from observatory.read.text_files import account, aside, read_text_table, validate
from observatory.tables import geography_tables as tables
from observatory.tables.provenance import Reading
from observatory.tables.table import METRES

#: What geo.api.gouv.fr gives beside the code and the name of a commune.
_GEO_API = r"siren|_score|population|surface|zone|code(?:sPostaux|Epci|Departement|Region|Parent)"


@reader("communes")
def read_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the outlines of the communes before the merger, which nest with the IRIS.

    A GeoJSON holds simplified outlines, which do not.
    """
    names = {"CODE_COM": "commune", "NOM_COM": "commune_name", "CODE_EPT": "ept_label"}
    if path.suffix == ".geojson":
        names = {"code": "commune", "nom": "commune_name"}
    raw = read_layer(path, columns=list(names), known=_GEO_API).rename(columns=names)
    found, note = outlines(raw, path)
    frame = validate(_labelled(found), tables.COMMUNES, path)
    return account(frame, len(found), note=note)


def _labelled(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return outlines with the label of their EPT, missing where the source has none."""
    return layer if "ept_label" in layer else layer.assign(ept_label=None)


_WFS = ("code_iris", "code_insee", "nom_iris", "type_iris")
#: What stands beside in the layer of the Géoplateforme.
_WFS_BESIDE = r"cleabs|iris|gid|id|bbox|fid|ogc_fid"


@reader("communes", "IRIS of the Géoplateforme (WFS), dissolved", *_WFS, seen=False)
def read_communes_of_iris(path: Path, communes: Communes = None) -> Reading:
    """Read the outlines of the communes from those of their IRIS, which nest in them."""
    found, note = _wfs(path)
    whole = found.dissolve("commune", aggfunc={"commune_name": "first"}).reset_index()
    frame = validate(_labelled(whole), tables.COMMUNES, path)
    told = "; ".join(filter(None, (f"{len(frame)} communes from their IRIS", note)))
    return account(frame, len(found), kept=len(found), note=told)


@reader("iris_outlines", "IRIS of the Géoplateforme (WFS)", *_WFS, seen=False)
def read_iris_outlines_wfs(path: Path, communes: Communes = None) -> Reading:
    """Read the outlines of the IRIS from the pages of the Géoplateforme, joined as one GeoJSON."""
    found, note = _wfs(path)
    rows = len(found)
    found, outside = cut(found, "iris", communes, str(path))
    frame = validate(_labelled(found).drop(columns="iris_type"), tables.IRIS_OUTLINES, path)
    return account(frame, rows, *outside, note=note)


@reader("iris_types", "IRIS of the Géoplateforme (WFS)", *_WFS, seen=False)
def read_iris_types_wfs(path: Path, communes: Communes = None) -> Reading:
    """Read the type of each IRIS from the layer that draws them."""
    found, _ = _wfs(path)
    rows = len(found)
    kept, outside = cut(found, "iris", communes, str(path))
    frame = pd.DataFrame(kept[tables.IRIS_TYPES.names])
    return account(validate(frame, tables.IRIS_TYPES, path), rows, *outside)


def _wfs(path: Path) -> tuple[gpd.GeoDataFrame, str]:
    """Return the IRIS of the Géoplateforme by our names, mended, and how many were."""
    names = {
        "code_iris": "iris",
        "nom_iris": "iris_name",
        "type_iris": "iris_type",
        "code_insee": "commune",
        "nom_commune": "commune_name",
    }
    raw = read_layer(path, columns=list(names), known=_WFS_BESIDE).rename(columns=names)
    found, note = outlines(raw, path)
    _check_nesting(found, path)
    return found, note


@reader("ept_communes")
def read_ept_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the EPT of each commune of the Métropole du Grand Paris."""
    names = {
        "CODGEO": "commune",
        "LIBGEO": "commune_name",
        "EPT": "ept",
        "LIBEPT": "ept_name",
        "DEP": "departement",
    }
    found = read_text_table(path, columns=list(names))
    frame = validate(found.rename(columns=names), tables.EPT_COMMUNES, path)
    return account(frame, len(found))


@reader("iris_outlines")
def read_iris_outlines(path: Path, communes: Communes = None) -> Reading:
    """Read the outlines of the IRIS, whose ``.prj`` is an official projection without its name."""
    names = {
        "CODE_IRIS": "iris",
        "NOM_IRIS": "iris_name",
        "CODE_COM": "commune",
        "NOM_COM": "commune_name",
        "CODE_EPT": "ept_label",
    }
    known = ""
    if path.suffix == ".gpkg":  # outlines that came with incomes
        names = {n: ours for n, ours in names.items() if ours not in ("commune", "ept_label")}
        names["INSEE_COM"], known = "commune", r"IRIS|TYP_IRIS|DEC_\w+"
    raw = read_layer(path, columns=list(names), known=known).rename(columns=names)
    named = declare(raw, name=str(path))
    verified = f"its unnamed projection was verified to be EPSG:{epsg_of(named)}"
    projection = "" if epsg_of(raw) in METRES else verified
    found, note = outlines(named, path)
    rows = len(found)
    found, outside = cut(found, "iris", communes, str(path))
    _check_nesting(found, path)
    frame = validate(_labelled(found), tables.IRIS_OUTLINES, path)
    return account(frame, rows, *outside, note="; ".join(filter(None, (projection, note))))


@reader("iris_types")
def read_iris_types(path: Path, communes: Communes = None) -> Reading:
    """Read the type of each IRIS and its commune."""
    names = {
        "CODE_IRIS": "iris",
        "TYP_IRIS": "iris_type",
        "CODE_INSEE": "commune",
        "LIBCOM": "commune_name",
    }
    known = r"|EPCI|NATURE_EPCI|MODIF_IRIS|GRD_QUART|UU2010|REG|DEP"
    found = read_text_table(path, columns=list(names), known=f"(?:{known})?").rename(columns=names)
    rows = len(found)
    found, outside = cut(found, "iris", communes, str(path))
    found, twice = aside(found, found["iris"].duplicated(), "an IRIS that stands twice", "iris")
    _check_nesting(found, path)
    return account(validate(found, tables.IRIS_TYPES, path), rows, *outside, twice)


def _check_nesting(frame: pd.DataFrame, path: Path) -> None:
    wrong = frame[frame["iris"].str[:5] != frame["commune"]]
    if len(wrong):
        first = wrong.iloc[0]
        raise ContractError(
            f"{path}, line {wrong.index[0]}",
            expected="an IRIS code that begins with its commune's code",
            found=f"IRIS {first['iris']} in commune {first['commune']}",
            next_step="check that codes were kept as text, with their leading zeros",
        )
