"""Whatever the text, the sheet is one page; whatever the hours, the words mean the same."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

from examples import at_most
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours
from pypdf import PdfReader

from observatory.sheets import Place, Sheet, languages, render_html, render_pdf
from observatory.sheets.sheet_text import breakable, plain, web_link
from observatory.sheets.week_hours import DAYS, _week

ANY = st.text(max_size=400)
BIDI = {chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x61C)}


@settings(at_most(25), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANY, min_size=12, max_size=12), st.sampled_from(list(languages())))
@example(["#import $ * ` \\ _ @ <a> // /* \x00 \ud800 \U0001f4da" * 40] * 12, "ar")
def test_any_text_renders_to_one_page(words: list[str], language: str) -> None:
    name, address, town, code, phone, hours, service, way, fee, link, label, paper = words
    place = Place(
        name, address, town, code, phone, hours, (service,), (way,), (fee,), link, 48.9, 2.3
    )
    sheet = Sheet((place,), date(2026, 11, 22), language, (paper,), None, label, sources=(label,))
    assert len(PdfReader(io.BytesIO(render_pdf(sheet))).pages) == 1
    assert not BIDI & set(render_html(sheet))


@given(st.text(max_size=2000), st.integers(1, 200))
def test_plain_is_one_short_line_without_tricks_and_stays_itself(text: str, limit: int) -> None:
    once = plain(text, limit)
    assert len(once) <= limit
    assert not BIDI & set(once)
    assert all(c == " " or not c.isspace() for c in once)
    assert plain(once, limit) == once
    assert breakable(once).replace("\u200b", "") == once


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=60))
def test_a_link_kept_is_one_of_the_web(text: str) -> None:
    for kept in filter(None, (web_link(text), web_link("https://" + text))):
        assert kept.lower().startswith(("http://", "https://"))
        assert not set(kept) & set(" \n\t")


@st.composite
def rules(draw: st.DrawFn) -> str:
    rules = []
    for _ in range(draw(st.integers(1, 4))):
        first, last = draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))
        days = first if first == last or draw(st.booleans()) else f"{first}-{last}"
        clocks = sorted(draw(st.sets(st.integers(16, 46), min_size=4, max_size=4)))
        half = [f"{c // 2:02d}:{c % 2 * 30:02d}" for c in clocks]
        spans = [f"{half[0]}-{half[1]}", f"{half[2]}-{half[3]}"][: draw(st.integers(1, 2))]
        rules.append(f"{days} {draw(st.sampled_from([','.join(spans)] * 4 + ['off']))}")
    return "; ".join(rules)


@given(rules())
def test_the_week_in_words_is_the_week_of_the_rules(expression: str) -> None:
    """Each half hour of a week without holidays, against the rules themselves."""
    week = _week(expression)
    assert week is not None
    asked = OpeningHours(expression)
    monday = datetime(2026, 2, 2)
    for step in range(7 * 48):
        at = monday + timedelta(minutes=30 * step + 5)
        spans, _ = week.spans.get(at.weekday(), ("", ""))
        clock = f"{at:%H:%M}"
        opened = any(a <= clock < b for a, b in (s.split("-") for s in spans.split(",") if s))
        assert opened == asked.is_open(at), at
