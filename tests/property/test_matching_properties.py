"""What matching promises of any records."""

from __future__ import annotations

import pandas as pd
from examples import at_most
from hypothesis import assume, example, given
from hypothesis import strategies as st

from observatory.errors import ChoiceError
from observatory.places.matching import match
from observatory.places.matching.rules import Rules
from observatory.tables.directory_tables import FORCED

NAMES = ["Mairie", "France services", "Bus", "CCAS de Stains", "Bibliothèque Verne", None]
STREETS = ["1 rue Verne", "1-3 rue Verne", "7 rue Verne", "1 rue Verne", "place Bleue", None]
POINTS = [(2.38, 48.95), (2.3801, 48.9501), (2.39, 48.96), (None, None)]
COLUMNS = [
    "record",
    "source",
    "name",
    "address",
    "commune",
    "lon",
    "lat",
    "siret",
    "phone",
    "services",
    "confirmed_on",
]
SIRETS = ["21930072000014", "77568030902823", None]


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    size = draw(st.integers(4, 9))
    rows = []
    for i in range(size):
        lon, lat = draw(st.sampled_from(POINTS))
        rows.append(
            {
                "record": f"{draw(st.sampled_from('abc'))}{i}",
                "source": draw(st.sampled_from(["a", "b"])),
                "name": draw(st.sampled_from(NAMES)),
                "address": draw(st.sampled_from(STREETS)),
                "commune": draw(st.sampled_from(["93072", "93072", "93066"])),
                "lon": lon,
                "lat": lat,
                "siret": draw(st.sampled_from(SIRETS)),
                "phone": draw(st.sampled_from(["+33100000000", None])),
                "services": draw(st.sampled_from(["X|Y", "Y", None])),
                "confirmed_on": draw(st.sampled_from(["2022-01-01", "2024-01-01", None])),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"lon": float, "lat": float})


NOTHING = pd.DataFrame(columns=COLUMNS).astype({"lon": float, "lat": float})

# Each run of matching costs the same on three records or nine: few examples, dense in likeness.
few = at_most(20)


@few
@given(frames())
@example(NOTHING)
def test_no_record_is_lost_and_every_merge_of_two_stands_in_the_ledger(
    records: pd.DataFrame,
) -> None:
    result = match(records)
    assert len(records) == len(result.places) + result.merged
    assert sorted(result.members["record"]) == sorted(records["record"])
    assert result.places["site"].is_unique
    assert set(result.places["site"]) == set(result.members["site"])
    sizes = result.places["records"]
    assert sizes.sum() == len(records)
    merged = result.ledger[result.ledger["site_a"] == result.ledger["site_b"]]
    assert len(merged) == int((sizes * (sizes - 1) / 2).sum())
    assert set(merged["decision"]) <= {"merged", "merged by group"}


@few
@given(frames(), st.randoms())
def test_the_order_of_the_rows_is_nothing(records: pd.DataFrame, random: object) -> None:
    order = list(range(len(records)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    one, two = match(records), match(records.iloc[order])
    for name in ("places", "ledger", "members", "origins"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


@few
@given(frames())
@example(NOTHING)
def test_a_second_run_after_the_first_keeps_every_identifier(records: pd.DataFrame) -> None:
    first = match(records)
    again = match(records, previous=first.members)
    pd.testing.assert_frame_equal(first.places, again.places)


@few
@given(frames())
def test_records_of_another_commune_far_away_change_nothing(records: pd.DataFrame) -> None:
    far = pd.DataFrame(
        [{"record": "z", "source": "z", "name": "Mairie", "commune": "35238", "lon": -1.7}]
    ).assign(lat=48.1)
    alone, together = match(records), match(pd.concat([records, far]))
    kept = together.members[together.members["record"] != "z"]
    pd.testing.assert_frame_equal(alone.members, kept.reset_index(drop=True))


@few
@given(frames())
def test_without_coordinates_nothing_more_merges_on_names_alone(records: pd.DataFrame) -> None:
    bare = records.assign(lon=float("nan"), lat=float("nan"), address=None, phone=None)
    # What moves within a city is known by its name: see test_matching.py.
    bare["name"] = bare["name"].replace("Bus", "Kiosque")
    assert match(bare.astype({"address": "str", "phone": "str"})).merged == 0


NARROW = Rules(largest_block=3, neighbours=1, largest_group=2)


@few
@given(frames(), st.randoms())
def test_bounds_lose_no_record_heed_no_order_and_what_they_change_is_noted(
    records: pd.DataFrame, random: object
) -> None:
    order = list(range(len(records)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    one, two = match(records, rules=NARROW), match(records.iloc[order], rules=NARROW)
    assert len(records) == len(one.places) + one.merged
    for name in ("places", "ledger", "members", "origins", "notes"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    assert one.notes["record"].is_unique
    assert set(one.notes["record"]) <= set(records["record"])
    whole = match(records)
    assert whole.notes.empty
    if one.notes.empty:
        pd.testing.assert_frame_equal(whole.members, one.members)
        pd.testing.assert_frame_equal(whole.ledger, one.ledger)


@st.composite
def judged(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records that look alike, and what a person decided of pairs of them."""
    size = draw(st.integers(3, 8))
    doors = st.integers(1, 6)
    rows = [
        {"record": f"r{i}", "source": f"s{i % 3}", "name": "Mairie annexe", "commune": "93072"}
        | {"address": f"{draw(doors)} rue Verne"}
        for i in range(size)
    ]
    pair = st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True)
    asked = draw(
        st.lists(st.tuples(st.sampled_from(["split", "split", "merge"]), pair), max_size=5)
    )
    lines = [[action, f"r{a}", f"r{b}", "vu sur place"] for action, (a, b) in asked]
    return pd.DataFrame(rows), pd.DataFrame(lines, columns=FORCED.names, dtype="str")


@given(judged(), st.sampled_from([2, 3, 2, 500]), st.sampled_from([2, 3, 1000]))
def test_what_a_person_decided_comes_before_the_evidence(
    known: tuple[pd.DataFrame, pd.DataFrame], group: int, block: int
) -> None:
    records, forced = known
    rules = Rules(largest_group=group, largest_block=block, neighbours=1)
    try:
        result = match(records, forced, rules=rules)
    except ChoiceError:  # merged and split at once
        assume(False)
    site = result.members.set_index("record")["site"]
    for action, one, two, _ in forced.itertuples(index=False):
        assert (site[one] == site[two]) is (action == "merge"), (action, one, two)
