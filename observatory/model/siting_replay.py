"""January 2021 replayed: the posts promised to the département, placed in five ways.

The four EPT were promised 80 posts of conseillers numériques. From the help that is not theirs,
under the norm of today, the best placing is set beside an equal split over the EPT, a split by
need, both placed as well as was found within each EPT, and the posts that the State's list holds,
where the build puts them. Points of the EPT that have no cells in the build are IRIS centres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ChoiceError
from observatory.model import gap
from observatory.model.help_hours import COUNSELLORS
from observatory.model.model import Model
from observatory.model.norms import refuse_share
from observatory.model.observed import Facts, at_home
from observatory.model.scenario_changes import HALF
from observatory.model.siting import prepare
from observatory.model.siting_problem import FloatArray, IntArray, Limits
from observatory.model.siting_request import Request
from observatory.model.siting_setting import Setting
from observatory.model.siting_solve import Watch, solve
from observatory.tables.check import check
from observatory.tables.siting_results import REPLAY

#: The parts of the time that the best placing and each EPT of a split may take.
BEST, EACH = 0.6, 0.05


@dataclass(frozen=True)
class Replay:
    """The posts promised in January 2021, placed in several ways.

    Attributes
    ----------
    table
        One row a way of placing them and an EPT, or all (``tables.siting_results.REPLAY``).
    posts
        Where they stand: ``way``, ``x_m``, ``y_m`` (metres), ``posts``, ``commune``; without a
        point where the State's list gives a commune alone.
    communes
        ``way``, ``commune``, ``missing_h_per_100``.
    facts
        The build, the whole département being its territory.
    """

    table: pd.DataFrame
    posts: pd.DataFrame
    communes: pd.DataFrame
    facts: Facts


def replay_2021(model: Model, seconds: float = 60.0) -> Replay:
    """Return what the posts promised in January 2021 leave missing, placed in several ways.

    Parameters
    ----------
    model : Model
        A build that holds the whole département; its norm is held.
    seconds : float, default 60
        The longest that placing may take.

    Raises
    ------
    ChoiceError
        A norm that is a share of the help there is, a build with streets, or a département to which
        no post is known to have been promised.
    """
    refuse_share(model.norm_name, "the replay of 2021")
    held = model.assumptions.changed({"gap.norm": repr(float(model.norm))})
    facts = widened(model.facts)
    theirs = at_home(facts.supply, facts) & (facts.supply["programme"] == COUNSELLORS)
    before = Model(replace(facts, supply=facts.supply[~theirs].reset_index(drop=True)), held)
    # In 2021 every post stood: none is older than its list.
    ages = facts.supply["age_months"].where(~theirs, 0.0)
    listed = Model(replace(facts, supply=facts.supply.assign(age_months=ages)), held)
    promised = _promised(model)
    setting, limits = prepare(before, Request(posts=promised, kinds=("cell",)))
    ways = [_Way("none", before.missing_at, _nowhere(setting.places))]
    ways += _placed(setting, limits, seconds)
    supply = facts.supply.assign(posts=facts.supply["posts"].where(theirs))
    standing = supply[(supply["posts"] > 0) & ~supply["counted_elsewhere"]]
    known = standing[["x_m", "y_m"]].where(standing["serves"] == "point", axis=0)
    ways.append(_Way("listed", listed.missing_at, standing[["commune", "posts"]].join(known)))
    table = pd.concat([_row(way, before) for way in ways], ignore_index=True)
    return Replay(
        pd.DataFrame(check(table[REPLAY.names], REPLAY)),
        pd.concat([way.posts.assign(way=way.name) for way in ways], ignore_index=True),
        pd.concat([_by_commune(way, before) for way in ways], ignore_index=True),
        facts,
    )


def _promised(model: Model) -> float:
    """Return how many posts were promised to the département."""
    area = model.facts.departement
    known = model.ground.totals.get(("promised_posts", area))
    if known is None:
        raise ChoiceError(
            "the replay of 2021",
            expected="a département to which posts were promised",
            found=f"{area}, of which no promise is known",
            next_step=f"add it to data/territories/{area}/totals.toml, and build again",
        )
    return float(known.quantity)


@dataclass(frozen=True)
class _Way:
    """One way of placing posts.

    Attributes
    ----------
    name
        One of ``tables.siting_results.WAYS``.
    left
        The hours missing that they leave at each point.
    posts
        Where they stand: ``commune``, ``x_m``, ``y_m``, ``posts``.
    bound
        The hours missing below which no placing gets; missing but for the best.
    """

    name: str
    left: FloatArray
    posts: pd.DataFrame
    bound: float = np.nan


def _placed(setting: Setting, limits: Limits, seconds: float) -> list[_Way]:
    """Return the best placing found, and those of an equal split and of one by need."""
    model, places = setting.model, setting.places
    of = _ept_of(model.facts)
    of_place = places["commune"].map(of)
    here = model.facts.points["commune"].map(of).to_numpy()
    need = pd.Series(model.need_persons * model.ground.inside).groupby(here).sum()
    need = need[need > 0]
    best = solve(setting.problem("hours", limits), Watch(BEST * seconds))
    each = EACH * seconds
    equal = _within(setting, limits, of_place, _shares(need * 0 + 1, limits.halves), each)
    by_need = _within(setting, limits, of_place, _shares(need, limits.halves), each)
    found = []
    for name, chosen in (("best", best.chosen), ("equal", equal), ("by_need", by_need)):
        reached = setting.reached + setting.gain @ chosen.astype(float)
        left = gap.shortfall(model.need_persons, reached, model.norm)
        posts = _nowhere(places).assign(posts=HALF * chosen)
        bound = max(_total(model) - best.bound, 0.0) if name == "best" else np.nan
        found.append(_Way(name, left, posts[posts["posts"] > 0], bound))
    return found


def _nowhere(places: pd.DataFrame) -> pd.DataFrame:
    return places[["commune", "x_m", "y_m"]].assign(posts=0.0)


def _ept_of(facts: Facts) -> pd.Series[Any]:
    """Return the EPT of each commune."""
    found: pd.Series[Any] = facts.communes.set_index("commune")["ept"]
    return found


def widened(facts: Facts) -> Facts:
    """Return the facts with the whole département as the territory."""
    tables = ("points", "iris", "communes", "sites", "schools")
    return replace(
        facts,
        **{
            name: frame.assign(in_territory=at_home(frame, facts))
            for name in tables
            for frame in (getattr(facts, name),)
        },
    )


def _total(model: Model) -> float:
    """Return the hours missing in the département."""
    return float(model.missing_at[model.ground.inside].sum())


def _shares(weight: pd.Series[float], halves: int) -> Mapping[str, int]:
    """Return halves by EPT in proportion, the largest rests rounded up."""
    exact = halves * weight / weight.sum()
    whole = (exact + 1e-9).astype(int)
    rest = (exact - whole).sort_values(ascending=False, kind="stable").index
    whole.loc[rest[: halves - int(whole.sum())]] += 1
    return {str(code): int(number) for code, number in whole.items()}


def _within(
    setting: Setting,
    limits: Limits,
    of_place: pd.Series[str],
    shares: Mapping[str, int],
    seconds: float,
) -> IntArray:
    """Return a placing in which each EPT has its halves, one EPT after the other."""
    chosen = np.zeros(len(of_place), dtype=np.int64)
    for code, halves in shares.items():
        most = np.where((of_place == code).to_numpy(), chosen + halves, chosen)
        total = int(chosen.sum()) + halves
        part = replace(limits, halves=total, least=chosen, most=most, elsewhere=total)
        chosen = solve(setting.problem("hours", part), Watch(seconds), prove=False).chosen
    return chosen


def _row(way: _Way, model: Model) -> pd.DataFrame:
    """Return what a way leaves missing in each EPT, and in all."""
    facts, of = model.facts, _ept_of(model.facts)
    epts = facts.points["commune"].map(of).to_numpy()
    sums = _inside(way, model).groupby(epts).sum()
    sums = sums[sums["need"] > 0]
    posts = way.posts["posts"].groupby(way.posts["commune"].map(of)).sum()
    names = facts.communes.drop_duplicates("ept").set_index("ept")["ept_name"]
    table = pd.DataFrame(
        {
            "ept": sums.index,
            "ept_name": names.reindex(sums.index).to_numpy(),
            "posts": posts.reindex(sums.index).fillna(0.0).to_numpy(dtype=float),
            "missing_h_per_week": sums["missing"].to_numpy(),
            "need_persons": sums["need"].to_numpy(),
            "missing_low_h_per_week": np.nan,
        }
    )
    whole = {
        "ept": facts.departement,
        "ept_name": "all",
        "posts": table["posts"].sum(),
        "missing_h_per_week": table["missing_h_per_week"].sum(),
        "need_persons": table["need_persons"].sum(),
        "missing_low_h_per_week": way.bound,
    }
    table = pd.concat([table, pd.DataFrame([whole])], ignore_index=True)
    rate = 100 * table["missing_h_per_week"] / table["need_persons"]
    return table.assign(way=way.name, missing_h_per_100=rate)


def _by_commune(way: _Way, model: Model) -> pd.DataFrame:
    sums = _inside(way, model).groupby(model.facts.points["commune"].to_numpy()).sum()
    sums = sums[sums["need"] > 0]
    rate = 100 * sums["missing"] / sums["need"]
    table = rate.rename("missing_h_per_100").rename_axis("commune").reset_index()
    return table.assign(way=way.name)


def _inside(way: _Way, model: Model) -> pd.DataFrame:
    """Return the hours missing and the people in need of each point of the département."""
    inside = model.ground.inside
    return pd.DataFrame({"missing": way.left * inside, "need": model.need_persons * inside})
