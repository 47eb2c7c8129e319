"""The bridge of the page by itself, on a page without the app: which words it puts in French."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from observatory import app

pytestmark = pytest.mark.browser
BRIDGE = (Path(app.__file__).parent / "bridge.js").read_text(encoding="utf-8")
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
        page.evaluate(PLAY, BRIDGE)
        titles = [button.get_attribute("title") for button in page.locator("button").all()]
        assert titles == ["Tout effacer", "constructor"]
        said = page.locator("p").all_inner_texts()
        assert said == ["Tout effacer", "constructor", "toString", "__proto__"]
