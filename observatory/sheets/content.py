"""What stands on the sheet, in the person's language and in French, ready for either layout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from observatory.places.calendars import SCHOOL_CALENDAR
from observatory.sheets import sheet_text
from observatory.sheets.minimap import minimap_svg
from observatory.sheets.qr import qr_svg, route_url
from observatory.sheets.sheet_model import Place, Sheet, usable_point
from observatory.sheets.week_hours import in_words, said_hours, said_school, speaks_of_school
from observatory.words.numbers import long_date
from observatory.words.remark_words import sentence
from observatory.words.sheet_words import Texts, texts

STALE_DAYS = 365
"""Age in days from which the information is said to be old."""

HOURS_LINES = 7
_JOIN = {"ar": "، ", "zh": "、"}


@dataclass(frozen=True)
class Said:
    """One thing said twice: in the person's language, and in French (empty if they are the same).

    ``foreign`` marks a text that is not in the person's language (a name, a number, a free text),
    and so is laid out from left to right whatever the language.
    """

    main: str
    french: str = ""
    foreign: bool = False


@dataclass(frozen=True)
class Row:
    """A labelled line of a card: its icon, its label, what it says."""

    icon: str
    label: Said
    lines: tuple[Said, ...]
    strong: bool = False


@dataclass(frozen=True)
class Card:
    """A place on the sheet."""

    number: int
    name: str
    address: str
    seat: Said | None
    rows: tuple[Row, ...]
    age: Said
    warn: bool
    route: str
    qr: str
    phone: str
    booking: str


@dataclass(frozen=True)
class Content:
    """All that the sheet says."""

    language: str
    direction: str
    locale: str
    printed_on: date
    title: Said
    subtitle: Said
    show: Said
    printed: Said
    cards: tuple[Card, ...]
    route: Said
    map_title: Said
    map_svg: str
    start: Said | None
    bring: Said
    documents: tuple[Said, ...]
    privacy: Said
    sources: Said


class _Speaker:
    """Says a text of the sheet in the language of the person and in French."""

    def __init__(self, language: str) -> None:
        self.own, self.french = texts(language), texts("fr")

    def both(self, main: str, french: str) -> Said:
        return Said(main, "" if self.own.code == "fr" or french == main else french)

    def sheet(self, key: str, **filled: str) -> Said:
        return self.both(
            self.own.sheet[key].format(**filled), self.french.sheet[key].format(**filled)
        )

    def dated(self, key: str, day: date) -> Said:
        return self.both(*(_dated(words, key, day) for words in (self.own, self.french)))

    def among(self, section: str, value: str, limit: int = 90) -> Said:
        own, french = getattr(self.own, section), getattr(self.french, section)
        if value in own:
            return self.both(own[value], french[value])
        return Said(sheet_text.plain(value, limit), foreign=self.own.code != "fr")

    def listed(self, section: str, values: tuple[str, ...], at_most: int) -> tuple[Said, ...]:
        """Return known values on one line, and each free value on its own, read from the left."""
        said = [self.among(section, value) for value in dict.fromkeys(values)][:at_most]
        known = [one for one in said if one.main and not one.foreign]
        joint = _JOIN.get(self.own.code, ", ")
        line = self.both(
            joint.join(one.main for one in known),
            ", ".join(one.french or one.main for one in known),
        )
        free = tuple(one for one in said if one.main and one.foreign)
        return ((line,) if known else ()) + free


def _dated(words: Texts, key: str, day: date) -> str:
    return words.sheet[key].format(date=long_date(day, words.locale))


def content(sheet: Sheet) -> Content:
    """Return everything that stands on a sheet."""
    say = _Speaker(sheet.language)
    documents = tuple(say.among("documents", one, 110) for one in sheet.documents)
    drawn = minimap_svg(sheet)
    return Content(
        language=sheet.language,
        direction=say.own.direction,
        locale=say.own.locale,
        printed_on=sheet.printed_on,
        title=say.sheet("title"),
        subtitle=say.sheet("subtitle"),
        show=say.sheet("show"),
        printed=say.dated("printed_on", sheet.printed_on),
        cards=tuple(_card(n, place, sheet, say) for n, place in enumerate(sheet.places, 1)),
        route=say.sheet("route"),
        map_title=say.sheet("map"),
        map_svg=drawn,
        start=say.sheet("start") if drawn and usable_point(sheet.origin) else None,
        bring=say.sheet("bring"),
        documents=tuple(one for one in documents if one.main)[:8],
        privacy=say.sheet("privacy"),
        sources=_sources(sheet, say),
    )


def _sources(sheet: Sheet, say: _Speaker) -> Said:
    parts = [sheet_text.plain(", ".join(sheet.sources), 240)]
    if any(speaks_of_school(place.hours) for place in sheet.places):
        parts.append(sentence(SCHOOL_CALENDAR.source, "fr"))
    named = ", ".join(filter(None, parts))
    return Said(say.french.sheet["sources"].format(sources=named)) if named else Said("")


def _card(number: int, place: Place, sheet: Sheet, say: _Speaker) -> Card:
    town = f"{sheet_text.plain(place.postcode, 12)} {sheet_text.plain(place.commune, 50)}".strip()
    street = sheet_text.plain(place.address, 90)
    age, warn = _age(place, sheet.printed_on, say)
    point = place.point
    route = route_url(point) if point else ""
    return Card(
        number=number,
        name=sheet_text.plain(place.name, 90) or "—",
        address=", ".join(filter(None, [street, town])),
        seat=say.sheet("seat") if place.seat else None,
        rows=tuple(_rows(place, sheet, say)),
        age=age,
        warn=warn,
        route=route,
        qr=qr_svg(route) if route else "",
        phone=sheet_text.dialled(place.phone),
        booking=sheet_text.web_link(place.booking),
    )


def _rows(place: Place, sheet: Sheet, say: _Speaker) -> list[Row]:
    rows = [Row("clock", say.sheet("hours"), _hours(place.hours, sheet.printed_on, say))]
    if number := sheet_text.phone(place.phone):
        rows.append(Row("phone", say.sheet("phone"), (Said(number, foreign=True),), strong=True))
    if coming := _coming(place, sheet, say):
        rows.append(Row("walk", say.sheet("come"), coming))
    if booking := sheet_text.web_link(place.booking):
        shown = sheet_text.plain(booking, 80)
        rows.append(Row("calendar", say.sheet("booking"), (Said(shown, foreign=True),)))
    if services := say.listed("services", place.services, 5):
        rows.append(Row("help", say.sheet("services"), services))
    if fees := say.listed("fees", place.fees, 3):
        rows.append(Row("euro", say.sheet("fees"), fees))
    return rows


def _hours(expression: str, printed_on: date, say: _Speaker) -> tuple[Said, ...]:
    own = said_hours(expression, say.own)
    if not own:
        return (say.sheet("hours_unknown"),)
    french = said_hours(expression, say.french)
    lines = [say.both(a, b) for a, b in zip(own, french, strict=True)][:HOURS_LINES]
    if not in_words(expression):
        lines = [Said(own[0], foreign=say.own.code != "fr")]
    dates = [said_school(expression, words, printed_on) for words in (say.own, say.french)]
    return (*lines, *([say.both(*dates)] if dates[0] else []))


def _coming(place: Place, sheet: Sheet, say: _Speaker) -> tuple[Said, ...]:
    lines: tuple[Said, ...] = ()
    minutes = place.walk_minutes
    if minutes is not None:
        origin = sheet_text.plain(sheet.origin_label or "", 60)
        key = "walk_from" if origin else "walk"
        lines = (say.sheet(key, minutes=str(minutes), origin=origin),)
    return lines + _stop(place, say) + say.listed("access", place.access, 4)


def _stop(place: Place, say: _Speaker) -> tuple[Said, ...]:
    """Return the nearest stop; its name stays as it is signed, last, whatever the language."""
    metres, name = place.stop_metres, sheet_text.plain(place.stop, 60)
    if metres is None or not name:
        return ()
    own, french = (
        words.sheet["stop"].format(
            kind=words.sheet[f"stop_{place.stop_kind}"], metres=metres, name=name
        )
        for words in (say.own, say.french)
    )
    return (say.both(own, french),)


def _age(place: Place, printed_on: date, say: _Speaker) -> tuple[Said, bool]:
    """Return how old the information is, and whether that is a warning.

    A confirmation dated after the day of printing is a mistake of the source: not known.
    """
    day = place.confirmed_on
    if day is None or day > printed_on:
        return say.sheet("undated"), True
    stale = (printed_on - day).days > STALE_DAYS
    return say.dated("stale" if stale else "confirmed", day), stale
