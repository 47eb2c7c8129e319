"""Places known by their address alone: a position from a file, or from the address service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.build.points import coordinates
from observatory.errors import ChoiceError
from observatory.geo.geometry import project_to_metres
from observatory.places.cleaning import fold
from observatory.read.digests import day_read, digest
from observatory.read.positions import read_positions, write_positions
from observatory.settings import Settings
from observatory.tables.position_tables import POSITIONS, SERVICE
from observatory.tables.provenance import OPEN_LICENCE, Aside, Provenance

SOURCE = "positions"
#: Below this score the service has often found another street; above it, seldom.
MIN_SCORE = 0.7
#: A town hall or a hamlet is not the door that was asked for.
DOORS = ("housenumber", "street")
#: How far outside the commune's outline a position may lie: outlines are generalised, streets wide.
TOLERANCE_M = 50.0
#: What becomes of an address whose position is not used, in the words of the build's report.
REFUSED = ("not found", "low score", "not a door", "outside its commune")

Ask = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Positions:
    """Positions of addresses, and how to ask for more.

    Attributes
    ----------
    known
        ``POSITIONS``.
    path
        The file that they come from, and go to.
    ask
        The address service; without it nothing is asked.
    used, refused
        How many places were given a position, and the addresses refused, by reason.
    """

    known: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=POSITIONS.names))
    path: Path | None = None
    ask: Ask | None = None
    used: int = 0
    refused: tuple[Aside, ...] = ()


def open_positions(path: Path | None, ask: Ask | None, out: Path, settings: Settings) -> Positions:
    """Read the file of positions where there is one.

    Raises
    ------
    ChoiceError
        The compiled edition is asked for, which holds what the sources say alone; or the service is
        to be asked and there is no file to keep its answers.
    InputError
        The file cannot be used.
    """
    if path is None and ask is None:
        return Positions()
    if out.resolve() == settings.edition.resolve():
        raise ChoiceError(
            "option --geocode" if path is None else f"option --positions {path}",
            expected="positions of the official files only, in the compiled edition",
            found="positions found from addresses",
            next_step="write it into a build of your own: --out FOLDER, without --edition",
        )
    if path is None:
        raise ChoiceError(
            "option --geocode",
            expected="--positions FILE beside it, which keeps what the service answers",
            found="no file",
            next_step="name a CSV file; it is made where there is none, and can be corrected",
        )
    if ask is None or path.exists():
        return Positions(read_positions(path), path, ask)
    return Positions(path=path, ask=ask)


def locate(
    sites: pd.DataFrame, communes: gpd.GeoDataFrame, positions: Positions
) -> tuple[pd.DataFrame, Positions]:
    """Give places without a position that of their address, where one is sure enough.

    The address service is asked for the addresses that the file does not hold, and the file is
    written at once, so that nothing is asked twice. A position that a person wrote needs no score;
    any has to lie in the commune.

    Returns
    -------
    tuple
        The places, ``position`` saying how each is known; and the positions, with what was used.
    """
    bare = sites["lon"].isna() | sites["lat"].isna()
    known = sites.assign(position=pd.Series("source", index=sites.index).mask(bare))
    wanted = known[bare & known["address"].notna()]
    positions = _asked(wanted, positions)
    if positions.known.empty or wanted.empty:
        return known, positions
    table = positions.known.assign(key=_keys(positions.known)).drop_duplicates("key")
    found = table.set_index("key")[["lat", "lon", "score", "kind", "source"]]
    rows = found.reindex(_keys(wanted)).set_axis(wanted.index)
    rows = rows[rows["source"].notna()]
    why = _why_not(rows, wanted["commune"].reindex(rows.index), communes)
    good = rows[why.isna()]
    known.loc[good.index, "lat"], known.loc[good.index, "lon"] = good["lat"], good["lon"]
    known.loc[good.index, "position"] = "address"
    return known, replace(positions, used=len(good), refused=_asides(why, wanted))


def _asked(wanted: pd.DataFrame, positions: Positions) -> Positions:
    """Ask the service for the addresses that are not known, and keep its answers."""
    if positions.ask is None or positions.path is None:
        return positions
    keys = _keys(wanted)
    new = wanted[~keys.isin(set(_keys(positions.known))) & ~keys.duplicated()]
    if new.empty:
        return positions
    answers = positions.ask(new[["address", "postcode", "commune", "commune_name"]])
    every = answers if positions.known.empty else pd.concat([positions.known, answers])
    write_positions(every, positions.path)
    return replace(positions, known=every.reset_index(drop=True))


def _keys(rows: pd.DataFrame) -> pd.Series[Any]:
    folded = [fold(str(address)) for address in rows["address"]]
    return pd.Series(folded, index=rows.index, dtype="str") + " " + rows["commune"].astype("str")


def _why_not(
    rows: pd.DataFrame, commune: pd.Series[Any], communes: gpd.GeoDataFrame
) -> pd.Series[Any]:
    """Return why each position is not used; missing where it is."""
    person = ~rows["source"].str.startswith(SERVICE)
    blank = rows["lat"].isna().to_numpy()
    away = np.full(len(rows), np.nan)
    away[~blank] = _away(rows[~blank], commune[~blank], communes)
    cases = [
        blank,
        (~person & ~(rows["score"] >= MIN_SCORE)).to_numpy(),
        (~person & ~rows["kind"].isin(DOORS)).to_numpy(),
        ~(away <= TOLERANCE_M),
    ]
    found = np.select(cases, list(REFUSED), default="")
    return pd.Series(found, index=rows.index, dtype="str").replace("", None)


def _away(
    rows: pd.DataFrame, commune: pd.Series[Any], communes: gpd.GeoDataFrame
) -> NDArray[np.float64]:
    """Return the metres of each position from its commune; NaN where the outline is not known."""
    outlines = communes.set_index("commune").geometry.reindex(commune.to_numpy())
    metres = project_to_metres(rows["lon"], rows["lat"])
    points = coordinates(pd.DataFrame(metres, columns=["x_m", "y_m"])).geometry
    shapes = gpd.GeoSeries(outlines.to_numpy(), crs=communes.crs)
    return np.asarray(points.distance(shapes), dtype=float)


def _asides(why: pd.Series[Any], wanted: pd.DataFrame) -> tuple[Aside, ...]:
    names = wanted["address"] + ", " + wanted["commune_name"]
    return tuple(
        Aside(reason, int((why == reason).sum()), tuple(names[why.index[why == reason]][:5]))
        for reason in REFUSED
        if (why == reason).any()
    )


def record_of(positions: Positions) -> Provenance | None:
    """Return the record of a file of positions, for the manifest."""
    path = positions.path
    if path is None or not path.exists():
        return None
    theirs = positions.known["source"].str.startswith(SERVICE)
    aside = sum(item.rows for item in positions.refused)
    return Provenance(
        id=SOURCE,
        title="Positions trouvées d'après les adresses",
        publisher="IGN (Géoplateforme, Base adresse nationale)"
        + ("" if theirs.all() else ", et qui a compilé ces tables"),
        licence=OPEN_LICENCE if theirs.all() else "unconfirmed",
        vintage=f"fichier du {day_read(path)}",
        covers="les lieux dont les sources ne donnent que l'adresse",
        url="https://data.geopf.fr/geocodage/search/csv",
        path=path.name,
        sha256=digest(path),
        read_on=day_read(path),
        rows_in=positions.used + aside,
        rows_out=positions.used,
        rows_aside=aside,
        aside=positions.refused,
        note="",
    )
