"""The studies: one function each from a model to a table, and the list of them.

The command line and the pages take a study's options, contract and description from
:data:`STUDIES`; a new study is one function and one line there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from observatory import settings
from observatory.errors import ChoiceError
from observatory.geo.codes import Cog
from observatory.model import (
    commune_languages,
    equity,
    help_studies,
    kinds,
    known_indices,
    priority_districts,
    programme_studies,
    uncertainty,
    zone_draws,
)
from observatory.model import validation as validated
from observatory.model.assumptions import GAP, Assumptions
from observatory.model.causes import causes
from observatory.model.changes import changes
from observatory.model.compare import compare
from observatory.model.draws import names
from observatory.model.families import families
from observatory.model.languages_file import load_languages
from observatory.model.least_posts import least_posts
from observatory.model.levels import Level
from observatory.model.model import SEED, Model
from observatory.model.norms import SHARES
from observatory.model.open_decisions import decisions
from observatory.model.priority_schools import rep_networks, rep_schools
from observatory.model.publics import publics
from observatory.model.to_move import told_apart
from observatory.model.why import why
from observatory.model.zone_draws import WORST
from observatory.tables.activity_tables import ACTIVITY_STUDY
from observatory.tables.check import check
from observatory.tables.comparison_results import COMPARED, WHY
from observatory.tables.decision_results import DECISIONS
from observatory.tables.kind_results import KINDS, REP_PARENTS
from observatory.tables.language_tables import MATCH, STATUS
from observatory.tables.offer_results import OFFER
from observatory.tables.priority_results import FAMILIES, PUBLICS
from observatory.tables.programme_tables import PROGRAMMES, PROMISES, SUMS
from observatory.tables.remarks import remark, stored
from observatory.tables.siting_results import LEAST_POSTS
from observatory.tables.study_results import (
    CAUSES,
    EQUITY,
    INDICES,
    INSIDE,
    NETWORKS,
    PRIORITY_SCHOOLS,
    QPV_ZONES,
    RANKS,
    TORNADO,
)
from observatory.tables.table import Table
from observatory.tables.validation_results import CHANGES, VALIDATION

Network = Literal["REP", "REP+"]

#: What the size of a programme's public, and the schools near a place, depend on.
PUBLIC = frozenset({"need", "access", "nearness"})
#: Measures of equity that count things, and what they count.
COUNTED = {"rep_far_schools": "schools", "rep_known_schools": "schools"}


def ranks(
    model: Model,
    *,
    level: Level = "commune",
    cog: Cog = "cog_2024",
    draws: int | None = None,
    seed: int = SEED,
    worst: int | None = None,
) -> pd.DataFrame:
    """Return how sure the ranking is: hours and rank of each zone over drawn assumptions."""
    if level not in WORST:
        raise ChoiceError(
            "level",
            expected=" or ".join(WORST),
            found=repr(level),
            next_step="rank one of these; a territory has no rank of its own",
        )
    series = None if model.usual(draws, seed) else model.drawn(draws, seed)
    worst = worst or WORST[level]
    over = zone_draws.intervals(model, level, cog, series)
    named = {"missing_low": "missing_p05", "missing_high": "missing_p95"}
    over = over.rename(columns=named)[[*named.values(), "missing_class"]]
    # A zone where nobody lives has no point, hence no draw: nothing is missing there.
    figures = model.figures(level, cog)
    table = figures[["code", "name", "missing_h_per_week"]].set_index("code").join(over)
    table = table.join(zone_draws.ranks(model, level, cog, worst, series))
    table = table.dropna(subset=["rank_p50"])
    table["rank"] = table["missing_h_per_week"].rank(ascending=False, method="min").astype(int)
    count = settings.load().draws if draws is None else draws
    table = table.assign(worst=worst, draws=count, norm=model.norm_name).reset_index()
    return _told(model, table.sort_values(["rank", "code"]), RANKS)


def tornado(model: Model, *, cog: Cog = "cog_2024") -> pd.DataFrame:
    """Say which assumption, moved alone to its bounds, moves the ranking of the communes most."""
    known = model.assumptions
    moved_ones = names(known)

    def missing(moved: Assumptions) -> pd.Series[Any]:
        return model.under(moved).missing("commune", cog)

    found = uncertainty.tornado(missing, known, moved_ones)
    table = found[["name", "low", "value", "high"]].assign(
        pairs_low_pct=100 * found["distance_low"],
        pairs_high_pct=100 * found["distance_high"],
        total_low_pct=100 * found["total_low"],
        total_high_pct=100 * found["total_high"],
    )
    reach = table[["total_low_pct", "total_high_pct"]].abs().max(axis=1)
    order = pd.DataFrame({"distance": -found["distance"].round(9), "reach": -reach.round(9)})
    return _checked(table.loc[order.sort_values(["distance", "reach"]).index], TORNADO)


def _people(model: Model) -> pd.DataFrame:
    """Return where people are in need, cut by the edges of the QPV: ``side`` says which side."""
    parts, side = priority_districts.sides(model)
    return parts.assign(side=side)[parts["need_persons"] > 0]


def equity_of(model: Model) -> dict[str, float]:
    """Return how evenly access is shared among the territory's people in need, by measure.

    ``gini``, ``theil`` of access weighted by need; ``concentration_poverty``, its concentration
    along the poverty of the IRIS (below 0: the poor have more); ``qpv_ratio``, mean access inside
    the QPV of known outline over outside; ``rep_far_schools`` and ``rep_known_schools``, located
    REP/REP+ schools beyond the near walk, and all of them.
    """
    points = _people(model)
    poverty = points["iris"].map(model.iris.set_index("iris")["poverty_pct"])
    known = poverty.notna().to_numpy()
    kept = points[known]
    found = equity.summary(
        kept["access_h_per_100"].to_numpy(),
        kept["need_persons"].to_numpy(),
        poverty[known].to_numpy(),
        (kept["side"] == "inside").to_numpy(),
    )
    schools = rep_schools(model)
    far = schools["walk_min"] > model.assumptions.number("access.near_min")
    return {
        **found,
        "rep_far_schools": float(far.sum()),
        "rep_known_schools": float(schools["walk_min"].notna().sum()),
    }


def equity_table(model: Model) -> pd.DataFrame:
    """Return how evenly help is in reach: Gini, Theil, concentration, QPV ratio, REP schools."""
    rows = [
        {
            "measure": name,
            "value": value,
            "unit": COUNTED.get(name),
            "meaning": stored([remark(f"studies.{name}")]),
        }
        for name, value in equity_of(model).items()
    ]
    return _checked(pd.DataFrame(rows), EQUITY)


def lorenz(model: Model) -> pd.DataFrame:
    """Return the Lorenz curve of access among the territory's people in need."""
    points = _people(model)
    return equity.lorenz(points["access_h_per_100"].to_numpy(), points["need_persons"].to_numpy())


def indices(model: Model) -> pd.DataFrame:
    """Put IFN V2 and DERI, recomputed, beside the gap of each commune, and say why they differ."""
    gaps = model.figures("commune", "cog_2024")
    why = known_indices.explanations(model.facts, gaps, moved=model.norm_name in SHARES)
    table = known_indices.indices_of(model.facts, gaps).rename_axis("code").reset_index()
    table["why"] = [stored([why[code]]) for code in table["code"]]
    return _told(model, table.sort_values(["rank_gap", "code"]), INDICES)


def qpv(model: Model) -> pd.DataFrame:
    """Return need, help and gap inside the QPV whose outline is known, and outside."""
    table = priority_districts.totals(model).reset_index(names="where")
    return _told(model, table.assign(norm=model.norm_name), INSIDE)


def qpv_zones(model: Model) -> pd.DataFrame:
    """Return each QPV: need, help, gap, places, schools, its edge, and the rest of its communes."""
    return _told(model, priority_districts.qpv_zones(model), QPV_ZONES)


def schools_of_priority(
    model: Model, *, network: Network | None = None, far: bool = False
) -> pd.DataFrame:
    """Return each REP/REP+ school, furthest first: walk to the nearest place, pupils, parents."""
    table = rep_schools(model)
    near = model.assumptions.number("access.near_min")
    walk = table["walk_min"]
    each = model.assumptions.number("kinds.rep_parents.per_pupil")
    table = table.assign(
        parents=table["pupils"] * each, near_place=(walk <= near).where(walk.notna())
    )
    if network is not None:
        table = table[table["network"] == network]
    if far:
        table = table[table["walk_min"] > near]
    rows = table.sort_values(
        ["network", "walk_min", "uai"], ascending=[False, False, True], ignore_index=True
    )
    return _checked(rows[PRIORITY_SCHOOLS.names], PRIORITY_SCHOOLS)


def rep(model: Model) -> pd.DataFrame:
    """Return need and gap around the collège of each REP/REP+ network; not to be summed."""
    order = ["missing_h_per_week", "network_head"]
    table = rep_networks(model).sort_values(order, ascending=[False, True])
    return _told(model, table, NETWORKS)


def cost(model: Model, *, level: Level = "commune", cog: Cog = "cog_2024") -> pd.DataFrame:
    """Return what the least posts of each zone cost the State in a year, the dearest zone first.

    Raises
    ------
    ChoiceError
        As :func:`observatory.model.least_posts.least_posts`.
    """
    table = least_posts(model, level=level, cog=cog)
    ordered = table.sort_values(["cost_eur", "code"], ascending=[False, True])
    return _checked(ordered, LEAST_POSTS)


def kinds_of_need(model: Model, *, level: Level = "commune", cog: Cog = "cog_2024") -> pd.DataFrame:
    """Return need by kind (skills, equipment, connection, procedures, language); kinds overlap."""
    return kinds.by_zone(model, level, cog)


def parents(model: Model, *, by: kinds.By = "commune", cog: Cog = "cog_2024") -> pd.DataFrame:
    """Count the parents of the pupils of REP and REP+ schools: an order of size, low and high."""
    ept = str(model.facts.ept["ept"].iloc[0])
    return kinds.rep_parents(model.facts.schools, model.assumptions, by, cog, ept)


def validation(model: Model) -> pd.DataFrame:
    """Set the figures beside what others measured: INSEE's levels, people helped, other indices."""
    return validated.validation(model)


def languages(model: Model, *, cog: Cog = "cog_2024") -> pd.DataFrame:
    """Say, commune by commune, what is known of languages, and which file would tell the rest."""
    table = load_languages(settings.load().data / "languages.toml")
    facts = model.facts
    return commune_languages.status(facts, table, cog, facts.origins_communes, facts.migrants_iris)


def spoken(model: Model, *, cog: Cog = "cog_2024") -> pd.DataFrame:
    """Set the languages of each commune beside those its places declare, where a table tells."""
    facts = model.facts
    if facts.origins_communes is None:
        raise ChoiceError(
            "study spoken",
            expected="a build with INSEE's table of countries of birth",
            found="a build without it",
            next_step="build one: observatory build --from FOLDER --with birth_countries_2022",
        )
    table = load_languages(settings.load().data / "languages.toml")
    return commune_languages.answer(
        facts, table, model.assumptions, cog, facts.origins_communes, facts.migrants_iris
    )


@dataclass(frozen=True)
class Study:
    """A table computed from a model.

    Attributes
    ----------
    compute
        The function: a model, then options by name.
    table
        The contract of what it returns.
    shows
        What an assumption must act on to change it (``Assumption.acts_on``).
    """

    compute: Callable[..., pd.DataFrame]
    table: Table
    shows: frozenset[str] = GAP

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the study and their defaults."""
        found = inspect.signature(self.compute).parameters.values()
        return {one.name: one.default for one in found if one.name != "model"}

    @property
    def summary(self) -> str:
        """What it says, in one sentence."""
        return (inspect.getdoc(self.compute) or "").splitlines()[0]

    def of(self, model: Model, **options: Any) -> pd.DataFrame:
        """Return the table of a model.

        Raises
        ------
        ChoiceError
            An unknown level, geography or assumption.
        """
        return self.compute(model, **options)


#: Every study, by the name that the command line and the pages have for it.
STUDIES: Mapping[str, Study] = {
    "ranks": Study(ranks, RANKS),
    "tornado": Study(tornado, TORNADO),
    "causes": Study(causes, CAUSES),
    "equity": Study(equity_table, EQUITY),
    "indices": Study(indices, INDICES),
    "qpv": Study(qpv, INSIDE),
    "qpv_zones": Study(qpv_zones, QPV_ZONES),
    "rep": Study(rep, NETWORKS),
    "rep_schools": Study(
        schools_of_priority, PRIORITY_SCHOOLS, frozenset({"access", "nearness", "parents"})
    ),
    "cost": Study(cost, LEAST_POSTS, GAP | {"cost"}),
    "least_posts": Study(least_posts, LEAST_POSTS, GAP | {"cost"}),
    "kinds": Study(kinds_of_need, KINDS, frozenset({"need", "interval", "kinds"})),
    "parents": Study(parents, REP_PARENTS, frozenset({"parents"})),
    "languages": Study(languages, STATUS, frozenset()),
    "decisions": Study(decisions, DECISIONS),
    "activity": Study(help_studies.activity, ACTIVITY_STUDY, frozenset({"help"})),
    "validation": Study(validation, VALIDATION),
    "changes": Study(changes, CHANGES),
    "spoken": Study(spoken, MATCH, frozenset({"languages"})),
    "why": Study(why, WHY),
    "compare": Study(compare, COMPARED),
    "publics": Study(publics, PUBLICS, frozenset({"parents"})),
    "families": Study(families, FAMILIES, frozenset({"need", "parents"})),
    "programmes": Study(programme_studies.all_programmes, PROGRAMMES, PUBLIC),
    "promises": Study(programme_studies.promises, PROMISES, frozenset({"access", "nearness"})),
    "programme_sums": Study(programme_studies.programme_sums, SUMS, frozenset()),
    "solidarity_offer": Study(
        programme_studies.offer, OFFER, frozenset({"need", "kinds", "offer"})
    ),
}


def _told(model: Model, frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a table of what lacks to the norm: missing, or to move where it is a share."""
    return _checked(told_apart(frame, table, model.norm_name)[table.names], table)


def _checked(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    return pd.DataFrame(check(frame, table))
