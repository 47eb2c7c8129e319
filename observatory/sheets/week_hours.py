"""OSM opening hours written for a person, in the language of the sheet.

``Mo-Fr 09:00-12:00; PH off`` becomes "lundi au vendredi : 9 h – 12 h" and "fermé les jours fériés".
Rules that depend on the time of the year, on week numbers or on the sun are not put into words:
they are shown as they are written, because a simplification could send someone to a closed door.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from babel.dates import get_day_names
from opening_hours import OpeningHours, validate

from observatory.places.calendars import SchoolCalendar
from observatory.places.opening_hours import parse
from observatory.sheets.sheet_text import plain
from observatory.words.numbers import long_date
from observatory.words.sheet_words import Texts

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
LONGEST = 300
"""Characters of an expression beyond which it is not read, only shown, cut."""

_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_CLOCK = r"\d{2}:\d{2}"
_RULE = re.compile(
    rf"(?:(?P<days>(?:PH,)?{_DAY}(?:-{_DAY})?(?:,(?:{_DAY}(?:-{_DAY})?|PH))*)\s*)?"
    rf"(?P<times>{_CLOCK}-{_CLOCK}(?:,{_CLOCK}-{_CLOCK})*)?\s*"
    r'(?P<closed>closed)?\s*(?:"(?P<comment>[^"]*)")?'
)
# The reader of opening hours takes "SH Mo-Fr" for "SH and Mo-Fr": it is not asked.
_HOLIDAY_WITH_DAYS = re.compile(r"\b(?:PH|SH)\s+(?:Mo|Tu|We|Th|Fr|Sa|Su)\b", re.IGNORECASE)
_FRENCH_CLOCK = re.compile(r"\b(\d{1,2}) ?[hH] ?(\d{2})?(?!\w)")


@dataclass
class _Week:
    """What a regular week looks like: for each open day its spans and the words beside them."""

    spans: dict[int, tuple[str, str]] = field(default_factory=dict)
    public_holidays: bool | None = None
    school_holidays_closed: bool = False
    always: bool = False
    closed: bool = False


def hours_lines(expression: str, words: Texts) -> tuple[str, ...]:
    """Put opening hours into words, a line for each group of days with the same hours.

    Returns
    -------
    tuple of str
        Empty if the expression is empty; one line, the expression as it is (cleaned and cut), if it
        cannot be put into words without changing its meaning.
    """
    shown = plain(expression, LONGEST)
    week = _week(shown) if len(shown) < LONGEST else None
    if week is None:
        return (shown,) if shown else ()
    lines = _lines(week, words)
    return tuple(lines) if lines else (shown,)


def in_words(expression: str) -> bool:
    """Whether the expression can be put into words."""
    shown = plain(expression, LONGEST)
    return len(shown) < LONGEST and _week(shown) is not None


def has_school_rule(expression: str) -> bool:
    """Whether the hours have a rule for school holidays."""
    hours = parse(_repaired(plain(expression, LONGEST)))
    return hours is not None and hours.school


def school_line(expression: str, words: Texts, day: date, school: SchoolCalendar) -> str:
    """Return when the school holidays are that a day is in, or the next ones.

    Empty if the hours have no rule for them; that they are not known, if the calendar does not
    cover the day.
    """
    if not has_school_rule(expression):
        return ""
    holiday = school.holiday_from(day)
    if holiday is None:
        return words.hours["school_unknown"]
    zone = words.hours["school_zone"].format(zone=school.zone) if school.zone else school.academie
    first, last = (long_date(d, words.locale) for d in (holiday.first, holiday.last))
    return words.hours["school_dates"].format_map({"from": first, "to": last, "zone": zone})


def _repaired(expression: str) -> str:
    """Write ``9h-12h30``, as half of the sources do, as 09:00-12:30."""
    return _FRENCH_CLOCK.sub(lambda m: f"{int(m[1]):02d}:{m[2] or '00'}", expression.rstrip("; "))


def _week(expression: str) -> _Week | None:
    if not expression or _HOLIDAY_WITH_DAYS.search(expression):
        return None
    repaired = _repaired(expression)
    if not validate(repaired):
        return None
    rules = str(OpeningHours(repaired).normalize())
    week = _Week()
    for rule in re.split(r"\s*;\s*", rules):
        if not _add(rule, week):
            return None
    return week


def _add(rule: str, week: _Week) -> bool:
    """Add one canonical rule to the week; false if it cannot be put into words.

    A rule takes the place of those before it, holidays too: "closed on holidays" would be wrong of
    ``PH off; Mo-Fr 09:00-12:00``, which is left as written.
    """
    if re.fullmatch("(?:PH|SH)(?:,(?:PH|SH))? closed", rule):
        week.public_holidays = False if "PH" in rule else week.public_holidays
        week.school_holidays_closed |= "SH" in rule
        return True
    if week.always or week.public_holidays is False or week.school_holidays_closed:
        return False
    if rule == "24/7":
        week.always = True
        return True
    found = _RULE.fullmatch(rule)
    if rule == "closed":
        week.closed = True
        return True
    if found is None or not (found["days"] or found["times"]):
        return False
    if found["closed"]:
        return False
    named = found["days"] or "Mo-Su"
    # Of days with a comment alone nobody knows if they are open, on holidays either.
    if found["comment"] and not found["times"] and ("PH" in named or week.public_holidays):
        return False
    for day in _days(named):
        week.spans[day] = (found["times"] or "", plain(found["comment"] or "", 80))
    if "PH" in named:
        week.public_holidays = True
    return True


def _days(named: str) -> list[int]:
    days: list[int] = []
    for part in named.replace("PH,", "").replace(",PH", "").split(","):
        first, _, last = part.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        days += [(start + i) % 7 for i in range((end - start) % 7 + 1)]
    return days


def _lines(week: _Week, words: Texts) -> list[str]:
    if week.always:
        return [words.hours["always"], *_holidays(week, words)]
    if week.closed and not week.spans:
        return [words.hours["closed"]]
    lines = []
    for (spans, comment), days in _groups(week.spans):
        times = words.hours["separator"].join(_span(s, words) for s in spans.split(",") if s)
        named = _named(days, words)
        line = f"{named}{colon(words)}{times}" if times else named
        lines.append(f"{line} ({comment})" if comment else line)
    return lines + _holidays(week, words)


def _holidays(week: _Week, words: Texts) -> list[str]:
    lines = []
    if week.public_holidays is not None:
        lines.append(words.hours["holidays_open" if week.public_holidays else "holidays_closed"])
    if week.school_holidays_closed:
        lines.append(words.hours["school_closed"])
    return lines


def colon(words: Texts) -> str:
    """Return a colon as the language writes it."""
    return {"fr": "\u00a0: ", "zh": "："}.get(words.code, ": ")


def _groups(spans: dict[int, tuple[str, str]]) -> list[tuple[tuple[str, str], list[int]]]:
    """Days that have the same hours, in the order of the first of them."""
    groups: dict[tuple[str, str], list[int]] = {}
    for day in sorted(spans):
        groups.setdefault(spans[day], []).append(day)
    return list(groups.items())


def _named(days: list[int], words: Texts) -> str:
    """Name days: "lundi au vendredi", "lundi et mercredi", "mardi, jeudi, samedi"."""
    names = get_day_names("wide", context="stand-alone", locale=words.locale)
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts: list[str] = []
    for run in runs:
        if len(run) > 2:
            ends = {"from": names[run[0]], "to": names[run[-1]]}
            parts.append(words.hours["days_span"].format_map(ends))
        else:
            parts += [names[day] for day in run]
    if len(parts) == 2:
        return words.hours["pair"].format_map({"from": parts[0], "to": parts[1]})
    return words.hours["separator"].join(parts)


def _span(span: str, words: Texts) -> str:
    first, last = span.split("-")
    text = words.hours["span"].format_map({"from": _clock(first, words), "to": _clock(last, words)})
    # A line never breaks inside a span (nor, without the word joiner, after its dash).
    return text.replace(" ", "\u00a0").replace("–", "–\u2060")


def _clock(clock: str, words: Texts) -> str:
    hour, minute = clock.split(":")
    pattern = words.hours["time_on_the_hour" if minute == "00" else "time"]
    # 26:00 is how OSM writes two in the morning of the next day.
    shown = int(hour) - 24 if int(hour) > 24 else int(hour)
    return pattern.format(h=shown, mm=minute)
