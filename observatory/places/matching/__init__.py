"""One record for each real place: candidates, evidence, groups, merged fields, a ledger.

Frames in, frames out: no file, no network; knows cleaning and geography.
"""

from observatory.places.matching.groups import DEFAULT_RULES, MatchResult, match

__all__ = ["DEFAULT_RULES", "MatchResult", "match"]
