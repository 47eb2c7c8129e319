"""The ordered steps of a build, and nothing else: read, correct, assemble, check, write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from observatory import __version__
from observatory.build.activity import acts_by_commune, build_activity
from observatory.build.caveats import warnings_of
from observatory.build.corrections import (
    load_corrections,
    load_forced,
    load_forced_help,
)
from observatory.build.coverage import (
    COUNTED,
    communes_lacking,
    coverage_remarks,
    gathering,
)
from observatory.build.diploma import fit_diploma
from observatory.build.directory import (
    NO_LISTS,
    NO_POSITIONS,
    Places,
    build_places,
    refuse_no_list,
)
from observatory.build.help_rows import HOSTS, HelpSaid, SourceDates
from observatory.build.national import build_national
from observatory.build.newer_census import (
    census_remarks,
    with_newer_census,
)
from observatory.build.optional import allowed, lying_there, optional_tables
from observatory.build.own_lists import OwnList, check_lists, concerned, read_lists
from observatory.build.own_streets import NO_STREETS, StreetFiles, refuse_streets, tables_of
from observatory.build.points import build_points
from observatory.build.positions import Positions, record_of
from observatory.build.priority import build_point_qpv, build_qpv, build_schools, known_outlines
from observatory.build.region import build_region, region_files
from observatory.build.source_tables import read_all
from observatory.build.undrawn import zone_outlines
from observatory.build.zones import (
    build_communes,
    build_ept,
    build_iris,
    finish_iris,
)
from observatory.geo.codes import departement_of
from observatory.geo.perimeter import Perimeter, find_perimeter
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.moving_places import count_places
from observatory.model.observed import Facts
from observatory.places.french_communes import commune_table
from observatory.read.kept_readings import KeptReadings
from observatory.read.registry import Registry, load_registry
from observatory.settings import Settings
from observatory.tables.activity_tables import ACTIVITY
from observatory.tables.atomic import whole_folder
from observatory.tables.directory_tables import CLEANING_NOTES, LEDGER, ORIGINS
from observatory.tables.facts import BUILT
from observatory.tables.fragility_tables import DIPLOMA_FIT
from observatory.tables.integrity import ROWS_OF_PLACES, table_facts
from observatory.tables.manifest import Manifest, hash_tables, write_manifest
from observatory.tables.provenance import Provenance
from observatory.tables.region_tables import REGION_COMMUNES
from observatory.tables.remarks import Remark, remark
from observatory.tables.storage import STORED, write_table
from observatory.tables.table import Table

Progress = Callable[[str], None]
Frames = dict[str, Any]
#: A table and its contract.
Written = tuple[pd.DataFrame, Table]


@dataclass(frozen=True)
class BuildReport:
    """What a build read, kept and set aside, and what came out.

    Attributes
    ----------
    manifest
        The record of the build, as written beside its tables.
    sources
        The record of every source read, those that only serve comparisons included.
    rows
        Rows of each table built.
    warnings
        What a reader of the figures must know.
    """

    manifest: Manifest
    sources: tuple[Provenance, ...]
    rows: Mapping[str, int]
    warnings: tuple[Remark, ...]


def build(
    source_folder: Path,
    territory: str,
    settings: Settings,
    out: Path,
    progress: Progress = lambda step: None,
    optional: Collection[str] = (),
    lists: Sequence[OwnList] = (),
    streets: StreetFiles = NO_STREETS,
    positions: Positions = NO_POSITIONS,
    around_m: float | None = None,
    kept: KeptReadings | None = None,
) -> BuildReport:
    """Compile the tables of a territory from its official files, whole or not at all.

    Parameters
    ----------
    source_folder
        The official files, laid out as the registry says.
    territory
        SIREN of an EPT or EPCI, a département, or ``commune:CODE,CODE``.
    out
        The folder to write; what stood there stays until the new build is whole.
    progress
        Called with the name of each step.
    optional
        Sources that a build of one's own may hold although the edition may not.
    lists
        Lists of places to add to the directory; not into the edition either.
    streets
        Files of streets to walk along and to start from; not into the edition either.
    positions
        Positions of addresses that no source locates; not into the edition either.
    around_m
        How far from the territory a commune of another département may lie; as assumed by default.
    kept
        The readings of earlier builds, where many are made.

    Raises
    ------
    InputError
        A source, correction or choice cannot be used as it is.
    """
    perimeter = find_perimeter(territory, commune_table(settings.data), around_m)
    registry = load_registry(settings.registry)
    there = lying_there(source_folder, registry)
    asked = allowed({*optional, *there}, registry, out, settings)
    check_lists(lists, out, settings)
    refuse_streets(streets, out, settings)
    assumptions = load_assumptions(settings.assumptions)
    corrections = load_corrections(settings.corrections)
    of_region = region_files(source_folder, registry, perimeter)
    gathered = gathering(source_folder, registry)
    frames, sources, silent = read_all(
        source_folder,
        registry,
        corrections,
        progress,
        perimeter,
        assumptions,
        asked | of_region | gathered,
        kept,
    )
    frames = with_newer_census(frames)
    added = read_lists(lists, frames["communes"], registry)
    own = added.records
    refuse_no_list([source.id for source in sources], added.places)
    forced, left = concerned(load_forced(settings.corrections), lists)
    progress("assemble")
    dates = _dates(registry, [*(s for s in sources if s.id not in asked), *own])
    national = build_national(settings.data, perimeter.departement, dates.read_on)
    said = HelpSaid(load_forced_help(settings.corrections), added.help)
    facts, places = assemble(
        frames, perimeter, assumptions, forced, dates, national, added.places, said, positions
    )
    located = record_of(places.positions)
    own = (*own, located) if located else own
    extra = [(fit_diploma(frames), DIPLOMA_FIT)]
    extra += optional_tables(frames, facts.communes, asked)
    if facts.activity is not None:
        extra.append((facts.activity, ACTIVITY))
    if facts.region_communes is not None:
        extra.append((facts.region_communes, REGION_COMMUNES))
    if streets != NO_STREETS:
        progress("streets")
        added_tables, records = tables_of(streets, facts)
        extra += added_tables
        own = (*own, *records)
    progress("write")
    open_ones = {source.id for source in registry.sources.values() if source.in_edition}
    sources = (*sources, *own)
    manifest = Manifest(
        observatory=__version__,
        territory=perimeter.code,
        territory_name=perimeter.name,
        cog="cog_2024",
        facts=count_facts(facts, frames, perimeter, silent),
        sources=tuple(s for s in sources if s.id in open_ones | asked | gathered or s in own),
        tables={},
        around_m=perimeter.around_m,
    )
    manifest = _write(out, facts, places, extra, manifest)
    warnings = (
        *coverage_remarks(perimeter, frames, silent, gathered),
        *warnings_of(facts, sources, assumptions),
        *census_remarks(frames),
    )
    if places.positions.path is not None:
        refused = sum(item.rows for item in places.positions.refused)
        found = remark("build.positions", count=places.positions.used, refused=refused)
        warnings += (found,)
    if left:
        warnings += (remark("build.corrections_away", count=left),)
    return BuildReport(manifest, sources, _rows(facts, places, extra), warnings)


def _dates(registry: Registry, read: Sequence[Provenance]) -> SourceDates:
    """Return the day of each source's information, and the last day on which any was read.

    An optional source is none of them: it changes its own table, never the ages of the places.
    """
    as_of = {source.id: source.as_of for source in registry.sources.values()}
    as_of |= {source.id: source.changed_on for source in read if source.changed_on}
    return SourceDates(as_of, max(source.read_on for source in read))


def _write(
    out: Path, facts: Facts, places: Places, extra: Sequence[Written], manifest: Manifest
) -> Manifest:
    """Write every table and the record of the build, whole or not at all."""
    beside = ((places.ledger, LEDGER), (places.origins, ORIGINS), (places.notes, CLEANING_NOTES))
    with whole_folder(out) as folder:
        for table in BUILT:
            if table.name != "gaps":
                write_table(getattr(facts, table.name), table, folder)
        for frame, table in (*beside, *extra):
            write_table(frame, table, folder)
        manifest = replace(manifest, tables=hash_tables(folder))
        write_manifest(manifest, folder)
    return manifest


def _stored(facts: Facts) -> dict[str, Any]:
    return {table.name: getattr(facts, table.name) for table in STORED}


def _rows(facts: Facts, places: Places, extra: Sequence[Written]) -> dict[str, int]:
    rows = {name: len(frame) for name, frame in _stored(facts).items()}
    rows |= {"records of places": places.records, "merged": places.records - len(places.sites)}
    return rows | {table.name: len(frame) for frame, table in extra}


def assemble(
    frames: Frames,
    perimeter: Perimeter,
    assumptions: Assumptions,
    forced: pd.DataFrame,
    dates: SourceDates,
    national: pd.DataFrame,
    lists: Mapping[str, pd.DataFrame] = NO_LISTS,
    said: HelpSaid | None = None,
    positions: Positions = NO_POSITIONS,
) -> tuple[Facts, Places]:
    """Join the sources into the built tables, each checked against its contract."""
    outlines = zone_outlines(frames)
    iris = build_iris(frames, perimeter, assumptions)
    qpv = known_outlines(frames, iris)
    points = build_points(frames["cells_population_2021"], iris, outlines)
    point_qpv = build_point_qpv(points, outlines, qpv)
    iris = finish_iris(iris, points)
    activity = build_activity(frames)
    frames = {**frames, "counsellor_acts_by_commune": acts_by_commune(activity)}
    communes = build_communes(frames, iris, perimeter, assumptions)
    places = build_places(frames, communes, outlines, qpv, forced, dates, lists, said, positions)
    facts = Facts(
        iris=iris,
        communes=communes,
        ept=build_ept(communes, iris),
        points=points,
        sites=places.sites,
        supply=places.supply,
        schools=build_schools(frames, communes, qpv),
        qpv=build_qpv(frames, iris, points, point_qpv),
        point_qpv=point_qpv,
        national=national,
        activity=activity,
        region_communes=build_region(frames, perimeter.departement),
        income_disposable_iris_2021=frames.get("income_disposable_iris_2021"),
    )
    return facts, places


def count_facts(
    facts: Facts, frames: Frames, perimeter: Perimeter, silent: Collection[str]
) -> dict[str, int]:
    """Count what a reader can compare with the publishers' own figures.

    What a source that is silent on the territory would give is not counted: it is not zero.
    """
    counts = table_facts(_stored(facts))
    del counts[ROWS_OF_PLACES]
    counts["places"] = count_places(facts.sites)
    if facts.ept["cell_population"].isna().any():
        # Where a commune's cells are not known, what is known of the others is no count.
        del counts["cells"], counts["cell_population"]
    communes = set(facts.communes.loc[facts.communes["in_territory"], "commune"])
    listed = frames[HOSTS]
    everywhere = listed[listed["commune"].map(departement_of) == perimeter.departement]
    hosts = listed[listed["commune"].isin(communes)]
    counts |= {
        "population": int(facts.ept["population"].iloc[0]),
        "france_services": int(frames["france_services_2024"]["code_insee"].isin(communes).sum()),
        "host_structures": len(hosts),
        "counsellor_posts": int(hosts["posts"].sum()),
        "counsellor_posts_departement": int(everywhere["posts"].sum()),
    }
    counts |= communes_lacking(frames["communes"], perimeter)
    unknown = {name for source, names in COUNTED.items() if source in silent for name in names}
    return {name: count for name, count in counts.items() if name not in unknown}
