"""What public programmes promised stands beside what the build knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from observatory import settings
from observatory.errors import ChoiceError, FileFormatError, MissingInputError
from observatory.model.programmes import load_programmes
from observatory.tables.manifest import read_manifest


def test_the_promises_of_the_dossier_are_read() -> None:
    here = settings.load({})
    programmes = {p.id: p for p in load_programmes(here.programmes)}
    assert programmes["conseillers_numeriques_93"].quantity == 80
    assert programmes["familles_rep"].quantity == 100
    facts = read_manifest(here.edition).facts
    assert all(p.known in facts for p in programmes.values() if p.known)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[a]\nname = 'x'", ChoiceError),
        ("[a]\nname='x'\npromise='x'\npromise_en='x'\narea='93'\nsource='x'\nodd=1", ChoiceError),
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
        load_programmes(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="absent"):
        load_programmes(tmp_path / "absent.toml")
