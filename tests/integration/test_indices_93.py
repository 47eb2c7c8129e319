"""The IFN recomputed from open inputs ranks the département's communes much as published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from observatory import settings
from observatory.model import comparators, known_indices
from observatory.model.observed import at_home, load_facts

pytestmark = pytest.mark.real_files


def test_recomputed_ranks_follow_the_published_ones(source_folder: Path) -> None:
    published = pd.read_csv(
        source_folder / "fragility/ifn-city-all-variation_2023-08_dept93.csv", dtype={"code": str}
    ).set_index("code")["total"]
    facts = load_facts(settings.load({}).edition)
    home = facts.communes[at_home(facts.communes, facts)]
    communes = pd.DataFrame(home.drop(columns="geometry")).set_index("commune")
    ours = comparators.ifn_v2(comparators.decile_scores(known_indices._ifn_inputs(communes)))
    both = pd.concat([published, ours], axis=1).dropna()
    assert len(both) >= 38
    # Deciles within the département, not within France: the order is close, not the same.
    assert both.corr(method="spearman").iloc[0, 1] > 0.75
