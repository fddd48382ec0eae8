"""The words that Dashtrack knows, in the form in which it gives them out.

Written down here a second time on purpose: the sandbox must not share a table with the engine that it checks.
Source: the vendor's API page.
"""

from __future__ import annotations

from collections.abc import Iterable

TASK_STATUSES = ("todo", "in-progress", "done")
PRIORITIES = ("Low", "Medium", "High")
LEAD_STATUSES = (
    "First Contact Made",
    "Proposal Wanted",
    "Proposal Sent",
    "Chaser",
    "Needs Closing",
    "Closed",
    "Dead Leads",
    "No Response",
)
LEAD_TAGS = (
    "Proposal Sent",
    "Chaser Sent",
    "Deliberating",
    "Create Proposal",
    "Chase Up",
    "Pending Development",
    "Stuck",
    "In Progress",
    "On Hold",
    "Waiting on Cai",
    "Sent for Review",
    "Won",
)
HOLIDAY_STATUSES = ("pending", "approved", "declined")
HOLIDAY_SCOPES = ("me", "team")


def canonical(word: str, vocabulary: Iterable[str]) -> str | None:
    """The word in the vocabulary's own spelling, whatever its case; None when it is not one of them."""
    wanted = word.strip().casefold()
    return next((known for known in vocabulary if known.casefold() == wanted), None)
