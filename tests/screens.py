"""A page of the app without a browser: open it with its parameters, and read what it says."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from streamlit.testing.v1 import AppTest


def opened(page: Callable[[], None], **params: str) -> AppTest:
    """Run a page with parameters of its link; the page is a function that imports what it shows."""
    screen = AppTest.from_function(page, default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def told(screen: AppTest) -> str:
    """Return the texts of a page's blocks, without marks, thin spaces as plain ones."""
    text = " ".join(str(block.proto.body) for block in screen.get("html"))
    return html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u202f", " ")
