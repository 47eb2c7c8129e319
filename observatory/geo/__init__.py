"""Where things are: commune codes and their vintages, projections, distances, outlines.

Knows tables and errors only; no file, no network.
"""
