"""Play spopt on a case: run by the python that has it, which need not have the observatory."""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")


def main(case: str, problem: str, posts: str, radius: str) -> None:
    """Solve the case and print what spopt found as a line of JSON."""
    import pulp
    import spopt
    from spopt.locate import MCLP, PMedian

    read = np.load(Path(case))
    demand, candidates, people = read["demand"], read["candidates"], read["people"]
    begun = time.perf_counter()
    apart = demand[:, None, :] - candidates[None, :, :]
    cost = np.hypot(apart[..., 0], apart[..., 1])
    if problem == "covering":
        model = MCLP.from_cost_matrix(
            cost, people, service_radius=float(radius), p_facilities=int(posts)
        )
    else:
        model = PMedian.from_cost_matrix(cost, people, p_facilities=int(posts))
    model.solve(pulp.HiGHS(msg=False))
    seconds = time.perf_counter() - begun
    found = {
        "s": seconds,
        "objective": float(model.problem.objective.value()),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "version": spopt.__version__,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
