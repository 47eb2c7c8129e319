"""Find a file on data.gouv.fr by the titles of its data set and of its resource.

Addresses there change with each publication; titles stay. The answer read is that of
``/api/1/datasets/?q=...``: ``data``, a list of data sets with ``title`` and ``resources``, each
resource with ``title``, ``url``, ``last_modified`` and, where the platform holds the file,
``checksum``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from observatory.geo.codes import fold_name
from observatory.read.answers import Asked, get_json
from observatory.read.download_faults import NoResourceError, check_address, failure

#: Data sets looked at: the one whose title is asked for comes among the first.
MOST = 20
_DAY = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)")


@dataclass(frozen=True)
class Resource:
    """A file of a data set.

    Attributes
    ----------
    title, url
        Its name and where it is.
    changed
        ISO day on which the platform says that it changed; empty where it does not say.
    sha256
        Of its bytes, where the platform says it.
    """

    title: str
    url: str
    changed: str
    sha256: str


def find_resource(asked: Asked) -> Resource:
    """Return the newest resource of an entry's data set whose title is as the entry says.

    Raises
    ------
    DownloadError
        No data set of that title, or (:class:`NoResourceError`) no such resource in it; what is
        there is said.
    PassingError
        Another try may do better.
    """
    item = asked.item
    url = f"{item.url}?q={quote(item.dataset)}&page_size={MOST}"
    answer = get_json(replace(asked, url=url))
    sets = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(sets, list):
        raise failure(item, "the list of data sets of data.gouv.fr", "something else")
    wanted = [one for one in sets if fold_name(str(one.get("title"))) == fold_name(item.dataset)]
    if not wanted:
        titles = "; ".join(str(one.get("title")) for one in sets[:5]) or "none"
        raise failure(item, f"a data set « {item.dataset} »", titles, _MEND)
    resources = [one for one in wanted[0].get("resources") or [] if isinstance(one, dict)]
    fitting = [one for one in resources if re.fullmatch(item.resource, str(one.get("title")))]
    if not fitting:
        titles = "; ".join(str(one.get("title")) for one in resources[:5]) or "none"
        wanted_title = f"a resource whose title is {item.resource}"
        raise failure(item, wanted_title, titles, _MEND, NoResourceError)
    found = _resource(max(fitting, key=_age))
    check_address(found.url, item)
    return found


_MEND = "look at the data set on data.gouv.fr, and mend its titles in data/registry.toml"


def _age(resource: Mapping[str, Any]) -> tuple[str, str]:
    """Return what the newest has most of: the day in its title, then that of its last change."""
    day = _DAY.search(str(resource.get("title")))
    return "".join(day.groups()) if day else "", str(resource.get("last_modified") or "")


def _resource(values: Mapping[str, Any]) -> Resource:
    checksum = values.get("checksum") or {}
    known = isinstance(checksum, dict) and checksum.get("type") == "sha256"
    return Resource(
        str(values.get("title")),
        str(values.get("url")),
        str(values.get("last_modified") or "")[:10],
        str(checksum.get("value")) if known else "",
    )
