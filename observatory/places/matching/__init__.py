"""One record for each real place: candidates, evidence, groups, merged fields, a ledger."""

from observatory.places.matching.groups import DEFAULT_RULES, MatchResult, match

__all__ = ["DEFAULT_RULES", "MatchResult", "match"]
