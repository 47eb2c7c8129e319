"""A feed of what changed, in Atom 1.0 (RFC 4287): an entry for each build that replaced another."""

from __future__ import annotations

import html
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from observatory.errors import FileFormatError
from observatory.model.build_comparison import Comparison
from observatory.settings import Settings
from observatory.tables.atomic import write_whole
from observatory.tables.history import Kept
from observatory.words.catalogue import Words
from observatory.words.change_words import answer, counted, told_lines
from observatory.words.numbers import day_text

ATOM = "http://www.w3.org/2005/Atom"
#: The most entries that a feed holds: the oldest leave.
MOST = 50
#: What XML cannot hold, escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_feed(path: Path, found: Comparison, where: Settings, words: Words) -> Path:
    """Put a comparison into a feed, before the entries that it has already; nothing twice.

    Raises
    ------
    FileFormatError
        The file is there and is no feed: it is left as it is.
    """
    former = path.read_bytes() if path.exists() else None
    write_whole(path, feed(found, where, words, former, str(path)))
    return path


def feed(
    found: Comparison,
    where: Settings,
    words: Words,
    former: bytes | None = None,
    name: str = "feed",
    at: str = "",
) -> bytes:
    """Return a feed with a comparison as its newest entry.

    Parameters
    ----------
    where
        Says who keeps the service, and its address where it has one.
    former
        The feed to go on with; its entries are kept.
    name
        What to call that feed, for an error.
    at
        The address of the feed itself, where it has one.
    """
    territory = found.after.manifest.territory_name
    # An element without a namespace would be none of Atom's.
    ET.register_namespace("", ATOM)
    root = ET.Element(_tag("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": words.lang})
    _add(root, "id", _urn("feed", found.after.manifest.territory, where.address))
    _add(root, "title", words("history.atom.title", name=words("app.name"), territory=territory))
    updated = _add(root, "updated", "")
    _add(ET.SubElement(root, _tag("author")), "name", where.owner or words("history.atom.author"))
    if where.address:
        ET.SubElement(root, _tag("link"), {"href": _page(found, where, words)})
    if at:
        query = _query(found, where, words)
        ET.SubElement(root, _tag("link"), {"rel": "self", "href": at + query})
    entry = _entry(found, where, words)
    own = entry.findtext(_tag("id"))
    kept = [one for one in _entries(former, name) if one.findtext(_tag("id")) != own]
    newest = sorted([entry, *kept], key=_when, reverse=True)[:MOST]
    updated.text = newest[0].findtext(_tag("updated"))
    root.extend(newest)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _entry(found: Comparison, where: Settings, words: Words) -> ET.Element:
    entry = ET.Element(_tag("entry"))
    _add(entry, "id", _urn(found.before.name, found.after.name, found.after.manifest.territory))
    changes = counted(found, words) or words("history.unchanged_parts")
    title = words(
        "history.atom.entry",
        territory=found.after.manifest.territory_name,
        day=day_text(found.after.day, words.lang),
        changes=changes,
    )
    _add(entry, "title", title)
    _add(entry, "updated", _moment(found.after))
    if where.address:
        ET.SubElement(entry, _tag("link"), {"href": _page(found, where, words)})
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in told_lines(found, words))
    content = f"<p>{html.escape(answer(found, words))}</p>" + (f"<ul>{lines}</ul>" if lines else "")
    _add(entry, "content", content).set("type", "html")
    return entry


def _entries(former: bytes | None, name: str) -> list[ET.Element]:
    if former is None:
        return []
    try:
        # The file is our own, on this machine, and Expat bounds what entities grow to.
        root = ET.fromstring(former)  # noqa: S314
    except ET.ParseError as error:
        raise _no_feed(name, str(error)) from error
    if root.tag != _tag("feed"):
        raise _no_feed(name, f"the element {root.tag}")
    return root.findall(_tag("entry"))


def _when(entry: ET.Element) -> datetime:
    return datetime.fromisoformat(entry.findtext(_tag("updated")) or "1970-01-01T00:00:00+00:00")


def _no_feed(name: str, found: str) -> FileFormatError:
    return FileFormatError(
        name,
        expected="an Atom feed to go on with",
        found=found,
        next_step="name another file, or take this one away",
    )


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, _tag(name))
    child.text = _FORBIDDEN.sub("", text)
    return child


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _urn(*parts: str) -> str:
    """Return an identifier that stays the same for the same parts, wherever the feed is served."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "|".join(("observatory", *parts))).urn


def _moment(kept: Kept) -> str:
    """Return when a build was made, in the form of RFC 3339."""
    moment = kept.made_at or datetime.fromisoformat(kept.manifest.day or "1970-01-01")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.isoformat(timespec="seconds")


def _page(found: Comparison, where: Settings, words: Words) -> str:
    """Return the address of the page of changes."""
    return f"{where.address.rstrip('/')}/changements{_query(found, where, words)}"


def _query(found: Comparison, where: Settings, words: Words) -> str:
    """Return what an address asks: the territory where a service has many, and the language."""
    asked = {
        "territory": found.after.manifest.territory if where.dataset else "",
        "lang": "" if words.lang == "fr" else words.lang,
    }
    told = urlencode({name: value for name, value in asked.items() if value})
    return f"?{told}" if told else ""
