"""What stands around every page: where old addresses lead, the unknown one, the statements."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from screens import opened, told

from observatory import settings
from observatory.app import cache, main
from observatory.app.pages import accessibilite
from observatory.words.catalogue import LANGS, Lang, load_words


def _accessibilite() -> None:
    from observatory.app.pages import accessibilite

    accessibilite.show()


def _mentions() -> None:
    from observatory.app.pages import mentions

    mentions.show()


def _lost() -> None:
    from observatory.app.pages import lost

    lost.show()


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("http://a.fr/obs/rien", "rien"),
        ("http://a.fr/obs/%C3%A9t%C3%A9/", "\u00e9t\u00e9"),
        ("http://a.fr/fiche", ""),
        ("http://a.fr/commune", ""),
        ("http://a.fr/", ""),
        (None, ""),
    ],
)
def test_a_page_that_there_is_not_is_known(address: str | None, page: str) -> None:
    known = {*(name for name, _, _ in main.PAGES), *main.MOVED}
    assert main.unknown_page(address, known) == page


def test_old_addresses_lead_to_pages_that_there_are() -> None:
    names = {name for name, _, _ in main.PAGES}
    assert {now for now, _ in main.MOVED.values()} <= names
    assert not names & set(main.MOVED)


@pytest.mark.parametrize("lang", LANGS)
def test_the_statement_says_what_the_audit_says(edition: cache.Build, lang: Lang) -> None:
    audit = (settings.PROJECT / "docs" / "accessibilite.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+\.\d+) \| .+? \| (C|NC|NA) \| .+ \|$", audit, re.MULTILINE)
    assert len(rows) == 106
    counts = Counter(state for _, state in rows)
    assert counts["C"] == accessibilite.HOLD
    assert counts["C"] + counts["NC"] == accessibilite.APPLY
    failing = [number for number, state in rows if state == "NC"]
    assert list(accessibilite.FAILING) == failing
    screen = opened(_accessibilite, lang=lang)
    assert not screen.exception
    assert all(number in told(screen) for number in failing)


def test_the_notice_names_who_keeps_the_service(
    edition: cache.Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "OBSERVATORY_OWNER" in told(opened(_mentions))
    monkeypatch.setenv("OBSERVATORY_OWNER", "Ville <b>de</b> Stains")
    monkeypatch.setenv("OBSERVATORY_CONTACT", "numerique@stains.example")
    screen = opened(_mentions)
    markup = " ".join(str(block.proto.body) for block in screen.get("html"))
    assert "Ville &lt;b&gt;de&lt;/b&gt; Stains" in markup
    assert 'href="mailto:numerique@stains.example"' in markup


def test_the_head_and_the_foot_stand_on_a_page(edition: cache.Build) -> None:
    screen = opened(_lost, lang="en")
    said = told(screen)
    for name in ("accessibility", "legal", "sources", "method"):
        assert load_words("en")(f"frame.{name}") in said
    assert "Plaine Commune" in said
    assert cache.manifest(edition).edition in said
