"""Our figures beside those of others: verdicts by hand, rows that say what is not known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from string import Formatter

import numpy as np
import pandas as pd
import pytest
import worlds

from observatory import settings
from observatory.cli import main
from observatory.errors import MissingInputError
from observatory.files.validation import change_rows, compared_rows, markdown, reasons
from observatory.model.assumptions_file import load_assumptions
from observatory.model.changes import changes
from observatory.model.model import Model
from observatory.model.other_indices import Others
from observatory.model.to_move import as_missing
from observatory.model.validation import by_chance, validation, verdict_of
from observatory.read.other_indices import read_others
from observatory.tables.remarks import remarks_of
from observatory.tables.validation_results import (
    CHANGE_NAMES,
    CHANGES,
    INSIDE_QPV,
    MEASURES,
    VALIDATION,
    VERDICTS,
)
from observatory.words.catalogue import LANGS, Lang, load_words

Printed = pytest.CaptureFixture[str]
ASSUMPTIONS = load_assumptions(settings.load({}).assumptions)


@pytest.fixture(scope="module")
def edition(model: Model) -> Model:
    return model


@pytest.fixture(scope="module")
def compared(edition: Model) -> pd.DataFrame:
    return validation(edition)


@pytest.fixture(scope="module")
def changed(edition: Model) -> pd.DataFrame:
    return as_missing(changes(edition))


def row_of(table: pd.DataFrame, measure: str, scope: str) -> pd.Series:  # type: ignore[type-arg]
    (row,) = table[(table["measure"] == measure) & (table["scope"] == scope)].to_dict("records")
    return pd.Series(row)


@pytest.mark.parametrize(
    ("correlation", "zones", "verdict"),
    [
        (0.80, 144, "agrees"),
        (0.62, 34, "agrees"),
        (0.67, 8, "unknown"),  # chance alone gives 0.74 with eight zones
        (0.41, 144, "unknown"),  # 0.41 and 0.16 pass one half
        (-0.25, 40, "differs"),
        (-0.40, 8, "differs"),
        (-0.90, 144, "differs"),  # the other way round is no agreement
        (1.0, 2, "unknown"),
        (float("nan"), 40, "unknown"),
    ],
)
def test_verdicts_by_hand(correlation: float, zones: int, verdict: str) -> None:
    assert verdict_of(correlation, zones) == verdict


def test_chance_passes_its_bound_in_one_case_of_twenty() -> None:
    random = np.random.default_rng(7)
    drawn = pd.DataFrame(random.random((30, 4000)))
    found = drawn.corrwith(pd.Series(np.arange(30.0)), method="spearman").abs()
    assert (found > by_chance(30)).mean() == pytest.approx(0.05, abs=0.012)


def test_every_measure_stands_once_by_scope(compared: pd.DataFrame) -> None:
    assert set(compared["measure"]) == set(MEASURES)
    assert list(compared.columns) == VALIDATION.names
    assert not compared.duplicated(list(VALIDATION.key)).any()
    assert compared["why"].notna().all()


def test_the_official_level_is_outside_the_national_rates_and_the_shift_is_said(
    compared: pd.DataFrame,
) -> None:
    before = row_of(compared, "level_national", "departement")
    assert before["theirs"] == 15
    assert before["difference"] == pytest.approx(before["ours"] - 15)
    assert before["ours_low"] < before["ours"] < before["ours_high"] < 15
    assert before["verdict"] == "differs"
    codes = {one.code: one for one in remarks_of(before["why"])}
    assert "validation.level_outside" in codes
    shift = float(codes["validation.level_national"].get("shift"))  # type: ignore[arg-type]
    odds = before["ours"] / (100 - before["ours"])
    # One shift of every profile moves the mean by nearly, and never more than, its own size.
    assert shift == pytest.approx(np.log((15 / 85) / odds), abs=0.08)
    assert shift > np.log((15 / 85) / odds)


def test_after_the_shift_the_official_level_is_inside_and_proves_nothing(
    compared: pd.DataFrame,
) -> None:
    after = row_of(compared, "level", "departement")
    assert after["ours"] == pytest.approx(15)
    assert after["ours_low"] < 15 < after["ours_high"]
    assert after["verdict"] == "input"


def test_another_level_asked_for_is_set_beside_the_published_one(edition: Model) -> None:
    moved = edition.with_assumptions({"need.level_departement_pct": 14.0})
    row = row_of(validation(moved), "level", "departement")
    assert (row["ours"], row["theirs"], row["difference"]) == (14, 15, -1)


def test_what_is_not_in_the_edition_is_said_to_be_unknown(compared: pd.DataFrame) -> None:
    absent = compared[compared["measure"].str.match("ifn_v[12]_(skills|total|need|missing)")]
    assert len(absent) == 10
    assert set(absent["verdict"]) == {"unknown"}
    assert (absent["zones"] == 0).all()
    assert absent["why"].str.contains("not_in_edition").all()


def test_the_region_is_near_its_level_and_carried_to_it(
    edition: Model, compared: pd.DataFrame
) -> None:
    before = row_of(compared, "level_region", "region")
    assert before["ours"] == pytest.approx(12.2, abs=0.3)
    assert before["verdict"] == "agrees"
    after = row_of(compared, "level_region_carried", "region")
    assert after["ours"] == pytest.approx(12.2)
    assert after["ours_low"] < 12.2 < after["ours_high"]
    assert after["verdict"] == "input"
    [why] = remarks_of(after["why"])
    assert 0.115 < float(why.get("left")) < 0.12
    part = Model(replace(edition.facts, region_communes=None), edition.assumptions)
    absent = validation(part)
    for measure in ("level_region", "level_region_carried"):
        assert row_of(absent, measure, "region")["verdict"] == "unknown"


def test_people_helped_name_the_communes_whose_posts_do_not_say_it(
    compared: pd.DataFrame,
) -> None:
    why = remarks_of(row_of(compared, "helped_posts", "territory")["why"])
    outliers = {one.get("name"): one for one in why if one.code == "validation.outlier"}
    assert outliers["Pierrefitte-sur-Seine"].get("people") == 4291
    assert outliers["Pierrefitte-sur-Seine"].get("posts") == 1
    # Post codes are read whole: people were helped where no post is counted.
    assert outliers["Épinay-sur-Seine"].get("people") == 558
    assert outliers["Épinay-sur-Seine"].get("posts") == 0


def test_ranks_by_hand_on_another_index(edition: Model) -> None:
    codes = edition.facts.communes.loc[edition.facts.communes["in_territory"], "commune"]
    model = edition.figures("commune").set_index("code")["missing_h_per_100"]
    same = Others(ifn_v2=model.reindex(codes.to_numpy()))
    row = row_of(validation(edition, others=same), "ifn_v2_missing", "territory")
    assert row["correlation"] == pytest.approx(1)
    assert (row["zones"], row["verdict"]) == (9, "agrees")


def test_a_small_world_is_compared_as_far_as_it_goes() -> None:
    table = validation(Model(worlds.facts(), ASSUMPTIONS))
    assert set(table["measure"]) == set(MEASURES)
    assert set(table["verdict"]) <= set(VERDICTS)
    level = row_of(table, "level_national", "departement")
    assert level["verdict"] in ("agrees", "differs", "unknown")


def test_each_change_is_taken_back_alone(edition: Model, changed: pd.DataFrame) -> None:
    assert list(changed.columns) == [name for name in CHANGES.names if "to_move" not in name]
    ept = changed[changed["level"] == "ept"].set_index("change")
    assert list(ept.index) == list(CHANGE_NAMES)
    assert ept.loc["today", "difference_h_per_week"] == 0
    today = edition.figures("ept").iloc[0]
    assert ept.loc["today", "missing_h_per_week"] == pytest.approx(today["missing_h_per_week"])
    # The norm changes no need, the model of need no help; without the level need is lower.
    assert ept.loc["norm_share", "need_persons"] == ept.loc["today", "need_persons"]
    assert ept.loc["norm_share", "norm"] == ept.loc["all", "norm"] == "share"
    assert ept.loc["no_level", "need_persons"] < ept.loc["today", "need_persons"]
    assert ept.loc["census_population", "need_persons"] < ept.loc["today", "need_persons"]
    assert ept.loc["no_border", "need_persons"] == pytest.approx(ept.loc["today", "need_persons"])
    sums = changed[changed["level"] == "commune"].groupby("change")["missing_h_per_week"].sum()
    assert sums[ept.index].to_numpy() == pytest.approx(ept["missing_h_per_week"].to_numpy())


def test_each_change_is_told_of_every_qpv(edition: Model, changed: pd.DataFrame) -> None:
    districts = changed[(changed["level"] == "qpv") & (changed["code"] != INSIDE_QPV)]
    today = districts[districts["change"] == "today"].set_index("code")["missing_h_per_week"]
    gaps = edition.figures("qpv").set_index("code")["missing_h_per_week"]
    assert len(gaps) == 22
    pd.testing.assert_series_equal(today, gaps, check_names=False)
    assert (districts.groupby("code").size() == len(CHANGE_NAMES)).all()


@pytest.mark.parametrize("lang", LANGS)
def test_the_document_says_every_comparison_and_every_change(
    lang: Lang, compared: pd.DataFrame, changed: pd.DataFrame
) -> None:
    text = markdown(compared, changed, lang)
    words = load_words(lang, "validation")
    for group in ("measure", "change", "short", "column"):
        assert all(said in text for said in words.group(group).values()), group
    assert "nan" not in text.lower().split()
    headers, rows = compared_rows(compared, lang)
    assert all(len(row) == len(headers) for row in rows)
    assert len(change_rows(changed, lang)[1]) == len(CHANGE_NAMES)
    assert len(reasons(compared, lang)) == len(MEASURES)


def test_the_languages_have_the_same_words_with_the_same_values() -> None:
    french, english = (load_words(lang, "validation").items for lang in LANGS)
    assert set(french) == set(english)
    for name, text in french.items():
        fields = [
            {f for _, f, _, _ in Formatter().parse(one) if f} for one in (text, english[name])
        ]
        assert fields[0] == fields[1], name


def test_every_code_of_the_tables_has_its_words() -> None:
    words = load_words("fr", "validation")
    assert set(words.group("measure")) == set(MEASURES)
    assert set(words.group("verdict")) == set(VERDICTS)
    assert set(words.group("change")) == set(words.group("short")) == set(CHANGE_NAMES)


def test_the_command_writes_the_document_where_asked(tmp_path: Path, capsys: Printed) -> None:
    build = str(worlds.write_build(tmp_path / "small"))
    path = tmp_path / "validation.md"
    assert main(["study", "validation", "--to", str(path), "--build", build]) == 0
    assert path.read_text("utf-8").startswith("# Validation\u00a0: nos chiffres")
    capsys.readouterr()
    asked = ["study", "validation", "--format", "md", "--english", "--build", build]
    assert main(asked) == 0
    assert capsys.readouterr().out.startswith("# Validation: our figures")
    assert main(["study", "validation", "--to", str(tmp_path / "x.txt"), "--build", build]) == 2
    asked = ["study", "validation", "--to", str(path), "--format", "csv", "--build", build]
    assert main(asked) == 2


def test_a_folder_without_the_other_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="none of them"):
        read_others(tmp_path)


def test_other_files_are_read_by_their_columns(tmp_path: Path) -> None:
    folder = tmp_path / "fragility"
    folder.mkdir()
    (folder / "ifn-city-all-variation_2023-08_dept93.csv").write_text(
        "name,code,total\nAubervilliers,93001,5.2\nÉpinay,93031,\n", encoding="utf-8"
    )
    found = read_others(tmp_path)
    assert found.ifn_v2 is not None
    assert found.ifn_v2["93001"] == 5.2
    assert np.isnan(found.ifn_v2["93031"])
    assert found.ifn_v1_skills is None
    assert replace(found, ifn_v2=None) == Others()
