"""The level of need beside the levels that INSEE gives for the département and the région."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from observatory.model import draws, need
from observatory.model.assumptions import Assumptions
from observatory.model.model import SEED, Model
from observatory.model.official_level import (
    LEVELS,
    REGION_LEVEL,
    Region,
    level_shifts,
)
from observatory.model.profiles import Residents, profiles
from observatory.tables.remarks import Remark, remark, stored

FloatArray = NDArray[np.float64]
#: INSEE, TIC-ménages 2019, % of residents aged 15 and over in digital difficulty: Insee Analyses
#: Île-de-France 170 (May 2023); the département's figure as the press quotes it.
DEPARTEMENT, DEPARTEMENT_PCT, REGION_PCT = "93", 15.0, 12.2
LEVEL = LEVELS[DEPARTEMENT]
#: How many draws the intervals of the level come from: need alone is drawn.
DRAWS = 200

Row = dict[str, Any]


def rows(model: Model) -> Iterator[Row]:
    """Return the rows of the levels: département and région, before and after the shifts."""
    whole = model.ground.whole_departements.get(DEPARTEMENT)
    if whole is None:
        for measure in ("level_national", "level"):
            yield _unknown(measure, "departement", remark("validation.part_of_departement"))
    else:
        yield from _of_departement(model, whole)
    region = model.ground.region
    if region is None:
        for measure in ("level_region", "level_region_carried"):
            yield _unknown(measure, "region", remark("validation.part_of_region"))
    else:
        yield from _of_region(model, region)


def _of_departement(model: Model, whole: NDArray[np.intp]) -> Iterator[Row]:
    moved = list(_moved(model))
    ends = _ends([_rate_at_home(model, one, whole) for one in moved])
    levels = _ends([one.number(LEVEL) for one in moved])
    why = [remark("validation.level_national", shift=_shift(model, whole))]
    if not ends[0] <= DEPARTEMENT_PCT <= ends[1]:
        why.append(remark("validation.level_outside"))
    before = _rate_at_home(model, model.assumptions, whole)
    yield _levels("level_national", before, ends, DEPARTEMENT_PCT, why)
    ours, why = model.assumptions.number(LEVEL), [remark("validation.level")]
    yield _levels("level", ours, levels, DEPARTEMENT_PCT, why) | {"verdict": "input"}


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


def _shift(model: Model, whole: NDArray[np.intp]) -> float:
    """Return the logit shift that carries the national rates to the published level."""
    published = model.assumptions.changed({LEVEL: DEPARTEMENT_PCT})
    found = profiles(model.residents, published)
    return level_shifts(found, {DEPARTEMENT: whole}, published)[DEPARTEMENT]


def _of_region(model: Model, region: Region) -> Iterator[Row]:
    """Return the rows of the région: its communes at the national rates, and at its level."""
    moved, known = list(_moved(model)), model.assumptions
    ours = _region_rate(region, known)
    ends = _ends([_region_rate(region, one) for one in moved])
    why = [remark("validation.level_region", share=region.known)]
    place = {"level": "region", "scope": "region", "zones": len(region.departement)}
    yield _levels("level_region", ours, ends, REGION_PCT, why) | place
    levels = _ends([one.number(REGION_LEVEL) for one in moved])
    why = [
        remark(
            "validation.level_region_carried",
            shift=region.shift(known),
            left=region.left(known),
            coarse=_of_parts(region, known)[DEPARTEMENT],
        )
    ]
    row = _levels("level_region_carried", known.number(REGION_LEVEL), levels, REGION_PCT, why)
    yield row | place | {"verdict": "input"}


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
