"""How a column is coloured on every map: the same classes on a screen, a sheet and in a file."""

from __future__ import annotations

#: ColorBrewer's sequential oranges, darker as more lacks; a colour-blind reader tells them apart.
ORANGES = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
#: Upper bounds of the classes of ``missing_h_per_100``, h/week per 100 people: round, and fixed,
#: so that two maps can be compared; the last class has none.
MISSING_RATE = (0.0, 0.25, 0.5, 1.0)
