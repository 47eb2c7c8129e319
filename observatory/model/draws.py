"""One seeded series of draws: what every interval, rank and class of precision comes from.

A draw is the model itself under drawn assumptions, with what chance decides besides: the sample
of the census, which places have closed, and where help of unknown place stands. The central figure
is the computation without any draw; it is no mean of them.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from observatory.errors import ChoiceError
from observatory.model.assumptions import Assumptions
from observatory.model.help_hours import freshness_weight
from observatory.model.need import sampling_variance

if TYPE_CHECKING:
    from observatory.model.model import Model

FloatArray = NDArray[np.float64]
#: What an assumption must act on to be drawn; the norm's own number is asked, not drawn.
DRAWN = frozenset({"need", "help", "access", "closure"})
#: Assumptions in words, and the options among which a draw chooses evenly; the model of need in
#: use stands twice, for it agrees best with what others measured (docs/validation.md).
OPTIONS = {
    "access.decay": ("step", "gaussian", "binary"),
    "need.model": ("age", "poverty", "diploma", "diploma"),
}
#: Decimals of a drawn value whose effect is solved by iteration and kept.
SOLVED_ONCE = {"need.iris_poverty": 2, "need.iris_diploma": 2}
#: Ends of the intervals: 90 % of the draws lie between them.
ENDS = (0.05, 0.95)


@dataclass(frozen=True)
class Chance:
    """What chance decides in one draw.

    Attributes
    ----------
    census
        For each IRIS, the people in need that another sample of the census would count, over
        those that this one counts.
    standing
        For each row of help, 1 where it still stands and 0 where it has closed.
    stands_at
        For each row of help of unknown place, in their order, the point where it stands.
    gathered
        How much of it stands there (0-1); the rest serves its area evenly.
    """

    census: FloatArray
    standing: FloatArray
    stands_at: NDArray[np.int64]
    gathered: float


@dataclass(frozen=True)
class Draws:
    """The figures of every draw, by point that a zone of the territory takes a share of.

    Attributes
    ----------
    values
        One row a draw: the assumptions drawn.
    need, reached, missing
        People in need, hours of help within their reach and hours missing: (draws, points kept).
    kept
        The rows of the points kept.
    hours
        Hours of each row of help, (draws, rows).
    norm
        The norm of each draw, h/week per 100 people in need.
    """

    values: pd.DataFrame
    need: FloatArray
    reached: FloatArray
    missing: FloatArray
    hours: FloatArray
    norm: FloatArray
    kept: NDArray[np.intp]

    @cached_property
    def hours_interval(self) -> tuple[FloatArray, FloatArray]:
        """The ends of the hours of each row of help, closed places included."""
        low, high = np.quantile(self.hours, ENDS, axis=0)
        return low, high

    def sums(self, figure: FloatArray, matrix: csr_array) -> FloatArray:
        """Sum a figure by zone: (draws, zones).

        Parameters
        ----------
        figure
            ``need``, ``reached`` or ``missing``.
        matrix
            Of ``Ground.sum_matrix``, over every point.
        """
        summed: FloatArray = (matrix[:, self.kept] @ figure.T).T
        return summed


@dataclass(frozen=True)
class Cause:
    """A part of what draws move.

    Attributes
    ----------
    name
        What it is called.
    moved
        How the names of the assumptions begin that it moves.
    parts
        What of chance it decides, among :data:`PARTS`.
    """

    name: str
    moved: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()

    def holds(self, name: str) -> bool:
        """Return whether an assumption is one that this cause moves."""
        return name.startswith(self.moved) if self.moved else False


#: What chance decides: another sample of the census, closed places, where unknown help stands.
PARTS = frozenset({"census", "closure", "unknown_place"})
EVERYTHING = Cause("everything", ("",), PARTS)


def draw(model: Model, count: int, seed: int, cause: Cause = EVERYTHING) -> Draws:
    """Compute the figures of a territory under drawn assumptions; the same seed, the same draws.

    Parameters
    ----------
    cause
        What is drawn; what it does not move keeps its central value.
    """
    drawn, models = series(model, count, seed, cause)
    return collect(drawn, models, model.ground.counted)


def series(
    model: Model, count: int, seed: int, cause: Cause = EVERYTHING
) -> tuple[pd.DataFrame, Iterator[Model]]:
    """Return the assumptions drawn, one row a draw, and the territory in each draw in turn."""
    moved_names = [name for name in names(model.assumptions) if cause.holds(name)]
    texts = {name: options for name, options in OPTIONS.items() if cause.holds(name)}
    drawn = values(count, seed, model.assumptions, names=moved_names, texts=texts)
    drawn = drawn.round({name: SOLVED_ONCE[name] for name in SOLVED_ONCE if name in drawn})
    moves = [
        model.assumptions.changed({str(name): value for name, value in row.items()})
        for row in drawn.to_dict("records")
    ]
    model.ground.reserve(max(model.under(moved).decay.reach for moved in moves))
    both = zip(moves, chances(model, moves, seed, cause.parts), strict=True)
    return drawn, (model.under(moved, chance) for moved, chance in both)


def collect(drawn: pd.DataFrame, models: Iterable[Model], kept: NDArray[np.intp]) -> Draws:
    """Return the figures of every draw at the points kept."""
    found: dict[str, list[Any]] = {name: [] for name in ("need", "reached", "missing", "hours")}
    norm = []
    for one in models:
        found["need"].append(one.need_persons[kept])
        found["reached"].append(one.reached_hours[kept])
        found["missing"].append(one.missing_at[kept])
        found["hours"].append(one.help_hours)
        norm.append(one.norm)
    arrays = {name: np.array(rows) for name, rows in found.items()}
    return Draws(drawn, **arrays, norm=np.array(norm), kept=kept)


def chances(
    model: Model, moves: Sequence[Assumptions], seed: int, parts: Collection[str] = PARTS
) -> Iterator[Chance]:
    """Return what chance decides in each draw; parts that it does not decide stay central.

    The census asks a share of the dwellings, so a count of ``n`` people has a standard deviation
    of ``sqrt(deff n (1 - f) / f)``. A place closes with the chance that the age of its news gives
    it, all its rows of help together. Help of unknown place stands between two extremes: evenly
    over its area, as the central figure has it, and all at one point of it, drawn by residents.
    """
    supply = model.facts.supply
    random = np.random.default_rng([seed, 1])
    variance = sampling_variance(model.assumptions)
    people = model.need_of_iris
    spread = np.sqrt(np.divide(variance, people, out=np.zeros_like(people), where=people > 0))
    unit, places = pd.factorize(supply["site"].fillna(supply["supply"]))
    places_of_areas = _Places.of(model)
    for moved in moves:
        lots = random.random(len(places))[unit]
        weight = freshness_weight(model.ground.help.ages, moved)
        stands_at = places_of_areas.drawn(random)
        census = np.maximum(1 + spread * random.standard_normal(len(spread)), 0.0)
        gathered = float(random.random())
        yield Chance(
            census if "census" in parts else np.ones(len(spread)),
            (lots < weight).astype(float) if "closure" in parts else weight,
            stands_at,
            gathered if "unknown_place" in parts else 0.0,
        )


@dataclass(frozen=True)
class _Places:
    """Where help of unknown place can stand: the points of each area, by their residents.

    Attributes
    ----------
    edges
        The number of each area plus the share of its residents at its points so far, growing.
    points
        The point of each edge.
    area, order
        For each row of unknown place, area by area: the number of its area, and its position.
    count
        How many rows of unknown place.
    """

    edges: FloatArray
    points: NDArray[np.int64]
    area: NDArray[np.int64]
    order: NDArray[np.int64]
    count: int

    @classmethod
    def of(cls, model: Model) -> _Places:
        residents = model.facts.points["residents"].to_numpy(dtype=float)
        unplaced = np.cumsum(~model.ground.located) - 1
        nothing = np.array([], dtype=np.int64)
        edges: list[FloatArray] = [nothing.astype(float)]
        points, area, order = [nothing], [nothing], [nothing]
        for number, (inside, rows) in enumerate(model.ground.areas):
            people = residents[inside]
            if people.sum() > 0:
                edges.append(number + np.minimum(np.cumsum(people) / people.sum(), 1.0))
                points.append(inside)
                area.append(np.full(len(rows), number))
                order.append(unplaced[rows])
        return cls(
            np.concatenate(edges),
            np.concatenate(points),
            np.concatenate(area),
            np.concatenate(order),
            int((~model.ground.located).sum()),
        )

    def drawn(self, random: np.random.Generator) -> NDArray[np.int64]:
        """Return a point for each row of unknown place; 0 for one whose area nobody lives in."""
        found = np.zeros(self.count, dtype=np.int64)
        asked = self.area + random.random(len(self.area))
        at = np.searchsorted(self.edges, asked, side="right")
        found[self.order] = self.points[np.minimum(at, len(self.points) - 1)]
        return found


def names(assumptions: Assumptions) -> list[str]:
    """Return the assumptions that a draw moves: those with bounds that act on the figures."""
    return [name for name in bounded(assumptions) if assumptions[name].acts_on & DRAWN]


def bounded(assumptions: Assumptions) -> list[str]:
    """List the assumptions that have both bounds and can therefore be drawn, in order of name."""
    return sorted(
        item.name
        for item in assumptions
        if not isinstance(item.value, str) and item.low is not None and item.high is not None
    )


def values(
    n: int,
    seed: int,
    assumptions: Assumptions,
    *,
    names: Sequence[str] | None = None,
    texts: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Draw values of the assumptions, independently, each from a triangular law.

    The law goes from the low bound through the value in use, its mode, to the high bound. Each
    assumption has a stream of its own, from the seed and its name: its draws stay the same when
    others are added or left out.

    Parameters
    ----------
    n
        How many draws, one row each.
    names
        Assumptions drawn; all those with bounds by default.
    texts
        Assumptions in words and the options among which to draw evenly, such as
        ``{"access.decay": ["step", "gaussian", "binary"]}``.

    Raises
    ------
    ChoiceError
        No draws are asked for, or an assumption has no bounds to draw between.
    """
    if n < 1:
        raise refusal("number of draws", "1 or more", str(n))
    out: dict[str, Any] = {}
    for name in bounded(assumptions) if names is None else names:
        item = assumptions[name]
        if item.low is None or item.high is None:
            raise refusal(f"assumption {name}", "a low and a high bound", "none")
        low, mode, high = min(item.low, item.number), item.number, max(item.high, item.number)
        stream = _stream(seed, name)
        out[name] = stream.triangular(low, mode, high, n) if low < high else np.full(n, mode)
    for name, options in (texts or {}).items():
        assumptions.text(name)
        out[name] = _stream(seed, name).choice(np.array(list(options), dtype=object), n)
    return pd.DataFrame(out, index=pd.RangeIndex(n, name="draw"))


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def refusal(where: str, expected: str, found: str) -> ChoiceError:
    """Return the error of an assumption that cannot be drawn."""
    return ChoiceError(
        where,
        expected=expected,
        found=found,
        next_step="leave it out, or give it bounds in data/assumptions.toml",
    )
