"""Each page as a visitor opens it, on the edition and on a made-up build with hostile names."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from screens import spaced
from streamlit.testing.v1 import AppTest
from worlds import GRID, write_build

from observatory import settings
from observatory.app import cache, main
from observatory.app.assumption_state import AssumptionState
from observatory.app.ranking import COLUMNS
from observatory.cli import main as cli
from observatory.model.norms import NAMED, SHARES
from observatory.words.catalogue import LANGS, Lang, load_words, read_texts
from observatory.words.markup import plain

PAGES = ("carte", "fiche")
FRENCH = load_words("fr")


def _carte() -> None:
    from observatory.app.pages import carte

    carte.show()


def _fiche() -> None:
    from observatory.app.pages import fiche

    fiche.show()


SHOW = {"carte": _carte, "fiche": _fiche}


def _open(page: str, **params: str) -> AppTest:
    screen = AppTest.from_function(SHOW[page], default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def _markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


def _bare(markup: str) -> str:
    """Return markup with its cells without attributes."""
    return re.sub(r"<(t[dh])\b[^>]*>", r"<\1>", markup)


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_build(tmp_path_factory.mktemp("build"), world=GRID)


@pytest.fixture
def made(_made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the app at the made-up build."""
    monkeypatch.setenv("OBSERVATORY_BUILD", str(_made))
    return _made


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Point the app at the edition, or say that the test did not run."""
    folder = settings.load({}).edition
    if not (folder / "manifest.json").exists():
        pytest.skip("did not run: the edition is not in data/edition (make it: observatory build)")
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    return folder


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("cog", ["cog_2024", "cog_2025"])
def test_every_page_opens_on_the_edition(edition: Path, page: str, lang: str, cog: str) -> None:
    screen = _open(page, lang=lang, cog=cog, commune="93066")
    assert not screen.exception
    assert not screen.error
    assert len(screen.title) == 1
    assert load_words(lang)("source.heading") in [item.label for item in screen.expander]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("cog", ["cog_2024", "cog_2025"])
def test_every_page_opens_on_hostile_names_without_running_them(
    made: Path, page: str, cog: str
) -> None:
    screen = _open(page, commune="93066", cog=cog, layers="qpv,schools,sites", level="iris")
    assert not screen.exception
    assert not screen.error
    assert "<script>alert" not in _markup(screen)
    assert "<img src=x" not in _markup(screen)


def test_the_home_page_answers_in_one_sentence_with_the_figures_of_the_table(
    edition: Path,
) -> None:
    build = cache.current()
    row = cache.gaps(build, "ept", "cog_2024").iloc[0]
    said = spaced(_markup(_open("carte")))
    hours = f"{round(row['missing_h_per_week']):,}".replace(",", " ")
    rate = f"{row['missing_h_per_100']:.2f}".replace(".", ",")
    rated = f"<strong>{rate} h d'aide par semaine pour 100 personnes en difficulté</strong>"
    assert f"Il manque {rated}, soit <strong>{hours} h</strong>" in said
    norm = f"{row['norm_h_per_100']:.2f}".replace(".", ",")
    assert spaced(plain(FRENCH("carte.norm.france", norm=norm))) in said


def _told(screen: AppTest) -> str:
    """Return what a page says of its figures, without its marks.

    Its foot lists every assumption, and its glossary explains every norm: both stay out.
    """
    names = ("source.caption", "assumed.caption")
    apart = [load_words(lang)(name) for lang in LANGS for name in names]
    apart += ['<dl><dt lang="fr">', "<style"]
    blocks = [str(block.proto.body) for block in screen.get("html")]
    kept = [text for text in blocks if not any(one in text for one in apart)]
    heads = [item.value for item in (*screen.title, *screen.header)]
    listed = [label for box in screen.selectbox for label in box.options if box.key == "map_colour"]
    return html.unescape(re.sub(r"<[^>]+>", " ", " ".join([*kept, *heads, *listed])))


#: What a page never says under a share, by language.
LACKING = {"fr": r"manqu", "en": r"\b(missing|lack(s|ing)?)\b"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("norm", [*NAMED, "5"])
def test_each_norm_has_its_sentence_and_a_share_speaks_of_none_missing(
    made: Path, norm: str, lang: Lang
) -> None:
    said = _told(_open("carte", norm=norm, lang=lang, level="iris", commune="93059"))
    words = load_words(lang)
    sentences = {name: words(f"carte.norm.{name}", norm="{}") for name in (*NAMED, "number")}
    before = {name: text.partition("{}")[0] for name, text in sentences.items()}
    here = [name for name, text in before.items() if text in said]
    assert here == ["number" if norm == "5" else norm]
    assert bool(re.search(LACKING[lang], said, re.IGNORECASE)) == (norm not in SHARES)
    assert (words("measure.missing_rate.label_move") in said) == (norm in SHARES)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_of_a_commune_speaks_of_none_missing_under_a_share(made: Path, lang: Lang) -> None:
    screen = _open("fiche", norm="share", lang=lang, commune="93066")
    assert not screen.exception
    assert not re.search(LACKING[lang], _told(screen), re.IGNORECASE)


@pytest.mark.parametrize("norm", [None, "share", "5"])
def test_the_csv_of_the_page_is_that_of_the_command_beside_it(
    made: Path, norm: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = _open("carte", cog="cog_2025", **({} if norm is None else {"norm": norm}))
    (command,) = (block.value for block in screen.code if "observatory gaps" in block.value)
    capsys.readouterr()
    assert cli(command.split()[1:]) == 0
    printed = capsys.readouterr().out
    build = replace(cache.current(), assumption_state=AssumptionState(norm=norm))
    downloaded = cache.gaps_csv(build, "commune", "cog_2025").decode()
    if norm is not None:  # the download says besides what the visitor changed
        mark = f",norm={norm}"
        head, *rows = downloaded.splitlines()
        assert all(row.endswith(mark) for row in rows)
        kept = [head.removesuffix(",hypotheses"), *(row.removesuffix(mark) for row in rows)]
        downloaded = "\n".join(kept) + "\n"
    assert downloaded == printed


def test_the_assumptions_at_the_foot_are_in_the_readers_language(edition: Path) -> None:
    said = _bare(_markup(_open("fiche", commune="93072"))).replace("\u202f", " ")
    assert "Vitesse de marche (walk.speed_kmh)" in said
    for part in ("<td>4,5</td><td>3 – 5</td>", "<td>aucune source"):
        assert part in said
    assert "<td>none" not in said
    assert "<td>no source" in _bare(_markup(_open("fiche", commune="93072", lang="en")))


def test_the_map_has_the_level_of_the_qpv(edition: Path) -> None:
    screen = _open("carte", level="qpv", colour="access")
    assert not screen.exception
    assert "par QPV" in _bare(_markup(screen))
    assert "Orgemont" in _markup(screen)


def test_old_sources_are_said_before_the_map(made: Path) -> None:
    assert "postes de conseillers numériques (avril 2023" in _markup(_open("carte"))


@pytest.mark.parametrize(
    ("widget", "value", "param"),
    [
        ("map_colour", "access", ("colour", "access")),
        ("map_cog", "cog_2025", ("cog", "cog_2025")),
        ("map_commune", "93072", ("commune", "93072")),
    ],
)
def test_a_choice_goes_to_the_url(
    made: Path, widget: str, value: str, param: tuple[str, str]
) -> None:
    screen = _open("carte")
    screen.selectbox(key=widget).select(value).run()
    assert not screen.exception
    assert screen.query_params[param[0]] == param[1]
    assert screen.selectbox(key=widget).value == value


def test_the_url_sets_every_control(made: Path) -> None:
    screen = _open("carte", colour="need", cog="cog_2025", commune="93072", level="iris")
    assert screen.selectbox(key="map_colour").value == "need"
    assert screen.selectbox(key="map_cog").value == "cog_2025"
    assert screen.selectbox(key="map_commune").value == "93072"
    assert 'data-commune="93072"' in _markup(screen)


def test_a_zone_of_the_url_is_shown_with_its_commune(made: Path) -> None:
    code = sorted(cache.fine_zones(cache.current()))[0]
    said = _markup(_open("carte", level="iris", commune=code[:5], zone=code))
    assert f'data-zone-shown="{code}"' in said
    assert f'data-zone="{code}" aria-current="true"' in said
    # Another level has no such zone: its commune is what is shown.
    assert f'data-commune="{code[:5]}"' in _markup(_open("carte", commune=code[:5], zone=code))


@pytest.mark.parametrize(("level", "count"), [("commune", 9), ("iris", 151), ("qpv", 22)])
def test_the_ranking_beside_the_map_is_that_of_its_zones(
    edition: Path, level: str, count: int
) -> None:
    said = _markup(_open("carte", level=level))
    table = said[said.index("obs-ranking") :]
    table = table[: table.index("</table>")]
    assert table.count("data-zone=") == count
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table)
    assert (heads[1] == FRENCH("table.commune")) == (level != "commune")
    assert heads[-2] == plain(FRENCH("measure.missing_rate.header"))


def test_the_first_sentence_names_where_most_is_missing(edition: Path) -> None:
    table = cache.gaps(cache.current(), "commune", "cog_2024")
    hours = table.set_index("name")["missing_h_per_week"].sort_values(ascending=False)
    first, second = hours.index[:2]
    share = round(100 * hours[:2].sum() / hours.sum())
    wanted = f"{share} % de ces heures sont à {first} ({hours[first]:.0f} h) et {second}"
    assert plain(wanted) in spaced(_markup(_open("carte")))


def test_an_unknown_value_in_the_url_is_said_and_the_default_shown(made: Path) -> None:
    screen = _open("carte", colour="<script>alert(1)</script>", commune="99999", other="kept")
    said = _markup(screen)
    assert "&lt;script&gt;alert(1)" in said
    assert "99999" in said
    assert screen.selectbox(key="map_colour").value == "missing_rate"
    assert screen.query_params["other"] == "kept"
    assert "colour" not in screen.query_params


def test_the_background_of_the_ign_is_off_until_the_visitor_says_so(made: Path) -> None:
    screen = _open("carte")
    assert screen.checkbox(key="map_tiles").value is False
    assert "adresse IP" in screen.checkbox(key="map_tiles").label
    screen.checkbox(key="map_tiles").check().run()
    assert not screen.exception
    assert "map_tiles" not in screen.query_params


def test_the_language_is_switched_and_kept_in_the_url(made: Path) -> None:
    screen = _open("carte")
    screen.radio(key="observatory_lang").set_value("en").run()
    assert screen.query_params["lang"] == "en"
    assert screen.title[0].value.startswith("Where")


def test_the_commune_page_asks_for_a_commune_then_shows_it(made: Path) -> None:
    screen = _open("fiche")
    assert screen.title[0].value == FRENCH("commune.choose_title")
    screen.selectbox(key="commune_choice").select("93059").run()
    assert "Pierrefitte" in screen.title[0].value
    said = [block.value for block in screen.info]
    assert any("date à laquelle Pierrefitte-sur-Seine a rejoint Saint-Denis" in one for one in said)


def test_two_communes_stand_side_by_side_and_the_url_keeps_them(made: Path) -> None:
    screen = _open("fiche", commune="93066")
    assert "Pourquoi : l&#x27;aide à portée" in spaced(_markup(screen))
    choice = screen.selectbox(key="sheet_versus")
    assert choice.value is None
    assert len(choice.options) == len(screen.selectbox(key="commune_choice").options) - 1
    choice.select("93072").run()
    assert screen.query_params["versus"] == "93072"
    assert not screen.exception
    names = cache.communes(cache.current(), "cog_2024")
    assert f"<th>{plain(names['93072'])}</th>" in _bare(_markup(screen))


def test_a_commune_is_not_compared_with_itself(made: Path) -> None:
    screen = _open("fiche", commune="93072", versus="93072")
    assert not screen.exception
    assert screen.selectbox(key="sheet_versus").value is None


def test_the_downloads_say_which_opens_in_a_spreadsheet(made: Path) -> None:
    assert "un fichier XLSX" in _markup(_open("carte"))


def test_a_commune_without_known_outline_or_place_says_so(made: Path) -> None:
    parts = ("figures", "zones", "places")
    figures, zones, places = (_markup(_open("fiche", commune="93072", part=p)) for p in parts)
    assert "contour inconnu" in zones
    assert FRENCH("commune.sites_none").split(".")[0].replace("'", "&#x27;") in places
    assert "source non indiquée" in figures


def test_no_build_gives_a_plain_message_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "data"
    (empty / "edition").mkdir(parents=True)
    monkeypatch.setenv("OBSERVATORY_DATA", str(empty))
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    for page in PAGES:
        screen = _open(page)
        assert not screen.exception
        assert "observatory build" in screen.error[0].value


@pytest.mark.parametrize("spoilt", ["iris.parquet", "sites.parquet", "manifest.json"])
def test_a_spoilt_table_gives_a_plain_message(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str
) -> None:
    folder = tmp_path / "build"
    shutil.copytree(made, folder)
    (folder / spoilt).write_bytes((folder / spoilt).read_bytes()[:40])
    monkeypatch.setenv("OBSERVATORY_BUILD", str(folder))
    screen = _open("carte")
    assert not screen.exception
    assert FRENCH("error.spoilt") in screen.error[0].value


def test_an_unexpected_failure_gives_a_plain_message(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(cache, "map_view", broken)
    screen = _open("carte")
    assert not screen.exception
    assert FRENCH("error.unexpected") in screen.error[0].value
    assert "secret" not in _markup(screen) + screen.error[0].value


def test_the_map_of_the_edition_is_small_with_all_its_layers(edition: Path) -> None:
    from observatory.app.selection import LAYERS, Selection

    shown = Selection(level="iris", layers=LAYERS)
    whole = cache.map_view(cache.current(), shown, False)
    assert len(whole.encode()) < 500_000
    assert len(cache.map_view(cache.current(), Selection(), False).encode()) < 160_000
    assert whole == cache.map_view(cache.current(), shown, False)


def test_figures_against_the_ept_and_the_departement_add_up(edition: Path) -> None:
    build = cache.current()
    for cog in ("cog_2024", "cog_2025"):
        names = cache.communes(build, cog)
        tables = [cache.profile(build, code, cog).set_index("indicator") for code in names]
        for counted in ("population", "need", "missing", "priority_schools"):
            here = sum(table.loc[counted, "here"] for table in tables)
            assert here == pytest.approx(tables[0].loc[counted, "ept"])
            assert tables[0].loc[counted, "ept"] < tables[0].loc[counted, "departement"]


def test_every_source_that_the_profile_cites_is_in_the_manifest(edition: Path) -> None:
    from observatory.app.profile import INDICATORS

    known = {source.id for source in cache.manifest(cache.current()).sources}
    assert {name for item in INDICATORS for name in item.sources} <= known


def test_every_page_is_declared_with_a_title_in_each_language() -> None:
    listed = {name for name, _, _ in main.PAGES}
    for page in PAGES:
        assert page in listed
        assert all(load_words(lang).has(f"page.{page}.title") for lang in ("fr", "en"))


def test_the_downloads_say_what_they_hold_and_the_command_that_gives_the_same(made: Path) -> None:
    carte = _open("carte", norm="5")
    assert plain(FRENCH("carte.holds")) in _markup(carte)
    command = "observatory gaps --level commune --cog cog_2024 --norm 5 "
    build = f"--build {cache.current().folder} --format csv"
    assert command + build in [block.value for block in carte.code]
    commune = _open("fiche", commune="93072", part="zones")
    assert plain(FRENCH("take.gaps_hold")) in _markup(commune)


def test_any_assumption_of_the_link_acts_on_the_figures_and_says_so(made: Path) -> None:
    usual, fewer = _open("carte"), _open("carte", set="capacity.counsellor.public_share:0.4")
    assert 'data-assumptions="changed"' not in _markup(usual)
    assert 'data-assumptions="changed"' in _markup(fewer)
    label = read_texts("assumptions", "fr")["label"]["capacity.counsellor.public_share"]
    assert plain(f"{label} = 0,4") in _markup(fewer)
    command = (
        "observatory gaps --level commune --cog cog_2024 "
        f"--set capacity.counsellor.public_share=0.4 --build {cache.current().folder} --format csv"
    )
    assert command in [block.value for block in fewer.code]


def test_a_visitor_changes_any_assumption_and_finds_it_in_the_link(made: Path) -> None:
    screen = _open("carte")
    screen.selectbox(key="assumptions_other").set_value("capacity.counsellor.public_share").run()
    screen.text_input(key="assumptions_other_value").set_value("0,4").run()
    assert screen.query_params["set"] == "capacity.counsellor.public_share:0.4"
    assert 'data-assumptions="changed"' in _markup(screen)
    screen.text_input(key="assumptions_other_value").set_value("3").run()
    assert not screen.exception
    assert screen.query_params["set"] == "capacity.counsellor.public_share:0.4", "no share of 3"


def test_the_columns_of_the_iris_are_explained(made: Path) -> None:
    said = _markup(_open("fiche", commune="93072", part="zones"))
    for name in COLUMNS:
        assert f"<dt>{plain(FRENCH(f'measure.{name}.header'))}</dt>" in said
        assert plain(FRENCH(f"measure.{name}.help")) in said


def test_a_wide_table_carries_its_columns_names_in_each_cell_for_a_phone(made: Path) -> None:
    said = _markup(_open("fiche", commune="93072", part="zones"))
    header = plain(FRENCH("measure.capacity.header"))
    assert f'<td role="cell" data-label="{header}" class="obs-number">' in said
    assert 'class="obs-table obs-stack" role="table"' in said


def test_a_page_says_a_table_that_is_not_the_one_built(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "spoilt"))
    path = folder / "iris.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    monkeypatch.setenv("OBSERVATORY_BUILD", str(folder))
    screen = _open("carte")
    shown = " ".join(
        str(e.value)
        for e in [*screen.error, *screen.warning, *screen.markdown, *screen.code, *screen.info]
    )
    assert "iris.parquet" in shown + _markup(screen)


def test_the_iris_of_a_commune_say_how_they_are_counted(made: Path) -> None:
    known = cache.facts(cache.current()).iris.set_index("iris")
    markup = _bare(_markup(_open("fiche", commune="93072", part="zones")))
    assert f"<th>{FRENCH('commune.quality')}</th><th>{FRENCH('commune.ages')}</th>" in markup
    for basis in known.loc[known["commune"] == "93072", "population_basis"].unique():
        assert f"<td>{plain(FRENCH(f'commune.basis.{basis}'))}</td>" in markup


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_people_helped_stand_by_post_code_with_what_they_are_not(edition: Path, lang: Lang) -> None:
    words = load_words(lang)
    markup = _bare(_markup(_open("fiche", commune="93031", lang=lang, part="places")))
    assert plain(words("helped.caveat")) in markup
    assert "<td>93800</td>" in markup or "<th>93800</th>" in markup
    assert "<td>558</td>" in markup


@pytest.mark.parametrize(
    "params", [{}, {"commune": "93031"}, {"zone": "QN09330M"}], ids=["ept", "commune", "qpv"]
)
def test_the_sheet_of_a_zone_can_be_taken_away(params: dict[str, str]) -> None:
    screen = _open("fiche", **params)
    labels = {button.label for button in screen.get("download_button")}
    assert {FRENCH("territory_sheet.pdf"), FRENCH("territory_sheet.html")} <= labels
    assert not screen.exception
