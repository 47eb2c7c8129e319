"""Compiled bounded shortest paths; see :mod:`observatory.model.access.network`."""

# Compiled loops have the types of their arguments, which numba infers and mypy cannot follow.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from observatory.model.access.kernels import kernel


@kernel()
def _push(keys, nodes, size, key, node):
    """Add an entry to a binary heap with room for it."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] <= key:
            break
        keys[at], nodes[at] = keys[above], nodes[above]
        at = above
    keys[at], nodes[at] = key, node


@kernel()
def _drop_first(keys, nodes, size):
    """Take the first entry off a heap of ``size`` entries."""
    key, node = keys[size - 1], nodes[size - 1]
    last = size - 1
    at = 0
    while True:
        below = 2 * at + 1
        if below >= last:
            break
        if below + 1 < last and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at], nodes[at] = keys[below], nodes[below]
        at = below
    keys[at], nodes[at] = key, node


@kernel()
def reach_targets(
    sources, source_extra, indptr, indices, cost, target_start, target_list, target_extra, cutoff
):
    """List the targets within the cut-off of each source, with their costs.

    Targets stand at nodes: ``target_list[target_start[v]:target_start[v + 1]]`` are those of node
    ``v``, each with what it costs to leave the network. Only nodes within the cut-off are ever
    looked at; the array of costs is put back as it was, entry by entry, after each source.
    """
    best = np.full(indptr.size - 1, np.inf)
    touched = np.empty(1024, np.int32)
    keys, nodes = np.empty(1024), np.empty(1024, np.int32)
    counts = np.zeros(sources.size, np.int64)
    found, costs = np.empty(4096, np.int32), np.empty(4096)
    total = 0
    for s in range(sources.size):
        begin = total
        limit = cutoff - source_extra[s]
        seen, size = 0, 0
        if limit >= 0:
            best[sources[s]] = 0.0
            touched[0] = sources[s]
            keys[0], nodes[0] = 0.0, sources[s]
            seen, size = 1, 1
        while size:
            key, node = keys[0], nodes[0]
            _drop_first(keys, nodes, size)
            size -= 1
            if key > best[node]:
                continue
            for k in range(target_start[node], target_start[node + 1]):
                whole = source_extra[s] + key + target_extra[k]
                if whole <= cutoff:
                    if total == found.size:
                        found = np.concatenate((found, np.empty(total, np.int32)))
                        costs = np.concatenate((costs, np.empty(total)))
                    found[total], costs[total] = target_list[k], whole
                    total += 1
            for e in range(indptr[node], indptr[node + 1]):
                there, far = indices[e], key + cost[e]
                if far <= limit and far < best[there]:
                    if np.isinf(best[there]):
                        if seen == touched.size:
                            touched = np.concatenate((touched, np.empty(seen, np.int32)))
                        touched[seen] = there
                        seen += 1
                    best[there] = far
                    if size == keys.size:
                        keys = np.concatenate((keys, np.empty(size)))
                        nodes = np.concatenate((nodes, np.empty(size, np.int32)))
                    _push(keys, nodes, size, far, there)
                    size += 1
        for k in range(seen):
            best[touched[k]] = np.inf
        counts[s] = total - begin
    return counts, found[:total], costs[:total]
