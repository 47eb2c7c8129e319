"""Our measures and their peers, side by side in one run; see ``python -m benchmarks --help``."""
