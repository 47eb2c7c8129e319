"""What the sources of a build do not cover: not covered is not zero."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from observatory.tables.remarks import Remark, remark

#: What figures and screens show, with the sources of which one gives it.
GIVEN_BY: Mapping[str, tuple[str, ...]] = {
    "cells": ("cells_population_2021",),
    "schools": ("rep_schools_2022",),
    "qpv": ("qpv_2024_outlines", "qpv_2024_by_commune"),
    "france_services": ("france_services_2024",),
    "posts": ("host_structures_2023",),
    "aidants": ("aidants_connect_2024",),
}


#: Counts of a manifest where some communes of the territory have no outline: how many, and all.
LACKING, ALL_COMMUNES = "communes_missing", "communes_today"
#: The source of the outlines: without that of a commune, nothing of the commune is in a figure.
OUTLINES = "communes"


def communes_missing(counts: Mapping[str, int]) -> Remark | None:
    """Return that a build is of a part of its territory only; nothing where it is whole.

    Parameters
    ----------
    counts
        Those of its manifest.
    """
    count = counts.get(LACKING, 0)
    if not count:
        return None
    return remark("zones.communes_missing", count=count, total=counts.get(ALL_COMMUNES, 0))


def not_covered(
    sources: Collection[str], counts: Mapping[str, int] | None = None
) -> dict[str, Remark]:
    """Return what no source gives, each with the remark that says so.

    Parameters
    ----------
    sources
        The sources read, by identifier; of facts made by hand, which have none, nothing is said.
    counts
        Those of the manifest: communes of the territory without an outline come first.
    """
    silent = (name for name, given in GIVEN_BY.items() if sources and not {*sources} & {*given})
    lacking = communes_missing(counts or {})
    return {
        **({OUTLINES: lacking} if lacking else {}),
        **{name: remark(f"build.no_{name}") for name in silent},
    }
