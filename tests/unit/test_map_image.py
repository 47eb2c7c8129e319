"""The map as an image: the classes of the screen, its legend, its sources, names that lie apart."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from observatory import load
from observatory.cli import main
from observatory.errors import ChoiceError
from observatory.geo.codes import Cog
from observatory.model.gap_table import shown_gaps
from observatory.model.levels import Level
from observatory.model.measures import MEASURES
from observatory.observatory import Observatory
from observatory.sheets.map_classes import colour_of
from observatory.sheets.map_frame import MARGIN, Name, View, _free, lines_of
from observatory.sheets.map_image import map_png, map_svg, territory_image
from observatory.sheets.map_image_content import HEIGHT, WIDTH, MapImage
from observatory.words.catalogue import Lang, load_words

LAYERS = ("qpv", "schools", "sites")


@pytest.fixture(scope="module")
def edition(edition_folder: Path) -> Observatory:
    return load(edition_folder)


def drawn(
    edition: Observatory, level: Level = "commune", colour: str = "missing_rate",
    cog: Cog = "cog_2024", lang: Lang = "fr", layers: tuple[str, ...] = ("sites",),
    chosen: str = "",
) -> MapImage:  # fmt: skip
    return territory_image(
        edition.model, edition.manifest, load_words(lang), level=level, cog=cog, colour=colour,
        layers=layers, chosen=chosen,
    )  # fmt: skip


def texts(svg: str) -> str:
    """Return what the image says, each text once however often it is drawn."""
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own drawing
    said = [e.text or "" for e in root.iter() if e.tag.endswith("}text")]
    return " ".join(dict.fromkeys(said)).replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("level", ["commune", "iris", "qpv"])
@pytest.mark.parametrize("colour", ["missing_rate", "access"])
def test_each_zone_has_the_colour_of_its_class(
    edition: Observatory, level: Level, colour: str
) -> None:
    measure = MEASURES[colour]
    svg = map_svg(drawn(edition, level, colour, layers=()))
    table = shown_gaps(edition.model, level, "cog_2024")
    values = measure.values(table)
    for shade in measure.colours:
        wanted = sum(colour_of(value, measure) == shade for value in values)
        marks = svg.count(f'fill="{shade}" fill-opacity="0.9"')
        assert marks == wanted, shade


def test_it_says_its_title_its_figures_its_norm_its_sources_and_its_credits(
    edition: Observatory,
) -> None:
    svg = map_svg(drawn(edition, "iris", layers=LAYERS, chosen="930310601"))
    said = texts(svg)
    gaps = shown_gaps(edition.model, "ept", "cog_2024").iloc[0]
    for part in (
        "Heures manquantes pour 100 personnes en difficulté, par IRIS",
        "9 communes (avant 2025)",
        f"soit {gaps['missing_h_per_week']:.0f} h",
        "Contour épais : Iris 19, vers le collège Robespierre (Épinay-sur-Seine)",
        "Mesuré face à la France",
        "20 lieux placés sur 32",
        "École ou collège REP+",
        "commune sans lieu connu",
        "ODbL 1.0",
        "OpenStreetMap",
        "Observatoire Plaine Connexion",
        "Seine",
        "Épinay-sur-Seine",
    ):
        assert part in said, part


def test_a_count_is_a_circle_and_english_is_english(edition: Observatory) -> None:
    svg = map_svg(drawn(edition, colour="missing", cog="cog_2025", lang="en", layers=()))
    # A circle for each of the eight communes, and three in the legend.
    assert svg.count("<circle ") == 8 + 3
    assert "Missing hours of help, by commune" in texts(svg)
    assert "9 communes" not in texts(svg)


def test_what_is_outside_text_is_escaped(edition: Observatory) -> None:
    image = drawn(edition)
    hostile = image.communes.assign(name="<script>alert(1)</script>&")
    svg = map_svg(replace(image, communes=hostile))
    assert "<script" not in svg
    ElementTree.fromstring(svg)  # noqa: S314  # our own drawing


def test_the_same_figures_give_the_same_bytes_and_a_png_of_twice_the_size(
    edition: Observatory,
) -> None:
    svg = map_svg(drawn(edition))
    assert svg == map_svg(drawn(edition))
    png = map_png(svg)
    assert png == map_png(svg)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    size = (int.from_bytes(png[16:20]), int.from_bytes(png[20:24]))
    assert size == (2 * int(WIDTH), 2 * int(HEIGHT))


def test_a_zone_that_is_not_on_the_map_is_refused(edition: Observatory) -> None:
    with pytest.raises(ChoiceError, match="a commune of the territory"):
        drawn(edition, chosen="75101")


VIEW = View.around((0, 0, 1_000, 1_000), (0, 0, 400, 400))


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(0, 400)), min_size=1, max_size=25))
def test_names_never_lie_on_one_another_nor_across_the_edge(
    points: list[tuple[float, float]],
) -> None:
    taken: list[shapely.Polygon] = []
    for place, point in enumerate(points):
        found = _free(Name(f"Nom {place}", [point], 1, 12, "", shifted=True), VIEW.box, taken)
        if found is not None:
            taken.append(found[1])
    for room in taken:
        assert VIEW.box.contains(room)
    for one, other in itertools.combinations(taken, 2):
        assert one.intersection(other).area == 0
    assert MARGIN > 0


@given(st.text("abc de", max_size=200), st.floats(60, 900))
def test_lines_keep_every_word_in_order(text: str, width: float) -> None:
    assert " ".join(lines_of(text, width, 12)) == text


def test_the_command_writes_the_image_and_refuses_what_it_cannot_draw(
    edition_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to, build = tmp_path / "map.svg", ["--build", str(edition_folder)]
    asked = ["map", "--level", "qpv", "--colour", "need", "--layers", "none", "--to", str(to)]
    assert main([*asked, *build]) == 0
    assert "Personnes en difficulté" in texts(to.read_text(encoding="utf-8"))
    for wrong in (["--level", "ept"], ["--colour", "x"], ["--layers", "x"], ["--zone", "x"]):
        assert main(["map", "--to", str(tmp_path / "no.svg"), *wrong, *build]) == 2
        assert re.search(r"expected: +\S", capsys.readouterr().err)
    assert main(["map", "--to", str(tmp_path / "no.jpg"), *build]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]
