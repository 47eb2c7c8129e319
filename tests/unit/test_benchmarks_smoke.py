"""The benchmarks still run on today's code; their own tests are `make benchmark-tests`."""

from __future__ import annotations

import numpy as np

from benchmarks import points
from benchmarks.contenders import CONTENDERS


def test_our_access_answers_on_the_benchmarks_points() -> None:
    small = points.make(1500, 40)
    access = CONTENDERS["ours"](small, 3000.0)
    assert np.isfinite(access).all()
    assert (access > 0).mean() > 0.5
