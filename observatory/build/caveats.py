"""What a reader of a build's figures must know, as remarks."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from observatory.build.points import coordinates
from observatory.geo.codes import departement_of
from observatory.geo.territories import leveled_region, levels
from observatory.model.assumptions import Assumptions
from observatory.model.incomes import income_kind
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.tables.integrity import emptied
from observatory.tables.place_facts import OWN_HELP
from observatory.tables.provenance import Provenance
from observatory.tables.remarks import Remark, remark


def warnings_of(
    facts: Facts, sources: tuple[Provenance, ...], assumptions: Assumptions
) -> tuple[Remark, ...]:
    """Return what a reader of the figures must know."""
    inside = facts.iris[facts.iris["in_territory"]]
    communes = facts.communes[facts.communes["in_territory"]]
    celled = int(communes["cell_population"].notna().sum())
    estimated = int(inside["population_basis"].str.startswith("estimated").sum())
    unknown = int((~facts.qpv["outline_known"]).sum())
    seat = facts.places["seat"]
    places = facts.places[~seat]
    beyond = _border(Model(facts, assumptions))
    own = int((facts.supply["decided_by"] == OWN_HELP).sum())
    no_place = int((places["located"] == "commune").sum())
    return (
        remark("build.iris_estimated", count=estimated),
        *_emptied(inside),
        *([remark("build.qpv_unknown", count=unknown, total=len(facts.qpv))] if unknown else []),
        remark("build.address_only", count=no_place, total=len(places)),
        remark("build.head_offices", count=int(seat.sum())),
        *([remark("build.border", share=beyond)] if beyond else []),
        *_cells(celled, len(communes)),
        *_of_need(facts),
        *([remark("build.own_help", count=own)] if own else []),
        *(remark("build.source_note", source=s.id, text=s.note) for s in sources if s.note),
    )


def _emptied(iris: pd.DataFrame) -> tuple[Remark, ...]:
    """Return which IRIS are empty in the census although a later source counts people there."""
    codes = sorted({code for rows in emptied(iris).values() for code in rows["iris"]})
    if not codes:
        return ()
    return (remark("build.emptied", count=len(codes), total=len(iris), iris=tuple(codes[:5])),)


def _of_need(facts: Facts) -> tuple[Remark, ...]:
    """Return what a reader must know of need where a source of it is not there."""
    national = any(_national(facts))
    told = facts.iris["low_diploma_expected_pct"].notna().any()
    count = int(facts.communes["low_diploma_pct"].notna().sum())
    return (
        *([] if told else [remark("build.one_diploma_share", communes=count)]),
        *([remark("build.national_level")] if national else []),
        *([remark("build.disposable_incomes")] if income_kind(facts) == "disposable" else []),
    )


def _national(facts: Facts) -> Iterator[str]:
    """Yield the communes of the territory whose need is carried to no official level."""
    inside = facts.communes[facts.communes["in_territory"]]
    for commune, whole in zip(inside["commune"], inside["whole_departement"], strict=True):
        area = departement_of(commune)
        of_region = area in leveled_region(facts.departement) and facts.region_communes is not None
        if not (whole if area in levels() else of_region):
            yield commune


def _cells(known: int, communes: int) -> list[Remark]:
    """Return in how many communes of the territory need does not stand on cells."""
    if known == communes:
        return []
    return [
        remark("build.some_cells", count=known, total=communes)
        if known
        else remark("build.no_cells")
    ]


def _border(model: Model) -> float:
    """Return the share of the need within a walk of places beyond every source."""
    inside, points = model.ground.inside, model.facts.points
    # Outlines of several sources, simplified apart, leave slivers between them: they are closed.
    air = 3 * model.assumptions.number("edition.around_tolerance_m")
    whole = model.facts.communes.geometry.buffer(air).union_all()
    edge = whole.buffer(-air).boundary
    near = (coordinates(points).distance(edge) <= model.decay.reach).to_numpy()
    people = model.need_persons
    return float(people[inside & near].sum() / people[inside].sum())
