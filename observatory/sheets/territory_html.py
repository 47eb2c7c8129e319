"""The territory sheet as a page of its own: one file, no request to anywhere, printed on A4."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from observatory.sheets.territory_content import TerritoryContent
from observatory.sheets.territory_texts import Writer


def territory_html(content: TerritoryContent) -> str:
    """Write a territory sheet as a self-contained HTML page, with every row of its tables.

    Every text is escaped by the template; only the drawings made here go in as they are. The
    page's own policy forbids scripts and any request.
    """
    return _template().render(
        sheet=content,
        nothing=Writer(content.lang, False).words("detail.nothing"),
        map=Markup(content.map_svg),  # noqa: S704  # its only texts are escaped where it is drawn
        legend=[(Markup(svg), text) for svg, text in content.legend],  # noqa: S704  # our own signs
        qr=Markup(content.qr),  # noqa: S704  # squares drawn from an address
    )


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    path = resources.files("observatory.sheets") / "templates" / "territory.html.j2"
    return environment.from_string(path.read_text(encoding="utf-8"))
