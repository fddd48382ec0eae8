"""Which feeds there are to poll, and in which order when not all can be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from rules_engine.dashtrack.resources import RESOURCES, Scope
from rules_engine.store.records import Feed

_NEVER = datetime.min.replace(tzinfo=UTC)
_WORTH = ("project", "lead", "member", "holiday", "task", "time_entry", "note")
"""From the most valuable: one request for the whole account comes before one for a single project."""


def account_feeds(resources: Collection[str], known: Mapping[str, Feed]) -> list[Feed]:
    """The feeds of the whole account, projects first, since the others may hang on them."""
    return [
        known.get(name) or Feed(resource=name, project_id=None)
        for name in _WORTH
        if name in resources and RESOURCES[name].scope is Scope.ACCOUNT
    ]


def project_feeds(
    resources: Collection[str], project_ids: Iterable[str], known: Mapping[str, Feed]
) -> list[Feed]:
    """The feeds of single projects, the one first that was asked for longest ago.

    So neither a short budget nor a list that always fails starves another one for ever.
    """
    feeds = [
        known.get(f"{name}/{project_id}") or Feed(resource=name, project_id=project_id)
        for project_id in project_ids
        for name in _WORTH
        if name in resources and RESOURCES[name].scope is Scope.PROJECT
    ]
    return sorted(feeds, key=lambda feed: (_last_asked(feed), _WORTH.index(feed.resource)))


def _last_asked(feed: Feed) -> datetime:
    return max(feed.good_at or _NEVER, feed.error_at or _NEVER)
