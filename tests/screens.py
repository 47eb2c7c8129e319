"""A page of the app without a browser: open it with its parameters, and read what it says."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pandas as pd
from streamlit.testing.v1 import AppTest

from observatory.words.spacing import plain_spaces


def opened(page: Callable[[], None], /, **params: str) -> AppTest:
    """Run a page with parameters of its link; the page is a function that imports what it shows."""
    screen = AppTest.from_function(page, default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def _named_page() -> None:
    import importlib

    import streamlit as st

    importlib.import_module(f"observatory.app.pages.{st.query_params['page']}").show()


def page_of(name: str, **params: str) -> AppTest:
    """Run a page by its name."""
    return opened(_named_page, page=name, **params)


def spaced(text: str) -> str:
    """Return a text whose spaces are all plain ones, to be compared with what a person types."""
    return plain_spaces(text)


def told(screen: AppTest) -> str:
    """Return the texts of a page's blocks, without marks, no-break spaces as plain ones."""
    text = " ".join(str(block.proto.body) for block in screen.get("html"))
    return spaced(html.unescape(re.sub(r"<[^>]+>", " ", text)))


def tables(screen: AppTest) -> list[pd.DataFrame]:
    """Return the tables of a page as they are written, by their heads, in the page's order."""
    text = " ".join(str(block.proto.body) for block in screen.get("html"))
    return [_table(one) for one in re.findall(r"<table.*?</table>", text)]


def _table(markup: str) -> pd.DataFrame:
    rows = [
        [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr.*?</tr>", markup)
    ]
    return pd.DataFrame(rows[1:], columns=rows[0])
