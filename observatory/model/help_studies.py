"""What is known of the help itself: the people it helped by post code, beside the posts assumed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ChoiceError
from observatory.model.help_hours import COUNSELLORS
from observatory.model.model import Model
from observatory.tables.activity_tables import ACTIVITY_STUDY, SEPARATOR
from observatory.tables.check import check

#: The two figures of a row of help.
GIVEN = ("posts", "hours")


def activity(model: Model) -> pd.DataFrame:
    """Set the people helped in each post code beside the posts and hours of help assumed there."""
    known = model.facts.activity
    if known is None:
        raise ChoiceError(
            "study activity",
            expected="a build with the people helped by post code",
            found="a build made before they were kept",
            next_step="build the tables again: observatory build --from FOLDER",
        )
    rows = _counsellors(model)
    here = rows[rows["postcode"].isin(set(known["postcode"]))]
    over = rows.drop(here.index).groupby("commune")[list(GIVEN)].sum()
    at = here.groupby("postcode")[list(GIVEN)].sum().reindex(known["postcode"]).fillna(0.0)
    communes = known["communes"].fillna("").str.split(SEPARATOR, regex=False)
    wide = pd.DataFrame([over.reindex(codes).sum() for codes in communes], columns=list(GIVEN))
    unknown = known["communes"].isna().to_numpy()
    posts = at["posts"].to_numpy() + wide["posts"].to_numpy()
    table = known.assign(
        names=_names(model, communes).where(~unknown),
        shared_with=known["communes"].where((known["basis"] == "shared").to_numpy()),
        posts_here=at["posts"].to_numpy(),
        help_here_h_per_week=at["hours"].to_numpy(),
        posts_over_communes=wide["posts"].mask(unknown).to_numpy(),
        help_over_communes_h_per_week=wide["hours"].mask(unknown).to_numpy(),
        people_per_post=known["people_helped"] / np.where((posts > 0) & ~unknown, posts, np.nan),
    )
    order = ["people_helped", "postcode"]
    rows = table[ACTIVITY_STUDY.names].sort_values(order, ascending=[False, True])
    return pd.DataFrame(check(rows, ACTIVITY_STUDY))


def _counsellors(model: Model) -> pd.DataFrame:
    """Return the posts at places, with their post codes, and those that serve a commune.

    A place without a post code stands for its commune; the posts of an EPT or of the département
    are in no post code.
    """
    rows = model.facts.supply.assign(hours=model.help_hours)
    kept = (rows["programme"] == COUNSELLORS) & rows["serves"].isin(["point", "commune"])
    postcodes = model.facts.sites.set_index("site")["postcode"]
    at = rows["site"].where(rows["serves"] == "point").map(postcodes)
    return rows.assign(postcode=at)[kept]


def _names(model: Model, communes: pd.Series[Any]) -> pd.Series[Any]:
    names = dict(
        zip(model.facts.communes["commune"], model.facts.communes["commune_name"], strict=True)
    )
    return communes.map(lambda codes: SEPARATOR.join(names.get(code, code) for code in codes))
