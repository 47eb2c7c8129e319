"""Languages: people are conserved, more people never mean fewer speakers, order changes nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory import settings
from observatory.model import languages
from observatory.model.assumptions_file import load_assumptions
from observatory.model.languages_file import load_languages
from observatory.tables.language_tables import COUNTED

DATA = settings.PROJECT / "data"
ASSUMPTIONS = load_assumptions(DATA / "assumptions.toml")
TABLE = load_languages(DATA / "languages.toml")
COUNTRIES = sorted(TABLE.countries)

people = st.integers(0, 20_000).map(float)
counts = st.dictionaries(
    st.tuples(st.sampled_from(["z1", "z2", "z3"]), st.sampled_from(COUNTRIES)),
    people,
    min_size=1,
    max_size=12,
).map(
    lambda cells: pd.DataFrame(
        [(zone, country, n, COUNTED) for (zone, country), n in cells.items()],
        columns=["zone", "country", "persons", "basis"],
    )
)


def _twin(frame: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Count speakers by plain loops over countries, members and languages."""
    found: dict[tuple[str, str], float] = {}
    for row in frame.itertuples():
        country = TABLE.countries[row.country]
        members = {k: v[1] for k, v in country.made_of.items()} or {row.country: 1.0}
        left = row.persons
        for member, part in members.items():
            for language, share in TABLE.countries[member].speaks.items():
                spoken = row.persons * part * share[1]
                left -= spoken
                key = (row.zone, language)
                found[key] = found.get(key, 0.0) + spoken
        found[row.zone, "und"] = found.get((row.zone, "und"), 0.0) + left
    return found


@given(counts)
def test_the_fast_way_and_the_plain_loop_agree(frame: pd.DataFrame) -> None:
    found = languages.estimate(frame, TABLE, ASSUMPTIONS).set_index(["zone", "language"])["persons"]
    wanted = _twin(frame)
    assert set(found.index) == set(wanted)
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, abs=1e-6)


@given(counts)
def test_the_languages_of_a_zone_sum_to_its_people(frame: pd.DataFrame) -> None:
    found = languages.estimate(frame, TABLE, ASSUMPTIONS)
    sums, wanted = found.groupby("zone")["persons"].sum(), frame.groupby("zone")["persons"].sum()
    assert np.allclose(sums, wanted)


@given(counts)
def test_the_interval_holds_the_estimate_and_stays_within_the_people(frame: pd.DataFrame) -> None:
    found = languages.estimate(frame, TABLE, ASSUMPTIONS)
    total = found["zone"].map(frame.groupby("zone")["persons"].sum())
    assert (found["low"] >= 0).all()
    assert (found["low"] <= found["persons"] + 1e-9).all()
    assert (found["persons"] <= found["high"] + 1e-9).all()
    assert (found["high"] <= total + 1e-6).all()


@given(counts, st.integers(0, 11), people)
def test_more_people_never_mean_fewer_speakers(frame: pd.DataFrame, at: int, more: float) -> None:
    grown = frame.copy()
    grown.loc[at % len(frame), "persons"] += more
    before = languages.estimate(frame, TABLE, ASSUMPTIONS)
    after = languages.estimate(grown, TABLE, ASSUMPTIONS)
    for end in ("persons", "low", "high"):
        assert (after[end] >= before[end] - 1e-6).all()


@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(frame: pd.DataFrame, random: object) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis gives a Random
    shuffled = frame.iloc[order].reset_index(drop=True)
    first = languages.speakers(frame, TABLE, ASSUMPTIONS)
    pd.testing.assert_frame_equal(first, languages.speakers(shuffled, TABLE, ASSUMPTIONS))


@given(counts)
def test_no_small_number_gets_out_and_none_without_its_reason(frame: pd.DataFrame) -> None:
    found = languages.speakers(frame, TABLE, ASSUMPTIONS)
    shown = found["persons"].notna()
    assert (found.loc[shown, "persons"] >= ASSUMPTIONS.number("languages.min_persons")).all()
    assert found.loc[~shown, ["low", "high"]].isna().all(axis=None)
    assert (found["persons_why"].notna() == ~shown).all()


@given(
    st.lists(
        st.tuples(st.sampled_from(["93066", "93059", "93001"]), people), min_size=1, max_size=9
    ),
    st.dictionaries(st.sampled_from(COUNTRIES), people, min_size=1, max_size=4),
)
def test_the_iris_of_a_commune_sum_to_the_commune(
    homes: list[tuple[str, float]], born: dict[str, float]
) -> None:
    iris = pd.DataFrame(homes, columns=["commune", "people"])
    iris["iris"] = iris["commune"] + iris.index.map("{:04d}".format)
    rows = [(commune, *cell) for commune in ("93066", "93001") for cell in born.items()]
    origins = pd.DataFrame(rows, columns=["commune", "country", "persons"])
    found = languages.counts_by_iris(origins, iris, "cog_2025")
    home = found["zone"].str[:5].replace("93059", "93066")
    sums = found["persons"].groupby([home, found["country"]]).sum(min_count=1).dropna()
    inhabited = iris.groupby(iris["commune"].replace("93059", "93066"))["people"].sum()
    assert len(sums) == int((inhabited > 0).sum()) * len(born)
    for (_, country), value in sums.items():
        assert value == pytest.approx(born[country])
