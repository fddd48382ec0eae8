"""How often to look when no interval is configured: as often as the plan's requests allow.

Every feed is looked at equally often, and part of the plan is left for writes and for whatever else uses the key.
"""

from __future__ import annotations

SHARE_FOR_READS = 0.6
SHORTEST_SECONDS = 60.0
SECONDS_PER_HOUR = 3600.0
WITHOUT_A_LIMIT = 100
"""Requests an hour while no header has told the limit: the smallest plan's (vendor page)."""


def seconds_between_looks(feeds: int, requests_per_hour: int | None) -> float:
    """The interval at which `feeds` requests a look fit into the plan; never under a minute."""
    per_hour = (requests_per_hour or WITHOUT_A_LIMIT) * SHARE_FOR_READS
    return max(SHORTEST_SECONDS, SECONDS_PER_HOUR * feeds / max(per_hour, 1.0))
