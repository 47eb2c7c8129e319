"""The codes of all remarks, by family, each with the names of its values.

A value's name says how it is written for a person (:mod:`observatory.words.remarks`): a ``day`` is
a date, ``services`` are values of the national standard, ``commune`` is a name.
"""

from __future__ import annotations

from collections.abc import Mapping

Family = Mapping[str, tuple[str, ...]]

#: What to mind of a place that a search found, and why it suits.
SEARCH: Family = {
    # Why it suits, or may.
    "services": ("services",),
    "services_unknown": (),
    "programmes": ("programmes",),
    "given": ("field", "values"),
    "not_given": ("field",),
    "free_on_conditions": (),
    "languages": ("languages",),
    "other_languages": ("languages",),
    "languages_unknown": (),
    "appointments_made": (),
    "appointments_none": (),
    "appointments_required_unknown": (),
    "appointments_unknown": (),
    "women": (),
    "women_unknown": (),
    "opening_unknown": ("when",),
    "opening_unknown_school": ("when", "day"),
    # What to mind of the place itself.
    "address_only": (),
    "head_office": (),
    "hours_unknown": (),
    "hours_free_text": ("text",),
    "public_holiday": (),
    "school_holidays": ("first", "last"),
    "school_holidays_unknown": (),
    "school_calendar": ("zone", "package"),
    "school_calendar_official": ("zone",),
    "school_calendar_official_own": ("academie",),
    "school_calendar_own": ("academie",),
    "school_calendar_ends": ("day",),
    "contact_first": ("ways",),
    "travelling": (),
    "round_stop": ("weekdays", "at"),
    "round_about": ("weekdays", "at"),
    "comment": ("text",),
    "reported": ("day",),
    "undated": (),
    "old": ("months", "day"),
    # Beside it: the nearest transit stop.
    "stop": ("name", "stop_kind", "metres", "minutes"),
    "stop_lines": ("name", "stop_kind", "lines", "metres", "minutes"),
}
#: Where a search starts from.
START: Family = {
    "centre": ("of_commune",),
    "address_not_found": ("of_commune",),
    "place_not_found": ("of_commune",),
    "at_centre": ("of_commune",),
    "street": ("name",),
}
#: What was mended or doubted in a record, and which others it could not be compared with.
CLEANING: Family = {
    # On reading the source.
    "given_up": ("column",),
    "no_public": ("text",),
    "no_text": ("column", "text"),
    "unknown_code": ("column", "text"),
    "commune_read": ("text", "commune"),
    "commune_disagrees": ("commune", "insee"),
    "commune_joined": ("text", "insee"),
    "commune_joined_name": ("text", "insee"),
    "no_day": ("text",),
    "no_point": ("text",),
    "far_point": ("text",),
    "hours_rewritten": ("text",),
    "hours_text": (),
    "hours_united": ("days",),
    "bus_without_hours": (),
    # On cleaning a field.
    "respaced": (),
    "cut": ("length", "text"),
    "kept_apart": ("text",),
    "rewritten": (),
    "written": ("text",),
    "no_postcode": ("text",),
    "no_phone": ("text",),
    "other_phones": ("text",),
    "no_website": ("text",),
    "no_email": ("text",),
    "default_siret": ("text",),
    "no_siret": ("text",),
    "half_point": (),
    "zero_point": (),
    "metres": (),
    "swapped": (),
    "out_of_france": (),
    "out_of_commune": ("km",),
    # On matching.
    "crowd": ("neighbours", "count", "shared"),
    "crowd_name": ("neighbours", "count", "shared", "word"),
    "crowd_street": ("neighbours", "count", "shared", "word"),
    "crowd_square": ("neighbours", "count", "metres"),
    "hang_together": ("count",),
}
#: What to ask of a publisher about a place.
ASKING: Family = {
    "point": (),
    "address": (),
    "hours": (),
    "services": (),
    "phone": (),
    "fees": (),
    "access": (),
    "support": (),
    "email": (),
    "website": (),
    "postcode": (),
    "siret": (),
    "hours_text": (),
    "seat": (),
    "confirm": (),
}
#: What a reader of a build's figures must know.
BUILD: Family = {
    "iris_estimated": ("count",),
    "qpv_unknown": ("count", "total"),
    "address_only": ("count", "total"),
    "head_offices": ("count",),
    "border": ("share",),
    "some_cells": ("count", "total"),
    "no_cells": (),
    "no_schools": (),
    "no_qpv": (),
    "no_france_services": (),
    "no_posts": (),
    "no_aidants": (),
    "one_diploma_share": ("communes",),
    "national_level": (),
    "communes_files": ("communes", "files"),
    "not_covered": ("sources",),
    "undrawn": ("count",),
    "gathered": ("source", "sources"),
    "disposable_incomes": (),
    "newer_ages": ("year", "count", "total"),
    "newer_diplomas": ("year", "count", "total"),
    "source_note": ("source", "text"),
    "corrections_away": ("count",),
    "emptied": ("count", "total", "iris"),
    "own_help": ("count",),
    "positions": ("count", "refused"),
}
#: What a reader must know of a zone.
ZONES: Family = {
    "communes_missing": ("count", "total"),
    "unknown_outline": (),
    "joined": ("commune", "day"),
    "joined_by": ("commune", "day"),
}
_RANKS = (
    "name",
    "rank_gap",
    "count",
    "missing_h",
    "rank_index",
    "index",
    "ifn",
    "high",
    "high_score",
    "low",
    "low_score",
    "people",
    "access_h",
)
#: What a reader must know of a figure of a study.
STUDIES: Family = {
    # The known indices beside the gap.
    "ranks_compared": _RANKS,
    "ranks_compared_move": _RANKS,
    "not_compared": ("name", "missing"),
    # What a decision of the build could be instead.
    "if_over_commune": ("structure", "help_h", "now"),
    "if_at_head_office": ("structure", "help_h", "now"),
    "if_at_place": ("structure", "help_h", "now", "place"),
    "if_own_places": ("structure", "help_h", "now", "count"),
    "if_not_matched": ("structure", "help_h", "place"),
    "if_counted": ("structure", "help_h"),
    "if_one_post": ("place", "help_h"),
    # Measures of equity.
    "gini": (),
    "theil": (),
    "concentration_poverty": (),
    "qpv_ratio": (),
    "rep_far_schools": (),
    "rep_known_schools": (),
    # Need by kind.
    "skills": (),
    "equipment": (),
    "connection": (),
    "procedures": (),
    "shared_by_population": (),
    "language_needs": ("file",),
    "coverage_unknown": (),
    "hidden": ("count",),
    "lower_bound": ("count",),
    "pupils_uncounted": ("count",),
    "unknown_outline": (),
    # Public programmes.
    "base_unknown": (),
    "base_estimated": (),
    "families_of_pupils": (),
    "sum_differs": ("given", "of_parts"),
    # Equipment and connection beside what is offered.
    "offer_undeclared": (),
    "offer_declared_only": ("count", "total"),
    "effort_alone": (),
    "effort_disposable": (),
    "effort_no_income": (),
    "effort_unpublished": ("count",),
    # Languages.
    "no_table": (),
    "not_in_table": (),
    "merged_in_table": ("together",),
    "needs_file": ("file",),
    "no_word_of_languages": (),
    "no_place": (),
    "other_languages_declared": (),
    "too_few": (),
    "declared_in_comment": ("text",),
    "declared_in_care": ("values",),
}
#: What a reader must know of a figure beside what others measured.
VALIDATION: Family = {
    # The level of need.
    "level_national": ("shift",),
    "level_outside": (),
    "level": (),
    "level_region": ("share",),
    "level_region_carried": ("places", "shift", "left", "coarse"),
    "level_region_whole": ("shift", "left"),
    "part_of_departement": (),
    "part_of_region": (),
    # People helped by conseillers numériques.
    "helped_need": (),
    "helped_access": (),
    "helped_posts": (),
    "outlier": ("name", "people", "posts"),
    "no_figure": ("names",),
    # What goes into need.
    "over_60": (),
    "poverty": (),
    # Other indices.
    "ifn_v1_skills": (),
    "ifn_v1_skills_copy": (),
    "ifn_v1_total": (),
    "ifn_v2_need": (),
    "ifn_v2_missing": (),
    "ifn_v2_recomputed": (),
    "deri_recomputed": (),
    "not_in_edition": (),
    "undecided": (),
}

FAMILIES: Mapping[str, Family] = {
    "search": SEARCH,
    "start": START,
    "cleaning": CLEANING,
    "asking": ASKING,
    "build": BUILD,
    "zones": ZONES,
    "studies": STUDIES,
    "validation": VALIDATION,
}
CODES: Family = {
    f"{family}.{code}": names for family, codes in FAMILIES.items() for code, names in codes.items()
}
