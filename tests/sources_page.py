"""Write ``docs/sources.md``: the official files of today, and the editions that each source reads.

``python tests/sources_page.py`` writes the page again; a test compares it with the registry.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from observatory import settings
from observatory.read.readers import FIRST, Edition, editions
from observatory.read.registry import Download, Registry, Source, load_registry, sources_of

PAGE = Path(__file__).parent.parent / "docs" / "sources.md"
HEAD = """\
# Official sources, editions and files

Written by `python tests/sources_page.py` from `data/registry.toml` and the readers; not to be
edited by hand.

## Files that `observatory download` and `observatory update` fetch

Addresses were read in public code and on public pages, and were not called from here. Each file is
tried in its envelope, from a local server, on made files in the layout said below
(`tests/unit/test_official_files.py`), in two commands for another territory, faults included
(`tests/integration/test_two_commands.py`).

| file | envelope | found | about | changes every | late after | read as |
|---|---|---|---:|---:|---:|---|
"""
MIDDLE = """
## What each source reads

A file is told by its columns. `real file` says that the reader was tested on a file of the
publisher; `published layout`, that it was made from the columns that the publisher or those who use
the file show, and that none was at hand: a file of another layout is refused, with what was
expected and what was found.

| source | edition | columns that tell it | reader | tested with | fetched by |
|---|---|---|---|---|---|
"""
HAND = """
## Files taken by hand

No entry brings these: their address, or the title under which data.gouv.fr has them, is not sure.
`observatory update` and `observatory status` name those of a build in one line, and `update` ends
as if they were not there to be fetched. `at hand` is the size of the largest file that was.

| source | publisher's page | envelope | at hand | changes every | what is known (in French) |
|---|---|---|---:|---:|---|
"""
GIVEN = """
## Files that nobody has to fetch

Former files, read where they are in the folder; what gives the same today is said.

| source | publisher's page | envelope | at hand | given today by (in French) |
|---|---|---|---:|---|
"""


def page() -> str:
    """Return the page as it should stand."""
    known = load_registry(settings.load({}).registry)
    files = "".join(f"| {' | '.join(_file(known, one))} |\n" for one in known.downloads.values())
    rows = "".join(
        f"| {' | '.join(row)} |\n"
        for source in known.sources.values()
        for row in _editions(known, source)
    )
    hand = "".join(
        f"| {_served(one)} | {_days(one.changes_every)} | {one.by_hand} |\n"
        for one in known.sources.values()
        if one.by_hand
    )
    given = "".join(
        f"| {_served(one)} | {one.given_by} |\n" for one in known.sources.values() if one.given_by
    )
    return HEAD + files + HAND + hand + GIVEN + given + MIDDLE + rows


def _served(one: Source) -> str:
    return f"`{one.id}` | {one.url} | {one.envelope} | {one.at_hand_kb} kB"


def _days(count: int) -> str:
    return f"{count} days" if count else ""


def _file(known: Registry, item: Download) -> tuple[str, ...]:
    envelope = f"{item.envelope}, `{item.entry}` inside" if item.entry else item.envelope
    each = {"departement": ", one a département", "commune": ", one a commune", "": ""}[item.area]
    found = {"wfs": "WFS, page by page", "explore": "Explore, page by page", "": "address"}
    how = "by its titles on data.gouv.fr" if item.dataset else found[item.pages]
    first = [f"`{one.id}`" for one in known.downloads.values() if one.fallback == item.id]
    how += f", where there is no {first[0]}" if first else ""
    days = map(_days, (item.changes_every, item.late_after))
    read = ", ".join(f"`{one.id}`" for one in sources_of(known, item)) or "a list of one's own"
    return (f"`{item.id}`", envelope, how + each, f"{item.size_mb} MB", *days, read)


def _editions(known: Registry, source: Source) -> Iterator[tuple[str, ...]]:
    for one in editions()[source.id]:
        name = "the file that the registry pins" if one.name == FIRST else one.name
        yield (
            f"`{source.id}`",
            name,
            ", ".join(f"`{sign}`".replace("|", "\\|") for sign in one.signs),
            f"`{one.read.__module__.rsplit('.', 1)[-1]}.{one.read.__name__}`",  # type: ignore[attr-defined]  # a function
            "real file" if one.seen else "published layout",
            _fetched(known, source, one) or "by hand",
        )


def _fetched(known: Registry, source: Source, edition: Edition) -> str:
    """Return the downloads that bring files of an edition, by what its test says of them."""
    items = [i.id for i in known.downloads.values() if source in sources_of(known, i)]
    several = len(editions()[source.id]) > 1
    if several and not edition.signs:
        return ""
    return ", ".join(f"`{name}`" for name in items)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
