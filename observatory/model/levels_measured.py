"""The level of need beside the levels that INSEE gives for the département and the région."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from observatory.geo.departements import home_of
from observatory.geo.territories import Level, of_departement, region_level
from observatory.model import draws, need
from observatory.model.assumptions import Assumptions
from observatory.model.model import SEED, Model
from observatory.model.official_level import Region, level_shifts
from observatory.model.profiles import Residents, profiles
from observatory.tables.remarks import Remark, remark, stored

FloatArray = NDArray[np.float64]
#: How many draws the intervals of the level come from: need alone is drawn.
DRAWS = 200

Row = dict[str, Any]


def rows(model: Model) -> Iterator[Row]:
    """Return the rows of the levels: département and région, before and after the shifts.

    None of a département or région for which INSEE gives no level.
    """
    code = model.facts.departement
    level, of_region = of_departement(code).level, region_level(code)
    whole, region = model.ground.whole_departements.get(code), model.ground.region
    if level is not None:
        if whole is not None:
            yield from _of_departement(model, level, whole)
        else:
            why = remark("validation.part_of_departement")
            yield from (_unknown(n, "departement", why) for n in ("level_national", "level"))
    if of_region is not None:
        if region is not None:
            yield from _of_region(model, region, of_region)
        else:
            why = remark("validation.part_of_region")
            names = ("level_region", "level_region_carried")
            yield from (_unknown(name, "region", why) for name in names)


def _of_departement(model: Model, level: Level, whole: NDArray[np.intp]) -> Iterator[Row]:
    moved = list(_moved(model))
    ends = _ends([_rate_at_home(model, one, whole) for one in moved])
    levels = _ends([one.number(level.assumption) for one in moved])
    why = [remark("validation.level_national", shift=_shift(model, level, whole))]
    if not ends[0] <= level.published_pct <= ends[1]:
        why.append(remark("validation.level_outside"))
    before = _rate_at_home(model, model.assumptions, whole)
    yield _levels("level_national", before, ends, level.published_pct, why)
    ours, why = model.assumptions.number(level.assumption), [remark("validation.level")]
    yield _levels("level", ours, levels, level.published_pct, why) | {"verdict": "input"}


def _moved(model: Model) -> Iterator[Assumptions]:
    """Return the assumptions of need in each draw of the series that every interval comes from."""
    known = model.assumptions
    names = [name for name in draws.names(known) if "need" in known[name].acts_on]
    texts = {"need.model": draws.OPTIONS["need.model"]}
    drawn = draws.values(DRAWS, SEED, known, names=names, texts=texts).round(draws.SOLVED_ONCE)
    for row in drawn.to_dict("records"):
        yield known.changed({str(name): value for name, value in row.items()})


def _rate_at_home(model: Model, known: Assumptions, whole: NDArray[np.intp]) -> float:
    """Return the share of people in difficulty of some IRIS at the national rates, %."""
    return _rate(model.under(known).residents.at(whole), known)


def _rate(residents: Residents, known: Assumptions) -> float:
    return float(100 * need.central(residents, known).sum() / residents.bands.sum())


def _shift(model: Model, level: Level, whole: NDArray[np.intp]) -> float:
    """Return the logit shift that carries the national rates to the published level."""
    published = model.assumptions.changed({level.assumption: level.published_pct})
    found, home = profiles(model.residents, published), model.facts.departement
    return level_shifts(found, {home: whole}, published)[home]


def _of_region(model: Model, region: Region, level: Level) -> Iterator[Row]:
    """Return the rows of the région: its communes at the national rates, and at its level."""
    moved, known = list(_moved(model)), model.assumptions
    ours = _region_rate(region, known)
    ends = _ends([_region_rate(region, one) for one in moved])
    why = [remark("validation.level_region", share=region.known)]
    place = {"level": "region", "scope": "region", "zones": len(region.departement)}
    yield _levels("level_region", ours, ends, level.published_pct, why) | place
    levels = _ends([one.number(level.assumption) for one in moved])
    why = [_carried(region, known)]
    row = _levels(
        "level_region_carried", known.number(level.assumption), levels, level.published_pct, why
    )
    yield row | place | {"verdict": "input"}


def _carried(region: Region, known: Assumptions) -> Remark:
    """Return how the région is at its level: with the départements at theirs, where some are."""
    shift, left, parts = region.shift(known), region.left(known), _of_parts(region, known)
    if not parts:
        return remark("validation.level_region_whole", shift=shift, left=left)
    return remark(
        "validation.level_region_carried",
        places=tuple(home_of(code).name for code in parts),
        shift=shift,
        left=left,
        coarse=next(iter(parts.values())),
    )


def _region_rate(region: Region, known: Assumptions) -> float:
    """Return the share of people in difficulty of the région at the national rates, %."""
    rest = _rate(region.rest, known) / 100
    return 100 * region.share(_of_parts(region, known), rest)


def _of_parts(region: Region, known: Assumptions) -> Mapping[str, float]:
    """Return the shares of the départements with a level at the national rates, by commune."""
    return {
        code: _rate(region.residents.at(region.departement == code), known) / 100
        for code in region.apart
    }


def _levels(
    measure: str, ours: float, ends: tuple[float, float], theirs: float, why: list[Remark]
) -> Row:
    """Return the row of two levels; they agree where theirs lies inside our interval."""
    low, high = ends
    return {
        "measure": measure,
        "level": "departement",
        "scope": "departement",
        "zones": 1,
        "ours": ours,
        "ours_low": low,
        "ours_high": high,
        "theirs": theirs,
        "difference": ours - theirs,
        "verdict": "agrees" if low <= theirs <= high else "differs",
        "why": stored(why),
    }


def _unknown(measure: str, scope: str, why: Remark) -> Row:
    return {
        "measure": measure,
        "level": scope,
        "scope": scope,
        "zones": 0,
        "verdict": "unknown",
        "why": stored([why]),
    }


def _ends(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, draws.ENDS)
    return float(low), float(high)
