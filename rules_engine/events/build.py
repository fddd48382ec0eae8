"""From a change to an event: its identity, its types, its cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules_engine.events.catalogue import types_of
from rules_engine.events.change import Change
from rules_engine.store.records import Cause, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who made a change: somebody outside, or a rule's run, so many rules deep."""

    cause: Cause = Cause.EXTERNAL
    rule_id: str | None = None
    run_id: str | None = None
    depth: int = 0


EXTERNAL = Origin()


def event_id(account: str, resource: str, object_id: str, revision: int) -> str:
    """The identity of an event: a thing noticed twice is one event."""
    return f"{account}/{resource}/{object_id}/{revision}"


def build_event(
    change: Change,
    *,
    account: str,
    revision: int,
    at: datetime,
    seen_from: datetime | None,
    origin: Origin = EXTERNAL,
) -> Event:
    """The event of a change that brought the object to `revision`."""
    return Event(
        id=event_id(account, change.resource, change.object_id, revision),
        at=at,
        types=types_of(change),
        resource=change.resource,
        object_id=change.object_id,
        project_id=change.project_id,
        revision=revision,
        changes={name: {"from": field.from_, "to": field.to} for name, field in change.fields.items()},
        before=change.before,
        after=change.after,
        cause=origin.cause,
        cause_rule=origin.rule_id,
        cause_run=origin.run_id,
        depth=origin.depth,
        seen_between=(seen_from, at),
    )
