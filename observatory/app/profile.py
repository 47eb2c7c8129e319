"""A commune's figures against its EPT and its département, each with where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from observatory.geo.codes import Cog
from observatory.geo.mergers import former_codes_of
from observatory.model.observed import Facts, at_home
from observatory.model.precision import CLASSES
from observatory.tables.provenance import Provenance
from observatory.words.catalogue import Words
from observatory.words.numbers import interval, number, percent

Kind = Literal["count", "percent", "rate"]


@dataclass(frozen=True)
class Area:
    """The rows of the built tables that lie in one commune, the EPT or the département."""

    iris: pd.DataFrame
    communes: pd.DataFrame
    points: pd.DataFrame
    supply: pd.DataFrame
    schools: pd.DataFrame


@dataclass(frozen=True)
class Indicator:
    """One line of the profile.

    Attributes
    ----------
    name
        Its name in the texts (``indicator.<name>.*``).
    kind
        ``count`` adds up; ``percent`` and ``rate`` compare.
    decimals
        Precision on screen.
    sources
        Identifiers of the sources, as in the build's manifest.
    compute
        From the rows of an area to the value, NaN where it is not known.
    low, high
        Columns of the gap table that bound it, where it has an interval.
    assumed
        Whether it stands on assumptions, to be said beside it.
    grade
        Column of the gap table with its class of precision, where it has one.
    """

    name: str
    kind: Kind
    decimals: int
    sources: tuple[str, ...]
    compute: Callable[[Area], float]
    low: str | None = None
    high: str | None = None
    assumed: bool = False
    grade: str | None = None


def _total(frame: pd.DataFrame, column: str) -> float:
    """Sum what is known; NaN where nothing is."""
    return float(frame[column].sum(min_count=1))


def _percent(part: float, whole: float) -> float:
    return 100 * part / whole if whole > 0 else float("nan")


def _both(frame: pd.DataFrame, part: str, whole: str) -> float:
    """Share over the rows where both are known, so that a missing part never counts as zero."""
    rows = frame[frame[part].notna() & frame[whole].notna()]
    return _percent(float(rows[part].sum()), float(rows[whole].sum()))


def _mean(frame: pd.DataFrame, column: str, weight: str) -> float:
    """Weighted mean over the rows where the value is known."""
    rows = frame[frame[column].notna() & (frame[weight] > 0)]
    if not len(rows):
        return float("nan")
    return float(np.average(rows[column].astype(float), weights=rows[weight].astype(float)))


def _elders(area: Area) -> float:
    ages = area.iris[[name for name in area.iris if str(name).startswith("pop_")]].sum()
    return _percent(float(ages["pop_60_74"] + ages["pop_75p"]), float(ages.sum()))


def _priority_schools(area: Area) -> float:
    return float(area.schools["network"].notna().sum())


CENSUS = ("ages_iris_2016", "activity_iris_2016")
HELP = ("host_structures_2023", "france_services_2024", "aidants_connect_2024")
NEED = (
    "ages_iris_2016",
    "cog_communes_2026",
    "income_declared_iris_2021",
    "income_disposable_communes_2021",
    "commune_diplomas",
)

INDICATORS: tuple[Indicator, ...] = (
    Indicator("population", "count", 0, CENSUS, lambda a: _total(a.iris, "population")),
    Indicator("elders", "percent", 1, CENSUS, _elders),
    Indicator(
        "need",
        "count",
        0,
        NEED,
        lambda a: _total(a.points, "need_persons"),
        "need_low",
        "need_high",
        assumed=True,
        grade="need_class",
    ),
    Indicator(
        "need_rate",
        "percent",
        1,
        NEED,
        lambda a: _both(a.points, "need_persons", "population_latest"),
        assumed=True,
        grade="need_class",
    ),
    Indicator(
        "missing",
        "count",
        0,
        HELP,
        lambda a: _total(a.points, "missing_h_per_week"),
        "missing_low",
        "missing_high",
        assumed=True,
        grade="missing_class",
    ),
    Indicator(
        "missing_rate",
        "rate",
        2,
        HELP,
        lambda a: _both(a.points, "missing_h_per_week", "need_persons"),
        "missing_h_per_100_low",
        "missing_h_per_100_high",
        assumed=True,
        grade="missing_class",
    ),
    Indicator(
        "access",
        "rate",
        2,
        HELP,
        lambda a: _mean(a.points, "access_h_per_100", "need_persons"),
        "access_low",
        "access_high",
        assumed=True,
    ),
    Indicator(
        "nearest",
        "rate",
        0,
        HELP,
        lambda a: _mean(a.points, "nearest_min", "need_persons"),
        assumed=True,
    ),
    Indicator(
        "within_15",
        "percent",
        0,
        HELP,
        lambda a: _mean(a.points, "within_15", "need_persons"),
        assumed=True,
    ),
    Indicator(
        "poverty",
        "percent",
        0,
        ("income_disposable_communes_2021",),
        lambda a: _mean(a.communes, "poverty_disposable_pct", "population"),
    ),
    Indicator(
        "low_diploma",
        "percent",
        0,
        ("commune_diplomas",),
        lambda a: _mean(a.communes, "low_diploma_pct", "population"),
    ),
    Indicator(
        "unemployed",
        "percent",
        1,
        ("activity_iris_2016",),
        lambda a: _both(a.iris, "unemployed_15_64", "active_15_64"),
    ),
    Indicator(
        "alone",
        "percent",
        0,
        ("households_iris_2016",),
        lambda a: _both(a.iris, "alone_households", "households"),
    ),
    Indicator(
        "single_parents",
        "percent",
        0,
        ("households_iris_2016",),
        lambda a: _both(a.iris, "persons_single_parent", "population"),
    ),
    Indicator(
        "no_thd",
        "percent",
        1,
        ("fixed_coverage_communes",),
        lambda a: _mean(a.communes, "no_thd_pct", "population"),
    ),
    Indicator("priority_schools", "count", 0, ("rep_schools_2022",), _priority_schools),
)


def members(commune: str, cog: Cog) -> list[str]:
    """Return the codes of ``cog_2024`` that a commune is made of in a geography."""
    if cog == "cog_2024":
        return [commune]
    return [commune, *former_codes_of(commune)]


def area_of(facts: Facts, points: pd.DataFrame, codes: list[str] | None) -> Area:
    """Cut the tables to some communes (``cog_2024``), or keep the whole département."""

    def cut(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[at_home(frame, facts) if codes is None else frame["commune"].isin(codes)]

    return Area(
        cut(facts.iris), cut(facts.communes), cut(points), cut(facts.supply), cut(facts.schools)
    )


def profile(
    facts: Facts, points: pd.DataFrame, gaps: pd.DataFrame, commune: str, cog: Cog
) -> pd.DataFrame:
    """Return the profile of a commune.

    Parameters
    ----------
    facts
        The built tables.
    points
        ``Model(...).measured.points``: the points with access and shortfall.
    gaps
        The gap table of the communes in that geography, for the intervals.
    commune, cog
        The commune in its geography.

    Returns
    -------
    DataFrame
        One row an indicator, in order: ``indicator``, ``here``, ``low``, ``high``, ``ept``,
        ``departement``; NaN where it is not known. ``withheld`` says whether ``here`` is too
        uncertain to be published.
    """
    inside = facts.communes.loc[facts.communes["in_territory"], "commune"].tolist()
    here, ept, whole = (
        area_of(facts, points, codes) for codes in (members(commune, cog), inside, None)
    )
    bounds: Any = gaps.set_index("code").loc[commune]
    nothing = float("nan")
    return pd.DataFrame(
        {
            "indicator": item.name,
            "here": item.compute(here),
            "low": float(bounds[item.low]) if item.low else nothing,
            "high": float(bounds[item.high]) if item.high else nothing,
            "ept": item.compute(ept),
            "departement": item.compute(whole),
            "withheld": item.grade is not None and bounds[item.grade] == CLASSES[-1],
        }
        for item in INDICATORS
    )


def why(table: pd.DataFrame, norm: float, near_min: float, places: int, words: Words) -> str:
    """Return why help is missing, or not: help in reach against the norm, who is near, own places.

    Parameters
    ----------
    table
        The profile of the commune (:func:`profile`).
    norm
        Hours a week for 100 people in difficulty that the gap is measured against.
    near_min
        Minutes on foot within which a place is near.
    places
        Known places in the commune.
    words
        The language.
    """
    lang = words.lang
    found: dict[Any, Any] = {row["indicator"]: row for row in table.to_dict("records")}
    access, near = found["access"], found["within_15"]
    values = {
        "access": number(access["here"], lang, 2),
        "norm": number(norm, lang, 2),
        "near": percent(near["here"], lang),
        "near_ept": percent(near["ept"], lang),
        "minutes": number(near_min, lang),
    }
    kind = "none" if places == 0 else "one" if places == 1 else "many"
    own = words(f"commune.why_places_{kind}", places=number(places, lang))
    return words("commune.why", **values, places=own)


def citations(sources: Mapping[str, Provenance]) -> dict[str, str]:
    """Return the sources of the profile by identifier, in its order: title, publisher, vintage."""
    names = dict.fromkeys(name for item in INDICATORS for name in item.sources)
    found = [sources[name] for name in names if name in sources]
    return {one.id: f"{one.title} ({one.publisher}, {one.vintage})" for one in found}


def profile_rows(
    table: pd.DataFrame,
    sources: Mapping[str, Provenance],
    near_min: float,
    words: Words,
    other: tuple[str, pd.DataFrame] | None = None,
) -> tuple[list[str], list[list[str]]]:
    """Return a profile as headers and rows of text, each line with its uncertainty and sources.

    The sources are numbers: their places in :func:`citations`.

    ``near_min`` is how many minutes away on foot a near place is at most; ``other`` is the name and
    the profile of a second commune, which has one column.
    """
    headers = [
        words(f"column.{name}")
        for name in ("indicator", "here", "low_high", "ept", "departement", "uncertainty", "source")
    ]
    by_name = {item.name: item for item in INDICATORS}
    rows = [
        [
            _called(by_name[str(row["indicator"])], near_min, words),
            *_profile_row(row, by_name[str(row["indicator"])], sources, words),
        ]
        for row in table.to_dict("records")
    ]
    if other is not None:
        name, profiled = other
        headers.insert(3, name)
        for cells, row in zip(rows, profiled.to_dict("records"), strict=True):
            cells.insert(3, _with_range(row, by_name[str(row["indicator"])], words))
    return headers, rows


def _called(item: Indicator, near_min: float, words: Words) -> str:
    minutes = number(near_min, words.lang)
    label = words(f"indicator.{item.name}.label", minutes=minutes)
    return f"{label} ({words(f'indicator.{item.name}.unit')})"


def _with_range(row: Mapping[Any, Any], item: Indicator, words: Words) -> str:
    """Return a figure and its range in one cell: ``3 120 (2 900 – 3 400)``."""
    if row["withheld"]:
        return words("table.withheld")
    between = interval(row["low"], row["high"], words.lang, item.decimals)
    here = number(row["here"], words.lang, item.decimals)
    return f"{here} ({between})" if between else here


def _profile_row(
    row: Mapping[Any, Any], item: Indicator, sources: Mapping[str, Provenance], words: Words
) -> list[str]:
    def shown(value: float) -> str:
        return number(value, words.lang, item.decimals)

    hidden = words("table.withheld") if row["withheld"] else ""
    return [
        hidden or shown(row["here"]),
        hidden or interval(row["low"], row["high"], words.lang, item.decimals),
        shown(row["ept"]),
        shown(row["departement"]),
        words(f"indicator.{item.name}.uncertainty"),
        _cited(item, sources) or words("source.unknown"),
    ]


def _cited(item: Indicator, sources: Mapping[str, Provenance]) -> str:
    """Cite the sources of an indicator by their numbers."""
    known = list(citations(sources))
    return ", ".join(str(known.index(name) + 1) for name in item.sources if name in known)
