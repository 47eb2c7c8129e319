"""Public programmes: the records, sums and bases by hand, and what a build counts of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import TERRITORY, facts, source

from observatory import settings
from observatory.errors import ChoiceError, ContractError, FileFormatError, MissingInputError
from observatory.model import programme_figures, programme_studies
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.programme_figures import Base
from observatory.model.public_programmes import load_records, record_table
from observatory.tables.remarks import remark, remarks_of

GOOD = "programme='x'\nactor='x'\nsays='x'\nstatus='promised'\ndate='2020'\nsource='x'\n"
GOOD += "evidence='cited'\n"
# fmt: off
AMOUNTS = [10_000, 20_000, 193_000, 210_000, 300_000, 400_000, 468_880, 500_000, 500_000, 559_000,
           600_000, 1_000_000, 1_600_000]
QUANTITIES = [4, 7, 9, 15, 61, 65, 80, 100, 150, 300, 400, 500, 600, 800, 900, 1100, 1400, 1500,
              1800, 1850, 2000, 3500, 6000, 10_000, 15_000]
# fmt: on


@pytest.fixture(scope="module")
def records() -> pd.DataFrame:
    return load_records()


@pytest.fixture(scope="module")
def model() -> Model:
    base = facts()
    # A (93059), B and C (93066), D (93008, outside): the small world of tests/worlds.py.
    iris = base.iris.assign(caf_rsa=[60.0, np.nan, 30.0, 5.0])
    communes = base.communes.assign(whole_departement=True, population_latest=[1100, 3300, 550])
    known = replace(base, iris=iris, communes=communes)
    return Model(known, load_assumptions(settings.load({}).assumptions))


def one(name: str, **fields: Any) -> dict[str, Any]:
    """Return a record that is whole."""
    texts = dict.fromkeys(("programme", "actor", "says", "source"), "x")
    given = {"id": name, "status": "funded", "date": "2020", "evidence": "cited", **texts}
    return {**given, **fields}


def test_every_figure_of_the_documents_is_a_record(records: pd.DataFrame) -> None:
    known = records.set_index("id")
    amounts = known["amount_eur"].dropna().astype(int)
    assert sorted(amounts) == AMOUNTS
    quantities = known["quantity"].dropna().astype(int)
    assert sorted(quantities) == QUANTITIES
    assert known["quantity_is"]["cd93_caf_2020_trained"] == "at_most"
    assert known["amount_is"]["state_2020"] == "at_least"
    assert known["until"]["conseillers_numeriques_93"] == "2023-01"
    # What has no figure is told all the same.
    for name in ("cd93_caf_2020_refurbishing", "plaine_connexion_desks", "emmaus_2014_refurbished"):
        assert known[["amount_eur", "quantity"]].loc[name].isna().all()


def test_a_promise_is_dated_by_the_file_that_the_build_read(model: Model) -> None:
    told = programme_studies.promises(model).set_index("found_item")["found_vintage"]
    read = source(id="host_structures_2023", as_of="2026-05-01")
    facts_read = replace(model.facts, records=(read,))
    newer = programme_studies.promises(Model(facts_read, model.assumptions))
    dated = newer.set_index("found_item")["found_vintage"]
    assert dated["posts_departement"] == "2026-05-01"
    assert told["posts_departement"] == "2023-04-05"
    # The registry's day, where the build says none.
    assert dated["rep_schools"] == told["rep_schools"]


def test_every_record_is_told_in_both_languages_and_has_its_source(records: pd.DataFrame) -> None:
    assert records[["programme_en", "says_en", "source"]].notna().all(axis=None)
    assert (records.loc[records["evidence"] != "cited", "url"].notna()).all()
    assert records["id"].is_unique


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[a]\nprogramme='x'", ChoiceError),
        (f"[a]\n{GOOD}odd=1", ChoiceError),
        (f"[a]\n{GOOD}part_of='b'", ChoiceError),
        (f"[a]\n{GOOD}sum_of=['a']", ChoiceError),
        (f"[a]\n{GOOD}found_by=['nothing']", ChoiceError),
        (f"[a]\n{GOOD}quantity=3", ChoiceError),
        (f"[a]\n{GOOD}kind='tea'", ContractError),
        (f"[a]\n{GOOD}amount_eur=-1", ContractError),
        (f"[a]\n{GOOD}territory='everywhere'", ContractError),
        ("a = 1", ChoiceError),
        ("[a", FileFormatError),
    ],
)
def test_a_spoilt_file_is_refused_by_name(
    tmp_path: Path, text: str, error: type[Exception]
) -> None:
    path = tmp_path / "programmes.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=r"programmes\.toml"):
        load_records([path])


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="absent"):
        load_records([tmp_path / "absent.toml"])


def test_the_sums_that_do_not_add_up_are_two(records: pd.DataFrame) -> None:
    found = programme_figures.sums(records).set_index("id")
    wrong = found[~found["agrees"]]
    assert wrong["given"].to_dict() == {
        "state_2020_three": 210_000,
        "state_2020_quartiers_near": 500_000,
    }
    assert wrong["of_parts"].tolist() == [193_000 + 10_000 + 20_000, 468_880]
    assert wrong["difference"].tolist() == [-13_000, 31_120]
    assert found.loc["cd93_spring_sim", "of_parts"] == 1400 + 400


@pytest.mark.parametrize(
    ("kind", "parts", "agrees"),
    [
        ("exact", 100, True),
        ("exact", 101, False),
        ("about", 96, True),
        ("about", 94, False),
        ("at_least", 130, True),
        ("at_least", 99, False),
        ("at_most", 70, True),
        ("at_most", 101, False),
    ],
)
def test_a_sum_agrees_as_its_document_gives_it(kind: str, parts: float, agrees: bool) -> None:
    rows = [
        one("whole", amount_eur=100, amount_is=kind, sum_of=("a", "b")),
        one("a", amount_eur=parts - 40, part_of="whole"),
        one("b", amount_eur=40, part_of="whole"),
    ]
    (found,) = programme_figures.sums(record_table(rows, "t")).to_dict("records")
    assert (found["of_parts"], found["agrees"]) == (parts, agrees)


def test_parts_are_no_money_of_their_own() -> None:
    rows = [one("whole", amount_eur=100), one("part", amount_eur=60, part_of="whole")]
    assert programme_figures.money(record_table([*rows, one("none")], "t")) == 100


def test_the_bases_are_those_of_the_territory(model: Model) -> None:
    base = programme_figures.base_of
    hidden = remark("studies.lower_bound", count=1)
    assert base(model, "residents", "93") == Base(4950, "persons", "cog_communes_2026")
    assert base(model, "residents", TERRITORY) == Base(4400, "persons", "cog_communes_2026")
    assert base(model, "rsa", "93066") == Base(30, "households", "caf_iris_2021", (hidden,))
    assert base(model, "rsa", "93059") == Base(60, "households", "caf_iris_2021")
    need = base(model, "in_difficulty", TERRITORY)
    assert need is not None
    assert need.size == pytest.approx(model.gaps("ept")["need_persons"].iloc[0])


@pytest.mark.parametrize(
    ("public", "territory"),
    [("poor", "93"), ("residents", None), ("residents", "FR"), ("residents", "75"), (None, "93")],
)
def test_a_base_that_no_source_counts_is_unknown(
    model: Model, public: object, territory: object
) -> None:
    assert programme_figures.base_of(model, public, territory) is None


def test_a_departement_that_is_not_whole_is_no_base(model: Model) -> None:
    communes = model.facts.communes.assign(whole_departement=False)
    part = Model(replace(model.facts, communes=communes), model.assumptions)
    assert programme_figures.base_of(part, "residents", "93") is None
    assert programme_figures.base_of(part, "residents", "93066") is not None


def test_figures_a_head_are_the_amount_over_the_base(model: Model) -> None:
    everyone = {"public": "residents", "territory": "93"}
    rows = [
        one("a", amount_eur=9900, quantity=99, unit="computers", **everyone),
        one("b", amount_eur=9900, quantity=5, unit="places", **everyone),
        one("c", amount_eur=9900, public="poor", territory="93"),
        one("d", amount_eur=9900, territory="93"),
    ]
    found = programme_figures.programmes(model, record_table(rows, "t"), {}).set_index("id")
    assert found["eur_per_head"].tolist()[:2] == [2.0, 2.0]
    assert found["units_per_100"].fillna(-1).tolist() == [2.0, -1, -1, -1]
    assert found[["base", "eur_per_head"]].loc[["c", "d"]].isna().all(axis=None)
    assert remarks_of(found.loc["c", "note"]) == (remark("studies.base_unknown"),)
    assert remarks_of(found.loc["d", "note"]) == ()


def test_own_records_are_marked(model: Model) -> None:
    theirs, mine = (record_table([one(name)], "t") for name in ("theirs", "own_2"))
    found = programme_figures.programmes(model, theirs, {}, mine)
    assert found.set_index("id")["own"].to_dict() == {"theirs": False, "own_2": True}


def test_what_is_found_is_counted_from_the_facts(model: Model) -> None:
    found = programme_figures.found(model, {}).set_index("found_item")["found"]
    posts = model.facts.supply["posts"]
    assert found["posts_departement"] == pytest.approx(posts.sum())
    # The post of the EPT has no place.
    assert found["posts_placed"] == pytest.approx(posts.iloc[0])
    assert found["places_territory"] == 1
    assert found["rep_schools"] == 1


def test_a_territory_has_the_records_about_it_and_about_what_holds_it(
    records: pd.DataFrame, model: Model
) -> None:
    base = model.facts
    here = programme_studies.records_of(base)
    mine = {"93", str(base.ept["ept"].iloc[0]), *base.communes["commune"]}
    assert set(here["territory"].dropna()) <= mine
    assert here["id"].isin(records.loc[records["territory"] == "93", "id"]).sum() == 27
    codes = "92" + base.communes["commune"].str[2:]
    ept = base.ept.assign(ept="200057990")
    away = replace(base, communes=base.communes.assign(commune=codes), ept=ept)
    assert programme_studies.records_of(away).empty
    assert programme_figures.sums(here)["id"].isin(here["id"]).all()
    nothing = programme_figures.programmes(model, records.iloc[:0], {})
    assert nothing.empty
