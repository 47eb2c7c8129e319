"""People helped by post code: no person is lost, and a shared post code is nobody's alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import worlds
from sources import PlainBuild, Sources

from observatory.build.activity import acts_by_commune, build_activity
from observatory.errors import ChoiceError, FileFormatError
from observatory.model.help_studies import activity
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.read.cog import read_cog_communes_2026
from observatory.tables.storage import read_table
from observatory.tables.zone_facts import COMMUNE_TABLE

PLACE_LISTS = (
    "sites_cnfs_2022",
    "sites_data_inclusion_2023",
    "france_services_2024",
    "aidants_connect_2024",
)


def cog(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["commune", "postcodes", "former_codes"])


def frames(listed: pd.DataFrame, acts: dict[str, int], *addresses: tuple[str, str]) -> Any:
    none = pd.DataFrame(columns=["code_postal", "code_insee"], dtype="str")
    return {
        **dict.fromkeys(PLACE_LISTS, none),
        "communes": pd.DataFrame({"commune": ["93059", "93066", "93072", "93079"]}),
        "cog_communes_2026": listed,
        "counsellor_acts_2023": pd.DataFrame(acts.items(), columns=["postcode", "people_helped"]),
        "host_structures_2023": pd.DataFrame(addresses, columns=["postcode", "commune"]),
    }


def told(table: pd.DataFrame) -> dict[str, tuple[Any, Any, str]]:
    rows = table.astype(object).where(table.notna(), None)
    lines = zip(rows["communes"], rows["commune"], rows["basis"], strict=True)
    return dict(zip(rows["postcode"], lines, strict=True))


def test_the_list_of_communes_tells_whose_a_post_code_is_without_any_address() -> None:
    table = build_activity(frames(cog(("93072", "93240", None)), {"93240": 7}, ("93240", "93066")))
    assert told(table) == {"93240": ("93072", "93072", "list of communes")}


def test_communes_that_have_merged_are_told_apart_by_the_addresses() -> None:
    listed = cog(("93066", "93200|93210|93380", "93059"))
    seen = ("93200", "93066"), ("93380", "93059")
    table = build_activity(frames(listed, {"93200": 5, "93380": 6, "93210": 1}, *seen))
    assert told(table) == {
        "93200": ("93066", "93066", "addresses"),
        "93210": ("93059|93066", None, "shared"),
        "93380": ("93059", "93059", "addresses"),
    }
    # Nobody of the shared post code is summed to a commune, and nobody is lost.
    assert acts_by_commune(table).set_index("commune")["counsellor_acts"].to_dict() == {
        "93059": 6,
        "93066": 5,
    }
    assert table["people_helped"].sum() == 12


def test_two_communes_of_one_post_code_share_it_whatever_the_addresses_of_a_third_say() -> None:
    listed = cog(("93072", "93240", None), ("93079", "93240", None))
    table = build_activity(frames(listed, {"93240": 3}, ("93240", "93066")))
    assert told(table) == {"93240": ("93072|93079", None, "shared")}


def test_a_code_of_no_list_goes_by_its_addresses_or_stays_unknown() -> None:
    seen = ("93141", "93072"), ("93142", "93072"), ("93142", "93079")
    acts = {"93141": 1, "93142": 2, "93143": 4}
    assert told(build_activity(frames(cog(), acts, *seen))) == {
        "93141": ("93072", "93072", "addresses"),
        "93142": ("93072|93079", None, "shared"),
        "93143": (None, None, "unknown"),
    }


def test_a_post_code_shared_with_a_commune_beyond_is_read(tmp_path: Path) -> None:
    path = tmp_path / "communes.json"
    items = [
        {"code": "93072", "nom": "Stains", "type": "commune-actuelle", "codesPostaux": ["93240"]},
        {"code": "95680", "nom": "Voisine", "type": "commune-actuelle", "codesPostaux": ["93240"]},
        {"code": "95001", "nom": "Loin", "type": "commune-actuelle", "codesPostaux": ["95450"]},
        {"code": "93059", "nom": "Pierrefitte", "type": "commune-deleguee"},
        {"code": "75056", "nom": "Paris", "type": "commune-actuelle", "codesPostaux": ["75001"]},
    ]
    path.write_text(json.dumps(items), encoding="utf-8")
    reading = read_cog_communes_2026(path, {"stains": "93072"})
    assert reading.frame["commune"].tolist() == ["93072", "95680"]
    assert (reading.rows_in, [item.rows for item in reading.aside]) == (5, [1, 1, 1])


@pytest.mark.parametrize("text", ["{}", "[]", '[{"code": "93072"}]'])
def test_another_file_is_no_list_of_communes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "communes.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileFormatError, match="list of communes"):
        read_cog_communes_2026(path, None)


def test_the_edition_keeps_everybody_helped_in_the_departement(model: Model) -> None:
    table = activity(model).set_index("postcode")
    assert table["people_helped"].sum() == 44_465
    assert len(table) == 40
    assert table["communes"].notna().all()
    assert table.loc["93380", ["people_helped", "posts_here"]].tolist() == [4291, 1]
    assert table.loc["93800", ["people_helped", "posts_here"]].tolist() == [558, 0]
    assert pd.isna(table.loc["93800", "people_per_post"])
    assert table.loc["93141", ["communes", "basis"]].tolist() == ["93010", "addresses"]
    communes = model.facts.communes.set_index("commune")["counsellor_acts"]
    assert communes.sum() == 44_465
    assert communes["93066"] == 411 + 12


def test_every_post_of_a_place_or_commune_stands_in_one_post_code_or_over_one_commune(
    model: Model,
) -> None:
    supply = model.facts.supply[model.facts.supply["commune"].str.startswith("93")]
    posts = supply[supply["programme"] == "Conseillers numériques"]
    kept = posts.loc[posts["serves"].isin(["point", "commune"]), "posts"].sum()
    table = activity(model)
    over = table.drop_duplicates("communes")["posts_over_communes"].sum()
    assert table["posts_here"].sum() + over == pytest.approx(kept)


def test_an_older_build_is_told_to_be_made_again(model: Model) -> None:
    with pytest.raises(ChoiceError, match="build the tables again"):
        activity(Model(worlds.facts(), model.assumptions))


def test_a_build_of_the_cut_sums_only_what_is_a_communes_own(
    cut: Sources, plain_build: PlainBuild
) -> None:
    _, out = plain_build(cut)
    facts = load_facts(out)
    assert facts.activity is not None
    acts, _ = cut.read("counsellor_acts_2023")
    assert facts.activity["people_helped"].sum() == acts.frame["people_helped"].sum()
    communes = read_table(COMMUNE_TABLE, out).set_index("commune")["counsellor_acts"]
    alone = facts.activity.dropna(subset=["commune"]).groupby("commune")["people_helped"].sum()
    assert communes.dropna().astype(int).to_dict() == alone.astype(int).to_dict()
