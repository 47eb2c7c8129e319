"""What cleaning makes of the values that real files hold."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from observatory.geo.geometry import project_to_metres, to_degrees
from observatory.places.cleaning import (
    clean_address,
    clean_emails,
    clean_name,
    clean_phone,
    clean_postcode,
    clean_records,
    clean_siret,
    clean_websites,
    fold,
)
from observatory.places.cleaning.coordinates import mend_points
from observatory.tables.directory_tables import CLEANING_NOTES
from observatory.tables.remarks import remark, remarks_of


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("5 RUE JEAN JAURES", "5 rue Jean Jaures"),
        ("31 AV DU PDT SALVADOR ALLENDE", "31 avenue du Président Salvador Allende"),
        ("22 Pl. le Morillon", "22 place le Morillon"),
        ("11 - 15 Mail Fréderico Garcia", "11-15 mail Fréderico Garcia"),
        ("61Rue Girardot", "61 rue Girardot"),
        ("84 bis rue André Joineau", "84 bis rue André Joineau"),
        ("28, avenue du Général Leclerc", "28 avenue du Général Leclerc"),
        ("AV DE LA REPUBLIQUE", "avenue de la Republique"),
        ("", None),
        (None, None),
    ],
)
def test_addresses_take_one_usual_form(given: str | None, kept: str | None) -> None:
    assert clean_address(given).value == kept


@pytest.mark.parametrize(
    ("given", "kept", "apart"),
    [
        ("Hôtel de Ville \n Avenue de la République", "avenue de la République", "Hôtel de Ville"),
        ("135 avenue des Arrimeurs BP 11 CEDEX", "135 avenue des Arrimeurs", "BP 11"),
        ("3 rue de Rome \n Autre adresse: \n 105 bd Chanzy", "3 rue de Rome", "105 bd Chanzy"),
        ("CENTRE MECANO 58 avenue Gabriel Péri", "58 avenue Gabriel Péri", "CENTRE MECANO"),
    ],
)
def test_what_is_taken_out_of_an_address_stands_in_the_note(
    given: str, kept: str, apart: str
) -> None:
    mended = clean_address(given)
    assert mended.value == kept
    assert mended.note is not None
    assert mended.note.code == "cleaning.kept_apart"
    assert apart in str(mended.note.get("text"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("01 43 05 18 89", "+33143051889"),
        ("+33 (0)1 43 05 18 89", "+33143051889"),
        ("0033143051889", "+33143051889"),
        ("143051889", "+33143051889"),
        ("+262262123456", "+262262123456"),
        ("3949", "3949"),
        ("01.48.32.74.34 / 06 12 34 56 78", "+33148327434"),
        ("01 43 05 18", None),
        ("nobody", None),
    ],
)
def test_phones_take_the_international_form(given: str, kept: str | None) -> None:
    assert clean_phone(given).value == kept


def test_a_second_phone_is_kept_in_the_note() -> None:
    note = clean_phone("01.48.32.74.34 / 06 12 34 56 78").note
    assert note == remark("cleaning.other_phones", text="+33612345678")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("www.afpa.fr", "https://www.afpa.fr"),
        ("HTTP://Afpa.FR/Page", "http://afpa.fr/Page"),
        ("a.fr;b.fr", "https://a.fr|https://b.fr"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("data:text/html,<script>", None),
        ("//evil.fr", None),
        ("https://user@evil.fr", None),
        ('=HYPERLINK("http://a.fr")', None),
        ("http://a.fr/<script>", None),
        ("http://[bad", None),
    ],
)
def test_only_http_addresses_pass(given: str, kept: str | None) -> None:
    mended = clean_websites(given)
    assert mended.value == kept
    assert kept == given or mended.note


def test_emails_siret_postcodes_and_names() -> None:
    assert clean_emails("Contact@SPF93.org; x").value == "contact@spf93.org"
    assert clean_siret("21930027400012.0").value == "21930027400012"
    assert clean_siret("21930027400013").value is None
    zeros = "0" * 14
    assert clean_siret(zeros) == (None, remark("cleaning.default_siret", text=zeros))
    assert clean_postcode("1000").value == "01000"
    assert clean_postcode("932360") == (None, remark("cleaning.no_postcode", text="932360"))
    assert clean_name("Mairie\u202e  de\nStains").value == "Mairie de Stains"
    long = clean_name("x" * 10_000)
    assert long.value is not None
    assert len(long.value) == 250
    assert long.note == remark("cleaning.cut", length=10_000, text="x" * 10_000)
    assert fold("Œuvre d'Été") == "oeuvre d ete"


def test_coordinates_are_mended_or_refused() -> None:
    x, y = project_to_metres(np.array([2.35]), np.array([48.93])).T
    lon = np.array([2.35, 48.93, x[0], y[0], 0.0, 2.35, 120.0, np.nan])
    lat = np.array([48.93, 2.35, y[0], x[0], 0.0, np.nan, 10.0, np.nan])
    east, north, note = mend_points(lon, lat)
    assert np.allclose(east[:4], 2.35)
    assert np.allclose(north[:4], 48.93)
    assert np.isnan(east[4:]).all()
    codes = [one.code for text in note for one in remarks_of(text)]
    assert [text is None for text in note] == [True, *[False] * 6, True]
    names = ("swapped", "metres", "metres", "zero_point", "half_point", "out_of_france")
    assert codes == [f"cleaning.{name}" for name in names]


def test_a_point_out_of_its_commune_is_not_kept_but_noted() -> None:
    x, y = project_to_metres(np.array([2.35]), np.array([48.93])).T
    outlines = gpd.GeoDataFrame(
        {"commune": ["93066"]},
        geometry=[box(x[0] - 500, y[0] - 500, x[0] + 500, y[0] + 500)],
        crs=2154,
    )
    lon, lat = to_degrees(x + np.array([0.0, 700.0, 5000.0]), y + np.zeros(3))
    frame = pd.DataFrame({"record": ["a", "b", "c"], "commune": "93066", "lon": lon, "lat": lat})
    clean, notes = clean_records(frame, outlines, tolerance_m=300)
    assert clean["lon"].notna().tolist() == [True, True, False]
    assert notes["record"].tolist() == ["c"]
    assert remarks_of(notes["note"][0]) == (remark("cleaning.out_of_commune", km=4.5),)
    assert notes["before"][0].startswith("2.4")


def test_a_frame_keeps_its_rows_and_what_addresses_lose() -> None:
    frame = pd.DataFrame(
        {
            "record": ["a", "b"],
            "address": ["Mairie\n5 RUE X", None],
            "address_more": [None, "bât. B"],
            "phone": ["0143051889", "?"],
        }
    )
    clean, notes = clean_records(frame)
    assert clean["record"].tolist() == ["a", "b"]
    assert clean["address_more"].tolist() == ["Mairie", "bât. B"]
    assert list(notes.columns) == CLEANING_NOTES.names
    assert set(zip(notes["record"], notes["field"], strict=True)) == {
        ("a", "address"),
        ("a", "phone"),
        ("b", "phone"),
    }
