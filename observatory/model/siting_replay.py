"""January 2021 replayed: the posts promised to the département, placed in five ways.

The four EPT were promised 80 posts of conseillers numériques. From the help that is not theirs,
under the norm of today, the best placing is set beside an equal split over the EPT, a split by
need, both placed as well as was found within each EPT, and the posts that the State's list holds,
where the build puts them. Points of the EPT that have no cells in the build are IRIS centres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

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


def replay_2021(model: Model, seconds: float = 60.0) -> pd.DataFrame:
    """Return what the posts promised in January 2021 leave missing, placed in several ways.

    Parameters
    ----------
    model : Model
        A build that holds the whole département; its norm is held.
    seconds : float, default 60
        The longest that placing may take.

    Returns
    -------
    pandas.DataFrame
        One row a way of placing them and an EPT, or all (``tables.siting_results.REPLAY``).

    Raises
    ------
    ChoiceError
        A norm that is a share of the help there is, or a build with streets.
    """
    refuse_share(model.norm_name, "the replay of 2021")
    held = model.assumptions.changed({"gap.norm": repr(float(model.norm))})
    facts = widened(model.facts)
    theirs = at_home(facts.supply, facts) & (facts.supply["programme"] == COUNSELLORS)
    before = Model(replace(facts, supply=facts.supply[~theirs].reset_index(drop=True)), held)
    # In 2021 every post stood: none is older than its list.
    ages = facts.supply["age_months"].where(~theirs, 0.0)
    listed = Model(replace(facts, supply=facts.supply.assign(age_months=ages)), held)
    promised = float(model.ground.totals["promised_posts", facts.departement].quantity)
    setting, limits = prepare(before, Request(posts=promised, kinds=("cell",)))
    epts = facts.points["commune"].map(facts.communes.set_index("commune")["ept"])
    of_place = setting.places["commune"].map(facts.communes.set_index("commune")["ept"])
    need = pd.Series(before.need_persons * before.ground.inside).groupby(epts.to_numpy()).sum()
    need = need[need > 0]
    best = solve(setting.problem("hours", limits), Watch(BEST * seconds))
    each = EACH * seconds
    equal = _within(setting, limits, of_place, _shares(need * 0 + 1, limits.halves), each)
    by_need = _within(setting, limits, of_place, _shares(need, limits.halves), each)
    rows = [_row("none", before.missing_at, 0 * need, np.nan, before)]
    for way, chosen in (("best", best.chosen), ("equal", equal), ("by_need", by_need)):
        people = setting.model.need_persons
        reached = setting.reached + setting.gain @ chosen.astype(float)
        left = gap.shortfall(people, reached, before.norm)
        posts = HALF * pd.Series(chosen).groupby(of_place.to_numpy()).sum()
        bound = _total(before) - best.bound if way == "best" else np.nan
        rows.append(_row(way, left, posts, bound, before))
    posts_listed = facts.supply["posts"].where(theirs & ~facts.supply["counted_elsewhere"])
    of_help = facts.supply["commune"].map(facts.communes.set_index("commune")["ept"])
    rows.append(
        _row("listed", listed.missing_at, posts_listed.groupby(of_help).sum(), np.nan, before)
    )
    table = pd.concat(rows, ignore_index=True)
    return pd.DataFrame(check(table[REPLAY.names], REPLAY))


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


def _row(
    way: str, left: FloatArray, posts: pd.Series[float], bound: float, model: Model
) -> pd.DataFrame:
    facts, inside = model.facts, model.ground.inside
    epts = facts.points["commune"].map(facts.communes.set_index("commune")["ept"])
    frame = pd.DataFrame({"missing": left * inside, "need": model.need_persons * inside})
    sums = frame.groupby(epts.to_numpy()).sum()
    sums = sums[sums["need"] > 0]
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
        "missing_low_h_per_week": bound,
    }
    table = pd.concat([table, pd.DataFrame([whole])], ignore_index=True)
    rate = 100 * table["missing_h_per_week"] / table["need_persons"]
    return table.assign(way=way, missing_h_per_100=rate)
