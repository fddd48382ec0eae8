"""Sharing out the requests of an hour among feeds, so that changes wait as short as they can.

A feed with changes at rate λ that is asked for every T seconds lets each wait T/2 on average. The sum over all feeds,
weighed, is least under a given number of requests when T is proportional to 1/√(λ·w). Bounds are kept by
filling: what a bound gives or takes is shared out among the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Final

_CLOSE: Final = 2e-3
_LEAST_WORTH: Final = 1e-9
_FOR_EVER: Final = 1e15


@dataclass(frozen=True, slots=True)
class Share:
    """What one feed asks of the budget."""

    worth: float
    """Its changes an hour, times what each is worth."""
    least: float
    """Seconds between two looks, at the least."""
    most: float = inf
    """The same, at the most."""


def intervals(shares: Sequence[Share], requests_per_second: float) -> list[float]:
    """Seconds between two looks at each feed.

    Together they need no more than the given requests, where the upper bounds allow it; else each feed has its upper
    bound, and `requests_of` tells how much that is.
    """
    if requests_per_second <= 0:
        return [share.most for share in shares]
    roots = [1.0 / sqrt(max(share.worth, _LEAST_WORTH)) for share in shares]
    leasts = [share.least for share in shares]
    mosts = [max(share.most, share.least) for share in shares]

    def at(scale: float) -> list[float]:
        return [
            most if root * scale > most else max(root * scale, least)
            for root, least, most in zip(roots, leasts, mosts, strict=True)
        ]

    low, high = 0.0, sum(1.0 / root for root in roots) / requests_per_second
    found = at(high)
    while requests_of(found) > requests_per_second and high < _FOR_EVER:
        low, high = high, high * 2.0
        found = at(high)
    while high - low > _CLOSE * high:
        middle = (low + high) / 2
        tried = at(middle)
        if requests_of(tried) > requests_per_second:
            low = middle
        else:
            high, found = middle, tried
    return found


def requests_of(seconds: Sequence[float]) -> float:
    """Requests a second that looks at these intervals need."""
    return sum(1.0 / each for each in seconds)
