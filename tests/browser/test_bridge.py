"""The bridge of the page by itself, on a page without the app: which words it puts in French."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from observatory.app.pages.shell import SCRIPT

pytestmark = pytest.mark.browser
#: Words of Streamlit, and words that every object of JavaScript answers to.
PAGE = """<button title="Clear all">x</button><button title="constructor">x</button>
<div role="dialog"><p>Clear all</p><p>constructor</p><p>toString</p><p>__proto__</p></div>"""
PLAY = """async (code) => {
  const bridge = await import("data:text/javascript," + encodeURIComponent(code));
  const chrome = { whole: { "Clear all": "Tout effacer" }, start: {} };
  bridge.default({ data: { lang: "fr", menu: "Menu", chrome }, setTriggerValue: () => {} });
}"""


def test_only_the_words_of_the_list_are_put_in_french(chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_content(PAGE)
        page.evaluate(PLAY, SCRIPT)
        buttons = page.locator("button")
        expect(buttons).to_have_count(2)
        expect(buttons.first).to_have_attribute("title", "Tout effacer")
        expect(buttons.last).to_have_attribute("title", "constructor")
        words = ["Tout effacer", "constructor", "toString", "__proto__"]
        expect(page.locator("p")).to_have_text(words)
