"""The figures beside the full files of others, and the document that says what came out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from observatory import settings
from observatory.files.validation import markdown
from observatory.model.changes import changes
from observatory.model.model import Model
from observatory.model.other_indices import Others
from observatory.model.validation import validation
from observatory.read.other_indices import read_others
from observatory.words.place_names import place_of

pytestmark = pytest.mark.real_files


@pytest.fixture(scope="module")
def others(source_folder: Path) -> Others:
    return read_others(source_folder)


@pytest.fixture(scope="module")
def table(model: Model, others: Others) -> pd.DataFrame:
    return validation(model, others=others).set_index(["measure", "scope"])


@pytest.mark.parametrize("scope", ["territory", "departement"])
def test_need_by_iris_goes_with_the_skills_of_the_first_index(
    table: pd.DataFrame, scope: str
) -> None:
    skills = table.loc[("ifn_v1_skills", scope)]
    assert skills["correlation"] > 0.74
    assert skills["verdict"] == "agrees"
    copy = table.loc[("ifn_v1_skills_copy", scope)]
    assert copy["correlation"] == pytest.approx(skills["correlation"], abs=0.01)
    assert table.loc[("ifn_v1_total", scope), "correlation"] < skills["correlation"] - 0.2


def test_hours_missing_do_not_go_with_the_second_index(table: pd.DataFrame) -> None:
    assert abs(table.loc[("ifn_v2_missing", "territory"), "correlation"]) < 0.2
    assert table.loc[("ifn_v2_missing", "departement"), "verdict"] == "differs"


def test_the_second_index_falls_where_older_people_are_more(model: Model, others: Others) -> None:
    assert others.ifn_v2 is not None
    older = model.facts.communes.set_index("commune")["pop_65p_pct"]
    both = pd.DataFrame({"older": older, "ifn": others.ifn_v2}).dropna()
    assert len(both) >= 39
    assert both.corr(method="spearman").iloc[0, 1] < -0.5


def test_activity_goes_with_access_and_posts_over_the_departement(table: pd.DataFrame) -> None:
    for measure in ("helped_access", "helped_posts"):
        row = table.loc[(measure, "departement")]
        assert row["correlation"] > 0.55, measure
        assert row["verdict"] == "agrees"


def test_the_committed_validation_is_up_to_date(model: Model, table: pd.DataFrame) -> None:
    committed = (settings.PROJECT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert committed == markdown(table.reset_index(), changes(model), "fr", place_of("93")), (
        "run: observatory study validation --from FOLDER --to docs/validation.md"
    )
