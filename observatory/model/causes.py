"""What part of the interval each cause takes: draws in which one cause alone moves.

The parts are shares of the sum of the variances, each with the others at their central values;
what two causes do together is in none of them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from observatory import settings
from observatory.geo.codes import Cog
from observatory.model.draws import ENDS, Cause, draw
from observatory.model.model import SEED, Model
from observatory.model.to_move import told_apart
from observatory.model.uncertainty import kendall_distance
from observatory.tables.check import check
from observatory.tables.study_results import CAUSES as CAUSES_TABLE

#: Every assumption that is drawn, and every part of chance, is in one cause.
CAUSES = (
    Cause("need_rates", ("need.age_", "need.living_standard", "need.poverty", "need.diploma")),
    Cause("need_level", ("need.level", "need.total")),
    Cause("need_model", ("need.model", "need.iris", "need.weak")),
    Cause("census", ("need.census",), frozenset({"census"})),
    Cause("help_shares", ("capacity.counsellor", "capacity.france", "capacity.aidant.h_")),
    Cause("counted_twice", ("capacity.aidant.counted",)),
    Cause("closure", ("freshness.",), frozenset({"closure"})),
    Cause("unknown_place", (), frozenset({"unknown_place"})),
    Cause("walking", ("walk.",)),
    Cause("distance", ("access.decay", "access.step")),
    Cause("border", ("access.border",)),
)
#: Draws of each cause: enough for two figures of a share.
EACH = 200


def causes(model: Model, *, cog: Cog = "cog_2024", draws: int | None = None) -> pd.DataFrame:
    """Return how wide each cause alone makes the interval, and how far it moves the order.

    Of so many draws of each cause; by default :data:`EACH`, or those of the settings if fewer.
    """
    count = draws or min(EACH, settings.load().draws)
    matrix, _ = model.ground.sum_matrix("ept", cog)
    communes, codes = model.ground.sum_matrix("commune", cog)
    central = model.figures("commune", cog).set_index("code")["missing_h_per_100"].loc[codes]
    rows = []
    for cause in CAUSES:
        found = draw(model, count, SEED, cause)
        hours, people = found.sums(found.missing, matrix), found.sums(found.need, matrix)
        rate = 100 * hours.sum(axis=1) / people.sum(axis=1)
        each = found.sums(found.missing, communes) / found.sums(found.need, communes)
        low, high = np.quantile(rate, ENDS)
        hours_low, hours_high = np.quantile(hours.sum(axis=1), ENDS)
        moved = [kendall_distance(central, pd.Series(one, index=codes)) for one in each]
        rows.append(
            {
                "cause": cause.name,
                "missing_low": hours_low,
                "missing_high": hours_high,
                "missing_h_per_100_low": low,
                "missing_h_per_100_high": high,
                "variance": rate.var(),
                "pairs_pct": 100 * float(np.mean(moved)),
            }
        )
    table = pd.DataFrame(rows)
    whole = table["variance"].sum()
    table["share_pct"] = 100 * table.pop("variance") / whole if whole > 0 else 0.0
    table = table.assign(draws=count, norm=model.norm_name)
    ordered = table.sort_values(["share_pct", "cause"], ascending=[False, True])
    told = told_apart(ordered, CAUSES_TABLE, model.norm_name)
    return pd.DataFrame(check(told[CAUSES_TABLE.names], CAUSES_TABLE))
