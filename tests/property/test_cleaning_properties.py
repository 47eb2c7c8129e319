"""What cleaning promises of any text."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from observatory.places.cleaning import MENDERS, clean_address, clean_name, clean_websites
from observatory.places.cleaning.coordinates import mend_points

texts = st.text(max_size=60) | st.from_regex(r"[0-9]{1,3} (av|RUE|Pl\.) [A-Za-z ]{3,20}")


@given(st.sampled_from(sorted(MENDERS)), texts)
def test_mending_twice_changes_nothing(field: str, text: str) -> None:
    once = MENDERS[field](text).value
    if once is not None:
        assert MENDERS[field](once).value == once


@given(st.sampled_from(sorted(MENDERS)), texts)
def test_a_value_refused_is_told(field: str, text: str) -> None:
    mended = MENDERS[field](text)
    assert mended.value is None or mended.value.strip() == mended.value != ""


@given(st.sampled_from(["javascript:", "data:", "vbscript:", "file:", "ftp:"]), texts)
def test_no_other_scheme_passes(scheme: str, text: str) -> None:
    kept = clean_websites(scheme + text).value
    assert kept is None or all(u.startswith(("http://", "https://")) for u in kept.split("|"))
    assert kept is None or "<" not in kept


@given(st.text())
def test_names_and_addresses_stay_on_one_line_without_turning_marks(text: str) -> None:
    for mend in (clean_name, clean_address):
        value = mend(text).value or ""
        assert not set(value) & set("\n\r\t\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069")


numbers = st.floats(-8e6, 8e6) | st.sampled_from([np.nan, 0.0, 2.35, 48.9])


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=8))
def test_coordinates_come_out_in_france_or_missing_with_a_note(
    pairs: list[tuple[float, float]],
) -> None:
    given_lon, given_lat = np.array(pairs).T
    lon, lat, note = mend_points(given_lon, given_lat)
    assert (np.isnan(lon) == np.isnan(lat)).all()
    kept = ~np.isnan(lon)
    assert ((np.abs(lon[kept]) <= 180) & (np.abs(lat[kept]) <= 90)).all()
    changed = ~((lon == given_lon) & (lat == given_lat)) & ~(
        np.isnan(given_lon) & np.isnan(given_lat)
    )
    assert (note[changed] != "").all()
