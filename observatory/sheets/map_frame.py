"""From metres to a drawing in pixels, and names that never lie on one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import shapely
from shapely import Polygon
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from observatory.sheets import map_signs
from observatory.sheets.svg_parts import XY, shape_path

FONT = "font-family=\"Noto Sans, 'DejaVu Sans', Arial, sans-serif\""
#: The width of a letter, in parts of its height: rather too much than too little.
LETTER = 0.58
#: Pixels kept free around a name, and how many of its points are tried.
MARGIN, MOST_TRIES = 3.0, 12
_BOTH = [(0.0, 0.0), (0, 1.1), (0, -1.1), (0.55, 0), (-0.55, 0)]


@dataclass(frozen=True)
class View:
    """A window of metres drawn at a place of the image.

    Attributes
    ----------
    x, y, width, height
        The frame in the image, in pixels.
    west_m, north_m
        What its upper left corner shows.
    per_metre
        Pixels for a metre.
    """

    x: float
    y: float
    width: float
    height: float
    west_m: float
    north_m: float
    per_metre: float

    @classmethod
    def around(cls, bounds: Iterable[float], frame: tuple[float, float, float, float]) -> View:
        """Return the view that shows bounds in the middle of a frame, with a margin."""
        west, south, east, north = bounds
        x, y, width, height = frame
        k = 0.96 * min(width / max(east - west, 1.0), height / max(north - south, 1.0))
        left = (west + east) / 2 - width / (2 * k)
        top = (south + north) / 2 + height / (2 * k)
        return cls(x, y, width, height, left, top, k)

    def xy(self, x_m: float, y_m: float) -> XY:
        """Return where a point in metres is drawn."""
        k = self.per_metre
        return self.x + k * (x_m - self.west_m), self.y + k * (self.north_m - y_m)

    def drawn(self, shape: BaseGeometry) -> BaseGeometry:
        """Return what is seen of a shape, in pixels."""
        k = self.per_metre
        moved = affine_transform(
            shape, [k, 0, 0, -k, self.x - k * self.west_m, self.y + k * self.north_m]
        )
        return shapely.make_valid(moved.simplify(0.3)).intersection(self.box)

    @property
    def box(self) -> Polygon:
        """The frame as a shape."""
        return shapely.box(self.x, self.y, self.x + self.width, self.y + self.height)


def styled(style: Mapping[str, Any]) -> str:
    """Return Leaflet's options of a path as SVG's attributes."""
    fill = style.get("fillColor", "none") if style.get("fill", "fillColor" in style) else "none"
    said = {"fill": fill, "fill-opacity": style.get("fillOpacity")}
    if style.get("stroke", True):
        said |= {
            "stroke": style["color"],
            "stroke-width": style["weight"],
            "stroke-opacity": style.get("opacity"),
            "stroke-dasharray": style.get("dashArray"),
        }
    return " ".join(f'{name}="{value}"' for name, value in said.items() if value is not None)


def shapes(found: Iterable[BaseGeometry], view: View, style: Mapping[str, Any]) -> list[str]:
    """Draw shapes in metres, each as far as it is seen."""
    drawn = (shape_path(view.drawn(shape)) for shape in found)
    said = styled(style)
    return [f'<path d="{data}" fill-rule="evenodd" {said}/>' for data in drawn if data]


@dataclass(frozen=True)
class Name:
    """A name to write: where it may stand, and how it looks.

    Attributes
    ----------
    text, points
        The words, and points in pixels where they may stand, the best first.
    rank
        Those of more rank are written first.
    size, style
        Height of the letters, and other attributes.
    shifted
        Whether it may also stand above, below or beside its point.
    """

    text: str
    points: Sequence[XY]
    rank: int
    size: float
    style: str
    shifted: bool = False


def written(names: Iterable[Name], view: View, taken: Iterable[BaseGeometry] = ()) -> list[str]:
    """Write names where there is room for them, each text once, those of more rank first."""
    busy, done, parts = list(taken), set[str](), []
    for name in sorted(names, key=lambda one: -one.rank):
        found = None if name.text in done else _free(name, view.box, busy)
        if found is None:
            continue
        (x, y), room = found
        done.add(name.text)
        busy.append(room)
        parts.append(haloed(name.text, (x, y + 0.35 * name.size), name.size, name.style))
    return parts


def _free(name: Name, box: Polygon, busy: list[BaseGeometry]) -> tuple[XY, Polygon] | None:
    wide, high = LETTER * name.size * len(name.text), 1.25 * name.size
    shifts = _BOTH if name.shifted else _BOTH[:1]
    for right, down in shifts:
        for x, y in name.points[:MOST_TRIES]:
            at = x + right * wide, y + down * high
            room = shapely.box(
                at[0] - wide / 2 - MARGIN, at[1] - high / 2, at[0] + wide / 2 + MARGIN,
                at[1] + high / 2,
            )  # fmt: skip
            if box.contains(room) and not any(room.intersects(one) for one in busy):
                return at, room
    return None


def label(words: str, at: XY, size: float, style: str = 'fill="#1b2330"') -> str:
    """Write words as SVG, escaped, at their middle unless the style says otherwise."""
    anchor = "" if "text-anchor" in style else ' text-anchor="middle"'
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:g}"{anchor} {style} {FONT}>'
        f"{escape(words)}</text>"
    )


def haloed(words: str, at: XY, size: float, style: str) -> str:
    """Write words that are read on any colour: in white, thick, then in their own."""
    halo = label(words, at, size, style).replace(
        "<text ", '<text stroke="#ffffff" stroke-width="3" stroke-linejoin="round" ', 1
    )
    return halo + label(words, at, size, style)


def lines_of(text: str, width: float, size: float) -> list[str]:
    """Cut a text into lines of a width, at its spaces; a space that does not break stays."""
    most = max(int(width / (0.5 * size)), 8)
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def paragraph(
    text: str, at: XY, width: float, size: float, style: str = 'fill="#3b4657"'
) -> tuple[list[str], float]:
    """Write a text in lines from a point downwards; return them and where the next may begin."""
    step = 1.35 * size
    rows = lines_of(text, width, size)
    left = f'text-anchor="start" {style}'
    parts = [label(row, (at[0], at[1] + size + n * step), size, left) for n, row in enumerate(rows)]
    return parts, at[1] + len(rows) * step


def sign(
    shape: str, at: tuple[float, float], radius: float, fill: str, edge: float = 1.5,
    opacity: float = 1,
) -> str:  # fmt: skip
    """Draw the sign of a place, or the circle of a count, around a point."""
    look = f'fill="{fill}" fill-opacity="{opacity:g}" stroke="#ffffff" stroke-width="{edge:g}"'
    x, y = at
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" {look}/>'
    corners = map_signs.CORNERS[shape]
    path = "L".join(f"{x + radius * dx:.1f} {y + radius * dy:.1f}" for dx, dy in corners)
    return f'<path d="M{path}Z" {look}/>'


def stamp(at: XY, text: str, *, gone: bool) -> str:
    """Draw a numbered mark: of a change, or in white of what would be gone."""
    fill, ink = ("#ffffff", map_signs.INK) if gone else (map_signs.STAMP, "#ffffff")
    struck = ' text-decoration="line-through"' if gone else ""
    disc = f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="12" fill="{fill}" stroke="{ink}" '
    look = f'fill="{ink}" font-weight="bold"{struck}'
    return disc + 'stroke-width="2"/>' + label(text, (at[0], at[1] + 4.5), 13, look)
