"""Read every source of the registry as far as a territory goes, corrected and cut to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from observatory.build.corrections import Correction, apply_corrections, sort_corrections
from observatory.build.coverage import GATHERED, TABLES, empty
from observatory.build.near_files import departements_near
from observatory.build.optional import OPTIONAL, WHERE_THERE
from observatory.build.region import region_index
from observatory.build.scope import Area, area_of
from observatory.errors import ChoiceError
from observatory.geo.perimeter import Perimeter
from observatory.model.assumptions import Assumptions
from observatory.read.kept_readings import KeptReadings
from observatory.read.registry import Registry, Source
from observatory.read.source_reading import files_of, read_source
from observatory.tables.provenance import Provenance, Reading
from observatory.tables.region_tables import SOURCES as OF_REGION

Progress = Callable[[str], None]
Frames = dict[str, Any]
#: The source whose communes every other one is cut to.
OUTLINES = "communes"
#: A list that says what the communes of the country say too: read where it is there.
BESIDE = "ept_communes"
#: The départements of which the outlines are read; all without.
Near = frozenset[str] | None


def read_all(
    folder: Path,
    registry: Registry,
    corrections: Mapping[str, tuple[Correction, ...]],
    progress: Progress,
    perimeter: Perimeter,
    assumptions: Assumptions,
    asked: Collection[str] = (),
    kept: KeptReadings | None = None,
) -> tuple[Frames, tuple[Provenance, ...], tuple[str, ...]]:
    """Read every source of the registry, the outlines of communes first since others name them.

    What lies around the territory's département is kept as far as :mod:`observatory.build.scope`
    says. Optional sources are read only when they are asked for, and have to be there then; what
    a build can do without (:mod:`observatory.build.coverage`) is empty where no file covers the
    territory.

    Returns
    -------
    tuple
        The tables by source, the record of each, and the sources that are silent on a part of the
        territory at least.
    """
    unknown = set(corrections) - {source.id for source in registry.sources.values()}
    if unknown:
        raise ChoiceError(
            f"corrections/{sorted(unknown)[0]}.toml",
            expected="the identifier of a source of the registry",
            found=sorted(unknown)[0],
            next_step="name the file after the source it corrects",
        )
    wanted = [
        name
        for name in sorted(registry.sources, key=lambda name: (name != OUTLINES, name))
        if name in asked or name not in {*OPTIONAL, *OF_REGION, *GATHERED}
    ]
    instead = {other for name in GATHERED if name in asked for other in GATHERED[name]}
    frames: Frames = {}
    records: list[Provenance] = []
    silent: list[str] = []
    area: Area | None = None
    far = assumptions.number("edition.around_m")
    for name in wanted:
        progress(name)
        source = registry.source(name)
        if name == BESIDE and not files_of(source, folder):
            continue
        if name in instead:
            frames[name] = empty(name, perimeter.metric)
            continue
        if area is not None and name in TABLES and area.uncovered(source, folder):
            silent.append(name)
            if not files_of(source, folder, area.wanted(source)):
                frames[name] = empty(name, perimeter.metric)
                continue
        near = None if area else departements_near(source, folder, perimeter, far)
        home = perimeter.departements
        reading, record = _read(source, folder, registry, area, frames, near, home, kept)
        found = sort_corrections(reading.frame, corrections.get(name, ()))
        mended = apply_corrections(reading, found.due)
        if area is None:
            area = area_of(mended.frame, perimeter, far)
        if source.also:
            mended = area.scope.keep(mended)
        frames[name] = area.in_its_metres(mended.frame)
        records.append(_recount(record, mended, found.notes))
    return frames, tuple(sorted(records, key=lambda record: record.id)), tuple(silent)


def _read(
    source: Source,
    folder: Path,
    registry: Registry,
    area: Area | None,
    frames: Frames,
    near: Near,
    home: Collection[str],
    kept: KeptReadings | None,
) -> tuple[Reading, Provenance]:
    """Read one source as far as the communes of the build go."""
    if area is None:
        return read_source(
            source.id, folder, registry=registry, departements=near, home=home, kept=kept
        )
    wide = source.id in ("cog_communes_2026", *WHERE_THERE)
    names = area.around if wide else area.first(source)
    if source.id == "cog_communes_2026":
        names = {**names, **region_index(frames)}
    return read_source(
        source.id,
        folder,
        names,
        around=area.around,
        registry=registry,
        departements=area.wanted(source),
        home=home,
        kept=kept,
    )


def _recount(record: Provenance, reading: Reading, notes: Sequence[str]) -> Provenance:
    return replace(
        record,
        note="; ".join(part for part in (record.note, *notes) if part),
        rows_out=record.rows_in - reading.rows_aside,
        rows_aside=reading.rows_aside,
        aside=reading.aside,
    )
