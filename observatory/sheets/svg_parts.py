"""What the maps of the sheets are drawn with: paths, names, discs, north, scale, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from shapely import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

XY = tuple[float, float]
RADIUS = 11.0
"""Radius of a numbered disc, in the units of the drawing."""

_SCALES_M = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
_FONT = "font-family=\"Noto Sans, 'DejaVu Sans', Arial, sans-serif\""


@dataclass(frozen=True)
class Frame:
    """The size of a drawing, in its own units."""

    width: float
    height: float

    def kept(self, at: XY) -> XY:
        """Return a point moved so far into the frame that its disc is whole."""
        edge = RADIUS + 2
        return min(max(at[0], edge), self.width - edge), min(max(at[1], edge), self.height - edge)

    def quiet_point(self, polygon: Polygon, half: float, busy: Iterable[XY]) -> XY | None:
        """Return where a name fits inside a shape, furthest from what is drawn, on a coarse grid.

        Parameters
        ----------
        polygon
            The shape, in the units of the drawing.
        half
            Half of the length of the name.
        busy
            What is drawn already.
        """
        grid = [
            (self.width * i / 14, self.height * j / 12) for i in range(2, 13) for j in range(1, 11)
        ]
        fitting = [
            (x, y) for x, y in grid if polygon.contains(box(x - half, y - 14, x + half, y + 5))
        ]
        # A name is wide: sideways, what is near disturbs it three times further than above or
        # below.
        drawn = list(busy)
        clear = {
            at: min((math.hypot((at[0] - x) / 3, at[1] - y) for x, y in drawn), default=99.0)
            for at in fitting
        }
        best = max(fitting, key=lambda at: clear[at], default=None)
        return best if best is not None and clear[best] > 24 else None


def path(coords: Iterable[tuple[float, ...]], closed: bool = True) -> str:
    """Return the data of a path through points."""
    body = "L".join(f"{one[0]:.1f} {one[1]:.1f}" for one in coords)
    return f"M{body}{'Z' if closed else ''}"


def shape_path(shape: BaseGeometry) -> str:
    """Return the data of a path along the outlines and lines of a shape; points have none."""
    if isinstance(shape, Polygon):
        rings = () if shape.is_empty else (shape.exterior, *shape.interiors)
        return "".join(path(ring.coords) for ring in rings)
    if isinstance(shape, LineString):
        return "" if shape.is_empty else path(shape.coords, closed=False)
    if isinstance(shape, BaseMultipartGeometry):
        return "".join(shape_path(part) for part in shape.geoms)
    return ""


def text(words: str, at: XY, size: float, fill: str, anchor: str = "start") -> str:
    """Return words as SVG, escaped."""
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:g}" fill="{fill}" '
        f'text-anchor="{anchor}" {_FONT}>{escape(words)}</text>'
    )


def haloed(words: str, at: XY, size: float, fill: str) -> tuple[str, str]:
    """Return words that are read on any ground: in white, thick, then in their colour."""
    drawn = text(words, at, size, fill, "middle")
    halo = 'stroke="#ffffff" stroke-width="3.2" stroke-linejoin="round" stroke-opacity="0.9"'
    return drawn.replace("<text ", f"<text {halo} ", 1), drawn


def discs(points: dict[int, XY], frame: Frame, fill: str = "#0b4f6c") -> list[str]:
    """Draw numbered discs, moved apart where they would hide each other."""
    parts = []
    for number, (x, y) in _apart(points, frame).items():
        at_x, at_y = points[number]
        if math.hypot(x - at_x, y - at_y) > 1:
            parts.append(
                f'<line x1="{at_x:.1f}" y1="{at_y:.1f}" x2="{x:.1f}" y2="{y:.1f}" '
                f'stroke="#111111" stroke-width="1.2"/>'
                f'<circle cx="{at_x:.1f}" cy="{at_y:.1f}" r="2.5" fill="#111111"/>'
            )
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS:g}" fill="{fill}" '
            'stroke="#ffffff" stroke-width="1.5"/>'
            f'<text x="{x:.1f}" y="{y + 5:.1f}" font-size="14" font-weight="bold" fill="#ffffff" '
            f'text-anchor="middle" {_FONT}>{number}</text>'
        )
    return parts


def _apart(points: dict[int, XY], frame: Frame) -> dict[int, XY]:
    """Push discs that overlap away from each other, within the frame; the first ones move too."""
    moved = dict(points)
    for _ in range(40):
        calm = True
        for a in moved:
            for b in moved:
                if a < b and math.dist(moved[a], moved[b]) < 2 * RADIUS + 2:
                    first, second = _pushed(moved[a], moved[b], a)
                    moved[a], moved[b] = frame.kept(first), frame.kept(second)
                    calm = False
        if calm:
            break
    return moved


def _pushed(first: XY, second: XY, turn: int) -> tuple[XY, XY]:
    gap = math.dist(first, second)
    # Two places at the very same address part along a direction of their own.
    angle = math.atan2(second[1] - first[1], second[0] - first[0]) if gap > 0.01 else 2.0 * turn
    step = (2 * RADIUS + 3 - gap) / 2
    dx, dy = step * math.cos(angle), step * math.sin(angle)
    return (first[0] - dx, first[1] - dy), (second[0] + dx, second[1] + dy)


def north(frame: Frame) -> str:
    """Draw the arrow of the north at the upper right."""
    x, y = frame.width - 18, 14.0
    arrow = f'<path d="M{x:g} {y:g}l6 18-6-4-6 4z" fill="#111111"/>'
    return arrow + text("N", (x, y + 31), 12, "#111111", "middle")


def scale(units_per_metre: float, frame: Frame) -> str:
    """Draw, at the lower left, a bar of a round length that takes at most a third of the width."""
    fitting = [m for m in _SCALES_M if m * units_per_metre <= frame.width / 3]
    metres = fitting[-1] if fitting else _SCALES_M[0]
    length = metres * units_per_metre
    y = frame.height - 12
    label = f"{metres} m" if metres < 1000 else f"{metres // 1000} km"
    return (
        f'<rect x="8" y="{y - 19:g}" width="{length + 12:.1f}" height="25" fill="#ffffff" '
        'fill-opacity="0.8"/>'
        f'<path d="M14 {y - 4:g}v4h{length:.1f}v-4" fill="none" stroke="#111111" '
        f'stroke-width="1.5"/>' + text(label, (14 + length / 2, y - 6), 11, "#111111", "middle")
    )
