"""A place found as HTML: what a counsellor needs to tell the person; no Streamlit here."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from babel.dates import format_date, format_time

from observatory.app.find.school import school_dates, school_source
from observatory.places.calendars import PACKAGED, SchoolCalendar, SchoolCalendars
from observatory.places.opening_hours import (
    MOMENTS,
    Moment,
    local,
    moment_of,
    parse,
    spans_on,
)
from observatory.places.rounds import RoundStop
from observatory.tables.person_needs import BY_KEY, PROGRAMME_SERVICES
from observatory.tables.remarks import Remark
from observatory.words.catalogue import Words
from observatory.words.markup import link, phone, plain
from observatory.words.numbers import hours_text, month
from observatory.words.remark_words import moment_words, sentence, sentences, standard_values
from observatory.words.round_words import day_names, round_lines

Row = Mapping[Any, Any]
#: An address of mail that a link may hold: nothing that would write the message too.
MAIL = re.compile(r"[^\s@?&:]+@[^\s@?&:]+")
#: Caveats of a search that the card shows elsewhere, in its own words.
ELSEWHERE = frozenset(
    f"search.{code}"
    for code in (
        "address_only",
        "contact_first",
        "hours_free_text",
        "hours_unknown",
        "old",
        "round_about",
        "round_stop",
        "school_calendar",
        "school_calendar_official",
        "school_calendar_official_own",
        "school_holidays",
        "school_holidays_unknown",
        "undated",
    )
)


def card(
    row: Row,
    at: datetime,
    words: Words,
    number: int | None = None,
    asked: str = "any",
    needs: Sequence[str] = (),
    calendars: SchoolCalendars = PACKAGED,
) -> str:
    """Return a place as an article: name, minutes, open or not, phone, how to come, age, doubts.

    Parameters
    ----------
    row
        One row of the core's search.
    at
        The moment of asking, local time.
    words
        The language of the screen.
    number
        Its number on the map, or ``None`` where it is not drawn.
    asked
        When it must be open, a word of the search: the state and the hours shown are then those
        of that moment, and not today's.
    needs
        Keys of the needs asked for: the card shows what answers them.
    calendars
        The school calendar of each commune.
    """
    school = calendars.of(row.get("commune"))
    name = text(row, "name") or "—"
    mark = "" if number is None else f'<span class="obs-mark">{number}</span> '
    parts = (
        f"<h3>{mark}{plain(name)}</h3>",
        f'<p class="obs-way">{_way(row, words)} {_state(row, at, words, asked, school)}</p>',
        f"<p>{plain(where(row))}</p>",
        _round(row, words),
        _phone(row, words),
        _facts(row, at, words, asked, school),
        _why(row, needs, words),
        _age(row, words),
        _doubts(row, words),
        _details(row, words, school),
    )
    return f'<article class="obs-card">{"".join(parts)}</article>'


def text(row: Row, name: str) -> str:
    """Return a text of a row, or the empty string where it is missing."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def where(row: Row) -> str:
    """Return the address on one line; without the street of a place that moves."""
    town = f"{text(row, 'postcode')} {text(row, 'commune_name')}".strip()
    street = "" if row.get("round") else text(row, "address")
    return ", ".join(part for part in (street, town) if part)


def minutes(row: Row) -> int | None:
    """Return whole walking minutes, rounded up, or ``None`` where not known."""
    value = row.get("walk_min")
    known = isinstance(value, float | int) and math.isfinite(value)
    return max(1, math.ceil(value)) if known and value is not None else None


def _round(row: Row, words: Words) -> str:
    """Return where a place that moves stands on each day; the stop that the walk is to, first."""
    stops, here = row.get("round") or (), row.get("round_stop")
    if not stops:
        return ""
    mark = ' class="obs-here"'
    lines = "".join(
        f"<div{mark if stop == here else ''}><dt>{plain(day)}</dt><dd>{plain(at)}</dd></div>"
        for stop, (day, at) in zip(stops, round_lines(stops, words.lang), strict=True)
    )
    note = ""
    if isinstance(here, RoundStop):
        name = "round_about" if here.about else "round_here"
        note = words(f"find.card.{name}", day=day_names(here, words.lang))
    head = plain(words("find.card.round"))
    return f'<p>{head} <strong>{plain(note)}</strong></p><dl class="obs-facts">{lines}</dl>'


def _way(row: Row, words: Words) -> str:
    walk = minutes(row)
    if walk is None:
        return f"<span>{plain(words('find.card.no_walk'))}</span>"
    name = "walk_streets" if row.get("by_streets") is True else "walk"
    return f"<strong>{plain(words(f'find.card.{name}', minutes=walk))}</strong>"


def _later(asked: str, at: datetime) -> Moment | None:
    """Return the moment asked for, or ``None`` where it is the present one or none at all."""
    moment = moment_of(asked, at) if asked in MOMENTS else None
    return None if moment is None or moment.now else moment


def _state(row: Row, at: datetime, words: Words, asked: str, school: SchoolCalendar) -> str:
    moment = _later(asked, at)
    opens = None if moment is None else moment.is_open(text(row, "hours"), at, school)
    if opens is None:
        return _open(row, at, words, school)
    when = moment_words(asked, words.lang)
    state = words(f"find.card.{'open' if opens else 'closed'}_then", when=when)
    kind = "obs-open" if opens else "obs-closed"
    return f'<span class="obs-state {kind}">{plain(state)}</span>'


def _open(row: Row, at: datetime, words: Words, school: SchoolCalendar) -> str:
    opened = row.get("open_now")
    if opened is True:
        until = _until(row, at, words, school)
        state = words("find.card.open_until", time=until) if until else words("find.card.open")
        return f'<span class="obs-state obs-open">{plain(state)}</span>'
    if opened is False:
        nxt = _next(text(row, "next_opening"), at, words)
        state = words("find.card.closed_next", next=nxt) if nxt else words("find.card.closed")
        return f'<span class="obs-state obs-closed">{plain(state)}</span>'
    name = "hours_unknown_call" if text(row, "phone") else "hours_unknown"
    return f'<span class="obs-state obs-unsure">{plain(words(f"find.card.{name}"))}</span>'


def _until(row: Row, at: datetime, words: Words, school: SchoolCalendar) -> str:
    moment = local(at)
    spans = spans_on(text(row, "hours"), moment.date(), school) or []
    ends = [end for start, end in spans if start <= moment < end]
    return clock(ends[0], words) if ends and ends[0].date() == moment.date() else ""


def _next(iso: str, at: datetime, words: Words) -> str:
    try:
        opening = datetime.fromisoformat(iso)
    except ValueError:
        return ""
    today = local(at).date()
    day = opening.date()
    if day == today:
        return words("find.card.at", time=clock(opening, words))
    if day == today + timedelta(days=1):
        named = words("find.card.tomorrow")
    elif day < today + timedelta(days=7):
        named = str(format_date(day, "EEEE", locale=words.lang))
    else:
        named = str(format_date(day, "EEEE d MMMM", locale=words.lang))
    return words("find.card.day_at", day=named, time=clock(opening, words))


def clock(moment: datetime, words: Words) -> str:
    """Return a time of the day as the language writes it: ``9 h 30``, ``9:30 AM``."""
    if words.lang == "fr":
        return f"{moment.hour} h" + (f" {moment.minute:02d}" if moment.minute else "")
    return str(format_time(moment.time(), "short", locale="en_GB"))


def _phone(row: Row, words: Words) -> str:
    number = text(row, "phone")
    if not number:
        shown = [_links(row, "email", "mailto:"), _links(row, "website", "")]
        others = "".join(f" · {one}" for one in shown if one)
        return f'<p class="obs-quiet">{plain(words("find.card.no_phone"))}{others}</p>'
    return f'<p class="obs-phone">{plain(words("find.card.phone"))} {phone(number)}</p>'


def _facts(row: Row, at: datetime, words: Words, asked: str, school: SchoolCalendar) -> str:
    moment, today = _later(asked, at), local(at).date()
    day = today if moment is None else moment.day
    # The evening is a part of today: the day's hours are shown whole.
    named = "find.card.today" if day == today else f"find.when_label.{asked}"
    hours = text(row, "hours")
    facts = (
        (words(named), _hours_on(hours, day, school, words)),
        (words("find.card.hours"), hours_text(hours, words.lang) if parse(hours) else ""),
        (words("find.card.school"), school_dates(hours, day, words, school)),
        (words("find.card.come"), _values(row, "access", words)),
        (words("find.card.stop"), _stop(row, words)),
        (words("find.card.services"), _values(row, "services", words)),
        (words("find.card.fees"), _values(row, "fees", words)),
    )
    shown = [(name, plain(fact)) for name, fact in facts if fact]
    if booking := " · ".join(filter(None, (_appointments(row, words), _links(row, "booking", "")))):
        shown.append((words("find.card.booking"), booking))
    items = "".join(f"<div><dt>{plain(name)}</dt><dd>{fact}</dd></div>" for name, fact in shown)
    return f'<dl class="obs-facts">{items}</dl>' if items else ""


def _appointments(row: Row, words: Words) -> str:
    """Return whether the place makes appointments; empty where no source says."""
    made = row.get("appointments")
    if made is None or pd.isna(made):
        return ""
    return plain(words("find.card.appointments" if made else "find.card.no_appointments"))


def _stop(row: Row, words: Words) -> str:
    """Return the nearest transit stop, a hint; empty where the build has no stops."""
    stop = row.get("stop")
    return sentence(stop, words.lang) if isinstance(stop, Remark) else ""


def _list(row: Row, name: str) -> list[str]:
    return [part.strip() for part in text(row, name).split("|") if part.strip()]


def _values(row: Row, name: str, words: Words) -> str:
    return standard_values(_list(row, name), words.lang)


def _hours_on(hours: str, day: date, school: SchoolCalendar, words: Words) -> str:
    if not hours:
        return ""
    spans = spans_on(hours, day, school)
    if spans is None:
        return hours[:200]
    if not spans:
        return words("find.card.closed_today")
    return ", ".join(f"{clock(a, words)} – {clock(b, words)}" for a, b in spans)


def _age(row: Row, words: Words) -> str:
    kind = text(row, "freshness")
    try:
        day = date.fromisoformat(text(row, "confirmed_on")[:10])
    except ValueError:
        return f'<p class="obs-old">{plain(words("find.card.undated"))}</p>'
    named = month(day, words.lang)
    if kind == "fresh":
        return f'<p class="obs-quiet">{plain(words("find.card.confirmed", month=named))}</p>'
    name = "old" if text(row, "phone") else "old_no_phone"
    return f'<p class="obs-old">{plain(words(f"find.card.{name}", month=_of(named, words)))}</p>'


def _of(named: str, words: Words) -> str:
    """Return a month after its preposition: ``de mars 2023``, ``d'octobre 2022``."""
    elided = words.lang == "fr" and named[:1] in "ao"
    return words("find.card.of_vowel" if elided else "find.card.of", month=named)


def doubts(row: Row) -> list[Remark]:
    """Return the caveats that the card does not show elsewhere."""
    return [one for one in row["caveats"] if one.code not in ELSEWHERE]


def _why(row: Row, needs: Sequence[str], words: Words) -> str:
    """Return what answers the needs: services of the place, or of its national programme."""
    asked = ", ".join(words(f"find.need_label.{need}") for need in needs)
    wanted = {service for need in needs for service in BY_KEY[need].services}
    lines = []
    for reason in row["why"] if needs else ():
        if reason.code == "search.services":
            services = standard_values(reason.get("services"), words.lang)
            lines.append(words("find.card.why_service", needs=asked, services=services))
        for name in reason.get("programmes") if reason.code == "search.programmes" else ():
            given = [one for one in PROGRAMME_SERVICES[name] if one in wanted]
            services = standard_values(given, words.lang)
            lines.append(
                words("find.card.why_programme", needs=asked, programme=name, services=services)
            )
    return "".join(f'<p class="obs-quiet obs-why">{plain(line)}</p>' for line in lines)


def _doubts(row: Row, words: Words) -> str:
    lines = sentences(doubts(row), words.lang)
    if text(row, "match") == "unknown" and lines:
        head = f"<strong>{plain(words('find.card.may_suit'))}</strong> "
    else:
        head = ""
    items = "".join(f"<li>{plain(line)}</li>" for line in lines)
    return f'<div class="obs-doubts">{head}<ul>{items}</ul></div>' if items else ""


def _details(row: Row, words: Words, school: SchoolCalendar) -> str:
    source = school_source(text(row, "hours"), words, school)
    rows = [("school_source", plain(source))]
    rows += [("email", _links(row, "email", "mailto:")), ("website", _links(row, "website", ""))]
    rows.append(("programmes", plain(", ".join(_list(row, "programmes")))))
    rows.append(("support", plain(_values(row, "support", words))))
    items = "".join(
        f"<div><dt>{plain(words(f'find.card.{name}'))}</dt><dd>{detail}</dd></div>"
        for name, detail in rows
        if detail
    )
    if not items:
        return ""
    more = plain(words("find.card.more"))
    return f'<details><summary>{more}</summary><dl class="obs-facts">{items}</dl></details>'


def _links(row: Row, name: str, scheme: str) -> str:
    parts = _list(row, name)
    if scheme:
        return ", ".join(
            link(scheme + part, part) if MAIL.fullmatch(part) else plain(part) for part in parts
        )
    return ", ".join(link(part) for part in parts)
