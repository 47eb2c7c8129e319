"""A newer census by IRIS in the folder of sources: read, used IRIS by IRIS, and said.

The files are made in the layout of the INSEE from the cut's own IRIS: no real one was at hand.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from sources import CUT, PLAINE_COMMUNE, cut

from observatory.build.steps import BuildReport, build
from observatory.errors import ColumnsError
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import Facts, load_facts
from observatory.read.newer_census import read_ages_iris_2022, read_diplomas_iris_2022
from observatory.settings import PROJECT

BANDS = ("0014", "1529", "3044", "4559", "6074", "75P")
ELSEWHERE = "010040101"
#: Of 1000 people out of school: 300 without the baccalauréat in this IRIS, 600 in the others.
FEW = "930660101"


def folder_with_newer_files(folder: Path) -> Path:
    """Return a copy of the cut with ages of 100 people a band, and diplomas, for each IRIS."""
    shutil.copytree(CUT, folder)
    types = pd.read_csv(folder / "iris/table_iris_insee_epci_2019_dept93.csv", dtype=str)
    codes = [*types["CODE_IRIS"], ELSEWHERE]
    place = {"IRIS": codes, "COM": [c[:5] for c in codes], "TYP_IRIS": "H", "LAB_IRIS": "1"}
    ages = pd.DataFrame(
        {**place, **{f"P22_POP{band}": "100,5" for band in BANDS}, "P22_POP": "603"}
    )
    few = pd.Series(codes) == FEW
    levels = pd.DataFrame(
        {
            **place,
            "P22_NSCOL15P": "1000",
            "P22_NSCOL15P_DIPLMIN": few.map({True: "100", False: "400"}),
            "P22_NSCOL15P_BEPC": "50",
            "P22_NSCOL15P_CAPBEP": "150",
            "P22_NSCOL15P_BAC": "200",
        }
    )
    levels.to_csv(folder / "census/base-ic-diplomes-formation-2022.CSV", sep=";", index=False)
    name = "base-ic-evol-struct-pop-2022"
    with zipfile.ZipFile(folder / f"census/{name}_csv.zip", "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr(f"{name}.CSV", ages.to_csv(sep=";", index=False))
        box.writestr(f"meta_{name}.CSV", "COD_VAR;LIB_VAR\nIRIS;Code\n")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuildReport, Facts]:
    folder = folder_with_newer_files(tmp_path_factory.mktemp("sources") / "files")
    out = tmp_path_factory.mktemp("build") / "tables"
    settings = cut(tmp_path_factory.mktemp("settings") / "data").settings
    report = build(folder, PLAINE_COMMUNE, settings, out)
    return report, load_facts(out)


def test_ages_of_the_newer_census_count_even_in_iris_of_activity(
    built: tuple[BuildReport, Facts],
) -> None:
    iris = built[1].iris
    own = iris[iris["in_territory"]]
    assert (own["pop_75p"] == 100.5).all()
    assert (own["population_basis"] == "ages").all()
    assert not (iris.loc[~iris["in_territory"], "pop_75p"] == 100.5).any()


def test_measured_diplomas_take_the_place_of_the_spread_ones(
    built: tuple[BuildReport, Facts],
) -> None:
    facts = built[1]
    assert (facts.iris["low_diploma_measured"] == facts.iris["in_territory"]).all()
    model = Model(facts, load_assumptions(PROJECT / "data/assumptions.toml"))
    found = model.iris[model.iris["in_territory"]].set_index("iris")["low_diploma_pct"]
    assert found[FEW] == pytest.approx(30.0)
    assert found.drop(FEW).to_numpy() == pytest.approx(60.0)
    moved = model.with_assumptions({"need.iris_diploma": 0.5}).iris.set_index("iris")
    assert moved.at[FEW, "low_diploma_pct"] == pytest.approx(30.0)


def test_the_build_says_which_census_it_rests_on(built: tuple[BuildReport, Facts]) -> None:
    report = built[0]
    said = {one.code: one for one in report.warnings}
    assert said["build.newer_ages"].get("year") == 2022
    assert said["build.newer_ages"].get("count") == 53
    assert said["build.newer_diplomas"].get("total") == 70
    records = {source.id: source for source in report.manifest.sources}
    assert records["ages_iris_2022"].rows_in == 54
    assert records["ages_iris_2022"].rows_aside == 1  # of another département
    assert records["ages_iris_2022"].path == "census/base-ic-evol-struct-pop-2022_csv.zip"
    assert "census of 2022" in records["diplomas_iris_2022"].note
    assert built[1].vintage == "RP2022"


def test_files_of_another_layout_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "base.CSV"
    path.write_text("IRIS;COM;TYP_IRIS;P22_POP\n930660101;93066;H;5\n", encoding="utf-8")
    with pytest.raises(ColumnsError, match="POP0014"):
        read_ages_iris_2022(path)
    with pytest.raises(ColumnsError, match="NSCOL15P_CAPBEP"):
        read_diplomas_iris_2022(path)
