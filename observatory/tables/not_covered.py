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


def not_covered(sources: Collection[str]) -> dict[str, Remark]:
    """Return what no source gives, each with the remark that says so.

    Parameters
    ----------
    sources
        The sources read, by identifier; of facts made by hand, which have none, nothing is said.
    """
    silent = (name for name, given in GIVEN_BY.items() if sources and not {*sources} & {*given})
    return {name: remark(f"build.no_{name}") for name in silent}
