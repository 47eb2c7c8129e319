"""Equipment and connection by zone: the need of the kinds, places that declare, effort by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from worlds import TERRITORY, facts

from observatory import settings
from observatory.model import kinds
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.public_programmes import record_table
from observatory.model.solidarity_offer import offer
from observatory.tables.offer_results import ACCESS_SERVICE, SOLIDARITY_SERVICE
from observatory.tables.remarks import remark, remarks_of

ASSUMED = load_assumptions(settings.load({}).assumptions)
BASE = facts()
LEVELS = ("iris", "qpv", "commune", "ept")


def model(services: str | None = None, d1: tuple[float, ...] = (1200, 2400, 4800, 600)) -> Model:
    """Return the small world: A (93059, 1000 people), B and C (93066, 2000 and 1000), D outside."""
    base = BASE
    communes = base.communes.assign(no_thd_pct=[10.0, 25.0, 5.0])
    known = replace(
        base,
        iris=base.iris.assign(income_d1_declared_eur=list(d1)),
        sites=base.sites.assign(services=services),
        communes=communes.assign(poverty_disposable_pct=20.0),
    )
    return Model(known, ASSUMED)


def row(table: pd.DataFrame, code: str) -> pd.Series:
    return table.set_index("code").loc[code]


@pytest.mark.parametrize("level", LEVELS)
def test_the_need_is_that_of_the_kinds(level: str) -> None:
    here = model()
    need = kinds.by_zone(here, level)  # type: ignore[arg-type]  # parametrised
    found = offer(here, level)  # type: ignore[arg-type]  # parametrised
    for kind in ("equipment", "connection"):
        values = need[need["kind"] == kind].set_index("code")["value"]
        ours = found.set_index("code")[f"{kind}_persons"]
        pd.testing.assert_series_equal(ours, values, check_names=False)


def test_the_effort_is_the_price_over_a_month_of_the_first_decile() -> None:
    found = offer(model(), "iris")
    # 30, 20 and 41.4 EUR over 1200 / 12 = 100 EUR a month; 15, 5 and 23 for the solidarity offer.
    a = row(found, "930590101")
    assert a["income_d1_eur_per_month"] == 100
    assert a.filter(like="effort_basic").tolist() == pytest.approx([30.0, 20.0, 41.4])
    assert a.filter(like="effort_solidarity").tolist() == pytest.approx([15.0, 5.0, 23.0])
    assert row(found, "930660102")["effort_basic_pct"] == pytest.approx(7.5)


def test_a_wider_zone_has_the_decile_of_half_its_residents_and_both_ends() -> None:
    whole = offer(model(), "ept").iloc[0]
    # A 1000 people at 100, B 2000 at 200, C 1000 at 400: half of the 4000 live at 200 or below.
    names = ["income_d1_eur_per_month", "income_d1_low", "income_d1_high"]
    assert whole[names].tolist() == [200, 100, 400]
    assert whole["effort_basic_pct"] == pytest.approx(15.0)
    assert (whole["iris_published"], whole["iris_unpublished"]) == (3, 0)
    town = row(offer(model(), "commune"), "93066")
    assert town[names].tolist() == [200, 200, 400]


def test_an_unpublished_decile_is_missing_and_counted_never_zero() -> None:
    found = offer(model(d1=(np.nan, 2400, 4800, 600)), "commune")
    a = row(found, "93059")
    assert a[["income_d1_eur_per_month", "effort_basic_pct"]].isna().all()
    assert (a["iris_published"], a["iris_unpublished"]) == (0, 1)
    assert remark("studies.effort_unpublished", count=1) in remarks_of(a["note"])
    assert remark("studies.effort_alone") not in remarks_of(a["note"])


def test_a_decile_of_nothing_has_no_effort() -> None:
    a = row(offer(model(d1=(0, 2400, 4800, 600)), "iris"), "930590101")
    assert a["income_d1_eur_per_month"] == 0
    assert a.filter(like="effort_").isna().all()
    assert remark("studies.effort_no_income") in remarks_of(a["note"])


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        (None, [1, 0, 0, 0, 0]),
        ("Aide aux démarches administratives", [1, 1, 0, 0, 0]),
        (f"Autre|{ACCESS_SERVICE}", [1, 1, 1, 0, 1]),
        (SOLIDARITY_SERVICE, [1, 1, 0, 1, 1]),
        (f"{ACCESS_SERVICE}|{SOLIDARITY_SERVICE}", [1, 1, 1, 1, 1]),
    ],
)
def test_places_count_where_they_declare_and_only_there(
    services: str | None, expected: list[int]
) -> None:
    names = ["places", "places_declaring", "access_places", "solidarity_places", "declared_places"]
    found = offer(model(services), "commune")
    assert row(found, "93066")[names].tolist() == expected
    assert row(found, "93059")[names].tolist() == [0] * 5
    silent = remark("studies.offer_undeclared") in remarks_of(row(found, "93066")["note"])
    assert silent == (expected[-1] == 0)


def test_an_empty_zone_is_still_a_row() -> None:
    here = model()
    seats = replace(here.facts, sites=here.facts.sites.assign(seat=True))
    assert offer(Model(seats, ASSUMED), "commune")["places"].tolist() == [0, 0]


def test_prices_are_assumptions_and_a_price_beyond_its_bounds_moves_them() -> None:
    here = model().with_assumptions({"offer.basic_eur_per_month": 50.0})
    a = row(offer(here, "iris"), "930590101")
    assert a.filter(like="effort_basic").tolist() == pytest.approx([50.0, 20.0, 50.0])


def test_programmes_of_equipment_and_connection_are_named_where_they_apply() -> None:
    base = {"programme": "x", "actor": "x", "says": "x", "source": "x", "date": "2020"}
    base |= {"evidence": "cited", "status": "funded", "kind": "equipment"}
    rows = [
        {**base, "id": "all", "territory": "93"},
        {**base, "id": "ept", "territory": TERRITORY},
        {**base, "id": "town", "territory": "93066"},
        {**base, "id": "posts", "territory": "93", "kind": "posts"},
        {**base, "id": "measured", "territory": "93", "status": "measured"},
        {**base, "id": "nowhere"},
    ]
    found = offer(model(), "commune", records=record_table(rows, "t"))
    assert row(found, "93066")["programmes"] == "all|ept|town"
    assert row(found, "93059")["programmes"] == "all|ept"
    assert offer(model(), "commune")["programmes"].isna().all()
