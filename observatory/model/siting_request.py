"""What is asked of siting: how many posts, for which aim, where they may and where they must be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from observatory.errors import ChoiceError
from observatory.model.assumptions import Assumptions
from observatory.model.scenario_changes import HALF
from observatory.tables.siting_results import AIMS, KINDS

Aim = Literal["hours", "near", "worst", "rep_plus"]
#: What candidates are where nothing else is asked.
USUAL_KINDS = ("site", "school")
COST = "gap.post_cost_eur"


class OwnPoint(NamedTuple):
    """A point of one's own, WGS 84 degrees."""

    lat: float
    lon: float
    name: str = ""


@dataclass(frozen=True)
class Request:
    """What is asked of siting.

    Attributes
    ----------
    posts : float, optional
        How many posts, in halves; or a budget.
    budget_eur : float, optional
        Euros a year, at the cost of a post (assumption ``gap.post_cost_eur``).
    aim : str, default "hours"
        ``hours``: the hours missing; ``near``: people newly within the near walk of a place;
        ``worst``: the largest rate of a commune, then the hours; ``rep_plus``: REP+ schools newly
        within the near walk. What the last three leave free goes where most hours are missing.
    kinds : tuple of str
        What may get posts: ``site``, ``school``, ``stop``, ``qpv``, ``cell``.
    own : tuple of OwnPoint
        Points of one's own that may get posts, ``own-1`` the first.
    fixed : mapping of str to float
        Places that get at least so many posts.
    forbidden : tuple of str
        Places that get none.
    qpv_share : float, default 0
        The share of the posts that no place outside the QPV may have (0-1).
    at_most : float, optional
        The most posts at one place.
    seconds : float, default 3.5
        The longest that the proof may take; the answer takes the steps it needs.
    """

    posts: float | None = None
    budget_eur: float | None = None
    aim: Aim = "hours"
    kinds: tuple[str, ...] = USUAL_KINDS
    own: tuple[OwnPoint, ...] = ()
    fixed: Mapping[str, float] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    qpv_share: float = 0.0
    at_most: float | None = None
    seconds: float = 3.5

    def halves(self, assumptions: Assumptions) -> int:
        """Return how many halves of a post there are to place.

        Raises
        ------
        ChoiceError
            Both posts and a budget, neither, posts that are not halves, or a budget of less than
            half a post; or another part of the request that cannot be used.
        """
        self._verify()
        if (self.posts is None) == (self.budget_eur is None):
            raise refusal("posts or a budget, one of the two", "both or neither")
        if self.posts is not None:
            return whole_halves(self.posts, "posts")
        each = HALF * assumptions.number(COST)
        budget = float(self.budget_eur or 0.0)
        if not (math.isfinite(budget) and budget >= each > 0):
            raise refusal(f"a budget of half a post or more ({each:.0f} EUR a year)", f"{budget:g}")
        return int(budget / each + 1e-9)

    def _verify(self) -> None:
        if self.aim not in AIMS:
            raise refusal("aim " + " or ".join(AIMS), repr(self.aim))
        unknown = [kind for kind in self.kinds if kind not in KINDS[:-1]]
        if unknown or not (self.kinds or self.own):
            raise refusal("candidates among " + ", ".join(KINDS[:-1]), repr(self.kinds))
        if not 0 <= self.qpv_share <= 1:
            raise refusal("a share reserved for QPV between 0 and 1", repr(self.qpv_share))
        if not self.seconds > 0:
            raise refusal("more than 0 seconds", repr(self.seconds))
        both = sorted(set(self.fixed) & set(self.forbidden))
        if both:
            raise refusal("places either fixed or forbidden", ", ".join(both))


def whole_halves(posts: float, what: str) -> int:
    """Return posts as a number of halves.

    Raises
    ------
    ChoiceError
        They are not halves, or not above 0.
    """
    halves = posts / HALF
    if not (posts > 0 and math.isfinite(halves) and halves.is_integer()):
        raise refusal(f"{what}: a number of halves above 0, such as 2.5", repr(posts))
    return int(halves)


def refusal(expected: str, found: str) -> ChoiceError:
    """Return the error of a siting that cannot be done as asked."""
    return ChoiceError("siting", expected=expected, found=found, next_step="ask for another siting")
