"""The orientation sheet as a PDF: what stands on it, on one page, in every language."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from pypdf import PdfReader
from screens import spaced

from observatory.errors import ChoiceError
from observatory.sheets import (
    Landmark,
    Outline,
    Place,
    Sheet,
    documents_for,
    languages,
    render_html,
    render_pdf,
)
from observatory.sheets.orientation_content import content
from observatory.tables.person_needs import NEEDS, SERVICES

DAY = date(2026, 11, 22)
FRESH = Place(
    name="France Services – Maison de la petite enfance",
    address="59 rue Gabriel Péri",
    commune="Saint-Denis",
    postcode="93200",
    phone="+33149336666",
    hours="Mo-Fr 09:00-12:00,13:30-17:30; PH off",
    services=("Aide aux démarches administratives",),
    access=("Se présenter",),
    fees=("Gratuit",),
    booking="https://www.rdv.anct.gouv.fr/ici",
    lat=48.9365,
    lon=2.354,
    walk_min=11.2,
    confirmed_on=date(2026, 9, 3),
)
STALE = replace(
    FRESH, name="Médiathèque Ulysse", confirmed_on=date(2024, 2, 3), stale=True, lat=48.9482
)
ORIGIN = (48.93, 2.357)
SQUARE = Outline("Saint-Denis", (((48.9, 2.3), (48.9, 2.4), (48.97, 2.4), (48.97, 2.3)),))


def a_sheet(language: str = "fr", places: tuple[Place, ...] = (FRESH, STALE)) -> Sheet:
    return Sheet(
        places=places,
        printed_on=DAY,
        language=language,
        documents=documents_for(["caf"]),
        origin=ORIGIN,
        origin_label="Gare de Saint-Denis",
        outlines=(SQUARE,),
        landmarks=(Landmark("Basilique", 48.9355, 2.3596),),
        sources=("ANCT, Licence Ouverte",),
    )


@cache
def read(sheet: Sheet) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(sheet)))


def text_of(sheet: Sheet) -> str:
    raw = read(sheet).pages[0].extract_text()
    return re.sub(r"\s+", " ", raw.replace("\u200b", "").replace("\u2060", ""))


def lowest_text(sheet: Sheet) -> float:
    """The lowest baseline on the page, in points from its lower edge."""
    heights: list[float] = []

    def visit(text: str, ctm: list[float], matrix: list[float], *_: object) -> None:
        if text.strip():
            heights.append(ctm[3] * matrix[5] + ctm[5])

    read(sheet).pages[0].extract_text(visitor_text=visit)
    return min(heights)


def fonts_of(reader: PdfReader) -> dict[str, bool]:
    """Each font of the page by name, and whether its file is in the PDF."""
    found = {}
    for font in reader.pages[0]["/Resources"]["/Font"].values():
        one = font.get_object()
        below = one["/DescendantFonts"][0].get_object() if "/DescendantFonts" in one else one
        kept = below["/FontDescriptor"].get_object()
        found[str(one["/BaseFont"])] = any(f"/FontFile{n}" in kept for n in ("", "2", "3"))
    return found


def test_french_sheet_says_what_is_needed_to_go_there() -> None:
    text = text_of(a_sheet())
    for words in (
        "Ordinateur, téléphone, internet : où trouver de l'aide",
        "France Services – Maison de la petite enfance",
        "59 rue Gabriel Péri, 93200 Saint-Denis",
        "lundi au vendredi : 9 h – 12 h, 13 h 30 – 17 h 30",
        "fermé les jours fériés",
        "01 49 33 66 66",
        "12 min à pied depuis : Gare de Saint-Denis",
        "Gratuit",
        "https://www.rdv.anct.gouv.fr/ici",
        "Votre numéro d'allocataire CAF",
        "Information confirmée le 3 septembre 2026.",
        "Information ancienne, confirmée le 3 février 2024 : appelez avant de venir.",
        "Imprimé le 22 novembre 2026",
        "ANCT, Licence Ouverte",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("language", "own"),
    [
        ("en", "Monday to Friday: 9:00 – 12:00, 13:30 – 17:30"),
        ("pt", "segunda-feira a sexta-feira: 9h – 12h, 13h30 – 17h30"),
        ("tr", "Pazartesi – Cuma: 9.00 – 12.00, 13.30 – 17.30"),
        ("zh", "星期一至星期五：9:00 – 12:00，13:30 – 17:30"),
    ],
)
def test_hours_are_said_in_the_language_and_in_french(language: str, own: str) -> None:
    text = text_of(a_sheet(language))
    assert own in text
    assert "lundi au vendredi : 9 h – 12 h, 13 h 30 – 17 h 30" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "script", "font"),
    [
        ("ar", "[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]", "NotoNaskhArabic"),
        ("ta", "[\u0b80-\u0bff]", "NotoSansTamil"),
        ("zh", "[\u4e00-\u9fff]", "NotoSansCJK"),
    ],
)
def test_other_scripts_are_written_in_their_own_font(language: str, script: str, font: str) -> None:
    sheet = a_sheet(language)
    assert len(re.findall(script, text_of(sheet))) > 200
    fonts = fonts_of(read(sheet))
    assert any(font in name for name in fonts)
    assert "France Services – Maison de la petite enfance" in text_of(sheet)


@pytest.mark.slow
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("places", [1, 4])
def test_one_a4_page_with_its_fonts_in_every_language(language: str, places: int) -> None:
    sheet = a_sheet(language, (FRESH, STALE, FRESH, STALE)[:places])
    reader = read(sheet)
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    assert all(fonts_of(reader).values())
    assert lowest_text(sheet) > 20


def test_arabic_page_declares_its_language_and_the_phone_reads_left_to_right() -> None:
    reader = read(a_sheet("ar"))
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    assert "01 49 33 66 66" in text_of(a_sheet("ar"))


def test_same_sheet_same_bytes_and_another_day_other_bytes() -> None:
    first, again = render_pdf(a_sheet()), render_pdf(a_sheet())
    assert first == again
    assert render_pdf(replace(a_sheet(), printed_on=date(2026, 11, 23))) != first


def test_file_says_the_day_of_printing_and_no_author() -> None:
    about = read(a_sheet()).metadata
    assert about is not None
    assert about.creation_date is not None
    assert about.creation_date.date() == DAY
    assert not about.author


@pytest.mark.slow
def test_longest_texts_everywhere_still_fit_the_page() -> None:
    long = "Wagon-lits exceptionnellement prolongé " * 300
    place = Place(
        name=long,
        address=long,
        commune=long,
        postcode=long,
        phone=long,
        hours=long,
        services=tuple(f"{long[:80]}{n}" for n in range(20)),
        access=tuple(f"{long[:80]}{n}" for n in range(20)),
        fees=tuple(f"{long[:80]}{n}" for n in range(20)),
        booking="https://example.org/" + "a" * 200,
        lat=48.9,
        lon=2.3,
        walk_min=10,
        seat=True,
    )
    for count in (1, 2, 3, 4):
        sheet = Sheet(
            places=(place,) * count,
            printed_on=DAY,
            language="ta",
            documents=tuple(f"{n}{long}" for n in range(30)),
            origin_label=long,
            sources=(long,),
        )
        assert len(read(sheet).pages) == 1
        assert lowest_text(sheet) > 20
        assert "…" in text_of(sheet)


def test_typst_markup_in_the_data_is_inert() -> None:
    name = '#import "x.typ" $x^2$ *gras* `code` \\ #panic() _a_ @b <c> // d'
    text = text_of(a_sheet(places=(replace(FRESH, name=name, address="#sys.inputs"),)))
    assert name in text
    assert "#sys.inputs, 93200 Saint-Denis" in text


def test_bidi_marks_are_removed_and_formulas_stay_text() -> None:
    name = "\u202eGNP.exe\u202c \u2066caché\u2069\u200f =HYPERLINK(1)"
    assert content(a_sheet(places=(replace(FRESH, name=name),))).cards[0].name == (
        "GNP.exe caché =HYPERLINK(1)"
    )


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "https://a b", "//x.fr"],
)
def test_links_that_are_not_of_the_web_are_dropped(link: str) -> None:
    made = content(a_sheet(places=(replace(FRESH, booking=link),)))
    assert "calendar" not in [row.icon for row in made.cards[0].rows]


def test_a_sheet_says_whether_the_place_makes_appointments_and_links_only_the_address() -> None:
    places = tuple(replace(FRESH, appointments=made) for made in (True, False, None))
    made, none, unknown = content(a_sheet("en", places)).cards
    rows = [[row for row in card.rows if row.icon == "calendar"] for card in (made, none, unknown)]
    assert [[spaced(row.lines[0].french) for row in card] for card in rows] == [
        ["Rendez-vous possible : demandez s'il en faut un.", ""],
        ["Sans rendez-vous.", ""],
        [""],
    ]
    assert [[row.link for row in card][:-1] for card in rows] == [[""], [""], []]
    assert {card[-1].link for card in rows} == {FRESH.booking}


def test_place_without_coordinates_has_no_route_and_no_map() -> None:
    for lat, lon in ((None, None), (0.0, 0.0), (float("nan"), 2.3), (48.9, 1e9)):
        made = content(a_sheet(places=(replace(FRESH, lat=lat, lon=lon),)))
        assert (made.cards[0].route, made.cards[0].qr, made.map_svg) == ("", "", "")
        assert made.start is None


def test_a_bare_place_says_to_call_first_only_where_there_is_a_number() -> None:
    text = text_of(Sheet((Place("Mairie", phone="0148111085"),), DAY))
    assert "Horaires non connus : appelez avant de venir." in text
    assert "Date de l'information inconnue : appelez avant de venir." in text
    assert "min à pied" not in text
    bare = text_of(Sheet((Place("Mairie", seat=True),), DAY))
    assert "Horaires non connus : vérifiez avant de venir." in bare
    assert "Date de l'information inconnue : vérifiez avant de venir." in bare
    assert "appelez" not in bare.lower()
    assert "Position inconnue sur la carte" in bare


def test_mail_and_site_are_printed_where_there_is_no_phone() -> None:
    contacts = {"email": "aide@stains.fr|x@y.fr", "website": "https://stains.example"}
    text = text_of(Sheet((Place("Mairie", **contacts),), DAY))
    assert "aide@stains.fr" in text
    assert "https://stains.example" in text
    called = text_of(Sheet((Place("Mairie", phone="0148111085", **contacts),), DAY))
    assert "aide@stains.fr" not in called
    forged = text_of(Sheet((Place("M", email="a@b.fr?body=x", website="javascript:x()"),), DAY))
    assert "a@b.fr" not in forged
    assert "javascript" not in forged


def test_route_holds_the_destination_and_never_the_origin() -> None:
    made = content(a_sheet())
    assert made.cards[0].route.endswith("route=%3B48.93650%2C2.35400")
    for card in made.cards:
        assert "48.93000" not in card.route
        assert "2.35700" not in card.route


def test_where_the_person_comes_from_stays_out_of_logs() -> None:
    shown = repr(a_sheet())
    assert "Gare de Saint-Denis" not in shown
    assert str(ORIGIN) not in shown
    assert "origin" not in shown


@pytest.mark.parametrize("confirmed", [date(2026, 11, 23), None])
def test_confirmation_in_the_future_is_not_known(confirmed: date | None) -> None:
    card = content(a_sheet(places=(replace(FRESH, confirmed_on=confirmed),))).cards[0]
    assert card.warn
    assert card.age.main.startswith("Date de l'information inconnue")


@pytest.mark.parametrize("stale", [True, False])
def test_information_that_is_old_has_a_warning(stale: bool) -> None:
    assert content(a_sheet(places=(replace(FRESH, stale=stale),))).cards[0].warn is stale


@pytest.mark.parametrize(
    ("minutes", "whole"), [(11.2, 12), (0.0, 1), (7.0000001, 7), (-1.0, None), (None, None)]
)
def test_walk_is_rounded_up_to_whole_minutes(minutes: float | None, whole: int | None) -> None:
    assert replace(FRESH, walk_min=minutes).walk_minutes == whole


@pytest.mark.parametrize("places", [(), (FRESH,) * 5])
def test_no_place_or_too_many_is_refused(places: tuple[Place, ...]) -> None:
    with pytest.raises(ChoiceError, match="1 to 4 places"):
        Sheet(places, DAY)


@pytest.mark.slow
@pytest.mark.parametrize("language", languages())
def test_a_seat_is_said_beside_its_name_in_the_language_and_in_french(language: str) -> None:
    seat = replace(FRESH, name="Siège du réseau", seat=True)
    french = "Siège d'une structure\u00a0: on ne sait pas si le public y est reçu."
    sheet = a_sheet(language, (seat, FRESH))
    office, other = content(sheet).cards
    assert office.seat is not None
    assert (office.seat.french or office.seat.main).startswith(french)
    assert bool(office.seat.french) is (language != "fr")
    assert other.seat is None
    # Once on the paper, between the name of the seat and the next one.
    printed = text_of(sheet)
    told = spaced(french)
    assert printed.count(told) == 1
    assert printed.index(seat.name) < printed.index(told) < printed.index(FRESH.name)
    page = render_html(sheet)
    escaped = french.replace("'", "&#39;")
    assert page.count(escaped) == 1
    assert page.index(seat.name) < page.index(escaped) < page.index(FRESH.name)
    assert office.seat.main.replace("'", "&#39;") in page


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ChoiceError, match="fr, en, ar, pt, tr, ta, zh"):
        Sheet((FRESH,), DAY, language="../fr")


def test_every_need_and_service_has_its_list_of_documents() -> None:
    from observatory.words.catalogue import read_texts
    from observatory.words.sheet_words import texts

    lists = read_texts("sheets", "documents")
    assert set(lists["needs"]) == {need.key for need in NEEDS}
    assert set(lists["services"]) == set(SERVICES)
    asked = documents_for([*lists["needs"], *lists["services"]])
    assert set(asked) == set(texts("fr").documents)


def test_documents_come_once_in_order_of_first_mention() -> None:
    assert documents_for(["mail", "materiel", "unknown", "mail"]) == (
        "phone",
        "email",
        "identity",
        "low_income_proof",
    )


def test_both_forms_say_the_same() -> None:
    for language in languages():
        page = render_html(a_sheet(language))
        made = content(a_sheet(language))
        for one in (made.title, made.subtitle, made.privacy, *made.documents):
            assert one.main.replace("'", "&#39;") in page
