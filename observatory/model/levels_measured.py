"""The level of need beside the levels that INSEE gives for the département and the région."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from observatory.model import draws, need
from observatory.model.assumptions import Assumptions
from observatory.model.model import SEED, Model
from observatory.model.official_level import level_shifts
from observatory.model.other_indices import Others
from observatory.model.profiles import profiles
from observatory.tables.remarks import Remark, remark, stored

FloatArray = NDArray[np.float64]
#: INSEE, TIC-ménages 2019, % of residents aged 15 and over in digital difficulty: Insee Analyses
#: Île-de-France 170 (May 2023); the département's figure as the press quotes it.
DEPARTEMENT, DEPARTEMENT_PCT, REGION_PCT = "93", 15.0, 12.2
LEVEL = "need.level_departement_pct"
#: How many draws the intervals of the level come from: need alone is drawn.
DRAWS = 200

Row = dict[str, Any]


def rows(model: Model, others: Others | None = None) -> Iterator[Row]:
    """Return the rows of the levels: before and after the shift, and the région."""
    whole = model.ground.whole_departements.get(DEPARTEMENT)
    if whole is None:
        for measure in ("level_national", "level"):
            yield _unknown(measure, "departement", remark("validation.part_of_departement"))
    else:
        yield from _of_departement(model, whole)
    yield _of_region(model, others or Others())


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
    poverty = model.ground.poverty_pct(known.number("need.iris_poverty"))[whole]
    diploma = model.ground.diploma_pct(known.number("need.iris_diploma"))[whole]
    return _rate(model.ground.bands[whole], poverty, diploma, known)


def _rate(
    people: FloatArray, poverty: FloatArray, diploma: FloatArray, known: Assumptions
) -> float:
    return float(100 * need.central(people, poverty, diploma, known).sum() / people.sum())


def _shift(model: Model, whole: NDArray[np.intp]) -> float:
    """Return the logit shift that carries the national rates to the published level."""
    found = profiles(model.ground.bands, model.poverty_pct, model.diploma_pct, model.assumptions)
    official = model.assumptions.changed({LEVEL: DEPARTEMENT_PCT})
    return level_shifts(found, {DEPARTEMENT: whole}, official)[DEPARTEMENT]


def _of_region(model: Model, others: Others) -> Row:
    """Return the row of the région: its communes at the national rates, without any shift."""
    table = others.region
    if table is None:
        return _unknown("level_region", "region", remark("validation.part_of_region"))
    people = need.by_band(table)
    poverty = table["poverty_pct"].to_numpy(dtype=float)
    diploma = table["low_diploma_pct"].to_numpy(dtype=float)
    ours = _rate(people, poverty, diploma, model.assumptions)
    ends = _ends([_rate(people, poverty, diploma, one) for one in _moved(model)])
    why = [remark("validation.level_region", share=others.region_share)]
    row = _levels("level_region", ours, ends, REGION_PCT, why)
    return row | {"level": "region", "scope": "region", "zones": len(table)}


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
