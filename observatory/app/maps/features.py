"""Rows as GeoJSON features: five decimals, escaped texts, nothing that the map does not show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from observatory.geo.geometry import WORLD, inner_point, project
from observatory.model.measures import Measure
from observatory.model.precision import CLASSES
from observatory.sheets.map_classes import colour_of, radius_of
from observatory.words.catalogue import Words
from observatory.words.markup import link, phone, plain
from observatory.words.numbers import day_text, hours_text, interval, number, quarter_name

#: About one metre: finer than any outline here, and a third of the bytes of full precision.
DECIMALS = 5

Features = dict[str, Any]


def collection(features: Iterable[Features]) -> Features:
    """Wrap features into a GeoJSON collection."""
    return {"type": "FeatureCollection", "features": list(features)}


def _shapes(layer: gpd.GeoDataFrame, name: str) -> list[Features]:
    world = project(layer, WORLD, name=name).geometry.array
    rounded = shapely.transform(world, lambda xy: np.round(xy, DECIMALS))
    return [json.loads(text) for text in shapely.to_geojson(rounded)]


def zone_features(
    zones: gpd.GeoDataFrame, measure: Measure, words: Words, communes: Mapping[str, str]
) -> Features:
    """Return the zones: codes, ``fill`` or ``radius`` (or none), texts, where to write the name.

    Parameters
    ----------
    communes
        Code -> name: a zone that is no commune says in which one it lies.
    """
    values = measure.values(zones).to_numpy(dtype=float)
    return collection(
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {
                "id": row["code"],
                "commune": row["commune"],
                "fill": colour_of(value, measure),
                "radius": radius_of(value, measure),
                "mark": mark,
                "tip": _tip(row, value, measure, words, communes),
            },
        }
        for shape, mark, value, (_, row) in zip(
            _shapes(zones, "zones"),
            marks(zones),
            values,
            zones.drop(columns="geometry").iterrows(),
            strict=True,
        )
    )


def line_features(lines: gpd.GeoDataFrame) -> Features:
    """Return lines or outlines without any text, such as a hatching."""
    return collection(
        {"type": "Feature", "geometry": shape, "properties": {}}
        for shape in _shapes(lines, "lines")
    )


def marks(zones: gpd.GeoDataFrame) -> list[list[float]]:
    """Return where to write each zone's name: a point well inside it, latitude first."""
    centres = gpd.GeoSeries(map(inner_point, zones.geometry), crs=zones.crs)
    return [[round(p.y, DECIMALS), round(p.x, DECIMALS)] for p in centres.to_crs(WORLD)]


def border_features(communes: gpd.GeoDataFrame) -> Features:
    """Return the communes' outlines with their codes, their names and where to write them."""
    return collection(
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {"commune": code, "name": plain(name), "mark": mark},
        }
        for shape, code, name, mark in zip(
            _shapes(communes, "communes"),
            communes["code"],
            communes["name"],
            marks(communes),
            strict=True,
        )
    )


def _value(row: Any, value: float, measure: Measure, words: Words) -> str:
    if measure.grade is not None and row.get(measure.grade) == CLASSES[-1]:
        return plain(words("legend.withheld"))
    if not np.isfinite(value):
        return plain(words("legend.missing"))
    unit = words(f"measure.{measure.name}.unit")
    text = f"{number(value, words.lang, measure.decimals)} {unit}"
    ends = interval(row.get(measure.low), row.get(measure.high), words.lang, measure.decimals)
    return plain(f"{text} [{ends}]" if ends else text)


def _tip(
    row: Any, value: float, measure: Measure, words: Words, communes: Mapping[str, str]
) -> str:
    own = row["code"] == row["commune"]
    where = "" if own else f" ({plain(communes.get(row['commune'], ''))})"
    name = quarter_name(str(row["name"]), words.lang)
    return f"<strong>{plain(name)}</strong>{where}<br>{_value(row, value, measure, words)}"


def qpv_features(qpv: gpd.GeoDataFrame, words: Words) -> Features:
    """Return the QPV whose outline is known; its code in each label."""
    known = qpv[qpv["outline_known"] & qpv.geometry.notna()]
    if not len(known):
        return collection(())
    return collection(
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {
                "id": row["qpv"],
                "tip": f"<strong>{plain(row['qpv_name'])}</strong><br>"
                + plain(words("map.qpv_2024", code=row["qpv"])),
            },
        }
        for shape, row in zip(_shapes(known, "QPV"), _records(known), strict=True)
    )


def _records(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    rows = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]


def _point(row: Mapping[str, Any], tip: str, card: str, **more: str) -> Features:
    place = [round(float(row["lon"]), DECIMALS), round(float(row["lat"]), DECIMALS)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {**more, "tip": tip, "card": card},
    }


def _located(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    return _records(frame[frame["lon"].notna() & frame["lat"].notna()])


def site_features(sites: pd.DataFrame, words: Words) -> Features:
    """Return the sites whose place is known, each with how to reach it."""
    return collection(
        _point(
            row,
            f"<strong>{plain(row['name'])}</strong><br>{plain(row['commune_name'])}",
            site_card(row, words),
            id=str(row["site"]),
        )
        for row in _located(sites)
        if row["located"] == "point"
    )


def site_card(row: Mapping[str, Any], words: Words) -> str:
    """Return a site as a few lines of HTML; every text of it is escaped, every link checked."""
    lines = [
        plain(row.get("address")),
        plain(_joined(row.get("programmes"))),
        _links(row.get("phone"), phone),
        _links(row.get("website"), link),
        plain(_shown(words, "map.hours", _hours(row.get("hours"), words))),
        plain(_confirmed(row, words)),
    ]
    body = "".join(f"<li>{line}</li>" for line in lines if line)
    return f"<strong>{plain(row['name'])}</strong><ul>{body}</ul>"


def _hours(value: object, words: Words) -> object:
    return hours_text(value, words.lang) if isinstance(value, str) else value


def _joined(text: object) -> str:
    return ", ".join(str(text).split("|")) if isinstance(text, str) else ""


def _confirmed(row: Mapping[str, Any], words: Words) -> str:
    day = row.get("confirmed_on")
    wording = day_text(day, words.lang) if isinstance(day, str) else ""
    return _shown(words, "map.confirmed", wording) or words("map.confirmed_unknown")


def _shown(words: Words, name: str, value: object) -> str:
    return words(name, value=value) if isinstance(value, str) and value else ""


def _links(text: object, make: Any) -> str:
    parts = str(text).split("|") if isinstance(text, str) else []
    return ", ".join(make(part) for part in parts if part.strip())


def school_features(schools: pd.DataFrame, words: Words) -> Features:
    """Return the REP and REP+ schools whose place is known."""
    ranked = schools[schools["network"].notna()]
    return collection(
        _point(
            row,
            f"<strong>{plain(row['school_name'])}</strong><br>"
            f"{plain(row['network'])}, {plain(words('school.' + row['school_type']))}",
            _school_card(row, words),
            id=str(row["uai"]),
            network=str(row["network"]),
        )
        for row in _located(ranked)
    )


def _school_card(row: Mapping[str, Any], words: Words) -> str:
    pupils = number(row["pupils"], words.lang)
    ips = number(row["ips"], words.lang, 1)
    return (
        f"<strong>{plain(row['school_name'])}</strong><ul><li>{plain(row['network'])}</li>"
        f"<li>{plain(words('map.pupils', value=pupils))}</li>"
        f"<li>{plain(words('map.ips', value=ips))}</li></ul>"
    )
