"""Each way to measure E2SFCA, ours and the peers': points in, access out, nothing shared.

All weigh 1, 0.68 and 0.22 up to a third, two thirds and the whole of the catchment, edges
included. A contender imports what it needs itself: its process holds nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.points import Points

FloatArray = NDArray[np.float64]
WEIGHTS = (1.0, 0.68, 0.22)


def edges(catchment: float) -> tuple[float, float, float]:
    """Return the upper ends of the three steps."""
    return catchment / 3, 2 * catchment / 3, catchment


def ours(points: Points, catchment: float) -> FloatArray:
    """Measure with the observatory: scipy's sparse matrices."""
    from observatory.model.access import Decay, e2sfca

    decay = Decay.steps(edges(catchment), WEIGHTS)
    return e2sfca(points.demand_xy, points.demand, points.site_xy, points.supply, decay).access


def ours_national(points: Points, catchment: float) -> FloatArray:
    """Measure with the observatory's compiled engine for a country (extra: national)."""
    from observatory.model.access import Decay
    from observatory.model.national import e2sfca

    decay = Decay.steps(edges(catchment), WEIGHTS)
    return e2sfca(points.demand_xy, points.demand, points.site_xy, points.supply, decay).access


def _weight(distance: FloatArray, catchment: float) -> FloatArray:
    near, middle, far = edges(catchment)
    steps = np.where(distance <= near, WEIGHTS[0], np.where(distance <= middle, *WEIGHTS[1:]))
    return np.where(distance <= far, steps, 0.0)


def _two_steps(
    points: Points, site: NDArray[Any], place: NDArray[Any], weight: FloatArray
) -> FloatArray:
    """Both steps, from pairs."""
    heard = np.bincount(site, weight * points.demand[place], len(points.supply))
    ratio = np.divide(points.supply, heard, out=np.zeros_like(heard), where=heard > 0)
    return np.bincount(place, weight * ratio[site], len(points.demand))


def ckdtree(points: Points, catchment: float) -> FloatArray:
    """Measure with scipy's cKDTree and its sparse matrix of distances."""
    from scipy.spatial import cKDTree

    pairs = cKDTree(points.site_xy).sparse_distance_matrix(
        cKDTree(points.demand_xy), catchment, output_type="ndarray"
    )
    return _two_steps(points, pairs["i"], pairs["j"], _weight(pairs["v"], catchment))


def balltree(points: Points, catchment: float) -> FloatArray:
    """Measure with scikit-learn's BallTree."""
    from sklearn.neighbors import BallTree

    near, far = BallTree(points.demand_xy).query_radius(
        points.site_xy, catchment, return_distance=True
    )
    site = np.repeat(np.arange(len(near)), [len(row) for row in near])
    weight = _weight(np.concatenate(far), catchment)
    return _two_steps(points, site, np.concatenate(near), weight)


def dwithin(points: Points, catchment: float) -> FloatArray:
    """Measure with geopandas and its spatial index (predicate dwithin)."""
    import geopandas as gpd

    demand = gpd.GeoSeries.from_xy(*points.demand_xy.T, crs=2154)
    sites = gpd.GeoSeries.from_xy(*points.site_xy.T, crs=2154)
    site, place = demand.sindex.query(sites, predicate="dwithin", distance=catchment)
    gap = points.demand_xy[place] - points.site_xy[site]
    weight = _weight(np.sqrt((gap * gap).sum(axis=1)), catchment)
    return _two_steps(points, site, place, weight)


def duckdb(points: Points, catchment: float) -> FloatArray:
    """Measure with DuckDB: a join on squares as wide as the catchment, and two sums."""
    import duckdb as engine
    import pandas as pd

    demand = pd.DataFrame(points.demand_xy, columns=["x", "y"]).assign(
        i=np.arange(len(points.demand)), need=points.demand
    )
    sites = pd.DataFrame(points.site_xy, columns=["x", "y"]).assign(
        j=np.arange(len(points.supply)), hours=points.supply
    )
    base = engine.connect()
    base.register("demand", demand)
    base.register("sites", sites)
    near, middle, far = edges(catchment)
    base.execute(
        f"""
        create temp table pairs as
        with around as (
            select j, x, y, floor(x / {far}) + a.d as bx, floor(y / {far}) + b.d as by
            from sites, (values (-1), (0), (1)) a(d), (values (-1), (0), (1)) b(d)
        ), found as (
            select j, i, need,
                sqrt((d.x - s.x) * (d.x - s.x) + (d.y - s.y) * (d.y - s.y)) as far
            from demand d join around s
                on floor(d.x / {far}) = s.bx and floor(d.y / {far}) = s.by
        )
        select j, i, need, case when far <= {near} then {WEIGHTS[0]}
            when far <= {middle} then {WEIGHTS[1]} else {WEIGHTS[2]} end as w
        from found where far <= {far}
        """  # noqa: S608 - numbers of our own, not text from outside
    )
    found = base.execute(
        """
        with heard as (select j, sum(w * need) as people from pairs group by j)
        select i, sum(w * hours / people) as access
        from pairs join heard using (j) join sites using (j) where people > 0 group by i
        """
    ).fetchnumpy()
    access = np.zeros(len(points.demand))
    access[found["i"]] = found["access"]
    return access


def pysal(points: Points, catchment: float) -> FloatArray:
    """Measure with pysal's access, given its table of pairs by cKDTree.

    Its own way to the pairs of points is the full product, which no machine holds at scale.
    """
    import pandas as pd
    from access import Access, weights
    from scipy.spatial import cKDTree

    pairs = cKDTree(points.demand_xy).sparse_distance_matrix(
        cKDTree(points.site_xy), catchment, output_type="ndarray"
    )
    cost = pd.DataFrame({"origin": pairs["i"], "dest": pairs["j"], "cost": pairs["v"]})
    del pairs
    measure = Access(
        demand_df=pd.DataFrame({"geoid": np.arange(len(points.demand)), "need": points.demand}),
        demand_index="geoid",
        demand_value="need",
        supply_df=pd.DataFrame({"geoid": np.arange(len(points.supply)), "hours": points.supply}),
        supply_index="geoid",
        supply_value="hours",
        cost_df=cost,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    steps = weights.step_fn(dict(zip(edges(catchment), WEIGHTS, strict=True)))
    found = measure.enhanced_two_stage_fca(weight_fn=steps, max_cost=catchment)
    # a place out of reach is missing from the answer
    whole = found.iloc[:, 0].reindex(np.arange(len(points.demand))).fillna(0.0)
    return np.asarray(whole, dtype=float)


CONTENDERS: dict[str, Callable[[Points, float], FloatArray]] = {
    "ours": ours,
    "ours_national": ours_national,
    "pysal": pysal,
    "dwithin": dwithin,
    "balltree": balltree,
    "duckdb": duckdb,
    "ckdtree": ckdtree,
}
OURS = ("ours", "ours_national")
PEERS = tuple(name for name in CONTENDERS if name not in OURS)
# Python package that each peer comes in.
PACKAGES = {
    "pysal": "access",
    "dwithin": "geopandas",
    "balltree": "scikit-learn",
    "duckdb": "duckdb",
    "ckdtree": "scipy",
}
# Bytes a pair that each was seen to hold at its peak, to tell beforehand what would not fit.
BYTES_A_PAIR = {
    "ours": 100,
    "pysal": 150,
    "dwithin": 85,
    "balltree": 60,
    "duckdb": 45,
    "ckdtree": 55,
}
