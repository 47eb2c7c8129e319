"""A person who uses the keyboard alone: Tab to what is wanted, and see where one is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

#: The name of what has the focus, and that it is one of a group. What scrolls takes the focus too,
#: and holds the text of all that is in it.
NAMED = """(e => (e.getAttribute('aria-label') || '') + ' '
    + (e.matches('a, button') ? e.textContent.trim() : '')
    + (e.matches('[role="radio"]') ? ' (one of a group)' : ''))(document.activeElement)"""


def tab_to(page: Page, name: str, most: int = 40) -> int:
    """Press Tab until what has the focus says so; return how many times."""
    for count in range(1, most + 1):
        page.keyboard.press("Tab")
        if re.search(name, page.evaluate(NAMED)):
            return count
    pytest.fail(f"{most} Tabs do not reach {name}")


def arrow_to(page: Page, name: str, most: int = 10) -> None:
    """Press the right arrow until what has the focus says so: a group is one stop of Tab."""
    for _ in range(most):
        page.keyboard.press("ArrowRight")
        if re.search(name, page.evaluate(NAMED)):
            return
    pytest.fail(f"{most} arrows do not reach {name}")


def is_seen(page: Page) -> bool:
    """Return whether what has the focus shows it."""
    return bool(
        page.evaluate(
            """(e => { const around = e.closest('label, [data-baseweb]');
            const seen = [e, e.parentElement, around].filter(Boolean)
            .map(x => getComputedStyle(x));
            return seen.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2
              || s.boxShadow !== 'none'); })(document.activeElement)"""
        )
    )
