"""Figures, markup, vintages and charts as a reader sees them."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.app.chart_style import LINE, ROW, lines_of, ranking_chart, row_height
from observatory.app.pages.carte import inhabited_points
from observatory.words.catalogue import load_words
from observatory.words.markup import html_table, link, phone, plain
from observatory.words.numbers import (
    day_text,
    hours_text,
    interval,
    long_date,
    month,
    number,
    of_name,
    percent,
    phone_text,
    value_text,
)


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (["cell", "cell", "iris"], "cell"),
        (["iris", "iris", "cell"], "iris"),
        (["cell", "iris", "iris"], "both"),
    ],
)
def test_the_map_says_the_points_that_the_territory_has(kinds: list[str], said: str) -> None:
    """The last point is out of the territory: it says nothing of it."""
    points = pd.DataFrame({"kind": kinds, "in_territory": [True, True, False]})
    assert inhabited_points(points) == said


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (1234567.89, 0, "1\u202f234\u202f568", "1,234,568"),
        (1234.5, 1, "1\u202f234,5", "1,234.5"),
        (-0.0001, 1, "0,0", "0.0"),
        (0, 0, "0", "0"),
        (float("nan"), 0, "—", "—"),
        (None, 2, "—", "—"),
    ],
)
def test_numbers_are_written_as_the_language_does(
    value: float | None, decimals: int, french: str, english: str
) -> None:
    assert number(value, "fr", decimals) == french
    assert number(value, "en", decimals) == english


def test_a_count_taken_from_a_table_is_a_number() -> None:
    counts = pd.Series(["a", "a", "b"]).value_counts()
    assert number(counts.get("a"), "fr") == "2"
    row = pd.DataFrame({"name": ["x"]}).groupby("name").size().to_frame("n").iloc[0]
    assert number(row["n"], "en") == "1"


def test_missing_is_never_written_as_zero() -> None:
    assert number(float("nan"), "fr") != number(0, "fr")
    assert interval(float("nan"), 3.0, "fr") == ""
    assert interval(1.0, 2.5, "fr", 1) == "1,0 – 2,5"
    assert percent(12.34, "fr", 1) == "12,3\u00a0%"
    assert percent(12.34, "en", 1) == "12.3%"


def test_hours_phones_and_months_read_as_words() -> None:
    assert hours_text("Mo-Fr 09:00-12:00,14:00-17:00; PH off", "fr") == (
        "lun.-ven. 09:00-12:00, 14:00-17:00; jours fériés fermé"
    )
    assert hours_text("sur rendez-vous", "fr") == "sur rendez-vous"
    assert phone_text("+33143051989") == "01 43 05 19 89"
    assert phone_text("3960") == "3960"
    assert month(date(2023, 4, 5), "fr") == "avril 2023"


@pytest.mark.parametrize(
    ("iso", "french", "english"),
    [
        ("2022-12-05", "5 décembre 2022", "5 December 2022"),
        ("2024-08-01", "1er août 2024", "1 August 2024"),
        ("2024-08-11", "11 août 2024", "11 August 2024"),
        ("2023-04", "2023-04", "2023-04"),
        ("", "", ""),
    ],
)
def test_days_are_written_as_the_language_does(iso: str, french: str, english: str) -> None:
    assert (day_text(iso, "fr"), day_text(iso, "en")) == (french, english)


@pytest.mark.parametrize(
    ("name", "french"),
    [
        ("Épinay-sur-Seine", "d'Épinay-sur-Seine"),
        ("Aubervilliers", "d'Aubervilliers"),
        ("Stains", "de Stains"),
        ("L'Île-Saint-Denis", "de L'Île-Saint-Denis"),
        ("La Courneuve", "de La Courneuve"),
        ("Le Bourget", "du Bourget"),
        ("Les Lilas", "des Lilas"),
    ],
)
def test_a_name_is_elided_after_of(name: str, french: str) -> None:
    assert of_name(name, "fr") == french
    assert of_name(name, "en") == f"of {name}"


def test_the_first_of_a_month_is_written_in_french_only() -> None:
    day = date(2026, 8, 1)
    assert long_date(day, "fr") == "1er août 2026"
    assert long_date(day, "fr", "EEEE d MMMM") == "samedi 1er août"
    assert long_date(date(2026, 8, 11), "fr") == "11 août 2026"
    assert long_date(day, "pt_PT") == "1 de agosto de 2026"


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (27714, "27\u202f714", "27,714"),
        (0.68, "0,68", "0.68"),
        (1 / 3, "0,3333333", "0.3333333"),
        (True, "oui", "yes"),
        (float("nan"), "non connu", "not known"),
        ([1, 0.5], "[1\u00a0; 0,5]", "[1, 0.5]"),
        ("ept", "ept", "ept"),
    ],
)
def test_values_of_examples_are_written_to_seven_digits(
    value: object, french: str, english: str
) -> None:
    assert (value_text(value, "fr"), value_text(value, "en")) == (french, english)


@given(st.text())
def test_outside_text_never_opens_a_tag_or_an_attribute(text: str) -> None:
    for made in (plain(text), link(text), link(text, text), phone(text)):
        bare = made
        if made.startswith("<a "):
            head, _, bare = made.partition(">")
            assert head.startswith('<a href="')
            assert head.split('"')[1].split(":")[0].lower() in ("http", "https", "tel", "mailto")
            assert "<" not in head[1:]
            bare = bare.removesuffix("</a>")
        assert "<" not in bare
        assert '"' not in bare


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        " java\nscript:alert(1)",
        "vbscript:x",
        "//example.org",
        "http://a b",
        "http://[",
    ],
)
def test_other_schemes_stay_text(address: str) -> None:
    assert "<a" not in link(address)


def test_direction_marks_and_endless_names_are_tamed() -> None:
    assert plain("a\u202eb\x00c") == "abc"
    assert len(plain("é" * 10_000)) < 1_000
    assert link("https://example.org/?a=1&b=2").startswith(
        '<a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">'
    )


def test_a_table_names_its_caption_columns_and_rows() -> None:
    made = html_table("Titre <b>", ["A", "B"], [["x<y", "1"]])
    assert "Titre &lt;b&gt;</caption>" in made
    heads = re.findall(r'<th scope="col"( class="obs-number")? role="columnheader">(\w)</th>', made)
    assert heads == [("", "A"), (' class="obs-number"', "B")]
    assert '<th scope="row" role="rowheader">x&lt;y</th>' in made
    assert '<td role="cell" data-label="B" class="obs-number">1</td>' in made


def test_the_chart_holds_each_commune_its_interval_and_no_address() -> None:
    table = pd.DataFrame(
        {
            "code": ["93031", "93066", "93072"],
            "name": ["Épinay", "Saint-Denis", "Stains"],
            "missing_h_per_week": [50.0, 80.0, 30.0],
            "missing_low": [25.0, 40.0, 1.0],
            "missing_high": [100.0, 140.0, 90.0],
            "missing_class": ["reliable", "indicative", "not_published"],
        }
    )
    spec = ranking_chart(table, "93031", load_words("fr")).to_dict()
    rows = next(iter(spec["datasets"].values()))
    assert [(row["name"], row["chosen"], row["ends"]) for row in rows] == [
        ("Épinay", True, "25 – 100"),
        ("Saint-Denis", False, "40 – 140"),
        ("Stains", False, "n. p."),
    ]
    figures = ("missing_h_per_week", "missing_low", "missing_high")
    assert [rows[2][name] for name in figures] == [None] * 3, "too uncertain to be published"
    assert len(spec["layer"]) == 2


def test_names_of_zones_stand_whole_on_lines_and_make_their_rows_higher() -> None:
    names = ["Saint-Denis | Franc-Moisin Bel-Air 4, vers le lycée Suger (0704)", "Stains"]
    labels, most = lines_of(names)
    assert labels == ["Saint-Denis|Franc-Moisin Bel-Air|4, vers le lycée Suger|(0704)", "|Stains"]
    assert row_height(most) == 4 * LINE + 8
    assert lines_of(["Stains"]) == (["Stains"], 1)
    assert row_height(1) == ROW
