"""A territory whose lists of places hold none there: zero places is a fact, and is built."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sources import PLAINE_COMMUNE, Sources

from observatory.build.steps import build
from observatory.errors import MissingInputError
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.tables.integrity import build_problems

#: A list of the country whose one place is far away.
FAR = {
    "id": "far", "nom": "Mairie de l'Abergement", "services": "Prendre en main un ordinateur",
    "pivot": "21010001000016", "commune": "L'Abergement-Clémenciat", "code_postal": "01400",
    "adresse": "18 place de la Mairie", "latitude": 46.15, "longitude": 4.92,
    "source": "conseiller-numerique", "date_maj": "2022-11-24",
}  # fmt: skip


def without_places(official: Sources, folder: Path) -> Path:
    """Return a folder of the files of the cut, without its lists of places and of posts."""
    lists = ("sites", "capacity")
    shutil.copytree(official.folder, folder, ignore=shutil.ignore_patterns("corrections", *lists))
    (folder / "sites").mkdir()
    return folder


def test_a_list_without_a_place_there_gives_a_build_with_none(cut: Sources, tmp_path: Path) -> None:
    folder, out = without_places(cut, tmp_path / "files"), tmp_path / "tables"
    country = folder / "sites" / "mednumcli_cnfs_2022-12.json"
    country.write_text(json.dumps([FAR]), encoding="utf-8")
    made = build(folder, PLAINE_COMMUNE, cut.settings, out)
    assert build_problems(out) == []
    assert made.manifest.facts["places"] == 0
    # The list counts places; no file counts posts, which are not known then.
    assert "counsellor_posts" not in made.manifest.facts
    model = Model(load_facts(out), load_assumptions(cut.settings.assumptions))
    rows = model.figures("commune")
    assert (rows[["help_h_per_week", "access_h_per_100"]] == 0).all(axis=None)
    assert rows["missing_h_per_100"].tolist() == pytest.approx([model.norm] * len(rows))
    assert {"posts", "france_services", "aidants"} <= model.facts.not_covered.keys()


def test_without_any_list_how_many_places_there_are_is_not_known(
    cut: Sources, tmp_path: Path
) -> None:
    folder = without_places(cut, tmp_path / "files")
    with pytest.raises(MissingInputError, match="a list at least that covers the territory"):
        build(folder, PLAINE_COMMUNE, cut.settings, tmp_path / "tables")
    assert not (tmp_path / "tables").exists()
