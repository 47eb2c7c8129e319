"""What the draws say of each zone: intervals, ranks and classes of precision.

A model that was given them (:class:`KeptDraws`) draws nothing for them; both ways they are the
same numbers, rounded once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from observatory import settings
from observatory.geo.codes import Cog
from observatory.model import precision, uncertainty
from observatory.model.draws import Draws
from observatory.model.levels import Level
from observatory.tables.check import check
from observatory.tables.draw_results import HELP_DRAWS, INTERVALS, RANKING, ZONE_DRAWS
from observatory.tables.plain_rows import DECIMALS

if TYPE_CHECKING:
    from observatory.model.assumptions import Assumptions
    from observatory.model.model import Model

LEVELS: tuple[Level, ...] = ("ept", "commune", "qpv", "iris")
COGS: tuple[Cog, ...] = ("cog_2024", "cog_2025")
#: How many zones count as the worst, by level.
WORST: dict[Level, int] = {"commune": 3, "iris": 20, "qpv": 5}
#: The packages and rooms whose code decides what a draw gives.
PACKAGES = ("numpy", "scipy")
ROOMS = ("model", "geo", "tables")


@dataclass(frozen=True)
class KeptDraws:
    """What the usual draws of a model say, computed once and kept.

    Attributes
    ----------
    zones
        ``tables.draw_results.ZONE_DRAWS``.
    help
        ``tables.draw_results.HELP_DRAWS``.
    """

    zones: pd.DataFrame
    help: pd.DataFrame

    @classmethod
    def of(cls, model: Model, build: str) -> KeptDraws:
        """Draw what is to be kept with a build, whose hash is given."""
        mark = drawn_from(build, model.assumptions)
        parts = [
            intervals(model, level, cog)
            .join(ranks(model, level, cog, WORST.get(level, 1)))
            .rename_axis("code")
            .reset_index()
            .assign(level=level, cog=cog, drawn_from=mark)
            for level in LEVELS
            for cog in COGS
        ]
        low, high = help_interval(model)
        rows = {"supply": model.facts.supply["supply"], "help_low": low, "help_high": high}
        zones, rows_of_help = pd.concat(parts), pd.DataFrame(rows).assign(drawn_from=mark)
        return cls(
            pd.DataFrame(check(zones[ZONE_DRAWS.names], ZONE_DRAWS)),
            pd.DataFrame(check(rows_of_help[HELP_DRAWS.names], HELP_DRAWS)),
        )

    @classmethod
    def read(
        cls, rows: Mapping[str, pd.DataFrame], build: str, assumptions: Assumptions
    ) -> KeptDraws | None:
        """Return what is kept with a build; ``None`` where a model of today would draw another.

        Parameters
        ----------
        rows
            Both tables, as :attr:`tables` gives them; empty where nothing is kept.
        build, assumptions
            As for :meth:`belong_to`.
        """
        kept = cls(rows[ZONE_DRAWS.name], rows[HELP_DRAWS.name]) if rows else None
        return kept if kept is not None and kept.belong_to(build, assumptions) else None

    def belong_to(self, build: str, assumptions: Assumptions) -> bool:
        """Return whether a model of that build under those assumptions would draw the same."""
        marks = pd.concat([self.zones["drawn_from"], self.help["drawn_from"]])
        return set(marks) == {drawn_from(build, assumptions)}

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Both, by the name of their table."""
        return {ZONE_DRAWS.name: self.zones, HELP_DRAWS.name: self.help}

    def zones_of(self, level: Level, cog: Cog) -> pd.DataFrame:
        """Return the rows of one level in one geography, by code."""
        rows = self.zones[(self.zones["level"] == level) & (self.zones["cog"] == cog)]
        return rows.set_index("code")


def drawn_from(build: str, assumptions: Assumptions) -> str:
    """Return a hash of all that the usual draws of a build hang on.

    Parameters
    ----------
    build
        SHA-256 of its manifest, hence of its tables.
    assumptions
        What the draws move.
    """
    told = [build, method(), assumptions.digest, settings.load().draws]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@cache
def method() -> str:
    """Return a hash of the code that draws: the model, what it stands on, and its numbers' own."""
    whole = hashlib.sha256()
    for room in ROOMS:
        for path in _sources(resources.files("observatory") / room):
            whole.update(path.read_bytes())
    versions = [metadata.version(name) for name in PACKAGES]
    whole.update(json.dumps(versions).encode())
    return whole.hexdigest()


def _sources(folder: Traversable) -> Iterable[Traversable]:
    return sorted(
        (path for path in folder.iterdir() if path.name.endswith(".py")), key=lambda p: p.name
    )


def intervals(model: Model, level: Level, cog: Cog, draws: Draws | None = None) -> pd.DataFrame:
    """Return, by zone, the intervals of need, access and missing hours over draws.

    Parameters
    ----------
    draws
        The draws; ``None`` for the usual ones, which may have been kept.
    """
    if draws is None and model.kept is not None:
        return model.kept.zones_of(level, cog)[list(INTERVALS)]
    matrix, codes = model.ground.sum_matrix(level, cog)
    draws = draws or model.draws
    need, reached, missing = (
        draws.sums(one, matrix) for one in (draws.need, draws.reached, draws.missing)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        access = np.where(need > 0, 100 * reached / need, np.nan)
        rate = np.where(need > 0, 100 * missing / need, np.nan)
    table = pd.DataFrame(index=codes)
    for name, drawn in (
        ("need", need),
        ("access", access),
        ("missing", missing),
        ("missing_h_per_100", rate),
    ):
        table[f"{name}_low"], table[f"{name}_high"] = precision.interval(drawn)
    table["need_cv_pct"] = precision.variation_pct(need)
    table["missing_cv_pct"] = precision.variation_pct(missing)
    table["missing_error_pct"] = precision.error_pct(rate, draws.norm)
    table = table.round(DECIMALS)
    for name, error in (("need", "need_cv_pct"), ("missing", "missing_error_pct")):
        table[f"{name}_class"] = precision.classes(table[error].to_numpy(dtype=float)).to_numpy()
    return table[list(INTERVALS)]


def ranks(
    model: Model, level: Level, cog: Cog, worst: int, draws: Draws | None = None
) -> pd.DataFrame:
    """Return, by zone, its median of hours missing and its ranks over draws.

    Parameters
    ----------
    worst
        How many zones count as the worst.
    draws
        As for :func:`intervals`.
    """
    if draws is None and model.kept is not None and worst == WORST.get(level, 1):
        return model.kept.zones_of(level, cog)[list(RANKING)]
    found = draws or model.draws
    matrix, codes = model.ground.sum_matrix(level, cog)
    missing = pd.DataFrame(found.sums(found.missing, matrix), columns=codes.astype(str))
    spread = uncertainty.rank_intervals(missing, worst=worst)
    table: pd.DataFrame = spread.assign(
        missing_p50=missing.median(), worst_pct=(100 * spread["worst_share"]).clip(0, 100)
    )
    return table[list(RANKING)].round(DECIMALS)


def help_interval(model: Model) -> tuple[Any, Any]:
    """Return the ends of the hours of each row of help, closed places included."""
    if model.kept is not None:
        kept = model.kept.help.set_index("supply").loc[model.facts.supply["supply"]]
        return kept["help_low"].to_numpy(), kept["help_high"].to_numpy()
    low, high = model.draws.hours_interval
    return np.round(low, DECIMALS), np.round(high, DECIMALS)
