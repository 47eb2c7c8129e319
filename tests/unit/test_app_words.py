"""Both languages say the same things, every text is used, and no page holds a sentence itself."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from observatory.app.profile import INDICATORS
from observatory.app.selection import LAYERS, LEVELS
from observatory.errors import ChoiceError
from observatory.geo.codes import COGS
from observatory.model.measures import MEASURES
from observatory.words import catalogue as module
from observatory.words.catalogue import LANGS, Lang, load_words
from observatory.words.numbers import (
    UNKNOWN,
    number,
    percent,
    quarter_name,
    signed,
    signed_percent,
    value_text,
)

PACKAGE = Path(module.__file__).parent.parent
APP = PACKAGE / "app"
CODE = [
    *APP.rglob("*.py"),
    *(PACKAGE / "sheets").rglob("*.py"),
    *(PACKAGE / "words").rglob("*.py"),
    PACKAGE.parent / "app.py",
]


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_languages_have_the_same_texts_with_the_same_placeholders() -> None:
    french, english = (load_words(lang).items for lang in LANGS)
    assert set(french) == set(english)
    differ = [n for n in french if _placeholders(french[n]) != _placeholders(english[n])]
    assert differ == []


def test_texts_are_filled_and_an_unknown_one_is_refused() -> None:
    words = load_words("fr")
    assert words("commune.title", name="Stains") == "Stains\u00a0: besoin, aide et écart"
    with pytest.raises(ChoiceError, match=r"texts/fr\.toml"):
        words("no.such.text")


def _literals(path: Path) -> list[str]:
    """Return the text constants of a module that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in skipped
    ]


@pytest.mark.parametrize("path", sorted((APP / "pages").glob("*.py")), ids=lambda p: p.name)
def test_no_page_holds_a_sentence_or_an_accent(path: Path) -> None:
    for text in _literals(path):
        bare = re.sub(r"<[^>]*>|\{[^}]*\}", "", text)
        assert not re.search(r"[àâçéèêëîïôûùœÀÉÊ«»]", bare), text
        assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", bare) or "failed" in bare, text


def _asked() -> set[str]:
    """Return every text that the code names, families of names spelled out."""
    asked: set[str] = set()
    families = {
        "measure": (MEASURES, ("label", "short", "header", "unit", "help")),
        "indicator": ([i.name for i in INDICATORS], ("label", "unit", "uncertainty")),
    }
    for family, (names, parts) in families.items():
        asked |= {f"{family}.{name}.{part}" for name in names for part in parts}
    for family, names in (
        ("level", LEVELS),
        ("level_one", LEVELS),
        ("cog", COGS),
        ("lang", LANGS),
        ("layer", LAYERS),
        ("legend.layer", ("qpv", "rep", "rep_plus", "sites")),
    ):
        asked |= {f"{family}.{name}" for name in names}
    return asked


def test_every_text_that_a_family_needs_is_there() -> None:
    assert _asked() <= set(load_words("fr").items)


def test_a_text_for_hours_to_move_stands_in_for_another_and_speaks_of_none_missing() -> None:
    for lang in LANGS:
        items = load_words(lang).items
        moves = {name: text for name, text in items.items() if name.endswith("_move")}
        assert moves
        assert {name.removesuffix("_move") for name in moves} <= set(items)
        spoken = re.compile("manqu" if lang == "fr" else "missing|lack", re.IGNORECASE)
        assert [name for name, text in moves.items() if spoken.search(text)] == []


def _prefixes(path: Path) -> set[str]:
    """Return the fixed beginnings of the names that a module puts together (``measure.``)."""
    tree = ast.parse(path.read_text("utf-8"))
    joined = (n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr))
    starts = [n.values[0].value for n in joined if isinstance(n.values[0], ast.Constant)]
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and n.args)
    asked = [n.args[0] for n in calls if getattr(n.func, "attr", "") == "group"]
    starts += [f"{one.value}." for one in asked if isinstance(one, ast.Constant)]
    return {str(start) for start in starts if re.fullmatch(r"[a-z_]+\.[a-z_.]*", str(start))}


def test_every_text_is_used() -> None:
    literals = {text for path in CODE for text in _literals(path)}
    prefixes = tuple({prefix for path in CODE for prefix in _prefixes(path)})
    # A text of its own for hours to move stands in for the one without `_move`.
    names = {name.removesuffix("_move") for name in load_words("fr").items}
    assert [n for n in sorted(names) if n not in literals and not n.startswith(prefixes)] == []


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.126, "+0,13"), (-0.126, "−0,13"), (-0.004, "0,00"), (0.0, "0,00"), (float("nan"), UNKNOWN)],
)
def test_a_change_has_its_sign_a_true_minus_and_none_where_it_rounds_to_nothing(
    value: float, said: str
) -> None:
    assert signed(value, "fr", 2) == said


def test_a_change_in_percent_has_the_same_sign() -> None:
    assert signed_percent(-16.2, "fr") == f"−{percent(16.2, 'fr')}"
    assert signed_percent(40.0, "en") == "+40%"


@pytest.mark.parametrize("lang", LANGS)
def test_a_number_below_zero_has_a_true_minus(lang: Lang) -> None:
    said = [number(-1234.5, lang, 1), percent(-3.2, lang, 1), value_text(-0.25, lang)]
    assert [text[0] for text in said] == ["−"] * 3
    assert not any("-" in text for text in said)
    assert number(-0.04, lang, 1) == number(0.0, lang, 1)


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("Iris 19, vers le collège Jean Vigo", "Iris 19, near collège Jean Vigo"),
        ("Nord, vers l'école Suger (0101)", "Nord, near école Suger (0101)"),
        ("Sud, vers la Maison d'éducation", "Sud, near Maison d'éducation"),
        ("Sud, vers LEPOLES", "Sud, near LEPOLES"),
        ("Presles", "Presles"),
    ],
)
def test_a_quarter_is_near_its_landmark_in_the_words_of_the_language(
    name: str, english: str
) -> None:
    assert quarter_name(name, "fr") == name
    assert quarter_name(name, "en") == english
