"""Readers of the census tables on small made files in the INSEE's layout."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from observatory import settings
from observatory.build.optional import optional_tables
from observatory.errors import (
    CodeError,
    ColumnsError,
    ContractError,
    FileFormatError,
    MissingInputError,
    ObservatoryError,
)
from observatory.model.languages_file import load_languages
from observatory.read.migrants import read_birth_countries_2022, read_migrants_iris, read_origins
from observatory.read.registry import load_registry
from observatory.read.source_reading import read_source
from observatory.tables.language_tables import MIGRANTS_IRIS, ORIGINS_COMMUNES, Languages
from observatory.tables.storage import read_optional, write_table

GROUPS = {
    "Portugal": 2000,
    "Italie": 300,
    "Espagne": 400,
    "Autres pays de l'Union Européenne": 2500,
    "Autres pays d'Europe": 1100,
    "Algérie": 9000,
    "Maroc": 4000,
    "Tunisie": 2200,
    "Autres pays d'Afrique": 12000,
    "Turquie": 1300,
    "Autres pays": 9500,
}
NATIONS = {
    "Français de naissance": 90000,
    "Français par acquisition": 15000,
    "Portugais": 1500,
    "Autres nationalités de l'UE": 1900,
    "Algériens": 7000,
    "Turcs": 800,
}


def block(title: str, first: str, rows: dict[str, float]) -> list[str]:
    ages = '"Moins de 15 ans";"15 à 24 ans";"25 à 54 ans";"55 ans ou plus";"Ensemble"'
    lines = [f'"{title}"', "", f'"{first}";{ages}']
    lines += [f'"{name}";"0";"0";"0";"0";"{count}"' for name, count in rows.items()]
    total = sum(v for v in rows.values() if isinstance(v, int | float))
    return [*lines, f'"Ensemble";"0";"0";"0";"0";"{total}"', "", '"Source : Insee, RP2022"', ""]


def births(rows: dict[str, float], place: str = "") -> str:
    return "\n".join(
        [
            '"IMG1B - Population immigrée par sexe, âge et pays de naissance en 2022"',
            f'"{place}"',
            "",
            *block("IMG1B - Pays de naissance regroupé - Sexe : Hommes", "Pays", {"Portugal": 1}),
            *block("IMG1B - Pays de naissance regroupé - Sexe : Ensemble", "Pays", rows),
        ]
    )


@pytest.fixture(scope="module")
def table() -> Languages:
    return load_languages(settings.PROJECT / "data" / "languages.toml")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_pages_of_a_folder_give_every_commune_and_group(
    tmp_path: Path, table: Languages
) -> None:
    write(tmp_path, "93066/rp2022_td_img1B.csv", births(GROUPS))
    write(tmp_path, "93001/rp2022_td_img1B.csv", births({"Algérie": 7}))
    found = read_origins(tmp_path, table, {"saint denis": "93066", "aubervilliers": "93001"})
    frame = found.frame.set_index(["commune", "country"])["persons"]
    assert len(frame) == 12
    assert frame["93066", "autres_afrique"] == 12000
    assert frame["93066", "autres_ue"] == 2500
    assert frame["93001", "algerie"] == 7
    assert set(found.frame["status"]) == {"immigrants"}
    assert found.rows_in == 12


def test_the_page_s_own_words_say_the_commune(tmp_path: Path, table: Languages) -> None:
    path = write(tmp_path, "page.csv", births({"Maroc": 5}, "Commune de Stains (93072)"))
    assert read_origins(path, table).frame["commune"].tolist() == ["93072"]


def test_thousands_and_older_labels_are_understood(tmp_path: Path, table: Languages) -> None:
    text = births({"Autres pays de l'Union Européenne (à 27)": 1234}).replace(
        '"1234"', '"1\u202f234"'
    )
    path = write(tmp_path, "93072_td_img1B.csv", text)
    row = read_origins(path, table).frame.iloc[0]
    assert (row["commune"], row["country"], row["persons"]) == ("93072", "autres_ue", 1234.0)


def test_nationalities_set_the_french_aside(tmp_path: Path, table: Languages) -> None:
    text = "\n".join(
        block("NAT1 - Nationalité regroupée - Sexe : Ensemble", "Nationalité", NATIONS)
    )
    found = read_origins(write(tmp_path, "93066_td_nat1.csv", text), table)
    assert set(found.frame["country"]) == {"portugal", "autres_ue", "algerie", "turquie"}
    assert set(found.frame["status"]) == {"foreigners"}
    assert [(item.rows, item.reason) for item in found.aside] == [
        (2, "French residents: no foreign country")
    ]


def test_a_suppressed_count_is_missing_with_its_reason_never_zero(
    tmp_path: Path, table: Languages
) -> None:
    text = births({"Maroc": 5, "Turquie": 1}).replace(
        '"Turquie";"0";"0";"0";"0";"1"', '"Turquie";;;;;"s"'
    )
    frame = read_origins(write(tmp_path, "93072_x.csv", text), table).frame.set_index("country")
    assert frame.loc["turquie", "persons_why"] == "suppressed"
    assert frame["persons"].isna().to_dict() == {"maroc": False, "turquie": True}


GOOD = births({"Maroc": 5})
WRONG: list[tuple[str, str, type[ObservatoryError], str]] = [
    ("93072.csv", GOOD.replace("Maroc", "Marocc"), ContractError, "did you mean 'maroc'"),
    ("93072.csv", GOOD.replace('"5"', '"cinq"'), ContractError, "line 15.*cinq"),
    ("93072.csv", GOOD.replace("regroupé", "détaillé"), FileFormatError, "no such title"),
    ("93072.csv", GOOD[: GOOD.rindex('"Ensemble";')], FileFormatError, "cut short"),
    (
        "93072.csv",
        GOOD.replace('"Maroc";"0";"0";"0";"0";"5"', '"Maroc";;;;;"50"'),
        FileFormatError,
        "50",
    ),
    ("page.csv", GOOD, CodeError, "folder named after the commune"),
    ("93072.csv", "", FileFormatError, "empty"),
]


@pytest.mark.parametrize(("name", "text", "error", "said"), WRONG)
def test_a_spoilt_page_is_refused_in_words(
    tmp_path: Path, table: Languages, name: str, text: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        read_origins(write(tmp_path, name, text), table)


def test_no_page_and_an_unknown_commune_are_refused(tmp_path: Path, table: Languages) -> None:
    with pytest.raises(FileFormatError, match="pages of communes"):
        read_origins(tmp_path, table)
    with pytest.raises(MissingInputError):
        read_origins(tmp_path / "none.csv", table)
    with pytest.raises(CodeError, match="93999"):
        read_origins(write(tmp_path, "93999_x.csv", GOOD), table, {"stains": "93072"})


def test_the_registry_s_reader_takes_the_project_s_own_table(tmp_path: Path) -> None:
    write(tmp_path, "93066/rp2022_td_img1B.csv", births(GROUPS))
    found = read_birth_countries_2022(tmp_path)
    assert len(found.frame) == len(GROUPS)


def test_a_build_keeps_the_tables_that_were_asked_for(tmp_path: Path) -> None:
    write(tmp_path, "census/img1b/93066/rp2022_td_img1B.csv", births(GROUPS))
    registry = load_registry(settings.load({}).registry)
    iris = registry.source("migrants_iris_2022").path
    write(tmp_path, iris, f"{BASE}\n930660101;93066;H;1;2500.5;90;2000;1700;800.5;950.25\n")
    names = ("birth_countries_2022", "migrants_iris_2022")
    read = {name: read_source(name, tmp_path, registry=registry) for name in names}
    assert all("no bytes are pinned" in record.note for _, record in read.values())
    frames = {name: reading.frame for name, (reading, _) in read.items()}
    communes = pd.DataFrame({"commune": ["93066"], "commune_name": ["Saint-Denis"]})
    for frame, table in optional_tables(frames, communes, names):
        write_table(frame, table, tmp_path)
    assert len(read_optional(ORIGINS_COMMUNES, tmp_path)) == len(GROUPS)
    assert read_optional(MIGRANTS_IRIS, tmp_path)["immigrants"].tolist() == [950.25]


BASE = (
    "IRIS;COM;TYP_IRIS;LAB_IRIS;P22_POP;P22_POP0002;C22_POP15P;P22_POP_FR;P22_POP_ETR;P22_POP_IMM"
)


def test_the_iris_base_is_read_whatever_its_vintage(tmp_path: Path) -> None:
    line = "930720101;93072;H;1;2500.5;90;2000;1700;800.5;950.25"
    new = read_migrants_iris(write(tmp_path, "a.csv", f"{BASE}\n{line}\n"))
    assert new.note == "census of 2022"
    row = new.frame.iloc[0]
    assert (row["population"], row["immigrants"], row["foreigners"]) == (2500.5, 950.25, 800.5)
    older = BASE.replace("P22", "P16").replace("C22", "C16").replace("IRIS;COM", "IRIS;REG;DEP;COM")
    older_line = line.replace("930720101;", "930720101;11;93;")
    found = read_migrants_iris(write(tmp_path, "b.csv", f"{older}\n{older_line}\n"))
    assert found.note == "census of 2016"


def test_an_iris_base_without_immigrants_is_refused(tmp_path: Path) -> None:
    text = "IRIS;COM;TYP_IRIS;P22_POP\n930720101;93072;H;10\n"
    with pytest.raises(ColumnsError, match="base-ic-evol-struct-pop"):
        read_migrants_iris(write(tmp_path, "x.csv", text))
