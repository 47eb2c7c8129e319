"""The steps of the method on a phone: long names and formulas stay within the screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_on_a_phone_no_name_nor_formula_of_a_step_is_cut(watched: Any) -> None:
    page = watched.open("methode?part=steps")
    page.get_by_text("Modèle national").first.click()
    codes = page.locator(".obs-steps code")
    expect(codes.filter(has_text="T(x) = expit").first).to_be_visible()
    beyond = "codes => codes.filter(c => c.getBoundingClientRect().right > innerWidth).length"
    assert codes.evaluate_all(beyond) == 0
