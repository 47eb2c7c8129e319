"""What stands on the sheet, in the person's language and in French, ready for either layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from observatory.places.rounds import RoundStop
from observatory.sheets import sheet_text
from observatory.sheets.minimap import minimap_svg
from observatory.sheets.qr import qr_svg, route_url
from observatory.sheets.sheet_model import Place, Sheet, usable_point
from observatory.sheets.week_hours import colon, has_school_rule, hours_lines, in_words, school_line
from observatory.tables.remarks import Remark, remark
from observatory.words.numbers import long_date
from observatory.words.remark_words import caveat, sentence
from observatory.words.round_words import day_names
from observatory.words.sheet_words import Texts, texts

HOURS_LINES = STOPS_LINES = 7
#: Letters of a caveat: a place's own note is as long as on its card.
CAVEAT = 330
_JOIN = {"ar": "، ", "zh": "、"}


@dataclass(frozen=True)
class Bilingual:
    """One text twice: in the person's language, and in French (empty if they are the same).

    ``foreign`` marks a text that is not in the person's language (a name, a number, a free text),
    and so is laid out from left to right whatever the language.
    """

    main: str
    french: str = ""
    foreign: bool = False


@dataclass(frozen=True)
class Row:
    """A labelled line of a card: its icon, its label, its texts."""

    icon: str
    label: Bilingual
    lines: tuple[Bilingual, ...]
    strong: bool = False
    link: str = ""


@dataclass(frozen=True)
class Card:
    """A place on the sheet."""

    number: int
    name: str
    address: str
    seat: Bilingual | None
    warnings: tuple[Bilingual, ...]
    rows: tuple[Row, ...]
    age: Bilingual
    warn: bool
    route: str
    way: Bilingual | None
    qr: str
    phone: str


@dataclass(frozen=True)
class Content:
    """Every text of the sheet."""

    language: str
    direction: str
    locale: str
    printed_on: date
    title: Bilingual
    subtitle: Bilingual
    show: Bilingual
    printed: Bilingual
    cards: tuple[Card, ...]
    route: Bilingual
    map_title: Bilingual
    map_svg: str
    start: Bilingual | None
    bring: Bilingual
    documents: tuple[Bilingual, ...]
    privacy: Bilingual
    sources: Bilingual


class _Writer:
    """Writes a text of the sheet in the language of the person and in French."""

    def __init__(self, language: str) -> None:
        self.own, self.french = texts(language), texts("fr")

    def both(self, main: str, french: str) -> Bilingual:
        return Bilingual(main, "" if self.own.code == "fr" or french == main else french)

    def sheet(self, key: str, **filled: str) -> Bilingual:
        return self.both(
            self.own.sheet[key].format(**filled), self.french.sheet[key].format(**filled)
        )

    def dated(self, key: str, day: date) -> Bilingual:
        return self.both(*(_dated(words, key, day) for words in (self.own, self.french)))

    def among(self, section: str, value: str, limit: int = 90) -> Bilingual:
        own, french = getattr(self.own, section), getattr(self.french, section)
        if value in own:
            return self.both(own[value], french[value])
        return Bilingual(sheet_text.plain(value, limit), foreign=self.own.code != "fr")

    def listed(self, section: str, values: tuple[str, ...], at_most: int) -> tuple[Bilingual, ...]:
        """Return known values on one line, and each free value on its own, read from the left."""
        lines = [self.among(section, value) for value in dict.fromkeys(values)][:at_most]
        known = [one for one in lines if one.main and not one.foreign]
        joint = _JOIN.get(self.own.code, ", ")
        line = self.both(
            joint.join(one.main for one in known),
            ", ".join(one.french or one.main for one in known),
        )
        free = tuple(one for one in lines if one.main and one.foreign)
        return ((line,) if known else ()) + free


def _dated(words: Texts, key: str, day: date) -> str:
    return words.sheet[key].format(date=long_date(day, words.locale))


def content(sheet: Sheet) -> Content:
    """Return everything that stands on a sheet."""
    write = _Writer(sheet.language)
    documents = tuple(write.among("documents", one, 110) for one in sheet.documents)
    drawn = minimap_svg(sheet)
    return Content(
        language=sheet.language,
        direction=write.own.direction,
        locale=write.own.locale,
        printed_on=sheet.printed_on,
        title=write.sheet("title"),
        subtitle=write.sheet("subtitle"),
        show=write.sheet("show"),
        printed=write.dated("printed_on", sheet.printed_on),
        cards=tuple(_card(n, place, sheet, write) for n, place in enumerate(sheet.places, 1)),
        route=write.sheet("route"),
        map_title=write.sheet("map"),
        map_svg=drawn,
        start=write.sheet("start") if drawn and usable_point(sheet.origin) else None,
        bring=write.sheet("bring"),
        documents=tuple(one for one in documents if one.main)[:8],
        privacy=write.sheet("privacy"),
        sources=_sources(sheet, write),
    )


def _sources(sheet: Sheet, write: _Writer) -> Bilingual:
    parts = [sheet_text.plain(", ".join(sheet.sources), 240)]
    ruled = [place.school.source for place in sheet.places if has_school_rule(place.hours)]
    parts += [sentence(one, "fr") for one in dict.fromkeys(ruled)]
    named = ", ".join(filter(None, parts))
    return (
        Bilingual(write.french.sheet["sources"].format(sources=named)) if named else Bilingual("")
    )


def _card(number: int, place: Place, sheet: Sheet, write: _Writer) -> Card:
    town = f"{sheet_text.plain(place.postcode, 12)} {sheet_text.plain(place.commune, 50)}".strip()
    street = sheet_text.plain(place.address, 90)
    age, warn = _age(place, sheet.printed_on, write)
    point = place.point
    route = route_url(point) if point else ""
    return Card(
        number=number,
        name=sheet_text.plain(place.name, 90) or "—",
        address=", ".join(filter(None, [street, town])),
        seat=write.sheet(_with_phone("seat", place)) if place.seat else None,
        warnings=(write.sheet("moves"),) if place.moves or place.stops else (),
        rows=tuple(_rows(place, sheet, write)),
        age=age,
        warn=warn,
        route=route,
        way=_way(place.stop_here, write) if route else None,
        qr=qr_svg(route) if route else "",
        phone=sheet_text.dialled(place.phone),
    )


def _with_phone(key: str, place: Place) -> str:
    """Return the text that says to call, or where there is no number the one that does not."""
    return key if sheet_text.phone(place.phone) else f"{key}_no_phone"


def _way(stop: RoundStop | None, write: _Writer) -> Bilingual | None:
    """Return which stop of a place that moves the code leads to."""
    if stop is None:
        return None
    key = "round_about" if stop.about else "round_stop"
    return write.both(
        *(
            words.sheet[key].format(days=day_names(stop, words.locale))
            for words in (write.own, write.french)
        )
    )


def _stops(place: Place, write: _Writer) -> Iterator[Bilingual]:
    """Return a line a day; the words of the places stay as their record has them."""
    for stop in place.stops[:STOPS_LINES]:
        at = sheet_text.plain(stop.where, 110)
        own, french = (day_names(stop, words.locale) for words in (write.own, write.french))
        yield write.both(f"{own}{colon(write.own)}{at}", french)


def _contacts(place: Place, write: _Writer) -> Iterator[Row]:
    """Return the phone; where there is none, the mail and the site."""
    if number := sheet_text.phone(place.phone):
        shown = (Bilingual(number, foreign=True),)
        yield Row("phone", write.sheet("phone"), shown, strong=True)
        return
    site = sheet_text.web_link(place.website)
    for key, text in (("email", sheet_text.mail(place.email)), ("website", site)):
        if text:
            shown = (Bilingual(sheet_text.plain(text, 80), foreign=True),)
            yield Row("mail", write.sheet(key), shown)


def _rows(place: Place, sheet: Sheet, write: _Writer) -> list[Row]:
    hours = _hours(place, sheet.printed_on, write)
    rows = [Row("clock", write.sheet("hours"), hours), *_contacts(place, write)]
    if stops := tuple(_stops(place, write)):
        rows.append(Row("pin", write.sheet("round"), stops))
    if coming := _coming(place, sheet, write):
        rows.append(Row("walk", write.sheet("come"), coming))
    rows += _appointments(place, write)
    if services := write.listed("services", place.services, 5):
        rows.append(Row("help", write.sheet("services"), services))
    if fees := write.listed("fees", place.fees, 3):
        rows.append(Row("euro", write.sheet("fees"), fees))
    marked = [line for one in dict.fromkeys(place.caveats) for line in _caveat(one, write)]
    if marked:
        rows.append(Row("info", write.sheet("to_check"), tuple(marked)))
    return rows


def _caveat(one: Remark, write: _Writer) -> Iterator[Bilingual]:
    """Return what to mind; the place's own note stands below what it is, read from the left."""
    note = one.code == "search.comment" and write.own.code != "fr"
    said = remark(one.code, text="") if note else one
    own, french = (sheet_text.plain(caveat(said, code), CAVEAT) for code in (write.own.code, "fr"))
    yield write.both(own, french) if own else Bilingual(french, foreign=True)
    if note:
        yield Bilingual(sheet_text.plain(str(one.get("text")), CAVEAT), foreign=True)


def _appointments(place: Place, write: _Writer) -> Iterator[Row]:
    """Return whether the place makes appointments, and the address to book."""
    if place.appointments is not None:
        key = "appointments_made" if place.appointments else "appointments_none"
        yield Row("calendar", write.sheet("appointments"), (write.sheet(key),))
    if booking := sheet_text.web_link(place.booking):
        shown = (Bilingual(sheet_text.plain(booking, 80), foreign=True),)
        yield Row("calendar", write.sheet("booking"), shown, link=booking)


def _hours(place: Place, printed_on: date, write: _Writer) -> tuple[Bilingual, ...]:
    expression = place.hours
    own = hours_lines(expression, write.own)
    if not own:
        return (write.sheet(_with_phone("hours_unknown", place)),)
    french = hours_lines(expression, write.french)
    lines = [write.both(a, b) for a, b in zip(own, french, strict=True)][:HOURS_LINES]
    if not in_words(expression):
        lines = [Bilingual(own[0], foreign=write.own.code != "fr")]
    school = place.school
    dates = [school_line(expression, one, printed_on, school) for one in (write.own, write.french)]
    return (*lines, *([write.both(*dates)] if dates[0] else []))


def _coming(place: Place, sheet: Sheet, write: _Writer) -> tuple[Bilingual, ...]:
    lines: tuple[Bilingual, ...] = ()
    minutes = place.walk_minutes
    if minutes is not None:
        origin = sheet_text.plain(sheet.origin_label or "", 60)
        key = "walk_from" if origin else "walk"
        lines = (write.sheet(key, minutes=str(minutes), origin=origin),)
    elif place.point is None:
        lines = (write.sheet("no_point"),)
    return lines + _stop(place, write) + write.listed("access", place.access, 4)


def _stop(place: Place, write: _Writer) -> tuple[Bilingual, ...]:
    """Return the nearest stop; its name stays as it is signed, last, whatever the language."""
    metres, name = place.stop_metres, sheet_text.plain(place.stop, 60)
    minutes, lines = place.stop_minutes, sheet_text.plain(", ".join(place.stop_lines), 40)
    if metres is None or minutes is None or not name:
        return ()
    own, french = (
        words.sheet["stop"].format(
            kind=f"{words.sheet[f'stop_{place.stop_kind}']} {lines}".strip(),
            metres=metres,
            minutes=minutes,
            name=name,
        )
        for words in (write.own, write.french)
    )
    return (write.both(own, french),)


def _age(place: Place, printed_on: date, write: _Writer) -> tuple[Bilingual, bool]:
    """Return how old the information is, and whether that is a warning.

    A confirmation dated after the day of printing is a mistake of the source: not known.
    """
    day = place.confirmed_on
    if day is None or day > printed_on:
        return write.sheet(_with_phone("undated", place)), True
    key = _with_phone("stale", place) if place.stale else "confirmed"
    return write.dated(key, day), place.stale
