"""Sixty names that people say, on the compiled edition: found at first, or asked about."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import pytest

from observatory import settings
from observatory.model.observed import load_facts
from observatory.places.cleaning import fold
from observatory.places.search.named import gazetteer_of, named

#: What is said -> the name and the commune meant; no name where the sources hold none.
NAMES = {
    "Stains": ("Stains", "Stains"),
    "Aubervillier": ("Aubervilliers", "Aubervilliers"),
    "Pierrefite": ("Pierrefitte-sur-Seine", "Pierrefitte-sur-Seine"),
    "st denis": ("Saint-Denis", "Saint-Denis"),
    "Saint-Dennis": ("Saint-Denis", "Saint-Denis"),
    "saint ouen": ("Saint-Ouen-sur-Seine", "Saint-Ouen-sur-Seine"),
    "l'ile st denis": ("L'Île-Saint-Denis", "L'Île-Saint-Denis"),
    "Courneuve": ("La Courneuve", "La Courneuve"),
    "epinay": ("Épinay-sur-Seine", "Épinay-sur-Seine"),
    "93240": ("93240", "Stains"),
    "93210": ("93210", "Saint-Denis"),
    "93380": ("93380", "Pierrefitte-sur-Seine"),
    "gare de Saint-Denis": ("Gare Saint-Denis", "Saint-Denis"),
    "gare d'Epinay": ("Gare Épinay-sur-Seine", "Épinay-sur-Seine"),
    "gare de Stains": ("Gare Pierrefitte Stains", "Pierrefitte-sur-Seine"),
    "gare d'Aubervilliers": ("Gare La Courneuve-Aubervilliers", "La Courneuve"),
    "RER B La Plaine": ("Gare La Plaine-Stade de France", "Saint-Denis"),
    "Basilique de Saint-Denis": ("Métro Basilique de Saint-Denis", "Saint-Denis"),
    "Carrefour Pleyel": ("Métro Carrefour Pleyel", "Saint-Denis"),
    "Stade de France": ("Gare Stade de France-Saint-Denis", "Saint-Denis"),
    "métro mairie de st ouen": ("Métro Mairie de Saint-Ouen", "Saint-Ouen-sur-Seine"),
    "mairie d'Aubervilliers": ("Métro Mairie d'Aubervilliers", "Aubervilliers"),
    "tram theatre gerard philippe": ("Tram Théâtre Gérard Philipe", "Saint-Denis"),
    "6 routes": ("Tram Six Routes", "La Courneuve"),
    "front populaire": ("Métro Front Populaire", "Saint-Denis"),
    "hôpital Casanova": ("C.H.G St Denis (Hop . Casanova)", "Saint-Denis"),
    "clinique du Landy": ("Clinique Du Landy", "Saint-Ouen-sur-Seine"),
    "hopital europeen la roseraie": ("Hopital Europeen La Roseraie", "Aubervilliers"),
    "Université Paris 8": ("Université Paris 8 - Vincennes - Saint-Denis", "Saint-Denis"),
    "fac de Villetaneuse": ("Tram Villetaneuse - Université", "Villetaneuse"),
    "Francs Moisins": ("Franc Moisin", "Saint-Denis"),
    "cité Cosmonautes": ("Cosmonautes", "La Courneuve"),
    "Orgemont": ("Orgemont", "Épinay-sur-Seine"),
    "Bel Air": ("Bel Air", "Saint-Denis"),
    "la source les presles": ("La Source - Les Presles", "Épinay-sur-Seine"),
    "clos st lazare": ("Clos Saint-Lazare 1", "Stains"),
    "la maladrerie": ("Maladrerie", "Aubervilliers"),
    "centre ville épinay": ("Centre Ville", "Épinay-sur-Seine"),
    "collège Joliot-Curie": ("Joliot-Curie", "Stains"),
    "collège Pablo Neruda Stains": ("Pablo Neruda", "Stains"),
    "école Jean Jaurès Stains": ("Jean Jaurès", "Stains"),
    "lycée Suger": ("Lycée polyvalent Suger lycée des métiers de l'image et du son", "Saint-Denis"),
    "lycée Maurice Utrillo": ("Lycée polyvalent Maurice Utrillo", "Stains"),
    "collège Jean Vigo": ("Jean Vigo", "Épinay-sur-Seine"),
    "médiathèque Aimé Césaire": ("Mediatheque Aimé Césaire", "La Courneuve"),
    "bibliothèque don quichotte": ("Mediatheque Don Quichotte", "Saint-Denis"),
    "bibliothèque Elsa Triolet": ("Médiathèque Elsa Triolet", "L'Île-Saint-Denis"),
    "la poste Villetaneuse": ("La Poste Villetaneuse", "Villetaneuse"),
    "avenue de Stalingrad Stains": ("Avenue de Stalingrad", "Stains"),
    "12 avenue de Stalingrad, Stains": ("Avenue de Stalingrad", "Stains"),
    "bd Anatole France St-Denis": ("Boulevard Anatole France", "Saint-Denis"),
    "6 avenue Jules Guesde Stains": ("6 avenue Jules Guesde", "Stains"),
    "apcis": ("France services de Stains - APCIS", "Stains"),
    "MIC": ("MIC", "L'Île-Saint-Denis"),
    "Le Bourget": ("Le Bourget", "Le Bourget"),
    # Nothing in the sources, or several: asked, or the commune's centre with a note.
    "Mairie d'Epinay": None,
    "CAF de Saint-Denis": None,
    "cité des 4000": None,
    "collège Pablo Neruda": None,
    "Université Paris 13": None,
}


@lru_cache(maxsize=1)
def gazetteer() -> pd.DataFrame:
    return gazetteer_of(load_facts(settings.load({}).edition))


def found(text: str) -> tuple[str, str] | None:
    """Return what a search surely starts from; ``None`` where it asks, or says it is only near."""
    rows = named(text, gazetteer())
    if rows.empty or not rows["sure"].iloc[0]:
        return None
    first = rows.iloc[0]
    near = first["note"] is not None and first["note"].code != "start.street"
    return None if near else (fold(first["name"]), fold(first["commune_name"]))


def meant(text: str) -> tuple[str, str] | None:
    """Return what is meant, whatever its capitals."""
    expected = NAMES[text]
    return None if expected is None else (fold(expected[0]), fold(expected[1]))


def test_at_least_fifty_five_of_sixty_names_are_right_at_first_and_none_silently_wrong() -> None:
    assert len(NAMES) == 60
    first = {text: found(text) for text in NAMES}
    wrong = {text: name for text, name in first.items() if name != meant(text)}
    assert sum(name is not None for name in first.values()) - len(wrong) >= 55, wrong
    assert not [text for text, name in wrong.items() if name is not None], wrong


@pytest.mark.parametrize("text", ["avenue Jean Jaurès", "école", "gare", "Landy", "saint"])
def test_what_several_places_are_called_is_asked_about(text: str) -> None:
    assert len(named(text, gazetteer())) > 1
    assert found(text) is None


@pytest.mark.parametrize("text", ["{{7*7}}", "12 rue de nulle part", "xyzzy", "<script>", "93 93"])
def test_nonsense_starts_nowhere(text: str) -> None:
    assert found(text) is None


def test_the_number_of_a_main_road_is_said_not_to_be_known() -> None:
    first = named("12 avenue de Stalingrad, Stains", gazetteer()).iloc[0]
    assert first["note"].code == "start.street"
    # The commune has 3 km of it at most: the middle lies in Stains.
    assert first["lat"] == pytest.approx(48.95, abs=0.02)


def test_every_school_with_a_point_is_a_name_and_the_others_are_never_silently_elsewhere() -> None:
    schools = load_facts(settings.load({}).edition).schools
    placed = schools[schools["lon"].notna()]
    assert len(placed) == (gazetteer()["kind"] == "school").sum() == 1089
    away = schools[schools["lon"].isna() & schools["in_territory"]]
    assert len(away) == 16  # private but two: the directory with points is of public ones
    for name, commune in zip(away["school_name"], away["commune_name"], strict=True):
        first = named(f"{name}, {commune}", gazetteer()).iloc[0]
        assert not first["sure"] or first["note"].code == "start.place_not_found"
        assert first["commune_name"] == commune
