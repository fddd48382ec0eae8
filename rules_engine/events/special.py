"""Events that no object's change makes: a schedule's moments, what rules emit, and what the engine says of itself.

They have no object of Dashtrack's: their resource is `schedule`, `custom` or `engine`, and `after` holds their data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from rules_engine.store.records import Cause, Event, Run

SCHEDULE: Final = "schedule"
CUSTOM: Final = "custom"
ENGINE: Final = "engine"
SPECIAL_RESOURCES: Final = frozenset({SCHEDULE, CUSTOM, ENGINE})

ENGINE_EVENTS: Final[Mapping[str, str]] = {
    "engine.run_failed": "A run failed.",
    "engine.run_parked": "A run was parked: a person must look at what became of its request.",
    "engine.guard_held": "A guard holds runs, deletions or a whole account back until a person approves them.",
    "engine.feed_stale": "A feed could not be read well for a while.",
    "engine.budget_low": "The plan's requests do not suffice for what the rules need.",
    "engine.api_down": "Dashtrack does not answer.",
}
"""Each of the engine's own events with its summary."""

CUSTOM_PATTERN: Final = re.compile(r"custom\.[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
"""What an event that rules emit is called."""


def is_custom(name: str) -> bool:
    """Whether the name is one that a rule may emit."""
    return CUSTOM_PATTERN.fullmatch(name) is not None


def custom_event(
    account: str,
    name: str,
    data: Mapping[str, Any],
    run: Run,
    step_key: str,
    depth: int,
    at: datetime,
) -> Event:
    """What a rule's `emit` step brings about: one event for each run and step, however often it is tried.

    `depth` is how many rules stand behind the event, the emitting one counted.
    """
    return _special(
        f"{account}/{CUSTOM}/{name}/{run.id}@{step_key}",
        name,
        resource=CUSTOM,
        object_id=name,
        data=data,
        at=at,
        run=run,
        depth=depth,
    )


def schedule_event(account: str, rule_id: str, moment: datetime, *, at: datetime) -> Event:
    """A moment of a rule's schedule. Two schedules of the rule that name the same moment are one event."""
    return _special(
        f"{account}/{SCHEDULE}/{rule_id}/{SCHEDULE}@{moment.isoformat()}",
        SCHEDULE,
        resource=SCHEDULE,
        object_id=rule_id,
        data={"at": moment.isoformat()},
        at=at,
    )


def engine_event(
    account: str, name: str, subject: str, data: Mapping[str, Any], *, at: datetime, run: Run | None = None
) -> Event:
    """Something that the engine says of itself: `name` began for `subject` at that moment; `run` is the one behind it."""
    return _special(
        f"{account}/{ENGINE}/{subject}/{name}@{at.isoformat()}",
        name,
        resource=ENGINE,
        object_id=subject,
        data=data,
        at=at,
        run=run,
        depth=run.depth + 1 if run is not None else 0,
        cause=Cause.SELF,
    )


def _special(
    event_id: str,
    name: str,
    *,
    resource: str,
    object_id: str,
    data: Mapping[str, Any],
    at: datetime,
    run: Run | None = None,
    depth: int = 0,
    cause: Cause | None = None,
) -> Event:
    return Event(
        id=event_id,
        at=at,
        types=(name,),
        resource=resource,
        object_id=object_id,
        project_id=None,
        revision=0,
        changes={},
        before=None,
        after=data,
        cause=cause or (Cause.SELF if run is not None else Cause.EXTERNAL),
        cause_rule=run.rule_id if run is not None else None,
        cause_run=run.id if run is not None else None,
        depth=depth,
        seen_between=(at, at),
    )
