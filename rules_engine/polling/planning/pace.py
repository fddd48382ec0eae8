"""How many requests an hour there are for reading: what the plan grants, less what writes and others need.

Reading is planned with less than all there is, so that confirmations, writes and whoever else uses the key find
room. What others took is known by the difference: fewer remain than the time that has passed would leave.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from rules_engine.dashtrack.budget_state import BudgetState

SHARE_FOR_READS: Final = 0.85
WITHOUT_A_LIMIT: Final = 100
"""Requests an hour while nothing has told the limit: the smallest plan's (vendor page)."""
_SHORTEST_HOURS: Final = 1 / 60


def reads_per_hour(state: BudgetState, now: datetime, *, configured: int | None, reserve: int) -> float:
    """Requests an hour that reading may plan with.

    `reserve` are those that reads leave alone. Of the limits that are known the smallest counts.
    """
    limits = [limit for limit in (configured, state.limit) if limit is not None]
    usual = SHARE_FOR_READS * min(limits, default=WITHOUT_A_LIMIT)
    if state.remaining is None or state.reset_at is None or state.reset_at <= now:
        return usual
    hours = max((state.reset_at - now).total_seconds() / 3600, _SHORTEST_HOURS)
    return min(usual, max(state.remaining - reserve, 0) / hours)
