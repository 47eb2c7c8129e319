"""Carry rows of a file of another geography to the communes of a build."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from observatory.geo.mergers import lies_in

#: What an undivided commune has in place of the number of an IRIS.
UNDIVIDED = "0000"
#: How many carried communes a note names.
NAMED = 5


def carry(
    raw: pd.DataFrame, column: str, communes: Mapping[str, str] | None, *also: str
) -> tuple[pd.DataFrame, str]:
    """Return rows under the commune of the build that theirs lies in, and what was carried.

    For rows that are things (places, schools), and for counts, which are summed afterwards
    (:func:`summed`). Rates and incomes are not to be carried. The IRIS of a commune is carried
    where it is undivided and the file has the commune that it is in undivided too.

    Parameters
    ----------
    column, also
        Codes of communes or of IRIS; further columns of the row's commune code.
    communes
        Folded name -> code of those of the build; nothing is carried without it.

    Returns
    -------
    tuple
        The rows, those carried last, by the index that they had; and a note, empty for none.
    """
    known = frozenset((communes or {}).values())
    codes = raw[column].str[:5].astype(object)
    away = {one for one in codes.unique() if known and isinstance(one, str) and one not in known}
    found = {code: into for code in sorted(away) if (into := lies_in(code, known))}
    if not found:
        return raw, ""
    moved = codes.map(found).astype(object)
    if raw[column].str.len().max() > len("93066"):
        target = moved + UNDIVIDED
        whole = raw[column].str.endswith(UNDIVIDED) & target.isin(set(raw[column]))
        moved = moved.where(whole)
    mask = moved.notna().to_numpy()
    if not mask.any():
        return raw, ""
    codes = codes[mask]
    ends = raw.loc[mask, column].str[5:]
    new = raw[mask].assign(**{column: moved[mask].astype("str") + ends})
    new = new.assign(**{name: moved[mask].astype("str") for name in also})
    pairs = [f"{code} in {found[code]}" for code in sorted(set(codes))]
    more = ", ..." if len(pairs) > NAMED else ""
    note = f"{len(new)} rows of communes that are of one of the build, carried to it: "
    return pd.concat([raw[~mask], new]), note + ", ".join(pairs[:NAMED]) + more


def summed(frame: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """Return counts with the rows of one key added up: a count missing in one is missing in all.

    What is no count is that of the first row; the reason of a missing count (``..._why``) is the
    first there is.
    """
    several = frame.duplicated([*keys], keep=False)
    if not several.any():
        return frame
    counts = [str(name) for name in frame.select_dtypes("number")]
    whys = [str(name) for name in frame if str(name).endswith("_why")]
    rows = frame[several]
    groups = rows.groupby([*keys], sort=False)
    whole = rows[~rows.duplicated([*keys])].set_index([*keys])
    whole = whole.assign(
        **groups[counts].sum().where(groups[counts].count().eq(groups.size(), axis=0)),
        **groups[whys].first(),
    )
    done = pd.concat([frame[~several], whole.reset_index()], ignore_index=True)
    return done[list(frame)].astype({name: frame[name].dtype for name in frame})
